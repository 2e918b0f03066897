"""Pages that lie about themselves: canonical addresses, copies, forwards, huge parts, and files that are traps."""

from __future__ import annotations

import io
import zipfile

from tests.hostile_web.farm import Expected, Farm, bad_path, with_bad
from tests.hostile_web.server import Answer, Site, Trick
from tests.web import article_html, feed_xml

_PARKED = "<html><head><title>Tên miền này đang được rao bán</title></head><body><p>Liên hệ để mua tên miền.</p></body></html>"
_SHEET = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def add_pages(farm: Farm) -> None:
    _add_canonical_liars(farm)
    _add_copies(farm)
    _add_forwards(farm)
    _add_unclosed(farm)
    _add_parked(farm)
    _add_files(farm)


def _with_head(page: Answer, words: str) -> Answer:
    return Answer(page.body.replace(b"</head>", words.encode() + b"</head>"))


def _add_canonical_liars(farm: Farm) -> None:
    """All pages name one article, each other, the front page, or themselves with a session, as their canonical address."""
    site = Site("chinh-danh")
    paths = farm.articles(site, 6)
    said = [
        "/tin/hoi-nghi-tong-ket-cong-tac-nam.html",
        "/",
        f"{paths[2]}?PHPSESSID={'a' * 32}",
        "http://[::1/",
        "//x.invalid/",
        "javascript:x",
    ]
    for path, place in zip(paths, said, strict=True):
        page = site.pages[path]
        assert isinstance(page, Answer)
        site.pages[path] = _with_head(page, f'<link rel="canonical" href="{place}">')
    farm.add(site, Expected(good=set(paths)))


def _add_copies(farm: Farm) -> None:
    """One article under many addresses is one article."""
    site = Site("nhieu-ban")
    paths = farm.articles(site, 2, feed=False)
    page = site.pages[paths[0]]
    assert isinstance(page, Answer)
    page = site.pages[paths[0]] = _with_head(page, f'<link rel="canonical" href="{paths[0]}">')
    copies = [
        f"{paths[0]}?print=1",
        f"/amp{paths[0]}",
        paths[0].replace(".html", ".amp"),
        f"{paths[0]}?utm_source=zalo",
        f"/in-bai{paths[0]}",
    ]
    site.pages |= dict.fromkeys(copies, page)
    farm.feed(site, [*paths, *copies])
    farm.add(site, Expected(good=set(paths)))


def _add_forwards(farm: Farm) -> None:
    site = Site("bai-chuyen-tiep")
    good = farm.articles(site, 2, feed=False)
    sent = '<html><head><meta http-equiv="refresh" content="0;url={}"></head><body>Đang chuyển</body></html>'
    site.pages |= {
        "/tin/dia-chi-cu-cua-mot-bai-viet-700001.html": Answer(sent.format(good[0]).encode()),
        bad_path("di-vong"): Answer(sent.format(f"{bad_path('di-vong')}?1").encode()),
        bad_path("di-ngoai"): Answer(sent.format(f"{farm.forbidden.url}/tin/mot-bai-viet-o-noi-khac-1.html").encode()),
        bad_path("di-tep"): Answer(sent.format("file:///etc/passwd").encode()),
    }
    farm.feed(
        site, ["/tin/dia-chi-cu-cua-mot-bai-viet-700001.html", good[1], bad_path("di-vong"), bad_path("di-ngoai"), bad_path("di-tep")]
    )
    farm.add(site, Expected(cause="articles: ", good=set(good)))


def _add_unclosed(farm: Farm) -> None:
    """Tags, comments and scripts by the thousand that never close: each page is read, or set aside, in no time."""
    parts = (b"<script", b"<title", b"<link rel=canonical ", b"<!--", b"<![CDATA[", b"<a href=/tin/", b"<svg ")
    pages: dict[str, Answer | Trick] = {
        bad_path(f"ho-{n}"): Answer(b"<html><body>" + part * (300_000 // len(part))) for n, part in enumerate(parts)
    }
    pages[bad_path("thuoc-tinh")] = Answer(b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(150_000)) + b">x</p></body></html>")
    with_bad(farm, "khong-dong", pages, Expected())
    site = Site("tieu-de-lon")
    (path,) = farm.articles(site, 1)
    number = int(path[-11:-5])
    body = article_html(number).replace("<title>", "<title>" + "Tiêu đề dài mãi " * 200_000)
    site.pages[path] = Answer(body.encode())
    farm.add(site, Expected(good={path}))


def _add_parked(farm: Farm) -> None:
    site = Site("rao-ban", {"/robots.txt": Answer(b"", 404)}, anything=Answer(_PARKED.encode()))
    farm.add(site, Expected("failing", "there is no site at this address"))
    site = Site("bao-tri", extra="feeds = []")
    site.pages["/"] = Answer("<html><head><title>Hệ thống đang bảo trì</title></head><body><p>Xin quay lại sau.</p></body></html>".encode())
    farm.add(site, Expected("failing", "the site is closed for maintenance"))


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in files.items():
            packed.writestr(name, body)
    return out.getvalue()


def _add_files(farm: Farm) -> None:
    """Articles whose text is in a file, and the file is a bomb, a trap or broken."""
    outside = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{farm.forbidden.url}/thuc-the">]>'
    document = f'<?xml version="1.0"?>{outside}<w:document xmlns:w="x"><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>'
    kinds = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    files = {
        "bom.docx": _zip({"[Content_Types].xml": kinds, "word/document.xml": b"a" * (300 * 2**20)}),
        "thuc-the.docx": _zip({"[Content_Types].xml": kinds, "word/document.xml": document.encode()}),
        "bom.xlsx": _zip({"[Content_Types].xml": kinds, "xl/worksheets/sheet1.xml": (_SHEET % ("<row/>" * 20_000_000)).encode()}),
        "hong.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000,
        "hong.pdf": b"%PDF-1.7\n" + b"1 0 obj << /Kids [1 0 R] >> endobj\n" * 2000,
    }
    site = Site("tep-dinh-kem")
    good = farm.articles(site, 1, feed=False)
    for name, body in files.items():
        site.pages[f"/tep/{name}"] = Answer(body, kind="application/octet-stream")
    notices = {
        f"/tin/thong-bao-ve-viec-so-hoa-ho-so-{n:06d}.html": Answer(
            f'<html><body><h1>Thông báo số {n}</h1><p><a href="/tep/{name}">Tệp đính kèm</a></p></body></html>'.encode()
        )
        for n, name in enumerate(files, 800_001)
    }
    site.pages |= notices
    site.pages["/rss.xml"] = Answer(feed_xml("", [*notices, *good]), kind="application/rss+xml")
    farm.add(site, Expected(good=set(good)))
