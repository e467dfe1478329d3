"""Is there something rare and new in these data, and where?

    >>> import sparker
    >>> result = sparker.test(reference, data)
    >>> result.p, result.places[0].rows, result.report

The package runs the program sparker, which does all the work.
"""

from ._call import test
from ._errors import (Fault, InputError, RunError, SparkerError, SparkerNotFound, VersionError)
from ._result import Place, Result

__all__ = ["Fault", "InputError", "Place", "Result", "RunError", "SparkerError", "SparkerNotFound",
           "VersionError", "test"]
