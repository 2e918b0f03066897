"""What a machine and a home need for the work, looked at one by one."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING, Literal

from r57monitor.errors import R57Error
from spiders.chromium import find_chromium
from warehouse.home import Home

if TYPE_CHECKING:
    from r57monitor.preferences import Preferences

Level = Literal["ok", "warning", "error"]
_LEAST_DISK = 512 * 2**20
_LITTLE_DISK = 5 * 2**30
_LITTLE_MEMORY = 2 * 2**30
_FEW_FILES = 1024
_EXTENSIONS = ("core_functions", "icu", "json", "parquet")  # of DuckDB: the wheel has them
_FONTS = ("Regular", "Bold", "Italic", "BoldItalic")
_EXTRAS = (
    ("typst", "pdf", "digests as PDF"),
    ("apprise", "notify", "alerts"),
    ("scrapy_playwright", "browser", "portals that need JavaScript"),
    ("distributed", "cluster", "many machines"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was found, and the way out where it is not well."""

    check: str
    level: Level
    found: str
    advice: str = ""


def examine_machine() -> Iterator[Finding]:
    """What was found of Python, extras, search, memory, clock, terminal and browser."""
    for check in (
        _check_python,
        _check_extras,
        _check_database,
        _check_search,
        _check_fonts,
        _check_memory,
        _check_zone,
        _check_words,
        _check_browser,
    ):
        yield from guarded(check.__name__.removeprefix("_check_"), check)


def examine_home(home: Home) -> Iterator[Finding]:
    """What was found of a home: settings, permissions, disk, what is published, archive."""
    looks: tuple[tuple[str, Callable[[Home], Iterator[Finding]]], ...] = (
        ("settings", _check_settings),
        ("home", _check_home),
        ("disk", _check_disk),
        ("published", _check_published),
        ("archive", _check_archive),
    )
    for name, look in looks:
        yield from guarded(name, lambda look=look: look(home))  # type: ignore[misc]


def guarded(name: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What a check finds; its own failure is a finding too."""
    try:
        yield from check()
    except R57Error as error:
        yield Finding(name, "error", str(error))
    except OSError as error:
        yield Finding(name, "error", f"cannot be looked at: {error}")


def _check_python() -> Iterator[Finding]:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Finding("Python", "ok", found)


def _check_extras() -> Iterator[Finding]:
    for module, extra, purpose in _EXTRAS:
        if importlib.util.find_spec(module) is None:
            yield Finding(f"extra {extra}", "warning", f"not installed: {purpose}", f"pip install 'r57monitor[{extra}]' where it is wanted")
        else:
            yield Finding(f"extra {extra}", "ok", purpose)


def _check_database() -> Iterator[Finding]:
    from warehouse.db import installed_extensions

    missing = sorted(set(_EXTENSIONS) - installed_extensions())
    if missing:
        yield Finding("DuckDB", "error", f"lacks {', '.join(missing)}", "make clean && make setup (the pinned duckdb has them)")
    else:
        yield Finding("DuckDB", "ok", f"has {', '.join(_EXTENSIONS)}")


def _check_fonts() -> Iterator[Finding]:
    folder = resources.files("r57monitor") / "data" / "fonts"
    missing = [name for name in _FONTS if not (folder / f"LiberationSerif-{name}.ttf").is_file()]
    if missing:
        found = f"LiberationSerif-{missing[0]}.ttf is missing from {folder}"
        yield Finding("fonts", "error", found, "install the program again: PDF digests need its own fonts")
    else:
        yield Finding("fonts", "ok", "those of PDF digests are there, with Vietnamese letters")


def _check_search() -> Iterator[Finding]:
    with sqlite3.connect(":memory:") as con:
        try:
            con.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
        except sqlite3.OperationalError as error:
            advice = "use a Python whose SQLite has FTS5 (Debian's has)"
            yield Finding("search", "error", f"SQLite {sqlite3.sqlite_version} has no FTS5 ({error})", advice)
            return
    con.close()
    yield Finding("search", "ok", f"SQLite {sqlite3.sqlite_version} with FTS5")


def _check_memory() -> Iterator[Finding]:
    import psutil

    memory = psutil.virtual_memory()
    found = f"{memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GB free, {os.cpu_count()} cores"
    if memory.available < _LITTLE_MEMORY:
        yield Finding("memory", "warning", found, "end other programs; a crawl wants about 2 GB")
    else:
        yield Finding("memory", "ok", found)
    try:
        import resource
    except ImportError:
        return
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files < _FEW_FILES:
        yield Finding("open files", "warning", f"at most {files}", f"ulimit -n {_FEW_FILES} (LimitNOFILE= in a systemd unit)")


def _check_zone() -> Iterator[Finding]:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        zone = ZoneInfo("Asia/Ho_Chi_Minh")
    except ZoneInfoNotFoundError:
        yield Finding("time zone", "error", "Asia/Ho_Chi_Minh is unknown", "pip install tzdata")
        return
    now = datetime.now(UTC)
    yield Finding("time zone", "ok", f"it is {now.astimezone(zone):%d/%m/%Y %H:%M} in Vietnam by this machine's clock")
    built = datetime(2025, 7, 1, tzinfo=UTC)
    if now < built:
        yield Finding("clock", "error", f"the clock says {now:%d/%m/%Y}", "set the clock (timedatectl set-ntp true)")


def _check_words() -> Iterator[Finding]:
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding == "utf8":
        yield Finding("terminal", "ok", "writes Vietnamese (UTF-8)")
    else:
        yield Finding("terminal", "warning", f"writes {sys.stdout.encoding}, not UTF-8", "export LANG=C.UTF-8 or PYTHONUTF8=1")


def _check_browser() -> Iterator[Finding]:
    found = find_chromium()
    if found:
        yield Finding("Chromium", "ok", found)
    else:
        advice = "apt-get install chromium (Debian), only for sources with browser = true"
        yield Finding("Chromium", "warning", "not found", advice)


def _check_home(home: Home) -> Iterator[Finding]:
    if not home.path.exists():
        above = next(path for path in home.path.parents if path.exists())
        if os.access(above, os.W_OK):
            yield Finding("home", "ok", f"{home.path} is not there yet; the first crawl makes it")
        else:
            yield Finding(
                "home", "error", f"{home.path} cannot be made: {above} cannot be written", "choose another with --home, or chown it"
            )
        return
    probe = home.path / f".doctor-{os.getpid()}"
    try:
        probe.write_bytes(b"")
        probe.read_bytes()
    except OSError as error:
        yield Finding("home", "error", f"{home.path} cannot be written ({error.strerror})", "choose another with --home, or chown it")
        return
    finally:
        with suppress(OSError):  # where nothing can be written, nothing is left
            probe.unlink()
    if home.path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH) and any(home.path.glob("published*.duckdb")):
        yield Finding("rights", "warning", f"others on this machine can read full texts in {home.path}", f"chmod 700 {home.path}")
    holder = home.holder()
    yield Finding("home", "ok", f"{home.path}" + (f", being written by {holder}" if holder else ""))


def _check_disk(home: Home) -> Iterator[Finding]:
    folder = next(path for path in (home.path, *home.path.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    found = f"{free / 2**30:.1f} GB free"
    if free < _LEAST_DISK:
        yield Finding("disk", "error", found, "free some space: a crawl stops when its pages cannot be kept")
    elif free < _LITTLE_DISK:
        yield Finding("disk", "warning", found, "a year of 250 sources takes about 20 GB")
    else:
        yield Finding("disk", "ok", found)


def _check_published(home: Home) -> Iterator[Finding]:
    from warehouse import queries

    if home.resolve_published() is None:
        yield Finding("published", "ok", "nothing is published yet; `r57 crawl` does it")
        return
    with queries.open_published(home) as reader:
        snapshot = queries.snapshot(reader)
    at = snapshot["published_at"]
    yield Finding("published", "ok", f"snapshot {snapshot['number']} of {at:%d/%m/%Y %H:%M} UTC can be opened")


def _check_archive(home: Home) -> Iterator[Finding]:
    from warehouse.depot import open_archive

    if not home.archive.is_dir():
        return
    problems: list[str] = []
    archive = open_archive(home)
    segments = archive.segments()
    records = sum(len(archive.entries(segment, problems.append)) for segment in segments)
    left = list(home.archive.glob("*.open"))
    if problems:
        yield Finding(
            "archive", "error", "; ".join(problems[:3]), "what can be read is kept; `r57 restore` brings the rest back from a backup"
        )
    else:
        yield Finding("archive", "ok", f"{len(segments)} segments, {records} fetches" + (f", {len(left)} open" if left else ""))


def _check_settings(home: Home) -> Iterator[Finding]:
    from r57monitor.preferences import load_preferences  # costs a fifth of `r57 --help`

    values = load_preferences(home.path).values
    yield Finding("settings", "ok", "can be read")
    if not values.crawl.contact:
        advice = 'set crawl.contact = "name@office.vn" in settings.toml, so that a site can write instead of blocking you'
        yield Finding("contact", "warning", "no contact is named to the sites", advice)
    yield from _check_size(home, values)


def _check_size(home: Home, values: Preferences) -> Iterator[Finding]:
    size = sum(path.stat().st_size for path in home.archive.glob("*")) if home.archive.is_dir() else 0
    said = f"{size / 2**30:.2f} GB"
    if size > values.archive.warn_gb * 2**30:
        advice = "look what `r57 archive prune` would take out, set archive.keep_days, or raise archive.warn_gb"
        yield Finding("archive size", "warning", f"{said}, more than archive.warn_gb", advice)
    else:
        yield Finding("archive size", "ok", said)
