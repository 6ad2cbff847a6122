"""How many examples a random test of whole nights draws: few with every change, many with `make proof`."""

import os

IS_PROOF = bool(os.environ.get("MATLAS_PROOF"))


def examples(few: int, many: int) -> int:
    """The number to draw in this run."""
    return many if IS_PROOF else few
