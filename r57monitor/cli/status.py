"""`r57 status`: what a home holds, in numbers, and which sources are in trouble."""

from __future__ import annotations

from typing import Any

import typer

from r57monitor.cli.notes import in_words, tell
from r57monitor.cli.options import Shape, print_rows, show_value
from warehouse.home import Home

_LATEST = 12  # sources in trouble that are listed
_LOST = 5  # pages that the screen lost that are named


def show_status(home: Home, shape: Shape) -> None:
    """Print the state of a home; HomeError where nothing is published yet."""
    from warehouse import queries

    with queries.open_published(home) as reader:
        facts, screen = _facts(home, reader, queries), queries.screen_counts(reader)
        rows = queries.source_trouble(reader)
    trouble = [row for row in rows if row["state"] != "ok"]
    facts |= {f"sources_{state}": sum(row["state"] == state for row in trouble) for state in ("failing", "silent", "not_run")}
    facts |= {"set_aside_unread": screen["set_aside"], "checked_whole": screen["checked"], "lost_by_the_screen": screen["lost"]}
    if shape is Shape.JSON:
        print_rows([facts], list(facts), shape)
        return
    practice = f"  ({in_words('practice web: invented numbers')})" if home.is_practice else ""
    typer.echo(f"{'Home':<24}{home.path}{practice}")
    for name, value in facts.items():
        typer.echo(f"{in_words(name.replace('_', ' ').capitalize()):<24}{in_words(show_value(value))}")
    for url in screen["lost_urls"][:_LOST]:
        tell(f"  the screen lost a relevant page: {url} (report it; until it is mended, others like it are missing)")
    if not trouble:
        tell("Sources in trouble: none")
    else:
        tell(f"Sources in trouble: {len(trouble)}, the worst first")
    for row in trouble[:_LATEST]:
        since = f" for {row['days_in_a_row']} days" if row["days_in_a_row"] > 1 else ""
        tell(f"  {row['source_id']}: {row['state'].replace('_', ' ')}{since}: {row['cause']}")
    if len(trouble) > _LATEST:
        tell(f"  and {len(trouble) - _LATEST} more in the view source_health")


def _facts(home: Home, reader: Any, queries: Any) -> dict[str, Any]:
    counts = queries.home_counts(reader)
    snapshot = queries.snapshot(reader)
    segments = list(home.archive.glob("*.warc.gz")) if home.archive.is_dir() else []
    size = sum(p.stat().st_size for p in segments) / 2**20
    return {"snapshot": snapshot.get("number"), **counts, "archive": f"{len(segments)} segments, {size:.1f} MB"}
