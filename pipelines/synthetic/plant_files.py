"""Defects in files: rows and files that cannot be read or may not be accepted as they are. Each function is one kind.

A row fault stands on a line of its own in the newest register. A file fault is a delivery of the school day before, so that a good one
follows it. Not here: what an academy recorded wrongly (plant_people.py).
"""

import csv
import io
import zipfile
from collections.abc import Callable

from pipelines.synthetic.planting import Answer, Ground
from pipelines.synthetic.rows import ZIP_TIME

MARKS_TABLES = {"arbor": "ROLL_CALL_ATTENDANCE", "matlas": "matlas_attendance_mark"}
SPACING = 53
MIB = 1 << 20
ROW_FAULTS = ("bad_date", "missing_required", "unmapped_mark", "field_count", "nul_byte", "bad_number", "duplicate_key")
"""In the order of their lines: so no two of them meet on one."""
Cells = dict[str, str]


def _edit_mark(ground: Ground, reason_code: str, change: Callable[[Cells], None], more: str = "") -> list[Answer]:
    """Change one row of the newest register; `more` is put behind its last field."""
    path = ground.newest(MARKS_TABLES[ground.academy.mis])
    lines = ground.lines(path)
    place = 1 + SPACING * (1 + ROW_FAULTS.index(reason_code))
    if place >= len(lines):
        return []
    lines[place] = _edited(lines[0], lines[place], change, more)
    ground.write(path, b"".join(lines))
    return [Answer("reason_code", reason_code, ground.academy.id, 1, ((path.name, place + 1),))]


def _edited(header: bytes, line: bytes, change: Callable[[Cells], None], more: str = "") -> bytes:
    names, values = (next(csv.reader([text.decode()])) for text in (header, line))
    cells = dict(zip(names, values, strict=True))
    change(cells)
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells.values())
    return f"{text.getvalue()}{more}\r\n".encode()


def _set(value: str, *columns: str) -> Callable[[Cells], None]:
    """Give the row's cell of each of these columns, where it has it, this value."""

    def change(cells: Cells) -> None:
        cells.update({column: value for column in columns if column in cells})

    return change


def bad_date(ground: Ground) -> list[Answer]:
    """A date that no calendar has."""
    return _edit_mark(ground, "bad_date", _set("2025-13-32", "DATE", "session_date"))


def missing_required(ground: Ground) -> list[Answer]:
    """A mark of nobody."""
    return _edit_mark(ground, "missing_required", _set("", "STUDENT_ID", "source_pupil_id"))


def unmapped_mark(ground: Ground) -> list[Answer]:
    """A mark that is no attendance code. It is rejected, and unmapped_code lists it too."""
    found = _edit_mark(ground, "unmapped_mark", _set("QQ", "RAW_MARK", "MARK_CODE", "mark_code"))
    return [*found, *(Answer("check_id", "unmapped_code", ground.academy.id, 1) for _ in found)]


def field_count(ground: Ground) -> list[Answer]:
    """A comma too many."""
    return _edit_mark(ground, "field_count", _set(""), more=",surplus")


def nul_byte(ground: Ground) -> list[Answer]:
    """A NUL byte, as a crashed writer leaves it."""
    return _edit_mark(ground, "nul_byte", _set("A\0M", "PERIOD", "session"))


def bad_number(ground: Ground) -> list[Answer]:
    """A number in words."""
    return _edit_mark(ground, "bad_number", _set("ten", "MINUTES_LATE", "minutes_late"))


def duplicate_key(ground: Ground) -> list[Answer]:
    """A row that stands a second time at the end of the file: the later one wins."""
    found = _edit_mark(ground, "duplicate_key", _set(""))
    for answer in found:
        path = ground.folder / answer.places[0][0]
        lines = ground.lines(path)
        ground.write(path, b"".join([*lines, lines[(answer.places[0][1] or 1) - 1]]))
    return found


def unmapped_code(ground: Ground) -> list[Answer]:
    """Two pupils have an ethnicity that nobody has explained."""
    path = ground.newest("STUDENTS")
    lines = ground.lines(path)
    places = range(1, min(3, len(lines)))
    for place in places:
        lines[place] = _edited(lines[0], lines[place], _set("Wessex", "ETHNICITY"))
    ground.write(path, b"".join(lines))
    return [Answer("check_id", "unmapped_code", ground.academy.id, len(places))] if places else []


def vanished(ground: Ground) -> list[Answer]:
    """Yesterday's pupil list had a pupil, long gone, whom today's has not."""
    path = ground.newest("pupils")
    lines = ground.lines(path)
    for place, line in enumerate(lines[3:], start=3):
        left = next(csv.reader([line.decode("cp1252")]))[-2]
        if left and left[3:] != ground.on.strftime("%m/%Y"):
            ground.write(path.with_name(path.name.replace(str(ground.on), str(ground.day_before))), b"".join(lines))
            ground.write(path, b"".join(lines[:place] + lines[place + 1 :]))
            return [Answer("check_id", "vanished", ground.academy.id, 1)]
    return []


def shrunk(ground: Ground) -> list[Answer]:
    """Today's pupil list has lost most of its rows; it is held, and yesterday's stands."""
    path = ground.newest("matlas_pupil")
    lines = ground.lines(path)
    kept = 1 + len(lines) * 4 // 10
    if kept > len(lines) - 2:
        return []
    ground.write(path.with_name(path.name.replace(str(ground.on), str(ground.day_before))), b"".join(lines))
    ground.write(path, b"".join(lines[:kept]))
    return [ground.file_fault("shrunk", path.name), Answer("check_id", "shrunk", ground.academy.id, 1)]


def too_many_rejected(ground: Ground) -> list[Answer]:
    """A small delivery of which every fourth row is broken; it is held."""
    lines = ground.lines(ground.newest("matlas_attendance_mark"))[:41]
    bad = list(range(4, len(lines), 4))
    for place in bad:
        lines[place] = _edited(lines[0], lines[place], _set("yesterday", "session_date"))
    name = f"matlas_attendance_mark_{ground.day_before}.csv"
    ground.write(ground.folder / name, b"".join(lines))
    rows = Answer("reason_code", "bad_date", ground.academy.id, len(bad), tuple((name, place + 1) for place in bad))
    return [ground.file_fault("too_many_rejected", name), rows]


def _broken(reason_code: str, name: str) -> Callable[[Callable[[Ground], bytes]], Callable[[Ground], list[Answer]]]:
    """A file fault: a file of that name ({} is its day) with the content that the function gives."""

    def wrap(content: Callable[[Ground], bytes]) -> Callable[[Ground], list[Answer]]:
        def plant(ground: Ground) -> list[Answer]:
            file_name = name.format(ground.day_before)
            ground.write(ground.folder / file_name, content(ground))
            return [ground.file_fault(reason_code, file_name)]

        return plant

    return wrap


@_broken("missing_column", "matlas_suspension_{}.csv")
def missing_column(_: Ground) -> bytes:
    """A report without its start date."""
    return b"source_pupil_id,category_code,reason_codes,end_date,sessions\r\nP000001,SUSP,DB,2025-10-01,2\r\n"


@_broken("empty_file", "matlas_behaviour_event_{}.csv")
def empty_file(_: Ground) -> bytes:
    """Nothing at all."""
    return b""


@_broken("unsafe_path", "pack_{}.zip")
def unsafe_path(ground: Ground) -> bytes:
    """A zip whose entry would be written outside the folder."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(f"../matlas_enrolment_{ground.day_before}.csv", ZIP_TIME), b"source_pupil_id,entry_date\r\n")
    return packed.getvalue()


@_broken("doctype", "matlas_calendar_day_{}.xml")
def doctype(_: Ground) -> bytes:
    """XML that asks the reader to open a file of its own machine."""
    entity = '<!DOCTYPE days [<!ENTITY own SYSTEM "file:///etc/hostname">]>'
    return f'<?xml version="1.0"?>\n{entity}\n<days><day><date>&own;</date></day></days>\n'.encode()


@_broken("unknown_file", "Copy of register {}.txt")
def unknown_file(_: Ground) -> bytes:
    """A file that no table is called."""
    return b"Put here by mistake.\r\n"


@_broken("unreadable_file", "Exclusions_{}.json")
def unreadable_file(ground: Ground) -> bytes:
    """Half of a JSON file."""
    content = b"".join(ground.lines(ground.newest("Exclusions")))
    return content[: len(content) // 2] or b"["


@_broken("too_large", "BehaviourEventRecords_{}.json")
def too_large(_: Ground) -> bytes:
    """A JSON page over 64 MiB."""
    return b'[{"eventRecordId":1,"comment":"' + b"x" * (65 * MIB) + b'"}]\n'


@_broken("too_deep", "exclusions_{}.json")
def too_deep(_: Ground) -> bytes:
    """JSON nested deeper than anything an MIS writes."""
    return b'{"data":' + b"[" * 70 + b"]" * 70 + b"}\n"


@_broken("too_compressed", "behaviours_{}.json.gz")
def too_compressed(_: Ground) -> bytes:
    """A file that is a thousand times larger than it looks."""
    return b'{"data":[],"meta":{"note":"' + b" " * (32 * MIB) + b'"}}\n'


def no_such_code_table(ground: Ground) -> list[Answer]:
    """Marks are ids, and the table that explains them never came: no register can be read, so it is stale and has no attendance."""
    for path in ground.folder.glob("attendance-codes_*"):
        path.unlink()
    found = {path.name.split("_part")[0]: path.name for path in sorted(ground.folder.glob("attendance_session_*"), reverse=True)}
    answers = [ground.file_fault("no_such_code_table", name) for _, name in sorted(found.items())]
    return [*answers, *(Answer("check_id", check, ground.academy.id, 1) for check in ("stale_academy", "domain_missing"))]
