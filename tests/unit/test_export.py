"""`matlas export`: rows and cells by hand, and a folder that is whole or untouched."""

from pathlib import Path

import pytest

from pipelines.cli import run
from pipelines.store.home import Home
from tests.helpers.dfe_format import faults
from tests.helpers.exported import ACADEMIES, TRUST_YML, a_trust, cells, data_files, export, figure, published_home, roll, rows_of


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = published_home(tmp_path_factory.mktemp("trust"), *a_trust())
    assert export(home, "--format", "dfe", "--trust-id", "TR01234") == 0
    return home


def test_each_domain_has_a_file_for_schools_and_one_for_the_trust(home: Home) -> None:
    assert [each.name for each in data_files(home.root / "export")] == [
        f"trust_{name}{level}.csv"
        for name in ("absence_by_reason", "achievement", "attendance", "context", "inclusion")
        for level in ("", "_school")
    ]


def test_a_row_of_a_school_says_where_it_is_and_who(home: Home) -> None:
    row = next(
        row for row in rows_of(home, "trust_attendance_school.csv") if row["school_urn"] == "900001" and row["breakdown"] == "Female"
    )

    assert list(row.items())[:18] == [
        ("time_period", "202425"),
        ("time_identifier", "Academic year"),
        ("geographic_level", "School"),
        ("country_code", "E92000001"),
        ("country_name", "England"),
        ("old_la_code", "908"),
        ("new_la_code", "E06000052"),
        ("la_name", "Cornwall"),
        ("school_laestab", "9081001"),
        ("school_urn", "900001"),
        ("school_name", "Ashby Academy"),
        ("trust_id", "TR01234"),
        ("trust_name", "Small Trust"),
        ("time_frame", "Total"),
        ("education_phase", "Primary"),
        ("breakdown_topic", "Sex"),
        ("breakdown", "Female"),
        ("attendance_rate", "92.50"),
    ]
    assert (row["attendance_rate_numerator"], row["attendance_rate_denominator"]) == ("1850", "2000")


def test_an_unknown_local_authority_and_an_unknown_laestab_are_x(home: Home) -> None:
    found = cells(home, "trust_context_school.csv", "school_laestab", "school_name", "old_la_code", "new_la_code", "la_name")

    assert found["Birch Primary", "x", "x", "Not available"] == "9301002"
    assert found["Croft School", "x", "x", "Not available"] == "x"


def test_the_trust_stands_by_phase_and_as_a_whole(home: Home) -> None:
    found = cells(home, "trust_context.csv", "roll", "time_frame", "education_phase", "breakdown", "geographic_level")

    assert found["Total", "Total", "Total", "MAT"] == "180"
    assert found["Total", "Primary", "Male", "MAT"] == "50"


def test_an_open_year_is_the_year_to_date_and_a_closed_one_the_total(home: Home) -> None:
    rows = rows_of(home, "trust_context.csv")

    assert {(row["time_period"], row["time_frame"]) for row in rows} == {("202425", "Total"), ("202526", "Year to date")}
    assert "202526: the year to date, counted to 2026-01-16." in (home.root / "export" / "data_guidance.txt").read_text(encoding="utf-8")


def test_what_is_not_there_says_why(home: Home) -> None:
    rows = rows_of(home, "trust_inclusion.csv") + rows_of(home, "trust_achievement.csv") + rows_of(home, "trust_context.csv")

    assert {row["suspension_rate"] for row in rows if "suspension_rate" in row} == {"x"}
    assert {row["progress8"] for row in rows if "progress8" in row} == {"z"}
    assert {row["fsm_pct"] for row in rows if "fsm_pct" in row} == {"x"}  # no row at all: not delivered


def test_absence_by_reason_has_all_absence_as_its_total(home: Home) -> None:
    found = cells(home, "trust_absence_by_reason.csv", "absence_by_reason", "time_period", "education_phase", "absence_reason")

    assert {key[2]: value for key, value in found.items() if key[:2] == ("202425", "Total")} == {
        "Total": "10.56",
        "Holiday not granted (G)": "5.28",
        "Illness (I)": "5.28",
    }


def test_a_group_nobody_is_in_is_not_applicable(tmp_path: Path) -> None:
    rows = [
        roll("ashby", 40),
        roll("ashby", 40, ("sex", "F")),
        figure("ashby", "fsm_pct", 20, 40),
        figure("ashby", "fsm_pct", 20, 40, ("eal", "no")),
    ]
    home = published_home(tmp_path, *rows)

    assert export(home) == 0
    assert cells(home, "trust_context_school.csv", "fsm_pct", "breakdown") == {("Total",): "50.0", ("Female",): "z", ("English",): "50.0"}


@pytest.mark.parametrize(
    ("measure", "numerator", "denominator", "shown"),
    [
        ("suspension_rate", 25, 3000, "0.83"),
        ("suspension_rate", 1005, 40000, "2.51"),  # 2.5125
        ("suspension_rate", 1001, 40000, "2.50"),  # 2.5025
        ("suspension_rate", 8, 320000, "low"),  # 0.0025
        ("suspension_rate", 0, 3000, "0.00"),
        ("pupils_suspended_pct", 129, 2000, "6.5"),  # 6.45, half up
        ("progress8", -10, 800, "-0.01"),  # -0.0125
        ("progress8", -10, 8000, "low"),
    ],
)
def test_values_are_rounded_as_published(tmp_path: Path, measure: str, numerator: float, denominator: float, shown: str) -> None:
    people = (abs(int(numerator)), int(denominator))
    home = published_home(tmp_path, figure("ashby", measure, numerator, denominator, people=people))

    assert export(home) == 0
    file = "trust_achievement_school.csv" if measure == "progress8" else "trust_inclusion_school.csv"
    assert [row[measure] for row in rows_of(home, file)] == [shown]


def test_an_academy_without_a_urn_is_left_out_of_the_files_of_schools_and_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = published_home(tmp_path, *a_trust(), academies=[(*ACADEMIES[0][:2], None, None), *ACADEMIES[1:]])

    assert export(home) == 0
    said = capsys.readouterr().err
    assert "Ashby Academy is not in the files of schools: it has no URN. Add `urn:` to ashby in trust.yml" in said
    assert {row["school_name"] for row in rows_of(home, "trust_context_school.csv")} == {"Birch Primary", "Croft School"}
    assert cells(home, "trust_context.csv", "roll", "time_frame", "education_phase", "breakdown")["Total", "Total", "Total"] == "180"
    assert all(not faults(each) for each in data_files(home.root / "export"))


def test_the_group_uid_is_not_taken_for_the_group_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = published_home(tmp_path / "uid", *a_trust())
    of_gias = published_home(tmp_path / "id", *a_trust(), trust_yml=TRUST_YML.replace("99001", "TR00999"))

    assert export(home) == 0
    assert "give its Group ID with --trust-id" in capsys.readouterr().err
    assert {(row["trust_id"], row["trust_name"]) for row in rows_of(home, "trust_context.csv")} == {("x", "Not available")}
    assert all(not faults(each) for each in data_files(home.root / "export"))
    assert export(of_gias) == 0
    assert {row["trust_id"] for row in rows_of(of_gias, "trust_context.csv")} == {"TR00999"}


def test_two_exports_of_one_file_are_equal(home: Home, tmp_path: Path) -> None:
    assert export(home, str(tmp_path / "again"), "--trust-id", "TR01234") == 0
    first, second = ({each.name: each.read_bytes() for each in folder.iterdir()} for folder in (home.root / "export", tmp_path / "again"))

    assert first == second


def test_an_earlier_export_is_replaced_whole(tmp_path: Path) -> None:
    home = published_home(tmp_path, *a_trust())
    folder = home.root / "export"
    folder.mkdir()
    (folder / "trust_gone.csv").write_text("old")

    assert export(home) == 0
    assert not (folder / "trust_gone.csv").exists()
    assert sorted(each.name for each in home.root.iterdir() if "export" in each.name) == ["export"]


def test_a_folder_with_anything_else_in_it_is_never_touched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = published_home(tmp_path, *a_trust())
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "holiday.jpg").write_text("sun")

    assert export(home, str(folder)) == 1
    assert "holds something that no export wrote (holiday.jpg)" in capsys.readouterr().err
    assert [each.name for each in folder.iterdir()] == ["holiday.jpg"]
    assert export(home, str(folder / "holiday.jpg")) == 1


def test_an_export_that_fails_leaves_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = published_home(tmp_path, *a_trust())
    assert export(home) == 0
    before = {each.name: each.read_bytes() for each in (home.root / "export").iterdir()}
    real = Path.rename

    def full(self: Path, target: Path) -> Path:
        if self.name == ".export.new":
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", full)

    assert export(home, "--trust-id", "TR09999") == 1
    assert "cannot be written (No space left on device)" in capsys.readouterr().err
    assert {each.name: each.read_bytes() for each in (home.root / "export").iterdir()} == before


def test_an_export_cut_off_between_its_renames_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = published_home(tmp_path, *a_trust())
    (tmp_path / ".export.old").mkdir()
    (tmp_path / ".export.old" / "mine.txt").write_text("not ours")

    assert export(home) == 1
    assert (tmp_path / "export" / "mine.txt").exists()


def test_before_the_first_run_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "trust.yml").write_text(TRUST_YML)

    assert run(["export", "--home", str(tmp_path)]) == 1
    assert "Nothing is published here yet" in capsys.readouterr().err


def test_a_published_file_without_figures_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = published_home(tmp_path)

    assert export(home) == 1
    assert "There is no figure to export yet" in capsys.readouterr().err
    assert not (tmp_path / "export").exists()


def test_an_unknown_format_is_wrong_usage(home: Home) -> None:
    assert export(home, "--format", "excel") == 2
