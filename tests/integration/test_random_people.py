"""Whole invented trusts with staff, clubs, surveys and parents' evenings come out row for row as the plain reckoner reckons them.

The pages' examples show each rule once; here they meet: colleagues at two academies, two contracts at once, gaps and overlaps, open
absences over the edge of the year, an academy without contracts, pupils on two rolls in different clubs.
"""

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from tests.helpers.begun import begun
from tests.helpers.home import TrustHome
from tests.helpers.proof import examples
from tests.helpers.reckoner import Key, Pupil
from tests.helpers.reckoner_people import (
    FAR,
    Absence,
    Answer,
    Colleague,
    Invitation,
    Membership,
    People,
    PeopleReckoner,
    Post,
    Training,
)
from tests.helpers.stages import stages
from tests.integration.test_golden_trust import period_name, report
from tests.integration.test_random_trust import AS_OF, PHASES, SNAPSHOTS, Invention, trust_yml

YEAR = 202526
WITHOUT_CONTRACTS = "birch"
EXPORTS = [dt.date(2025, 7, 18), dt.date(2025, 9, 19), dt.date(2025, 11, 14), AS_OF]
Rows = dict[tuple[str, str, dt.date], list[dict[str, Any]]]


class InventionOfPeople(Invention):
    """An invented trust with more than registers in it."""

    def __init__(self, seed: int) -> None:
        self.more = People()
        self.rows: Rows = {}
        super().__init__(seed)

    def registers(self) -> None:
        """One week of marks is enough here."""
        for pupil in self.truth.pupils:
            self.mark_week(pupil, dt.date(2025, 9, 8))

    def others(self) -> None:
        super().others()
        for pupil in self.truth.pupils:
            self.clubs_and_evenings(pupil)
        for academy_id in PHASES:
            self.answers(academy_id)
        numbers = dict.fromkeys(PHASES, 0)
        for person in range(36):
            homes = self.chance.sample(sorted(PHASES), k=2 if person % 4 == 0 else 1)
            for academy_id in homes:
                numbers[academy_id] += 1
                self.colleague(academy_id, f"S{numbers[academy_id]}", f"R{person}" if person % 9 else None)

    def day(self, first: dt.date = dt.date(2025, 8, 20), last: dt.date = dt.date(2026, 4, 10)) -> dt.date:
        return first + dt.timedelta(days=self.chance.randrange((last - first).days + 1))

    def row(self, academy_id: str, entity: str, values: dict[str, Any], day: dt.date = AS_OF) -> None:
        self.rows.setdefault((academy_id, entity, day), []).append(values)

    def clubs_and_evenings(self, pupil: Pupil) -> None:
        for start in {self.day(dt.date(2024, 9, 1)) for _ in range(self.chance.randrange(3))}:
            end = start + dt.timedelta(days=self.chance.randrange(200)) if self.chance.random() < 0.5 else None
            values = {"source_pupil_id": pupil.id, "club_id": "C", "start_date": start, "end_date": end}
            self.row(pupil.academy, "club_membership", values)
            self.more.memberships.append(Membership(pupil.academy, pupil.id, start, end))
        for number in range(self.chance.randrange(4)):
            day, came = self.day(), self.chance.random() < 0.6
            values = {"event_id": f"E{number}", "source_pupil_id": pupil.id, "event_date": day, "is_attended": came}
            self.row(pupil.academy, "parent_event", values)
            self.more.invitations.append(Invitation(pupil.academy, pupil.id, day, came))

    def answers(self, academy_id: str) -> None:
        for number in range(40):
            who, day = self.chance.choice(["pupil", "parent", "staff"]), self.day()
            group = self.chance.choice(["7", "R", None]) if who == "pupil" else None
            for question in ("safe", "heard"):
                score = self.chance.randrange(1, 6)
                values = {"response_id": number, "respondent": who, "survey_date": day, "question_code": question, "score": score}
                self.row(academy_id, "survey_response", {**values, "nc_year": group})
                self.more.answers.append(Answer(academy_id, str(number), who, day, score, group))

    # --- staff ----------------------------------------------------------------------------------------------------------------------

    def colleague(self, academy_id: str, number: str, reference: str | None) -> None:
        taught = self.chance.random() < 0.7
        teaches = taught if self.chance.random() < 0.8 else not taught
        colleague = Colleague(academy_id, number, reference, {202425: taught, YEAR: teaches})
        seen = self.exports(academy_id)
        for day in seen:
            is_teacher = colleague.teaches_in[202425 if day < dt.date(2025, 8, 1) else YEAR]
            values = {"source_staff_id": number, "trust_staff_ref": reference, "sex": "F", "is_teacher": is_teacher}
            self.row(academy_id, "staff", values, day)
        if academy_id == WITHOUT_CONTRACTS:
            self.posts_of_exports(colleague, seen)
        else:
            for contract in range(self.chance.choice([1, 1, 1, 2])):
                self.contract(colleague, contract)
        self.absences_and_training(colleague)

    def exports(self, academy_id: str) -> list[dt.date]:
        """Which exports a colleague is in: few come or go, or the batch would be held."""
        if academy_id != WITHOUT_CONTRACTS or self.chance.random() < 0.7:
            return EXPORTS
        return self.chance.choice([EXPORTS[1:], EXPORTS[2:], EXPORTS[:3], EXPORTS[:2], EXPORTS[1:3]])

    def posts_of_exports(self, colleague: Colleague, seen: list[dt.date]) -> None:
        if EXPORTS[0] in seen:
            self.more.posts.append(Post(colleague, dt.date(2024, 9, 1), dt.date(2025, 8, 31), None))
        if of_year := [day for day in seen if day != EXPORTS[0]]:
            last = dt.date(2026, 8, 31) if of_year[-1] == EXPORTS[-1] else of_year[-1]
            self.more.posts.append(Post(colleague, dt.date(2025, 9, 1), last, None))

    def contract(self, colleague: Colleague, number: int) -> None:
        start = self.chance.choice([dt.date(2020, 9, 1), dt.date(2024, 9, 1), dt.date(2025, 9, 1), self.day()])
        end = start + dt.timedelta(days=self.chance.randrange(10, 600)) if self.chance.random() < 0.5 else None
        fte = self.chance.choice([Fraction(1), Fraction(3, 5), Fraction(1, 4)])
        values = {"source_staff_id": colleague.id, "source_contract_id": f"{colleague.id}-{number}", "fte": float(fte)}
        for day in SNAPSHOTS.values():
            self.row(colleague.academy, "staff_contract", {**values, "start_date": start, "end_date": end}, day)
        if start <= AS_OF:
            self.more.posts.append(Post(colleague, start, end or FAR, fte))

    def absences_and_training(self, colleague: Colleague) -> None:
        for number in range(self.chance.randrange(4)):
            start = self.day(dt.date(2025, 8, 4))
            end = start + dt.timedelta(days=self.chance.randrange(25)) if self.chance.random() < 0.8 else None
            working_days = Fraction(self.chance.randrange(1, 12), 2) if end and self.chance.random() < 0.5 else None
            kind = self.chance.choice(["SIC", "SIC", "SIC", "TRN"])
            values = {"source_absence_id": f"{colleague.id}-{number}", "source_staff_id": colleague.id, "category_code": kind}
            given = "" if working_days is None else float(working_days)
            self.row(colleague.academy, "staff_absence", {**values, "start_date": start, "end_date": end, "working_days": given})
            self.more.absences.append(Absence(colleague, kind, start, end, working_days))
        for number in range(self.chance.randrange(4)):
            day, hours = self.day(), Fraction(self.chance.randrange(1, 13), 2)
            training = {"source_staff_id": colleague.id, "activity": f"A{number}", "activity_date": day, "hours": float(hours)}
            self.row(colleague.academy, "cpd_record", training)
            self.more.trainings.append(Training(colleague, day, hours))

    def file(self, academy_id: str, entity: str, day: dt.date, rows: list[dict[str, Any]]) -> None:
        if rows:
            super().file(academy_id, entity, day, rows)

    def write(self) -> None:
        super().write()
        for (academy_id, entity, day), rows in self.rows.items():
            self.file(academy_id, entity, day, rows)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(3, 3 + examples(1, many=12)))
def test_every_figure_of_an_invented_trust_is_the_reckoners(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    invention = InventionOfPeople(seed)
    home = begun(tmp_path_factory, TrustHome(tmp_path_factory.mktemp("invented") / "home"))
    home.write_trust(trust_yml() + "limits: {max_shrink_pct: 60}\n")
    for academy_id, files in invention.files.items():
        home.deliver(academy_id, dict(files))
    stages(home, AS_OF)
    assert home.query("select batch_id from dq.batch where status not in ('accepted', 'superseded')") == []

    reckoned = PeopleReckoner(invention.truth, invention.more, YEAR).reckon()
    measures = sorted({key.measure for key in reckoned})
    assert len(measures) == 12
    names = "', '".join(measures)
    rows = home.query(
        "select level, academy_id, phase, time_period, period_type, period_start, breakdown_topic, breakdown, measure_id, numerator,"
        f" denominator, numerator_people, denominator_people from marts.measure_value where time_period = {YEAR} and denominator > 0"
        f" and measure_id in ('{names}') and breakdown_topic <> 'ethnicity_code'"
    )
    got = {
        Key(level, owner, phase, year, period_name(kind, year, start, None), topic, breakdown, measure): tuple(figures)
        for level, owner, phase, year, kind, start, topic, breakdown, measure, *figures in rows
    }
    expected = {
        key: (float(figure.numerator), float(figure.denominator), len(figure.top), len(figure.bottom))
        for key, figure in reckoned.items()
        if figure.denominator
    }
    assert len(expected) > 1_000
    wrong = [
        (key, "expected", expected.get(key), "got", got.get(key)) for key in {**expected, **got} if differ(expected.get(key), got.get(key))
    ]
    assert not wrong, report(wrong)


def differ(expected: tuple[float, ...] | None, got: tuple[float, ...] | None) -> bool:
    """Days that are divided by weekdays are kept to the millionth."""
    return expected is None or got is None or any(abs(one - other) > 1e-4 for one, other in zip(expected, got, strict=True))
