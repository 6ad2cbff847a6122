"""The viewer x academy matrix: every reader, in the files and in PostgreSQL, finds what they ought to of each academy, and nothing else.

Ought: worked out from the access data by code of its own (tests/helpers/matrix_rules.py). Finds: every table, catalogue, comment, statistic
and error message (matrix_views.py). The page who-sees-what.md is that matrix. Two schools, each with a pupil and a colleague whose names,
numbers and birthday stand nowhere else.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations import audiences as rules
from pipelines.access import shown
from pipelines.publish import publish
from pipelines.store.home import Home
from pipelines.store.records import RunRequest
from pipelines.trust import load_trust
from tests.helpers import matrix_page
from tests.helpers.audiences import SURNAME
from tests.helpers.home import TrustHome
from tests.helpers.matrix import Whole, differences
from tests.helpers.matrix_rules import ACADEMIES, Viewer, viewers_of
from tests.helpers.matrix_views import Private, Seen, private, see_file, see_login
from tests.helpers.postgres import ADMINISTRATOR, Cluster, postgres
from tests.helpers.served import ACCESS, LOGINS, in_slices, with_logins
from tests.helpers.shared import copied
from tests.helpers.small import FRIDAY

NAMED = viewers_of(ACCESS)
FILES = [viewer for viewer in NAMED if viewer.where == "file"]
IN_THE_GROUP = Viewer("unnamed", None, (), "PostgreSQL")
STRANGER = Viewer("stranger", None, (), "PostgreSQL")
IN_POSTGRESQL = [*(viewer for viewer in NAMED if viewer.where == "PostgreSQL"), IN_THE_GROUP, STRANGER]
BIRCH = next(viewer for viewer in NAMED if viewer.name == "birch_leaders")


def place_of(home: TrustHome, viewer: Viewer) -> Path:
    return home.root / "published" / ("" if viewer.audience == "trust" else viewer.name) / "matlas.duckdb"


def group_of(viewer: Viewer) -> str | None:
    """The audience whose tables' names a viewer is told: of who is in its group, named or not."""
    return "trust" if viewer is IN_THE_GROUP else viewer.audience


@pytest.fixture(scope="module")
def of_the_trust(audiences_night: TrustHome) -> Seen:
    """What the central team finds in its file."""
    return see_file(audiences_night.published)


@pytest.fixture(scope="module")
def whole(of_the_trust: Seen) -> Whole:
    """All there is."""
    return Whole(of_the_trust.tables)


@pytest.fixture(scope="module")
def server(audiences_night: TrustHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server with a login of every audience and academy, one in a group whom trust.yml does not name, and one of nothing."""
    home = with_logins(audiences_night, tmp_path_factory.mktemp("matrix") / "home")
    with postgres() as cluster, pytest.MonkeyPatch.context() as patch, in_slices():
        cluster.set_up(home.here("serve", "postgres", "--setup").out, tuple(LOGINS))
        patch.setenv("MATLAS_PG", cluster.url())
        loaded = home.here("serve", "postgres")
        assert loaded.code == 0, loaded.text
        cluster.administer(f"create role {IN_THE_GROUP.name} login in role matlas_trust", f"create role {STRANGER.name} login")
        yield cluster


@pytest.fixture(scope="module")
def kept(server: Cluster) -> Private:
    """What is nobody's to open."""
    return private(server, ADMINISTRATOR)


@pytest.mark.parametrize("viewer", FILES, ids=lambda viewer: viewer.name)
def test_a_file_shows_of_each_academy_what_its_audience_ought_to_see(audiences_night: TrustHome, whole: Whole, viewer: Viewer) -> None:
    assert differences(viewer, group_of(viewer), see_file(place_of(audiences_night, viewer)), whole) == []


@pytest.mark.parametrize("viewer", IN_POSTGRESQL, ids=lambda viewer: viewer.name)
def test_a_login_sees_of_each_academy_what_its_audience_ought_to_see(server: Cluster, kept: Private, whole: Whole, viewer: Viewer) -> None:
    assert differences(viewer, group_of(viewer), see_login(server, viewer.name, kept), whole) == []


def test_every_table_about_people_has_rows_that_somebody_may_not_have(whole: Whole) -> None:
    """Else nobody could be found to have them. What is only typed at ashby, and the weeks of an MIS without days, apart."""
    at_one = {"core.fct_assessment_result", "core.fct_behaviour_event", "core.fct_club_membership", "core.fct_attendance_week"}
    people = {name for name, table in whole.tables.items() if {"pupil_key", "staff_key"} & set(table.columns)}

    assert {name for name in people for academy in ACADEMIES if {academy} not in whole.places(name)} == at_one


def test_an_error_does_tell_whoever_may_know(of_the_trust: Seen) -> None:
    """Else that it tells the others nothing would prove nothing. Which pupil's row fails first is DuckDB's affair."""
    assert re.search(r"\b[A-Z][0-9]{12}\b", of_the_trust.said["a cast that fails in core.dim_pupil"]), "a UPN"


def test_the_page_says_what_is_seen() -> None:
    page = matrix_page.PAGE.read_text(encoding="utf-8")

    assert page == matrix_page.renewed(page), matrix_page.RENEW


# --- planted leaks: the matrix must find them -------------------------------------------------------------------------------------------


@pytest.fixture
def rules_with_a_leak(tmp_path: Path) -> Iterator[None]:
    """The governor given the pupils, in the rules that publishing reads."""
    text, leaking = rules.AUDIENCES_FILE.read_text(encoding="utf-8"), tmp_path / "audiences.yml"
    leaking.write_text(text.replace("governor:\n  tables:\n", "governor:\n  tables:\n    core.dim_pupil: [open, personal]\n"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "AUDIENCES_FILE", leaking)
        _forget()
        yield
    _forget()


def _forget() -> None:
    rules.audiences.cache_clear()
    shown.shown_to.cache_clear()


@pytest.mark.usefixtures("rules_with_a_leak")
def test_a_table_given_to_governors_is_found(audiences_night: TrustHome, whole: Whole, tmp_path: Path) -> None:
    home = copied(audiences_night, tmp_path / "home")
    home.write_trust((home.root / "trust.yml").read_text(encoding="utf-8").replace("[academy, analyst, governor]", "[governor]"))
    place = Home(home.root)
    shutil.copyfile(place.published_file, place.candidate)
    publish(place, load_trust(place.trust_file), RunRequest("again", FRIDAY), "the same")

    governor = Viewer("governor", "governor")
    found = "\n".join(differences(governor, "governor", see_file(place_of(home, governor)), whole))

    assert "file governor: core.dim_pupil can be opened" in found
    assert "file governor: core.dim_pupil has 20 rows for somebody who may have none" in found
    assert "file governor: ashby: pupils: by name, and ought to be nothing" in found
    assert "told by a cast that fails in core.dim_pupil" in found


@pytest.mark.parametrize(
    ("leak", "mended", "said"),
    [
        (
            "alter table matlas.core_fct_enrolment disable row level security",
            "alter table matlas.core_fct_enrolment enable row level security",
            "core.fct_enrolment: 10 rows too many and 0 missing, of 10",
        ),
        (
            f"comment on column marts.scorecard.value is 'Not of {SURNAME}'",
            "comment on column marts.scorecard.value is 'The value.'",
            "['ashby: surname'] told by pg_description",
        ),
        (
            "grant usage on schema matlas to matlas_academy",
            "revoke usage on schema matlas from matlas_academy",
            "was let through: select matlas.audience('central_team')",
        ),
    ],
)
def test_a_right_too_much_in_postgresql_is_found(server: Cluster, kept: Private, whole: Whole, leak: str, mended: str, said: str) -> None:
    server.administer(leak)
    try:
        found = differences(BIRCH, "academy", see_login(server, BIRCH.name, kept), whole)
    finally:
        server.administer(mended)

    assert f"PostgreSQL birch_leaders: {said}" in found
