"""`matlas alerts`: what is wrong, said once, and a person's word on it.

Here: options, words and layout. Not here: what raises an alert (alerts/), how it is kept and what may become of it (store/alerts.py).
"""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

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
    require_academy,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from pipelines.store.alert_records import Alert
    from pipelines.store.alerts import Decided
    from pipelines.store.home import Home
    from pipelines.trust import TrustConfig

STATES = {
    "raised": "nobody has taken it up",
    "acknowledged": "acknowledged",
    "being_handled": "being handled",
    "resolved": "resolved by the data",
    "closed": "closed",
}
CALM = "No alert is open."
NO_NIGHT = "No alert is open: none has been looked for yet. The next run does: matlas run --home {home}"
NEXT = "Take one up: matlas alerts acknowledge|handle|close ALERT --why “…”; of its name, as much as no other open alert has is enough."


@click.group("alerts", short_help="What is wrong tonight, said once.", invoke_without_command=True)
@home_option
@academy_option
@click.option("--all", "is_all", is_flag=True, help="Those that are over too.")
@json_option
@click.pass_context
def alerts_command(context: click.Context, home_folder: Path | None, academy_id: str | None, is_all: bool, as_json: bool) -> int:
    """The open alerts, those on which somebody must act first: what is so, since when, and who has taken it up.

    An alert is one matter at one academy, raised once however many nights it lasts. The data resolve it; a person may acknowledge it,
    handle it or close it, with a reason.

    \b
    Examples:
      matlas alerts
      matlas alerts --academy ashby --all
      matlas alerts acknowledge sudden_change.ashby --why "the boiler broke on Tuesday"
      matlas alerts handle goal_breached.ashby.attendance --why "the attendance lead calls every family this week"
      matlas alerts close sudden_change.ashby --why "a snow day"
    """
    if context.invoked_subcommand is not None:
        if any(context.params.values()):
            raise CommandError(f"Options stand after the subcommand: matlas alerts {context.invoked_subcommand} --…", WRONG_USAGE)
        return 0
    home = open_home(home_folder)
    trust = load_trust_of(home)
    if academy_id != "trust":
        require_academy(trust, academy_id)
    found = [each for each in _shown(home, is_all) if academy_id in (None, each.academy_id)]
    if as_json:
        print_json([vars(each) for each in found])
    else:
        _print(home, trust, found)
    return 0


def _decide(word: str, state: "Decided", what: str) -> None:
    """Add the subcommand `word`, which brings an alert into `state`."""

    @click.argument("alert", metavar="ALERT")
    @click.option("--why", required=True, help="The reason, kept and published with who and when: name no pupil in it.")
    @home_option
    def command(alert: str, why: str, home_folder: Path | None) -> int:
        from pipelines.store.alerts import AlertError, Alerts

        home = open_home(home_folder)
        trust = load_trust_of(home)
        try:
            with Alerts(home.manifest) as kept:
                alert_id = _meant(alert, kept.all())
                decided = kept.decide(alert_id, state, getpass.getuser(), why, trust.as_of or trust.today())
        except AlertError as error:
            raise CommandError(str(error), WRONG_USAGE) from None
        console().print(f"{decided.alert_id} is {STATES[decided.state]}, by {decided.handled_by}: {decided.why}", markup=False)
        console().print(f"  {decided.sentence}", markup=False)
        return 0

    alerts_command.command(word, help=what, short_help=what.partition(".")[0] + ".")(command)


_decide("acknowledge", "acknowledged", "Acknowledge an alert. Somebody knows of it; the data may still resolve it.")
_decide("handle", "being_handled", "Say that an alert is being handled. The data may still resolve it.")
_decide(
    "close",
    "closed",
    "Close an alert. It is not raised again while the same matter lasts, nor for a while after (alerts: rules: in trust.yml).",
)


def open_count(home: "Home") -> dict[str, int]:
    """How many alerts are open, and of these how many nobody has taken up."""
    found = _shown(home, is_all=False)
    return {"open": len(found), "raised": sum(each.state == "raised" for each in found)}


def _shown(home: "Home", is_all: bool) -> "list[Alert]":
    from pipelines.store.alert_records import OPEN
    from pipelines.store.alerts import Alerts

    if not home.manifest.exists():
        return []
    with Alerts(home.manifest) as kept:
        found = [each for each in kept.all() if is_all or each.state in OPEN]
    return sorted(found, key=lambda each: (each.state not in OPEN, each.severity != "act", each.academy_id, each.raised_on, each.alert_id))


def _meant(said: str, alerts: "Iterable[Alert]") -> str:
    """The id of the one open alert that a person means: its whole id, or a part that no other has."""
    from pipelines.store.alert_records import OPEN

    every = [each.alert_id for each in alerts]
    if said in every:
        return said
    open_ones = [each.alert_id for each in alerts if each.state in OPEN]
    found = [each for each in open_ones if each.startswith(said)] or [each for each in open_ones if said in each]
    if len(found) == 1:
        return found[0]
    if found:
        listed = "\n".join(f"  {each}" for each in found[:10])
        raise CommandError(f"“{said}” is a part of {len(found)} open alerts. Say which:\n{listed}", WRONG_USAGE)
    if not open_ones:
        raise CommandError(f"There is no open alert “{said}”: none is open.", WRONG_USAGE)
    raise CommandError(f"There is no open alert “{said}”. {did_you_mean(said, open_ones)}", WRONG_USAGE)


def _print(home: "Home", trust: "TrustConfig", found: "list[Alert]") -> None:
    if not found:
        console().print(CALM if home.published_file.exists() else NO_NIGHT.format(home=home.root), markup=False)
        return
    names = {each.id: each.name for each in trust.academies} | {"trust": trust.trust.name}
    for academy_id in dict.fromkeys(each.academy_id for each in found):
        console().print(f"[bold]{_escaped(names.get(academy_id, academy_id))}[/bold]")
        for each in found:
            if each.academy_id == academy_id:
                _print_one(each)
    console().print(NEXT, markup=False)


def _print_one(alert: "Alert") -> None:
    mark = "!" if alert.severity == "act" else "i"
    console().print(f"  {mark} {alert.sentence}", markup=False)
    stand = f"since {_day(alert.raised_on)}; {STATES[alert.state]}"
    if alert.state != "raised":
        stand += f" on {_day(alert.state_since)}" + (f" by {alert.handled_by}: {alert.why}" if alert.handled_by else "")
    console().print(f"      {stand}", markup=False)
    console().print(f"      {alert.alert_id}", style="dim", markup=False)


def _day(day: "date") -> str:
    return f"{day.day} {day:%B}"


def _escaped(words: Any) -> str:
    from rich.markup import escape

    return escape(str(words))
