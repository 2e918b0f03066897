"""The digest of the busiest week of a home: what each format costs, each in a process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from r57monitor.digest import FORMATS, model_json, render
from warehouse.home import Home
from warehouse.queries import open_published
from warehouse.queries.digest import articles_by_week

_MODEL = "model"


def report(home: Home) -> list[str]:
    """Lines of Markdown."""
    with open_published(home) as reader:
        week = max(articles_by_week(reader), key=lambda row: int(row["articles"]))["week"]
    with TemporaryDirectory(prefix="r57-bench-") as name:
        file = Path(name) / "model.json"
        made = _run(home.path, week, file, _MODEL)
        rows = [(_MODEL, made), *((form, _run(home.path, week, file, form)) for form in FORMATS)]
    lines = [
        "## Digest",
        "",
        f"The busiest week of the same home, {week}: {made['items']:,} texts, {made['figures']:,} new figures. Each line is one process;",
        "what it starts is counted with it, and the peak is that of its largest process. All formats at once share one model,",
        "and a long PDF is typeset beside the others.",
        "",
        "| made | processor s | peak MB | file MB |",
        "|---|---|---|---|",
    ]
    lines += [f"| {form} | {spent['cpu']:.1f} | {spent['peak']:.0f} | {spent['size']:.1f} |" for form, spent in rows]
    return lines


def _run(home: Path, week: str, file: Path, form: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.digest", str(home), week, str(file), form]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def _make_model(home: Path, week: str, file: Path) -> dict[str, Any]:
    from r57monitor.cli.digest import make_digest

    digest = make_digest(Home(home), week=week)
    body = model_json.store(digest)
    file.write_bytes(body)
    return {"items": len(digest.items), "figures": len(digest.results) + len(digest.targets), "size": len(body) / 1e6}


def _make_file(file: Path, form: str) -> dict[str, Any]:
    return {"size": len(render(model_json.parse(file.read_bytes()), form)) / 1e6}


def main() -> None:
    """One process's work, and what it cost."""
    home, week, file, form = sys.argv[1:]
    work: Callable[[], dict[str, Any]] = (
        (lambda: _make_model(Path(home), week, Path(file))) if form == _MODEL else (lambda: _make_file(Path(file), form))
    )
    told = work()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    told |= {"cpu": sum(u.ru_utime + u.ru_stime for u in used), "peak": max(u.ru_maxrss for u in used) / unit}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
