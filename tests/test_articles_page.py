"""Bài viết: what was edited, what vanished, why one is the original, the tone people told, and who may read the text."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from r57monitor.cli.app import app
from r57monitor.text.differences import find_changes
from r57monitor.views.article import change_html
from r57monitor.views.tone import count_tones
from tests.apps import html_of, open_page
from tests.sample_home import edit_article, make_home
from warehouse import queries
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.queries import Filters, open_published
from warehouse.queries.pages import tagged_articles, vanished_figures


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("Có 356 trạm 5G.", "Có 360 trạm 5G.", [[("same", "Có "), ("removed", "356 "), ("added", "360 "), ("same", "trạm 5G.")]]),
        ("Dòng một.\nDòng hai.", "Dòng một.\n\n Dòng  hai. ", []),
        ("Một.\nHai.", "Một.", [[("removed", "Hai.")]]),
        ("Một.", "Một.\nBa <b>.", [[("added", "Ba <b>.")]]),
        ("Hoàn toàn khác hẳn nhau.", "Xin chào cả tỉnh!", [[("removed", "Hoàn toàn khác hẳn nhau."), ("added", "Xin chào cả tỉnh!")]]),
        ("đạt 99,1% dân số", "đạt 99,15% dân số", [[("same", "đạt "), ("removed", "99,1% "), ("added", "99,15% "), ("same", "dân số")]]),
    ],
)  # fmt: skip
def test_what_an_editor_changed(old: str, new: str, changed: list[list[tuple[str, str]]]) -> None:
    assert [[(p.kind, p.text) for p in line] for line in find_changes(old, new)] == changed


def test_nothing_of_a_changed_line_becomes_markup() -> None:
    html = change_html(find_changes("Có <script>alert(57)</script> 7 trạm", "Có <img src=x> 9 trạm")[0])
    assert "<script>" not in html
    assert "<img" not in html
    assert "<del>" in html
    assert "<ins>" in html


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = make_home(tmp_path / "sample")
    monkeypatch.setenv("R57_HOME", str(home.path))
    monkeypatch.delenv("R57_EDIT", raising=False)
    return home


def _publish(home: Home) -> None:
    """As a person does: the journal is taken in first."""
    done = CliRunner().invoke(app, ["publish", "--home", str(home.path)])
    assert done.exit_code == 0, done.output


def test_an_edited_article_shows_its_changes_and_what_vanished(home: Home) -> None:
    article_id = edit_article(home, "n08", lambda text: text.replace("356 trạm phát sóng 5G", "nhiều trạm phát sóng 5G"), "356 trạm")
    with open_published(home) as reader:
        gone = vanished_figures(reader, article_id)
        title = (queries.article(reader, article_id) or {})["title"]
    assert [(f["mention"], f["revision"]) for f in gone] == [("356 trạm", 1)]
    html = html_of(open_page("articles", tu=f'"{title}"', nguon="bao-nghe-an"))
    assert "<del>356 </del><ins>nhiều </ins>" in html
    assert "<del>356 trạm</del>" in html
    assert "không còn từ" in html


def test_the_original_of_copies_says_why(home: Home) -> None:
    with open_published(home) as reader:
        cluster = queries.clusters(reader)[0]
        reason = queries.original_reason(reader, cluster["cluster_id"])
    assert reason in {"earliest", "credit", "aggregator"}
    assert "Vì sao là bài gốc" in html_of(open_page("articles", tu=f'"{cluster["title"]}"'))


def test_a_tone_is_told_seen_at_once_filtered_counted_and_taken_back(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R57_EDIT", "1")
    test = open_page("articles")
    test.text_input(key="review_by").set_value("Hà").run()
    switch = next(g for g in test.button_group if str(g.key).startswith("tone "))
    article_id = str(switch.key).split()[1]
    switch.set_value("notable").run()
    assert not test.exception
    said = [e for e in Journal(home.journal).iterate() if e["event"] == "review"]
    assert [(e["by"], e["changes"]) for e in said] == [("Hà", {"tone": "notable"})]
    assert test.dataframe[0].value["tone"].tolist().count("cần lưu ý") == 1
    assert "Hà ghi lúc" in html_of(test)
    assert test.dataframe[-1].value["cần lưu ý"].sum() == 1
    _publish(home)
    with open_published(home) as reader:
        rows = queries.articles(reader, Filters(tones=("notable",)))
        assert [(r["article_id"], r["tone"], r["tone_by"]) for r in rows] == [(article_id, "notable", "Hà")]
        assert isinstance(rows[0]["tone_at"], datetime)
        assert queries.articles(reader, Filters(tones=("favourable",))) == []
        counted = count_tones(tagged_articles(reader))
        assert counted == [{"month": rows[0]["published_at"].strftime("%Y-%m"), "favourable": 0, "neutral": 0, "notable": 1}]
    assert len(open_page("articles", sac_thai="notable").dataframe[0].value) == 1
    told = CliRunner().invoke(app, ["review", "article", article_id, "--tone", "none", "--by", "An", "--home", str(home.path)])
    assert told.exit_code == 0, told.output
    _publish(home)
    with open_published(home) as reader:
        assert queries.articles(reader, Filters(tones=("notable",))) == []
    with pytest.raises(Exception, match="no tone"):
        CliRunner().invoke(app, ["review", "article", article_id, "--tone", "good", "--home", str(home.path)], catch_exceptions=False)


@pytest.mark.parametrize(("setting", "is_shown"), [("logged-in", True), ("everyone", True), ("nobody", False)])
def test_the_office_decides_who_reads_full_texts(home: Home, setting: str, is_shown: bool) -> None:
    (home.path / "settings.toml").write_text(f'[dashboard]\nfull_text = "{setting}"\n', "utf-8")
    test = open_page("articles", tu='"Sóng 5G Nghệ An: Từ phố Vinh lan dần"')
    assert ("tốp thợ của đơn vị viễn thông" in html_of(test)) == is_shown


def test_articles_by_pillar_and_topic(home: Home) -> None:
    with open_published(home) as reader:
        every = queries.articles(reader)
        of_metric = queries.articles(reader, Filters(metrics=("bts_5g_stations",)))
        pillar = queries.articles(reader, Filters(pillars=(3,)))
        told = {f["article_id"] for f in queries.figures(reader, Filters(metrics=("bts_5g_stations",)))}
    assert {a["article_id"] for a in of_metric} == told & {a["article_id"] for a in every}
    assert 0 < len(of_metric) <= len(pillar) < len(every)
    assert len(open_page("articles", chu_de="infrastructure").dataframe[0].value) < len(open_page("articles").dataframe[0].value)
