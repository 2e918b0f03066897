"""Figures of English pages."""

from __future__ import annotations

from datetime import date

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.models import Figure
from tests.rows import make_mention

_REST = (
    " The afternoon meeting was chaired by the vice chairwoman, who listened to long reports of several departments and asked them to"
    " write shorter ones, as nobody could remember what had been decided at the end of the meeting before."
)


def _read(text: str) -> list[Figure]:
    return find_figures(text + _REST, FigureContext(published=date(2026, 1, 15)), load_catalogue())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bien Ho has finished 41 of 96 tasks, or 42.7%.", [(41, 96, "tasks_completed"), (42.7, None, "tasks_completed_pct")]),
        ("In all, 41 out of 96 were there.", [(41, 96, None)]),
        ("The province ranked 6th out of 34 in the Digital Transformation Index.", [(6, 34, "dti_rank")]),
        ("It came 11th nationwide in the Provincial Innovation Index.", [(11, None, "pii_rank")]),
        (
            "The Party block reached 98.7% (4th), the Front 97% (9th).",
            [(98.7, None, None), (4, None, None), (97, None, None), (9, None, None)],
        ),
        ("The city has earmarked VND215.4 billion for science and technology.", [(215.4e9, None, "st_budget_vnd")]),
        (
            "It runs 870 community digital technology teams with 5,310 members.",
            [(870, None, "community_digital_teams"), (5310, None, "community_digital_team_members")],
        ),
        ("The city offers 1,044 full-process online public services.", [(1044, None, "online_services_full")]),
        ("It lists 62 specific tasks for this year.", [(62, None, "tasks_total")]),
        ("The digital economy made up 17.4 per cent of GDP.", [(17.4, None, "digital_economy_grdp_pct")]),
        # parts of a count, far nouns, a place among others
        (
            "The course drew 5,200 learners, of whom 3,140 completed it.",
            [(5200, None, "digital_skills_trained"), (3140, None, None)],
        ),
        ("There were nearly 70 high-quality international research events.", [(70, None, None)]),
        ("The city is now 412th among the world's start-up hubs.", [(412, None, None)]),
        ("Some 64% of households have fibre subscriptions.", [(64, None, "fiber_household_pct")]),
        ("There are still 27 hamlets without 4G coverage.", [(27, None, "villages_without_signal")]),
        # dates, names and ordinals of meetings are no figures
        ("On December 24 leaders met. Project 06 held its 4th meeting and the 13th Party Congress was recalled.", []),
        ("Resolution 57 Monitoring Information System went live.", []),
    ],
)
def test_quantities(text: str, expected: list[tuple[float, float | None, str | None]]) -> None:
    found = _read(text)
    assert [(f.value, f.denominator, f.metric_id) for f in found] == [(pytest.approx(v), of, metric) for v, of, metric in expected]
    assert all(not f.is_change for f in found)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Some 87% of dossiers were submitted online, compared with 72% a year before.", ["result", "previous"]),
        ("The share rose from 61% to 74%.", ["previous", "result"]),
        ("Of these, 82 tasks need to be completed by the end of 2026. Up to now, 35 tasks have been completed.", ["target", "result"]),
        ("The city is to raise the share to at least 25 per cent.", ["target"]),
        ("It completed 100% of the targets on time.", ["result"]),
    ],
)
def test_kinds(text: str, kinds: list[str]) -> None:
    assert [f.kind for f in _read(text)] == kinds


def test_due_dates() -> None:
    found = _read(
        "The city is to raise the share of the digital economy to 25 per cent of GRDP by the end of 2026 and 30 per cent by 2030."
    )
    assert [(f.value, f.due.year if f.due else None) for f in found] == [(25, 2026), (30, 2030)]


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("The city runs 1,310 base transceiver stations.", "bts_stations"),
        ("The city runs 1,204 4G stations.", "bts_4g_stations"),
        ("At present 140 tasks are in progress.", "tasks_in_progress"),
        ("The app of the city has had 61,000 installations.", "app_installs"),
        ("The rate of online application submission reached 71.5%.", "dossiers_online_pct"),
        ("So far 64% of old dossiers have been digitized.", "dossiers_digitized_pct"),
        ("Some 77.2% of citizens have electronic identification accounts.", "eid_pct"),
        ("Over 81% of adults hold a payment account.", "payment_account_pct"),
        ("About 22% of adults have digital signatures.", "adult_esignature_pct"),
        ("The ministry issued 14 circulars.", "documents_issued"),
        ("The city published 7 major problems for scientists to solve.", "big_problems"),
        ("The city is connected to 11 national databases.", "national_db_links"),
        ("The city keeps 24 shared databases.", "databases_shared"),
        ("The portal offers 35 open datasets.", "open_datasets"),
        ("The barn holds 35 brown cows.", None),
        ("The school mended 64% of old chairs.", None),
    ],
)
def test_metrics_by_their_english_phrases(text: str, metric: str | None) -> None:
    assert [f.metric_id for f in _read(text)] == [metric]


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("The share of firms with electronic contracts is to exceed 44%.", "gt"),
        ("The index stays above 62%.", "gt"),
        ("Each field needs a minimum of 12%.", "ge"),
        ("Costs rise by no more than 9%.", "le"),
        ("The share is less than 31%.", "lt"),
    ],
)
def test_english_bounds(text: str, comparator: str) -> None:
    assert [f.comparator for f in _read(text)] == [comparator]


def test_end_of_the_running_year_is_a_goal() -> None:
    text = (
        "By the end of 2026, 55% of the officials, civil servants, teachers, nurses and other workers of the public sector will be trained."
    )
    assert [(f.kind, f.due) for f in _read(text)] == [("target", date(2026, 12, 31))]


@pytest.mark.parametrize(
    ("text", "is_of_nation"),
    [
        ("The Central Steering Committee for Science and Technology assigned 45 tasks to localities.", True),
        ("The plan of the Central Steering Committee lists 31 tasks.", True),
        ("The province issued a programme to carry out the conclusions of the Central Steering Committee, with 45 tasks.", False),
        ("Sites run by the city followed the advice of the head of the Central Steering Committee on innovation with 80 tasks.", False),
    ],
)
def test_the_central_committee_counts_where_it_acts(text: str, is_of_nation: bool) -> None:
    context = FigureContext(published=date(2026, 1, 15), provinces=[make_mention()])
    [figure] = find_figures(text + _REST, context, load_catalogue())
    assert (figure.province == "national") is is_of_nation
