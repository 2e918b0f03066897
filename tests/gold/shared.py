"""The annotations shared beside the project (../shared/gold), scored by the scorer that came with them.

They are no part of the project and may be absent. Where they are there, their documents are read exactly as `r57 extract --out` reads
them, and their own scorer judges the files: the numbers are its numbers.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from r57monitor.cli.extract import extract_files, write_documents
from r57monitor.registry import load_sources, shipped_registry

SHARED = Path(__file__).resolve().parents[3] / "shared"
# name: (annotations, documents), below SHARED
SETS = {"seeds": ("gold/seeds", "seeds"), "dev": ("gold/dev/gold", "gold/dev/articles")}


def is_shared_here() -> bool:
    """Whether annotations, their documents and the scorer are all on this machine."""
    folders = [folder for pair in SETS.values() for folder in pair]
    return (SHARED / "gold" / "score.py").is_file() and all((SHARED / folder).is_dir() for folder in folders)


def score_shared() -> dict[str, dict[str, Any]]:
    """What the shared scorer says of each set; nothing where they are absent."""
    if not is_shared_here():
        return {}
    scorer, sources, scores = _load_scorer(), load_sources([shipped_registry()]), {}
    for name, (gold, documents) in SETS.items():
        with TemporaryDirectory() as folder:
            for extraction in write_documents(extract_files([str(SHARED / documents)], sources=sources), Path(folder)):
                if extraction.error:
                    print(extraction.error, file=sys.stderr)  # noqa: T201
            scores[name] = scorer.score(SHARED / gold, Path(folder))
    return scores


def _load_scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("shared_score", SHARED / "gold" / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(SHARED / "gold" / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def render_shared(scores: Mapping[str, Mapping[str, Any]]) -> str:
    """The table that is printed, or the line that says why there is none."""
    if not scores:
        return "seeds, dev: not scored, the shared annotations (../shared/gold) are not on this machine"
    lines = []
    for name, score in scores.items():
        lines.append(f"{name}: {score['documents']} documents, {score['missing']} without a reading")
        for what in ("figures", "full", "provinces", "document_numbers"):
            one = score[what]
            lines.append(f"  {what:16} precision {one['precision']:.3f}  recall {one['recall']:.3f}  F1 {one['f1']:.3f}")
        shares = {what: score[what] for what in ("published", "relevant", "document_dates") if score[what] is not None}
        lines.append("  " + "  ".join(f"{what} {value:.3f}" for what, value in shares.items()))
        known = {what: value for what, value in score["attributes"].items() if value is not None}
        lines.append("  of matched figures: " + "  ".join(f"{what} {value:.3f}" for what, value in known.items()))
    return "\n".join(lines)
