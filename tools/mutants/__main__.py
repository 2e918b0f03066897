"""python -m tools.mutants [--share 0.03] [--seed 57] [--only text/dates.py] [--out docs/mutants.md]: draws, tries, tells.

Takes about a second a change, and one core. Drawing runs in the tools' environment (`make mutants` builds it), trying in the program's own.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tools.mutants.telling import overall, render

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".venv" / "tools" / "bin" / "python"
_READS = re.compile(r"^(?:from|import) (?:r57monitor\.(?:text|figures)|tests\.(?:gold|records))\b", re.M)
# Tests that crawl, publish or draw say little of a single line and cost seconds; charts cannot be drawn within the trials' limit of memory.
_WHOLE = re.compile(r"streamlit|r57monitor\.(?:views|charts|digest)|^from tests\.(?:apps|chromium|crawls)\b|publishing|copy_home", re.M)


def tests_of_reading() -> list[str]:
    """Test files that import the reading code and nothing that draws or crawls."""
    texts = {path: path.read_text("utf-8") for path in sorted((ROOT / "tests").glob("test_*.py"))}
    return [str(path.relative_to(ROOT)) for path, text in texts.items() if _READS.search(text) and not _WHOLE.search(text)]


def files(only: str | None) -> list[str]:
    """The files whose changes are drawn."""
    if only:
        return [f"r57monitor/{only}"]
    return [
        str(p.relative_to(ROOT))
        for part in ("text", "figures")
        for p in sorted((ROOT / "r57monitor" / part).glob("*.py"))
        if p.stat().st_size
    ]


def main() -> int:
    """Writes the report, or prints it where only one file is tried."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=0.03)
    parser.add_argument("--seed", type=int, default=57)
    parser.add_argument("--only")
    parser.add_argument("--minutes", type=float, default=600.0, help="stop then; the report tells of what was tried")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "mutants.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="r57-mutants-") as name:
        drawn, tried = Path(name) / "drawn.jsonl", Path(name) / "tried.jsonl"
        listing = [str(TOOLS), str(ROOT / "tools" / "mutants" / "listing.py"), *files(asked.only)]
        chance = ["--share", str(asked.share), "--seed", str(asked.seed)]
        with drawn.open("w", encoding="utf-8") as out:
            subprocess.run([*listing, *chance], cwd=ROOT, stdout=out, check=True)
        trying = [sys.executable, "-m", "tools.mutants.trying", str(drawn), str(tried), str(asked.minutes), str(asked.workers)]
        subprocess.run([*trying, *tests_of_reading()], cwd=ROOT, check=True)
        rows = [json.loads(line) for line in tried.read_text("utf-8").splitlines()]
    version = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    report = render(rows, asked.seed, f"commit {version}", datetime.now(UTC).strftime("%d %B %Y"))
    if asked.only:
        sys.stdout.write(report)
    else:
        asked.out.write_text(report, "utf-8")
    share, low, high = overall(rows)
    sys.stderr.write(f"{share:.1%} noticed ({low:.1%} to {high:.1%}), {len(rows)} changes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
