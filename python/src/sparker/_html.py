"""A result as HTML, for notebooks."""

from __future__ import annotations

import base64
import os
import urllib.parse
from html import escape
from pathlib import Path

from ._result import Place, Result, _count, _stands_out

_MOST_ROWS = 8  # of a place that are shown
_MOST_COLUMNS = 4
_MOST_FIGURE_BYTES = 1 << 21

# Notebooks are light or dark: text and lines have the color of the page.
_STYLE = """
.sparker { max-width: 60em; line-height: 1.4; }
.sparker p { margin: 0.4em 0; }
.sparker table { border-collapse: collapse; color: inherit; font-size: inherit; margin: 0.6em 0; }
.sparker th, .sparker td { border-bottom: 1px solid rgba(128, 128, 128, 0.4); color: inherit;
  padding: 0.25em 0.7em; text-align: left; vertical-align: top; }
.sparker td.number, .sparker th.number { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.sparker .warning { border-left: 3px solid #d97706; padding-left: 0.6em; overflow-wrap: anywhere; }
.sparker td, .sparker .verdict { overflow-wrap: anywhere; }
.sparker img { background: white; max-width: 100%; }
.sparker a { color: inherit; text-decoration: underline; }
.sparker .faint { opacity: 0.6; }
"""


def page(result: Result) -> str:
    """Returns a result as a part of an HTML page. It loads nothing."""
    parts = [f"<style>{_STYLE}</style>"]
    for test in result.tests or (result,):
        if test.title:
            parts.append(f"<p><strong>{_text(test.title)}</strong></p>")
        parts += [f'<p class="verdict"><strong>{_text(_headline(test))}</strong><br>'
                  f"{_text(_sentence(test))}</p>", _table(test)]
        parts += [f'<p class="warning">warning: {_text(text)}</p>' for text in test.warnings]
    if result.figures:
        parts.append(_image(result.figures[0]))
    if result.report is not None:
        parts.append(f'<p><a href="{escape(_address(result.report), quote=True)}" '
                     f'target="_blank">report</a> in {_text(str(result.folder))}</p>')
    return f'<div class="sparker">{"".join(parts)}</div>'


def _headline(result: Result) -> str:
    text = result._p()
    if result.differs is None or result.useless:
        return text
    return f"{text}: the samples {'differ' if result.differs else 'do not differ measurably'}"


def _sentence(result: Result) -> str:
    """Returns the verdict without the p-value that it begins with."""
    head, colon, rest = result.verdict.partition("): ")
    return rest if colon and head.startswith("p ") else result.verdict


def _table(result: Result) -> str:
    if not result.places:
        return ""
    head = "".join(f"<th{_class(number)}>{name}</th>" for name, number in (
        ("place", True), ("p_place", True), ("excess (90% interval)", True), ("rows", True),
        ("expected", True), ("near", False), ("rows of the data, from 0", False)))
    body = "".join(_row(place, _stands_out(place, result.alpha)) for place in result.places)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(place: Place, stands_out: bool) -> str:
    near = ", ".join(f"{name} = {place.center[name]:.4g}" for name in place.columns[:_MOST_COLUMNS]
                     if name in place.center)
    if len(place.columns) > _MOST_COLUMNS:
        near += ", ..."
    rows = ", ".join(str(row) for row in place.rows[:_MOST_ROWS])
    if len(place.rows) > _MOST_ROWS:
        rows += ", ..."
    interval = ""
    if place.interval is not None:
        low, high = ("?" if end is None else f"{end:.1f}" for end in place.interval)
        interval = f" ({low} to {high})"
    p = "-" if place.p_place is None else f"{place.p_place:.3g}"
    cells = ((str(place.number), True), (p, True), (f"{place.excess:+.1f}{interval}", True),
             (f"{place.data:.1f}", True), (f"{place.expected:.1f}", True), (near, False),
             (rows, False))
    faint = "" if stands_out else ' class="faint"'
    return f"<tr{faint}>" + "".join(f"<td{_class(number)}>{_text(text)}</td>"
                                    for text, number in cells) + "</tr>"


def _class(number: bool) -> str:
    return ' class="number"' if number else ""


def _image(figure: Path) -> str:
    """Returns a figure. As an image, an SVG file runs no scripts and loads nothing."""
    try:
        content = figure.read_bytes()
    except OSError:  # the folder was moved or removed
        return ""
    if len(content) > _MOST_FIGURE_BYTES:
        return ""
    data = base64.b64encode(content).decode()
    return f'<p><img alt="{_text(figure.stem)}" src="data:image/svg+xml;base64,{data}"></p>'


def _address(path: Path) -> str:
    """Returns the address of a file: below the working folder, that of the notebook, a relative
    one, since pages of a notebook server may not open files by their full paths."""
    try:
        return urllib.parse.quote(path.relative_to(os.getcwd()).as_posix())
    except (ValueError, OSError):
        return path.as_uri()


def _text(text: str) -> str:
    """Returns a text in which markup is shown, and so are marks that would change its order."""
    return escape("".join(c if c.isprintable() else c.encode("unicode_escape").decode()
                          for c in text), quote=True)
