"""A person's data as a folder that can be handed over: a page to read in a browser, and the same rows as CSV.

Here: the words, the order and the files; the folder is opened by its owner alone. Not here: which rows (held.py). The page fetches nothing.
"""

import base64
import csv
import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.protection.held import STATUS_WORDS, Held, Row
from pipelines.protection.people import Person
from pipelines.sources import contract

TEMPLATES = Path(__file__).parent / "templates"
PAGE = "read-me-first.html"
SECTIONS = {
    "pupil": ("Who you are to us", "What your academy's system says of you: your name, your year, the support that you have."),
    "enrolment": ("When you were on roll", "From when to when you were a pupil of an academy."),
    "attendance_mark": ("Registers", "The mark of every session: a morning or an afternoon."),
    "attendance_week": ("Registers by week", "How many sessions of a week had which mark, where an academy sends no more than that."),
    "behaviour_event": ("Behaviour", "What was recorded of your behaviour, good and not so good."),
    "suspension": ("Suspensions and exclusions", "From when to when, and for which reasons as the Department for Education codes them."),
    "assessment_result": ("Results", "What teachers recorded during the year, and results at the end of a stage."),
    "club_membership": ("Clubs", "The clubs that you joined."),
    "parent_event": ("Parents' evenings", "Whether somebody came for you."),
    "survey_response": ("Surveys", "Answers to surveys."),
    "staff": ("Who you are to us", "What your academy's system says of you as a colleague."),
    "staff_contract": ("Contracts", "Your contracts."),
    "staff_absence": ("Absences", "Days that you were absent, by the kind of absence."),
    "cpd_record": ("Training", "Training that you took part in."),
}
WORKED_OUT = {
    "marts.pupil_summary": "What Matlas works out of a pupil: attendance, flags, the latest results.",
    "marts.class_list": "What a teacher of the class reads.",
    "dq.work_list": "What an academy's data manager is asked to put right in its system.",
}


@dataclass(frozen=True)
class Section:
    """One table of the page."""

    title: str
    what: str
    headings: list[tuple[str, str]]
    rows: list[list[str]]
    file_name: str


@dataclass(frozen=True)
class Written:
    """Where the bundle is, and how much is in it."""

    folder: Path
    page: Path
    files: int


def write_bundle(folder: Path, held: Held, person: Person, trust_name: str, made_at: datetime) -> Written:
    """Write the bundle into a new folder (mode 700, its files 600). Raises FileExistsError where the folder is there already."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    sections = [*_delivered(held), *_worked_out(held)]
    for section in sections:
        _write_csv(folder / section.file_name, [name for name, _ in section.headings], section.rows)
    for table, rows in held.delivered.items():
        section = _of_rows(table, table, rows, _names(rows), f"as-delivered_{_plain(table)}.csv")
        _write_csv(folder / section.file_name, [name for name, _ in section.headings], section.rows)
    page = folder / PAGE
    _write(page, _page(held, person, trust_name, made_at, sections))
    return Written(folder, page, len(list(folder.iterdir())))


def _delivered(held: Held) -> Iterable[Section]:
    for entity, (title, what) in SECTIONS.items():
        if rows := held.rows.get(entity):
            described = {column.name: column.description for column in contract().entity(entity).columns}
            names = [(name, described.get(name, "As it was delivered.")) for name in contract().entity(entity).raw_columns]
            yield _of_rows(title, what, rows, names, f"{entity}.csv")
    if held.unread:
        title, what = "Lines that could not be read", "Lines about you that were delivered and not used, as they stood in the file."
        yield _of_rows(title, what, held.unread, _names(held.unread), "lines-not-read.csv")


def _of_rows(title: str, what: str, rows: Sequence[Row], names: Sequence[tuple[str, str]], file_name: str) -> Section:
    shown = [name for name in names if any(row.values.get(name[0]) for row in rows)]
    headings = [
        ("academy", "The academy that delivered it."),
        *shown,
        ("file", "The delivered file."),
        ("line", "The line in a text file, else the place in it."),
        ("loaded_at", "When it was loaded (UTC)."),
        ("status", "What became of the delivery."),
        ("delivery", "The delivery's name."),
    ]
    cells = [
        [
            row.academy_id,
            *(row.values.get(name) or "" for name, _ in shown),
            row.file_name,
            str(row.line),
            row.loaded_at.isoformat(timespec="seconds"),
            STATUS_WORDS[row.status],
            row.delivery,
        ]
        for row in sorted(rows, key=lambda row: (row.loaded_at, row.academy_id, row.file_name, row.line))
    ]
    return Section(title, what, headings, cells, file_name)


def _worked_out(held: Held) -> Iterable[Section]:
    """What the warehouse says; on the page the tables that say something new, as CSV all of them."""
    for table, rows in held.worked_out.items():
        names = [(name, "") for name in rows[0] if any(row[name] for row in rows)]
        cells = [[row[name] or "" for name, _ in names] for row in rows]
        yield Section(table, WORKED_OUT.get(table, ""), names, cells, f"warehouse_{_plain(table)}.csv")


def _names(rows: Sequence[Row]) -> list[tuple[str, str]]:
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row.values))
    return [(name, "As it was delivered.") for name in names]


def _plain(name: str) -> str:
    return "".join(character if character.isalnum() or character in "-_" else "_" for character in name)


def _page(held: Held, person: Person, trust_name: str, made_at: datetime, sections: Sequence[Section]) -> str:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    style = (TEMPLATES / "bundle.css").read_text(encoding="utf-8")
    fingerprint = "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("bundle.html.j2").render(
        trust=trust_name,
        made_at=f"{made_at:%-d %B %Y, %H:%M}",
        style=Markup(style),  # noqa: S704  # our own text, and the only text that is not escaped
        policy=f"default-src 'none'; style-src '{fingerprint}'; base-uri 'none'; form-action 'none'",
        academies=held.academies,
        deliveries=held.deliveries,
        records=sorted(person.records),
        upns=sorted(person.upns),
        is_pupil=person.kind == "pupil",
        rows=sum(len(rows) for rows in held.rows.values()),
        unread=len(held.unread),
        sections=[section for section in sections if not section.file_name.startswith("warehouse_") or section.title in WORKED_OUT],
        beside=[section for section in sections if section.file_name.startswith("warehouse_") and section.title not in WORKED_OUT],
    )


def _write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with _opened(path) as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows([[_safe(cell) for cell in row] for row in rows])


def _safe(cell: str) -> str:
    """A cell that a spreadsheet takes for a formula is kept from being one."""
    is_formula = len(cell) > 1 and cell[0] in "=+-@\t" and not cell[1:].replace(".", "", 1).isdigit()
    return f"'{cell}" if is_formula else cell


def _write(path: Path, text: str) -> None:
    with _opened(path) as file:
        file.write(text)


def _opened(path: Path) -> TextIO:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(handle, "w", encoding="utf-8", newline="")
