"""Reading never breaks on a page: markup without order, any bytes, wrong types and charsets, cut and damaged pages and files."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r57monitor.practice.schedule import visit_instants
from r57monitor.practice.server import Practice
from tests.files import replace_member, write_docx, write_pdf
from tests.fuzzing import ADDRESSES, EFFORT, TYPES, encode, html_page, markups, plain_page, quick, read

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LINES = ["Báo cáo kết quả thực hiện Nghị quyết số 57-NQ/TW của tỉnh", "Đến nay toàn tỉnh có 412 trạm 5G, đạt 88,4% kế hoạch năm 2025."] * 4


@given(markups(), st.sampled_from(TYPES[:4]), st.sampled_from(ADDRESSES))
@quick(100)
def test_markup_without_order(markup: str, content_type: str, url: str) -> None:
    read(encode(markup), content_type, url)
    read(html_page(markup), content_type, url)


@given(st.binary(max_size=600), st.sampled_from(TYPES), st.sampled_from(ADDRESSES))
@quick(150)
def test_any_bytes_of_any_type(body: bytes, content_type: str, url: str) -> None:
    read(body, content_type, url)


@given(markups(), st.sampled_from(("utf-16", "utf-16-le", "utf-32", "cp1258", "latin-1", "shift_jis", "utf-7")), st.sampled_from(TYPES))
@quick(80)
def test_wrong_charsets(markup: str, charset: str, content_type: str) -> None:
    read(html_page(markup).decode("utf-8", "replace").encode(charset, "replace"), content_type)


@cache
def pages() -> list[tuple[str, bytes]]:
    """Every page of the practice web, articles and lists."""
    last = visit_instants()[-1]
    practice = Practice(last)
    found = []
    for site in practice.web.sites:
        router = practice.routers[site.id]
        paths = [site.home, *(placed.path for placed in practice.articles[site.id])]
        found += [(site.address + path, router.answer(path, last).body) for path in paths]
    return found


def test_pages_cut_at_random_places() -> None:
    """Each article and list of the practice web, cut once (more often in a campaign) anywhere, also within a letter."""
    random = Random(57 + EFFORT)
    assert len(pages()) > 100
    for url, body in pages():
        for _ in range(EFFORT):
            read(body[: random.randrange(len(body))], url=url)


@given(st.integers(0, 10**6), st.integers(1, 40), st.randoms(use_true_random=False))
@quick(60)
def test_damaged_pages(number: int, damages: int, random: Random) -> None:
    url, body = pages()[number % len(pages())]
    read(damage(body, damages, random), url=url)


def damage(body: bytes, times: int, random: Random) -> bytes:
    """The bytes with parts overwritten, dropped, doubled or moved."""
    data = bytearray(body)
    for _ in range(times):
        at, length = random.randrange(len(data) + 1), random.randrange(1, 60)
        part = bytes(data[at : at + length])
        match random.randrange(4):
            case 0:
                data[at : at + length] = random.randbytes(length)
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = part * 3
            case _:
                place = random.randrange(len(data) + 1)
                data[place:place] = part
    return bytes(data)


@given(st.integers(1, 30), st.randoms(use_true_random=False))
@quick(60)
def test_damaged_pdfs(damages: int, random: Random) -> None:
    read(damage(write_pdf(LINES), damages, random), "application/pdf", ADDRESSES[2])


@given(st.integers(1, 30), st.randoms(use_true_random=False))
@quick(40)
def test_damaged_docx_files(damages: int, random: Random) -> None:
    read(damage(_docx(), damages, random), DOCX)


@given(
    st.sampled_from(("word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels", "docProps/core.xml", "word/styles.xml")),
    st.randoms(use_true_random=False),
)
@quick(60)
def test_docx_files_with_a_damaged_part(name: str, random: Random) -> None:
    """The archive is sound, what is in it is not."""
    with zipfile.ZipFile(io.BytesIO(_docx())) as archive:
        data = archive.read(name)
    read(replace_member(_docx(), name, damage(data, random.randrange(1, 20), random)), DOCX)


@cache
def _docx() -> bytes:
    return write_docx(LINES, [["Chỉ tiêu", "Thực hiện"], ["Trạm 5G", "412"], ["Hồ sơ trực tuyến", "88,4%"]])


_ENTITIES = b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "57">' + _ENTITIES + b"]>"
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b"<w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
)
_OUTSIDE = _BOMB.replace(b'<!ENTITY a "57">', b'<!ENTITY a SYSTEM "file:///etc/passwd">').replace(b"&j;", b"&a;")


@pytest.mark.parametrize(
    "part",
    [_BOMB, _OUTSIDE, b"<w:p>" * 50_000, b"", b"\x00" * 1000, b"<" * 100_000, b"A" * 90_000_000],
    ids=["entities", "a file of the machine", "nested", "empty", "nothing", "open", "90 MB"],
)
def test_docx_bombs(part: bytes) -> None:
    article = read(replace_member(_docx(), "word/document.xml", part), DOCX)
    assert article is None or (
        article.extracted is not None and "root:" not in article.extracted.text and len(article.extracted.text) < 10**6
    )


@pytest.mark.parametrize("token", ["a", "ạ", "9", "|", "\u0301", "\u202e", "<", "&", "(", "%", "-", "57-NQ/TW", "\U0001f600", "\ud800"])
@pytest.mark.parametrize("content_type", ["text/plain; charset=utf-8", "text/html; charset=utf-8"])
def test_one_token_without_end(token: str, content_type: str) -> None:
    size = 1_000_000 if EFFORT > 1 else 60_000
    page = plain_page if "plain" in content_type else html_page
    read(page(token * (size // len(token))), content_type, "https://a.example/x.txt" if "plain" in content_type else ADDRESSES[0])


@pytest.mark.parametrize("tag", ["div", "table><tr><td", "ul><li", "b", "a href='/x'", "blockquote", "span", "font"])
def test_deeply_nested_markup(tag: str) -> None:
    depth = 20_000 if EFFORT > 1 else 3_000
    read(encode("<html><body>" + f"<{tag}>" * depth + "Tỉnh Lạng Sơn có 412 trạm 5G, đạt 88,4%." * 20))
