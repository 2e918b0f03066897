"""A digest as it would be written now: the machine's proposal with the corrections to earlier ones, and the editor's desk laid over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from r57monitor.catalogue import Catalogue
from r57monitor.digest.corrections import CorrectionRows, SentDigest, list_corrections
from r57monitor.digest.desk import apply_desk
from r57monitor.digest.model import Digest
from r57monitor.digest.request import Request
from r57monitor.digest.speech import speaking
from warehouse.db import load_sql
from warehouse.desk import Edition, Sent, Standing, find_editions, find_kept, load_edition, read_sent, read_standing
from warehouse.home import Home
from warehouse.queries.digest import read_digest
from warehouse.queries.reader import Reader

_SENT_COMPARED = 8  # digests that corrections are looked for in, the last ones sent

_GONE = """SELECT DISTINCT figure_id FROM main.figures_all
           WHERE withdrawn_at IS NOT NULL AND figure_id IN (SELECT unnest($figures::VARCHAR[]))"""
_REVIEWS = """SELECT figure_id, arg_max(verdict, reviewed_at) AS verdict FROM main.reviews
              WHERE is_current AND figure_id IN (SELECT unnest($figures::VARCHAR[])) GROUP BY figure_id ORDER BY figure_id"""
_WITHDRAWALS = """SELECT article_id, decided_at FROM main.withdrawals WHERE lifted_at IS NULL AND article_id IS NOT NULL
                  ORDER BY decided_at, article_id"""
_DISMISSED = """SELECT article_id FROM main.articles WHERE NOT is_relevant AND article_id IN (SELECT unnest($articles::VARCHAR[]))"""


@dataclass(frozen=True, slots=True)
class Draft:
    """One digest at its desk. proposal: as the machine makes it; digest: as it would be written; kept: the edition approved or sent."""

    proposal: Digest
    digest: Digest
    standing: Standing
    kept: Edition | None = None


def draft_digest(
    home: Home,
    reader: Reader,
    request: Request,
    catalogue: Catalogue,
    read: Callable[[Reader, Request, Catalogue], Digest] = read_digest,
) -> Draft:
    """The digest that is asked for; where it was approved or sent, the edition that was.

    read: how the machine's proposal is had, for callers that keep it.
    Raises UsageError where that edition's file was changed.
    """
    standing = read_standing(home, request.name)
    kept = find_kept(home, standing)
    if kept is not None:
        digest = load_edition(kept)
        return Draft(digest, digest, standing, kept)
    proposal = read(reader, request, catalogue)
    sent = _read_sent_before(home, proposal)
    with speaking(proposal.language):
        if sent:
            found = list_corrections(sent, _read_rows(reader, sent), catalogue)
            proposal = replace(proposal, corrections=found, corrected=sent[0].name)
        return Draft(proposal, apply_desk(proposal, standing.sheet), standing)


def _read_sent_before(home: Home, proposal: Digest) -> list[SentDigest]:
    """The last digests of the same scope that were sent and begin earlier, the last first."""
    scope = (proposal.province, proposal.pillar)
    wanted = [s for s in read_sent(home) if (s.province, s.pillar) == scope and s.start < proposal.period.start]
    return [SentDigest(sent.name, sent.at, sent.articles, _load(home, sent)) for sent in wanted[:_SENT_COMPARED]]


def _load(home: Home, sent: Sent) -> Digest | None:
    edition = next((e for e in find_editions(home, sent.name) if e.number == sent.edition and e.sha256 == sent.sha256), None)
    return load_edition(edition) if edition is not None else None


def _read_rows(reader: Reader, sent: list[SentDigest]) -> CorrectionRows:
    lines = [line for each in sent if each.digest is not None for line in (*each.digest.results, *each.digest.targets)]
    figures = {"figures": sorted({line.figure_id for line in lines})}
    articles = {"articles": sorted({line.article_id for line in lines})}
    snapshot = reader.rows("SELECT rules_version FROM main.snapshot")
    return CorrectionRows(
        rules_version=str((snapshot[0]["rules_version"] if snapshot else None) or ""),
        figures=reader.rows(load_sql("digest_standing"), figures | articles),
        gone=frozenset(row["figure_id"] for row in reader.rows(_GONE, figures)),
        reviews=reader.rows(_REVIEWS, figures),
        withdrawals=reader.rows(_WITHDRAWALS),
        dismissed=frozenset(row["article_id"] for row in reader.rows(_DISMISSED, articles)),
    )
