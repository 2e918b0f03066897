"""When a page was published: metadata, then the visible dateline, then feed or list, then the address; unknown stays unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from r57monitor.clock import VIETNAM
from r57monitor.models import PublishedFrom, RawPage, Source
from r57monitor.text.blocks import Block
from r57monitor.text.normalize import fold
from r57monitor.text.page_clocks import find_site_headers, is_clock, leave_out_clocks, place_of_title
from r57monitor.text.page_index import PageIndex, is_inside, select
from r57monitor.text.plain_text import cut_end_stamp
from r57monitor.text.stamps import Stamp, find_datelines, parse_ago, parse_stamp, parse_url_stamp

_SLACK = timedelta(days=1)  # clocks differ; nothing more than a day after the fetch is believed
_NEAR_BLOCKS = 8  # a dateline stands within so many blocks after the headline
_NEAR_CHARS = 700
_PROSE_LENGTH = 100
_REST_LENGTH = 80  # what a dateline may hold besides the date (place, author, counter)
_LINKED_LENGTH = 60
_LINKED_REST = 30  # a name
_SLASHED = re.compile(r"\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")
_HAS_DIGIT = re.compile(r"\d")
_LABEL = re.compile(
    r"\b(?:ngay dang(?: tin)?|dang ngay|dang luc|ngay xuat ban|xuat ban(?: luc| ngay)?|ngay cap nhat|cap nhat(?: luc| ngay| lan cuoi)?"
    r"|ngay phat hanh|ngay tao|thoi gian dang|posted(?: on)?|published(?: on)?|post date)\b\s*[:|]?"
)
_LINKED_HEAD = re.compile(rf"(?:{_LABEL.pattern}|thu \w+|chu nhat)?")
_ISSUED = re.compile(r"\bngay ban hanh\s*[:|]*\s*$")
_WEEKDAY = re.compile(r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\b")
_TODAY = re.compile(r"\b(?:hom nay|bay gio|hien tai)\b\s*:?")
# A number or kind of document before a date: the date is that document's, not the page's.
_CITED = re.compile(
    r"(?:\d+\s*/\s*(?:\d{4}\s*/\s*)?[a-z]{2,}"
    r"|\b(?:nghi quyet|quyet dinh|nghi dinh|thong tu|chi thi|ke hoach|cong van|ket luan|chuong trinh|luat)\b.{0,60})$"
)
# A word before a day that makes it the bound of a period that is told of: "… đến ngày 31/1/2025 đạt 24%".
_BOUND = re.compile(
    r"(?<!\w)(?:den|tinh den|tinh toi|toi|ke tu|tu|truoc|sau|as of|until|by|since|before|after)\s+(?:het\s+)?(?:ngay\s+)?$"
    r"|(?<!\w)ngay (?:gui|hoi|tiep nhan|hen tra|het han)[\s:|]*$"  # a question's or a request's day, not the page's
)
_LETTERHEAD = re.compile(r"^[^.;:|]{2,40},\s*ngay\s+\d{1,2}\s+thang\s+\d{1,2}\s+nam\s+\d{4}\W*$")


def find_published(
    raw: RawPage, stamps: Sequence[str], visible: Stamp | None, *, far: Sequence[str] = ()
) -> tuple[datetime | None, PublishedFrom]:
    """The instant of publication in UTC and what says so.

    stamps: metadata as written, surest first. visible: the dateline. far: a datetime attribute away from the headline, for want of better.
    What the user gave wins; nothing later than a day after the fetch is believed.
    """
    limit = raw.fetched_at + _SLACK
    if raw.given_published is not None:
        return datetime.combine(raw.given_published, time(), VIETNAM).astimezone(UTC), "given"
    for value, stamp in ((v, parse_stamp(v)) for v in (*stamps, *(() if visible else far))):
        if stamp is None:
            continue
        at = _against_visible(value, stamp, visible)
        if at <= limit:
            return at, "meta"
    url_stamp = parse_url_stamp(raw.url) or (parse_url_stamp(raw.requested_url) if raw.requested_url else None)
    choices: tuple[tuple[datetime | None, PublishedFrom], ...] = (
        (visible.at if visible else None, "text"),
        (raw.feed_date, "feed"),
        (raw.list_date, "list"),
        (url_stamp.at if url_stamp else None, "url"),
    )
    for at_or_none, origin in choices:
        if at_or_none is not None and at_or_none <= limit:
            return at_or_none.astimezone(UTC), origin
    return None, "none"


def _against_visible(value: str, stamp: Stamp, visible: Stamp | None) -> datetime:
    """The metadata's instant, put right where the dateline shows that the page means another day or clock by it."""
    if visible is None:
        return stamp.at
    if stamp.zone_given and visible.has_time and _clock(stamp.at, UTC) == _clock(visible.at, VIETNAM) and stamp.at != visible.at:
        return visible.at  # local time with a false "Z"
    if _SLASHED.match(value):  # day and month may be meant either way round
        for month_first in (True, False):
            other = parse_stamp(value, month_first)
            if other is not None and other.at.astimezone(VIETNAM).date() == visible.at.astimezone(VIETNAM).date():
                return other.at
    return stamp.at


def _clock(at: datetime, zone: Any) -> tuple[int, int, int, int, int]:
    local = at.astimezone(zone)
    return local.year, local.month, local.day, local.hour, local.minute


def find_time_attributes(index: PageIndex, title_element: Any | None) -> tuple[list[str], list[str]]:
    """Values of time[datetime] and itemprop dates outside chrome, clocks and lists: beside the headline, and a lone one elsewhere."""
    clocks = set(index.of("clock"))
    skipped = index.chrome | clocks
    elements = [e for e in index.dated if e.get("datetime") or e.tag == "abbr" or _is_date_property(e)]
    known: dict[Any, bool] = {}
    elements = [e for e in elements if not is_inside(e, skipped) and not _in_item(e, known)]
    dated = [(e, e.get("datetime") or e.get("content") or e.get("title") or "") for e in elements]
    dated = [(e, value) for e, value in dated if value]
    home = _home_of(title_element)
    near = [value for e, value in dated if home is not None and is_inside(e, {home})]
    far = [value for _, value in dated]
    return near[:1], far[:1] if not near and len(set(far)) == 1 else []


def _is_date_property(element: Any) -> bool:
    return (element.get("itemprop") or "").lower() in {"datepublished", "datecreated"} and bool(element.get("content"))


def _home_of(element: Any | None) -> Any | None:
    """The article, or failing that a near ancestor, that holds the headline."""
    if element is None:
        return None
    for ancestor in element.iterancestors():
        if ancestor.tag in {"article", "main"}:
            return ancestor
    parents = list(element.iterancestors())
    return parents[min(2, len(parents) - 1)] if parents else None


def _in_item(element: Any, known: dict[Any, bool]) -> bool:
    """Whether an element lies within a link, or a list item with one; a link that is only a day is none.

    known: the answers for elements passed before, added to.
    """
    passed = []
    node, answer = element.getparent(), False
    while node is not None:
        if (told := known.get(node)) is not None:
            answer = told
            break
        passed.append(node)
        if (node.tag == "a" and not _holds_only_days(node)) or (node.tag == "li" and node.find(".//a") is not None):
            answer = True
            break
        node = node.getparent()
    known.update(dict.fromkeys(passed, answer))
    return answer


def _holds_only_days(link: Any) -> bool:
    """Whether a link's text is that of the <time> elements within it: a blog's link from the day to the article itself."""
    times = sum(len(" ".join(time.itertext())) for time in link.iter("time"))
    return bool(times) and len(link.text_content().strip()) <= times


def find_visible_date(
    tree: Any, index: PageIndex, blocks: Sequence[Block], title_element: Any | None, source: Source | None, raw: RawPage
) -> Stamp | None:
    """The dateline that people see, never a header clock, another article's day or a cited document's.

    blocks: the page's blocks outside its chrome, in order.
    """
    live = raw.fetched_at if raw.found_by != "given" else None
    for element in select(tree, source.date_css if source else None):
        stamp = _read_dateline(element.get("datetime") or " ".join(element.itertext()), live, strict=False)
        if stamp is not None:
            return stamp
    known: dict[Any, bool] = {}
    usable = [b for b in blocks if (not b.is_link or _is_linked_day(b.text)) and not _in_item(b.element, known)]
    site_headers = find_site_headers(tree, title_element)
    usable = leave_out_clocks(usable, index, site_headers, title_element, raw)
    place = place_of_title(usable, title_element)
    if place is not None and (behind := usable[place].text.removeprefix(cut_end_stamp(usable[place].text))):
        stamp = _read_dateline(behind, live)  # headline, day and time in one cell
        if stamp is not None and not is_clock(stamp, raw):
            return stamp
    limit = raw.fetched_at + _SLACK  # a day to come is an event's
    for text, is_above in _near_title(usable, place):
        stamp = _read_dateline(text, live)
        if stamp is not None and stamp.at <= limit and not (is_above and is_clock(stamp, raw)):
            return stamp
    clocks = {*index.of("clock"), *site_headers}
    named = [e for e in index.of("date") if not is_inside(e, index.chrome) and not is_inside(e, clocks) and not _in_item(e, known)]
    for element in named:
        stamp = _read_dateline(" ".join(element.itertext()), live)
        if stamp is not None and stamp.at <= limit:
            return stamp
    return _find_labelled(usable, raw)


def _is_linked_day(text: str) -> bool:
    """Whether a link is a day and nothing else: a blog's link to its own page, never another article's headline."""
    if len(text) > _LINKED_LENGTH or not _HAS_DIGIT.search(text):
        return False
    folded = fold(text)
    found = next(iter(find_datelines(text)), None)
    return (
        found is not None and len(text) - found.end <= _LINKED_REST and bool(_LINKED_HEAD.fullmatch(folded[: found.start].strip(" (-|,:")))
    )


def is_closing_stamp(text: str) -> bool:
    """Whether a line below an article is only its day, with a label: "Cập nhật lúc 14:05, 14/10/2025"."""
    if len(text) > _REST_LENGTH or not _HAS_DIGIT.search(text) or not (label := _LABEL.match(folded := fold(text))):
        return False
    return any(len(folded) - label.end() - (found.end - found.start) <= _LINKED_REST for found in find_datelines(text))


def _near_title(blocks: Sequence[Block], place: int | None) -> Iterator[tuple[str, bool]]:
    """Short blocks after the headline up to the first prose, then the two above it, then those after the first prose (a lead).

    Each with whether it stands above the headline.
    """
    if place is None:
        return
    after: list[str] = []
    passed = 0
    for block in blocks[place + 1 : place + 1 + _NEAR_BLOCKS]:
        passed += len(block.text)
        if passed > _NEAR_CHARS:
            break
        after.append(block.text)
    prose = next((n for n, text in enumerate(after) if len(text) >= _PROSE_LENGTH), len(after))
    yield from ((text, False) for text in after[:prose])
    home = blocks[place].element.getparent()  # a list of day, counter and author may stand in the headline's own box
    above = [
        b
        for n, b in enumerate(blocks[max(0, place - 4) : place])
        if n >= min(place, 4) - 2 or (home is not None and is_inside(b.element, {home}))
    ]
    yield from ((block.text, True) for block in reversed(above))
    yield from ((text, False) for text in after[prose + 1 :])


def _read_dateline(text: str, live: datetime | None, *, strict: bool = True) -> Stamp | None:
    """The date of a line that is little else; live: the instant of the visit, for "2 giờ trước"."""
    text = " ".join(text.split())
    if len(text) > 240 or not _HAS_DIGIT.search(text):
        return None
    folded = fold(text)
    if strict and _TODAY.match(folded):
        return None
    for found in find_datelines(text):
        before = folded[: found.start].rstrip(" ,(ngay")
        if _CITED.search(before) and not _LABEL.search(before[-30:]):
            continue
        if strict and _BOUND.search(folded[: found.start]):
            continue
        rest = len(folded) - (found.end - found.start)
        if strict and rest > _REST_LENGTH and not _LABEL.search(folded[: found.start]):
            continue
        return found.stamp
    return parse_ago(text, live) if live and len(text) <= 60 else None


def _find_labelled(blocks: Sequence[Block], raw: RawPage) -> Stamp | None:
    """A date with a label ("Ngày đăng:") or with weekday and time of day, anywhere outside the chrome."""
    for block in blocks:
        if len(block.text) > 200 or not _HAS_DIGIT.search(block.text):
            continue
        folded = fold(block.text)
        if _TODAY.match(folded):
            continue
        for found in find_datelines(block.text):
            before = folded[max(0, found.start - 40) : found.start]
            if _LABEL.search(before):
                return found.stamp
            if _WEEKDAY.search(before) and found.stamp.has_time and len(block.text) <= 80 and not is_clock(found.stamp, raw):
                return found.stamp
    return None


def find_issue_date(lines: Sequence[str]) -> Stamp | None:
    """The day an official document was issued: the row "Ngày ban hành", else the letterhead's "Huế, ngày 5 tháng 3 năm 2025"."""
    letterhead: Stamp | None = None
    for line in lines[:60]:
        if len(line) > 240 or not _HAS_DIGIT.search(line):
            continue
        folded = fold(line)
        for found in find_datelines(line):
            if _ISSUED.search(folded[: found.start]):
                return found.stamp
            if letterhead is None and any(_LETTERHEAD.match(part.strip()) for part in folded.split(" | ")):
                letterhead = found.stamp
    return letterhead


def find_line_date(lines: Sequence[str]) -> Stamp | None:
    """The dateline of a plain text, where a short line near its headline holds one.

    lines: the first lines of the text, chrome included.
    """
    for line in lines:
        if len(line) <= 120:
            stamp = _read_dateline(line, None)
            if stamp is not None:
                return stamp
    return None
