"""The dashboard in Debian's Chromium: a server over a home, a page that notes every fault and every request that leaves the machine."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from r57monitor.cli.dashboard import dashboard_command
from tests.web import free_port
from warehouse.home import Home

CHROMIUM = Path("/usr/bin/chromium")
ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DRAWN = ".r57-foot, .r57-step"  # the last thing of every page
PATIENCE_MS = 240_000  # a hang is what it ends; a busy machine is waited for
# Streamlit loads what draws a widget or a table when the first of its kind comes; a skeleton stands there until then.
_IS_SETTLED = """() => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === 'notRunning'
  && !document.querySelector('[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]')"""


@contextmanager
def serve(home: Home, folder: Path, port: int | None = None, **environment: str) -> Iterator[str]:
    """The address of a dashboard over a home, started as `r57 dashboard` starts it; its output goes to a file in `folder`."""
    port = port or free_port()
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "log.txt", "wb") as log:
        process = subprocess.Popen(
            dashboard_command(port, home=home), env={**os.environ, "R57_HOME": str(home.path), **environment}, stdout=log, stderr=log
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=120)


def _wait_for(url: str) -> None:
    end = time.monotonic() + 300
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.3)


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGS))
        yield browser
        browser.close()


class Watched:
    """One page of one visitor. `faults` must stay empty: errors of page, console and server, and requests to other hosts."""

    def __init__(self, browser: Any, address: str, width: int = 1400, height: int = 1000, **context: Any) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True, **context)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.address = address
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(f"page: {error}"))
        self.page.on("console", lambda said: self.faults.append(f"console: {said.text}") if said.type == "error" else None)
        self.page.on("response", lambda r: self.faults.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
        self.context.on("request", self._note)
        self.page.on("websocket", lambda socket: self._note(socket))

    def _note(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            self.faults.append(f"left the machine: {request.url}")

    def open(self, path: str) -> Any:
        """Go to a page by its address and wait until it is drawn to its end."""
        self.page.goto(f"{self.address}/{path.lstrip('/')}")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the last thing of the page stands, nothing runs any more and no part still waits for its code."""
        self.page.locator(DRAWN).first.wait_for(timeout=PATIENCE_MS)
        self.page.wait_for_function(_IS_SETTLED, timeout=PATIENCE_MS)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something outside the page, such as a line in a journal."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while not is_so():
            assert time.monotonic() < end, "it did not happen in time"
            self.page.wait_for_timeout(50)

    def exceptions(self) -> list[str]:
        return list(self.page.locator('[data-testid="stException"]').all_inner_texts())

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()
