"""The best guess for a value without a map, and where the guess is from. A person decides; nothing is ever mapped by a guess.

Here: what others in the trust made of the value, what the profiles of other MIS make of it, and the nearest label. Not here: the codes.
"""

import difflib
import re
from collections.abc import Iterable
from typing import NamedTuple

from pipelines.codes.unmapped import Unmapped
from pipelines.codes.vocabularies import codes_known, kinds
from pipelines.sources import load_profile, profile_names
from pipelines.sources.code_sets import NO_CODE, code_key, code_set
from pipelines.sources.vocabulary import nc_year_of
from pipelines.trust import TrustConfig

SUB_CODE = re.compile(r"(?P<code>[A-Za-z])[0-9]{1,2}")
YEAR_IN_TEXT = re.compile(r"(?:year|yr|y)\s*(?P<year>[0-9]{1,2})\b", re.IGNORECASE)
NEAR = 0.72
FEWEST_LETTERS = 3


class Guess(NamedTuple):
    """A code, and in words what it is guessed from."""

    code: str
    guessed_from: str


def best_guess(one: Unmapped, trust: TrustConfig) -> Guess | None:
    """The likeliest code of a value; None where nothing is near."""
    return _others(one, trust) or _profiles(one) or _sub_code(one) or _year(one) or _nearest(one)


def _others(one: Unmapped, trust: TrustConfig) -> Guess | None:
    """What another academy's map says, one of the same MIS first."""
    key = code_key(one.value)
    found = [
        (academy.mis != one.mis, academy.id, code)
        for academy in trust.academies
        for value, code in academy.codes.get(one.code_set, {}).items()
        if academy.id != one.academy_id and code_key(value) == key and code != NO_CODE
    ]
    return Guess(min(found)[2], f"{min(found)[1]} maps it so") if found else None


def _profiles(one: Unmapped) -> Guess | None:
    key = code_key(one.value)
    for name in profile_names():
        for value, code in load_profile(name).codes.get(one.code_set, {}).items():
            if code_key(value) == key:
                return Guess(code, f"so in {name}")
    return None


def _sub_code(one: Unmapped) -> Guess | None:
    """`I07` may be a sub-code of I."""
    found = SUB_CODE.fullmatch(one.value)
    code = code_set(one.code_set).by_key.get(code_key(found["code"])) if found else None
    return Guess(code, f"{one.value} looks like a sub-code of {code}") if code else None


def _year(one: Unmapped) -> Guess | None:
    if kinds()[one.code_set] != "nc_year":
        return None
    found = YEAR_IN_TEXT.search(one.value)
    year = nc_year_of(found["year"]) if found else None
    return Guess(year, "the year in it") if year else None


def _nearest(one: Unmapped) -> Guess | None:
    """The label that begins with the value or is nearest to it."""
    key, by_key = code_key(one.value), code_set(one.code_set).by_key
    if len(key) < FEWEST_LETTERS or not codes_known(one.code_set):
        return None
    begun = {by_key[label] for label in by_key if _begins(label, key)}
    if len(begun) == 1:
        return Guess(next(iter(begun)), "a label begins so")
    near = difflib.get_close_matches(key, _labels(by_key), n=1, cutoff=NEAR)
    return Guess(by_key[near[0]], f"near to “{near[0]}”") if near else None


def _begins(label: str, key: str) -> bool:
    return len(label) >= FEWEST_LETTERS and (label.startswith(key) or key.startswith(f"{label} "))


def _labels(keys: Iterable[str]) -> list[str]:
    return [key for key in keys if len(key) >= FEWEST_LETTERS]
