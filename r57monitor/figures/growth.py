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
    low, start = scope.reading.low, before.end if before else scope.sentence.start
    between = low[start : scope.quantity.start]
    if before is not None and names_anew(between, low[scope.sentence.start : before.start]):
        return True
    return grows_an_amount(between, is_first=before is None)


def tells_change(metric: Metric, q: Quantity) -> bool:
    return "tăng" in metric.cues_all or measures_a_cut(metric, q)


def measures_a_cut(metric: Metric, q: Quantity) -> bool:
    """Metrics that are themselves a reduction: "cắt giảm 30% thời gian giải quyết" is their level, no change of it."""
    return (metric.unit == "%") == (q.form == "share") and any("giảm" in cue for cue in metric.cues_any)


def grows_an_amount(before: str, *, is_first: bool = False) -> bool:
    """Whether what stands before a change in per cent names the amount that grew: "(đạt 87,5%), số hồ sơ tiếp nhận tăng (17%)".

    before: from the number before, if there is one; what stands right behind that one belongs to it. is_first: there is none.
    """
    parts = _CLAUSE_BORDER.split(before)
    return (is_first or len(parts) > 1) and (_AMOUNT.search(parts[-1]) or _SUBJECT.match(parts[-1])) is not None


_AMOUNT = Guarded(r"(?<!\w)(?:doanh số|doanh thu|(?:tổng )?giá trị|số lượng|sản lượng|khối lượng|lưu lượng|kim ngạch|tổng mức|số lượt)\s")
_SUBJECT = re.compile(
    r"\s*(?:(?:và|còn|trong khi(?: đó)?|song|nhưng|đồng thời|riêng)\s)?"
    r"(?:(?:tổng )?(?:số|lượng|thu|chi|vốn) (?!hóa|liệu)|thu ngân sách|xuất khẩu|nhập khẩu|nguồn thu|thu nhập|chi phí)"
)
