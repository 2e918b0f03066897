"""Every dashboard page on a small warehouse, on an empty one, and where nothing is there yet."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from r57monitor.models import NEWLY_REPORTED
from tests.apps import PATIENCE_S, html_of, open_page
from tests.sample_home import make_home
from warehouse import queries
from warehouse.home import Home
from warehouse.publish import ensure_published
from warehouse.queries import Filters

_ROOT = Path(__file__).parent.parent
_PAGES = ("overview", "province", "figures", "targets", "articles", "sources", "digest", "quality")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("sample"))


def _open(page: str, home: Home, monkeypatch: pytest.MonkeyPatch, language: str = "vi") -> AppTest:
    monkeypatch.setenv("R57_HOME", str(home.path))
    return open_page(page, lang=language)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("page", _PAGES)
def test_page_opens(page: str, language: str, sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = _open(page, sample, monkeypatch, language)
    assert not test.exception
    text = html_of(test)
    assert ("Dữ liệu thực hành – số liệu hư cấu" if language == "vi" else "Practice data") in text
    assert ("Dữ liệu đến 03/08/2025" if language == "vi" else "Data until 03/08/2025") in text


@pytest.mark.parametrize("page", _PAGES)
def test_page_on_an_empty_warehouse(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    ensure_published(home)
    test = _open(page, home, monkeypatch)
    assert not test.exception
    assert "Chưa có dữ liệu" in html_of(test)
    assert any("r57 demo" in code.value for code in test.code)
    assert "thực hành –" not in html_of(test)


def test_a_home_that_does_not_exist_yet_shows_the_first_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    test = _open("overview", Home(tmp_path / "nowhere"), monkeypatch)
    assert not test.exception
    assert "Chưa có dữ liệu" in html_of(test)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(("language", "said"), [("vi", "phiên bản khác"), ("en", "another version of the program")])
def test_a_file_of_another_version_is_told_in_the_page_s_language(
    language: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    duckdb.connect(str(home.path / "published-1.duckdb")).close()
    (home.path / "published.duckdb").symlink_to("published-1.duckdb")
    test = _open("overview", home, monkeypatch, language)
    assert not test.exception
    assert [said in error.value for error in test.error] == [True]


def test_navigation_has_every_page(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R57_HOME", str(sample.path))
    test = AppTest.from_file(str(_ROOT / "dashboard.py"), default_timeout=PATIENCE_S).run()
    assert not test.exception
    assert "Nghị quyết 57 trên báo chí địa phương" in html_of(test)


def test_filters_narrow_the_table(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = _open("figures", sample, monkeypatch)
    every = len(test.dataframe[0].value)
    test.multiselect(key="figures_province").set_value(["Lào Cai"]).run()
    assert not test.exception
    table = test.dataframe[0].value
    assert 0 < len(table) < every
    assert {name.split(" (")[0] for name in table["province"]} <= {"Lào Cai", "Yên Bái"}
    test.text_input(key="figures_text").set_value("khong co tu nay zzz").run()
    assert "Không có dòng nào khớp" in html_of(test)


def test_a_week_of_baseline_figures_says_where_they_are(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who has just begun sees no new figure, and is led to those there are."""
    wanted = ("result", "target")
    with queries.open_published(sample) as reader:
        counts = {week: queries.state_counts(reader, Filters(week=week, kinds=wanted)) for week in queries.weeks(reader)}
    week = next(week for week, found in counts.items() if found.get("baseline") and not set(found) & set(NEWLY_REPORTED))
    test = _open("overview", sample, monkeypatch)
    test.selectbox(key="overview_week").set_value(week).run()
    assert not test.exception
    assert f"{counts[week]['baseline']} số liệu nền của tuần" in html_of(test)
    assert "trang_thai=baseline" in html_of(test)


@pytest.mark.parametrize("page", ["figures", "targets", "sources"])
def test_what_is_unknown_is_an_empty_cell(page: str, sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the word None."""
    shown = [d for d in _open(page, sample, monkeypatch).dataframe if len(d.value)]
    assert shown
    assert all(d.proto.HasField("placeholder") and d.proto.placeholder == "" for d in shown)


def test_search_needs_no_accents(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = _open("articles", sample, monkeypatch)
    test.text_input(key="articles_text").set_value("tram 5g lao cai").run()
    assert not test.exception
    assert len(test.dataframe[0].value) > 0


def test_every_week_of_the_overview(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = _open("overview", sample, monkeypatch)
    for week in test.selectbox(key="overview_week").options[1:4]:
        test.selectbox(key="overview_week").select(week).run()
        assert not test.exception


def test_failing_source_is_named(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = _open("overview", sample, monkeypatch)
    options = test.selectbox(key="overview_week").options
    test.selectbox(key="overview_week").select(next(o for o in options if o.startswith("Tuần 28"))).run()
    assert "máy chủ trả lời 503" in html_of(test)


def test_page_text_is_escaped() -> None:
    from r57monitor.views.frame import link, quote

    assert link("<b>x</b>", "javascript:alert(1)") == "&lt;b&gt;x&lt;/b&gt;"
    assert 'href="https://example.org/?a=1&amp;b=%22"' in link("x", "https://example.org/?a=1&b=%22")
    assert "<script>" not in quote("<script>alert(1)</script> 5%", "5%")


def test_dashboard_imports_only_the_views() -> None:
    tree: Any = ast.parse((_ROOT / "dashboard.py").read_text("utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert all(module.startswith("r57monitor.views") for module in modules)
    assert not names


def test_a_province_shows_its_figures_targets_and_predecessors(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = _open("province", sample, monkeypatch)
    test.multiselect(key="province_names").set_value(["Lào Cai"]).run()
    assert not test.exception
    assert "Hợp nhất từ 01/07/2025: Lào Cai, Yên Bái" in html_of(test)
    figures = next(d.value for d in test.dataframe if "definition" in d.value)
    assert {"Lào Cai", "Lào Cai (trước 01/07/2025)", "Yên Bái (trước 01/07/2025)"} <= set(figures["place"])
    docket = next(d.value for d in test.dataframe if "due" in d.value)
    assert docket["province"].str.startswith("kế thừa từ").any()
    assert "số bài gốc về tỉnh này đến từ một nơi" in html_of(test)


def test_provinces_side_by_side_say_what_cannot_be_compared(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = _open("province", sample, monkeypatch, "en")
    test.multiselect(key="province_names").set_value(["Lào Cai", "Bắc Ninh", "Cà Mau"]).run()
    assert not test.exception
    said = html_of(test)
    for metric in test.selectbox(key="province_metric").options[1:4]:
        test.selectbox(key="province_metric").select(metric).run()
        assert not test.exception
        said += html_of(test)
    assert "Comparable: " in said
    assert "Not seen in the press for this metric: " in said
    test.multiselect(key="province_names").set_value([]).run()
    assert "Choose at least one province" in html_of(test)


def test_targets_by_status_and_due_date(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = _open("targets", sample, monkeypatch)
    every = len(test.dataframe[0].value)
    test.multiselect(key="targets_status").set_value(["moved"]).run()
    moved = test.dataframe[0].value
    assert not test.exception
    assert 0 < len(moved) < every
    assert set(moved["status"]) == {"mục tiêu đã đổi"}
    assert moved["old"].str.len().min() > 0
    assert "Trước đó" in html_of(test)
    test.multiselect(key="targets_status").set_value([]).run()
    test.selectbox(key="targets_window").select(0).run()
    due = test.dataframe[0].value
    assert 0 < len(due) < every
    assert "chưa thấy kết quả trên báo chí" in " ".join(due["status"])


def test_quality_names_what_was_measured(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = _open("quality", sample, monkeypatch)
    table = test.dataframe[0].value
    assert table["precision_interval"].str.contains("–").all()
    assert not table["metric"].duplicated().any()
    assert "Chỉnh luật trên" in html_of(test)
    assert "Chưa có ai soát" in html_of(test)


def test_overview_shows_the_63_before_the_merger_and_moved_targets_with_both_sentences(
    sample: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = _open("overview", sample, monkeypatch)
    tables = [d.value for d in test.dataframe]
    assert any(len(t) == 34 and "Số bài" in t for t in tables)
    options = test.selectbox(key="overview_week").options
    test.selectbox(key="overview_week").select(next(o for o in options if o.startswith("Tuần 25"))).run()
    assert not test.exception
    assert any(len(d.value) == 63 for d in test.dataframe)
    moved = ""
    for week in options:
        if "Trước đó" not in moved:
            test.selectbox(key="overview_week").select(week).run()
            moved = html_of(test)
    assert "Trước đó" in moved
    assert " → " in moved


def test_sources_show_what_usually_comes_and_on_whom_a_province_rests(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = _open("sources", sample, monkeypatch)
    table = next(d.value for d in test.dataframe if "usual" in d.value)
    assert table["usual"].notna().any()
    assert "Bài gần đây của" in html_of(test)
    rests = next(d.value for d in test.dataframe if "Tỷ lệ bài gốc" in d.value)
    assert "100%" in set(rests["Tỷ lệ bài gốc"])
