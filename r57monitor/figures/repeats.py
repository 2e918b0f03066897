"""The same figure told twice in a text."""

from __future__ import annotations

from collections.abc import Sequence

from r57monitor.models import Figure

_TELLING_SUM = 1e6
_TELLING = 20  # a count so large hardly counts two kinds of thing ("7 nghị quyết, 7 kế hoạch")


def drop_repeats(figures: Sequence[tuple[Figure, int]]) -> list[Figure]:
    """Without repetitions: the same value of the same thing and place again. The surer one stays; items of a list repeat nothing."""
    kept: list[tuple[Figure, int]] = []
    by_value: dict[float, list[int]] = {}
    last = -2  # of which figure the one before is a repetition
    for figure, line in figures:
        places = by_value.setdefault(figure.value, [])
        double = next((i for i in places if not (line >= 0 <= kept[i][1]) and _same(figure, kept[i][0])), None)
        if double is None and line < 0 and last + 1 in places and _goes_on(figure, kept[last + 1][0]):
            double = last + 1  # the number after a repeated one, repeated as well
        last = -2 if double is None else double
        if double is None:
            places.append(len(kept))
            kept.append((figure, line))
        elif kept[double][0].metric_id is None and figure.metric_id is not None:
            kept[double] = (figure, line)
    return sorted((figure for figure, _ in kept), key=lambda f: f.start)


def _goes_on(a: Figure, b: Figure) -> bool:
    return (a.value, a.unit, a.is_change, a.kind, a.province_id) == (b.value, b.unit, b.is_change, b.kind, b.province_id)


def _same(a: Figure, b: Figure) -> bool:
    if (a.value, a.value_max, a.province_id, a.province, a.is_change) != (b.value, b.value_max, b.province_id, b.province, b.is_change):
        return False
    if a.denominator != b.denominator and None not in (a.denominator, b.denominator):
        return False
    if a.kind == b.kind == "target" and None not in (a.due, b.due) and a.due != b.due:
        return False  # the same goal for another day
    if a.as_of_from == b.as_of_from == "stated" and a.as_of != b.as_of:
        return False
    if a.unit == b.unit and a.unit in ("đồng", "USD") and a.value >= _TELLING_SUM and a.metric_id == b.metric_id:
        return True  # a headline or caption tells the sum again, without its bound
    if a.metric_id and b.metric_id:
        return a.metric_id == b.metric_id and a.kind == b.kind and (a.value >= _TELLING or a.unit.split()[0] == b.unit.split()[0])
    is_recalled = a.unit == b.unit == "%" and a.value != int(a.value) and a.kind == b.kind  # "Với tỷ lệ 68,54%, …"
    if is_recalled and None in (a.metric_id, b.metric_id) and (None in (a.label, b.label) or a.label == b.label):
        return True
    if a.unit == b.unit == "hạng" and a.kind == b.kind and a.province_id and a.denominator == b.denominator:
        return a.metric_id != b.metric_id or (a.label is not None and a.label == b.label)
    if a.unit in ("%", "hạng", "bậc"):
        return a.unit == b.unit and a.label is not None and a.label == b.label
    return a.unit.split()[0].lower() == b.unit.split()[0].lower() and (a.value >= 20 or a.label == b.label)
