"""A model that declares slices computes the rows of one from its parents' rows of that slice alone, so that one is made without the others.

The golden trust's night is computed again, model by model and slice by slice, from parents that are cut to the slice.
"""

from collections.abc import Iterable
from itertools import islice

import pytest

from pipelines.build.nodes import Node, project_nodes
from pipelines.store.home import Home
from tests.helpers.proof import examples
from tests.helpers.slices import BuiltHome, Slice, restriction
from tests.integration.conftest import Night

BY_YEAR, BY_PERIOD = "time_period", "period_number"

# What is known to hold, whether or not a model says so of itself yet.
HOLDS: dict[str, tuple[str, ...]] = {
    "bridge_enrolment_day_range": (BY_YEAR,),
    "bridge_pupil_breakdown": (BY_YEAR,),
    "dim_school_day": (BY_YEAR,),
    "fct_attendance_session": (BY_YEAR,),
    "measure_day": (BY_YEAR,),
    "period_week": (BY_YEAR, BY_PERIOD),
    "count_enrolment_week": (BY_YEAR,),
    "count_absence_week": (BY_YEAR,),
    "count_pupil_attendance": (BY_YEAR, BY_PERIOD),
    "count_attendance": (BY_YEAR, BY_PERIOD),
    "count_absence_reason": (BY_YEAR, BY_PERIOD),
    "count_pupil_roll": (BY_YEAR, BY_PERIOD),
    "count_pupil_inclusion": (BY_YEAR, BY_PERIOD),
    "count_inclusion": (BY_YEAR,),
    "second_roll": (BY_YEAR,),
    "measure_value": (BY_YEAR,),
}
# What does not: these rows are made of other years' rows, or of another period's.
DOES_NOT: dict[str, str] = {
    "std_pupil_year": BY_YEAR,  # the nearest year's export describes a year without one
    "scorecard_cell": BY_YEAR,  # last year's value stands beside this year's
    "second_roll": BY_PERIOD,  # census-day rolls are the denominator of every period
}


def declarations() -> dict[str, Node]:
    """The models that say of themselves that they are made by slices."""
    return {node.name: node for node in project_nodes().values() if node.resource_type == "model" and "by" in node.slices}


def declared() -> dict[str, tuple[str, ...]]:
    """What each of them is made by: a week of registers, and a period that is no column, are proved by their year."""
    is_by_period = {name: node.slices["by"] == "period" and "period_number" in node.columns for name, node in declarations().items()}
    return {name: (BY_PERIOD,) if by_period else (BY_YEAR,) for name, by_period in is_by_period.items()}


def exceptions(model: str) -> dict[str, list[str]]:
    """The parents of which a model says that it reads more than the slice."""
    node = declarations().get(model)
    return {key: node.slices[key] for key in ("all_of", "earlier_of", "census_of") if key in node.slices} if node else {}


@pytest.fixture(scope="module")
def built(golden_night: Night) -> BuiltHome:
    return BuiltHome(Home(golden_night.home.root))


def slices(built: BuiltHome, model: str, kind: str) -> Iterable[Slice]:
    """Every year of a model; of its periods a few, spread over all, or every one with `make proof`."""
    if kind == BY_YEAR:
        return built.slices_by_year(model)
    found = built.slices_by_period(model)
    return islice(found, 0, None, max(1, len(found) // examples(3, many=len(found))))


@pytest.mark.parametrize(("model", "kind"), [(model, kind) for model, kinds in (HOLDS | declared()).items() for kind in kinds])
def test_a_slice_is_made_of_its_parents_slice_alone(built: BuiltHome, model: str, kind: str) -> None:
    compared = {of: built.differing(model, of, built.cut(model, of, **exceptions(model))) for of in slices(built, model, kind)}

    if not compared and model not in HOLDS:
        pytest.skip(f"the golden trust has no rows of {model}")
    assert compared
    assert {str(of): columns for of, columns in compared.items() if columns} == {}


@pytest.mark.parametrize("model", DOES_NOT)
def test_a_slice_that_needs_more_is_found(built: BuiltHome, model: str) -> None:
    every = built.slices_by_year(model) if DOES_NOT[model] == BY_YEAR else built.slices_by_period(model)

    assert any(built.differing(model, of, built.cut(model, of)) for of in every)
    assert exceptions(model) or DOES_NOT[model] not in declared().get(model, ())


@pytest.mark.parametrize(
    ("columns", "of", "expected"),
    [
        (["academy_id", "time_period"], Slice(202526), "time_period = 202526"),
        (["academy_id", "time_period", "period_number"], Slice(202526), "time_period = 202526"),
        (["academy_id", "time_period", "period_number"], Slice(202526, (7, 8)), "period_number in (7, 8)"),
        (["academy_id", "time_period"], Slice(202526, (7,)), "time_period = 202526"),
        (["academy_id"], Slice(202526, (7,)), "true"),
    ],
)
def test_a_parent_is_cut_by_the_narrowest_column_that_it_has(columns: list[str], of: Slice, expected: str) -> None:
    assert restriction(columns, of) == expected
