"""The dashboard as a web server: Streamlit's own, whose page is told at once where its server is and in which language it stands.

Streamlit's page, opened at /figures, first asks for its server under that address and gets "not found" twice before it looks at the
root. Our addresses are served with the answer in the page. `streamlit run dashboard.py` works as well, without that.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from html import escape
from importlib import resources
from pathlib import Path

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route
from streamlit.components.v2 import manifest_scanner
from streamlit.components.v2.manifest_scanner import ComponentManifest
from streamlit.starlette import App

from r57monitor.views.assets import FIRST, FIRST_OF, Assets, preload_links
from r57monitor.views.pages import PAGE_NAMES
from r57monitor.views.sockets import send_at_once
from r57monitor.wording import Language, load_texts

_STATIC = Path(str(resources.files("streamlit"))) / "static"
_ENTRY = Path(__file__).resolve().parent.parent.parent / "dashboard.py"
# With the rest of what it would ask for, the page opens its connection at once. No other page may send this one messages.
_WHERE = (
    "<script>window.__streamlit = {BACKEND_BASE_URL: window.location.origin + '/', "
    "HOST_CONFIG: {allowedOrigins: [window.location.origin], useExternalAuthToken: false}}</script>"
)
# For the keyboard: past the navigation to the page itself. Streamlit lets go of the address's hash, so the focus is moved by hand.
_SKIP = (
    '<nav aria-label="{words}"><a class="r57-skip" href="#" onclick="'
    "const main = document.querySelector('[data-testid=stMain]'); main.tabIndex = -1; main.focus(); return false"
    '">{words}</a></nav>'
)
_HEADERS = {
    "Cache-Control": "no-cache", "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "SAMEORIGIN",
}  # fmt: skip


def prepare_page(page: str, language: Language) -> str:
    """Streamlit's page with the address of its server and its language; as it is where it has no head."""
    marked = page.replace('<html lang="en">', f'<html lang="{language}">', 1)
    marked = marked.replace("<body>", f"<body>{_SKIP.format(words=escape(load_texts(language)('page.skip')))}", 1)
    return marked.replace("<head>", f"<head>{_WHERE}", 1)


@lru_cache(maxsize=2 * len(PAGE_NAMES))
def _load_page(language: Language, name: str = PAGE_NAMES[0]) -> str:
    page = (_STATIC / "index.html").read_text("utf-8")
    links = preload_links(_STATIC / "static" / "js", (*FIRST, *FIRST_OF.get(name, ())), page)
    return prepare_page(page.replace("</head>", f"{links}</head>", 1), language)


async def _serve_page(request: Request) -> HTMLResponse:
    language: Language = "en" if request.query_params.get("lang") == "en" else "vi"
    name = request.url.path.rsplit("/", 1)[-1]
    return HTMLResponse(_load_page(language, name if name in PAGE_NAMES else PAGE_NAMES[0]), headers=_HEADERS)


async def _go_to_root(request: Request) -> RedirectResponse:
    """The first page has the root as its only address."""
    return RedirectResponse("/" + (f"?{request.url.query}" if request.url.query else ""), status_code=302)


def _no_parts_of_others(max_workers: int | None = None) -> list[tuple[ComponentManifest, Path]]:
    """Streamlit would read what every package of the environment says of itself, half a second long: none brings parts of our pages."""
    return []


manifest_scanner.scan_component_manifests = _no_parts_of_others


@asynccontextmanager
async def _prepare(_app: App) -> AsyncIterator[None]:
    send_at_once()
    yield


app = App(
    _ENTRY,
    lifespan=_prepare,
    middleware=[Middleware(Assets, folder=_STATIC / "static", under="/static")],
    routes=[
        Route("/", _serve_page, methods=["GET"]),
        Route(f"/{PAGE_NAMES[0]}", _go_to_root, methods=["GET"]),
        *(Route(f"/{name}", _serve_page, methods=["GET"]) for name in PAGE_NAMES[1:]),
    ],
)
