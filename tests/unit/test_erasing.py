"""Who is one person and who is not, and that an erased person never comes back: with a new number, after a crash, under another key.

Nights here are loaded and not built. Not here: what is built and published (tests/integration/test_protection.py).
"""

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.protection.erasing import begin, plan
from pipelines.protection.held import held_of
from pipelines.protection.people import Asked, Person, PersonError, find
from pipelines.store.erasures import ErasureError, Erasures
from pipelines.store.manifest import Manifest
from tests.helpers.giap_files import giap_file
from tests.helpers.home import PROJECT
from tests.helpers.nights import Nights
from tests.helpers.traces import traces
from tests.helpers.upn import upn

TRUST = """
trust: {name: Alder Vale Learning Trust}
academies:
  - {id: ashby, name: Ashby Academy, phase: secondary, mis: matlas}
  - {id: birch, name: Birch Primary, phase: primary, mis: matlas}
"""
MINE, NEW, OTHERS = upn("987650004321"), upn("987650005432"), upn("801200005001")
HEADINGS = "source_pupil_id,upn,former_upn,legal_surname,legal_forename,date_of_birth,sex\n"
ME = f"QX77041,{MINE},,Quorlwynne,Zephbrylda,2013-01-01,F"
OTHER = f"P2,{OTHERS},,Other,One,2013-02-02,F"
CANARIES = ("QX77041", "NW55512", MINE, "Quorlwynne", "Zephbrylda")


def pupils(*lines: str) -> str:
    return HEADINGS + "".join(f"{line}\n" for line in lines)


def register(*numbers: str) -> str:
    return "source_pupil_id,session_date,session,mark_code\n" + "".join(f"{one},2025-09-08,AM,/\n" for one in numbers)


def trust_with(root: Path, ashby: str, birch: str | None = None) -> Nights:
    """A home whose pupil lists were read."""
    nights = Nights.at(root, TRUST)
    nights.deliver("ashby", "matlas_pupil_2025-09-07.csv", ashby)
    if birch:
        nights.deliver("birch", "matlas_pupil_2025-09-07.csv", birch)
    nights.load("2025-09-08")
    return nights


def person(nights: Nights, **asked: object) -> Person:
    return find(nights.home, Asked("pupil", **asked))  # type: ignore[arg-type]


def erase(nights: Nights, **asked: object) -> int:
    planned = plan(nights.home, nights.trust, Asked("pupil", **asked))  # type: ignore[arg-type]
    return begin(nights.home, nights.trust, planned, "lead", "request")


# --- who is one person


def test_one_child_at_two_academies_under_a_changed_upn_is_one_person(tmp_path: Path) -> None:
    nights = trust_with(tmp_path, pupils(ME, OTHER), pupils(f"ZB90210,{NEW},{MINE},Quorlwynne,zephbrylda,2013-01-01,F"))
    found = person(nights, upn=MINE)
    assert found.records == {("ashby", "QX77041"), ("birch", "ZB90210")}
    assert found.upns == {MINE, NEW}
    assert not found.doubtful
    assert person(nights, upn=NEW) == found
    assert person(nights, records=(("birch", "ZB90210"),)) == found


def test_a_twin_with_a_mistyped_upn_is_left_out_and_said(tmp_path: Path) -> None:
    nights = trust_with(tmp_path, pupils(ME), pupils(f"ZB90210,{MINE},,Quorlwynne,Ottoline,2013-01-01,F"))
    found = person(nights, records=(("ashby", "QX77041"),))
    assert found.records == {("ashby", "QX77041")}
    assert found.contested == {MINE}, "results that name this UPN alone are nobody's for certain"
    assert found.doubtful == {"birch matlas_pupil_2025-09-07.csv line 2"}
    both = person(nights, records=(("ashby", "QX77041"), ("birch", "ZB90210")))
    assert both.records == {("ashby", "QX77041"), ("birch", "ZB90210")}
    assert not both.doubtful


def test_a_upn_of_two_children_is_not_guessed_at(tmp_path: Path) -> None:
    nights = trust_with(tmp_path, pupils(ME, f"P3,{MINE},,Other,Two,2012-05-05,M"))
    with pytest.raises(PersonError, match=r"line 2; ashby matlas_pupil_2025-09-07.csv line 3") as raised:
        person(nights, upn=MINE)
    assert not [word for word in CANARIES if word in str(raised.value)]


def test_a_record_whose_date_of_birth_was_corrected_is_still_the_same(tmp_path: Path) -> None:
    nights = trust_with(tmp_path, pupils(ME))
    nights.deliver("ashby", "matlas_pupil_2025-09-09.csv", pupils(ME.replace("2013-01-01", "2013-01-10")))
    nights.deliver("birch", "matlas_pupil_2025-09-09.csv", pupils(ME.replace("2013-01-01", "2013-01-10").replace("QX77041", "ZB90210")))
    nights.load("2025-09-10")
    found = person(nights, upn=MINE)
    assert found.records == {("ashby", "QX77041"), ("birch", "ZB90210")}
    assert found.born == {"2013-01-01", "2013-01-10"}


def test_nobody_is_found_with_a_number_that_never_came(tmp_path: Path) -> None:
    nights = trust_with(tmp_path, pupils(OTHER))
    with pytest.raises(PersonError, match="was ever delivered"):
        plan(nights.home, nights.trust, Asked("pupil", upn=MINE))
    with pytest.raises(PersonError, match="by birch"):
        plan(nights.home, nights.trust, Asked("pupil", records=(("birch", "P2"),)))


def test_a_colleague_is_found_by_payroll_number_in_every_academy_and_erased(tmp_path: Path) -> None:
    nights = Nights.at(tmp_path, TRUST)
    headings = "source_staff_id,trust_staff_ref,is_teacher\n"
    nights.deliver("ashby", "matlas_staff_2025-09-07.csv", f"{headings}QT11,904417,yes\nT2,904418,yes\n")
    nights.deliver("birch", "matlas_staff_2025-09-07.csv", f"{headings}QT22,904417,yes\n")
    nights.deliver("birch", "matlas_cpd_record_2025-09-07.csv", "source_staff_id,activity,activity_date,hours\nQT22,Safety,2025-09-02,3\n")
    nights.load("2025-09-08")
    asked = Asked("colleague", records=(("ashby", "QT11"),))
    planned = plan(nights.home, nights.trust, asked)
    assert planned.counts == {"ashby": {"staff": 1}, "birch": {"cpd_record": 1, "staff": 1}}
    begin(nights.home, nights.trust, planned, "lead", "left long ago")
    nights.load("2025-09-09")
    assert not traces(tmp_path, ["QT11", "QT22", "904417"])
    assert traces(tmp_path / "store", ["T2"], without=())


def test_results_that_name_a_pupil_by_upn_alone_are_theirs_unless_the_upn_is_contested(tmp_path: Path) -> None:
    rows = [{"ACADYR": "2024/2025", "UPN": one, "READSCORE": "104", "RWMEXP": "1", "ELIGRWM": "1"} for one in (MINE, OTHERS)]
    nights = trust_with(tmp_path / "mine", pupils(ME, OTHER))
    nights.deliver("ashby", "900001_KS2_2025-10-15.csv", giap_file("KS2", *rows))
    nights.load("2025-10-16")
    both = plan(nights.home, nights.trust, Asked("pupil", upn=MINE)).counts["ashby"]["assessment_result"]
    erase(nights, upn=MINE)
    nights.load("2025-10-17")
    assert both == 3, "a cell each"
    assert not traces(tmp_path / "mine", CANARIES)
    (results,) = (each.entities[0] for each in nights.readings() if each.table_name == "KS2")
    assert (results.rows_read, results.rows_accepted, results.rows_erased) == (6, 3, 3)

    contested = trust_with(tmp_path / "contested", pupils(ME, OTHER.replace(OTHERS, MINE)))
    contested.deliver("ashby", "900001_KS2_2025-10-15.csv", giap_file("KS2", *rows))
    contested.load("2025-10-16")
    assert plan(contested.home, contested.trust, Asked("pupil", records=(("ashby", "QX77041"),))).counts == {"ashby": {"pupil": 1}}


# --- the door


def test_a_pupil_who_comes_again_with_a_new_number_is_refused_under_that_too(tmp_path: Path) -> None:
    nights = trust_with(tmp_path, pupils(ME, OTHER))
    nights.deliver("ashby", "matlas_attendance_mark_2025-09-08.csv", register("QX77041", "P2", "NW55512"))
    nights.load("2025-09-08")
    erase(nights, upn=MINE)
    nights.load("2025-09-09")
    assert traces(tmp_path, CANARIES) != [], "until the pupil list says so, nobody knows whose the new number is"
    nights.deliver("ashby", "matlas_pupil_2025-09-10.csv", pupils(ME.replace("QX77041", "NW55512"), OTHER))
    nights.load("2025-09-11")
    assert not traces(tmp_path, CANARIES)
    with Erasures(nights.home.manifest) as erasures:
        assert erasures.are_unfinished(), "what was built with the new number is to be made anew"


def test_another_child_with_the_upn_by_mistake_is_let_in(tmp_path: Path) -> None:
    nights = trust_with(tmp_path, pupils(ME, OTHER))
    erase(nights, upn=MINE)
    nights.deliver("ashby", "matlas_pupil_2025-09-10.csv", pupils(OTHER.replace(OTHERS, MINE)))
    nights.load("2025-09-11")
    (newest,) = (each for each in nights.readings() if each.files[0].file_name == "matlas_pupil_2025-09-10.csv")
    assert newest.entities[0].rows_accepted == 1


def test_rows_of_somebody_erased_are_no_reason_to_hold_a_batch(tmp_path: Path) -> None:
    nights = trust_with(tmp_path, pupils(ME, OTHER))
    erase(nights, upn=MINE)
    verdicts = nights.night("2025-09-09")
    assert [verdict.status for verdict in verdicts] == ["accepted"], "one row of two is rejected, and five per cent may be"
    (reading,) = nights.readings()
    counts = reading.entities[0]
    assert (counts.rows_read, counts.rows_accepted, counts.rows_rejected, counts.rows_duplicate, counts.rows_erased) == (2, 1, 1, 0, 1)
    assert (reading.files[0].rows_read, reading.files[0].rows_accepted, reading.files[0].rows_rejected) == (2, 1, 1)


def test_reading_everything_again_gives_the_same(tmp_path: Path) -> None:
    nights = trust_with(tmp_path, pupils(ME, OTHER))
    erase(nights, upn=MINE)
    nights.load("2025-09-09")
    (taken_out,) = nights.readings()
    nights.load("2025-09-09", is_full=True)
    (read_again,) = nights.readings()
    assert read_again.entities[0].rows_accepted == taken_out.entities[0].rows_accepted
    assert read_again.entities[0].rows_erased == taken_out.entities[0].rows_erased
    assert not traces(tmp_path, CANARIES)


def test_under_another_key_no_night_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nights = trust_with(tmp_path, pupils(ME, OTHER))
    erase(nights, upn=MINE)
    monkeypatch.setenv("MATLAS_PSEUDONYM_KEY", "another key")
    with pytest.raises(ErasureError, match="Put the key back"):
        nights.load("2025-09-09")


def test_who_comes_back_to_the_trust_is_let_in_once_the_erasure_is_lifted(tmp_path: Path) -> None:
    nights = trust_with(tmp_path, pupils(ME, OTHER))
    number = erase(nights, upn=MINE)
    nights.load("2025-09-09")
    with Erasures(nights.home.manifest) as erasures:
        erasures.lift(number, "lead", "on roll again")
    nights.deliver("ashby", "matlas_pupil_2025-09-10.csv", pupils(ME, OTHER) + "P9,,,Third,Two,2013-01-03,F\n")
    nights.load("2025-09-11")
    assert {row.values["source_pupil_id"] for row in held_of(nights.home, nights.trust, person(nights, upn=MINE)).rows["pupil"]} == {
        "QX77041"
    }


def test_reasons_that_name_the_person_lose_their_words(tmp_path: Path) -> None:
    nights = trust_with(tmp_path, pupils(ME, OTHER))
    with Manifest(nights.home.manifest) as manifest:
        (delivery,) = manifest.deliveries()
        manifest.add_decision(delivery, "accept", "me", "Zephbrylda Quorlwynne is right")
        manifest.add_decision(delivery, "accept", "me", "checked by phone")
    erase(nights, upn=MINE)
    nights.load("2025-09-09")
    with Manifest(nights.home.manifest) as manifest:
        assert [each.why for each in manifest.decisions()] == ["(taken out: it named somebody who was erased)", "checked by phone"]
    assert not traces(tmp_path, CANARIES)


# --- a night that is killed

KILLED_AT = ("day_counts", "blank", "_remove_unknown")
KILL = """
import os, sys
from pathlib import Path
from pipelines.ingest import forgetting
from tests.helpers.nights import Nights
from pipelines.store.home import Home
setattr(forgetting, sys.argv[2], lambda *given: os._exit(9))
Nights(Home(Path(sys.argv[1])), 5).load("2025-09-09")
"""


@pytest.mark.parametrize("step", KILLED_AT)
def test_a_night_that_is_killed_while_it_takes_somebody_out_is_finished_by_the_next(tmp_path: Path, step: str) -> None:
    nights = trust_with(tmp_path, pupils(ME, OTHER))
    nights.deliver("ashby", "matlas_attendance_mark_2025-09-08.csv", register("QX77041", "P2"))
    nights.load("2025-09-08")
    erase(nights, upn=MINE)
    killed = subprocess.run([sys.executable, "-c", KILL, str(tmp_path), step], cwd=PROJECT, check=False)
    assert killed.returncode == 9, "the step was not reached"
    nights.runs = 9
    nights.load("2025-09-09")
    assert not traces(tmp_path, CANARIES)
    counts = {each.table_name: each.entities[0] for each in nights.readings()}
    assert {name: (each.rows_read, each.rows_accepted, each.rows_rejected) for name, each in counts.items()} == {
        "matlas_pupil": (2, 1, 1),
        "matlas_attendance_mark": (2, 1, 1),
    }
