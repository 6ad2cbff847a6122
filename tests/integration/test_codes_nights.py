"""From a night with codes that nobody knows to a night that has them: asked once, filled in, read again from the store.

Monday 8 September at ashby: P0 is QQ (the academy means ill), P1 is ZZ (its register's word for nobody looked), the eight others are here;
on Tuesday all are. At birch on Monday P0 is QQ, the others are here. Four of ashby's forty marks and two of birch's twenty are over 5 %.
"""

import csv
import io
from pathlib import Path

import pytest

from tests.helpers.begun import begun
from tests.helpers.home import TrustHome
from tests.helpers.small import ALL_HERE, MONDAY, TEN, TUESDAY, marks, named, pupils, rate, small_home

SHIFTED = "Featherstone"


def with_ethnicity(number: int, **ethnicities: str) -> str:
    """The pupil file with an ethnicity for some."""
    heading, *people = pupils(*TEN, number=number).splitlines()
    rows = "".join(f"{each},{ethnicities.get(each.split(',')[0], '')}\n" for each in people)
    return f"{heading},ethnicity_code\n{rows}"


def register(letters: dict[str, str], tuesday: str | None = None) -> str:
    """Monday with other words for some pupils, and a Tuesday."""
    text = marks({MONDAY: ALL_HERE} | ({TUESDAY: tuesday} if tuesday else {}))
    for pupil, word in letters.items():
        for session, mark in (("AM", "/"), ("PM", "\\")):
            text = text.replace(f"{pupil},{MONDAY},{session},{mark}", f"{pupil},{MONDAY},{session},{word}")
    return text


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> TrustHome:
    home = begun(tmp_path_factory, small_home(tmp_path_factory.mktemp("codes") / "home"))
    home.write_trust((home.root / "trust.yml").read_text().replace("as_of: 2025-09-30", "as_of: 2025-09-10  # nobody is stale yet"))
    home.deliver(
        "ashby",
        {
            named("pupil", "2025-09-07"): with_ethnicity(1, P2="Martian", P3="Martian", P4="Martian"),
            named("attendance_mark", TUESDAY): register({"P0": "QQ", "P1": "ZZ"}, ALL_HERE),
        },
    )
    home.deliver(
        "birch",
        {
            named("pupil", "2025-09-07"): with_ethnicity(2, P5=SHIFTED),
            named("attendance_mark", TUESDAY): register({"P0": "QQ"}),
        },
    )
    assert home.here("run").code == 3
    return home


def asked(home: TrustHome) -> list[dict[str, str]]:
    """The map as it is printed."""
    return list(csv.DictReader(io.StringIO(home.here("codes", "unmapped", "--format", "csv").out)))


def state(home: TrustHome) -> dict[str, tuple[str, int]]:
    """The last run's result of the check, by academy."""
    rows = home.query(
        "select academy_id, status, failed from dq.check_result where check_id = 'unmapped_code'"
        " and run_id = (select max_by(run_id, checked_at) from dq.check_result) and academy_id <> 'trust'"
    )
    return {academy: (status, int(failed)) for academy, status, failed in rows}


def test_from_the_question_to_the_rows(home: TrustHome) -> None:
    assert home.query("select distinct academy_id, status, reason_code from dq.batch where entity = 'attendance_mark' order by all") == [
        ("ashby", "held", "too_many_rejected"),
        ("birch", "held", "too_many_rejected"),
    ]

    lines = asked(home)
    assert [(each["academy"], each["code_set"], each["value"], each["rows"], each["effect"], each["academies"]) for each in lines] == [
        ("matlas", "attendance", "QQ", "4", "rows rejected", "ashby birch"),
        ("ashby", "attendance", "ZZ", "2", "rows rejected", "ashby"),
        ("ashby", "ethnicity", "Martian", "3", "counts as unknown", "ashby"),
    ]
    assert {(each["first_seen"], each["code"]) for each in lines} == {("2025-09-09", ""), ("2025-09-07", "")}

    old = (home.root / "trust.yml").read_text()
    filled = home.root.parent / "codes.csv"
    answers = {"QQ": "I", "ZZ": "-", "Martian": "-"}
    with filled.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(lines[0]))
        writer.writeheader()
        writer.writerows({**each, "code": answers[each["value"]]} for each in lines)

    assert "Would add to ashby, attendance: 2 values" in home.here("codes", "add", str(filled), "--dry-run").out
    assert (home.root / "trust.yml").read_text() == old
    ended = home.here("codes", "add", str(filled))
    assert (ended.code, "matlas run" in ended.out) == (0, True)
    assert asked(home) == []  # decided, and not asked again, before any run

    assert home.here("run").code == 0
    assert rate(home, "ashby") == (36, 38)  # P0 was ill, P1 has no mark: 20 + 20 - 2 possible, 2 of them missed
    assert rate(home, "birch") == (18, 20)
    assert home.query("select count(*) from dq.rejected_row") == [(0,)]
    assert state(home) == {"ashby": ("pass", 0), "birch": ("fail", 1)}
    assert home.query("select count(*) from core.fct_enrolment where academy_id = 'ashby' and ethnicity_code is null") == [(10,)]
    assert asked(home) == []
    again = home.here("codes", "add", str(filled))
    assert "3 known already" in again.out
    assert "There was nothing to add." in again.out


def test_a_surname_in_a_shifted_row_is_kept_back(home: TrustHome) -> None:
    for shown in (
        home.here("codes", "unmapped"),
        home.here("codes", "unmapped", "--format", "csv"),
        home.here("codes", "unmapped", "--format", "json"),
        home.here("trace", "birch", "roll"),
    ):
        assert shown.code == 0, shown.text
        assert SHIFTED not in shown.text
    assert "1 values are kept back" in home.here("codes", "unmapped", "--format", "csv").err
    kept = home.here("codes", "unmapped", "--academy", "birch", "--codeset", "ethnicity", "--format", "json").json()
    assert [(each["is_kept_back"], each["value"], each["rows"], each["columns"]) for each in kept] == [
        (True, None, 1, "pupil.ethnicity_code")
    ]
    assert SHIFTED in home.here("codes", "unmapped", "--all").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--academy", "ashbi"], "Did you mean “ashby”?"),
        (["--codeset", "atendance"], "Did you mean “attendance”?"),
        (["--entity", "pupl"], "Did you mean “pupil”?"),
    ],
)
def test_wrong_usage_is_told(home: TrustHome, arguments: list[str], said: str) -> None:
    ended = home.here("codes", "unmapped", *arguments)

    assert (ended.code, said in ended.text) == (2, True)


def test_a_map_with_a_mistake_changes_nothing(home: TrustHome, tmp_path: Path) -> None:
    old = (home.root / "trust.yml").read_text()
    (tmp_path / "bad.csv").write_text("academy,code_set,value,code\nashby,attendance,ok,I\nashby,attendance,QQ,nonsense\n")

    ended = home.here("codes", "add", str(tmp_path / "bad.csv"))

    assert ended.code == 2
    assert "bad.csv line 3: “nonsense” is no code of attendance." in ended.text
    assert "Nothing was written." in ended.text
    assert (home.root / "trust.yml").read_text() == old
