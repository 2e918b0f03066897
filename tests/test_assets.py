"""What a browser fetches first: handed out from memory as it is on disk, and named in the page with all it imports."""

from __future__ import annotations

import asyncio
import importlib
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.components.v2.component_manager import BidiComponentManager

from r57monitor.views import server
from r57monitor.views.assets import FIRST, FIRST_OF, Assets, find_scripts, preload_links
from r57monitor.views.pages import PAGE_NAMES

STATIC = Path(str(resources.files("streamlit"))) / "static"


def _ask(app: Assets, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        said.append(dict(message))

    asyncio.run(app({"type": "http", "path": path, "method": method}, receive, send))
    headers = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], headers, b"".join(message.get("body", b"") for message in said[1:])


async def _elsewhere(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"passed on"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "static" / "js").mkdir(parents=True)
    (tmp_path / "static" / "js" / "Widget.a1.js").write_text('import{a}from"./lib.b2.js";export*from"./gone.js"', "utf-8")
    (tmp_path / "static" / "js" / "lib.b2.js").write_text('import"./Widget.a1.js";import("./later.c3.js")', "utf-8")
    (tmp_path / "static" / "js" / "later.c3.js").write_text("", "utf-8")
    (tmp_path / "secret.txt").write_text("not to be had", "utf-8")
    return tmp_path


def test_files_of_the_folder_are_answered_and_everything_else_is_passed_on(folder: Path) -> None:
    app = Assets(_elsewhere, folder / "static", "/static")
    status, headers, body = _ask(app, "/static/js/Widget.a1.js")
    assert (status, body) == (200, (folder / "static" / "js" / "Widget.a1.js").read_bytes())
    assert headers["content-length"] == str(len(body))
    assert "javascript" in headers["content-type"]
    assert "immutable" in headers["cache-control"]
    assert _ask(app, "/static/js/Widget.a1.js", "HEAD")[1:] == (headers, b"")
    for path in ("/static/js/none.js", "/static/../secret.txt", "/secret.txt", "/static/js", "/"):
        assert _ask(app, path)[0] == 418, path
    assert _ask(app, "/static/js/Widget.a1.js", "POST")[0] == 418


def test_scripts_are_found_with_what_they_import_at_once(folder: Path) -> None:
    assert find_scripts(folder / "static" / "js", ["Widget", "Unknown"]) == ["Widget.a1.js", "lib.b2.js"]
    links = preload_links(folder / "static" / "js", ["Widget"], '<link href="./static/js/lib.b2.js">')
    assert re.findall(r'href="([^"]*)"', links) == ["./static/js/Widget.a1.js"]


def test_every_part_named_first_is_one_of_the_installed_streamlit() -> None:
    for part in (*FIRST, *(part for parts in FIRST_OF.values() for part in parts)):
        assert find_scripts(STATIC / "static" / "js", [part]), part


def test_the_page_names_them() -> None:
    from r57monitor.views.server import _load_page

    for name in PAGE_NAMES:
        page = _load_page("vi", name)
        named = re.findall(r'<link rel="modulepreload"[^>]*href="\./static/js/([^"]+)"', page.split("</head>")[0])
        assert {file.split(".")[0] for file in named} >= {*FIRST, *FIRST_OF.get(name, ())}
        assert len(named) == len(set(named))


def test_the_page_tells_where_its_server_is_and_that_nobody_else_may_speak_to_it() -> None:
    from r57monitor.views.server import _load_page

    head = _load_page("en").split("</head>")[0]
    assert "BACKEND_BASE_URL: window.location.origin" in head
    assert "allowedOrigins: [window.location.origin]" in head
    assert head.index("window.__streamlit") < head.index('<script type="module"')


def test_the_server_asks_no_package_for_parts_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """That would take half a second of each start."""
    asked: list[str] = []

    def distributions() -> list[Any]:
        asked.append("packages")
        return []

    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", distributions)
    manager = BidiComponentManager()
    manager.discover_and_register_components(start_file_watching=False)
    assert asked == ["packages"]  # this is what Streamlit calls
    importlib.reload(server)
    manager.discover_and_register_components(start_file_watching=False)
    assert asked == ["packages"]
