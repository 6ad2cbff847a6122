"""Defects in what is delivered of results and colleagues. Each function is one kind, named by the check or reason code that finds it.

Not here: pupils and registers (plant_people.py), broken files of any table (plant_files.py).
"""

from dataclasses import replace
from pathlib import Path

from pipelines.synthetic import upn
from pipelines.synthetic.colleagues import Colleague
from pipelines.synthetic.people import GUEST_NUMBER, Spell, person
from pipelines.synthetic.phases import PHASES
from pipelines.synthetic.planting import Answer, Ground
from pipelines.synthetic.school import School, SchoolYear
from pipelines.synthetic.stages import GCSES

STRANGER = 88_889
NOBODYS_UPN = upn.permanent(9_990, 77)
RESULTS, CONTRACTS = 3, 2
UNHEARD_OF = "Splendid"


def orphan_result(school: School, year: SchoolYear) -> list[Answer]:
    """Judgements of a pupil whom the pupil list lacks."""
    if not year.results:
        return []
    dice = school.plan.dice("orphan result", school.academy.id)
    stranger = person(PHASES[school.academy.phase], dice, year.year // 100 - 9, "", [Spell(year.register.days[0], None)])
    stranger.number = STRANGER
    first = year.results[0]
    days = sorted({one.day for one in year.results if one.assessment == first.assessment})
    orphans = [first._replace(pupil=stranger, day=day) for day in days]
    year.results = [*year.results, *orphans]
    return _found("orphan_fact", school, len(orphans))


def unmapped_scale(school: School, year: SchoolYear) -> list[Answer]:
    """Some judgements are words that nobody has explained."""
    places = [place for place, one in enumerate(year.results) if one.assessment != GCSES and one.pupil.number < GUEST_NUMBER][:RESULTS]
    for place in places:
        year.results[place] = year.results[place]._replace(result=UNHEARD_OF, points="")
    return _found("unmapped_scale", school, len(places))


def result_not_understood(school: School, year: SchoolYear) -> list[Answer]:
    """A scaled score that no test gives."""
    for place, one in enumerate(year.stage_results):
        if (one.stage, one.component) == ("KS2", "TEST"):
            year.stage_results[place] = one._replace(result="1O4")
            return _found("result_not_understood", school, 1)
    return []


def orphan_staff_fact(school: School, year: SchoolYear) -> list[Answer]:
    """Training of a colleague whom the staff list lacks."""
    if not year.training:
        return []
    stranger = Colleague(8_888, 999_999, "F", True, "TCHR", "Class Teacher", "1", year.term_days[0])
    year.training.append(year.training[0]._replace(colleague=stranger))
    return _found("orphan_staff_fact", school, 1)


def unknown_role(school: School, year: SchoolYear) -> list[Answer]:
    """Contracts in a role that the workforce census does not have."""
    places = range(min(CONTRACTS, len(year.colleagues)))
    for place in places:
        year.colleagues[place] = replace(year.colleagues[place], role="Wayfinder")
    return _found("unmapped_code", school, len(places))


def forget_gcses(school: School, year: SchoolYear) -> list[Answer]:
    """Nobody has entered last summer's grades: half of stage_missing."""
    year.results = [one for one in year.results if one.assessment != GCSES]
    return []


def stage_missing(ground: Ground) -> list[Answer]:
    """DfE's file of key stage 4 was never downloaded."""
    file = _dfe_file(ground, "KS4")
    if not file:
        return []
    file.unlink()
    return [Answer("check_id", "stage_missing", ground.academy.id, 1)]


def official_mismatch(ground: Ground) -> list[Answer]:
    """In DfE's file a pupil has a point of Attainment 8 more than the grades give."""
    file = _dfe_file(ground, "KS4")
    if not file:
        return []
    header, first, *rest = file.read_bytes().decode().split("\r\n")
    cells = dict(zip(header.split(","), first.split(","), strict=True))
    cells["KS4_ATT8"] = f"{float(cells['KS4_ATT8']) + 1:.2f}"
    file.write_bytes("\r\n".join([header, ",".join(cells.values()), *rest]).encode())
    return [Answer("check_id", "official_mismatch", ground.academy.id, 1)]


def unknown_upn(ground: Ground) -> list[Answer]:
    """DfE's file of phonics names a pupil whom the academy has never had."""
    file = _dfe_file(ground, "Phonics")
    if not file:
        return []
    header, first, *rest = file.read_bytes().decode().split("\r\n")
    cells = dict(zip(header.split(","), first.split(","), strict=True)) | {"Phonics_UPN": NOBODYS_UPN}
    file.write_bytes("\r\n".join([header, first, ",".join(cells.values()), *rest]).encode())
    results = ("Phonics_PHONICS_MARK", "Phonics_PHONICS_OUTCOME", "Phonics_NCYEARACTUAL")
    return [Answer("check_id", "unknown_upn", ground.academy.id, sum(bool(cells[column]) for column in results))]


def comma_in_dfe_file(ground: Ground) -> list[Answer]:
    """DfE's writer quotes nothing: a comma in a name makes the row too long."""
    file = _dfe_file(ground, "EYFSP")
    if not file:
        return []
    header, *rows = file.read_bytes().decode().split("\r\n")
    place = (len(rows) - 1) // 2
    cells = dict(zip(header.split(","), rows[place].split(","), strict=True))
    cells["FSP_FORENAME"] += ", called"
    rows[place] = ",".join(cells.values())
    file.write_bytes("\r\n".join([header, *rows]).encode())
    return [Answer("reason_code", "field_count", ground.academy.id, 1, ((file.name, place + 2),))]


def doctype_in_ctf(ground: Ground) -> list[Answer]:
    """A Common Transfer File that asks the reader to open a file of its own machine."""
    name = f"9305998_CTF_{ground.academy.laestab}_001.xml"
    text = '<?xml version="1.0"?>\n<!DOCTYPE CTfile [<!ENTITY own SYSTEM "file:///etc/hostname">]>\n<CTfile><CTFpupilData>&own;</CTFpupilData></CTfile>\n'
    ground.write(ground.folder / name, text.encode())
    return [ground.file_fault("doctype", name)]


def duplicate_column(ground: Ground) -> list[Answer]:
    """A report with one heading twice: nobody can say which of them counts."""
    name = f"matlas_club_membership_{ground.day_before}.csv"
    ground.write(ground.folder / name, b"source_pupil_id,club_id,start_date,start_date\r\nP000001,1,2025-09-10,2025-09-11\r\n")
    return [ground.file_fault("duplicate_column", name)]


def _dfe_file(ground: Ground, stage: str) -> Path | None:
    """The newest of DfE's files of a stage, if the academy has one with pupils in it."""
    files = sorted(ground.folder.glob(f"{ground.academy.urn}_{stage}_*.csv"))
    return files[-1] if files else None


def _found(check_id: str, school: School, failed: int) -> list[Answer]:
    return [Answer("check_id", check_id, school.academy.id, failed)] if failed else []
