"""A filled map: every line is checked, and told with its number."""

import datetime as dt
from pathlib import Path

import pytest

from pipelines.codes import Addition, Asked, CodesError, Filled, Unmapped, check, read_map, to_fill_in, write_map
from pipelines.codes.guesses import best_guess
from pipelines.store.home import Home
from pipelines.trust import TrustConfig, load_trust

TRUST = """\
trust: {name: Test Trust}
academies:
  - {id: ashby, name: Ashby, phase: secondary, mis: sims, codes: {attendance: {Ill: I}, ethnicity: {"Mixed?": "-"}}}
  - {id: birch, name: Birch, phase: primary, mis: sims}
  - {id: cedar, name: Cedar, phase: primary, mis: bromcom}
"""
DAY = dt.date(2025, 9, 8)


@pytest.fixture
def trust(tmp_path: Path) -> TrustConfig:
    (tmp_path / "trust.yml").write_text(TRUST)
    return load_trust(tmp_path / "trust.yml")


def waiting(academy_id: str, value: str, code_set: str = "attendance", rows: int = 4, mis: str = "sims") -> Unmapped:
    return Unmapped(academy_id, mis, code_set, value, (f"x.{code_set}",), rows, True, DAY, DAY, f"{academy_id}-x-1")


def checked(trust: TrustConfig, tmp_path: Path, lines: str, *unmapped: Unmapped) -> Filled:
    file = tmp_path / "codes.csv"
    file.write_text("academy,code_set,value,code\n" + lines)
    return check(file.name, read_map(file), trust, unmapped)


def test_codes_and_labels_are_taken_as_codes(trust: TrustConfig, tmp_path: Path) -> None:
    lines = "birch,attendance,Poorly,Illness (not medical or dental appointment)\nbirch,nc_year,Year Seven,Y7\nbirch,is_teacher,Tutor,Y\n"
    filled = checked(trust, tmp_path, lines, waiting("birch", "Poorly"))

    assert not filled.mistakes
    assert [(one.code_set, one.value, one.code) for one in filled.additions] == [
        ("attendance", "Poorly", "I"),
        ("nc_year", "Year Seven", "7"),
        ("is_teacher", "Tutor", "yes"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("birk,attendance,Poorly,I", "line 2: there is no academy “birk”. Did you mean `birch`?"),
        ("birch,atendance,Poorly,I", "line 2: there is no code set “atendance”. Did you mean `attendance`?"),
        ("birch,attendance,Poorly,ill", "line 2: “ill” is no code of attendance."),
        ("birch,attendance,,I", "line 2: the value is empty"),
        ("ashby,attendance,ILL,M", "line 2: ashby already reads this value of attendance as I, not M"),
        ("ashby,attendance,/,I", "line 2: ashby already reads this value of attendance as /, not I"),
        ("cedar,attendance,I01,M", "line 2: cedar already reads this value of attendance as I, not M"),
        (
            "birch,attendance,Poorly,I\nbirch,attendance,poorly,M",
            "line 3: line 2 already gives this value of attendance the code I for birch",
        ),
        ("ashby,ethnicity,mixed?,MWBC", "line 2: ashby already reads this value of ethnicity as -, not MWBC"),
    ],
)
def test_a_mistake_is_told_with_its_line(trust: TrustConfig, tmp_path: Path, line: str, said: str) -> None:
    filled = checked(trust, tmp_path, f"{line}\n", waiting("birch", "Poorly"))

    assert any(said in mistake for mistake in filled.mistakes), filled.mistakes


def test_what_is_known_or_blank_is_counted_and_nothing_more(trust: TrustConfig, tmp_path: Path) -> None:
    filled = checked(trust, tmp_path, "ashby,attendance,ill,I\nashby,attendance,/,/\nbirch,attendance,Poorly,\n,,,\n")

    assert (filled.already, filled.blank, filled.additions, filled.mistakes) == (2, 1, [], [])


def test_one_line_serves_every_academy_of_an_mis_or_all_that_have_the_value(trust: TrustConfig, tmp_path: Path) -> None:
    three = (waiting("ashby", "Poorly"), waiting("birch", "Poorly"), waiting("cedar", "Poorly", mis="bromcom"))

    of_mis = checked(trust, tmp_path, "sims,attendance,Poorly,I\n", *three)
    of_all = checked(trust, tmp_path, "all,attendance,Poorly,I\n", *three[1:])

    assert of_mis.additions == [Addition("ashby", "attendance", "Poorly", "I"), Addition("birch", "attendance", "Poorly", "I")]
    assert [one.academy_id for one in of_all.additions] == ["birch", "cedar"]
    assert "no academy with arbor has this value without a map" in checked(trust, tmp_path, "arbor,attendance,Poorly,I\n", *three).notes[0]


def test_a_value_that_nobody_delivered_is_taken_with_a_note(trust: TrustConfig, tmp_path: Path) -> None:
    filled = checked(trust, tmp_path, "birch,attendance,1,I\n", waiting("birch", "01x"))

    assert [one.value for one in filled.additions] == ["1"]
    assert "nothing that birch delivered waits for this value" in filled.notes[0]


@pytest.mark.parametrize("value", ["=1+1", "+", "-x", "@a", "'=a", "a,b", 'a"b', "é"])
def test_a_value_comes_back_from_the_file_as_it_went_in(tmp_path: Path, value: str) -> None:
    asked = Asked("birch", "attendance", value, None, None, 2, "rows rejected", "x.y", "birch", "2025-09-08", "2025-09-08", "b-1")
    text = write_map([asked])
    file = tmp_path / "codes.csv"
    file.write_text(text, encoding="utf-8-sig")

    assert [line.value for line in read_map(file)] == [value]
    assert not [cell for cell in text.splitlines()[1].split(",") if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_map_that_a_spreadsheet_saved_is_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    file = tmp_path / "codes.csv"
    file.write_bytes(delimiter.join(["academy", "code_set", "value", "code"]).encode(encoding) + b"\r\n")
    file.write_bytes(file.read_bytes() + delimiter.join(["birch", "attendance", "Congé", "C"]).encode(encoding) + b"\r\n")

    assert [(line.value, line.code) for line in read_map(file)] == [("Congé", "C")]


def test_a_map_without_its_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "codes.csv").write_text("school,value\n")

    with pytest.raises(CodesError, match="the column academy is missing"):
        read_map(tmp_path / "codes.csv")


@pytest.mark.parametrize(
    ("one", "code", "said"),
    [
        (waiting("birch", "ILL"), "I", "ashby maps it so"),
        (waiting("birch", "X01"), "X", "so in bromcom"),
        (waiting("birch", "M7"), "M", "looks like a sub-code"),
        (waiting("birch", "Religious obs."), "R", "a label begins so"),
        (waiting("birch", "Year 8 (Green)", "nc_year"), "8", "the year in it"),
    ],
)
def test_a_guess_says_where_it_is_from(trust: TrustConfig, one: Unmapped, code: str, said: str) -> None:
    guess = best_guess(one, trust)

    assert guess is not None
    assert (guess.code, said in guess.guessed_from) == (code, True)


def test_nothing_near_is_no_guess(trust: TrustConfig) -> None:
    assert best_guess(waiting("birch", "QQ"), trust) is None
    assert best_guess(waiting("birch", "zzzz", "staff_leaving_reason"), trust) is None


def test_one_line_is_asked_for_several_academies_of_one_mis(trust: TrustConfig, tmp_path: Path) -> None:
    three = [waiting("ashby", "QQ"), waiting("birch", "QQ", rows=3), waiting("cedar", "QQ", mis="bromcom")]

    lines = to_fill_in(three, Home(tmp_path), trust)

    assert [(line.academy, line.academies, line.rows) for line in lines] == [("sims", "ashby birch", 7), ("cedar", "cedar", 4)]


@pytest.mark.parametrize(
    ("value", "rows", "is_kept_back"),
    [("QQ", 1, False), ("Smith", 1, True), ("Smith", 2, False), ("04/03/2012", 5, True), ("B801200005001", 5, True), ("a@b.uk", 5, True)],
)
def test_what_may_be_personal_is_kept_back(trust: TrustConfig, tmp_path: Path, value: str, rows: int, is_kept_back: bool) -> None:
    lines = to_fill_in([waiting("birch", value, rows=rows)], Home(tmp_path), trust)

    assert [line.value is None for line in lines] == [is_kept_back]
    assert (value in write_map(lines)) is not is_kept_back
    assert to_fill_in([waiting("birch", value, rows=rows)], Home(tmp_path), trust, show_all=True)[0].value == value
