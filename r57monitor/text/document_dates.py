"""When an official document was issued, by the words around its number. All patterns are for folded text."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = (
    r"(?:(?P<d>\d{1,2})[ ]?[/.\-–][ ]?(?P<m>\d{1,2})[ ]?[/.\-–][ ]?(?P<y>(?:19|20)\d\d)"
    r"|(?P<d2>\d{1,2})\s+thang\s+(?P<m2>\d{1,2})(?:\s+nam\s+|\s*[/-]\s*)(?P<y2>(?:19|20)\d\d)"
    rf"|(?P<m3>{_MONTH})\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>(?:19|20)\d\d)"
    rf"|(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m4>{_MONTH}),?\s+(?P<y4>(?:19|20)\d\d))(?!\d)"
)
_ISSUED = r"(?:ban hanh|ky|thong qua|phe duyet|cong bo|issued|signed|adopted|promulgated|approved|passed|dated)"
_DAY_OF = r"(?:(?:vao\s)?(?:ngay|ky ngay|de ngay)[\s:]{1,2}|on\s|of\s)?"
# Patterns on folded text, which has the same length.
_DATE_AFTER = re.compile(
    r"[\s,(]{0,3}(?:nam 20\d\d[\s,(]{1,3})?(?:(?:cua|do|of the|by the)\s[^\d.;\n]{2,45}?[\s,(])?"
    rf"(?:(?:duoc\s|was\s)?(?:ra|{_ISSUED})\s(?:ban hanh\s)?(?:(?:by|of) the [^\d.;\n]{{2,45}}?\s)?)?" + _DAY_OF + _DATE
)
# Further on in the sentence, where nothing else is named that the date could be of: "… quốc gia (ban hành ngày 22/12/2024)".
_DATES_FURTHER = (
    re.compile(rf"\b{_ISSUED}\s(?:ban hanh\s)?{_DAY_OF}{_DATE}"),
    re.compile(rf"\(\s?{_DAY_OF}{_DATE}\s?\)"),
    re.compile(rf"\bngay\s{_DATE}\s(?:cua|do)\b"),
)
_FURTHER = 260  # the name of a document is seldom longer
_SENTENCE_END = re.compile(r"[.;](?=\s|$)|\n")
_OTHER_KIND = re.compile(
    r"\b(?:nghi quyet|ke hoach|quyet dinh|chi thi|ket luan|chuong trinh hanh dong|nghi dinh|thong tu|cong van|thong bao|bao cao|to trinh"
    r"|resolution|decision|decree|plan|circular|directive)\b"
)
_DATE_BEFORE = re.compile(r"\b(?:ngay|on)\s+" + _DATE + rf"[,\s][^\d;\n]{{0,110}}?\b(?:ra|{_ISSUED})\b[^\d.;\n]{{0,45}}?(?:\bno\.?\s?)?$")
_DATE_INTRODUCES = re.compile(r"\b(?:ban hanh|ky|thong qua)\s(?:[a-z]+\s){0,2}ngay\s+" + _DATE + r"\s?,\s[^\d.;\n]{0,40}$")
_DATE_SENT = re.compile(  # "ngày 20 tháng 6 năm 2025, Ủy ban nhân dân tỉnh đã có báo cáo số …"
    r"\b(?:ngay|on)\s+"
    + _DATE
    + r"[,\s][^\d;\n]{0,90}?\b(?:co|gui|trinh)\s(?:bao cao|cong van|thong bao|to trinh|van ban|ke hoach|ket luan)\s(?:so\s)?$"
)
_LETTERHEAD = re.compile(r"(?:\bso(?: hieu| ky hieu)?\s*:[\s|]*|(?:^|\n|\|\s?)so\s)$")
_LETTERHEAD_DATE = re.compile(r"(?:(?<![\w/-])[a-z]{2,}[a-z .-]{0,25},\s*ngay\s+|\bngay (?:ban hanh|ky)\s*:[\s|]*)" + _DATE)
ANY_DATE = re.compile(_DATE)


def match_issue_date(folded: str, start: int, stop: int) -> date | None:
    """The date of issue that follows a number at once; None where none follows."""
    after = _DATE_AFTER.match(folded, start, min(stop, start + 110))
    return to_date(after) if after else None


def find_issue_date_near(folded: str, start: int, end: int, stop: int) -> date | None:
    """Date of issue of the document whose number stands at start..end; stop: where the next number stands, whose date is not taken."""
    after = match_issue_date(folded, end, stop) or _date_further(folded, end, stop)
    if after is not None:
        return after
    for pattern in (_DATE_BEFORE, _DATE_INTRODUCES, _DATE_SENT):
        before = pattern.search(folded, max(0, start - 150), start)
        if before:
            return to_date(before)
    if _LETTERHEAD.search(folded, max(0, start - 16), start):
        head = _LETTERHEAD_DATE.search(folded, end, end + 250) or _LETTERHEAD_DATE.search(folded, max(0, start - 200), start)
        return to_date(head) if head else None
    return None


def _date_further(folded: str, start: int, stop: int) -> date | None:
    """A date of issue later in the sentence, before any other document is named."""
    end = min(stop, start + _FURTHER)
    for boundary in (_SENTENCE_END, _OTHER_KIND):
        found = boundary.search(folded, start, end)
        end = found.start() if found else end
    matches = [m for pattern in _DATES_FURTHER if (m := pattern.search(folded, start, end))]
    return to_date(min(matches, key=lambda m: m.start())) if matches else None


def to_date(match: re.Match[str]) -> date | None:
    """The day that a match of a date pattern stands for; None where there is no such day."""
    groups = match.groupdict()
    day, month, year = (next(groups[k + n] for n in ("", "2", "3", "4") if groups[k + n]) for k in "dmy")
    try:
        return date(int(year), int(month) if month.isdigit() else 1 + _MONTHS.index(month[:3]), int(day))
    except ValueError:
        return None
