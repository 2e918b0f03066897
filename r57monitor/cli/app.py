"""The commands' common frame: --home in front, --version, and errors in one line with the right exit code."""

from __future__ import annotations

import errno
import os
import re
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Annotated, cast

import typer
from typer.main import get_command_name
from typer.models import CommandInfo

from r57monitor import __version__
from r57monitor.cli import (
    alerts,
    archive,
    collect,
    demo,
    digest_commands,
    doctor,
    keep,
    official,
    outbox,
    report,
    review,
    search,
    serve,
    settings,
    sources,
    sql,
    withdraw,
)  # fmt: skip
from r57monitor.cli.help_words import prepare_help, say
from r57monitor.cli.notes import in_words, readers_language
from r57monitor.errors import R57Error

# What a wrong call raises; Typer exports one kind of it only.
_PARSER = re.compile(r"Input should be (.+?)(?:, unable to parse string as an? (?:integer|number))?$")
_INTERRUPTED = 130  # what Typer makes of Ctrl-C
_UsageFault = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])

app = typer.Typer(
    name="r57",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Every figure Vietnam's provincial press reports about Resolution 57-NQ/TW, once, with the sentence that proves it.\n\n"
    "Example:  r57 demo",
)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"r57monitor {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    ctx: typer.Context,
    home: Annotated[Path | None, typer.Option("--home", metavar="DIR", help="Home folder, for every command [env: R57_HOME].")] = None,
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    ctx.obj = {"home": home}


collect.register(app)
report.register(app)
search.register(app)
digest_commands.register(app)
sql.register(app)
sources.register(app)
review.register(app)
keep.register(app)
official.register(app)
withdraw.register(app)
archive.register(app)
settings.register(app)
app.add_typer(alerts.commands, name="alerts")
app.add_typer(outbox.commands, name="outbox")
serve.register(app)
doctor.register(app)
demo.register(app)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command; exit 0, 1 (could not be done) or 2 (wrong arguments or registry)."""
    if argv is None:
        _spare_pandas()
    try:
        args = list(sys.argv[1:] if argv is None else argv)
        command = prepare_help(typer.main.get_command(narrow(args)))
        code = command(args=args, standalone_mode=False)
        sys.stdout.flush()
        if code == _INTERRUPTED:
            raise KeyboardInterrupt
        sys.exit(code if isinstance(code, int) else 0)
    except R57Error as error:
        _fail(error.exit_code, str(error))
    except _UsageFault as error:
        _fail_call(error, sys.argv[1:] if argv is None else argv)
    except (KeyboardInterrupt, typer.Abort):
        _fail(_INTERRUPTED, "stopped by the user; what was archived is kept, run the same command again to go on.")
    except UnicodeEncodeError as error:
        way_out = "Set PYTHONIOENCODING=utf-8, or a locale such as C.UTF-8, and run the command again."
        _fail(1, f"this terminal's encoding ({error.encoding}) cannot show Vietnamese. {way_out}")
    except BrokenPipeError:
        _leave_quietly()
    except PermissionError as error:
        if error.filename is None:
            _fail(1, f"unexpected fault: {type(error).__name__}: {error}", _keep_trace())
        _fail(1, f"no permission for {error.filename}. Change the rights of the file or folder, or name another.")
    except OSError as error:
        if error.errno != errno.EPIPE:
            _fail(1, f"unexpected fault: {type(error).__name__}: {error}", _keep_trace())
        _leave_quietly()
    except Exception as error:  # noqa: BLE001 (the one place that may: it turns a fault into words)
        _fail(1, f"unexpected fault: {type(error).__name__}: {error}", _keep_trace())


def narrow(args: Sequence[str]) -> typer.Typer:
    """The program with the one command that is called, whole where none is: building them all takes a third of a small command's time."""
    name = _called(args)
    commands = [info for info in app.registered_commands if _name_of(info) == name]
    groups = [info for info in app.registered_groups if info.name == name]
    if not commands and not groups:
        return app
    narrowed = copy(app)
    narrowed.registered_commands, narrowed.registered_groups = commands, groups
    return narrowed


def _called(args: Sequence[str]) -> str | None:
    """The word where the command stands: the first that is neither an option nor what --home takes."""
    rest = iter(args)
    for word in rest:
        if word == "--home":
            next(rest, None)
        elif not word.startswith("--home="):
            return word
    return None


def _name_of(info: CommandInfo) -> str | None:
    return info.name or (get_command_name(info.callback.__name__) if info.callback else None)


class _NoPandas(MetaPathFinder):
    """Answers every look for pandas as if it were not installed."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Of pandas: that there is none; of anything else nothing, so that the next finder is asked."""
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is not loaded in a command's own process", name=fullname)
        return None


def _spare_pandas() -> None:
    """In a process of our own: DuckDB loads pandas with the first value it is given, where it is installed, and nothing here uses it.

    That takes longer than most commands do (0.4 s of the processor). A finder says so, not an empty place in `sys.modules`: compiled
    modules such as pyarrow's take what stands there unasked, and fail on it.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas())


def _fail_call(error: typer.BadParameter, argv: Sequence[str]) -> None:
    """A call that cannot be understood: in one line with the way out; a call without any word is answered by the help."""
    said = error.format_message()
    if (typed := _find_typed(error, argv)) is not None:
        head, colon, rest = said.partition(": ")
        said = f'{head} ("{typed}"){colon}{rest}'
    if readers_language() == "en":
        said = _PARSER.sub(r"it must be \1.", said)
    if said.startswith(f"{say('Usage')}:"):
        sys.stderr.write(f"{said}\n")
        sys.exit(error.exit_code)
    command = error.ctx.command_path if error.ctx else "r57"
    _fail(error.exit_code, said, f"(`{command} --help` shows what there is.)")


def _find_typed(error: typer.BadParameter, argv: Sequence[str]) -> str | None:
    """The value that was given to the option an error is about: the error itself names the option only."""
    names = tuple(getattr(error.param, "opts", ())) if str(error.format_message()).startswith("Invalid value for") else ()
    for word, following in zip(argv, [*argv[1:], None], strict=True):
        if word in names:
            return following
        if word.startswith(tuple(f"{name}=" for name in names if name.startswith("--"))):
            return word.partition("=")[2]
    return None


def _leave_quietly() -> None:
    """Whoever read our output has gone, as in `r57 figures | head -1`: nothing is wrong."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def _fail(code: int, *messages: str) -> None:
    """Say the messages, one after another on one line, in the reader's language."""
    said = " ".join(map(in_words, messages))
    said = said.encode("utf-8", "backslashreplace").decode("utf-8")  # an argument may hold bytes that are no text
    with suppress(OSError, ValueError, AttributeError):  # nobody reads standard error
        sys.stderr.write(f"r57: {said}\n")
        sys.stderr.flush()
    sys.exit(code)


def _keep_trace() -> str:
    """Write the traceback to a file and say where, so that the screen stays readable and a report is complete."""
    import tempfile

    name = f"r57-fault-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    path = Path(tempfile.gettempdir()) / name
    try:
        path.write_text(f"r57monitor {__version__}\nr57 {' '.join(sys.argv[1:])}\n\n{traceback.format_exc()}", "utf-8")
    except OSError:
        return "The details could not be written to disk."
    return f"Please report it with the file {path}."
