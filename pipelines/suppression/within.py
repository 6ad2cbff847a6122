"""Inside one academy: hidden groups whose sum is shown, hidden weeks whose half-term or year is shown.

Here: for each hidden block, whether every one of its cells is free (exchange), and what is hidden too where one is not: the sum. Not here:
what the trust's figures tell of its academies (between).
"""

import numpy as np
import numpy.typing as npt

from pipelines.suppression.counts import HALF_TERM, WEEK, YEAR
from pipelines.suppression.exchange import apart, between_columns, between_rows, in_squares
from pipelines.suppression.state import Columns, Counted, State

Truth = npt.NDArray[np.bool_]


def loosen_academies(state: State, counted: Counted) -> None:
    """Hide the sums that pin a cell of this count in an academy's hidden blocks."""
    hidden = state.hidden(counted) & state.not_asked_of(counted)[:, None, None]
    for layer, topic in np.argwhere(hidden.any(axis=0)).tolist():
        if topic == 0:
            _loosen_periods(state, counted, layer, hidden[:, layer, 0])
        elif not state.is_given(counted, topic):
            _loosen_groups(state, counted, layer, topic, hidden[:, layer, topic])


def _loosen_periods(state: State, counted: Counted, layer: int, hidden: Truth) -> None:
    """All pupils: weeks that sum to a half-term, half-terms that sum to the year."""
    parent = state.parent_layer(counted, layer)
    if parent is None:
        return
    hidden = hidden & state.shows(counted)[:, parent, 0]
    if not hidden.any():
        return
    here, gives, takes = _tables(state, counted, layer, 0, np.array([0], dtype=np.intp), hidden)
    stuck: Truth = np.asarray((here & ~between_rows(gives, takes, _same_sum(state, layer, parent, hidden))).any(axis=(1, 2)))
    _hide_sums_over_time(state, counted, 0, _spread(hidden, stuck))


def _loosen_groups(state: State, counted: Counted, layer: int, topic: int, hidden: Truth) -> None:
    """The groups of a topic: they sum to all pupils, and each over its periods."""
    parent = state.parent_layer(counted, layer)
    by_time = np.zeros_like(hidden) if parent is None else state.shows(counted)[:, parent, topic]
    known = state.known_columns(counted)
    for total in state.sums(counted, layer, topic):
        columns, by_group = total.columns, total.known
        tied = hidden & (by_group | by_time)
        if not tied.any() or not len(columns):
            continue
        here, gives, takes = _tables(state, counted, layer, topic, columns, tied)
        free = ~known[tied][:, None, columns]
        here, gives, takes = here & free, gives & free, takes & free
        alone = here.sum(axis=2, keepdims=True) == 1  # the only group there is another name for the sum
        asked = here & ~(alone & by_group[tied][:, None, None])
        link = _same_sum(state, layer, parent, tied)
        groups_stuck = (asked & ~between_columns(gives, takes)).any(axis=(1, 2)) & by_group[tied]
        time_stuck = (asked & ~between_rows(gives, takes, link)).any(axis=(1, 2)) & by_time[tied]
        both = by_group[tied] & by_time[tied] & ~groups_stuck & ~time_stuck
        if both.any():
            time_stuck[both] = (asked[both] & ~in_squares(gives[both], takes[both], link[both])).any(axis=(1, 2))
        for unit in total.units:
            state.hide(unit, _spread(tied, groups_stuck), layer, total.topic)
        _hide_sums_over_time(state, counted, topic, _spread(tied, time_stuck))


def _tables(state: State, counted: Counted, layer: int, topic: int, columns: Columns, academies: Truth) -> tuple[Truth, Truth, Truth]:
    """Which cells are there, give and take: (academy, period, group) of the block."""
    at = np.ix_(np.flatnonzero(academies), state.year.in_layer(layer), columns)
    return counted.cube.here[at], (counted.cube.gives & counted.cube.here)[at], state.takes(counted, layer, topic)[at]


def _same_sum(state: State, layer: int, parent: int | None, academies: Truth) -> Truth:
    """Which periods sum to the same figure: (academy, period, period)."""
    periods = state.year.in_layer(layer)
    link = apart(len(periods))[None]
    if layer == WEEK and parent == HALF_TERM:
        half_terms = state.year.half_term_of[np.ix_(np.flatnonzero(academies), periods)]
        link = link & (half_terms[:, :, None] == half_terms[:, None, :])
    return np.broadcast_to(link, (int(academies.sum()), len(periods), len(periods)))


def _hide_sums_over_time(state: State, counted: Counted, topic: int, academies: Truth) -> None:
    for unit in counted.units:
        for layer in (YEAR, HALF_TERM):
            state.hide(unit, academies, layer, topic)


def _spread(academies: Truth, stuck: Truth) -> Truth:
    found = np.zeros_like(academies)
    found[np.flatnonzero(academies)[stuck]] = True
    return found
