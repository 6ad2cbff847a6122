"""Chance that falls the same way on every machine.

Only whole numbers from the raw bits of PCG64 (whose stream numpy guarantees), compared with whole-number thresholds: no floating-point
function whose last digit depends on the processor. Not here: what is drawn.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
T = TypeVar("T")

MILLION = 1_000_000


class Dice:
    """Draws named by what they are for: the same seed and labels give the same draws, whatever else was drawn before."""

    def __init__(self, seed: int, *labels: str | int):
        name = "|".join(str(part) for part in (seed, *labels))
        self._bits = np.random.PCG64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=16).digest(), "big"))

    def whole(self, below: int, *shape: int) -> Whole:
        """Whole numbers from 0 to `below` − 1, all as likely."""
        raw = np.asarray(self._bits.random_raw(shape), dtype=np.uint64)
        return (((raw >> np.uint64(32)) * np.uint64(below)) >> np.uint64(32)).astype(np.int64)

    def one(self, below: int) -> int:
        """One whole number from 0 to `below` − 1."""
        return ((int(self._bits.random_raw()) >> 32) * below) >> 32

    def between(self, low: int, high: int) -> int:
        """One whole number from `low` to `high`, both included."""
        return low + self.one(high - low + 1)

    def happens(self, per_million: int) -> bool:
        """True that many times in a million."""
        return self.one(MILLION) < per_million

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, all as likely."""
        return choices[self.one(len(choices))]

    def weighted(self, weights: dict[str, int]) -> str:
        """One of the keys, as likely as its weight says."""
        left = self.one(sum(weights.values()))
        for choice, weight in weights.items():
            left -= weight
            if left < 0:
                return choice
        raise ValueError("the weights must be whole numbers with a sum above 0")
