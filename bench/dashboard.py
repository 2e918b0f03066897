"""What the dashboard's reader waits for: every page in Chromium over a made-up press, and the memory of the server.

python -m bench.dashboard HOME [--rounds 10]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import psutil

from r57monitor.views.pages import PAGE_NAMES
from tests.chromium import CHROMIUM, PATIENCE_MS, Watched, chromium, free_port, serve
from warehouse.home import Home

ROUNDS = 10
BOUNDS = {100_000: (4.0, 1.5, 1.0), 1_000_000: (5.0, 3.0, 3.0)}  # seconds: cold, warm, after a filter
MOST_MEMORY_MB = 1500
_FIRST = ", ".join(
    f'[data-testid="stMainBlockContainer"] {what}'
    for what in (".r57-counts", ".r57-section", ".r57-empty", '[data-testid="stDataFrame"]', '[data-testid="stSelectbox"]',
                 '[data-testid="stMultiSelect"]', '[data-testid="stTextInput"]')
)  # fmt: skip
_EXPLAINED = (
    "Cold: a server just started and a browser that was never here. Warm: a server that has run, still a browser that was never here,",
    "which loads and compiles all of Streamlit's scripts. Here before: the page opened anew by its address in a browser that has them.",
    "First content: from the start of the navigation to the frame in which counts, a heading, a filter or a table stands, by the page's",
    "own clock.",
)
# When the first content stood: noted in the page itself, in the frame after it came, so that no driver's own delay is counted.
_NOTE_FIRST = """(() => { const first = SELECTOR; const seen = new MutationObserver(() => { if (!document.querySelector(first)) return;
  seen.disconnect(); requestAnimationFrame(() => { window.r57First = performance.now() }) });
  seen.observe(document, {childList: true, subtree: true}) })()""".replace("SELECTOR", json.dumps(_FIRST))
_LISTEN = """(patience) => { const app = document.querySelector('[data-testid=stApp]');
  const counts = () => [...app.querySelectorAll('.r57-counts')].map((c) => c.innerText).join('|');
  const before = counts(); let ran = false, first = null;
  window.r57Drawn = new Promise((done, fail) => {
    setTimeout(() => fail('nothing was drawn after a choice'), patience);
    const seen = new MutationObserver(() => {
      if (first === null && counts() && counts() !== before) first = performance.now();
      const state = app.getAttribute('data-test-script-state');
      if (state === 'running') ran = true;
      else if (ran && state === 'notRunning') { seen.disconnect(); done([first ?? performance.now(), performance.now()]) } });
    seen.observe(app, {attributes: true, childList: true, subtree: true, characterData: true}) }) }"""


@dataclass(slots=True)
class Waited:
    """Seconds of one page: to the first content of a server just started, and of one that has run, for a browser that was never here; for
    one that was here before; to the whole; after a filter to the first counts that answer it (the whole where a page has none) and to the
    whole.
    """

    cold: float = 0.0
    cold_whole: float = 0.0
    warm: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    switched: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    filtered: list[float] = field(default_factory=list)


def measure(home: Home, rounds: int = ROUNDS) -> tuple[dict[str, Waited], float]:
    """Every page of a home's dashboard, and the most memory (MB) that one server over all pages took."""
    waited = {name: Waited() for name in PAGE_NAMES}
    with tempfile.TemporaryDirectory(prefix="r57-bench-dashboard-") as folder, chromium() as browser:
        for name in PAGE_NAMES:
            with serve(home, Path(folder)) as address:
                waited[name].cold, waited[name].cold_whole = _open(browser, address, name)
            _say(f"{name}: cold {waited[name].cold:.1f} s")
        port = free_port()
        with serve(home, Path(folder), port) as address:
            for name in PAGE_NAMES:
                _open(browser, address, name)
            for _ in range(rounds):
                for name in PAGE_NAMES:
                    first, whole = _open(browser, address, name)
                    waited[name].warm.append(first)
                    waited[name].whole.append(whole)
            _again(browser, address, waited, rounds)
            for name in PAGE_NAMES:
                for answered, whole in _filter(browser, address, name, rounds):
                    waited[name].answered.append(answered)
                    waited[name].filtered.append(whole)
                _say(f"{name}: warm {_middle(waited[name].warm)} s, after a filter {_middle(waited[name].filtered)} s")
            return waited, _memory(port)


@contextmanager
def _visitor(browser: Any, address: str) -> Iterator[Watched]:
    with Watched(browser, address) as watched:
        watched.page.add_init_script(_NOTE_FIRST)
        yield watched
        if problems := watched.exceptions() + watched.faults:
            raise RuntimeError("; ".join(problems))


def _open(browser: Any, address: str, name: str) -> tuple[float, float]:
    """A visitor who was never here, with nothing of Streamlit's in the browser: seconds to the first content and to the whole page."""
    with _visitor(browser, address) as watched:
        return _go(watched, name)


def _go(watched: Watched, name: str) -> tuple[float, float]:
    begun = perf_counter()
    watched.page.goto(f"{watched.address}/{_path(name)}", wait_until="commit")
    watched.page.wait_for_function("() => window.r57First !== undefined", timeout=PATIENCE_MS)
    watched.settle()
    return watched.page.evaluate("() => window.r57First") / 1000, perf_counter() - begun


def _path(name: str) -> str:
    return "" if name == PAGE_NAMES[0] else name


def _again(browser: Any, address: str, waited: dict[str, Waited], rounds: int) -> None:
    """A visitor who was here before: the pages opened anew by their addresses, then changed by a click in the navigation."""
    with _visitor(browser, address) as watched:
        for turn in range(rounds + 1):
            for name in PAGE_NAMES:
                first, _whole = _go(watched, name)
                if turn:  # the first round fills the browser's cache
                    waited[name].again.append(first)
        for _turn in range(rounds):
            for name in PAGE_NAMES:
                waited[name].switched.append(_switch(watched, name))


def _switch(watched: Watched, name: str) -> float:
    """Seconds from a click on a page's name to the whole page."""
    page = watched.page
    way = page.locator(
        f'[data-testid="stTopNavLinkContainer"] a[href$="/{_path(name)}"], [data-testid="stTopNavLink"][href$="/{_path(name)}"]'
    )
    page.evaluate(_LISTEN, PATIENCE_MS)
    begun = page.evaluate("() => performance.now()")
    way.first.click()
    _answered, whole = page.evaluate("() => window.r57Drawn")
    watched.settle()
    return float(whole - begun) / 1000


def _filter(browser: Any, address: str, name: str, rounds: int) -> Iterator[tuple[float, float]]:
    """Seconds from a choice in the page's first list of choices, another one each time, to the first counts that answer it and to the
    whole; nothing for a page without a list. A page takes two choices, then another visitor comes: some lists take only a few.
    """
    for begun in range(0, rounds, 2):
        with _visitor(browser, address) as watched:
            page = watched.open(_path(name))
            boxes = page.locator('[data-testid="stMainBlockContainer"]').get_by_role("combobox")
            if not boxes.count():  # everything is drawn: sources and quality have none
                return
            for turn in range(begun, min(begun + 2, rounds)):
                yield _choose(watched, boxes.first, turn)


def _choose(watched: Watched, box: Any, turn: int) -> tuple[float, float]:
    """Choose the turn-th option of a list that is not chosen yet, and wait."""
    page = watched.page
    box.click()
    options = page.get_by_role("option")
    options.first.wait_for(timeout=PATIENCE_MS)
    chosen = box.input_value().strip()
    fresh = [n for n, words in enumerate(options.all_inner_texts()) if words.split("\n")[0].strip() != chosen]
    option = options.nth(fresh[min(turn, len(fresh) - 1)])
    page.evaluate(_LISTEN, PATIENCE_MS)
    begun = page.evaluate("() => performance.now()")
    option.click()
    answered, whole = page.evaluate("() => window.r57Drawn")
    page.keyboard.press("Escape")
    watched.settle()
    return (answered - begun) / 1000, (whole - begun) / 1000


def _say(line: str) -> None:
    """Progress: the whole takes minutes."""
    sys.stderr.write(f"{line}\n")


def _memory(port: int) -> float:
    """Resident MB of the server that listens on a port."""
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if "--server.port" in command and str(port) in command:
            return float(process.memory_info().rss) / 1e6
    raise RuntimeError(f"no server on port {port}")


def report(home: Home, articles: int, rounds: int = ROUNDS) -> list[str]:
    """The section's lines of Markdown; one line that says why where there is no Chromium."""
    title = ["## The dashboard", "", f"Chromium on the same machine, {articles:,} articles, median of {rounds}."]
    if not CHROMIUM.exists():
        return [*title[:2], f"Not measured: it needs Chromium at {CHROMIUM}."]
    waited, memory = measure(home, rounds)
    bounds = next((b for size, b in BOUNDS.items() if size >= articles), BOUNDS[1_000_000])
    rows = [
        f"| {name} | {w.cold:.1f} | {w.cold_whole:.1f} | "
        + " | ".join(map(_middle, (w.warm, w.whole, w.again, w.switched, w.answered, w.filtered)))
        + " |"
        for name, w in waited.items()
    ]
    return [
        *title, "",
        *_EXPLAINED, "",
        "| page | first content, cold s | whole, cold s | first content, warm s | whole, warm s | first content, here before s "
        "| page changed by a click, whole s | answer to a filter s | whole s |",
        "|---|---|---|---|---|---|---|---|---|",
        *rows, f"| at most | {bounds[0]:.1f} | | {bounds[1]:.1f} | | | | {bounds[2]:.1f} | |", "",
        f"Memory of the server after all pages: {memory:,.0f} MB (at most {MOST_MEMORY_MB:,}).",
    ]  # fmt: skip


def _middle(seconds: list[float]) -> str:
    return f"{median(seconds):.2f}" if seconds else ""


def main() -> None:
    """Measure a home that is there already."""
    parser = argparse.ArgumentParser(prog="python -m bench.dashboard", description="Seconds that readers of the dashboard wait.")
    parser.add_argument("home", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    home = Home(given.home)
    from warehouse.queries import open_published

    with open_published(home) as reader:
        articles = reader.rows("SELECT count(*) AS n FROM derived.articles")[0]["n"]
    sys.stdout.write("\n".join(report(home, articles, given.rounds)) + "\n")


if __name__ == "__main__":
    main()
