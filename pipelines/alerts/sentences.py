"""What an alert says: one or two plain sentences, each finding's own figures in them.

Here: the words. Not here: the figures, which a rule gives whole (rules/*.sql): it gives none of fewer people than trust.yml says.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

Row = Mapping[str, Any]


def sentence(rule: str, row: Row) -> str:
    """The words for what a rule found. KeyError for a rule without words."""
    return _WORDS[rule](row)


def _goal_breached(row: Row) -> str:
    when = f"in the results of {_year(row['time_period'])}" if row["is_summative"] else "this year so far"
    side = "below" if row["direction"] == "higher" else "above"
    return (
        f"{row['measure_name']} is {_figure(row['value'], row['unit'])} {when}. By the goal it is red {side} "
        f"{_figure(row['limit_value'], row['unit'])}, and chance alone does not make so much."
    )


def _sudden_change(row: Row) -> str:
    side, bound = ("lower", "at least") if row["side"] < 0 else ("higher", "at most")
    return (
        f"{row['measure_name']} was {_figure(row['value'], row['unit'])} in the week from {_day(row['week_start_date'])}, {side} than the "
        f"academy's {row['weeks_before']} school weeks before it let one expect: {bound} {_figure(row['limit_value'], row['unit'])}."
    )


def _group_falling_behind(row: Row) -> str:
    group = f"{row['breakdown_topic'].replace('_', ' ')}: {row['breakdown'].replace('_', ' ')}"
    beside = "in the same weeks of the year before" if row["beside"] == "before" else "in the other academies of the trust"
    return (
        f"{row['measure_name']} of the group “{group}” is {_gap(row['value'], row['unit'])} that of all pupils of the academy in the last "
        f"school weeks; {beside} it was {_gap(row['limit_value'], row['unit'])} theirs."
    )


def _stale(row: Row) -> str:
    what = f"{row['subject']} has come" if row["is_feed"] else "attendance has been accepted"
    since = f"since {_day(row['last_delivered_on'])}" if row["last_delivered_on"] else "yet"
    return f"No new {what} {since}: {row['value']} of the academy's school days."


def _held(row: Row) -> str:
    many = row["value"]
    what = "A delivery" if many == 1 else f"{many} deliveries"
    return (
        f"{what} of {row['subject']} ({'of' if many == 1 else 'the first of'} {_day(row['first_effective_date'])}) "
        f"{'waits' if many == 1 else 'wait'} for a person: `matlas batches` says why. The last accepted one stands."
    )


def _check_failed(row: Row) -> str:
    return f"The check {row['subject']} fails (severity {row['check_severity']}): `matlas quality` says what to put right, and where."


_WORDS: dict[str, Callable[[Row], str]] = {
    "goal_breached": _goal_breached,
    "sudden_change": _sudden_change,
    "group_falling_behind": _group_falling_behind,
    "stale": _stale,
    "held": _held,
    "check_failed": _check_failed,
}


def _figure(value: float, unit: str) -> str:
    return f"{value:.1f} %" if unit == "%" else f"{value:.1f} {unit}"


def _gap(value: float, unit: str) -> str:
    """A gap in words; half a tenth is none."""
    if abs(value) < 0.05:
        return "level with"
    points = "points" if unit == "%" else unit
    return f"{abs(value):.1f} {points} {'worse' if value > 0 else 'better'} than"


def _year(time_period: int) -> str:
    return f"{time_period // 100}/{time_period % 100:02d}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
