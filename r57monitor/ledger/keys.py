"""By what a statement is found again among millions: worked out once, when it is stored, and looked up ever after."""

from __future__ import annotations

from dataclasses import dataclass

from r57monitor.ledger.ids import make_id
from r57monitor.ledger.series import Statement, make_line_id, make_series_id
from r57monitor.ledger.states import value_keys
from r57monitor.ledger.targets import make_result_line_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """line_id, series_id: what it is compared with. result_line_id: of a goal, the line of what may fulfil it.

    told_key, said_key: alike for one value among the copies of one text, and for one value in one series.
    """

    line_id: str | None
    series_id: str | None
    result_line_id: str | None
    told_key: str
    said_key: str | None


def find_keys(said: Statement) -> Keys:
    """Every key of one statement; a pure function of it."""
    line_id = make_line_id(said)
    series_id = make_series_id(said, line_id)
    told, *in_series = [make_id(*key) for key in value_keys(said, series_id)]
    is_goal = said.kind == "target" and not said.is_change
    return Keys(
        line_id=line_id,
        series_id=series_id,
        result_line_id=make_result_line_id(said) if is_goal else None,
        told_key=told,
        said_key=in_series[0] if in_series else None,
    )
