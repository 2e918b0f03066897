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
from r57monitor.views.pages import PAGE_NAMES
from tests.web import free_port
from warehouse.home import Home

CHROMIUM = Path("/usr/bin/chromium")
ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--process-per-site",
)  # fmt: skip
_NAVIGATION = '[data-testid="stTopNavLink"], [data-testid="stSidebarNavLink"]'  # the second on narrow windows, folded away or not
DRAWN = ".r57-foot, .r57-step"  # the last thing of every page
PATIENCE_MS = 240_000  # a hang is what it ends; a busy machine is waited for
# Streamlit loads what draws a widget or a table when the first of its kind comes; a skeleton stands there until then.
_IS_SETTLED = """() => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === 'notRunning'
  && !document.querySelector('[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]')"""
# And nothing of the page before is left.
_IS_TURNED = _IS_SETTLED + """ && !document.querySelector('[data-stale="true"]')"""
_LOOK_EVERY_MS = 50  # to look at each frame would have the browser make frames
_STORED = "cookies,local_storage,indexeddb,service_workers"


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
    """A browser with one context, in which its pages are tabs: what the first has fetched and compiled, the others need not."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGS))
        browser.new_context(accept_downloads=True)
        yield browser
        browser.close()


class Watched:
    """One page of one visitor, who comes without cookies and leaves nothing.

    `faults` must stay empty: errors of page, console and server, and requests to other hosts.
    own: options only a context of its own can have, such as the density of the screen.
    """

    def __init__(
        self, browser: Any, address: str, width: int = 1400, height: int = 1000, color_scheme: str = "light", **own: Any
    ) -> None:  # fmt: skip
        self._is_apart = bool(own)
        self.context = browser.new_context(accept_downloads=True, **own) if own else browser.contexts[0]
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=color_scheme)
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

    def turn_to(self, name: str) -> Any:
        """Go to a page by the navigation of the one that is open, by its address where none is, and wait until it is drawn to its end."""
        if not self.page.url.startswith(self.address):
            return self.open(name)
        path = "/" if name == PAGE_NAMES[0] else f"/{name}"
        if urlsplit(self.page.url).path != path:
            self.page.locator(f':is({_NAVIGATION})[href$="{path}"]').evaluate("link => link.click()")
            self.page.wait_for_url(lambda url: urlsplit(url).path == path)
        self.settle(_IS_TURNED)
        return self.page

    def settle(self, is_settled: str = _IS_SETTLED) -> None:
        """Wait until the last thing of the page stands, nothing runs any more and no part still waits for its code."""
        self.page.locator(DRAWN).first.wait_for(timeout=PATIENCE_MS)
        self.page.wait_for_function(is_settled, timeout=PATIENCE_MS, polling=_LOOK_EVERY_MS)

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
        self.context.remove_listener("request", self._note)
        if self._is_apart:
            self.context.close()
            return
        self.page.goto("about:blank")  # a page that is open could store something yet
        self.context.new_cdp_session(self.page).send("Storage.clearDataForOrigin", {"origin": self.address, "storageTypes": _STORED})
        self.context.clear_cookies()
        self.page.close()
