"""Who somebody is in the deliveries: all numbers in all academies under which one person was ever delivered.

Here: from a UPN, or an academy and a number in its MIS, to everything the person is known by. Not here: their rows (held.py). A mistake
would hand one child's file to another's parents, so two records are one person only if the UPN, the date of birth and the forename agree;
what agrees in part is left out and said, and a person can name it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import duckdb
from stdnum.gb import upn as upn_numbers

from pipelines.store.erasures import Kind, NameKind, hashed
from pipelines.store.home import Home
from pipelines.store.machine import Machine
from pipelines.store.manifest import Manifest

Record = tuple[str, str]
FORM = re.compile(r"^[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]$")


class PersonError(Exception):
    """The person cannot be told for certain; the message says what to do and names nobody."""

    exit_code = 2


@dataclass(frozen=True)
class Asked:
    """Whom somebody asks for: a UPN, or records as academy and number in its MIS."""

    kind: Kind
    upn: str | None = None
    records: tuple[Record, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of a pupil list: enough to tell two people apart."""

    record: Record
    upns: frozenset[str]
    born: str | None
    forename: str | None
    surname: str | None
    place: str


@dataclass
class Person:
    """Everything that one person is known by. `doubtful` are places of lines that agree in part: file and line, nobody's name."""

    kind: Kind
    records: set[Record] = field(default_factory=set)
    upns: set[str] = field(default_factory=set)
    born: set[str] = field(default_factory=set)
    payroll: set[str] = field(default_factory=set)
    forenames: set[str] = field(default_factory=set)
    surnames: set[str] = field(default_factory=set)
    contested: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)

    def hashes(self, key: bytes) -> frozenset[str]:
        """The keyed hashes by which the person's rows are found. A UPN that somebody else has too finds no row by itself."""
        record: NameKind = "record" if self.kind == "pupil" else "colleague"
        names: list[tuple[NameKind, tuple[str, ...]]] = [(record, one) for one in self.records]
        names += [("upn", (upn,)) for upn in self.upns]
        names += [("born", (upn, born)) for upn in self.upns for born in self.born]
        names += [("number", (upn,)) for upn in self.upns - self.contested]
        names += [("payroll", (one,)) for one in self.payroll]
        return frozenset(hashed(key, kind, *parts) for kind, parts in names)

    def is_named_in(self, words: str) -> bool:
        """Whether a free text names the person: by UPN, or by forename and surname."""
        said = words.casefold()
        by_name = any(one in said for one in self.forenames) and any(one in said for one in self.surnames)
        return by_name or any(one.casefold() in said for one in self.upns)


def find(home: Home, asked: Asked) -> Person:
    """Find a person in everything that was ever read. Raises PersonError where nobody or more than one person is found."""
    if not home.manifest.exists():
        raise PersonError("Nothing was delivered yet, so nothing is held of anybody.")
    if asked.kind == "colleague":
        return _colleague(home, asked.records)
    person = _begun(_lines(home, asked.records, [asked.upn.upper()] if asked.upn else []), asked)
    while True:
        before = (len(person.records), len(person.upns))
        lines = _lines(home, sorted(person.records), sorted(person.upns))
        for line in lines:
            if line.record in person.records:
                _add(person, line)
        others = _grouped(line for line in lines if line.record not in person.records)
        person.contested, person.doubtful = set(), set()
        for record, of_record in others.items():
            if any(_is_same(person, line) for line in of_record):
                person.records.add(record)
            else:
                person.contested |= person.upns & set().union(*(line.upns for line in of_record))
                person.doubtful.add(of_record[-1].place)
        if (len(person.records), len(person.upns)) == before:
            return person


def _begun(lines: Sequence[Line], asked: Asked) -> Person:
    """The person with the records that were named, or with those of the UPN that agree with each other."""
    person = Person("pupil")
    named = [line for line in lines if line.record in asked.records]
    if missing := set(asked.records) - {line.record for line in named}:
        academies = ", ".join(sorted({academy for academy, _ in missing}))
        raise PersonError(f"No pupil with that number was ever delivered by {academies}. Look the number up in the academy's MIS.")
    if asked.upn:
        by_upn = _grouped(line for line in lines if asked.upn.upper() in line.upns)
        if not by_upn and not named:  # it may stand in files of results alone
            person.upns.add(asked.upn.upper())
        elif not named:
            first, *rest = by_upn.values()
            for line in first:
                _add(person, line)
            if not all(any(_is_same(person, line) for line in of_record) for of_record in rest):
                places = "; ".join(sorted(of_record[-1].place for of_record in by_upn.values()))
                raise PersonError(
                    "More than one pupil was delivered with this UPN: dates of birth or forenames differ. Look at these lines, and ask for "
                    f"those that are the person's as --pupil ACADEMY:NUMBER (it may be given again): {places}"
                )
    for line in named:
        _add(person, line)
    return person


def _add(person: Person, line: Line) -> None:
    person.records.add(line.record)
    person.upns |= {one for one in line.upns if _is_upn(one)}
    person.born |= {line.born} if line.born else set()
    person.forenames |= {line.forename.casefold()} if line.forename else set()
    person.surnames |= {line.surname.casefold()} if line.surname else set()


def _is_upn(text: str) -> bool:
    """Whether a text has the form and the check letter of a UPN, as macros/upn.sql says it: anything else is not worth following."""
    return FORM.match(text) is not None and upn_numbers.calc_check_digit(text[1:]) == text[0]


def _is_same(person: Person, line: Line) -> bool:
    is_name = not line.forename or not person.forenames or line.forename.casefold() in person.forenames
    return line.born in person.born and is_name


def _grouped(lines: Iterable[Line]) -> dict[Record, list[Line]]:
    grouped: dict[Record, list[Line]] = {}
    for line in lines:
        grouped.setdefault(line.record, []).append(line)
    return grouped


_LINES = """
    select distinct on (academy_id, source_pupil_id, upn, former_upn, date_of_birth, legal_forename, legal_surname)
        academy_id, source_pupil_id, upper(upn), upper(former_upn), date_of_birth, legal_forename, legal_surname,
        academy_id || ' ' || source_file || ' line ' || source_row
    from read_parquet($files, union_by_name = true, hive_partitioning = false)
    where
        upper(upn) in (select unnest($upns)) or upper(former_upn) in (select unnest($upns))
        or academy_id || ':' || source_pupil_id in (select unnest($records))
    order by all
"""


def _lines(home: Home, records: Iterable[Record], upns: Iterable[str]) -> list[Line]:
    """The different lines of pupil lists with one of these numbers."""
    files = _files(home, "pupil")
    if not files:
        return []
    with duckdb.connect(config=Machine.from_environment().settings(home)) as connection:
        rows = connection.execute(
            _LINES, {"files": files, "upns": list(upns), "records": [f"{academy}:{number}" for academy, number in records]}
        ).fetchall()
    return [
        Line((academy, number), frozenset(one for one in (upn, former) if one), born, forename, surname, place)
        for academy, number, upn, former, born, forename, surname, place in rows
    ]


def _colleague(home: Home, records: Sequence[Record]) -> Person:
    """A colleague by academy and number, and wherever else the same payroll number was delivered (it is kept as a keyed hash)."""
    person = Person("colleague", records=set(records))
    files = _files(home, "staff")
    query = (
        "select distinct academy_id, source_staff_id, trust_staff_ref from read_parquet($files, union_by_name = true, "
        "hive_partitioning = false) where academy_id || ':' || source_staff_id in (select unnest($records)) "
        "or trust_staff_ref in (select unnest($payroll))"
    )
    with duckdb.connect(config=Machine.from_environment().settings(home)) as connection:
        while True:
            before = (len(person.records), len(person.payroll))
            named = [f"{academy}:{number}" for academy, number in sorted(person.records)]
            asked = {"files": files, "records": named, "payroll": sorted(person.payroll)}
            found = connection.execute(query, asked).fetchall() if files else []
            if not found:
                raise PersonError("No colleague with that number was ever delivered by that academy. Look the number up in its MIS.")
            person.records |= {(academy, number) for academy, number, _ in found}
            person.payroll |= {payroll for _, _, payroll in found if payroll}
            if (len(person.records), len(person.payroll)) == before:
                return person


def _files(home: Home, entity: str) -> list[str]:
    """The Parquets of an entity that any reading names, accepted or not."""
    with Manifest(home.manifest) as manifest:
        readings = manifest.readings().values()
    paths = (each.path for reading in readings for each in reading.entities if each.entity == entity)
    return sorted(str(home.raw / path) for path in paths if path and (home.raw / path).is_file())
