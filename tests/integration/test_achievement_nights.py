"""From results day to DfE's own file: what a secondary's scorecard says of key stage 4 on each of these nights."""

import csv
import datetime as dt
import io
from dataclasses import dataclass

import pytest

from tests.helpers.begun import begun
from tests.helpers.home import PROJECT, TrustHome
from tests.helpers.stages import stages
from tests.helpers.upn import upn

TRUST_YML = """\
trust: {name: Small Trust}
academies:
  - {id: oak, name: Oak Academy, phase: secondary, mis: matlas}
"""
UPNS = {name: upn(f"80120000{number:04d}") for number, name in enumerate(("Ann", "Bob", "Cat"))}
PUPILS = "source_pupil_id,upn,date_of_birth,sex,nc_year\n" + "".join(f"{name},{number},2008-03-03,F,11\n" for name, number in UPNS.items())
ENROLMENTS = "source_pupil_id,entry_date,nc_year\n" + "".join(f"{name},2019-09-02,11\n" for name in UPNS)
RESULTS_DAY, SPRING, AUTUMN = dt.date(2024, 8, 22), dt.date(2024, 3, 1), dt.date(2024, 11, 1)
RESULTS = """\
source_pupil_id,kind,stage,subject_code,result_date,result
Ann,summative,KS4,ENGLIT,2023-08-24,5
Ann,summative,KS4,ENGLANG,2024-08-22,5
Ann,summative,KS4,MATHS,2024-08-22,5
Bob,summative,KS4,MATHS,2024-08-22,7
"""
OFFICIAL = [
    {"KS4_UPN": UPNS["Ann"], "KS4_ENDKS": "1", "KS4_ATT8": "25", "KS4_INP8CALC": "1", "KS4_P8SCORE": "0.5"},
    {"KS4_UPN": UPNS["Bob"], "KS4_ENDKS": "1", "KS4_ATT8": "30", "KS4_INP8CALC": "1", "KS4_P8SCORE": "0.1"},
    {"KS4_UPN": UPNS["Cat"], "KS4_ENDKS": "0", "KS4_ATT8": "0", "KS4_INP8CALC": "0", "KS4_P8SCORE": "-4"},
]
PROVISIONAL = "Provisional"
Cards = dict[str, dict[str, object]]


def official_file() -> str:
    """DfE's file in DfE's own columns, with next to nothing in them."""
    with (PROJECT / "pipelines/sources/giap/sample/KS4.csv").open(encoding="utf-8") as file:
        columns = next(csv.reader(file))
    text = io.StringIO()
    rows = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    rows.writeheader()
    rows.writerows({"KS4_ACADYR": "2023/2024", **row} for row in OFFICIAL)
    return text.getvalue()


@dataclass(frozen=True)
class Nights:
    """What the scorecard says of each measure after a night in spring, on results day and when DfE's file is there; the home after all."""

    home: TrustHome
    spring: Cards
    results_day: Cards
    autumn: Cards


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """In spring there is an early entry and no other result."""
    home = TrustHome(tmp_path_factory.mktemp("achievement") / "home")
    home.write_trust(TRUST_YML)
    home.deliver("oak", {"matlas_pupil_2024-03-01.csv": PUPILS, "matlas_enrolment_2024-03-01.csv": ENROLMENTS})
    begun(tmp_path_factory, home)
    early_entry = "".join(RESULTS.splitlines(keepends=True)[:2])
    spring = after(home, SPRING, "matlas_assessment_result_2024-03-01.csv", early_entry)
    results_day = after(home, RESULTS_DAY, "matlas_assessment_result_2024-08-22.csv", RESULTS)
    autumn = after(home, AUTUMN, "our download of KS4_2024-10-14.csv", official_file())
    return Nights(home, spring, results_day, autumn)


def after(home: TrustHome, as_of: dt.date, name: str, content: str) -> Cards:
    """The scorecard by measure after a night that brings one file."""
    home.deliver("oak", {name: content})
    stages(home, as_of)
    columns = ("time_period", "value", "value_status", "ci_low", "ci_high", "caveat")
    rows = home.query(f"select measure_id, {', '.join(columns)} from marts.scorecard where academy_id = 'oak'")
    return {measure_id: dict(zip(columns, row, strict=True)) for measure_id, *row in rows}


def test_before_results_there_is_no_figure_and_an_early_entry_is_not_one(nights: Nights) -> None:
    shown = nights.spring["attainment8"]

    assert (shown["time_period"], shown["value"], shown["value_status"]) == (202324, None, "x")
    assert nights.spring["ks2_rwm_expected_pct"]["value_status"] == "z"


def test_results_day_gives_our_own_figure(nights: Nights) -> None:
    """(2 × 5 + 2 × 5 + 5) + 2 × 7 + 0 of three pupils."""
    ours = nights.results_day["attainment8"]

    assert (ours["time_period"], ours["value"]) == (202324, pytest.approx(13))
    assert PROVISIONAL in str(ours["caveat"])
    assert nights.results_day["progress8"]["value"] is None


def test_dfes_file_takes_its_place(nights: Nights) -> None:
    """25 + 30 of the two whom DfE counts."""
    official, progress = nights.autumn["attainment8"], nights.autumn["progress8"]

    assert (official["time_period"], official["value"]) == (202324, pytest.approx(27.5))
    assert PROVISIONAL not in str(official["caveat"])
    assert progress["value"] == pytest.approx(0.3)
    assert (progress["ci_low"], progress["ci_high"]) == (pytest.approx(0.3 - 1.9628640), pytest.approx(0.3 + 1.9628640))
    assert nights.home.query("select source_pupil_id, what from dq.work_list where check_id = 'official_mismatch'") == [
        ("Bob", "DfE and the academy differ in 202324: attainment8")
    ]
