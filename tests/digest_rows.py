"""A small week of invented rows, as warehouse/queries/digest.py would read them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from r57monitor.catalogue import Catalogue, Metric
from r57monitor.digest.build import build_digest
from r57monitor.digest.model import Digest, DigestRows, Period
from r57monitor.digest.request import Request
from r57monitor.gazetteer import load_gazetteer
from r57monitor.preferences import Office

WEEK = Period(date(2025, 7, 21), date(2025, 7, 27))

_LAO_CAI = {"province_id": "vn34-15", "province": "Lào Cai", "province_now": "Lào Cai", "role": "subject"}
_NAMES = {"cong-a": ("Cổng tỉnh A", "portal"), "bao-b": ("Báo <B> & bạn", "newspaper"), "gom-tin": ("Gom Tin", "aggregator")}


def article(name: str, source: str, published: datetime | None, **more: Any) -> dict[str, Any]:
    """One row of digest_articles.sql."""
    outlet, kind = _NAMES[source]
    row = {
        "article_id": name, "source_id": source, "outlet": outlet, "kind": kind, "publisher": source,
        "url": f"https://example.org/{source}/{name}.html", "title": f"Bài {name}", "published_at": published, "published_from": "meta",
        "first_seen_at": published or datetime(2025, 7, 25, 13), "cluster_id": name, "is_original": True, "relevance": 0.9,
        "garbled": False, "is_baseline": False, "pillars": [3],
        "outlet_province_id": "vn34-15" if source == "cong-a" else None, "provinces": [_LAO_CAI],
    }  # fmt: skip
    return row | more


def figure(name: str, in_article: dict[str, Any], value: float, sentence: str, mention: str, **more: Any) -> dict[str, Any]:
    """One row of digest_figures.sql."""
    row = {
        "figure_id": name, "article_id": in_article["article_id"], "metric_id": "bts_5g_stations", "label": None, "value": value,
        "value_max": None, "denominator": None, "unit": "trạm", "comparator": "eq", "kind": "result", "is_change": False,
        "province_id": "vn34-15", "province": "Lào Cai", "province_now": "Lào Cai", "as_of": date(2025, 7, 20), "as_of_precision": "day",
        "as_of_from": "stated", "due": None, "due_precision": None, "mention": mention, "sentence": sentence,
        "start_char": sentence.find(mention), "confidence": 0.9, "series_id": "s1", "state": "new",
        **{key: in_article[key] for key in ("url", "title", "published_at", "source_id", "publisher", "outlet")},
        "pillar": 3, "against_value": None, "against_figure_id": None,
    }  # fmt: skip
    return row | more


def against(value: float, sentence: str, mention: str, **more: Any) -> dict[str, Any]:
    """The columns of the figure that another one is judged against."""
    row = {
        "figure_id": "truoc", "article_id": "tuan-truoc", "title": "Bài trước",
        "value": value, "value_max": None, "denominator": None, "unit": "trạm", "comparator": "eq", "kind": "result",
        "as_of": date(2025, 6, 30), "as_of_precision": "month", "as_of_from": "stated", "due": None, "due_precision": None,
        "sentence": sentence, "mention": mention, "url": "https://example.org/truoc.html", "published_at": datetime(2025, 7, 2, 3),
        "source_id": "cong-a", "outlet": "Cổng tỉnh A",
    }  # fmt: skip
    return {f"against_{key}": found for key, found in (row | more).items()}


def make_rows() -> DigestRows:
    """Three texts, one of them copied; a rise, a new target, a moved target, a conflict, a failing source."""
    first = article("tram-5g", "cong-a", datetime(2025, 7, 22, 2), title="Thêm trạm 5G <script>alert(1)</script>")
    copy = article("tram-5g-lai", "gom-tin", datetime(2025, 7, 22, 9), cluster_id="tram-5g", is_original=False)
    second = article("ke-hoach", "bao-b", datetime(2025, 7, 24, 1), title="Kế hoạch [mới] của tỉnh", url="javascript:alert(1)")
    national = article("ca-nuoc", "bao-b", None, provinces=[])
    late = article("bai-cu", "bao-b", datetime(2025, 7, 19, 4), first_seen_at=datetime(2025, 7, 22, 13))
    said = "Đến ngày 20/7, toàn tỉnh có 150 trạm 5G, trong đó 12 trạm ở vùng cao."
    plan = "Tỉnh đặt mục tiêu đạt ít nhất 300 trạm vào cuối năm."
    target = {"kind": "target", "as_of": None, "as_of_from": None, "due": date(2025, 12, 31), "due_precision": "year", "comparator": "ge"}
    other = "Báo khác viết con số là 140 trạm."
    return DigestRows(
        snapshot={"number": 7, "observed_until": datetime(2025, 7, 27, 13), "rules_version": "r1", "is_practice": True,
                  "published_at": datetime(2025, 7, 27, 14)},
        articles=[first, copy, second, national],
        late=[late],
        before=[article("tuan-truoc", "cong-a", datetime(2025, 7, 15, 2))],
        figures=[
            figure("f1", first, 150, said, "150 trạm", state="higher", **against(138, "Cuối tháng 6 có 138 trạm.", "138 trạm")),
            figure("f2", first, 12, said, "12 trạm", metric_id=None, label="trạm vùng cao", series_id="s2"),
            figure("f3", second, 300, plan, "300 trạm", **target),
            figure("f4", second, 350, "Nay nâng lên 350 trạm.", "350 trạm", state="target_moved", **target,
                   **against(300, plan, "300 trạm", kind="target", due=date(2025, 12, 31), due_precision="year", comparator="ge")),
            figure("f5", second, 140, other, "140 trạm", state="conflict", **against(150, said, "150 trạm", as_of=date(2025, 7, 20),
                   as_of_precision="day")),
        ],
        figures_before=2,
        is_before_observed=True,
        targets=[{"series_id": "t1", "province_id": "vn34-15", "metric_id": "bts_5g_stations", "value": 350.0, "value_max": None,
                  "comparator": "ge", "unit": "trạm", "due": date(2025, 12, 31), "due_precision": "year", "inherited": False,
                  "figure_id": "f4"}],
        coverage=[{"province_now": "Lào Cai", "province_id": "vn34-15", "week": "2025-W30", "state": "reported", "articles": 3},
                  {"province_now": "Nghệ An", "province_id": "vn34-40", "week": "2025-W30", "state": "silent", "articles": 0}],
        health=[{"source_id": "bao-b", "day": date(2025, 7, 21 + n), "state": "failing", "cause": "máy chủ trả lời 503",
                 "name": "Báo <B> & bạn", "kind": "newspaper", "province": None} for n in range(2)],
        documents=[_document("12/KH-UBND", date(2025, 7, 18)), _document("57-NQ/TW", date(2024, 12, 22)), _document("99/QĐ-UBND", None)],
        sources=[{"source_id": key, "name": name, "kind": kind, "active": True, "verified": key == "cong-a"}
                 for key, (name, kind) in _NAMES.items()],
        quality=[{"metric_id": "bts_5g_stations", "expected": 40, "found": 36, "correct": 33, "measured_on": "bộ bài thử"}],
    )  # fmt: skip


def _document(number: str, issued: date | None) -> dict[str, Any]:
    return {
        "number": number, "kind": "kế hoạch", "issuer": "UBND", "issued_on": issued, "province_id": "vn34-15", "province": "Lào Cai",
        "province_now": "Lào Cai", "article_id": "tram-5g", "outlet": "Cổng tỉnh A", "source_id": "cong-a",
        "url": "https://example.org/vb.html", "title": "Văn bản",
    }  # fmt: skip


def make_digest() -> Digest:
    """The digest of make_rows()."""
    request = Request(period=WEEK, office=Office(unit="Văn phòng thử"))
    catalogue = Catalogue((Metric(id="bts_5g_stations", label_vi="Số trạm 5G", unit="trạm", cues_any=("trạm 5G",)),))
    return build_digest(
        make_rows(),
        WEEK,
        name=request.name,
        masthead=request.make_masthead(date(2025, 7, 28)),
        gazetteer=load_gazetteer(),
        catalogue=catalogue,
    )
