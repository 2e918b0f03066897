"""What people who see, point or read otherwise meet: axe's rules of WCAG 2.1 AA on every page; names typed without accents."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from r57monitor.views.pages import PAGE_NAMES
from tests.chromium import CHROMIUM, PATIENCE_MS, Watched, chromium, serve
from tests.sample_home import make_home

_AXE = "axe_playwright_python"
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
_OF_COLORS = ("color-contrast", "link-in-text-block")  # dark mode changes nothing else: what stands where is the same in both
# Streamlit's field for dropping files has a role that only its inner button needs.
_OF_STREAMLIT = {"presentation-role-conflict"}
# Where the two lines of a label are: the name, and the words it is found by, which must take no room.
_BOXES = """e => { const text = e.firstChild, cut = text.data.indexOf('\\n'); const box = (a, b) => { const range = document.createRange();
  range.setStart(text, a); range.setEnd(text, b); const r = range.getBoundingClientRect(); return {width: r.width, height: r.height} };
  return [box(0, cut), box(cut + 1, text.data.length)] }"""
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Chromium at {CHROMIUM}")]


@pytest.fixture(scope="module")
def axe() -> str:
    if importlib.util.find_spec(_AXE) is None:
        pytest.skip("needs the axe-playwright-python package")
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("access")
    with serve(make_home(folder / "home"), folder, R57_EDIT="1") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright.sync_api", reason="needs the playwright package")
    with chromium() as found:
        yield found


def _violations(page: Any, axe: str, colors_only: bool = False) -> list[str]:
    """Rules broken by what is seen now, each with its first element."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe)
    asked = {"type": "rule", "values": list(_OF_COLORS)} if colors_only else {"type": "tag", "values": list(_RULES)}
    found = page.evaluate("asked => axe.run(document, {resultTypes: ['violations'], runOnly: asked})", asked)["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["id"] not in _OF_STREAMLIT]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_passes_the_rules(scheme: str, address: str, browser: Any, axe: str) -> None:
    with Watched(browser, address, color_scheme=scheme) as watched:
        for name in PAGE_NAMES:
            page = watched.turn_to(name)
            page.evaluate("() => document.querySelectorAll('[data-testid=stExpander] details:not([open]) summary').forEach(s => s.click())")
            page.wait_for_function("() => !document.querySelector('[data-testid=stExpander] details:not([open])')", timeout=PATIENCE_MS)
            watched.settle()
            assert _violations(page, axe, colors_only=scheme == "dark") == [], name


def test_the_rules_would_be_broken_by_what_they_forbid(address: str, browser: Any, axe: str) -> None:
    with Watched(browser, address) as watched:
        page = watched.open("quality")
        page.evaluate("() => { document.querySelector('.r57-section h2').style.color = '#eeeeee' }")
        assert any(said.startswith("color-contrast") for said in _violations(page, axe))
        assert any(said.startswith("color-contrast") for said in _violations(page, axe, colors_only=True))


def test_twice_enlarged_every_page_is_read_down(address: str, browser: Any) -> None:
    """A window of 1400 points at 200 % is 700 wide: nothing sticks out, no part stands beside another in half the width."""
    with Watched(browser, address, 700, 500, device_scale_factor=2) as watched:
        for name in PAGE_NAMES:
            page = watched.turn_to(name)
            wide = page.evaluate(
                "() => [...document.querySelectorAll('[data-testid=stMain], html')].map(e => e.scrollWidth - e.clientWidth)"
            )
            assert max(wide) <= 0, name
            parts = page.evaluate("() => [...document.querySelectorAll('.r57-section')].map(e => e.getBoundingClientRect().width)")
            assert all(width > 600 for width in parts), name
        assert watched.faults == []


def test_on_paper_nothing_is_left_to_press(address: str, browser: Any) -> None:
    with Watched(browser, address) as watched:
        page = watched.open("")
        buttons = page.locator('[data-testid="stDownloadButton"], [data-testid="stPopover"]')
        assert buttons.first.is_visible()
        page.emulate_media(media="print")
        assert not any(button.is_visible() for button in buttons.all())
        assert page.locator(".r57-figure").first.is_visible()
        assert page.locator(".r57-counts").first.is_visible()
        assert watched.faults == []


@pytest.mark.parametrize(("typed", "name"), [("da nang", "Đà Nẵng"), ("hue", "Huế"), ("dak lak", "Đắk Lắk"), ("quang nam", "Đà Nẵng")])
def test_a_province_is_found_without_accents(typed: str, name: str, address: str, browser: Any) -> None:
    with Watched(browser, address) as watched:
        page = watched.open("articles")
        box = page.get_by_label("Tỉnh, thành phố").first
        box.click()
        box.fill(typed)
        option = page.get_by_role("option").first
        option.wait_for(timeout=PATIENCE_MS)
        assert option.inner_text().split("\n")[0].replace("\u00a0", " ") == name
        label, words = option.locator("[data-item-hl]").evaluate(_BOXES)
        assert label["height"] > 8
        assert words["width"] == 0
        option.click()
        tag = page.locator("[data-tag] > span").filter(has_text=name).first
        tag.wait_for(timeout=PATIENCE_MS)
        label, words = tag.evaluate(_BOXES)
        assert label["height"] > 8
        assert words["width"] == 0
        assert tag.bounding_box()["width"] < label["width"] + 60
        box.click()
        box.fill("xyzxyz")
        page.locator('[role="listbox"][data-empty="true"]').wait_for(timeout=PATIENCE_MS)
        assert page.locator('[role="listbox"] [role="option"] span').bounding_box()["width"] > 0
        assert watched.faults == []
