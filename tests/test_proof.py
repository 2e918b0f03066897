"""One figure opened: by selection, by its link wherever it is, with its citation."""

from __future__ import annotations

import pytest

from r57monitor.views.proof import around_html
from tests.apps import html_of, open_page
from tests.sample_home import make_home
from warehouse import queries
from warehouse.home import Home
from warehouse.queries import Filters, open_published


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("sample"))


@pytest.fixture(autouse=True)
def _home(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R57_HOME", str(sample.path))


def test_a_link_opens_its_figure_outside_the_filters_too(sample: Home) -> None:
    with open_published(sample) as reader:
        row = next(r for r in queries.figures(reader) if r["province"] == "Lào Cai" and r["is_original"])
    for address in ({}, {"tinh": "ca-mau"}, {"tu": "khong co tu nay"}):
        test = open_page("figures", figure=row["figure_id"], **address)
        assert f"<mark>{row['mention']}</mark>" in html_of(test)
        assert any(row["url"] in code.value and row["mention"] in code.value for code in test.code)
        assert bool(test.info) == bool(address)
    test.text_input(key="figures_text").set_value("5g").run()
    assert "figure" not in test.query_params


def test_a_link_to_nothing_says_so() -> None:
    test = open_page("figures", figure="0000000000000000")
    assert "liên kết" in test.warning[0].value
    assert "<mark>" not in html_of(test)


def test_a_citation_in_both_languages_names_value_day_outlet_and_address(sample: Home) -> None:
    with open_published(sample) as reader:
        row = next(r for r in queries.figures(reader) if r["metric_id"] and r["kind"] == "target" and r["province"])
    cited = [code.value for code in open_page("figures", figure=row["figure_id"]).code if row["url"] in code.value]
    assert len(cited) == 2
    assert "mục tiêu" in cited[0]
    assert "target" in cited[1]
    for text in cited:
        assert row["source_name"] in text
        assert f"“{row['sentence']}”" in text


def test_every_figure_is_found_by_its_id(sample: Home) -> None:
    with open_published(sample) as reader:
        for row in queries.figures(reader, Filters(), limit=20):
            assert queries.figure(reader, row["figure_id"]) == row | {"withdrawn_at": None}
            text = queries.article_text(reader, row["article_id"], row["revision"])
            assert text[row["start_char"] : row["end_char"]] == row["mention"]


def test_surroundings_are_escaped_and_short() -> None:
    text = "a" * 900 + "<script>57</script>" + "b" * 900
    shown = around_html(text, 900, 919)
    assert "<mark>&lt;script&gt;57&lt;/script&gt;</mark>" in shown
    assert "<script>" not in shown
    assert len(shown) < 700
    assert around_html(text, 5, 5) == around_html(text, 1900, 1999) == ""
