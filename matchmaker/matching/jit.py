"""The one way loops are compiled: once, kept on disk, without the interpreter's lock, and never with relaxed arithmetic."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

Real = float | np.float32
Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """The same function as machine code; with `NUMBA_DISABLE_JIT=1` it stays Python, and gives the same.

    Division is numpy's, without a check of its own, so that a loop over a row can be vectorised.
    """
    loop: Any = njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast(Function, loop)
