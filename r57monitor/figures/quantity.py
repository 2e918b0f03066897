"""A number with its unit words, as the finders of this package pass it on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from r57monitor.figures.units import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its unit words, not yet bound to a metric. start, end: the mention; `number_end`: end of the digits and their base."""

    start: int
    end: int
    number_start: int
    number_end: int
    value: float
    value_max: float | None = None
    of: float | None = None
    form: Form
    unit: str
    noun: str = ""
    is_points: bool = False
    at_most: bool = False  # "top 10", "nhóm 5 tỉnh"


def reshape(quantity: Quantity, *, form: Form, unit: str, noun: str = "", end: int | None = None) -> Quantity:
    """The same number with another form and unit; end: where its mention ends then."""
    return Quantity(
        start=quantity.start, end=quantity.end if end is None else end, number_start=quantity.number_start,
        number_end=quantity.number_end, value=quantity.value, value_max=quantity.value_max, of=quantity.of, form=form, unit=unit, noun=noun,
    )  # fmt: skip


def last_before(quantities: Sequence[Quantity], position: int) -> Quantity | None:
    """The last of some quantities in order that ends before a place of the text."""
    return next((q for q in reversed(quantities) if q.end <= position), None)
