"""The amount planned, told in brackets behind how much of it was reached: "214 trạm, bằng 61% kế hoạch năm (350 trạm)"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from r57monitor.figures.bound import Bound
from r57monitor.figures.reading import Reading

_OPENS = re.compile(
    r"\s+(?:so với\s+|của\s+)?(?:kế hoạch|chỉ tiêu|mục tiêu|dự toán)(?:\s+[^\s,;.()\d]+){0,6}\s*\(\s*(?:(?:là|gồm|tổng)\s+)?"
)
_NEAR_PERCENT = 1.0  # what rounding leaves open


def settle_planned(reading: Reading, done: list[Bound]) -> None:
    """Where the amount before, the share of the plan and the amount in brackets agree, the latter is the plan's, of the same metric.

    The other way about ("đạt 61% kế hoạch (214 trạm)") the bracket tells what was reached: the three numbers say which it is.
    """
    for i in range(2, len(done)):
        if is_planned(reading, done[i - 2 : i + 1]):
            reached, this = done[i - 2], done[i]
            match = this.match or (reached.match and reached.match._replace(score=reached.match.score - 0.05, own=False))
            done[i] = this._replace(match=match, verdict=this.verdict._replace(kind="target", explicit=True), as_of=None)


def is_planned(reading: Reading, three: Sequence[Bound]) -> bool:
    """Whether the last of three numbers is the amount of which the first is the share that the second tells."""
    reached, share, planned = (b.quantity for b in three)
    if share.form != "share" or planned.form not in ("count", "money") or planned.form != reached.form:
        return False
    if not (planned.noun.startswith(reached.noun) or reached.noun.startswith(planned.noun)):
        return False
    if not planned.value or not _OPENS.fullmatch(reading.low, share.end, planned.start):
        return False
    return abs(100 * reached.value / planned.value - share.value) <= _NEAR_PERCENT
