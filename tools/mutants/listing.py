"""Draws changes of functions as mutmut makes them. Runs in the tools' environment, where mutmut is; prints JSON Lines.

Stands alone: it imports nothing of the project, because the project's libraries are not in that environment.
"""

from __future__ import annotations

import argparse
import difflib
import json
import random
import sys
from pathlib import Path
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

LEAST = 8  # of a small file too


class _Placed(MutationVisitor):
    """mutmut's visitor, which also keeps the line of each change."""

    def __init__(self) -> None:
        super().__init__(mutation_operators, IgnoredCode(set(), set(), set()), None)
        self.lines: list[int] = []

    def _create_mutations(self, node: cst.CSTNode) -> None:
        super()._create_mutations(node)
        here = self.get_metadata(PositionProvider, node, None)
        self.lines += [here.start.line if here else 0] * (len(self.mutations) - len(self.lines))


def changes_of(path: Path) -> tuple[cst.Module, list[tuple[Any, int]]]:
    """The module and each change of a function's or method's body with its line."""
    visitor = _Placed()
    module = MetadataWrapper(cst.parse_module(path.read_text("utf-8"))).visit(visitor)
    return module, [(m, line) for m, line in zip(visitor.mutations, visitor.lines, strict=True) if m.contained_by_top_level_function]


def _function_name(module: cst.Module, function: cst.CSTNode) -> str:
    """Its name, a method's with its class before it; "" for what is no function (a class's own statements)."""
    for top in module.body:
        if top is function and isinstance(top, cst.FunctionDef):
            return top.name.value
        if isinstance(top, cst.ClassDef) and isinstance(function, cst.FunctionDef) and any(m is function for m in top.body.body):
            return f"{top.name.value}.{function.name.value}"
    return ""


def _shown(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return "\n".join(line for line in lines if line[:2] not in {"--", "++", "@@"})


def draw(path: Path, share: float, seed: int) -> list[dict[str, Any]]:
    """`share` of the file's changes, at least LEAST of them, the same for the same seed and text."""
    module, changes = changes_of(path)
    size = min(len(changes), max(LEAST, round(share * len(changes))))
    chosen = random.Random(f"{seed}:{path}").sample(range(len(changes)), size)  # noqa: S311 (a sample, no secret)
    rows = []
    for number in sorted(chosen):
        change, line = changes[number]
        source = deep_replace(module, change.original_node, change.mutated_node).code
        rows.append({
            "path": str(path), "line": line, "number": number, "of": len(changes), "shown": _shown(module.code, source),
            "function": _function_name(module, change.contained_by_top_level_function), "source": source,
        })  # fmt: skip
    return rows


def main() -> None:
    """Prints the drawn changes of each file named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--share", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    asked = parser.parse_args()
    for path in asked.paths:
        for row in draw(path, asked.share, asked.seed):
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
