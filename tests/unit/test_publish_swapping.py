"""The files of one night are put in place all or none: kills between two renames, files taken away, modes."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from pipelines.publish.swapping import Move, finish_swap, known_files, swap
from pipelines.store.home import Home

TRUST, ASHBY, BIRCH, GOVERNOR = "matlas.duckdb", "academy/ashby/matlas.duckdb", "academy/birch/matlas.duckdb", "governor/matlas.duckdb"


class KilledError(Exception):
    """Stands for kill -9 at one point."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "trust")
    home.prepare()
    return home


def put(home: Home, night: str, places: tuple[str, ...] = (TRUST, ASHBY, GOVERNOR), gone: tuple[str, ...] = ()) -> None:
    moves = []
    for number, place in enumerate(places):
        made = home.build / f"made_{number}"
        made.write_text(night)
        moves.append(Move(made, home.published / place))
    swap(home, moves, [home.published / place for place in gone], {"night": night})


def standing(home: Home) -> dict[str, str]:
    files = home.published.rglob("*.duckdb")
    return {file.relative_to(home.published).as_posix(): file.read_text() for file in files}


def killed_at(monkeypatch: pytest.MonkeyPatch, home: Home, number: int) -> None:
    """Die before the rename of that number into the published folder."""
    real, into = Path.replace, []

    def replace(path: Path, target: Any) -> Path:
        if Path(target).is_relative_to(home.published):
            into.append(target)
            if len(into) == number:
                raise KilledError
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)


def test_all_files_are_put_in_place_and_what_is_known_of_them_is_kept(home: Home) -> None:
    put(home, "first")

    assert standing(home) == {TRUST: "first", ASHBY: "first", GOVERNOR: "first"}
    assert known_files(home) == {"night": "first"}
    assert not finish_swap(home)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_kill_between_renames_is_finished_by_the_next_start(home: Home, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    put(home, "first", (TRUST, ASHBY, BIRCH))
    with monkeypatch.context() as kill:
        killed_at(kill, home, number)
        with pytest.raises(KilledError):
            put(home, "second", (TRUST, ASHBY, GOVERNOR), gone=(BIRCH,))
    assert list(standing(home).values()).count("second") == number - 1

    assert finish_swap(home)
    assert standing(home) == {TRUST: "second", ASHBY: "second", GOVERNOR: "second"}
    assert known_files(home) == {"night": "second"}
    assert not finish_swap(home)


def test_a_kill_before_the_list_is_whole_leaves_the_old_night(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    put(home, "first")
    with monkeypatch.context() as kill:
        kill.setattr(json, "dumps", lambda _: (_ for _ in ()).throw(KilledError))
        with pytest.raises(KilledError):
            put(home, "second")

    assert not finish_swap(home)
    assert set(standing(home).values()) == {"first"}


def test_a_kill_after_the_renames_and_before_the_list_is_gone_harms_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    put(home, "first")
    with monkeypatch.context() as kill:
        kill.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(KilledError))
        with pytest.raises(KilledError):
            put(home, "second")

    assert finish_swap(home)
    assert set(standing(home).values()) == {"second"}


def test_a_home_that_was_moved_goes_on_with_its_swap(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    put(home, "first")
    with monkeypatch.context() as kill:
        killed_at(kill, home, 2)
        with pytest.raises(KilledError):
            put(home, "second")
    moved = Home(home.root.rename(home.root.with_name("restored")))

    assert finish_swap(moved)
    assert set(standing(moved).values()) == {"second"}


def test_the_last_file_of_an_audience_takes_its_folder_along(home: Home) -> None:
    put(home, "first", (TRUST, ASHBY, BIRCH))
    put(home, "second", (TRUST, ASHBY), gone=(BIRCH,))
    assert not (home.published / "academy/birch").exists()

    put(home, "third", (TRUST,), gone=(ASHBY,))
    assert standing(home) == {TRUST: "third"}
    assert sorted(path.name for path in home.published.iterdir()) == ["matlas.duckdb"]


def test_new_folders_are_of_the_owner_and_the_group_alone(home: Home) -> None:
    put(home, "first")

    folders = [home.published, home.published / "academy", home.published / "academy/ashby", home.published / "governor"]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o750}
