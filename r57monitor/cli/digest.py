"""Writes press digests: one snapshot, one period, any formats; and writes a stored one again, byte for byte."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from r57monitor.catalogue import load_home_catalogue
from r57monitor.cli.digest_feed import write_feed
from r57monitor.cli.notes import note
from r57monitor.cli.past import open_shown
from r57monitor.digest import FORMATS, render
from r57monitor.digest.model import Digest
from r57monitor.digest.request import Request, check_pillar, choose_period, find_province, read_name
from r57monitor.errors import R57Error, UsageError
from r57monitor.preferences import load_preferences
from warehouse.desk import find_edition, load_edition, store_edition
from warehouse.drafting import Draft, draft_digest
from warehouse.home import Home
from warehouse.queries.digest import last_observed_day, read_digest
from warehouse.queries.reader import open_published

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
    snapshot: an earlier one as it stood, without what people chose since; its digests go to a folder of their own, so that they
    never take the newest one's place. What was approved or sent is written as it was then. With the format atom, the feed of all
    digests of the home is written too.
    Raises UsageError for a period, province or format that is none, HomeError where nothing is published, R57Error where
    the folder cannot be written.
    """
    check_formats(formats)
    digest = make_digest(
        home, week=week, date_from=date_from, date_to=date_to, province=province, pillar=pillar, snapshot=snapshot, store=True
    )
    folder = out or (home.digests if snapshot is None else home.digests / f"snapshot-{snapshot}")
    paths = write_files(digest, formats, folder, home.templates)
    return [*paths, write_feed(home)] if "atom" in formats and folder == home.digests else paths


def make_digest(
    home: Home,
    *,
    week: str | None = None,
    date_from: date | None = None,
    date_to: date | None = None,
    province: str | None = None,
    pillar: int | None = None,
    snapshot: int | None = None,
    store: bool = False,
) -> Digest:
    """The digest as write_digest() writes it.

    store: keep its model in the home. One of an earlier snapshot is not kept: it can always be had again from the snapshot.
    """
    place, group = find_province(province), check_pillar(pillar)
    named = choose_period(week, date_from, date_to, None) if week or date_from or date_to else None  # wrong ones are told first
    catalogue = load_home_catalogue(home.metrics)
    with open_shown(home, snapshot) as reader:
        period = named or choose_period(None, None, None, last_observed_day(reader))
        request = Request(period=period, province=place, pillar=group, office=load_preferences(home.path).values.office)
        if snapshot is not None:
            return read_digest(reader, request, catalogue)
        draft = draft_digest(home, reader, request, catalogue)
    _say_state(draft)
    if store and draft.kept is None:
        store_edition(home, draft.digest)
    return draft.digest


def open_draft(home: Home, name: str | None) -> Draft:
    """The digest of that name at its desk; without a name, that of the last whole week. Raises as write_digest()."""
    office = load_preferences(home.path).values.office
    with open_published(home) as reader:
        if name:
            request = read_name(name, office)
        else:
            request = Request(period=choose_period(None, None, None, last_observed_day(reader)), office=office)
        return draft_digest(home, reader, request, load_home_catalogue(home.metrics))


def _say_state(draft: Draft) -> None:
    standing = draft.standing
    if draft.kept is not None:
        note(f"{standing.name} was {standing.state} by {standing.by} on {standing.at:%Y-%m-%d}; written as it was.")
    elif standing.state != "draft":
        note(f"{standing.name} was {standing.state}, but its edition {standing.edition} was removed; a new draft.")


def rebuild_digest(home: Home, name: str, formats: Sequence[str] = DEFAULT_FORMATS, out: Path | None = None) -> list[Path]:
    """Write a stored digest again, byte for byte: `name` with or without the number of its edition. Raises UsageError, R57Error."""
    check_formats(formats)
    return write_files(load_edition(find_edition(home, name)), formats, out or home.digests, home.templates)


def check_formats(names: Iterable[str]) -> None:
    """Raises UsageError for a format there is none of."""
    unknown = [name for name in names if name not in FORMATS]
    if unknown:
        raise UsageError(f'there is no digest format "{unknown[0]}"; choose from {", ".join(FORMATS)}.')


def write_files(digest: Digest, formats: Sequence[str], folder: Path, templates: Path | None = None) -> list[Path]:
    """The digest in each format; the paths written. templates: folder that may hold the office's own.

    Raises R57Error where the folder cannot be written, UsageError where a template of the office is wrong.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(max_workers=1) as aside:  # a long PDF is typeset by other processes; the rest need not wait for it
            later = {form: aside.submit(render, digest, form, templates) for form in formats if form == "pdf" and len(formats) > 1}
            bodies = ((form, later[form].result() if form in later else render(digest, form, templates)) for form in _last(formats, "pdf"))
            made = {form: _write(folder / f"{digest.name}.{form}", body) for form, body in bodies}
        return [made[form] for form in formats]
    except OSError as error:
        raise R57Error(f"cannot write the digest to {folder}: {error.strerror}. Name another folder with --out DIR.") from error


def _last(formats: Sequence[str], name: str) -> list[str]:
    return sorted(formats, key=lambda form: form == name)


def _write(path: Path, body: bytes) -> Path:
    """Whole or not at all: a reader never sees half a digest."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(body)
    temporary.replace(path)
    return path
