"""Weeks that are not as usual: empty, every source down, hostile page text, provinces by the dozen."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from docx import Document

from r57monitor.digest import FORMATS, model_json, render
from r57monitor.digest.desk import Sheet, list_rows
from r57monitor.digest.desk_files import write_csv, write_toml
from r57monitor.digest.model import DigestRows
from r57monitor.digest.short import render_short
from r57monitor.gazetteer import MERGER, load_gazetteer
from tests.digest_rows import article, figure, make_rows
from tests.test_digest import _build

_HOSTILE = (
    "<script>alert(57)</script>", '=HYPERLINK("http://x.example";"57")', "{{ 7 * 7 }} {% raw %}", "# **[x](javascript:alert(1))**",
    "Tiêu đề\x00\x0b\u202e\ufffe 😀 " + "a" * 3_000, "#let x = read(\"/etc/hosts\")", "]]></title><b>", "| ô | bảng |",
)  # fmt: skip
_TEXT_FORMATS = [name for name in sorted(FORMATS) if name not in {"pdf"}]  # one page-maker takes seconds and has tests of its own


def _empty(**more: Any) -> DigestRows:
    return replace(make_rows(), articles=[], late=[], before=[], figures=[], documents=[], health=[], coverage=[], **more)


@pytest.mark.parametrize("name", _TEXT_FORMATS)
def test_an_empty_week_is_written_in_every_format(name: str) -> None:
    assert len(render(_build(_empty(is_before_observed=False)), name)) > 200


def test_a_week_with_every_source_down_is_no_silence() -> None:
    rows = _empty()
    days = [date(2025, 7, 21) + timedelta(days=n) for n in range(7)]
    health = [
        {"source_id": s["source_id"], "day": day, "state": "failing", "cause": "máy chủ trả lời 503", "name": s["name"], "kind": s["kind"],
         "province": None}
        for s in rows.sources for day in days
    ]  # fmt: skip
    coverage = [
        {"province_id": e.id, "province_now": e.name, "week": "2025-W30", "state": "not_observed", "articles": 0}
        for e in load_gazetteer().at(MERGER)
    ]
    digest = _build(replace(rows, health=health, coverage=coverage, is_before_observed=False))
    assert (digest.reported, digest.silent, len(digest.not_observed)) == ((), (), 34)
    assert [(t.state, t.days, t.cause) for t in digest.troubles] == [("failing", 7, "máy chủ trả lời 503")] * 3
    assert {count.before for count in digest.counts} == {None}
    assert digest.notable == ()
    assert "im lặng 0, không quan sát được 34" in render_short(digest)
    assert "3 nguồn lỗi hoặc không chạy" in render_short(digest)
    for name in _TEXT_FORMATS:
        render(digest, name)


def _hostile() -> DigestRows:
    articles = [article(f"h{n}", "cong-a", datetime(2025, 7, 22, 2), title=text) for n, text in enumerate(_HOSTILE)]
    figures = [figure(f"hf{n}", row, 5, f"{_HOSTILE[n]} có 5 trạm.", "5 trạm", label=_HOSTILE[n], metric_id=None, series_id=f"h{n}")
               for n, row in enumerate(articles)]  # fmt: skip
    return replace(make_rows(), articles=articles, figures=figures, documents=[])


def test_hostile_titles_are_text_in_every_format() -> None:
    digest = _build(_hostile())
    html = render(digest, "html").decode("utf-8")
    assert "<script" not in html
    assert "</title><b>" not in html
    assert "{{ 7 * 7 }}" in html
    assert "javascript:alert" not in html.replace("(javascript:alert(1))", "")
    document = Document(io.BytesIO(render(digest, "docx")))
    assert not [rel for rel in document.part.rels.values() if rel.is_external and not rel.target_ref.startswith("http")]
    markdown = render(digest, "md").decode("utf-8")
    assert "[x](javascript" not in markdown
    for name in _TEXT_FORMATS:
        assert render(digest, name)
    assert model_json.parse(model_json.store(digest)) == digest


def test_hostile_titles_on_the_desk_and_in_a_chat() -> None:
    digest = _build(_hostile())
    rows = list_rows(digest, Sheet())
    assert ",=" not in write_csv("diem-bao-2025-W30", "", rows)
    assert write_toml("diem-bao-2025-W30", "", rows).count("[[line]]") == len(rows)
    assert len(render_short(digest).splitlines()) <= 10


def test_a_list_of_all_provinces() -> None:
    entities = load_gazetteer().at(MERGER)
    about = [{"province_id": e.id, "province": e.name, "province_now": e.name, "role": "subject"} for e in entities]
    rows = replace(make_rows(), articles=[article("tat-ca", "cong-a", datetime(2025, 7, 22, 2), provinces=about)], figures=[])
    digest = _build(rows)
    assert len(", ".join(digest.items[0].provinces)) > 200
    assert len(digest.reported) == 34
    assert [section.name for section in digest.sections] == [""]
    for name in _TEXT_FORMATS:
        assert render(digest, name)
    assert max(map(len, render_short(digest).splitlines())) < 400
