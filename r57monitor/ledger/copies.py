"""What reviews say of copies, laid over the clusters that were found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from r57monitor.ledger.clusters import Member


def apply_copy_reviews(
    members: Iterable[Member], copy_of: Mapping[str, str], no_copies: Collection[str], reported_at: Mapping[str, datetime]
) -> list[Member]:
    """Clusters with the reviewed articles where people put them; every cluster keeps exactly one original.

    copy_of: article to the one it is a copy of: its whole cluster joins the other's. no_copies: articles that stand alone.
    reported_at: decides who is the original where the former one was taken out.
    """
    found = {member.article_id: member for member in members}
    for article_id, original_id in copy_of.items():
        this, other = found.get(article_id), found.get(original_id)
        if this is None or other is None or article_id in no_copies:
            continue
        for member in [m for m in found.values() if m.cluster_id == this.cluster_id] if this.cluster_id != other.cluster_id else [this]:
            found[member.article_id] = replace(member, cluster_id=other.cluster_id, is_original=False)
        if this.cluster_id == other.cluster_id and this.is_original:
            found[original_id] = replace(found[original_id], is_original=True)
    for article_id in no_copies:
        if article_id in found:
            found[article_id] = replace(found[article_id], cluster_id=article_id, is_original=True)
    return _one_original(found, no_copies, reported_at)


def _one_original(found: Mapping[str, Member], no_copies: Collection[str], reported_at: Mapping[str, datetime]) -> list[Member]:
    clusters: dict[str, list[Member]] = defaultdict(list)
    for member in found.values():
        alone = member.article_id in no_copies
        clusters[f"alone {member.article_id}" if alone else member.cluster_id].append(member)
    result: list[Member] = []
    for cluster in clusters.values():
        originals = [m for m in cluster if m.is_original]
        first = min(originals or cluster, key=lambda m: (reported_at[m.article_id], m.article_id))
        ids = {m.article_id for m in cluster}
        name = cluster[0].cluster_id
        if name in no_copies and name not in ids:  # the cluster bore the name of the one taken out
            name = first.article_id
        result.extend(replace(m, cluster_id=name, is_original=m is first) for m in cluster)
    return sorted(result, key=lambda m: m.article_id)
