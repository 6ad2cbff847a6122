"""What a reader is shown so far, block by block, and what that lets them know.

Here: the flags of one academic year and the questions that are asked of them again and again. A block that is hidden is never shown again
(`hide` only ever hides), so choosing ends. Not here: which blocks to hide (within, between, choosing).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from pipelines.suppression.counts import HALF_TERM, WEEK, YEAR, Cube, Groups, YearOfCounts
from pipelines.suppression.relations import (
    AGE_TOPIC,
    CHARACTERISTICS,
    CODE_TOPIC,
    ETHNICITY_TOPIC,
    LEAVE,
    OF_THE_ROLL,
    ONE_PEOPLE_A_YEAR,
    REASON_TOPIC,
    REASONS,
    SAME_AS_ALL,
    relation,
    units_of,
)

Truth = npt.NDArray[np.bool_]
Columns = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Counted:
    """One kind of count whose hidden cells must be free: a measure's numerators, or the people that measures are counted out of."""

    name: str
    units: tuple[str, ...]  # whose figures show it
    cube: Cube
    is_people: bool
    is_moment: bool  # its periods do not sum
    rests_on: tuple[str, ...]  # the units whose flags decide what is known of it


@dataclass(frozen=True)
class Sum:
    """Columns that sum to one figure: for which academies it is known, and which units' block of which topic holds it."""

    columns: Columns
    known: Truth
    units: tuple[str, ...]
    topic: int


@dataclass
class State:
    """The flags of one academic year: `shown` by unit (academy, layer, topic) and `trust` by unit (phase or all, layer, topic)."""

    year: YearOfCounts
    groups: Groups
    below: int
    own: Truth
    units: dict[str, tuple[str, ...]]
    shown: dict[str, Truth]
    trust: dict[str, Truth]
    has: dict[str, Truth]
    trust_has: dict[str, Truth]
    counted: tuple[Counted, ...]
    changed: bool = field(default=False)
    asked: dict[tuple[str, str, bool], Truth] = field(default_factory=dict)

    def not_asked_of(self, counted: Counted) -> Truth:
        """The academies of which a flag changed since this was last asked; of the others it is known that nothing more is to be hidden."""
        return np.asarray(self._changed("academies", counted, [self.shown[unit] for unit in counted.rests_on]).any(axis=(0, 2, 3)))

    def not_asked_between(self, counted: Counted) -> Truth:
        """The same of all academies together and the trust, by layer and topic."""
        places = [np.concatenate([self.shown[unit], self.trust[unit]]) for unit in counted.rests_on]
        changed: Truth = np.asarray(self._changed("trust", counted, places).any(axis=(0, 1)))
        if {counted.name, relation(counted.name).people} & set(ONE_PEOPLE_A_YEAR):
            changed = np.broadcast_to(np.asarray(changed.any(axis=0)), changed.shape)
        by, sen = self.groups.topic(ETHNICITY_TOPIC), self.groups.topic("sen")
        asked: Truth = np.asarray(changed | changed[:, :1])
        if by is not None:
            asked |= changed[:, by, None]
        if sen is not None:
            asked[:, sen] |= changed[YEAR, 0]
        return np.asarray(asked)

    def _changed(self, who: str, counted: Counted, flags: list[Truth]) -> Truth:
        now, key = np.stack(flags), (who, counted.name, counted.is_people)
        before = self.asked.get(key)
        self.asked[key] = now
        return np.ones_like(now) if before is None else now != before

    def hide(self, unit: str, academies: Truth, layer: int, topic: int) -> None:
        """Hide a block of these academies."""
        block = self.shown[unit][:, layer, topic]
        if (block & academies).any():
            block[academies] = False
            self.changed = True

    def hide_trust(self, unit: str, place: int, layer: int, topic: int) -> None:
        """Hide a block of one of the trust's phases, or of all of it."""
        if self.trust[unit][place, layer, topic]:
            self.trust[unit][place, layer, topic] = False
            self.changed = True

    def is_moment(self, unit: str) -> bool:
        """Whether the unit's figures are of one moment: all its periods are shown or hidden together."""
        return relation(self.units[unit][0]).over_time == "moment"

    def shows(self, counted: Counted) -> Truth:
        """The blocks in which a count is shown: by any of the figures that hold it."""
        found = np.zeros_like(self.shown[counted.units[0]])
        for unit in counted.units:
            found |= self.shown[unit] & self.has[unit]
        if counted.is_people and counted.name in ONE_PEOPLE_A_YEAR:
            found |= found.any(axis=1, keepdims=True)
        return found

    def hidden(self, counted: Counted) -> Truth:
        """The blocks in which a count stands, hidden from this reader."""
        has = np.logical_or.reduce([self.has[unit] for unit in counted.units])
        return np.asarray(has & ~self.shows(counted) & ~self.own[:, None, None])

    def parent_layer(self, counted: Counted, layer: int) -> int | None:
        """The layer whose periods this one's sum to; None for the year itself and for counts of a moment."""
        if layer == YEAR or counted.is_moment:
            return None
        has_half_terms = layer == WEEK and any(self.has[unit][:, HALF_TERM].any() for unit in counted.units)
        return HALF_TERM if has_half_terms else YEAR

    def people_shown(self, measure: str) -> Truth:
        """The blocks in which the people that a measure is counted out of are shown."""
        for each in self.counted:
            if each.is_people and each.name == relation(measure).people:
                return self.shows(each)
        unit = relation(measure).unit
        return self.shown[unit] & self.has[unit]

    def sums(self, counted: Counted, layer: int, topic: int) -> Iterator[Sum]:
        """The columns of a topic that sum to a figure, and for which academies that figure is known."""
        name, columns = self.groups.topics[topic], self.groups.columns[topic]
        shown = self.shows(counted)[:, layer, :]
        by = self.groups.topic(ETHNICITY_TOPIC)
        if name == AGE_TOPIC:
            other = np.array([each for each in columns if self.groups.names[each] != SAME_AS_ALL], dtype=np.intp)
            yield Sum(other, np.zeros(len(shown), dtype=bool), counted.units, 0)
        elif name == REASON_TOPIC and not counted.is_people:
            known = self.shown[LEAVE][:, layer, 0] if LEAVE in self.shown else np.zeros(len(shown), dtype=bool)
            for each in self.groups.reasons:
                yield Sum(each, known, (LEAVE,), 0)
        elif name == CODE_TOPIC and by is not None and shown[:, by].any():
            for each in self.groups.classes:
                yield Sum(each, shown[:, by], counted.units, by)
            yield Sum(columns, shown[:, 0] & ~shown[:, by], counted.units, 0)
        else:
            yield Sum(columns, shown[:, 0], counted.units, 0)

    def known_columns(self, counted: Counted) -> Truth:
        """Groups of a hidden topic whose count another figure shows: the roll of a group whose share of all is shown."""
        known = np.zeros((len(self.own), len(self.groups.names)), dtype=bool)
        topic = self.groups.topic("sen")
        if topic is None or not (counted.is_people and counted.name in OF_THE_ROLL):
            return known
        for measure, group in (("sen_support_pct", "support"), ("ehcp_pct", "ehcp")):
            for column in self.groups.columns[topic]:
                if self.groups.names[column] == group and measure in self.shown:
                    known[:, column] = self.shown[measure][:, YEAR, 0]
        return known

    def is_given(self, counted: Counted, topic: int) -> bool:
        """Whether the cells of a topic follow from what the measure is: of those with free meals all have free meals."""
        return not counted.is_people and CHARACTERISTICS.get(counted.name) == self.groups.topics[topic]

    def takes(self, counted: Counted, layer: int, topic: int) -> Truth:
        """Which cells have room for one more, as far as the reader can see."""
        if counted.is_people:
            return counted.cube.here
        seen = self.people_shown(counted.name)[:, layer, topic]
        return np.asarray(counted.cube.here & (counted.cube.room | ~seen[:, None, None]))


def first_state(year: YearOfCounts, groups: Groups, below: int, own: Truth) -> State:
    """Every block shown that has no small cell; of the trust's two levels, the same."""
    units = units_of(year.cubes)
    academies, topics, places = len(year.academies), len(groups.topics), len(year.phases) + 1
    shown, trust, has, trust_has = {}, {}, {}, {}
    for unit, measures in units.items():
        shown[unit] = ~np.logical_or.reduce([year.small[each] for each in measures]).reshape(academies, 3, topics)
        trust[unit] = ~np.logical_or.reduce([year.trust_small[each] for each in measures]).reshape(places, 3, topics)
        has[unit] = np.logical_or.reduce([year.has[each] for each in measures])
        trust_has[unit] = np.logical_or.reduce([year.trust_has[each] for each in measures])
    return State(year, groups, below, own, units, shown, trust, has, trust_has, tuple(_counted(year, units)))


def _counted(year: YearOfCounts, units: dict[str, tuple[str, ...]]) -> Iterator[Counted]:
    for unit, measures in units.items():
        for measure in measures:
            if measure == relation(measure).people:
                continue  # the roll is the people that its shares are counted out of
            cube = year.cubes[measure]
            if measure in CHARACTERISTICS:  # that nobody has it is told by the group that has no row: nothing to protect
                cube = replace(cube, here=cube.here & (cube.units[:, :, :1] > 0))
            people_units = tuple(each for each, of_unit in units.items() if any(_are_people_of(one, measure) for one in of_unit))
            rests_on = _existing(units, unit, *people_units, LEAVE)
            yield Counted(measure, (unit,), cube, False, relation(measure).over_time != "adds", rests_on)
    families: dict[str, list[str]] = {}
    for measure, cube in year.cubes.items():
        if (not cube.is_total or measure == relation(measure).people) and unit_has_people(measure):
            families.setdefault(relation(measure).people, []).append(measure)
    for people, of_people_measures in families.items():
        first = max(of_people_measures, key=lambda each: int(year.cubes[each].here.sum()))
        cube = year.cubes[first]
        of_people = Cube(cube.here, cube.out_of >= 2, cube.room, cube.units, cube.out_of, cube.out_of, is_share=False, is_total=True)
        is_moment = people in ONE_PEOPLE_A_YEAR or relation(first).over_time != "adds"
        shown_by = tuple(dict.fromkeys(relation(each).unit for each in of_people_measures))
        yield Counted(people, shown_by, of_people, True, is_moment, _existing(units, *shown_by, "sen_support_pct", "ehcp_pct"))


def _are_people_of(measure: str, other: str) -> bool:
    return relation(measure).people == relation(other).people


def _existing(units: dict[str, tuple[str, ...]], *names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name in units))


def unit_has_people(measure: str) -> bool:
    """Whether a reader can tell whom a measure is counted out of: the reasons' people are those of all, group by group."""
    return relation(measure).unit != REASONS
