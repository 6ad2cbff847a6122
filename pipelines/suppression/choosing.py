"""Choose which blocks a reader is not shown, so that no count that is hidden can be worked back.

Here: the order of the choosing, which ends because every step only hides, and the ties between units. A block is a unit of measures, a
place, an academic year, a kind of period and a topic: shown whole or hidden whole. Not here: reading the counts, writing the tables.
"""

import numpy as np
import numpy.typing as npt

from pipelines.suppression.between import loosen_trust
from pipelines.suppression.counts import HALF_TERM, WEEK, YEAR, Groups, YearOfCounts
from pipelines.suppression.relations import (
    CHARACTERISTICS,
    CODE_TOPIC,
    ETHNICITY_TOPIC,
    LEAVE,
    OF_THE_ROLL,
    REASON_TOPIC,
    REASONS,
    relation,
)
from pipelines.suppression.state import State, first_state
from pipelines.suppression.within import loosen_academies

Truth = npt.NDArray[np.bool_]


def choose(year: YearOfCounts, groups: Groups, below: int, own: tuple[str, ...] = (), start: State | None = None) -> State:
    """The blocks of a year that a reader is shown; `own` are academies that the reader knows exactly.

    `start`: what a reader without academies of their own is shown; nobody is shown more than that of others.
    """
    knows = np.array([academy in own for academy in year.academies], dtype=bool)
    state = first_state(year, groups, below, knows)
    if start is not None:
        for unit in state.units:
            state.shown[unit] &= start.shown[unit] | knows[:, None, None]
            state.trust[unit] &= start.trust[unit]
        state.asked = dict(start.asked)
    for unit in state.units:
        state.shown[unit][knows] = True
    state.changed = True
    while state.changed:
        state.changed = False
        before = {unit: (state.shown[unit].copy(), state.trust[unit].copy()) for unit in state.units}
        tie(state)
        for counted in state.counted:
            loosen_academies(state, counted)
            loosen_trust(state, counted)
        state.changed = any(
            (before[unit][0] != state.shown[unit]).any() or (before[unit][1] != state.trust[unit]).any() for unit in state.units
        )
    _show_what_follows(state)
    return state


def tie(state: State) -> None:
    """Hide what would give away, under another name or as a sum of what is shown, a block that is hidden."""
    for blocks in (state.shown, state.trust):
        for unit in state.units:
            _tie_layers_and_topics(state, unit, blocks[unit])
        _tie_wholes_and_parts(state, blocks)
        _tie_reasons(state, blocks)
        _tie_characteristics(state, blocks)
    _tie_zeros(state)
    for unit in state.units:
        state.shown[unit][state.own] = True


def _tie_layers_and_topics(state: State, unit: str, block: Truth) -> None:
    """What sums to a hidden figure is hidden: weeks, half-terms, groups, the codes of an ethnicity."""
    groups = state.groups
    block[:, :, 1:] &= block[:, :, :1] | ~_has_all(state, unit, block)
    code, ethnicity = groups.topic(CODE_TOPIC), groups.topic(ETHNICITY_TOPIC)
    if code is not None and ethnicity is not None:
        block[:, :, code] &= block[:, :, ethnicity]
    if state.is_moment(unit):
        block &= block.all(axis=1, keepdims=True)
    else:
        block[:, HALF_TERM] &= block[:, YEAR]
        block[:, WEEK] &= block[:, HALF_TERM]


def _has_all(state: State, unit: str, block: Truth) -> Truth:
    has = state.has[unit] if block is state.shown[unit] else state.trust_has[unit]
    return has[:, :, :1]


def _tie_wholes_and_parts(state: State, blocks: dict[str, Truth]) -> None:
    """A part of a hidden whole is hidden: authorised absence tells of absence, severe of persistent absence."""
    for unit, measures in state.units.items():
        for whole in {relation(each).unit for measure in measures for each in relation(measure).within}:
            if whole in blocks:
                blocks[unit] &= blocks[whole]


def _tie_reasons(state: State, blocks: dict[str, Truth]) -> None:
    """The reasons sum to authorised and unauthorised absence; C2 is the mark of a part-time timetable."""
    topic = state.groups.topic(REASON_TOPIC)
    if topic is None or REASONS not in blocks:
        return
    for unit in (LEAVE, "part_time"):
        if unit in blocks:
            blocks[REASONS][:, :, topic] &= blocks[unit][:, :, 0]


def _tie_characteristics(state: State, blocks: dict[str, Truth]) -> None:
    """The share with free meals is the roll of that group; plans among those with free meals are free meals among those with plans."""
    present = {measure: topic for measure, name in CHARACTERISTICS.items() if measure in blocks and (topic := state.groups.topic(name))}
    if not present:
        return
    topics = sorted(set(present.values()))
    crossed = np.logical_and.reduce([blocks[measure][:, :, topics] for measure in present]).all(axis=2)
    for measure in present:
        blocks[measure][:, :, topics] &= crossed[:, :, None]
    divided = [unit for unit, measures in state.units.items() if any(relation(each).people in OF_THE_ROLL for each in measures)]
    for measure, topic in present.items():
        for unit in divided:
            blocks[unit][:, :, topic] &= blocks[measure][:, YEAR, 0][:, None]
    if "roll" not in blocks:
        return
    of_roll = [unit for unit in divided if any(relation(each).people == "roll" for each in state.units[unit])]
    for topic in topics:
        hidden = ~np.logical_or.reduce([blocks[unit][:, YEAR, topic] for unit in of_roll])
        shares = [measure for measure in present if present[measure] == topic]
        all_shown = np.logical_and.reduce([blocks[measure][:, YEAR, 0] for measure in shares])
        for measure in shares:
            blocks[measure][hidden & all_shown] = False


def _tie_zeros(state: State) -> None:
    """Nobody in the whole is nobody in any part: a whole of none is hidden where a part is."""
    topic = state.groups.topic(REASON_TOPIC)
    for unit, measures in state.units.items():
        for measure in measures:
            for whole in relation(measure).within:
                if whole in state.year.cubes:
                    _hide_none(state, whole, state.has[unit] & ~state.shown[unit])
    for whole in ("late_rate", "part_time_timetable_pct"):
        if topic is not None and REASONS in state.shown and whole in state.year.cubes:
            hidden = np.zeros_like(state.shown[REASONS])
            hidden[:, :, 0] = (state.has[REASONS] & ~state.shown[REASONS])[:, :, topic]
            _hide_none(state, whole, hidden)


def _hide_none(state: State, whole: str, parts_hidden: Truth) -> None:
    cube, unit = state.year.cubes[whole], relation(whole).unit
    none = cube.here & (cube.units <= 0)
    for layer, topic in np.argwhere(parts_hidden.any(axis=0)).tolist():
        at = np.ix_(np.arange(len(state.own)), state.year.in_layer(layer), state.groups.columns[topic])
        state.hide(unit, none[at].any(axis=(1, 2)) & parts_hidden[:, layer, topic] & ~state.own, layer, topic)


def _show_what_follows(state: State) -> None:
    """A figure of the trust that follows from what is shown anyway is shown: hiding it would protect nobody."""
    for unit in state.units:
        hidden = state.has[unit] & ~state.shown[unit]
        for phase in range(len(state.year.phases)):
            of_phase = hidden[state.year.phase_of == phase]
            state.trust[unit][phase] |= ~of_phase.any(axis=0)
        state.trust[unit][-1] |= ~hidden.any(axis=0) | state.trust[unit][:-1].all(axis=0)
