"""The figures of the trust's own file as tables of counts: one cube (academy × period × group) per measure and academic year.

Here: which cells there are, how many people and units are in each, and which blocks hold a cell that is small by itself. A block is a
place, a layer (year to date, half-terms, weeks) and a topic. Not here: how they are read (reading), what one figure says of another
(relations) and what is hidden (choosing).
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

LAYERS = ("year_to_date", "half_term", "week")
YEAR, HALF_TERM, WEEK = range(3)
FIRST_WEEK = 10
"""Periods of a year are numbered: 0 the year to date, 1 to 6 its half-terms, 10 and on its weeks."""

Truth = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Groups:
    """The columns of every cube: `all` first, then topic by topic. `classes` are the columns of ethnicity codes by their ethnicity."""

    topics: tuple[str, ...]
    columns: tuple[npt.NDArray[np.intp], ...]
    names: tuple[str, ...]
    classes: tuple[npt.NDArray[np.intp], ...]
    reasons: tuple[npt.NDArray[np.intp], ...]

    def topic(self, name: str) -> int | None:
        """The number of a topic; None where no figure is broken down by it."""
        return self.topics.index(name) if name in self.topics else None


@dataclass(frozen=True)
class Cube:
    """One measure of one year: for each academy, period and group, whether there is a cell and what could be moved in or out of it."""

    here: Truth
    gives: Truth  # has a unit in its numerator to give away
    room: Truth  # its numerator has room for one more below its denominator, in units and in people
    units: npt.NDArray[np.float32]
    people: Counts
    out_of: Counts
    is_share: bool
    is_total: bool
    """A total, as the roll is, has nobody that it is counted out of."""


@dataclass(frozen=True)
class Rows:
    """Where each cell of a measure stands in the table of figures: its row's number, its place (-1: none of that kind) and its cell."""

    number: npt.NDArray[np.int64]
    academy: npt.NDArray[np.intp]
    trust: npt.NDArray[np.intp]
    layer: npt.NDArray[np.intp]
    topic: npt.NDArray[np.intp]
    period: npt.NDArray[np.intp]
    group: npt.NDArray[np.intp]


@dataclass
class YearOfCounts:
    """The cubes of one academic year and the blocks that cannot be shown by themselves.

    Blocks are (place, layer, topic); places are the academies in `small` and `has`, the trust's phases and all of it in the other two.
    """

    year: int
    academies: tuple[str, ...]
    phases: tuple[str, ...]
    phase_of: npt.NDArray[np.intp]
    kind_of: npt.NDArray[np.intp]  # academies of one kind were in the trust, and are, at the same times
    periods: npt.NDArray[np.intp]
    half_term_of: npt.NDArray[np.intp]  # (academy, period): the half-term that a week is in
    cubes: dict[str, Cube] = field(default_factory=dict)
    small: dict[str, Truth] = field(default_factory=dict)
    has: dict[str, Truth] = field(default_factory=dict)
    trust_small: dict[str, Truth] = field(default_factory=dict)
    rows: dict[str, "Rows"] = field(default_factory=dict)
    trust_has: dict[str, Truth] = field(default_factory=dict)

    def in_layer(self, layer: int) -> npt.NDArray[np.intp]:
        """The places of a layer's periods among the cubes' periods."""
        first, last = ((0, 0), (1, FIRST_WEEK - 1), (FIRST_WEEK, 10_000))[layer]
        return np.flatnonzero((self.periods >= first) & (self.periods <= last))
