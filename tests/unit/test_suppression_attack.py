"""Nobody pins a hidden count: linear programmes against everything that a reader is shown, on trusts of invented pupils.

The attacker (tests/helpers/attacker.py) knows the specification and nothing of how the hiding is chosen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.suppression import choosing
from tests.helpers.attacker import Key, attack
from tests.helpers.figures_file import YEAR, figure, figures_of, random_academy, reader_file, write_figures
from tests.helpers.proof import IS_PROOF, examples
from tests.helpers.tables_beside import write_tables_beside

ABSENCE = (
    "attendance_rate", "absence_rate", "authorised_absence_rate", "unauthorised_absence_rate", "absence_by_reason",
    "persistent_absence_rate", "severe_absence_rate",
)  # fmt: skip
OTHERS = ("suspension_rate", "pupils_suspended_pct"), ("roll", "fsm_pct", "sen_support_pct", "ehcp_pct")
PHASES = ("primary", "secondary", "special")

trusts = st.lists(st.tuples(st.sampled_from(PHASES), st.integers(3, 90)), min_size=2, max_size=6 if IS_PROOF else 3)


@contextmanager
def a_trust(academies: list[tuple[str, int]], seed: int) -> Iterator[Path]:
    random = np.random.default_rng(seed)
    made = [random_academy(random, f"academy_{number}", *each) for number, each in enumerate(academies)]
    with TemporaryDirectory() as folder:
        yield write_tables_beside(write_figures(Path(folder) / "truth.duckdb", figures_of(made)))


TOPICS = (("reason",), ("sex",), ("sen", "fsm"), ("ethnicity",), ("ethnicity", "ethnicity_code"))


def pinned_for(
    truth: Path, below: int, own: tuple[str, ...] = (), topics: tuple[tuple[str, ...], ...] = TOPICS[:-1]
) -> tuple[list[Key], int]:
    """What is pinned and how many are hidden: each family of measures with some breakdowns at a time, which keeps the programmes small."""
    shown = reader_file(truth, truth.with_name(f"reader_{'_'.join(own)}.duckdb"), below, own)
    found: list[Key] = []
    hidden = 0
    for measures in (ABSENCE, *OTHERS):
        for some in topics:
            if some == ("reason",) and measures is not ABSENCE:
                continue
            stuck, number = attack(str(truth), str(shown), measures=measures, year=YEAR, own=own, topics=some)
            found, hidden = [*found, *stuck], hidden + number
    return found, hidden


SOME = (("reason",), ("sex",), ("sen",))


@settings(max_examples=examples(2, 300), deadline=None, suppress_health_check=list(HealthCheck), derandomize=not IS_PROOF)
@given(academies=trusts, seed=st.integers(0, 2**32 - 1), below=st.integers(2, 10), is_academy=st.booleans())
@pytest.mark.proof
def test_no_hidden_count_is_pinned_in_any_trust(academies: list[tuple[str, int]], seed: int, below: int, is_academy: bool) -> None:
    with a_trust(academies, seed) as truth:
        topics = TOPICS if IS_PROOF else SOME
        stuck, _ = pinned_for(truth, below, ("academy_0",) if is_academy else (), topics)
    assert stuck == []


FOUR = [("primary", 60), ("primary", 45), ("primary", 80), ("special", 20)]


@pytest.fixture(scope="module")
def four_academies() -> Iterator[Path]:
    with a_trust(FOUR, 3) as truth:
        yield truth


def test_the_attack_has_something_to_try(four_academies: Path) -> None:
    stuck, hidden = pinned_for(four_academies, 6, topics=SOME)
    assert stuck == []
    assert hidden > 500


@pytest.mark.parametrize("rule", ["loosen_trust", "tie"])
def test_the_attack_succeeds_where_a_rule_is_left_out(four_academies: Path, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, rule, lambda *_: None)
    stuck, _ = pinned_for(four_academies, 6, topics=(("sex",),))
    assert stuck, f"without {rule} nothing more is learnt: it hides nothing that matters"


def test_the_attack_succeeds_where_a_zero_is_shown_above_hidden_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody of 200 was suspended, so nobody of the 3 girls, whose figure is hidden."""
    groups = {("all", "all"): 200, ("sex", "F"): 3, ("sex", "M"): 197}
    rows = [figure("ashby", "pupils_suspended_pct", 0, number, group=group) for group, number in groups.items()]
    truth = write_figures(tmp_path / "truth.duckdb", rows)
    assert pinned_for(truth, 6, topics=(("sex",),))[0] == []
    monkeypatch.setattr(choosing, "loosen_academies", lambda *_: None)
    assert len(pinned_for(truth, 6, topics=(("sex",),))[0]) == 2
