"""pytest plugin: the module named by R57_MUTANT_MODULE is imported from the text of the file R57_MUTANT_SOURCE."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType


class _Changed(importlib.machinery.SourceFileLoader):
    """Compiles the changed text; what was compiled before is left alone."""

    def get_code(self, fullname: str) -> CodeType:
        return compile(Path(os.environ["R57_MUTANT_SOURCE"]).read_text("utf-8"), self.get_filename(fullname), "exec", dont_inherit=True)


class _Finder(importlib.machinery.PathFinder):
    """Finds the one module as the ordinary finder does, and has it loaded from the changed text."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != os.environ["R57_MUTANT_MODULE"]:
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if found is None or found.origin is None:
            return None
        return importlib.util.spec_from_file_location(fullname, found.origin, loader=_Changed(fullname, found.origin))


sys.meta_path.insert(0, _Finder)
