"""Stage: text with added accents (copy protection) -> the same text restored, with its offset map."""

from __future__ import annotations

from dataclasses import replace

from pipelines.rules import Rules
from r57monitor.models import Article, fuller
from r57monitor.text.degarble import is_garbled, restore


def degarble(article: Article, rules: Rules) -> Article:
    extracted = article.extracted
    assert extracted is not None
    if not is_garbled(extracted.text):
        return article
    # Titles prove no figure, so the sound one is kept; the text stays as it was printed, beside its restored form.
    title = restore(extracted.title, of_garbled_page=True).text if extracted.title else None
    return fuller(article, extracted=replace(extracted, title=title), restored=restore(extracted.text))
