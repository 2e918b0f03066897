"""Who may see the dashboard: nobody without a login where login is on, and only whom the office lets in."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from r57monitor.preferences import Dashboard, is_loopback
from r57monitor.views.login import judge_visitor
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
    script = f"from r57monitor.views import {page}\nfrom r57monitor.views.frame import show_page\nshow_page({page}.show)\n"
    test = AppTest.from_string(script, default_timeout=60).run()
    assert not test.exception
    return test, str(test) + " ".join(str(element.proto.body) for element in test.get("html"))


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
    assert "R57_DASHBOARD_LOGIN" in test.error[0].value
    assert "Lào Cai" not in shown
