"""Reading relevant pages against news-please and newspaper4k on the same pages, in an environment of their own.

The two are none of the project's dependencies. R57_BENCH_OTHERS names a Python that has them, such as one made by
`python -m venv others && others/bin/pip install newspaper4k news-please lxml_html_clean`; without it the section
says that it was left out.
Each round measures ours and each of theirs once over all pages, one after the other, in processor time. Looking up names is blocked
in their processes, so that nothing is fetched.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Sequence
from statistics import median
from time import process_time

from bench.pages import large_pages, small_pages
from bench.reading import read_right
from bench.rounds import ROUNDS
from pipelines.chain import load_rules, read_page
from pipelines.rules import Rules
from r57monitor.models import RawPage

PYTHON = "R57_BENCH_OTHERS"
AT_LEAST = {"news-please": 10.0, "newspaper4k": 5.0}  # times our pages a second against theirs

# Runs there: reads pages as JSON lines, then, for every line asked, extracts all of them and answers with its processor seconds.
_THEIRS = """
import base64, json, socket, sys, time
def refuse(*a, **k): raise OSError("no names are looked up here")
socket.getaddrinfo = refuse
name = sys.argv[1]
pages = [json.loads(line) for line in iter(sys.stdin.readline, "\\n")]
pages = [(base64.b64decode(p["body"]).decode(), p["url"]) for p in pages]
if name == "newspaper4k":
    import newspaper
    config = newspaper.Config(); config.fetch_images = False; config.memorize_articles = False
    def read(html, url):
        article = newspaper.Article(url, config=config, language="vi")
        article.download(input_html=html)
        article.parse()
        return article.text
else:
    from newsplease import NewsPlease
    def read(html, url): return NewsPlease.from_html(html, url=url, fetch_images=False).maintext
out, sys.stdout = sys.stdout, sys.stderr
for line in iter(sys.stdin.readline, ""):
    begun, letters = time.process_time(), 0
    for html, url in pages: letters += len(read(html, url) or "")
    print(json.dumps({"seconds": time.process_time() - begun, "letters": letters}), file=out, flush=True)
"""


def run(rounds: int = ROUNDS) -> list[str]:
    """The section's lines of Markdown."""
    lines = ["## Against news-please and newspaper4k", ""]
    python = os.environ.get(PYTHON)
    if not python:
        return [*lines, f"Left out: `{PYTHON}` names no Python that has the two (bench/others.py says how to make one)."]
    rules = load_rules()
    lines += [
        "Relevant articles of the practice web, all stages of ours against their extraction alone (images off, no names looked up):",
        f"processor time of one core, medians of {rounds} interleaved rounds after one that does not count.",
        "",
        "| pages | count | ours, ms | theirs, ms | pages a second, times | at least |",
        "|---|---|---|---|---|---|",
    ]
    for label, found in (("4 to 6 kB", small_pages()), ("80 to 200 kB", large_pages())):
        pages = read_right(found, rules)
        for name, least in AT_LEAST.items():
            ours, theirs = _compare(python, name, pages, rules, rounds)
            each = 1000 / len(pages)
            lines.append(
                f"| {label}, {name} | {len(pages)} | {ours * each:.1f} | {theirs * each:.1f} | **{theirs / ours:.1f}** | {least:.0f} |"
            )
    return lines


def _compare(python: str, name: str, pages: Sequence[RawPage], rules: Rules, rounds: int) -> tuple[float, float]:
    """Median processor seconds over all pages: ours, theirs. Raises ValueError where theirs finds next to no text."""
    given = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    command, pipe = [python, "-c", _THEIRS, name], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, env=given) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for page in pages:
            process.stdin.write(json.dumps({"body": base64.b64encode(page.body).decode(), "url": page.url}) + "\n")
        process.stdin.write("\n")
        own: list[float] = []
        other: list[float] = []
        for _ in range(rounds + 1):
            begun = process_time()
            for page in pages:
                read_page(page, rules)
            own.append(process_time() - begun)
            process.stdin.write("\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline() or "{}")
            if answer.get("letters", 0) < 200 * len(pages):
                process.kill()
                raise ValueError(f"{name} finds next to no text: the comparison would be none")
            other.append(answer["seconds"])
        process.stdin.close()
    return median(own[1:]), median(other[1:])
