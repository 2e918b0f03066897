"""The digest in ten lines, for a chat group."""

from __future__ import annotations

from r57monitor.digest.model import Digest, FigureLine, Item
from r57monitor.digest.outline.words import name_title
from r57monitor.digest.speech import WORDS, format_number, speaking
from r57monitor.wording import format_day, is_web_address

_LINES = 10
_WIDTH = 220  # characters of one line, so that it stays one on a phone
_TITLE = 120
_NAMES = 8


def render_short(digest: Digest) -> str:
    """At most ten lines of plain text: heading, counts, provinces, what is notable, what was newly reported, what is not certain."""
    with speaking(digest.language):
        return _render(digest)


def _render(digest: Digest) -> str:
    counts = {count.key: count for count in digest.counts}
    places = _say("places", reported=len(digest.reported), silent=len(digest.silent), not_observed=len(digest.not_observed))
    silent = f" {_say('silent', names=_join(digest.silent))}" if digest.silent and digest.province is None else ""
    told = (f"{format_number(counts[key].now)} {_say(f'counted_{key}')}{_against(counts[key].before)}" for key in _COUNTED if key in counts)
    head = [_name(digest), "; ".join(told) + ".", places + silent]
    tail = [_foot(digest)]
    mixed = _mixed(digest)
    tail = [mixed, *tail] if mixed else tail
    room = _LINES - len(head) - len(tail)
    notable = [f"• {_item(item)}" for item in digest.notable[: max(room - 2, 2)]]
    shown = {item.article_id for item in digest.notable}
    figures = [line for line in digest.results if line.metric_id]
    figures.sort(key=lambda line: line.article_id in shown)
    lines = [f"• {_figure(line)}" for line in figures[: room - len(notable)]]
    body = [*notable, *lines] or [_say("nothing")]
    return "\n".join([*(_cut(line) for line in head), *body, *(_cut(line) for line in tail)]) + "\n"


def _say(key: str, **blanks: object) -> str:
    return WORDS(f"digest_short.{key}", **blanks)


_COUNTED = ("articles", "originals", "outlets", "new_figures")


def _name(digest: Digest) -> str:
    scope = f" – {digest.province}" if digest.province else ""
    scope += f" – {_say('pillar', number=digest.pillar)}" if digest.pillar else ""
    practice = f" ({_say('practice')})" if digest.is_practice else ""
    days = f"{format_day(digest.period.start)} – {format_day(digest.period.end)}"
    return f"{name_title(digest.period).upper()}{scope}: {_say('subject')}, {days}{practice}"


def _against(before: int | None) -> str:
    return "" if before is None else f" ({_say('before', count=format_number(before))})"


def _join(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_NAMES])
    return shown if len(names) <= _NAMES else _say("more", names=shown, count=len(names) - _NAMES)


def _item(item: Item) -> str:
    where = f"{', '.join(item.provinces)}: " if item.provinces else ""
    by = f"({item.outlet}{f', {format_day(item.day)}' if item.day else ''})"
    address = f" {item.url}" if is_web_address(item.url) else ""
    return f"{_cut(where + item.title, _TITLE)} {_cut(by, _TITLE)}{address}"


def _figure(line: FigureLine) -> str:
    when = f" ({line.when})" if line.when else ""
    against = f"; {_say('against', value=line.against)}" if line.against else ""
    return _cut(f"{line.province or WORDS('digest_text.no_province')} – {line.metric}: {line.value}{when}{against} – {line.outlet}")


def _mixed(digest: Digest) -> str:
    found = (("moved", digest.moved), ("conflicts", digest.conflicts), ("documents", digest.documents), ("corrections", digest.corrections))
    told = [f"{len(lines)} {_say(key)}" for key, lines in found if lines]
    return _say("besides", told=", ".join(told)) if told else ""


def _foot(digest: Digest) -> str:
    failing = sum(trouble.state in {"failing", "not_run"} for trouble in digest.troubles)
    blind = f"{_say('failing', count=failing)} " if failing else ""
    return f"{blind}{_say('foot')}"


def _cut(line: str, most: int = _WIDTH) -> str:
    """One line, cut at a word where it is too long."""
    flat = " ".join(line.split())
    return flat if len(flat) <= most else flat[: most - 1].rsplit(" ", 1)[0] + "…"
