"""Which snapshot a command shows: what is published now, or an earlier one as it stood."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from r57monitor.cli.notes import note
from warehouse.home import Home

if TYPE_CHECKING:
    from warehouse.queries import Reader

SnapshotOption = Annotated[
    int | None, typer.Option("--snapshot", metavar="N", help="As it stood in snapshot N, whatever was stored later (default: the newest).")
]


@contextmanager
def open_shown(home: Home, number: int | None) -> Iterator[Reader]:
    """The published file, or the snapshot asked for, made again in a temporary file that goes with the command.

    Says on standard error where that snapshot was published with other rules than those its rows were read with now.
    Raises UsageError for a snapshot there is none of, HomeError where nothing is published.
    """
    from warehouse.queries import open_published, snapshot

    if number is None:
        with open_published(home) as reader:
            yield reader
        return
    from warehouse.asof import open_as_of

    with open_published(home) as now, open_as_of(home, number) as reader:
        then, today = (str(snapshot(r).get("rules_version") or "unknown") for r in (reader, now))
        if then != today:
            note(
                f"snapshot {number} was published with rules {then} and is shown with rules {today}: "
                "its rows may differ from those shown then."
            )
        yield reader
