"""A published file kept open by a process that asks it again and again (the dashboard), with the answers it gave.

A published file never changes, so what it answered once it answers again. The file of the newest snapshot is kept; an older one is let go
of when the last page that draws from it is drawn.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from warehouse.db import Connection, Row
from warehouse.home import Home
from warehouse.queries.reader import Reader, open_file, open_published

MOST_CELLS = 2_000_000  # of all answers together: about 200 MB
MOST_OF_ONE = 1_000_000

_Question = tuple[str, str]


class Answers:
    """Answers of one file by question, the longest unused ones dropped first. Safe between threads."""

    def __init__(self, most: int = MOST_CELLS, most_of_one: int = MOST_OF_ONE) -> None:
        self._kept: OrderedDict[_Question, tuple[int, list[Row]]] = OrderedDict()
        self._most, self._most_of_one = most, most_of_one
        self._cells = 0
        self._lock = threading.Lock()

    def find(self, question: _Question) -> list[Row] | None:
        """The rows given before, the reader's own to change; None for a new question."""
        with self._lock:
            found = self._kept.get(question)
            if found is None:
                return None
            self._kept.move_to_end(question)
        return [dict(row) for row in found[1]]

    def keep(self, question: _Question, rows: list[Row]) -> None:
        """Remember an answer, unless it is very large."""
        cells = 1 + sum(len(row) for row in rows[:1]) * len(rows)
        if cells > self._most_of_one:
            return
        own = [dict(row) for row in rows]
        with self._lock:
            self._cells += cells - self._kept.pop(question, (0, []))[0]
            self._kept[question] = (cells, own)
            while self._cells > self._most:
                self._cells -= self._kept.popitem(last=False)[1][0]


class KeptReader(Reader):
    """A reader of a file that stays open; closing it lets go of its own connection only."""

    def __init__(self, path: Path, con: Connection, answers: Answers) -> None:
        super().__init__(path, con)
        self._answers = answers

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] | None = None) -> list[Row]:
        """Rows of a query as dicts by column name, asked of the file once."""
        question = (sql, repr(parameters))
        found = self._answers.find(question)
        if found is None:
            found = super().rows(sql, parameters)
            self._answers.keep(question, found)
        return found


_lock = threading.Lock()
_newest: dict[Path, tuple[Any, Reader, Answers]] = {}  # by home


def open_kept(home: Home) -> Reader:
    """As open_published(), over a file that is opened once and remembers. Raises HomeError as that does."""
    path = home.resolve_published()
    if path is None:
        return open_published(home)  # raises, with the way out
    with _lock:
        kept = _newest.get(home.path)
        if kept is None or kept[0] != _identify(path):
            # Let go, not closed: pages still being drawn have cursors. DuckDB takes one path for one file as long as it is open.
            del kept
            _newest.pop(home.path, None)
            kept = (_identify(path), open_file(path), Answers())
            _newest[home.path] = kept
        return KeptReader(path, kept[1].cursor(), kept[2])


def _identify(path: Path) -> tuple[str, int, int]:
    """A file and not only its name: a home made anew begins its numbers again."""
    try:
        state = path.stat()
    except FileNotFoundError:  # swapped away this moment: the next look finds the new one
        return (str(path), 0, 0)
    return (str(path), state.st_ino, state.st_mtime_ns)
