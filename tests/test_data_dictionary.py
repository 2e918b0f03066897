"""The public views against what is promised of them: columns, types, and what may stand in them; and the document that explains them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.sample_home import make_home
from tools.build_dictionary import ROOT, TARGET, read_views, render_dictionary
from warehouse.queries import Reader, open_published

VIEWS = tomllib.loads((ROOT / "warehouse" / "views.toml").read_text("utf-8"))
T, D, N, F, B, S = "TIMESTAMP", "DATE", "INTEGER", "DOUBLE", "BOOLEAN", "VARCHAR"

# Every column that is promised, with its type (a promise: columns may be added, never changed).
FIGURE = {
    "figure_id": S, "article_id": S, "revision": N, "metric_id": S, "label": S, "value": F, "value_max": F, "denominator": F, "unit": S,
    "comparator": S, "kind": S, "is_change": B, "level": S, "scope": S, "whole": S, "period": S, "province_id": S, "province": S,
    "province_now": S, "as_of": D, "as_of_precision": S, "as_of_from": S, "due": D, "due_precision": S, "mention": S, "sentence": S,
    "start_char": N, "end_char": N, "confidence": F, "series_id": S, "state": S, "first_published_at": T,
}  # fmt: skip
PROMISED: dict[str, dict[str, str]] = {
    "articles": {
        "article_id": S, "source_id": S, "publisher": S, "url": S, "title": S, "author": S, "published_at": T, "published_from": S,
        "first_seen_at": T, "revision": N, "language": S, "relevance": F, "is_relevant": B, "reasons": "VARCHAR[]", "cluster_id": S,
        "is_original": B, "garbled": B, "word_count": N, "text": S, "text_restored": S,
    },
    "article_versions": {"article_id": S, "revision": N, "seen_at": T, "title": S, "text": S},
    "article_provinces": {"article_id": S, "province_id": S, "province": S, "province_now": S, "role": S, "mentions": N},
    "figures": FIGURE,
    "figures_all": {**FIGURE, "withdrawn_at": T},
    "documents": {"article_id": S, "province_id": S, "number": S, "kind": S, "issuer": S, "issued_on": D, "first_seen_at": T},
    "clusters": {
        "cluster_id": S, "original_article_id": S, "title": S, "articles": N, "publishers": N, "first_published_at": T,
        "last_published_at": T,
    },
    "sources": {
        "source_id": S, "name": S, "kind": S, "publisher": S, "province_id": S, "province": S, "homepage": S, "active": B, "verified": B,
    },
    "source_health": {
        "source_id": S, "day": D, "state": S, "cause": S, "pages": N, "articles": N, "relevant": N, "last_article_at": T,
    },
    "coverage": {
        "province_id": S, "province_now": S, "week": S, "state": S, "observed_share": F, "articles": N, "originals": N, "publishers": N,
    },
    "fetches": {
        "fetched_at": T, "source_id": S, "url": S, "status": N, "outcome": S, "bytes": "BIGINT", "elapsed_ms": N, "error": S,
    },
    "targets": {}, "flags": {}, "reviews": {}, "quality": {},
}  # fmt: skip

# Queries that find what may not be, by what is promised.
NEVER = {
    "published_from": "SELECT 1 FROM articles WHERE published_from NOT IN ('meta', 'text', 'feed', 'list', 'url', 'given', 'none')",
    "cluster_id is never null": "SELECT 1 FROM articles WHERE cluster_id IS NULL OR is_original IS NULL",
    "one row a URL": "SELECT url FROM articles GROUP BY url HAVING count(*) > 1",
    "the proof": """SELECT 1 FROM figures f JOIN articles a USING (article_id) WHERE a.text[f.start_char + 1 : f.end_char] <> f.mention""",
    "figures of relevant articles": "SELECT 1 FROM figures f JOIN articles a USING (article_id) WHERE NOT a.is_relevant",
    "figures of the latest revision": "SELECT 1 FROM figures f JOIN articles a USING (article_id) WHERE f.revision <> a.revision",
    "figures are among all": "SELECT figure_id, revision FROM figures EXCEPT SELECT figure_id, revision FROM figures_all",
    "level": "SELECT 1 FROM figures WHERE level NOT IN ('province', 'national', 'commune', 'agency')",
    "kind": "SELECT 1 FROM figures WHERE kind NOT IN ('result', 'target', 'previous')",
    "as_of_from": "SELECT 1 FROM figures WHERE as_of_from NOT IN ('stated', 'published')",
    "state": """SELECT 1 FROM figures
        WHERE state NOT IN ('baseline', 'new', 'repeat', 'higher', 'lower', 'restated', 'target_moved', 'conflict')""",
    "role": "SELECT 1 FROM article_provinces WHERE role NOT IN ('subject', 'mentioned')",
    "health": "SELECT 1 FROM source_health WHERE state NOT IN ('ok', 'silent', 'failing', 'not_run')",
    "coverage": "SELECT 1 FROM coverage WHERE state NOT IN ('reported', 'silent', 'not_observed') OR observed_share NOT BETWEEN 0 AND 1",
    "weeks": "SELECT 1 FROM coverage WHERE NOT regexp_full_match(week, '[0-9]{4}-W[0-5][0-9]')",
    "kinds of sources": """SELECT 1 FROM sources WHERE kind NOT IN ('portal', 'newspaper', 'department', 'ministry', 'party', 'agency',
        'broadcaster', 'law_library', 'aggregator', 'reference', 'blocked')""",
    "an original of its cluster": """SELECT 1 FROM clusters c LEFT JOIN articles a ON a.article_id = c.original_article_id
        WHERE a.cluster_id IS DISTINCT FROM c.cluster_id OR NOT a.is_original""",
    "a text has no more publishers than articles": "SELECT 1 FROM clusters WHERE publishers > articles",
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with open_published(make_home(tmp_path_factory.mktemp("dictionary") / "home")) as made:
        yield made


def test_promised_columns_and_types() -> None:
    found = read_views()
    for view, columns in PROMISED.items():
        have = dict(found[view])
        assert {name: have.get(name) for name in columns} == columns, view
        assert [name for name in have if name in columns] == list(columns), view


def test_the_promised_are_marked() -> None:
    assert {name for name, about in VIEWS.items() if about.get("promised")} == set(PROMISED)
    assert set(VIEWS) == set(read_views())


@pytest.mark.parametrize("what", NEVER)
def test_what_may_stand_in_them(reader: Reader, what: str) -> None:
    assert reader.rows(NEVER[what] + " LIMIT 3") == []


@pytest.mark.parametrize("view", ["articles", "article_versions", "article_provinces", "figures", "figures_all", "documents", "clusters",
                                  "sources", "source_health", "coverage", "fetches", "targets", "quality"])  # fmt: skip
def test_the_sample_fills_the_view(reader: Reader, view: str) -> None:
    """Otherwise the checks above would find nothing in it whatever they ask."""
    assert reader.rows(f"SELECT count(*) AS n FROM {view}")[0]["n"] > 0


def test_the_document_is_up_to_date() -> None:
    assert Path(TARGET).read_text("utf-8") == render_dictionary(), "run `make dictionary`"
