"""What a call returns, leaves behind, and raises."""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import unittest
import unittest.mock
from typing import Any

import numpy as np

import sparker

from support import PROGRAM, QUICK, FolderTest, fake, normal


def hidden() -> tuple[Any, Any]:
    """Returns a reference, and data whose last 15 rows are a place."""
    rng = np.random.default_rng(1)
    bump = rng.normal([1.5, -1], 0.1, size=(15, 2))
    return rng.normal(size=(400, 2)), np.concatenate([rng.normal(size=(100, 2)), bump])


class ResultTest(FolderTest):
    def test_of_a_run_folder(self) -> None:
        reference, data = hidden()
        arguments: dict[str, Any] = {"preset": "lead", "toys": 39, "seed": 5, "names": ["a", "<b>"]}
        result = sparker.test(reference, data, **arguments)
        self.assertEqual(result.p, 1 / 40)
        self.assertTrue(result.bound and result.differs)
        self.assertEqual(result.null_toys, 39)
        self.assertEqual(result.signatures, ("few-toys",))
        self.assertIn("115 rows of data differ from the 400 rows of reference", result.verdict)
        self.assertEqual(repr(result), "<sparker.Result p <= 0.025 (Z > 1.96), 1 place, 1 warning>")

        place = result.places[0]
        self.assertEqual((place.number, place.kind), (1, "excess"))
        self.assertTrue(all(row >= 100 for row in place.rows[:8]), place.rows)
        np.testing.assert_allclose(list(place.center.values()), [1.5, -1], atol=0.2)
        np.testing.assert_allclose(data[place.rows[:8]].mean(axis=0), [1.5, -1], atol=0.2)
        self.assertTrue(np.all(np.diff(place.weights) <= 0))
        assert place.interval is not None and place.interval[1] is not None
        self.assertLess(place.excess, place.interval[1])

        assert result.folder is not None
        self.assertEqual(result.folder.parent, self.work / "runs")
        self.assertEqual(result.report, result.folder / "report.html")
        self.assertEqual(result.figures[0], result.folder / "figures" / "where.svg")
        self.assertTrue(all(figure.is_file() for figure in result.figures))
        self.assertEqual(os.listdir(), ["runs"])
        self.html(result)
        self.again(result, reference, data, arguments)

    def again(self, result: sparker.Result, reference: Any, data: Any, arguments: Any) -> None:
        """The same call fits nothing, and other data with the same arguments are another run."""
        assert result.folder is not None
        toys = next((result.folder / "toys").iterdir())
        before = toys.stat()
        for _ in range(2):
            second = sparker.test(reference, np.asfortranarray(data), figures=False, **arguments)
            self.assertEqual((second.folder, second.p), (result.folder, result.p))
            self.assertEqual(toys.stat().st_mtime_ns, before.st_mtime_ns)
        other = sparker.test(reference, data + 0.01, figures=False, **arguments)
        self.assertNotEqual(other.folder, result.folder)
        self.assertEqual(other.figures, ())

    def html(self, result: sparker.Result) -> None:
        page = result._repr_html_()
        self.assertIn("<strong>p &lt;= 0.025 (Z &gt; 1.96): the samples differ</strong>", page)
        self.assertIn("&lt;b&gt; =", page)
        self.assertNotIn("<b>", page)
        self.assertIn("warning: few-toys", page)
        self.assertIn('src="data:image/svg+xml;base64,', page)
        assert result.report is not None
        self.assertIn(f'href="runs/{result.report.parent.name}/report.html"', page)
        os.chdir(self.temporary)
        self.assertIn(f'href="file://{self.work}/runs/', result._repr_html_())
        os.chdir(self.work)
        loads = re.findall(r'(?:src|href)="(?!data:|runs/)[^"]*', page)
        self.assertEqual(loads, [])
        with unittest.mock.patch.object(pathlib.Path, "read_bytes", side_effect=OSError):
            self.assertNotIn("<img", result._repr_html_())

    def test_several_tests(self) -> None:
        both = {"tests": ["energy", "mmd"]}
        self.refused("out=None makes a single test", normal(40), normal(30), overrides=both)
        result = sparker.test(normal(40), normal(30, seed=2), toys=19, figures=False,
                              overrides=both)
        self.assertIsNone(result.p)
        self.assertIsNone(result.differs)
        self.assertEqual([test.title for test in result.tests],
                         ["test.method=energy", "test.method=mmd"])
        self.assertTrue(all(test.p is not None for test in result.tests))
        self.assertIn("2 tests", repr(result))
        self.assertEqual(result._repr_html_().count("p = "), 2)

    def test_useless(self) -> None:
        """A p-value that says nothing is never shown as an answer."""
        result = sparker.test(normal(60), normal(60)[:40], **QUICK)
        self.assertTrue(result.useless)
        self.assertIn("of no use", repr(result))
        self.assertTrue(result.verdict.endswith(
            '; overrides={"data.files.shared": "drop"} tests the others'))
        for shown in re.findall("<strong>.*?</strong>", result._repr_html_()):
            self.assertIn("of no use", shown)
            self.assertNotIn("differ", shown)
        self.assertFalse(sparker.test(normal(40), normal(30, seed=2), **QUICK).useless)

    def test_out(self) -> None:
        options = {**QUICK, "out": "a folder/ü"}
        result = sparker.test(normal(40), normal(30, seed=2), **options)
        assert result.folder is not None
        self.assertEqual(result.folder.parent, self.work / "a folder/ü")
        result = sparker.test(normal(40), normal(30, seed=2), **QUICK)
        self.assertIsNone(result.folder)
        self.assertIsNone(result.report)

    def test_progress(self) -> None:
        for progress, want in ((True, "20 of 20 fits"), (None, ""), (False, "")):
            with contextlib.redirect_stderr(io.StringIO()) as shown:
                sparker.test(normal(40), normal(30, seed=2), progress=progress,
                             **{**QUICK, "out": f"runs-{progress}", "figures": False})
            self.assertIn(want, shown.getvalue())
            self.assertEqual(bool(want), bool(shown.getvalue()))


class ProgramTest(FolderTest):
    def call(self, **options: Any) -> sparker.Result:
        return sparker.test(normal(40), normal(30, seed=2), **{**QUICK, **options})

    def test_absent(self) -> None:
        with unittest.mock.patch.dict(os.environ, {"PATH": "/nowhere", "SPARKER_BINARY": ""}):
            with self.assertRaises(FileNotFoundError) as caught:
                self.call()
            self.assertIsInstance(caught.exception, sparker.SparkerNotFound)
            for text in ("PATH", "SPARKER_BINARY", "binary", "go install"):
                self.assertIn(text, str(caught.exception))
            os.environ["SPARKER_BINARY"] = "/nowhere/sparker"
            with self.assertRaisesRegex(sparker.SparkerNotFound,
                                        "SPARKER_BINARY is '/nowhere/sparker'"):
                self.call()
            with self.assertRaisesRegex(sparker.SparkerNotFound, "binary is 'x'"):
                self.call(binary="x")
            self.call(binary=PROGRAM)

    def test_found(self) -> None:
        os.symlink(PROGRAM, "sparker")
        with unittest.mock.patch.dict(os.environ, {"PATH": ".", "SPARKER_BINARY": ""}):
            self.call()
            self.call(binary=pathlib.Path("sparker"))

    def test_another_program(self) -> None:
        for binary in (sys.executable, "/bin/true", fake(self.work, "")):
            with self.assertRaises(sparker.VersionError):
                self.call(binary=binary)
        for answer in ("{}", '{"schema": "sparker/test/9"}', "no JSON", "[]"):
            with self.assertRaises(sparker.VersionError):
                self.call(binary=fake(self.work, f"print({answer!r})"))

    def test_failures(self) -> None:
        for code, error, text in ((1, sparker.RunError, "no space"),
                                  (70, sparker.Fault, "no space"),
                                  (75, sparker.RunError, "exit code 75"),
                                  (2, sparker.InputError, "no space")):
            body = f"print('sparker: data.npy: no space', file=sys.stderr); sys.exit({code})"
            with self.assertRaisesRegex(error, text) as caught:
                self.call(binary=fake(self.work, body))
            if isinstance(caught.exception, sparker.RunError):
                self.assertEqual(caught.exception.exit_code, code)
                self.assertIsNone(caught.exception.result)
                self.assertNotIn(".npy", str(caught.exception))

    def test_no_answer(self) -> None:
        """A test without a p-value is an error that has the rest of the result."""
        one_step = {"test.method": "falkon", "baselines.falkon.iterations": 1}
        with self.assertRaisesRegex(sparker.RunError, "no p-value: .* raise") as caught:
            sparker.test(normal(60), normal(30, seed=2), toys=19, overrides=one_step, figures=False)
        result = caught.exception.result
        assert result is not None
        self.assertIsNone(result.p)
        self.assertIn("without a p-value", repr(result))
        self.assertIn("without a p-value", result._repr_html_())

    def test_killed(self) -> None:
        body = "os.kill(os.getpid(), signal.SIGKILL)"
        with self.assertRaisesRegex(sparker.RunError, "signal 9; .* continues"):
            self.call(binary=fake(self.work, body))

    def test_full_disk(self) -> None:
        with unittest.mock.patch("sparker._inputs._header", side_effect=OSError(28, "full")):
            with self.assertRaises(OSError):
                self.call()


@unittest.skipIf(sys.platform == "win32", "signals are those of POSIX")
class InterruptTest(FolderTest):
    def interrupted(self, code: str, ready: Any, *signals: int) -> subprocess.Popen[bytes]:
        """Runs Python, and sends signals to its process group, as a terminal does."""
        code = ("import os, sys, tempfile\nimport numpy as np\nimport sparker\n"
                f"tempfile.tempdir = {str(self.temporary)!r}\n"
                "x = np.random.default_rng(1).normal(size=(400, 2))\n" + code)
        source = str(pathlib.Path(sparker.__file__).resolve().parents[1])
        process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True,
                                   stderr=subprocess.PIPE,
                                   env={**os.environ, "PYTHONPATH": source})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        assert process.stderr is not None
        self.addCleanup(process.stderr.close)
        deadline = time.monotonic() + 60
        for number in signals or [signal.SIGINT]:
            while not ready() and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
            os.killpg(process.pid, number)
            time.sleep(0.5 if len(signals) > 1 else 0)
        process.wait(60)
        return process

    def toys(self) -> int:
        return sum(path.read_bytes().count(b"\n") for path in self.work.glob("runs/*/toys/*"))

    def test_interrupt(self) -> None:
        code = ("sparker.test(x, x[:200] + 0.1, toys=100000, jobs=1, "
                "overrides={'test.method': 'energy'})\n")
        done = 0
        for _ in range(2):  # the second call continues in the same folder
            before = done
            process = self.interrupted(code, lambda: self.toys() > before + 2)
            assert process.stderr is not None
            self.assertIn(b"KeyboardInterrupt: the toys that are done are kept; the same call "
                          b"continues", process.stderr.read())
            self.assertEqual(list(self.temporary.iterdir()), [])
            done = self.toys()
            self.assertGreater(done, before + 2)
        self.assertEqual(len(os.listdir("runs")), 1)

    def test_a_program_that_does_not_end(self) -> None:
        """A second interrupt ends the program at once."""
        binary = fake(self.work, "signal.signal(signal.SIGINT, lambda *_: None)\n"
                                 "open('../../work/ready', 'w').write(str(os.getpid()))\n"
                                 "while True: time.sleep(1)\n")
        process = self.interrupted(f"sparker.test(x, x, binary={binary!r})\n",
                                   pathlib.Path("ready").exists, signal.SIGINT, signal.SIGINT)
        assert process.stderr is not None
        self.assertIn(b"KeyboardInterrupt", process.stderr.read())
        with self.assertRaises(ProcessLookupError):
            os.kill(int(pathlib.Path("ready").read_text()), 0)

    def test_python_is_killed(self) -> None:
        """The program stops by itself. The temporary folder stays, since nobody removes it."""
        program = self.work / "program"  # holds a pipe open as long as it lives
        program.write_text(f'#!/bin/sh\nexec 9> "{self.work}/alive"\nexec "{PROGRAM}" "$@"\n')
        program.chmod(0o755)
        os.mkfifo("alive")
        alive = os.open("alive", os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, alive)
        code = ("sparker.test(x, x[:200] + 0.1, toys=100000, jobs=1, "
                f"overrides={{'test.method': 'energy'}}, binary={str(program)!r})\n")
        process = self.interrupted(code, lambda: self.toys() > 2, signal.SIGKILL)
        self.assertEqual(process.returncode, -signal.SIGKILL)
        with self.assertRaises(BlockingIOError):
            os.read(alive, 1)
        deadline = time.monotonic() + 10  # progress ends a program without its pipe after 30
        ended = False
        while not ended and time.monotonic() < deadline:
            time.sleep(0.05)
            with contextlib.suppress(BlockingIOError):
                ended = os.read(alive, 1) == b""
        self.assertTrue(ended)
        for folder in self.temporary.iterdir():
            shutil.rmtree(folder)

    def test_threads(self) -> None:
        """Calls of several threads do not disturb each other."""
        results: list[float | None] = []

        def call(shift: float) -> None:
            results.append(sparker.test(normal(40), normal(30, seed=2) + shift, **QUICK).p)

        threads = [threading.Thread(target=call, args=(shift,)) for shift in (0, 0, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(results), 3)
        self.assertEqual(len(set(results)), 2)


if __name__ == "__main__":
    unittest.main()
