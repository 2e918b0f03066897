"""What the dashboard's reader waits for: every page in Chromium over a made-up press, and the memory of the server.

python -m bench.dashboard HOME [--rounds 10]
"""

from __future__ import annotations

import argparse
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
    """Seconds of one page: to the first content of a server just started, and of one that has run; to the whole; after a filter to the
    first counts that answer it (the whole where a page has none) and to the whole.
    """

    cold: float = 0.0
    cold_whole: float = 0.0
    warm: list[float] = field(default_factory=list)
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
            for name in PAGE_NAMES:
                for answered, whole in _filter(browser, address, name, rounds):
                    waited[name].answered.append(answered)
                    waited[name].filtered.append(whole)
                _say(f"{name}: warm {_middle(waited[name].warm)} s, after a filter {_middle(waited[name].filtered)} s")
            return waited, _memory(port)


@contextmanager
def _visitor(browser: Any, address: str) -> Iterator[Watched]:
    with Watched(browser, address) as watched:
        yield watched
        if problems := watched.exceptions() + watched.faults:
            raise RuntimeError("; ".join(problems))


def _open(browser: Any, address: str, name: str) -> tuple[float, float]:
    """A visitor who was never here: seconds to the first content and to the whole page."""
    with _visitor(browser, address) as watched:
        begun = perf_counter()
        watched.page.goto(f"{address}/{'' if name == PAGE_NAMES[0] else name}", wait_until="commit")
        watched.page.locator(_FIRST).first.wait_for(timeout=PATIENCE_MS)
        first = perf_counter() - begun
        watched.settle()
        return first, perf_counter() - begun


def _filter(browser: Any, address: str, name: str, rounds: int) -> Iterator[tuple[float, float]]:
    """Seconds from a choice in the page's first list of choices, another one each time, to the first counts that answer it and to the
    whole; nothing for a page without a list. A page takes two choices, then another visitor comes: some lists take only a few.
    """
    for begun in range(0, rounds, 2):
        with _visitor(browser, address) as watched:
            page = watched.open("" if name == PAGE_NAMES[0] else name)
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
        f"| {name} | {w.cold:.1f} | {w.cold_whole:.1f} | " + " | ".join(map(_middle, (w.warm, w.whole, w.answered, w.filtered))) + " |"
        for name, w in waited.items()
    ]
    return [
        *title, "",
        "| page | first content, cold s | whole, cold s | first content, warm s | whole, warm s | answer to a filter s | whole s |",
        "|---|---|---|---|---|---|---|",
        *rows, f"| at most | {bounds[0]:.1f} | | {bounds[1]:.1f} | | {bounds[2]:.1f} | |", "",
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
