"""Copies of withdrawn words outside archive, journal and warehouse: older published files, the search index, digests."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from r57monitor.text.normalize import fold
from warehouse.home import Home

_TAG = re.compile(r"<[^<>]*>")


def clear_traces(home: Home, needles: Iterable[str], names: Iterable[str]) -> list[Path]:
    """Remove older published files, the search index, and digests that quote what is withdrawn; the digests removed.

    needles: addresses and titles. The caller has just published.
    """
    current = home.resolve_published()
    for _, file in home.published_files():
        if file != current:
            with suppress(FileNotFoundError):
                file.unlink()
    for file in home.path.glob("search*.sqlite*"):
        with suppress(OSError):
            file.unlink()
    wanted = [text for text in (*needles, *names) if text]
    stems = {_stem(file) for file in _digest_files(home) if _holds(file, wanted)}
    removed = [file for file in _digest_files(home) if _stem(file) in stems]
    for file in removed:
        file.unlink()
    return removed


def _digest_files(home: Home) -> list[Path]:
    return sorted(file for file in home.digests.rglob("*") if file.is_file()) if home.digests.is_dir() else []


def _stem(file: Path) -> tuple[Path, str]:
    return file.parent, file.name.split(".")[0]


def _holds(file: Path, wanted: Sequence[str]) -> bool:
    """Whether a digest in any format holds one of the texts."""
    try:
        return holds_any(file.name, file.read_bytes(), wanted)
    except OSError:
        return False


def holds_any(name: str, body: bytes, wanted: Sequence[str]) -> bool:
    """Whether a file holds one of the texts, whatever its accents, spaces and tags. name: tells the kind of file; one that cannot be
    read holds nothing.
    """
    try:
        words = _read(name, body)
    except (zipfile.BadZipFile, RuntimeError):
        return False
    tellings = {words, _TAG.sub("", words)}  # a name may be marked in the middle
    flat = [fold(" ".join(html.unescape(telling).split())) for telling in tellings]
    return any(" ".join(fold(text).split()) in told for text in wanted for told in flat)


def _read(name: str, body: bytes) -> str:
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "\n".join(archive.read(part).decode("utf-8", "replace") for part in archive.namelist())
    if name.endswith(".pdf"):
        import pypdfium2

        with pypdfium2.PdfDocument(body) as document:
            return "\n".join(page.get_textpage().get_text_range() for page in document)
    return body.decode("utf-8", "replace")
