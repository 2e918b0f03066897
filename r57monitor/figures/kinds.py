"""Result, target or previous; change or level. The ten rules of thumb are in docs and tests/test_figures_kinds.py."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from r57monitor.figures.arcs import CarriedGoal
from r57monitor.figures.bygone import is_ago, is_previous, rose_from
from r57monitor.figures.comparators import find_comparator
from r57monitor.figures.cues import KindHit
from r57monitor.figures.document_kind import find_default
from r57monitor.figures.events import find_events, is_name_date
from r57monitor.figures.own_times import is_bracketed_period, is_for_a_day_to_come, is_of_a_day_past, is_of_past_year
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.figures.states import find_state, goal_comes_next
from r57monitor.figures.tables import Cell, cell_at
from r57monitor.figures.words import alternatives, load_words
from r57monitor.models import Comparator, FigureKind
from r57monitor.text.guarded import Guarded

_NEAR = 12  # numbers and cues on either side in one sentence that can matter to a number


class Verdict(NamedTuple):
    """What kind of number a quantity is. `explicit`: a word in its own sentence says so."""

    kind: FigureKind
    is_change: bool
    comparator: Comparator
    explicit: bool


_ASKED = Guarded(
    r"^[^,.;\d]{0,24}?(?<!\w)mà\s+[^,.;()]{0,60}?(?:đặt ra|đề ra|giao|yêu cầu|muốn|hướng tới|kỳ vọng|quy định|đòi hỏi|"
    r"xác định|ấn định|nêu)(?!\w)"
)
# "cao hơn mức bình quân cả nước là 83%": the other's level
_OTHER_LEVEL = Guarded(r"hơn\s+(?:so\s+với\s+)?(?:mức|con số|tỷ lệ|chỉ tiêu|mục tiêu)\s[^,;.()\d]{0,50}?(?:là|đạt|ở mức)\s+$")
_FURTHERMORE = Guarded(r"(?:ngoài ra|bên cạnh đó|cùng với đó),?\s+(?:[^\s,]+\s+){0,2}có thêm\s+$")
_YEARS_OR_BRACKET = r"\s+\([^()\d]{1,20}\)|\s+(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)\d\d)?"
_NO_GROWTH = rf"(?:{_YEARS_OR_BRACKET}|\s+(?!(?:đóng|chiếm|vào|cho|và|từ|với|khi|để|lên|thì)(?!\w))[^\s,;.()\d]+)"
_GROWTH = Guarded(
    rf"(?<!\w)(?:(?:mức|tốc độ|tỷ lệ)\s+(?:tăng|tăng trưởng|tăng tốc|giảm)(?!\w){_NO_GROWTH}{{0,12}}"
    rf"|(?:(?<!vào )(?<!cho )(?<!với )tăng trưởng|sự tăng tốc)(?!\w){_NO_GROWTH}{{0,5}})\s*$"
)
_LEVEL_AT = Guarded(r"(?<!\w)(?:mức|mốc|ngưỡng|con số|đích)(?:\s+(?:tối thiểu|ít nhất|trên|hơn|khoảng|từ|là))*\s*$")
_OF_PLAN = re.compile(r"^\s*(?:so với\s+)?(?:của\s+)?(?:kế hoạch|chỉ tiêu|mục tiêu|dự toán|tiến độ)(?!\w)")
_GOAL_AT = Guarded(
    r"(?:mục tiêu|chỉ tiêu|đích(?: đến)?|mức (?:đề ra|đặt ra|được giao|tối thiểu|giao)|yêu cầu|"
    r"mức [^,;.()\d]{2,40}?(?:đòi hỏi|yêu cầu|quy định|đặt ra|giao)|"
    r"(?<!%\s)kế hoạch(?:(?: [^\s,;.:()\d]+){0,3} là|(?: [^\s,;.()\d]+){0,2}:|(?: (?:đề ra|giao|đặt ra|năm)))|"
    r"kỳ vọng|mốc)(?:\s+[^\s,;.()\d]+){0,5}(?:\s+20\d\d)?(?:\s+(?:là|đạt|:))?\s*$"
    # "cao hơn chỉ tiêu giao (1,5%)"
    r"|(?:hơn|vượt|so với|kém)\s+(?:mức\s+)?(?:mục tiêu|chỉ tiêu|kế hoạch|yêu cầu)(?:\s+[^\s,;.()\d]+){0,5}\s*\(\s*$"
    # "đạt 96% (kế hoạch 95%)"
    r"|\((?:kế hoạch|kh|target|plan)(?:\s+[^\s,;.()\d]+){0,3}\s*:?\s*$"
)
_GOAL_NAMED = re.compile(r"\s(?:goal|target)(?!\w)")  # "short of the 3 per cent goal"
_GIVEN = Guarded(r"(?<!\w)được giao(?:\s(?:là|tối thiểu|ít nhất|đạt|trên))*\s*$")  # "được giao 15%, mới đạt 13%"
_BEYOND = Guarded(r"(?<!\w)vượt\s+$")
# "yêu cầu 100%, thực tế mới 97%", "mới 54%, cách xa mục tiêu": a level and how little it is
_ONLY = Guarded(r"(?<!\w)(?<!tiêu )(?<!mức )(?<!hoạch )(?<!đích )(?<!chuẩn )(?<!mốc )(?:mới|chỉ)(?:\s(?:khoảng|hơn|gần|trên|chừng))?\s+$")
_REACHES = re.compile(r",\s(?:(?:đã|mới|nay|hiện|kết quả|tỉnh|toàn tỉnh|thành phố)\s){0,2}(?:đạt|được)\s+$")
_NEARS = Guarded(r"(?<!\w)(?:sát|gần|qua|vượt|được|cán|chạm|tới) (?:mốc|đích)(?:\s+(?:khoảng|hơn|gần|trên))*\s*$")
_GOAL_AFTER = re.compile(r"\s*\(\s*(?:mục tiêu|chỉ tiêu|kế hoạch|yêu cầu)(?!\w)[^()\n]{0,30}\d")  # "61% (mục tiêu 70%)"
# "tranh thủ nguồn lực để phủ sóng đến 100% thôn": what is not there yet
_PASSED = Guarded(r"(?<!\w)(?:vượt|qua|cán|chạm|đạt|về) (?:mốc|đích)(?:\s+[^\s,;.()\d]+){0,5}\s*$")  # "đã vượt mốc 900 điểm"
_GOES_WITH = Guarded(r"(?<!\w)(?:tương ứng|tương đương)(?:\s+(?:với|mức|khoảng|gần|hơn|tăng|giảm))*\s+$")
_PURPOSE = Guarded(r"(?:^|[\s,])(?:để|nhằm)\s+(?:phủ|đạt|nâng|đưa|hoàn thành|tăng|đến|bảo đảm|giảm)(?!\w)[^,;.()\d]{0,60}$")
_THIS_IS = Guarded(
    r"(?<!\w)(?:con số|tỷ lệ|chỉ số|mức) này(?:\s(?:của|tại|ở)\s[^,;.]{2,30}?)?(?:\s(?:hiện|mới|chỉ|đã|đang|cũng))*"
    r"\s(?:là|đạt|chiếm|ở mức|mới|chỉ)"
    r"(?:\s(?:hơn|gần|trên|khoảng|tới|đạt))*\s*$"
)
_MORE_THAN = Guarded(r"(?:cao|nhiều|thấp|ít|nhanh|vượt|kém)(?:\s+hơn)?\s*$")
_STRONG_GOAL = Guarded(r"(?:phấn đấu|sẽ|dự kiến|đặt mục tiêu|hướng tới)")


@lru_cache(maxsize=1)
def _patterns() -> tuple[Guarded, Guarded]:
    data = load_words("kinds")
    change = data["change"]
    verbs = Guarded(rf"(?:^|[\s(,;]){alternatives(change['verbs'])}(?:\s+{alternatives(change['fillers'])})*\s*$")
    other = r"(?:[^,.;()\d]|\d{4}|(?<=tháng )\d{1,2})"
    then = r"(?:cùng kỳ|(?:năm|kỳ|quý|tháng) (?:trước|ngoái))(?:\s(?:năm )?(?:trước|ngoái|\d{4}))?"
    compared = Guarded(
        rf"(?:^|[\s(,])(?:(?:tăng|giảm)\s+{other}{{0,40}}?so với{other}{{1,40}}\s(?:là\s+|khoảng\s+)?"
        rf"|(?:nhiều hơn|ít hơn|cao hơn|thấp hơn)\s{other}{{1,50}}\s(?:là|khoảng|tới)\s+"
        rf"|(?:nhiều hơn|ít hơn|cao hơn|thấp hơn|vượt)\s{then}\s+)$"
    )
    return verbs, compared


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
    default = find_default(reading, title, is_document=is_document)
    verdicts: list[Verdict] = []
    carried = CarriedGoal()
    index = 0
    for number, sentence in enumerate(reading.sentences):
        inside: list[Quantity] = []
        while index < len(quantities) and quantities[index].start < sentence.end:
            inside.append(quantities[index])
            index += 1
        if number in reading.firsts and (line := reading.homes[number]) is not None:
            carried.enter(reading, line)
        events = find_events(reading, number, published)
        if not inside and not events and number in reading.silent:
            continue
        for place, q in enumerate(inside):
            if (column := _column_kind(reading, cell_at(cells, q.start), published)) is not None:
                comparator: Comparator = "le" if q.at_most else find_comparator(reading.low, q.start, q.end, sentence.start)
                verdicts.append(Verdict(column, q.form in ("place", "ratio") or q.is_points, comparator, True))
                continue
            near = inside[max(0, place - _NEAR) : place + _NEAR + 1]
            at = bisect_left(events, (q.start,))
            verdicts.append(
                _judge(
                    reading,
                    q,
                    near,
                    events[max(0, at - _NEAR) : at + _NEAR],
                    carried.now,
                    default,
                    sentence.end,
                    published,
                )
            )
        told = any(v.kind == "result" for v in verdicts[len(verdicts) - len(inside) :])
        carried.leave(reading, number, events, published, has_numbers=bool(inside), has_results=told)
    verdicts.extend(Verdict(default, False, "eq", False) for _ in quantities[len(verdicts) :])
    return verdicts


def _column_kind(reading: Reading, cell: Cell | None, published: date | None) -> FigureKind | None:
    """What a table's column says of its numbers: by the words of its head, else by the day that it names, to come or over."""
    if cell is None or cell.head is None or cell.label is None:
        return None
    if cell.role is not None:
        return cell.role
    named = [d for d in reading.dates_in(cell.head.start, cell.head.end) if published and not is_name_date(reading, d)]
    if any(published and d.first > published for d in named):
        return "target"
    return "result" if named and all(published and d.last < published for d in named) else None


def _judge(
    reading: Reading,
    q: Quantity,
    inside: Sequence[Quantity],
    events: Sequence[KindHit],
    carried: FigureKind | None,
    default: FigureKind,
    end: int,
    published: date | None,
) -> Verdict:
    low = reading.low
    earlier = [o for o in inside if o.end <= q.start]
    floor = earlier[-1].end if earlier else max(0, q.start - 120)
    head = low[max(floor, q.start - 120) : q.start]
    tail = low[q.end : min(end, q.end + 70)]
    comparator: Comparator = "le" if q.at_most else find_comparator(low, q.start, q.end, floor)
    rose = q.value_max is None and rose_from(head, tail)
    is_change = not rose and _is_change(q, head)
    if is_change and comparator == "gt" and _MORE_THAN.search(head):
        comparator = "eq"
    if not is_change and earlier and q.form == "share" and earlier[-1].form == "place" and _GOES_WITH.search(head):
        is_change = True  # "tăng 12 bậc, tương ứng 8,5%"
    if rose or (not is_change and (is_previous(head, tail, has_earlier=bool(earlier)) or is_ago(low, q))):
        return Verdict("previous", False, comparator, True)
    if not is_change and q.form == "share" and is_bracketed_period(reading, q, earlier, published):
        return Verdict("previous", False, comparator, True)
    is_told = _IN_BRACKETS_NOW.search(head) is not None or is_of_a_day_past(reading, q, published)
    state = "result" if is_told else find_state(q, inside, events, low)
    if not is_change and (carried == "target" or state == "target") and is_of_past_year(reading, q, published):
        return Verdict("previous", False, comparator, True)
    if state != "target" and not is_told and is_for_a_day_to_come(reading, q, published):
        state = "target"
    if (plain := _by_measure(low, q, earlier, head, tail, comparator, state, is_change)) is not None:
        return plain
    if state == "result" and not is_change and ((comparator == "ge" and _has_goal_verb(events, q)) or _works_for(low, q, events)):
        state = "target"
    told = default == "result" and comparator != "ge" and state is None and goal_comes_next(low, q, inside, events)
    if state is None and not is_change and (told or _GOAL_AFTER.match(tail)):
        state = "result"
    if state is None and default == "result" and _PURPOSE.search(head):
        state = "target"
    if state is not None:
        return Verdict(state, is_change, comparator, True)
    if carried == "target" and _THIS_IS.search(head):
        carried = None  # "đặt mục tiêu 30%. Tại tỉnh, tỷ lệ này là 12%"
    if carried is not None:
        return Verdict(carried, is_change, comparator, False)
    if comparator == "ge" and not is_change:
        return Verdict("target", is_change, comparator, False)
    return Verdict(default, is_change, comparator, False)


def _by_measure(
    low: str,
    q: Quantity,
    earlier: Sequence[Quantity],
    head: str,
    tail: str,
    comparator: Comparator,
    state: FigureKind | None,
    is_change: bool,
) -> Verdict | None:
    """What the words right at a number say where they measure it against a goal, or give it as the goal; None where they do neither."""
    if q.form == "share":
        if _is_goal_of(low, q, earlier, head, tail):
            return Verdict("target", False, "eq", True)
        if _NEARS.search(head) and _OF_PLAN.match(tail):
            return Verdict("result", is_change, comparator, True)
        if comparator == "gt" and _BEYOND.search(head) and _OF_PLAN.match(tail):
            return Verdict("result", True, "eq", True)  # "vượt 20% kế hoạch": by that much
        is_short = _ONLY.search(head) is not None and not _STRONG_GOAL.search(head)
        if not is_change and state != "result" and (is_short or _is_set_against(low, q, earlier)):
            return Verdict("result", False, comparator, True)
        if _GIVEN.search(head):
            return Verdict("target", is_change, comparator, True)
    if q.form == "share" and _GOAL_NAMED.match(tail):
        return Verdict("target", False, comparator, True)
    if (_GOAL_AT.search(head) and not (state == "result" and _PASSED.search(head))) or (
        not is_change and _ASKED.search(tail) and (state != "result" or _LEVEL_AT.search(head))
    ):
        return Verdict("target", is_change, comparator, True)
    if q.form == "share" and _OF_PLAN.match(tail) and not _STRONG_GOAL.search(head):
        return Verdict("result", is_change, comparator, True)
    return None


def _is_set_against(low: str, q: Quantity, earlier: Sequence[Quantity]) -> bool:
    """ "Chỉ tiêu có sổ sức khỏe điện tử 75%, đạt 68,8%.": the goal, and nothing but what was reached of it behind a comma."""
    if not earlier or earlier[-1].form != "share" or not _ENDS_THERE.match(low, q.end):
        return False
    return _REACHES.fullmatch(low, earlier[-1].end, q.start) is not None


_MISSED = Guarded(r"(?<!\w)(?:chưa|không)\s(?:đạt|chạm|tới|đến|bằng)(?:\s(?:được|mức|ngưỡng|mốc|tới))*\s+$")
_AS_SET = re.compile(r"\s(?:như\s|mà\s|theo\s)?(?:đề ra|đặt ra|được giao|kế hoạch|mục tiêu|chỉ tiêu|yêu cầu|nghị quyết)(?!\w)")


def _is_goal_of(low: str, q: Quantity, earlier: Sequence[Quantity], head: str, tail: str) -> bool:
    """ "đạt 91,2%/80%", "8,9%, chưa đạt mức 10% đề ra": a share that the one before is measured against is its goal."""
    follows = bool(earlier) and earlier[-1].form == "share"
    if follows and low[earlier[-1].end : q.start].strip() == "/":
        return True
    return _MISSED.search(head) is not None and (_AS_SET.match(tail) is not None or (follows and head.lstrip().startswith(",")))


_ENDS_THERE = re.compile(r"\s*(?:[.;)\n]|\Z)")


def _has_goal_verb(events: Sequence[KindHit], q: Quantity) -> bool:
    """ "phải nâng tỷ lệ dữ liệu đã số hóa lên tối thiểu 45%": a bound from below and a goal verb outweigh the "đã" between them."""
    verbs = load_words("kinds")["target"]["verbs"]
    return any(e.word in verbs and e.end <= q.start and q.start - e.end < 120 for e in events)


# "chỉ tiêu 11,5% (ước chín tháng 10,3%)": where it stands, beside the goal
_IN_BRACKETS_NOW = Guarded(r"\((?:ước|hiện|nay|đến nay|mới|đã|thực tế|thực hiện|đang)(?!\w)[^();\n]{0,40}$")


_EFFORT_REACH = 240  # characters from "đang" to the last number it is for
_EFFORT = re.compile(
    r"(?:đã và |vẫn )?đang\s+(?:gấp rút\s|khẩn trương\s|tích cực\s)?"
    r"(?:tập trung|nỗ lực|dồn|huy động|phấn đấu|đẩy mạnh|đẩy nhanh|chạy đua|hướng)(?!\w)[^.;:\d]{0,60}?(?<!\w)(?:để|nhằm|tới|đến)\s"
)


def _works_for(low: str, q: Quantity, events: Sequence[KindHit]) -> bool:
    """ "đang tập trung nguồn lực để đào tạo tối thiểu 5.000 người, trong đó 2.000 …": what the present effort is for."""
    told = [e for e in events if e.end <= q.start]
    if not told or told[-1].word not in ("đang", "đã") or q.start - told[-1].end > _EFFORT_REACH:
        return False
    start = max(0, told[-1].start - 8)
    found = _EFFORT.search(low, start, q.start)
    return found is not None and not re.search(r"[.;]\s", low[found.end() : q.start])


_NO_CHANGE = Guarded(
    r"không\s+(?:ít|nhiều|thấp|cao|quá)\s+hơn\s+$|cần\s+thêm\s+(?:\w+\s+)?$|ma(?:de|kes?|king)\s+up\s+$|so với(?:\s+(?:mức|con số))?\s*$|"
    r"(?:set|sets|setting|built|put|opened)\s+up\s+$"
)


def _is_change(q: Quantity, head: str) -> bool:
    if q.form in ("place", "ratio") or q.is_points:
        return True
    if q.form == "rank" or q.at_most:
        return False
    verbs, compared = _patterns()
    says_so = verbs.search(head) or (q.form in ("share", "count", "money") and compared.search(head))
    if not says_so and not (q.form == "share" and _GROWTH.search(head)):
        return False
    return not (_NO_CHANGE.search(head) or _OTHER_LEVEL.search(head) or _FURTHERMORE.search(head))
