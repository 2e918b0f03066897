"""Articles of a period -> items: one a text, with its copies under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from r57monitor.digest.model import Copy, Item, Rows, Section
from r57monitor.wording import NEWLY_REPORTED, local_day, name_with_today, vietnamese_key

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
    return Item(
        article_id=head["article_id"],
        title=head["title"] or head["url"],
        outlet=head["outlet"] or head["source_id"],
        url=head["url"],
        day=local_day(head["published_at"]),
        seen=local_day(head["first_seen_at"]),
        provinces=tuple(name_with_today(p["province"], p["province_now"]) for p in subjects),
        provinces_now=tuple(dict.fromkeys(p["province_now"] for p in subjects)),
        copies=tuple(Copy(outlet=c["outlet"] or c["source_id"], url=c["url"], day=local_day(c["published_at"])) for c in copies),
        publishers=len({row["publisher"] for row in rows if row["kind"] != "aggregator"}),
        new_figures=len(fresh),
        sentence=best["sentence"] if best else "",
        garbled=bool(head["garbled"]),
    )


def _weight(figure: Mapping[str, Any]) -> tuple[bool, bool, float, str]:
    """Which figure's sentence stands for an article: of a known metric, a result, surely read."""
    return (figure["metric_id"] is not None, figure["kind"] == "result", float(figure["confidence"] or 0), figure["figure_id"])


def pick_notable(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items with most newly reported figures, then with most independent outlets; none without a new figure."""
    ranked = sorted((i for i in items if i.new_figures), key=lambda i: (-i.new_figures, -i.publishers, i.article_id))
    chosen: list[Item] = []
    for item in ranked:
        same = sum(bool(set(item.provinces_now) & set(c.provinces_now)) for c in chosen)
        if same < _NOTABLE_A_PROVINCE:
            chosen.append(item)
        if len(chosen) == _NOTABLE:
            break
    return tuple(chosen)


def find_sections(items: Sequence[Item], order: Sequence[str]) -> tuple[Section, ...]:
    """Items by subject province of today's map, in official order; what belongs to none or to several stands first, once."""
    national = tuple(i for i in items if len(i.provinces_now) != 1)
    sections = [Section(name=NATIONAL, items=national)] if national else []
    for name in order:
        mine = tuple(i for i in items if i.provinces_now == (name,))
        if mine:
            sections.append(Section(name=name, items=mine))
    return tuple(sections)
