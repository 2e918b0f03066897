"""The registry: what ships is sound, and every fault is told with file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from r57monitor.errors import RegistryError
from r57monitor.gazetteer import load_gazetteer
from r57monitor.registry import is_crawled, load_sources, shipped_registry, source_hosts

ENTRY = '[[source]]\nid = "bao-mot"\nname = "Báo Một"\nkind = "newspaper"\nhomepage = "https://bao.example/"\n'


def load(folder: Path, text: str, name: str = "a.toml") -> dict[str, object]:
    (folder / name).write_text(text, "utf-8")
    return dict(load_sources([folder]))


def test_what_ships_is_sound() -> None:
    shipped = load_sources([shipped_registry()])
    assert len(shipped) > 200
    gazetteer = load_gazetteer()
    for source in shipped.values():
        assert not source.private_network
        assert not source.practice
        if source.province:
            day = source.active_until or date(2026, 1, 1)
            assert gazetteer.by_name(source.province, day) is not None, source
    homepages = [source.homepage for source in shipped.values()]
    assert len(homepages) == len(set(homepages))


def test_every_province_of_today_has_a_portal_and_a_newspaper() -> None:
    shipped = load_sources([shipped_registry()]).values()
    gazetteer = load_gazetteer()
    for entity in gazetteer.at(date(2026, 1, 1)):
        kinds = {s.kind for s in shipped if s.province == entity.name and is_crawled(s, date(2026, 1, 1))}
        assert {"portal", "newspaper"} <= kinds, entity.name


def test_defaults_and_practice(tmp_path: Path) -> None:
    source = load_sources([_write(tmp_path, f"practice = true\n\n{ENTRY}")])["bao-mot"]
    assert (source.publisher, source.practice, source.verified, source.language) == ("bao-mot", True, False, "vi")


def _write(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ENTRY + 'colour = "red"\n', 'line 1 (source "bao-mot"): unknown key "colour"'),
        (f"# first\n\n{ENTRY}delay_s = -1\n", "line 3"),
        (ENTRY + "delay_s = true\n", '"delay_s" must be a number'),
        (ENTRY + 'feeds = "x"\n', '"feeds" must be a list of texts'),
        (ENTRY + 'feeds = ["feed.xml"]\n', "no http(s) address"),
        (ENTRY + 'active_from = "2025"\n', "must be a date"),
        (ENTRY + 'article_url = "("\n', "no regular expression"),
        (ENTRY.replace("newspaper", "blog"), 'kind "blog" is none of'),
        (ENTRY.replace("bao-mot", "Báo Một"), "is no id"),
        (ENTRY.replace("https://bao.example/", "ftp://bao.example/"), "no http(s) address"),
        (ENTRY + ENTRY, 'id "bao-mot" is already used'),
        ("source = 1\n", "two brackets"),
        ("x = 1\n" + ENTRY, 'unknown key "x"'),
        (ENTRY + "verified = yes\n", "not valid TOML"),
        (ENTRY.replace('name = "Báo Một"\n', ""), 'the key "name" is missing'),
        (ENTRY.replace("Báo Một", " "), "not empty"),
    ],
)
def test_faults_are_told_with_their_place(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(RegistryError) as told:
        load(tmp_path, text)
    assert words in str(told.value)
    assert "a.toml" in str(told.value)
    assert "\n" not in str(told.value)


def test_hosts_and_days() -> None:
    shipped = load_sources([shipped_registry()])
    old = next(s for s in shipped.values() if s.active_until)
    assert old.active_until is not None
    assert is_crawled(old, old.active_until)
    assert not is_crawled(old, date(2026, 1, 1))
    assert not any(is_crawled(s, date(2026, 1, 1)) for s in shipped.values() if s.kind in {"blocked", "reference"})
    assert all(source_hosts(s) for s in shipped.values())
