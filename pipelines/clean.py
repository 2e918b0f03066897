"""Stage: raw page -> title, text, publication date, page type, and the article's own address."""

from __future__ import annotations

from pipelines.rules import Rules
from r57monitor.errors import Discard, ReadError
from r57monitor.models import Article, fuller
from r57monitor.text.article_urls import find_article_address
from r57monitor.text.extract import extract_page
from r57monitor.text.html_tree import forget_page


def clean(article: Article, rules: Rules) -> Article:
    try:
        extracted = extract_page(article.raw, rules.sources.get(article.raw.source_id))
    except ReadError as error:
        raise Discard("clean", str(error)) from error
    finally:
        forget_page()  # at once: what is asked for later finds the tree gone from the processor's cache, and letting go costs the more
    return fuller(article, url=find_article_address(article.raw), extracted=extracted)
