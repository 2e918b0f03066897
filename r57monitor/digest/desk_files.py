"""The editor's desk as a file that people fill in, TOML or CSV, and read back."""

from __future__ import annotations

import csv
import io
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import tomlkit

from r57monitor.digest.desk import Choice, DeskRow, make_choice
from r57monitor.errors import UsageError

_COLUMNS = (
    "digest",
    "part",
    "key",
    "show",
    "order",
    "note",
    "proposed",
    "province",
    "outlet",
    "day",
    "words",
    "url",
    "article_id",
    "mention",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HELP = """Bàn biên tập của {name}. / Editor's desk.
show: "" theo đề xuất / as proposed; "notable" đưa vào mục đáng chú ý; "plain" không đưa vào mục đáng chú ý; "drop" bỏ khỏi nội dung.
order: số thứ tự trong mục / place in its section. note: lời ghi dưới mục / a note printed under it.
Các dòng khác chỉ để đọc / the other lines are for reading only. Nhập lại / read back: r57 digest desk import FILE"""


def write_toml(name: str, note: str, rows: Iterable[DeskRow]) -> str:
    """The desk as TOML: the editor's paragraph, then one [[line]] a line of the digest."""
    document = tomlkit.document()
    for line in _HELP.format(name=name).split("\n"):
        document.add(tomlkit.comment(line))
    document.add("digest", tomlkit.item(name))
    document.add("note", tomlkit.item(note))
    lines = tomlkit.aot()
    for row in rows:
        table = tomlkit.table()
        for key, value in _cells(name, row).items():
            if key != "digest" and not (key == "order" and value == ""):
                table.add(key, value)
        lines.append(table)
    document.add("line", lines)
    return tomlkit.dumps(document)


def write_csv(name: str, note: str, rows: Iterable[DeskRow]) -> str:
    """The desk as CSV for a spreadsheet; the first line after the header holds the editor's paragraph."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerow({"digest": name, "part": "digest", "note": _safe(note)})
    for row in rows:
        writer.writerow({key: _safe(value) for key, value in _cells(name, row).items()})
    return "\ufeff" + out.getvalue()


def _cells(name: str, row: DeskRow) -> dict[str, Any]:
    return {
        "digest": name, "part": row.part, "key": row.key, "show": row.show, "order": "" if row.order is None else row.order,
        "note": row.note, "proposed": "notable" if row.is_notable else "", "province": row.province, "outlet": row.outlet, "day": row.day,
        "words": row.words, "url": row.url, "article_id": row.article_id, "mention": row.mention,
    }  # fmt: skip


def _safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def read_file(text: str, is_csv: bool) -> tuple[str, str | None, list[Choice]]:
    """Name of the digest, the editor's paragraph (None where the file has none), and the choices. Raises UsageError."""
    name, note, lines = _read_csv(text) if is_csv else _read_toml(text)
    choices = [make_choice(line) for line in lines]
    twice = [line for line, count in Counter((choice.part, choice.key) for choice in choices).items() if count > 1]
    if twice:
        raise UsageError(f"{twice[0][0]} {twice[0][1]} stands in the file twice; keep one of the lines.")
    return name, note, choices


def _read_toml(text: str) -> tuple[str, str | None, list[dict[str, Any]]]:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not valid TOML: {error}.") from error
    lines = raw.get("line", [])
    if not isinstance(raw.get("digest"), str) or not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise UsageError('no desk: the file needs digest = "…" and [[line]] tables; `r57 digest desk export` writes one.')
    return raw["digest"], str(raw["note"]) if "note" in raw else None, lines


def _read_csv(text: str) -> tuple[str, str | None, list[dict[str, Any]]]:
    body = text.removeprefix("\ufeff")
    head = body.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(body), delimiter=max(",;\t", key=head.count))
    missing = [column for column in ("digest", "part", "key") if column not in (reader.fieldnames or ())]
    if missing:
        raise UsageError(f'no desk: the column "{missing[0]}" is missing; `r57 digest desk export` writes one.')
    rows: Sequence[dict[str, Any]] = [
        {key: _unsafe(value) for key, value in row.items() if key and not isinstance(value, list)} for row in reader
    ]
    names = {row["digest"] for row in rows if row["digest"]}
    if len(names) != 1:
        raise UsageError("no desk: every line must name one and the same digest.")
    notes = [row.get("note") or "" for row in rows if row["part"] == "digest"]
    return names.pop(), notes[0] if notes else None, [row for row in rows if row["part"] not in {"digest", ""}]


def _unsafe(value: str | None) -> str:
    text = value or ""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
