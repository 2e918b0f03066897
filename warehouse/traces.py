"""Copies of withdrawn words outside archive, journal and warehouse: older published files, the search index, digests."""

from __future__ import annotations

import html
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from r57monitor.text.normalize import fold
from warehouse.home import Home


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


def _holds(file: Path, wanted: Iterable[str]) -> bool:
    """Whether a digest in any format holds one of the texts."""
    try:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                body = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
        elif file.suffix == ".pdf":
            import pypdfium2

            with pypdfium2.PdfDocument(str(file)) as document:
                body = "\n".join(page.get_textpage().get_text_range() for page in document)
        else:
            body = file.read_text("utf-8", "replace")
    except (OSError, zipfile.BadZipFile, RuntimeError):
        return False
    flat = fold(" ".join(html.unescape(body).split()))
    return any(" ".join(fold(text).split()) in flat for text in wanted)
