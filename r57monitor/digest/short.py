"""The digest in ten lines, for a chat group."""

from __future__ import annotations

from r57monitor.digest.model import Digest, FigureLine, Item
from r57monitor.wording import format_day, format_number, is_web_address

_LINES = 10
_WIDTH = 220  # characters of one line, so that it stays one on a phone
_TITLE = 120
_NAMES = 8


def render_short(digest: Digest) -> str:
    """At most ten lines of plain text: heading, counts, provinces, what is notable, what was newly reported, what is not certain."""
    counts = {count.key: count for count in digest.counts}
    head = [
        _name(digest),
        "; ".join(f"{format_number(counts[key].now)} {word}{_against(counts[key].before)}" for key, word in _COUNTED if key in counts)
        + ".",
        f"Có đưa tin {len(digest.reported)}, im lặng {len(digest.silent)}, không quan sát được {len(digest.not_observed)} địa phương."
        + (f" Im lặng: {_join(digest.silent)}." if digest.silent and digest.province is None else ""),
    ]
    tail = [_foot(digest)]
    mixed = _mixed(digest)
    tail = [mixed, *tail] if mixed else tail
    room = _LINES - len(head) - len(tail)
    notable = [f"• {_item(item)}" for item in digest.notable[: max(room - 2, 2)]]
    told = {item.article_id for item in digest.notable}
    figures = [line for line in digest.results if line.metric_id]
    figures.sort(key=lambda line: line.article_id in told)
    lines = [f"• {_figure(line)}" for line in figures[: room - len(notable)]]
    body = [*notable, *lines] or ["Trong kỳ không có số liệu mới."]
    return "\n".join([*(_cut(line) for line in head), *body, *(_cut(line) for line in tail)]) + "\n"


_COUNTED = (("articles", "bài"), ("originals", "bài gốc"), ("outlets", "báo, cổng"), ("new_figures", "số liệu mới"))


def _name(digest: Digest) -> str:
    week = digest.period.week
    title = f"ĐIỂM BÁO TUẦN {week[-2:]}/{week[:4]}" if week else "ĐIỂM BÁO"
    scope = f" – {digest.province}" if digest.province else ""
    scope += f" – nhóm nhiệm vụ {digest.pillar}" if digest.pillar else ""
    practice = " (dữ liệu thực hành – số liệu hư cấu)" if digest.is_practice else ""
    return f"{title}{scope}: Nghị quyết 57, {format_day(digest.period.start)} – {format_day(digest.period.end)}{practice}"


def _against(before: int | None) -> str:
    return "" if before is None else f" (kỳ trước {format_number(before)})"


def _join(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_NAMES])
    return shown if len(names) <= _NAMES else f"{shown} và {len(names) - _NAMES} nơi khác"


def _item(item: Item) -> str:
    where = f"{', '.join(item.provinces)}: " if item.provinces else ""
    by = f"({item.outlet}{f', {format_day(item.day)}' if item.day else ''})"
    address = f" {item.url}" if is_web_address(item.url) else ""
    return f"{_cut(where + item.title, _TITLE)} {_cut(by, _TITLE)}{address}"


def _figure(line: FigureLine) -> str:
    when = f" ({line.when})" if line.when else ""
    against = f"; lần trước {line.against}" if line.against else ""
    return _cut(f"{line.province or 'Chưa rõ địa phương'} – {line.metric}: {line.value}{when}{against} – {line.outlet}")


def _mixed(digest: Digest) -> str:
    found = [
        (len(digest.moved), "mục tiêu nêu khác trước"),
        (len(digest.conflicts), "số liệu mâu thuẫn"),
        (len(digest.documents), "văn bản mới"),
        (len(digest.corrections), "đính chính kỳ trước"),
    ]
    told = [f"{count} {word}" for count, word in found if count]
    return f"Ngoài ra: {', '.join(told)}." if told else ""


def _foot(digest: Digest) -> str:
    failing = sum(trouble.state in {"failing", "not_run"} for trouble in digest.troubles)
    blind = f"{failing} nguồn lỗi hoặc không chạy. " if failing else ""
    return f"{blind}Máy đọc tự động, xem câu trích và đường dẫn trong bản đầy đủ trước khi dùng."


def _cut(line: str, most: int = _WIDTH) -> str:
    """One line, cut at a word where it is too long."""
    flat = " ".join(line.split())
    return flat if len(flat) <= most else flat[: most - 1].rsplit(" ", 1)[0] + "…"
