"""One file per audience, after a real night of two schools: what is in each, what is in none, and when it is made again.

A pupil of ashby has names and a UPN that stand nowhere else, and somebody typed her surname where a kind of behaviour, a club and a result
belong. Not here: that hidden figures cannot be worked back (the tests of pipelines/suppression).
"""

import shutil
import stat
from pathlib import Path

import duckdb
import pytest

from pipelines.access import shown_to
from pipelines.publish import publish
from pipelines.publish.audiences import copied_to
from pipelines.store.home import Home
from pipelines.store.records import RunRequest
from pipelines.trust import load_trust
from tests.helpers.audiences import FORENAME, NUMBER, SURNAME
from tests.helpers.home import TrustHome
from tests.helpers.shared import copied
from tests.helpers.small import FRIDAY, MONDAY
from tests.helpers.stages import stages


@pytest.fixture
def night(audiences_night: TrustHome) -> TrustHome:
    """Only read, or copied."""
    return audiences_night


def file_of(home: TrustHome, name: str) -> Path:
    return home.root / "published" / name / "matlas.duckdb"


def ask(home: TrustHome, name: str, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(file_of(home, name)), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def text_of(file: Path) -> str:
    """All that a file says: its tables, their names and comments, and its bytes."""
    with duckdb.connect(str(file), read_only=True) as connection:
        said = [repr(connection.execute("select comment, sql from duckdb_tables()").fetchall())]
        said.append(repr(connection.execute("select comment from duckdb_columns()").fetchall()))
        for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
            said.append(repr(connection.execute(f"select * from {schema}.{table}").fetchall()))
    return "".join(said) + file.read_bytes().decode("latin-1")


def publish_again(home: TrustHome, old: str = "", new: str = "", tables_of: str = "the same") -> None:
    """Publish last night's warehouse once more, with a changed trust.yml."""
    place = Home(home.root)
    place.trust_file.write_text(place.trust_file.read_text().replace(old, new))
    shutil.copyfile(place.published_file, place.candidate)
    publish(place, load_trust(place.trust_file), RunRequest("again", FRIDAY), tables_of)


def inodes(home: TrustHome) -> dict[str, int]:
    root = home.root / "published"
    return {file.parent.relative_to(root).as_posix(): file.stat().st_ino for file in Home(home.root).audience_files()}


ALL = {"academy/ashby", "academy/birch", "analyst", "governor"}


def test_every_audience_has_its_file_for_its_group_alone(night: TrustHome) -> None:
    assert inodes(night).keys() == ALL
    for name in ALL:
        assert stat.S_IMODE(file_of(night, name).stat().st_mode) == 0o440
        assert stat.S_IMODE(file_of(night, name).parent.stat().st_mode) == 0o750


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_file_has_the_tables_and_columns_of_its_audience_with_comments(night: TrustHome, name: str) -> None:
    found = ask(night, name, "select schema_name || '.' || table_name, column_name from duckdb_columns() where not internal")
    audience = name.partition("/")[0]

    shown = {(each.table, column.name) for each in copied_to(audience) for column in each.columns}
    assert set(found) == shown
    unexplained = "select count(*) from duckdb_columns() where not internal and coalesce(comment, '') = ''"
    assert ask(night, name, unexplained) == [(0,)]
    assert ask(night, name, "select audience, academy_id from dq.publication") == [(audience, name.partition("/")[2] or None)]


@pytest.mark.parametrize(("name", "is_there"), [("analyst", False), ("governor", False), ("academy/birch", False), ("academy/ashby", True)])
def test_a_pupil_is_named_to_her_own_academy_alone(night: TrustHome, name: str, is_there: bool) -> None:
    said = text_of(file_of(night, name))

    assert [secret in said for secret in (SURNAME, FORENAME, NUMBER)] == [is_there] * 3


def test_an_academy_has_the_rows_of_its_own_people(night: TrustHome) -> None:
    for name, sessions, attended in (("academy/ashby", 40, 38), ("academy/birch", 20, 20)):
        academy_id = name.partition("/")[2]
        count = "select count(*), count_if(is_attending), any_value(academy_id) from core.fct_attendance_session"
        assert ask(night, name, count) == [(sessions, attended, academy_id)]
        assert ask(night, name, "select count(*) from core.dim_pupil") == [(10,)]
        for each in shown_to("academy"):
            if each.rows == "own" and each.own_through is None:
                assert {place for (place,) in ask(night, name, f"select distinct academy_id from {each.table}")} <= {academy_id}, each.table


def test_an_academys_own_figures_are_whole_and_the_small_ones_of_others_hidden(night: TrustHome) -> None:
    own = "select * from marts.scorecard where academy_id = 'ashby' order by all"
    value = "select academy_id, value, value_status from marts.scorecard where measure_id = 'persistent_absence_rate' order by all"

    assert ask(night, "academy/ashby", own) == ask(night, "", own)
    assert ask(night, "", value)[0] == ("ashby", 10.0, "ok")  # one of ten pupils
    assert ask(night, "academy/birch", value)[0] == ("ashby", None, "c")
    assert ask(night, "governor", value)[0] == ("ashby", None, "c")
    assert ask(night, "analyst", value) == ask(night, "", value)


@pytest.mark.parametrize("name", ["governor", "academy/birch"])
def test_a_hidden_figure_was_never_written_to_the_file(night: TrustHome, name: str, tmp_path: Path) -> None:
    """A database file keeps in its unused blocks what was taken out, and the one before the last of its states can be opened again."""
    said = "select distinct sentence from marts.governor_summary"
    hidden = {str(sentence) for (sentence,) in ask(night, "", said)} - {str(sentence) for (sentence,) in ask(night, name, said)}
    assert any("a tenth or more of their sessions" in sentence for sentence in hidden)
    as_it_was = before_its_last_checkpoint(file_of(night, name), tmp_path / "before.duckdb")

    for found in (file_of(night, name).read_bytes().decode("latin-1"), text_of(as_it_was) if as_it_was else ""):
        assert not [sentence for sentence in hidden if sentence in found]


def before_its_last_checkpoint(file: Path, to: Path) -> Path | None:
    """The file with the older of its two headers in the place of the newer; None where that no longer opens."""
    blocks, header = bytearray(file.read_bytes()), 4096
    first, second = (int.from_bytes(blocks[at * header + 8 : at * header + 16], "little") for at in (1, 2))
    newer, older = (1, 2) if first > second else (2, 1)
    blocks[newer * header : (newer + 1) * header] = blocks[older * header : (older + 1) * header]
    to.write_bytes(blocks)
    try:
        duckdb.connect(str(to), read_only=True).close()
    except duckdb.Error:
        return None
    return to


def test_an_analyst_follows_a_pupil_under_a_pseudonym_that_does_not_tell_the_order(night: TrustHome) -> None:
    joined = "select count(*) from core.fct_attendance_session inner join core.dim_pupil using (pupil_key)"
    assert ask(night, "analyst", joined) == [(60,)]
    assert ask(night, "analyst", "select distinct date_of_birth from core.dim_pupil") == ask(night, "analyst", "select date '2013-03-01'")

    keys = [str(key) for (key,) in ask(night, "analyst", "select pupil_key from core.dim_pupil")]
    assert keys == sorted(keys)
    assert not set(keys) & {str(key) for (key,) in ask(night, "", "select pupil_key from core.dim_pupil")}
    assert {len(key) for key in keys} == {32}


def test_what_six_pupils_share_is_a_category_and_what_one_has_is_left_out(night: TrustHome) -> None:
    found = "select behaviour_type, count(*) from core.fct_behaviour_event group by all order by all"

    assert ask(night, "analyst", found) == [("Kindness", 6), (None, 1)]
    assert ask(night, "academy/ashby", found) == [("Kindness", 6), (f"{SURNAME} again", 1)]


def test_who_decides_what_stands_in_every_file(night: TrustHome) -> None:
    for name in sorted(ALL):
        found = ask(night, name, "select academy_id, decided_by from ref.delegation order by all")
        assert found == [("ashby", "trust"), ("birch", "trust")]


def test_a_night_with_nothing_new_leaves_the_files_of_the_audiences(night: TrustHome, tmp_path: Path) -> None:
    home = copied(night, tmp_path / "home")
    stages(home, FRIDAY)  # in a new place the deliveries are other files
    before = inodes(home), home.published.stat().st_ino
    stages(home, FRIDAY)

    assert inodes(home) == before[0]
    assert home.published.stat().st_ino != before[1]


def test_files_come_and_go_with_trust_yml_and_are_made_again_where_something_changed(night: TrustHome, tmp_path: Path) -> None:
    home = copied(night, tmp_path / "home")
    publish_again(home)
    first = inodes(home)
    file_of(home, "governor").chmod(0o640)
    with duckdb.connect(str(file_of(home, "governor"))) as connection:
        connection.execute("create table marts.mine as select 1 as one")
    publish_again(home)
    second = inodes(home)
    assert {name for name in ALL if first[name] != second[name]} == {"governor"}
    assert ask(home, "governor", "select count(*) from duckdb_tables() where table_name = 'mine'") == [(0,)]

    publish_again(home, "audiences: [academy, analyst, governor]", "audiences: [academy]")
    assert inodes(home) == {name: inode for name, inode in first.items() if name.startswith("academy/")}
    assert not (home.root / "published/analyst").exists()

    publish_again(home, "name: Birch School", f"left_on: {MONDAY}, name: Birch School")  # not in the trust on the Friday
    assert inodes(home) == {"academy/ashby": first["academy/ashby"]}

    publish_again(home, tables_of="other tables")
    assert inodes(home).keys() == {"academy/ashby"}
    assert inodes(home)["academy/ashby"] != first["academy/ashby"]

    publish_again(home, "access: {audiences: [academy]}", "")
    assert inodes(home) == {}
    assert not (home.root / "published/academy").exists()
