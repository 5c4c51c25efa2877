"""One way to compile an inner loop, so that every kernel is typed, cached and free of the interpreter lock."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., Any])

# Series per block. Loops run over weeks outside and over the series of a block inside, so that the compiler
# turns the inner loop into vector instructions, and a block of two years stays within the second-level cache.
BLOCK_SERIES = 128


def loop(function: Loop) -> Loop:
    """
    Compile an inner loop: no Python objects, no interpreter lock, division without checks, cached on disk.

    Where no cache folder can be written (a read-only installation without a home), it is compiled anew per process.
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    try:
        return cast(Loop, numba.njit(cache=True, **options)(function))
    except RuntimeError:
        return cast(Loop, numba.njit(**options)(function))


def inline(function: Loop) -> Loop:
    """
    Compile a small scalar function into every loop that calls it.

    Left to itself the compiler does so only where both are compiled in one run, not where one comes from the cache.
    """
    return cast(Loop, numba.njit(inline="always", nogil=True, error_model="numpy")(function))
