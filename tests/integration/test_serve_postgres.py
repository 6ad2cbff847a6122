"""`matlas serve postgres` on a real server: a login reads what its audience's file holds and nothing else, before, during and after a load.

The server is Debian's, in a folder of its own. What an audience has is worked out by other code (the published files); what is written here
by hand: sessions of the registers, who may enter, and what must never be said.
"""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from pipelines.serve import loading, swap
from pipelines.serve.errors import ServeError
from pipelines.serve.setup import setup_sql
from pipelines.store.home import Home
from pipelines.trust import TrustConfig, load_trust
from tests.helpers.audiences import FORENAME, NUMBER, SURNAME
from tests.helpers.home import Outcome, TrustHome
from tests.helpers.postgres import ADMINISTRATOR, LOADER, Cluster, postgres
from tests.helpers.served import LOGINS, in_slices, rows_for, rows_in, with_logins

SESSIONS = "select academy_id, count(*) from core.fct_attendance_session group by 1 order by 1"


@pytest.fixture(scope="module")
def home(audiences_night: TrustHome, tmp_path_factory: pytest.TempPathFactory) -> TrustHome:
    """Two schools of ten pupils: 40 sessions at ashby, where one pupil has names that stand nowhere else; 20 at birch."""
    return with_logins(audiences_night, tmp_path_factory.mktemp("served") / "home")


@pytest.fixture(scope="module")
def server(home: TrustHome) -> Iterator[Cluster]:
    """A server with the logins of trust.yml, loaded once; large tables are in slices, here already those of a few rows."""
    with postgres() as cluster, in_slices():
        setup = home.here("serve", "postgres", "--setup")
        assert setup.code == 0, setup.text
        cluster.set_up(setup.out, tuple(LOGINS))
        first = serve(home, cluster)
        assert first.code == 0, first.text
        yield cluster


def serve(home: TrustHome, cluster: Cluster, *options: str, url: str | None = None) -> Outcome:
    """The command, in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MATLAS_PG", cluster.url() if url is None else url)
        return home.here("serve", "postgres", *options)


def load(home: TrustHome, cluster: Cluster, say: Any = lambda _table, _rows: None, trust: TrustConfig | None = None) -> loading.Loaded:
    """The load itself, watched."""
    place = Home(home.root)
    return loading.load(place, trust or load_trust(place.trust_file), cluster.url(), 120, say)


def asked(cluster: Cluster, login: str, query: str) -> list[tuple[Any, ...]]:
    with cluster.connect_as(login) as session:
        return session.execute(query.encode()).fetchall()


def refused(cluster: Cluster, login: str, query: str) -> str:
    """The error that the login gets."""
    with pytest.raises(psycopg.Error) as error:
        asked(cluster, login, query)
    return str(error.value)


# --- who reads what ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "audience"),
    [
        ("central_team", ()),
        ("ashby_leaders", ("academy", "ashby")),
        ("birch_leaders", ("academy", "birch")),
        ("board", ("governor",)),
        ("insight", ("analyst",)),
    ],
)
def test_a_login_reads_every_row_of_its_audiences_file_and_no_other(
    home: TrustHome, server: Cluster, login: str, audience: tuple[str, ...]
) -> None:
    held = rows_in(Path(home.root, "published", *audience, "matlas.duckdb"))

    with server.connect_as(login) as session:
        differing = [table for table, (columns, rows) in held.items() if rows_for(session, table, columns) != rows]
        readable = session.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema not in ('pg_catalog', 'information_schema')"
        ).fetchall()

    assert differing == []
    assert {name for (name,) in readable if not name.startswith("matlas.")} == set(held)


def test_leaders_read_the_sessions_of_their_own_academy_alone(server: Cluster) -> None:
    assert asked(server, "ashby_leaders", SESSIONS) == [("ashby", 40)]
    assert asked(server, "birch_leaders", SESSIONS) == [("birch", 20)]
    assert asked(server, "central_team", SESSIONS) == [("ashby", 40), ("birch", 20)]


def test_an_analyst_reads_all_sessions_and_nobodys_key(home: TrustHome, server: Cluster) -> None:
    assert asked(server, "insight", SESSIONS) == [("ashby", 40), ("birch", 20)]
    theirs = set(asked(server, "insight", "select distinct pupil_key from core.dim_pupil"))

    assert len(theirs) == 20
    assert not theirs & set(asked(server, "central_team", "select pupil_key from core.dim_pupil"))
    assert asked(server, "insight", "select count(upn) from core.dim_pupil") == [(0,)]


def test_a_small_number_is_hidden_from_whom_it_is_not_theirs(server: Cluster) -> None:
    one_of_ten = "select value, value_status from marts.scorecard where academy_id = 'ashby' and measure_id = 'persistent_absence_rate'"

    for login in ("central_team", "insight", "ashby_leaders"):
        assert asked(server, login, one_of_ten) == [(10.0, "ok")]
    for login in ("birch_leaders", "board"):
        assert asked(server, login, one_of_ten) == [(None, "c")]
    assert asked(
        server, "birch_leaders", "select count(*) from marts.scorecard where value = 10 and measure_id = 'persistent_absence_rate'"
    ) == [(0,)]


def test_a_pupil_is_named_to_her_own_academy_and_the_trust_alone(server: Cluster) -> None:
    secrets = (SURNAME.lower(), FORENAME.lower(), NUMBER.lower())
    names_her = set()
    for login in LOGINS:
        with server.connect_as(login) as session:
            views = session.execute(
                "select format('select string_agg(lower(said::text), %L) from %I.%I as said', ' ', table_schema, table_name) "
                "from information_schema.tables where table_schema in ('core', 'dq', 'marts', 'ref')"
            ).fetchall()
            said = " ".join(str(session.execute(query.encode()).fetchone()) for (query,) in views)
        names_her |= {login for secret in secrets if secret in said}

    assert names_her == {"central_team", "ashby_leaders", "ashby_teachers"}


def test_a_teacher_reads_their_own_class_lists_and_what_is_not_safeguarding(server: Cluster) -> None:
    assert asked(server, "ashby_teachers", "select academy_id, count(*) from marts.class_list group by 1") == [("ashby", 10)]
    assert asked(server, "ashby_teachers", "select academy_id, count(*), count(is_looked_after) from marts.pupil_summary group by 1") == [
        ("ashby", 10, 0)
    ]
    assert "permission denied" in refused(server, "ashby_teachers", "select * from core.dim_pupil")
    assert "permission denied" in refused(server, "ashby_teachers", "select * from marts.scorecard")


def test_a_person_in_a_groups_reads_what_the_group_may_and_in_two_groups_both_academies(home: TrustHome, server: Cluster) -> None:
    server.administer("create role anna login in role ashby_leaders", "create role bo login in role ashby_leaders, birch_leaders")
    assert asked(server, "anna", SESSIONS) == [("ashby", 40)]
    assert asked(server, "bo", SESSIONS) == [("ashby", 40), ("birch", 20)]
    assert asked(server, "bo", "select count(*) from marts.scorecard") == [(0,)], (
        "both academies' hidden figures together are not worked out yet"
    )

    load(home, server)

    figures = "select academy_id, measure_id, value, value_status from marts.scorecard order by 1, 2"
    assert asked(server, "bo", figures) == asked(server, "central_team", figures), "who leads every academy, nothing is hidden from"
    assert asked(server, "bo", "select count(*) from core.dim_pupil") == [(20,)]
    assert asked(server, "bo", "select audience, academy_id from dq.publication") == [("academy", "ashby, birch")]
    server.administer("drop role anna, bo")


def test_a_person_in_groups_of_two_audiences_reads_nothing_and_the_command_says_who(home: TrustHome, server: Cluster) -> None:
    server.administer("create role torn login in role ashby_leaders, insight")

    assert asked(server, "torn", SESSIONS) == []
    outcome = serve(home, server)
    assert outcome.code == 3
    assert "in groups of more than one audience, and read nothing: torn." in outcome.text
    assert asked(server, "torn", SESSIONS) == []
    server.administer("drop role torn")


def test_who_is_not_named_does_not_enter_and_who_is_no_longer_named_reads_nothing_more(home: TrustHome, server: Cluster) -> None:
    server.administer("create role stranger login", "create role late login")
    assert "permission denied for database" in refused(server, "stranger", "select 1")
    trust = load_trust(home.root / "trust.yml")
    logins = dict(trust.access.logins)
    with_late = trust.model_copy(update={"access": trust.access.model_copy(update={"logins": {**logins, "late": logins["central_team"]}})})

    load(home, server, trust=with_late)
    assert asked(server, "late", SESSIONS) == [("ashby", 40), ("birch", 20)]
    load(home, server)

    assert "permission denied for database" in refused(server, "late", SESSIONS)
    server.administer("drop role stranger, late")


def test_a_member_of_a_group_whom_trust_yml_does_not_name_is_put_out_and_reads_no_row_before(home: TrustHome, server: Cluster) -> None:
    server.administer("create role sly login in role matlas_trust")
    assert asked(server, "sly", SESSIONS) == [], "the rows ask trust.yml's list, not the group"

    load(home, server)

    assert "permission denied" in refused(server, "sly", SESSIONS)
    server.administer("drop role sly")


def test_a_login_that_the_server_does_not_have_waits_for_a_person(home: TrustHome, server: Cluster, tmp_path: Path) -> None:
    trust = load_trust(home.root / "trust.yml")
    logins = {**trust.access.logins, "newcomers": trust.access.logins["board"]}

    loaded = load(home, server, trust=trust.model_copy(update={"access": trust.access.model_copy(update={"logins": logins})}))

    assert loaded.missing_logins == ["newcomers"]


# --- what must not be told --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attack",
    [
        "select count(*) from core.dim_pupil where 1 / (case when upn = {upn} then 0 else 1 end) = 1",
        "select count(*) from core.dim_pupil where cast(case when upn = {upn} then upn else '1' end as integer) = 1",
        "select count(*) from core.dim_pupil where upn = {upn} and cast(upn as integer) = 1",
    ],
)
def test_an_error_tells_nothing_of_a_row_that_is_not_the_readers(server: Cluster, attack: str) -> None:
    of_academy = "select upn from core.dim_pupil join core.fct_enrolment using (pupil_key) where academy_id = '{}' order by 1 limit 1"
    (birchs,), (ashbys,) = (asked(server, "central_team", of_academy.format(academy))[0] for academy in ("birch", "ashby"))

    assert refused(server, "ashby_leaders", attack.format(upn=f"'{ashbys}'")), "the attack works on one's own rows"
    assert len(asked(server, "ashby_leaders", attack.format(upn=f"'{birchs}'"))) == 1


def test_catalogues_hold_no_value_and_the_access_data_are_nobodys_to_read(server: Cluster) -> None:
    for login in ("ashby_leaders", "ashby_teachers", "board", "insight"):
        assert asked(server, login, "select count(*) from pg_stats where schemaname in ('matlas', 'core', 'marts', 'dq', 'ref')") == [(0,)]
        for query in (
            "select * from matlas.login",
            "select * from matlas.core_dim_pupil",
            "select matlas.audience('central_team')",
            "select matlas.number('central_team')",
            "select * from pg_statistic",
        ):
            assert "permission denied" in refused(server, login, query), (login, query)


def test_sessions_read_only_and_not_for_ever(home: TrustHome, server: Cluster) -> None:
    assert serve(home, server, "--seconds", "1").code == 0

    assert "statement timeout" in refused(server, "board", "select pg_sleep(5)")
    assert asked(server, "board", "show default_transaction_read_only") == [("on",)]
    for change in (
        "update marts.scorecard set value = 1",
        "delete from marts.scorecard",
        "create temp table mine (a int)",
        "create table public.mine (a int)",
    ):
        with server.connect_as("central_team") as session:
            session.execute("set default_transaction_read_only = off")
            with pytest.raises(psycopg.Error, match=r"permission denied|cannot"):
                session.execute(change.encode())


def test_comments_and_types_are_those_of_the_file(home: TrustHome, server: Cluster) -> None:
    query = """
        select table_schema || '.' || table_name, column_name, {type}, {comment}
        from information_schema.columns
        where table_schema in ('core', 'dq', 'marts', 'ref')
        """
    said = asked(
        server,
        "central_team",
        query.format(type="data_type", comment="col_description((table_schema || '.' || table_name)::regclass, ordinal_position)"),
    )
    in_file = home.query(
        "select schema_name || '.' || table_name, column_name, data_type, comment from duckdb_columns() where not internal"
    )
    types = {"VARCHAR": "text", "DOUBLE": "double precision", "TIMESTAMP": "timestamp without time zone"}
    wanted = {(table, column): (types.get(kind, kind.split("(")[0].lower()), comment) for table, column, kind, comment in in_file}
    wanted = {key: ("numeric" if kind == "decimal" else kind, comment) for key, (kind, comment) in wanted.items()}

    assert {(table, column) for table, column, _, _ in said} == set(wanted)
    for table, column, kind, comment in said:
        assert kind == wanted[table, column][0], (table, column)
        assert comment.partition(" Always empty for the audience ")[0] == wanted[table, column][1], (table, column)
    of_tables = "select obj_description(('marts.' || {0})::regclass) from (values ('scorecard'), ('pupil_summary')) as t ({0})"
    assert asked(server, "central_team", of_tables.format("name")) == home.query(
        "select comment from duckdb_tables() where table_name in ('scorecard', 'pupil_summary') order by table_name desc"
    )


def test_a_column_that_an_audience_lacks_says_so(server: Cluster) -> None:
    ((comment,),) = asked(
        server,
        "ashby_teachers",
        "select col_description(attrelid, attnum) from pg_attribute "
        "where attrelid = 'marts.pupil_summary'::regclass and attname = 'is_looked_after'",
    )
    assert comment.endswith("Always empty for the audience teacher.")


# --- before, during and after a load ----------------------------------------------------------------------------------------------------


def test_readers_have_the_old_night_until_the_new_one_is_whole_and_two_loads_do_not_meet(home: TrustHome, server: Cluster) -> None:
    seen: set[int] = set()
    second: list[str] = []

    def watch(table: str, _rows: int) -> None:
        if table == "ref_measure":
            seen.update(count for _, count in asked(server, "central_team", SESSIONS))
            with pytest.raises(ServeError) as error:
                load(home, server)
            second.append(str(error.value))

    load(home, server, watch)

    assert seen == {40, 20}
    assert second == [
        "Another `matlas serve postgres` is loading this database. Wait until it has ended; readers have the old night meanwhile."
    ]


def _load_and_hang(root: Path, url: str, ready: Any) -> None:
    def hang(table: str, _rows: int) -> None:
        if table == "marts_scorecard":
            ready.set()
            signal.pause()

    place = Home(root)
    loading.load(place, load_trust(place.trust_file), url, 120, hang)


def test_a_killed_load_leaves_the_old_night_and_the_next_load_works(home: TrustHome, server: Cluster) -> None:
    processes = multiprocessing.get_context("fork")
    ready = processes.Event()
    process = processes.Process(target=_load_and_hang, args=(home.root, server.url(), ready))
    process.start()
    assert ready.wait(60)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()

    assert asked(server, "ashby_leaders", SESSIONS) == [("ashby", 40)]
    until = time.monotonic() + 10
    while asked(server, ADMINISTRATOR, "select count(*) from pg_stat_activity where application_name = 'matlas serve'") != [(0,)]:
        assert time.monotonic() < until, "PostgreSQL notices at once that the loader is gone"
        time.sleep(0.05)
    assert not opens_what_is_loaded(server, "central_team"), "what it left is nobody's to open"
    assert load(home, server).is_night_before_gone
    assert asked(server, "ashby_leaders", SESSIONS) == [("ashby", 40)]
    assert asked(server, "central_team", SCHEMAS) == OURS, "and the next load takes it away"


SCHEMAS = "select nspname from pg_namespace where nspname !~ '^(pg_|information_schema|public)' order by 1"
OURS = [(name,) for name in ("core", "dq", "marts", "matlas", "ref")]


def opens_what_is_loaded(server: Cluster, login: str) -> bool:
    """Whether a reader may look into a schema of a night that is not in place."""
    there = "select bool_or(has_schema_privilege(oid, 'usage')), count(*) from pg_namespace where nspname like '%\\_loading'"
    ((may, schemas),) = asked(server, login, there)
    assert schemas == len(OURS)
    return bool(may)


def test_one_session_that_ends_stops_the_others_and_leaves_the_old_night_and_nothing_else(home: TrustHome, server: Cluster) -> None:
    ended: list[list[tuple[bool]]] = []

    def end_one(_table: str, _rows: int) -> None:
        assert not opens_what_is_loaded(server, "central_team")
        if not ended:
            one = "select pid from pg_stat_activity where application_name = 'matlas serve' and state <> 'idle' and pid <> pg_backend_pid()"
            with server.connect_as(ADMINISTRATOR) as session:
                while not (running := session.execute(one).fetchall()):
                    time.sleep(0.005)
                ended.append(session.execute("select pg_terminate_backend(%s)", running[0]).fetchall())

    with pytest.raises(ServeError, match="PostgreSQL stopped the load"):
        load(home, server, end_one)

    assert ended == [[(True,)]]
    assert asked(server, "ashby_leaders", SESSIONS) == [("ashby", 40)]
    assert asked(server, "central_team", SCHEMAS) == OURS


def test_a_large_table_is_in_slices_of_whole_academies_and_one_academy_opens_its_own_alone(server: Cluster) -> None:
    slices = (
        "select inhrelid::regclass::text, pg_get_expr(relpartbound, oid) from pg_inherits join pg_class on oid = inhrelid "
        "where inhparent = 'matlas.core_fct_attendance_session'::regclass order by 1"
    )
    assert asked(server, ADMINISTRATOR, slices) == [
        ("matlas.core_fct_attendance_session_1", "FOR VALUES IN ('ashby')"),
        ("matlas.core_fct_attendance_session_2", "FOR VALUES IN ('birch')"),
    ]
    plan = asked(server, "central_team", "explain select count(*) from core.fct_attendance_session where academy_id = 'birch'")
    assert "core_fct_attendance_session_2" in str(plan)
    assert "core_fct_attendance_session_1" not in str(plan)
    known = asked(server, ADMINISTRATOR, "select tablename from pg_stats where tablename like 'core_fct_attendance_session%' group by 1")
    assert {"core_fct_attendance_session", "core_fct_attendance_session_1"} <= {name for (name,) in known}


def test_a_reader_in_the_middle_stops_no_load_and_keeps_what_they_were_reading(
    home: TrustHome, server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "IDLE_SECONDS", 600)
    load(home, server)
    with server.connect_as("ashby_leaders") as reader:
        reader.execute("begin")
        cursor = reader.execute("declare sessions cursor for select academy_id from core.fct_attendance_session")
        cursor.execute("fetch 5 from sessions")
        monkeypatch.setattr(swap, "drop_before", lambda connection, _: drop_before(connection, 1))

        assert not load(home, server).is_night_before_gone
        assert len(cursor.execute("fetch all from sessions").fetchall()) == 35
        with pytest.raises(ServeError, match="still holds the night before the one"):
            load(home, server)
        assert asked(server, "birch_leaders", SESSIONS) == [("birch", 20)]
        reader.execute("rollback")
    assert load(home, server).is_night_before_gone
    assert asked(server, "central_team", SCHEMAS) == OURS


drop_before = swap.drop_before


# --- what goes wrong --------------------------------------------------------------------------------------------------------------------


def test_the_url_is_never_shown_whatever_is_wrong_with_it(home: TrustHome, server: Cluster) -> None:
    cases = {
        f"postgresql://{LOADER}:s3cr3t@127.0.0.1:1/matlas": "No PostgreSQL answers",
        server.url("nobody_here", password="s3cr3t"): "does not let the login of the URL in",
        server.url(LOADER, "no_s3cr3t_here"): "The database that the URL names is not there",
        "postgresql//wrong:s3cr3t": "The URL cannot be read",
        server.url("board", password="s3cr3t"): "must own the database",
    }
    for url, said in cases.items():
        outcome = serve(home, server, url=url)
        assert outcome.code == 1
        assert said in outcome.text
        assert "s3cr3t" not in outcome.text
        assert "nobody_here" not in outcome.text
    assert serve(home, server, url="").code == 2


def test_a_database_that_is_somebody_elses_is_left_alone(home: TrustHome, server: Cluster) -> None:
    server.administer(f"create database library owner {LOADER}")
    server.administer("create schema marts", "create table marts.books (title text)", database="library")

    outcome = serve(home, server, url=server.url(LOADER, "library"))

    assert outcome.code == 1
    assert "has a schema marts that Matlas did not make" in outcome.text
    with server.connect_as(ADMINISTRATOR, "library") as session:
        assert session.execute("select count(*) from marts.books").fetchall() == [(0,)]


def test_names_cannot_be_sql(home: TrustHome, server: Cluster) -> None:
    """trust.yml refuses such a name; if it did not, PostgreSQL would take it as a name."""
    evil = "x\"; drop schema marts cascade; --'"
    with server.connect_as(ADMINISTRATOR) as session:
        session.execute("set default_transaction_read_only = off")
        session.execute(sql.SQL("create role {} login").format(sql.Identifier(evil)))
    trust = load_trust(home.root / "trust.yml")
    logins = {**trust.access.logins, evil: trust.access.logins["central_team"]}

    load(home, server, trust=trust.model_copy(update={"access": trust.access.model_copy(update={"logins": logins})}))

    with psycopg.connect(server.url(), user=evil) as session:
        assert session.execute("select count(*) from core.dim_pupil").fetchall() == [(20,)]
    server.psql("\n".join(line for line in setup_sql({evil: logins[evil]}).splitlines() if not line.startswith("\\password")))
    assert asked(server, "central_team", "select count(*) > 0 from marts.scorecard") == [(True,)]


def test_what_is_missing_is_said_in_a_sentence(home: TrustHome, server: Cluster, tmp_path: Path) -> None:
    bare = TrustHome(tmp_path / "bare")
    bare.write_trust((home.root / "trust.yml").read_text(encoding="utf-8"))
    assert "Nothing is published here yet" in serve(bare, server).text
    (bare.root / "published").mkdir()
    (bare.root / "published" / "matlas.duckdb").symlink_to(home.published)
    assert "analyst/matlas.duckdb is not there, and trust.yml names a login that reads it. Type matlas run" in serve(bare, server).text
    bare.write_trust((home.root / "trust.yml").read_text(encoding="utf-8").partition("access:")[0])
    assert "trust.yml names no login" in serve(bare, server).text


def test_without_the_driver_the_command_says_how_to_install_it(home: TrustHome, server: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("pipelines.serve.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)

    outcome = serve(home, server)

    assert outcome.code == 1
    assert "pip install 'matlas[postgres]'" in outcome.text
