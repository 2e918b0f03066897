"""`r57 dashboard`: Streamlit on this machine only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path

import r57monitor
from r57monitor.clock import PRACTICE_NOW
from r57monitor.errors import R57Error
from warehouse.home import Home

HOST = "127.0.0.1"
DEFAULT_PORT = 8501
_OPEN_WITHIN_S = 60.0
_STOP_PATIENCE_S = 5.0


def serve_dashboard(home: Home, port: int, edit: bool, open_browser: bool) -> int:
    """Run the dashboard over a home until it is stopped (Ctrl-C); returns Streamlit's exit code.

    edit: let the pages write reviews to the journal. Raises R57Error where the port is taken or the entry file missing.
    """
    check_port(port)
    process = subprocess.Popen(dashboard_command(port), env=_environment(home, edit), stdin=subprocess.DEVNULL)
    try:
        if open_browser:
            threading.Thread(target=_open_when_ready, args=(port, process), daemon=True).start()
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        _end(process)


def dashboard_command(port: int) -> list[str]:
    """How Streamlit is started: loopback only, nothing reported to anybody, no developer menu."""
    settings = {
        "server.address": HOST, "server.port": port, "server.headless": "true", "server.fileWatcherType": "none",
        "server.showEmailPrompt": "false", "browser.gatherUsageStats": "false", "browser.serverAddress": HOST,
        "client.toolbarMode": "viewer",
    }  # fmt: skip
    options = [part for key, value in settings.items() for part in (f"--{key}", str(value))]
    return [sys.executable, "-m", "streamlit", "run", str(_entry_file()), *options]


def check_port(port: int) -> None:
    """Raise R57Error naming the port and the way out where something listens on it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise R57Error(
                f"port {port} on {HOST} is in use ({error.strerror}); choose another: r57 dashboard --port {port + 1}"
            ) from error


def _entry_file() -> Path:
    """dashboard.py beside the package: in the source tree, and in an installed wheel."""
    path = Path(r57monitor.__file__).resolve().parent.parent / "dashboard.py"
    if not path.exists():
        raise R57Error(f"the dashboard's entry file {path} is missing; install r57monitor again.")
    return path


def _environment(home: Home, edit: bool) -> dict[str, str]:
    from r57monitor.practice.play import diary_of

    environment = {**os.environ, "R57_HOME": str(home.path)}
    environment.pop("R57_EDIT", None)
    if edit:
        environment["R57_EDIT"] = "1"
    if home.is_practice and PRACTICE_NOW not in environment and (played := diary_of(home).played()):
        environment[PRACTICE_NOW] = played[-1].isoformat()  # in a practice home it is still the last day played
    return environment


def _open_when_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _OPEN_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
            continue
        webbrowser.open(f"http://{HOST}:{port}/")
        return


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
