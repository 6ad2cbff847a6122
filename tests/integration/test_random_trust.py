"""Whole invented trusts, drawn at random with a fixed seed, come out row for row as the plain reckoner reckons them.

The golden trust shows each rule once; here the rules meet: movers with overlapping spells, dual registrations, guests, marks outside spells
and on Saturdays, withdrawn codes, weekly counts beside marks, characteristics that change from year to year.
"""

import csv
import datetime as dt
import io
import random
from collections.abc import Iterable
from typing import Any

import pytest

from tests.helpers.begun import begun
from tests.helpers.home import TrustHome
from tests.helpers.proof import examples
from tests.helpers.reckoner import Academy, Event, Figure, Key, Pupil, Reckoner, Spell, Suspension, Truth, Week, age_before
from tests.helpers.stages import stages
from tests.helpers.upn import upn
from tests.integration.golden import BANK_HOLIDAYS, TERMS
from tests.integration.test_golden_trust import INCLUSION, period_name, report

AS_OF = dt.date(2026, 3, 13)
SNAPSHOTS = {202425: dt.date(2025, 7, 18), 202526: AS_OF}
PHASES = {"ashby": "secondary", "birch": "primary", "cedar": "secondary"}
JOINED = {"cedar": dt.date(2025, 9, 1)}
CODES = ["/"] * 40 + ["\\"] * 40 + list("LLIIIMGUUOONBPVWSTERCJHXDZYQK#") + ["C1", "C2", "J1", "Y1", "Y7", "I", "I", "I"]
ETHNICITIES = {"WBRI": "white", "MWBC": "mixed", "AIND": "asian", "BCRB": "black", "REFU": "unknown", "": "unknown"}
LANGUAGES = {"ENG": "no", "ENB": "no", "POL": "yes", "REF": "unknown"}
SEN = {"N": "none", "K": "support", "E": "ehcp", "": "none"}


def yes_no(value: bool) -> str:
    return "yes" if value else "no"


class Invention:
    """One invented trust: the truth, and the canonical files that say so."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.truth = Truth(AS_OF, TERMS, BANK_HOLIDAYS)
        self.files: dict[str, dict[str, str]] = {academy_id: {} for academy_id in PHASES}
        self.records: dict[tuple[str, int], list[dict[str, Any]]] = {}
        self.with_counts: set[tuple[str, str]] = set()
        for academy_id, phase in PHASES.items():
            self.truth.academies.append(Academy(academy_id, phase, joined_on=JOINED.get(academy_id), last_delivered_on=AS_OF))
        self.people()
        self.registers()
        self.others()
        self.write()

    def people(self) -> None:
        for number in range(45):
            born = dt.date(2008, 9, 1) + dt.timedelta(days=self.chance.randrange(365 * 13))
            homes = self.chance.sample(sorted(PHASES), k=2 if number % 6 == 0 else 1)
            for place, academy_id in enumerate(homes):
                self.person(f"N{number}", f"{number:02}{place}", academy_id, born, is_second=place == 1)

    def person(self, person: str, pupil_id: str, academy_id: str, born: dt.date, is_second: bool) -> None:
        sex = "F" if int(person[1:]) % 2 else "M"
        pupil = Pupil(academy_id, pupil_id, person, born, {})
        for year in SNAPSHOTS:
            record, traits = self.characteristics(born, year, sex)
            pupil.traits_in[year] = traits
            self.records.setdefault((academy_id, year), []).append({"source_pupil_id": pupil_id, "upn": number_of(person), **record})
        self.truth.pupils.append(pupil)
        status = self.chance.choice(["C", "C", "C", "C", "M", "S", "G"]) if not is_second else self.chance.choice(["C", "S", "M"])
        for entry, leaving in self.spells(is_second):
            self.truth.spells.append(Spell(academy_id, pupil_id, entry, leaving, status))

    def characteristics(self, born: dt.date, year: int, sex: str) -> tuple[dict[str, Any], dict[str, str]]:
        pick = self.chance.choice
        fsm, ever6, looked_after, worker = (self.chance.random() < share for share in (0.3, 0.2, 0.1, 0.1))
        category = pick(["TFSM", "EFSM", ""]) if fsm else ""
        ethnicity, language, sen = pick(list(ETHNICITIES)), pick(list(LANGUAGES)), pick(list(SEN))
        fsm6 = ever6 or (fsm and category != "EFSM")  # before 2026/27
        age = age_before(born, year)
        group = "R" if age == 4 else str(age - 4)
        record = {
            "date_of_birth": born,
            "sex": sex,
            "ethnicity_code": ethnicity,
            "first_language_code": language,
            "nc_year": group,
            "sen_provision_code": sen,
            "is_fsm": fsm,
            "fsm_category_code": category,
            "is_fsm_ever6": ever6,
            "is_pupil_premium": fsm6 or looked_after,
            "is_looked_after": looked_after,
            "has_social_worker": worker,
        }
        traits = {
            "sex": sex,
            "fsm": yes_no(fsm),
            "fsm6": yes_no(fsm6),
            "pupil_premium": yes_no(fsm6 or looked_after),
            "disadvantaged": yes_no(fsm6 or looked_after),
            "looked_after": yes_no(looked_after),
            "social_worker": yes_no(worker),
            "sen": SEN[sen],
            "eal": LANGUAGES[language],
            "ethnicity": ETHNICITIES[ethnicity],
            "year_group": group,
        }
        return record, traits

    def spells(self, is_second: bool) -> Iterable[tuple[dt.date, dt.date | None]]:
        start = dt.date(2025, 10, 1) if is_second else self.chance.choice([dt.date(2023, 9, 4), dt.date(2024, 9, 3), dt.date(2025, 9, 2)])
        kind = self.chance.random()
        if kind < 0.7:
            yield start, None
        elif kind < 0.8:
            yield start, start + dt.timedelta(days=self.chance.randrange(20, 300))
        else:  # left and came back, or two spells that overlap
            left = start + dt.timedelta(days=self.chance.randrange(20, 100))
            yield start, left
            yield left + dt.timedelta(days=self.chance.randrange(-15, 40)), None

    def registers(self) -> None:
        mondays = [dt.date(2025, 6, 2), dt.date(2025, 6, 9), dt.date(2024, 9, 9)]
        mondays += [dt.date(2025, 9, 8) + dt.timedelta(weeks=n) for n in (0, 1, 5, 6, 7, 12, 22, 23, 26)]
        for pupil in self.truth.pupils:
            single = sum(1 for s in self.truth.spells if (s.academy, s.pupil) == (pupil.academy, pupil.id)) == 1
            for monday in mondays:
                if single and self.chance.random() < 0.15:
                    self.count_week(pupil, monday)
                if self.chance.random() < 0.85:
                    self.mark_week(pupil, monday)

    def mark_week(self, pupil: Pupil, monday: dt.date) -> None:
        for day in range(6 if self.chance.random() < 0.05 else 5):
            for session in ("AM", "PM"):
                luck = self.chance.random()
                code = None if luck < 0.03 else self.chance.choice(CODES)
                if luck < 0.95:
                    self.truth.marks[pupil.academy, pupil.id, monday + dt.timedelta(days=day), session] = code

    def count_week(self, pupil: Pupil, monday: dt.date) -> None:
        for code in sorted(set(self.chance.choices(CODES, k=4))):
            self.truth.weeks.append(Week(pupil.academy, pupil.id, monday, code, self.chance.randrange(1, 4)))

    def school_day(self) -> dt.date:
        """A weekday of this year's half-terms, some of them after the as-of date: a week of the holidays has no figures."""
        first, last = TERMS[202526][self.chance.choice(["HT1", "HT2", "HT3", "HT4"])]
        days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
        return self.chance.choice([day for day in days if day.weekday() < 5])

    def others(self) -> None:
        once = [p for p in self.truth.pupils if sum(1 for q in self.truth.pupils if q.person == p.person) == 1]
        for pupil in self.chance.sample(once, k=12):
            for category in self.chance.sample(["SUSP", "SUSP ", "PERM", "LNCH"], k=2):
                start = self.school_day()
                sessions = self.chance.randrange(1, 8) if "SUSP" in category else 0
                self.truth.suspensions.append(Suspension(pupil.academy, pupil.id, category.strip(), start, sessions))
        for pupil in self.truth.pupils:
            for _ in range(self.chance.randrange(4)):
                day = self.school_day()
                self.truth.events.append(Event(pupil.academy, pupil.id, day, self.chance.choice(["positive", "negative"])))

    def write(self) -> None:
        truth = self.truth
        facts = {(s.academy, s.pupil, s.start, s.category): s for s in truth.suspensions}
        truth.suspensions = list(facts.values())  # the natural key: one of a kind a day
        for (academy_id, year), records in self.records.items():
            self.file(academy_id, "pupil", SNAPSHOTS[year], records)
        for academy_id in PHASES:
            spells = [s for s in truth.spells if s.academy == academy_id]
            rows = [
                {"source_pupil_id": s.pupil, "entry_date": s.entry, "leaving_date": s.leaving, "enrolment_status_code": s.status}
                for s in spells
            ]
            for day in SNAPSHOTS.values():
                self.file(academy_id, "enrolment", day, rows)
            self.file(
                academy_id,
                "attendance_mark",
                AS_OF,
                [
                    {"source_pupil_id": who, "session_date": day, "session": session, "mark_code": code}
                    for (owner, who, day, session), code in truth.marks.items()
                    if owner == academy_id
                ],
            )
            self.file(
                academy_id,
                "attendance_week",
                AS_OF,
                [
                    {"source_pupil_id": w.pupil, "week_start_date": w.monday, "mark_code": w.code, "sessions": w.sessions}
                    for w in truth.weeks
                    if w.academy == academy_id
                ],
            )
            self.file(
                academy_id,
                "suspension",
                AS_OF,
                [
                    {
                        "source_pupil_id": s.pupil,
                        "category_code": s.category,
                        "start_date": s.start,
                        "end_date": s.start,
                        "sessions": s.sessions or "",
                    }
                    for s in truth.suspensions
                    if s.academy == academy_id
                ],
            )
            self.file(
                academy_id,
                "behaviour_event",
                AS_OF,
                [
                    {"source_event_id": n, "source_pupil_id": e.pupil, "event_date": e.day, "polarity": e.polarity}
                    for n, e in enumerate(truth.events)
                    if e.academy == academy_id
                ],
            )

    def file(self, academy_id: str, entity: str, day: dt.date, rows: list[dict[str, Any]]) -> None:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        self.files[academy_id][f"matlas_{entity}_{day}.csv"] = text.getvalue()


def number_of(person: str) -> str:
    return upn(f"7770000{int(person[1:]):05}")


def trust_yml() -> str:
    calendar = "".join(
        f"  {year}:\n" + "".join(f"    {name}: [{first}, {last}]\n" for name, (first, last) in terms.items())
        for year, terms in TERMS.items()
    )
    academies = "".join(
        f"  - {{id: {one}, name: {one.title()}, phase: {phase}, mis: matlas, joined_on: {JOINED.get(one, dt.date(2019, 9, 1))}}}\n"
        for one, phase in PHASES.items()
    )
    return f"trust: {{name: Invented}}\nas_of: {AS_OF}\ncalendar:\n{calendar}academies:\n{academies}"


def published(home: TrustHome, truth: Truth) -> dict[Key, tuple[int, ...]]:
    academies = {academy.id: academy for academy in truth.academies}
    rows = home.query(
        "select level, academy_id, phase, time_period, period_type, period_start, breakdown_topic, breakdown, measure_id,"
        " numerator, denominator, numerator_people, denominator_people from marts.measure_value where denominator > 0"
    )
    return {
        Key(level, owner, phase, year, period_name(kind, year, start, academies.get(owner)), *rest): tuple(int(one) for one in figures)
        for level, owner, phase, year, kind, start, *rest_and_figures in rows
        for rest, figures in [(rest_and_figures[:3], rest_and_figures[3:])]
    }


def settled(key: Key, figure: Figure) -> bool:
    """The rows that both must have."""
    if figure.denominator == 0 or key.topic == "ethnicity_code":
        return False
    if key.measure == "absence_by_reason":
        return figure.numerator > 0
    if key.measure in INCLUSION:
        return key.year == 202526 and (key.period == "year_to_date" or figure.numerator > 0)
    return True


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(1, 1 + examples(1, many=12)))
def test_every_figure_of_an_invented_trust_is_the_reckoners(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    invention = Invention(seed)
    home = begun(tmp_path_factory, TrustHome(tmp_path_factory.mktemp("invented") / "home"))
    home.write_trust(trust_yml())
    for academy_id, files in invention.files.items():
        home.deliver(academy_id, dict(files))
    stages(home, AS_OF)
    assert home.query("select count(*) from dq.batch where status <> 'accepted'") == [(0,)]

    got = published(home, invention.truth)
    reckoned = Reckoner(invention.truth).reckon()
    expected = {
        key: (int(figure.numerator), int(figure.denominator), len(figure.top), len(figure.bottom))
        for key, figure in reckoned.items()
        if settled(key, figure)
    }
    assert len(expected) > 10_000
    wrong = [(key, "expected", figure, "got", got.get(key)) for key, figure in expected.items() if got.get(key) != figure]
    assert not wrong, report(wrong)
    measures = {key.measure for key in reckoned}
    invented = [
        (key, figure)
        for key, figure in got.items()
        if key.measure in measures and key.topic != "ethnicity_code" and figure[0] and (key not in reckoned or not reckoned[key].numerator)
    ]
    assert not invented, report(invented)
