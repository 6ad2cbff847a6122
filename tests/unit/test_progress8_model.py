"""Our Progress 8 model is the one DfE published: every group, estimate and standard deviation; and the interval that follows from it."""

import csv
from decimal import Decimal
from math import sqrt

import pytest

from tests.helpers.home import PROJECT

SEEDS = PROJECT / "dbt_project" / "seeds"
PUBLISHED = PROJECT.parent / "shared" / "reference" / "progress8"
needs_reference = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="DfE’s published Progress 8 model is not beside this checkout")
YEAR = "202324"


def read(path: str, *, published: bool = True) -> list[dict[str, str]]:
    with ((PUBLISHED if published else SEEDS) / path).open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def groups() -> dict[str, dict[str, str]]:
    return {row["prior_attainment_group"]: row for row in read("ref_progress8.csv", published=False) if row["time_period"] == YEAR}


def deviations() -> dict[str, str]:
    (found,) = [row for row in read("ref_progress8_sd.csv", published=False) if row["time_period"] == YEAR]
    return found


@needs_reference
def test_every_group_has_its_range_and_estimates() -> None:
    ours = groups()
    estimates = {"attainment8": "p8est", "english": "p8esteng", "maths": "p8estmat", "ebacc": "p8estebac", "open": "p8estopen"}
    value_added = {"science": "sciest", "humanities": "humest", "languages": "lanest"}

    published = {row["ks2emss_grp"]: row for row in read("p8_pupil_coefficients_file.csv")}
    added = {row["ks2emss_grp"]: row for row in read("ebac_pupil_modelvalues_file.csv") if row["ks2emss_grp"] in published}
    ranges = {row["KS2 prior attainment group"]: row["KS2 average scaled score range"] for row in read("p8_att8_splits.csv")}

    assert len(ours) == len(published) == len(added) == len(ranges) == 34
    for group, row in ours.items():
        assert {name: Decimal(row[f"{name}_estimate"]) for name in estimates} == {
            name: Decimal(published[group][column]) for name, column in estimates.items()
        }
        assert {name: Decimal(row[f"{name}_estimate"]) for name in value_added} == {
            name: Decimal(added[group][column]) for name, column in value_added.items()
        }
        assert f"{row['lowest_ks2_average']} to {row['highest_ks2_average']}" == ranges[group]


@needs_reference
def test_the_standard_deviations_are_the_published_ones() -> None:
    (progress,) = read("p8_stdev_file_named.csv")
    (added,) = read("ebac_stdev_file_named.csv")
    named = {name.strip(): Decimal(value) for name, value in {**progress, **added}.items()}

    assert {name: Decimal(value) for name, value in deviations().items() if name != "time_period"} == {
        "sd": named["Progress 8"],
        "sd_english": named["Progress 8 English element"],
        "sd_maths": named["Progress 8 Maths element"],
        "sd_ebacc": named["Progress 8 Ebacc element"],
        "sd_open": named["Progress 8 Open element"],
        "sd_science": named["Science VA"],
        "sd_humanities": named["Humanities VA"],
        "sd_languages": named["Languages VA"],
    }


@needs_reference
def test_the_published_example_has_its_interval() -> None:
    """Nine pupils with a mean of 2.05 ÷ 9: 0.227778 − 0.925303 to 0.227778 + 0.925303, so not different from England."""
    scores = [Decimal(next(reversed(row.values()))) for row in read("p8_dummy_v6.csv")]
    mean, half = float(sum(scores)) / len(scores), 1.96 * float(deviations()["sd"]) / sqrt(len(scores))

    assert (len(scores), round(mean - half, 6), round(mean + half, 6)) == (9, -0.697525, 1.153081)


def test_every_average_of_two_scores_belongs_to_one_group() -> None:
    averages = [Decimal(halves) / 2 for halves in range(2 * 59, 2 * 120 + 1)]
    found = {
        average: [
            group for group, row in groups().items() if Decimal(row["lowest_ks2_average"]) <= average <= Decimal(row["highest_ks2_average"])
        ]
        for average in averages
    }

    assert {average: group for average, group in found.items() if len(group) != 1} == {}
    assert (found[Decimal(82)], found[Decimal("82.5")], found[Decimal("119.5")]) == (["1"], ["2"], ["34"])
