"""Settings: each with its source, a wrong one named with its line."""

from __future__ import annotations

import tomllib
from datetime import time
from pathlib import Path

import pytest

from r57monitor.preference_list import example_file
from r57monitor.preferences import FILE_NAME, SettingsError, load_preferences


def _home(folder: Path, text: str) -> Path:
    (folder / FILE_NAME).write_text(text, "utf-8")
    return folder


def test_defaults_need_no_file(tmp_path: Path) -> None:
    loaded = load_preferences(tmp_path / "none", {})
    assert loaded.values.crawl.delay_s == 2
    assert {setting.source for setting in loaded.settings} == {"default"}
    assert all(setting.meaning for setting in loaded.settings)


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(tmp_path: Path) -> None:
    home = _home(tmp_path, '[crawl]\ncontact = "a@tinh.vn"\ndelay_s = 3\n\n[serve]\ndigest_at = "06:30"\n')
    loaded = load_preferences(home, {"R57_CONTACT": "b@tinh.vn", "R57_OFFICE_RECIPIENTS": "Tỉnh ủy, UBND tỉnh"})
    shown = {setting.key: setting for setting in loaded.settings}
    assert (shown["crawl.contact"].value, shown["crawl.contact"].source) == ("b@tinh.vn", "environment R57_CONTACT")
    assert (shown["crawl.delay_s"].value, shown["crawl.delay_s"].source) == (3.0, "settings.toml, line 3")
    assert (shown["serve.digest_at"].value, shown["serve.digest_at"].source) == (time(6, 30), "settings.toml, line 6")
    assert loaded.values.office.recipients == ("Tỉnh ủy", "UBND tỉnh")


def test_a_long_variable_name_works_for_every_setting(tmp_path: Path) -> None:
    assert load_preferences(tmp_path, {"R57_CRAWL_CONTACT": "x@y.vn"}).values.crawl.contact == "x@y.vn"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[crawl]\n\ndelay_s = "nhanh"\n', "line 3: crawl.delay_s"),
        ("[crawl]\ndelay = 3\n", 'line 2: [crawl] has no setting "delay"'),
        ("[crwal]\ndelay_s = 3\n", 'line 1: "crwal" is no section'),
        ("crawl.parallel = 0\n", "line 1: crawl.parallel"),
        ("[mail]\nport = 25\n\n[mail.groups]\nleaders = 3\n", "line 4: mail.groups"),
        ("[crawl\n", "not valid TOML"),
        (
            "[mail]\n[crawl]\ndelay_s = 3\n[mail]\nport = 25\n",
            "line 4: [mail] stands here a second time; put its lines under the first one, in line 1.",
        ),
        ("[serve]\ndigest_day = 8\n", "line 2: serve.digest_day"),
    ],
)
def test_a_wrong_setting_is_named_with_its_line(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_preferences(_home(tmp_path, text), {})
    assert named in str(caught.value)
    assert FILE_NAME in str(caught.value)


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="environment variable R57_DELAY_S"):
        load_preferences(tmp_path, {"R57_DELAY_S": "-3"})


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    loaded = load_preferences(tmp_path, {"R57_MAIL_PASSWORD": "bí mật"})
    assert loaded.values.mail.password == "bí mật"
    assert "bí mật" not in str([setting.value for setting in loaded.settings])


def test_the_example_names_every_setting_and_is_valid_once_uncommented(tmp_path: Path) -> None:
    text = example_file()
    assert set(tomllib.loads(text)) == {setting.key.split(".")[0] for setting in load_preferences(tmp_path, {}).settings}
    uncommented = "\n".join(line.removeprefix("# ") if " = " in line else line for line in text.splitlines())
    uncommented = "\n".join(line for line in uncommented.splitlines() if not line.startswith("ca_file"))
    loaded = load_preferences(_home(tmp_path, uncommented), {})
    assert loaded.values == load_preferences(tmp_path / "none", {}).values
