"""Typesetting apart from the program: `python -m r57monitor.typeset JOB` compiles one Typst document, or joins the pieces of a long one.

Typst keeps a whole document in memory, about 200 kB a line of a digest, and gives none of it back: a process of its own does.
"""

from __future__ import annotations

import json
import re
import string
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_STANDARD = "ua-1"
_TAGGED = "1.7"  # the same version and tags; the first piece speaks for all of them
# Typst names the heads of its tables U1x0y0, U1x1y0 … in every document; each piece gets a letter of its own, of the same length.
_HEAD_IDS = re.compile(rb"\(U(\d+x\d+y\d+)\)")
LETTERS = string.ascii_uppercase.replace("U", "") + string.ascii_lowercase
MOST_PIECES = len(LETTERS)
_BOX = "□"
# Signs that need no question: the letters of European languages and of Vietnamese, and usual punctuation.
_UNUSUAL = re.compile("[^\\x00-\\x7e\\u00a0-\\u017f\\u01a0\\u01a1\\u01af\\u01b0\\u1ea0-\\u1ef9\\u2013\\u2014\\u2018-\\u201d\\u2026]")
_PROBE = b"""#set document(title: "signs")
#set text(font: "Liberation Serif")
= Signs
#for look in ("normal", "italic") { for weight in ("regular", "bold") { text(style: look, weight: weight, sys.inputs.signs) } }
"""


class TypesetError(Exception):
    """What Typst says of a document it cannot compile."""


def compile_here(
    source: bytes,
    inputs: Mapping[str, str],
    *,
    fonts: Path,
    stamp: datetime,
    root: Path | None = None,
    cache: dict[str, Any] | None = None,
    is_piece: bool = False,
) -> bytes:
    """One document as tagged PDF (PDF/UA-1), with the fonts of the folder and of the wheel, never those of the machine.

    stamp: time of creation. is_piece: not the first one of a document, so that its headings need not begin with one of a part.
    Raises TypesetError, ModuleNotFoundError where Typst is not installed.
    """
    import typst

    kept = cache if cache is not None else {}
    if "fonts" not in kept:
        kept["fonts"] = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[fonts])
    try:
        compiler: Any = typst.Compiler(source, root=str(root) if root else None, font_paths=kept["fonts"], sys_inputs=dict(inputs))
        made: bytes = compiler.compile(format="pdf", pdf_standards=[_TAGGED if is_piece else _STANDARD], timestamp=stamp)
    except typst.TypstError as error:
        raise TypesetError(error.message) from error
    return made


def replace_missing(text: str, fonts: Path, cache: dict[str, Any]) -> str:
    """Text without the signs that no font has, for one such sign would end the whole document: pictures go, letters become boxes."""
    asked = sorted(set(_UNUSUAL.findall(text)))
    known: dict[str, bool] = cache.setdefault("signs", {})
    fresh = [sign for sign in asked if sign not in known]
    if fresh and _can_show("".join(fresh), fonts, cache):
        known.update(dict.fromkeys(fresh, True))
    else:
        known.update({sign: _can_show(sign, fonts, cache) for sign in fresh})
    gone = {ord(sign): _BOX if unicodedata.category(sign)[0] in "LN" else "" for sign in asked if not known[sign]}
    return text.translate(gone) if gone else text


def _can_show(signs: str, fonts: Path, cache: dict[str, Any]) -> bool:
    """Asked of Typst itself, in all four looks, so that no list of what fonts have can be out of date."""
    try:
        compile_here(_PROBE, {"signs": signs}, fonts=fonts, stamp=datetime(2000, 1, 1, tzinfo=UTC), cache=cache)
    except TypesetError:
        return False
    return True


def run_apart(job: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """A job in a process of its own; what it says. Raises TypesetError with its words."""
    file = folder / "job.json"
    file.write_text(json.dumps(job, ensure_ascii=False), "utf-8")
    done = subprocess.run([sys.executable, "-m", "r57monitor.typeset", str(file)], capture_output=True, check=False)
    if done.returncode:
        raise TypesetError(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2] or f"it ended with {done.returncode}")
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _compile(job: Mapping[str, Any]) -> dict[str, Any]:
    import pypdfium2

    body = compile_here(
        Path(job["source"]).read_bytes(),
        job["inputs"],
        fonts=Path(job["fonts"]),
        stamp=datetime.fromisoformat(job["stamp"]),
        is_piece=job["letter"] != LETTERS[0],
    )
    with pypdfium2.PdfDocument(body) as document:
        pages = len(document)
    Path(job["out"]).write_bytes(_HEAD_IDS.sub(b"(" + job["letter"].encode() + rb"\1)", body))
    return {"pages": pages}


def join(pieces: Sequence[Path], out: Path) -> None:
    """Pieces of one document as one: pages, bookmarks and the structure that screen readers follow."""
    import pikepdf

    with pikepdf.open(pieces[0]) as whole:
        tree = whole.Root.StructTreeRoot
        parents: list[Any] = list(tree.ParentTree.Nums)
        heads: list[Any] = list(tree.IDTree.Names)
        children: list[Any] = list(tree.K[0].K)
        for piece in pieces[1:]:
            with pikepdf.open(piece) as more:
                other = _append(whole, more, len(parents) // 2)
                start = len(parents) // 2
                for n, value in enumerate(list(other.ParentTree.Nums)[1::2]):
                    parents += [start + n, value]
                heads += list(other.IDTree.Names) if "/IDTree" in other else []
                for child in other.K[0].K:
                    child.P = tree.K[0]
                    children.append(child)
        tree.ParentTree.Nums, tree.IDTree.Names, tree.K[0].K = pikepdf.Array(parents), pikepdf.Array(heads), pikepdf.Array(children)
        tree.ParentTreeNextKey = len(parents) // 2
        whole.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _append(whole: Any, more: Any, start: int) -> Any:
    """The pages of another document behind those of the first, and its tree of structure, whose numbers go on from `start`."""
    for page in more.pages:
        page.obj.StructParents = int(page.obj.StructParents) + start
        for note in page.obj.get("/Annots", ()):
            note.StructParent = int(note.StructParent) + start
    whole.pages.extend(more.pages)
    _append_bookmarks(whole, whole.copy_foreign(more.Root.Outlines) if "/Outlines" in more.Root else None)
    return whole.copy_foreign(more.Root.StructTreeRoot)


def _append_bookmarks(whole: Any, more: Any) -> None:
    if more is None:
        return
    outlines = whole.Root.Outlines
    first, last = more.First, outlines.Last
    last.Next, first.Prev = first, last
    outlines.Last = more.Last
    outlines.Count = int(outlines.Count) + int(more.Count)
    while first is not None:
        first.Parent = outlines
        first = first.get("/Next")


def main() -> int:
    """Carry out the job of the file that is named."""
    job = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    try:
        if "pieces" in job:
            join([Path(piece) for piece in job["pieces"]], Path(job["out"]))
            said = {}
        else:
            said = _compile(job)
    except TypesetError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
