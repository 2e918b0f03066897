"""What a digest needs from one snapshot, in one go."""

from __future__ import annotations

from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from r57monitor.calendar import name_week
from r57monitor.catalogue import Catalogue
from r57monitor.chart_pictures import render_svg, svg_to_png
from r57monitor.chart_style import STATES
from r57monitor.charts import articles_by_week as draw_weeks
from r57monitor.charts import province_map
from r57monitor.digest.build import build_digest
from r57monitor.digest.difficulties import load_cues
from r57monitor.digest.docket import DUE_SOON
from r57monitor.digest.model import Chart, Digest, DigestRows, Period, Rows
from r57monitor.digest.request import Request
from r57monitor.digest.speech import speaking
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import NEWLY_REPORTED
from r57monitor.wording import Texts, format_week, load_texts, local_day
from warehouse.db import Row, load_sql, to_utc
from warehouse.queries.reader import Reader

_COVERAGE = """SELECT province_id, province_now, week, state, observed_share, articles, originals, publishers FROM main.coverage
               WHERE week IN (SELECT unnest($weeks::VARCHAR[])) ORDER BY week, province_id"""
_PILLARS = """SELECT f.article_id, list(DISTINCT m.pillar ORDER BY m.pillar) AS pillars
              FROM main.figures f JOIN main.metrics m ON m.metric_id = f.metric_id
              WHERE m.pillar IS NOT NULL AND f.article_id IN (SELECT unnest($articles::VARCHAR[])) GROUP BY f.article_id"""
_NEWLY = """SELECT count(*) AS figures FROM main.figures f LEFT JOIN main.metrics m ON m.metric_id = f.metric_id
            WHERE f.article_id IN (SELECT unnest($articles::VARCHAR[])) AND f.kind <> 'previous'
              AND f.state IN (SELECT unnest($states::VARCHAR[]))
              AND ($province IS NULL OR f.province_now = $province) AND ($pillar IS NULL OR m.pillar = $pillar)"""
_WEEKS_SHOWN = 12
_AT_A_TIME = 4_000  # articles: some 20,000 figures with what each is judged against, 200 MB in DuckDB
_TARGETS = """SELECT series_id, province_id, metric_id, value, value_max, comparator, unit, due, due_precision, inherited, figure_id
              FROM main.targets WHERE status <> 'superseded' AND metric_id IS NOT NULL AND province_id IS NOT NULL
              ORDER BY due NULLS LAST, series_id"""
_SOURCES = """SELECT source_id, name, kind, publisher, province_id, province, active, verified FROM main.sources
              WHERE $province IS NULL OR province_id IN (SELECT province_id FROM main.provinces WHERE now_name = $province)
              ORDER BY source_id"""


def read_digest(reader: Reader, request: Request, catalogue: Catalogue) -> Digest:
    """The digest that is asked for, as of the reader's snapshot and as the machine proposes it, with the dashboard's charts."""
    rows = read_digest_rows(reader, request.period, request.province, request.pillar)
    with speaking(request.office.language):
        return _build(reader, request, catalogue, rows)


def _build(reader: Reader, request: Request, catalogue: Catalogue, rows: DigestRows) -> Digest:
    return build_digest(
        rows,
        request.period,
        name=request.name,
        masthead=request.make_masthead(local_day(rows.snapshot.get("published_at"))),
        gazetteer=load_gazetteer(),
        catalogue=catalogue,
        province=request.province,
        pillar=request.pillar,
        charts=_draw(reader, request, rows),
    )


def _draw(reader: Reader, request: Request, rows: DigestRows) -> list[Chart]:
    """The map of the week and the articles of the weeks before it, where the digest is about the whole country."""
    week = request.period.week
    if request.province is not None or request.pillar is not None or week is None:
        return []
    language = request.office.language
    texts = load_texts(language)
    weeks = [row for row in articles_by_week(reader) if row["week"] <= week][-_WEEKS_SHOWN:]
    drawn = [("map", province_map(rows.coverage, language=language, height=470), 380, _tell_map(rows.coverage, texts))]
    if weeks:
        drawn.append(("weeks", draw_weeks(weeks, language=language), 520, _tell_weeks(weeks, texts)))
    return [_picture(key, texts(f"digest_chart.{key}"), told, render_svg(chart, width=width)) for key, chart, width, told in drawn]


def _picture(key: str, title: str, told: str, svg: str) -> Chart:
    return Chart(key=key, title=title, text=told, svg=svg, png=svg_to_png(svg))


def _tell_map(coverage: Rows, texts: Texts) -> str:
    named = {state: [r["province_now"] for r in coverage if r["state"] == state] for state in STATES}
    return "; ".join(f"{texts.of('coverage', state)}: {', '.join(names) or texts('digest_chart.none')}" for state, names in named.items())


def _tell_weeks(weeks: list[Row], texts: Texts) -> str:
    told = [
        f"{format_week(row['week'])}: "
        + (texts("digest_chart.articles", count=row["articles"]) if row["observed"] or row["articles"] else texts("coverage.not_observed"))
        for row in weeks
    ]
    return "; ".join(told)


def last_observed_day(reader: Reader) -> date | None:
    """Day in Vietnam of the last visit to any source; None before the first."""
    rows = reader.rows("SELECT observed_until FROM main.snapshot")
    return local_day(rows[0]["observed_until"]) if rows else None


def read_digest_rows(reader: Reader, period: Period, province: str | None = None, pillar: int | None = None) -> DigestRows:
    """Rows for build_digest(). province: name of one of the 34; only what is about it, and its own sources. pillar: only what has
    figures of that task group.
    """
    articles = _read_articles(reader, period, "reported", province, pillar)
    late = _read_articles(reader, period, "late", province, pillar)
    before = _read_articles(reader, period.before, "reported", province, pillar)
    named = {"province": province}
    documents = reader.rows(load_sql("digest_documents"), _bounds(period) | named)
    snapshot = reader.rows("SELECT * FROM main.snapshot")
    docket = _read_docket(reader, period, province, pillar)
    shown = sorted({str(row[key]) for row in docket for key in ("figure_id", "result_figure_id") if row[key]})
    return DigestRows(
        snapshot=snapshot[0] if snapshot else {},
        articles=articles,
        late=late,
        before=before,
        figures=_read_figures(reader, [*articles, *late], province, pillar),
        figures_before=_count_newly(reader, before, province, pillar),
        is_before_observed=any(row["state"] != "not_observed" for row in reader.rows(_COVERAGE, {"weeks": _weeks(period.before)})),
        targets=reader.rows(_TARGETS),
        coverage=reader.rows(_COVERAGE, {"weeks": _weeks(period)}),
        health=reader.rows(load_sql("digest_health"), {"first": period.start, "last": period.end} | named),
        documents=documents if pillar is None else [d for d in documents if d["article_id"] in {a["article_id"] for a in articles}],
        sources=reader.rows(_SOURCES, named),
        quality=reader.rows("SELECT * FROM main.quality ORDER BY metric_id NULLS FIRST"),
        docket=docket,
        proofs=reader.rows(load_sql("digest_proofs"), {"figures": shown}),
        texts=_read_by_parts(reader, "digest_texts", articles, {"signs": "|".join(load_cues().signs)}),
    )


def _bounds(period: Period) -> dict[str, Any]:
    return {"begin": to_utc(period.begins_at), "end": to_utc(period.ends_at)}


def _weeks(period: Period) -> list[str]:
    days = (period.end - period.start).days
    return sorted({name_week(period.start + timedelta(days=n)) for n in range(days + 1)})


def _read_docket(reader: Reader, period: Period, province: str | None, pillar: int | None) -> list[Row]:
    days = {"first": period.start, "soon": period.end + DUE_SOON, "province": province}
    rows = reader.rows(load_sql("digest_targets"), _bounds(period) | days)
    if pillar is None:
        return rows
    metrics = {row["metric_id"] for row in reader.rows("SELECT metric_id FROM main.metrics WHERE pillar = $pillar", {"pillar": pillar})}
    return [row for row in rows if row["metric_id"] in metrics]


def _read_articles(reader: Reader, period: Period, by: str, province: str | None, pillar: int | None) -> list[Row]:
    rows = reader.rows(load_sql("digest_articles"), _bounds(period) | {"by": by, "province": province})
    found = reader.rows(_PILLARS, {"articles": sorted(row["article_id"] for row in rows)})
    pillars = {row["article_id"]: row["pillars"] for row in found}
    rows = [row | {"pillars": pillars.get(row["article_id"], [])} for row in rows]
    return [row for row in rows if pillar is None or pillar in row["pillars"]]


def _read_figures(reader: Reader, articles: list[Row], province: str | None, pillar: int | None) -> list[Row]:
    rows = sorted(_read_by_parts(reader, "digest_figures", articles), key=itemgetter("figure_id"))
    return [row for row in rows if province in (None, row["province_now"]) and pillar in (None, row["pillar"])]


def _count_newly(reader: Reader, articles: list[Row], province: str | None, pillar: int | None) -> int:
    """How many of the articles' figures are newly reported: counted only, for the period before shows no line of its own."""
    asked = {"articles": sorted(row["article_id"] for row in articles), "states": list(NEWLY_REPORTED), "province": province}
    return int(reader.rows(_NEWLY, asked | {"pillar": pillar})[0]["figures"])


def _read_by_parts(reader: Reader, name: str, articles: list[Row], more: Row | None = None) -> list[Row]:
    """Rows of a query about the given articles, asked for so many at a time: a reader may hold one part, not a week of a large press."""
    asked = sorted(row["article_id"] for row in articles)
    parts = (asked[start : start + _AT_A_TIME] for start in range(0, len(asked), _AT_A_TIME))
    return [row for part in parts for row in reader.rows(load_sql(name), {"articles": part} | (more or {}))]


def articles_by_week(reader: Reader) -> list[Row]:
    """One row a week of the coverage: relevant articles and originals of the whole country, and how many provinces were observed."""
    return reader.rows(load_sql("articles_by_week"))
