"""The published tables by which a trust steers, written after the checks: their columns, types and the comments that BI tools show.

Here: the tables as data, those of the map from map_schema.py. Not here: what fills them (pipelines/alerts, pipelines/steering), and the
tables of the checks (dq_schema.py).
"""

from expectations.dq_schema import Column, Table
from expectations.map_schema import MAP

ALERT = Table(
    "alert",
    "One row per alert that is open, or was over within the last 400 days: one matter at one academy, however many nights it lasts. It "
    "names nobody.",
    (
        Column("alert_id", "varchar not null", "Rule, academy and subject, with the day on which it was raised."),
        Column(
            "rule",
            "varchar not null",
            "The rule that raised it: goal_breached, sudden_change, group_falling_behind, stale, held, check_failed.",
        ),
        Column("academy_id", "varchar not null", "The academy; `trust` for a matter of the trust."),
        Column(
            "subject", "varchar not null", "What it is about: a measure, with a pupil group where there is one; a table, a feed, a check."
        ),
        Column("measure_id", "varchar", "The measure, where it is about one."),
        Column("domain", "varchar", "The measure's domain."),
        Column("breakdown_topic", "varchar", "What the pupil group is of, as in marts.measure_value, where it is about one."),
        Column("breakdown", "varchar", "The pupil group."),
        Column("severity", "varchar not null", "act: somebody must do something; inform: worth knowing."),
        Column("sentence", "varchar not null", "What is so, in plain words, as of the last night that found it."),
        Column("value", "double", "The figure: the measure, the gap to all pupils, the school days, the deliveries that wait."),
        Column(
            "limit_value",
            "double",
            "What it is held against: the red limit, the end of what was to be expected, the gap beside it, the days allowed.",
        ),
        Column("raised_on", "date not null", "The day that the night counted to on which it was raised."),
        Column("last_seen_on", "date not null", "The last day on which the data still said so."),
        Column(
            "state", "varchar not null", "raised, acknowledged, being_handled: open; resolved (by the data) or closed (by a person): over."
        ),
        Column("state_since", "date not null", "Since when it is in that state."),
        Column("handled_by", "varchar", "Who acknowledged, handles or closed it, where a person did.", "staff"),
        Column("why", "varchar", "Why, in that person's words.", "staff"),
    ),
    schema="marts",
)

STEERING = (ALERT, *MAP)
