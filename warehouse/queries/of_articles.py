"""Questions about articles, their texts, copies and the documents they cite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from r57monitor.text.search_words import parse_search
from warehouse.db import Row, Rows, load_sql
from warehouse.queries.asking import ALL, ARTICLE, FOLDED, NO_LIMIT, RELEVANT, ask
from warehouse.queries.filters import Filters, build_where
from warehouse.queries.reader import Reader
from warehouse.queries.searching import Condition, ask_found


def articles(reader: Reader, filters: Filters = RELEVANT, limit: int = NO_LIMIT, offset: int = 0) -> list[Row]:
    """Articles without full texts, newest first, with their subject provinces and number of figures."""
    if not filters.text.strip():
        return ask(reader, "articles", filters, ARTICLE, limit=limit, offset=offset)
    return _search(reader, filters, limit + offset)[offset:]


def article(reader: Reader, article_id: str) -> Row | None:
    """One article with its text."""
    found = reader.rows("SELECT * FROM main.articles WHERE article_id = ?", [article_id])
    return found[0] if found else None


def article_text(reader: Reader, article_id: str, revision: int) -> str:
    """Text of one revision, the one that places of figures are counted in; "" where there is none."""
    sql = "SELECT text FROM main.article_versions WHERE article_id = ? AND revision = ?"
    found = reader.rows(sql, [article_id, revision])
    return str(found[0]["text"] or "") if found else ""


def article_figures(reader: Reader, article_id: str) -> list[Row]:
    """Figures of one article in the order of its text."""
    sql = """SELECT f.*, c.label_vi, c.label_en FROM main.figures f LEFT JOIN main.metrics c ON c.metric_id = f.metric_id
             WHERE f.article_id = ? ORDER BY f.start_char, f.figure_id"""
    return reader.rows(sql, [article_id])


def search_articles(reader: Reader, query: str, filters: Filters = ALL, limit: int = 50) -> list[Row]:
    """Articles with their texts that a query finds, newest first; the same that `articles` finds.

    query: words, "phrases", -words to leave out, beginnings*, all whatever their accents (r57monitor/text/search_words.py).
    """
    rows = _search(reader, replace(filters, text=query), limit)
    sql = """SELECT a.article_id, t.text FROM derived.articles a
             JOIN core.texts t ON t.article_id = a.article_id AND t.text_hash = a.text_hash
             WHERE a.article_id IN (SELECT unnest($ids::VARCHAR[])) AND t.article_id IN (SELECT unnest($ids::VARCHAR[]))"""
    texts = {row["article_id"]: row["text"] for row in reader.rows(sql, {"ids": [row["article_id"] for row in rows]})} if rows else {}
    return Rows((row | {"text": texts[row["article_id"]]} for row in rows), (*_columns_of(rows), "text"))


def _columns_of(rows: list[Row]) -> Sequence[str]:
    """The names of a query's columns, known also where no row is, if what made the rows kept them."""
    return list(rows[0]) if rows else getattr(rows, "columns", ())


def _search(reader: Reader, filters: Filters, limit: int) -> list[Row]:
    def ask_index(condition: Condition, rows: int) -> list[Row]:
        where = build_where(filters, ARTICLE)
        sql = load_sql("articles").replace("/* filters */", f"{where.sql} AND {condition.sql}").replace("/* among */", condition.among)
        return reader.rows(sql, {**where.parameters, **condition.parameters, "limit": rows, "offset": 0})

    return ask_found(reader, parse_search(filters.text), filters, limit, FOLDED, ask_index)


def clusters(reader: Reader, filters: Filters = RELEVANT, least: int = 2, limit: int = NO_LIMIT) -> list[Row]:
    """Texts that appeared at least `least` times, the most widely copied first."""
    return ask(reader, "clusters", filters, ARTICLE, least=least, limit=limit, offset=0)


def cluster_articles(reader: Reader, cluster_id: str) -> list[Row]:
    """Articles of one cluster: the original first, then by date."""
    sql = """SELECT a.* EXCLUDE (text, text_restored), s.name AS source_name, s.kind AS source_kind FROM main.articles a
             LEFT JOIN main.sources s ON s.source_id = a.source_id
             WHERE a.cluster_id = ? ORDER BY a.is_original DESC, coalesce(a.published_at, a.first_seen_at), a.article_id"""
    return reader.rows(sql, [cluster_id])


def original_reason(reader: Reader, cluster_id: str) -> str | None:
    """Why the original of a cluster is one (earliest, credit, aggregator); None for an article without copies."""
    found = reader.rows("SELECT max(reason) AS reason FROM derived.membership WHERE cluster_id = ?", [cluster_id])
    return found[0]["reason"] if found else None


def documents(reader: Reader, filters: Filters = RELEVANT, limit: int = NO_LIMIT) -> list[Row]:
    """Official documents that articles cite, newest first seen first; the filter's days are those of first sight."""
    columns = {
        "province": "d.province_id, p.name, p.now_name",
        "source": "a.source_id",
        "instant": "d.first_seen_at",
        "relevant": "a.is_relevant",
    }
    return ask(reader, "documents", filters, columns, limit=limit, offset=0)


def document_chain(reader: Reader, filters: Filters = RELEVANT, limit: int = NO_LIMIT) -> list[Row]:
    """Which documents each province has been seen issuing or citing, first seen when, replacing what; the filter's state is the act."""
    columns = {
        "province": "c.province_id, c.province, c.province_now",
        "state": "c.act",
        "source": "a.source_id",
        "day": "(coalesce(c.first_published_at, c.first_seen_at) + INTERVAL 7 HOUR)::DATE",
        "original": "a.is_original",
    }
    return ask(reader, "document_chain", filters, columns, limit=limit, offset=0)


def is_set_aside(reader: Reader, url: str) -> bool:
    """Whether the screen kept the article's newest text from being read further."""
    sql = """SELECT t.screened FROM derived.articles a JOIN core.texts t ON t.article_id = a.article_id AND t.text_hash = a.text_hash
             WHERE a.url = $url"""
    return any(row["screened"] == "aside" for row in reader.rows(sql, {"url": url}))
