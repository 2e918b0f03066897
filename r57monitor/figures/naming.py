"""Words for what a figure counts where no metric fits, and its scope, whole, period and level."""

from __future__ import annotations

import re
from functools import lru_cache

from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.figures.tables import Cell
from r57monitor.figures.words import alternatives, load_words
from r57monitor.models import LABEL_WORDS, Level
from r57monitor.text.guarded import Guarded
from r57monitor.text.segment import Span

_YEAR = re.compile(r"\s(?:trong |đến |hết )*năm \d{4}(?!\d)")
_BORDER = re.compile(r"[,;:.()|\n]|\d(?!g(?!\w))|(?<!\w)so với(?!\w)")
_NOUN = re.compile(r"[^\W\d_]{2,}")
_LINKS = "đạt|là|có|đã|được|với|và|của|ở|mức|khoảng|hơn|gần|trên|ước"
_EDGE = re.compile(
    rf"^(?:trong đó|trong số|trở lên|mà|of|{_LINKS})\s+|\s+(?:{_LINKS}|chỉ|mới|từ|lên|xuống|còn|chiếm|bằng|cho|để|tại|vào|trong|giữ|tới|"
    r"tăng|giảm|tăng lên|giảm xuống|cao hơn|thấp hơn)$"
)
# "tỷ đồng giải ngân tính đến hết tháng 8": the day is told elsewhere
_UNTIL = Guarded(r"(?:^|\s)(?:(?:tính )?(?:đến|tới) (?:hết|ngày|cuối|nay|tháng|thời điểm|năm)|tính (?:đến|tới|từ))(?!\w).*$", re.DOTALL)
_COMMUNES = "xã|Xã|phường|Phường|đặc khu|Đặc khu|thị trấn|Thị trấn"
_COMMUNE = Guarded(rf"(?<!\w)(?:{_COMMUNES})\s+[A-ZĐÀ-Ỹ]")
_AGENCY = Guarded(r"(?<!\w)(?:Sở|Công ty|Tập đoàn|Trường Đại học|Bệnh viện|Ngân hàng|Trung tâm|Viện)\s+[A-ZĐÀ-Ỹ]")
_SCOPES = (
    ("officials", Guarded(r"cán bộ,? (?:công chức|đảng viên)|công chức|viên chức")),
    ("adults", Guarded(r"(?:người|dân số|người dân) (?:dân )?trưởng thành")),
    ("commune", Guarded(r"cấp xã|(?<!\w)xã, phường")),
    ("households", Guarded(r"hộ gia đình|hộ dân")),
    ("population", Guarded(r"dân số|người dân")),
    ("enterprises", Guarded(r"doanh nghiệp")),
    ("schools", Guarded(r"trường học|cơ sở giáo dục")),
    ("health_facilities", Guarded(r"bệnh viện|cơ sở (?:y tế|khám)")),
)  # fmt: skip
_TIER = Guarded(r"(?<!\w)cấp (?P<tier>xã|tỉnh|huyện)(?!\w)")
_WHOLES = (
    ("budget_spending", re.compile(r"tổng chi(?: \S+)? ngân sách")),
    ("grdp", re.compile(r"grdp|gdp")),
    ("plan", re.compile(r"(?:kế hoạch|chỉ tiêu|mục tiêu)(?: của| đề ra| năm|$)")),
    ("dossiers", re.compile(r"hồ sơ(?! (?:sức khỏe|bệnh án|học bạ))")),
    ("eligible_procedures", re.compile(r"đủ điều kiện")),
    ("procedures", re.compile(r"thủ tục hành chính|tthc")),
)
_MARK = re.compile(r"[,;.]")
_CLAUSE_START, _CLAUSE_END = re.compile(r"[;,(.]\s"), re.compile(r"[;,).](?:(?<=[;,)])\s|(?<=[.])(?:\s|$))")
_TIER_BORDER = re.compile(r"[,;(.](?:(?<=[,;(])\s?|\s)")
_LEVEL_BORDER = re.compile(r"[.;:,]\s")
_CUMULATIVE = Guarded(r"lũy kế|từ trước đến nay|từ khi (?:vận hành|triển khai|thành lập)|tính đến|đến nay")
_IN_PERIOD = Guarded(
    r"từ đầu năm|trong (?:tháng|quý|năm|tuần|6 tháng|9 tháng|kỳ)|(?:6|9) tháng đầu năm|mỗi (?:năm|tháng)|hằng năm|trong ngày|ngày đầu"
)


# what was done in a period, not what there is
_ADDED = Guarded(
    r"(?<!\w)(?:mới|thêm|lắp|lắp đặt|cấp|phát triển|thành lập|xây dựng|hoàn thành|kích hoạt|công nhận|bổ sung|đưa vào|kết nối|khai trương|"
    r"xong)(?!\w)"
)
# "3 doanh nghiệp công nghệ số mới được cấp phép": the new ones, not all there are
_NEW_ONES = re.compile(r"(?:\s[^\s,;.:()\d]+){0,6}?\s(?:mới|vừa) được(?!\w)")
_PROVINCE_WIDE = re.compile(
    r"(?<!\w)(?:toàn tỉnh|tỉnh|toàn thành phố|thành phố|toàn địa bàn|cả tỉnh|địa phương này|cho biết|thông tin|báo cáo|công bố)(?!\w)"
)
_COMMUNE_REACH = 120  # characters before a number
_SAYS_WHEN = re.compile(
    r"\s*(?:tính |đến |tới |hết |từ |kể từ |trong |sau |vào |cuối |đầu )?(?:đến|hết|nay|năm|quý|tháng|ngày|cuối|đầu|thời điểm|\d)(?!\w)"
)
_ONLY_HAS = re.compile(r"\s*(?:(?:hiện|nay|đã|đang|mới|cũng|vẫn|mà|chỉ|có|lắp|đạt|được|tới|đến|lên|hơn|gần|khoảng|tổng cộng)\s+)+")
# "xã đã cấp …", "cán bộ phường đã rà soát …"; not "các xã", which are the province's
_COMMUNE_ACTS = re.compile(
    r"\s*(?:(?:[Cc]án bộ|[Nn]gười dân|[Đđ]ảng ủy|[Cc]ông an|[Đđ]oàn thanh niên|[Tt]rạm y tế|UBND|HĐND|MTTQ)\s+)?"
    rf"(?:{_COMMUNES})\s+(?:này\s+|ta\s+)?(?:đã|đang|có|đạt|vừa|còn|mới|sẽ)(?!\w)"
)
_COMMUNES_LISTED = re.compile(rf"(?<!\w)(?:{_COMMUNES})\s*$")  # "100% xã, phường có …": of them all
# "Riêng phường Bến Thành, tính đến 30/6, có …"
_COMMUNE_FIRST = re.compile(rf"\s*(?:(?:Chỉ|chỉ|Riêng|riêng|Tại|tại|Ở|ở|Như|như|trong đó)\s+)*(?:{_COMMUNES})\s+(?=[A-ZĐÀ-Ỹ])")
_AGENCY_HAS = re.compile(r"\s(?:có|đạt|đã|hiện|được)\s")


def _clause(low: str, q: Quantity, sentence: Span) -> str:
    head = _CLAUSE_START.split(low[sentence.start : q.start])[-1]
    border = _CLAUSE_END.search(low, q.end, sentence.end)
    return low[q.start - len(head) : border.start() if border else sentence.end]


def name_label(reading: Reading, q: Quantity, sentence: Span, cell: Cell | None = None) -> str | None:
    """Words of what is counted, small letters with their marks: a table row's label; after a count or a share with a noun; else before
    the number. None where there are none, or none but words that compare ("so với cùng kỳ")."""
    if cell is not None and cell.label is not None:
        return _tidy(reading.text[cell.label.start : cell.label.end].lower().split("(")[0], from_start=True)
    rest = _cut(reading.text[q.end : sentence.end].lower())
    after = f"{reading.text[q.number_end : q.end].lower()}{rest}" if q.noun else rest
    before = _YEAR.sub("", reading.text[sentence.start : q.start].lower())
    marks = list(_BORDER.finditer(before))
    before = before[marks[-1].end() :] if marks else before
    share_noun = q.form == "share" and _NOUN.match(after.lstrip()) is not None and len(after.split()) >= 2
    if q.form in ("count", "measure") or share_noun:
        return _tidy(after, from_start=True)
    return _tidy(before, from_start=False) or (None if q.is_points else _tidy(after, from_start=True))


def _cut(text: str) -> str:
    border = _BORDER.search(text)
    return text[: border.start()] if border else text


def _tidy(words: str, *, from_start: bool) -> str | None:
    """The words without what only links, compares or dates them; None where nothing is left. from_start: where the nearest words are."""
    words = _UNTIL.pattern.sub("", words) if _UNTIL.may_match(words) else words
    for _ in range(4):
        words = _EDGE.sub("", words.strip(" \t\xa0%-–*\"“”'’"))
    parts = words.split()
    text = " ".join(parts[:LABEL_WORDS] if from_start else parts[-LABEL_WORDS:])
    return text if text and not _says_nothing().fullmatch(text) else None


@lru_cache(maxsize=1)
def _says_nothing() -> re.Pattern[str]:
    """Words that name nothing by themselves: "so với cùng kỳ", "mức này"."""
    data = load_words("kinds")
    words = [*data["again"]["words"], *data["change"]["verbs"], *data["previous"]["before"], "đứng", "xếp", "gấp", "hạng", "vị trí"]
    return re.compile(rf"(?:(?<!\w){alternatives(words)}(?!\w)\s*+)++")


def name_tier(low: str, q: Quantity, sentence: Span) -> str | None:
    """ "commune" or "province" where the number's own clause says of which level of government it is: "cấp xã đạt 90,3%"."""
    head = _TIER_BORDER.split(low[max(sentence.start, q.start - 60) : q.start])[-1]
    match = _TIER.search(head)
    return {"xã": "commune", "tỉnh": "province", "huyện": "district"}[match["tier"]] if match else None


def name_scope(low: str, q: Quantity, sentence: Span, *, known: bool) -> str | None:
    """Of whom a share is, in the catalogue's words; None where the clause does not say or the figure is no share.

    known: a metric says what is counted; that people take part in it is then no scope of its own.
    """
    if q.form != "share":
        return None
    clause = _clause(low, q, sentence)
    if known and "người dân" in clause:
        return None
    return next((name for name, pattern in _SCOPES if pattern.search(clause)), None)


def name_whole(low: str, q: Quantity, sentence: Span) -> str | None:
    """What a share is a share of, where words right after it say so."""
    if q.form != "share":
        return None
    reach = q.end - q.number_end + 40
    tail = low[q.number_end : min(sentence.end, q.end + 52)]  # with what a word at the end of the reach goes on with
    found = ((name, pattern.search(tail)) for name, pattern in _WHOLES)
    return next((name for name, m in found if m and m.end() <= reach and not _MARK.search(tail, 0, m.start())), None)


def name_period(low: str, q: Quantity, sentence: Span, usual: str | None = None) -> str | None:
    """ "cumulative", "moment" or "in_period" where the metric or the sentence says so, for counts and money.

    usual: the metric's. A stock is counted in a period only where the sentence names one and says that something was added in it, or
    where it counts the new ones alone.
    """
    if q.form not in ("count", "money", "bare", "measure"):
        return usual
    head = low[sentence.start : q.start]
    named = _IN_PERIOD.search_in(low, sentence.start, min(sentence.end, q.end + 40))
    if usual is not None:
        is_added = (named and _ADDED.search(head)) or (usual == "cumulative" and _NEW_ONES.match(low, q.end, sentence.end))
        return "in_period" if is_added and not _CUMULATIVE.search(head) else usual
    if named:
        return "in_period"
    return "cumulative" if _CUMULATIVE.search_in(low, sentence.start, min(sentence.end, q.end + 40)) else None


# "Xã Mường Khương …", "Ở phường Hòa Khánh: …": headlines of what one commune did
_COMMUNES_NEWS = re.compile(
    rf"(?:(?:Tại|Ở|Về|Đảng bộ|Đảng ủy|UBND|HĐND|Công an|Trạm Y tế|Chuyện ở|Chuyển đổi số (?:ở|tại))\s+)?(?:{_COMMUNES})\s+[A-ZĐÀ-Ỹ]"
)
_OF_PROVINCE = re.compile(r"(?<!\w)(?:tỉnh|thành phố|cả nước|toàn quốc|cấp tỉnh|các xã|các phường|xã, phường)(?!\w)")


def is_news_of_commune(title: str | None) -> bool:
    """Whether a headline opens with one commune by its name: the article's numbers are the commune's, where they say nothing else."""
    opens = _COMMUNES_NEWS.match(title) if title else None
    return opens is not None and opens[0][-1].isupper()


def name_level(text: str, q: Quantity, sentence: Span, province: str | None, *, of_commune: bool = False) -> Level | None:
    """Whose figure it is: the nation's; a commune's or an agency's where it is the subject of the number's own clause; else the
    province's. None unknown.

    of_commune: the article tells of one commune; then a sentence that names no province and no other commune is about that.
    """
    if province == "national":
        return "national"
    if is_of_commune(text, q, sentence) or (of_commune and not _OF_PROVINCE.search(text[sentence.start : sentence.end].lower())):
        return "commune"
    head = _LEVEL_BORDER.split(text[max(sentence.start, q.start - 60) : q.start])[-1]
    if _AGENCY.may_match(head):
        named = list(_AGENCY.finditer(head))
        if named and not _PROVINCE_WIDE.search(head, named[-1].end()) and _AGENCY_HAS.search(head, named[-1].end()):
            return "agency"
    return "province" if province else None


def is_of_commune(text: str, q: Quantity, sentence: Span) -> bool:
    """Whether a commune is the subject of the number's own clause, or of the one before words that only say when."""
    head = text[max(sentence.start, q.start - _COMMUNE_REACH) : q.start]
    if not _COMMUNE.may_match(head):
        return False
    clauses = _LEVEL_BORDER.split(head)
    own = clauses[-1]
    named = [m.end() for m in _COMMUNE.finditer(own) if own[m.end() - 1].isupper()]
    is_begun_here = len(clauses) > 1 or q.start - _COMMUNE_REACH <= sentence.start
    is_of_many = q.form == "count" and len(clauses) > 1 and _COMMUNES_LISTED.search(clauses[-2]) is not None
    if not named and is_begun_here and not is_of_many and (acts := _COMMUNE_ACTS.match(own)):
        named = [acts.end()]
    if named and not _PROVINCE_WIDE.search(own, named[-1]):
        return True
    at = len(clauses) - 1
    while at > 0 and (_SAYS_WHEN.match(clauses[at]) or (at == len(clauses) - 1 and _ONLY_HAS.fullmatch(own))):
        at -= 1
    opens = _COMMUNE_FIRST.match(clauses[at]) if at < len(clauses) - 1 else None
    return opens is not None and not any(map(_PROVINCE_WIDE.search, (clauses[at][opens.end() :], *clauses[at + 1 :])))
