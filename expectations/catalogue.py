"""All checks, in one list, each id once.

Here: the list. Not here: any check (one file per principle) or how it is run (pipelines/quality). A new file of checks is added to
`_MODULES`.
"""

from types import ModuleType

from expectations import (
    activity,
    balanced,
    benchmarked,
    definitions,
    formative_summative,
    grains,
    identities,
    integrated,
    layered,
    lifecycle,
    plausibility,
    register,
    standardised,
    timeliness,
)
from expectations.check import Check, CheckError, Stage

_MODULES: tuple[ModuleType, ...] = (
    identities,
    layered,
    grains,
    definitions,
    standardised,
    balanced,
    benchmarked,
    integrated,
    activity,
    register,
    lifecycle,
    formative_summative,
    timeliness,
    plausibility,
)


def _collect(modules: tuple[ModuleType, ...]) -> tuple[Check, ...]:
    found = [each for module in modules for each in vars(module).values() if isinstance(each, Check)]
    twice = {each.id for each in found if [other.id for other in found].count(each.id) > 1}
    if twice:
        raise CheckError(f"Two checks share an id: {', '.join(sorted(twice))}")
    return tuple(found)


CHECKS: tuple[Check, ...] = _collect(_MODULES)


def checks(at: Stage) -> tuple[Check, ...]:
    """Return the checks of one stage."""
    return tuple(each for each in CHECKS if each.at == at)


def check(check_id: str) -> Check:
    """Return the check called `check_id`."""
    return next(each for each in CHECKS if each.id == check_id)
