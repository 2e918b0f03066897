"""Filters in the address: a link shows the view it was copied from."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs

import pytest

from r57monitor.views.address import findable, slug
from r57monitor.views.filters import name_otherwise
from tests.apps import open_page
from tests.sample_home import make_home
from warehouse.home import Home


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("sample"))


@pytest.fixture(autouse=True)
def _home(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R57_HOME", str(sample.path))


@pytest.mark.parametrize(
    ("name", "expected"), [("Lào Cai", "lao-cai"), ("Đắk Lắk", "dak-lak"), ("Thành phố Hồ Chí Minh", "thanh-pho-ho-chi-minh"), ("?&=", "")]
)
def test_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Đà Nẵng", "da nang"), ("Đà Nẵng", "quang nam"), ("Đà Nẵng", "quảng nam"), ("Huế", "hue"), ("Đắk Lắk", "dak lak"),
     ("Đắk Lắk", "phu yen"), ("Hồ Chí Minh", "binh duong"), ("Lào Cai", "yen bai")],
)  # fmt: skip
def test_provinces_are_found_without_accents_and_by_former_names(name: str, typed: str) -> None:
    label = findable(name, name_otherwise(name))
    assert label.split("\n")[0].replace("\u00a0", " ") == name
    assert typed in label.lower()


def test_a_label_without_accents_stays_as_it_is() -> None:
    assert findable("3") == "3"
    assert findable("Trạm 5G") == "Trạm\u00a05G\nTrạm 5G, tram 5g"


def test_a_choice_goes_into_the_address_and_back() -> None:
    first = open_page("figures")
    every = len(first.dataframe[0].value)
    first.multiselect(key="figures_province").set_value(["Lào Cai"]).run()
    first.multiselect(key="figures_kind").set_value(["target"]).run()
    first.toggle(key="figures_originals").set_value(False).run()
    assert not first.exception
    assert dict(first.query_params) == {"tinh": "lao-cai", "loai": "target", "ban_goc": "0"}
    second = open_page("figures", **first.query_params)
    assert not second.exception
    assert second.dataframe[0].value.equals(first.dataframe[0].value)
    assert 0 < len(second.dataframe[0].value) < every
    assert second.multiselect(key="figures_province").value == ["Lào Cai"]
    second.multiselect(key="figures_province").set_value([]).run()
    assert "tinh" not in second.query_params


def test_a_digest_and_a_comparison_have_addresses() -> None:
    digest = open_page("digest", tuan="2025-W29", tinh="lao-cai", tru_cot="2")
    assert not digest.exception
    assert [digest.selectbox(key=f"digest_{name}").value for name in ("week", "pillar")] == ["2025-W29", 2]
    assert digest.multiselect(key="digest_province").value == ["Lào Cai"]
    digest.multiselect(key="digest_province").set_value([]).run()
    assert not digest.exception
    assert dict(digest.query_params) == {"tuan": "2025-W29", "tru_cot": "2"}
    both = open_page("province", tinh=["lao-cai", "quang-tri"])
    second = both.selectbox(key="province_metric").options[1]
    both.selectbox(key="province_metric").select(second).run()
    assert not both.exception
    again = open_page("province", **both.query_params)
    assert again.selectbox(key="province_metric").value == both.selectbox(key="province_metric").value == both.query_params["chi_so"]


def test_a_card_leads_to_its_figure() -> None:
    shown = " ".join(part.proto.body for part in open_page("overview", lang="en").get("html"))
    ways = re.findall(r'href="(figures\?figure=[0-9a-f]+&amp;lang=en)"', shown)
    assert ways
    figure = open_page("figures", figure=ways[0].split("=")[1].split("&")[0])
    assert not figure.exception
    assert not figure.warning
    rest = re.search(r'href="figures\?([^"]*trang_thai[^"]*)"', shown)
    assert rest
    assert len(open_page("figures", **parse_qs(unescape(rest[1]))).dataframe[0].value) > 8


def test_filters_outlive_a_change_of_language() -> None:
    test = open_page("figures", tinh="lao-cai", trang_thai=["new", "higher"], tu="5g")
    rows = len(test.dataframe[0].value)
    test.session_state["language_switch"] = "en"
    test.run()
    assert not test.exception
    assert test.query_params["tinh"] == "lao-cai"
    assert test.multiselect(key="figures_state").value == ["new", "higher"]
    assert len(test.dataframe[0].value) == rows


def test_what_the_data_do_not_have_is_named_as_plain_text() -> None:
    test = open_page("figures", tinh="<b>atlantis</b>", tuan="1999-W01", tin_cay="x")
    assert not test.exception
    said = " ".join(c.value for c in test.caption)
    assert "atlantis" in said
    assert "1999-W01" in said
    assert "<b>" not in said
    assert "tuan" not in test.query_params


def test_rarer_filters_narrow_the_table() -> None:
    every = open_page("figures").dataframe[0].value
    papers = open_page("figures", nhom="newspaper").dataframe[0].value
    assert 0 < len(papers) < len(every)
    assert set(papers["source"]) < set(every["source"])
    pillars = open_page("figures", tru_cot="1").dataframe[0].value
    assert 0 < len(pillars) < len(every)
    assert not open_page("figures", tin_cay="0.7").exception


def test_every_week_is_named_as_a_choice() -> None:
    assert open_page("figures").selectbox(key="figures_week").placeholder == "Tất cả"


def test_articles_by_address() -> None:
    test = open_page("articles", tu="tram 5g", lien_quan="0", ban_goc="1", nhom="newspaper")
    assert not test.exception
    assert test.text_input(key="articles_text").value == "tram 5g"
    assert test.toggle(key="articles_relevant").value is False
    assert test.toggle(key="articles_originals").value is True
    assert len(test.dataframe[0].value) < len(open_page("articles").dataframe[0].value)
