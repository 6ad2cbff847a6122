"""Between places: the trust's figure less the academies' that are shown is the sum of those that are hidden.

Here: whether the academies hidden together are enough, and free, for the trust's figure to be shown; what is hidden too where they are not:
one more academy, the phase, the trust. Academies are together when the same of the trust's figures count them: those of a phase, or, where
the phase's own figure is hidden, all such academies of different phases. Not here: groups and periods inside one academy (within).
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from pipelines.suppression.counts import HALF_TERM, WEEK, YEAR
from pipelines.suppression.exchange import apart, between_rows, in_squares
from pipelines.suppression.state import Columns, Counted, State

Truth = npt.NDArray[np.bool_]
FEWEST_TO_HIDE_TWO = 3
"""In a phase of fewer academies its figure goes rather than a second academy's: nothing would be left to compare."""


def loosen_trust(state: State, counted: Counted) -> None:
    """Hide what lets the trust's figures pin a cell of this count in its academies' hidden blocks."""
    hidden = state.hidden(counted)
    for layer, topic in np.argwhere(hidden.any(axis=0) & state.not_asked_between(counted)).tolist():
        academies = hidden[:, layer, topic]
        if topic and state.is_given(counted, topic):
            continue
        if topic and layer != YEAR and not counted.is_moment:
            _hide_trust(state, counted, layer, topic, academies)
            continue
        _loosen_phases(state, counted, layer, topic, academies)
        _loosen_pool(state, counted, layer, topic)


def _loosen_phases(state: State, counted: Counted, layer: int, topic: int, hidden: Truth) -> None:
    for phase in np.unique(state.year.phase_of[hidden]).tolist():
        if not _trust_shows(state, counted, phase, layer, topic):
            continue
        of_phase = state.year.phase_of == phase
        together = hidden & of_phase
        if _is_free(state, counted, layer, topic, together, across=False):
            continue
        more = _one_more(state, counted, layer, topic, together) if of_phase.sum() >= FEWEST_TO_HIDE_TWO else None
        if more is not None:
            _hide_academies(state, counted, more, layer, topic)
        else:
            for unit in counted.units:
                state.hide_trust(unit, phase, layer, topic)


def _one_more(state: State, counted: Counted, layer: int, topic: int, together: Truth) -> Truth | None:
    """The smallest other academy of the phase with which those hidden together are free; only for the year's figures of all pupils."""
    if topic or (layer != YEAR and not counted.is_moment):
        return None
    candidates = (state.year.phase_of == state.year.phase_of[together][0]) & ~together & ~state.own
    candidates &= np.logical_or.reduce([state.has[unit][:, layer, 0] for unit in counted.units])
    size = counted.cube.out_of[:, :, 0].max(axis=1)
    for each in sorted(np.flatnonzero(candidates).tolist(), key=lambda one: (int(size[one]), one)):
        with_it = together.copy()
        with_it[each] = True
        if _is_free(state, counted, layer, topic, with_it, across=False):
            return with_it
    return None


def _loosen_pool(state: State, counted: Counted, layer: int, topic: int) -> None:
    """Phases whose figure is hidden: the trust's figure less the other phases' is the sum of theirs."""
    everyone = len(state.year.phases)
    if not _trust_shows(state, counted, everyone, layer, topic):
        return
    pool = _pool(state, counted, layer, topic)
    if not pool.any() or _is_free(state, counted, layer, topic, pool, across=True):
        return
    if topic == 0 and (layer == YEAR or counted.is_moment):
        for phase, academies in _further_phases(state, counted, layer, pool):
            if _is_free(state, counted, layer, topic, pool | academies, across=True):
                for unit in counted.units:
                    state.hide_trust(unit, phase, layer, topic)
                _hide_academies(state, counted, academies, layer, topic)
                return
    for unit in counted.units:
        state.hide_trust(unit, everyone, layer, topic)


def _pool(state: State, counted: Counted, layer: int, topic: int) -> Truth:
    hidden = state.hidden(counted)[:, layer, topic]
    phase_hidden = np.array([not _trust_shows(state, counted, phase, layer, topic) for phase in range(len(state.year.phases))], dtype=bool)
    return np.asarray(hidden & phase_hidden[state.year.phase_of], dtype=bool)


def _further_phases(state: State, counted: Counted, layer: int, pool: Truth) -> Iterator[tuple[int, Truth]]:
    """Other phases, the one with the fewest academies first, each with its hidden academies or else its smallest one."""
    hidden = state.hidden(counted)[:, layer, 0]
    size = counted.cube.out_of[:, :, 0].max(axis=1)
    others = sorted(set(range(len(state.year.phases))) - set(state.year.phase_of[pool].tolist()))
    for phase in sorted(others, key=lambda each: int((state.year.phase_of == each).sum())):
        of_phase = (state.year.phase_of == phase) & ~state.own & (size > 0)
        if (hidden & of_phase).any():
            yield phase, hidden & of_phase
        elif of_phase.any():
            smallest = min(np.flatnonzero(of_phase).tolist(), key=lambda each: (int(size[each]), each))
            yield phase, np.arange(len(size)) == smallest


def _is_free(state: State, counted: Counted, layer: int, topic: int, together: Truth, *, across: bool) -> bool:
    """Whether these academies can be hidden together beneath a figure that is shown: each cell is free, and their sums are not small.

    `across`: only an exchange with an academy of another phase counts, so that the phases' hidden figures are free as well.
    """
    at = np.flatnonzero(together)
    if len(at) < 2:
        return False
    phases, kinds = state.year.phase_of[at], state.year.kind_of[at]
    link = apart(len(at)) & (kinds[:, None] == kinds[None, :])
    if across:
        link &= phases[:, None] != phases[None, :]
    periods = state.year.in_layer(layer)
    takes = state.takes(counted, layer, topic)
    for columns, is_sum in _column_blocks(state, counted, layer, topic, together):
        cells = np.ix_(at, periods, columns)
        here, gives = counted.cube.here[cells], (counted.cube.gives & counted.cube.here)[cells]
        here = here & ~state.known_columns(counted)[at][:, None, columns]
        if _is_small(state, counted, cells, here):
            return False
        tables = [np.swapaxes(each, 0, 1) for each in (here, gives & here, takes[cells] & here)]  # (period, academy, group)
        if topic == 0 and layer != YEAR and not counted.is_moment:
            if not _is_free_over_time(state, counted, layer, at, link, tables):
                return False
        elif not _all_free(tables, link, in_squares_too=is_sum):
            return False
    return True


def _column_blocks(state: State, counted: Counted, layer: int, topic: int, together: Truth) -> Iterator[tuple[Columns, bool]]:
    if topic == 0:
        yield state.groups.columns[0], False
        return
    for total in state.sums(counted, layer, topic):
        if len(total.columns) and (total.known & together).any():
            yield total.columns, True
        elif len(total.columns):
            yield total.columns, False


def _all_free(tables: list[Truth], link: Truth, *, in_squares_too: bool) -> bool:
    here, gives, takes = tables
    if in_squares_too:
        alone = here.sum(axis=2, keepdims=True) == 1  # the only group there is another name for the sum
        return not bool((here & ~alone & ~in_squares(gives, takes, link)).any())
    return not bool((here & ~between_rows(gives, takes, link)).any())


def _is_free_over_time(state: State, counted: Counted, layer: int, at: Columns, link: Truth, tables: list[Truth]) -> bool:
    """All pupils in weeks or half-terms: academies × periods, square by square, within the periods that sum to one figure."""
    parent = state.parent_layer(counted, layer)
    here, gives, takes = (np.swapaxes(each[:, :, 0], 0, 1) for each in tables)
    if layer == WEEK and parent == HALF_TERM:
        half_terms = state.year.half_term_of[np.ix_(at, state.year.in_layer(layer))]
        if (half_terms != half_terms[:1]).any():
            return False  # academies of other term dates: their weeks do not sum to the same half-terms
        blocks = [half_terms[0] == each for each in np.unique(half_terms[0])]
    else:
        blocks = [np.ones(here.shape[1], dtype=bool)]
    return all(not (here[:, block] & ~in_squares(gives[:, block], takes[:, block], link)).any() for block in blocks)


def _is_small(state: State, counted: Counted, cells: tuple[npt.NDArray[np.intp], ...], here: Truth) -> bool:
    """Whether what is left of a figure, less the academies shown, is itself a small number."""
    cube = counted.cube
    people, out_of = (np.where(here, table[cells], 0).sum(axis=0) for table in (cube.people, cube.out_of))
    asked, few = here.any(axis=0), state.below
    small = (people > 0) & (people < few)
    if not cube.is_total:
        small |= out_of < few
    if cube.is_share:
        small |= (out_of - people > 0) & (out_of - people < few) & (np.where(here, cube.units[cells], 0).sum(axis=0) == people)
    return bool((asked & small).any())


def _trust_shows(state: State, counted: Counted, place: int, layer: int, topic: int) -> bool:
    return any(bool(state.trust[unit][place, layer, topic]) for unit in counted.units)


def _hide_academies(state: State, counted: Counted, academies: Truth, layer: int, topic: int) -> None:
    for unit in counted.units:
        state.hide(unit, academies & ~state.own, layer, topic)


def _hide_trust(state: State, counted: Counted, layer: int, topic: int, academies: Truth) -> None:
    """Weeks and half-terms of groups: the trust's figure is shown only where all its academies' are."""
    for place in (*np.unique(state.year.phase_of[academies]).tolist(), len(state.year.phases)):
        for unit in counted.units:
            state.hide_trust(unit, place, layer, topic)
