"""Every check can fail: where each rule's data is broken in one academy of a clean night, its check turns, there alone and by that much."""

from dataclasses import dataclass

import pytest

from expectations.catalogue import CHECKS
from expectations.check import Check
from tests.helpers.mutated import Outcome, clean_night, mended, run_mutations
from tests.helpers.mutations import Mutation, mutations


@dataclass(frozen=True)
class Checked:
    """What the checks say of the clean night, and of each way in which it was broken."""

    clean: dict[str, dict[str, Outcome]]
    broken: dict[Mutation, dict[str, Outcome]]
    mended: dict[Mutation, dict[str, Outcome]]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    root = tmp_path_factory.mktemp("mutations")
    night = clean_night(tmp_path_factory, root / "home")
    return Checked(night.outcomes(), run_mutations(night, mutations(), root), mended(night, mutations(), root / "mended"))


@pytest.mark.parametrize("each", CHECKS, ids=lambda each: each.id)
def test_every_check_has_data_that_breaks_it(each: Check) -> None:
    known = {mutation.check for mutation in mutations()}

    assert each.id in known, (
        f"No mutation breaks the data of {each.id}, so nobody knows whether the check can fail. Add one to "
        f"tests/helpers/mutations/{each.principle}.yml."
    )


@pytest.mark.parametrize("mutation", mutations(), ids=lambda mutation: mutation.name)
def test_every_mutation_is_of_a_check(mutation: Mutation) -> None:
    assert mutation.check in {each.id for each in CHECKS}, f"No check is called {mutation.check}: take its mutation away."


@pytest.mark.parametrize("mutation", mutations(), ids=lambda mutation: mutation.name)
def test_a_check_passes_on_clean_data_and_turns_where_it_is_broken(checked: Checked, mutation: Mutation) -> None:
    clean, broken = checked.mended.get(mutation, checked.clean[mutation.check]), checked.broken[mutation]
    before, after = clean[mutation.academy], broken[mutation.academy]

    assert before[0] == "pass", "the check has to judge this academy's clean data, or it is not seen to turn"
    assert before[1] > 0
    assert (after[0], after[2]) == ("fail", mutation.failed)
    assert {place: each for place, each in broken.items() if place != mutation.academy} == {
        place: each for place, each in clean.items() if place != mutation.academy
    }
