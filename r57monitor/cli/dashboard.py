"""`r57 dashboard`: Streamlit on this machine only, unless a login is set up."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import threading
import time
import tomllib
import webbrowser
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import r57monitor
from r57monitor.clock import PRACTICE_NOW
from r57monitor.ending import end_process
from r57monitor.errors import R57Error, UsageError
from r57monitor.preferences import Loaded, is_loopback, load_preferences
from warehouse.home import Home

HOST = "127.0.0.1"
DEFAULT_PORT = 8501
SECRETS = "secrets.toml"  # of the home: the identity provider's section [auth]
_ALL = frozenset({"0.0.0.0", "::"})  # noqa: S104 (told apart, not listened on)
_OPEN_WITHIN_S = 60.0
_STOP_PATIENCE_S = 5.0


def serve_dashboard(home: Home, port: int | None = None, *, edit: bool = False, open_browser: bool = True) -> int:
    """Run the dashboard over a home until it is stopped (Ctrl-C); returns Streamlit's exit code.

    port: None takes the setting's. edit: let the pages write reviews to the journal. Raises UsageError where the settings would show
    the data to others without a login; R57Error where the port is taken or the entry file missing.
    """
    loaded = load_preferences(home.path)
    check_login(home, loaded)
    settings = loaded.values.dashboard
    port = port or settings.port
    check_port(port, settings.host)
    process = subprocess.Popen(
        dashboard_command(port, settings.host, home),
        env=_environment(home, edit),
        stdin=subprocess.DEVNULL,
        process_group=0,  # Ctrl-C is this command's: it ends the server, which would say "Aborted!" of it
    )
    try:
        if open_browser:
            threading.Thread(
                target=_open_when_ready, args=(HOST if settings.host in _ALL else settings.host, port, process), daemon=True
            ).start()
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        end_process(process, _STOP_PATIENCE_S)


def check_login(home: Home, loaded: Loaded) -> None:
    """Refuse to listen beyond this machine without a login, and a login that nobody can pass."""
    settings = loaded.values.dashboard
    where = {setting.key: setting.source for setting in loaded.settings}
    if not settings.login:
        if not is_loopback(settings.host):
            raise UsageError(
                f"dashboard.host = {settings.host!r} ({where['dashboard.host']}) would show the data to other machines without a login; "
                f"set dashboard.login = true (docs/how-to/login.md), or leave the host at {HOST}."
            )
        return
    file = home.path / SECRETS
    try:
        auth = tomllib.loads(file.read_text("utf-8")).get("auth", {})
    except FileNotFoundError:
        auth = {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{file}: cannot be read as TOML ({error}).") from error
    provider = next((part for part in auth.values() if isinstance(part, dict) and "client_id" in part), auth)
    needed = {"redirect_uri": auth, "cookie_secret": auth, "client_id": provider, "server_metadata_url": provider}
    if missing := [name for name, part in needed.items() if not part.get(name)]:
        raise UsageError(
            f"{file}: dashboard.login is on ({where['dashboard.login']}), but [auth] lacks {', '.join(missing)}; see docs/how-to/login.md."
        )


def dashboard_command(port: int, host: str = HOST, home: Home | None = None) -> list[str]:
    """How Streamlit is started: the file of its settings (data/dashboard.toml) as options, then what is settled here."""
    shipped = tomllib.loads((resources.files("r57monitor") / "data" / "dashboard.toml").read_text("utf-8"))
    settings = dict(_flatten(shipped)) | {"server.address": host, "server.port": port}
    settings["browser.serverAddress"] = host if is_loopback(host) else "localhost"
    if home is not None:
        settings["secrets.files"] = home.path / SECRETS
    options = [part for key, value in settings.items() for part in (f"--{key}", _written(value))]
    return [sys.executable, "-m", "streamlit", "run", str(_server_file()), *options]


def _flatten(table: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{before}{key}.")
        else:
            yield before + key, value


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def check_port(port: int, host: str = HOST) -> None:
    """Raise R57Error naming the port and the way out where something listens on it, or the interface is none of this machine."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise UsageError(f"cannot listen on dashboard.host = {host!r}, port {port}: {error.strerror or error}.") from error
            raise R57Error(
                f"port {port} on {host} is in use ({error.strerror}); choose another: r57 dashboard --port {port + 1}"
            ) from error


def _server_file() -> Path:
    """The server's module, with dashboard.py beside the package: in the source tree, and in an installed wheel."""
    package = Path(r57monitor.__file__).resolve().parent
    entry, server = package.parent / "dashboard.py", package / "views" / "server.py"
    for path in (entry, server):
        if not path.exists():
            raise R57Error(f"the dashboard's file {path} is missing; install r57monitor again.")
    return server


def _environment(home: Home, edit: bool) -> dict[str, str]:
    from r57monitor.practice.play import diary_of

    environment = {**os.environ, "R57_HOME": str(home.path)}
    environment.pop("R57_EDIT", None)
    if edit:
        environment["R57_EDIT"] = "1"
    if home.is_practice and PRACTICE_NOW not in environment and (played := diary_of(home).played()):
        environment[PRACTICE_NOW] = played[-1].isoformat()  # in a practice home it is still the last day played
    return environment


def _open_when_ready(host: str, port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _OPEN_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
            continue
        webbrowser.open(f"http://{host}:{port}/")
        return
