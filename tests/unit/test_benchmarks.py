"""Official figures: recognised by header, published digits kept, symbols never zero, periods and groups by their names here."""

import datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.benchmarks import BenchmarkError, Loaded, Occasion, load_file
from pipelines.store.home import Home
from tests.helpers.official_files import (
    A_SCHOOL,
    A_YEAR,
    ABSENCE,
    ATTENDANCE,
    ENGLAND,
    HARTLEPOOL,
    KEY_STAGE_2,
    KEY_STAGE_4,
    KEY_STAGE_4_BEFORE,
    NORTH_EAST,
    SUSPENSIONS,
    written,
)

PRIMARY = A_YEAR | ENGLAND | {"education_phase": "Primary"}
ALL_PUPILS = {"breakdown_topic": "All pupils", "breakdown": "Total"}
STATE_FUNDED = {"establishment_type_group": "All state-funded"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def download(tmp_path: Path) -> Path:
    return tmp_path / "download.csv"


def kept(home: Home, columns: str, where: str = "true") -> list[tuple[object, ...]]:
    files = str(home.store / "benchmarks" / "*.parquet")
    return duckdb.sql(f"select {columns} from read_parquet('{files}') where {where} order by all").fetchall()


def one(home: Home, measure: str, columns: str = "value, value_status", where: str = "true") -> tuple[object, ...]:
    (found,) = kept(home, columns, f"measure_id = '{measure}' and {where}")
    return found


def test_a_published_figure_keeps_its_digits(home: Home, download: Path) -> None:
    loaded = load_file(home, written(download, ATTENDANCE, PRIMARY | {"attendance_perc": "94.80615945", "illness_perc": "0"}))

    assert one(home, "attendance_rate", "phase, value, value_status, time_period, period, period_end") == (
        "primary", 94.80615945, "ok", 202425, "year", None,
    )  # fmt: skip
    assert one(home, "absence_by_reason", where="breakdown = 'I'") == (0.0, "ok")
    assert (loaded.figures, loaded.symbols) == (19, {})


@pytest.mark.parametrize(
    ("printed", "status"),
    [
        ("z", "z"), ("Z", "z"), ("x", "x"), ("X", "x"), (":", "x"), ("", "x"), ("c", "c"), ("C", "c"), ("SUPP", "c"), ("supp", "c"),
        ("low", "low"), ("LOW", "low"), ("k", "low"), ("K", "low"), ("~", "low"), ("u", "u"), (" U ", "u"),
    ],
)  # fmt: skip
def test_each_symbol_becomes_a_status_and_never_a_zero(home: Home, download: Path, printed: str, status: str) -> None:
    loaded = load_file(home, written(download, ATTENDANCE, PRIMARY | {"pa_perc": printed}))

    assert one(home, "persistent_absence_rate") == (None, status)
    assert (loaded.figures, loaded.symbols) == (18, {status: 1})


def test_a_column_that_dfe_renamed_is_read_by_either_name(home: Home, download: Path) -> None:
    before = tuple("auth_grt_perc" if name == "auth_mob_perc" else name for name in ATTENDANCE)
    load_file(home, written(download, before, PRIMARY | {"auth_grt_perc": "0.25"}))

    assert one(home, "absence_by_reason", where="breakdown = 'T'") == (0.25, "ok")


def test_a_week_is_named_by_its_sunday_and_belongs_to_its_academic_year(home: Home, download: Path) -> None:
    weekly = tuple("school_type" if name == "education_phase" else name for name in ATTENDANCE if name != "pa_perc")
    row = ENGLAND | {"school_type": "Total"}
    rows = [row | {"time_period": "2025", "time_identifier": f"Week {week}"} for week in (37, 31)]
    load_file(home, written(download, weekly, *rows))

    # The fourth of January 2025 is in the week from Monday 30 December 2024: week 31 begins on 28 July, week 37 on 8 September 2025.
    assert kept(home, "time_period, period, period_end", "measure_id = 'attendance_rate'") == [
        (202425, "week", datetime.date(2025, 8, 3)),
        (202526, "week", datetime.date(2025, 9, 14)),
    ]


def test_a_year_to_date_that_names_its_week_is_told_from_the_week_itself_and_days_are_left_out(home: Home, download: Path) -> None:
    row = ENGLAND | {"education_phase": "Total", "time_period": "2025", "time_identifier": "Week 37"}
    rows = [
        row | {"time_frame": frame, "attendance_perc": value} for frame, value in (("Week", "94"), ("Year to date", "93"), ("Monday", "92"))
    ]
    loaded = load_file(home, written(download, (*ATTENDANCE, "time_frame"), *rows))

    assert kept(home, "period, value", "measure_id = 'attendance_rate'") == [("week", 94.0), ("year_to_date", 93.0)]
    assert (loaded.rows_in_file, loaded.rows_used, loaded.left_out) == (3, 2, {"days, or other kinds of school": 1})


@pytest.mark.parametrize(
    ("occasion", "expected"),
    [
        (Occasion(published_on=datetime.date(2025, 3, 1)), ("year_to_date", None)),
        (Occasion(up_to=datetime.date(2025, 2, 14)), ("year_to_date", datetime.date(2025, 2, 14))),
        (Occasion(published_on=datetime.date(2025, 7, 31)), ("year", None)),
        (Occasion(published_on=datetime.date(2025, 7, 30)), ("year_to_date", None)),
    ],
)
def test_a_year_that_was_not_over_is_a_year_to_date(
    home: Home, download: Path, occasion: Occasion, expected: tuple[str, datetime.date | None]
) -> None:
    loaded = load_file(home, written(download, ATTENDANCE, PRIMARY), occasion)

    assert one(home, "attendance_rate", "period, period_end") == expected
    assert loaded.to_unknown_day == (expected == ("year_to_date", None))


def test_absence_is_read_by_place_phase_term_and_group(home: Home, download: Path) -> None:
    row = A_YEAR | ENGLAND | {"education_phase": "Total"} | ALL_PUPILS
    rows = [
        row | {"sess_overall_percent": "6.8"},
        row | NORTH_EAST | {"sess_overall_percent": "7.2"},
        row | HARTLEPOOL | {"education_phase": "State-funded secondary", "time_identifier": "Autumn term", "sess_overall_percent": "9.1"},
        row | A_SCHOOL | {"education_phase": "State-funded primary", "sess_overall_percent": "5.5"},
        row | {"breakdown_topic": "Sex", "breakdown": "Female", "sess_overall_percent": "6.9"},
        row | {"breakdown_topic": "SEN primary need", "breakdown": "Down Syndrome"},
        row | {"education_phase": "Pupil referral unit"},
        row | {"geographic_level": "Local authority district"},
    ]
    loaded = load_file(home, written(download, ABSENCE, *rows))

    assert kept(
        home, "geography_level, geography_code, phase, period, breakdown_topic, breakdown, value", "measure_id = 'absence_rate'"
    ) == [
        ("local_authority", "E06000001", "secondary", "autumn", "all", "all", 9.1),
        ("national", "E92000001", "all", "year", "all", "all", 6.8),
        ("national", "E92000001", "all", "year", "sex", "F", 6.9),
        ("regional", "E12000001", "all", "year", "all", "all", 7.2),
        ("school", "130002", "primary", "year", "all", "all", 5.5),
    ]
    assert kept(home, "distinct series") == [("census",)]
    assert loaded.left_out == {
        "groups that Matlas does not compare": 1, "other kinds of school": 1, "places of another kind": 1,
    }  # fmt: skip


def test_suspensions_are_read_by_term_with_the_phases_in_small_letters(home: Home, download: Path) -> None:
    row = ENGLAND | {"time_period": "202324", "time_identifier": "Spring term", "school_type": "state-funded primary"}
    load_file(home, written(download, SUSPENSIONS, row | {"susp_rate": "0.61748", "perm_excl_rate": ":", "one_plus_susp_rate": "0.4"}))

    assert kept(home, "measure_id, phase, series, period, value, value_status") == [
        ("permanent_exclusion_rate", "primary", "census_suspensions", "spring", None, "x"),
        ("pupils_suspended_pct", "primary", "census_suspensions", "spring", 0.4, "ok"),
        ("suspension_rate", "primary", "census_suspensions", "spring", 0.61748, "ok"),
    ]


def test_key_stage_2_is_read_by_subject(home: Home, download: Path) -> None:
    row = A_YEAR | ENGLAND | ALL_PUPILS | STATE_FUNDED
    expected, higher, score = "expected_standard_pupil_percent", "higher_standard_pupil_percent", "average_scaled_score"
    rows = [
        row | {"subject": "Reading, writing and maths", expected: "62", higher: "8", score: "z"},
        row | {"subject": "Reading", expected: "75", higher: "33", score: "106"},
        row | {"subject": "Grammar, punctuation and spelling", expected: "73"},
        row | {"subject": "Maths", "breakdown_topic": "Disadvantaged status", "breakdown": "Disadvantaged", expected: "61", score: "z"},
        row | {"subject": "Maths", "breakdown_topic": "Average (2023 to 2025)", "breakdown": "3 year average"},
        row | {"subject": "Maths", "establishment_type_group": "Independent schools"},
    ]
    loaded = load_file(home, written(download, KEY_STAGE_2, *rows))

    assert kept(home, "measure_id, phase, breakdown_topic, breakdown, value, value_status") == [
        ("ks2_maths_expected_pct", "all", "disadvantaged", "yes", 61.0, "ok"),
        ("ks2_maths_scaled", "all", "disadvantaged", "yes", None, "z"),
        ("ks2_reading_expected_pct", "all", "all", "all", 75.0, "ok"),
        ("ks2_reading_scaled", "all", "all", "all", 106.0, "ok"),
        ("ks2_rwm_expected_pct", "all", "all", "all", 62.0, "ok"),
        ("ks2_rwm_higher_pct", "all", "all", "all", 8.0, "ok"),
    ]
    assert loaded.left_out == {"days, or other kinds of school": 1, "groups that Matlas does not compare": 1}


def test_key_stage_4_is_read_by_its_newer_and_its_older_names(home: Home, download: Path) -> None:
    totals = {"breakdown": "Total", "breakdown_topic": "Total", "sex": "Total", "disadvantage_status": "Total", "disadvantage": "Total"}
    newer = A_YEAR | ENGLAND | STATE_FUNDED | totals | {"prior_attainment": "Total"}
    load_file(
        home,
        written(
            download,
            KEY_STAGE_4,
            newer | {"attainment8_average": "45.9", "progress8_average": "z"},
            newer | {"breakdown_topic": "Sex", "breakdown": "Girls", "sex": "Girls", "attainment8_average": "48.1"},
            newer | {"sex": "Girls", "disadvantage_status": "Disadvantaged", "attainment8_average": "36"},
            newer | {"prior_attainment": "Low", "attainment8_average": "30"},
        ),
    )
    older = newer | {"time_period": "202324", "establishment_type_group": "State-funded schools (LA)"}
    load_file(home, written(download, KEY_STAGE_4_BEFORE, older | {"avg_att8": "46.1", "avg_p8score": "-0.03", "pt_l2basics_95": "46"}))

    assert kept(home, "time_period, breakdown_topic, breakdown, value", "measure_id = 'attainment8'") == [
        (202324, "all", "all", 46.1),
        (202425, "all", "all", 45.9),
        (202425, "sex", "F", 48.1),
    ]
    assert kept(home, "time_period, value, value_status", "measure_id = 'progress8' and breakdown = 'all'") == [
        (202324, -0.03, "ok"),
        (202425, None, "z"),
    ]
    assert one(home, "engmaths_9_5_pct", where="time_period = 202324") == (46.0, "ok")


def test_an_unknown_file_is_refused_with_the_list_of_known_ones(home: Home, download: Path) -> None:
    download.write_text("a,b\n1,2\n")

    with pytest.raises(BenchmarkError) as refused:
        load_file(home, download)

    for title in (
        "Pupil attendance in schools",
        "Pupil absence",
        "Suspensions",
        "Key stage 2",
        "Key stage 4",
        "establishment fields",
        "links between",
    ):
        assert title in str(refused.value)


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        ({"attendance_perc": "many"}, "neither a number nor one of DfE's symbols"),
        ({"attendance_perc": "nan"}, "neither a number nor one of DfE's symbols"),
        ({"education_phase": "Sixth form"}, "a phase"),
        ({"geographic_level": "Ward"}, "a geographic level"),
        ({"time_period": "2024"}, "a time period"),
        ({"time_period": "202426"}, "a time period"),
        ({"time_identifier": "Tax year"}, "a time period"),
        ({"country_code": ""}, "a place without a code"),
    ],
)
def test_a_figure_that_cannot_be_placed_refuses_the_whole_file(home: Home, download: Path, odd: dict[str, str], why: str) -> None:
    with pytest.raises(BenchmarkError, match=why) as refused:
        load_file(home, written(download, ATTENDANCE, PRIMARY, PRIMARY | {"education_phase": "Secondary"} | odd))

    assert str(refused.value).endswith("Nothing was loaded.")
    assert not list(home.store.glob("benchmarks/*"))


def test_two_figures_for_one_place_are_refused_and_the_same_one_twice_is_not(home: Home, download: Path) -> None:
    load_file(home, written(download, ATTENDANCE, PRIMARY, PRIMARY))
    assert one(home, "attendance_rate") == (1.5, "ok")

    with pytest.raises(BenchmarkError, match="two things of one place"):
        load_file(
            home, written(download, (*ATTENDANCE, "pupil_kind"), PRIMARY, PRIMARY | {"pupil_kind": "Boarders", "attendance_perc": "97"})
        )


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"time_period,time_period\n1,2\n", b"\x81\x8d\x00"], ids=["empty", "blank", "twice", "no text"]
)
def test_what_is_no_table_is_refused_in_a_sentence(home: Home, download: Path, content: bytes) -> None:
    download.write_bytes(content)

    with pytest.raises(BenchmarkError, match="as it is offered for download"):
        load_file(home, download)


def test_a_file_that_breaks_off_is_refused(home: Home, download: Path) -> None:
    whole = written(download, ATTENDANCE, PRIMARY, PRIMARY | {"education_phase": "Secondary"}).read_bytes()
    download.write_bytes(whole[:-30])

    with pytest.raises(BenchmarkError, match="Download it again"):
        load_file(home, download)


def test_a_file_that_is_not_there_is_said_to_be_missing(home: Home, tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="does not exist"):
        load_file(home, tmp_path / "nothing.csv")


def test_the_same_file_again_is_one_file_and_a_changed_one_another(home: Home, download: Path) -> None:
    def load(value: str) -> Loaded:
        return load_file(home, written(download, ATTENDANCE, PRIMARY | {"attendance_perc": value}))

    load("93")
    load("93")
    load("94")

    assert kept(home, "value", "measure_id = 'attendance_rate'") == [(93.0,), (94.0,)]
