"""The synthetic trust as a whole: the same bytes from the same seed, believable rates, sound spells, planted defects, any size."""

import csv
import datetime
import gzip
import hashlib
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.load import load
from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.records import RunRequest
from pipelines.synthetic import copy_demo, write_trust
from pipelines.synthetic.demo import DATA_SAMPLES, write_demo
from pipelines.synthetic.people import Pupil, cohort_of, spells_known
from pipelines.synthetic.plan import AS_OF, half_terms, plan_trust, school_days, weekdays_in_term
from pipelines.synthetic.registers import CODES, Register
from pipelines.synthetic.school import School, school_of
from pipelines.trust import load_trust

ABSENT = set("CEIMRSTGNOU") | {"C2"}
NOT_POSSIBLE = {"", "-", "D", "X", "Y", "Y4"}


def hashes(home: Path) -> dict[str, str]:
    """What every file of a home holds."""
    return {str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in home.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("again", 3), ("other", 4)):
        write_trust(tmp_path / name, academies=10, pupils=30, years=2, seed=seed, defects=True)
    one, again, other = (hashes(tmp_path / name) for name in ("one", "again", "other"))

    assert one == again
    assert set(one) == set(other)
    assert one != other


def test_the_committed_samples_are_what_the_generator_writes(tmp_path: Path) -> None:
    write_demo(tmp_path / "anew")

    committed = hashes(DATA_SAMPLES)
    del committed["README.md"]
    assert hashes(tmp_path / "anew") == committed


def test_the_demo_is_a_trust_home_on_every_mis_and_small_enough_for_git(tmp_path: Path) -> None:
    copy_demo(tmp_path / "demo")
    trust = load_trust(tmp_path / "demo" / "trust.yml")

    assert {academy.mis for academy in trust.academies} == {"arbor", "bromcom", "wonde", "sims", "matlas"}
    assert {"primary", "secondary", "special", "all_through"} <= {academy.phase for academy in trust.academies}
    assert trust.as_of == datetime.date(2026, 3, 13)
    assert sum(path.stat().st_size for path in (tmp_path / "demo").rglob("*")) < 8_000_000


# --- rates ------------------------------------------------------------------------------------------------------------------------------


class Counted:
    """Sessions of pupils in Years 1 to 11 as DfE counts them, over some academies of one phase."""

    def __init__(self, phase: str, academies: int = 4, pupils: int = 700) -> None:
        self.sessions: Counter[str] = Counter()
        self.by_weekday: dict[int, list[int]] = {day: [0, 0] for day in range(5)}
        self.by_fsm: dict[bool, list[int]] = {True: [0, 0], False: [0, 0]}
        self.enrolments = self.persistent = self.severe = self.suspensions = 0
        self.events: Counter[bool] = Counter()
        plan = plan_trust(7 * academies, pupils, 1, seed=11)
        for academy in [one for one in plan.academies if one.phase == phase][:academies]:
            for year in school_of(plan, academy).years():
                self.suspensions += sum(one.category == "SUSP" for one in year.suspensions)
                self.events.update((year.behaviour.points > 0).tolist())
                for row, pupil in enumerate(year.register.pupils):
                    self._add(pupil, row, year.register)

    def _add(self, pupil: Pupil, row: int, register: Register) -> None:
        possible = absent = 0
        for number, day in enumerate(register.days):
            if not 1 <= pupil.nc_year(register.year) <= 11 or day > AS_OF:
                continue
            if pupil.nc_year(register.year) == 11 and day >= half_terms(register.year)["HT6"][0]:
                continue
            codes = [CODES[mark] for mark in register.marks[row, number]]
            self.sessions.update(codes)
            day_possible, day_absent = sum(code not in NOT_POSSIBLE for code in codes), sum(code in ABSENT for code in codes)
            self.by_weekday[day.weekday()][0] += day_absent
            self.by_weekday[day.weekday()][1] += day_possible
            possible, absent = possible + day_possible, absent + day_absent
        if possible:
            self.enrolments += 1
            self.persistent += absent * 10 >= possible
            self.severe += absent * 2 >= possible
            self.by_fsm[pupil.is_fsm][0] += absent
            self.by_fsm[pupil.is_fsm][1] += possible

    def pct(self, codes: set[str]) -> float:
        possible = sum(number for code, number in self.sessions.items() if code not in NOT_POSSIBLE)
        return 100 * sum(self.sessions[code] for code in codes) / possible


@pytest.mark.parametrize(
    ("phase", "absence", "persistent", "severe", "suspensions"),
    [("primary", 5.20, 12.99, 0.93, 2.3), ("secondary", 8.44, 23.37, 3.88, 22.6), ("special", 12.76, 35.26, 6.91, 12.6)],
)
def test_rates_are_near_the_national_ones_of_2024_25(
    phase: str, absence: float, persistent: float, severe: float, suspensions: float
) -> None:
    counted = Counted(phase)

    assert counted.pct(ABSENT) == pytest.approx(absence, abs=0.9)
    assert 100 * counted.persistent / counted.enrolments == pytest.approx(persistent, abs=4)
    assert 100 * counted.severe / counted.enrolments == pytest.approx(severe, abs=1.5)
    assert 100 * counted.suspensions / counted.enrolments == pytest.approx(suspensions, rel=0.35)
    assert counted.pct({"I"}) == max(counted.pct({code}) for code in ABSENT)
    assert counted.events[True] > 3 * counted.events[False]
    rates = {fsm: absent / possible for fsm, (absent, possible) in counted.by_fsm.items()}
    assert 1.5 < rates[True] / rates[False] < 4
    day = {number: absent / possible for number, (absent, possible) in counted.by_weekday.items()}
    assert min(day[0], day[4]) > max(day[1], day[2], day[3]) * 0.99
    assert day[0] + day[4] > day[1] + day[3]


# --- people and spells ------------------------------------------------------------------------------------------------------------------


def schools(academies: int, pupils: int, years: int = 1) -> list[School]:
    plan = plan_trust(academies, pupils, years, seed=2)
    return [school_of(plan, academy) for academy in plan.academies]


def test_a_mover_is_the_same_person_in_two_academies_one_after_the_other() -> None:
    trust = schools(5, 300)
    movers = [link for link in trust[0].plan.links if link.kind == "mover"]
    records = {(school.academy.number, pupil.upn): pupil for school in trust for pupil in school.pupils}

    assert len(movers) >= 5
    for link in movers:
        upn = next(pupil.upn for pupil in trust[link.first].pupils if pupil.number == 90_000 + link.number)
        before, after = records[link.first, upn], records[link.second, upn]
        assert (before.surname, before.date_of_birth, before.sex) == (after.surname, after.date_of_birth, after.sex)
        left = before.spells[-1].leaving
        assert left
        assert left < after.spells[0].entry


def test_a_dual_registration_is_main_here_subsidiary_there_and_d_in_turn() -> None:
    trust = schools(5, 300)
    link = next(link for link in trust[0].plan.links if link.kind == "dual")
    sides = []
    for number in (link.first, link.second):
        school = trust[number]
        register = next(school.years()).register
        row = next(row for row, pupil in enumerate(register.pupils) if pupil.number == 90_000 + link.number)
        away = {day.weekday() for place, day in enumerate(register.days) if CODES[register.marks[row, place, 0]] == "D"}
        sides.append((register.pupils[row].spells[0].status, away))

    assert sides == [("M", {0, 1}), ("S", {2, 3, 4})]


def test_rolls_keep_their_size_while_pupils_come_and_go() -> None:
    for school in schools(5, 300, years=2):
        known = [spells for pupil in school.pupils if (spells := spells_known(pupil, AS_OF))]
        on_roll = [spells for spells in known if not spells[-1].leaving]
        this_year = [left for spells in known if (left := spells[-1].leaving) and left > datetime.date(2025, 9, 1)]
        assert len(on_roll) == pytest.approx(300, abs=12)
        assert 2 <= len(this_year) <= 25


def test_ages_fit_year_groups() -> None:
    for pupil in schools(1, 100)[0].pupils:
        born = pupil.date_of_birth
        assert datetime.date(cohort_of(born), 9, 1) <= born <= datetime.date(cohort_of(born) + 1, 8, 31)
        on_31_august = 2025 - born.year - ((born.month, born.day) > (8, 31))
        assert pupil.nc_year(202526) == on_31_august - 4


def test_marks_are_as_many_as_days_and_spells_say(tmp_path: Path) -> None:
    write_trust(tmp_path / "trust", academies=5, pupils=80, years=2, seed=9)
    folder = tmp_path / "trust" / "landing" / "emberlow"

    def rows(table: str, day: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(gzip.decompress((folder / f"{table}_{day}.csv.gz").read_bytes()).decode())))

    for day in ("2025-07-22", str(AS_OF)):
        open_days = [row["date"] for row in rows("matlas_calendar_day", day) if row["is_school_day"] == "true" and row["date"] <= day]
        expected = {
            (spell["source_pupil_id"], date, session)
            for spell in rows("matlas_enrolment", day)
            for date in open_days
            if spell["entry_date"] <= date <= (spell["leaving_date"] or day)
            for session in ("AM", "PM")
        }
        marks = rows("matlas_attendance_mark", day)
        found = [(mark["source_pupil_id"], mark["session_date"], mark["session"]) for mark in marks if mark["session_date"] <= day]
        assert len(found) == len(set(found))
        assert set(found) == expected
        late = [mark for mark in marks if mark["session"] == "AM" and mark["mark_code"] == "L"]
        assert late
        assert all(1 <= int(mark["minutes_late"]) <= 25 for mark in late)


def test_the_next_night_has_the_same_marks_and_a_day_more(tmp_path: Path) -> None:
    tonight, tomorrow = datetime.date(2026, 3, 5), datetime.date(2026, 3, 6)
    found = []
    for day in (tonight, tomorrow):
        write_trust(tmp_path / str(day), academies=5, pupils=40, years=1, seed=9, as_of=day)
        content = (tmp_path / str(day) / "landing" / "emberlow" / f"matlas_attendance_mark_{day}.csv.gz").read_bytes()
        found.append(set(gzip.decompress(content).decode().split("\r\n")))
    settled = {line for line in found[0] if line[8:18] < "2026-03-02"}

    assert settled <= found[1]
    assert sum(",2026-03-06," in line for line in found[1]) > 70 > sum(",2026-03-06," in line for line in found[0])


def test_registers_before_august_2024_know_only_the_codes_of_their_time() -> None:
    school = schools(1, 300, years=3)[0]
    codes = {year.year: {CODES[mark] for mark in set(year.register.marks.ravel().tolist())} for year in school.years()}

    assert not {"C2", "K", "Y4"} & codes[202324]
    assert "C2" in codes[202425]
    assert "C2" in codes[202526]


def test_terms_have_no_bank_holiday_and_a_break_in_february() -> None:
    days = weekdays_in_term(202526)
    plan = plan_trust(3, 1, 1, seed=1)

    assert datetime.date(2026, 5, 4) not in days
    assert not [day for day in days if datetime.date(2026, 2, 16) <= day <= datetime.date(2026, 2, 20)]
    assert 190 <= len(days) <= 196
    assert len(school_days(plan, plan.academies[2], 202526)) < len(days)


# --- defects ----------------------------------------------------------------------------------------------------------------------------


def test_defects_are_listed_with_the_line_they_stand_on(tmp_path: Path) -> None:
    write_trust(tmp_path / "trust", academies=10, pupils=60, years=1, seed=1, defects=True)
    answers = json.loads((tmp_path / "trust" / "answers.json").read_text())
    folder = tmp_path / "trust" / "landing"
    by_reason: dict[str, dict[str, str]] = {
        answer["reason_code"]: answer for answer in answers if "reason_code" in answer and isinstance(answer.get("line"), int)
    }

    def line(reason_code: str) -> str:
        answer = by_reason[reason_code]
        content: bytes = (folder / answer["academy_id"] / answer["file"]).read_bytes()
        lines: list[str] = (gzip.decompress(content) if answer["file"].endswith(".gz") else content).decode().split("\n")
        return lines[int(answer["line"]) - 1]

    assert "2025-13-32" in line("bad_date")
    assert "QQ,QQ" in line("unmapped_mark")
    assert "\0" in line("nul_byte")
    assert ",ten" in line("bad_number")
    assert line("field_count").count(",") == line("bad_date").count(",") + 1
    assert line("missing_required").split(",")[3] == ""
    assert {answer.get("check_id") or answer["reason_code"] for answer in answers} >= {
        "stale_academy", "upn_invalid", "upn_duplicate", "orphan_fact", "redundant_mark", "code_out_of_date", "missing_marks",
        "all_present", "vanished", "unmapped_code", "shrunk", "too_many_rejected", "missing_column", "empty_file", "unreadable_file",
        "too_large", "too_compressed", "too_deep", "unsafe_path", "doctype", "unknown_file", "duplicate_key", "no_such_code_table",
        "duplicate_column", "orphan_staff_fact", "result_not_understood", "unmapped_scale",
    }  # fmt: skip
    clean = {academy.id for academy in load_trust(tmp_path / "trust" / "trust.yml").academies} - {
        answer["academy_id"] for answer in answers
    }
    assert clean >= {"fennimoor", "gorsewick", "hollowquay", "inklethorpe", "junipercombe"}


def test_a_clean_trust_has_no_answers(tmp_path: Path) -> None:
    write_trust(tmp_path / "trust", academies=1, pupils=5, years=1, seed=1)

    assert not (tmp_path / "trust" / "answers.json").exists()


@settings(max_examples=12, deadline=None)
@given(
    academies=st.integers(1, 6),
    pupils=st.integers(1, 6),
    years=st.integers(1, 3),
    seed=st.integers(0, 10**6),
    defects=st.booleans(),
    as_of=st.dates(datetime.date(2025, 8, 2), datetime.date(2026, 7, 31)),
)
def test_the_smallest_trusts_are_trusts_too(
    tmp_path_factory: pytest.TempPathFactory, academies: int, pupils: int, years: int, seed: int, defects: bool, as_of: datetime.date
) -> None:
    home = tmp_path_factory.mktemp("small") / "trust"
    write_trust(home, academies, pupils, years, seed, defects=defects, as_of=as_of)

    trust = load_trust(home / "trust.yml")
    assert len(trust.academies) == academies
    assert all(any((home / "landing" / academy.id).iterdir()) for academy in trust.academies)


# --- read back --------------------------------------------------------------------------------------------------------------------------


def test_the_readers_get_every_row_of_every_mis(tmp_path: Path) -> None:
    write_trust(tmp_path / "trust", academies=10, pupils=25, years=1, seed=6)
    home = Home(tmp_path / "trust")
    load(home, load_trust(home.trust_file), RunRequest("test", AS_OF))
    plan = plan_trust(10, 25, 1, seed=6)
    read: Counter[tuple[str, str]] = Counter()
    with Manifest(home.manifest) as manifest:
        for reading in manifest.readings().values():
            assert reading.status == "read", reading.reason
            for entity in reading.entities:
                assert (entity.rows_rejected, entity.rows_duplicate) == (0, 0)
                read[reading.academy_id, entity.entity] += entity.rows_accepted
        assert not manifest.unknown_files()

    for academy in plan.academies:
        school = school_of(plan, academy)
        year = next(school.years())
        spells = [spells_known(pupil, AS_OF) for pupil in school.pupils]
        assert read[academy.id, "pupil"] == sum(bool(known) for known in spells)
        assert read[academy.id, "enrolment"] == sum(map(len, spells))
        assert read[academy.id, "suspension"] == len(year.suspensions)
        assert read[academy.id, "behaviour_event"] == len(year.behaviour.rows)
        assert read[academy.id, "staff"] == read[academy.id, "staff_contract"] == len(year.colleagues)
        assert read[academy.id, "staff_absence"] == len(year.absences)
        assert read[academy.id, "cpd_record"] == len(year.training)
        assert read[academy.id, "club_membership"] == len(year.memberships)
        assert read[academy.id, "survey_response"] == len(year.answers)
        assert read[academy.id, "parent_event"] == len(year.invitations)
        assert read[academy.id, "assessment_result"] >= len(year.results) + len(year.stage_results)
        sessions = int((year.register.marks > 0).sum())
        wide = academy.mis == "sims" or (academy.mis == "bromcom" and academy.variant == 0)
        if wide:  # an empty cell is nothing until a spell and a school day say otherwise
            sessions = int((year.register.marks > 1).sum())
        assert read[academy.id, "attendance_mark"] == pytest.approx(sessions, abs=0 if not wide else int((year.register.marks == 1).sum()))
