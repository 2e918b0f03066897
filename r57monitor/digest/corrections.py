"""What stands differently now than in digests that were sent: restated, corrected or rejected by people, gone, withdrawn, read anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from r57monitor.catalogue import Catalogue
from r57monitor.digest.figures import name_metric, name_province, name_time, read_amount
from r57monitor.digest.lines import CorrectionKind, CorrectionLine, FigureLine
from r57monitor.digest.model import Digest, Rows
from r57monitor.digest.speech import WORDS, format_figure
from r57monitor.wording import local_day


@dataclass(frozen=True, slots=True)
class SentDigest:
    """A digest that went out. digest: None where its model had to be removed with what it quoted."""

    name: str
    at: datetime
    articles: frozenset[str]
    digest: Digest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRows:
    """How the figures and articles of digests that were sent stand in one snapshot."""

    rules_version: str
    figures: Rows  # of the same articles, and those that restate one of the figures
    gone: frozenset[str]  # ids of figures that a later revision of their article no longer has
    reviews: Rows  # figure_id, verdict: current ones of the figures
    withdrawals: Rows  # article_id, decided_at, reason
    dismissed: frozenset[str]  # ids of articles that are not relevant any more


def list_corrections(sent: Sequence[SentDigest], rows: CorrectionRows, catalogue: Catalogue) -> tuple[CorrectionLine, ...]:
    """One line a figure that stands differently, of the last digest first; what a later one of them has listed is left out.

    sent: the last one first.
    """
    finder = _Standing(rows, catalogue)
    found: dict[tuple[str, str], CorrectionLine] = {}
    for each in sent:
        listed = {
            (line.figure_id or line.article_id, line.now)
            for other in sent if other.at > each.at and other.digest is not None for line in other.digest.corrections
        }  # fmt: skip
        for line in finder.compare(each):
            key = (line.figure_id or line.article_id, line.now)
            if key not in listed:
                found.setdefault(key, line)
    return tuple(found.values())


class _Standing:
    """Looks up how a printed figure stands now."""

    def __init__(self, rows: CorrectionRows, catalogue: Catalogue) -> None:
        self._rows = rows
        self._catalogue = catalogue
        self._now = {row["figure_id"]: row for row in rows.figures}
        self._restating = {row["against_figure_id"]: row for row in rows.figures if row["state"] == "restated"}
        self._by_words = {(row["article_id"], row["mention"], row["sentence"]): row for row in rows.figures}
        self._verdicts = {row["figure_id"]: str(row["verdict"]) for row in rows.reviews}
        self._withdrawn = {row["article_id"]: row for row in rows.withdrawals if row["article_id"]}

    def compare(self, sent: SentDigest) -> Iterable[CorrectionLine]:
        """Corrections to one digest, in its own order."""
        for article_id in sorted(sent.articles):
            if article_id in self._withdrawn and _decided_after(self._withdrawn[article_id], sent.at):
                yield self._withdraw(sent, article_id)
        if sent.digest is None:
            return
        lines = (*sent.digest.results, *sent.digest.targets)
        printed = {line.figure_id for line in lines}
        for line in lines:
            restating = self._restating.get(line.figure_id)
            if restating is not None and restating["figure_id"] in printed:
                continue  # the digest itself has both
            if line.article_id not in self._withdrawn and (found := self._check(sent.digest, line)) is not None:
                yield found

    def _check(self, digest: Digest, line: FigureLine) -> CorrectionLine | None:
        restating = self._restating.get(line.figure_id)
        if restating is not None:
            return self._make(digest, line, "restated", restating)
        row = self._now.get(line.figure_id)
        verdict = self._verdicts.get(line.figure_id)
        if row is not None:
            if not self._differs(line, row):
                return None
            return self._make(digest, line, "fixed" if verdict == "fix" else "reread", row)
        if verdict == "reject" or line.article_id in self._rows.dismissed:
            return self._make(digest, line, "rejected", None)
        if line.figure_id in self._rows.gone:
            return self._make(digest, line, "gone", None)
        row = self._by_words.get((line.article_id, line.mention, line.sentence))
        if row is not None and not self._differs(line, row):
            return None  # the same under another id
        return self._make(digest, line, "reread", row)

    def _differs(self, line: FigureLine, row: Mapping[str, Any]) -> bool:
        return self._name(line) != self._describe(row) or (line.metric_id, line.kind, line.province_now) != (
            row["metric_id"], row["kind"], row["province_now"] or "",
        ) or line.amount != read_amount(row)  # fmt: skip

    def _make(self, digest: Digest, line: FigureLine, kind: CorrectionKind, row: Mapping[str, Any] | None) -> CorrectionLine:
        proof = row or {}
        return CorrectionLine(
            kind=kind,
            digest=digest.name,
            figure_id=line.figure_id,
            article_id=line.article_id,
            province=line.province,
            province_now=line.province_now,
            metric=line.metric,
            was=self._name(line),
            now=self._describe(row, line) if row is not None else "",
            now_figure_id=proof.get("figure_id"),
            reason=WORDS(f"correction.{kind}", rules=self._rows.rules_version),
            sentence=proof.get("sentence") or line.sentence,
            outlet=proof.get("outlet") or line.outlet,
            url=proof.get("url") or line.url,
            day=local_day(proof["published_at"]) if row is not None else line.day,
        )

    def _withdraw(self, sent: SentDigest, article_id: str) -> CorrectionLine:
        """Nothing of a withdrawn article is said again."""
        row = self._withdrawn[article_id]
        return CorrectionLine(
            kind="withdrawn", digest=sent.name, figure_id="", article_id=article_id, province="", province_now="", metric="",
            was="", now="", reason=WORDS("correction.withdrawn"), sentence="", outlet="", url="", day=local_day(row["decided_at"]),
        )  # fmt: skip

    def _name(self, line: FigureLine) -> str:
        return f"{line.value} ({line.when})" if line.when else line.value

    def _describe(self, row: Mapping[str, Any], line: FigureLine | None = None) -> str:
        """Value and time; of `line` also what else is other now."""
        when = name_time(row)
        told = f"{format_figure(row)} ({when})" if when else format_figure(row)
        if line is None:
            return told
        more = []
        if row["kind"] != line.kind:
            more.append(WORDS.of("kind", row["kind"]))
        if row["metric_id"] != line.metric_id:
            more.append(name_metric(row, self._catalogue) or WORDS("figure.no_metric"))
        if (row["province_now"] or "") != line.province_now:
            more.append(name_province(row))
        return "; ".join([told, *more])


def _decided_after(withdrawal: Mapping[str, Any], at: datetime) -> bool:
    decided: datetime = withdrawal["decided_at"]
    return (decided if decided.tzinfo else decided.replace(tzinfo=at.tzinfo)) > at
