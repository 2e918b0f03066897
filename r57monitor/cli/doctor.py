"""`r57 doctor`: whether this machine and this home can do the work, and what to do where they cannot."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from itertools import chain
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from r57monitor.cli.notes import in_words
from r57monitor.cli.options import HomeOption, JsonOption, Shape, choose_home, print_rows
from r57monitor.cli.sources import SourcesOption
from r57monitor.errors import R57Error
from r57monitor.models import Source
from r57monitor.service.checkup import Finding, Level, examine_home, examine_machine, guarded
from warehouse.home import Home

_CLOCK_SLACK = timedelta(minutes=5)
_PATIENCE_S = 10.0


def _check_registry(sources: dict[str, Source]) -> Iterator[Finding]:
    from r57monitor.gazetteer import load_gazetteer
    from r57monitor.registry_checks import check_registry

    today = datetime.now(UTC).date()
    errors = [p for p in check_registry(list(sources.values()), load_gazetteer(), today) if p.level == "error"]
    if errors:
        yield Finding("registry", "error", f"{errors[0].source_id}: {errors[0].text}", "`r57 sources check` shows all")
    else:
        yield Finding("registry", "ok", f"{len(sources)} sources, {sum(s.verified for s in sources.values())} of them verified")


def _check_reach(sources: dict[str, Source], asked: int) -> Iterator[Finding]:
    """Ask a few sources for robots.txt, and hold the machine's clock against theirs."""
    chosen = sorted((s for s in sources.values() if s.kind not in {"blocked", "reference"}), key=lambda s: (not s.verified, s.id))[:asked]
    reached, offsets = 0, []
    for source in chosen:
        began = time.monotonic()
        try:
            status, date = _ask_robots(source)
        except (OSError, HTTPException) as error:
            yield Finding(f"source {source.id}", "warning", f"{source.homepage} is not reached: {error}")
            continue
        reached += 1
        if date:
            offsets.append(datetime.now(UTC) - date)
        yield Finding(f"source {source.id}", "ok", f"answers HTTP {status} in {(time.monotonic() - began) * 1000:.0f} ms")
    if chosen and not reached:
        advice = "look to the network; behind an office's proxy set crawl.proxy and crawl.ca_file"
        yield Finding("network", "error", "no source is reached from here", advice)
    if offsets and min(abs(offset) for offset in offsets) > _CLOCK_SLACK:
        minutes = offsets[0].total_seconds() / 60
        yield Finding("clock", "error", f"the clock is {minutes:+.0f} minutes off the sites'", "set the clock (timedatectl set-ntp true)")


def _ask_robots(source: Source) -> tuple[int, datetime | None]:
    """(status, Date header) of robots.txt at a source's homepage. Raises OSError or HTTPException."""
    parts = urlsplit(source.homepage)
    name = parts.hostname or ""
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    socket.getaddrinfo(name, parts.port or parts.scheme)
    connection = kind(name, parts.port, timeout=_PATIENCE_S)
    try:
        connection.request("GET", "/robots.txt", headers={"User-Agent": "r57monitor doctor", "Connection": "close"})
        answer = connection.getresponse()
        stamp = answer.getheader("Date")
        return answer.status, parsedate_to_datetime(stamp) if stamp else None
    except ValueError as error:
        raise HTTPException(str(error)) from error
    finally:
        connection.close()


def _say(findings: Iterable[Finding]) -> int:
    """Say each finding as it comes; returns how many are errors."""
    signs: dict[Level, str] = {"ok": "ok", "warning": "warning", "error": "ERROR"}
    errors = 0
    for finding in findings:
        errors += finding.level == "error"
        typer.echo(f"{in_words(signs[finding.level]):<10} {in_words(finding.check):<18} {in_words(finding.found)}")
        if finding.advice:
            typer.echo(f"{'':<29} -> {in_words(finding.advice)}")
    return errors


def _load_registry(home: Home, registries: list[Path]) -> tuple[dict[str, Source], Finding | None]:
    """The registry, or why it cannot be read."""
    from r57monitor.cli.session import choose_registry

    try:
        return choose_registry(home, registries), None
    except R57Error as error:
        return {}, Finding("registry", "error", str(error), "`r57 sources check` shows all")


def doctor(
    ctx: typer.Context,
    sources: SourcesOption = None,
    ask: Annotated[int, typer.Option("--ask", min=0, help="So many sources are asked for robots.txt; 0: no network.")] = 3,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Look at Python, disk, permissions, fonts, clock, Chromium, archive, registry and network, and say what to do.

    Exit 0 where nothing is wrong (warnings may be shown), 1 otherwise.

    Example:  r57 doctor --home /srv/r57
    """
    chosen = choose_home(ctx, home)
    registry, fault = _load_registry(chosen, list(sources or ()))
    findings = chain(
        examine_machine(),
        examine_home(chosen),
        [fault] if fault else guarded("registry", lambda: _check_registry(registry)),
        _check_reach(registry, ask),
    )
    if as_json:
        rows = [asdict(finding) for finding in findings]
        print_rows(rows, ("check", "level", "found", "advice"), Shape.JSON)
        errors = sum(row["level"] == "error" for row in rows)
    else:
        errors = _say(findings)
    if errors:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add `r57 doctor`."""
    app.command("doctor")(doctor)
