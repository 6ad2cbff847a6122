"""The measures of staff, voice and personal development, reckoned in plain Python: an answer that owes nothing to the SQL.

Here: spec/measures.md as loops over memberships, answers, contracts and absences, slow and literal, beside the pupils of reckoner.py. Not
here: anything imported from the package, and academies that have not delivered what a measure needs.

Readings taken where the specification leaves room are those of docs/explanation/measures-staff.md and its sisters.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from tests.helpers.reckoner import Academy, Figure, Key, Reckoner, Topic, Truth, academic_year, year_end

FAR = dt.date(9999, 12, 31)
Order = tuple[object, ...]
ALL: list[Topic] = [("all", "all")]


@dataclass(frozen=True)
class Membership:
    academy: str
    pupil: str
    start: dt.date
    end: dt.date | None


@dataclass(frozen=True)
class Answer:
    academy: str
    response: str
    who: str
    day: dt.date
    score: int
    year_group: str | None = None


@dataclass(frozen=True)
class Invitation:
    academy: str
    pupil: str
    day: dt.date
    came: bool


@dataclass(frozen=True)
class Colleague:
    academy: str
    id: str
    reference: str | None
    teaches_in: dict[int, bool] = field(hash=False, default_factory=dict)

    @property
    def person(self) -> str:
        return self.reference or f"{self.academy} {self.id}"


@dataclass(frozen=True)
class Post:
    """A contract, or what the exports of an academy without contracts say (then without a full-time equivalent)."""

    colleague: Colleague
    first: dt.date
    last: dt.date
    fte: Fraction | None

    def covers(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Absence:
    colleague: Colleague
    kind: str
    start: dt.date
    end: dt.date | None
    working_days: Fraction | None


@dataclass(frozen=True)
class Training:
    colleague: Colleague
    day: dt.date
    hours: Fraction


@dataclass
class People:
    """What is so besides what the registers say."""

    memberships: list[Membership] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    trainings: list[Training] = field(default_factory=list)
    part_time: dict[tuple[str, str], Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """What one person brings to a measure at one academy; the first in `order` counts where only one academy may."""

    academy: Academy
    person: str
    topics: list[Topic]
    numerator: Fraction
    denominator: Fraction
    order: Order = ()


Rule = Callable[[list[Row]], list[Row]]


def each_row(rows: list[Row]) -> list[Row]:
    return rows


def one_academy(rows: list[Row]) -> list[Row]:
    return [min(rows, key=lambda row: (row.order, row.academy.id))]


def anywhere(rows: list[Row]) -> list[Row]:
    first = one_academy(rows)[0]
    return [Row(first.academy, first.person, first.topics, max(row.numerator for row in rows), Fraction(1))]


def added_up(rows: list[Row]) -> list[Row]:
    first = one_academy(rows)[0]
    return [Row(first.academy, first.person, first.topics, sum((row.numerator for row in rows), Fraction(0)), Fraction(1))]


def weekdays(first: dt.date, last: dt.date) -> list[dt.date]:
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


def first_thursday_of_november(year: int) -> dt.date:
    return next(day for day in (dt.date(year, 11, n) for n in range(1, 8)) if day.weekday() == 3)


class PeopleReckoner:
    """Works out the figures of one academic year in which every academy delivered everything."""

    def __init__(self, truth: Truth, people: People, year: int) -> None:
        self.truth, self.people, self.year = truth, people, year
        self.ground = Reckoner(truth)
        self.figures: dict[Key, Figure] = {}
        self.from_, self.to = dt.date(year // 100, 9, 1), min(dt.date(year // 100 + 1, 8, 31), truth.as_of)

    def reckon(self) -> dict[Key, Figure]:
        half_terms = self.truth.half_terms[self.year]
        periods = {"year_to_date": (dt.date(self.year // 100, 8, 1), min(year_end(self.year), self.truth.as_of))}
        periods |= {name: (first, min(last, self.truth.as_of)) for name, (first, last) in half_terms.items() if first <= self.truth.as_of}
        for period, (first, last) in periods.items():
            self.put(period, "enrichment_pct", self.enrichment(first, last), one_academy)
            self.put(period, "parent_engagement_pct", self.engagement(first, last), each_row)
            for who in ("pupil", "parent", "staff"):
                self.put(period, f"{who}_voice_pct", self.voice(who, first, last), each_row)
        self.staff()
        return self.figures

    def put(self, period: str, measure: str, rows: list[Row], rule: Rule) -> None:
        """The rows of a measure as the figures of each academy, and of the trust with each person as the rule says."""
        for row in rows:
            self.add("academy", row.academy.id, row.academy.phase, period, measure, row)
        for level in ("trust", "trust_like_for_like"):
            persons: dict[str, list[Row]] = {}
            for row in rows:
                if level in {scope[0] for scope in self.ground.scopes(row.academy, self.year, period)}:
                    persons.setdefault(row.person, []).append(row)
            for of_person in persons.values():
                for row in rule(of_person):
                    for phase in (row.academy.phase, "all"):
                        self.add(level, "trust", phase, period, measure, row)

    def add(self, level: str, owner: str, phase: str, period: str, measure: str, row: Row) -> None:
        for topic, breakdown in row.topics:
            figure = self.figures.setdefault(Key(level, owner, phase, self.year, period, topic, breakdown, measure), Figure())
            figure.numerator += row.numerator
            figure.denominator += row.denominator
            if row.numerator:
                figure.top.add(row.person)
            if row.denominator:
                figure.bottom.add(row.person)

    # --- pupils and answers ---------------------------------------------------------------------------------------------------------

    def roll(self, day: dt.date) -> list[tuple[Row, str, str]]:
        """A row for every pupil on roll of every academy, with academy and number."""
        found = []
        for academy in self.truth.academies:
            for _, pupil in self.ground.on_roll([academy], day):
                spells = [s for s in self.truth.spells if (s.academy, s.pupil) == (academy.id, pupil.id) and s.covers(day)]
                is_main = any(spell.status == "M" for spell in spells)
                order = (not is_main, -max(spell.entry for spell in spells).toordinal())
                topics = pupil.topics(self.year, with_age=False)
                found.append((Row(academy, pupil.person, topics, Fraction(0), Fraction(1), order), academy.id, pupil.id))
        return found

    def enrichment(self, first: dt.date, last: dt.date) -> list[Row]:
        touching = {(m.academy, m.pupil) for m in self.people.memberships if m.start <= last and (m.end or FAR) >= first}
        return [
            Row(row.academy, row.person, row.topics, Fraction((academy, pupil) in touching), Fraction(1), row.order)
            for row, academy, pupil in self.roll(last)
        ]

    def engagement(self, first: dt.date, last: dt.date) -> list[Row]:
        rows = []
        for invitation in self.people.invitations:
            if first <= invitation.day <= last:
                pupil = self.ground.pupils[invitation.academy, invitation.pupil]
                academy = self.ground.academies[invitation.academy]
                topics = pupil.topics(self.year, with_age=False)
                rows.append(Row(academy, pupil.person, topics, Fraction(invitation.came), Fraction(1)))
        return rows

    def voice(self, who: str, first: dt.date, last: dt.date) -> list[Row]:
        return [
            Row(
                self.ground.academies[answer.academy],
                f"{answer.academy} {answer.response}",
                [*ALL, ("year_group", answer.year_group)] if answer.year_group else ALL,
                Fraction(answer.score >= 4),
                Fraction(1),
            )
            for answer in self.people.answers
            if answer.who == who and first <= answer.day <= last
        ]

    # --- staff ----------------------------------------------------------------------------------------------------------------------

    def staff(self) -> None:
        in_post: dict[tuple[str, str], list[Post]] = {}
        for post in self.people.posts:
            academy = self.ground.academies[post.colleague.academy]
            days = weekdays(max(post.first, self.from_), min(post.last, self.to))
            if any(self.ground.is_school_day(academy, day) and academic_year(day) == self.year for day in days):
                in_post.setdefault((academy.id, post.colleague.person), []).append(post)
        teachers: dict[tuple[str, str], Order] = {}
        others: dict[tuple[str, str], Order] = {}
        for place, posts in in_post.items():
            teaches = any(post.colleague.teaches_in[self.year] for post in posts)
            size, latest = sum((post.fte or Fraction(0) for post in posts), Fraction(0)), max(post.first for post in posts)
            (teachers if teaches else others)[place] = (-size, -latest.toordinal())
        self.of_posts("teacher_sickness_days", teachers, self.sick_days, added_up)
        self.of_posts("support_sickness_days", others, self.sick_days, added_up)
        self.of_posts("teacher_sickness_pct", teachers, lambda *place: Fraction(bool(self.sick(*place))), anywhere)
        self.of_posts("cpd_hours_per_teacher", teachers, self.hours, added_up)
        self.turnover({**teachers, **others})
        self.ratio()

    def of_posts(self, measure: str, places: dict[tuple[str, str], Order], brings: Callable[[str, str], Fraction], rule: Rule) -> None:
        rows = [
            Row(self.ground.academies[academy], person, ALL, brings(academy, person), Fraction(1), order)
            for (academy, person), order in places.items()
        ]
        self.put("year_to_date", measure, rows, rule)

    def sick(self, academy: str, person: str) -> list[tuple[Absence, dt.date, dt.date]]:
        """The sickness of a colleague that touches the year, with its last day and the days inside."""
        found = []
        for absence in self.people.absences:
            end = absence.end or self.end_of_open(absence.colleague)
            is_theirs = (absence.colleague.academy, absence.colleague.person) == (academy, person) and absence.kind == "SIC"
            if is_theirs and absence.start <= min(self.to, self.truth.as_of, end) and end >= self.from_:
                found.append((absence, max(absence.start, self.from_), min(end, self.to)))
        return found

    def end_of_open(self, colleague: Colleague) -> dt.date:
        """Until when an absence lasts that nobody has closed: who has left is not absent."""
        place = (colleague.academy, colleague.person)
        lasts = [post.last for post in self.people.posts if (post.colleague.academy, post.colleague.person) == place]
        return min([self.truth.as_of, *([max(lasts)] if lasts else [])])

    def sick_days(self, academy: str, person: str) -> Fraction:
        total = Fraction(0)
        for absence, first, last in self.sick(academy, person):
            inside = weekdays(first, last)
            if absence.working_days is None:
                total += sum(self.ground.is_school_day(self.ground.academies[academy], day) for day in inside)
            elif whole := weekdays(absence.start, absence.end or self.end_of_open(absence.colleague)):
                total += absence.working_days * len(inside) / len(whole)
            elif absence.start >= self.from_:
                total += absence.working_days
        return total

    def hours(self, academy: str, person: str) -> Fraction:
        theirs = [t for t in self.people.trainings if (t.colleague.academy, t.colleague.person) == (academy, person)]
        return sum((training.hours for training in theirs if self.from_ <= training.day <= self.to), Fraction(0))

    def turnover(self, order: dict[tuple[str, str], Order]) -> None:
        then, now = first_thursday_of_november(self.year // 100 - 1), first_thursday_of_november(self.year // 100)
        base = {
            (post.colleague.academy, post.colleague.person): post.colleague
            for post in self.people.posts
            if post.covers(then) and post.colleague.teaches_in[self.year - 101]
        }
        still = {(post.colleague.academy, post.colleague.person) for post in self.people.posts if post.covers(now)}
        left, left_trust = [], []
        for (academy, person), colleague in base.items():
            place = order.get((academy, person), (Fraction(10**6), 0))
            owner = self.ground.academies[academy]
            left.append(Row(owner, person, ALL, Fraction((academy, person) not in still), Fraction(1), place))
            if colleague.reference:
                gone = person not in {one for _, one in still}
                left_trust.append(Row(owner, person, ALL, Fraction(gone), Fraction(1), place))
        self.put("year_to_date", "teacher_turnover_pct", left, anywhere)
        self.put("year_to_date", "teacher_left_trust_pct", left_trust, anywhere)

    def ratio(self) -> None:
        day = min(year_end(self.year), self.truth.as_of)
        with_contracts = {post.colleague.academy for post in self.people.posts if post.fte is not None}
        pupils = [
            Row(row.academy, row.person, row.topics, self.people.part_time.get((academy, pupil), Fraction(1)), Fraction(0), row.order)
            for row, academy, pupil in self.roll(day)
            if academy in with_contracts
        ]
        teachers = [
            Row(self.ground.academies[post.colleague.academy], post.colleague.person, ALL, Fraction(0), post.fte)
            for post in self.people.posts
            if post.fte is not None and post.covers(day) and post.colleague.teaches_in[self.year]
        ]
        self.put("year_to_date", "pupil_teacher_ratio", pupils, one_academy)
        self.put("year_to_date", "pupil_teacher_ratio", teachers, each_row)
