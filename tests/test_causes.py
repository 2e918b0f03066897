"""Every cause that the program can name is told in Vietnamese too."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from r57monitor.wording import explain_cause

ROOT = Path(__file__).resolve().parent.parent
VIETNAMESE = set("ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        ("HTTP 503 (service unavailable)", "máy chủ gặp lỗi (HTTP 503)"),
        ("HTTP 404 (not found)", "không tìm thấy trang (HTTP 404)"),
        ("articles: timed out", "bài viết: quá thời gian chờ"),
        ("redirect refused: example.org is outside the source's hosts", "không theo chuyển hướng: example.org nằm ngoài nguồn tin"),
        (
            "layout changed: no article could be read from 7 pages; articles: the site asks for a password (login page)",
            f"{explain_cause('layout changed: no article could be read from 7 pages')}; "
            f"{explain_cause('articles: the site asks for a password (login page)')}",
        ),
        ("answers, but nothing new for 16 days", "có trả lời nhưng 16 ngày không có bài mới"),
        ("robots.txt cannot be had: HTTP 500 (internal server error)", "không lấy được robots.txt: máy chủ gặp lỗi (HTTP 500)"),
        ("something never seen", "something never seen"),
        (None, ""),
    ],
)
def test_explain_cause(cause: str | None, told: str) -> None:
    assert explain_cause(cause) == told
    assert explain_cause(cause, "en") == (cause or "")


def literal_causes() -> list[str]:
    """Texts that the crawl's refusals and the ledger's verdicts are made of."""
    found = []
    judges = ("spiders/causes.py", "spiders/guard.py", "spiders/verdict.py", "r57monitor/ledger/health.py", "r57monitor/ledger/symptoms.py")
    for name in judges:
        for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8"))):
            if isinstance(node, ast.Return) and node.value is not None:
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
                parts = [c for v in values for c in (v.values if isinstance(v, ast.BoolOp) else [v])]
                found += [c.value for c in parts if isinstance(c, ast.Constant) and isinstance(c.value, str) and " " in c.value]
            if isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], ast.Constant):
                found.append(str(node.elts[1].value))
    return [cause for cause in found if " " in cause]


def test_no_cause_is_left_in_english() -> None:
    causes = literal_causes()
    assert len(causes) > 10
    for cause in causes:
        assert VIETNAMESE & set(explain_cause(cause)), cause
