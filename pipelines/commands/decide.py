"""`matlas decide`: the trust's word on an alert: assist, or sit back and monitor.

Here: options, words and layout. Not here: how a decision is kept (store/interventions.py), and what the measure did afterwards
(models/marts/intervention).
"""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.alerts import meant_alert
from pipelines.commands.shared import WRONG_USAGE, CommandError, console, home_option, json_option, load_trust_of, open_home, print_json

if TYPE_CHECKING:
    from datetime import date

    from pipelines.store.alert_records import Alert
    from pipelines.store.home import Home
    from pipelines.store.interventions import Decision, Intervention

WORDS: "dict[Decision, str]" = {"assist": "assist", "monitor": "sit back and monitor"}
HOW = "matlas decide ALERT assist|monitor --by “…” --why “…” --until DATE"
NEXT = f"Decide: {HOW}; of its name, as much as no other open alert has is enough."


@click.command("decide", short_help="On an alert: assist, or sit back and monitor.")
@click.argument("alert", metavar="[ALERT", required=False)
@click.argument("decision", metavar="assist|monitor]", required=False, type=click.Choice(["assist", "monitor"]))
@click.option("--by", metavar="NAME", help="Who decided; who typed it is kept beside it.")
@click.option("--why", help="The reason, kept and published with who and when: name no pupil in it.")
@click.option("--until", metavar="DATE", help="The last day on which the decision stands; then you look again.")
@home_option
@json_option
def decide_command(
    alert: str | None,
    decision: "Decision | None",
    by: str | None,
    why: str | None,
    until: str | None,
    home_folder: Path | None,
    as_json: bool,
) -> int:
    """Decide on an alert: assist the academy, or sit back and monitor. Without an alert: those that are open, decided or not.

    To assist brings the alert into the hands of who decided (being handled), to monitor acknowledges it. A second decision on the same
    alert takes the place of the first; both are kept. What the measure did before and after stands in marts.intervention from the next run
    on.

    \b
    Examples:
      matlas decide
      matlas decide goal_breached.ashby assist --by "Director of primary" --why "our lead joins on Mondays" --until 2026-04-30
      matlas decide sudden_change.birch monitor --by "Board, 3 March" --why "the head has a plan" --until 2026-05-22
    """
    home = open_home(home_folder)
    if alert is None:
        if by or why or until:
            raise CommandError(f"Say on which alert: {HOW}", WRONG_USAGE)
        _list(home, as_json)
        return 0
    missing = [name for name, given in (("assist or monitor", decision), ("--by", by), ("--why", why), ("--until", until)) if not given]
    if decision is None or by is None or why is None or until is None or missing:
        raise CommandError(f"A decision needs {', '.join(missing)} too: {HOW}", WRONG_USAGE)
    kept = _decided(home, alert, decision, by, why, _day(until))
    if as_json:
        print_json(vars(kept))
    else:
        console().print(f"{kept.alert_id}: {WORDS[kept.decision]} until {kept.until}, by {kept.decided_by}: {kept.why}", markup=False)
    return 0


def _decided(home: "Home", said: str, decision: "Decision", by: str, why: str, until: "date") -> "Intervention":
    from pipelines.store.alerts import AlertError
    from pipelines.store.interventions import DecisionError, Interventions, Word

    trust = load_trust_of(home)
    try:
        with Interventions(home.manifest) as store:
            alert_id = meant_alert(said, store.all())
            return store.intervene(alert_id, decision, Word(by, getpass.getuser(), why, until), trust.as_of or trust.today())
    except (AlertError, DecisionError) as error:
        raise CommandError(str(error), WRONG_USAGE) from None


def _day(said: str) -> "date":
    from datetime import date

    try:
        return date.fromisoformat(said)
    except ValueError:
        raise CommandError(f"“{said}” is not a date; expected such as 2026-04-30.", WRONG_USAGE) from None


def _list(home: "Home", as_json: bool) -> None:
    alerts, decisions = _open_alerts(home)
    waiting = [each for each in alerts if each.alert_id not in decisions]
    decided = [decisions[each.alert_id] for each in alerts if each.alert_id in decisions]
    if as_json:
        print_json({"without_a_decision": [vars(each) for each in waiting], "decided": [vars(each) for each in decided]})
        return
    if not alerts:
        console().print("No alert is open: there is nothing to decide.")
        return
    _print_waiting(waiting)
    _print_decided(decided, {each.alert_id: each for each in alerts})
    console().print(NEXT, markup=False)


def _open_alerts(home: "Home") -> "tuple[list[Alert], dict[str, Intervention]]":
    """The open alerts, and by alert the decision that stands."""
    from pipelines.store.alert_records import OPEN
    from pipelines.store.interventions import Interventions, standing

    if not home.manifest.exists():
        return [], {}
    with Interventions(home.manifest) as store:
        return [each for each in store.all() if each.state in OPEN], standing(store.interventions())


def _print_waiting(alerts: "list[Alert]") -> None:
    console().print("[bold]Without a decision[/bold]" if alerts else "[bold]None is without a decision[/bold]")
    for each in alerts:
        _print_alert(each.sentence, f"since {each.raised_on}", each.alert_id)


def _print_decided(decisions: "list[Intervention]", alerts: "dict[str, Alert]") -> None:
    if decisions:
        console().print("[bold]Decided[/bold]")
    for each in decisions:
        stand = f"{WORDS[each.decision]} until {each.until}, decided on {each.decided_on} by {each.decided_by}: {each.why}"
        _print_alert(alerts[each.alert_id].sentence, stand, each.alert_id)


def _print_alert(sentence: str, stand: str, alert_id: str) -> None:
    console().print(f"  {sentence}", markup=False)
    console().print(f"      {stand}", markup=False)
    console().print(f"      {alert_id}", style="dim", markup=False)
