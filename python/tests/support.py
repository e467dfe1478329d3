"""What the tests share: the program, folders of their own, and samples."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from typing import Any

import numpy as np

import sparker

PROGRAM = shutil.which(os.environ.get("SPARKER_BINARY") or "sparker") or ""
if PROGRAM:
    PROGRAM = os.path.abspath(PROGRAM)  # the tests change their working folder

QUICK: dict[str, Any] = {"overrides": {"test.method": "energy"}, "toys": 19, "out": None}
"""Arguments of a test without fits."""


def normal(rows: int, columns: int = 2, seed: int = 1) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.random.default_rng(seed).normal(size=(rows, columns))


class FolderTest(unittest.TestCase):
    """A test in a working folder of its own, which leaves no temporary file behind."""

    def setUp(self) -> None:
        if not PROGRAM:
            self.skipTest("the program sparker is neither in SPARKER_BINARY nor in PATH")
        own = tempfile.TemporaryDirectory()
        self.addCleanup(own.cleanup)
        root = pathlib.Path(os.path.realpath(own.name))
        self.work, self.temporary = root / "work", root / "temporary"
        self.work.mkdir()
        self.temporary.mkdir()
        before = os.getcwd(), tempfile.tempdir
        os.chdir(self.work)
        tempfile.tempdir = str(self.temporary)
        self.addCleanup(self._leave, *before)

    def _leave(self, folder: str, temporary: str | None) -> None:
        os.chdir(folder)
        tempfile.tempdir = temporary
        self.assertEqual(list(self.temporary.iterdir()), [])

    def refused(self, text: str, *args: Any, **options: Any) -> str:
        """Checks that a call is an input error with a text, and returns its message."""
        with self.assertRaises(sparker.InputError) as caught:
            sparker.test(*args, **{**QUICK, **options})
        message = str(caught.exception)
        self.assertIn(text, message)
        for hidden in (".npy", str(self.temporary), "--"):
            self.assertNotIn(hidden, message)
        return message


def by_hand(folder: pathlib.Path, *args: str) -> dict[str, Any]:
    """Calls the program in a folder, and returns what it prints."""
    done = subprocess.run([PROGRAM, "test", *args, "--json", "--no-folder", "--toys=19",
                           "test.method=energy"], cwd=folder, capture_output=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def fake(folder: pathlib.Path, body: str) -> str:
    """Writes a program that says that it is sparker and then does what a body says."""
    path = folder / "fake"
    path.write_text(f"#!{sys.executable}\nimport json, os, signal, sys, time\n"
                    "if sys.argv[1] == 'version':\n"
                    "    print(json.dumps({'schema': 'sparker/version/1'})); sys.exit()\n" + body)
    path.chmod(0o755)
    return str(path)
