"""A WARC as world-wide news crawls have them: pages a second through `r57 ingest`, against decompressing and splitting it by warcio alone.

Of the pages 3 % are Vietnamese and 0.2 % relevant; the others are English, Spanish, Russian and Chinese, with menus and scripts, about
38 kB each. The command is timed whole, with its start, its workers, storing and publishing.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
import time
import uuid
from pathlib import Path
from random import Random
from statistics import median

from warcio.archiveiterator import ArchiveIterator

from bench.memory import run_watched
from bench.pages import large_pages, small_pages
from bench.rounds import ROUNDS

PAGES = 20_000
VIETNAMESE, RELEVANT = 0.03, 0.002
AT_LEAST = 0.4
_ROUNDS = 3  # of some ten seconds each
_WORDS = {
    "en": "the government said on monday that new measures would help people across region with energy prices market growth school court",
    "es": "el gobierno dijo que las nuevas medidas ayudarán a las personas año niño región mercado precios escuela también según",
    "ru": "правительство сообщило что новые меры помогут людям региона рынок цены школа суд рост энергия понедельник",
    "zh": "中国 政府 表示 经济 增长 新闻 记者 报道 市场 企业 发展 措施 地区 学校 法院 价格 能源",
    "vi": "hôm nay đội tuyển bóng đá đã giành chiến thắng trước đối thủ trong trận đấu trên sân nhà khán giả cổ vũ nhiệt tình",
}
_FOREIGN = ("en", "en", "en", "es", "ru", "zh")


def run(rounds: int = ROUNDS, pages: int = PAGES) -> list[str]:
    """The section's lines of Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "news.warc.gz"
        write_mixed_warc(file, pages)
        size = file.stat().st_size / 1e6
        ours, theirs, peaks = [], [], []
        for number in range(min(rounds, _ROUNDS)):
            theirs.append(_split(file))
            seconds, peak = _ingest(file, Path(folder) / f"home-{number}")
            ours.append(seconds)
            peaks.append(peak)
    ratio = median(alone / whole for alone, whole in zip(theirs, ours, strict=True))
    return [
        "## Backfill from a WARC of the world's news",
        "",
        f"{pages:,} pages, {size:,.0f} MB packed, {VIETNAMESE:.0%} Vietnamese, {RELEVANT:.1%} relevant; median of {len(ours)} rounds,",
        "by the clock. The command is timed whole, its start and publishing included.",
        "",
        "| what | pages a second | resident MB at most, all processes |",
        "|---|---|---|",
        f"| decompressing and splitting by warcio alone | {pages / median(theirs):,.0f} | |",
        f"| `r57 ingest` | {pages / median(ours):,.0f} | {max(peaks):,.0f} |",
        f"| ratio (at least {AT_LEAST}) | **{ratio:.2f}** | |",
    ]


def write_mixed_warc(file: Path, pages: int, seed: int = 57) -> None:
    """A WARC of so many pages, each record packed on its own; the same seed gives the same file."""
    chance = Random(seed)  # noqa: S311 (made-up pages)
    relevant = [page.body for page in (*small_pages(), *large_pages()[:6])]
    with open(file, "wb") as out:
        for number in range(pages):
            kind = chance.random()
            language = "vi" if kind < VIETNAMESE else chance.choice(_FOREIGN)
            body = chance.choice(relevant) if kind < RELEVANT else _page(language, chance)
            out.write(gzip.compress(_record(number, body), 6, mtime=0))


def _record(number: int, body: bytes) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid.UUID(int=number)}>\r\n"
        f"WARC-Target-URI: https://site-{number % 500}.example/{number}.html\r\nWARC-Date: 2025-07-11T00:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def _page(language: str, chance: Random) -> bytes:
    words = _WORDS[language].split()

    def say(count: int) -> str:
        return " ".join(chance.choices(words, k=count))

    menu = "".join(f'<li><a href="/muc/{n}">{say(6)}</a></li>' for n in range(120))
    text = "".join(f"<p>{say(chance.randint(40, 120))}.</p>" for _ in range(chance.randint(5, 15)))
    script = "".join(f"var a{n}={chance.random()};function f{n}(x){{return x*{n}}};" for n in range(300))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{say(8)}</title><script>{script}</script></head>'
        f"<body><nav><ul>{menu}</ul></nav><article><h1>{say(8)}</h1>{text}</article></body></html>"
    ).encode()


def _split(file: Path) -> float:
    start = time.perf_counter()
    with open(file, "rb") as stream:
        for record in ArchiveIterator(stream):
            record.content_stream().read()
    return time.perf_counter() - start


def _ingest(file: Path, home: Path) -> tuple[float, float]:
    """Seconds of the whole command, and the most megabytes its processes held together."""
    return run_watched([sys.executable, "-m", "r57monitor", "ingest", str(file), "--home", str(home)])


if __name__ == "__main__":
    sys.stdout.write("\n".join(run()) + "\n")
