"""Where a page's links lead, as far as that is on its source's own hosts."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from r57monitor.models import Source
from r57monitor.registry import source_hosts

_MAX_LENGTH = 2_000
_BREAKS = re.compile(r"[\t\r\n]")  # which browsers take out of an address
_NOWHERE = ("#", "javascript:", "mailto:", "tel:", "data:")
# An address that joining leaves as it is: no dots for a folder, nothing empty, no letters that mean something to it.
_PATH = r"(?:/[A-Za-z0-9_%~-][A-Za-z0-9_.%~-]*)+/?(?:\?[A-Za-z0-9_=&%.-]+)?(?:#[A-Za-z0-9_-]+)?"
_ROOTED = re.compile(_PATH)
_WHOLE = re.compile(r"(https?://[A-Za-z0-9_.-]*[A-Za-z0-9](?::\d{1,4})?)(?=[/?#]|\Z)")


class OwnLinks:
    """Absolute addresses of a page's links, each written form looked at once, those to other sites at a glance.

    Most of a newspaper's page are links, each article's written two or three times; to join and take apart every one costs
    several times what reading an article does.
    """

    def __init__(self, base: str, hosts: frozenset[str]) -> None:
        """base: what the page's links are relative to. hosts: as `hosts_of` gives them."""
        self._base, self._hosts = base, hosts
        parts = urlsplit(base)
        self._is_plain = parts.scheme in {"http", "https"} and _WHOLE.fullmatch(f"{parts.scheme}://{parts.netloc}") is not None
        self._root = f"{parts.scheme}://{parts.netloc}"
        self._known: dict[str, str | None] = {}
        self._is_own: dict[str, bool] = {}

    def follow(self, href: str) -> str | None:
        """The address that a link leads to; None where it leads nowhere or to another host.

        href: as it is written, blanks around it taken off.
        """
        if href not in self._known:
            self._known[href] = self._join(href)
        return self._known[href]

    def _join(self, href: str) -> str | None:
        if href.startswith(_NOWHERE) or len(href) > _MAX_LENGTH:
            return None
        if self._is_plain and _ROOTED.fullmatch(href):
            return f"{self._root}{href}" if self._leads_home(self._root) else None
        if whole := _WHOLE.match(href):
            if not self._leads_home(whole[1]):
                return None
            if _ROOTED.fullmatch(href, whole.end()):
                return href
        try:
            url = urljoin(self._base, _BREAKS.sub("", href))
            parts = urlsplit(url)
            valid = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            return None
        return url if valid and host_of(url) in self._hosts else None

    def _leads_home(self, root: str) -> bool:
        """Whether a scheme and host are the source's: there are few in a page."""
        if root not in self._is_own:
            self._is_own[root] = host_of(root) in self._hosts
        return self._is_own[root]


def hosts_of(source: Source) -> frozenset[str]:
    """A source's hosts as `host_of` writes them."""
    return frozenset(host.removesuffix(":80").removesuffix(":443") for host in source_hosts(source))


def host_of(url: str) -> str:
    """host[:port] in small letters, without the scheme's own port and the dot that may end a name."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    return host if port in {None, {"http": 80, "https": 443}.get(parts.scheme)} else f"{host}:{port}"
