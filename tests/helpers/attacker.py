"""A reader who wants what is hidden: every relation that they can know as equations, and a linear programme for every hidden count.

Written from the specification alone: it shares nothing with pipelines.suppression. A count is a thing counted (sessions of absence) at a
place, in a period, of a group; several figures may show the same count. It is hidden when none of them does. It is pinned when the linear
programme's greatest and least value of it, given everything shown, hold one whole number or none between them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

import duckdb
import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tests.helpers.attacker_beside import Bound, seen_beside

Key = tuple[str, str, str, str, str]  # what is counted, place, period, topic, group

COUNTED = {
    "attendance_rate": ("attending", "possible"),
    "absence_rate": ("absent", "possible"),
    "authorised_absence_rate": ("authorised", "possible"),
    "unauthorised_absence_rate": ("unauthorised", "possible"),
    "absence_by_reason": ("reason", "possible"),
    "late_rate": ("late", "possible"),
    "persistent_absence_rate": ("persistent", "possible people"),
    "severe_absence_rate": ("severe", "possible people"),
    "part_time_timetable_pct": ("part_time", "possible people"),
    "suspension_rate": ("suspensions", "census"),
    "pupils_suspended_pct": ("suspensions people", "census"),
    "permanent_exclusion_rate": ("exclusions", "census"),
    "roll": ("roll", ""),
    "enrichment_pct": ("enrichment", "roll"),
    "assessed_this_term_pct": ("assessed all", "assessed"),
    "fsm_pct": ("fsm", "roll"),
    "fsm6_pct": ("fsm6", "roll"),
    "pupil_premium_pct": ("pupil_premium", "roll"),
    "sen_support_pct": ("sen_support", "roll"),
    "ehcp_pct": ("ehcp", "roll"),
    "eal_pct": ("eal", "roll"),
    "ks2_rwm_expected_pct": ("rwm", "ks2"),
    "ks2_rwm_higher_pct": ("rwm_higher", "ks2"),
    "engmaths_9_4_pct": ("engmaths_4", "ks4"),
    "engmaths_9_5_pct": ("engmaths_5", "ks4"),
}
OWN_PEOPLE = {"attending", "absent", "authorised", "unauthorised", "late", "reason", "suspensions", "possible", "exclusions"}
"""Counts of sessions or events; the people behind them are another count. Everything else counts people."""
ADDS = {"attending", "absent", "authorised", "unauthorised", "late", "reason", "possible", "suspensions", "exclusions"}
MOMENT = {"roll", "fsm", "fsm6", "pupil_premium", "sen_support", "ehcp", "eal", "assessed", "assessed all"}
PARTS = [
    ("possible", ("attending", "absent")),
    ("absent", ("authorised", "unauthorised")),
]
WITHIN = [("severe", "persistent"), ("rwm_higher", "rwm"), ("engmaths_5", "engmaths_4"), ("late", "attending")]
GROUP_OF = {
    "fsm": ("fsm", "yes"),
    "fsm6": ("fsm6", "yes"),
    "pupil_premium": ("pupil_premium", "yes"),
    "sen_support": ("sen", "support"),
    "ehcp": ("sen", "ehcp"),
    "eal": ("eal", "yes"),
}


@dataclass
class Knowledge:
    """What there is (`truth`), which of it is shown (`known`) and which counts are one (`names`)."""

    truth: dict[Key, float] = field(default_factory=dict)
    known: set[Key] = field(default_factory=set)
    least: dict[Key, float] = field(default_factory=dict)
    most: list[tuple[Key, Key]] = field(default_factory=list)  # the first is at most the second
    sums: list[tuple[Key, tuple[Key, ...]]] = field(default_factory=list)
    same: dict[Key, Key] = field(default_factory=dict)
    bounds: list[Bound] = field(default_factory=list)  # of what stands in other tables

    def name(self, key: Key) -> Key:
        """The one name of a count."""
        while key in self.same:
            key = self.same[key]
        return key


def attack(
    truth: str, shown: str, *, measures: Iterable[str], year: int, own: tuple[str, ...] = (), topics: Iterable[str] | None = None
) -> tuple[list[Key], int]:
    """The counts that a reader of the file `shown` can pin, and how many are hidden; `truth` is the trust's own file.

    `topics`: only these breakdowns beside all pupils; every one where None is given.
    """
    know = _read(truth, shown, tuple(measures), year, own, None if topics is None else ("all", *topics))
    beside = seen_beside(shown, know.truth, {name: pair for name, pair in COUNTED.items() if name in measures}, year)
    told = {know.name(key) for key in beside.counts} - {know.name(key) for key in know.known}  # hidden in one table, told in another
    know.known |= told
    know.bounds += beside.bounds
    found, hidden = pinned(know)
    return [*sorted(told), *found], hidden + len(told)


def pinned(know: Knowledge) -> tuple[list[Key], int]:
    """Which hidden counts have one value only."""
    hidden = {know.name(key) for key in know.truth} - {know.name(key) for key in know.known}
    number = {key: at for at, key in enumerate(sorted(hidden))}
    equal = [_row(know, number, [(total, -1.0), *((part, 1.0) for part in parts)]) for total, parts in know.sums]
    below = [_row(know, number, [(less, 1.0), (more, -1.0)]) for less, more in know.most]
    for terms, most in know.bounds:
        coefficients, right = _row(know, number, terms)
        below.append((coefficients, right + most))
    least = np.zeros(len(hidden))
    for key, value in know.least.items():
        if (name := know.name(key)) in number:
            least[number[name]] = max(least[number[name]], value)
    equal, below = [each for each in equal if each[0]], [each for each in below if each[0]]
    found: list[Key] = []
    keys = sorted(hidden)
    for variables, of_equal, of_below in _components(len(hidden), equal, below):
        stuck = _stuck(variables, [equal[each] for each in of_equal], [below[each] for each in of_below], least)
        found += [keys[each] for each in stuck]
    return found, len(hidden)


Row = tuple[dict[int, float], float]  # coefficients of hidden counts, right-hand side


def _row(know: Knowledge, number: dict[Key, int], terms: list[tuple[Key, float]]) -> Row:
    coefficients: dict[int, float] = defaultdict(float)
    right = 0.0
    for key, sign in terms:
        name = know.name(key)
        if name in number:
            coefficients[number[name]] += sign
        else:
            right -= sign * know.truth[name]
    return {each: value for each, value in coefficients.items() if value}, right


def _components(size: int, equal: list[Row], below: list[Row]) -> Iterator[tuple[list[int], list[int], list[int]]]:
    """Hidden counts that hang together, with the equations between them."""
    rows = [each[0] for each in (*equal, *below)]
    at = [(row, column) for row, coefficients in enumerate(rows) for column in coefficients]
    if not size:
        return
    graph = coo_array(
        (np.ones(len(at)), ([size + row for row, _ in at], [column for _, column in at])), shape=(size + len(rows), size + len(rows))
    )
    _, label = connected_components(graph, directed=False)
    members: dict[int, tuple[list[int], list[int], list[int]]] = defaultdict(lambda: ([], [], []))
    for each in range(size):
        members[label[each]][0].append(each)
    for each in range(len(rows)):
        members[label[size + each]][1 if each < len(equal) else 2].append(each if each < len(equal) else each - len(equal))
    yield from members.values()


def _stuck(variables: list[int], equal: list[Row], below: list[Row], least: npt.NDArray[np.float64]) -> list[int]:
    """Those of the variables whose greatest and least value hold no two whole numbers."""
    at = {each: number for number, each in enumerate(variables)}
    bounds = [(least[each], None) for each in variables]
    low, high = np.full(len(variables), np.inf), np.full(len(variables), -np.inf)
    random = np.random.default_rng(7)

    def solve(objective: npt.NDArray[np.float64]) -> None:
        found = linprog(
            objective,
            A_ub=_matrix(below, at),
            b_ub=[each[1] for each in below] or None,
            A_eq=_matrix(equal, at),
            b_eq=[each[1] for each in equal] or None,
            bounds=[(lowest, lowest + 1_000_000) for lowest, _ in bounds],
            method="highs",
        )
        assert found.status == 0, f"what is shown fits nothing: {found.message}"
        np.minimum(low, found.x, out=low)
        np.maximum(high, found.x, out=high)

    def unresolved() -> npt.NDArray[np.intp]:
        return np.flatnonzero(~(np.floor(high + 1e-6) - np.ceil(low - 1e-6) >= 1))

    idle = 0
    while len(left := unresolved()) and idle < 3:  # many at once while that tells something, then one by one
        objective = np.zeros(len(variables))
        objective[left] = random.normal(size=len(left))
        solve(objective)
        solve(-objective)
        idle = 0 if len(unresolved()) < len(left) else idle + 1
    for each in unresolved().tolist():
        for sign in (1.0, -1.0):
            objective = np.zeros(len(variables))
            objective[each] = sign
            solve(objective)
    return [each for each, number in at.items() if np.floor(high[number] + 1e-6) - np.ceil(low[number] - 1e-6) < 1]


def _matrix(rows: list[Row], at: dict[int, int]) -> coo_array | None:
    if not rows:
        return None
    entries = [(number, at[column], value) for number, (coefficients, _) in enumerate(rows) for column, value in coefficients.items()]
    row, column, value = zip(*entries, strict=True)
    return coo_array((value, (row, column)), shape=(len(rows), len(at))).tocsr()


def _read(truth: str, shown: str, measures: tuple[str, ...], year: int, own: tuple[str, ...], topics: tuple[str, ...] | None) -> Knowledge:
    know = Knowledge()
    with duckdb.connect() as connection:
        connection.execute(f"attach '{truth}' as truth (read_only)")
        connection.execute(f"attach '{shown}' as shown (read_only)")
        rows = connection.execute(
            """
            select
                t.measure_id, case t.level when 'academy' then t.academy_id else concat(t.level, ':', t.phase) end as place,
                concat(t.period_type, ' ', t.period_start) as period, t.breakdown_topic, t.breakdown,
                t.numerator, t.denominator, t.numerator_people, t.denominator_people, s.value_status = 'ok', t.academy_id
            from truth.marts.measure_value as t
            inner join shown.marts.measure_value as s
                on t.level = s.level and t.academy_id = s.academy_id and t.phase = s.phase and t.time_period = s.time_period
                and t.period_type = s.period_type and t.period_start = s.period_start and t.breakdown_topic = s.breakdown_topic
                and t.breakdown = s.breakdown and t.measure_id = s.measure_id
            where t.value_status = 'ok' and t.time_period = $year and list_contains($measures, t.measure_id)
                and (
                    $topics is null or list_contains($topics, t.breakdown_topic)
                    or (t.measure_id = 'roll' and t.breakdown_topic in ('fsm', 'fsm6', 'pupil_premium', 'sen', 'eal'))
                )
            """,
            {"year": year, "measures": list(measures), "topics": None if topics is None else list(topics)},
        ).fetchall()
        ethnicities = dict(connection.execute("select ethnicity_code, ethnicity_group from truth.ref.ethnicity").fetchall())
        authorised = dict(connection.execute("select mark_code, is_authorised_absence from truth.ref.attendance_code").fetchall())
        phases = dict(
            connection.execute(
                "select academy_id, phase from truth.marts.measure_value where level = 'academy' and time_period = $year group by all",
                {"year": year},
            ).fetchall()
        )
        half_terms = connection.execute(
            """
            select academy_id, period_start, period_end, period_name from truth.core.dim_period
            where period_type = 'half_term' and time_period = $year
            """,
            {"year": year},
        ).fetchall()
    for measure, place, period, topic, group, up, down, up_people, down_people, is_shown, _ in rows:
        of_own = place in own
        counted, out_of = COUNTED[measure]
        _learn(know, (counted, place, period, topic, group), up, is_shown or of_own, 0)
        if counted in OWN_PEOPLE:
            _learn(know, (f"{counted} people", place, period, topic, group), up_people, is_shown or of_own, 0)
            know.most.append(((f"{counted} people", place, period, topic, group), (counted, place, period, topic, group)))
        if out_of:
            _learn(know, (out_of, place, period, topic, group), down, is_shown or of_own, 1)
            know.most.append(((counted, place, period, topic, group), (out_of, place, period, topic, group)))
            if out_of in OWN_PEOPLE:
                _learn(know, (f"{out_of} people", place, period, topic, group), down_people, is_shown or of_own, 1)
                know.most.append(((f"{out_of} people", place, period, topic, group), (out_of, place, period, topic, group)))
                if counted in OWN_PEOPLE:
                    know.most.append(
                        ((f"{counted} people", place, period, topic, group), (f"{out_of} people", place, period, topic, group))
                    )
    _relate(know, phases, half_terms, ethnicities, authorised)
    return know


def _learn(know: Knowledge, key: Key, value: float, is_known: bool, least: int) -> None:
    know.truth[key] = value
    know.least[key] = least
    if is_known:
        know.known.add(key)


def _relate(
    know: Knowledge,
    phases: dict[str, str],
    half_terms: list[tuple[str, object, object, str]],
    ethnicities: dict[str, str],
    authorised: dict[str, bool],
) -> None:
    """Every relation of the specification that is true of the counts."""
    _relate_names(know)
    sums: list[tuple[Key, list[Key]]] = [
        *_of_groups(know, ethnicities, authorised),
        *_of_periods(know, half_terms),
        *_of_places(know, phases),
        *_of_measures(know),
    ]
    for total, parts in sums:
        if total in know.truth and parts and abs(know.truth[total] - sum(know.truth[part] for part in parts)) < 1e-6:
            know.sums.append((total, tuple(parts)))
    for part, whole in WITHIN:
        know.most += [(key, (whole, *key[1:])) for key in know.truth if key[0] == part and (whole, *key[1:]) in know.truth]
    know.most = [(less, more) for less, more in know.most if know.truth[less] <= know.truth[more]]
    for total, only in list(know.sums):  # a sum of one part is another name for it
        if len(only) == 1 and know.name(total) != know.name(only[0]):
            know.same[know.name(only[0])] = know.name(total)
    know.known |= {know.name(key) for key in know.known}


def _relate_names(know: Knowledge) -> None:
    """The same count under another name."""
    last: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for what, place, period, topic, group in know.truth:
        last[what, place, topic, group].append(period)
    for key in list(know.truth):
        if _follows_from_meaning(know, key):
            know.known.add(key)
        other = _other_name(key, last)
        if other and other != key and other in know.truth and know.truth[other] == know.truth[key] and know.name(other) != know.name(key):
            know.same[know.name(key)] = know.name(other)
    for what, (topic, group) in GROUP_OF.items():  # plans of those with free meals, free meals of those with plans
        for second, (its_topic, its_group) in GROUP_OF.items():
            for key in [key for key in know.truth if what < second and key[0] == what and key[3:] == (its_topic, its_group)]:
                twin = (second, key[1], key[2], topic, group)
                if twin in know.truth and know.truth[twin] == know.truth[key] and know.name(twin) != know.name(key):
                    know.same[know.name(key)] = know.name(twin)


def _follows_from_meaning(know: Knowledge, key: Key) -> bool:
    """Nobody without free meals has free meals; and a group that has no row has nobody in it."""
    what, place, period, topic, group = key
    if what not in GROUP_OF:
        return False
    its_topic, its_group = GROUP_OF[what]
    has_topic = any(("roll", place, period, its_topic, other) in know.truth for other in ("yes", "no", "none"))
    return (topic == its_topic and group != its_group) or (has_topic and ("roll", place, period, its_topic, its_group) not in know.truth)


def _other_name(key: Key, last: dict[tuple[str, str, str, str], list[str]]) -> Key | None:
    what, place, period, topic, group = key
    if place.startswith("trust_like_for_like:"):  # of the same academies
        return (what, place.replace("trust_like_for_like", "trust"), period, topic, group)
    if topic == "age_group" and group == "5_to_15":
        return (what, place, period, "all", "all")
    if what in GROUP_OF and topic == "all":
        return ("roll", place, period, *GROUP_OF[what])
    if what in GROUP_OF and (topic, group) == GROUP_OF[what]:
        return ("roll", place, period, topic, group)
    periods = last[what, place, topic, group]
    if what == "census":
        return (what, place, min(periods), topic, group)
    if what in MOMENT and period.startswith("year"):
        others = [each for each in periods if not each.startswith("year")]
        return (what, place, max(others, key=lambda each: each.split()[1]), topic, group) if others else None
    return None


def _of_groups(know: Knowledge, ethnicities: dict[str, str], authorised: dict[str, bool]) -> Iterator[tuple[Key, list[Key]]]:
    def place_of(key: Key) -> tuple[str, str, str, str]:
        return key[0], key[1], key[2], key[3]

    for (what, place, period, topic), keys in groupby(sorted(know.truth, key=place_of), place_of):
        parts = list(keys)
        if topic == "reason" and what.startswith("reason"):
            for is_authorised, total in ((True, "authorised"), (False, "unauthorised")):
                if what == "reason":
                    yield (total, place, period, "all", "all"), [key for key in parts if bool(authorised[key[4]]) is is_authorised]
        elif topic == "ethnicity_code":
            yield (what, place, period, "all", "all"), parts
            for ethnicity in {ethnicities.get(key[4], "unknown") for key in parts}:
                codes = [key for key in parts if ethnicities.get(key[4], "unknown") == ethnicity]
                yield (what, place, period, "ethnicity", ethnicity), codes
        elif topic not in ("all", "age_group", "reason"):
            yield (what, place, period, "all", "all"), parts


def _of_periods(know: Knowledge, half_terms: list[tuple[str, object, object, str]]) -> Iterator[tuple[Key, list[Key]]]:
    spans: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for academy, first, last, _ in half_terms:
        spans[academy].append((str(first), str(last)))
    cells: dict[tuple[str, str, str, str], list[Key]] = defaultdict(list)
    for key in know.truth:
        if key[0] in ADDS:
            cells[key[0], key[1], key[3], key[4]].append(key)
    for (what, place, topic, group), keys in cells.items():
        kinds = {kind: [key for key in keys if key[2].startswith(kind)] for kind in ("year", "half_term", "week")}
        for total in kinds["year"]:
            yield total, kinds["half_term"]
            yield total, kinds["week"]
        for total in kinds["half_term"]:
            start = total[2].split()[1]
            for first, last in spans[place.split(":")[0] if ":" not in place else "trust"]:
                if first == start:
                    monday = str(np.datetime64(first) - (np.datetime64(first).astype(int) + 3) % 7)
                    yield (what, place, total[2], topic, group), [key for key in kinds["week"] if monday <= key[2].split()[1] <= last]


def _of_places(know: Knowledge, phases: dict[str, str]) -> Iterator[tuple[Key, list[Key]]]:
    cells: dict[tuple[str, str, str, str], list[Key]] = defaultdict(list)
    for key in know.truth:
        cells[key[0], key[2], key[3], key[4]].append(key)
    for (what, period, topic, group), keys in cells.items():
        academies = [key for key in keys if ":" not in key[1]]
        for level in ("trust", "trust_like_for_like"):
            yield (what, f"{level}:all", period, topic, group), academies
            yield (
                (what, f"{level}:all", period, topic, group),
                [key for key in keys if key[1].startswith(f"{level}:") and key[1] != f"{level}:all"],
            )
            for phase in set(phases.values()):
                yield (what, f"{level}:{phase}", period, topic, group), [key for key in academies if phases[key[1]] == phase]


def _of_measures(know: Knowledge) -> Iterator[tuple[Key, list[Key]]]:
    for total, parts in PARTS:
        for key in [key for key in know.truth if key[0] == total]:
            found = [(part, *key[1:]) for part in parts]
            if all(part in know.truth for part in found):
                yield key, found
