"""Changes in per cent: of a share, or the growth of an amount that no share's metric tells of."""

from __future__ import annotations

import re

from r57monitor.catalogue import Metric
from r57monitor.figures.quantity import Quantity, last_before
from r57monitor.figures.subjects import names_anew
from r57monitor.figures.weighing import Scope
from r57monitor.text.guarded import Guarded

_CLAUSE_BORDER = re.compile(r"[,;.(]\s|\s(?=(?:và|còn|trong khi|song|nhưng)\s)")


def grows_a_count(scope: Scope) -> bool:
    """Whether a change in per cent is an amount's growth, no share's: "5.200 tỷ đồng, tăng 25%"."""
    before = last_before(scope.others, scope.quantity.start)
    if before is not None and before.form in ("count", "money", "measure"):
        return True
    low = scope.reading.low
    if before is None:
        return _grows_an_amount(low[scope.sentence.start : scope.quantity.start])
    return grows_anew(low[before.end : scope.quantity.start], low[scope.sentence.start : before.start])


def tells_change(metric: Metric, q: Quantity) -> bool:
    """Metrics that are growth or a cut themselves, so that a change is their value."""
    return "tăng" in metric.cues_all or measures_a_cut(metric, q)


def measures_a_cut(metric: Metric, q: Quantity) -> bool:
    """Metrics that are themselves a reduction: "cắt giảm 30% thời gian giải quyết" is their level, no change of it."""
    return (metric.unit == "%") == (q.form == "share") and any("giảm" in cue for cue in metric.cues_any)


def grows_anew(between: str, before: str) -> bool:
    """Whether the clause of a change in per cent says itself what grew: "(đạt 87,5%), số hồ sơ tiếp nhận tăng (17%)".

    between: from the number before; what stands right behind that one belongs to it. before: what stands before that number.
    """
    return names_anew(between, before) or (_CLAUSE_BORDER.search(between) is not None and _grows_an_amount(between))


def _grows_an_amount(text: str) -> bool:
    clause = _CLAUSE_BORDER.split(text)[-1]
    return (_AMOUNT.search(clause) or _SUBJECT.match(clause)) is not None


_AMOUNT = Guarded(r"(?<!\w)(?:doanh số|doanh thu|(?:tổng )?giá trị|số lượng|sản lượng|khối lượng|lưu lượng|kim ngạch|tổng mức|số lượt)\s")
_SUBJECT = re.compile(
    r"\s*(?:(?:và|còn|trong khi(?: đó)?|song|nhưng|đồng thời|riêng)\s)?"
    r"(?:(?:tổng )?(?:số|lượng|thu|chi|vốn) (?!hóa|liệu)|thu ngân sách|xuất khẩu|nhập khẩu|nguồn thu|thu nhập|chi phí)"
)
