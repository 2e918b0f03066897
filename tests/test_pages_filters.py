"""Filters, charts and files of the overview and the docket: what is chosen stands in the address and in every file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from r57monitor.chart_pictures import describe_chart
from r57monitor.charts import articles_by_week
from tests.apps import open_page
from tests.sample_home import make_home
from warehouse import queries
from warehouse.home import Home
from warehouse.queries import Filters, Reader, open_published


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("filters") / "home")


@pytest.fixture
def reader(home: Home) -> Iterator[Reader]:
    with open_published(home) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _environment(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R57_HOME", str(home.path))
    monkeypatch.delenv("R57_EDIT", raising=False)


def _frame(test: AppTest, column: str):  # type: ignore[no-untyped-def]
    return next(frame.value for frame in test.dataframe if column in frame.value)


def test_coverage_over_time_counts_what_the_articles_say(reader: Reader) -> None:
    rows = queries.coverage_over_time(reader)
    assert [r["week"] for r in rows] == sorted(queries.weeks(reader))
    for row in rows:
        told = queries.articles(reader, Filters(week=row["week"]))
        assert row["articles"] == len(told)
        assert row["originals"] == sum(a["is_original"] for a in told)
        kinds = {s["source_id"]: s["kind"] for s in queries.sources(reader)}
        assert row["publishers"] == len({a["publisher"] for a in told if kinds.get(a["source_id"]) != "aggregator"})
    narrowed = queries.coverage_over_time(reader, Filters(pillars=(3,)))
    assert 0 < sum(r["articles"] for r in narrowed) < sum(r["articles"] for r in rows)
    assert [r["observed"] for r in narrowed] == [r["observed"] for r in rows]


def test_the_chart_draws_publishers_and_leaves_gaps_empty() -> None:
    rows = [
        {"week": "2025-W30", "articles": 5, "originals": 3, "observed": 20, "provinces": 34, "publishers": 2},
        {"week": "2025-W31", "articles": 0, "originals": 0, "observed": 0, "provinces": 34, "publishers": 0},
    ]
    drawn = str(describe_chart(articles_by_week(rows)))
    assert "Số báo, cổng độc lập" in drawn
    assert "Không quan sát được" in drawn
    assert drawn.count("'2025-W31', 'days'") == 1  # the gap, and neither a bar nor a point of zero
    assert "độc lập" not in str(describe_chart(articles_by_week([r | {"publishers": None} for r in rows])))


def test_the_overviews_week_map_and_filters_stand_in_the_address(home: Home, reader: Reader) -> None:
    weeks = queries.weeks(reader)
    test = open_page("overview", tuan=weeks[3], tru_cot="3", ban_do="vn63")
    assert test.selectbox(key="overview_week").value == weeks[3]
    assert test.multiselect(key="overview_pillar").value == [3]
    table = _frame(test, "Số báo, cổng độc lập")
    assert table["Số bài"].sum() == sum(r["articles"] for r in queries.coverage_over_time(reader, Filters(pillars=(3,))))
    test.selectbox(key="overview_week").set_value(weeks[1]).run()
    assert not test.exception
    assert test.query_params["tuan"] in (weeks[1], [weeks[1]])
    test.selectbox(key="overview_week").set_value(weeks[0]).run()
    assert "tuan" not in test.query_params


def test_a_chosen_status_leaves_the_counts_of_the_others(reader: Reader) -> None:
    every, chosen = open_page("targets"), open_page("targets", tinh_trang="moved")

    def counts(test: AppTest) -> str:
        return next(str(b.proto.body) for b in test.get("html") if "r57-counts" in str(b.proto.body) and "style" not in str(b.proto.body))

    assert counts(every) == counts(chosen)
    assert len(chosen.dataframe[0].value) < len(every.dataframe[0].value)


def test_the_docket_by_pillar(reader: Reader) -> None:
    pillars = {m["metric_id"]: m["pillar"] for m in queries.metrics(reader)}
    rows = queries.targets(reader, Filters(pillars=(3,)))
    assert rows
    assert {pillars[r["metric_id"]] for r in rows} == {3}
    assert len(open_page("targets", tru_cot="3").dataframe[0].value) == len(rows)


def test_topics_and_metrics_both_hold(reader: Reader) -> None:
    topic = Filters(topic_metrics=("bts_5g_stations", "bts_4g_stations"))
    assert {f["metric_id"] for f in queries.figures(reader, topic)} == {"bts_5g_stations", "bts_4g_stations"}
    assert {f["metric_id"] for f in queries.figures(reader, replace(topic, metrics=("bts_5g_stations",)))} == {"bts_5g_stations"}


@pytest.mark.parametrize("page", ["overview", "sources", "province", "targets", "articles", "figures"])
def test_every_page_offers_its_rows_as_files(page: str) -> None:
    labels = [button.proto.label for button in open_page(page).get("download_button")]
    assert any("CSV" in label for label in labels)
    assert any("XLSX" in label for label in labels)


def test_all_filters_are_let_go_of_at_once(reader: Reader) -> None:
    week = queries.weeks(reader)[2]
    test = open_page("figures", tinh="lao-cai", tuan=week, ban_goc="0", tu="5G", lang="en")
    assert test.multiselect(key="figures_province").value == ["Lào Cai"]
    test.button(key="clear_filters").click().run()
    assert not test.exception
    assert test.multiselect(key="figures_province").value == []
    assert test.selectbox(key="figures_week").value is None
    assert test.text_input(key="figures_text").value == ""
    assert test.toggle(key="figures_originals").value is True
    assert set(test.query_params) == {"lang"}
    assert not any(button.key == "clear_filters" for button in test.button)
