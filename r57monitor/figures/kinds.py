"""Result, target or previous; change or level. The ten rules of thumb are in docs and tests/test_figures_kinds.py."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from r57monitor.figures.comparators import find_comparator
from r57monitor.figures.layout import heading_level, line_at
from r57monitor.figures.reading import KindHit, Reading
from r57monitor.figures.spans import Quantity
from r57monitor.figures.tables import Cell, cell_at
from r57monitor.figures.words import alternatives, load_words, lower_text
from r57monitor.models import Comparator, FigureKind
from r57monitor.text.dates import DateMention

_NEAR = 12  # numbers and cues on either side in one sentence that can matter to a number


class Verdict(NamedTuple):
    """What kind of number a quantity is. `explicit`: a word in its own sentence says so."""

    kind: FigureKind
    is_change: bool
    comparator: Comparator
    explicit: bool


_NEXT_NUMBER = r"(?:\s+(?:mức|hơn|gần|trên|khoảng|còn|tới|thứ|vị trí|hạng|dưới|ít nhất|tối thiểu)){0,3}\s+\d"
_TIMED = r"(?:[^,.;()\d]|(?:19|20)\d\d|\d{1,2}[/-]\d{1,2}(?:[/-]\d{4})?|(?<=tháng )\d{1,2})"  # letters and dates
_ROSE_TO = re.compile(rf"^{_TIMED}{{0,45}}?\s*(?:lên|xuống|tăng|giảm|còn|thành)(?:\s+(?:lên|xuống|còn|tới|đến|mức))*{_NEXT_NUMBER}")
_FROM = re.compile(r"(?:^|[\s(])từ(?:\s+(?:mức|khoảng|hơn|gần|trên|dưới|vị trí|chưa đầy|chưa đến|chỉ|thứ|hạng))*\s*$")
_THAN = re.compile(r"hơn(?:\s+so\s+với)?\s+(?:mức|con số|tỷ lệ)\s*$")
_THEN = re.compile(r"^\s*(?:của|hồi|lúc|cách đây|vào|trong|ở)?\s*(?:\S+\s+){0,2}?(?:năm|tháng|quý|tuần|cùng kỳ|kỳ trước|ngày đầu)(?!\w)")
_ASKED = re.compile(
    r"^[^,.;\d]{0,24}?(?<!\w)mà\s+[^,.;()]{0,60}?(?:đặt ra|đề ra|giao|yêu cầu|muốn|hướng tới|kỳ vọng|quy định|đòi hỏi|xác định)(?!\w)"
)
_LEVEL_AT = re.compile(r"(?<!\w)(?:mức|mốc|ngưỡng|con số|đích)(?:\s+(?:tối thiểu|ít nhất|trên|hơn|khoảng|từ|là))*\s*$")
_NOW_AT = re.compile(r"\s(?:đã|đang|vừa|hiện|mới)(?!\w)")
_OF_PLAN = re.compile(r"^\s*(?:so với\s+)?(?:của\s+)?(?:kế hoạch|chỉ tiêu|mục tiêu|dự toán|tiến độ)(?!\w)")
_GOAL_AT = re.compile(
    r"(?:mục tiêu|chỉ tiêu|đích(?: đến)?|mức (?:đề ra|đặt ra|được giao|tối thiểu|giao)|yêu cầu|"
    r"(?<!%\s)kế hoạch(?: (?:là|đề ra|giao|đặt ra|năm))|kỳ vọng|mốc)(?:\s+[^\s,;.()\d]+){0,5}(?:\s+20\d\d)?(?:\s+(?:là|đạt|:))?\s*$"
)
_COLON = re.compile(r"[^.;\n]{0,80}(?::|như)(?!\w)")
_STRONG_GOAL = re.compile(r"(?:phấn đấu|sẽ|dự kiến|đặt mục tiêu|hướng tới)")
_LATER = re.compile(
    r"(?:đến|tới|hết|trước|vào|trong|cuối|cho|từ nay|giữa|sang|by|until|before)\s+"
    r"(?:the\s+|end\s+of\s+|early\s+|late\s+|hết\s+|cuối\s+|giữa\s+|ngày\s+|hết\s+ngày\s+|tháng\s+)*$"
)
_BEFORE_END = re.compile(r"(?:(?:đến|tới|trước)\s+(?:hết\s+|cuối\s+)?|hết\s+|cuối\s+)$")
_UNTIL = re.compile(
    r"(?:đến|tới|hết|tính|chốt|cuối|as of|by)\s+"
    r"(?:the\s+|end\s+of\s+|hết\s+|cuối\s+|giữa\s+|đầu\s+|ngày\s+|hết\s+ngày\s+|thời\s+điểm\s+)*$"
)
_OPENS_CLAUSE = re.compile(r"(?:^|[;,(]\s?|trong khi\s|còn\s)$")
_NAMED_SPAN = re.compile(r"(?:giai đoạn|định hướng(?: đến)?|tầm nhìn(?: đến)?|nhiệm kỳ|khóa)\s+(?:đến\s+)?(?:năm\s+)?$")
_OUTLOOK = re.compile(r"^[,;\s]*(?:và\s+)?(?:định hướng|tầm nhìn)")
_PLAN_LETTERHEAD = re.compile(r"(?m)^\W*số(?:\s+hiệu)?\s*[:|]?\s*\d{1,5}\s?/\s?(?:kh|ctr|qđ|cthđ|nq|ct)-", re.IGNORECASE)


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    data = load_words("kinds")
    previous, change, target = data["previous"], data["change"], data["target"]
    fillers = alternatives(previous["fillers"])
    earlier = re.compile(
        rf"(?:(?:^|[\s(,;:]){alternatives(previous['before'])}|(?:^|[\s(,])hồi (?:cuối |đầu |giữa )?(?:tháng|năm|quý)[^,.;()]{{0,14}}?|"
        rf"(?:^|[\s(,])(?:tuần|tháng|năm|quý|kỳ|ngày|lần|đợt|vụ|công bố)(?: [^\s,;.\d]+){{0,2}} trước|(?:^|[\s(,])cuối năm (?:ngoái|trước))"
        rf"(?:\s+(?:năm\s+)?(?:19|20)\d\d)?(?:\s*\(?\s*{fillers}(?!\w)|\s*:){{1,4}}\s*$"
        r"|(?<!so với )cùng kỳ[^,.;\d]{0,40}?(?:\(|(?:là|đạt|được|có|chỉ|mới|ở mức))\s*$"
        r"|(?:thay vì|thay cho|so với|trước đó|cùng kỳ)(?:\s+(?:mức|là|con số|tỷ lệ|của|khoảng|hơn|gần|trên))*\s*$"
        r"|trước đó,?(?:\s+[^\s,;.\d]+){0,4}\s+(?:là|đạt|có|ở mức)\s*$"
    )
    then = re.compile(rf"^(?:\s+\S+){{0,3}}?\s+{alternatives(previous['then'])}(?!\w)")
    verbs = re.compile(rf"(?:^|[\s(,;]){alternatives(change['verbs'])}(?:\s+{alternatives(change['fillers'])})*\s*$")
    other = r"(?:[^,.;()\d]|\d{4}|(?<=tháng )\d{1,2})"
    compared = re.compile(
        rf"(?:^|[\s(,])(?:(?:tăng|giảm)\s+{other}{{0,40}}?so với{other}{{1,40}}\s(?:là\s+|khoảng\s+)?"
        rf"|(?:nhiều hơn|ít hơn|cao hơn|thấp hơn)\s{other}{{1,50}}\s(?:là|khoảng|tới)\s+)$"
    )
    counted = re.compile(rf"(?:\d\s+|{alternatives(target['reached'])}\s+(?:\S+\s+){{0,2}})$")
    # "Kế hoạch 02 và …", "Nghị quyết 57-NQ/TW …" name somebody else's document
    titles = re.compile(rf"^\W*{alternatives(data['document']['titles'])}(?!\w)(?!\s+(?:số\s+)?\d+(?:-nq/tw|/nq-cp|-kh/bcđtw|(?![\d/-])))")
    return earlier, then, verbs, compared, counted, titles


def decide_kinds(
    reading: Reading,
    quantities: Sequence[Quantity],
    cells: Sequence[Cell],
    published: date | None,
    *,
    title: str | None,
    is_document: bool,
) -> list[Verdict]:
    """One verdict a quantity, in order: the head of its column in a table, words in the sentence, then headers and the article's arc,
    then the document type."""
    default: FigureKind = "target" if is_document or _is_plan(reading, title) else "result"
    verdicts: list[Verdict] = []
    carried = _Carried()
    index = 0
    for sentence in reading.sentences:
        inside: list[Quantity] = []
        while index < len(quantities) and quantities[index].start < sentence.end:
            inside.append(quantities[index])
            index += 1
        carried.enter(reading, sentence.start)
        events = _events(reading, sentence.start, sentence.end, published)
        for place, q in enumerate(inside):
            if (column := _column_kind(reading, cell_at(cells, q.start), published)) is not None:
                comparator: Comparator = "le" if q.at_most else find_comparator(reading.low, q.start, q.end, sentence.start)
                verdicts.append(Verdict(column, q.form in ("place", "ratio") or q.is_points, comparator, True))
                continue
            near = inside[max(0, place - _NEAR) : place + _NEAR + 1]
            at = bisect_left(events, (q.start,))
            verdicts.append(_judge(reading, q, near, events[max(0, at - _NEAR) : at + _NEAR], carried.kind, default, sentence.end))
        carried.leave(reading, sentence.start, sentence.end, events, published)
    verdicts.extend(Verdict(default, False, "eq", False) for _ in quantities[len(verdicts) :])
    return verdicts


def _column_kind(reading: Reading, cell: Cell | None, published: date | None) -> FigureKind | None:
    """What a table's column says of its numbers: by the words of its head, else by a day to come that it names."""
    if cell is None or cell.head is None or cell.label is None:
        return None
    if cell.role is not None:
        return cell.role
    later = [d for d in reading.dates_in(cell.head.start, cell.head.end) if published and d.first > published]
    return "target" if later else None


def _is_plan(reading: Reading, title: str | None) -> bool:
    titles = _patterns()[5]
    return bool((title and titles.search(lower_text(title))) or _PLAN_LETTERHEAD.search(reading.low[:2500]))


class _Carried:
    """The goal that an earlier sentence, header or heading set and that still holds.

    hold: "sentence" to the end of the paragraph, "list" through the items after a header, "arc" until a word of achievement,
    "heading" until the next heading.
    """

    def __init__(self) -> None:
        self.kind: FigureKind | None = None
        self.hold = ""
        self._after_header = 0
        self._had_items = False
        self._level = 0

    def enter(self, reading: Reading, start: int) -> None:
        """A sentence begins; a new line ends what held for the paragraph or the list before."""
        line = line_at(reading.lines, start)
        if line is None or reading.text[line.start : start].strip():
            return
        if line.is_heading and self.hold == "heading" and heading_level(reading.text, line) > self._level:
            return
        if line.is_heading or self.hold == "sentence":
            self.kind, self.hold = None, ""
        elif self.hold == "answer":  # a question about goals: the answer's paragraph is about them
            self.hold = "sentence"
        elif self.hold == "list":
            self._after_header += 1
            if (self._had_items and not line.is_item) or (not line.is_item and self._after_header > 3):
                self.kind, self.hold = None, ""
            self._had_items = self._had_items or line.is_item

    def leave(self, reading: Reading, start: int, end: int, events: Sequence[KindHit], published: date | None) -> None:
        """A sentence has been read: what it says may hold on."""
        arcs = load_words("kinds")["target"]["arcs"]
        line = line_at(reading.lines, start)
        sentence = reading.low[start:end]
        goals = [e for e in events if e.kind == "target" and e.word in arcs]
        is_goal = any(e.kind == "target" for e in events)
        if line is not None and (line.is_heading or line.is_header) and not is_goal and not events:
            is_goal = _announces(reading, start, end, published)
        if line is not None and line.is_heading and is_goal:
            self.kind, self.hold, self._level = "target", "heading", heading_level(reading.text, line)
        elif (line is not None and line.is_header and is_goal) or any(":" in reading.low[e.end : min(end, e.end + 80)] for e in goals):
            self.kind, self.hold, self._after_header, self._had_items = "target", "list", 0, False
        elif not events or self.hold in ("list", "heading"):
            return
        elif events[-1].kind == "target":
            if any(e.start - start < 60 and e.word not in ("mục tiêu", "chỉ tiêu") for e in goals):
                self.kind, self.hold = "target", "arc"
            elif self.hold != "arc":
                self.kind, self.hold = "target", "answer" if sentence.endswith("?") else "sentence"
        else:
            self.kind, self.hold = None, ""


_TASKS = re.compile(r"(?<!\w)(?:nhiệm vụ|phương hướng|kế hoạch|giải pháp|chương trình|nội dung|trọng tâm|việc)(?!\w)")
_ONLY_WHEN = re.compile(r"[\W\d]*(?:(?:[ivx]+|trong|từ nay|đến|tới|hết|vào|giai đoạn|cho|cuối|năm|tháng|quý|ngày|nửa|và)(?!\w)[\W\d]*)*")


def _announces(reading: Reading, start: int, end: int, published: date | None) -> bool:
    """A heading or header that names a time to come and tasks, or nothing but that time: "III. NHIỆM VỤ NĂM 2026", "Nửa cuối năm:"."""
    later = [d for d in reading.dates_in(start, end) if published and d.last > published and not is_name_date(reading, d)]
    if not later:
        return False
    rest = reading.low[start:end]
    for mention in reversed(later):
        rest = rest[: mention.start - start] + rest[mention.end - start :]
    return bool(_ONLY_WHEN.fullmatch(rest)) or (later[-1].first > (published or later[-1].first) and bool(_TASKS.search(rest)))


_ORDERED = re.compile(
    r"(?<!được )(?<!đã )(?<!chỉ tiêu )(?<!\w)giao\s+[^,.;:\d]{3,60}?\s(?:dành|bố trí|hoàn thành|xây dựng|nâng|đưa|bảo đảm|triển khai|"
    r"thực hiện|tham mưu|chủ trì|phối hợp|rà soát|tổ chức|cấp|lắp)(?!\w)"
)


_COUNTED_GOALS = re.compile(r"\d\s+(?:chỉ tiêu|mục tiêu|nhiệm vụ)\s+(?:được\s+|đã\s+)?$")


def _events(reading: Reading, start: int, end: int, published: date | None) -> list[KindHit]:
    counted_nouns = set(load_words("kinds")["target"]["counted"])
    counted = _patterns()[4]
    events = []
    for hit in reading.kinds_in(start, end):
        head = reading.low[max(start, hit.start - 24) : hit.start]
        if hit.word in counted_nouns and counted.search(head):
            continue
        if (
            hit.word in ("mục tiêu", "chỉ tiêu")
            and re.search(r"(?:từng|nhiều|hầu hết|đa số|mỗi|tất cả|một số)\s+$", head)
            and not _COLON.match(reading.low, hit.end)
        ):
            continue
        if hit.word.startswith(("đặt ra", "đề ra")) and _COUNTED_GOALS.search(head):
            continue
        if hit.word == "phải" and head.endswith("không "):
            continue
        events.append(hit)
    events.extend(_date_events(reading, start, end, published))
    events.extend(KindHit(m.start(), m.start() + 4, "target", "giao") for m in _ORDERED.finditer(reading.low, start, end))
    events.sort()
    return [e for i, e in enumerate(events) if not (i and _is_inside_goal(reading, events[i - 1], e))]


def _is_inside_goal(reading: Reading, goal: KindHit, hit: KindHit) -> bool:
    """ "phải nâng tỷ lệ dữ liệu đã số hóa": a word of achievement within the goal's own clause says nothing."""
    verbs = load_words("kinds")["target"]["verbs"]
    if hit.kind != "result" or goal.word not in verbs or hit.start - goal.end > 90:
        return False
    return not re.search(r"[,;:.(]\s?", reading.low[goal.end : hit.start])


def _date_events(reading: Reading, start: int, end: int, published: date | None) -> Iterator[KindHit]:
    if published is None:
        return
    for mention in reading.dates_in(start, end):
        if is_name_date(reading, mention):
            continue
        head = reading.low[max(start, mention.start - 24) : mention.start]
        word = reading.low[mention.start : mention.end]
        if mention.first > published:
            if _LATER.search(head) or word.startswith(("cuối năm", "hết năm")):
                yield KindHit(mention.start, mention.end, "target", "date")
        elif mention.last > published:  # the running period
            if _BEFORE_END.search(head) or word.startswith(("cuối năm", "hết năm")):
                yield KindHit(mention.start, mention.end, "target", "date")
            elif _UNTIL.search(head) and mention.precision == "month":
                yield KindHit(mention.start, mention.end, "result", "date")
        elif _UNTIL.search(head) or (
            mention.precision in ("year", "month", "quarter") and mention.last < published and _OPENS_CLAUSE.search(head)
        ):
            yield KindHit(mention.start, mention.end, "result", "date")


def is_future(mention: DateMention, published: date | None) -> bool:
    """Whether the day or period ends after the article's day; without that day, only years from 2030 on."""
    return mention.last > published if published else True


def is_name_date(reading: Reading, mention: DateMention) -> bool:
    """Dates inside names: "giai đoạn 2021-2025", "đến năm 2025, định hướng đến năm 2030", a document's own day."""
    head = reading.low[max(0, mention.start - 40) : mention.start]
    opens = re.search(r"(?:^|\n|[.:]\s|trong\s)(?:[-+•]\s?)?(?:tầm nhìn(?: đến)?|giai đoạn|định hướng(?: đến)?)\s+(?:năm\s+)?$", head)
    if opens and not _OUTLOOK.match(reading.low[mention.end : mention.end + 24]):
        return False  # "Tầm nhìn đến năm 2045, …", "Giai đoạn 2026-2030, …" at the start of a sentence
    return bool(
        _NAMED_SPAN.search(head)
        or _OUTLOOK.match(reading.low[mention.end : mention.end + 24])
        or re.search(r"\d[\w/&-]*/[\w&-]+,?\s+(?:ký\s+|ban hành\s+)?(?:ngày\s+)?$|\d-[\w&]+(?:/\w+)?,?\s+ngày\s+$", head)
    )


def _judge(
    reading: Reading,
    q: Quantity,
    inside: Sequence[Quantity],
    events: Sequence[KindHit],
    carried: FigureKind | None,
    default: FigureKind,
    end: int,
) -> Verdict:
    low = reading.low
    earlier = [o for o in inside if o.end <= q.start]
    floor = earlier[-1].end if earlier else max(0, q.start - 120)
    head = low[max(floor, q.start - 120) : q.start]
    tail = low[q.end : min(end, q.end + 70)]
    comparator: Comparator = "le" if q.at_most else find_comparator(low, q.start, q.end, floor)
    rose = q.value_max is None and bool(_FROM.search(head)) and bool(_ROSE_TO.match(tail))
    is_change = not rose and _is_change(q, head)
    if is_change and comparator == "gt" and re.search(r"(?:cao|nhiều|thấp|ít|nhanh|vượt|kém)(?:\s+hơn)?\s*$", head):
        comparator = "eq"
    if rose or (not is_change and _is_previous(head, tail, bool(earlier))):
        return Verdict("previous", False, comparator, True)
    state = _state(q, inside, events, low)
    if _GOAL_AT.search(head) or (not is_change and _ASKED.search(tail) and (state != "result" or _LEVEL_AT.search(head))):
        return Verdict("target", is_change, comparator, True)
    if q.form == "share" and _OF_PLAN.match(tail) and not _STRONG_GOAL.search(head):
        return Verdict("result", is_change, comparator, True)
    if comparator == "ge" and state == "result" and not is_change and _has_goal_verb(events, q):
        state = "target"
    if state is not None:
        return Verdict(state, is_change, comparator, True)
    if carried is not None:
        return Verdict(carried, is_change, comparator, False)
    if comparator == "ge" and not is_change:
        return Verdict("target", is_change, comparator, False)
    return Verdict(default, is_change, comparator, False)


def _has_goal_verb(events: Sequence[KindHit], q: Quantity) -> bool:
    """ "phải nâng tỷ lệ dữ liệu đã số hóa lên tối thiểu 45%": a bound from below and a goal verb outweigh the "đã" between them."""
    verbs = load_words("kinds")["target"]["verbs"]
    return any(e.word in verbs and e.end <= q.start and q.start - e.end < 120 for e in events)


def _is_change(q: Quantity, head: str) -> bool:
    if q.form in ("place", "ratio") or q.is_points:
        return True
    if q.form == "rank" or q.at_most:
        return False
    _, _, verbs, compared, _, _ = _patterns()
    if re.search(r"không\s+(?:ít|nhiều|thấp|cao|quá)\s+hơn\s+$|cần\s+thêm\s+(?:\w+\s+)?$|so với(?:\s+(?:mức|con số))?\s*$", head):
        return False
    return bool(verbs.search(head) or (q.form in ("share", "count", "money") and compared.search(head)))


def _is_previous(head: str, tail: str, has_earlier: bool) -> bool:
    earlier, then, _, _, _, _ = _patterns()
    if earlier.search(head) or (_THAN.search(head) and _THEN.search(tail)):
        return True
    return has_earlier and bool(_FROM.search(head)) and bool(then.match(tail))


def _is_deadline(event: KindHit, low: str, q: Quantity) -> bool:
    """ "74 hệ thống trước ngày 30/11": the day by which, in the number's own clause."""
    gap = low[q.end : event.start]
    return event.kind == "target" and not re.search(r"[,;.:(]", gap) and bool(re.search(r"(?:trước|chậm nhất|hạn)\s+(?:\S+\s+){0,2}$", gap))


def _is_bracketed_off(low: str, start: int, end: int, mark: str) -> bool:
    """Whether a bracket opens (closes) between two places and the other side lies outside: "60% (mục tiêu 70%)"."""
    gap = low[start:end]
    return gap.count(mark) > gap.count("(" if mark == ")" else ")")


def _opens_the_next(low: str, q: Quantity, event: KindHit, following: int) -> bool:
    """ "22% năm ngoái và dự kiến 25%": a word that leads straight to the next number."""
    leads = 0 <= following - event.end < 12 and following < len(low)
    return leads and bool(re.search(r"(?:,|(?<!\w)(?:và|còn|nhưng))\s+\Z", low[q.end : event.start]))


def _state(q: Quantity, inside: Sequence[Quantity], events: Sequence[KindHit], low: str) -> FigureKind | None:
    weak = load_words("kinds")["target"]["weak"]
    before = [e for e in events if e.start < q.start and not (e.word in weak and re.search(r"[;]|[.]\s", low[e.end : q.start]))]
    before = [e for e in before if not _is_bracketed_off(low, e.end, q.start, ")")]
    following = next((o.start for o in inside if o.start > q.start and not (o.noun and o.noun == q.noun)), len(low))
    reach = 90 if any(q.end < o.start < following for o in inside) else 60
    after = [e for e in events if q.end <= e.start < min(following, q.end + reach) and not re.search(r"[;.]\s", low[q.end : e.start])]
    after = [
        e
        for e in after
        if (e.word != "date" or _is_deadline(e, low, q))
        and not _is_bracketed_off(low, q.end, e.start, "(")
        and not _opens_the_next(low, q, e, following)
        and not (e.word in weak and (e.word != "phải" or "," in low[q.end : e.start].rstrip(", ")))
    ]
    if before and before[-1].word in ("bảo đảm", "ưu tiên") and any(e.kind == "result" for e in before):
        return "result"
    if before and _NOW_AT.match(low, q.end) and "," in low[before[-1].end : q.start]:
        return "result"
    if before and not (after and ";" in low[before[-1].end : q.start]):
        return "target" if before[-1].kind == "target" else "result"
    if after:
        return "target" if after[0].kind == "target" else "result"
    return None
