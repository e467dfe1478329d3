"""The examples of the README and of the guide print what the pages say."""

from __future__ import annotations

import doctest
import os
import pathlib
import re
import unittest
import unittest.mock
from typing import Any

from support import PROGRAM, FolderTest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class LicenseTest(unittest.TestCase):
    def test_of_the_package(self) -> None:
        """A package that is built from its folder alone has the license of the project."""
        self.assertEqual((ROOT / "python/LICENSE").read_text(), (ROOT / "LICENSE").read_text())


class DocsTest(FolderTest):
    def test_examples(self) -> None:
        names: dict[str, Any] = {}  # those of the README are used by the guide
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        with unittest.mock.patch.dict(os.environ, {"SPARKER_BINARY": PROGRAM}):
            for page in ("python/README.md", "docs/guide/python.md"):
                text = (ROOT / page).read_text()
                blocks = "\n".join(re.findall(r"(?ms)^```python\n(.*?)^```$", text))
                test = doctest.DocTestParser().get_doctest(blocks, names, page, page, 0)
                self.assertGreater(len(test.examples), 2)
                printed: list[str] = []
                done = doctest.DocTestRunner(verbose=False, optionflags=flags).run(
                    test, out=printed.append, clear_globs=False)
                self.assertEqual(done.failed, 0, "".join(printed))
                names = test.globs


if __name__ == "__main__":
    unittest.main()
