"""What a digest needs from one snapshot, in one go."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from r57monitor.calendar import name_week
from r57monitor.catalogue import Catalogue
from r57monitor.charts import province_map, render_svg
from r57monitor.digest.build import build_digest
from r57monitor.digest.model import Digest, DigestRows, Period
from r57monitor.gazetteer import load_gazetteer
from r57monitor.wording import NEWLY_REPORTED, local_day
from warehouse.db import Row, load_sql, to_utc
from warehouse.queries.reader import Reader

_COVERAGE = """SELECT province_id, province_now, week, state, observed_share, articles, originals, publishers FROM main.coverage
               WHERE week IN (SELECT unnest($weeks::VARCHAR[])) ORDER BY week, province_id"""
_SOURCES = """SELECT source_id, name, kind, publisher, province_id, province, active, verified FROM main.sources
              WHERE $province IS NULL OR province_id IN (SELECT province_id FROM main.provinces WHERE now_name = $province)
              ORDER BY source_id"""


def read_digest(reader: Reader, period: Period, *, office: str, catalogue: Catalogue, province: str | None = None) -> Digest:
    """The digest of a period as of the reader's snapshot, with its map where it is about the country and one week."""
    rows = read_digest_rows(reader, period, province)
    is_mapped = province is None and period.week is not None
    drawn = render_svg(province_map(rows.coverage, height=430), width=300) if is_mapped else ""
    return build_digest(rows, period, office=office, gazetteer=load_gazetteer(), catalogue=catalogue, province=province, map_svg=drawn)


def last_observed_day(reader: Reader) -> date | None:
    """Day in Vietnam of the last visit to any source; None before the first."""
    rows = reader.rows("SELECT observed_until FROM main.snapshot")
    return local_day(rows[0]["observed_until"]) if rows else None


def read_digest_rows(reader: Reader, period: Period, province: str | None = None) -> DigestRows:
    """Rows for build_digest(). province: name of one of the 34; only what is about it, and its own sources."""
    articles = _read_articles(reader, period, "reported", province)
    late = _read_articles(reader, period, "late", province)
    before = _read_articles(reader, period.before, "reported", province)
    earlier = _read_figures(reader, before)
    named = {"province": province}
    snapshot = reader.rows("SELECT * FROM main.snapshot")
    return DigestRows(
        snapshot=snapshot[0] if snapshot else {},
        articles=articles,
        late=late,
        before=before,
        figures=_read_figures(reader, [*articles, *late], province),
        figures_before=sum(row["state"] in NEWLY_REPORTED for row in earlier if province in (None, row["province_now"])),
        is_before_observed=any(row["state"] != "not_observed" for row in reader.rows(_COVERAGE, {"weeks": _weeks(period.before)})),
        targets=reader.rows("SELECT * FROM main.targets ORDER BY due NULLS LAST, series_id"),
        coverage=reader.rows(_COVERAGE, {"weeks": _weeks(period)}),
        health=reader.rows(load_sql("digest_health"), {"first": period.start, "last": period.end} | named),
        documents=reader.rows(load_sql("digest_documents"), _bounds(period) | named),
        sources=reader.rows(_SOURCES, named),
        quality=reader.rows("SELECT * FROM main.quality ORDER BY metric_id NULLS FIRST"),
    )


def _bounds(period: Period) -> dict[str, Any]:
    return {"begin": to_utc(period.begins_at), "end": to_utc(period.ends_at)}


def _weeks(period: Period) -> list[str]:
    days = (period.end - period.start).days
    return sorted({name_week(period.start + timedelta(days=n)) for n in range(days + 1)})


def _read_articles(reader: Reader, period: Period, by: str, province: str | None) -> list[Row]:
    return reader.rows(load_sql("digest_articles"), _bounds(period) | {"by": by, "province": province})


def _read_figures(reader: Reader, articles: list[Row], province: str | None = None) -> list[Row]:
    rows = reader.rows(load_sql("digest_figures"), {"articles": sorted(row["article_id"] for row in articles)})
    return [row for row in rows if province is None or row["province_now"] == province]


def articles_by_week(reader: Reader) -> list[Row]:
    """One row a week of the coverage: relevant articles and originals of the whole country, and how many provinces were observed."""
    return reader.rows(load_sql("articles_by_week"))
