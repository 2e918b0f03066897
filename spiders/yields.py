"""What the pages of one cycle turned out to be, by the shape of their address: shapes that give nothing are asked no more."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from r57monitor.models import Article
from r57monitor.text.challenge import load_crawl_rules

GOOD = frozenset({"article", "document"})
_COPIES = 2  # addresses at which one text may stand: an article is often listed under two sections


def url_shape(url: str) -> str:
    """An address with its changing parts left out: "/tin/*", "/lich/*/*", "/xem.aspx?id"."""
    parts = urlsplit(url)
    segments = ["*" if re.search(r"\d|-.*-", segment) else segment for segment in parts.path.split("/") if segment]
    names = sorted({name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{parts.netloc}/{'/'.join(segments)}" + (f"?{'&'.join(names)}" if names else "")


@dataclass(slots=True)
class Yields:
    """Good and useless pages of each shape in one cycle of one source."""

    good: Counter[str] = field(default_factory=Counter)
    useless: Counter[str] = field(default_factory=Counter)
    closed: set[str] = field(default_factory=set)
    _texts: Counter[bytes] = field(default_factory=Counter)

    def note(self, url: str, outcome: str, article: Article | None) -> None:
        """Count one page that was read. A text met at more addresses than an article has counts as useless."""
        shape = url_shape(url)
        is_good = outcome in GOOD
        text = article.extracted.text if article and article.extracted else ""
        if is_good and text:
            key = hashlib.sha256(text.encode()).digest()[:8]
            self._texts[key] += 1
            is_good = self._texts[key] <= _COPIES
        (self.good if is_good else self.useless)[shape] += 1
        rules = load_crawl_rules()["shapes"]
        good, useless = self.good[shape], self.useless[shape]
        if useless >= rules["useless_alone" if not good else "useless"] and good <= rules["good_share"] * useless:
            self.closed.add(shape)

    def is_closed(self, url: str) -> bool:
        return bool(self.closed) and url_shape(url) in self.closed
