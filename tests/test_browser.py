"""The dashboard in a real browser: every page draws, reacts and stays on this machine; on data, on none, and while it is published."""

from __future__ import annotations

import csv
import io
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from r57monitor.palette import load_palette
from r57monitor.views.navigation import _PAGES
from r57monitor.views.pages import PAGE_NAMES
from tests.chromium import CHROMIUM, DRAWN, PATIENCE_MS, Watched, chromium, serve
from tests.sample_home import make_home, publish_into
from warehouse.home import Home
from warehouse.publish import publish

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Chromium at {CHROMIUM}")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("browser") / "home")


@pytest.fixture(scope="module")
def address(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(home, tmp_path_factory.mktemp("serve")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright.sync_api", reason="needs the playwright package")
    with chromium() as found:
        yield found


def _is_clean(watched: Watched) -> None:
    assert watched.exceptions() == []
    assert watched.faults == []


def test_the_server_knows_every_page() -> None:
    assert tuple(name for name, _ in _PAGES) == PAGE_NAMES


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_every_page_opened_by_its_address(name: str, address: str, browser: Any) -> None:
    with Watched(browser, address) as watched:
        page = watched.open(name)
        page.get_by_text("Dữ liệu thực hành – số liệu hư cấu").first.wait_for(timeout=PATIENCE_MS)
        assert page.locator("html").get_attribute("lang") == "vi"
        assert page.locator(".r57-foot").count() == 1
        _is_clean(watched)


@pytest.mark.parametrize("dark", [False, True])
def test_every_page_on_a_phone_in_both_modes(dark: bool, address: str, browser: Any) -> None:
    with Watched(browser, address, 390, 844, color_scheme="dark" if dark else "light") as watched:
        watched.open("?lang=en")
        for name in PAGE_NAMES:
            page = watched.turn_to(name)
            wide = page.evaluate(
                "() => [...document.querySelectorAll('[data-testid=stMain], html')].map(e => e.scrollWidth - e.clientWidth)"
            )
            assert max(wide) <= 0, name
            colors = load_palette("dark" if dark else "light")
            shown = page.evaluate("() => getComputedStyle(document.documentElement).getPropertyValue('--r57-ink')")
            assert shown.strip() == colors["ink"], name
            ground = page.evaluate("() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
            assert ground == "rgb({}, {}, {})".format(*(int(colors["paper"][i : i + 2], 16) for i in (1, 3, 5))), name
        _is_clean(watched)


def test_an_empty_home(tmp_path: Path, browser: Any) -> None:
    """Every page says what to do, and shows what is published while it is open."""
    home = Home(tmp_path / "home")
    with serve(home, tmp_path) as address, Watched(browser, address) as watched:
        for name in PAGE_NAMES:
            page = watched.turn_to(name)
            assert page.get_by_text("Chưa có dữ liệu").count() >= 1
            page.locator("code").filter(has_text="r57 demo").first.wait_for(timeout=PATIENCE_MS)
        publish_into(home)
        page.locator(".r57-foot").wait_for(timeout=PATIENCE_MS)
        _is_clean(watched)


def test_pages_while_snapshots_are_swapped(tmp_path: Path, browser: Any) -> None:
    home = make_home(tmp_path / "home")
    opened: queue.SimpleQueue[str] = queue.SimpleQueue()
    published: list[int] = []

    def publish_as_pages_open() -> None:
        while opened.get():
            with home.lock("test"):
                published.append(publish(home).number)

    writer = threading.Thread(target=publish_as_pages_open)
    with serve(home, tmp_path) as address, Watched(browser, address) as watched, Watched(browser, address) as waiting:
        waiting.open("figures?trang_thai=new")
        writer.start()
        try:
            for number, name in enumerate((*PAGE_NAMES, "figures"), 1):
                opened.put("/" + name)  # its swap comes while this page is drawn or stands there
                watched.turn_to(name)
                watched.wait_until(lambda number=number: len(published) >= number)
                assert watched.exceptions() == [], name
        finally:
            opened.put("")
            writer.join()
        assert len(published) == len(PAGE_NAMES) + 1
        waiting.page.get_by_text(f"bản công bố số {published[-1]}").wait_for(timeout=PATIENCE_MS)  # by itself, its filter kept
        assert "trang_thai=new" in waiting.page.url
        _is_clean(watched)
        _is_clean(waiting)


def test_a_filter_a_figure_and_a_download(address: str, browser: Any) -> None:
    with Watched(browser, address) as watched:
        page = watched.open("figures")
        before = page.get_by_text("dòng · Chọn").inner_text()
        box = page.get_by_label("Tỉnh, thành phố").first
        box.click()
        box.fill("Lào")
        page.get_by_role("option", name="Lào Cai").click()
        page.wait_for_url("**tinh=lao-cai**")
        page.keyboard.press("Escape")
        watched.settle()
        shown = page.get_by_text("dòng · Chọn").inner_text()
        assert shown != before
        table = page.locator('[data-testid="stDataFrame"]').first
        table.click(position={"x": 18, "y": 35 + 35 + 17})  # the box before the second row
        page.wait_for_url("**figure=**")
        watched.settle()
        assert page.locator(".r57-quote mark").count() >= 1
        with page.expect_download() as started:
            page.get_by_role("button", name="Tải về CSV").click()
        rows = list(csv.reader(io.StringIO(Path(started.value.path()).read_text("utf-8-sig"))))
        assert len(rows) - 1 == int(shown.split()[0])
        _is_clean(watched)
        link = page.url
    with Watched(browser, address) as other:
        again = other.open(link.removeprefix(address))
        assert again.get_by_text("dòng · Chọn").inner_text() == shown
        _is_clean(other)


def test_a_chart_as_a_picture(address: str, browser: Any) -> None:
    with Watched(browser, address) as watched:
        page = watched.open("")
        chart = page.locator('[data-testid="stVegaLiteChart"]').first
        chart.locator("canvas, svg").first.wait_for(timeout=PATIENCE_MS)
        assert chart.bounding_box()["height"] > 400  # the map, with both archipelagos
        with page.expect_download() as started:
            page.get_by_role("button", name="Tải ảnh PNG").first.click()
        assert started.value.suggested_filename.endswith(".png")
        assert Path(started.value.path()).read_bytes().startswith(b"\x89PNG")
        _is_clean(watched)


def test_english_is_one_click_away_and_stays(address: str, browser: Any) -> None:
    with Watched(browser, address) as watched:
        page = watched.open("")
        page.get_by_text("EN", exact=True).click()
        page.get_by_text("Newly reported figures").first.wait_for(timeout=PATIENCE_MS)
        page.wait_for_url("**lang=en**")
        watched.settle()
        page.get_by_role("link", name="Sources").first.click()
        page.get_by_text("All sources").first.wait_for(timeout=PATIENCE_MS)
        _is_clean(watched)


def test_by_keyboard_alone(address: str, browser: Any) -> None:
    """The first stop leads past the navigation, and the focus can be seen."""
    with Watched(browser, address) as watched:
        page = watched.open("sources")
        page.keyboard.press("Tab")
        page.wait_for_function("() => document.activeElement.innerText === 'Đến nội dung'")
        page.wait_for_function("() => document.activeElement.getBoundingClientRect().left >= 0")
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.activeElement.dataset.testid === 'stMain'")
        page.keyboard.press("Tab")
        page.wait_for_function("() => !!document.activeElement.closest('[data-testid=stMainBlockContainer]')")
        ring = page.evaluate("() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.outlineWidth }")
        assert ring == "solid3px"
        _is_clean(watched)


def test_own_view_and_watch_list(address: str, browser: Any) -> None:
    with Watched(browser, address) as watched:
        page = watched.open("figures?trang_thai=new")
        page.get_by_role("button", name="Của tôi").click()
        page.get_by_label("Tên kiểu xem").wait_for()
        watched.settle()
        page.get_by_label("Tên kiểu xem").fill("Số <b>mới</b>")
        page.get_by_role("button", name="Lưu kiểu xem hiện tại").click()
        page.get_by_role("dialog").wait_for(state="hidden", timeout=PATIENCE_MS)
        watched.settle()
        page.get_by_role("button", name="Của tôi").click()
        box = page.get_by_role("dialog").get_by_label("Tỉnh, thành phố")
        box.wait_for()
        watched.settle()  # what is drawn anew forgets a choice
        box.click()
        page.get_by_role("option", name="Lào Cai").click()
        page.get_by_role("dialog").locator("[data-tag]").filter(has_text="Lào Cai").first.wait_for(timeout=PATIENCE_MS)
        page.keyboard.press("Escape")
        watched.settle()
        page.get_by_role("button", name="Lưu danh sách").click()
        page.get_by_role("dialog").wait_for(state="hidden", timeout=PATIENCE_MS)
        watched.open("")
        page.get_by_text("Đang theo dõi").wait_for(timeout=PATIENCE_MS)
        page.get_by_role("button", name="Của tôi").click()
        page.get_by_role("link", name="Số <b>mới</b>").click()
        page.wait_for_url("**/figures?trang_thai=new")
        page.locator(DRAWN).first.wait_for(timeout=PATIENCE_MS)
        _is_clean(watched)
