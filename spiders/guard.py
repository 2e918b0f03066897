"""What may be asked for: addresses that are safe to go to, and addresses that lead somewhere."""

from __future__ import annotations

import ipaddress
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from r57monitor.text.challenge import load_crawl_rules
from r57monitor.text.urls import DEFAULT_PORTS, host_key, plain_name

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NEVER = tuple(
    map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "fec0::/10"))
)  # old, or a network's own, ways to IPv4


class Refused(IgnoreRequest):
    """A request that is not made, or an answer that is not used. `cause` in words; quiet ones are not recorded as failures.

    status: of the answer, where there was one. passes: whether the cause says nothing of the page itself and is over some time.
    """

    def __init__(self, cause: str, *, quiet: bool = False, status: int | None = None, passes: bool = False) -> None:
        super().__init__(cause)
        self.cause = cause
        self.quiet = quiet
        self.status = status
        self.passes = passes


def is_public_address(address: str) -> bool:
    """Whether an IP address is on the public internet: not private, loopback, link-local (metadata services), shared or reserved."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or _nat64(ip)
        if inner is not None:
            ip = inner
        elif any(ip in network for network in _NEVER):
            return False
    return ip.is_global and not ip.is_multicast


def _nat64(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside one of the well-known translation prefix."""
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None


def refuse_url(url: str, hosts: frozenset[str], private_hosts: frozenset[str]) -> str | None:
    """Why an address may not be asked for; None where it may.

    hosts: host[:port] of the source. private_hosts: those of sources that are meant to be on a private network.
    Names are looked at again when they are resolved (GuardedResolver).
    """
    if len(url) > load_crawl_rules()["limits"]["url_length"]:
        return "address too long"
    try:
        parts = urlsplit(url)
        name = parts.hostname or ""
    except ValueError:
        return "address cannot be read"
    if parts.scheme not in DEFAULT_PORTS:
        return f"{parts.scheme or 'no'} address, only http and https are asked for"
    key = host_key(url)
    if key not in hosts:
        return f"{key or 'address'} is outside the source's hosts"
    if "@" in parts.netloc:
        return "address with a user name"
    if is_address(name) and key not in private_hosts and not is_public_address(name):
        return f"{name} is a private address"
    return None


def is_address(name: str) -> bool:
    """Whether a host is given by its number."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class TrapDetector:
    """Refuses addresses that sites can make without end. One for each source and cycle."""

    def __init__(self) -> None:
        rules = load_crawl_rules()
        self._limits: dict[str, int] = rules["limits"]
        self._dates = frozenset(rules["calendar"]["parameters"])
        self._calendars: Counter[tuple[str, str, tuple[str, ...]]] = Counter()

    def refuse(self, url: str) -> str | None:
        """Why an address looks like a trap; None where it does not."""
        if len(url) > self._limits["url_length"]:
            return "address too long"
        try:
            parts = urlsplit(url)
            query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200)
        except ValueError:
            return "address cannot be read"
        segments = [s for s in parts.path.split("/") if s]
        if len(segments) > self._limits["path_depth"]:
            return "address too deep"
        if segments and max(Counter(segments).values()) > self._limits["same_segment"]:
            return "address repeats itself"
        if len(query) > self._limits["parameters"]:
            return "too many parameters"
        dated = [name for name, _ in query if name.lower() in self._dates]
        if dated:
            rest = tuple(sorted(f"{n}={v}" for n, v in query if n not in dated))
            key = (parts.netloc, parts.path, rest)
            self._calendars[key] += 1
            if self._calendars[key] > self._limits["calendar_pages"]:
                return "calendar without end"
        return None


class GuardedResolver(CachingThreadedResolver):
    """Resolves names and refuses those that lead to an address that is not public.

    The address looked at is the one connected to, so a name cannot change in between. Names of sources on a private
    network (setting R57_PRIVATE_HOSTS) may lead anywhere; that only their own ports are asked is `refuse_url`'s part.
    """

    refused: set[str] = set()  # noqa: RUF012 (names this process refused, for the words of a failure)

    def __init__(self, reactor: Any, cache_size: int, timeout: float, private_names: frozenset[str] = frozenset()) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._private = private_names

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardedResolver:
        made = super().from_crawler(crawler, reactor)
        made._private = frozenset(crawler.settings.getlist("R57_PRIVATE_HOSTS"))
        return made

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802 (Twisted's name)
        return super().getHostByName(name, timeout).addCallback(self._check, name)

    def _check(self, address: str, name: str) -> str:
        if plain_name(name) not in self._private and not is_public_address(address):
            self.refused.add(name)
            why = f"{name} leads to the private address {address}"
            raise DNSLookupError(why)  # which Twisted takes for an answer; of any other it prints a traceback
        return address
