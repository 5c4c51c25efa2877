"""Refusing arrays that cannot be right, by name, place and value."""

import numpy as np
import numpy.typing as npt


def column(name: str, values: npt.NDArray[np.generic], series: int, *, least: float) -> None:
    """
    Check a column of one value per series.

    Raises:
        ValueError: its shape is not (series,), or a value is not finite or below `least`.
    """
    shape(name, values, (series,))
    finite(name, values, least=least)


def shape(name: str, values: npt.NDArray[np.generic], wanted: tuple[int, ...]) -> None:
    """
    Check a shape.

    Raises:
        ValueError: it is another.
    """
    if values.shape != wanted:
        raise ValueError(f"{name} has shape {values.shape}, not {wanted}.")


def finite(name: str, values: npt.NDArray[np.generic], *, least: float, unknown: bool = False) -> None:
    """
    Check that every value is finite and at least `least`; NaN passes where a value may be unknown.

    Raises:
        ValueError: one is not; the first is named.
    """
    numbers = np.asarray(values, dtype=np.float64)
    good = (numbers >= least) & (numbers < np.inf)
    if unknown:
        good |= np.isnan(numbers)
    if not good.all():
        place = tuple(int(axis[0]) for axis in np.nonzero(~good))
        wanted = f"a finite number >= {least:g}" + (", or NaN where unknown" if unknown else "")
        raise ValueError(f"{name}[{', '.join(map(str, place))}] is {numbers[place]}; it must be {wanted}.")
