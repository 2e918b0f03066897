"""One figure as a reader sees it: whose, what, how much, when, and the sentence that proves it. All page text is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlencode

from r57monitor.views.frame import Page, link, quote, tag
from r57monitor.wording import format_day, format_figure, format_period, format_quantity, name_with_today
from warehouse import queries


def name_province(page: Page, row: dict[str, Any]) -> str:
    """Province as the article's date had it, with today's name where it differs; "" unknown."""
    if row["province"] == "national":
        return page.texts("word.national")
    return name_with_today(row["province"], row["province_now"], page.language)


def name_metric(page: Page, row: dict[str, Any]) -> str:
    """Label of the metric in the language of the page, else the words that were counted."""
    if row["metric_id"] is None:
        return str(row["label"] or page.texts("figure.no_metric"))
    return str((row["label_en"] if page.language == "en" else "") or row["label_vi"] or row["metric_id"])


def describe_time(page: Page, row: dict[str, Any]) -> str:
    """When a figure held or falls due, in words; "" unknown."""
    if row["kind"] == "target":
        shown = format_period(row["due"], row["due_precision"], page.language)
        return f"{page.texts('word.due').lower()} {shown}" if shown else ""
    shown = format_period(row["as_of"], row["as_of_precision"], page.language)
    if shown and row["as_of_from"] == "published":
        return f"{shown} ({page.texts('figure.at_publication')})"
    return shown


def short_time(page: Page, row: dict[str, Any]) -> str:
    """The same for a table: a day that is only that of publication says so."""
    if row["kind"] == "target":
        return format_period(row["due"], row["due_precision"], page.language)
    shown = format_period(row["as_of"], row["as_of_precision"], page.language)
    return page.texts("figure.published", day=shown) if shown and row["as_of_from"] == "published" else shown


def _outlet(page: Page, row: dict[str, Any]) -> str:
    return f"{escape(row['source_name'] or row['source_id'])}, {format_day(row['published_at'], page.texts('word.unknown_day'))}"


def _facts(page: Page, row: dict[str, Any]) -> str:
    texts = page.texts
    facts = [texts.of("kind", row["kind"]), describe_time(page, row)]
    if row["value_before"] is not None:
        facts.append(texts("overview.before_value", value=format_quantity(row["value_before"], row["unit"], page.language)))
    if row["is_change"]:
        facts.append(texts("figure.change"))
    return f"{tag(texts, row['state'])} {escape(' · '.join(filter(None, facts)))}"


def figure_html(page: Page, row: dict[str, Any]) -> str:
    """One figure in a list."""
    province = name_province(page, row) or page.texts("word.unknown")
    return (
        f'<div class="r57-figure"><div class="top"><span class="what"><b>{escape(province)}</b> · {escape(name_metric(page, row))}</span>'
        f'<span class="num">{escape(format_figure(row, page.language))}</span></div>'
        f'<p class="meta">{_facts(page, row)}</p>'
        f"{quote(row['sentence'], row['mention'])}"
        f'<p class="meta">{link(row["title"] or row["url"], row["url"])} · {_outlet(page, row)} · {_way_to(page, row)}</p></div>'
    )


def _way_to(page: Page, row: dict[str, Any]) -> str:
    """Link to the figure on its own page: history, copies, citation."""
    return f'<a href="{inner_address(page, "figures", figure=row["figure_id"])}" target="_self">{escape(page.texts("figure.open"))}</a>'


def inner_address(page: Page, name: str, **asked: str | list[str]) -> str:
    """Address of another page of the dashboard in the language of this one, ready for an attribute of HTML."""
    language = {} if page.language == "vi" else {"lang": page.language}
    return escape(f"{name}?{urlencode(asked | language, doseq=True)}", quote=True)


def proof_html(page: Page, row: dict[str, Any]) -> str:
    """The chosen figure with its proof."""
    texts = page.texts
    title = f"{name_province(page, row) or texts('word.unknown')} · {name_metric(page, row)}: {format_figure(row, page.language)}"
    note = f'<p class="r57-meta">{escape(texts("figure.restored"))}</p>' if row["garbled"] else ""
    return (
        f'<p class="r57-title">{escape(title)}</p><p class="r57-meta">{_facts(page, row)}</p>'
        f"{quote(row['sentence'], row['mention'])}{note}"
        f'<p class="r57-meta">{link(row["title"] or row["url"], row["url"])}<br>{_outlet(page, row)}</p>'
    )


def copies_html(page: Page, cluster_id: str) -> str:
    """Where a text appeared: the original first, then its copies by date."""
    texts = page.texts
    members = queries.cluster_articles(page.reader, cluster_id)
    if len(members) < 2:
        return f'<p class="r57-empty">{escape(texts("article.no_copies"))}</p>'
    lines = "".join(
        f'<li><span class="state">{escape(texts("article.original")) if m["is_original"] else ""}</span>'
        f"<b>{escape(m['source_name'] or m['source_id'])}</b>, {format_day(m['published_at'], texts('word.unknown_day'))}<br>"
        f"{link(m['title'] or m['url'], m['url'])}</li>"
        for m in members
    )
    why = queries.original_reason(page.reader, cluster_id)
    told = f'<p class="r57-meta">{escape(texts("article.why_original", why=texts.of("original_reason", why)))}</p>' if why else ""
    return f'{told}<ul class="r57-list">{lines}</ul>'


def proof_line(page: Page, row: dict[str, Any]) -> str:
    """Sentence, article and outlet of one figure, without its value."""
    return (
        f"{quote(row['sentence'] or '', row['mention'] or '')}"
        f'<p class="r57-meta">{link(row["title"] or row["url"] or "", row["url"])} · {_outlet(page, row)}</p>'
    )


def moved_html(page: Page, row: dict[str, Any], before: dict[str, Any] | None, word: str) -> str:
    """A figure and the one it stands against (a target's old value, the other side of a conflict), both with their sentences."""
    shown = f"{format_figure(before, page.language)} → {format_figure(row, page.language)}" if before else format_figure(row, page.language)
    title = f"{name_province(page, row) or page.texts('word.unknown')} · {name_metric(page, row)}: {shown}"
    other = f'<p class="r57-meta">{escape(word)}: {escape(_of_time(page, before))}</p>{proof_line(page, before)}' if before else ""
    return (
        f'<div class="r57-figure"><p class="r57-title">{escape(title)}</p><p class="meta">{_facts(page, row)}</p>'
        f"{proof_line(page, row)}{other}</div>"
    )


def _of_time(page: Page, row: dict[str, Any]) -> str:
    return " · ".join(filter(None, (format_figure(row, page.language), describe_time(page, row))))


def describe_definition(page: Page, row: dict[str, Any]) -> str:
    """Scope and whole of a figure, as far as they are known."""
    words = (page.texts.of("definition", word) for key in ("scope", "whole") for word in (row[key] or "").split(", "))
    return ", ".join(filter(None, words))


class Count(NamedTuple):
    """A number under its word. under: a line below it; None for no line. of: what it is a part of. is_alarm: whether it is a bad sign."""

    word: str
    value: str
    under: str | None = None
    of: str = ""
    is_alarm: bool = False


def counts_html(counts: Iterable[Count]) -> str:
    """Numbers side by side."""
    return f'<div class="r57-counts">{"".join(map(_count_html, counts))}</div>'


def _count_html(count: Count) -> str:
    whole = f" <small>{escape(count.of)}</small>" if count.of else ""
    under = "" if count.under is None else f'<div class="before">{escape(count.under)}</div>'
    return (
        f'<div class="{"alarm" if count.is_alarm else ""}"><div class="label">{escape(count.word)}</div>'
        f'<div class="value">{escape(count.value)}{whole}</div>{under}</div>'
    )
