"""`matlas erase`: take a person out of everything that Matlas holds, and keep them out.

Here: what is asked, what is said, and the night that finishes it. Not here: who the person is and what is held (protection), the taking out
(ingest) and the night (job). Nothing of the person is printed: counts, academies and names of files.
"""

import getpass
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.protecting import asked_of, home_and_trust, people_of, person_options, say_doubtful
from pipelines.commands.shared import NOT_PUBLISHED, PUBLISHED, WRONG_USAGE, CommandError, console, home_option, print_table

if TYPE_CHECKING:
    from pipelines.protection.erasing import Plan
    from pipelines.protection.people import Asked
    from pipelines.store.home import Home
    from pipelines.trust import TrustConfig

FIGURES = (
    "Figures are counted from rows every night: from tonight those of past weeks and years are counted without this person too. A figure "
    "that was handed on before (a return, an export, a report) stays what it was; Matlas does not change it."
)
ELSEWHERE = (
    "Outside Matlas, and yours to do: the files above in landing, backups of this machine, bundles and exports that were handed on, and "
    "PostgreSQL if you serve it: the next `matlas serve postgres` replaces everything there."
)


@click.command("erase", short_help="Take a person out of everything, for good.")
@home_option
@person_options
@click.option(
    "--people", "people_file", type=click.Path(path_type=Path, exists=True), help="The people of a file that `matlas retention` wrote."
)
@click.option("--why", default="", help="The reason, kept as evidence with who and when. It must not name the person.")
@click.option("--dry-run", is_flag=True, help="Say what would go, by academy and table; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
@click.option("--later", is_flag=True, help="Only write it down: the next `matlas run` takes the person out.")
@click.option("--list", "is_list", is_flag=True, help="Show the erasures so far: when, who, why, how many rows. Nobody is named.")
@click.option("--lift", metavar="NUMBER", type=int, help="Let new deliveries about somebody erased in again: a pupil who came back.")
def erase_command(
    home_folder: Path | None,
    upn: str | None,
    pupils: tuple[str, ...],
    staff: tuple[str, ...],
    people_file: Path | None,
    why: str,
    dry_run: bool,
    yes: bool,
    later: bool,
    is_list: bool,
    lift: int | None,
) -> int:
    """Take a person out of every delivery that Matlas keeps, of what is built and of what is published, and refuse them from then on.

    It runs a whole night, since everything is made anew without them. Killed or failed on the way, the next `matlas run` finishes it.
    Exit codes: 0 erased; 1 begun, and not yet finished; 2 nobody was found, or wrong usage.

    \b
    Examples:
      matlas erase --upn UPN --why "request of 3 March" --dry-run
      matlas erase --upn UPN --why "request of 3 March"
      matlas erase --pupil ashby:1042 --why "kept past its time"
      matlas erase --list
    """
    home, trust = home_and_trust(home_folder)
    if is_list:
        return _show(home)
    if not why and not dry_run:
        raise CommandError("--why is needed: it is kept as evidence, with who and when. It must not name the person.", WRONG_USAGE)
    if lift is not None:
        return _lift(home, lift, why)
    wanted = people_of(trust, people_file) if people_file else [asked_of(trust, upn, pupils, staff)]
    return _erase(home, trust, wanted, why, dry_run=dry_run, yes=yes, later=later)


def _erase(home: "Home", trust: "TrustConfig", wanted: "Sequence[Asked]", why: str, *, dry_run: bool, yes: bool, later: bool) -> int:
    from pipelines.protection.erasing import begin, plan
    from pipelines.store.lock import held

    with held(home, "matlas erase"):
        found = [plan(home, trust, asked) for asked in wanted]
    plans = list({frozenset(each.person.hashes(b"")): each for each in found}.values())  # two numbers may be one person
    _say_planned(plans)
    if dry_run:
        console().print("Nothing was changed.")
        return PUBLISHED
    if not yes:
        _confirm(sum(planned.rows for planned in plans))
    with held(home, "matlas erase"):
        numbers = [begin(home, trust, planned, getpass.getuser(), why) for planned in plans]
    console().print(f"{_named(numbers)} written down. {FIGURES}", markup=False)
    if later:
        console().print(f"The next night takes out what is to go: matlas run --home {home.root}", markup=False)
        return PUBLISHED
    return _finish(home, trust, numbers)


def _named(numbers: "Sequence[int]") -> str:
    return f"Erasure {numbers[0]} is" if len(numbers) == 1 else f"Erasures {numbers[0]} to {numbers[-1]} are"


def _confirm(rows: int) -> None:
    if not sys.stdin.isatty():
        raise CommandError("Nobody is there to be asked: say --yes if you are sure.", WRONG_USAGE)
    if not click.confirm(f"Take {rows:,} rows out for good? There is no way back but the academy's own system"):
        raise CommandError("Nothing was changed.", WRONG_USAGE)


def _finish(home: "Home", trust: "TrustConfig", numbers: "Sequence[int]") -> int:
    """Run the night that makes everything anew."""
    from pipelines.commands.run import run_watched
    from pipelines.commands.running import Asked as AskedOfNight
    from pipelines.store.erasures import Erasures

    ended = run_watched(home, trust, AskedOfNight(trust.as_of or trust.today(), None, None, is_full=False))
    with Erasures(home.manifest) as erasures:
        is_finished = all(each.state == "finished" for each in erasures.all() if each.id in numbers)
    if is_finished:
        console().print(
            f"{_named(numbers)} finished: nothing of it is left in {home.store} and {home.published}. {ELSEWHERE}", markup=False
        )
        return PUBLISHED
    console().print(
        f"{_named(numbers)} begun and not finished: {ended.fault or 'the night did not publish.'} The published file is what it was "
        f"until a night ends well. Put right what is said here, then: matlas run --home {home.root}",
        markup=False,
    )
    return NOT_PUBLISHED


def _say_planned(plans: "Sequence[Plan]") -> None:
    rows, files = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for planned in plans:
        rows.update({(academy, table): number for academy, counts in planned.counts.items() for table, number in counts.items()})
        files.update(planned.in_landing)
    title = f"Rows to take out, of {len(plans)} {'person' if len(plans) == 1 else 'people'}"
    print_table(title, ("academy", "table", "rows"), [(*place, number) for place, number in sorted(rows.items())], numbers=(2,))
    if files:
        title = "Still in landing, which Matlas never changes: take these files away or put ones without the person in their place"
        print_table(title, ("academy", "file", "lines"), [(*place, lines) for place, lines in sorted(files.items())], numbers=(2,))
    for planned in plans:
        say_doubtful(planned.person)


def _show(home: "Home") -> int:
    from pipelines.store.erasures import Erasures

    with Erasures(home.manifest) as erasures:
        rows = [
            (each.id, each.kind, each.state.replace("_", " "), f"{each.erased_at:%Y-%m-%d %H:%M}", each.erased_by, each.rows, each.why)
            for each in erasures.all()
        ]
    if not rows:
        console().print("Nobody was erased yet.")
        return PUBLISHED
    print_table(None, ("number", "who", "state", "when (UTC)", "by", "rows", "why"), rows, numbers=(0, 5))
    return PUBLISHED


def _lift(home: "Home", number: int, why: str) -> int:
    from pipelines.store.erasures import ErasureError, Erasures
    from pipelines.store.lock import held

    with held(home, "matlas erase --lift"), Erasures(home.manifest) as erasures:
        try:
            erasures.lift(number, getpass.getuser(), why)
        except ErasureError as error:
            raise CommandError(str(error), WRONG_USAGE) from None
    console().print(
        f"Erasure {number} is lifted: what is delivered from now on is let in. What was taken out does not come back by itself."
    )
    return PUBLISHED
