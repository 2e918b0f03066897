"""What reading a page costs, whole, against trafilatura's extraction with metadata of the same page."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from time import process_time

import trafilatura

from bench.pages import bare_pages, large_pages, mixed_large_pages, mixed_pages, small_pages
from bench.rounds import ROUNDS, Comparison, compare, compare_lumps
from pipelines.chain import STAGES, begin, load_rules, page_steps, read_page, run_stage
from pipelines.rules import Rules
from r57monitor.lump import LUMP
from r57monitor.models import Article, RawPage

LARGE = "80 to 200 kB"
MIX, LARGE_MIX = "mix, 5 % relevant, 4 to 8 kB", "mix, 5 % relevant, 80 to 200 kB"
LIMITS = {LARGE: 0.7, MIX: 0.2, LARGE_MIX: 0.2}  # of small ones at most the same
SMALL_LIMIT = 1.0


def run(rounds: int = ROUNDS) -> list[str]:
    """The section's lines of Markdown."""
    rules = load_rules()
    dense, sparse = bare_pages()
    sets = {LARGE: large_pages(), "4 to 6 kB": small_pages(), "5 kB, bare, dense": dense, "5 kB, bare, sparse": sparse}
    lines = [
        "## Reading a page",
        "",
        "Clean, date, garble, relevance, provinces, documents, figures and fingerprint of relevant articles of the practice web, against",
        "`trafilatura.bare_extraction` with metadata on the same bytes: processor time, one run, pages read side by side as the",
        f"processes of a crawl and a replay do ({LUMP} at most), and once more one at a time, each between two runs of trafilatura;",
        f"{rounds} interleaved rounds after one that does not count. Bare pages are a headline and paragraphs with nothing around them:",
        "of articles with many figures (dense) and with few (sparse). The mixes are the practice web's articles about other things,",
        "with one in twenty that is relevant, as they are and among as much around them as newspapers put there. What cannot be relevant",
        'is not cleaned, or read no further than its text (docs/reading.md); "all together" is what counts for them.',
        "",
        "| pages | count | median kB | ours, ms | trafilatura, ms | median ratio | all together | worst page | one at a time | at most |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, found in sets.items():
        pages = read_right(found, rules)
        sets[name] = pages
        lines.append(_row(name, pages, rules, rounds))
    for name, found in ((MIX, mixed_pages()), (LARGE_MIX, mixed_large_pages())):
        sets[name] = found
        lines.append(_row(name, found, rules, rounds))
    lines += ["", *_stage_rows(sets, rules)]
    return lines


def extract(page: RawPage) -> object:
    """What is compared with: the text and the metadata, as its users get them."""
    return trafilatura.bare_extraction(page.body.decode(), url=page.url, with_metadata=True)


def read_right(pages: Sequence[RawPage], rules: Rules) -> list[RawPage]:
    """Those read as relevant articles: the time of another would be a list's. Raises ValueError where a fifth of the pages is none."""
    kept = [page for page in pages if _is_relevant(read_page(page, rules))]
    if len(kept) < 0.8 * len(pages):
        raise ValueError(f"only {len(kept)} of {len(pages)} pages are read as relevant articles")
    return kept


def _is_relevant(article: Article) -> bool:
    is_article = article.extracted is not None and article.extracted.page_type == "article"
    return is_article and article.relevance is not None and article.relevance.is_relevant


def _row(name: str, pages: Sequence[RawPage], rules: Rules, rounds: int) -> str:
    result: Comparison = compare_lumps(pages, lambda page: page_steps(page, rules), extract, rounds)
    alone = compare(pages, lambda page: read_page(page, rules), extract, rounds)
    size = median(len(page.body) for page in pages) / 1000
    ours, theirs = (1000 * median(median(times) for times in way) for way in (result.ours, result.theirs))
    return (
        f"| {name} | {len(pages)} | {size:.0f} | {ours:.1f} | {theirs:.1f} | **{result.ratio:.2f}** | {result.total_ratio:.2f}"
        f" | {max(result.ratios):.2f} | {alone.ratio:.2f} | {LIMITS.get(name, SMALL_LIMIT):.1f} |"
    )


def _stage_rows(sets: dict[str, list[RawPage]], rules: Rules) -> list[str]:
    spent = {name: _by_stage(pages, rules) for name, pages in sets.items()}
    lines = [f"| stage, mean ms a page | {' | '.join(sets)} |", f"|---|{'---|' * len(sets)}"]
    lines += [f"| {stage.name} | {' | '.join(f'{1000 * spent[name][stage.name]:.2f}' for name in sets)} |" for stage in STAGES]
    return lines


def _by_stage(pages: Sequence[RawPage], rules: Rules) -> dict[str, float]:
    """Mean processor seconds of each stage."""
    spent = dict.fromkeys((stage.name for stage in STAGES), 0.0)
    for page in pages:
        article = begin(page)
        for stage in STAGES:
            start = process_time()
            article = run_stage(stage.name, article, rules)
            spent[stage.name] += process_time() - start
    return {name: total / len(pages) for name, total in spent.items()}
