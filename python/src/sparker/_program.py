"""The program sparker: where it is, and how it is run."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, TextIO

from ._errors import SparkerNotFound, VersionError

VARIABLE = "SPARKER_BINARY"
"""The environment variable with the path of the program."""

_PARENT = "SPARKER_PARENT"  # the variable that tells the program whose end is its own

_VERSION = "sparker/version/1"  # the schema of what `sparker version --json` prints

INSTALL = "go install ./cmd/sparker in a copy of the project installs it"


def find(binary: str | os.PathLike[str] | None) -> str:
    """Returns the path of the program: that of the argument, of the variable, or in PATH."""
    for source, given in (("binary", binary), (VARIABLE, os.environ.get(VARIABLE))):
        if not given:
            continue
        found = shutil.which(os.path.expanduser(os.fspath(given)))
        if found is None:
            raise SparkerNotFound(f"{source} is {os.fspath(given)!r}, which is not a program; want "
                                  f"the path of sparker ({INSTALL})")
        return os.path.abspath(found)
    found = shutil.which("sparker")
    if found is None:
        raise SparkerNotFound(
            "the program sparker is not in PATH, the environment variable "
            f"{VARIABLE} is not set, and the argument binary is not given; {INSTALL}")
    return os.path.abspath(found)


def check(program: str) -> None:
    """Raises a VersionError if a file is not the program sparker."""
    try:
        done = subprocess.run([program, "version", "--json"], stdin=subprocess.DEVNULL,
                              capture_output=True)
    except OSError as error:
        raise VersionError(f"{program} cannot be run: {error}") from error
    try:
        schema = json.loads(done.stdout)["schema"]
    except (ValueError, TypeError, LookupError):
        raise VersionError(f"{program} is not sparker, or too old for this package; set binary or "
                           f"{VARIABLE} to another ({INSTALL})") from None
    if schema != _VERSION:
        raise VersionError(f"{program} prints {schema}, and this package reads {_VERSION}: install "
                           "versions of both that belong together")


@dataclass(frozen=True)
class Output:
    """What one call of the program gave."""

    code: int  # below 0 if a signal ended it
    stdout: bytes
    stderr: str

    def message(self) -> str:
        """Returns the error that the program printed."""
        text = self.stderr.rpartition("\nRun 'sparker ")[0] or self.stderr
        error = re.search(r"^sparker: ", text, re.MULTILINE)
        return text[error.end():].strip() if error else text.strip()


def run(args: Sequence[str], folder: str, progress: bool) -> Output:
    """Runs the program in a folder. Progress is shown on sys.stderr.

    A KeyboardInterrupt stops the program as Ctrl-C does: the fits under way end and are stored. A
    second one stops it at once. The program has a session of its own, so that it sees each Ctrl-C
    once, whoever else does. It stops by itself if Python is killed.
    """
    own: dict[str, int | bool] = {"start_new_session": True}
    if sys.platform == "win32":
        own = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    process = subprocess.Popen(args, cwd=folder, env={**os.environ, _PARENT: str(os.getpid())},
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, **own)  # type: ignore[call-overload]
    try:
        stdout, stderr = _Reader(process.stdout, None), _Reader(
            process.stderr, sys.stderr if progress else None)
        while stdout.is_alive():  # a wait without end cannot be interrupted on Windows
            stdout.join(1)
        process.wait()
    except KeyboardInterrupt:
        _stop(process)
        if "--out" in args:
            raise KeyboardInterrupt("the toys that are done are kept; the same call continues") \
                from None
        raise
    except BaseException:
        _stop(process)
        raise
    return Output(process.returncode, stdout.read(), stderr.read().decode(errors="replace"))


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stops the program and waits for its end."""
    try:
        if sys.platform == "win32":
            process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            process.send_signal(signal.SIGINT)
        process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise


class _Reader(threading.Thread):
    """Reads a pipe to its end, and shows its lines."""

    def __init__(self, pipe: IO[bytes] | None, screen: TextIO | None) -> None:
        super().__init__(daemon=True)
        assert pipe is not None
        self._pipe, self._screen, self._lines = pipe, screen, list[bytes]()
        self.start()

    def run(self) -> None:
        with self._pipe:
            for line in self._pipe:
                self._lines.append(line)
                shown = _shown(line.decode(errors="replace"))
                if self._screen is not None and shown:
                    print(shown, file=self._screen, flush=True)

    def read(self) -> bytes:
        """Returns all that was in the pipe."""
        self.join()
        return b"".join(self._lines)


_LOG = re.compile(r'level=INFO msg="?toys.*? done=(\d+) total=(\d+) .*left="?([^"\n]*)')


def _shown(line: str) -> str:
    """Returns a line of progress for a person, or nothing for one that says what a result has."""
    log = _LOG.search(line)
    if log:
        done, total, left = log.groups()
        return f"sparker: {done} of {total} fits" + (f", {left} left" if done != total else "")
    if re.match(r"(results|figures|report|sparker): |  sparker ", line):
        return ""
    return line.rstrip()
