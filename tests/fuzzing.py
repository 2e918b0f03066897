"""What fuzz tests share: hostile texts and pages, and what must hold of every page that was read.

R57_FUZZ_EFFORT multiplies the number of examples for a long campaign: `R57_FUZZ_EFFORT=100 python -m pytest tests/test_fuzz_pages.py`.
"""

from __future__ import annotations

import json
import math
import os
import tomllib
import unicodedata
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from pipelines.chain import load_rules, read_whole
from pipelines.rules import Rules
from r57monitor.cli.extract import document_json
from r57monitor.errors import Discard, ReadError
from r57monitor.models import Article, Figure, RawPage

FETCHED = datetime(2025, 11, 3, 2, 0, tzinfo=UTC)
EFFORT = int(os.environ.get("R57_FUZZ_EFFORT", "1"))

_DATA = tomllib.loads((Path(__file__).parent / "fuzz_pieces.toml").read_text("utf-8"))
PIECES, MARKUP, TYPES, ADDRESSES = (tuple[str, ...](_DATA[name]) for name in ("pieces", "markup", "types", "addresses"))


def quick(examples: int) -> settings:
    """Settings of a test: so many examples, times the effort asked for. Derandomized unless a campaign is asked for."""
    return settings(
        max_examples=examples * EFFORT,
        deadline=None,
        derandomize=EFFORT == 1,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )


def texts(most: int = 30) -> st.SearchStrategy[str]:
    """Texts of known pieces with arbitrary characters (surrogates among them) between."""
    anything = st.text(st.characters(), max_size=8)
    joined = st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(PIECES), anything), max_size=most)
    return st.builds(lambda pieces, glue: glue.join(pieces), joined, st.sampled_from((" ", "", "\n")))


def markups(most: int = 40) -> st.SearchStrategy[str]:
    """Pages of tags in no order, with texts between."""
    return st.lists(st.one_of(st.sampled_from(MARKUP), st.sampled_from(PIECES), st.text(max_size=6)), max_size=most).map(" ".join)


FRAME = (
    "Lạng Sơn rà soát nhiệm vụ chuyển đổi số của quý",
    "Thực hiện Nghị quyết số 57-NQ/TW của Bộ Chính trị, Ban Chỉ đạo của tỉnh họp để nghe các ngành báo cáo tiến độ từng việc được giao.",
    "Theo cơ quan thường trực, khó khăn lớn nhất hiện nay là thiếu cán bộ có chuyên môn ở cấp xã, dù hạ tầng đã được đầu tư đồng bộ.",
    "Người đứng đầu tỉnh đề nghị mỗi đơn vị chọn ra những việc người dân cần nhất để làm trước, làm đến đâu chắc đến đó.",
)  # sound words enough for an article; what is fuzzed stands among them


def plain_page(text: str) -> bytes:
    """A plain text of an article with a fuzzed part."""
    return encode("\n\n".join([*FRAME[:3], text, FRAME[3]]))


def html_page(text: str) -> bytes:
    """A page of an article with a fuzzed part (not escaped: what looks like markup is markup)."""
    title, *paragraphs = FRAME
    before, after = "".join(f"<p>{one}</p>" for one in paragraphs[:2]), f"<p>{paragraphs[2]}</p>"
    head = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{before}"
    return encode(f"{head}<p>{text}</p>{after}</article></body></html>")


def encode(text: str) -> bytes:
    """UTF-8, with lone surrogates as the bytes some programs write for them."""
    return text.encode("utf-8", "surrogatepass")


@cache
def rules() -> Rules:
    """The shipped rules, loaded once."""
    return load_rules()


def read(body: bytes, content_type: str = "text/html; charset=utf-8", url: str = ADDRESSES[0]) -> Article | None:
    """The page read and found sound; None where it was set aside as the contract allows. Anything else raises."""
    try:
        article = read_whole(RawPage(url=url, body=body, fetched_at=FETCHED, content_type=content_type), rules())
    except (Discard, ReadError):
        return None
    check(article)
    return article


def check(article: Article) -> None:
    """What must hold of every page that was read, whatever was in it."""
    assert article.extracted is not None
    text = article.extracted.text
    assert text == unicodedata.normalize("NFC", text)
    for figure in article.figures:
        _check_figure(figure, article, text)
    for citation in article.documents:
        is_title_only = citation.start == citation.end == 0
        assert is_title_only or 0 <= citation.start < citation.end <= len(article.reading_text)
    for province in article.provinces:
        assert all(0 <= start < end <= len(article.reading_text) for start, end in province.spans)
    written = json.dumps(document_json("x", article), ensure_ascii=False, allow_nan=False)
    written.encode("utf-8")  # no lone surrogate gets through


def _check_figure(figure: Figure, article: Article, text: str) -> None:
    assert 0 <= figure.start < figure.end <= len(text)
    assert text[figure.start : figure.end] == figure.mention
    assert math.isfinite(figure.value)
    assert 0.0 < figure.confidence <= 1.0
    assert any(start <= figure.start and figure.end <= end for start, end in _places(figure.sentence, article)), figure


def _places(sentence: str, article: Article) -> list[tuple[int, int]]:
    """Where a sentence stands in the cleaned text, through the offsets of the restoration where there is one."""
    reading, found, at = article.reading_text, [], -1
    while (at := reading.find(sentence, at + 1)) >= 0:
        start, end = at, at + len(sentence)
        if article.restored is not None:
            start, end = article.restored.offsets[start], article.restored.offsets[end]
        found.append((start, end))
    return found
