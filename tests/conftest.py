"""What every test stands on: no network beyond this machine, no home of the user's, no played clock, no chance."""

from __future__ import annotations

import gc
import signal
import socket
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from pipelines.process import PRELOADED

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")

# The files whose tests take longest, begun first: what is begun last should be short, or one worker waits for another.
LONGEST = (
    "test_browser", "test_cluster", "test_browser_access", "test_crawl_loop", "test_demo", "test_ledger_kill", "test_crawl_kill",
    "test_serve", "test_browser_hostile", "test_renewing", "test_replay26", "test_docs", "test_hostile_web", "test_storage",
    "test_browser_login", "test_source_add", "test_withdraw", "test_backup", "test_browser_sources", "test_views", "test_publish",
    "test_pipelines", "test_linear", "test_asof", "test_past", "test_history", "test_prune", "test_ingest", "test_attachments",
)  # fmt: skip
_RANK = {name: rank for rank, name in enumerate(LONGEST)}

_connect = socket.socket.connect


def _connect_loopback_only(self: socket.socket, address: Any) -> None:
    if self.family in {socket.AF_INET, socket.AF_INET6} and not str(address[0]).startswith(_LOOPBACK):
        raise RuntimeError(f"a test tried to reach {address[0]}: tests use loopback only")
    _connect(self, address)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Six thousand tests and the program they import are loaded, and stay: they are looked through for garbage neither now nor later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_configure() -> None:
    """Examples are the same in every run and may take their time, else a busy machine or an unlucky draw would break the check.

    New examples are drawn by a campaign (R57_FUZZ_EFFORT in tests/fuzzing.py).
    """
    settings.register_profile("check", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("check")
    if "tests.preloaded" not in PRELOADED:
        PRELOADED.append("tests.preloaded")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # run in the background: what tests start would ignore Ctrl-C too
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _RANK.get(item.path.stem, len(_RANK)))


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _connect_loopback_only)
    for name in ("R57_HOME", "R57_PRACTICE_NOW", "R57_EDIT", "R57_OFFICE", "R57_CONTACT", "R57_DELAY_S", "R57_USE_PROXY"):
        monkeypatch.delenv(name, raising=False)
