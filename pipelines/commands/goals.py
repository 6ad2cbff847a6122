"""`matlas goals`: what the trust aims at, agreed by whom, since when, and how it stands.

Here: the goals of trust.yml beside what the last night counted, in words. Not here: which goal counts for a figure and which colour it has
(models/benchmarks), nor what a goal may be (goals.py of the package).
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.measure import number_words, year_words
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
from pipelines.commands.warehouse import has_table, published, records
from pipelines.goals import GoalRow, better, goal_rows, measures_with_goals
from pipelines.trust_types import academic_year

if TYPE_CHECKING:
    from pipelines.store.home import Home
    from pipelines.trust import TrustConfig

YEARS = """
    select
        years.*,
        coalesce(years.time_period = scorecard.time_period, false) as is_latest
    from marts.goal_year as years
    left join marts.scorecard as scorecard using (academy_id, measure_id)
    order by years.measure_id, years.academy_id = 'trust', years.academy_id, years.time_period desc
"""
NOTHING_TO_COUNT = "z"
"""A secondary has no key stage 2: that is no figure which is missing."""
COLOURS = ("green", "amber", "red", "no figure")
FIRST_GOAL = """\
{home}/trust.yml has no goal{of_what} now. To write one, at the top level of the file:

goals:
  {measure}:
    - {{{limits}, since: {year}-09-01, agreed_by: "Board, 8 July {year}"}}

A figure as good as `amber` is green, one worse than `red` is red. Write your own numbers and who agreed them.
`phase: primary` makes it a goal of the primaries, `academy: ashby` that academy's own.
`matlas doctor` reads what you wrote, and the next `matlas run` counts it."""
LIMITS = {"higher": "target: 95, amber: 94, red: 92", "lower": "target: 5, amber: 6, red: 8"}


@dataclass(frozen=True)
class Standing:
    """A goal of trust.yml on a day: whether it counts (in force, coming or over), until when, and what each academy has reached of it."""

    goal: GoalRow
    state: str
    until: datetime.date | None
    colours: dict[str, str]


@click.command("goals", short_help="What the trust aims at, and how it stands.")
@click.argument("measure_id", metavar="[MEASURE]", required=False)
@home_option
@academy_option
@json_option
def goals_command(measure_id: str | None, home_folder: Path | None, academy_id: str | None, as_json: bool) -> int:
    """What the trust aims at, agreed by whom, since when, and how it stands: the goals of trust.yml beside what the last night counted.

    With a measure or an academy also year by year: a closed year keeps the goal and the colour that it had. All of it is marts.goal_year.

    \b
    Examples:
      matlas goals
      matlas goals attendance_rate
      matlas goals --academy ashby --json
    """
    home = open_home(home_folder)
    trust = load_trust_of(home)
    require_academy(trust, academy_id)
    _require_measure(measure_id)
    years = _years(home)
    standings = [each for each in standings_of(trust, years) if _is_asked(each.goal, trust, measure_id, academy_id)]
    asked = [row for row in years if measure_id in (None, row["measure_id"]) and academy_id in (None, row["academy_id"])]
    shown = [each for each in standings if measure_id or each.state != "over"]
    if as_json:
        print_json({"goals": [_plain(each) for each in standings], "years": asked})
    elif shown:
        _print_goals(shown)
        if not years:
            console().print(f"  No night has counted them yet: matlas run --home {home.root}", markup=False)
        elif not (measure_id or academy_id):
            console().print("  Year by year: matlas goals MEASURE, or --academy ID. All of it: marts.goal_year.", markup=False)
        elif asked:
            _print_years(asked)
    else:
        print(_how_to_begin(home, trust, measure_id, academy_id))  # noqa: T201 - to be copied as it is
    return 0


def standings_of(trust: "TrustConfig", years: Sequence[dict[str, Any]]) -> list[Standing]:
    """Every goal of trust.yml with what is reached of it; `years`: the rows of marts.goal_year, and `is_latest` on each."""
    today = trust.as_of or trust.today()
    rows = list(goal_rows(trust.goals))
    return [_standing(goal, rows, years, today) for goal in rows]


def _standing(goal: GoalRow, rows: list[GoalRow], years: Iterable[dict[str, Any]], today: datetime.date) -> Standing:
    begins = goal.since or datetime.date.min
    same = [each for each in rows if (each.measure_id, each.academy_id, each.phase) == (goal.measure_id, goal.academy_id, goal.phase)]
    later = [each.since for each in same if each.since and each.since > begins]
    until = min(later) - datetime.timedelta(days=1) if later else None
    state = "coming" if begins > today else "over" if goal.target is None or (until is not None and until < today) else "in force"
    reached = [row for row in years if row["is_latest"] and row["value_status"] != NOTHING_TO_COUNT and _is_measured_by(row, goal)]
    colours = {row["academy_id"]: row["rag"] or "no figure" for row in reached}
    return Standing(goal, state, until, colours)


def _is_measured_by(row: dict[str, Any], goal: GoalRow) -> bool:
    """Whether a year's figure was measured by this goal, as it stands in trust.yml today."""
    kind = "own" if goal.academy_id else "all" if goal.phase == "all" else "phase"
    whose = {"own": row["academy_id"], "phase": row["phase"], "all": "all"}[row["goal_of"]]
    said = (row["measure_id"], row["goal_of"], whose, row["goal_since"], row["target_value"], row["amber"], row["red"])
    return said == (goal.measure_id, kind, goal.academy_id or goal.phase, goal.since, goal.target, goal.amber, goal.red)


def _years(home: "Home") -> list[dict[str, Any]]:
    """The rows of marts.goal_year; none before the first night."""
    if not home.published_file.exists():
        return []
    with published(home) as connection:
        if not has_table(connection, "marts", "goal_year"):
            raise CommandError(f"What is published was written by an older Matlas. Bring it up to date: matlas run --home {home.root}")
        return records(connection, YEARS)


def _require_measure(measure_id: str | None) -> None:
    known = measures_with_goals()
    if measure_id is not None and measure_id not in known:
        raise CommandError(
            f"“{measure_id}” is no measure that can have a goal. {did_you_mean(measure_id, known)} A measure of context, such as the roll, "
            "has none: no value of it is better than another.",
            WRONG_USAGE,
        )


def _is_asked(goal: GoalRow, trust: "TrustConfig", measure_id: str | None, academy_id: str | None) -> bool:
    whose = (academy_id, trust.academy(academy_id).phase, "all") if academy_id else None
    return measure_id in (None, goal.measure_id) and (whose is None or (goal.academy_id or goal.phase) in whose)


def _print_goals(standings: list[Standing]) -> None:
    headings = ("measure", "for", "goal", "amber past", "red past", "how it stands", "since", "agreed by")
    print_table("What the trust aims at", headings, [_goal_cells(each) for each in standings], numbers=(2, 3, 4))


def _print_years(years: list[dict[str, Any]]) -> None:
    headings = ("academy", "measure", "year", "counted to", "value", "goal", "colour", "goal of", "since", "agreed by")
    print_table("Year by year", headings, [_year_cells(row) for row in years], numbers=(4, 5))


def _goal_cells(standing: Standing) -> list[object]:
    goal = standing.goal
    whose = f"{goal.academy_id} (its own)" if goal.academy_id else "all without their own" if goal.phase == "all" else goal.phase
    limits = ("ends", "", "") if goal.target is None else (_limit(goal.target), _limit(goal.amber), _limit(goal.red))
    return [goal.measure_id, whose, *limits, _in_words(standing), goal.since or "always", goal.agreed_by]


def _limit(value: float | None) -> str:
    """A number as a person wrote it in trust.yml; without a red limit nothing is red."""
    return "never" if value is None else f"{value:g}"


def _in_words(standing: Standing) -> str:
    """How many academies have which colour, and the trust; for a goal that does not count, why not."""
    if standing.state == "coming":
        return "not yet"
    if standing.state == "over":
        return f"until {standing.until}" if standing.until else "over"
    counted = Counter(colour for academy_id, colour in standing.colours.items() if academy_id != "trust")
    academies = ", ".join(f"{counted[colour]} {colour}" for colour in COLOURS if counted[colour])
    trust = f"trust {standing.colours['trust']}" if "trust" in standing.colours else ""
    return "; ".join(filter(None, (academies, trust))) or "no figure yet"


def _year_cells(row: dict[str, Any]) -> list[object]:
    value = row["value_status"] if row["value"] is None else number_words(row["value"])
    whose = {"own": "the academy", "phase": row["phase"], "all": "all"}[row["goal_of"]]
    colour = row["rag"] or "no figure"
    place = (row["academy_id"], row["measure_id"], year_words(row["time_period"]), row["period_end"])
    return [*place, value, _limit(row["target_value"]), colour, whose, row["goal_since"] or "always", row["agreed_by"]]


def _plain(standing: Standing) -> dict[str, Any]:
    return {**asdict(standing.goal), "state": standing.state, "until": standing.until, "colours": standing.colours}


def _how_to_begin(home: "Home", trust: "TrustConfig", measure_id: str | None, academy_id: str | None) -> str:
    measure = measure_id or "attendance_rate"
    of_what = (f" for {measure_id}" if measure_id else "") + (f" that counts at {academy_id}" if academy_id else "")
    year = academic_year(trust.as_of or trust.today()) // 100
    return FIRST_GOAL.format(home=home.root, of_what=of_what, measure=measure, limits=LIMITS[better(measure)], year=year)
