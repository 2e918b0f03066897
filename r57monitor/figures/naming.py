"""Words for what a figure counts where no metric fits, and its scope, whole, period and level."""

from __future__ import annotations

import re

from r57monitor.figures.reading import Reading
from r57monitor.figures.spans import Quantity
from r57monitor.models import Level
from r57monitor.text.normalize import fold
from r57monitor.text.segment import Span

_LABEL_WORDS = 8
_YEAR = re.compile(r"\s(?:trong |đến |hết )*năm \d{4}(?!\d)")
_BORDER = re.compile(r"[,;:.()|\n]|\d")
_EDGE = re.compile(
    r"^(?:đạt|là|có|đã|được|với|và|của|ở|mức|khoảng|hơn|gần|trên|ước)\s+|\s+(?:đạt|là|có|đã|được|với|và|của|ở|mức|khoảng|hơn|gần|trên|ước|chỉ|mới|từ|lên|chiếm)$"
)
_COMMUNE = re.compile(r"(?<!\w)(?:xã|phường|đặc khu|thị trấn)\s+[A-ZĐÀ-Ỹ]")
_AGENCY = re.compile(r"(?<!\w)(?:Sở|Công ty|Tập đoàn|Trường Đại học|Bệnh viện|Ngân hàng|Trung tâm|Viện)\s+[A-ZĐÀ-Ỹ]")
_SCOPES = (
    ("officials", re.compile(r"cán bộ,? (?:công chức|đảng viên)|công chức|viên chức")),
    ("adults", re.compile(r"(?:người|dân số|người dân) (?:dân )?trưởng thành")),
    ("commune", re.compile(r"cấp xã|(?<!\w)xã, phường")),
    ("households", re.compile(r"hộ gia đình|hộ dân")),
    ("population", re.compile(r"dân số|người dân")),
    ("enterprises", re.compile(r"doanh nghiệp")),
    ("schools", re.compile(r"trường học|cơ sở giáo dục")),
    ("health_facilities", re.compile(r"bệnh viện|cơ sở (?:y tế|khám)")),
)  # fmt: skip
_TIER = re.compile(r"(?<!\w)cấp (?P<tier>xã|tỉnh|huyện)(?!\w)")
_WHOLES = (
    ("budget_spending", re.compile(r"tổng chi(?: \S+)? ngân sách")),
    ("grdp", re.compile(r"grdp|gdp")),
    ("plan", re.compile(r"(?:kế hoạch|chỉ tiêu|mục tiêu)(?: của| đề ra| năm|$)")),
    ("dossiers", re.compile(r"tổng số hồ sơ|số hồ sơ|hồ sơ")),
    ("eligible_procedures", re.compile(r"đủ điều kiện")),
    ("procedures", re.compile(r"thủ tục hành chính|tthc")),
)
_CUMULATIVE = re.compile(r"lũy kế|từ trước đến nay|từ khi (?:vận hành|triển khai|thành lập)|tính đến|đến nay")
_IN_PERIOD = re.compile(
    r"từ đầu năm|trong (?:tháng|quý|năm|tuần|6 tháng|9 tháng|kỳ)|(?:6|9) tháng đầu năm|mỗi (?:năm|tháng)|hằng năm|trong ngày|ngày đầu"
)


def _clause(low: str, q: Quantity, sentence: Span) -> str:
    start = max((m.end() for m in re.finditer(r"[;,(]\s|[.]\s", low[sentence.start : q.start])), default=0) + sentence.start
    border = re.search(r"[;,)]\s|[.](?:\s|$)", low[q.end : sentence.end])
    return low[start : q.end + (border.start() if border else sentence.end - q.end)]


def name_label(reading: Reading, q: Quantity, sentence: Span) -> str | None:
    """Folded words of what is counted: after a count or a share with a noun, else before the number. None where there are none."""
    low = reading.low
    after = f"{q.noun} {_cut(low[q.end : sentence.end])}" if q.noun else _cut(low[q.number_end : sentence.end])
    before = _YEAR.sub("", low[sentence.start : q.start])
    marks = list(_BORDER.finditer(before))
    before = before[marks[-1].end() :] if marks else before
    share_noun = q.form == "share" and re.match(r"%?\s*[^\W\d_]{2,}", low[q.number_end : q.number_end + 12].strip("% ")) is not None
    words = after if q.form in ("count", "measure") or (share_noun and len(after.split()) >= 2) else before
    text = words if words.strip() else after
    for _ in range(4):
        text = _EDGE.sub("", text.strip(" %-–\"“”'"))
    parts = text.split()
    parts = parts[:_LABEL_WORDS] if words is after else parts[-_LABEL_WORDS:]
    return fold(" ".join(parts)) or None


def _cut(text: str) -> str:
    border = _BORDER.search(text)
    return text[: border.start()] if border else text


def name_tier(low: str, q: Quantity, sentence: Span) -> str | None:
    """ "commune" or "province" where the number's own clause says of which level of government it is: "cấp xã đạt 90,3%"."""
    head = re.split(r"[,;(]\s?|[.]\s", low[max(sentence.start, q.start - 60) : q.start])[-1]
    match = _TIER.search(head)
    return {"xã": "commune", "tỉnh": "province", "huyện": "district"}[match["tier"]] if match else None


def name_scope(low: str, q: Quantity, sentence: Span) -> str | None:
    """Of whom a share is, in the catalogue's words; None where the clause does not say or the figure is no share."""
    if q.form != "share":
        return None
    clause = _clause(low, q, sentence)
    return next((name for name, pattern in _SCOPES if pattern.search(clause)), None)


def name_whole(low: str, q: Quantity, sentence: Span) -> str | None:
    """What a share is a share of, where words right after it say so."""
    if q.form != "share":
        return None
    tail = low[q.number_end : min(sentence.end, q.end + 40)]
    return next((name for name, pattern in _WHOLES if (m := pattern.search(tail)) and not re.search(r"[,;.]", tail[: m.start()])), None)


def name_period(low: str, q: Quantity, sentence: Span) -> str | None:
    """ "cumulative" or "in_period" where the sentence says so, for counts and money."""
    if q.form not in ("count", "money", "bare"):
        return None
    part = low[sentence.start : min(sentence.end, q.end + 40)]
    if _IN_PERIOD.search(part):
        return "in_period"
    return "cumulative" if _CUMULATIVE.search(part) else None


def name_level(text: str, q: Quantity, sentence: Span, province: str | None) -> Level | None:
    """Whose figure it is: the nation's, a commune's or an agency's named right before the number, else the province's; None unknown."""
    if province == "national":
        return "national"
    head = re.split(r"[.;]\s", text[max(sentence.start, q.start - 60) : q.start])[-1]
    if _COMMUNE.search(head):
        return "commune"
    if _AGENCY.search(head) and re.search(r"(?:có|đạt|đã|hiện)\s", head):
        return "agency"
    return "province" if province else None
