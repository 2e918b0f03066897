"""SECURITY.md: every claim names a test that is there; and the claims that no other file holds."""

from __future__ import annotations

import gzip
import re
from configparser import ConfigParser
from pathlib import Path

import pytest

from r57monitor.digest.render import render_template
from r57monitor.errors import R57Error, ReadError
from r57monitor.text.feeds import parse_feed, parse_sitemap
from tests.command import run
from tests.digest_rows import make_digest
from tests.sample_home import make_home

ROOT = Path(__file__).resolve().parent.parent
_NAMED = re.compile(r"`(tests/\w+\.py)::(\w+)`")


def claims() -> list[tuple[str, str]]:
    return [(found[1], found[2]) for found in _NAMED.finditer((ROOT / "SECURITY.md").read_text("utf-8"))]


@pytest.mark.parametrize(("file", "name"), claims())
def test_the_test_of_a_claim_is_there(file: str, name: str) -> None:
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text("utf-8"), re.M)


def test_every_row_of_claims_names_a_test() -> None:
    rows = [line for line in (ROOT / "SECURITY.md").read_text("utf-8").splitlines() if line.startswith("| ") and "held by" not in line]
    assert len(rows) > 20
    assert [row for row in rows if not _NAMED.search(row)] == []


@pytest.mark.parametrize("name", ["r57-serve.service", "r57-dashboard.service"])
def test_the_units_may_do_nothing_but_write_the_home(name: str) -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[method-assign,assignment]
    unit.read(ROOT / "deploy" / "systemd" / name, "utf-8")
    wanted = {
        "User": "r57", "NoNewPrivileges": "true", "CapabilityBoundingSet": "", "ProtectSystem": "strict", "ProtectHome": "true",
        "PrivateTmp": "true", "ReadWritePaths": "/srv/r57", "UMask": "0077",
    }  # fmt: skip
    assert {key: unit["Service"].get(key) for key in wanted} == wanted


def test_the_container_is_as_narrow() -> None:
    lines = (ROOT / "deploy" / "Containerfile").read_text("utf-8").splitlines()
    user = max(n for n, line in enumerate(lines) if line.startswith("USER "))
    assert int(lines[user].split()[1]) > 0
    assert user < next(n for n, line in enumerate(lines) if line.startswith("ENTRYPOINT "))
    compose = (ROOT / "deploy" / "compose.yaml").read_text("utf-8")
    services = re.split(r"\n(?=  \w+:\n)", compose.split("\nservices:")[1].split("\nvolumes:")[0])[1:]
    assert len(services) == 2
    for service in services:
        said = {line.strip() for line in service.splitlines()}
        assert {"read_only: true", "cap_drop: [ALL]", 'security_opt: ["no-new-privileges:true"]'} <= said
        assert all(port.startswith('"127.0.0.1:') for port in re.findall(r"ports: \[(.*)\]", service))


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/hostname">]><rss><channel>&b;</channel></rss>'
)


def test_feeds_with_entities_or_without_end_are_not_read() -> None:
    for parse in (parse_feed, parse_sitemap):
        with pytest.raises(ReadError, match="entities"):
            parse(ENTITIES)
        with pytest.raises(ReadError, match="entities"):
            parse(ENTITIES.decode().encode("utf-16"))
    with pytest.raises(ReadError, match="MB"):
        parse_sitemap(gzip.compress(b"<urlset>" + b" " * 200_000_000))


@pytest.mark.parametrize(
    "body",
    [
        "{% include '../settings.toml' %}",
        "{% include '/etc/hostname' %}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ d.title.__init__.__globals__ }}",
        "{{ self.__init__.__globals__['os'].environ }}",
        "{{ open('/etc/hostname').read() }}",
    ],
)
def test_a_template_reaches_neither_files_nor_python(tmp_path: Path, body: str) -> None:
    (tmp_path / "settings.toml").write_text("geheim", "utf-8")
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "digest.md.j2").write_text(body, "utf-8")
    with pytest.raises(R57Error):
        render_template("digest.md.j2", make_digest(), folder=folder)


SECRETS = ("mat-khau-thu-1", "token-bi-mat-2", "kenh-bi-mat-3")
SHOWS = (
    ("settings",),
    ("settings", "--json"),
    ("settings", "mail.password"),
    ("status",),
    ("doctor", "--ask", "0"),
    ("alerts", "check"),
    ("alerts", "list"),
    ("outbox", "list"),
    ("digest", "send", "2025-W30", "--group", "a", "--dry-run"),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = make_home(tmp_path_factory.mktemp("security") / "home").path
    (path / "settings.toml").write_text(
        '[mail]\nhost = "127.0.0.1"\nport = 1\nsender = "a@so.example"\nuser = "a"\n'
        f'password = "{SECRETS[0]}"\ngroups = {{ a = ["a@so.example"] }}\n'
        f'[alerts]\nurls = ["jsons://{SECRETS[1]}@so.example/tin"]\n[alerts.channels]\nb = ["tgram://{SECRETS[2]}/1"]\n',
        "utf-8",
    )
    return path


@pytest.mark.parametrize("words", SHOWS, ids=" ".join)
def test_no_command_shows_a_secret(words: tuple[str, ...], home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(*words, "--home", str(home))
    said = capsys.readouterr()
    assert said.out + said.err
    for secret in SECRETS:
        assert secret not in said.out + said.err
    if words == ("settings",):
        assert "********" in said.out
