"""`matlas quality`: what the checks found, academy by academy, and a person's word on a failure that is known.

Here: options, words and layout. Not here: the checks (expectations), who may accept what (quality/decisions.py) and the reading of the
published results (quality_read.py).
"""

import getpass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.quality_read import SHOWN, Filters, decisions_of, read_quality
from pipelines.commands.shared import (
    WRONG_USAGE,
    CommandError,
    academy_option,
    console,
    did_you_mean,
    home_option,
    json_option,
    load_trust_of,
    open_home,
    print_json,
    print_table,
    require_academy,
)

if TYPE_CHECKING:
    from pipelines.store.home import Home
    from pipelines.store.records import CheckDecision

NEXT_RUN = "It counts from the next run: matlas run --home {home}"


@click.group("quality", short_help="What the checks found.", invoke_without_command=True)
@home_option
@academy_option
@click.option("--check", "check_id", metavar="CHECK", help="This check alone.")
@click.option("--principle", metavar="NAME", help="The checks of this principle alone, such as timeliness.")
@json_option
@click.pass_context
def quality_command(
    context: click.Context, home_folder: Path | None, academy_id: str | None, check_id: str | None, principle: str | None, as_json: bool
) -> int:
    """What the checks of the last run found: principles and academies at a glance, then what to put right, most harmful first.

    A failure that is known and has to stay for a while is accepted with a reason and a last day; it still fails, and the figures that it
    touches still say so, but it is off the list of what is open.

    \b
    Examples:
      matlas quality
      matlas quality --academy ashby --principle timeliness
      matlas quality --check missing_marks --json
      matlas quality accept missing_marks --academy ashby --until 2026-04-30 --why "the new MIS starts after Easter"
      matlas quality decisions
      matlas quality reopen missing_marks --academy ashby --why "the new MIS has started"
    """
    if context.invoked_subcommand is not None:
        _without_options(context)
        return 0
    from expectations.check import PRINCIPLES

    home = open_home(home_folder)
    _require(academy_id, "trust", load_trust_of(home))
    _require_known("check", check_id, _checks())
    _require_known("principle", principle, list(PRINCIPLES))
    found = read_quality(home, Filters(academy_id, check_id, principle))
    if as_json:
        print_json(found)
    else:
        _print(home, found)
    return 0


@quality_command.command("accept")
@click.argument("check_id", metavar="CHECK")
@click.option("--academy", "academy_id", metavar="ID", required=True, help="The academy where it fails.")
@click.option("--until", metavar="DATE", required=True, help="The last day on which it is accepted, at most a year ahead.")
@click.option("--why", required=True, help="The reason, kept and published with who and when: name no pupil in it.")
@home_option
def accept_command(check_id: str, academy_id: str, until: str, why: str, home_folder: Path | None) -> int:
    """Accept what a check finds at an academy, until a day: it is known, and left as it is.

    The check still fails in dq.check_result, and the figures that it touches say that it was accepted and until when. What it finds is
    *accepted* in dq.work_list; after the day it is open again, since the day it always was. It lets no held batch in: that is `matlas
    accept BATCH`. A check that guards every figure cannot be accepted.

    \b
    Example:
      matlas quality accept missing_marks --academy ashby --until 2026-04-30 --why "the new MIS starts after Easter"
    """
    from pipelines.quality.decisions import DecisionError, accept

    home = open_home(home_folder)
    trust = load_trust_of(home)
    try:
        decision = accept(home, trust, check_id, academy_id, getpass.getuser(), why, _day(until))
    except DecisionError as error:
        raise CommandError(str(error), WRONG_USAGE) from None
    _say(home, decision, f"is accepted until {decision.until}")
    return 0


@quality_command.command("reopen")
@click.argument("check_id", metavar="CHECK")
@click.option("--academy", "academy_id", metavar="ID", required=True, help="The academy where it was accepted.")
@click.option("--why", required=True, help="The reason, kept and published with who and when: name no pupil in it.")
@home_option
def reopen_command(check_id: str, academy_id: str, why: str, home_folder: Path | None) -> int:
    """Take an acceptance back: what the check finds at the academy is open again. Both decisions are kept.

    \b
    Example:
      matlas quality reopen missing_marks --academy ashby --why "the new MIS has started"
    """
    from pipelines.quality.decisions import DecisionError, reopen

    home = open_home(home_folder)
    trust = load_trust_of(home)
    try:
        decision = reopen(home, trust, check_id, academy_id, getpass.getuser(), why)
    except DecisionError as error:
        raise CommandError(str(error), WRONG_USAGE) from None
    _say(home, decision, "is open again")
    return 0


@quality_command.command("decisions")
@home_option
@academy_option
@json_option
def decisions_command(home_folder: Path | None, academy_id: str | None, as_json: bool) -> int:
    """Every failure that somebody accepted: who, why, until when, and whether it still holds.

    The JSON is an array of objects with the columns of dq.check_decision, also for what no run has met yet.

    \b
    Examples:
      matlas quality decisions
      matlas quality decisions --academy ashby --json
    """
    home = open_home(home_folder)
    trust = load_trust_of(home)
    _require(academy_id, "trust", trust)
    rows = decisions_of(home, trust, academy_id)
    if as_json:
        print_json(rows)
    elif not rows:
        console().print("Nothing that a check finds has been accepted.")
    else:
        headings = ("check", "academy", "accepted until", "holds", "by", "on", "why")
        print_table(None, headings, [_decision_cells(row) for row in rows])
    return 0


def _decision_cells(row: dict[str, Any]) -> tuple[object, ...]:
    if row["reopened_at"]:
        holds = f"no: {row['reopened_by']} reopened it on {row['reopened_at']:%Y-%m-%d}: {row['reopened_why']}"
    else:
        holds = "yes" if row["is_current"] else "no"
    on = f"{row['accepted_at']:%Y-%m-%d}"
    return row["check_id"], row["academy_id"], row["accepted_until"], holds, row["accepted_by"], on, row["accepted_why"]


def _print(home: "Home", found: dict[str, Any]) -> None:
    from pipelines.commands.status import print_quality
    from pipelines.commands.warehouse import FIRST_RUN

    if found["run_id"] is None:
        console().print(FIRST_RUN.format(home=home.root))
        return
    print_quality(found["academies"])
    waiting = [row for row in found["work_list"] if row["status"] != "gone"]
    if not waiting:
        console().print("Nothing to put right.")
        return
    _print_work(waiting[:SHOWN])
    if len(waiting) > SHOWN:
        console().print(f"… and {len(waiting) - SHOWN:,} more. --academy, --check and --principle narrow it down; --json has all of them.")


def _print_work(rows: list[dict[str, Any]]) -> None:
    headings = ("academy", "check", "does", "pupil", "what is wrong", "rows", "days", "")
    cells = [
        (
            row["academy_id"],
            row["check_id"],
            row["severity"],
            row["source_pupil_id"],
            row["what"],
            f"{row['failed']:,}",
            row["age_days"],
            f"accepted until {row['accepted_until']}" if row["status"] == "accepted" else "",
        )
        for row in rows
    ]
    print_table("To put right, most harmful first", headings, cells, numbers=(5, 6))
    console().print("[bold]How[/bold]")
    for check_id, how in {row["check_id"]: row["how"] for row in rows}.items():
        console().print(f"  {check_id}: {how}", markup=False)


def _say(home: "Home", decision: "CheckDecision", became: str) -> None:
    told = NEXT_RUN.format(home=home.root)
    console().print(f"{decision.check_id} at {decision.academy_id} {became} (by {decision.decided_by}). {told}", markup=False)


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise CommandError(f"--until needs a date such as 2026-01-31, not “{text}”.", WRONG_USAGE) from None


def _checks() -> list[str]:
    from expectations.catalogue import CHECKS

    return [each.id for each in CHECKS]


def _require(academy_id: str | None, also: str, trust: Any) -> None:
    if academy_id != also:
        require_academy(trust, academy_id)


def _require_known(kind: str, given: str | None, known: list[str]) -> None:
    if given is not None and given not in known:
        raise CommandError(f"There is no {kind} “{given}”. {did_you_mean(given, known)}", WRONG_USAGE)


def _without_options(context: click.Context) -> None:
    """An option before the subcommand would be lost in silence."""
    given = [name for name, value in context.params.items() if value]
    if given:
        raise CommandError(f"Options stand after the subcommand: matlas quality {context.invoked_subcommand} --…", WRONG_USAGE)
