"""Articles of a period -> items: one a text, with its copies under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from r57monitor.digest.model import Copy, Item, Rows, Section
from r57monitor.digest.speech import WORDS, name_with_today
from r57monitor.models import NEWLY_REPORTED
from r57monitor.wording import local_day, vietnamese_key

_NOTABLE = 5
_NOTABLE_A_PROVINCE = 2  # no province fills the list
NATIONAL = ""  # name of the section of items that belong to no single province


def group_items(articles: Rows, figures: Rows) -> tuple[Item, ...]:
    """One item a cluster, newest first: its original, or the earliest article where the original is not of this period."""
    clusters: dict[str, list[Mapping[str, Any]]] = {}
    for row in articles:
        clusters.setdefault(row["cluster_id"], []).append(row)
    by_article: dict[str, list[Mapping[str, Any]]] = {}
    for figure in figures:
        by_article.setdefault(figure["article_id"], []).append(figure)
    items = [_make_item(sorted(rows, key=_first), by_article) for rows in clusters.values()]
    return tuple(sorted(items, key=lambda i: (-(i.day or i.seen or date.min).toordinal(), vietnamese_key(i.title), i.article_id)))


def _first(row: Mapping[str, Any]) -> tuple[bool, str, str]:
    return (not row["is_original"], str(row["published_at"] or row["first_seen_at"]), row["article_id"])


def _make_item(rows: Sequence[Mapping[str, Any]], figures: Mapping[str, Sequence[Mapping[str, Any]]]) -> Item:
    head, copies = rows[0], rows[1:]
    subjects = [p for p in head["provinces"] if p["role"] == "subject"]
    subjects.sort(key=lambda p: p["province_id"])
    mine = [f for row in rows for f in figures.get(row["article_id"], ())]
    fresh = [f for f in mine if f["state"] in NEWLY_REPORTED]
    best = max(fresh or mine, key=_weight, default=None)
    independent = [row for row in rows if row["kind"] != "aggregator"]
    return Item(
        article_id=head["article_id"],
        source_id=head["source_id"],
        title=head["title"] or head["url"],
        outlet=head["outlet"] or head["source_id"],
        kind=head["kind"],
        url=head["url"],
        day=local_day(head["published_at"]),
        seen=local_day(head["first_seen_at"]),
        provinces=tuple(name_with_today(p["province"], p["province_now"]) for p in subjects),
        provinces_now=tuple(dict.fromkeys(p["province_now"] for p in subjects)),
        pillars=tuple(sorted({pillar for row in rows for pillar in row["pillars"]})),
        copies=tuple(_make_copy(row) for row in copies),
        publishers=len({row["publisher"] for row in independent}),
        national_outlets=len({row["publisher"] for row in independent if row["outlet_province_id"] is None}),
        new_figures=len(fresh),
        figure_ids=tuple(sorted(f["figure_id"] for f in fresh)),
        sentence=best["sentence"] if best else "",
        mention=best["mention"] if best else "",
        garbled=bool(head["garbled"]),
    )


def _make_copy(row: Mapping[str, Any]) -> Copy:
    return Copy(
        article_id=row["article_id"],
        source_id=row["source_id"],
        outlet=row["outlet"] or row["source_id"],
        kind=row["kind"],
        url=row["url"],
        day=local_day(row["published_at"]),
    )


def _weight(figure: Mapping[str, Any]) -> tuple[bool, bool, float, str]:
    """Which figure's sentence stands for an article: of a known metric, a result, surely read."""
    return (figure["metric_id"] is not None, figure["kind"] == "result", float(figure["confidence"] or 0), figure["figure_id"])


def pick_notable(items: Iterable[Item], *, is_spread: bool = True) -> tuple[Item, ...]:
    """The items that most independent publishers brought, then with most newly reported figures, then of national reach; each with why.

    What one outlet has and brings nothing new is not notable. is_spread: no province fills the list.
    """
    ranked = sorted((i for i in items if explain_choice(i)), key=rank_item)
    chosen: list[Item] = []
    for item in ranked:
        same = sum(bool(set(item.provinces_now) & set(c.provinces_now)) for c in chosen)
        if not is_spread or same < _NOTABLE_A_PROVINCE:
            chosen.append(replace(item, reasons=explain_choice(item)))
        if len(chosen) == _NOTABLE:
            break
    return tuple(chosen)


def rank_item(item: Item) -> tuple[int, int, int, int, str]:
    """Sorting key, the most notable first."""
    return (-item.publishers, -item.new_figures, -item.national_outlets, -(item.day or date.min).toordinal(), item.article_id)


def explain_choice(item: Item) -> tuple[str, ...]:
    """Why an item may be called notable, in words; nothing where it is one outlet's and brings nothing new."""
    if item.publishers < 2 and not item.new_figures:
        return ()
    found = []
    if item.publishers > 1:
        found.append(WORDS("digest_reason.publishers", count=item.publishers))
    if item.new_figures:
        found.append(WORDS("digest_reason.new_figures", count=item.new_figures))
    if item.national_outlets:
        found.append(WORDS("digest_reason.national", count=item.national_outlets))
    return tuple(found)


def find_sections(items: Sequence[Item], order: Sequence[str]) -> tuple[Section, ...]:
    """Items by subject province of today's map, in official order; what belongs to none or to several stands first, once."""
    national = tuple(i for i in items if len(i.provinces_now) != 1)
    sections = [Section(name=NATIONAL, items=national)] if national else []
    by_name: dict[str, list[Item]] = {}
    for item in items:
        if len(item.provinces_now) == 1:
            by_name.setdefault(item.provinces_now[0], []).append(item)
    sections += [Section(name=name, items=tuple(by_name[name])) for name in order if name in by_name]
    return tuple(sections)


def number_items(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items as the appendix counts them, from 1."""
    return tuple(replace(item, number=number) for number, item in enumerate(items, 1))
