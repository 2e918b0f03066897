"""Who wrote an article: as the page names its author, by the line at its end, or by its head."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Source
from r57monitor.text.blocks import Block
from r57monitor.text.boilerplate import line_key
from r57monitor.text.credits import has_credit_line
from r57monitor.text.normalize import fold
from r57monitor.text.page_index import PageIndex, is_inside, load_cms_names
from r57monitor.text.page_meta import PageMeta, one_line
from r57monitor.text.stamps import find_datelines

_AUTHOR_LENGTH = 60
_NAME_WORDS = 4
_MIDDLE_NAMES = frozenset({"Thị", "Văn"})  # tell a person whatever the surname
_WORD = re.compile(r"[^\W\d_]+")
_BELOW_TITLE = 3  # blocks that a person's name may stand in
_PARTS = re.compile(r"\s*[|•·]\s*|\s[-–]\s")
_WEEKDAY_BEHIND = re.compile(
    r"[\s|•·,/–—-]*(?:(?:đăng )?(?:lúc|ngày)|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|cập nhật)?\s*[,:]?\s*$", re.IGNORECASE
)


def choose_author(
    meta: PageMeta,
    index: PageIndex,
    source: Source | None,
    lines: list[str],
    blocks: Sequence[Block] = (),
    title_element: Any | None = None,
) -> tuple[str | None, list[str]]:
    """The author as the page names one, else the byline at the end, a labelled one anywhere, the head's; and the lines without the byline.

    blocks: the page's blocks outside its chrome. title_element: the one that shows the headline.
    """
    named = [one_line(e.text_content()) for e in index.of("author") if not is_inside(e, index.chrome)]
    outlets = {line_key(name) for name in (meta.site_name, source.name if source else None) if name}
    said = next((name for text in (*named, meta.person) if (name := clean_author(text)) and not _is_outlet(name, outlets, meta)), None)
    author, lines = take_byline(lines, said)
    author = author or _find_labelled(blocks) or _find_beside_day(blocks, title_element, outlets, meta)
    if author is None and (name := clean_author(meta.author)) and not _is_outlet(name, outlets, meta):
        author = name
    return author, lines


def _is_outlet(name: str, outlets: set[str], meta: PageMeta) -> bool:
    key = line_key(name)
    page_title = line_key(meta.page_title or "")
    return key in outlets or page_title.endswith(key) or key.startswith(("bao ", "cong thong tin", "trang thong tin", "dai ", "tap chi "))


_SAYS_WHO = re.compile(
    r"^(?:(?:tác giả|bài viết|bài|tin, bài|bài, ảnh|bài và ảnh|bài & ảnh|ảnh và bài|tin|tin, ảnh|thực hiện|ảnh|người viết|người đăng)"
    r"\s*:\s*"
    r"|(?:viết bởi|đăng bởi|được viết bởi|được đăng bởi|bởi|written by|posted by|by)\s*:?\s+)",
    re.IGNORECASE,
)


_ROLE = re.compile(
    r"\s*\((?:thực hiện|ghi|ghi chép|lược ghi|tổng hợp|t/h|th|biên dịch|(?-i:[A-ZĐ/ ]{2,16}))\)$", re.IGNORECASE
)  # behind a name


def clean_author(text: str | None) -> str | None:
    """A name without its label and role; None where it is an account, an outlet's word or no name at all."""
    if not text or len(text) > _AUTHOR_LENGTH:
        return None
    name = _ROLE.sub("", _SAYS_WHO.sub("", text)).strip(" :;-|/")
    key = line_key(name)
    words = key.split()
    if not words or len(words) > 9 or re.search(r"\d", name) or words[0].strip(":") in {"admin", "anonymous", "nguon", "theo"}:
        return None
    if len(words) > 1 and len(set(words)) == 1:  # "admin admin": an account, not a person
        return None
    return None if key in load_cms_names().no_person else name


_NAME = r"(?P<name>(?-i:(?:[A-ZĐÀ-Ỹ][\w.]*\s*[-–,&]?\s*(?:và\s+)?){2,7}))"
_BYLINE = re.compile(
    r"(?:(?:Bài|Bài viết|Tin|Tin, bài|Ảnh|Thực hiện|Bài, ảnh|Tin, ảnh|Bài và ảnh|Tác giả)\s*:\s*)?"
    r"(?:[A-ZĐÀ-Ỹ][\w.]*\s*[-–,&/()]?\s*(?:và\s+)?){1,7}"
    r"(?:\s*\((?:thực hiện|ghi|ghi chép|lược ghi|tổng hợp|t/h|th|biên dịch)\))?"
)


_LABELLED = re.compile(
    rf"(?:(?:tác giả|người viết|bài|bài, ảnh|bài và ảnh|bài & ảnh|ảnh và bài|bài viết|tin, bài|tin bài|tin, ảnh|thực hiện|nội dung)"
    rf"\s*:\s*|by\s+){_NAME}",
    re.IGNORECASE,
)
_PART = re.compile(r"\s+[|•·]\s+")


def _find_labelled(blocks: Sequence[Block]) -> str | None:
    """Who the last line with a label names ("Thực hiện: Vi Lâm"), or an English one beside the day ("By Le Hong | …")."""
    for block in reversed(blocks):
        if len(block.text) > 2 * _AUTHOR_LENGTH or not (":" in block.text or block.text.startswith("By ")):
            continue
        part = _PART.split(block.text)[0]
        if (match := _LABELLED.fullmatch(part)) and (name := clean_author(match["name"])):
            return name
    return None


def _find_beside_day(blocks: Sequence[Block], title_element: Any | None, outlets: set[str], meta: PageMeta) -> str | None:
    """The person named right below the headline, before the day and on its line or alone: "Vi Lâm | 14/10/2025 07:35"."""
    if title_element is None:
        return None
    place = next((n for n, b in enumerate(blocks) if is_inside(b.element, {title_element})), None)
    for block in () if place is None else blocks[place + 1 : place + 1 + _BELOW_TITLE]:
        if len(block.text) > 2 * _AUTHOR_LENGTH or block.kind == "row":
            return None
        if not _has_surname(block.text):
            continue
        day = next(iter(find_datelines(block.text)), None)
        text = _SAYS_WHO.sub("", block.text[: day.start] if day else block.text)
        for part in _PARTS.split(_WEEKDAY_BEHIND.sub("", text)):
            name = part.strip(" |•·,-–—/:")
            if _is_person(name) and not _is_outlet(name, outlets, meta):
                return clean_author(name)
    return None


def _has_surname(text: str) -> bool:
    """Whether a word of the text may open a person's name: a quick look before the day beside it is looked for."""
    words = {word.capitalize() for word in _WORD.findall(text)}
    known = (load_gazetteer().cautions.surnames, load_cms_names().surnames, _MIDDLE_NAMES)
    return not all(map(words.isdisjoint, known))


def _is_person(name: str) -> bool:
    """Whether a text is a person's name: two to four words with capitals, the first of them a surname, and no province's name."""
    words = name.split()
    gazetteer = load_gazetteer()
    if not 2 <= len(words) <= _NAME_WORDS or not all(word.isalpha() and word[0].isupper() for word in words):
        return False
    spelt = [word.capitalize() for word in words]
    known = (
        spelt[0] in gazetteer.cautions.surnames or (len(words) > 2 and spelt[0] in load_cms_names().surnames) or spelt[1] in _MIDDLE_NAMES
    )
    return known and gazetteer.by_name(" ".join(spelt)) is None


def is_byline(line: str) -> bool:
    """Whether a line is nothing but somebody's name, perhaps with a label, as it stands below an article."""
    plain = len(line) <= _AUTHOR_LENGTH and line[-1] not in ".:;!?" and " | " not in line
    return plain and bool(_BYLINE.fullmatch(line)) and not _is_document_end(line)


_PHOTOS = re.compile(r"(?:ảnh|video|đồ họa|thiết kế|trình bày|minh họa|clip)\s*:", re.IGNORECASE)


def take_byline(lines: list[str], author: str | None) -> tuple[str | None, list[str]]:
    """The author, and the lines without a byline at the end; who took the pictures stands below who wrote."""
    end = len(lines)
    if end > 2 and _PHOTOS.match(lines[-1]) and is_byline(lines[-2]) and len(lines[-1]) <= _AUTHOR_LENGTH:
        lines = lines[:-1]
        end -= 1
    while end and author and line_key(lines[end - 1]) == line_key(author):
        end -= 1
    if end == len(lines) and end > 1 and is_byline(lines[-1]) and (name := clean_author(lines[-1])):
        return author or name, lines if has_credit_line(lines[-1]) else lines[:-1]  # who took a text over from whom stays told
    return author, lines[:end]


def _is_document_end(line: str) -> bool:
    key = fold(line)
    return key.startswith(("kt.", "tm.", "tl.", "luu:", "noi nhan", "chu tich", "pho chu tich")) or (line.isupper() and "CHỦ TỊCH" in line)
