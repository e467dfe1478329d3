"""What a test says, as records."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ._errors import VersionError

_SCHEMA = "sparker/test/1"  # the schema of what `sparker test --json` prints


@dataclass(frozen=True, eq=False)
class Place:
    """Where the samples differ.

    Attributes:
        number: from 1, the most significant first.
        kind: "excess" or "deficit".
        p_place: the p-value after the search over all places and widths, or None.
        z: the local significance, which is not corrected for the search.
        excess: how many rows there are more than expected.
        interval: the 90% interval of the excess, which holds after the search. An end is None if
            there are too few null toys for it.
        data, expected: the rows of the data, and those that the reference explains.
        sigma: the width of the place, in the units of the fit.
        center: the value of each column at the place, in units of the columns.
        columns: the columns in which the rows differ most from the reference, the first one most.
        rows: positions of the rows of the data that belong to the place most, by falling weight: at
            most 20 of them. They count from 0, so that data[place.rows] and
            frame.iloc[place.rows] are the rows.
        weights: how much each of these rows belongs to the place, from 0 to 1.
        raw: the record of the program.
    """

    number: int
    kind: str
    p_place: float | None
    z: float
    excess: float
    interval: tuple[float | None, float | None] | None
    data: float
    expected: float
    sigma: float
    center: Mapping[str, float]
    columns: tuple[str, ...]
    rows: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Result:
    """What a test of a sample says. In a notebook, it shows itself as a table with a figure.

    Attributes:
        p: the p-value, or None if there is none: the verdict says why.
        z: its significance in standard deviations, one-sided, or None.
        bound: whether no null toy was as extreme as the data. p is then an upper bound, and z a
            lower one.
        alpha: the size of the test.
        differs: whether p is at most alpha, or None without a p-value.
        useless: whether p is of no use, since most rows of the data are also in the reference.
        verdict: one sentence that says whether the samples differ, and what was compared.
        places: where they differ, the most significant first.
        warnings: what to know before the p-value is used.
        signatures: the names of the failure signatures of the method that the fits show.
        null_toys: the number of null toys.
        folder: the run folder, or None.
        report: report.html in it, or None.
        figures: its figures as SVG files, the one of the places first.
        title: the test, if several tests were made of one sample.
        tests: their results, if there are several. p, z and differs are then None, and places is
            empty.
        raw: the JSON that the program printed, as in docs/reference/schema/test.schema.json.
    """

    p: float | None
    z: float | None
    bound: bool
    alpha: float
    differs: bool | None
    useless: bool
    verdict: str
    places: tuple[Place, ...]
    warnings: tuple[str, ...]
    signatures: tuple[str, ...]
    null_toys: int
    folder: Path | None
    report: Path | None
    figures: tuple[Path, ...]
    title: str
    tests: tuple[Result, ...]
    raw: Mapping[str, Any] = field(repr=False)

    def __repr__(self) -> str:
        said = f"{len(self.tests)} tests" if self.tests else self._p()
        places = sum(1 for place in self.places if _stands_out(place, self.alpha))
        counts = f"{_count(places, 'place')}, {_count(len(self.warnings), 'warning')}"
        return f"<sparker.Result {said}, {counts}>"

    def _p(self) -> str:
        if self.p is None or self.z is None:
            return "without a p-value"
        p, z = ("<=", ">") if self.bound else ("=", "=")
        return f"p {p} {self.p:.3g} (Z {z} {self.z:.2f}){', of no use' if self.useless else ''}"

    def _repr_html_(self) -> str:
        from ._html import page

        return page(self)


def _stands_out(place: Place, alpha: float) -> bool:
    return place.p_place is not None and place.p_place <= alpha


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def parse(stdout: bytes, rename: Callable[[str], str]) -> Result:
    """Returns the result in an output of the program. rename replaces names of files."""
    raw = json.loads(stdout)
    schema = raw.get("schema") if isinstance(raw, dict) else None
    if schema != _SCHEMA:
        raise VersionError(f"the program prints {schema}, and this package reads {_SCHEMA}: "
                           "install versions of both that belong together")
    summary = raw["summary"]
    folder = Path(raw["run_folder"]) if "run_folder" in raw else None
    cells = {cell["cell"]: cell for cell in summary["cells"]}
    several = "{} tests were made of the data, and each has a result in tests"

    def result(answer: Mapping[str, Any], cell: Mapping[str, Any],
               tests: tuple[Result, ...] = ()) -> Result:
        observed = {} if tests else cell["observed"]
        names = [c["name"] for c in (answer.get("findings") or {}).get("columns") or []]
        return Result(
            p=answer.get("p"), z=answer.get("z"), bound=answer.get("bound", False),
            alpha=cell["alpha"], differs=answer.get("differs"),
            useless=2 * observed.get("shared", 0) > observed.get("events", 0),
            verdict=rename(answer.get("verdict", several.format(len(tests)))),
            places=tuple(_place(place, names) for place in answer.get("places", [])),
            warnings=tuple(rename(text) for text in answer.get("warnings", summary["warnings"])),
            signatures=tuple(s["name"] for s in cell.get("signatures") or []),
            null_toys=cell["null"]["toys"], folder=folder,
            report=_there(folder, "report.html"), figures=_figures(folder),
            title=rename(answer.get("title", "")), tests=tests, raw=answer)

    if "cells" in raw:
        tests = tuple(result(answer, cells[answer["cell"]]) for answer in raw["cells"])
        return result(raw, summary["cells"][0], tests)
    return result(raw, summary["cells"][0])


def _place(raw: Mapping[str, Any], names: list[str]) -> Place:
    nearest = raw.get("nearest") or []
    interval = raw.get("interval")
    return Place(
        number=raw["number"], kind=raw["kind"], p_place=raw.get("p"), z=raw["z"],
        excess=raw["excess"],
        interval=None if interval is None else (interval.get("low"), interval.get("high")),
        data=raw["data"], expected=raw["expected"], sigma=raw["sigma"],
        center=dict(zip(names, raw["centroid"])),
        columns=tuple(column["name"] for column in raw.get("columns") or raw.get("bulk") or []),
        rows=np.array([row["row"] for row in nearest], dtype=np.int64),
        weights=np.array([row["weight"] for row in nearest], dtype=np.float64), raw=raw)


def _there(folder: Path | None, name: str) -> Path | None:
    path = None if folder is None else folder / name
    return path if path is not None and path.exists() else None


def _figures(folder: Path | None) -> tuple[Path, ...]:
    if folder is None:
        return ()
    first = ("where", "members", "marginals")

    def order(path: Path) -> tuple[int, str]:
        return first.index(path.stem) if path.stem in first else len(first), path.name

    return tuple(sorted((folder / "figures").rglob("*.svg"), key=order))
