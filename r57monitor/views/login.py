"""Who is in front of the dashboard: anybody on this machine, or, where login is on, whom the office's identity provider names.

Without a login nothing of the data may be shown: a page asks `who_is_there(home).may_read` before it opens a file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import Any

import streamlit as st

from r57monitor.preferences import Dashboard, is_loopback, load_preferences
from r57monitor.wording import Texts
from warehouse.home import Home

LOCAL_KEY = "local"


@dataclass(frozen=True, slots=True)
class Visitor:
    """One person. key: under which their visits, views and watch list are kept; refused: why they may not read ("" where they may)."""

    name: str
    key: str
    is_logged_in: bool
    refused: str = ""  # a key of data/ui.toml
    sees_texts: bool = True  # what the office's setting says of full texts

    @property
    def may_read(self) -> bool:
        """Whether anything of the data may be shown."""
        return not self.refused

    @property
    def may_read_texts(self) -> bool:
        """Whether full texts of articles may be shown."""
        return self.may_read and self.sees_texts


LOCAL = Visitor("", LOCAL_KEY, is_logged_in=False)


def who_is_there(home: Home) -> Visitor:
    """The person of this session. Raises SettingsError where the home's settings cannot be read: then nothing may be shown."""
    settings = load_preferences(home.path).values.dashboard
    if settings.login:
        visitor = judge_visitor(_claims(), settings)
        may = settings.full_text == "everyone" or (settings.full_text == "logged-in" and visitor.is_logged_in)
        return replace(visitor, sees_texts=may)
    if not is_loopback(st.get_option("server.address")):
        return Visitor("", LOCAL_KEY, is_logged_in=False, refused="login.only_local")
    return replace(LOCAL, sees_texts=settings.full_text != "nobody")


def judge_visitor(claims: dict[str, Any] | None, settings: Dashboard) -> Visitor:
    """What the provider says of a person against whom the office lets in. claims: None where login is not set up."""
    if claims is None:
        return Visitor("", "", is_logged_in=False, refused="login.not_set_up")
    if not claims.get("is_logged_in"):
        return Visitor("", "", is_logged_in=False, refused="login.needed")
    mail, subject = str(claims.get("email") or "").strip().casefold(), str(claims.get("sub") or "").strip()
    name = str(claims.get("name") or mail or subject).strip()
    if not (mail or subject):
        return Visitor(name, "", is_logged_in=True, refused="login.not_allowed")
    if settings.allow and (claims.get("email_verified") is False or not _is_allowed(mail, settings.allow)):
        return Visitor(name, mail or subject, is_logged_in=True, refused="login.not_allowed")
    return Visitor(name, mail or subject, is_logged_in=True)


def _is_allowed(mail: str, allowed: tuple[str, ...]) -> bool:
    """A whole address, or an address of a domain written "@tinh.gov.vn"."""
    words = [word.strip().casefold() for word in allowed]
    return bool(mail) and any(mail == word or (word.startswith("@") and mail.endswith(word)) for word in words)


def _claims() -> dict[str, Any] | None:
    """What the identity provider said of this session; None where Streamlit knows of no provider."""
    claims = dict(st.user.to_dict())
    return claims if "is_logged_in" in claims else None


def show_login(texts: Texts, visitor: Visitor) -> None:
    """What stands in place of every page for whom nothing may be shown."""
    st.html(f"<h2>{escape(texts('login.title'))}</h2><p>{escape(texts(visitor.refused, name=visitor.name))}</p>")
    if visitor.refused == "login.needed":
        st.button(texts("login.button"), type="primary", on_click=st.login, key="login")
    elif visitor.is_logged_in:
        show_logout(texts)


def show_logout(texts: Texts) -> None:
    """Button that ends the login of this browser."""
    st.button(texts("login.logout"), on_click=st.logout, key="logout")
