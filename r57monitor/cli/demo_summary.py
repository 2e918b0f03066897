"""What a practice home holds after a demo, in a few lines, read from its published file."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from r57monitor.cli.notes import readers_language
from r57monitor.models import FIGURE_STATES
from r57monitor.wording import load_texts
from warehouse.home import Home
from warehouse.queries import Filters, Reader, articles, clusters, open_published, sources, state_counts


def summary_lines(home: Home, weeks: Sequence[str], seconds: float) -> list[str]:
    """Counts of what is stored, where the digests lie, and what to do next."""
    with open_published(home) as reader:
        counts = _counts(reader)
        states = state_counts(reader)
    lines = [f"Stored in {home.path} ({seconds:.0f} s):"]
    lines += [f"  {value:>5}  {label}" for label, value in counts]
    texts = load_texts(readers_language())
    told = [f"{states[state]} {texts.of('state', state)}" for state in FIGURE_STATES if states.get(state)]
    lines.append(f"  states of figures: {', '.join(told) or '0'}")
    found = [
        path for week in weeks for path in (home.digests / f"diem-bao-{week}.html", home.digests / f"diem-bao-{week}.md") if path.exists()
    ]
    lines += ["Digests (điểm báo tuần):", *(f"  {path}" for path in found)] if found else []
    shown = f"--home {shlex.quote(str(home.path))}"
    command = sys.argv[0] if Path(sys.argv[0]).name == "r57" else "r57"  # as the user calls it
    return [
        *lines,
        "Next:",
        f"  {command} dashboard {shown}",
        f"  {command} figures {shown} --province 'Nghệ An'",
        f"  {command} targets {shown}",
        "All numbers of this home are invented (DỮ LIỆU THỰC HÀNH).",
    ]


def _counts(reader: Reader) -> list[tuple[str, int]]:
    stored = articles(reader, Filters(relevant_only=False))
    relevant = [row for row in stored if row["is_relevant"]]
    provinces = reader.rows("SELECT count(DISTINCT province_id) AS n FROM main.article_provinces WHERE role = 'subject'")[0]["n"]
    figures = reader.rows("SELECT count(*) AS n, count(metric_id) AS known FROM main.figures")[0]
    copies = sum(not row["is_original"] for row in stored)
    versions = reader.rows("SELECT count(*) AS n FROM main.article_versions WHERE revision > 1")[0]["n"]
    return [
        (f"articles from {len(sources(reader))} sources", len(stored)),
        ("of them about carrying out Resolution 57", len(relevant)),
        ("provinces they are about (as of their dates)", provinces),
        (f"figures with their sentence, {figures['known']} of a known metric", figures["n"]),
        (f"copies, in {len(clusters(reader, Filters(relevant_only=False)))} clusters", copies),
        ("later revisions of articles", versions),
    ]
