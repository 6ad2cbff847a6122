"""What may stand as the code of a value: the codes of a code set, a national curriculum year, yes or no, or `-`.

Here: asking the contract what kind of column a code set is of, and whether a value has a map. Not here: the codes (pipelines/sources).
"""

from functools import cache

from pipelines.sources import code_map, code_set, contract, load_profile
from pipelines.sources.code_sets import NO_CODE, CodeMap
from pipelines.sources.vocabulary import boolean_of, collapsed, nc_year_of
from pipelines.trust import Academy


@cache
def kinds() -> dict[str, str]:
    """Every code set that trust.yml may map, with the kind of its columns."""
    return {
        column.code_set: column.kind for entity in contract().entities.values() for column in entity.columns if column.code_set is not None
    }


def code_of(code_set_name: str, given: str) -> str | None:
    """The code that a person means by its code or label; None where the set has none such."""
    text = collapsed(given)
    if text == NO_CODE:
        return NO_CODE
    kind = kinds()[code_set_name]
    if kind == "boolean":
        is_yes = boolean_of(text)
        return {"true": "yes", "false": "no"}.get(is_yes) if is_yes else None
    if kind == "nc_year":
        return nc_year_of(text)
    return CodeMap(code_set(code_set_name), {}).find(text)


def codes_known(code_set_name: str) -> list[str]:
    """The codes of a set, for a sentence."""
    kind = kinds()[code_set_name]
    if kind == "boolean":
        return ["yes", "no"]
    if kind == "nc_year":
        return ["E1", "E2", "N1", "N2", "R", *(str(year) for year in range(1, 15)), "X"]
    return list(code_set(code_set_name).codes)


def map_of(academy: Academy, code_set_name: str, profile: str | None = None) -> CodeMap:
    """How an academy's values of a set are read today."""
    profiles = load_profile(profile or academy.mis).codes.get(code_set_name, {})
    return code_map(code_set_name, academy.codes.get(code_set_name, {}), profiles)


def reads_as(academy: Academy, code_set_name: str, value: str, profile: str | None = None) -> str | None:
    """The code that a value is read as today, `-` where a person decided that it has none, None where nothing says."""
    codes = map_of(academy, code_set_name, profile)
    own = codes.find_own(value)
    if own == NO_CODE:
        return NO_CODE
    kind = kinds()[code_set_name]
    if kind == "boolean":
        is_yes = boolean_of(own or value)
        return {"true": "yes", "false": "no"}.get(is_yes) if is_yes else None
    return nc_year_of(own or value) if kind == "nc_year" else codes.find(value)
