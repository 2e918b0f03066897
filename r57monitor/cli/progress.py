"""Progress of long commands: a bar on a terminal, plain lines otherwise. Always on standard error."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from r57monitor.cli.notes import in_words

if TYPE_CHECKING:
    from rich.progress import Progress

EVERY_S = 10.0  # between two plain lines


class CountsLike(Protocol):
    """What a source's counts must have to be shown."""

    @property
    def pages(self) -> int: ...
    @property
    def articles(self) -> int: ...
    @property
    def failures(self) -> int: ...
    @property
    def waiting(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def cause(self) -> str | None: ...


class Shown:
    """Shows a crawl's counts and single lines; quiet: nothing but what `say` is given."""

    def __init__(self, *, stream: TextIO | None = None, quiet: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._lock = threading.Lock()
        self._last = 0.0
        self._ended: set[str] = set()
        self._bar: Progress | None = None
        self._task: Any = None

    def __enter__(self) -> Shown:
        if self._stream.isatty() and not self._quiet:
            self._bar = _make_bar(self._stream)
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def say(self, line: str) -> None:
        """Print one line, in the reader's language."""
        self._print(in_words(line))

    def _print(self, line: str) -> None:
        with self._lock:
            if self._bar is not None:
                self._bar.console.print(line, markup=False, highlight=False)
            else:
                print(line, file=self._stream, flush=True)

    def step(self, what: str, done: int, total: int | None = None) -> None:
        """Show how far one piece of work has come; plain lines come at most every ten seconds."""
        if self._quiet:
            return
        if self._bar is not None:
            if self._task is None:
                self._task = self._bar.add_task(in_words(what), total=total)
            self._bar.update(self._task, description=in_words(what), completed=done, total=total)
            return
        now = time.monotonic()
        if now - self._last >= EVERY_S:
            self._last = now
            self._print(f"{in_words(what)}: {done}" + (in_words(f" of {total}") if total is not None else ""))

    def update(self, counts: Mapping[str, CountsLike]) -> None:
        """Show a crawl: totals as they grow, and each source once when it has ended."""
        for source_id, count in counts.items():
            if count.state in {"ok", "failing"} and source_id not in self._ended:
                self._ended.add(source_id)
                why = f" ({count.cause})" if count.cause else ""
                self.say(f"{source_id}: {count.state}{why}, {count.pages} pages, {count.articles} articles, {count.failures} failures")
        pages = sum(c.pages for c in counts.values())
        articles = sum(c.articles for c in counts.values())
        failures = sum(c.failures for c in counts.values())
        waiting = sum(max(0, c.waiting) for c in counts.values())
        self.step(f"{len(self._ended)}/{len(counts)} sources, {articles} articles, {failures} failures; pages", pages, pages + waiting)


def _make_bar(stream: TextIO) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(file=stream))
