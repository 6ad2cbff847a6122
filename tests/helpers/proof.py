"""How many examples a random test of whole nights draws: few with every change, many with `make proof`."""

import os

from hypothesis import Phase

IS_PROOF = bool(os.environ.get("MATLAS_PROOF"))


def examples(few: int, many: int) -> int:
    """The number to draw in this run."""
    return many if IS_PROOF else few


def drawn() -> tuple[Phase, ...]:
    """For a test whose one example costs a minute: its examples by hand alone with every change, random ones too with `make proof`."""
    return tuple(Phase) if IS_PROOF else (Phase.explicit,)
