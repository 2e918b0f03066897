"""Feeds in JSON: those of jsonfeed.org, and the lists of articles that WordPress gives to programs (wp-json)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from r57monitor.errors import ReadError

_BOM = b"\xef\xbb\xbf"
_NO_FEED = "These bytes are no feed (JSON)."


def is_json(body: bytes) -> bool:
    """Whether a file is JSON by its first letter."""
    return body[:200].removeprefix(_BOM).lstrip().startswith((b"{", b"["))


def parse_json_items(body: bytes) -> Iterator[tuple[str, object, str]]:
    """(address, title, date) of each entry, as the feed writes them; "" for what is missing.

    Raises ReadError where the bytes are no such feed. The address of an entry that only leads elsewhere (`external_url`) is its own.
    """
    try:
        feed = json.loads(body.removeprefix(_BOM))
    except (ValueError, RecursionError) as error:
        raise ReadError(_NO_FEED) from error
    items = feed.get("items") if isinstance(feed, Mapping) else feed
    if not isinstance(items, list):
        raise ReadError(_NO_FEED)
    for item in items:
        if isinstance(item, Mapping):
            yield _address(item), _title(item), _date(item)


def _address(item: Mapping[str, Any]) -> str:
    """Its own; an id only where it is one."""
    name = _text(item, "id")
    return _text(item, "url", "link") or (name if "://" in name else "")


def _text(item: Mapping[str, Any], *names: str) -> str:
    return next((value for name in names if isinstance(value := item.get(name), str) and value), "")


def _title(item: Mapping[str, Any]) -> object:
    title = item.get("title")
    return title.get("rendered") if isinstance(title, Mapping) else title


def _date(item: Mapping[str, Any]) -> str:
    if utc := _text(item, "date_gmt"):  # WordPress leaves the zone out
        return utc if utc.endswith("Z") else f"{utc}Z"
    return _text(item, "date_published", "date", "date_modified")
