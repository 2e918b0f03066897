"""Writes press digests: one snapshot, one period, any formats."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from r57monitor.catalogue import load_home_catalogue
from r57monitor.cli.past import open_shown
from r57monitor.digest import FORMATS, render
from r57monitor.digest.request import Request, check_pillar, choose_period, find_province
from r57monitor.errors import R57Error, UsageError
from r57monitor.preferences import load_preferences
from warehouse.home import Home
from warehouse.queries.digest import last_observed_day, read_digest

DEFAULT_FORMATS = ("html", "md")


def write_digest(
    home: Home,
    *,
    week: str | None = None,
    date_from: date | None = None,
    date_to: date | None = None,
    province: str | None = None,
    pillar: int | None = None,
    formats: Sequence[str] = DEFAULT_FORMATS,
    out: Path | None = None,
    snapshot: int | None = None,
) -> list[Path]:
    """Write diem-bao-<period>.<format> for each format into `out` (default: the home's digests folder); the paths written.

    week: "2025-W30"; without week and days, the last whole week that was observed. province: name, old or of today.
    snapshot: an earlier one as it stood; its digests go to a folder of their own, so that they never take the newest one's place.
    Raises UsageError for a period, province or format that is none, HomeError where nothing is published, R57Error where
    the folder cannot be written.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UsageError(f'there is no digest format "{unknown[0]}"; choose from {", ".join(FORMATS)}.')
    name, pillar = find_province(province), check_pillar(pillar)
    catalogue = load_home_catalogue(home.metrics)
    with open_shown(home, snapshot) as reader:
        period = choose_period(week, date_from, date_to, last_observed_day(reader))
        office = load_preferences(home.path).values.office
        digest = read_digest(reader, Request(period=period, province=name, pillar=pillar, office=office), catalogue)
    folder = out or (home.digests if snapshot is None else home.digests / f"snapshot-{snapshot}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(folder / f"{digest.name}.{form}", render(digest, form)) for form in formats]
    except OSError as error:
        raise R57Error(f"cannot write the digest to {folder}: {error.strerror}. Name another folder with --out DIR.") from error


def _write(path: Path, body: bytes) -> Path:
    """Whole or not at all: a reader never sees half a digest."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(body)
    temporary.replace(path)
    return path
