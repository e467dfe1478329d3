"""The test of one sample against another."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Union

import numpy as np

from . import _inputs, _program, _result
from ._errors import Fault, InputError, RunError, VersionError
from ._result import Result

StrPath = Union[str, "os.PathLike[str]"]


def test(
    reference: Any,
    data: Any,
    *,
    names: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    exclude: Sequence[str] | None = None,
    weights: str | tuple[Any, Any] | None = None,
    blocks: str | tuple[Any, Any] | None = None,
    missing: Literal["refuse", "drop", "indicator"] | None = None,
    preset: str | None = None,
    toys: int | Literal["auto"] | None = None,
    alpha: float | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    overrides: Mapping[str, Any] | None = None,
    out: StrPath | None = "runs",
    figures: bool = True,
    progress: bool | None = None,
    binary: StrPath | None = None,
) -> Result:
    """Tests whether data have the same distribution as a reference, or hold a local anomaly.

    The samples are arrays of numbers with a row for each event and a column for each feature,
    structured arrays, or data frames of pandas. Columns with names are matched by name. Columns of
    text are categories, times are numbers of days, and masked values and None are missing.

    Args:
        reference: the trusted sample.
        data: the sample to test.
        names: names of the columns of arrays that have none.
        columns: the columns to test. By default, these are all.
        exclude: patterns of columns to leave out, such as "id" and "*_date".
        weights: weights of rows: the name of a column, or a pair (those of the reference, those of
            the data), of which one may be None.
        blocks: in the same form, what says which rows belong together, such as those of a run, a
            subject or a day.
        missing: what happens to missing values. By default, they are refused.
        preset: the recipe of the test. The default is that of the program.
        toys: the number of null toys, so that the smallest p-value is 1/(toys + 1). By default,
            there are as many as the decision at alpha needs.
        alpha: the size of the test, by default 0.05.
        seed: a number. The same arguments and seed give the same result.
        jobs: the number of fits at the same time. By default, there is one for each processor.
        overrides: values of any keys of a config, such as {"model.kernels": 10}.
        out: the folder of the run folder. The same call finds its run there and makes no fit again,
            or continues it after an interruption. None keeps nothing, makes no
            figures, and takes permutations for toys.
        figures: whether figures are drawn.
        progress: whether progress is shown on sys.stderr. By default, it is on a terminal.
        binary: the program. By default, it is that of the environment variable SPARKER_BINARY, or
            sparker in PATH.

    Returns:
        The p-value, the places, the warnings, and the paths of report and figures.

    Raises:
        InputError: an argument cannot be used.
        RunError: the test failed, or ended without a p-value.
        SparkerNotFound: the program is absent.
        VersionError: the program and the package do not belong together.
    """
    program = _program.find(binary)
    r, d = _inputs.samples(reference, data, names)
    per_row: dict[str, list[_inputs.Array | None]] = {}
    if weights is not None:
        r, d, per_row["weight"] = _inputs.per_row("weights", weights, r, d)
    if blocks is not None:
        r, d, per_row["block"] = _inputs.per_row("blocks", blocks, r, d)
    if columns is not None:
        chosen = _texts("columns", columns)
        r, d = r.select(chosen), d.select(chosen)
    args = _arguments(preset=preset, alpha=alpha, seed=seed, exclude=exclude,
                      overrides=overrides)
    args += _flags(missing=missing, toys=toys, jobs=jobs, figures=figures, out=out)
    _program.check(program)
    with tempfile.TemporaryDirectory(prefix="sparker-") as folder:
        files, rows = _write(folder, r, d, per_row)
        reply = _program.run([program, "test", *rows, *args, "--json", "--progress",
                              "plain" if progress or progress is None else "none"], folder,
                             _on_screen() if progress is None else progress)
    return _answer(reply, files)


test.__test__ = False  # type: ignore[attr-defined]  # pytest takes the name for that of a test


def _on_screen() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _texts(what: str, values: Sequence[str]) -> list[str]:
    if isinstance(values, (str, bytes)):
        raise InputError(f"{what} is one text; want a list of texts")
    return [str(value) for value in values]


def _arguments(*, preset: str | None, alpha: float | None, seed: int | None,
               exclude: Sequence[str] | None, overrides: Mapping[str, Any] | None) -> list[str]:
    """Returns the arguments that set keys of the config. Overrides are last, and win."""
    keys: dict[str, Any] = {"preset": preset, "test.alpha": alpha, "seed": seed}
    if exclude is not None:
        keys["data.files.exclude"] = _texts("exclude", exclude)
    keys = {key: value for key, value in keys.items() if value is not None} | dict(overrides or {})
    args = []
    for key, value in keys.items():
        if not re.fullmatch(r"[\w.]+", str(key)):
            raise InputError(f"overrides: {key!r} is not a key of a config, such as model.kernels")
        if key == "preset":  # a word of the command line, and not a value in YAML
            args.append(f"preset={value}")
            continue
        try:
            text = json.dumps(value, default=_plain, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise InputError(f"{key}: {error}") from None
        args.append(f"{key}={text}")
    return args


def _plain(value: Any) -> Any:
    """Returns a value of NumPy as one of Python."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    raise TypeError(f"a value of type {type(value).__name__} is not one of a config")


def _flags(*, missing: str | None, toys: int | str | None, jobs: int | None, figures: bool,
           out: StrPath | None) -> list[str]:
    args = []
    for flag, value in (("--missing", missing), ("--toys", toys), ("--jobs", jobs)):
        if value is not None:
            args.append(f"{flag}={value}")
    if out is None:
        return [*args, "--no-folder"]
    if not figures:
        args.append("--no-figures")
    return [*args, "--out", os.path.abspath(out)]


def _write(folder: str, r: _inputs.Sample, d: _inputs.Sample,
           per_row: Mapping[str, list[_inputs.Array | None]]) -> tuple[dict[str, str], list[str]]:
    """Writes the files of a test. Returns what each is called in messages, and the arguments.

    The program runs in the folder, so that the config of a run has the same names at each call. The
    name of the run folder depends on the content of the files.
    """
    files: dict[str, str] = {}
    args = []
    for s in (r, d):
        name = f"{s.what}.npy"
        _inputs.write(os.path.join(folder, name), s.columns, s.names)
        files[name] = s.what
        args += [f"--{s.what}", name]
    for kind, arrays in per_row.items():
        for s, block, array in zip((r, d), ("reference", "observed"), arrays):
            if array is None:
                continue
            name = f"{s.what}-{kind}s.npy"
            _inputs.write(os.path.join(folder, name), [array], None)
            files[name] = f"the {kind}s of the {s.what}"
            args.append(f"data.files.{block}.{kind}={json.dumps(name)}")
    return files, args


def _key(flag: re.Match[str]) -> str:
    """Returns the key that a flag of files sets."""
    return "data.files." + flag[1].replace("-", "_")


# What messages of the program call the arguments of test.
_ARGUMENTS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"--(reference|data): (reading )?\1\b"), r"\1"),
    (re.compile(r"--missing (refuse|drop|indicator)\b"), r'missing="\1"'),
    (re.compile(r"\breference file:"), "reference:"),
    (re.compile(r"\bobserved file:"), "data:"),
    (re.compile(r"--weight\b"), "weights"),
    (re.compile(r"--block\b"), "blocks"),
    (re.compile(r"--(reference|data|columns|exclude|missing|toys|jobs|out)\b"), r"\1"),
    (re.compile(r"--shared (\w+)"), r'overrides={"data.files.shared": "\1"}'),
    (re.compile(r"--(calibration|levels|shared|max-dropped)\b"), _key),
    (re.compile(r"--rows-fdr\b"), "test.rows_fdr"),
    (re.compile(r"--dir\b"), "out"),
    (re.compile(r"--no-folder\b"), "out=None"),
    (re.compile(r"^command line: ", re.MULTILINE), ""),
)


def _renamed(text: str, files: Mapping[str, str]) -> str:
    """Returns a message of the program in which files and flags are arguments of test."""
    for name, what in files.items():
        text = text.replace(name, what)
    for pattern, argument in _ARGUMENTS:
        text = pattern.sub(argument, text)
    return text


def _answer(reply: _program.Output, files: Mapping[str, str]) -> Result:
    """Returns the result in a reply of the program, or raises its error."""

    def rename(text: str) -> str:
        return _renamed(text, files)

    message = rename(reply.message())
    if reply.code == 0:
        try:
            return _result.parse(reply.stdout, rename)
        except (ValueError, LookupError) as error:
            raise VersionError(f"the output of the program cannot be read: {error!r}") from error
    if reply.code == 2:
        raise InputError(message)
    if reply.code == 70:
        raise Fault(rename(reply.stderr.strip()), reply.code)
    result = None
    with contextlib.suppress(ValueError, LookupError):
        result = _result.parse(reply.stdout, rename)
    if reply.code != 1:
        message = (f"the program ended with {_ending(reply.code)}; with a run folder, the same "
                   "call continues from the toys that are done")
    raise RunError(message, reply.code, result)


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"
