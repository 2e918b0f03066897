"""Pages to measure on: the practice web's articles, on bare pages and among as much chrome as real portals put around them.

What real pages of 80 kB and more are made of was counted on 16 of seven portals: 20 to 75 % scripts and styles, 5 to 15 % text, four to
eleven elements a kB.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import cycle, islice
from random import Random

from r57monitor.models import RawPage
from r57monitor.practice.schedule import visit_instants
from r57monitor.practice.server import Practice
from r57monitor.practice.sites import SiteArticle

SMALL_BYTES = 6_000
_BARE_BYTES = 5_000
LARGE_BYTES = (80_000, 120_000, 200_000)
_SCRIPT_SHARE = (0.25, 0.5, 0.7)
_RELEVANT_SHARE = 0.05  # of what a crawl brings home
_A_SITE = 4  # articles of each site that are padded

_SCRIPT = """
(function(w,d){{var c={{"zone":"{key}","slots":[{{"id":"div-gpt-ad-{n}-0","size":[[300,250],[336,280]]}}],"page":"detail"}};
w.__q=w.__q||[];w.__q.push(function(){{var e=d.getElementById("slot-{n}");if(!e){{return;}}for(var i=0;i<c.slots.length;i++){{
e.setAttribute("data-slot",c.slots[i].id);if(e.offsetWidth<320&&!w.matchMedia("(min-width: 768px)").matches){{e.style.display="none";}}
}}}});d.addEventListener("scroll",function(){{if(w.pageYOffset>{n}){{w.__seen=true;}}}},{{passive:true}});}})(window,document);
"""
_STYLE = ".box-{key}-{n}{{display:flex;margin:0 auto {n}px;max-width:1260px}}.box-{key}-{n} a:hover{{color:#9f224e;text-decoration:none}}\n"


def small_pages() -> list[RawPage]:
    """Relevant articles as the practice web shows them, of 4 to 6 kB."""
    return [page for page, _ in _articles() if len(page.body) <= SMALL_BYTES]


def mixed_pages() -> list[RawPage]:
    """As a crawl meets them: all articles of the practice web about other things, and among them one in twenty that is relevant."""
    return [page for page, _ in _mix()]


def mixed_large_pages() -> list[RawPage]:
    """The same articles among menus, lists of other articles, scripts and styles, as on newspapers' pages: 80 to 200 kB."""
    return [pad(page, placed, LARGE_BYTES[n % 3], _SCRIPT_SHARE[n // 3 % 3]) for n, (page, placed) in enumerate(_mix())]


def _mix() -> list[tuple[RawPage, SiteArticle]]:
    others, relevant = _articles(relevant=False), _articles()
    wanted = max(1, round(len(others) * _RELEVANT_SHARE / (1 - _RELEVANT_SHARE)))
    return [*others, *relevant[:: max(1, len(relevant) // wanted)][:wanted]]


def bare_pages() -> tuple[list[RawPage], list[RawPage]]:
    """Pages of 5 kB with a headline, paragraphs and nothing around them: of the third of the practice web's relevant originals with the
    most digits in their text, and of the third with the fewest, two or three originals run together. The hardest small pages there
    are: little markup, much text."""
    originals = sorted((found for found in _articles() if found[1].copy is None), key=_digit_share)
    third = len(originals) // 3
    return list(_lay_bare(originals[-third:])), list(_lay_bare(originals[:third]))


def _digit_share(found: tuple[RawPage, SiteArticle]) -> float:
    text = found[1].text_at(found[0].fetched_at)
    return sum(map(str.isdigit, text)) / len(text)


def _lay_bare(originals: list[tuple[RawPage, SiteArticle]]) -> Iterator[RawPage]:
    """One page after another, each begun with an article of its own."""
    rest = list(originals)
    while rest:
        page, placed = rest.pop()
        title = html.escape(placed.title)
        body = (
            f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>'
            f'<meta property="article:published_time" content="{placed.published.isoformat()}"></head><body><article><h1>{title}</h1>\n'
        )
        lines = placed.text_at(page.fetched_at).split("\n")
        while lines and len(body.encode()) + len(lines[0].encode()) < _BARE_BYTES:
            body += f"<p>{html.escape(lines.pop(0))}</p>\n"
            if not lines and rest:
                lines = rest.pop()[1].text_at(page.fetched_at).split("\n")
        if lines:  # full
            yield replace(page, body=f"{body}</article></body></html>".encode())


def large_pages() -> list[RawPage]:
    """Relevant articles of every portal family among menus, lists of other articles, scripts and styles: 80 to 200 kB."""
    seen: dict[str, int] = {}
    pages: list[RawPage] = []
    for page, placed in _articles():
        number = seen[page.source_id] = seen.get(page.source_id, 0) + 1
        if number <= _A_SITE:
            kind = len(pages) % 3
            pages.append(pad(page, placed, LARGE_BYTES[kind], _SCRIPT_SHARE[(len(pages) // 3) % 3]))
    return pages


def _articles(*, relevant: bool = True) -> list[tuple[RawPage, SiteArticle]]:
    at = visit_instants()[-1]
    practice = Practice(at)
    return [
        (_page(practice, site_id, placed, at), placed)
        for site_id, articles in sorted(practice.articles.items())
        for placed in articles
        if placed.article.relevant == relevant
    ]


def _page(practice: Practice, site_id: str, placed: SiteArticle, at: datetime) -> RawPage:
    body = practice.routers[site_id].answer(placed.path, at).body
    return RawPage(
        url=placed.url, body=body, fetched_at=at, source_id=site_id, content_type="text/html; charset=utf-8", list_title=placed.title
    )


def pad(page: RawPage, placed: SiteArticle, size: int, script_share: float) -> RawPage:
    """The page with chrome around it, up to a size in bytes: scripts and styles in the head and at the end, menus before, lists after."""
    text = page.body.decode()
    rest = size - len(page.body)
    random = Random(page.url)  # noqa: S311 (decoration)
    scripts = _fill(_scripts(random), int(rest * script_share))
    half = len(scripts) // 2
    boxes = _fill(_boxes(placed, random), int(rest * (1 - script_share)))
    menus = max(1, len(boxes) // 4)
    text = _insert(text, "</head>", "".join(scripts[:half]))
    start = text.index(">", text.lower().index("<body")) + 1
    text = text[:start] + "".join(boxes[:menus]) + text[start:]
    return replace(page, body=_insert(text, "</body>", "".join([*boxes[menus:], *scripts[half:]])).encode())


def _insert(text: str, before: str, what: str) -> str:
    place = text.lower().rindex(before)
    return text[:place] + what + text[place:]


def _fill(pieces: list[str], size: int) -> list[str]:
    """As many of the pieces, over and over, as the size holds."""
    taken: list[str] = []
    total = 0
    for piece in cycle(pieces):
        total += len(piece.encode())
        if total > size:
            return taken
        taken.append(piece)
    return taken


def _scripts(random: Random) -> list[str]:
    pieces = []
    for number in range(40):
        key = f"{random.getrandbits(40):x}"
        script = "".join(_SCRIPT.format(key=key, n=number * 10 + i) for i in range(random.randint(1, 8)))
        style = "".join(_STYLE.format(key=key, n=i) for i in range(random.randint(5, 30)))
        pieces += [f'<script type="text/javascript">{script}</script>\n', f"<style>{style}</style>\n"]
    return pieces


def _boxes(placed: SiteArticle, random: Random) -> list[str]:
    """Menus first, then lists of other articles in turn with side columns."""
    titles = [title for title in _TITLES if title != placed.title]
    random.shuffle(titles)
    names = ("main-menu", "sub-menu", "mega-menu", "sidebar box-category", "list-news-related", "footer-links", "box-tin-doc-nhieu")
    boxes = []
    for number in range(60):
        name = names[number % 3] if number < 15 else names[3 + number % 4]
        chosen = list(islice(cycle(titles), number * 7, number * 7 + random.randint(5, 12)))
        boxes.append(_menu(name, number, chosen) if "menu" in name or "footer" in name else _list(name, number, chosen))
    return boxes


def _menu(name: str, number: int, titles: list[str]) -> str:
    links = "".join(
        f'<li class="menu-item level-{1 + i % 2}"><a href="/chuyen-muc/{number}-{i}.htm" title="{html.escape(t[:24])}">'
        f"{html.escape(t[:24])}</a></li>"
        for i, t in enumerate(titles)
    )
    tag = "footer" if "footer" in name else "nav"
    return f'<{tag} class="{name}" id="{name}-{number}"><ul class="wrapper clearfix">{links}</ul></{tag}>\n'


def _list(name: str, number: int, titles: list[str]) -> str:
    items = "".join(
        f'<div class="item-news box-category-item" data-id="{number}{i}">'
        f'<a class="thumb" href="/tin/{number}-{i}.htm" data-medium="Item-{i}">'
        f'<img class="lazy" width="240" height="144" alt="" data-src="/thumb_w/240/{number:08d}{i:06d}.jpg?w=240&amp;q=100&amp;dpr=1"></a>'
        f'<h3 class="title-news"><a href="/tin/{number}-{i}.htm" title="{html.escape(t)}">{html.escape(t)}</a></h3></div>'
        for i, t in enumerate(titles)
    )
    return f'<div class="{name}" id="box-{number}"><p class="box-title">Tin khác</p>{items}</div>\n'


_TITLES = (
    "Khánh thành cây cầu dây văng nối hai bờ sau ba năm thi công",
    "Giá cà phê xuất khẩu giữ ở mức cao trong phiên sáng đầu tuần",
    "Đội bóng đất Cảng thắng trận thứ tư liên tiếp trên sân nhà",
    "Mưa lớn gây ngập nhiều tuyến phố, giao thông ùn tắc kéo dài",
    "Trường học vùng cao đón lứa học sinh nội trú đầu tiên",
    "Triển lãm tranh lụa quy tụ hơn bốn mươi tác giả trẻ",
    "Nông dân chuyển vườn tạp sang trồng sầu riêng theo hợp đồng",
    "Bệnh viện tuyến tỉnh ghép thận thành công cho người bệnh thứ hai",
    "Lễ hội đua thuyền trên sông trở lại sau hai năm vắng bóng",
    "Cảnh báo thủ đoạn giả danh nhân viên điện lực để lừa đảo",
    "Khởi động mùa du lịch biển với chuỗi sự kiện âm nhạc",
    "Xe buýt điện chạy thử trên tuyến nối ga đường sắt với sân bay",
    "Người trồng hoa tất bật xuống giống cho vụ Tết",
    "Phát hiện dấu tích thành cổ khi đào móng trường tiểu học",
    "Ngư dân trúng đậm mùa cá cơm, tàu cập bến từ tờ mờ sáng",
    "Học sinh lớp mười một giành huy chương vàng môn hóa học quốc tế",
)
