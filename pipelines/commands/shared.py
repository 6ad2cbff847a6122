"""What every command needs: where the home is, how to say that something is wrong, how to print.

Not here: any one command.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import orjson

if TYPE_CHECKING:
    from rich.console import Console

    from pipelines.store.home import Home
    from pipelines.trust import TrustConfig

Command = TypeVar("Command", bound=Callable[..., Any])

PUBLISHED = 0
NOT_PUBLISHED = 1
WRONG_USAGE = 2
SOMETHING_WAITS = 3


class CommandError(Exception):
    """A command cannot go on; the message is a sentence that says what to do, and `exit_code` how the process ends."""

    def __init__(self, sentence: str, exit_code: int = NOT_PUBLISHED) -> None:
        """Keep the exit code beside the sentence."""
        super().__init__(sentence)
        self.exit_code = exit_code


def home_option(command: Command) -> Command:
    """`--home DIR`, the same on every command."""
    return click.option(
        "--home",
        "home_folder",
        type=click.Path(path_type=Path),
        help="The trust home (default: $MATLAS_HOME, else the nearest folder upwards with a trust.yml).",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`: one JSON value on stdout and nothing else."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON value on stdout and nothing else.")(command)


def academy_option(command: Command) -> Command:
    """`--academy ID`, for the commands that can show one academy alone."""
    return click.option("--academy", "academy_id", metavar="ID", help="This academy alone.")(command)


def open_home(folder: Path | None) -> "Home":
    """The trust home of this command; no home is wrong usage."""
    from pipelines.store.home import find_home

    return find_home(folder)


def load_trust_of(home: "Home") -> "TrustConfig":
    """The trust's own settings; a mistake in them is wrong configuration, told with its line."""
    from pipelines.trust import load_trust

    return load_trust(home.trust_file)


def require_academy(trust: "TrustConfig", academy_id: str | None) -> None:
    """Refuse an academy id that trust.yml does not have, naming the nearest one it has."""
    known = [academy.id for academy in trust.academies]
    if academy_id is None or academy_id in known:
        return
    raise CommandError(f"trust.yml has no academy “{academy_id}”. {did_you_mean(academy_id, known)}", WRONG_USAGE)


def did_you_mean(given: str, known: Sequence[str]) -> str:
    """The nearest known word, else the known words themselves (a few of them)."""
    from difflib import get_close_matches

    near = get_close_matches(given, known, n=1)
    if near:
        return f"Did you mean “{near[0]}”?"
    if not known:
        return "There is none yet."
    return f"It has: {', '.join(known[:12])}{' …' if len(known) > 12 else ''}."


def print_json(value: object) -> None:
    """Write one JSON value on stdout."""
    sys.stdout.buffer.write(orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (date, datetime, Path)):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def console(to_stderr: bool = False) -> "Console":
    """The console; wide enough not to break ids when the output is a file or a pipe."""
    from rich.console import Console

    stream = sys.stderr if to_stderr else sys.stdout
    return Console(file=stream, highlight=False, soft_wrap=True, width=None if stream.isatty() else 200)


def print_table(title: str | None, headings: Iterable[str], rows: Iterable[Sequence[object]], numbers: Sequence[int] = ()) -> None:
    """A readable table; `numbers` are the positions of the columns that stand to the right."""
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for position, heading in enumerate(headings):
        table.add_column(heading, justify="right" if position in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else escape(str(value)) for value in row))
    console().print(table)
