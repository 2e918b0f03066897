"""Logging in, in a real browser, at an identity provider on loopback; and what stays hidden without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from r57monitor.views.pages import PAGE_NAMES
from tests.chromium import CHROMIUM, PATIENCE_MS, Watched, chromium, serve
from tests.oidc import CLIENT, SECRET, Provider, provider
from tests.sample_home import make_home
from tests.web import free_port
from warehouse.home import Home
from warehouse.personal import read_belongings

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Chromium at {CHROMIUM}")]
_HIDDEN = ("Dữ liệu đến", "bản công bố", "Lào Cai", "Đồng Nai", "trạm", "Đọc tự động")


@pytest.fixture(scope="module")
def office() -> Iterator[Provider]:
    with provider(sub="u-57", email="an@so.example", email_verified=True, name="Nguyễn Thị An") as found:
        yield found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("login") / "home")


@pytest.fixture(scope="module")
def address(home: Home, office: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    (home.path / "settings.toml").write_text('[dashboard]\nlogin = true\nallow = ["@so.example"]\n', "utf-8")
    (home.path / "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "{"c" * 40}"\nclient_id = "{CLIENT}"\n'
        f'client_secret = "{SECRET}"\nserver_metadata_url = "{office.url}/.well-known/openid-configuration"\n',
        "utf-8",
    )
    with serve(home, tmp_path_factory.mktemp("serve"), port) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright.sync_api", reason="needs the playwright package")
    with chromium() as found:
        yield found


def _ask_for_login(watched: Watched, name: str) -> Any:
    page = watched.page
    page.goto(f"{watched.address}/{name}")
    page.get_by_role("heading", name="Đăng nhập").wait_for(timeout=PATIENCE_MS)
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=PATIENCE_MS)
    return page


def test_without_a_login_no_page_shows_any_data(address: str, browser: Any) -> None:
    with Watched(browser, address) as watched:
        sent: list[bytes] = []
        watched.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sent.append(_bytes(frame))))
        for name in PAGE_NAMES:
            page = _ask_for_login(watched, name)
            shown = page.locator("body").inner_text()
            assert not [word for word in _HIDDEN if word in shown], name
        told = b"".join(sent)
        assert "Đăng nhập".encode() in told  # what the server sent can be read here
        assert not [word for word in _HIDDEN if word.encode() in told]
        assert watched.exceptions() == []
        assert watched.faults == []


def _bytes(frame: Any) -> bytes:
    return frame if isinstance(frame, bytes) else str(frame).encode()


def test_logging_in_shows_the_data_and_keeps_things_under_the_name(address: str, home: Home, office: Provider, browser: Any) -> None:
    with Watched(browser, address) as watched:
        page = _ask_for_login(watched, "figures")
        page.get_by_role("button", name="Đăng nhập").click()
        page.locator(".r57-foot").wait_for(timeout=PATIENCE_MS)
        assert {"/authorize", "/token", "/jwks"} <= set(office.asked)
        assert "Dữ liệu đến 03/08/2025" in page.locator("body").inner_text()
        page.goto(f'{address}/articles?tu="Sóng 5G Nghệ An: Từ phố Vinh lan dần"')
        page.get_by_text("tốp thợ của đơn vị viễn thông").first.wait_for(state="attached", timeout=PATIENCE_MS)  # of the full text
        page.get_by_role("button", name="Nguyễn Thị An").click()
        page.get_by_role("dialog").get_by_role("button", name="Đăng xuất").wait_for(timeout=PATIENCE_MS)
        assert [visit.snapshot for visit in read_belongings(home, "an@so.example").visits] == [1]
        assert read_belongings(home, "local").visits == ()
        page.get_by_role("dialog").get_by_role("button", name="Đăng xuất").click()
        page.get_by_role("heading", name="Đăng nhập").wait_for(timeout=PATIENCE_MS)
        assert "Dữ liệu đến" not in page.locator("body").inner_text()
        assert watched.faults == []


def test_an_account_that_is_not_let_in_sees_nothing(address: str, office: Provider, browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "claims", {"sub": "u-58", "email": "binh@khac.example", "name": "Bình"})
    with Watched(browser, address) as watched:
        page = _ask_for_login(watched, "")
        page.get_by_role("button", name="Đăng nhập").click()
        page.get_by_text("không có trong danh sách").wait_for(timeout=PATIENCE_MS)
        assert not [word for word in _HIDDEN if word in page.locator("body").inner_text()]
        page.get_by_role("button", name="Đăng xuất").wait_for(timeout=PATIENCE_MS)
        assert watched.faults == []


def test_a_forged_cookie_is_no_login(address: str, browser: Any) -> None:
    with Watched(browser, address) as watched:
        forged = '{"is_logged_in": true, "email": "an@so.example"}'
        watched.context.add_cookies([{"name": "_streamlit_user", "value": forged.replace('"', "%22"), "url": address}])
        page = _ask_for_login(watched, "figures")
        assert not [word for word in _HIDDEN if word in page.locator("body").inner_text()]


def test_texts_of_the_office_are_not_served_as_files(address: str, home: Home) -> None:
    import urllib.error
    import urllib.request

    for path in ("settings.toml", "secrets.toml", "published.duckdb", "app/static/secrets.toml", "..%2fsecrets.toml"):
        try:
            with urllib.request.urlopen(f"{address}/{path}", timeout=30) as answer:
                body = answer.read()
        except urllib.error.HTTPError as error:
            body = error.read()
        assert SECRET.encode() not in body, path
        assert b"DUCK" not in body[:64], path
    assert Path(home.path / "secrets.toml").exists()
