"""The overview: counts against the period before, classes of outlets, provinces reported, silent and not observed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from r57monitor.digest.model import ClassLine, Count, DigestRows, FigureLine, Item, Period, ProvinceLine, Rows
from r57monitor.gazetteer import ProvinceEntity


def count_all(rows: DigestRows, fresh: Sequence[FigureLine]) -> tuple[Count, ...]:
    """Articles, originals, outlets, provinces and newly reported figures, beside those of the period before."""
    now, before = _tally(rows.articles), _tally(rows.before)
    seen = rows.is_before_observed  # what nobody watched is no zero
    counts = [Count(key=key, now=now[key], before=before[key] if seen else None) for key in now]
    inside = {row["article_id"] for row in rows.articles}  # what was published before the period counts for its own
    counts.append(
        Count(key="new_figures", now=sum(line.article_id in inside for line in fresh), before=rows.figures_before if seen else None)
    )
    return tuple(counts)


def _tally(articles: Rows) -> dict[str, int]:
    return {
        "articles": len(articles),
        "originals": sum(bool(row["is_original"]) for row in articles),
        "outlets": len({row["publisher"] for row in articles if row["kind"] != "aggregator"}),
        "provinces": len({p["province_now"] for row in articles for p in row["provinces"] if p["role"] == "subject"}),
    }


def count_by_class(rows: DigestRows) -> tuple[ClassLine, ...]:
    """One line a class of outlets that is watched or brought something, the busiest first."""
    watched = Counter(row["kind"] for row in rows.sources if row.get("active"))
    before = Counter(row["kind"] for row in rows.before)
    kinds = set(watched) | {row["kind"] for row in rows.articles if row["kind"]}
    found = []
    for kind in sorted(kinds):
        mine = [row for row in rows.articles if row["kind"] == kind]
        found.append(ClassLine(
            kind=kind,
            sources=watched[kind],
            active_sources=len({row["source_id"] for row in mine}),
            articles=len(mine),
            originals=sum(bool(row["is_original"]) for row in mine),
            articles_before=before[kind] if rows.is_before_observed else None,
        ))  # fmt: skip
    return tuple(sorted(found, key=lambda c: (-c.articles, -c.sources, c.kind)))


def list_provinces(
    rows: DigestRows, items: Sequence[Item], fresh: Iterable[FigureLine], period: Period, order: Sequence[ProvinceEntity], *, is_whole: bool
) -> tuple[ProvinceLine, ...]:
    """Each province of `order` with its state and counts.

    In a period that is no week, silent needs every week observed. is_whole: nothing was left out of the rows, so that the coverage
    itself may say "reported".
    """
    states: dict[str, set[str]] = {}
    for row in rows.coverage:
        states.setdefault(row["province_now"], set()).add(row["state"])
    articles, publishers = _count_articles(rows.articles)
    before = _count_articles(rows.before)[0]
    originals = _count_articles([row for row in rows.articles if row["is_original"]])[0]
    told = {name for item in items for name in item.provinces_now}
    figures = Counter(line.province_now for line in fresh)
    found = []
    for entity in order:
        said = states.get(entity.name, {"not_observed"})
        if entity.name in told or (is_whole and period.week and said == {"reported"}):
            state = "reported"
        else:
            state = "not_observed" if "not_observed" in said else "silent"
        found.append(ProvinceLine(
            province_id=entity.id, name=entity.name, state=state, articles=articles[entity.name], originals=originals[entity.name],
            publishers=len(publishers.get(entity.name, ())), new_figures=figures[entity.name],
            articles_before=before[entity.name] if rows.is_before_observed else None,
        ))  # fmt: skip
    return tuple(found)


def _count_articles(articles: Rows) -> tuple[Counter[str], dict[str, set[str]]]:
    """Articles by subject province of today's map, and the independent publishers that brought them."""
    counts: Counter[str] = Counter()
    publishers: dict[str, set[str]] = {}
    for row in articles:
        for name in {p["province_now"] for p in row["provinces"] if p["role"] == "subject"}:
            counts[name] += 1
            if row["kind"] != "aggregator":
                publishers.setdefault(name, set()).add(row["publisher"])
    return counts, publishers
