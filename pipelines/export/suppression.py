"""Small numbers: which figures may leave the house.

Here: the rule for one figure, the sums by which a hidden figure could be worked back, and what else must go for that. Not here: how a
hidden figure is written (tables.py).

The sums looked at: a topic's groups make up all pupils; the academies of a phase make up the trust's figure of it, and the phases the
trust's; authorised and unauthorised absence make up absence, and absence is what attendance lacks; what is counted of a roll is also a
group of that roll. Not looked at: several sums solved together, two exports of different days, topics that overlap (free school meals
now and in six years), measures that count nearly the same people.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from pipelines.export.figures import EVERYBODY, Figure, Group, Place, Published

SAME_AGE = Group("age_group", "5_to_15")
"""The attendance of all pupils is that of this age group; the other two look beyond it."""

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

    def figures(self) -> list[Figure]:
        """The parts, and the total where there is one."""
        return [*self.parts, *([self.total] if self.total else [])]

    def shown(self) -> list[Figure]:
        """What is not hidden of them."""
        return [each for each in self.figures() if not each.is_hidden]


def hide_small_numbers(published: Published, suppress_below: int) -> None:
    """Mark every figure that may not be shown: the small ones, and those by which a small one could be worked back."""
    for figure in published.figures:
        figure.is_hidden = figure.value_status == "ok" and is_small([figure], suppress_below)
    _hide_what_tells(published, suppress_below)


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


def _headlines(figures: Iterable[Figure]) -> set[int]:
    """The figures of everybody, and those that tell the same: of a group that everybody is in, or that a measure of everybody counts."""
    listed = list(figures)
    everybody = {(each.place, each.measure_id): each for each in listed if each.group == EVERYBODY}

    def counts_all(one: Figure) -> bool:
        of_all = everybody.get((one.place, one.measure_id))
        return of_all is not None and (one.numerator, one.denominator_people) == (of_all.numerator, of_all.denominator_people)

    def counted_elsewhere(one: Figure) -> bool:
        return one.measure_id == "roll" and one.group in GROUP_OF_ROLL.values()

    return {id(each) for each in listed if each.group == EVERYBODY or counts_all(each) or counted_elsewhere(each)}


def _hide_what_tells(published: Published, suppress_below: int) -> None:
    """Hide more until no sum tells a hidden figure; each hiding can only call for another, so this ends."""
    sums = list(sums_of(published))
    sizes, headlines = _sizes(published.figures), _headlines(published.figures)

    def cost(figure: Figure) -> tuple[bool, int, tuple[Place, Group, str]]:
        return id(figure) in headlines, sizes[figure.place, figure.group], _key(figure)

    concerned: dict[int, list[Sum]] = defaultdict(list)
    for each in sums:
        for figure in each.figures():
            concerned[id(figure)].append(each)
    waiting = list(sums)
    while waiting:
        one = waiting.pop()
        while not _tells_nothing(one, suppress_below):
            figure = _to_hide(one, sorted(one.shown(), key=cost), headlines, suppress_below)
            figure.is_hidden = True
            waiting.extend(concerned[id(figure)])


_key = attrgetter("place", "group", "measure_id")


def _to_hide(one: Sum, shown: list[Figure], headlines: set[int], suppress_below: int) -> Figure:
    """The next figure to hide in a sum: the smallest with which it tells nothing, else the smallest.

    A headline goes only where nothing else is left, and a total only after the parts: it is what most people read.
    """
    parts = [each for each in shown if each is not one.total]
    lesser = [each for each in parts if id(each) not in headlines]
    if not lesser and one.total in shown and id(one.total) not in headlines:
        return shown[shown.index(one.total)]
    choice = lesser or parts or shown
    enough = (each for each in choice if _tells_nothing(one, suppress_below, also=each))
    return next(enough, choice[0])


def _tells_nothing(one: Sum, suppress_below: int, also: Figure | None = None) -> bool:
    """Whether nobody can work back a hidden figure, `also` hidden too: with the total shown, the hidden parts are known taken together."""
    hidden = [each for each in one.parts if each.is_hidden or each is also]
    if one.total is not None and (one.total.is_hidden or one.total is also):
        return bool(hidden) or not one.parts
    if not hidden:
        return True
    if one.total is None:
        return len(hidden) == len(one.parts)
    return len(hidden) > 1 and not is_small(hidden, suppress_below)
