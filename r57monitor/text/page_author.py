"""Who wrote an article: as the page names its author, by the line at its end, or by its head."""

from __future__ import annotations

import re
from collections.abc import Sequence

from r57monitor.models import Source
from r57monitor.text.blocks import Block
from r57monitor.text.boilerplate import line_key
from r57monitor.text.normalize import fold
from r57monitor.text.page_index import PageIndex, is_inside, load_cms_names
from r57monitor.text.page_meta import PageMeta, one_line

_AUTHOR_LENGTH = 60


def choose_author(
    meta: PageMeta, index: PageIndex, source: Source | None, lines: list[str], blocks: Sequence[Block] = ()
) -> tuple[str | None, list[str]]:
    """The author as the page names one, else the byline at the end, a labelled one anywhere, the head's; and the lines without the byline.

    blocks: the page's blocks outside its chrome.
    """
    named = [one_line(e.text_content()) for e in index.of("author") if not is_inside(e, index.chrome)]
    outlets = {line_key(name) for name in (meta.site_name, source.name if source else None) if name}
    said = next((name for text in (*named, meta.person) if (name := _clean_author(text)) and not _is_outlet(name, outlets, meta)), None)
    author, lines = take_byline(lines, said)
    author = author or _find_labelled(blocks)
    if author is None and (name := _clean_author(meta.author)) and not _is_outlet(name, outlets, meta):
        author = name
    return author, lines


def _is_outlet(name: str, outlets: set[str], meta: PageMeta) -> bool:
    key = line_key(name)
    page_title = line_key(meta.page_title or "")
    return key in outlets or page_title.endswith(key) or key.startswith(("bao ", "cong thong tin", "trang thong tin", "dai ", "tap chi "))


_SAYS_WHO = re.compile(
    r"^(?:(?:tác giả|bài|bài, ảnh|bài và ảnh|bài & ảnh|ảnh và bài|tin|tin, ảnh|thực hiện|ảnh|người viết|người đăng)\s*:\s*"
    r"|(?:viết bởi|đăng bởi|được viết bởi|bởi|written by|posted by|by)\s*:?\s+)",
    re.IGNORECASE,
)


def _clean_author(text: str | None) -> str | None:
    if not text or len(text) > _AUTHOR_LENGTH:
        return None
    name = _SAYS_WHO.sub("", text).strip(" :;-|")
    key = line_key(name)
    words = key.split()
    if not words or len(words) > 9 or re.search(r"\d", name) or words[0].strip(":") in {"admin", "anonymous", "nguon", "theo"}:
        return None
    if len(words) > 1 and len(set(words)) == 1:  # "admin admin": an account, not a person
        return None
    return None if key in load_cms_names().no_person else name


_NAME = r"(?P<name>(?-i:(?:[A-ZĐÀ-Ỹ][\w.]*\s*[-–,&]?\s*(?:và\s+)?){2,7}))"
_BYLINE = re.compile(
    r"(?:(?:Bài|Tin|Ảnh|Thực hiện|Bài, ảnh|Tin, ảnh|Bài và ảnh|Tác giả)\s*:\s*)?(?:[A-ZĐÀ-Ỹ][\w.]*\s*[-–,&/()]?\s*(?:và\s+)?){1,7}"
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
        if (match := _LABELLED.fullmatch(part)) and (name := _clean_author(match["name"])):
            return name
    return None


def is_byline(line: str) -> bool:
    """Whether a line is nothing but somebody's name, perhaps with a label, as it stands below an article."""
    plain = len(line) <= _AUTHOR_LENGTH and line[-1] not in ".:;!?" and " | " not in line
    return plain and bool(_BYLINE.fullmatch(line)) and not _is_document_end(line)


def take_byline(lines: list[str], author: str | None) -> tuple[str | None, list[str]]:
    """The author, and the lines without a byline at the end."""
    end = len(lines)
    while end and author and line_key(lines[end - 1]) == line_key(author):
        end -= 1
    if end == len(lines) and end > 1 and is_byline(lines[-1]) and (name := _clean_author(lines[-1])):
        return author or name, lines[:-1]
    return author, lines[:end]


def _is_document_end(line: str) -> bool:
    key = fold(line)
    return key.startswith(("kt.", "tm.", "tl.", "luu:", "noi nhan", "chu tich", "pho chu tich")) or (line.isupper() and "CHỦ TỊCH" in line)
