"""The errors of the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._result import Result


class SparkerError(Exception):
    """The base of all errors of the package."""


class SparkerNotFound(SparkerError, FileNotFoundError):
    """The program sparker is absent. The message says where it was looked for."""


class VersionError(SparkerError):
    """The program is not sparker, or a version of it that this package cannot read."""


class InputError(SparkerError, ValueError):
    """An argument cannot be used. Nothing was fitted."""


class RunError(SparkerError, RuntimeError):
    """The test failed, or ended without a p-value.

    Attributes:
        exit_code: that of the program, below 0 if a signal ended it.
        result: what the program printed nevertheless, or None.
    """

    def __init__(self, message: str, exit_code: int, result: Result | None = None) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.result = result


class Fault(RunError):
    """A fault of the program. The message says what to report."""
