"""What is read is what was given."""

from __future__ import annotations

import datetime
import decimal
import pathlib
import tempfile
import tracemalloc
import unittest
import warnings
from typing import Any

import numpy as np

import sparker
from sparker import _inputs

from support import QUICK, FolderTest, by_hand, normal

try:
    import pandas
except ImportError:
    pandas = None  # type: ignore[assignment]

NAMES = ["it's", 'a"b', """both '" of them""", "a,b", "two\nlines", "<b>bold</b>&amp;", "=1+2",
         "café", "日本", "back\\slash", "\u202eright to left", "x:y.npy", "a" * 300, " ", "--flag",
         "\x07bell", "\U0001f600"]


class FilesTest(unittest.TestCase):
    """NumPy, another reader of the format, reads the bits that were written."""

    def written(self, values: Any, names: Any = None) -> Any:
        sample = _inputs._sample("data", values, names)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.npy"
            _inputs.write(str(path), sample.columns, sample.names)
            return np.load(path)

    def test_bits_of_numbers(self) -> None:
        values = np.array([[0.1, -0.0, 1e-310], [np.nan, np.inf, 1e308], [1 / 3, 2.0**60, -7]])
        wide = np.repeat(values, 2, axis=1)
        for array in (values, np.asfortranarray(values), wide[:, ::2], values[::-1],
                      values.astype(">f8"), values[:2, :2].astype("f4"),
                      values[:0:-2, 2:].astype(np.float16), np.array([[2**63 - 1, -1]]),
                      np.array([[255, 0]], dtype="u1"), np.array([[True, False]])):
            got = self.written(array)
            self.assertEqual(got.dtype, array.dtype)
            self.assertEqual(np.atleast_2d(got.reshape(len(array), -1)).tobytes(),
                             np.ascontiguousarray(array).tobytes())

    def test_many_batches(self) -> None:
        before = _inputs._BATCH
        self.addCleanup(setattr, _inputs, "_BATCH", before)
        _inputs._BATCH = 100
        array = normal(1001, 3)
        self.assertEqual(self.written(array).tobytes(), array.tobytes())
        named = self.written(array, tuple("abc"))
        self.assertEqual(named.tobytes(), array.tobytes())
        self.assertEqual(named.dtype.names, tuple("abc"))

    def test_memory(self) -> None:
        """The memory that writing takes depends on the size of a batch, not of the array."""
        self.addCleanup(setattr, _inputs, "_BATCH", _inputs._BATCH)
        _inputs._BATCH = 1 << 20
        array = np.zeros((1 << 19, 8))  # 32 MiB
        for names in (None, tuple("abcdefgh")):
            sample = _inputs._sample("data", np.asfortranarray(array), names)
            with tempfile.TemporaryDirectory() as folder:
                tracemalloc.start()
                self.addCleanup(tracemalloc.stop)
                _inputs.write(str(pathlib.Path(folder) / "x.npy"), sample.columns, sample.names)
                self.assertLess(tracemalloc.get_traced_memory()[1], 4 << 20)
                tracemalloc.stop()

    def test_a_column(self) -> None:
        self.assertEqual(self.written([1, 2]).tolist(), [1, 2])
        self.assertEqual(self.written([1, 2], ("a",)).tolist(), [(1,), (2,)])

    def test_names(self) -> None:
        got = self.written(normal(2, len(NAMES)), tuple(NAMES))
        self.assertEqual(list(got.dtype.names), NAMES)

    def test_masked(self) -> None:
        masked = np.ma.masked_array([[1, 2], [3, 4]], [[False, True], [False, False]])
        np.testing.assert_array_equal(self.written(masked), [[1, np.nan], [3, 4]])
        self.assertEqual(self.written(np.ma.masked_array([[1, 2]])).dtype, np.int64)

    def test_structured(self) -> None:
        array = np.array([(1.5, 2, "a", "2026-01-02"), (2.5, 3, "bc", "NaT")],
                         dtype=[("x", "f4"), ("n", "i2"), ("w", "U2"), ("t", "M8[s]")])
        got = self.written(array)
        self.assertEqual(got.dtype, array.dtype)
        self.assertEqual(got.tobytes(), array.tobytes())

    def test_longdouble(self) -> None:
        self.assertEqual(self.written(np.array([[0.1, 2]], dtype=np.longdouble)).dtype, np.float64)


@unittest.skipIf(pandas is None, "pandas is absent")
class FramesTest(unittest.TestCase):
    """Every type of a column of pandas is numbers, times or words."""

    def column(self, values: Any, dtype: Any = None) -> Any:
        frame = pandas.DataFrame({"c": pandas.Series(values, dtype=dtype)})
        return _inputs._sample("data", frame, None).columns[0]

    def check(self, got: Any, want: list[Any], kind: str) -> None:
        self.assertEqual(got.dtype.kind, kind)
        np.testing.assert_array_equal(got, np.array(want, dtype=got.dtype))

    def test_numbers(self) -> None:
        nan = np.nan
        self.check(self.column([1.5, nan]), [1.5, nan], "f")
        self.check(self.column([1, 2], "int8"), [1, 2], "i")
        self.check(self.column([True, False]), [True, False], "b")
        self.check(self.column([1, None], "Int64"), [1, nan], "f")
        self.check(self.column([True, None], "boolean"), [1, nan], "f")
        self.check(self.column([0.1, None], "Float64"), [0.1, nan], "f")
        self.check(self.column([1, None, 2.5, True], object), [1, nan, 2.5, 1], "f")
        self.check(self.column([decimal.Decimal("0.1"), None]), [0.1, nan], "f")
        self.check(self.column([None, None], object), [nan, nan], "f")
        self.check(self.column(pandas.arrays.SparseArray([0.0, 1.0])), [0, 1], "f")

    def test_words(self) -> None:
        want = ["a", "", "bc"]
        for dtype in (object, "string", "category"):
            self.check(self.column(["a", None, "bc"], dtype), want, "U")
        self.check(self.column([2, 1, 2], "category"), ["2", "1", "2"], "U")
        self.check(self.column([None], "category"), [""], "U")

    def test_times(self) -> None:
        noon = "2026-01-02T12:00"
        self.check(self.column(pandas.to_datetime([noon, None])), [noon, "NaT"], "M")
        zone = pandas.to_datetime(["2026-01-02T13:00"]).tz_localize("Europe/Paris")
        self.check(self.column(zone), [noon], "M")
        self.check(self.column(zone.astype(object)), [noon], "M")
        self.check(self.column([datetime.date(2026, 1, 2), None]), ["2026-01-02", "NaT"], "M")
        self.check(self.column(pandas.period_range("2026-01", periods=2, freq="M")),
                   ["2026-01-01", "2026-02-01"], "M")
        self.check(self.column(pandas.to_timedelta(["12h"])), [np.timedelta64(12, "h")], "m")
        self.check(self.column([datetime.timedelta(hours=12)], object),
                   [np.timedelta64(12, "h")], "m")


class SameNumbersTest(FolderTest):
    """The p-value and every statistic are those of the program for files written by hand."""

    def same(self, result: sparker.Result, answer: dict[str, Any]) -> None:
        self.assertEqual(result.p, answer["p"])
        got, want = (raw["summary"]["cells"][0] for raw in (result.raw, answer))
        self.assertEqual(got["observed"], want["observed"])
        self.assertEqual(got["scales"], want["scales"])

    def test_arrays(self) -> None:
        r, d = normal(60, 3), normal(30, 3, seed=2) + 0.3
        np.save("r.npy", r)
        np.save("d.npy", d)
        answer = by_hand(self.work, "--reference=r.npy", "--data=d.npy")
        wide = np.repeat(d, 3, axis=0)
        self.same(sparker.test(r, d, **QUICK), answer)
        self.same(sparker.test(np.asfortranarray(r), wide[::3], **QUICK), answer)
        self.same(sparker.test(r, d, names=["a", "b", "c"], **QUICK), answer)
        np.save("d.npy", d.astype("f4"))
        self.same(sparker.test(r, d.astype("f4"), **QUICK),
                  by_hand(self.work, "--reference=r.npy", "--data=d.npy"))

    @unittest.skipIf(pandas is None, "pandas is absent")
    def test_frames(self) -> None:
        def frame(rows: int, seed: int) -> Any:
            x = normal(rows, 2, seed)
            return pandas.DataFrame({
                "x": x[:, 0], "y": x[:, 1].astype("f4"), "n": np.arange(rows) % 7,
                "flag": x[:, 0] > 0, "word": np.where(x[:, 1] > 0, "one", "two"),
                "day": pandas.date_range("2026-01-01", periods=rows).to_numpy()})

        r, d = frame(60, 1), frame(30, 2)
        r.astype({"y": float}).to_csv("r.csv", index=False)
        d.astype({"y": float}).to_csv("d.csv", index=False)
        answer = by_hand(self.work, "--reference=r.csv", "--data=d.csv")
        self.same(sparker.test(r, d[d.columns[::-1]], **QUICK), answer)
        self.assertIn("7 columns", answer["verdict"])  # the words are two

    def test_weights(self) -> None:
        r, d, w, v = normal(60), normal(30, seed=2), normal(60, 1) ** 2, normal(30, 1, 3) ** 2
        for name, array in (("r", r), ("d", d), ("w", w), ("v", v)):
            np.save(name, array)
        keys = ["data.files.reference.weight=w.npy", "data.files.observed.weight=v.npy"]
        answer = by_hand(self.work, "--reference=r.npy", "--data=d.npy", *keys)
        self.same(sparker.test(r, d, weights=(w, v[:, 0]), **QUICK), answer)
        columns = [np.hstack(pair) for pair in ((r, w), (d, v))]
        result = sparker.test(*columns, names=["a", "b", "w"], weights="w", **QUICK)
        self.same(result, answer)
        self.assertIn("2 columns (a, b)", result.verdict)

    def test_blocks(self) -> None:
        r, d = normal(60), normal(30, seed=2)
        runs = np.repeat(np.arange(20), 3), np.repeat([f"b{i}" for i in range(10)], 3)
        np.save("r.npy", r)
        np.save("d.npy", d)
        np.save("rb.npy", runs[0])
        np.save("db.npy", runs[1])
        answer = by_hand(self.work, "--reference=r.npy", "--data=d.npy",
                         "data.files.reference.block=rb.npy", "data.files.observed.block=db.npy")
        self.same(sparker.test(r, d, blocks=runs, **QUICK), answer)
        self.assertNotEqual(answer["summary"]["cells"][0]["scales"],
                            sparker.test(r, d, **QUICK).raw["summary"]["cells"][0]["scales"])


class ChoicesTest(FolderTest):
    """Names, columns and rows are chosen as the arguments say."""

    def test_hostile_names(self) -> None:
        r, d = normal(40, len(NAMES)), normal(30, len(NAMES), seed=2)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = sparker.test(r, d, names=NAMES, toys=19, out=None, preset="lead")
        self.assertEqual(list(result.places[0].center), NAMES)
        self.assertLessEqual(set(result.places[0].columns), set(NAMES))
        page = result._repr_html_()
        for bad in ("<b>", "\u202e", "\x07"):
            self.assertNotIn(bad, page)

    def test_columns(self) -> None:
        r, d, names = normal(40, 4), normal(30, 4, seed=2), ["a", "b", "a,b", "id_1"]
        result = sparker.test(r, d, names=names, columns=["a,b", "a"], **QUICK)
        self.assertIn("2 columns (a,b, a)", result.verdict)
        result = sparker.test(r, d, names=names, exclude=["id_*"], **QUICK)
        self.assertIn("3 columns (a, b, a,b)", result.verdict)

    def test_missing(self) -> None:
        r, d = normal(40), np.ma.masked_array(normal(30, seed=2))
        d[3, 1] = np.ma.masked
        message = self.refused("row 3 (counted from 0), column x2 is missing", r, d)
        self.assertTrue(message.startswith("data: 1 of 30 rows"), message)
        self.assertIn('missing="drop"', message)
        self.assertIn("29 rows of data",
                      sparker.test(r, d, missing="drop", **QUICK).verdict)

    def test_refusals(self) -> None:
        r, d = normal(40), normal(30, seed=2)
        inf = d.copy()
        inf[5, 0] = np.inf
        self.refused("row 5 (counted from 0), column x1 is +Inf", r, inf)
        self.refused("complex", r, d + 1j)
        self.refused("3 dimensions", r, d[None])
        self.refused("Python objects", r, d.astype(object))
        self.refused("array of text", r, [["a", "b"]])
        self.refused("data is empty: it has no rows", r, d[:0])
        self.refused("data is empty: it has no columns", r, d[:, :0])
        self.refused("3", r, normal(30, 3))
        self.refused("a single row", r[:1], d)
        self.refused("is not a table", r, [[1, 2], [3]])
        self.refused("data is a dict; want an array", r, {"a": d[:, 0]})
        self.refused("data is a str; want an array", r, "data.csv")
        self.refused("names has 3 names, and reference has 2 columns", r, d, names=["a", "b", "c"])
        self.refused("several columns are called 'a'", r, d, names=["a", "a"])
        self.refused("empty name", r, d, names=["a", ""])
        self.refused("not text", r, d, names=["a", "\ud800"])
        self.refused("names is one text", r, d, names="ab")
        self.refused("give names to choose columns", r, d, columns=["a"])
        self.refused("columns is empty", r, d, names=["mass", "pt"], columns=[])
        self.refused("did you mean 'mass'", r, d, names=["mass", "pt"], columns=["mas"])
        self.refused("the columns have no names", r, d, weights="w")
        self.refused("want the name of a column, or a pair", r, d, weights=np.ones(40))
        self.refused("weights of the data have the shape (40,); want one for each of the 30 rows",
                     r, d, weights=(np.ones(40), np.ones(40)))
        self.refused("did you mean", r, d, overrides={"model.kernel": 3})
        self.refused("is not a key", r, d, overrides={"a key": 3})
        self.refused("not one of a config", r, d, overrides={"seed": object()})
        self.refused("toys", r, d, toys=0)
        self.assertEqual('missing is "keep"; want one of refuse, drop, indicator',
                         self.refused("missing", r, d, missing="keep"))
        self.refused("names has 1 name, and reference has 2 columns", r, d, names=["a"])

    def test_another_frame(self) -> None:
        """NumPy makes an array of it, in which columns are matched by position."""
        class Frame:
            __dataframe__ = to_pandas = None

            def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
                return normal(30)

        self.refused("data is a Frame of", normal(40), Frame())

    def test_weights_that_cannot_be_used(self) -> None:
        w = np.ones(40)
        w[7] = np.nan
        message = self.refused("the weights of the reference", normal(40), normal(30, seed=2),
                               weights=(w, None))
        self.assertIn("7", message)

    def test_names_of_one_sample(self) -> None:
        r = np.zeros(3, dtype=[("a", "f8"), ("b", "f8")])
        self.refused("data is an array without names", r, normal(30))

    @unittest.skipIf(pandas is None, "pandas is absent")
    def test_frames(self) -> None:
        r = pandas.DataFrame(normal(40), columns=["a", "b"])
        d = pandas.DataFrame(normal(30, seed=2), columns=["b", "a"])
        self.assertIn("2 columns (a, b)", sparker.test(r, d, **QUICK).verdict)
        self.refused("it lacks b", r, d[["a"]])
        self.refused("extra column c", r, d.assign(c=1.0))
        self.refused('column "b" is a category; want a number', r, d.assign(b="word"))
        self.refused("data is an array without names", r, d.to_numpy())
        self.assertIn("2 columns (a, b)",
                      sparker.test(r, d.to_numpy()[:, ::-1], names=["a", "b"], **QUICK).verdict)
        self.refused("several columns are called 'a'", r, d.rename(columns={"b": "a"}))
        self.refused("several columns are called '1'", r.set_axis([1, "1"], axis=1), d)
        self.refused("values of type int, str", r.assign(c=[1, "x"] * 20), d)
        self.refused("values of type complex", r.assign(c=pandas.Series([1j] * 40, dtype=object)),
                     d)
        self.refused("is complex", r.assign(c=1j), d)
        huge = pandas.Series([10**400] * 40, dtype=object)
        self.refused("beyond the largest", r.assign(c=huge), d)
        self.refused("too large for a category",
                     r.assign(c=["x" * 10_000_000] + [""] * 39), d)

    @unittest.skipIf(pandas is None, "pandas is absent")
    def test_texts_are_left_out(self) -> None:
        r, d = (pandas.DataFrame({"x": normal(n, 1, n)[:, 0], "t": [f"text {i}" for i in range(n)]})
                for n in (60, 40))
        result = sparker.test(r, d, **QUICK)
        self.assertIn("1 column (x)", result.verdict)
        self.assertTrue(any("t (text)" in text for text in result.warnings), result.warnings)


if __name__ == "__main__":
    unittest.main()
