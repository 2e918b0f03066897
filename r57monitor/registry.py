"""Reads and checks the source registry: TOML files with [[source]] entries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from r57monitor.entries import load_entries, toml_files
from r57monitor.errors import RegistryError
from r57monitor.models import Source, SourceKind

KINDS: tuple[str, ...] = get_args(SourceKind)
NOT_CRAWLED = frozenset({"blocked", "reference"})  # kept for the record; nothing is fetched from them

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FIELDS = {f.name for f in fields(Source)}
_LISTS = {"hosts", "feeds", "sitemaps", "sections"}
_BOOLS = {"private_network", "verified", "browser", "practice"}
_NUMBERS = {"delay_s", "interval_h", "recheck_days"}
_DATES = {"active_from", "active_until"}
_REQUIRED = ("id", "name", "kind", "homepage")


def shipped_registry() -> Path:
    """Folder of the registry that comes with the package."""
    return Path(str(resources.files("r57monitor") / "data" / "sources"))


def registry_paths(own: Path, named: Sequence[Path] | None = None) -> list[Path]:
    """The shipped registry, or the files named instead; always with a home's own entries, where its folder is there.

    Where that folder or a file of it is named, its entries alone take the shipped ones' place.
    """
    if not own.is_dir():
        return list(named or [shipped_registry()])
    others = [path for path in named or [shipped_registry()] if not path.resolve().is_relative_to(own.resolve())]
    return [*others, own]


def load_sources(paths: Iterable[Path]) -> dict[str, Source]:
    """Every source of the named TOML files and folders of them, by id, in file order.

    Raises RegistryError naming file and line (bad TOML, unknown or missing key, wrong type, double id, bad pattern).
    """
    found, faults = read_sources(paths)
    if faults:
        raise faults[0]
    return found


def read_sources(paths: Iterable[Path]) -> tuple[dict[str, Source], list[RegistryError]]:
    """The sources that can be read, by id, and a fault for each entry or file that cannot, in file order."""
    found: dict[str, Source] = {}
    origin: dict[str, str] = {}
    faults: list[RegistryError] = []
    for file in toml_files(paths, "registry"):
        try:
            entries, top_level = load_entries(file, "source", {"practice"})
        except RegistryError as error:
            faults.append(error)
            continue
        for entry, where in entries:
            try:
                source = _build(entry, where, bool(top_level.get("practice", False)))
                if source.id in found:
                    raise RegistryError(
                        f'{where}: source id "{source.id}" is already used in {origin[source.id]}; ids are for ever and unique.'
                    )
            except RegistryError as error:
                faults.append(error)
                continue
            found[source.id] = source
            origin[source.id] = where
    return found, faults


def _build(entry: dict[str, Any], where: str, practice: bool) -> Source:
    def fail(message: str) -> RegistryError:
        name = f' (source "{entry["id"]}")' if isinstance(entry.get("id"), str) else ""
        return RegistryError(f"{where}{name}: {message}")

    for key in _REQUIRED:
        if key not in entry:
            raise fail(f'the key "{key}" is missing.')
    unknown = set(entry) - _FIELDS
    if unknown:
        raise fail(f'unknown key "{sorted(unknown)[0]}".')
    values: dict[str, Any] = {}
    for key, value in entry.items():
        values[key] = _convert(key, value, fail)
    if not _ID.fullmatch(values["id"]):
        raise fail(f'"{values["id"]}" is no id: small letters a-z, digits and single hyphens only.')
    if values["kind"] not in KINDS:
        raise fail(f'kind "{values["kind"]}" is none of {", ".join(KINDS)}.')
    for url in (values["homepage"], *values.get("feeds", ()), *values.get("sitemaps", ()), *values.get("sections", ())):
        if not _is_address(url):
            raise fail(f'"{url}" is no http(s) address.')
    if values.get("article_url"):
        try:
            re.compile(values["article_url"])
        except re.error as error:
            raise fail(f"article_url is no regular expression: {error}.") from error
    values.setdefault("publisher", values["id"])
    values.setdefault("practice", practice)
    return Source(**values)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _convert(key: str, value: Any, fail: Any) -> Any:
    if key in _LISTS:
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise fail(f'"{key}" must be a list of texts.')
        return tuple(value)
    if key in _BOOLS:
        if not isinstance(value, bool):
            raise fail(f'"{key}" must be true or false.')
        return value
    if key in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise fail(f'"{key}" must be a number that is not negative.')
        return value
    if key in _DATES:
        if isinstance(value, datetime):
            return value.date()
        if not isinstance(value, date):
            raise fail(f'"{key}" must be a date such as 2025-07-01, without quotes.')
        return value
    if not isinstance(value, str) or not value.strip():
        raise fail(f'"{key}" must be a text that is not empty.')
    return value


def source_hosts(source: Source) -> frozenset[str]:
    """host[:port] of every address of a source; nothing outside them is followed."""
    urls = (source.homepage, *source.feeds, *source.sitemaps, *source.sections)
    named = {urlsplit(url).netloc.rpartition("@")[2].lower() for url in urls}
    return frozenset(named | {host.lower() for host in source.hosts})


def is_crawled(source: Source, day: date) -> bool:
    """Whether a source is fetched on a day (not blocked, a reference, or outside its active period)."""
    if source.kind in NOT_CRAWLED:
        return False
    if source.active_from and day < source.active_from:
        return False
    return not (source.active_until and day > source.active_until)
