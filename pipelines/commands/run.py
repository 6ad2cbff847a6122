"""`matlas run`: the nightly job, watched by a person or by cron.

Here: what was asked, what is said at the end, and the exit code. Not here: the job (definitions), which is the one Dagster runs too.
"""

import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from pipelines.commands.shared import (
    NOT_PUBLISHED,
    PUBLISHED,
    SOMETHING_WAITS,
    WRONG_USAGE,
    CommandError,
    console,
    home_option,
    load_trust_of,
    open_home,
    require_academy,
)

if TYPE_CHECKING:
    from pipelines.commands.running import Asked, Ended
    from pipelines.store.home import Home
    from pipelines.trust import TrustConfig

STANDS = "What was published before stands as it was."


@click.command("run", short_help="The nightly job.")
@home_option
@click.option("--academy", "academies", metavar="ID", multiple=True, help="Read new files of this academy alone (may be given again).")
@click.option("--as-of", metavar="DATE", help="The last date that counts, such as 2026-01-31 (default: as_of in trust.yml, else today).")
@click.option(
    "--as-at", metavar="DATETIME", help="Only deliveries first seen by then (a date alone: by its end); publishes a file of its own."
)
@click.option("--full", "is_full", is_flag=True, help="Ignore what is kept: read every delivery again and build every table.")
def run_command(home_folder: Path | None, academies: tuple[str, ...], as_of: str | None, as_at: str | None, is_full: bool) -> int:
    """The nightly job: ingest, build, check, publish. Ends with the scorecard, the quality summary and what waits for a person.

    Exit codes: 0 published and all is current; 3 published, but something waits for a person; 1 not published, the last published files
    stand; 2 wrong usage or configuration.

    \b
    Examples:
      matlas run                                   tonight
      matlas run --academy ashby                   new files of one academy
      matlas run --as-of 2026-01-31                as if today were 31 January
      matlas run --as-at 2026-01-31T18:00          with what was known then
    """
    from pipelines.commands.running import Asked

    home = open_home(home_folder)
    trust = load_trust_of(home)
    for academy_id in academies:
        require_academy(trust, academy_id)
    asked = Asked(
        as_of=_day(as_of) if as_of else (trust.as_of or trust.today()),
        as_at=_moment(as_at, trust.trust.timezone) if as_at else None,
        academies=list(academies) or None,
        is_full=is_full,
    )
    if trust.calendar_is_default:
        _note("trust.yml has no calendar: England's usual half-terms are used. Add `calendar:` for your own.")
    ended = _run_watched(home, trust, asked)
    if ended.published is None:
        return _say_not_published(home, ended)
    return _say_published(home, trust, asked, ended, ended.published)


def _run_watched(home: "Home", trust: "TrustConfig", asked: "Asked") -> "Ended":
    from pipelines.commands.run_progress import RunProgress
    from pipelines.commands.stopping import remembered_interrupt
    from pipelines.job.progress import listening
    from pipelines.store.lock import held

    had_key = home.pseudonym_key.exists()
    with held(home, "matlas run"), remembered_interrupt() as stop_if_asked, RunProgress(stop_if_asked) as progress, listening(progress):
        progress.stage("Starting")
        from pipelines.commands.running import run_night

        ended = run_night(home, [academy.id for academy in trust.academies], asked)
        if ended.published is None:
            progress.fail()
            stop_if_asked()  # Dagster may have taken it for a failure of the step that it came in
    if home.pseudonym_key.exists() and not had_key:
        _note(f"A key for pseudonyms was made: {home.pseudonym_key}. Keep a copy of it: with another key they all change.")
    return ended


def _say_not_published(home: "Home", ended: "Ended") -> int:
    _note(f"Not published. {ended.fault or ''}\n{STANDS}")
    if ended.where:
        home.logs.mkdir(parents=True, exist_ok=True)
        record = home.logs / f"run_{ended.run_id}.log"
        record.write_text(f"{ended.fault}\n{ended.where}\n", encoding="utf-8")
        _note(f"The technical record, without anyone's data: {record}")
    return NOT_PUBLISHED


def _say_published(home: "Home", trust: "TrustConfig", asked: "Asked", ended: "Ended", file: Path) -> int:
    from pipelines.commands.scorecard import print_summary, print_where
    from pipelines.commands.status import files_of, print_files
    from pipelines.commands.waiting import what_waits
    from pipelines.commands.warehouse import opened

    with opened(file) as connection:
        waiting = what_waits(home, connection, asked.as_at)
        print_summary(connection, trust.trust.name, asked.as_of, waiting)
    print_where(file, home.root, ended.report)
    if asked.as_at is None:
        print_files(files_of(home))
    if ended.fault:
        _note(ended.fault)
    if not waiting:
        return PUBLISHED
    console().print(
        f"Published. Exit code {SOMETHING_WAITS} says that {len(waiting)} thing(s) above wait for a person; every other figure is current."
    )
    return SOMETHING_WAITS


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--as-of needs a date such as 2026-01-31, not “{text}”.", WRONG_USAGE) from None


def _moment(text: str, timezone: str) -> datetime:
    try:
        moment = datetime.combine(date.fromisoformat(text), time.max) if len(text) == len("2026-01-31") else datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--as-at needs a date and time such as 2026-01-31T18:00, not “{text}”.", WRONG_USAGE) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))


def _note(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 — this is the command line
