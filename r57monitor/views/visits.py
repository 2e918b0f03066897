"""What changed since somebody's last visit: on the overview, in one line and a list that can be unfolded."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from r57monitor.clock import utc_now
from r57monitor.errors import R57Error
from r57monitor.views.cards import figure_html
from r57monitor.views.frame import Page, heading
from r57monitor.wording import format_instant, format_number
from warehouse.personal import Visit, last_seen, note_visit, read_belongings
from warehouse.queries.since import counts_since, figures_since

_SINCE = "visit before this one"
_SHOWN = 8
_COUNTS = ("articles", "edited", "figures", "moved", "conflicts")


def visit_before(page: Page) -> Visit | None:
    """The visit this one is compared with, settled once a session; the present one is written down then.

    A home that cannot be written to keeps no visits, and nothing is said of them.
    """
    if _SINCE not in st.session_state:
        person, number = page.visitor.key, int(page.snapshot["number"])
        st.session_state[_SINCE] = last_seen(read_belongings(page.home, person).visits, utc_now(), number)
        try:
            note_visit(page.home, person, number)
        except R57Error:
            st.session_state[_SINCE] = None
    found = st.session_state[_SINCE]
    return found if isinstance(found, Visit) else None


def show_since(page: Page) -> None:
    """The block of the overview; nothing on a first visit, and where nothing was published since."""
    before = visit_before(page)
    if before is None:
        return
    texts = page.texts
    counts = counts_since(page.reader, before.snapshot)
    heading(texts("visit.since"), texts("visit.since_note", number=before.snapshot, when=format_instant(before.at)))
    told = [texts(f"visit.{name}", count=format_number(counts[name], page.language)) for name in _COUNTS if counts[name]]
    st.html(f"<p>{escape('; '.join(told) + '.' if told else texts('visit.nothing'))}</p>")
    rows: list[dict[str, Any]] = figures_since(page.reader, before.snapshot, _SHOWN) if counts["figures"] or counts["conflicts"] else []
    if rows:
        with st.expander(texts("visit.newest", count=len(rows))):
            st.html("".join(figure_html(page, row) for row in rows))
