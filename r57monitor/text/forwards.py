"""Pages that do nothing but send their reader on: by a "refresh" in their head, or by a script that sets the place."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from r57monitor.models import RawPage
from r57monitor.text.challenge import load_crawl_rules, visible_text

_REFRESH = re.compile(
    r"<meta\b(?=[^<>]*\bhttp-equiv\s*=\s*[\"']?refresh\b)[^<>]*\bcontent\s*=\s*[\"']?\s*(?P<wait>\d{1,5})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?"
    r"[\"']?(?P<place>[^\"'<>]{1,1500})",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"\blocation(?:\.href)?\s*=\s*[\"'](?P<set>[^\"'<>]{1,1500})[\"']|\blocation\.(?:replace|assign)\(\s*[\"'](?P<called>[^\"'<>]{1,1500})[\"']",
)


def find_forward(raw: RawPage) -> str | None:
    """The address that a page sends its reader on to at once; None for a page with a text of its own.

    Nothing of the page is run: a place that a script puts together stays unknown. Only http and https.
    """
    rules = load_crawl_rules()["forward"]
    low = raw.body[: rules["bytes_at_most"] + 1].lower()
    if len(raw.body) > rules["bytes_at_most"] or (b"refresh" not in low and b"location" not in low):
        return None
    page = raw.body.decode("utf-8", "replace")
    if len(visible_text(page)) > rules["text_at_most"]:
        return None
    place = _refresh_place(page, rules["refresh_s"]) or _script_place(page)
    try:
        url = urljoin(raw.url, unescape(place).strip()) if place else ""
        return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname and url != raw.url else None
    except ValueError:
        return None


def _refresh_place(page: str, longest_s: int) -> str | None:
    found = _REFRESH.search(page)
    return found["place"] if found and int(found["wait"]) <= longest_s else None


def _script_place(page: str) -> str | None:
    found = _SCRIPT.search(page)
    return (found["set"] or found["called"]) if found else None
