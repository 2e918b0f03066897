"""What was withdrawn and must stay away: asked before a page is archived, a reading stored, a journal entry copied."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from r57monitor.errors import ArchiveError, ReadError
from r57monitor.models import Article, Figure, RawPage
from r57monitor.text.blackout import Blackout, join_names
from r57monitor.text.formats import find_format, read_docx_lines, read_pdf_lines
from r57monitor.text.html_tree import decode_page
from r57monitor.text.joined_pages import is_joined, pack_pages, unpack_pages
from r57monitor.text.urls import canonical_url
from warehouse.encodings import decode_body, unpack_unsaid
from warehouse.journal import Entry, Journal
from warehouse.mentions import may_mention, without_mentions
from warehouse.records import HttpHeads

WITHDRAWN = "withdrawn"  # outcome of a fetch whose page was taken away
_CANONICAL = re.compile(
    rb"<link\b[^>]{0,300}?\brel\s*=\s*[\"']?canonical\b[^>]{0,300}|<meta\b[^>]{0,200}?\bproperty\s*=\s*[\"']?og:url\b[^>]{0,300}",
    re.IGNORECASE,
)
_ADDRESS = re.compile(rb"(?:href|content)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(r"(<\?xml[^>]{0,80}encoding\s*=\s*[\"'])[\w.:-]+")
_GONE_HEADERS = frozenset({"content-encoding", "etag", "last-modified", "content-type", "content-md5", "digest"})
_TELLING = frozenset({"review", "failure"})  # entries that hold words of a page
_PLAIN = "text/plain; charset=utf-8"
TELL_THEIR_OWN = frozenset({"article", "joined", "robots"})  # roles of fetches that lead to no articles


@dataclass(frozen=True, slots=True)
class Withheld:
    """Addresses of articles that were withdrawn, and names that are blacked out."""

    urls: frozenset[str] = frozenset()
    blackout: Blackout = field(default_factory=Blackout)

    def __bool__(self) -> bool:
        return bool(self.urls or self.blackout)

    def holds(self, *urls: str) -> bool:
        """Whether any of the addresses is of a withdrawn article."""
        return bool(self.urls) and any(canonical_url(url) in self.urls for url in urls if url)

    def clean_page(self, raw: RawPage, http: HttpHeads | None) -> tuple[RawPage, HttpHeads | None, bool]:
        """A fetch as it may be archived: a withdrawn page without its body and headline, what leads to it
        without words about it, names blacked out; True where it is withdrawn."""
        if not self:
            return raw, http, False
        if self.holds(raw.url, raw.requested_url, (raw.referrer or "") if raw.role == "part" else "") or self._names_itself(raw, http):
            return replace(raw, body=b"", list_title=None), _without(http), True
        return *self._black_out(*self._forget_mentions(raw, http)), False

    def _names_itself(self, raw: RawPage, http: HttpHeads | None) -> bool:
        """Whether a page on the host of a withdrawn article gives that article's address as its own (a print page, another spelling)."""
        host = urlsplit(raw.url).hostname
        if raw.role not in {"article", "joined"} or not any(urlsplit(url).hostname == host for url in self.urls):
            return False
        body = _decoded(raw, http)
        tags = _CANONICAL.findall(body[:200_000]) if body else []
        found = [m[1].decode("utf-8", "replace") for tag in tags for m in [_ADDRESS.search(tag)] if m]
        return self.holds(*(urljoin(raw.url, address) for address in found))

    def _forget_mentions(self, raw: RawPage, http: HttpHeads | None) -> tuple[RawPage, HttpHeads | None]:
        """A feed, sitemap or listing without what it says of withdrawn articles. Pages of other articles stay as they came."""
        if not self.urls or raw.role == "part" or raw.role in TELL_THEIR_OWN:
            return raw, http
        body = unpack_unsaid(_decoded(raw, http))
        if not may_mention(body, self.urls):
            return raw, http
        clean = without_mentions(decode_page(body, raw.content_type), raw.url, self.holds)
        if clean is None:
            return raw, http
        kind = f"{raw.content_type.partition(';')[0].strip() or 'text/html'}; charset=utf-8"
        return replace(raw, body=_in_utf8(clean), content_type=kind), _without(http, kind)

    def _black_out(self, raw: RawPage, http: HttpHeads | None) -> tuple[RawPage, HttpHeads | None]:
        if not self.blackout:
            return raw, http
        title = self.blackout.apply(raw.list_title) if raw.list_title else raw.list_title
        body = _decoded(raw, http)
        hidden = self._hide_in(replace(raw, body=body)) if body else None
        if hidden is None:
            return (raw if title == raw.list_title else replace(raw, list_title=title)), http
        body, kind = hidden
        return replace(raw, body=body, list_title=title, content_type=kind), _without(http, kind)

    def _hide_in(self, raw: RawPage) -> tuple[bytes, str] | None:
        """The body without the names and its content type; None where it holds none of them. A file that is no text becomes plain text."""
        if is_joined(raw):
            return self._hide_in_pages(raw)
        form = find_format(raw)
        if form in {"pdf", "docx"}:
            try:
                lines, _ = read_pdf_lines(raw) if form == "pdf" else read_docx_lines(raw)
            except ReadError:
                return None
            text = "\n\n".join(lines)
            hidden = self.blackout.apply(text)
            return None if hidden == text else (hidden.encode(), _PLAIN)
        if form == "unknown" and raw.body.lstrip()[:1] != b"<":
            return None
        text = decode_page(raw.body, raw.content_type)
        hidden = self.blackout.apply_to_markup(text)
        if hidden == text:
            return None
        kind = raw.content_type.partition(";")[0].strip() or ("text/plain" if form == "text" else "text/html")
        return _in_utf8(hidden), f"{kind}; charset=utf-8"

    def _hide_in_pages(self, raw: RawPage) -> tuple[bytes, str] | None:
        """The same of an article's pages that were put together."""
        try:
            pages = unpack_pages(raw)
        except ReadError:
            return None
        hidden = [self._hide_in(page) for page in pages]
        if not any(hidden):
            return None
        return pack_pages([replace(p, body=h[0], content_type=h[1]) if h else p for p, h in zip(pages, hidden, strict=True)])

    def clean_article(self, article: Article) -> Article | None:
        """What was read, as it may be stored: None for a withdrawn article, else with the names blacked out at the same length."""
        if self.holds(article.url, article.raw.url, article.raw.requested_url):
            return None
        extracted = article.extracted
        if not self.blackout or extracted is None:
            return article
        hide = self.blackout.apply
        garbled = article.restored is not None
        text = hide(extracted.text, any_accents=garbled)
        return replace(
            article,
            extracted=replace(
                extracted, text=text, title=_hidden(hide, extracted.title), author=_hidden(hide, extracted.author),
            ),
            restored=replace(article.restored, text=hide(article.restored.text)) if article.restored else None,
            figures=tuple(self._clean_figure(figure, text, garbled) for figure in article.figures),
        )  # fmt: skip

    def _clean_figure(self, figure: Figure, text: str, garbled: bool) -> Figure:
        hide = self.blackout.apply
        return replace(figure, mention=text[figure.start : figure.end], sentence=hide(figure.sentence), label=_hidden(hide, figure.label))

    def clean_entry(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """A journal entry as the warehouse may hold it: no withdrawn name, no words of a withdrawn article."""
        event = entry.get("event")
        if event == "withdrawal" and "name" in entry:
            return {key: value for key, value in entry.items() if key != "name"}
        if event not in _TELLING or not self:
            return dict(entry)
        if self.holds(str(entry.get("url") or "")):
            if event == "failure":
                return {key: value for key, value in entry.items() if key != "list_title"}
            kept = {key: entry[key] for key in ("at", "event", "entry_id", "verdict", "by", "url", "figure_id") if key in entry}
            return kept | {"withdrawn": True}
        text = json.dumps(entry, ensure_ascii=False)
        hidden = self.blackout.apply(text, any_accents=True)
        return dict(entry) if hidden == text else dict(json.loads(hidden))


def load_withheld(entries: Iterable[Entry]) -> Withheld:
    """What journal entries say is withdrawn; a lifted withdrawal holds nothing any more."""
    standing: dict[str, Entry] = {}
    for entry in entries:
        if entry["event"] == "withdrawal" and isinstance(entry.get("id"), str):
            standing[entry["id"]] = entry
        elif entry["event"] == "withdrawal_lifted":
            standing.pop(str(entry.get("withdrawal")), None)
    urls = frozenset(str(e["url"]) for e in standing.values() if e.get("url"))
    return Withheld(urls, join_names(str(e["name"]) for e in standing.values() if e.get("name")))


def is_withdrawal(entry: Mapping[str, Any]) -> bool:
    """Whether a journal entry says what is withdrawn, or that it is no more."""
    return str(entry.get("event", "")).startswith("withdrawal")


def read_withheld(journal: Journal) -> Withheld:
    """What the journal of a home says is withdrawn."""
    return load_withheld(e for e in journal.iterate() if is_withdrawal(e))


def _in_utf8(text: str) -> bytes:
    return _XML_ENCODING.sub(r"\g<1>utf-8", text).encode("utf-8", "replace")


def _hidden(hide: Any, text: str | None) -> str | None:
    return hide(text) if text else text


def _decoded(raw: RawPage, http: HttpHeads | None) -> bytes:
    encodings = [v for k, v in http.response_headers if k.lower() == "content-encoding"] if http else []
    try:
        return decode_body(raw.body, encodings)
    except ArchiveError:
        return b""


def _without(http: HttpHeads | None, content_type: str | None = None) -> HttpHeads | None:
    """Heads that are true of the body as it is kept now."""
    if http is None:
        return None
    heads = [(k, v) for k, v in http.response_headers if k.lower() not in _GONE_HEADERS]
    return replace(http, response_headers=[*heads, ("Content-Type", content_type)] if content_type else heads)
