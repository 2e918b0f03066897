"""Files as raw pages: what `ingest` and `extract` are given, opened one by one."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import BinaryIO

from r57monitor.clock import utc_now
from r57monitor.errors import ReadError, UsageError
from r57monitor.models import RawPage
from warehouse.foreign import iterate_foreign_warc

SUFFIXES = (".html", ".htm", ".xhtml", ".txt", ".pdf", ".docx", ".xlsx", ".warc", ".warc.gz")
MAX_FILE_BYTES = 64 * 2**20
STDIN = "-"
_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".htm": "text/html",
    ".html": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".txt": "text/plain",
    ".pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the user said of the documents named."""

    url: str | None = None
    source_id: str = ""
    published: date | None = None

    def __post_init__(self) -> None:
        if self.url is not None and (not self.url.startswith(("http://", "https://")) or any(c.isspace() for c in self.url)):
            raise UsageError(f'--url "{self.url}" is no http(s) address.')


def find_files(paths: Sequence[str]) -> list[Path]:
    """Every file named, and every readable document of the folders named, in order, each once.

    Raises UsageError for a path that is missing, ReadError for a folder without a document.
    """
    found: dict[Path, None] = {}
    for text in paths:
        path = Path(text).expanduser()
        if not path.exists():
            raise UsageError(f"{text}: no such file or folder.")
        if not path.is_dir():
            found[path] = None
            continue
        inside = sorted(p for p in path.rglob("*") if p.is_file() and p.name.lower().endswith(SUFFIXES) and not p.name.startswith("."))
        if not inside:
            raise ReadError(f"{text}: the folder has no document in it ({', '.join(SUFFIXES)}).")
        found.update(dict.fromkeys(inside))
    return list(found)


def is_warc(path: Path) -> bool:
    return path.name.lower().endswith((".warc", ".warc.gz"))


def read_file(path: Path, given: Given) -> RawPage:
    """One document as a raw page. Raises ReadError where it cannot be read or is too large."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ReadError(f"{path}: larger than {MAX_FILE_BYTES // 2**20} MB.")
        body = path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path}: cannot be read ({error.strerror}).") from error
    kind = _TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or ""
    return _page(body, given.url or path.resolve().as_uri(), kind, given, str(path))


def read_stream(stream: BinaryIO, given: Given) -> RawPage:
    """Standard input as one raw page; its kind is told by its bytes."""
    body = stream.read(MAX_FILE_BYTES + 1)
    if len(body) > MAX_FILE_BYTES:
        raise ReadError(f"standard input: larger than {MAX_FILE_BYTES // 2**20} MB.")
    return _page(body, given.url or "file:///dev/stdin", _kind_of(body), given, "standard input")


def _page(body: bytes, url: str, kind: str, given: Given, name: str) -> RawPage:
    if not body.strip():
        raise ReadError(f"{name}: the file is empty.")
    return RawPage(
        url=url,
        requested_url=url,
        body=body,
        fetched_at=utc_now(),
        content_type=kind,
        source_id=given.source_id,
        given_published=given.published,
    )


def _kind_of(body: bytes) -> str:
    start = body[:1024].lstrip().lower()
    if start.startswith(b"%pdf"):
        return "application/pdf"
    if start.startswith(b"pk\x03\x04"):
        return _TYPES[".docx"]
    if b"<html" in start or start.startswith((b"<!doctype", b"<")):
        return "text/html"
    return "text/plain"


def plain_reason(error: str | None, raw: RawPage) -> str:
    """Why a document gave nothing, without the stage and the address that the reading put in front."""
    return (error or "cannot be read").removeprefix("clean: ").removeprefix(f"{raw.url}: ")


def read_warc(path: Path, given: Given) -> Iterator[RawPage]:
    """Pages of a WARC made by any program. Raises ReadError where it is none or cannot be read."""
    for record in iterate_foreign_warc(path):
        if record.page is not None:
            yield replace(record.page, source_id=given.source_id, given_published=given.published or record.page.given_published)
