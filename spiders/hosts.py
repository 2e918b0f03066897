"""Names of hosts: what an address belongs to."""

from __future__ import annotations

from urllib.parse import urlsplit

from r57monitor.text.urls import plain_name

DEFAULT_PORT = {"http": 80, "https": 443}


def host_key(url: str) -> str:
    """host:port of an address, the port left out where it is the scheme's own; "" where there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = plain_name(parts.hostname or "")
    if ":" in host:
        host = f"[{host}]"
    return host if port is None or port == DEFAULT_PORT.get(parts.scheme) else f"{host}:{port}"


def slot_key(url: str) -> str:
    """The queue an address waits in: one for a host, "www." given or not, whatever the scheme."""
    return host_key(url).removeprefix("www.")
