"""Rows -> Altair charts, for the dashboard and (chart_pictures.py) for digests and documentation.

A gap is drawn as a gap: a week that was not observed has no bar, no point and no line through it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

import altair as alt

from r57monitor.chart_style import (
    COLORS,
    COPIES,
    INK,
    LINE_COLORS,
    MUTED,
    NOT_OBSERVED,
    PAPER,
    REPORTED,
    SILENT,
    TARGET,
    Rows,
    chart_data,
    number_axis,
    state_color,
    style_chart,
    value_axis,
)
from r57monitor.wording import Language, format_day, format_figure, format_period, format_week, load_texts, week_days


@lru_cache(maxsize=2)
def load_outlines(system: str = "vn34") -> dict[str, Any]:
    """Outlines of the 34 ("vn34") or the 63 provinces ("vn63"): GeoJSON, feature id = province entity."""
    found: dict[str, Any] = json.loads((resources.files("r57monitor") / "data" / "map" / f"{system}.json").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def load_archipelagos() -> tuple[Mapping[str, Any], ...]:
    """Hoàng Sa and Trường Sa: name, province and positions (data/map/islands.toml)."""
    raw = tomllib.loads((resources.files("r57monitor") / "data" / "map" / "islands.toml").read_text("utf-8"))
    return tuple(raw["archipelago"])


def province_map(rows: Rows, *, language: Language = "vi", height: int = 560, system: str = "vn34") -> Any:
    """Map with each province reported, silent or not observed; Hoàng Sa and Trường Sa as labelled points.

    rows: one a province (province_id, state, articles) as of view `coverage` for one week; a province without a row is not observed.
    """
    texts = load_texts(language)
    by_id = {row["province_id"]: row for row in rows}

    def describe(entity_id: str, name: str) -> dict[str, Any]:
        row = by_id.get(entity_id, {})
        state = row.get("state") or "not_observed"
        return {"name": name, "word": texts(f"coverage.{state}"), "articles": int(row.get("articles") or 0)}

    outlines = load_outlines(system)["features"]
    features = [f | {"properties": f["properties"] | describe(f["id"], f["properties"]["name"])} for f in outlines]
    tooltip = [
        alt.Tooltip("properties.name:N", title=texts("word.province")),
        alt.Tooltip("properties.word:N", title=texts("word.state")),
        alt.Tooltip("properties.articles:Q", title=texts("word.articles")),
    ]
    shapes = alt.Chart(chart_data(features)).mark_geoshape(stroke=COLORS["shore"], strokeWidth=0.6)
    shapes = shapes.encode(color=state_color(language, "properties.word:N"), tooltip=tooltip)
    points, labels = [], []
    for group in load_archipelagos():
        about = describe(group["province_id"], group["name"])
        points += [{"lon": lon, "lat": lat} | about for lon, lat in group["islands"]]
        labels.append({"lon": group["label_lon"], "lat": group["label_lat"], "label": group["short"]} | about)
    position = {"longitude": "lon:Q", "latitude": "lat:Q"}
    island_tip = [alt.Tooltip("name:N", title=texts("word.province")), alt.Tooltip("word:N", title=texts("word.state"))]
    dots = alt.Chart(chart_data(points)).mark_circle(size=26, opacity=1, stroke=COLORS["island"], strokeWidth=0.7)
    dots = dots.encode(**position, color=state_color(language), tooltip=island_tip)
    names = alt.Chart(chart_data(labels)).mark_text(fontSize=11, color=INK, fontStyle="italic").encode(**position, text="label:N")
    return style_chart(alt.layer(shapes, dots, names).project(type="mercator").properties(width="container", height=height))


def articles_by_week(rows: Rows, *, language: Language = "vi", height: int = 190) -> Any:
    """Relevant articles a week, originals and copies; a week in which no province was observed is an empty band with a word.

    rows: one a week (week, articles, originals, observed, provinces: how many provinces were observed, of how many); with publishers,
    these are drawn as points over the bars.
    """
    texts = load_texts(language)
    order = sorted(row["week"] for row in rows)
    bars, gaps, points = [], [], []
    for row in sorted(rows, key=lambda r: str(r["week"])):
        about = {"week": row["week"], "days": format_week(row["week"], language), "observed": f"{row['observed']}/{row['provinces']}"}
        if not row["observed"] and not row["articles"]:
            gaps.append(about | {"note": texts("coverage.not_observed")})
            continue
        if row.get("publishers") is not None:
            points.append(about | {"part": texts("word.publishers"), "count": row["publishers"]})
        copies = max(row["articles"] - row["originals"], 0)
        bars.append(about | {"part": texts("word.originals"), "count": row["originals"], "rank": 0})
        bars.append(about | {"part": texts("word.copies"), "count": copies, "rank": 1})
    x = alt.X("week:O", sort=order, scale=alt.Scale(domain=order), title=None, axis=_week_axis(order, language))
    parts, colors = [texts("word.originals"), texts("word.copies")], [REPORTED, COPIES]
    if points:
        parts, colors = [*parts, texts("word.publishers")], [*colors, INK]
    scale = alt.Scale(domain=parts, range=colors)
    y = alt.Y("count:Q", title=texts("word.articles"), axis=number_axis(language, tickMinStep=1, tickCount=5))
    tooltip = [
        alt.Tooltip("days:N", title=texts("word.week")), alt.Tooltip("part:N", title=texts("word.kind")),
        alt.Tooltip("count:Q", title=texts("word.articles")), alt.Tooltip("observed:N", title=texts("coverage.observed_provinces")),
    ]  # fmt: skip
    chart = alt.Chart(chart_data(bars)).mark_bar(width=alt.RelativeBandSize(band=0.7))
    chart = chart.encode(x=x, y=y, color=alt.Color("part:N", scale=scale, title=None), order="rank:O", tooltip=tooltip)
    hollow = alt.Chart(chart_data(gaps)).mark_text(angle=270, color=MUTED, fontSize=10, baseline="middle", align="left")
    hollow = hollow.encode(x=x, y=alt.value(height - 4), text="note:N", tooltip=[alt.Tooltip("days:N", title=texts("word.week"))])
    layers = [chart, hollow]
    if points:
        marks = alt.Chart(chart_data(points)).mark_point(shape="diamond", size=130, filled=True, opacity=1, stroke=PAPER, strokeWidth=2)
        layers.append(marks.encode(x=x, y=y, color=alt.Color("part:N", scale=scale, title=None), tooltip=tooltip))
    return style_chart(alt.layer(*layers).properties(width="container", height=height))


def _week_axis(order: Sequence[str], language: Language) -> alt.Axis:
    """Weeks by their Monday ("21/07"), thinned so that labels never collide."""
    step = max(1, len(order) // 14)
    shown = list(order[::step])
    mondays = {week: f"{days[0]:%d/%m}" for week in shown if (days := week_days(week))}
    expression = " : ".join(f"datum.value == '{week}' ? '{label}'" for week, label in mondays.items())
    return alt.Axis(
        values=shown,
        labelExpr=f"{expression} : datum.value" if expression else "datum.value",
        labelAngle=0,
        labelOverlap="greedy",
        labelSeparation=4,
        grid=False,
    )


def coverage_grid(rows: Rows, order: Sequence[str], *, language: Language = "vi", row_height: int = 17) -> Any:
    """Provinces by weeks: reported (darker with more articles), silent, or an empty cell where nothing was observed.

    rows: view `coverage` (province_now, week, state, articles, observed_share). order: names of the provinces from top to bottom.
    """
    texts = load_texts(language)
    weeks = sorted({row["week"] for row in rows})
    cells = []
    for row in rows:
        count = int(row["articles"] or 0)
        cells.append({
            "province": row["province_now"], "week": row["week"], "days": format_week(row["week"], language),
            "word": texts(f"coverage.{row['state']}"), "articles": count, "label": str(count) if count else "",
        })  # fmt: skip
    x = alt.X("week:O", sort=weeks, title=None, axis=_week_axis(weeks, language))
    y = alt.Y("province:N", sort=list(order), title=None, axis=alt.Axis(labelLimit=140, ticks=False, domain=False))
    tooltip = [
        alt.Tooltip("province:N", title=texts("word.province")), alt.Tooltip("days:N", title=texts("word.week")),
        alt.Tooltip("word:N", title=texts("word.state")), alt.Tooltip("articles:Q", title=texts("word.articles")),
    ]  # fmt: skip
    data = chart_data(cells)
    boxes = alt.Chart(data).mark_rect(stroke=PAPER, strokeWidth=1.5).encode(x=x, y=y, color=state_color(language), tooltip=tooltip)
    counts = alt.Chart(data).mark_text(fontSize=10, color=PAPER).encode(x=x, y=y, text="label:N", tooltip=tooltip)
    rows_shown = max(1, len({c["province"] for c in cells}))
    return style_chart(alt.layer(boxes, counts).properties(width="container", height=rows_shown * row_height))


def series_history(rows: Rows, *, language: Language = "vi", height: int = 240, targets: Rows = ()) -> Any:
    """One comparable series over time, with its targets as dashed rules.

    rows: view `figures` of ONE series_id (value, unit, as_of, as_of_precision, mention, province, published_at …), any order.
    A figure without an as-of day is left out: its place in time is not known.
    """
    texts = load_texts(language)
    points = []
    for row in rows:
        day = row.get("as_of") or row.get("due")
        if day is None:
            continue
        points.append({
            "day": _iso(day), "value": float(row["value"]), "shown": format_figure(row, language), "mention": row.get("mention", ""),
            "when": format_period(day, row.get("as_of_precision"), language), "published": format_day(row.get("published_at")),
            "state": texts.of("state", row.get("state")), "bound": row.get("comparator") not in (None, "eq", "approx"),
        })  # fmt: skip
    points.sort(key=lambda p: (str(p["day"]), str(p["published"])))
    days = alt.Axis(format="%d/%m/%Y", grid=False, tickCount=min(6, max(1, len({p["day"] for p in points}))), labelOverlap=True)
    x = alt.X("day:T", title=None, axis=days)
    y = value_axis(rows, language)
    tooltip = [
        alt.Tooltip("shown:N", title=texts("word.value")), alt.Tooltip("when:N", title=texts("word.as_of")),
        alt.Tooltip("published:N", title=texts("word.published")), alt.Tooltip("state:N", title=texts("word.state")),
    ]  # fmt: skip
    data = chart_data(points)
    line = alt.Chart(data).mark_line(color=REPORTED, strokeWidth=1.6).encode(x=x, y=y)
    dots = alt.Chart(data).mark_point(size=64, filled=True, color=REPORTED, opacity=1)
    shapes = alt.Scale(domain=[False, True], range=["circle", "triangle-up"])  # a triangle: the figure is a bound
    dots = dots.encode(x=x, y=y, tooltip=tooltip, shape=alt.Shape("bound:N", scale=shapes, legend=None))
    layers = [line, dots]
    for target in targets:
        note = f"{texts('kind.target')}: {format_figure(target, language)}"
        rule = alt.Chart(chart_data([{"value": float(target["value"]), "note": note}])).mark_rule(color=TARGET, strokeDash=[5, 4])
        layers.append(rule.encode(y="value:Q", tooltip=alt.Tooltip("note:N", title=None)))
    return style_chart(alt.layer(*layers).properties(width="container", height=height))


def metric_history(rows: Rows, *, merger: date, language: Language = "vi", height: int = 240) -> Any:
    """One metric in several comparable series, each a line of its own: none runs across a merger, none joins two provinces.

    rows: as for series_history, of several series_id, each with `line` (its name for the reader).
    merger: drawn as a rule where it lies between the points.
    """
    texts = load_texts(language)
    points = [{
        "day": _iso(row["as_of"]), "value": float(row["value"]), "shown": format_figure(row, language), "line": row["line"],
        "series": row["series_id"], "when": format_period(row["as_of"], row.get("as_of_precision"), language),
        "published": format_day(row.get("published_at")),
    } for row in rows if row.get("as_of")]  # fmt: skip
    names = list(dict.fromkeys(p["line"] for p in points))
    days = alt.Axis(format="%d/%m/%Y", grid=False, tickCount=min(6, max(1, len({p["day"] for p in points}))), labelOverlap=True)
    x = alt.X("day:T", title=None, axis=days, scale=alt.Scale(padding=18))
    y = value_axis(rows, language)
    scale = alt.Scale(domain=names, range=[LINE_COLORS[i % len(LINE_COLORS)] for i in range(len(names))])
    key = alt.Legend(labelLimit=420, columns=2) if len(names) > 1 else None
    color = alt.Color("line:N", scale=scale, title=None, legend=key)
    shape = alt.Shape("line:N", scale=alt.Scale(domain=names), title=None, legend=key)  # told apart in grey too
    tooltip = [
        alt.Tooltip("line:N", title=texts("word.province")), alt.Tooltip("shown:N", title=texts("word.value")),
        alt.Tooltip("when:N", title=texts("word.as_of")), alt.Tooltip("published:N", title=texts("word.published")),
    ]  # fmt: skip
    base = alt.Chart(chart_data(points))
    layers = [base.mark_line(strokeWidth=1.6).encode(x=x, y=y, color=color, detail="series:N")]
    layers.append(base.mark_point(size=64, filled=True, opacity=1).encode(x=x, y=y, color=color, shape=shape, tooltip=tooltip))
    if points and min(p["day"] for p in points) < merger.isoformat() <= max(p["day"] for p in points):
        mark = alt.Chart(chart_data([{"day": merger.isoformat(), "note": texts("province.merger")}]))
        layers.append(mark.mark_rule(color=MUTED, strokeDash=[3, 3]).encode(x="day:T", tooltip=alt.Tooltip("note:N", title=None)))
        layers.append(mark.mark_text(align="left", dx=4, color=MUTED, fontSize=11).encode(x="day:T", y=alt.value(8), text="note:N"))
    return style_chart(alt.layer(*layers).properties(width="container", height=height))


def health_grid(rows: Rows, order: Sequence[str], *, language: Language = "vi", row_height: int = 18) -> Any:
    """Sources by days: ok, silent, failing, not run. rows: view `source_health` with `name` (the source's). order: names, top down."""
    texts = load_texts(language)
    states = ("ok", "silent", "failing", "not_run")
    scale = alt.Scale(domain=[texts(f"health.{s}") for s in states], range=[COLORS["working"], SILENT, COLORS["failing"], NOT_OBSERVED])
    cells = [{
        "name": row["name"], "day": _iso(row["day"]), "shown": format_day(row["day"]), "word": texts(f"health.{row['state']}"),
        "cause": row.get("cause") or "", "articles": int(row.get("articles") or 0),
    } for row in rows]  # fmt: skip
    days = sorted({c["day"] for c in cells})
    step = max(1, len(days) // 12)
    labels = " : ".join(f"datum.value == '{d}' ? '{date.fromisoformat(d):%d/%m}'" for d in days[::step])
    axis = alt.Axis(
        values=days[::step],
        labelExpr=f"{labels} : datum.value" if labels else "datum.value",
        labelAngle=0,
        labelOverlap="greedy",
        labelSeparation=4,
        grid=False,
    )
    key = alt.Legend(symbolType="square", symbolStrokeColor=COLORS["symbol"], columns=2)  # two rows: a phone's plot is narrow
    chart = alt.Chart(chart_data(cells)).mark_rect(stroke=PAPER, strokeWidth=1).encode(
        x=alt.X("day:O", sort=days, title=None, axis=axis),
        y=alt.Y("name:N", sort=list(order), title=None, axis=alt.Axis(labelLimit=200, ticks=False, domain=False)),
        color=alt.Color("word:N", scale=scale, title=None, legend=key),
        tooltip=[alt.Tooltip("name:N", title=texts("word.source")), alt.Tooltip("shown:N", title=texts("word.day")),
                 alt.Tooltip("word:N", title=texts("word.state")), alt.Tooltip("cause:N", title=texts("word.cause")),
                 alt.Tooltip("articles:Q", title=texts("word.articles"))],
    )  # fmt: skip
    return style_chart(chart.properties(width="container", height=max(1, len({c["name"] for c in cells})) * row_height))


def _iso(day: Any) -> str:
    return day.isoformat()[:10] if hasattr(day, "isoformat") else str(day)
