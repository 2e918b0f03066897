"""Instants as pages write them, each with what is known of its time and zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from r57monitor.text.stamps import find_datelines, parse_ago, parse_stamp, parse_url_stamp


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "at", "has_time", "zone_given"),
    [
        ("2025-03-05T17:42:09+07:00", utc(2025, 3, 5, 10, 42, 9), True, True),
        ("2025-03-05T17:42:09Z", utc(2025, 3, 5, 17, 42, 9), True, True),
        ("2025-03-05 17:42", utc(2025, 3, 5, 10, 42), True, False),
        ("2025-03-05T17:42:09.123-05:30", utc(2025, 3, 5, 23, 12, 9), True, True),
        ("2025-03-05T17:42:09+0700", utc(2025, 3, 5, 10, 42, 9), True, True),
        ("2025-03-05T17:42 GMT+7", utc(2025, 3, 5, 10, 42), True, True),
        ("2025-03-05 17:42 UTC+7", utc(2025, 3, 5, 10, 42), True, True),
        ("2025-03-05 17:42 gmt", utc(2025, 3, 5, 17, 42), True, True),
        ("2025-03-05T17:42:09+08:00", utc(2025, 3, 5, 10, 42, 9), True, False),
        ("2025-03-05T17:42:09+99:00", utc(2025, 3, 5, 10, 42, 9), True, False),
        ("2025-03-05", utc(2025, 3, 4, 17), False, False),
        ("  2025-3-5  ", utc(2025, 3, 4, 17), False, False),
        ("2025/03/05 08:09:10", utc(2025, 3, 5, 1, 9, 10), True, False),
        ("20250305", utc(2025, 3, 4, 17), False, False),
        ("20250305T081122", utc(2025, 3, 5, 1, 11, 22), True, False),
        ("202503050811", utc(2025, 3, 5, 1, 11), True, False),
        ("05/03/2025", utc(2025, 3, 4, 17), False, False),
        ("5.3.2025 - 09:30", utc(2025, 3, 5, 2, 30), True, False),
        ("3/5/2025 9:30:15 PM", utc(2025, 3, 5, 14, 30, 15), True, False),
        ("3/5/2025 9:30 PM", utc(2025, 5, 3, 14, 30), True, False),
        ("3/25/2025", utc(2025, 3, 24, 17), False, False),
        ("3/5/2025 12:05:00 AM", utc(2025, 3, 4, 17, 5), True, False),
        ("3/5/2025 12:05:00 PM", utc(2025, 3, 5, 5, 5), True, False),
        ("Wed, 05 Mar 2025 17:42:00 +0700", utc(2025, 3, 5, 10, 42), True, True),
        ("Wed, 05 Mar 2025 17:42:00 GMT", utc(2025, 3, 5, 17, 42), True, True),
    ],
)
def test_stamps(text: str, at: datetime, has_time: bool, zone_given: bool) -> None:
    assert parse_stamp(text) == (at, has_time, zone_given)


@pytest.mark.parametrize(
    "text",
    ["", "hôm qua", "2025-13-05", "2025-02-30", "32/01/2025", "1970-01-01", "2150-01-01", "20250305abc", "9" * 40, "Mar 2025", "Bài 2025"],
)
def test_what_is_none(text: str) -> None:
    assert parse_stamp(text) is None


def test_who_reads_the_month_first_may_say_so() -> None:
    assert parse_stamp("3/5/2025", True) == (utc(2025, 3, 4, 17), False, False)
    assert parse_stamp("3/5/2025", False) == (utc(2025, 5, 2, 17), False, False)


@pytest.mark.parametrize(
    ("text", "at", "has_time", "span"),
    [
        ("Thứ Hai, 5/3/2025, 17:42 (GMT+7)", utc(2025, 3, 5, 10, 42), True, "5/3/2025, 17:42"),
        ("08:12 05/03/2025", utc(2025, 3, 5, 1, 12), True, "08:12 05/03/2025"),
        ("Ngày 5 tháng 3 năm 2025", utc(2025, 3, 4, 17), False, "Ngày 5 tháng 3 năm 2025"),
        ("Đăng lúc 2025-03-05 09:05", utc(2025, 3, 5, 2, 5), True, "2025-03-05 09:05"),
        ("05-03-25 14h30", utc(2025, 3, 5, 7, 30), True, "05-03-25 14h30"),
        ("9:30 PM, 5.3.2025", utc(2025, 3, 5, 14, 30), True, "9:30 PM, 5.3.2025"),
    ],
)
def test_datelines(text: str, at: datetime, has_time: bool, span: str) -> None:
    (found,) = find_datelines(text)
    assert (found.stamp.at, found.stamp.has_time, text[found.start : found.end]) == (at, has_time, span)


@pytest.mark.parametrize("text", ["Số 12/2025", "31/2/2025", "1.5.10.2025", "không ngày", "5/3"])
def test_no_dateline(text: str) -> None:
    assert list(find_datelines(text)) == []


def test_so_long_ago() -> None:
    now = utc(2025, 3, 5, 18, 30)  # 6 March, 01:30 in Vietnam
    assert parse_ago("2 giờ trước", now) == (utc(2025, 3, 5, 16, 30), True, False)
    assert parse_ago("Cập nhật 45 phút trước", now) == (utc(2025, 3, 5, 17, 45), True, False)
    assert parse_ago("3 ngày trước", now) == (utc(2025, 3, 2, 17), False, False)
    assert parse_ago("3 ngày nữa", now) is None


@pytest.mark.parametrize(
    ("url", "at", "has_time"),
    [
        ("https://a.example/tin-moi-20250305174209123.htm", utc(2025, 3, 5, 10, 42, 9), True),
        ("https://a.example/tin-moi-188250305174209123.chn", utc(2025, 3, 5, 10, 42, 9), True),
        ("https://a.example/2025/3/5/tin-moi.html", utc(2025, 3, 4, 17), False),
        ("https://a.example/tin/05-03-2025/tin-moi", utc(2025, 3, 4, 17), False),
        ("https://a.example/2025-03-05/tin", utc(2025, 3, 4, 17), False),
        ("https://a.example/20250305/tin", utc(2025, 3, 4, 17), False),
    ],
)
def test_stamps_of_addresses(url: str, at: datetime, has_time: bool) -> None:
    assert parse_url_stamp(url) == (at, has_time, False)


@pytest.mark.parametrize("url", ["https://a.example/2025/13/40/x", "https://a.example/tin-123456.html", "https://a.example/20259999/x"])
def test_no_stamp_in_the_address(url: str) -> None:
    assert parse_url_stamp(url) is None
