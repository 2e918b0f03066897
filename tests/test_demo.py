"""`r57 demo` and `r57 dashboard` as users run them: whole processes, fixed ports, signals."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from r57monitor.cli.dashboard import check_port, dashboard_command
from r57monitor.errors import HomeError, R57Error
from r57monitor.practice.play import COMMAND, diary_of, mark_home
from r57monitor.practice.schedule import visit_instants
from r57monitor.registry import load_sources
from tests.processes import PATIENCE_S, wait_until
from tests.web import free_port
from warehouse.home import Home
from warehouse.queries import Filters, articles, open_published, state_counts

HOST = "127.0.0.1"


@pytest.fixture
def practice_ports() -> Iterator[None]:
    """The practice web's ports are fixed: tests that use them take turns, also across processes."""
    with open(Path(tempfile.gettempdir()) / "r57-practice-ports.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wait_until(lambda: all(is_free(port) for port in range(15701, 15711)), "somebody's practice web holds its ports")
        yield


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    env = {**{k: v for k, v in os.environ.items() if not k.startswith("R57_")}, **environment}
    return subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, process_group=0)


def run(*arguments: str, timeout: float = 500, **environment: str) -> subprocess.CompletedProcess[str]:
    process = start(*arguments, **environment)
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.terminate()
        raise
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


# --- homes


def test_a_home_with_real_data_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path / "real")
    home.prepare()
    (home.archive / "20250601T000000Z-1-1.warc.gz").write_bytes(b"")
    with pytest.raises(HomeError, match="holds real data"):
        mark_home(home)
    assert not home.is_practice


def test_an_empty_home_is_marked_once(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    mark_home(home)
    home.warehouse.write_bytes(b"")
    mark_home(home)
    assert home.is_practice


# --- dashboard


def test_dashboard_stays_on_this_machine() -> None:
    command = " ".join(dashboard_command(8765))
    for part in ("--server.address 127.0.0.1", "--server.port 8765", "--browser.gatherUsageStats false", "--client.toolbarMode viewer"):
        assert part in command


def test_dashboard_names_a_taken_port() -> None:
    with socket.socket() as holder:
        holder.bind((HOST, 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(R57Error, match=f"port {port} .* in use"):
            check_port(port)


@pytest.mark.slow
def test_dashboard_serves_and_ends(tmp_path: Path) -> None:
    port = free_port()
    process = start("dashboard", "--port", str(port), "--no-browser", "--home", str(tmp_path / "home"))
    try:
        assert wait_for(f"http://{HOST}:{port}/_stcore/health")
        taken = run("dashboard", "--port", str(port), "--no-browser", "--home", str(tmp_path / "home"), timeout=PATIENCE_S)
        assert taken.returncode == 1
        assert f"port {port}" in taken.stderr.splitlines()[-1]
    finally:
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does
        _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert "Aborted" not in said
    assert is_free(port)


def wait_for(url: str, seconds: float = PATIENCE_S) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return answer.status == 200
        except OSError:
            time.sleep(0.2)
    return False


# --- the practice web


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_serve_only(practice_ports: None, ending: signal.Signals) -> None:
    process = start("demo", "--serve-only")
    try:
        assert process.stdout is not None
        registry = Path(process.stdout.readline().strip() or "nothing was said")
        assert len(str(registry).split()) == 1
        sources = load_sources([registry])
        assert len(sources) == 10
        for source in sources.values():
            assert wait_for(source.homepage)
        second = run("demo", "--serve-only", timeout=PATIENCE_S)
        assert second.returncode == 1
        assert "port 15701" in second.stderr
        assert second.stdout == ""
    finally:
        process.send_signal(ending)
        process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert not registry.exists()
    assert all(is_free(port) for port in range(15701, 15711))


@pytest.mark.slow
def test_a_demo_of_three_days_stopped_in_its_second_goes_on(practice_ports: None, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    process = start("demo", "--no-browser", "--days", "3", "--home", str(home.path))
    wait_until(
        lambda: process.poll() is not None or (diary_of(home).played() and any(f.stat().st_size for f in home.archive.glob("*.open")))
    )
    process.send_signal(signal.SIGTERM)
    out, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, errors
    assert _days(out) == ["01/08/2025"]
    assert all(is_free(port) for port in range(15701, 15711))
    with home.lock("test"):  # the crawl has ended too
        assert diary_of(home).played() == visit_instants(3)[:1]
    ran = run("demo", "--no-browser", "--days", "3", "--home", str(home.path))
    assert ran.returncode == 0, ran.stderr
    assert _days(ran.stdout) == ["02/08/2025", "03/08/2025"]
    assert home.is_practice
    assert diary_of(home).played() == visit_instants(3)
    for name in ("diem-bao-2025-W30.html", "diem-bao-2025-W31.html", "diem-bao-2025-W31.md"):
        assert (home.digests / name).stat().st_size > 1_000
        assert str(home.digests / name) in ran.stdout
    with open_published(home) as reader:
        stored = articles(reader, Filters(relevant_only=False))
        assert len(stored) >= 125
        assert len({row["source_id"] for row in stored}) == 10
        assert state_counts(reader).get("baseline", 0) > 100
    again = run("demo", "--no-browser", "--days", "3", "--home", str(home.path))
    assert again.returncode == 0, again.stderr
    assert "already in this home" in again.stdout
    assert _days(again.stdout) == []


def _days(out: str) -> list[str]:
    """The days a demo says it played."""
    return [line.split(" · ")[1][:10] for line in out.splitlines() if line.startswith("Day ")]
