"""Small numbers: which figures may leave the house.

Here: the rule for one figure, the sums by which a hidden figure could be worked back, and what else must go for that. Not here: how a
hidden figure is written (tables.py).

The sums looked at: a topic's groups make up all pupils; the academies of a phase make up the trust's figure of it, and the phases the
trust's; authorised and unauthorised absence make up absence, and absence is what attendance lacks; what is counted of a roll is also a
group of that roll. Not looked at: two exports of different days, topics that overlap (free school meals now and in six years), measures
that count nearly the same people.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from pipelines.export.figures import EVERYBODY, Figure, Group, Place, Published

PARTIAL_TOPICS = ("age_group", "reason")
"""Age groups look beyond the pupils that all/all counts; reasons are of another measure. Each has a sum of its own."""

SAME_AGE = Group("age_group", "5_to_15")
"""The attendance of all pupils is that of this age group."""

GROUP_OF_ROLL = {
    "fsm_pct": Group("fsm", "yes"),
    "fsm6_pct": Group("fsm6", "yes"),
    "pupil_premium_pct": Group("pupil_premium", "yes"),
    "sen_support_pct": Group("sen", "support"),
    "ehcp_pct": Group("sen", "ehcp"),
    "eal_pct": Group("eal", "yes"),
}
"""The group of the roll that a measure's numerator counts."""

Size = dict[tuple[Place, Group], int]


@dataclass(frozen=True, slots=True)
class Sum:
    """Parts that make up a total; without a total, parts whose total is known to whoever sees one of them."""

    total: Figure | None
    parts: list[Figure]


def hide_small_numbers(published: Published, suppress_below: int) -> None:
    """Mark every figure that may not be shown: the small ones, and those by which a small one could be worked back."""
    sums = list(sums_of(published))
    for figure in published.figures:
        figure.is_hidden = figure.value_status == "ok" and is_small([figure], suppress_below)
    _hide_what_tells(sums, _sizes(published.figures), suppress_below)


def is_small(figures: Iterable[Figure], suppress_below: int) -> bool:
    """Whether these figures, taken together, tell of 1 to `suppress_below` - 1 people: in the denominator, the numerator or the rest.

    The rest is what a percentage does not count: where it is 1 to `suppress_below` - 1 it is of no more people than that.
    """
    together = list(figures)
    rest = sum(each.denominator - each.numerator for each in together)
    return (
        0 < sum(each.denominator_people for each in together) < suppress_below
        or 0 < sum(each.numerator_people for each in together) < suppress_below
        or (together[0].unit == "%" and 0 < rest < suppress_below)
    )


def sums_of(published: Published) -> Iterator[Sum]:
    """Every sum in which a figure stands. A part that has no figure has nobody in it."""
    given = {(each.place, each.group, each.measure_id): each for each in published.figures if each.value_status == "ok"}
    yield from _sums_of_groups(published, given)
    yield from _sums_of_places(given)
    for (place, group, measure_id), figure in given.items():
        if measure_id == "absence_rate":
            attending = given.get((place, group, "attendance_rate"))
            yield Sum(None, [each for each in (figure, attending) if each])
            kinds = (given.get((place, group, kind)) for kind in ("authorised_absence_rate", "unauthorised_absence_rate"))
            yield Sum(figure, [each for each in kinds if each])
        if measure_id in GROUP_OF_ROLL and group == EVERYBODY:
            of_roll = given.get((place, GROUP_OF_ROLL[measure_id], "roll"))
            yield Sum(figure, [of_roll] if of_roll else [])


Given = dict[tuple[Place, Group, str], Figure]


def _sums_of_groups(published: Published, given: Given) -> Iterator[Sum]:
    parts: dict[tuple[Place, str, str], list[Figure]] = defaultdict(list)
    for (place, group, measure_id), figure in given.items():
        parts[place, measure_id, group.topic].append(figure)
        if group.topic == "ethnicity_code":
            parts[place, measure_id, f"codes of {published.ethnicities.get(group.breakdown, ('', ''))[1]}"].append(figure)
        if group.topic == "reason" and group.breakdown in published.reasons:
            parts[place, measure_id, published.reasons[group.breakdown].statistical_class].append(figure)
    for (place, measure_id, topic), figures in parts.items():
        if topic in ("authorised_absence", "unauthorised_absence"):
            yield Sum(given.get((place, EVERYBODY, f"{topic}_rate")), figures)
        elif topic == "reason":
            yield Sum(given.get((place, EVERYBODY, "absence_rate")), figures)
        elif topic.startswith("codes of "):
            yield Sum(given.get((place, Group("ethnicity", topic.removeprefix("codes of ")), measure_id)), figures)
        elif topic == "age_group":
            yield Sum(given.get((place, EVERYBODY, measure_id)), [each for each in figures if each.group == SAME_AGE])
        elif topic != "all":
            yield Sum(given.get((place, EVERYBODY, measure_id)), figures)


def _sums_of_places(given: Given) -> Iterator[Sum]:
    parts: dict[tuple[int, str, Group, str], list[Figure]] = defaultdict(list)
    for (place, group, measure_id), figure in given.items():
        if place.level == "academy":
            parts[place.time_period, place.phase, group, measure_id].append(figure)
        elif place.phase != "all":
            parts[place.time_period, "all", group, measure_id].append(figure)
    for (time_period, phase, group, measure_id), figures in parts.items():
        total = given.get((Place("trust", "trust", phase, time_period), group, measure_id))
        if total:
            yield Sum(total, figures)


def _sizes(figures: Iterable[Figure]) -> Size:
    """How many people a group of a place has, whatever the measure: so that the measures hide the same groups, and none tells another's."""
    sizes: Size = defaultdict(int)
    for each in figures:
        sizes[each.place, each.group] = max(sizes[each.place, each.group], each.denominator_people)
    return sizes


def _hide_what_tells(sums: list[Sum], sizes: Size, suppress_below: int) -> None:
    """Hide more until no sum tells a hidden figure; each hiding can only call for another, so this ends."""
    concerned: dict[int, list[Sum]] = defaultdict(list)
    for each in sums:
        for figure in (*each.parts, each.total):
            if figure:
                concerned[id(figure)].append(each)
    waiting = list(sums)
    while waiting:
        one = waiting.pop()
        while (figure := _to_hide(one, sizes, suppress_below)) is not None:
            figure.is_hidden = True
            waiting.extend(concerned[id(figure)])


def _to_hide(one: Sum, sizes: Size, suppress_below: int) -> Figure | None:
    """The next figure to hide in a sum; none when it tells nothing.

    The smallest shown part that makes the sum safe, else the smallest shown part, else the total.
    """
    hidden = [each for each in one.parts if each.is_hidden]
    if _tells_nothing(one, hidden, suppress_below):
        return None
    shown = sorted((each for each in one.parts if not each.is_hidden), key=lambda each: (sizes[each.place, each.group], _key(each)))
    enough = (each for each in shown if _tells_nothing(one, [*hidden, each], suppress_below))
    return next(enough, shown[0] if shown else one.total)


_key = attrgetter("place", "group", "measure_id")


def _tells_nothing(one: Sum, hidden: list[Figure], suppress_below: int) -> bool:
    """Whether nobody can work back a hidden figure: with the total shown, what is hidden of it is known taken together."""
    if one.total is not None and one.total.is_hidden:
        return bool(hidden) or not one.parts
    if not hidden:
        return True
    if one.total is None:
        return len(hidden) == len(one.parts)
    return len(hidden) > 1 and not is_small(hidden, suppress_below)
