"""How people read values, days and names."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

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
    name_with_today,
    sort_vietnamese,
    week_days,
)


def _figure(value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": unit, "comparator": "eq", "value_max": None, "denominator": None} | more


@pytest.mark.parametrize(
    ("row", "vi", "en"),
    [
        (_figure(1245, "trạm"), "1.245 trạm", "1,245 trạm"),
        (_figure(99.6, "%"), "99,6%", "99.6%"),
        (_figure(36, "nhiệm vụ", denominator=74), "36/74 nhiệm vụ", "36/74 nhiệm vụ"),
        (_figure(1_172_700_000_000, "đồng"), "1.172,7 tỷ đồng", "1,172.7 billion đồng"),
        (_figure(4_300_000, "tài khoản"), "4,3 triệu tài khoản", "4.3 million tài khoản"),
        (_figure(1_234_567, "hồ sơ"), "1.234.567 hồ sơ", "1,234,567 hồ sơ"),
        (_figure(80, "%", comparator="ge"), "≥ 80%", "≥ 80%"),
        (_figure(35, "%", value_max=40), "35–40%", "35–40%"),
        (_figure(7, "hạng", denominator=34), "thứ 7/34", "rank 7/34"),
        (_figure(0, "thôn"), "0 thôn", "0 thôn"),
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
