"""Page text that tries to be something else, in a real browser: it is shown as text and opens as text; and a walk through edit mode."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.chromium import CHROMIUM, PATIENCE_MS, Watched, chromium, serve
from tests.sample_home import make_home, store_retold
from warehouse import queries
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.queries import Filters, open_published

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Chromium at {CHROMIUM}")]

TITLES = (
    "<script>alert(57)</script> thẻ lạ",
    '=HYPERLINK("http://example.org","bấm vào đây")',
    "**đậm** [liên kết](http://example.org) ![ảnh](http://example.org/a.png) :red[đỏ] $x^2$ :material/delete:",
    "🚀🇻🇳 biểu tượng, <img src=x onerror=alert(57)> và \"nháy\" 'đơn'",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = make_home(tmp_path_factory.mktemp("hostile") / "home")
    for number, title in enumerate(TITLES):
        store_retold(home, "n08", title, f"<b>{title}</b> đến nay có 356 trạm 5G, {title}.", number)
    return home


@pytest.fixture(scope="module")
def address(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(home, tmp_path_factory.mktemp("serve"), R57_EDIT="1") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright.sync_api", reason="needs the playwright package")
    with chromium() as found:
        yield found


@pytest.mark.parametrize("title", TITLES)
def test_hostile_titles_are_text_where_they_are_shown(title: str, home: Home, address: str, browser: Any) -> None:
    with open_published(home) as reader:
        article = next(a for a in queries.articles(reader, Filters()) if a["title"] == title)
        figure = queries.article_figures(reader, article["article_id"])[0]
    with Watched(browser, address) as watched:
        said = _dialogs(watched)
        page = watched.open(f"figures?figure={figure['figure_id']}")
        page.get_by_text(title).first.wait_for(timeout=PATIENCE_MS)
        _assert_nothing_ran(watched, said)
        watched.open(f"articles?tuan={_week(home, article)}&tu={figure['mention'].split()[0]}")
        _assert_nothing_ran(watched, said)


def test_hostile_titles_are_text_on_every_other_page(address: str, browser: Any) -> None:
    """All of them stand in the same home, so each of these pages is opened once."""
    with Watched(browser, address) as watched:
        said = _dialogs(watched)
        for name in ("", "province?tinh=nghe-an", "sources", "digest", "targets"):
            watched.open(name)
            _assert_nothing_ran(watched, said)


def _dialogs(watched: Watched) -> list[str]:
    """What dialogs of the browser say from now on; none should."""
    said: list[str] = []
    watched.page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    return said


def _assert_nothing_ran(watched: Watched, said: list[str]) -> None:
    assert said == []
    assert watched.page.locator("script:has-text('alert(57)')").count() == 0
    assert watched.page.locator("img[src='x']").count() == 0
    assert watched.exceptions() == []
    assert watched.faults == []


def _week(home: Home, article: dict[str, Any]) -> str:
    return f"{article['published_at']:%G-W%V}"


def test_hostile_titles_open_as_text_in_files(address: str, browser: Any) -> None:
    with Watched(browser, address) as watched:
        page = watched.open("articles")
        page.get_by_role("button", name="Tải về XLSX").first.wait_for(timeout=PATIENCE_MS)
        with page.expect_download() as started:
            page.get_by_role("button", name="Tải về XLSX").first.click()
        book = openpyxl.load_workbook(io.BytesIO(Path(started.value.path()).read_bytes()))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        assert set(TITLES) <= {cell.value for cell in cells}
        assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
        with page.expect_download() as started:
            page.get_by_role("button", name="Tải về CSV").first.click()
        rows = list(csv.reader(io.StringIO(Path(started.value.path()).read_text("utf-8-sig"))))
        told = {cell for row in rows for cell in row}
        assert "'" + TITLES[1] in told
        assert not any(cell.startswith(("=", "+", "@")) for cell in told)
        assert watched.faults == []


def test_a_walk_through_edit_mode(home: Home, address: str, browser: Any) -> None:
    with open_published(home) as reader:
        row = next(f for f in queries.figures(reader) if f["is_original"] and f["kind"] == "result" and f["title"] not in TITLES)
    with Watched(browser, address) as watched:
        page = watched.open(f"figures?figure={row['figure_id']}")
        page.get_by_role("textbox", name="Người thẩm định").fill("Hà <b>Test</b>")
        page.keyboard.press("Enter")
        for number, button in enumerate(("Đúng", "Bỏ thẩm định"), 1):
            watched.settle()
            page.get_by_role("button", name=button, exact=True).first.click()
            watched.wait_until(lambda number=number: len(_said(home)) == number)  # a run that is broken off by the next would say nothing
            page.get_by_text("Đã ghi vào nhật ký").first.wait_for(timeout=PATIENCE_MS)
            watched.settle()
        page.get_by_role("textbox", name="Thời điểm").first.fill("2025-06")
        page.get_by_role("button", name="Sửa", exact=True).first.click()
        page.get_by_text("Đã ghi: Sửa").wait_for(timeout=PATIENCE_MS)
        page = watched.open(f"articles?nguon={row['source_id']}")
        page.get_by_role("textbox", name="Người thẩm định").fill("Hà <b>Test</b>")
        page.keyboard.press("Enter")
        watched.settle()
        page.get_by_role("radio", name="cần lưu ý").click()
        page.get_by_text("Sắc thái: cần lưu ý (Hà <b>Test</b> ghi lúc").wait_for(timeout=PATIENCE_MS)
        assert watched.exceptions() == []
        assert watched.faults == []
    said = _said(home)
    assert [e["verdict"] for e in said] == ["accept", "undo", "fix", "article"]
    assert said[2]["changes"]["as_of"] == "2025-06-30"
    assert said[3]["changes"] == {"tone": "notable"}
    assert {e["by"] for e in said} == {"Hà <b>Test</b>"}


def _said(home: Home) -> list[dict[str, Any]]:
    return [dict(entry) for entry in Journal(home.journal).iterate() if entry["event"] == "review"]
