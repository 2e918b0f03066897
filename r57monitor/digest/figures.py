"""Figures of a period -> lines of the digest's tables: value, time, what it is judged against, its target and its proof."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from r57monitor.catalogue import Catalogue
from r57monitor.digest.model import Amount, FigureLine, Pair, Rows, Side
from r57monitor.digest.speech import WORDS, format_figure, format_period, name_with_today, spoken
from r57monitor.models import LABEL_WORDS
from r57monitor.text.normalize import fold
from r57monitor.wording import format_day, local_day

_BETWEEN = r"[^\w]{1,3}"  # words of a label, in a sentence
_NUMBER_NEXT = re.compile(r"\W+(?:[^\W\d_]+\s+){0,3}\d")
_WORD_BEFORE = re.compile(r"[^\W\d_]\s+$")
_WORD_NEXT = re.compile(r"\s+[^\W\d_]")
_REST_OF_PHRASE = re.compile(r"(?:\s+[^\W\d_]+){1,4}(?=\s*(?:[,;:.()]|$))")
_LAST = 1_000  # place of what has no province, after the 34


def figure_lines(figures: Rows, targets: Rows, catalogue: Catalogue, order: Sequence[str]) -> tuple[FigureLine, ...]:
    """One line a figure that has a state: by province in official order, then as the articles say them, one after another."""
    goals: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for target in targets:
        if target["metric_id"] and target["province_id"] and not target["inherited"]:
            goals.setdefault((target["province_id"], target["metric_id"]), []).append(target)
    lines = [_make_line(row, goals, catalogue) for row in figures if row["state"]]
    place = {name: number for number, name in enumerate(order)}
    return tuple(sorted(lines, key=lambda f: (place.get(f.province_now, _LAST), str(f.day), f.article_id, f.start, f.figure_id)))


def _make_line(row: Mapping[str, Any], goals: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]], catalogue: Catalogue) -> FigureLine:
    goal = _find_goal(row, goals.get((row["province_id"] or "", row["metric_id"] or ""), ()))
    return FigureLine(
        figure_id=row["figure_id"],
        article_id=row["article_id"],
        start=int(row["start_char"]),
        province=name_province(row),
        province_now=row["province_now"] or "",
        metric=name_metric(row, catalogue),
        metric_id=row["metric_id"],
        pillar=find_pillar(row["metric_id"], catalogue),
        kind=row["kind"],
        is_change=bool(row["is_change"]),
        value=format_figure(row),
        amount=read_amount(row),
        when=name_time(row),
        when_from=row["as_of_from"] or "",
        on=_day_meant(row),
        state=row["state"],
        against=_name_against(row),
        against_figure_id=row["against_figure_id"] if row["against_value"] is not None else None,
        against_amount=read_amount(_against(row)) if row["against_value"] is not None else None,
        target=f"{format_figure(goal)} ({format_period(goal['due'], goal['due_precision'])})" if goal else "",
        target_figure_id=goal["figure_id"] if goal else None,
        target_amount=read_amount(goal) if goal else None,
        sentence=row["sentence"],
        mention=row["mention"],
        outlet=row["outlet"] or row["source_id"],
        url=row["url"],
        title=row["title"] or "",
        day=local_day(row["published_at"]),
    )


def read_amount(row: Mapping[str, Any]) -> Amount:
    """The number of a row of view `figures` or `targets`."""
    return Amount(
        value=float(row["value"]),
        value_max=_number(row.get("value_max")),
        total=_number(row.get("denominator")),
        unit=row.get("unit") or "",
        comparator=row.get("comparator") or "eq",
    )


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _day_meant(row: Mapping[str, Any]) -> date | None:
    """Last day of the period a result is about, or by which a target falls due."""
    day: date | None = row["due"] if row["kind"] == "target" else row["as_of"]
    return day


def name_province(row: Mapping[str, Any]) -> str:
    """Province of a row as its article's day had it, with today's name; "Toàn quốc" for the nation."""
    return WORDS("digest_text.nation") if row["province"] == "national" else name_with_today(row["province"], row["province_now"])


def find_pillar(metric_id: str | None, catalogue: Catalogue) -> int | None:
    """Task group of the resolution that a metric belongs to; None where it has none."""
    metric = catalogue.get(metric_id) if metric_id else None
    return metric.pillar if metric is not None else None


def name_metric(row: Mapping[str, Any], catalogue: Catalogue) -> str:
    """Label of the metric, or the words that were counted where no metric fits."""
    metric = catalogue.get(row["metric_id"]) if row["metric_id"] else None
    if metric is not None:
        return metric.label_en if spoken() == "en" and metric.label_en else metric.label_vi
    return str(row["metric_id"] or quote_label(row["label"] or "", row.get("sentence") or ""))


def quote_label(label: str, sentence: str) -> str:
    """The words that were counted as the sentence has them, with their accents and in quotation marks; the label where it has not."""
    words = fold(label).split()
    found = re.search(rf"(?<!\w){_BETWEEN.join(map(re.escape, words))}(?!\w)", fold(sentence)) if words else None
    if not found:
        return label
    start, end = found.span()
    head, tail = "", ""
    if len(words) >= LABEL_WORDS:  # as many as a label holds: what is counted may go on
        if _NUMBER_NEXT.match(sentence, end):
            head = "… " if _WORD_BEFORE.search(sentence[:start]) else ""
        elif rest := _REST_OF_PHRASE.match(sentence, end):
            end = rest.end()
        elif _WORD_NEXT.match(sentence, end):
            tail = " …"
    return f"“{head}{sentence[start:end]}{tail}”"


def name_time(row: Mapping[str, Any], prefix: str = "") -> str:
    """When a result held or a target falls due; "" where the text does not say."""
    if row[f"{prefix}kind"] == "target":
        return format_period(row[f"{prefix}due"], row[f"{prefix}due_precision"])
    if row[f"{prefix}as_of_from"] == "published":
        return WORDS("digest_text.published_on", day=format_day(row[f"{prefix}as_of"])) if row[f"{prefix}as_of"] else ""
    return format_period(row[f"{prefix}as_of"], row[f"{prefix}as_of_precision"])


def _against(row: Mapping[str, Any]) -> dict[str, Any]:
    """The earlier figure's own columns, without their prefix."""
    return {key.removeprefix("against_"): value for key, value in row.items() if key.startswith("against_")}


def _name_against(row: Mapping[str, Any]) -> str:
    if row.get("against_value") is None:
        return ""
    earlier = _against(row)
    when = name_time(earlier)
    return f"{format_figure(earlier)} ({when})" if when else format_figure(earlier)


def _find_goal(row: Mapping[str, Any], goals: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The target that falls due next after a result's day, of the same province and metric."""
    if row["kind"] != "result" or row["is_change"]:
        return None
    day = row["as_of"] or local_day(row["published_at"])
    ahead = [g for g in goals if g["unit"] == row["unit"] and g["due"] and (day is None or g["due"] >= day)]
    return min(ahead, key=lambda g: (g["due"], str(g["series_id"])), default=None)


def list_moved(figures: Rows, catalogue: Catalogue, order: Sequence[str]) -> tuple[Pair, ...]:
    """Targets that a later text states otherwise, with both wordings."""
    return _pairs([row for row in figures if row["state"] == "target_moved"], catalogue, order)


def list_conflicts(figures: Rows, catalogue: Catalogue, order: Sequence[str]) -> tuple[Pair, ...]:
    """Two outlets, one stated day, two values: both sides, neither chosen."""
    return _pairs([row for row in figures if row["state"] == "conflict"], catalogue, order)


def _pairs(rows: Sequence[Mapping[str, Any]], catalogue: Catalogue, order: Sequence[str]) -> tuple[Pair, ...]:
    place = {name: number for number, name in enumerate(order)}
    pairs = [
        (place.get(row["province_now"] or "", _LAST), row["figure_id"], Pair(
            province=name_province(row), province_now=row["province_now"] or "", metric=name_metric(row, catalogue),
            metric_id=row["metric_id"], pillar=find_pillar(row["metric_id"], catalogue),
            earlier=make_side(_against(row)), later=make_side(row),
        ))
        for row in rows if row.get("against_value") is not None
    ]  # fmt: skip
    return tuple(pair for _, _, pair in sorted(pairs, key=lambda p: (p[0], p[2].metric, p[1])))


def make_side(row: Mapping[str, Any]) -> Side:
    """One statement with its proof, from a row of a figure."""
    return Side(
        figure_id=row["figure_id"],
        article_id=row["article_id"] or "",
        value=format_figure(row),
        amount=read_amount(row),
        when=name_time(row),
        on=_day_meant(row),
        sentence=row["sentence"] or "",
        mention=row["mention"] or "",
        outlet=row["outlet"] or row["source_id"] or "",
        url=row["url"] or "",
        title=row["title"] or "",
        day=local_day(row["published_at"]),
    )
