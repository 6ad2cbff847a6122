"""What a reader learns from the tables beside marts.measure_value: every figure there as an equation, or an inequality, of the same counts.

Here: the scorecard, the weekly trend, the funnel, the governors' sentences, and the similar schools. Not here: the counts themselves and
the programme that bounds them (attacker).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np

Key = tuple[str, str, str, str, str]
Terms = list[tuple[Key, float]]
Bound = tuple[Terms, float]  # the terms' sum is at most this
EXACT = 1e-6
"""How far a sum of counts may be from what a stored value says it is: rounding in the last place alone."""


@dataclass(frozen=True)
class Seen:
    """What the other tables say: counts that stand there or follow from an interval, and bounds on the others."""

    counts: set[Key]
    bounds: list[Bound]


def seen_beside(shown: str, truth: dict[Key, float], counted_of: dict[str, tuple[str, str]], year: int) -> Seen:
    """What the file `shown` says of the counts of a year in its other tables. `counted_of`: numerator and denominator of a measure."""
    looking = _Looking(truth, counted_of, year)
    with duckdb.connect(shown, read_only=True) as connection:
        tables = {row[0] for row in connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()}
        for name in ("scorecard", "weekly_trend", "funnel", "governor_summary"):
            if name in tables:
                found = connection.execute(f"from marts.{name}")
                columns = [each[0] for each in found.description]
                rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall() if row is not None]
                for row in rows:
                    if row["measure_id"] in counted_of and row["measure_id"] != "absence_by_reason":
                        looking.row(name, row)
                looking.others(rows)
                looking.ranks(rows)
    return Seen(looking.counts, looking.bounds)


class _Looking:
    def __init__(self, truth: dict[Key, float], counted_of: dict[str, tuple[str, str]], year: int) -> None:
        self.counts: set[Key] = set()
        self.bounds: list[Bound] = []
        self._truth, self._counted_of, self._year = truth, counted_of, year
        self._starts = {key[2] for key in truth}

    def row(self, table: str, row: dict[str, Any]) -> None:
        """Everything that one row says of its own figure, of England's beside it and of last year's."""
        up, down = self._keys(row, row["time_period"], table)
        if up in self._truth:
            if row.get("numerator") is not None or row.get("ci_low") is not None:  # an interval's two ends are of one pair of counts alone
                self.counts |= {up, down} & set(self._truth)
            if row.get("denominator") is not None or row.get("lower_95") is not None:
                self.counts |= {down} & set(self._truth)
            self._rate([up], [down], row.get("value"))
            said = re.search(r"\d[\d,]*(\.\d+)?", re.sub(r"in \d{4}/\d\d", "", row.get("figure_in_words") or ""))
            if said and not (row["figure_in_words"] or "").startswith(("Hidden", "No", "Not")) and "Fewer" not in row["figure_in_words"]:
                value = float(said[0].replace(",", ""))
                self._rate([up], [down], value, 0.5 * 10.0 ** -len((said[1] or ".")[1:]))
            if row.get("national_value") is not None and row.get("nations"):  # of each phase: published
                self._mixture(down, row["nations"], row["national_value"])
        if row["time_period"] == self._year + 101 and row.get("last_year_value") is not None:
            self._last_year(table, row)

    def _keys(self, row: dict[str, Any], year: int, table: str) -> tuple[Key, Key]:
        counted, out_of = self._counted_of[row["measure_id"]]
        place = "trust:all" if row["academy_id"] == "trust" else row["academy_id"]
        if year != self._year:
            period = "another year"
        elif table == "weekly_trend":
            period = f"week {row['period_start']}"
        else:
            period = next((each for each in self._starts if each.startswith("year_to_date")), "")
        return (counted, place, period, "all", "all"), (out_of, place, period, "all", "all")

    def _rate(self, ups: list[Key], downs: list[Key], value: float | None, give: float = 0.0) -> None:
        """A share in per cent of these counts, to within `give`; left out where the truth is otherwise, as for means."""
        if value is None or not all(key in self._truth for key in (*ups, *downs)):
            return
        up, down = sum(self._truth[key] for key in ups), sum(self._truth[key] for key in downs)
        if abs(up - value / 100 * down) > give / 100 * down + EXACT:
            return
        high: Terms = [*((key, 1.0) for key in ups), *((key, -(value + give) / 100) for key in downs)]
        low: Terms = [*((key, -1.0) for key in ups), *((key, (value - give) / 100) for key in downs)]
        self.bounds += [(high, EXACT), (low, EXACT)]

    def _mixture(self, down: Key, nations: dict[str, float], value: float) -> None:
        """England's figure beside the trust's is that of each phase, weighed by the trust's own numbers in it."""
        terms = [((down[0], f"trust:{phase}", *down[2:]), float(nation) - value) for phase, nation in nations.items()]
        terms = [(key, weight) for key, weight in terms if key in self._truth]
        if abs(sum(self._truth[key] * weight for key, weight in terms)) < EXACT:
            self.bounds += [(terms, EXACT), ([(key, -weight) for key, weight in terms], EXACT)]

    def _last_year(self, table: str, row: dict[str, Any]) -> None:
        counted, out_of = self._counted_of[row["measure_id"]]
        place = "trust:all" if row["academy_id"] == "trust" else row["academy_id"]

        def keys(of: list[str]) -> tuple[list[Key], list[Key]]:
            return [(counted, place, each, "all", "all") for each in of], [(out_of, place, each, "all", "all") for each in of]

        weeks = sorted(each for each in self._starts if each.startswith("week"))
        if table == "weekly_trend":
            for week in weeks:
                if 0 <= (row["last_year_to"] - date.fromisoformat(week.split()[1])).days < 7:
                    self._rate(*keys([week]), row["last_year_value"])
        else:
            for number in range(1, len(weeks) + 1):  # the same weeks: as many as fit
                there = [week for week in weeks[:number] if (counted, place, week, "all", "all") in self._truth]
                self._rate(*keys(there), row["last_year_value"])
            for year in self._starts:
                if year.startswith("year_to_date"):
                    self._rate(*keys([year]), row["last_year_value"])

    def others(self, rows: list[dict[str, Any]]) -> None:
        """The trust's value beside an academy is the share of all the others of its phase together."""
        for row in rows:
            if row.get("trust_value") is None or row["academy_id"] == "trust" or row["measure_id"] not in self._counted_of:
                continue
            table = "weekly_trend" if "last_year_to" in row else "scorecard"
            same = ("phase", "measure_id", "time_period", *(("period_start",) if table == "weekly_trend" else ()))
            beside = [
                one
                for one in rows
                if all(one[each] == row[each] for each in same) and one["academy_id"] not in ("trust", row["academy_id"])
            ]
            pairs = [self._keys(one, one["time_period"], table) for one in beside]
            pairs = [pair for pair in pairs if pair[0] in self._truth]
            if pairs:
                self._rate([up for up, _ in pairs], [down for _, down in pairs], row["trust_value"])

    def ranks(self, rows: list[dict[str, Any]]) -> None:
        """A rank beside a figure that is not shown sets it between those that are."""
        ranked = [row for row in rows if row.get("percentile_in_trust") is not None and row["measure_id"] in self._counted_of]
        for row in ranked:
            if row["value"] is None:
                up, down = self._keys(row, row["time_period"], "scorecard")
                alike = [one for one in ranked if (one["phase"], one["measure_id"]) == (row["phase"], row["measure_id"])]
                for one in alike if up in self._truth else []:
                    if one["value"] is not None and one["percentile_in_trust"] != row["percentile_in_trust"]:
                        sign = 1.0 if row["percentile_in_trust"] < one["percentile_in_trust"] else -1.0
                        self.bounds.append(([(up, sign), (down, -sign * one["value"] / 100)], EXACT))


OWN_INPUTS = ("roll", "pupil_premium_pct", "eal_pct", "sen_support_pct", "ehcp_pct")


def worked_back_from_distances(listed: list[dict[str, Any]], deviations: dict[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """An academy's own figures from its distances to schools whose figures are public: squares' differences are linear in them.

    `deviations`: by phase and input, what a difference is divided by. Academies with few schools in their list, or other inputs, stay
    unknown.
    """
    return dict(_worked_back(listed, deviations))


def _worked_back(listed: list[dict[str, Any]], deviations: dict[tuple[str, str], float]) -> Iterator[tuple[tuple[str, str], float]]:
    for academy in sorted({row["academy_id"] for row in listed}):
        rows = [row for row in listed if row["academy_id"] == academy]
        inputs = [name for name in OWN_INPUTS if (rows[0]["phase"], name) in deviations and rows[0][name] is not None]
        scale = np.array([deviations[rows[0]["phase"], name] for name in inputs])
        schools = np.array([[row[name] for name in inputs] for row in rows], dtype=float) / scale
        square = np.array([row["distance"] ** 2 for row in rows]) - (schools**2).sum(axis=1)
        left, right = -2 * (schools[1:] - schools[0]), square[1:] - square[0]
        if len(rows) <= len(inputs) or np.linalg.matrix_rank(left) < len(inputs) or rows[0]["inputs_used"] != len(inputs):
            continue
        found, *_ = np.linalg.lstsq(left, right, rcond=None)
        if np.abs(left @ found - right).max() < 1e-3:
            yield from zip(((academy, name) for name in inputs), (found * scale).tolist(), strict=True)
