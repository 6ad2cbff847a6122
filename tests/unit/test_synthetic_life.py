"""The synthetic trust's results, colleagues, clubs, surveys and DfE's files: England's rates, and rules worked by hand."""

import csv
import datetime
import io
from fractions import Fraction
from pathlib import Path
from statistics import mean

import pytest

from pipelines.synthetic import write_trust
from pipelines.synthetic.attainment import (
    early_goals,
    has_good_level,
    normal,
    phonics_mark,
    scaled_score,
    science,
    standing,
    tables_mark,
    writing,
)
from pipelines.synthetic.colleagues import colleagues_of, known_colleagues
from pipelines.synthetic.formative import GRADES, STEPS, scale_of
from pipelines.synthetic.gcse import Grades, grades_of
from pipelines.synthetic.people import Pupil, pupils_of
from pipelines.synthetic.plan import plan_trust
from pipelines.synthetic.school import SchoolYear, school_of
from pipelines.synthetic.stages import gcse_stage, stages_of
from pipelines.synthetic.trust_yml import trust_yml


@pytest.fixture(scope="module")
def primary() -> list[Pupil]:
    return pupils("primary")


@pytest.fixture(scope="module")
def secondary() -> list[Pupil]:
    return pupils("secondary")


def pupils(phase: str) -> list[Pupil]:
    plan = plan_trust(14, 700, 1, seed=11)
    return [pupil for academy in plan.academies if academy.phase == phase for pupil in pupils_of(plan, academy)]


def pct(found: list[bool]) -> float:
    return 100 * sum(found) / len(found)


# --- England's rates of 2024/25 ---------------------------------------------------------------------------------------------------------


def test_standings_are_normal_with_england_in_the_middle(primary: list[Pupil]) -> None:
    standings = [standing(pupil) for pupil in primary]

    assert mean(standings) == pytest.approx(0, abs=80)
    assert mean(normal(f"anything {number}") for number in range(4_000)) == pytest.approx(0, abs=50)
    assert pct([abs(normal(f"anything {number}")) < 1_000 for number in range(4_000)]) == pytest.approx(68.3, abs=2.5)


def test_results_of_the_primary_stages_are_near_the_national_ones(primary: list[Pupil]) -> None:
    reading, maths = [scaled_score(pupil, "READ") or 0 for pupil in primary], [scaled_score(pupil, "MATHS") or 0 for pupil in primary]
    tables = [mark for pupil in primary if (mark := tables_mark(pupil)) is not None]

    assert pct([has_good_level(pupil) for pupil in primary]) == pytest.approx(68.3, abs=3)
    assert mean(list(early_goals(pupil).values()).count("2") for pupil in primary) == pytest.approx(14.1, abs=0.8)
    assert pct([phonics_mark(pupil, 1) >= 32 for pupil in primary]) == pytest.approx(80, abs=3)
    assert pct([phonics_mark(pupil, 2) >= 32 for pupil in primary]) == pytest.approx(89, abs=3)
    assert mean(tables) == pytest.approx(21.0, abs=0.6)
    assert pct([mark == 25 for mark in tables]) == pytest.approx(37, abs=4)
    assert pct([score >= 100 for score in reading]) == pytest.approx(76, abs=4)
    assert pct([score >= 100 for score in maths]) == pytest.approx(75, abs=3)
    assert pct([writing(pupil) in ("EXS", "GDS") for pupil in primary]) == pytest.approx(73, abs=3)
    assert pct([science(pupil) == "EXS" for pupil in primary]) == pytest.approx(82, abs=3)
    expected = [
        min(of_reading, of_maths) >= 100 and writing(pupil) in ("EXS", "GDS")
        for of_reading, of_maths, pupil in zip(reading, maths, primary, strict=True)
    ]
    assert pct(expected) == pytest.approx(63, abs=3)


def test_gcses_are_near_the_national_ones(secondary: list[Pupil]) -> None:
    grades = [grades_of(pupil) for pupil in secondary]

    assert float(mean(one.attainment8 for one in grades)) == pytest.approx(46.0, abs=2)
    assert pct([one.passes(4) for one in grades]) == pytest.approx(64.8, abs=4)
    assert pct([one.passes(5) for one in grades]) == pytest.approx(45.4, abs=4)
    assert float(mean(one.ebacc_average for one in grades)) == pytest.approx(4.09, abs=0.3)


def test_who_has_been_poor_or_is_often_away_does_less_well(primary: list[Pupil], secondary: list[Pupil]) -> None:
    def good(is_fsm: bool) -> float:
        return pct([has_good_level(pupil) for pupil in primary if pupil.is_fsm == is_fsm])

    assert good(True) == pytest.approx(51.3, abs=5)
    assert good(False) == pytest.approx(72.5, abs=5)
    there = [grades_of(pupil).attainment8 for pupil in secondary if pupil.rank < 300_000]
    away = [grades_of(pupil).attainment8 for pupil in secondary if pupil.rank > 700_000]
    assert mean(there) - mean(away) > 4


# --- rules, by hand ---------------------------------------------------------------------------------------------------------------------


def test_attainment_8_and_the_ebacc_average_by_hand() -> None:
    """English 6 and maths 5 twice: 22. EBacc 7 (history), 5.5 and 5.5 (science): 18. Open: 6 (drama), 5 (literature), 4 (French): 15."""
    awards: dict[str, int | Fraction] = {
        "English language": 6, "English literature": 5, "Mathematics": 5, "Combined science": Fraction(11, 2), "History": 7, "French": 4,
        "Drama": 6, "Art and design": 3, "Music": 0,
    }  # fmt: skip
    grades = Grades({}, {subject: Fraction(points) for subject, points in awards.items()})

    assert grades.attainment8 == 22 + 18 + 15
    assert grades.ebacc_average == Fraction(6 + 5 + 11 + 7 + 4, 6)
    assert (grades.passes(5), grades.passes(6)) == (True, False)


def test_two_single_sciences_are_no_science_of_the_ebacc() -> None:
    points = {"English language": 4, "English literature": 4, "Mathematics": 4, "Biology": 9, "Physics": 9}
    assert Grades({}, {subject: Fraction(grade) for subject, grade in points.items()}).ebacc_average == Fraction(8, 6)
    points["Chemistry"] = 5
    assert Grades({}, {subject: Fraction(grade) for subject, grade in points.items()}).ebacc_average == Fraction(8 + 18, 6)


def test_the_days_of_the_stages() -> None:
    days = {(stage.name, stage.nc_year): stage.day for stage in (*stages_of(202425), gcse_stage(202425))}

    assert days == {
        ("EYFS", 0): datetime.date(2025, 6, 27), ("PHONICS", 1): datetime.date(2025, 6, 9), ("PHONICS", 2): datetime.date(2025, 6, 9),
        ("MTC", 4): datetime.date(2025, 6, 2), ("KS2", 6): datetime.date(2025, 5, 12), ("KS4", 11): datetime.date(2025, 1, 16),
    }  # fmt: skip
    assert gcse_stage(202425).known_on == datetime.date(2025, 8, 21)
    assert [stage.known_on for stage in stages_of(202526)][-1] == datetime.date(2026, 7, 7)


def test_a_scale_has_its_expected_grade_where_three_in_four_pupils_stand() -> None:
    assert STEPS.grade(-650) == ("Secure", 3)
    assert STEPS.grade(-651) == ("Developing", 2)
    assert (STEPS.grade(-9_000), STEPS.grade(9_000)) == (("Emerging", 1), ("Mastering", 4))
    assert GRADES.grade(-650) == ("4", 4)


# --- one academy after another ----------------------------------------------------------------------------------------------------------


def newest(number: int, years: int = 2, as_of: datetime.date = datetime.date(2026, 3, 13)) -> SchoolYear:
    plan = plan_trust(10, 120, years, seed=4, as_of=as_of)
    return list(school_of(plan, plan.academies[number]).years())[-1]


def test_academies_keep_scales_of_their_own_and_trust_yml_says_what_they_mean() -> None:
    plan = plan_trust(40, 10, 2, seed=4)
    scales = {scale_of(academy).name for academy in plan.academies}

    assert scales == {"STEPS", "WTS/EXS/GDS", "Below/Expected/Above", "GCSE 9-1"}
    written = trust_yml(plan)
    assert "      STEPS: {below: [Emerging, Developing], expected: [Secure], above: [Mastering]}" in written
    assert "      any: GCSE 9-1" in written
    assert "      assessment_stage: {GCSE results: KS4}" in written
    assert "GCSE results" not in trust_yml(plan_trust(40, 10, 1, seed=4)), "with one year nobody has left with grades"


def test_judgements_come_once_a_term_and_none_before_its_day() -> None:
    assert {one.period for one in newest(0).results} == {"Autumn 2025", "Spring 2026"}
    assert {one.period for one in newest(0, as_of=datetime.date(2026, 7, 17)).results} == {"Autumn 2025", "Spring 2026", "Summer 2026"}
    assert {one.subject for one in newest(0).results} == {"Reading", "Writing", "Mathematics"}


def test_a_stage_is_told_of_when_its_results_are_out() -> None:
    def stages(as_of: datetime.date) -> set[str]:
        return {one.stage for one in newest(0, as_of=as_of).stage_results}

    assert stages(datetime.date(2026, 3, 13)) == set()
    assert stages(datetime.date(2026, 6, 26)) == {"EYFS", "PHONICS", "MTC"}
    assert stages(datetime.date(2026, 7, 7)) == {"EYFS", "PHONICS", "MTC", "KS2"}


def test_a_colleague_who_moves_between_academies_keeps_the_payroll_number() -> None:
    plan = plan_trust(10, 120, 2, seed=4)
    by_academy = [colleagues_of(plan, academy) for academy in plan.academies]
    moves = [link for link in plan.links if link.kind == "mover"]
    payrolls = [one.payroll for colleagues in by_academy for one in colleagues]

    assert moves
    for link in moves:
        (left,) = [one for one in by_academy[link.first] if one.payroll == 900_000 + link.number]
        (came,) = [one for one in by_academy[link.second] if one.payroll == 900_000 + link.number]
        assert (left.end, came.start) == (datetime.date(2025, 8, 31), datetime.date(2025, 9, 1))
    assert len(payrolls) - len(set(payrolls)) == len(plan.links), "nobody else shares a number"


def test_a_leaver_stays_in_the_export_for_two_years_and_notice_is_known_before() -> None:
    plan = plan_trust(4, 900, 2, seed=4)
    colleagues = [one for academy in plan.academies for one in colleagues_of(plan, academy)]
    leaver = next(one for one in colleagues if one.end == datetime.date(2025, 8, 31))

    assert leaver.end_known(datetime.date(2025, 3, 1)) is None
    assert leaver.end_known(datetime.date(2025, 7, 22)) == datetime.date(2025, 8, 31)
    assert leaver in known_colleagues(colleagues, datetime.date(2027, 8, 30))
    assert leaver not in known_colleagues(colleagues, datetime.date(2027, 8, 31))


def test_absences_are_over_open_or_not_yet_there() -> None:
    year = newest(1)

    assert year.absences
    for one in year.absences:
        assert one.start <= year.exported_on
        assert (one.end is None) == (one.days is None)
        assert one.end is None or one.start <= one.end <= year.exported_on
    by_person: dict[int, list[datetime.date]] = {}
    for one in year.absences:
        known = by_person.setdefault(one.colleague.number, [])
        assert not known or known[-1] < one.start
        known.append(one.end or datetime.date.max)


def test_the_next_night_tells_the_same_and_a_day_more() -> None:
    tonight, tomorrow = (newest(4, as_of=datetime.date(2026, 3, day)) for day in (5, 6))

    def same(of: SchoolYear) -> list[object]:
        return [
            [(one.pupil.chance, *one[1:]) for one in of.results if one.day <= tonight.exported_on],
            [(one.colleague, one.category, one.start) for one in of.absences if one.start <= tonight.exported_on],
            [(one.pupil.chance, *one[1:]) for one in of.memberships],
            [(one.pupil.chance, one.event, one.is_attended) for one in of.invitations if one.day <= tonight.exported_on],
            [one for one in of.answers if one.day <= tonight.exported_on],
            [one for one in of.training if one.day <= tonight.exported_on],
        ]

    assert same(tonight) == same(tomorrow)


# --- DfE's files ------------------------------------------------------------------------------------------------------------------------


def test_dfes_files_have_all_headings_no_quotes_and_the_academys_own_results(tmp_path: Path) -> None:
    write_trust(tmp_path / "trust", academies=5, pupils=120, years=2, seed=4, as_of=datetime.date(2026, 3, 13))
    folder = tmp_path / "trust" / "landing" / "dappleford"  # all-through
    files = {path.name: path.read_bytes().decode() for path in folder.glob("9*.csv")}
    samples = Path(__file__).parents[2] / "pipelines/sources/giap/sample"

    assert sorted(files) == [
        "900004_EYFSP_2025-10-15.csv", "900004_KS2_2025-10-15.csv", "900004_KS4_2025-11-20.csv", "900004_MTC_2025-10-15.csv",
        "900004_Phonics_2025-10-15.csv",
    ]  # fmt: skip
    for name, text in files.items():
        header = text.split("\r\n")[0]
        assert header == (samples / f"{name.split('_')[1]}.csv").read_text(encoding="utf-8").split("\n")[0].rstrip("\r")
        assert all(line.count(",") == header.count(",") for line in text.split("\r\n")[1:-1])
        assert '"' not in text
    school = school_of(plan_trust(5, 120, 2, 4, datetime.date(2026, 3, 13)), plan_trust(5, 120, 2, 4).academies[3])
    own = {pupil.upn: grades_of(pupil) for pupil in school.pupils}
    official = list(csv.DictReader(io.StringIO(files["900004_KS4_2025-11-20.csv"])))
    assert len(official) == pytest.approx(10, abs=3)
    assert all(float(row["KS4_ATT8"]) == pytest.approx(float(own[row["KS4_UPN"]].attainment8), abs=0.005) for row in official)


def test_nothing_is_published_before_autumn_and_progress_8_rests_for_two_years(tmp_path: Path) -> None:
    write_trust(tmp_path / "early", academies=2, pupils=60, years=2, seed=4, as_of=datetime.date(2025, 9, 30))
    write_trust(tmp_path / "late", academies=2, pupils=60, years=3, seed=4)
    late = tmp_path / "late" / "landing" / "brackenhythe"

    assert {path.name for path in (tmp_path / "early" / "landing").rglob("900*.csv")} == set()
    for name, has_scores in (("900002_KS4_2024-11-20.csv", True), ("900002_KS4_2025-11-20.csv", False)):
        rows = list(csv.DictReader(io.StringIO((late / name).read_text(encoding="utf-8"))))
        assert rows
        assert all(bool(row["KS4_P8SCORE"]) == has_scores for row in rows)


def test_one_academy_has_a_common_transfer_file_of_its_new_year_7(tmp_path: Path) -> None:
    write_trust(tmp_path / "trust", academies=6, pupils=70, years=1, seed=4)
    (file,) = (tmp_path / "trust" / "landing").rglob("*_CTF_*.xml")
    text = file.read_text(encoding="utf-8")

    assert (file.parent.name, file.name) == ("brackenhythe", "9305998_CTF_9304002_001.xml")
    assert text.count("<Pupil>") == pytest.approx(10, abs=3)
    assert text.count("<StageAssessment>") == 3 * text.count("<Pupil>")
    assert text.count("<Year>2025</Year>") == text.count("<StageAssessment>")
