"""The commands' common frame: --home in front, --version, and errors in one line with the right exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

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
from r57monitor.errors import R57Error

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
    try:
        app(args=list(argv) if argv is not None else None)
    except R57Error as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("stopped by the user; what was archived is kept, run the same command again to go on.", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 (the one place that may: it turns a fault into words)
        _fail(f"unexpected fault: {type(error).__name__}: {error}\n{_keep_trace()}", 1)


def _fail(message: str, code: int) -> None:
    sys.stderr.write(f"r57: {message}\n")
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
