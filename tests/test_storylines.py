"""Storylines of the practice web, read by the project itself: values of one thing over time fall into one series, in the right state."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from pipelines.chain import load_rules, read_page
from r57monitor.clock import VIETNAM
from r57monitor.gazetteer import load_gazetteer
from tests import sample_home
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.queries import Reader, figures, open_published
from warehouse.writers import StoredPage, Warehouse


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Any:
    home = Home(tmp_path_factory.mktemp("storylines"))
    home.prepare()
    home.practice_mark.touch()
    sites = {s["id"]: s for s in tomllib.loads((sample_home._HERE / "sites.toml").read_text("utf-8"))["site"]}
    entries = sorted((e for e in (sample_home._HERE / "articles").iterdir() if e.name.endswith(".toml")), key=lambda e: e.name)
    rules = load_rules()
    pages = [_read(p, rules) for e in entries for p in sample_home._pages(tomllib.loads(e.read_text("utf-8")), sites)]
    with home.lock("storylines"), Warehouse.open(home) as warehouse:
        warehouse.register_sources([sample_home._source(site) for site in sites.values()], load_gazetteer())
        warehouse.store(pages)
        publish(home)
    with open_published(home) as opened:
        yield opened


def _read(page: StoredPage, rules: Any) -> StoredPage:
    """The page with the project's own reading in place of the annotations."""
    extracted = page.article.extracted
    body = f"{extracted.title}\n\n{extracted.text}".encode()
    day = extracted.published.astimezone(VIETNAM).date()
    raw = replace(page.raw, body=body, content_type="text/plain; charset=utf-8", given_published=day)
    article = read_page(raw, rules)
    told = replace(article.extracted, published=extracted.published, title=extracted.title)
    article = replace(article, url=page.article.url, extracted=told)
    return replace(page, raw=replace(raw, body=b""), article=article)


def _line(reader: Reader, province: str, metric: str, kind: str = "result") -> list[dict[str, Any]]:
    """The figures of one metric in the order of their days, copies aside."""
    rows = [
        r for r in figures(reader) if r["province"] == province and r["metric_id"] == metric and r["kind"] == kind and not r["is_change"]
    ]
    return sorted((r for r in rows if r["is_original"]), key=lambda r: (str(r["as_of"]), r["published_at"]))


@pytest.mark.parametrize(
    ("province", "metric", "values"),
    [
        ("Nghệ An", "bts_5g_stations", [(356, "new"), (421, "higher"), (412, "conflict"), (468, "higher")]),
        ("Lào Cai", "bts_5g_stations", [(291, "new"), (324, "higher")]),
        ("Khánh Hòa", "tasks_completed", [(41, "new"), (57, "higher")]),
    ],
)
def test_one_series_over_time(reader: Reader, province: str, metric: str, values: list[tuple[float, str]]) -> None:
    told = [r for r in _line(reader, province, metric) if r["value"] in {value for value, _ in values}]
    assert [(r["value"], r["state"]) for r in told] == values
    assert len({r["series_id"] for r in told}) == 1
    assert {(r["period"], r["level"]) for r in told} == {("cumulative", "province")}


def test_plan_and_result_columns(reader: Reader) -> None:
    for metric, goal, reached in (("coverage_5g_pct", 80, 71.5), ("st_enterprises", 95, 81), ("ip_applications", 1400, 902)):
        assert [str(r["due"]) for r in _line(reader, "Hải Phòng", metric, "target") if r["value"] == goal] == ["2025-12-31"]
        assert [r["value"] for r in _line(reader, "Hải Phòng", metric) if r["published_at"] > datetime(2025, 7, 1)] == [reached]


def test_a_goal_that_was_raised(reader: Reader) -> None:
    told = _line(reader, "Khánh Hòa", "st_budget_share_pct", "target")
    assert [(r["value"], r["state"]) for r in told] == [(1.2, "new"), (1.5, "target_moved")]
