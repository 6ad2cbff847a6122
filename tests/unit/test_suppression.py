"""Each way in which a hidden figure could be worked back, on a few figures by hand."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.suppression import SmallNumbers
from pipelines.suppression.relations import RELATIONS
from tests.helpers.figures_file import SEEDS, figure, reader_file, write_figures

Cell = tuple[str, str, str, str]  # place and phase, measure, period, group
SUSPENDED, ABSENT = "pupils_suspended_pct", "absence_rate"
WEEK_1, WEEK_2, WEEK_3 = (("week", date(2025, month, day)) for month, day in ((9, 1), (9, 8), (11, 3)))
HALF_TERM_1, HALF_TERM_2 = ("half_term", date(2025, 9, 1)), ("half_term", date(2025, 11, 3))


def hidden_in(tmp_path: Path, rows: list[tuple[Any, ...]], own: tuple[str, ...] = (), below: int = 6) -> set[Cell]:
    """The cells that a reader finds hidden; every other row must be as it was."""
    truth = write_figures(tmp_path / "truth.duckdb", rows)
    shown = reader_file(truth, tmp_path / "reader.duckdb", below, own)
    with duckdb.connect(str(shown)) as connection:
        found = connection.execute("select * from marts.measure_value").fetchall()
    assert len(found) == len(rows)
    hidden = set()
    for before, after in zip(rows, found, strict=True):
        if after[15] == "c":
            assert after[10:15] == (None,) * 5
            place = before[1] if before[0] == "academy" else f"{before[0]} {before[2]}"
            hidden.add((place, before[9], before[4] if before[4] == "year_to_date" else f"{before[4]} {before[5]:%d %b}", before[8]))
        else:
            assert after == before
    return hidden


def with_trust(counts: dict[str, dict[str, tuple[int, int]]], measure: str = SUSPENDED) -> list[tuple[Any, ...]]:
    """Figures of primaries, by academy and group (of sex, or all), and the trust's sums of them."""
    rows = []
    for academy, groups in counts.items():
        rows += [figure(academy, measure, *pair, group=group_of(name)) for name, pair in groups.items()]
    for name in dict.fromkeys(name for groups in counts.values() for name in groups):
        pairs = [groups[name] for groups in counts.values() if name in groups]
        both = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
        rows += [
            figure(level, measure, *both, group=group_of(name), phase=phase)
            for level in ("trust", "trust_like_for_like")
            for phase in ("primary", "all")
        ]
    return rows


def group_of(name: str) -> tuple[str, str]:
    return ("all" if name == "all" else "sex", name)


TRUST = [f"{level} {phase}" for level in ("trust", "trust_like_for_like") for phase in ("primary", "all")]


def year(places: list[str], *groups: str, measure: str = SUSPENDED) -> set[Cell]:
    return {(place, measure, "year_to_date", group) for place in places for group in groups}


def test_a_small_group_hides_its_breakdown_and_that_of_the_trust(tmp_path: Path) -> None:
    """Ashby's 2 girls: 12 - 10 is 2, and so is 17 - 7 - 8. With both breakdowns hidden, 12 and 47 tell nothing more."""
    counts = {
        "ashby": {"F": (2, 100), "M": (10, 100), "all": (12, 200)},
        "birch": {"F": (7, 100), "M": (9, 100), "all": (16, 200)},
        "cedar": {"F": (8, 100), "M": (11, 100), "all": (19, 200)},
    }
    assert hidden_in(tmp_path, with_trust(counts)) == year(["ashby", *TRUST], "F", "M")


def test_two_small_breakdowns_leave_the_trusts_in_place(tmp_path: Path) -> None:
    """Ashby has 4 girls and Birch 5: 17 - 8 is 9, which can be 3 and 6 just as well; 21 - 11 is 10 likewise."""
    counts = {
        "ashby": {"F": (4, 100), "M": (6, 100), "all": (10, 200)},
        "birch": {"F": (5, 100), "M": (7, 100), "all": (12, 200)},
        "cedar": {"F": (8, 100), "M": (11, 100), "all": (19, 200)},
    }
    assert hidden_in(tmp_path, with_trust(counts)) == year(["ashby", "birch"], "F", "M")


def test_what_is_left_of_the_trust_must_not_be_small_itself(tmp_path: Path) -> None:
    """Ashby's 1 and Birch's 2 girls are 3 together: 11 - 8. The trust's breakdown is hidden."""
    counts = {
        "ashby": {"F": (1, 100), "M": (9, 100), "all": (10, 200)},
        "birch": {"F": (2, 100), "M": (10, 100), "all": (12, 200)},
        "cedar": {"F": (8, 100), "M": (11, 100), "all": (19, 200)},
    }
    assert hidden_in(tmp_path, with_trust(counts)) == year(["ashby", "birch", *TRUST], "F", "M")


def test_a_small_academy_hides_the_next_smallest_with_it(tmp_path: Path) -> None:
    """47 - 16 - 19 would be Ashby's 3; the smaller of the others, Birch, is hidden too: 28 - 9 is 19, 16 and 3 or 17 and 2."""
    counts = {"ashby": {"all": (3, 200)}, "birch": {"all": (16, 210)}, "cedar": {"all": (19, 400)}}
    assert hidden_in(tmp_path, with_trust(counts)) == year(["ashby", "birch"], "all")


def test_of_two_academies_the_trusts_figure_goes(tmp_path: Path) -> None:
    counts = {"ashby": {"all": (3, 200)}, "birch": {"all": (16, 210)}}
    assert hidden_in(tmp_path, with_trust(counts)) == year(["ashby", *TRUST], "all")


def test_a_reader_who_knows_one_academy_needs_two_others_hidden(tmp_path: Path) -> None:
    """Birch and Ashby are hidden from everybody; who knows Birch knows 38 - 16 - 19 = 3, so Cedar is hidden as well."""
    counts = {"ashby": {"all": (3, 200)}, "birch": {"all": (16, 210)}, "cedar": {"all": (19, 400)}, "dale": {"all": (30, 500)}}
    assert hidden_in(tmp_path, with_trust(counts), own=("birch",)) == year(["ashby", "cedar"], "all")


def test_a_zero_that_would_tell_of_its_parts_is_hidden(tmp_path: Path) -> None:
    """Nobody of Ashby's 200: nobody of its 3 girls either, who are too few to be shown."""
    alone = {"ashby": {"F": (0, 3), "M": (0, 197), "all": (0, 200)}}
    rows = [row for row in with_trust(alone) if row[0] == "academy"]
    assert hidden_in(tmp_path, rows) == year(["ashby"], "F", "M", "all")


def test_a_zero_out_of_enough_is_shown(tmp_path: Path) -> None:
    alone = {"ashby": {"F": (0, 90), "M": (0, 110), "all": (0, 200)}}
    assert hidden_in(tmp_path, [row for row in with_trust(alone) if row[0] == "academy"]) == set()


@pytest.mark.parametrize(
    ("counted", "is_hidden"), [(0, False), (1, True), (5, True), (6, False), (194, False), (195, True), (199, True), (200, False)]
)
def test_few_in_the_numerator_or_in_the_rest(tmp_path: Path, counted: int, is_hidden: bool) -> None:
    assert bool(hidden_in(tmp_path, [figure("ashby", "persistent_absence_rate", counted, 200)])) is is_hidden


def in_periods(*counts: tuple[tuple[str, date], int]) -> list[tuple[Any, ...]]:
    return [figure("ashby", SUSPENDED, counted, 200, period=period) for period, counted in counts]


def test_a_small_week_hides_all_weeks_and_keeps_the_half_term(tmp_path: Path) -> None:
    """2 and 7 make 9: they could be 3 and 6."""
    year_to_date = ("year_to_date", date(2025, 8, 1))
    rows = in_periods((year_to_date, 9), (HALF_TERM_1, 9), (WEEK_1, 2), (WEEK_2, 7))
    assert hidden_in(tmp_path, rows) == {("ashby", SUSPENDED, f"week {day} Sep", "all") for day in ("01", "08")}


def test_a_half_term_of_one_week_is_hidden_with_its_week(tmp_path: Path) -> None:
    """The second half-term has one week yet, so its 12 would be that week's; and 21 - 9 would be 12, so the year is hidden too."""
    year_to_date = ("year_to_date", date(2025, 8, 1))
    rows = in_periods((year_to_date, 21), (HALF_TERM_1, 9), (HALF_TERM_2, 12), (WEEK_1, 2), (WEEK_2, 7), (WEEK_3, 12))
    assert len(hidden_in(tmp_path, rows)) == 6


def test_parts_of_absence_are_hidden_together(tmp_path: Path) -> None:
    """3 pupils were away without leave: 400 - 390 sessions would be theirs. Attendance and absence stay."""
    rows = [
        figure("ashby", "attendance_rate", 9_600, 10_000, people=(100, 100)),
        figure("ashby", ABSENT, 400, 10_000, people=(80, 100)),
        figure("ashby", "authorised_absence_rate", 390, 10_000, people=(79, 100)),
        figure("ashby", "unauthorised_absence_rate", 10, 10_000, people=(3, 100)),
    ]
    assert {cell[1] for cell in hidden_in(tmp_path, rows)} == {"authorised_absence_rate", "unauthorised_absence_rate"}


def test_reasons_are_hidden_with_what_they_sum_to(tmp_path: Path) -> None:
    """The 3 pupils without leave are those of the reason G; so the reasons are hidden too."""
    rows = [
        figure("ashby", ABSENT, 400, 10_000, people=(80, 100)),
        figure("ashby", "authorised_absence_rate", 390, 10_000, people=(79, 100)),
        figure("ashby", "unauthorised_absence_rate", 10, 10_000, people=(3, 100)),
        figure("ashby", "absence_by_reason", 390, 10_000, people=(79, 100), group=("reason", "I")),
        figure("ashby", "absence_by_reason", 10, 10_000, people=(3, 100), group=("reason", "G")),
    ]
    assert len(hidden_in(tmp_path, rows)) == 4


def test_attendance_is_hidden_with_the_absence_that_is_its_rest(tmp_path: Path) -> None:
    rows = [
        figure("ashby", "attendance_rate", 990, 1_000, people=(100, 100)),
        figure("ashby", ABSENT, 10, 1_000, people=(4, 100)),
    ]
    assert len(hidden_in(tmp_path, rows)) == 2


def test_pupils_suspended_are_the_people_behind_suspensions(tmp_path: Path) -> None:
    """9 suspensions of 4 pupils: either figure tells of the 4."""
    rows = [figure("ashby", SUSPENDED, 4, 200), figure("ashby", "suspension_rate", 9, 200, people=(4, 200))]
    assert len(hidden_in(tmp_path, rows)) == 2


def test_a_share_of_the_roll_is_the_roll_of_the_group(tmp_path: Path) -> None:
    """3 of 100 have free meals: the roll of that group is hidden, and so is the share."""
    rows = [
        figure("ashby", "roll", 100, 1, people=(100, 100)),
        figure("ashby", "roll", 3, 1, people=(3, 3), group=("fsm", "yes")),
        figure("ashby", "roll", 97, 1, people=(97, 97), group=("fsm", "no")),
        figure("ashby", "fsm_pct", 3, 100),
    ]
    assert {cell[1:] for cell in hidden_in(tmp_path, rows)} == {
        ("roll", "year_to_date", "yes"), ("roll", "year_to_date", "no"), ("fsm_pct", "year_to_date", "all"),
    }  # fmt: skip


def test_one_object_serves_many_readers_and_hides_the_same_for_each(tmp_path: Path) -> None:
    counts = {"ashby": {"all": (3, 200)}, "birch": {"all": (16, 210)}, "cedar": {"all": (19, 400)}, "dale": {"all": (30, 500)}}
    truth = write_figures(tmp_path / "truth.duckdb", with_trust(counts))
    numbers, found = SmallNumbers(6), []
    for name, own in (("a", ()), ("b", ("birch",)), ("c", ()), ("d", ("birch",))):
        with duckdb.connect(str(reader_file(truth, tmp_path / f"{name}.duckdb", 6, own, numbers))) as connection:
            found.append(connection.execute("select * from marts.measure_value").fetchall())
    assert found[0] == found[2]
    assert found[1] == found[3]
    assert found[0] != found[1]


def test_nothing_is_small_below_two(tmp_path: Path) -> None:
    assert hidden_in(tmp_path, [figure("ashby", SUSPENDED, 1, 3)], below=1) == set()


def test_every_measure_says_what_it_is_related_to() -> None:
    with duckdb.connect() as connection:
        measures = {row[0] for row in connection.execute(f"select measure_id from read_csv('{SEEDS / 'ref_measure.csv'}')").fetchall()}
    assert measures == set(RELATIONS)


def test_a_governors_sentence_says_nothing_of_a_hidden_figure(tmp_path: Path) -> None:
    """Ashby's 3 of 200 and all that is said of them go; its goal and its place stay. Cedar's 19 of 400 are told in full."""
    counts = {"ashby": {"all": (3, 200)}, "birch": {"all": (16, 210)}, "cedar": {"all": (19, 400)}}
    truth = write_figures(tmp_path / "truth.duckdb", with_trust(counts))
    with duckdb.connect(str(truth)) as connection:
        connection.execute(
            """
            create table marts.scorecard as
            select
                academy_id, phase, measure_id, time_period, '%' as unit, value_status, cast(null as double) as last_year_value,
                'Few pupils or people: read it with care. 3 of 40 marks late.' as caveat
            from marts.measure_value where level = 'academy'
            """
        )
        connection.execute(
            """
            create table marts.governor_summary as
            select
                academy_id, measure_id, numerator as value, 'red' as rag, 1.0 as national_value, 'clearly higher' as against_england,
                'worse' as better_or_worse, 2.0 as trust_value, 3.0 as last_year_value, value_status,
                'Few pupils or people: read it with care. Late.' as caveat, concat(numerator, ' suspended') as figure_in_words,
                'England 1 %' as england_in_words, 'last year 3 %' as last_year_in_words, 'the goal is 1 %: red' as target_in_words,
                '' as sentence
            from marts.measure_value where level = 'academy'
            """
        )
    with duckdb.connect() as connection:
        connection.execute(f"attach '{truth}' as truth (read_only)")
        connection.execute("attach ':memory:' as reader")
        connection.execute("create schema reader.marts")
        connection.execute("create table reader.marts.governor_summary as from truth.marts.governor_summary")
        SmallNumbers(6).hide(connection, "truth", "reader")
        rows = {row[0]: row[2:] for row in connection.execute("select * from reader.marts.governor_summary").fetchall()}
    hidden = "Hidden: it is of few people, or would let a figure of few people be worked out"
    assert rows["ashby"] == (
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        "c",
        f"{hidden}.  Some marks late.",
        hidden,
        None,
        None,
        None,
        f"{hidden}.",
    )
    assert rows["birch"][7] == "c"
    assert rows["cedar"][-1] == "19.0 suspended; England 1 %; the goal is 1 %: red."


def test_a_year_beside_its_goal_is_hidden_where_its_figure_is(tmp_path: Path) -> None:
    """Ashby's 3 of 200 are hidden with their colour; Birch's 16 are hidden this year, not the year before. The goals stay."""
    counts = {"ashby": {"all": (3, 200)}, "birch": {"all": (16, 210)}, "cedar": {"all": (19, 400)}}
    truth = write_figures(tmp_path / "truth.duckdb", with_trust(counts))
    with duckdb.connect(str(truth)) as connection:
        connection.execute(
            """
            create table marts.goal_year as
            select level, academy_id, phase, measure_id, time_period, value, value_status, 'red' as rag, 1.0 as target_value
            from marts.measure_value where level = 'academy' or level = 'trust' and phase = 'all'
            """
        )
        connection.execute("update marts.goal_year set time_period = 202425, value = 2.5 where academy_id = 'birch'")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{truth}' as truth (read_only)")
        connection.execute("attach ':memory:' as reader")
        connection.execute("create schema reader.marts")
        connection.execute("create table reader.marts.goal_year as from truth.marts.goal_year")
        SmallNumbers(6).hide(connection, "truth", "reader")
        rows = connection.execute("select academy_id, value, value_status, rag, target_value from reader.marts.goal_year").fetchall()

    assert sorted(rows) == [
        ("ashby", None, "c", None, 1.0),
        ("birch", 2.5, "ok", "red", 1.0),  # of a year in which no figure of birch is hidden
        ("cedar", 4.75, "ok", "red", 1.0),
        ("trust", pytest.approx(100 * 38 / 810), "ok", "red", 1.0),
    ]
