"""What a home adds to the rules is checked before any process reads with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from r57monitor.errors import RegistryError
from tests.command import run
from warehouse.home import Home


def test_a_wrong_metric_of_the_home_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from pipelines.rules import recipe_for

    home, page = Home(tmp_path / "home"), tmp_path / "bai.html"
    home.metrics.mkdir(parents=True)
    (home.metrics / "a.toml").write_text('[[metric]]\nid = "x"\n', "utf-8")
    page.write_text("<p>Đến nay toàn tỉnh có 12 trạm 5G.</p>", "utf-8")
    with pytest.raises(RegistryError, match="line 1"):
        recipe_for(home, {})
    assert run("extract", str(page), "--home", str(home.path)) == 2
    assert 'a.toml, line 1 (metric "x"): the key "label_vi" is missing.' in capsys.readouterr().err


def test_rules_do_not_hang_on_wording() -> None:
    """A word of the help that is put better must not make yesterday's readings those of other rules."""
    from pipelines.rules import _NOT_RULES

    data = Path(__file__).resolve().parent.parent / "r57monitor" / "data"
    assert all((data / name).is_file() for name in _NOT_RULES)
    worded = {
        file.name
        for file in data.glob("*.toml")
        if file.read_text("utf-8").count('vi = "') > 20 or "\nmessages = [" in file.read_text("utf-8")
    }
    assert {"ui.toml", "digest.toml", "messages.toml"} <= worded <= _NOT_RULES
