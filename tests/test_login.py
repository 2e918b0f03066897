"""Who may see the dashboard: nobody without a login where login is on, and only whom the office lets in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from r57monitor.cli.dashboard import check_login, dashboard_command
from r57monitor.errors import UsageError
from r57monitor.preferences import Dashboard, is_loopback, load_preferences
from r57monitor.views.login import judge_visitor
from tests.apps import html_of, open_page
from tests.sample_home import make_home
from warehouse.home import Home

_PAGES = ("overview", "province", "figures", "targets", "articles", "sources", "digest", "quality")


@pytest.mark.parametrize(
    ("claims", "allow", "refused", "key"),
    [
        (None, (), "login.not_set_up", ""),
        ({"is_logged_in": False}, (), "login.needed", ""),
        ({"is_logged_in": False, "email": "an@so.vn"}, (), "login.needed", ""),
        ({"is_logged_in": True, "email": "An@So.vn", "name": "Nguyễn Thị An"}, (), "", "an@so.vn"),
        ({"is_logged_in": True, "sub": "u-1"}, (), "", "u-1"),
        ({"is_logged_in": True}, (), "login.not_allowed", ""),
        ({"is_logged_in": True, "email": "an@so.vn"}, ("@so.vn",), "", "an@so.vn"),
        ({"is_logged_in": True, "email": "an@so.vn", "email_verified": True}, ("AN@so.vn",), "", "an@so.vn"),
        ({"is_logged_in": True, "email": "an@so.vn", "email_verified": False}, ("@so.vn",), "login.not_allowed", "an@so.vn"),
        ({"is_logged_in": True, "email": "an@phongso.vn"}, ("@so.vn",), "login.not_allowed", "an@phongso.vn"),
        ({"is_logged_in": True, "email": "an@so.vn"}, ("so.vn",), "login.not_allowed", "an@so.vn"),
        ({"is_logged_in": True, "sub": "u-1"}, ("@so.vn",), "login.not_allowed", "u-1"),
    ],
)
def test_who_may_come_in(claims: dict[str, Any] | None, allow: tuple[str, ...], refused: str, key: str) -> None:
    visitor = judge_visitor(claims, Dashboard(login=True, allow=allow))
    assert (visitor.refused, visitor.key) == (refused, key)
    assert visitor.may_read is visitor.may_read_texts is (refused == "")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.0.0.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False), ("10.1.2.3", False),
     ("office.example", False), ("", False), (None, False)],
)  # fmt: skip
def test_what_counts_as_this_machine(host: str | None, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("sample"))


def _everything(page: str, home: Home, monkeypatch: pytest.MonkeyPatch) -> tuple[AppTest, str]:
    monkeypatch.setenv("R57_HOME", str(home.path))
    test = open_page(page)
    return test, str(test) + html_of(test)


@pytest.mark.parametrize("page", _PAGES)
def test_without_a_login_a_page_shows_nothing_of_the_data(page: str, sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R57_DASHBOARD_LOGIN", "true")
    test, shown = _everything(page, sample, monkeypatch)
    assert "Đăng nhập" in shown
    assert not test.dataframe
    assert not test.selectbox
    assert not test.multiselect
    assert not test.expander
    for word in ("Lào Cai", "Dữ liệu đến", "03/08/2025", "Đọc tự động"):
        assert word not in shown


def test_a_dashboard_for_all_interfaces_without_login_shows_nothing(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit as st

    monkeypatch.setattr(st, "get_option", lambda name: "0.0.0.0")
    _, shown = _everything("figures", sample, monkeypatch)
    assert "mở ra ngoài máy" in shown
    assert "Lào Cai" not in shown


def test_settings_that_cannot_be_read_show_nothing(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R57_DASHBOARD_LOGIN", "perhaps")
    test, shown = _everything("figures", sample, monkeypatch)
    assert "R57_DASHBOARD_LOGIN" in test.error[0].value.replace("\\", "")
    assert "Lào Cai" not in shown


@pytest.mark.parametrize(
    ("settings", "secrets", "said"),
    [
        ('host = "0.0.0.0"', None, "would show the data to other machines without a login"),
        ('host = "10.9.8.7"', None, "settings.toml, line 2"),
        ("login = true", None, "lacks redirect_uri, cookie_secret, client_id, server_metadata_url"),
        ("login = true", '[auth]\nredirect_uri = "x"\ncookie_secret = "y"\nclient_id = "z"\n', "lacks server_metadata_url"),
        ("login = true", "[auth\n", "cannot be read as TOML"),
        ('host = "0.0.0.0"\nlogin = true', "", "secrets.toml"),
    ],
)
def test_the_command_refuses_to_open_the_data_to_others(settings: str, secrets: str | None, said: str, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(f"[dashboard]\n{settings}\n", "utf-8")
    if secrets is not None:
        (tmp_path / "secrets.toml").write_text(secrets, "utf-8")
    with pytest.raises(UsageError, match=re.escape(said)):
        check_login(Home(tmp_path), load_preferences(tmp_path, {}))


@pytest.mark.parametrize("part", ["", "[auth.so]\n"])
def test_a_login_that_is_set_up_may_listen_elsewhere(part: str, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[dashboard]\nhost = "0.0.0.0"\nlogin = true\n', "utf-8")
    (tmp_path / "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "x"\ncookie_secret = "y"\n{part}client_id = "z"\nserver_metadata_url = "u"\n', "utf-8"
    )
    check_login(Home(tmp_path), load_preferences(tmp_path, {}))
    command = dashboard_command(8600, "0.0.0.0", Home(tmp_path))
    assert command[command.index("--server.address") + 1] == "0.0.0.0"
    assert command[command.index("--secrets.files") + 1] == str(tmp_path / "secrets.toml")
