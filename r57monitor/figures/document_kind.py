"""What the numbers of a text are unless their sentence says so: goals in a plan, results in a report and in the news."""

from __future__ import annotations

import re
from functools import lru_cache

from r57monitor.figures.reading import Reading
from r57monitor.figures.words import alternatives, load_words, lower_text
from r57monitor.models import FigureKind

_LETTERHEAD_REACH = 2500  # characters at the head of a document in which its number and kind stand
_PLAN = re.compile(r"(?m)^\W*số(?:\s+hiệu)?\s*[:|]?\s*\d{1,5}\s?/\s?(?:kh|ctr|qđ|cthđ|nq|ct)-", re.IGNORECASE)
_REPORT = re.compile(
    r"(?m)^\W*(?:số(?:\s+hiệu)?\s*[:|]?\s*\d{1,5}\s?[/-]\s?(?:bc|tb)[-/]|báo cáo(?:\s+(?:kết quả|tình hình|sơ kết|tổng kết|nhanh)|$))"
)


@lru_cache(maxsize=1)
def _plan_titles() -> re.Pattern[str]:
    # "Kế hoạch 02 và …", "Nghị quyết 57-NQ/TW …" name somebody else's document
    titles = alternatives(load_words("kinds")["document"]["titles"])
    return re.compile(rf"^\W*{titles}(?!\w)(?!\s+(?:số\s+)?\d+(?:-nq/tw|/nq-cp|-kh/bcđtw|(?![\d/-])))")


def find_default(reading: Reading, title: str | None, *, is_document: bool) -> FigureKind:
    """By the document's kind: an official document sets goals, but for reports and notices."""
    headline, head = lower_text(title or ""), reading.low[:_LETTERHEAD_REACH]
    if _plan_titles().search(headline) or _PLAN.search(head):
        return "target"
    return "target" if is_document and not _REPORT.search(f"{headline}\n{head}") else "result"
