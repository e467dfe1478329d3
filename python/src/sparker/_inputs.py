"""Arrays and data frames, as tables that the program reads.

A table is an .npy file. Arrays without names are matrices; everything else is an array of records,
in which each column keeps its type. So the program reads the bits of the arrays.
"""

from __future__ import annotations

import datetime
import decimal
import difflib
import numbers
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ._errors import InputError

Array = npt.NDArray[Any]

# Memory that the words of one column may take in a file.
_MOST_WORD_BYTES = 1 << 30

# Bytes that are converted at once.
_BATCH = 1 << 24


@dataclass(frozen=True)
class Sample:
    """The columns of a sample, each an array of one dimension. Without names, they share a type."""

    what: str  # "reference" or "data"
    columns: tuple[Array, ...]
    names: tuple[str, ...] | None

    @property
    def rows(self) -> int:
        return len(self.columns[0])

    def select(self, names: Sequence[str]) -> Sample:
        """Returns the columns with some names, in their order."""
        if self.names is None:
            raise InputError(f"{self.what}: an array without names; give names to choose columns")
        if not names:
            raise InputError("columns is empty; want names of columns")
        missing = [name for name in names if name not in self.names]
        if missing:
            raise InputError(f"{self.what}: {_unknown(missing, self.names)}")
        at = [self.names.index(name) for name in names]
        return Sample(self.what, tuple(self.columns[j] for j in at), tuple(names))

    def without(self, name: str) -> Sample:
        """Returns all columns except one."""
        assert self.names is not None
        rest = [other for other in self.names if other != name]
        if not rest:
            raise InputError(f"{self.what}: no column is left to test without {name!r}")
        return self.select(rest)


def _unknown(missing: Sequence[str], names: Sequence[str]) -> str:
    """Returns what is wrong with names that no column has."""
    text = "no column is called " + " or ".join(repr(name) for name in missing)
    close = difflib.get_close_matches(missing[0], names, n=1)
    if close:
        return f"{text}; did you mean {close[0]!r}?"
    shown = ", ".join(repr(name) for name in names[:12])
    return f"{text}; the columns are {shown}{', ...' if len(names) > 12 else ''}"


def samples(reference: Any, data: Any, names: Sequence[str] | None) -> tuple[Sample, Sample]:
    """Returns both samples. Names are those of the columns of arrays."""
    given = None if names is None else _names("names", names)
    r, d = _sample("reference", reference, given), _sample("data", data, given)
    if (r.names is None) != (d.names is None):
        bare, named = (r, d) if r.names is None else (d, r)
        raise InputError(f"{bare.what} is an array without names, and the columns of {named.what} "
                         "have names; give names, those of the columns of the array")
    return r, d


def _names(what: str, names: Sequence[Any]) -> tuple[str, ...]:
    """Returns names as texts. They must be different."""
    if isinstance(names, (str, bytes)):
        raise InputError(f"{what} is one text; want a list of texts")
    texts = tuple(_name(what, name) for name in names)
    twice = sorted({text for text in texts if texts.count(text) > 1})
    if twice:
        raise InputError(f"{what}: several columns are called {twice[0]!r}")
    return texts


def _name(what: str, name: Any) -> str:
    """Returns the name of a column as a text. The levels of a name are joined by points."""
    text = ".".join(str(level) for level in name) if isinstance(name, tuple) else str(name)
    if not text:
        raise InputError(f"{what}: a column has an empty name")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(f"{what}: the name {text!r} of a column is not text") from None
    return text


def _sample(what: str, values: Any, names: tuple[str, ...] | None) -> Sample:
    pandas: Any = sys.modules.get("pandas")
    if pandas is not None and isinstance(values, pandas.Series):
        values = values.to_frame("x1" if values.name is None else values.name)
    if pandas is not None and isinstance(values, pandas.DataFrame):
        own = _names(what, list(values.columns))
        sample = Sample(what, tuple(_series(f"{what}, column {name!r}", values.iloc[:, j])
                                    for j, name in enumerate(own)), own)
    else:
        sample = _array(what, values, names)
    if not sample.columns:
        raise InputError(f"{what} is empty: it has no columns")
    if sample.rows == 0:
        raise InputError(f"{what} is empty: it has no rows")
    return sample


def _array(what: str, values: Any, names: tuple[str, ...] | None) -> Sample:
    if hasattr(values, "__dataframe__"):  # as an array, it would lose the names of its columns
        raise InputError(f"{what} is a {type(values).__name__} of {type(values).__module__}; want "
                         "an array or a pandas.DataFrame (to_pandas() makes one)")
    try:
        array = values if isinstance(values, np.ma.MaskedArray) else np.asarray(values)
    except ValueError as error:  # rows of different lengths
        raise InputError(f"{what} is not a table: {error}") from None
    if array.dtype.names is not None:
        if array.ndim != 1:
            raise InputError(f"{what} is an array of records of {array.ndim} dimensions; want 1")
        own = _names(what, array.dtype.names)
        return Sample(what, tuple(_column(f"{what}, column {name!r}", array[field]) for name, field
                                  in zip(own, array.dtype.names)), own)
    if array.ndim == 0:
        raise InputError(f"{what} is a {type(values).__name__}; want an array with a row for each "
                         "event, or a pandas.DataFrame")
    if array.ndim == 1:
        array = array.reshape(-1, 1)
    if array.ndim != 2:
        raise InputError(f"{what} has {array.ndim} dimensions; want 2, or 1 for a single column")
    if array.dtype.kind in "OUST":
        raise InputError(f"{what} is an array of {_kind(array.dtype)}; want numbers "
                         "(array.astype(float)), or columns of different types in a "
                         "pandas.DataFrame or a structured array")
    if names is not None and len(names) != array.shape[1]:
        raise InputError(f"names has {_counted(len(names), 'name')}, and {what} has "
                         f"{_counted(array.shape[1], 'column')}")
    matrix = _column(what, array)
    return Sample(what, tuple(matrix[:, j] for j in range(matrix.shape[1])), names)


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _kind(dtype: np.dtype[Any]) -> str:
    return "Python objects" if dtype.kind == "O" else "text"


def _column(what: str, array: Array) -> Array:
    """Returns an array of a type that the program reads. Masked values are missing."""
    kind = array.dtype.kind
    if kind == "c":
        raise InputError(f"{what} is complex; give the real and imaginary parts as two columns")
    if kind not in "fiubMmUST":
        raise InputError(f"{what} is of type {array.dtype}; want numbers, times or words")
    if isinstance(array, np.ma.MaskedArray):
        array = _unmasked(array)
    if kind == "T":  # the texts of variable length of NumPy 2
        array = array.astype(str)
    if kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    if kind in "US":
        _check_words(what, len(array), array.dtype.itemsize)
    return np.asarray(array)


def _unmasked(array: Any) -> Array:
    if not np.any(array.mask):
        return np.asarray(array.data)
    kind = array.dtype.kind
    if kind in "iub":
        array = array.astype(np.float64)
    missing = {"U": "", "S": b"", "M": np.datetime64("NaT"), "m": np.timedelta64("NaT")}
    return np.asarray(array.filled(missing.get(kind, np.nan)))


def _check_words(what: str, rows: int, width: int) -> None:
    if rows * width > _MOST_WORD_BYTES:
        raise InputError(f"{what} has texts of up to {width // 4} characters in {rows} rows; it is "
                         "too large for a category, so leave it out of columns")


def _series(what: str, series: Any) -> Array:
    """Returns a column of a data frame."""
    pandas: Any = sys.modules["pandas"]
    dtype = series.dtype
    if isinstance(dtype, pandas.CategoricalDtype):
        words = [str(category) for category in dtype.categories]
        codes = np.asarray(series.cat.codes)  # -1 is missing, and takes the last word
        width = 4 * max(map(len, words), default=1)
        _check_words(what, len(codes), width)
        return np.asarray(np.array([*words, ""], dtype=str)[codes])
    if isinstance(dtype, pandas.DatetimeTZDtype):
        return np.asarray(series.dt.tz_convert("UTC").dt.tz_localize(None))
    if isinstance(dtype, pandas.PeriodDtype):
        return np.asarray(series.dt.to_timestamp())
    if isinstance(dtype, np.dtype) and dtype.kind != "O":
        return _column(what, series.to_numpy())
    if pandas.api.types.is_bool_dtype(dtype) or pandas.api.types.is_numeric_dtype(dtype):
        if not pandas.api.types.is_complex_dtype(dtype):
            return np.asarray(series.to_numpy(dtype=np.float64, na_value=np.nan))
    return _objects(what, list(series), np.asarray(series.isna()))


def _objects(what: str, values: list[Any], missing: Array) -> Array:
    """Returns a column of Python objects: all of them numbers, texts, times or durations."""
    pandas: Any = sys.modules["pandas"]
    kept = [value for value, gone in zip(values, missing) if not gone]

    def all_of(*types: type) -> bool:
        return all(issubclass(t, types) for t in {type(value) for value in kept})

    if all_of(str):
        words = ["" if gone else value for value, gone in zip(values, missing)] if kept else None
        if words is None:
            return np.full(len(values), np.nan)
        _check_words(what, len(words), 4 * max(map(len, words)))
        return np.array(words, dtype=str)
    if all_of(numbers.Real, decimal.Decimal, np.bool_):
        try:
            return np.array([np.nan if gone else float(value)
                             for value, gone in zip(values, missing)])
        except OverflowError:
            raise InputError(f"{what} has a number beyond the largest float64") from None
    convert: Callable[..., Any] | None = None
    if all_of(datetime.timedelta, np.timedelta64):
        convert = pandas.to_timedelta
    elif all_of(datetime.date, np.datetime64):  # a datetime is a date
        convert = pandas.to_datetime
    if convert is None:
        types = sorted({type(value).__name__ for value in kept})
        raise InputError(f"{what} has values of type {', '.join(types)}; want numbers, times or "
                         "words, all of one kind")
    options = {"utc": True} if convert is pandas.to_datetime else {}
    column = pandas.Series(convert(pandas.Series(values), **options))
    return np.asarray(column.dt.tz_localize(None) if options else column)


def per_row(what: str, value: Any, r: Sample, d: Sample
            ) -> tuple[Sample, Sample, list[Array | None]]:
    """Returns the samples, and one value for each row of each of them.

    The value is the name of a column, which is then left out of the samples, or a pair of arrays,
    of which one may be None.
    """
    if isinstance(value, str):
        if r.names is None or d.names is None:
            raise InputError(f"{what} is the name of a column, and the columns have no names")
        if value not in r.names and value not in d.names:
            raise InputError(f"{what}: {_unknown([value], r.names)}")
        arrays: list[Array | None] = []
        rest = []
        for s in (r, d):
            assert s.names is not None
            there = value in s.names
            arrays.append(s.columns[s.names.index(value)] if there else None)
            rest.append(s.without(value) if there else s)
        return rest[0], rest[1], arrays
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise InputError(f"{what}: want the name of a column, or a pair (those of the reference, "
                         "those of the data), of which one may be None")
    arrays = []
    for s, given in zip((r, d), value):
        if given is None:
            arrays.append(None)
            continue
        column = _values(f"{what} of the {s.what}", given)
        if column.shape != (s.rows,):
            raise InputError(f"{what} of the {s.what} have the shape {column.shape}; want one for "
                             f"each of the {s.rows} rows")
        arrays.append(column)
    return r, d, arrays


def _values(what: str, values: Any) -> Array:
    """Returns an array of numbers, times or words. One of a single column has one dimension."""
    pandas: Any = sys.modules.get("pandas")
    if pandas is not None and isinstance(values, pandas.Series):
        return _series(what, values)
    array = _column(what, values if isinstance(values, np.ma.MaskedArray) else np.asarray(values))
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def write(path: str, columns: Sequence[Array], names: Sequence[str] | None) -> None:
    """Writes columns of one length into an .npy file."""
    with open(path, "wb") as file:
        file.writelines(_parts(columns, names))


def _parts(columns: Sequence[Array], names: Sequence[str] | None) -> Iterator[bytes]:
    """Yields the header of the file, and then the bytes of some rows at a time."""
    n, d = len(columns[0]), len(columns)
    width = sum(c.dtype.itemsize for c in columns)
    record = np.dtype([(f"f{j}", c.dtype) for j, c in enumerate(columns)])
    descr: Any = columns[0].dtype.str
    shape: tuple[int, ...] = (n,) if d == 1 else (n, d)
    if names is not None:
        descr, shape = [(name, c.dtype.str) for name, c in zip(names, columns)], (n,)
    yield _header(repr({"descr": descr, "fortran_order": False, "shape": shape}))
    rows = max(1, _BATCH // width)
    for start in range(0, n, rows):
        stop = min(n, start + rows)
        batch = np.empty(stop - start, dtype=record)  # the bytes of a matrix of these columns, too
        for j, column in enumerate(columns):
            batch[f"f{j}"] = column[start:stop]
        yield batch.tobytes()


def _header(text: str) -> bytes:
    """Returns the header of version 3 of the .npy format, whose length is a multiple of 64."""
    raw = text.encode()
    raw += b" " * (63 - (12 + len(raw)) % 64) + b"\n"
    return b"\x93NUMPY\x03\x00" + struct.pack("<I", len(raw)) + raw
