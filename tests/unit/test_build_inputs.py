"""What dbt is given: parameters, calendars, freshness, live deliveries."""

from datetime import date, datetime
from pathlib import Path

import pytest

from pipelines.build.freshness import is_stale
from pipelines.build.inputs import InputsError
from pipelines.school_days import is_school_day
from pipelines.sources import contract
from pipelines.trust import TrustConfig
from tests.helpers.nights import TRUST, Nights, marks, pupil_list

CALENDAR = """
calendar:
  202526:
    HT1: [2025-09-02, 2025-10-24]
    HT2: [2025-11-03, 2025-12-19]
    HT3: [2026-01-05, 2026-02-13]
"""


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    return Nights.at(tmp_path / "home", TRUST + CALENDAR)


def stale(trust: TrustConfig, last: str | None, as_of: str) -> bool:
    day = date.fromisoformat(last) if last else None
    return is_stale(trust, trust.academies[0], {}, day, date.fromisoformat(as_of))


def test_an_academy_is_stale_after_more_than_two_school_days_without_attendance(nights: Nights) -> None:
    trust = nights.trust
    assert not stale(trust, "2025-09-10", "2025-09-12")  # Thursday, Friday
    assert not stale(trust, "2025-09-10", "2025-09-14")  # and a weekend
    assert stale(trust, "2025-09-10", "2025-09-15")  # and Monday


def test_a_holiday_makes_nobody_stale(nights: Nights) -> None:
    trust = nights.trust
    assert not stale(trust, "2025-12-19", "2026-01-06")  # two school days: Monday 5 and Tuesday 6 January
    assert stale(trust, "2025-12-19", "2026-01-07")
    assert not stale(trust, "2025-07-22", "2025-09-03")  # a year without a calendar here, then two days of term


def test_an_academy_that_never_delivered_is_stale_from_its_third_school_day(nights: Nights) -> None:
    trust = nights.trust
    assert not stale(trust, None, "2025-09-03")
    assert stale(trust, None, "2025-09-04")


def test_an_academy_that_joins_later_or_has_left_is_not_stale(tmp_path: Path) -> None:
    coming = TRUST.replace("mis: sims}", "mis: sims, joined_on: 2026-01-01}")
    gone = TRUST.replace("mis: sims}", "mis: sims, left_on: 2025-08-31}")
    assert not stale(Nights.at(tmp_path / "1", coming).trust, None, "2025-11-20")
    assert not stale(Nights.at(tmp_path / "2", gone).trust, "2025-07-01", "2025-11-20")


def test_the_academys_own_calendar_day_decides(nights: Nights) -> None:
    trust = nights.trust
    ashby, training_day = trust.academies[0], date(2025, 9, 8)
    assert is_school_day(trust, ashby, {}, training_day)
    assert not is_school_day(trust, ashby, {training_day: False}, training_day)
    assert not is_school_day(trust, ashby, {}, date(2025, 10, 28))
    assert is_school_day(trust, ashby, {date(2025, 10, 28): True}, date(2025, 10, 28))


def test_a_year_that_the_calendar_leaves_out_has_englands_usual_half_terms(nights: Nights) -> None:
    trust = nights.trust
    ashby = trust.academies[0]
    assert is_school_day(trust, ashby, {}, date(2024, 9, 10))
    assert not is_school_day(trust, ashby, {}, date(2024, 12, 27))
    assert not is_school_day(trust, ashby, {}, date(2024, 8, 30))


def test_the_run_and_the_academies_are_tables(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_attendance_mark_2025-09-10.csv", marks(("1", "2025-09-09", "/")))
    nights.deliver("ashby", "matlas_calendar_day_2025-09-10.csv", "date,is_school_day\n2025-09-11,no\n2025-09-12,N\n2025-09-15,no\n")

    nights.night("2025-09-16")

    assert nights.sql("select as_of, as_at, run_at from run.parameter") == [(date(2025, 9, 16), None, datetime(2025, 9, 16, 2))]
    assert nights.sql("select academy_id, phase, mis, last_good_load_at, last_delivered_on, is_stale from run.academy order by 1") == [
        ("ashby", "secondary", "sims", datetime(2025, 9, 16, 2), date(2025, 9, 10), False),
        ("birch", "primary", "wonde", None, None, True),
    ]
    assert nights.sql("select count(*) from run.half_term where academy_id = 'trust' and time_period = 202526") == [(3,)]
    assert nights.sql("select holiday_date from run.bank_holiday where holiday_date between '2025-12-20' and '2026-04-10' order by 1") == [
        (date(2025, 12, 25),),
        (date(2025, 12, 26),),
        (date(2026, 1, 1),),
        (date(2026, 4, 3),),
        (date(2026, 4, 6),),
    ]


def test_the_scales_of_trust_yml_are_a_table_beside_those_that_come_with_matlas(tmp_path: Path) -> None:
    own = TRUST.replace("mis: sims}", "mis: sims, scales: {Steps: {expected: [Secure], above_from: 7, expected_from: 4}}}")
    nights = Nights.at(tmp_path / "home", own + "scales: {any: GCSE 9-1}\n")
    nights.night("2025-09-16")

    assert nights.sql("select scale, result, lowest_points, standing from run.scale where academy_id = 'ashby' order by all") == [
        ("Steps", "Secure", None, "expected"),
        ("Steps", None, 4.0, "expected"),
        ("Steps", None, 7.0, "above"),
        ("Steps", None, None, "below"),
    ]
    assert nights.sql("select described_in, lowest_points from run.scale where scale = 'any' and standing = 'above'") == [
        ("trust.yml", 7.0)
    ]
    assert nights.sql("select described_in, standing from run.scale where scale = 'WTS/EXS/GDS' and result = 'EXS'") == [
        ("Matlas", "expected")
    ]


def test_an_undated_file_speaks_up_to_its_last_row_not_to_the_night_that_met_it(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_attendance_mark.csv", marks(("1", "2025-09-09", "/")))

    nights.night("2025-09-10")

    assert nights.sql("select last_delivered_on from run.academy where academy_id = 'ashby'") == [(date(2025, 9, 9),)]


def test_only_an_academy_with_dates_of_its_own_has_half_terms_beside_the_trusts(tmp_path: Path) -> None:
    own = TRUST.replace("mis: sims}", "mis: sims, calendar: {202526: {HT1: [2025-09-04, 2025-10-17]}}}")
    nights = Nights.at(tmp_path, own + CALENDAR)

    nights.night("2025-09-10")

    assert nights.sql("select academy_id, half_term, first_day from run.half_term where time_period = 202526 order by all") == [
        ("ashby", "HT1", date(2025, 9, 4)),
        ("ashby", "HT2", date(2025, 11, 3)),
        ("ashby", "HT3", date(2026, 1, 5)),
        ("trust", "HT1", date(2025, 9, 2)),
        ("trust", "HT2", date(2025, 11, 3)),
        ("trust", "HT3", date(2026, 1, 5)),
    ]


def test_every_entity_has_a_typed_view_even_without_a_delivery(nights: Nights) -> None:
    nights.night("2025-09-10")

    for entity in contract().entities.values():
        described = nights.sql(f"describe raw.{entity.name}")
        assert [row[0] for row in described] == ["academy_id", *entity.raw_columns, "content_id", "source_file", "source_row"]
        assert {row[1] for row in described[:-1]} == {"VARCHAR"}
        assert described[-1][1] == "BIGINT"


def test_a_view_over_files_has_the_same_columns_as_an_empty_one(nights: Nights) -> None:
    nights.night("2025-09-10")
    empty = nights.sql("describe raw.pupil")
    nights.deliver("ashby", "matlas_pupil_2025-09-10.csv", pupil_list("1"))
    nights.night("2025-09-11")

    assert nights.sql("describe raw.pupil") == empty


def test_a_delivery_says_by_what_its_rows_name_a_pupil(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_pupil_2025-09-10.csv", pupil_list("1"))
    nights.night("2025-09-10")

    assert nights.sql("select table_name, pupil_id_kind from raw.delivery") == [("matlas_pupil", "mis")]


def test_a_parquet_that_is_gone_is_made_again_from_the_text_or_named_in_a_sentence(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_pupil_2025-09-10.csv", pupil_list("1"))
    nights.night("2025-09-10")
    (parquet,) = (nights.home.raw / "pupil").rglob("*.parquet")
    parquet.unlink()
    nights.night("2025-09-11")
    assert parquet.is_file()

    (nights.home.landing("ashby") / "matlas_pupil_2025-09-10.csv").unlink()
    for path in nights.home.raw.rglob("*.parquet"):
        path.unlink()
    with pytest.raises(InputsError, match="missing from the store"):
        nights.night("2025-09-12")
