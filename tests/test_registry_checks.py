"""The registry's own check: what is sound stays silent, each fault is said."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Source
from r57monitor.registry import load_sources, shipped_registry
from r57monitor.registry_checks import check_registry, find_bare_provinces

TODAY = date(2026, 6, 1)


def source(source_id: str = "bao-mot", **keys: object) -> Source:
    base = {"name": "Báo Một", "kind": "newspaper", "homepage": f"https://{source_id}.example/", "publisher": source_id}
    return Source(id=source_id, **{**base, **keys})  # type: ignore[arg-type]


def said(*sources: Source) -> list[tuple[str, str]]:
    return [(p.level, p.text) for p in check_registry(sources, load_gazetteer(), TODAY)]


def test_what_ships_has_no_error_and_sees_every_province() -> None:
    shipped = list(load_sources([shipped_registry()]).values())
    assert [p for p in check_registry(shipped, load_gazetteer(), TODAY) if p.level == "error"] == []
    assert find_bare_provinces(shipped, load_gazetteer(), TODAY) == []


def test_a_sound_source_is_silent() -> None:
    sound = source(
        province="Lào Cai", article_url=r"-\d+\.html$", body_css="div.bai > p", sections=("https://bao-mot.example/so",), delay_s=2
    )
    assert said(sound) == []


@pytest.mark.parametrize(
    ("keys", "level", "words"),
    [
        ({"province": "Lào Kai Mới"}, "error", "there was never a province"),
        ({"province": "Đắk Nông", "active_from": date(2025, 7, 1)}, "error", "its area was Lâm Đồng then"),
        ({"active_from": date(2025, 7, 1), "active_until": date(2025, 6, 1), "active_reason": "x"}, "error", "lies before active_from"),
        ({"active_until": date(2025, 6, 1)}, "warning", "say why it ended"),
        ({"hosts": ("https://m.bao.example",)}, "error", "is no host name"),
        ({"homepage": "https://ai:mat@bao.example/"}, "error", "user name or password"),
        ({"homepage": "http://10.0.0.3/"}, "error", "private network"),
        ({"private_network": True}, "warning", "looks like a public host"),
        ({"article_url": r"\d*"}, "error", "also matches the homepage"),
        ({"article_url": r"/tin/", "sections": ("https://bao-mot.example/tin/so",)}, "error", "matches its own entry page"),
        ({"body_css": "div..x["}, "error", "is no CSS selector"),
        ({"language": "Vietnamese"}, "error", "is no code"),
        ({"tls_pin": "abc"}, "error", "tls_pin"),
        ({"delay_s": 0.1}, "warning", "short for a public site"),
        ({"verified": True}, "warning", "verified without evidence"),
        ({"kind": "department"}, "warning", "a department without province"),
        ({"feeds": ("https://bao-mot.example/rss", "https://www.bao-mot.example/rss/")}, "warning", "named twice"),
    ],
)
def test_each_fault_is_said(keys: dict[str, object], level: str, words: str) -> None:
    found = said(source(**keys))
    assert len(found) == 1, found
    assert found[0][0] == level
    assert words in found[0][1]


def test_two_sources_share_no_address_unless_one_ended_before() -> None:
    one, two = source(), source("bao-hai", feeds=("http://www.bao-mot.example",))
    assert [level for level, text in said(one, two) if "address of" in text] == ["error"]
    ended = source(active_until=date(2025, 6, 30), active_reason="sáp nhập")
    begun = source("bao-hai", homepage="https://bao-mot.example/", active_from=date(2025, 7, 1))
    assert said(ended, begun) == []


def test_a_blocked_host_is_visited_by_nobody() -> None:
    blocked = source("trang-gia", kind="blocked", homepage="https://gia.example/")
    assert any("is blocked by trang-gia" in text for _, text in said(blocked, source(hosts=("www.gia.example",))))


def test_a_province_without_newspaper_is_named() -> None:
    bare = find_bare_provinces([source(kind="portal", province="Yên Bái")], load_gazetteer(), TODAY)
    assert ("Lào Cai", "newspaper") in bare
    assert ("Lào Cai", "portal") not in bare
    assert len(bare) == 67
