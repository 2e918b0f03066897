"""Official values: read from CSV with every fault named by its line, shown beside the press, kept through replay."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from r57monitor.catalogue import load_catalogue
from r57monitor.errors import UsageError
from r57monitor.gazetteer import load_gazetteer
from r57monitor.ledger.official import latest_official, read_official
from tests.command import copy_home, run
from tests.sample_home import make_home
from warehouse.home import Home
from warehouse.queries import open_published


def read(text: str, **options: Any) -> list[Any]:
    return read_official(text.encode(), "bang.csv", load_catalogue(), load_gazetteer(), **({"source": "Bảng"} | options))


def test_vietnamese_headers_semicolons_decimal_commas() -> None:
    rows = read(
        "\ufeffTỉnh;Chỉ tiêu;Giá trị;Đơn vị tính;Thời điểm;Nguồn;Loại;Ghi chú\n"
        "Tỉnh Lào Cai;dossiers_online_pct;61,5;%;30/6/2025;Bảng tỉnh;Thực hiện;tạm tính\n"
        "\n"
        "Lào Cai;bts_5g_stations;1.310;;tháng 7/2025;;mục tiêu;\n"
        "Cả nước;digital_economy_grdp_pct;18,3%;;2025;;;\n"
    )
    assert [(r.province, r.province_id, r.metric_id, r.value, r.unit, r.kind, r.as_of, r.as_of_precision) for r in rows] == [
        ("Lào Cai", rows[0].province_id, "dossiers_online_pct", 61.5, "%", "result", date(2025, 6, 30), "day"),
        ("Lào Cai", rows[1].province_id, "bts_5g_stations", 1310.0, rows[1].unit, "target", date(2025, 7, 31), "month"),
        ("national", None, "digital_economy_grdp_pct", 18.3, "%", "result", date(2025, 12, 31), "year"),
    ]
    assert rows[0].province_id != rows[1].province_id  # before and after the merger
    assert [(r.source, r.note, r.line) for r in rows] == [("Bảng tỉnh", "tạm tính", 2), ("Bảng", None, 4), ("Bảng", None, 5)]


def test_english_headers_points_and_money() -> None:
    rows = read(
        "province,metric,value,unit,date,source\nNghệ An,st_budget_vnd,\"1,200.5\",tỷ đồng,2025-06,Plan\n", point=True
    )  # fmt: skip
    assert [(r.value, r.unit) for r in rows] == [(1_200_500_000_000.0, "đồng")]


def test_a_metric_is_named_by_its_label_too() -> None:
    metric = load_catalogue().metrics[0]
    assert read(f"tỉnh;chỉ tiêu;giá trị;kỳ\nNghệ An;{metric.label_vi.upper()};12;2025\n")[0].metric_id == metric.id


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("tỉnh;chỉ tiêu;giá trị\nNghệ An;bts_5g_stations;3\n", "as_of"),
        ("a;b;c\n1;2;3\n", "line 1"),
        ("tỉnh;chỉ tiêu;giá trị;kỳ\n", "no row"),
        ("tỉnh;chỉ tiêu;giá trị;kỳ\nAtlantis;bts_5g_stations;3;2025\n", 'line 2: there is no province "Atlantis"'),
        ("tỉnh;chỉ tiêu;giá trị;kỳ\nNghệ An;bts_5g_station;3;2025\n", "bts_5g_stations"),
        ("tỉnh;chỉ tiêu;giá trị;kỳ\nNghệ An;bts_5g_stations;nhiều;2025\n", '"nhiều" is no number'),
        ("tỉnh;chỉ tiêu;giá trị;kỳ\nNghệ An;bts_5g_stations;3 4;2025\n", "is no number"),
        ("tỉnh;chỉ tiêu;giá trị;kỳ\nNghệ An;bts_5g_stations;3;hôm qua\n", "hôm qua"),
        ("tỉnh;chỉ tiêu;giá trị;kỳ\nNghệ An;bts_5g_stations;;2025\n", 'line 2: the cell "value" is empty'),
        ("tỉnh;chỉ tiêu;giá trị;kỳ;đvt\nNghệ An;dossiers_online_pct;3;2025;hồ sơ\n", 'unit "hồ sơ"'),
        ("tỉnh;chỉ tiêu;giá trị;kỳ\nNghệ An;dossiers_online_pct;98.125;2025\n", "decimal"),
        ("tỉnh;chỉ tiêu;giá trị;kỳ\nYên Bái;bts_5g_stations;3;31/12/2025\n", "merged"),
        ("tỉnh;chỉ tiêu;giá trị;kỳ\nNghệ An;bts_5g_stations;3;2025\nNghệ An;bts_5g_stations;4;2025\n", "line 3: says again what line 2"),
        ("tỉnh;chỉ tiêu;giá trị;kỳ;loại\nNghệ An;bts_5g_stations;3;2025;mong ước\n", "mong ước"),
    ],
)
def test_every_fault_names_its_line(text: str, said: str) -> None:
    with pytest.raises(UsageError) as told:
        read(text)
    assert "bang.csv" in str(told.value)
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_many_faults_are_counted_and_the_source_is_needed() -> None:
    bad = "".join(f"Atlantis {n};bts_5g_stations;3;2025\n" for n in range(9))
    with pytest.raises(UsageError, match=r"line 2.*line 6.*and 4 more"):
        read("tỉnh;chỉ tiêu;giá trị;kỳ\n" + bad)
    with pytest.raises(UsageError, match="--source"):
        read("tỉnh;chỉ tiêu;giá trị;kỳ\nNghệ An;bts_5g_stations;3;2025\n", source=None)


def test_later_imports_say_again_and_removed_ones_nothing() -> None:
    row = {"province_id": "p", "province": "P", "metric_id": "m", "as_of": "2025-06-30", "kind": "result", "source": "S"}
    first = {"event": "official", "import": "1", "at": "2025-07-01T00:00:00+00:00", "rows": [row | {"value": 1}]}
    second = {"event": "official", "import": "2", "at": "2025-07-02T00:00:00+00:00", "rows": [row | {"value": 2}]}
    assert [r["value"] for r in latest_official([("a", first), ("b", second)])] == [2]
    assert [r["value"] for r in latest_official([("a", first), ("b", second), ("c", {"event": "official_removed", "import": "2"})])] == [1]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("official") / "home")


@pytest.fixture
def home(sample: Home, tmp_path: Path) -> Home:
    return copy_home(sample.path, tmp_path)


def test_beside_the_press_and_never_in_it(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(home.path)
    with open_published(home) as reader:
        figures = reader.rows("SELECT * FROM figures ORDER BY figure_id")
        told = reader.rows(
            """SELECT * FROM figures WHERE kind = 'result' AND NOT is_change AND province_id IS NOT NULL AND as_of_from = 'stated'
               AND comparator = 'eq' AND metric_id IS NOT NULL AND value > 10
               QUALIFY count(DISTINCT value) OVER (PARTITION BY metric_id, province_id) = 1
               AND count(*) OVER (PARTITION BY metric_id, province_now) = 1 ORDER BY figure_id LIMIT 2"""
        )
        metrics = {r["metric_id"] for r in figures if r["province_now"] == told[0]["province_now"]}
    other = next(i for i in ("smartphone_pct", "cashless_pct", "tfp_pct", "pci_rank") if i not in metrics)
    same, differs = told
    lines = [
        f"{same['province']};{same['metric_id']};{_vi(same['value'])};{same['as_of']}",
        f"{differs['province']};{differs['metric_id']};{_vi(differs['value'] + 4)};{differs['as_of']}",
        f"{same['province']};{other};7;{same['as_of']}",
    ]
    file = tmp_path / "bang.csv"
    file.write_text("tỉnh;chỉ tiêu;giá trị;thời điểm\n" + "\n".join(lines) + "\n", "utf-8")
    assert run("official", "import", str(file), "--source", "Bảng tỉnh", "--by", "Hà", "--home", path) == 0
    assert run("publish", "--home", path) == 0
    with open_published(home) as reader:
        assert reader.rows("SELECT * FROM figures ORDER BY figure_id") == figures
        rows = {r["metric_id"]: r for r in reader.rows("SELECT * FROM official_differences")}
        assert reader.rows("SELECT DISTINCT imported_by, source, file FROM official_values") == [
            {"imported_by": "Hà", "source": "Bảng tỉnh", "file": "bang.csv"}
        ]
    assert (rows[same["metric_id"]]["verdict"], rows[same["metric_id"]]["figure_id"]) == ("agrees", same["figure_id"])
    assert (rows[differs["metric_id"]]["verdict"], rows[differs["metric_id"]]["difference"]) == ("differs", pytest.approx(4))
    assert (rows[other]["verdict"], rows[other]["press_value"]) == ("not_reported", None)
    capsys.readouterr()
    assert run("official", "differences", "--json", "--home", path) == 0
    assert [json.loads(line)["verdict"] for line in capsys.readouterr().out.splitlines()] == ["differs"]
    assert run("official", "list", "--imports", "--json", "--home", path) == 0
    [row] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert row["rows"] == 3
    home.warehouse.unlink()
    assert run("publish", "--home", path) == 0  # the journal brings them back
    with open_published(home) as reader:
        assert reader.rows("SELECT count(*) AS n FROM official_values") == [{"n": 3}]
    assert run("official", "remove", row["import_id"], "--home", path) == 0
    assert run("publish", "--home", path) == 0
    with open_published(home) as reader:
        assert reader.rows("SELECT count(*) AS n FROM official_values") == [{"n": 0}]
    assert run("official", "remove", row["import_id"], "--home", path) == 2


def _vi(value: float) -> str:
    return f"{value:.15g}".replace(".", ",")


def test_a_missing_file_and_a_wrong_one(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("official", "import", str(tmp_path / "khong-co.csv"), "--home", str(home.path)) == 2
    assert "khong-co.csv" in capsys.readouterr().err
    (tmp_path / "a.csv").write_bytes("tỉnh;kỳ".encode("windows-1258", "replace") + b"\xff")
    assert run("official", "import", str(tmp_path / "a.csv"), "--home", str(home.path)) == 2
    assert "UTF-8" in capsys.readouterr().err
