"""DfE's own counts by reason code, laid out as registers, come back as DfE's published rates.

The counts are those of the file *Pupil attendance in schools*, 2024/25, by local authority and phase. Each local authority's phase is laid
out as one academy on the canonical profile: two small ones as dated marks, the larger ones as weekly counts.
"""

import csv
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain, repeat

import pytest

from tests.helpers.begun import begun
from tests.helpers.home import PROJECT, TrustHome, figures
from tests.helpers.stages import stages
from tests.helpers.upn import upn
from tests.integration.golden import TERMS

OFFICIAL = PROJECT.parent / "shared" / "reference" / "benchmarks" / "ees_pupil_attendance_ytd_202425.csv"
pytestmark = pytest.mark.skipif(not OFFICIAL.exists(), reason="DfE’s attendance file is not beside this checkout")

AS_OF = dt.date(2025, 7, 31)
MARKED = {"kensington": ("Kensington and Chelsea", "Special"), "newham": ("Newham", "Special")}
COUNTED = {"york": ("York", "Special"), "rutland": ("Rutland", "Primary"), "rutland_upper": ("Rutland", "Secondary")}
PHASES = {"Special": "special", "Primary": "primary", "Secondary": "secondary"}

REASONS = {
    "/": "reason_present_am",
    "\\": "reason_present_pm",
    "L": "reason_l_present_late_before_registers_closed",
    "I": "reason_i_authorised_illness",
    "M": "reason_m_authorised_medical_dental",
    "R": "reason_r_authorised_religious_observance",
    "S": "reason_s_authorised_study_leave",
    "T": "reason_t_authorised_mobile_child",
    "H": "reason_h_authorised_holiday",
    "E": "reason_e_authorised_excluded",
    "C": "reason_c_authorised_other",
    "C1": "reason_c1_authorised_regulated_performance",
    "J1": "reason_j1_authorised_interview",
    "C2": "reason_c2_authorised_temp_reduced_timetable",
    "B": "reason_b_aea_education_off_site",
    "J": "reason_j_aea_interview",
    "P": "reason_p_aea_approved_sporting_activity",
    "V": "reason_v_aea_educational_visit_trip",
    "W": "reason_w_aea_work_experience",
    "K": "reason_k_aea_education_arranged_by_la",
    "G": "reason_g_unauthorised_holiday",
    "U": "reason_u_unauthorised_late_after_registers_closed",
    "O": "reason_o_other_unauthorised",
    "N": "reason_n_no_reason_yet",
}
PUBLISHED_RATES = {
    "attendance_rate": "attendance_perc",
    "absence_rate": "overall_absence_perc",
    "authorised_absence_rate": "authorised_absence_perc",
    "unauthorised_absence_rate": "unauthorised_absence_perc",
}
PUBLISHED_REASONS = {
    "I": "illness_perc",
    "M": "appointments_perc",
    "G": "unauth_hol_perc",
    "O": "unauth_oth_perc",
    "U": "unauth_late_registers_closed_perc",
    "N": "unauth_not_yet_perc",
    "R": "auth_religious_perc",
    "S": "auth_study_perc",
    "T": "auth_mob_perc",
    "E": "auth_excluded_perc",
    "C1": "auth_performance_perc",
    "J1": "auth_interview_perc",
    "C2": "auth_part_time_perc",
}

TRUST_YML = "trust: {{name: Official counts}}\nas_of: 2025-07-31\ncalendar:\n  202425:\n{terms}academies:\n{academies}"


def official() -> dict[str, dict[str, str]]:
    wanted = {place: academy_id for academy_id, place in {**MARKED, **COUNTED}.items()}
    with OFFICIAL.open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["geographic_level"] == "Local authority"]
    return {wanted[place]: row for row in rows if (place := (row["la_name"], row["education_phase"])) in wanted}


def counts_of(row: dict[str, str]) -> dict[str, int]:
    return {code: int(row[column]) for code, column in REASONS.items()}


def school_days() -> list[dt.date]:
    days = [first + dt.timedelta(days=n) for first, last in TERMS[202425].values() for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5 and day != dt.date(2025, 5, 5)]


def marks(counts: dict[str, int]) -> tuple[int, Iterator[str]]:
    """Lay the counts out pupil by pupil, day by day: `/` in the morning, `\\` in the afternoon, the rest wherever there is room."""
    days = school_days()
    others = list(chain.from_iterable(repeat(code, n) for code, n in counts.items() if code not in {"/", "\\"}))
    half = (sum(counts.values()) + 1) // 2
    mornings = ["/"] * counts["/"] + others[: half - counts["/"]]
    afternoons = ["\\"] * counts["\\"] + others[half - counts["/"] :]

    def lines() -> Iterator[str]:
        for session, codes in (("AM", mornings), ("PM", afternoons)):
            for index, code in enumerate(codes):
                yield f"P{index // len(days)},{days[index % len(days)]},{session},{code}\n"

    return -(-max(len(mornings), len(afternoons)) // len(days)), lines()


def weeks(counts: dict[str, int]) -> tuple[int, Iterator[str]]:
    """Lay the counts out as weekly counts: ten sessions a pupil and week."""
    mondays = sorted({day - dt.timedelta(days=day.weekday()) for day in school_days()})
    mondays = [monday for monday in mondays if all(monday + dt.timedelta(days=n) in set(school_days()) for n in (0, 4))]

    def lines() -> Iterator[str]:
        place, room = 0, 10
        for code, count in counts.items():
            left = count
            while left:
                taken = min(left, room)
                yield f"P{place // len(mondays)},{mondays[place % len(mondays)]},{code},{taken}\n"
                left, room = left - taken, room - taken
                if room == 0:
                    place, room = place + 1, 10

    cells = -(-sum(counts.values()) // 10)
    return -(-cells // len(mondays)), lines()


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, str]]:
    return official()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, rows: dict[str, dict[str, str]]) -> TrustHome:
    home = begun(tmp_path_factory, TrustHome(tmp_path_factory.mktemp("official") / "home"))
    terms = "".join(f"    {name}: [{first}, {last}]\n" for name, (first, last) in TERMS[202425].items())
    academies = "".join(
        f"  - {{id: {academy_id}, name: {academy_id.title()}, phase: {PHASES[row['education_phase']]}, mis: matlas}}\n"
        for academy_id, row in rows.items()
    )
    home.write_trust(TRUST_YML.format(terms=terms, academies=academies))
    for number, (academy_id, row) in enumerate(rows.items()):
        deliver(home, academy_id, number, row)
    stages(home, AS_OF)
    return home


def deliver(home: TrustHome, academy_id: str, number: int, row: dict[str, str]) -> None:
    is_marked = academy_id in MARKED
    pupils, lines = (marks if is_marked else weeks)(counts_of(row))
    entity, header = (
        ("attendance_mark", "source_pupil_id,session_date,session,mark_code\n")
        if is_marked
        else ("attendance_week", "source_pupil_id,week_start_date,mark_code,sessions\n")
    )
    people = "".join(f"P{n},{upn(f'{number:03}{n:09}')},2014-01-01,F,5\n" for n in range(pupils))
    home.deliver(
        academy_id,
        {
            "matlas_pupil_2025-07-31.csv": "source_pupil_id,upn,date_of_birth,sex,nc_year\n" + people,
            "matlas_enrolment_2025-07-31.csv": "source_pupil_id,entry_date\n" + "".join(f"P{n},2024-09-01\n" for n in range(pupils)),
            f"matlas_{entity}_2025-07-31.csv": header + "".join(lines),
        },
    )


def year_of(academy_id: str) -> str:
    return f"academy_id = '{academy_id}' and time_period = 202425 and period_type = 'year_to_date'"


def agrees(numerator: float, denominator: float, published: str) -> bool:
    """To the last published digit: the published figure has up to ten significant digits, trailing zeros not printed."""
    exact = Decimal(int(numerator)) * 100 / Decimal(int(denominator))
    decimals = len(published.partition(".")[2])
    return abs(exact - Decimal(published)) <= Decimal("0.5000001").scaleb(-decimals)


@pytest.mark.parametrize("academy_id", [*MARKED, *COUNTED])
def test_the_published_rates_come_back(home: TrustHome, rows: dict[str, dict[str, str]], academy_id: str) -> None:
    found = figures(home, f"{year_of(academy_id)} and level = 'academy' and breakdown_topic = 'all'")
    row = rows[academy_id]
    for measure, column in PUBLISHED_RATES.items():
        assert agrees(*found[measure], row[column]), (measure, found[measure], row[column])
    assert found["attendance_rate"] == (int(row["overall_attendance"]), int(row["possible_sessions"]))
    assert found["absence_rate"][0] == int(row["overall_absence"])
    assert found["authorised_absence_rate"][0] == int(row["authorised_absence"])
    assert found["unauthorised_absence_rate"][0] == int(row["unauthorised_absence"])
    assert found["late_rate"][0] == int(row["late_sessions"])


@pytest.mark.parametrize("academy_id", [*MARKED, *COUNTED])
def test_every_reason_comes_back(home: TrustHome, rows: dict[str, dict[str, str]], academy_id: str) -> None:
    row = rows[academy_id]
    found = {
        code: (numerator, denominator)
        for code, numerator, denominator in home.query(
            "select breakdown, numerator, denominator from marts.measure_value"
            f" where {year_of(academy_id)} and breakdown_topic = 'reason' and measure_id = 'absence_by_reason'"
        )
    }
    for code, column in PUBLISHED_REASONS.items():
        numerator, denominator = found.get(code, (0, int(row["possible_sessions"])))
        assert numerator == int(row[REASONS[code]]), code
        assert agrees(numerator, denominator, row[column]), (code, numerator, row[column])


@pytest.mark.parametrize("academy_id", [*MARKED, *COUNTED])
def test_the_identities_hold_to_the_unit(home: TrustHome, academy_id: str) -> None:
    places = home.query(
        "select period_type, period_start, breakdown_topic, breakdown,"
        " max(numerator) filter (where measure_id = 'attendance_rate'), max(denominator) filter (where measure_id = 'attendance_rate'),"
        " max(numerator) filter (where measure_id = 'absence_rate'),"
        " max(numerator) filter (where measure_id = 'authorised_absence_rate'),"
        " max(numerator) filter (where measure_id = 'unauthorised_absence_rate')"
        f" from marts.measure_value where academy_id = '{academy_id}' and measure_id in"
        " ('attendance_rate', 'absence_rate', 'authorised_absence_rate', 'unauthorised_absence_rate') group by all"
    )
    assert places
    for *place, attending, possible, absence, authorised, unauthorised in places:
        assert attending + absence == possible, place
        assert authorised + unauthorised == absence, place


def test_the_trust_is_the_sum_of_its_academies(home: TrustHome, rows: dict[str, dict[str, str]]) -> None:
    found = figures(
        home, "level = 'trust' and phase = 'all' and time_period = 202425 and period_type = 'year_to_date' and breakdown_topic = 'all'"
    )
    attending = sum(int(row["overall_attendance"]) for row in rows.values())
    possible = sum(int(row["possible_sessions"]) for row in rows.values())
    assert found["attendance_rate"] == (attending, possible)


def test_half_terms_and_weeks_add_up_to_the_year(home: TrustHome) -> None:
    totals = home.query(
        "select academy_id, period_type, sum(numerator), sum(denominator) from marts.measure_value"
        " where level = 'academy' and measure_id = 'attendance_rate' and breakdown_topic = 'all' group by 1, 2"
    )
    by_academy: dict[str, set[tuple[float, float]]] = {}
    for academy_id, _, numerator, denominator in totals:
        by_academy.setdefault(academy_id, set()).add((numerator, denominator))
    assert by_academy
    assert all(len(sums) == 1 for sums in by_academy.values()), by_academy


def test_the_files_hold_exactly_the_official_counts(rows: dict[str, dict[str, str]]) -> None:
    """The layout itself: nothing lost or added before Matlas sees it."""
    assert set(rows) == set(MARKED) | set(COUNTED)
    for academy_id, row in rows.items():
        counts = counts_of(row)
        _, lines = (marks if academy_id in MARKED else weeks)(counts)
        total = sum(1 if academy_id in MARKED else int(line.rsplit(",", 1)[1]) for line in lines)
        assert total == sum(counts.values()) == int(row["possible_sessions"])
