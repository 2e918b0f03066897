"""How the time of reading grows with the size of a page that is made to be slow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

KINDS = ("digits", "dotted", "endless", "crowded", "nested", "blanks")
_ABOUT = {
    "digits": "one run of digits",
    "dotted": '"1.1.1…"',
    "endless": "one endless sentence, a figure in each 250 letters",
    "crowded": "one endless sentence, a figure in each 40 letters",
    "nested": "tags nested without end (60,000 at 1 MB)",
    "blanks": "blanks between a few words",
}
FULL = 1_000_000
QUARTER = FULL // 4
MAX_MEMORY = 2_000_000_000  # of addresses; what is resident is far less
_CROWDED = "và năm 2025 tỉnh đạt 1.234 hồ sơ trực tuyến, chiếm 45,6% tổng số, tăng 12% so với cùng kỳ theo Nghị quyết 57-NQ/TW "
_ENDLESS = (
    "và cùng với đó các sở, ngành, địa phương đã tập trung rà soát, tháo gỡ khó khăn cho doanh nghiệp, người dân trong quá trình thực hiện"
    " thủ tục hành chính, nhờ vậy đến nay toàn tỉnh đã có 1.234 hồ sơ được tiếp nhận trực tuyến và trả kết quả trước hạn "
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds of reading one page, and the most megabytes its process has held until then."""

    seconds: float
    megabytes: float


def make_page(kind: str, size: int) -> bytes:
    """A page of that kind whose text has `size` characters (bytes, for nested tags)."""
    if kind == "nested":
        count = size * 60 // 1000
        return b"<html><body>" + b"<div>" * count + b"x" + b"</div>" * count + b"</body></html>"
    text = {
        "digits": "1" * size,
        "dotted": "1." * (size // 2),
        "endless": _ENDLESS * (size // len(_ENDLESS)),
        "crowded": _CROWDED * (size // len(_CROWDED)),
        "blanks": f"Tỉnh đạt 12%{' ' * size}hồ sơ",
    }[kind]
    return f"<html><head><title>Chuyển đổi số</title></head><body><article><p>{text}</p></article></body></html>".encode()


def measure(kind: str, *sizes: int) -> list[Cost]:
    """Read such pages, one of each size, in a process with limited memory. Raises CalledProcessError where it does not get through."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.growth", kind, *map(str, sizes)],
        check=True,
        capture_output=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )
    return [Cost(*cost) for cost in json.loads(done.stdout)]


def run() -> list[str]:
    """The section's lines of Markdown."""
    lines = [
        "## Growth",
        "",
        f"One page of {FULL // 1000} kB, after one a quarter as large; growth is its time to that one's (linear: 4).",
        "",
        "| text of the page | seconds | growth | resident MB |",
        "|---|---|---|---|",
    ]
    for kind in KINDS:
        part, whole = measure(kind, QUARTER, FULL)
        lines.append(f"| {_ABOUT[kind]} | {whole.seconds:.2f} | {whole.seconds / part.seconds:.1f} | {whole.megabytes:.0f} |")
    return lines


def _read_each(kind: str, sizes: list[int]) -> list[Cost]:
    import resource
    from datetime import UTC, datetime
    from time import process_time

    from pipelines.chain import load_rules, read_whole
    from r57monitor.models import RawPage

    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    rules = load_rules()

    def page(body: bytes) -> RawPage:
        return RawPage(url="https://a.vn/tin-1.html", body=body, fetched_at=datetime(2025, 10, 1, tzinfo=UTC), content_type="text/html")

    read_whole(page(make_page("endless", 2_000)), rules)  # automata and lists are built once a process
    costs = []
    for size in sizes:
        body = make_page(kind, size)
        start = process_time()
        read_whole(page(body), rules)
        costs.append(Cost(process_time() - start, _most_resident() / 1e6))
    return costs


def _most_resident() -> int:
    """The most bytes of memory this process has held."""
    import resource

    status = Path("/proc/self/status")
    if status.exists():  # getrusage counts what the parent held when it forked
        return next(int(line.split()[1]) * 1024 for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    sys.stdout.write(json.dumps([[cost.seconds, cost.megabytes] for cost in _read_each(sys.argv[1], [*map(int, sys.argv[2:])])]))
