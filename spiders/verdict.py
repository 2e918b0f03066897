"""How a cycle went, in one word and one cause: judged by what came, not by the status of the answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

_LOST = 3  # articles that failed, where none came
UNREADABLE = "the page could not be read"


@dataclass(slots=True)
class Tally:
    """What one cycle met: entry pages by what became of them, leads by the page that gave them, causes of failures."""

    # entry pages "asked", "answered", "unchanged", "failed"; "leads"; articles "articles_failed", "articles_kept" (unchanged)
    entries: Counter[str] = field(default_factory=Counter)
    found: dict[str, int] = field(default_factory=dict)  # address of an entry page -> leads it gave
    elsewhere: Counter[str] = field(default_factory=Counter)  # hosts that are not the source's, to which leads point
    entry_causes: list[str] = field(default_factory=list)
    article_causes: list[str] = field(default_factory=list)
    oldest_days: int | None = None  # age of the newest article of feeds and sections, where all are old
    cut_articles: dict[str, str] = field(default_factory=dict)  # those of several pages that were not all had, and why
    replaced: str | None = None  # why the front page took the place of feeds and sections

    @property
    def has_confirmed(self) -> bool:
        """Whether the source said that something is as it was: that is an observation even where no article came."""
        return bool(self.entries["unchanged"] or self.entries["articles_kept"])

    def note_failure(self, cause: str, *, is_entry: bool, is_old: bool = False) -> None:
        """Count a failure. is_old: of an article known before, or asked for in vain before and gone: that says nothing of this visit."""
        if is_entry or not is_old:
            self.entries["failed" if is_entry else "articles_failed"] += 1
        (self.entry_causes if is_entry else self.article_causes).append(cause)

    def main_cause(self) -> str | None:
        """The commonest cause: of the entry pages, else of the articles."""
        if self.entry_causes:
            return Counter(self.entry_causes).most_common(1)[0][0]
        return f"articles: {Counter(self.article_causes).most_common(1)[0][0]}" if self.article_causes else None


def judge_cycle(tally: Tally, articles: int, given_up: str | None, before: dict[str, int]) -> tuple[str, str | None]:
    """("ok" or "failing", cause in words) of a cycle.

    articles: that came. given_up: why the source was left alone before the end. before: leads of each entry page the last time.
    """
    entries, cause = tally.entries, tally.main_cause()
    if given_up is not None:
        return "failing", given_up
    if entries["answered"] == 0 and entries["failed"]:
        return "failing", cause
    if entries["answered"] and not entries["unchanged"] and entries["leads"] == 0:
        return "failing", cause or name_empty(tally.found, before)
    if not entries["unchanged"] and 0 < entries["leads"] <= tally.elsewhere.total():
        host = tally.elsewhere.most_common(1)[0][0] or "no host"
        return "failing", f"moved: {host} is outside the source's hosts"
    if entries["articles_failed"] >= _LOST and articles + entries["articles_kept"] == 0:
        return "failing", cause
    replaced = f"{tally.replaced}; the front page takes their place" if tally.replaced else None
    return "ok", cause or replaced or name_cut(tally.cut_articles)


def name_cut(articles: dict[str, str]) -> str | None:
    """That articles of several pages could be read in part only; None where all were whole."""
    if not articles:
        return None
    cause = Counter(articles.values()).most_common(1)[0][0]
    return f"articles of several pages read in part: {len(articles)} ({cause})"


def name_empty(found: dict[str, int], before: dict[str, int]) -> str:
    """What it means that entry pages led nowhere."""
    had = max((before.get(url, 0) for url in found), default=0)
    return f"listing empty: it led to {had} articles before" if had else "no links found where articles are expected"
