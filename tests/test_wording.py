"""How people read values, days and names."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.digest.outline.words import quote
from r57monitor.gazetteer import load_gazetteer
from r57monitor.wording import (
    format_day,
    format_figure,
    format_instant,
    format_period,
    format_quantity,
    format_week,
    is_web_address,
    load_texts,
    local_day,
    mark_mention,
    name_unit,
    name_with_today,
    sort_vietnamese,
    week_days,
)


def _figure(value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": unit, "comparator": "eq", "value_max": None, "denominator": None} | more


@pytest.mark.parametrize(
    ("row", "vi", "en"),
    [
        (_figure(1245, "trạm"), "1.245 trạm", "1,245 stations"),
        (_figure(99.6, "%"), "99,6%", "99.6%"),
        (_figure(36, "nhiệm vụ", denominator=74), "36/74 nhiệm vụ", "36/74 tasks"),
        (_figure(6.2, "%", is_change=True, mention="6,2 điểm phần trăm"), "6,2 điểm %", "6.2 percentage points"),
        (_figure(0.5, "%", is_change=True, mention="0,5 điểm %", comparator="gt"), "> 0,5 điểm %", "> 0.5 percentage points"),
        (_figure(12, "%", is_change=True, mention="12%"), "12%", "12%"),
        (_figure(88.5, "%", is_change=False, mention="88,5 điểm"), "88,5%", "88.5%"),
        (_figure(1_172_700_000_000, "đồng"), "1.172,7 tỷ đồng", "1,172.7 billion VND"),
        (_figure(4_300_000, "tài khoản"), "4,3 triệu tài khoản", "4.3 million accounts"),
        (_figure(1_234_567, "hồ sơ"), "1.234.567 hồ sơ", "1,234,567 dossiers"),
        (_figure(80, "%", comparator="ge"), "≥ 80%", "≥ 80%"),
        (_figure(35, "%", value_max=40), "35–40%", "35–40%"),
        (_figure(7, "hạng", denominator=34), "thứ 7/34", "rank 7/34"),
        (_figure(0, "thôn"), "0 thôn", "0 villages"),
    ],
)
def test_figures(row: dict[str, Any], vi: str, en: str) -> None:
    assert format_figure(row, "vi") == vi
    assert format_figure(row, "en") == en


def test_money_below_a_million_stays_whole() -> None:
    assert format_quantity(950_000, "đồng") == "950.000 đồng"


@pytest.mark.parametrize(
    ("end", "precision", "shown"),
    [
        (date(2025, 5, 31), "day", "31/05/2025"),
        (date(2025, 5, 31), "month", "tháng 5/2025"),
        (date(2025, 6, 30), "quarter", "quý II/2025"),
        (date(2025, 6, 30), "half", "6 tháng đầu năm 2025"),
        (date(2025, 12, 31), "half", "6 tháng cuối năm 2025"),
        (date(2030, 12, 31), "year", "năm 2030"),
        (None, "day", ""),
    ],
)
def test_periods(end: date | None, precision: str, shown: str) -> None:
    assert format_period(end, precision) == shown


def test_evening_in_utc_is_the_next_day_in_vietnam() -> None:
    late = datetime(2025, 6, 30, 17, 30)
    assert local_day(late) == date(2025, 7, 1)
    assert format_day(late) == "01/07/2025"
    assert format_instant(late.replace(tzinfo=UTC)) == "01/07/2025 00:30"
    assert format_day(None, "chưa rõ") == "chưa rõ"


def test_names_carry_today_only_where_it_differs() -> None:
    assert name_with_today("Đắk Nông", "Lâm Đồng") == "Đắk Nông (nay thuộc Lâm Đồng)"
    assert name_with_today("Lâm Đồng", "Lâm Đồng") == "Lâm Đồng"
    assert name_with_today(None, None) == ""


def test_vietnamese_order() -> None:
    assert sort_vietnamese(["Đồng Nai", "Sơn La", "Cần Thơ", "Cà Mau", "Đà Nẵng", "Điện Biên", "An Giang", "Huế", "Hà Nội"]) == [
        "An Giang", "Cà Mau", "Cần Thơ", "Đà Nẵng", "Điện Biên", "Đồng Nai", "Hà Nội", "Huế", "Sơn La",
    ]  # fmt: skip


def test_weeks() -> None:
    assert week_days("2025-W30") == (date(2025, 7, 21), date(2025, 7, 27))
    assert week_days("2025-W54") is None
    assert week_days("tuần 3") is None
    assert format_week("2025-W30") == "Tuần 30 (21/07–27/07/2025)"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", None, "//example.org", "file:///etc/passwd"])
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert not is_web_address(url)


def test_mention_outside_its_sentence_marks_nothing() -> None:
    assert mark_mention("có 138 trạm", "138 trạm") == ("có ", "138 trạm", "")
    assert mark_mention("câu đã phục hồi", "cấu đã") == ("câu đã phục hồi", "", "")


def test_every_text_has_both_languages_and_the_same_blanks() -> None:
    vi, en = load_texts("vi"), load_texts("en")
    assert vi.words.keys() == en.words.keys()
    for key, text in vi.words.items():
        assert text.strip()
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", en.words[key])), key


@pytest.mark.parametrize(("column", "group"), [("status", "target_status"), ("flag", "flag"), ("act", "document_act")])
def test_every_code_of_the_ledger_has_its_words(column: str, group: str) -> None:
    """The codes that the data dictionary lists, and no others, in both languages."""
    meaning = tomllib.loads(Path("warehouse/columns.toml").read_text("utf-8"))[column]["meaning"]
    listed = re.sub(r"\([^)]*\)", "", meaning).removeprefix("targets: ").split(";")[0]
    codes = {word.strip(" .") for word in re.split(r",|\bor\b", listed)}
    for language in ("vi", "en"):
        words = load_texts(language).words  # type: ignore[arg-type]
        assert {key.split(".", 1)[1] for key in words if key.startswith(f"{group}.")} == codes


@pytest.mark.parametrize(
    ("value", "unit", "english", "vietnamese"),
    [
        (12, "nhiệm vụ", "12 tasks", "12 nhiệm vụ"),
        (1, "nhiệm vụ", "1 task", "1 nhiệm vụ"),
        (3, "xã, phường", "3 communes, wards", "3 xã, phường"),
        (4_300_000, "tài khoản", "4.3 million accounts", "4,3 triệu tài khoản"),
        (2_500_000_000, "đồng", "2.5 billion VND", "2,5 tỷ đồng"),
        (5, "chum vại", "5 chum vại", "5 chum vại"),
        (5, "xã, chum vại", "5 xã, chum vại", "5 xã, chum vại"),
        (7, "stations", "7 stations", "7 stations"),
        (98.5, "%", "98.5%", "98,5%"),
    ],
)
def test_what_is_counted_has_a_name_in_both_languages(value: float, unit: str, english: str, vietnamese: str) -> None:
    assert format_quantity(value, unit, "en") == english
    assert format_quantity(value, unit, "vi") == vietnamese


def test_units_of_the_catalogue_that_are_words_have_english_names() -> None:
    named = [unit for metric in load_catalogue().metrics for unit in metric.units if not unit.isascii()]
    translated = [unit for unit in named if name_unit(unit, "en") != unit]
    assert len(translated) / len(named) > 0.9


@pytest.mark.parametrize(
    ("sentence", "mention", "shown"),
    [
        ("| Việc chậm hạn | 12 việc |", "12 việc", "Việc chậm hạn · [12 việc]"),
        ("Đơn đã nộp | 1.400 đơn | 902 đơn", "902 đơn", "Đơn đã nộp · 1.400 đơn · [902 đơn]"),
        ("Đơn đã nộp | 1.400 đơn | 902 đơn", "1.400 đơn", "Đơn đã nộp · [1.400 đơn] · 902 đơn"),
        ("| 97,5% | | đúng hạn | |", "97,5%", "[97,5%] · đúng hạn"),
        ("| Đúng hạn | 97,5% |", "không có", "Đúng hạn · 97,5%[]"),
        ("Ô \x00 lạ \ue000 | 5%", "5%", "Ô \x00 lạ \ue000 · [5%]"),
        ("Mã a|b giữ nguyên, đạt 5%.", "5%", "Mã a|b giữ nguyên, đạt [5%]."),
    ],
)
def test_a_row_of_a_table_is_read_without_bars_and_the_mark_keeps_its_place(sentence: str, mention: str, shown: str) -> None:
    before, found, after = mark_mention(sentence, mention)
    assert f"{before}[{found}]{after}" == shown
    with_mark = "".join(f"[{run.text}]" if run.manner == "mark" else run.text for run in quote(sentence, (mention,)))
    assert with_mark == f"“{shown.replace('[]', '')}”"


def test_every_region_has_its_english_name() -> None:
    regions = {province.region for province in load_gazetteer().entities if province.region}
    words = {region: load_texts("en").of("region", region) for region in regions}
    assert all(word.isascii() for word in words.values()), words
