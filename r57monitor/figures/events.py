"""Words and dates of a sentence that speak for a goal or for something achieved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from r57monitor.figures.cues import KindHit
from r57monitor.figures.reading import Reading
from r57monitor.figures.words import alternatives, load_words
from r57monitor.text.dates import DateMention
from r57monitor.text.guarded import Guarded

_COLON = re.compile(r"[^.;\n]{0,80}(?::|như)(?!\w)")
_LATER = Guarded(
    r"(?:đến|tới|hết|trước|vào|trong|cuối|cho|từ nay|giữa|sang|chậm nhất|muộn nhất|by|until|before|for)\s+"
    r"(?:the\s+|end\s+of\s+|early\s+|late\s+|hết\s+|cuối\s+|giữa\s+|ngày\s+|hết\s+ngày\s+|tháng\s+)*$"
)
_BEFORE_END = Guarded(r"(?:(?:đến|tới|trước)\s+(?:hết\s+|cuối\s+)?|hết\s+|cuối\s+|(?:by|before|until)\s+(?:the\s+)?(?:end\s+of\s+)?)$")
_UP_TO = Guarded(r"(?:đến|tới)\s+$")
_UNTIL = Guarded(
    r"(?:đến|tới|hết|tính|chốt|cuối|as of|by)\s+"
    r"(?:the\s+|end\s+of\s+|hết\s+|cuối\s+|giữa\s+|đầu\s+|ngày\s+|hết\s+ngày\s+|thời\s+điểm\s+)*$"
)
_OPENS_CLAUSE = re.compile(r"(?:^|[;,(]\s?|trong khi\s|còn\s)$")
_NAMED_SPAN = Guarded(
    r"(?:(?:giai đoạn|định hướng(?: đến)?|tầm nhìn(?: đến)?|nhiệm kỳ|khóa)\s+(?:đến\s+)?(?:năm\s+)?"
    r"|(?:with(?: an?)?|and) (?:vision|orientation) (?:to|towards?|until|for)\s+(?:the year\s+)?)$"
)
_OUTLOOK = re.compile(r"^[,;\s]*(?:và\s+)?(?:định hướng|tầm nhìn)|^,?\s(?:with|and) (?:an? )?(?:vision|orientation)(?!\w)")


_ORDERED = re.compile(
    r"(?<!được )(?<!đã )(?<!chỉ tiêu )(?<!\w)giao(?!\s+(?:dịch|thông|lưu|tiếp|diện|thương|ban|đất))"
    r"\s+[^,.;:\d]{3,60}?\s(?:dành|bố trí|hoàn thành|xây dựng|nâng|đưa|bảo đảm|triển khai|"
    r"thực hiện|tham mưu|chủ trì|phối hợp|rà soát|tổ chức|cấp|lắp)(?!\w)"
    r"|(?<!được )(?<!đã )(?<!\w)giao\s?:"
)


_SUPPOSED = re.compile(r"\W*(?:nếu|giả sử)\s[^.;]*\Z")  # "Nếu tính cả năm trước, thứ hạng sẽ khác": no goal
_EACH = Guarded(r"(?:từng|nhiều|hầu hết|đa số|mỗi|tất cả|một số)\s+$")
_REACHED_OR_NOT = re.compile(
    r"\s(?:(?:cơ bản|đều|vẫn|còn|khó)\s)?(?:đã|chưa|không)\s(?:đạt|hoàn thành|vượt)(?!\w)"
)  # "chỉ tiêu chưa đạt là …"
_COUNTED_GOALS = Guarded(r"\d\s+(?:chỉ tiêu|mục tiêu|nhiệm vụ)\s+(?:được\s+|đã\s+)?$")


@lru_cache(maxsize=1)
def _counted() -> Guarded:
    """Words right before a noun such as "mục tiêu" that make it one that is counted or reached."""
    return Guarded(rf"(?:\d\s+|{alternatives(load_words('kinds')['target']['reached'])}\s+(?:\S+\s+){{0,3}})$")


# "Kế hoạch năm 2026: mỗi sở đặt hàng 2 bài toán; …"
_PLAN_OPENS = re.compile(
    r"[\W\d]*(?:kế hoạch|mục tiêu|chỉ tiêu|nhiệm vụ)\s+(?:của\s+\S+\s+)?(?:đến\s+|trong\s+)?(?:năm|quý|tháng)\s[^.;:]{1,24}:"
)


# "IV. NHIỆM VỤ QUÝ IV NĂM 2025" over what is to be done
_WORK = re.compile(
    r"(?:(?:[ivx]{1,5}|\d{1,2}(?:\.\d{1,2})*|[a-zđ])[.)/-]\s*)?(?:một số\s|các\s)?"
    r"(?:nhiệm vụ|kế hoạch|công việc|chương trình công tác)(?!\w)"
)


def _heads_work_to_come(reading: Reading, number: int, published: date | None) -> bool:
    """Whether a sentence is a heading that names the work of a period that is not over."""
    line = reading.homes[number]
    if published is None or line is None or not line.is_heading or not _WORK.match(reading.low, line.start, line.end):
        return False
    return any(d.last > published for d in reading.dates_in(line.start, line.end))


def find_events(reading: Reading, number: int, published: date | None) -> list[KindHit]:
    """Words and dates for goal and achievement in the sentence of that number, in order; those that mean something else left out."""
    start, end = reading.sentences[number]
    opening = _PLAN_OPENS.match(reading.low, start, end)
    if number in reading.silent and opening is None:
        return []
    counted_nouns = load_words("kinds")["target"]["counted"]
    counted = _counted()
    events = []
    for hit in reading.kinds_in(start, end):
        head = reading.low[max(start, hit.start - 24) : hit.start]
        if hit.word in counted_nouns and counted.search(head):
            continue
        if hit.word in ("mục tiêu", "chỉ tiêu") and _REACHED_OR_NOT.match(reading.low, hit.end):
            continue
        if hit.word in ("mục tiêu", "chỉ tiêu") and _EACH.search(head) and not _COLON.match(reading.low, hit.end):
            continue
        if hit.word.startswith(("đặt ra", "đề ra", "theo kế hoạch")) and (
            _COUNTED_GOALS.search(head) or _only_names_goals(reading, start, hit, end)
        ):
            continue
        if hit.word == "nhiệm vụ trọng tâm" and _BEING_DONE.search(reading.low[max(start, hit.start - 60) : hit.start]):
            continue
        if hit.word == "phải" and head.endswith("không "):
            continue
        if hit.word == "sẽ" and _SUPPOSED.match(reading.low, start, hit.start):
            continue
        events.append(hit)
    events.extend(_date_events(reading, start, end, published))
    if _heads_work_to_come(reading, number, published):
        events.append(KindHit(start, end, "target", "phương hướng"))
    if opening:
        events.append(KindHit(start, opening.end(), "target", "kế hoạch"))
    if reading.low.find("giao", start, end) >= 0:
        events.extend(KindHit(m.start(), m.start() + 4, "target", "giao") for m in _ORDERED.finditer(reading.low, start, end))
    events.sort()
    return [e for i, e in enumerate(events) if not (i and (_is_inside_goal(reading, events[i - 1], e) or _is_level(events, i)))]


_MEASURED = Guarded(r"(?:đạt|vượt|hoàn thành|so với|bằng|theo|hơn|cao hơn|thấp hơn|trước|như|đúng)(?:\s+[^\s;.:()]+){0,9}?\s+$")
_CLAUSE_CLOSES = re.compile(r"\s*(?:[.,;)…]|$)")


def _only_names_goals(reading: Reading, start: int, hit: KindHit, end: int) -> bool:
    """ "đạt 11/15 chỉ tiêu của chương trình đề ra.": the word that closes the clause only says which goals were measured against."""
    if not _CLAUSE_CLOSES.match(reading.low, hit.end, end + 1) and hit.end < end:
        return False
    return _MEASURED.search(reading.low[max(start, hit.start - 90) : hit.start]) is not None


_BEING_DONE = Guarded(r"(?<!\w)(?:đã|đang)(?:\s+[^\s,;.:()]+){0,7}?\s+$")  # "đã nỗ lực triển khai các nhiệm vụ trọng tâm"
_LEVELS = frozenset({"reached", "lũy kế"})  # "sẽ lắp 900 trạm, lũy kế đạt 1.400 trạm"


def _is_level(events: list[KindHit], place: int) -> bool:
    """ "By the end of 2027 … reached 35%": translated pages say so of goals too; the word means no more than the level."""
    if events[place].word not in _LEVELS:
        return False
    told = next((e for e in reversed(events[:place]) if e.word not in _LEVELS), None)
    return told is not None and told.kind == "target"


def _is_inside_goal(reading: Reading, goal: KindHit, hit: KindHit) -> bool:
    """ "phải nâng tỷ lệ dữ liệu đã số hóa": a word of achievement within the goal's own clause says nothing."""
    verbs = load_words("kinds")["target"]["verbs"]
    if hit.kind != "result" or goal.word not in verbs or hit.start - goal.end > 90:
        return False
    return not _GOAL_OVER.search(reading.low, goal.end, hit.start)


_GOAL_OVER = re.compile(r"[,;:.(]|(?<!\w)(?:dù|mặc dù|tuy|nhưng|song|trong khi|trong lúc|vì|bởi|nhờ|although|though|but|while)(?!\w)")
_SURELY_LATER = 2028  # from this year on a date is a goal's, also where the day of publication is unknown


def _date_events(reading: Reading, start: int, end: int, published: date | None) -> Iterator[KindHit]:
    for mention in reading.dates_in(start, end):
        if published is None:
            if mention.first.year >= _SURELY_LATER and not is_name_date(reading, mention):
                yield KindHit(mention.start, mention.end, "target", "date")
            elif is_counted_to(reading, mention, published):
                yield KindHit(mention.start, mention.end, "result", "date")
            continue
        if is_name_date(reading, mention):
            continue
        head = reading.low[max(start, mention.start - 24) : mention.start]
        word = reading.low[mention.start : mention.end]
        if mention.last > published and (is_goal_period(reading, mention) or _opens_period(head, mention, published)):
            yield KindHit(mention.start, mention.end, "target", "date")
        elif mention.first > published:
            opens = mention.precision != "day" and (_OPENS_CLAUSE.search(head.lstrip("-+•* ")) or reading.low.startswith(":", mention.end))
            if opens or _LATER.search(head) or word.startswith(("cuối năm", "hết năm", "sang năm", "năm tới")):
                yield KindHit(mention.start, mention.end, "target", "date")
        elif mention.last > published:  # the running period
            is_reached = mention.precision == "month" and _UP_TO.search(head)  # "đến tháng 11" in November
            if (_BEFORE_END.search(head) and not is_reached) or word.startswith(("cuối năm", "hết năm")):
                yield KindHit(mention.start, mention.end, "target", "date")
            elif _UNTIL.search(head) and mention.precision == "month":
                yield KindHit(mention.start, mention.end, "result", "date")
        elif _UNTIL.search(head) or (
            mention.precision in ("year", "month", "quarter") and mention.last < published and _OPENS_CLAUSE.search(head)
        ):
            yield KindHit(mention.start, mention.end, "result", "date")


_PERIOD_OPENS = re.compile(r"(?:^|[.;:(,]\s|\s[-–]\s)(?:trong\s+)?(?:giai đoạn|nhiệm kỳ|thời kỳ)\s+$")


def _opens_period(head: str, mention: DateMention, published: date) -> bool:
    """ "Giai đoạn 2026-2030, tỉnh bố trí …": years that reach beyond the next one, named first in a clause."""
    reaches = mention.precision == "year" and mention.first.year != mention.last.year and mention.last.year > published.year + 1
    return reaches and _PERIOD_OPENS.search(head) is not None


def is_future(mention: DateMention, published: date | None) -> bool:
    """Whether the day or period ends after the article's day; without that day, only years from 2030 on."""
    return mention.last > published if published else True


_COUNTED_TO = Guarded(r"(?<!\w)(?:tính đến|tính tới|chốt đến|as of)\s+(?:hết\s+|cuối\s+|ngày\s+|thời\s+điểm\s+)*$")


def is_counted_to(reading: Reading, mention: DateMention, published: date | None) -> bool:
    """ "Tính đến 5/3/2025": the day or month up to which was counted, over by the article's day as far as that is known."""
    if mention.precision not in ("day", "month") or (published is not None and mention.first > published):
        return False
    return _COUNTED_TO.search(reading.low[max(0, mention.start - 40) : mention.start]) is not None


def is_name_date(reading: Reading, mention: DateMention) -> bool:
    """Dates inside names: "giai đoạn 2021-2025", "đến năm 2025, định hướng đến năm 2030", a document's own day."""
    known = reading.name_dates.get(mention.start)
    if known is None:
        known = reading.name_dates[mention.start] = _is_in_name(reading, mention)
    return known


_PERIOD = Guarded(r"(?:giai đoạn|nhiệm kỳ|định hướng(?: đến)?)\s+(?:mới\s+|tới\s+|định hướng\s+)?(?:đến\s+)?(?:năm\s+)?$")
_DOCUMENTS = re.compile(
    r"(?<!\w)(?:nghị quyết|kế hoạch|chương trình|đề án|chiến lược|dự án|quyết định|thỏa thuận|quy hoạch|hợp tác|đại hội|khóa|phong trào|"
    r"luật|nghị định|thông tư|chỉ thị|báo cáo|danh mục|cuộc vận động|bộ tiêu chí|đề cương)(?!\w)"
)
_SETS_GOALS = re.compile(r"(?<!\w)(?:mục tiêu|chỉ tiêu|phấn đấu|hướng tới|xác định)(?!\w)")
_PERIOD_CLAUSE = 110  # characters before a period in which its clause begins


def is_goal_period(reading: Reading, mention: DateMention) -> bool:
    """ "các mục tiêu giai đoạn 2025-2030": the years that goals are set for, and no part of a document's name."""
    if mention.precision != "year" or not _PERIOD.search(reading.low[max(0, mention.start - 40) : mention.start]):
        return False
    clause = _CLAUSE_BORDER.split(reading.low[max(0, mention.start - _PERIOD_CLAUSE) : mention.start])[-1]
    goals = list(_SETS_GOALS.finditer(clause))
    return bool(goals) and _DOCUMENTS.search(clause, goals[-1].end()) is None


_CLAUSE_BORDER = re.compile(r"[;:(\n“”\"]|[.]\s|,\s")


_OPENS_SENTENCE = Guarded(r"(?:^|\n|[.:]\s|trong\s)(?:[-+•]\s?)?(?:tầm nhìn(?: đến)?|giai đoạn|định hướng(?: đến)?)\s+(?:năm\s+)?$")
_OF_DOCUMENT = Guarded(r"\d[\w/&-]*/[\w&-]*[^\W\d_][\w&-]*,?\s+(?:ký\s+|ban hành\s+)?(?:ngày\s+)?$|\d-[\w&]+(?:/\w+)?,?\s+ngày\s+$")


def _is_in_name(reading: Reading, mention: DateMention) -> bool:
    head = reading.low[max(0, mention.start - 40) : mention.start]
    opens = _OPENS_SENTENCE.search(head)
    if opens and not _OUTLOOK.match(reading.low[mention.end : mention.end + 24]):
        return False  # "Tầm nhìn đến năm 2045, …", "Giai đoạn 2026-2030, …" at the start of a sentence
    if is_goal_period(reading, mention):
        return False
    return bool(_NAMED_SPAN.search(head) or _OUTLOOK.match(reading.low[mention.end : mention.end + 24]) or _OF_DOCUMENT.search(head))
