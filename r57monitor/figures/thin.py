"""Sentences that leave open what they count, so that the one before must say: "Con số này là 12,9%"."""

from __future__ import annotations

import re

from r57monitor.figures.subjects import names_other
from r57monitor.figures.weighing import Scope
from r57monitor.text.guarded import Guarded
from r57monitor.text.segment import Span

_ANAPHOR = Guarded(
    r"(?:con số|tỷ lệ|mức|chỉ tiêu|kết quả) (?:này|ấy|đó|trên)(?!\w)|(?:con số|ước tính|mức)(?!\w)|"
    r"(?:the|this|that) (?:share|rate|figure|proportion)(?!\w)"
)
_THIS = re.compile(r"(?<!\w)(?:này|ấy|đó|trên|this|that|these)(?!\w)")
_THESE = re.compile(r"(?<!\w)(?:con số|mạng lưới|lực lượng|hệ thống|số|đội ngũ|danh sách|nhóm) (?:này|ấy|đó|trên)(?!\w)")
_COVERS = Guarded(r"(?<!\w)phủ(?!\w)")
_OWN_SUBJECT = re.compile(r"(?:[^\W\d_]+\s){2,8}?(?:tăng|giảm)(?!\w)")  # "Ngân sách trên địa bàn tăng 7%"
_THIN = 9  # words before the number: a sentence with more has a subject of its own


def is_thin(scope: Scope, header: Span, *, is_change: bool) -> bool:
    """Whether a sentence leaves open what it counts, so that the one before must say: "Con số này là 12,9%"."""
    head = scope.reading.low[scope.sentence.start : scope.quantity.start]
    if scope.others and min(o.start for o in scope.others) < scope.quantity.start:
        return False
    if (scope.after_noun and not (scope.is_whole and _COVERS.search(head))) or scope.quantity.form == "count":
        return bool((_ANAPHOR if scope.quantity.form == "share" else _THESE).search(head))
    if is_change and _OWN_SUBJECT.match(head):
        return bool(_ANAPHOR.search(head))
    if names_other(head, scope.reading.low[header.start : header.end]):
        return bool(_THIS.search(head))
    limit = 2 * _THIN if scope.quantity.form == "rank" else _THIN
    return head.count(" ") <= limit or bool(_ANAPHOR.search(head))
