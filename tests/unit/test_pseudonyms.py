"""A colleague's payroll number is kept as a keyed hash only, the same at every academy, and nowhere in the contract's Parquet in clear."""

import hashlib
import hmac
import stat
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.ingest.reading import maps_id
from pipelines.sources import match_file
from pipelines.store.home import Home
from pipelines.store.pseudonyms import key_name, pseudonym, pseudonym_key
from tests.helpers.nights import TRUST, Nights
from tests.reading_helpers import Reader, academy

VARIABLE = "MATLAS_PSEUDONYM_KEY"
STAFF = "source_staff_id,trust_staff_ref,is_teacher\nS1,904417,yes\nS2,,no\nS3, 9044-17 ,yes\n"
BY_HAND = hmac.new(b"a key for tests", b"904417", hashlib.sha256).hexdigest()


def test_the_hash_is_hmac_sha256_of_the_bare_number() -> None:
    assert pseudonym(b"a key for tests", "904417") == BY_HAND
    assert pseudonym(b"a key for tests", " ab/12 ") == pseudonym(b"a key for tests", "AB12")
    assert pseudonym(b"another key", "904417") != BY_HAND
    assert pseudonym(b"a key for tests", "--") is None


def test_the_contract_holds_the_hash_and_a_blank_is_nobody(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    reading = reader.read_text("arbor", "matlas_staff.csv", STAFF)

    assert [row["trust_staff_ref"] for row in reader.rows(reading)] == [BY_HAND, None, BY_HAND]
    assert "trust_staff_ref_source" not in reader.rows(reading)[0]
    for entity in reading.entities:
        assert entity.path is not None
        assert "904417" not in str(pq.read_table(tmp_path / "raw" / entity.path, partitioning=None).to_pylist())


def test_an_academys_own_heading_is_hashed_alike_even_when_it_is_the_staff_number_too(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    own = {"columns": {"staff": {"trust_staff_ref": "STAFF_ID"}}}
    reading = reader.read_text("arbor", "STAFF.csv", "STAFF_ID,IS_TEACHING_STAFF\n904417,true\n", **own)

    assert [(row["source_staff_id"], row["trust_staff_ref"]) for row in reader.rows(reading)] == [("904417", BY_HAND)]


def test_another_key_names_other_maps_so_that_everything_is_read_again() -> None:
    match = match_file("matlas_staff.csv", "sims")
    assert match is not None
    names = {maps_id(match.table, academy("sims"), key) for key in (b"one", b"two", None)}

    assert len(names) == 3


def test_the_key_comes_from_the_environment_or_is_made_once_for_this_account_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    made = pseudonym_key(home, VARIABLE)

    assert len(made) == 64
    assert stat.S_IMODE(home.pseudonym_key.stat().st_mode) == 0o600
    assert pseudonym_key(home, VARIABLE) == made
    assert made.decode() not in key_name(made)
    monkeypatch.setenv(VARIABLE, "given")
    assert pseudonym_key(home, VARIABLE) == b"given"


def test_a_night_makes_a_key_only_when_somebody_delivers_colleagues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    nights = Nights.at(tmp_path / "home", TRUST)
    nights.deliver("ashby", "matlas_calendar_day.csv", "date,is_school_day\n2025-09-08,yes\n")
    nights.night("2025-09-10")
    assert not nights.home.pseudonym_key.exists()

    nights.deliver("ashby", "matlas_staff.csv", STAFF)
    nights.deliver("birch", "matlas_staff.csv", "source_staff_id,trust_staff_ref\nB9,904417\n")
    nights.night("2025-09-11")
    made = pseudonym_key(nights.home, VARIABLE)
    assert nights.sql("select distinct trust_staff_ref from raw.staff where trust_staff_ref is not null") == [(pseudonym(made, "904417"),)]

    monkeypatch.setenv(VARIABLE, "from now on")
    nights.night("2025-09-12")
    assert nights.sql("select distinct trust_staff_ref from raw.staff where trust_staff_ref is not null") == [
        (pseudonym(b"from now on", "904417"),)
    ]
