"""Edit mode: what people say on a page is in the journal and seen at once; without it nothing can be written."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from r57monitor.cli.progress import Shown
from r57monitor.cli.publish import publish_home
from tests.apps import html_of, open_page
from tests.sample_home import make_home
from warehouse import queries, reviewing
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.queries import Filters, open_published


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = make_home(tmp_path / "sample")
    monkeypatch.setenv("R57_HOME", str(home.path))
    monkeypatch.setenv("R57_EDIT", "1")
    return home


def _reviews(home: Home) -> list[dict[str, object]]:
    return [dict(entry) for entry in Journal(home.journal).iterate() if entry["event"] == "review"]


def _button(test: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(button for button in test.button if button.label == label)


def test_a_figure_is_rejected_taken_back_and_fixed(home: Home) -> None:
    with open_published(home) as reader:
        row = next(r for r in queries.figures(reader) if r["is_original"] and r["kind"] == "result")
    test = open_page("figures", figure=row["figure_id"])
    rows = len(test.dataframe[0].value)
    assert test.button(key="review_reject").disabled
    test.text_input(key="review_by").set_value("Hà").run()
    test.button(key="review_reject").click().run()
    assert not test.exception
    assert len(test.dataframe[0].value) == rows - 1
    assert [(r["verdict"], r["by"], r["figure_id"]) for r in _reviews(home)] == [("reject", "Hà", row["figure_id"])]
    test.button(key="review_undo").click().run()
    assert len(test.dataframe[0].value) == rows
    test.text_input(key=f"fix {row['figure_id']} value").set_value("1.234,5")
    _button(test, "Sửa").click().run()
    assert not test.exception
    assert _reviews(home)[-1]["changes"] == {"value": 1234.5}
    assert "1.234,5" in " ".join(test.dataframe[0].value["value"])


def test_pages_that_count_say_what_waits_and_the_newest_go_at_once(home: Home) -> None:
    with open_published(home) as reader:
        week = queries.weeks(reader)[0]
        row = next(r for r in queries.newest_figures(reader, Filters(week=week, kinds=("result",))) if r["is_original"])
        assert row["figure_id"] in html_of(open_page("overview", tuan=week))
        reviewing.review_figure(reader, Journal(home.journal), row["figure_id"], "reject", by="Hà")
    for page in ("overview", "province", "targets", "digest"):
        assert any("1 thẩm định đang chờ" in info.value for info in open_page(page).info), page
    assert row["figure_id"] not in html_of(open_page("overview", tuan=week))


def test_what_cannot_be_read_is_said_and_not_written(home: Home) -> None:
    test = open_page("figures")
    test.text_input(key="review_by").set_value("Hà").run()
    field = next(t for t in test.text_input if str(t.key).endswith(" as_of") and str(t.key).startswith("fix"))
    field.set_value("hôm kia")
    _button(test, "Sửa").click().run()
    assert "hôm kia" in test.error[0].value
    assert not _reviews(home)


def test_a_missed_figure_is_added(home: Home) -> None:
    with open_published(home) as reader:
        row = next(r for r in queries.figures(reader) if "5G" in r["sentence"])
    test = open_page("figures", figure=row["figure_id"])
    test.text_input(key="review_by").set_value("Hà").run()
    test.text_input(key=f"add {row['article_id']} mention").set_value("không có trong bài 7 trạm")
    _button(test, "Thêm số liệu bị bỏ sót trong bài").click().run()
    assert "không có trong bài" in test.error[0].value
    test.text_input(key=f"add {row['article_id']} mention").set_value(row["mention"])
    _button(test, "Thêm số liệu bị bỏ sót trong bài").click().run()
    assert not test.exception
    assert [r["verdict"] for r in _reviews(home)] == ["add"]
    assert any(row["mention"] in text.value for text in test.text)


def test_an_article_is_corrected(home: Home) -> None:
    with open_published(home) as reader:
        row = queries.articles(reader)[0]
    test = open_page("articles")
    test.text_input(key="review_by").set_value("Hà").run()
    test.toggle(key=f"article {row['article_id']} relevant").set_value(False)
    test.text_input(key=f"article {row['article_id']} day").set_value("01/07/2025")
    _button(test, "Sửa").click().run()
    assert not test.exception
    assert _reviews(home)[0]["changes"] == {"is_relevant": False, "published": "2025-07-01"}


def test_a_corrected_article_moves_at_once(home: Home) -> None:
    """Another day puts it elsewhere in the list and into another week; irrelevant, it leaves; all of it before the next publish."""
    with open_published(home) as reader:
        row = queries.articles(reader)[0]
    test = open_page("articles")
    test.text_input(key="review_by").set_value("Hà").run()
    test.text_input(key=f"article {row['article_id']} day").set_value("16/06/2025")
    _button(test, "Sửa").click().run()
    days = list(test.dataframe[0].value["published"])
    assert days == sorted(days, reverse=True)
    assert row["title"] in list(open_page("articles", tuan="2025-W25").dataframe[0].value["title"])
    assert row["title"] not in list(open_page("articles", tuan=f"{row['published_at']:%G-W%V}").dataframe[0].value["title"])
    review_article(home, row["article_id"], {"is_relevant": False})
    assert row["title"] not in list(open_page("articles", tuan="2025-W25").dataframe[0].value["title"])
    assert row["title"] in list(open_page("articles", tuan="2025-W25", lien_quan="0").dataframe[0].value["title"])


def test_who_reviewed_what_and_when(home: Home) -> None:
    with open_published(home) as reader:
        row = next(r for r in queries.figures(reader) if r["is_original"] and r["kind"] == "result")
        reviewing.review_figure(reader, Journal(home.journal), row["figure_id"], "accept", by="Hà", note="khớp <b>bảng</b>")
        reviewing.review_figure(reader, Journal(home.journal), row["figure_id"], "fix", by="Lan", changes={"value": 12.5})
    waiting = _table(open_page("quality"), "Người")
    assert {(r["Người"], r["Ý kiến"], r["Hiện nay"]) for r in waiting} == {
        ("Hà", "chấp nhận", "chờ công bố"), ("Lan", "sửa", "chờ công bố"),
    }  # fmt: skip
    assert ("giá trị", "12.5") in {(r["Mục sửa"], r["Thành"]) for r in waiting}
    publish_home(home, Shown(quiet=True))
    settled = {(r["Người"], r["Hiện nay"]) for r in _table(open_page("quality"), "Người")}
    assert settled == {("Hà", "đã có lần sau thay"), ("Lan", "có hiệu lực")}
    proof = " ".join(part.proto.body for part in open_page("figures", figure=row["figure_id"]).get("html"))
    assert "Hà · chấp nhận · khớp &lt;b&gt;bảng&lt;/b&gt;" in proof


def _table(test: AppTest, column: str) -> list[dict[str, object]]:
    assert not test.exception
    return next(d.value for d in test.dataframe if column in d.value).to_dict("records")


def review_article(home: Home, article_id: str, changes: dict[str, object]) -> None:
    with open_published(home) as reader:
        reviewing.review_article(reader, Journal(home.journal), article_id, by="Hà", changes=changes)


def test_without_edit_mode_there_is_nothing_to_write_with(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("R57_EDIT")
    for page in ("figures", "articles"):
        test = open_page(page)
        assert not test.button
        assert not [t for t in test.text_input if t.key == "review_by"]
