"""The ledger: every decision is in it, with its own transaction, and nothing in it can be changed unseen."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.dq_schema import LEDGER
from pipelines.job.agreed import note_agreed
from pipelines.quality.dq_ledger import fill_ledger
from pipelines.store.erasures import Erasures
from pipelines.store.ledger import Entry, Head, Ledger, append
from pipelines.store.manifest import Manifest
from pipelines.store.manifest_file import ManifestError
from pipelines.store.records import DeliveredFile, Delivery
from pipelines.store.schema import TAKEN_WORDS
from pipelines.trust import TrustConfig

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
FILE = DeliveredFile(Path("pupils.csv"), None, "pupils.csv", None, "ff", 12)
DELIVERY = Delivery("ashby-pupils-2026-01-12-1a", "1a2b", "ashby", "pupils", "arbor", None, date(2026, 1, 12), NOON, "one", (FILE,))
COLUMNS = ("seq", "written_at", "who", "kind", "subject", "academy_id", "detail", "why", "why_salt", "why_hash", "previous", "hash")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A home's manifest in which five decisions were taken."""
    path = tmp_path / "manifest.sqlite"
    with Manifest(path) as manifest:
        manifest.add_decision(DELIVERY, "accept", "Jo", "Year 13 left early.")
        manifest.add_check_decision("upn_invalid", "ashby", "accept", "Jo", "Known.", date(2026, 3, 31))
        manifest.add_check_decision("upn_invalid", "ashby", "reopen", "Bo", "They are here.", None)
    with Erasures(path) as erasures:
        erasures.begin("pupil", b"key", ["00"], "Mo", "request of 3 March", {"ashby": {"pupils": 2, "marks": 3}})
        erasures.lift(1, "Mo", "came back")
    return path


def faults(file: Path, seen: tuple[Head, ...] = ()) -> list[str]:
    with Ledger(file) as ledger:
        return [each.what for each in ledger.verify(seen)]


def tampered(file: Path, *statements: str) -> None:
    """What somebody could do who may write to the file: the guards of SQLite are dropped first."""
    with sqlite3.connect(file) as connection:
        connection.execute("drop trigger if exists ledger_is_never_shortened")
        connection.execute("drop trigger if exists ledger_is_never_changed")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_every_decision_is_in_it_with_who_and_why(file: Path) -> None:
    with Ledger(file) as ledger:
        said = [(each.seq, each.kind, each.subject, each.academy_id, each.who, each.why) for each in ledger.entries()]
        details = [each.detail for each in ledger.entries()]

    assert said == [
        (1, "accept", "ashby-pupils-2026-01-12-1a", "ashby", "Jo", "Year 13 left early."),
        (2, "accept_failure", "upn_invalid", "ashby", "Jo", "Known."),
        (3, "reopen", "upn_invalid", "ashby", "Bo", "They are here."),
        (4, "erase", "erasure 1", None, "Mo", "request of 3 March"),
        (5, "lift", "erasure 1", None, "Mo", "came back"),
    ]
    assert details[1] == {"until": "2026-03-31"}
    assert details[3] == {"of": "pupil", "rows": 5}
    assert faults(file) == []


def test_a_decision_that_cannot_be_written_down_is_not_taken(file: Path) -> None:
    tampered(file, "create trigger full before insert on ledger begin select raise(abort, 'disk full'); end")

    with Manifest(file) as manifest:
        with pytest.raises(sqlite3.Error):
            manifest.add_decision(DELIVERY, "refuse", "Jo", "Half an export.")
        assert [each.decision for each in manifest.decisions()] == ["accept"]


def test_the_file_itself_refuses_a_change(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        for statement in (
            "delete from ledger",
            "update ledger set who = 'Al'",
            f"update ledger set why = '{TAKEN_WORDS}', who = 'Al', why_salt = null",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
                connection.execute(statement)
    connection.close()
    assert faults(file) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(1, 5), column=st.sampled_from(COLUMNS[1:]), data=st.data())
def test_one_changed_byte_in_any_column_is_found(file: Path, number: int, column: str, data: st.DataObject) -> None:
    with sqlite3.connect(file) as connection:
        before = connection.execute(f"select cast({column} as blob) from ledger where seq = ?", [number]).fetchone()[0]
    connection.close()
    position = data.draw(st.integers(0, len(before) - 1 if before else 0))
    byte = data.draw(st.integers(0, 255).filter(lambda value: not before or value != before[position]))
    changed = before[:position] + bytes([byte]) + before[position + 1 :] if before else bytes([byte])
    kept = file.read_bytes()
    try:
        tampered(file, f"update ledger set {column} = cast(x'{changed.hex()}' as text) where seq = {number}")
        assert faults(file)
    finally:
        file.write_bytes(kept)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("delete from ledger where seq = 3", "Entry 3 is missing"),
        ("delete from ledger where seq = 5", "5 entries were written and 4 are there"),
        ("delete from ledger where seq = 1", "Entry 1 is missing"),
        ("update ledger set academy_id = null where seq = 1", "Entry 1 is not what was written"),
        (
            f"insert into ledger select 6, {', '.join(COLUMNS[1:])} from ledger where seq = 5",
            "Entry 6 does not follow on the one before it",
        ),
        (f"update ledger set why = '{TAKEN_WORDS}', why_salt = null where seq = 5", "The reason of entry 5 was taken out, though nobody"),
        ("update ledger set why_salt = null where seq = 1", "The reason of entry 1 was taken out, though nobody"),
    ],
)
def test_what_was_done_is_said(file: Path, statement: str, said: str) -> None:
    tampered(file, statement)

    assert any(each.startswith(said) for each in faults(file)), faults(file)


def test_two_entries_that_changed_places_are_found(file: Path) -> None:
    tampered(
        file,
        "update ledger set seq = -2 where seq = 2",
        "update ledger set seq = 2 where seq = 3",
        "update ledger set seq = 3 where seq = -2",
    )

    assert faults(file)


def test_a_ledger_written_anew_is_found_by_what_was_published(file: Path) -> None:
    with Ledger(file) as ledger:
        last = ledger.entries()[-1]
    head = Head(last.seq, last.hash, "the published file matlas.duckdb")
    assert faults(file, (head,)) == []

    tampered(file, "delete from ledger where seq = 5", "update sqlite_sequence set seq = 4 where name = 'ledger'")
    assert faults(file) == []  # sound by itself
    assert faults(file, (head,)) == ["Entry 5 stands in the published file matlas.duckdb and no longer here."]

    with Manifest(file) as manifest:
        manifest.add_decision(DELIVERY, "accept", "Al", "Another one.")
    (said,) = faults(file, (head,))
    assert said.startswith("Entry 5 is another one than in the published file matlas.duckdb")


@pytest.mark.parametrize("value", ["cast(x'ff41' as text)", "x'4142'"])
@pytest.mark.parametrize("column", ["who", "detail", "written_at", "academy_id"])
def test_an_entry_that_cannot_be_read_stops_no_night(file: Path, column: str, value: str) -> None:
    tampered(file, f"update ledger set {column} = {value} where seq = 2")

    with Ledger(file) as ledger:
        assert [each.seq for each in ledger.entries()] == [1, 3, 4, 5]
        note_agreed(ledger, trust(delegation=[{"decision": "term dates", "decided_by": "trust"}]))
    laid_out = duckdb.connect()
    laid_out.execute("; ".join(["create schema dq", *LEDGER.ddl()]))
    fill_ledger(laid_out, file, None)
    assert laid_out.sql("select list(seq order by seq) from dq.ledger").fetchone() == ([1, 3, 4, 5, 6],)
    assert [each for each in faults(file) if each.startswith("Entry 2 ")]


def test_a_byte_changed_in_the_file_itself_is_found(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    whole = file.read_bytes()
    for words in (b"Year 13 left early.", b"request of 3 March", b"upn_invalid", b"erasure 1"):
        for place in _places(whole, words):
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert _is_in_another_table(file, words, whole) or _faults_or_damaged(file), (words, place)
    file.write_bytes(whole)


def _places(whole: bytes, words: bytes) -> list[int]:
    return [place for place in range(len(whole)) if whole.startswith(words, place)]


def _is_in_another_table(file: Path, words: bytes, whole: bytes) -> bool:
    """The decisions themselves, and what SQLite left unused, hold the same words: only what the ledger says counts."""

    def read() -> list[tuple[object, ...]]:
        with sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True) as connection:
            connection.text_factory = bytes
            return connection.execute("select * from ledger").fetchall()

    changed, data = read(), file.read_bytes()
    file.write_bytes(whole)
    same = changed == read()
    file.write_bytes(data)
    return same


def _faults_or_damaged(file: Path) -> bool:
    try:
        return bool(faults(file))
    except (sqlite3.DatabaseError, ManifestError):
        return True


def test_a_reason_that_names_somebody_erased_goes_and_the_chain_holds(file: Path) -> None:
    with Erasures(file) as erasures:
        assert "Known." in erasures.said()
        erasures.begin("pupil", b"key", ["01"], "Mo", "request of 5 March", {}, said=["Known."])

    with Ledger(file) as ledger:
        assert [each.why for each in ledger.entries()][:3] == ["Year 13 left early.", TAKEN_WORDS, "They are here."]
    assert faults(file) == []
    assert b"Known." not in file.read_bytes()


def test_decisions_of_a_home_without_a_ledger_are_taken_over_once(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("drop table ledger")
        connection.execute("delete from sqlite_sequence where name = 'ledger'")
        connection.execute("pragma user_version = 3")
    connection.close()

    for _ in range(2):
        with Ledger(file) as ledger:
            entries = ledger.entries()
        assert [each.kind for each in entries] == ["accept", "accept_failure", "reopen", "erase"]
        assert [each.decided_at for each in entries] == sorted(each.decided_at for each in entries)
        assert all(each.written_at > each.decided_at for each in entries)
        assert faults(file) == []


def trust(**given: object) -> TrustConfig:
    academies = [{"id": "ashby", "name": "Ashby", "phase": "primary", "mis": "arbor"}]
    return TrustConfig.model_validate({"trust": {"name": "A trust"}, "academies": academies, **given})


@pytest.fixture
def note(file: Path) -> Callable[[TrustConfig], list[tuple[str, str, object, object]]]:
    """Note what trust.yml says, and return the entries that it made: kind, subject, was, is."""

    def noted(said: TrustConfig) -> list[tuple[str, str, object, object]]:
        with Ledger(file) as ledger:
            added = note_agreed(ledger, said)
            entries = ledger.entries()
        return [(each.kind, each.subject, each.detail["was"], each.detail["is"]) for each in entries[len(entries) - added :]]

    return noted


def test_a_change_of_trust_yml_is_written_down_once(note: Callable[[TrustConfig], object]) -> None:
    goal = {"phase": "primary", "target": 95.0}
    first = trust(
        goals={"attendance_rate": [goal]},
        delegation=[{"decision": "term dates", "decided_by": "trust"}],
        access={"audiences": ["governor"], "logins": {"board": {"audience": "governor"}}},
    )
    assert note(trust()) == []
    assert note(first) == [
        ("goal", "attendance_rate", None, [goal]),
        ("delegation", "term dates", None, [{"decision": "term dates", "decided_by": "trust"}]),
        ("access", "audiences", None, ["governor"]),
        ("access", "login board", None, {"audience": "governor"}),
    ]
    assert note(first) == []
    assert note(trust(goals={"attendance_rate": [{**goal, "target": 96}]}, access={"audiences": ["governor"]})) == [
        ("goal", "attendance_rate", [goal], [{**goal, "target": 96.0}]),
        ("delegation", "term dates", [{"decision": "term dates", "decided_by": "trust"}], None),
        ("access", "login board", {"audience": "governor"}, None),
    ]


def test_an_entry_is_kept_with_its_decision_or_not_at_all(file: Path) -> None:
    class Half(Ledger):
        def half(self) -> None:
            with self._transaction() as connection:
                append(connection, Entry("close", "an alert", None, {}, "Jo", "Done."))
                raise ValueError

    with Half(file) as ledger:
        with pytest.raises(ValueError):
            ledger.half()
        assert len(ledger.entries()) == 5
    assert faults(file) == []
