"""`r57 review` on pages that were really read: figures carry what people say, and a replay says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import copy_home, ingest_pages, run
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.queries import open_published
from warehouse.reviewing import added_figures, overlay_articles, overlay_figures, pending_reviews, review_article, review_figure

PAGE = """<html lang="vi"><head><title>Lào Cai phủ sóng 5G theo Nghị quyết 57</title>
<meta property="article:published_time" content="2025-08-20T08:00:00+07:00"></head><body><article>
<h1>Lào Cai phủ sóng 5G theo Nghị quyết 57</h1>
<p>Thực hiện Nghị quyết số 57-NQ/TW của Bộ Chính trị về phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số quốc gia,
tỉnh Lào Cai đẩy mạnh hạ tầng số.</p>
<p>Đến hết tháng 7 năm 2025, toàn tỉnh đã lắp đặt 310 trạm 5G, tăng 120 trạm so với đầu năm.</p>
<p>Tỷ lệ hồ sơ trực tuyến toàn trình của tỉnh Lào Cai đạt 61,5%. Tỉnh đặt mục tiêu đến cuối năm 2025 có 400 trạm 5G.</p>
<p>Cổng thông tin điện tử của tỉnh đăng toàn văn kế hoạch để người dân góp ý trước ngày họp tới, với ba phụ lục kèm theo.</p>
</article></body></html>"""
URL = "https://bao.example/lao-cai-5g.html"


@pytest.fixture(scope="module")
def read_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    return ingest_pages(folder, {URL: PAGE})


@pytest.fixture
def home(read_home: Path, tmp_path: Path) -> Home:
    return copy_home(read_home, tmp_path)


def figures(home: Home) -> dict[str, dict[str, Any]]:
    with open_published(home) as reader:
        return {row["mention"]: row for row in reader.rows("SELECT * FROM main.figures ORDER BY start_char")}


def comparable(home: Home) -> list[dict[str, Any]]:
    return sorted(figures(home).values(), key=lambda row: row["figure_id"])


def test_reviews_from_the_command_line_survive_a_replay(home: Home, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    before = figures(home)
    stations = next(m for m in before if m.startswith("310"))
    share = next(m for m in before if m.startswith("61,5"))
    path = str(home.path)
    assert run("review", "fix", before[stations]["figure_id"], "--value", "301", "--as-of", "2025-06", "--by", "Hà", "--home", path) == 0
    assert run("review", "reject", before[share]["figure_id"], "--by", "Hà", "--home", path) == 0
    assert run("review", "add", URL, "ba phụ lục", "--value", "3", "--unit", "phụ lục", "--label", "phụ lục", "--home", path) == 0
    assert run("review", "article", URL, "--province", "Yên Bái", "--complete", "--by", "Nam", "--home", path) == 0
    assert run("publish", "--home", path) == 0
    after = figures(home)
    assert share not in after
    assert (after[stations]["value"], after[stations]["as_of"].isoformat(), after[stations]["review"]) == (301.0, "2025-06-30", "fixed")
    assert (after["ba phụ lục"]["confidence"], after["ba phụ lục"]["review"]) == (1.0, "added")
    assert "ba phụ lục kèm theo" in after["ba phụ lục"]["sentence"]
    rows = comparable(home)
    home.warehouse.unlink()
    assert run("replay", "--home", path) == 0
    assert comparable(home) == rows
    capsys.readouterr()
    assert run("review", "list", "--json", "--home", path) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {(r["verdict"], r["reviewer"]) for r in listed} >= {("fix", "Hà"), ("reject", "Hà"), ("article", "Nam")}
    assert all(r["is_found"] for r in listed)
    assert run("review", "export", "--out", str(tmp_path / "truth"), "--home", path) == 0
    [document] = [json.loads(f.read_text("utf-8")) for f in (tmp_path / "truth").glob("*.json")]
    [text] = [f.read_text("utf-8") for f in (tmp_path / "truth").glob("*.txt")]
    assert {"name": "Lào Cai", "role": "subject"} in document["provinces"]  # the name of its day: Yên Bái had become part of it
    told = {f["mention"]: f for f in document["figures"]}
    assert told[stations] | {"value": 301.0, "as_of": "2025-06"} == told[stations]
    assert all(f["mention"] in text for f in document["figures"])
    assert share not in told
    assert document["figures_optional"] == []


def test_seen_at_once(home: Home) -> None:
    """What is in the journal and not yet published is laid over the rows of a query."""
    journal = Journal(home.journal)
    with open_published(home) as reader:
        rows = reader.rows("SELECT * FROM main.figures ORDER BY start_char")
        first, second = rows[0]["figure_id"], rows[1]["figure_id"]
        review_figure(reader, journal, first, "fix", by="Hà", changes={"value": 7.0})
        review_figure(reader, journal, second, "reject", by="Hà")
        review_article(reader, journal, URL, by="Hà", changes={"published": "2025-08-19", "is_relevant": False})
        pending = pending_reviews(reader, journal)
        shown = overlay_figures(rows, pending)
        assert [r["figure_id"] for r in shown] == [r["figure_id"] for r in rows if r["figure_id"] != second]
        assert (shown[0]["value"], shown[0]["review"], shown[0]["confidence"]) == (7.0, "fixed", 1.0)
        [article] = overlay_articles(reader.rows("SELECT * FROM main.articles"), pending)
        assert (article["is_relevant"], article["published_from"], article["published_at"].isoformat()) == (
            False,
            "given",
            "2025-08-18T17:00:00",
        )
        review_figure(reader, journal, first, "undo", by="Hà")
        assert overlay_figures(rows, pending_reviews(reader, journal))[0]["value"] == rows[0]["value"]
    assert run("publish", "--home", str(home.path)) == 0
    with open_published(home) as reader:
        assert pending_reviews(reader, journal) == []
        assert review_figure(reader, journal, second, "undo", by="Hà")["mention"] == rows[1]["mention"]  # also of one that is shown no more


def test_an_added_figure_is_seen_and_reviewed_before_it_is_published(home: Home) -> None:
    from warehouse.reviewing import add_figure

    journal = Journal(home.journal)
    with open_published(home) as reader:
        entry = add_figure(reader, journal, URL, "ba phụ lục", by="Hà", changes={"value": 3.0, "unit": "phụ lục"})
        [row] = added_figures(pending_reviews(reader, journal))
        assert (row["figure_id"], row["value"], row["mention"], row["review"]) == (entry["figure_id"], 3.0, "ba phụ lục", "added")
        review_figure(reader, journal, entry["figure_id"], "reject", by="Hà")
        assert added_figures(pending_reviews(reader, journal)) == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("fix", "0000000000000000", "--value", "1"), "0000000000000000"),
        (("fix", "FIRST"), "at least one attribute"),
        (("fix", "FIRST", "--value", "nhiều"), "nhiều"),
        (("fix", "FIRST", "--kind", "goal"), "result, target, previous"),
        (("fix", "FIRST", "--metric", "bts_5g_station"), "bts_5g_stations"),
        (("fix", "FIRST", "--province", "Atlantis"), "Atlantis"),
        (("fix", "FIRST", "--due", "2025-13"), "2025-13"),
        (("fix", "FIRST", "--unit", "none"), "unit"),
        (("fix", "FIRST", "--mention", "999 tàu vũ trụ"), "999 tàu vũ trụ"),
        (("add", URL, "999 tàu vũ trụ"), "nowhere"),
        (("add", URL, "ba phụ lục"), "--value"),
        (("add", "https://bao.example/khong-co.html", "5 trạm"), "khong-co"),
        (("article", URL), "is_relevant"),
        (("article", URL, "--copy-of", URL), "copy of itself"),
        (("article", URL, "--copy-of", URL, "--no-copy"), "exclude"),
        (("article", URL, "--province", "Atlantis"), "Atlantis"),
    ],
)
def test_what_cannot_be_is_said_and_not_written(home: Home, args: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = next(iter(figures(home).values()))["figure_id"]
    entries = len(list(Journal(home.journal).iterate()))
    assert run("review", *(first if a == "FIRST" else a for a in args), "--home", str(home.path)) == 2
    assert said in capsys.readouterr().err
    assert len(list(Journal(home.journal).iterate())) == entries
