"""What a page's bytes say of other pages that belong to it: kept in the index, for a crawl that is killed must go on from there."""

from __future__ import annotations

from dataclasses import dataclass

from r57monitor.models import RawPage
from r57monitor.text.article_pages import may_go_on
from r57monitor.text.attachments import may_have_attachments
from r57monitor.text.forwards import find_forward


@dataclass(frozen=True, slots=True)
class Marks:
    """goes_on: it may name a second page. leads_on: it names files, or sends its reader on."""

    goes_on: bool = False
    leads_on: bool = False


NONE = Marks()


def find_marks(raw: RawPage) -> Marks:
    """The marks of an article's page; none of any other."""
    if raw.role != "article" or not raw.body:
        return NONE
    return Marks(may_go_on(raw), may_have_attachments(raw) or find_forward(raw) is not None)
