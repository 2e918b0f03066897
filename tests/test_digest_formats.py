"""Each file of a digest: read back by programs that others wrote, with hostile page text in it, the same bytes each time."""

from __future__ import annotations

import ctypes
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path

import feedparser
import lxml.html
import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from openpyxl import load_workbook

from r57monitor.delivery.message import build_mail
from r57monitor.digest import FORMATS, render
from r57monitor.digest.atom import Issue, render_issues
from r57monitor.digest.clean import clean_text
from r57monitor.digest.lines import CorrectionLine, QuoteLine, Side, TargetLine
from r57monitor.digest.mail import make_mail
from r57monitor.digest.model import Chart, Desk, Digest, Masthead
from r57monitor.digest.outline.blocks import Paragraph, Table
from r57monitor.digest.outline.parts import make_outline
from r57monitor.digest.outline.shorten import shorten
from r57monitor.digest.xlsx import count_decimals
from r57monitor.errors import R57Error
from tests.digest_rows import make_digest

_HOSTILE = '=HYPERLINK("x") <b onclick="1">A & B</b> {{ 7*7 }} #eval("1") *đậm* _nghiêng_ [k](javascript:1) $x$ \\ \x01\u202e "“ kết'
_PIXEL = Chart(
    key="map", title="Bản đồ <thử>", text="Lào Cai: có đưa tin & đủ",
    svg='<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30" fill="#2f6690"/>'
        '<text x="2" y="20" font-size="9" font-family="sans-serif">Huế</text></svg>',
    png=bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636800000082008177cd72b6"
                      "0000000049454e44ae426082"),
)  # fmt: skip


def _full() -> Digest:
    """A digest in which no part is empty and page text is as bad as it comes."""
    digest = make_digest()
    line = digest.results[0]
    side = Side(figure_id="f9", article_id="a9", value="≥ 350 trạm", amount=line.amount, when="năm 2025", sentence="Đặt 350 trạm.",
                mention="350 trạm", outlet="Báo B", url="https://example.org/9.html", day=date(2025, 7, 24))  # fmt: skip
    place = {"province": "Lào Cai", "province_now": "Lào Cai"}
    target = TargetLine(group="due_soon", series_id="s", **place, metric="Số trạm 5G", metric_id="bts_5g_stations", status="due_soon",
                        due=date(2025, 12, 31), said=side, result=replace(side, value="150 trạm"), note="xem lại")  # fmt: skip
    quote = QuoteLine(article_id="a9", start=0, provinces=("Lào Cai",), provinces_now=("Lào Cai",), cue="khó khăn",
                      title=_HOSTILE, sentence="Địa phương còn khó khăn về hạ tầng.", outlet="Báo B",
                      url="https://example.org/9.html", day=None)  # fmt: skip
    correction = CorrectionLine(kind="restated", digest="diem-bao-2025-W29", figure_id="f0", article_id="a0", **place, metric="Số trạm 5G",
                                was="120 trạm", now="125 trạm", reason="nguồn nêu lại", sentence="Nay là 125 trạm.", outlet="Báo B",
                                url="https://example.org/0.html", day=date(2025, 7, 23))  # fmt: skip
    bad = replace(digest.items[0], title=_HOSTILE, outlet=_HOSTILE, note=_HOSTILE)
    return replace(
        digest,
        masthead=Masthead(unit="Văn phòng & <thử>", parent="Sở thử", number=30, place="Lào Cai", day=date(2025, 7, 28),
                          recipients=("Thường trực Tỉnh ủy", "Các sở, ban, ngành"), signer_title="Chánh Văn phòng",
                          signer="Nguyễn Văn Thử"),
        desk=Desk(state="approved", by="thử", note=_HOSTILE), items=(bad, *digest.items[1:]), notable=(bad,), docket=(target,),
        results=(replace(line, sentence=f"{_HOSTILE} {line.mention}", note=_HOSTILE), *digest.results[1:]),
        difficulties=(quote,), corrections=(correction,), corrected="diem-bao-2025-W29", charts=(_PIXEL, replace(_PIXEL, key="weeks")),
    )  # fmt: skip


def _empty() -> Digest:
    digest = make_digest()
    return replace(
        digest, notable=(), sections=(), results=(), targets=(), moved=(), conflicts=(), documents=(), troubles=(), late=(), items=()
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_same_digest_same_bytes_at_any_hour(name: str) -> None:
    first = render(_full(), name)
    stamp = os.environ.get("TZ")
    try:
        os.environ["TZ"] = "America/New_York"
        time.tzset()
        assert render(_full(), name) == first
    finally:
        os.environ.pop("TZ") if stamp is None else os.environ.update(TZ=stamp)
        time.tzset()


@pytest.mark.slow
def test_same_digest_same_bytes_in_another_process() -> None:
    """Another order of hashes, another time zone, another language of the machine."""
    script = (
        "import hashlib; from tests.test_digest_formats import _full; from r57monitor.digest import FORMATS, render\n"
        "for name in FORMATS: print(name, hashlib.sha256(render(_full(), name)).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "57", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    made = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment, cwd=Path(__file__).parents[1]
    )
    told = dict(line.split() for line in made.stdout.splitlines())
    assert told == {name: hashlib.sha256(render(_full(), name)).hexdigest() for name in FORMATS}


@pytest.mark.parametrize("name", ["docx", "xlsx"])
def test_no_clock_in_packed_files(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(render(_full(), name))) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        about = packed.read("docProps/core.xml").decode("utf-8")
    assert set(re.findall(r"\d{4}-\d\d-\d\dT\d\d", about)) == {"2025-07-28T00"}


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("make", [_full, _empty])
def test_every_format_of_a_full_and_of_an_empty_week(name: str, make: object) -> None:
    body = render(make(), name)  # type: ignore[operator]
    assert len(body) > 500


def test_pdf_is_tagged_titled_and_has_bookmarks() -> None:
    document = pypdfium2.PdfDocument(render(_full(), "pdf"))
    try:
        assert pypdfium2.raw.FPDFCatalog_IsTagged(document)
        assert document.get_metadata_value("Title") == "Điểm báo tuần 30/2025 – Văn phòng & <thử>"
        assert document.get_metadata_value("CreationDate").startswith("D:20250728")
        titles = [mark.get_title() for mark in document.get_toc()]
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    assert titles[0] == "I. Tổng quan"
    assert "1. Kết quả" in titles
    assert "Phụ lục 2. Ghi chú phương pháp" in titles
    assert "{{ 7*7 }} #eval" in text
    assert "Nguyễn Văn Thử" in text


def test_pdf_links_only_the_web() -> None:
    document = pypdfium2.PdfDocument(render(_full(), "pdf"))
    found = set()
    try:
        for page in document:
            at, link, held = ctypes.c_int(0), pypdfium2.raw.FPDF_LINK(), ctypes.create_string_buffer(2000)
            while pypdfium2.raw.FPDFLink_Enumerate(page, at, link):
                pypdfium2.raw.FPDFAction_GetURIPath(document, pypdfium2.raw.FPDFLink_GetAction(link), held, len(held))
                found.add(held.value.decode())
    finally:
        document.close()
    assert "https://example.org/cong-a/tram-5g.html" in found
    assert all(address.startswith("http") for address in found)


def test_a_print_too_long_is_cut_and_says_so() -> None:
    digest = _full()
    long = replace(digest, items=tuple(replace(digest.items[1], article_id=f"a{n}", number=n + 1, title=f"Tin số {n}") for n in range(30)))
    outline = make_outline(long)
    items = next(part for part in shorten(outline, 10).appendices if part.key == "items")
    told, table = items.blocks
    assert isinstance(told, Paragraph)
    assert told.runs[0].text.startswith("Bản in này nêu 10 dòng đầu trong 30 dòng")
    assert isinstance(table, Table)
    assert [group.rows[0][3][0].text for group in table.groups] == [f"Tin số {n}" for n in range(10)]
    assert shorten(outline, 30) == outline
    assert [part.key for part in shorten(outline, 1).parts] == [part.key for part in outline.parts]


def test_a_long_list_of_provinces_does_not_fill_a_page() -> None:
    names = tuple(f"Tỉnh thứ {n} (nay thuộc Lâm Đồng)" for n in range(40))
    digest = _full()
    assert sum(map(len, names)) > 200
    outline = make_outline(replace(digest, items=(replace(digest.items[0], provinces=names),)))
    cell = next(part for part in outline.appendices if part.key == "items").blocks[0].groups[0].rows[0][4]  # type: ignore[union-attr]
    assert cell[0].text == f"{', '.join(names[:5])} và 35 địa phương khác"


def test_pdf_uses_no_font_of_the_machine() -> None:
    """Every font of the file is in the file and is one that ships."""
    document = pypdfium2.PdfDocument(render(_full(), "pdf"))
    names = set()
    try:
        for page in document:
            for piece in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
                font = pypdfium2.raw.FPDFTextObj_GetFont(piece.raw)
                assert pypdfium2.raw.FPDFFont_GetIsEmbedded(font) == 1
                held = ctypes.create_string_buffer(200)
                pypdfium2.raw.FPDFFont_GetBaseFontName(font, held, len(held))
                names.add(held.value.decode().split("+")[-1].split("-")[0])
    finally:
        document.close()
    assert "LiberationSerif" in names
    assert names <= {"LiberationSerif", "LibertinusSerif", "NewCM10", "NewCMMath", "DejaVuSansMono"}


def test_pdf_without_its_extra_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(R57Error, match=r"r57monitor\[pdf\]"):
        render(_full(), "pdf")


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed (apt-get install qpdf)")
def test_pdf_passes_qpdf(tmp_path: Path) -> None:
    path = tmp_path / "d.pdf"
    path.write_bytes(render(_full(), "pdf"))
    checked = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_word_document_has_the_marks_of_an_office_document() -> None:
    document = Document(io.BytesIO(render(_full(), "docx")))
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm), round(page.left_margin.mm)) == (210, 297, 30)
    assert (document.styles["Normal"].font.name, document.styles["Normal"].font.size.pt) == ("Times New Roman", 13)
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[:2] == ["Tổng quan", "Nội dung đáng chú ý"]
    assert headings[-2:] == ["Phụ lục 1. Danh mục tin bài", "Phụ lục 2. Ghi chú phương pháp"]
    gridded = [t for t in document.tables if t.style.name == "Table Grid" and len(t.rows) > 1]
    assert len(gridded) >= 8
    assert all(t.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for t in gridded)
    assert "PAGE" in page.header._element.xml
    pictures = document.element.body.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr")
    assert {p.get("descr") for p in pictures} == {"Bản đồ <thử>. Lào Cai: có đưa tin & đủ"}
    first = [c.text for row in document.tables[0].rows for c in row.cells]
    assert "VĂN PHÒNG" not in first[0]  # capitals are a look: the text stays as the settings have it
    assert "Độc lập - Tự do - Hạnh phúc" in first[1]
    assert document.core_properties.author == "Văn phòng thử"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed (apt-get install libreoffice-writer-nogui)")
def test_word_document_opens_in_libreoffice(tmp_path: Path) -> None:
    (tmp_path / "d.docx").write_bytes(render(_full(), "docx"))
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
    ]
    subprocess.run([*command, str(tmp_path / "d.docx")], check=True, capture_output=True, timeout=240)
    document = pypdfium2.PdfDocument((tmp_path / "d.pdf").read_bytes())
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    assert "X. NGUỒN TIN" in text  # headings are numbered by the program that shows them
    assert "CHÁNH VĂN PHÒNG" in text


def test_spreadsheet_has_numbers_days_and_no_formula() -> None:
    book = load_workbook(io.BytesIO(render(_full(), "xlsx")))
    page = book["Kết quả mới"]
    head = [cell.value for cell in page[1]]
    row = dict(zip(head, page[2], strict=True))
    assert (row["Số"].value, row["Số"].data_type, row["Số lần trước"].value) == (150, "n", 138)
    assert row["Ngày"].value == datetime(2025, 7, 20)
    assert row["Ngày"].number_format == "dd/mm/yyyy"
    assert row["Mã số liệu"].value == "f1"
    assert (page.freeze_panes, page.auto_filter.ref is not None) == ("A2", True)
    goals = dict(zip([c.value for c in book["Mục tiêu mới"][1]], book["Mục tiêu mới"][2], strict=True))
    assert (goals["Dấu so sánh"].value, goals["Số"].value) == ("≥", 350)
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    titles = [cell.value for cell in book["Danh mục tin bài"]["E"]]
    assert any(str(title).startswith("=HYPERLINK") for title in titles)
    assert not [c for c in cells if c.hyperlink and not str(c.hyperlink.target).startswith("http")]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00b\x1fc", "abc"),
        ("hai\ndòng\u2028nữa", "hai dòng nữa"),
        ("\ud800nửa\udfff", "nửa"),
        ("đảo\u202e chữ\u2066", "đảo chữ"),
        ("Huế ế", "Huế ế"),
    ],
)
def test_clean_text(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@pytest.mark.parametrize(("value", "decimals"), [(150.0, 0), (97.1, 1), (0.25, 2), (1 / 3, 4), (1_172_700_000_000.0, 0)])
def test_numbers_show_the_decimals_they_have(value: float, decimals: int) -> None:
    assert count_decimals(value) == decimals


def _rng() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))


@pytest.mark.parametrize("make", [_full, _empty])
def test_feed_of_new_figures_is_atom(make: object) -> None:
    body = render(make(), "atom")  # type: ignore[operator]
    schema = _rng()
    assert schema.validate(etree.fromstring(body)), schema.error_log
    feed = feedparser.parse(body)
    assert not feed.bozo
    assert len(feed.entries) == (4 if make is _full else 0)
    ids = [entry.id for entry in feed.entries]
    assert len(set(ids)) == len(ids)
    assert ids == [entry.id for entry in feedparser.parse(render(make(), "atom")).entries]  # type: ignore[operator]
    assert not [link for entry in feed.entries for link in entry.get("links", ()) if not link.href.startswith("http")]


def test_feed_of_digests_is_atom_and_newest_first() -> None:
    issues = [
        Issue(name=f"diem-bao-2025-W{week}", title=f"Điểm báo tuần {week}/2025", office="Sở thử", summary="Tóm tắt",
              updated=datetime(2025, 7, week - 20, tzinfo=UTC), files=((f"diem-bao-2025-W{week}.html", "text/html"),))
        for week in (29, 30)
    ]  # fmt: skip
    body = render_issues(issues, "Sở thử")
    schema = _rng()
    assert schema.validate(etree.fromstring(body)), schema.error_log
    feed = feedparser.parse(body)
    assert [entry.title for entry in feed.entries] == ["Điểm báo tuần 30/2025", "Điểm báo tuần 29/2025"]
    assert schema.validate(etree.fromstring(render_issues([], "Sở thử")))


def test_the_schema_of_the_tests_refuses_what_is_no_feed() -> None:
    schema, body = _rng(), render(_full(), "atom")
    for wrong in (
        re.sub(rb"<updated>.*?</updated>", b"", body, count=1),
        body.replace(b"<id>urn:uuid:", b"<id>", 1),
        body.replace(b"author>", b"auteur>"),
    ):
        assert not schema.validate(etree.fromstring(wrong))


def test_mail_carries_its_css_and_its_pictures() -> None:
    mail = make_mail(_full())
    assert mail.subject == "Điểm báo tuần 30/2025 (Văn phòng & <thử>)"
    assert [image.get("alt") for image in lxml.html.fromstring(mail.html).iter("img")] == ["Bản đồ <thử>. Lào Cai: có đưa tin & đủ"] * 2
    assert '<p class="banner" style="' in mail.html
    assert "prefers-color-scheme: dark" in mail.html
    assert "max-width: 640px" in mail.html
    assert mail.text.startswith("Sở thử")
    assert "<b onclick" not in mail.html


def test_mail_shows_its_pictures_where_data_addresses_are_not_shown() -> None:
    mail = make_mail(_full())
    made = build_mail(sender="gui@example.vn", subject=mail.subject, text=mail.text, html=mail.html, at=datetime(2025, 7, 28, tzinfo=UTC))
    parts = list(message_from_bytes(made, policy=policy.default).walk())
    page = next(part.get_content() for part in parts if part.get_content_type() == "text/html")
    held = {str(part["Content-ID"]).strip("<>") for part in parts if part.get_content_type() == "image/png"}
    assert held
    assert set(re.findall(r'src="cid:(.*?)"', page)) == held
    assert 'src="data:' not in page


@pytest.mark.slow
@pytest.mark.skipif(
    not os.environ.get("VNU_JAR") or shutil.which("java") is None,
    reason="no Nu HTML checker: VNU_JAR names no vnu.jar (npm's vnu-jar), or no java",
)
def test_html_passes_the_nu_checker(tmp_path: Path) -> None:
    for name, page in (
        ("page", render(_full(), "html").decode("utf-8")),
        ("mail", make_mail(_full()).html),
        ("empty", render(_empty(), "html").decode("utf-8")),
    ):
        (tmp_path / f"{name}.html").write_text(page, "utf-8")
    checked = subprocess.run(
        ["java", "-jar", os.environ["VNU_JAR"], "--errors-only", "--also-check-css", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
