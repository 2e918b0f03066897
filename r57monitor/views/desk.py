"""The editor's desk of a digest: choose, drop, reorder, annotate; approve; by hand in a table or by a file.

Nothing is written outside edit mode (`r57 dashboard --edit`). What is decided goes to the home's journal and is seen at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from r57monitor.clock import utc_now
from r57monitor.digest.desk import PARTS, Choice, DeskRow, list_rows, make_choice
from r57monitor.digest.desk_files import read_file, write_csv, write_toml
from r57monitor.errors import R57Error, UsageError
from r57monitor.views.frame import Page, as_markdown
from r57monitor.views.review import ask_name, is_editing
from r57monitor.wording import Texts, format_instant
from warehouse.desk import approve, find_kept, note_sent, reopen, write_choices
from warehouse.drafting import Draft

_SHOWN = {"item": ("", "notable", "plain", "drop")}
_SHOWN_ELSE = ("", "drop")
_HEIGHT = 420


def show_state(page: Page, draft: Draft) -> None:
    """Where the digest stands, in one line for everybody."""
    texts, standing = page.texts, draft.standing
    about = texts("desk.by_at", by=standing.by, at=format_instant(standing.at)) if standing.at else ""
    desk = draft.digest.desk
    if desk.chosen or desk.dropped:
        about = " · ".join(part for part in (about, texts("desk.edited", chosen=desk.chosen, dropped=desk.dropped)) if part)
    gone = f" · {texts('desk.gone')}" if standing.state != "draft" and draft.kept is None else ""
    st.html(f'<p class="r57-desk"><b>{escape(texts.of("desk_state", standing.state))}</b> {escape(about + gone)}</p>')


def show_desk(page: Page, draft: Draft) -> None:
    """The desk itself; outside edit mode only how to open it."""
    texts = page.texts
    if not is_editing():
        st.caption(texts("desk.how"))
        return
    by = ask_name(page)
    if draft.standing.state == "sent":
        st.info(texts("desk.kept"))
        return
    if draft.kept is not None:
        with st.container(horizontal=True):
            if st.button(texts("desk.reopen"), disabled=not by, key="desk_reopen"):
                _write(page, lambda: reopen(page.home, draft.standing.name, by=by))
            if st.button(texts("desk.sent"), disabled=not by, key="desk_sent", help=texts("desk.sent_note")):
                _write(page, lambda: _mark_sent(page, draft, by))
        return
    rows = list_rows(draft.proposal, draft.standing.sheet)
    _show_lines(page, draft, rows, by)
    _show_file(page, draft, rows, by)
    if st.button(texts("desk.approve"), type="primary", disabled=not by, key="desk_approve", help=texts("desk.approve_note")):
        _write(page, lambda: approve(page.home, draft.digest, by=by, at=utc_now()))


def _mark_sent(page: Page, draft: Draft, by: str) -> None:
    edition = find_kept(page.home, draft.standing)
    if edition is not None:
        note_sent(page.home, edition, by=by)


def _show_lines(page: Page, draft: Draft, rows: Sequence[DeskRow], by: str) -> None:
    texts, standing = page.texts, draft.standing
    counts = {part: sum(row.part == part for row in rows) for part in PARTS}
    shown = [part for part in PARTS if counts[part]] or ["item"]
    part = st.segmented_control(
        texts("desk.part"), shown, default=shown[0], key=f"desk_part {standing.name}",
        format_func=lambda p: f"{texts.of('desk_part', p)} ({counts[p]})",
    ) or shown[0]  # fmt: skip
    mine = [row for row in rows if row.part == part]
    version = f"{standing.name} {part} {hash((standing.sheet.note, tuple(standing.sheet.choices.values())))}"
    with st.form(f"desk {version}", border=False):
        words = {show: texts.of("desk_show", show or "proposed") for show in _SHOWN.get(part, _SHOWN_ELSE)}
        edited = st.data_editor(
            [_cells(row, words) for row in mine], key=f"desk_table {version}", hide_index=True, placeholder="",
            height=_HEIGHT if len(mine) > 9 else "auto",
            disabled=["proposed", "province", "words", "outlet", "day"], column_config=_columns(texts, part, words),
        )  # fmt: skip
        note = st.text_area(texts("desk.note"), standing.sheet.note, key=f"desk_note {version}", help=texts("desk.note_note"))
        if st.form_submit_button(texts("desk.save"), disabled=not by):
            _write(page, lambda: write_choices(page.home, standing.name, read_edits(mine, edited, words), by=by, note=note.strip()))


def _cells(row: DeskRow, words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "show": words.get(row.show, row.show), "order": row.order, "note": row.note, "proposed": row.is_notable, "province": row.province,
        "words": row.words, "outlet": row.outlet, "day": row.day,
    }  # fmt: skip


def _columns(texts: Texts, part: str, words: Mapping[str, str]) -> dict[str, Any]:
    config = st.column_config
    return {
        "show": config.SelectboxColumn(texts("desk.show"), options=list(words.values()), required=True, width=140),
        "order": config.NumberColumn(texts("desk.order"), min_value=1, step=1, format="%d", width="small"),
        "note": config.TextColumn(texts("desk.line_note"), max_chars=2_000, width="medium"),
        "proposed": config.CheckboxColumn(texts("desk.proposed"), width="small") if part == "item" else None,
        "province": config.TextColumn(texts("word.province")),
        "words": config.TextColumn(texts.of("desk_part", part), width="large"),
        "outlet": config.TextColumn(texts("word.outlet")),
        "day": config.TextColumn(texts("word.published"), width="small"),
    }


def read_edits(rows: Sequence[DeskRow], edited: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> list[Choice]:
    """What the table says about each of its lines. Raises UsageError for what cannot be chosen."""
    codes = {word: show for show, word in words.items()}
    return [
        make_choice({
            "part": row.part, "key": row.key, "show": codes.get(str(now["show"]), ""), "order": _whole(now["order"]),
            "note": now["note"], "article_id": row.article_id, "mention": row.mention,
        })
        for row, now in zip(rows, edited, strict=True)
    ]  # fmt: skip


def _whole(value: Any) -> int | None:
    return None if value is None or value != value else int(value)


def _show_file(page: Page, draft: Draft, rows: Sequence[DeskRow], by: str) -> None:
    texts, standing = page.texts, draft.standing
    with st.expander(texts("desk.by_file")):
        with st.container(horizontal=True):
            for name, write, mime in (("csv", write_csv, "text/csv"), ("toml", write_toml, "application/toml")):
                st.download_button(
                    f"{texts('word.download')} {name.upper()}", partial(write, standing.name, standing.sheet.note, rows),
                    file_name=f"ban-bien-tap-{standing.name}.{name}", mime=mime, key=f"desk_file_{name}", on_click="ignore",
                )  # fmt: skip
        file = st.file_uploader(texts("desk.upload"), type=["csv", "toml"], key=f"desk_upload {standing.name}")
        if file is not None and st.button(texts("desk.take_in"), disabled=not by, key="desk_take_in"):
            _write(page, lambda: take_in(page, draft, file.name, file.getvalue(), by))


def take_in(page: Page, draft: Draft, file_name: str, body: bytes, by: str) -> None:
    """Write the choices of a file for this digest. Raises UsageError for a file of another one."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(page.texts("desk.not_utf8", file=file_name)) from error
    name, note, choices = read_file(text, file_name.lower().endswith(".csv"))
    if name != draft.standing.name:
        raise UsageError(page.texts("desk.other_file", file=file_name, name=name))
    write_choices(page.home, name, choices, by=by, note=note)


def _write(page: Page, write: Callable[[], Any]) -> None:
    """Write, and draw the page again; an error is said in one line and nothing is written."""
    try:
        write()
    except (R57Error, OSError) as error:
        st.error(as_markdown(str(error)))
        return
    st.toast(page.texts("review.written"))
    st.rerun()
