"""The dashboard in a real browser: it draws, it reads, and no request leaves this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sample_home import make_home

_ROOT = Path(__file__).parent.parent
_CHROMIUM = Path("/usr/bin/chromium")
_ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
_PAGES = {
    "": "Số liệu mới công bố",
    "figures": "Câu chứng minh",
    "articles": "Số liệu trong bài",
    "sources": "Tất cả nguồn tin",
    "digest": "Xem trước",
}

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not _CHROMIUM.exists(), reason=f"needs Chromium at {_CHROMIUM}")]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard over the sample home, on a free loopback port."""
    folder = tmp_path_factory.mktemp("browser")
    with serve(make_home(folder / "home").path, folder) as found:
        yield found


@contextmanager
def serve(home: Path, folder: Path) -> Iterator[str]:
    """The address of a dashboard over a home; its output goes to a file in `folder`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "streamlit", "run", str(_ROOT / "dashboard.py"), "--server.port", str(port), "--server.headless", "true",
        "--server.address", "127.0.0.1", "--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false",
    ]  # fmt: skip
    with open(folder / "log.txt", "wb") as log:
        process = subprocess.Popen(command, env={**os.environ, "R57_HOME": str(home)}, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(url: str) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.3)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="needs the playwright package")
    with api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(_CHROMIUM), args=list(_ARGS))
        yield chromium
        chromium.close()


@pytest.mark.parametrize("path", list(_PAGES))
def test_page_draws_and_asks_no_one_else(path: str, address: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 1200})
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname or ""))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/{path}")
    page.get_by_text(_PAGES[path], exact=True).first.wait_for(timeout=60_000)
    page.get_by_text("Dữ liệu thực hành – số liệu hư cấu").first.wait_for(timeout=60_000)
    page.wait_for_timeout(1500)
    assert hosts - {""} <= {"127.0.0.1"}
    assert errors == []
    assert page.locator('[data-testid="stException"]').count() == 0
    page.close()


def test_map_is_drawn_with_both_archipelagos(address: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 1200})
    page.goto(address)
    chart = page.locator('[data-testid="stVegaLiteChart"]').first
    chart.locator("canvas, svg").first.wait_for(timeout=60_000)
    box = chart.bounding_box()
    assert box["height"] > 400
    page.close()


def test_english_is_one_click_away(address: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 1200})
    page.goto(address)
    page.get_by_text("EN", exact=True).click(timeout=60_000)
    page.get_by_text("Newly reported figures").first.wait_for(timeout=60_000)
    assert "lang=en" in page.url
    page.close()


def test_first_steps_give_way_to_the_first_snapshot(tmp_path: Path, browser: Any) -> None:
    """An open page shows what is published while it is open."""
    home = tmp_path / "home"
    with serve(home, tmp_path) as address:
        page = browser.new_page(viewport={"width": 1400, "height": 1200})
        page.goto(address)
        page.get_by_text("Chưa có dữ liệu").first.wait_for(timeout=60_000)
        make_home(home)
        page.get_by_text("Số liệu mới công bố", exact=True).first.wait_for(timeout=60_000)
        page.close()
