"""Streamlit's own scripts, styles and fonts, handed out from memory, and named in the page before they are needed.

Streamlit loads what draws a widget only when the first of its kind comes, in files of a few kilobytes whose names nobody knows before, and
reads each from the disk in a thread beside the page that is being made. Together that is most of what a visitor waits for.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

# Parts of Streamlit's pages that stand first on ours.
FIRST = ("Html", "Button", "ButtonGroup", "Selectbox", "Multiselect")
# And those that stand first on some pages only.
FIRST_OF = {"figures": ("TextInput", "Checkbox"), "articles": ("TextInput", "Checkbox")}
_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*["']\./([\w.\-]+\.js)["']""")
_DAY_S = 86_400


class Assets:
    """ASGI middleware that answers for a folder of files whose names change with what is in them; each is read once."""

    def __init__(self, app: ASGIApp, folder: Path, under: str) -> None:
        self._app = app
        self._files = {f"{under}/{file.relative_to(folder).as_posix()}": file for file in folder.rglob("*") if file.is_file()}
        self._read = lru_cache(maxsize=None)(self._read_file)

    def _read_file(self, path: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
        body = self._files[path].read_bytes()
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        headers = {
            "content-type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
            "content-length": str(len(body)),
            "cache-control": f"public, immutable, max-age={365 * _DAY_S}",
            "x-content-type-options": "nosniff",
        }
        return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()], body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: answered here for what was in the folder at the start, else passed on."""
        if scope["type"] != "http" or scope["path"] not in self._files or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        headers, body = self._read(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def find_scripts(folder: Path, parts: Iterable[str]) -> list[str]:
    """Names of the files in Streamlit's folder of scripts that draw these parts, with all that they import."""
    found: dict[str, None] = {}
    waiting = [file.name for part in parts for file in folder.glob(f"{part}.*.js") if file.name.count(".") == 2]
    while waiting:
        name = waiting.pop()
        if name not in found and (folder / name).is_file():
            found[name] = None
            waiting += _IMPORT.findall((folder / name).read_text("utf-8"))
    return sorted(found)


def preload_links(folder: Path, parts: Iterable[str], page: str) -> str:
    """HTML that has a browser fetch the scripts of these parts at once; none that the page names itself."""
    names = (name for name in find_scripts(folder, parts) if name not in page)
    return "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in names)
