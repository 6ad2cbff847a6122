"""Can a hidden count be another one? Yes, where one unit can be moved so that every sum that a reader knows stays as it is.

Here: the exchange in one direction (two cells of a row, or of a column) and in two (four cells of a square), on tables of truth values. A
cell `gives` when it has a unit to give away and `takes` when it has room for one more. A cell is free when it takes part in such an
exchange: the table after it is another one that fits all that is shown, so the cell is not pinned. Not here: which sums are shown.

Every table is (…, rows, columns); a link is (…, rows, rows) and says between which rows units may move.
"""

import numpy as np
import numpy.typing as npt

Truth = npt.NDArray[np.bool_]
Link = npt.NDArray[np.bool_]


def apart(size: int) -> Link:
    """The link of every row with every other one."""
    return ~np.eye(size, dtype=bool)


def between_rows(gives: Truth, takes: Truth, link: Link) -> Truth:
    """Which cells can exchange a unit with a cell of the same column."""
    return (takes & _reached(link, gives)) | (gives & _reached(link, takes))


def between_columns(gives: Truth, takes: Truth) -> Truth:
    """Which cells can exchange a unit with a cell of the same row."""
    others_give = gives.sum(axis=-1, keepdims=True) - gives > 0
    others_take = takes.sum(axis=-1, keepdims=True) - takes > 0
    return np.asarray((takes & others_give) | (gives & others_take), dtype=bool)


def in_squares(gives: Truth, takes: Truth, link: Link) -> Truth:
    """Which cells are a corner of a square whose units can go round: the sums of both rows and of both columns stay."""
    return _raised(gives, takes, link) | _raised(takes, gives, link)


def _raised(gives: Truth, takes: Truth, link: Link) -> Truth:
    """Cell (r, c) takes one from its row's column d, and row s gives one in c and takes one in d, d being another column than c."""
    columns_between = np.matmul(_number(gives), np.swapaxes(_number(takes), -1, -2))  # (r, s): how many columns d serve
    one, two = link & (columns_between >= 1), link & (columns_between >= 2)
    # Column c itself is among them only where the cell both gives and the other row's takes: then there must be a second one.
    by_others = np.where(gives, _reached(two, gives) | _reached(one, gives & ~takes), _reached(one, gives))
    return np.asarray(takes & by_others, dtype=bool)


def _reached(link: Link, cells: Truth) -> Truth:
    return np.asarray(np.matmul(_number(link), _number(cells)) > 0, dtype=bool)


def _number(table: Truth) -> npt.NDArray[np.float32]:
    return table.astype(np.float32)
