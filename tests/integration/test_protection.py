"""One pupil on the rolls of two academies is found, handed over and erased; nobody else's rows change, and nothing brings the pupil back.

Every figure here is counted by hand from the deliveries below. Not here: who is one person and who is not, a night that is killed
(tests/unit/test_erasing.py).
"""

import csv
import datetime as dt
import shutil
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.serve.setup import setup_sql
from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.pseudonyms import pseudonym_key, pseudonym_of
from pipelines.trust import load_trust
from tests.helpers.home import Outcome, TrustHome
from tests.helpers.postgres import ADMINISTRATOR, Cluster, postgres
from tests.helpers.shared import copied
from tests.helpers.small import ALL_HERE, FRIDAY, MONDAY, TEN, THURSDAY, TUESDAY, WEDNESDAY, enrolments, marks, named
from tests.helpers.stages import stages, take_in
from tests.helpers.traces import traces
from tests.helpers.upn import upn

WEEK = (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)
SURNAME, FORENAME, BORN = "Quorlwynne", "Zephbrylda", "2013-03-03"
FIRST_UPN, SECOND_UPN = upn("987650004321"), upn("987650005432")
AT_ASHBY, AT_BIRCH = "QX77041", "ZB90210"
CANARIES = (SURNAME, FORENAME, FIRST_UPN, SECOND_UPN, AT_ASHBY, AT_BIRCH)
SATURDAY = FRIDAY + dt.timedelta(days=1)
HEADINGS = "source_pupil_id,upn,former_upn,legal_surname,legal_forename,date_of_birth,sex,nc_year\n"


def pupil_list(number: int, *canary: str) -> str:
    """Ten pupils called Other, as small.py has them, and the canary's line."""
    others = "".join(f"{one},{upn(f'{number:03}{int(one[1:]):09}')},,Other,One,2013-03-03,F,7\n" for one in TEN)
    return HEADINGS + others + "".join(f"{line}\n" for line in canary)


ASHBY_LINE = f"{AT_ASHBY},{FIRST_UPN},,{SURNAME},{FORENAME},{BORN},F,7"
BIRCH_LINE = f"{AT_BIRCH},{SECOND_UPN},{FIRST_UPN},{SURNAME},{FORENAME},{BORN},F,7"
SESSIONS = (("AM", "/"), ("PM", "\\"))


def register(number: str, days: tuple[dt.date, ...]) -> str:
    return "".join(f"{number},{day},{session},{mark}\n" for day in days for session, mark in SESSIONS)


def ashby_files(day: dt.date) -> dict[str, str]:
    """The canary's rows here: a pupil, a spell, ten marks, two events, and two lines of the register that cannot be read."""
    unread = f"{AT_ASHBY},{SURNAME},AM,/\n{AT_ASHBY},{FRIDAY},AM,{FORENAME}\n"
    return {
        named("pupil", day): pupil_list(1, ASHBY_LINE),
        named("enrolment", day): enrolments(*TEN) + f"{AT_ASHBY},2025-09-01\n",
        named("attendance_mark", day): marks(dict.fromkeys(WEEK, ALL_HERE)) + register(AT_ASHBY, WEEK) + unread,
        named("behaviour_event", day): "source_event_id,source_pupil_id,event_date,behaviour_type,points\n"
        f"E1,{AT_ASHBY},2025-09-09,Kind,2\nE2,P1,2025-09-09,Kind,2\nE3,{AT_ASHBY},2025-09-10,Late,-1\n",
    }


ACCESS = """\
access:
  audiences: [academy, analyst, governor]
  logins: {central_team: {audience: trust}, insight: {audience: analyst}}
"""


@dataclass(frozen=True)
class Erased:
    """The home before and after, and what was said on the way."""

    home: TrustHome
    before: dict[str, Counter[Any]]
    after: dict[str, Counter[Any]]
    bundle: Path
    said: dict[str, Outcome]
    stood_in: set[str]
    keys: tuple[str, ...]
    pseudonyms: tuple[str, ...]
    served: tuple[set[str], set[str]]
    server_said: str


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A server that writes down every statement."""
    with postgres() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def erased(small_night: TrustHome, server: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Erased:
    folder = tmp_path_factory.mktemp("protection")
    home = copied(small_night, folder / "home")
    trust = (home.root / "trust.yml").read_text(encoding="utf-8").replace("as_of: 2025-09-30", f"as_of: {FRIDAY}")
    home.write_trust(f"{trust}{ACCESS}")
    home.deliver("ashby", dict(ashby_files(FRIDAY)))
    home.deliver("birch", {named("pupil", THURSDAY): pupil_list(2, BIRCH_LINE)})
    home.deliver("birch", {named("pupil", FRIDAY): pupil_list(2, BIRCH_LINE + " ")})
    home.deliver("birch", {named("enrolment", FRIDAY): enrolments(*TEN) + f"{AT_BIRCH},2025-09-08\n"})
    home.deliver("birch", {named("attendance_mark", FRIDAY): marks({FRIDAY: ALL_HERE}) + register(AT_BIRCH, (FRIDAY,))})
    stages(home, FRIDAY)
    said = {}
    (batch,) = home.query("select batch_id from dq.batch where academy_id = 'birch' and entity = 'pupil' and effective_date = '2025-09-11'")
    said["refuse"] = home.here("refuse", str(batch[0]), "--why", f"{FORENAME} {SURNAME} is not in it")
    (home.root / "published" / "as_at").mkdir()
    shutil.copy(home.published, home.root / "published" / "as_at" / "matlas_2025-09-12T000000Z.duckdb")
    before, stood_in = rows_of_people(home), {each.partition(":")[0] for each in traces(home.root / "published", CANARIES, without=())}
    keys, pseudonyms = known_by(home)
    serve(home, server, is_first=True)
    served = places_in(server, (*CANARIES, *keys, *pseudonyms))
    said["access"] = home.here("subject-access", "--upn", FIRST_UPN, "--out", str(folder / "bundle"))
    said["dry"] = home.here("erase", "--upn", SECOND_UPN, "--dry-run")
    said["named"] = home.here("erase", "--upn", FIRST_UPN, "--yes", "--why", f"{SURNAME}, {FORENAME}")
    said["erase"] = home.here("erase", "--upn", FIRST_UPN, "--yes", "--why", "request 17")
    serve(home, server)
    after, served_after = rows_of_people(home), places_in(server, (*CANARIES, *keys, *pseudonyms))
    server_said = (server.socket / "log").read_text(encoding="utf-8")
    return Erased(home, before, after, folder / "bundle", said, stood_in, keys, pseudonyms, (served, served_after), server_said)


def known_by(home: TrustHome) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys that the warehouse gives the canary and her spells, and the pseudonyms of them that the analyst is shown."""
    of_her = "source_pupil_id in ('QX77041', 'ZB90210')"
    people = home.query(f"select distinct pupil_key from core.bridge_pupil_source where {of_her}")
    spells = home.query(
        f"select enrolment_key from core.fct_enrolment where pupil_key in (select pupil_key from core.bridge_pupil_source where {of_her})"
    )
    place = Home(home.root)
    secret = pseudonym_key(place, load_trust(place.trust_file).privacy.pseudonym_key_env)
    hers = [("pupil_key", key) for (key,) in people] + [("enrolment_key", key) for (key,) in spells]
    return tuple(str(key) for _, key in hers), tuple(pseudonym_of(secret, name, "", str(key)) for name, key in hers)


def serve(home: TrustHome, server: Cluster, *, is_first: bool = False) -> None:
    """Load what is published into PostgreSQL."""
    from pipelines.serve import loading

    place = Home(home.root)
    trust = load_trust(place.trust_file)
    if is_first:
        server.set_up(setup_sql(trust.access.logins), tuple(trust.access.logins))
        server.administer("alter system set log_statement = 'all'", "select pg_reload_conf()")
    assert loading.load(place, trust, server.url(), 120, lambda _table, _rows: None).is_night_before_gone


def places_in(server: Cluster, words: tuple[str, ...]) -> set[str]:
    """The tables of the server, its catalogues and statistics among them, in a row of which one of the words stands."""
    with server.connect_as(ADMINISTRATOR) as session:
        session.execute("set default_transaction_read_only = off")
        session.execute("set log_statement = 'none'")  # this looking is no part of what the server may tell
        tables = session.execute("select oid::regclass::text from pg_class where relkind in ('r', 'm')").fetchall()
        anyone = "array[" + ", ".join(f"'%{word}%'" for word in words) + "]"
        has_one = "select count(*) from (select from {} as row where row::text like any ({}) limit 1) as found"
        return {str(table) for (table,) in tables if session.execute(has_one.format(table, anyone).encode()).fetchone() == (1,)}


def rows_of_people(home: TrustHome) -> dict[str, Counter[Any]]:
    """Every row of every table of people, but the canary's."""
    tables = home.query(
        "select schema_name || '.' || table_name, list(column_name) from duckdb_columns() "
        "where not internal and schema_name = 'core' group by all"
    )
    keys = "select pupil_key from core.bridge_pupil_source where source_pupil_id in ('QX77041', 'ZB90210')"
    spells = f"select enrolment_key from core.fct_enrolment where pupil_key in ({keys})"
    found = {}
    for table, columns in tables:
        if "pupil_key" in columns:
            found[table] = Counter(home.query(f"select * from {table} where pupil_key not in ({keys})"))
        elif "enrolment_key" in columns:
            found[table] = Counter(home.query(f"select * from {table} where enrolment_key not in ({spells})"))
    return found


def rows_in(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_bundle_has_every_row_that_was_delivered_about_the_pupil_in_both_academies(erased: Erased) -> None:
    assert erased.said["access"].code == 0, erased.said["access"].text
    counts = {
        entity: Counter(row["academy"] for row in rows_in(erased.bundle / f"{entity}.csv"))
        for entity in ("pupil", "enrolment", "attendance_mark", "behaviour_event")
    }
    assert counts == {
        "pupil": {"ashby": 1, "birch": 2},
        "enrolment": {"ashby": 1, "birch": 1},
        "attendance_mark": {"ashby": 10, "birch": 2},
        "behaviour_event": {"ashby": 2},
    }
    unread = rows_in(erased.bundle / "lines-not-read.csv")
    assert sorted((row["file"], row["line"]) for row in unread) == [
        ("matlas_attendance_mark_2025-09-12.csv", line) for line in ("112", "113")
    ]
    assert len(rows_in(erased.bundle / "as-delivered_matlas_attendance_mark.csv")) == 10 + 2 + 2
    of_birch = {row["file"]: row["status"] for row in rows_in(erased.bundle / "pupil.csv") if row["academy"] == "birch"}
    assert of_birch == {"matlas_pupil_2025-09-11.csv": "replaced by a later delivery", "matlas_pupil_2025-09-12.csv": "in use"}
    assert all(row["loaded_at"].startswith("20") and row["line"] == "12" for row in rows_in(erased.bundle / "pupil.csv"))
    assert len(rows_in(erased.bundle / "warehouse_marts_pupil_summary.csv")) == 2


def test_the_bundle_names_nobody_else_and_only_its_owner_opens_it(erased: Erased) -> None:
    assert stat.S_IMODE(erased.bundle.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in erased.bundle.iterdir()} == {0o600}
    page = (erased.bundle / "read-me-first.html").read_text(encoding="utf-8")
    assert SURNAME in page
    assert "://" not in page, "the page fetches nothing"
    assert not traces(erased.bundle, ["Other", ",P1,"], without=())


def test_nothing_of_the_pupil_is_said_on_the_terminal(erased: Erased) -> None:
    for outcome in erased.said.values():
        assert not [word for word in CANARIES if word in outcome.text], outcome.text


def test_a_dry_run_says_how_much_would_go_and_a_reason_with_a_name_is_refused(erased: Erased) -> None:
    assert erased.said["dry"].code == 0
    assert "Nothing was changed." in erased.said["dry"].text
    assert erased.said["named"].code == 2
    assert "must not name the person" in erased.said["named"].text


def test_after_an_erasure_nothing_of_the_pupil_stands_anywhere_but_in_landing(erased: Erased) -> None:
    assert erased.said["erase"].code == 0, erased.said["erase"].text
    assert "matlas_pupil_2025-09-12.csv" in erased.said["erase"].text, "the files that still hold the pupil are named"
    files = {"matlas.duckdb", "academy/ashby/matlas.duckdb", "academy/birch/matlas.duckdb"}
    assert files <= erased.stood_in, "before, the pupil stood in the trust's file and in those of both academies"
    assert not {place for place in erased.stood_in if place.startswith(("analyst", "governor"))}
    assert all((erased.home.root / "published" / file).is_file() for file in (*files, "analyst/matlas.duckdb", "governor/matlas.duckdb"))
    assert not traces(erased.home.root, (*CANARIES, *erased.keys, *erased.pseudonyms))
    assert traces(erased.home.root / "landing", CANARIES, without=()), "landing is the academy's own"


def test_what_an_erased_pupil_was_known_by_stood_where_it_may_and_is_gone_from_there(erased: Erased) -> None:
    """Her keys and pseudonyms are gone too (the test above), and the published files have the twenty others and nobody more."""
    assert (len(erased.keys), len(erased.pseudonyms)) == (4, 4), "a key and a spell at each academy, which knew her by UPNs of its own"
    for place, pupils in (("", 20), ("analyst", 20), ("academy/ashby", 10), ("academy/birch", 10)):
        file = erased.home.root / "published" / place / "matlas.duckdb"
        assert erased.home.query("select count(*) from core.dim_pupil", file) == [(pupils,)]


def test_after_the_next_load_nothing_of_the_pupil_stands_in_postgresql(erased: Erased) -> None:
    before, after = erased.served

    assert {"matlas.core_dim_pupil", "matlas.core_fct_enrolment", "matlas.core_fct_attendance_session_of_analyst"} <= before
    assert "pg_statistic" in before, "what PostgreSQL knows of the columns names people too"
    assert after == set()
    assert "copy" in erased.server_said.lower(), "the server wrote down what it was asked to do"
    assert not [word for word in (*CANARIES, *erased.keys, *erased.pseudonyms) if word in erased.server_said]


def test_nobody_elses_rows_change(erased: Erased) -> None:
    assert set(erased.before) >= {"core.dim_pupil", "core.fct_enrolment", "core.fct_attendance_session", "core.fct_behaviour_event"}
    for table, rows in erased.before.items():
        assert erased.after[table] == rows, table


def test_rows_of_somebody_erased_are_refused_and_counted_and_hold_no_batch_back(erased: Erased) -> None:
    batches = erased.home.query(
        "select entity, status, rows_read, rows_accepted, rows_rejected, rows_duplicate from dq.batch "
        "where academy_id = 'ashby' and effective_date = '2025-09-12' order by entity"
    )
    assert batches == [
        ("attendance_mark", "accepted", 112, 100, 12, 0),
        ("behaviour_event", "accepted", 3, 1, 2, 0),
        ("enrolment", "accepted", 11, 10, 1, 0),
        ("pupil", "accepted", 11, 10, 1, 0),
    ]
    assert erased.home.query("select count(*) from dq.rejected_row where reason_code = 'erased' and entity = 'behaviour_event'") == [(2,)]


def test_the_evidence_stays_without_the_pupil(erased: Erased) -> None:
    outcome = erased.home.here("erase", "--list")
    assert outcome.code == 0
    assert "finished" in outcome.text
    assert "request 17" in outcome.text
    assert not [word for word in CANARIES if word in outcome.text]


def test_neither_the_same_files_nor_a_new_full_export_brings_the_pupil_back(erased: Erased) -> None:
    """What is built reads the raw layer, so a night's reading is enough to know."""
    home = erased.home
    new = ashby_files(SATURDAY)
    new[named("pupil", SATURDAY)] += "P10,,,Other,Two,2013-04-04,F,7\n"
    new[named("attendance_mark", SATURDAY)] += f"P10,{FRIDAY},AM,/\n"
    home.deliver("ashby", dict(new))
    take_in(home, FRIDAY)
    assert not traces(home.root, CANARIES)
    with Manifest(home.root / "store" / "manifest.sqlite") as manifest:
        files = {file.file_name: file for reading in manifest.readings().values() for file in reading.files}
    counts = {
        entity: (file.rows_read, file.rows_accepted, file.rows_rejected, file.rows_duplicate)
        for entity in ("pupil", "attendance_mark")
        if (file := files[named(entity, SATURDAY)])
    }
    assert counts == {"pupil": (12, 11, 1, 0), "attendance_mark": (113, 101, 12, 0)}
    again = home.here("erase", "--upn", FIRST_UPN, "--yes", "--why", "again")
    assert again.code == 2
    assert "was ever delivered" in again.text
