"""Who wrote an article: as the page names its author, by the line at its end, or by its head."""

from __future__ import annotations

import re

from r57monitor.models import Source
from r57monitor.text.boilerplate import line_key
from r57monitor.text.normalize import fold
from r57monitor.text.page_index import PageIndex, is_inside, load_cms_names
from r57monitor.text.page_meta import PageMeta, one_line

_AUTHOR_LENGTH = 60


def choose_author(meta: PageMeta, index: PageIndex, source: Source | None, lines: list[str]) -> tuple[str | None, list[str]]:
    """The author as the page names one, else the byline at the end, else the head's; and the lines without the byline."""
    named = [one_line(e.text_content()) for e in index.of("author") if not is_inside(e, index.chrome)]
    outlets = {line_key(name) for name in (meta.site_name, source.name if source else None) if name}
    said = next((name for text in (*named, meta.person) if (name := _clean_author(text)) and not _is_outlet(name, outlets, meta)), None)
    author, lines = take_byline(lines, said)
    if author is None and (name := _clean_author(meta.author)) and not _is_outlet(name, outlets, meta):
        author = name
    return author, lines


def _is_outlet(name: str, outlets: set[str], meta: PageMeta) -> bool:
    key = line_key(name)
    page_title = line_key(meta.page_title or "")
    return key in outlets or page_title.endswith(key) or key.startswith(("bao ", "cong thong tin", "trang thong tin", "dai ", "tap chi "))


_SAYS_WHO = re.compile(
    r"^(?:(?:tác giả|bài|bài, ảnh|bài và ảnh|tin|tin, ảnh|thực hiện|ảnh|người viết|người đăng)\s*:\s*"
    r"|(?:viết bởi|đăng bởi|được viết bởi|written by|posted by)\s*:?\s+)",
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


_BYLINE = re.compile(
    r"(?:(?:Bài|Tin|Ảnh|Thực hiện|Bài, ảnh|Tin, ảnh|Bài và ảnh|Tác giả)\s*:\s*)?(?:[A-ZĐÀ-Ỹ][\w.]*\s*[-–,&/()]?\s*(?:và\s+)?){1,7}"
)


def take_byline(lines: list[str], author: str | None) -> tuple[str | None, list[str]]:
    """The author, and the lines without a byline at the end."""
    end = len(lines)
    while end and author and line_key(lines[end - 1]) == line_key(author):
        end -= 1
    if end == len(lines) and end > 1:
        last = lines[-1]
        if (
            len(last) <= _AUTHOR_LENGTH
            and last[-1] not in ".:;!?"
            and _BYLINE.fullmatch(last)
            and " | " not in last
            and not _is_document_end(last)
        ):
            name = _clean_author(last)
            if name:
                return author or name, lines[:-1]
    return author, lines[:end]


def _is_document_end(line: str) -> bool:
    key = fold(line)
    return key.startswith(("kt.", "tm.", "tl.", "luu:", "noi nhan", "chu tich", "pho chu tich")) or (line.isupper() and "CHỦ TỊCH" in line)
