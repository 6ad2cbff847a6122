"""What a night may cost beside the first one, on a trust small enough for every change: a regression is seen the day it lands.

Ratios of CPU seconds of whole process trees, which a busy machine changes less than the clock: 0.6 to 0.74 was seen of a day
more, and a night that builds everything anew costs as much as the first. The bounds lie between. The figures themselves: `make bench`.
"""

from pathlib import Path

import pytest

from bench.homes import deliver, new_home
from bench.measuring import Measured
from bench.nights import night
from bench.trusts import FIRST, ONE_DAY, Size, Trust
from pipelines.build.dbt_manifest import kept_manifest

GUARDED = Size("guarded", 2, 150, 1)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    """A first night, one with nothing new, one with the registers of one day more."""
    trust = Trust(GUARDED, tmp_path_factory.mktemp("speed"))
    home = tmp_path_factory.mktemp("homes") / "home"
    new_home(home, trust.files(FIRST, processes=1))
    deliver(home, trust.files(FIRST))
    kept_manifest()  # dbt has parsed the project, as on any other night
    seen = {"first": night(home, trust.first_day), "nothing new": night(home, trust.first_day)}
    deliver(home, trust.files(ONE_DAY, processes=1))
    return seen | {"one day": night(home, trust.next_day)}


def test_a_night_with_nothing_new_costs_a_fraction_of_the_first(nights: dict[str, Measured]) -> None:
    assert nights["nothing new"].cpu < 0.45 * nights["first"].cpu, nights


def test_a_night_with_a_day_more_costs_four_fifths_of_the_first_at_most(nights: dict[str, Measured]) -> None:
    assert nights["one day"].cpu < 0.8 * nights["first"].cpu, nights


def test_no_night_of_a_small_trust_takes_much_memory(nights: dict[str, Measured]) -> None:
    assert max(one.peak_bytes for one in nights.values()) < 2 * 1024**3, nights


def test_the_stages_that_a_night_reports_are_those_that_the_bench_knows(nights: dict[str, Measured], tmp_path: Path) -> None:
    known = {"start-up", "ingest", "build", "check", "alerts", "publish", "report and end"}

    assert {stage.name for one in nights.values() for stage in one.stages} == known
