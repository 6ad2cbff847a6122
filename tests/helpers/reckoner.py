"""The measures of the first domain set, reckoned in plain Python from what is true of the pupils: an answer that owes nothing to the SQL.

Here: spec/measures.md as loops over spells and marks, slow and literal. It starts from the truth (who was on which roll, what the register
says), not from files, so a fault of a reader shows as well. Not here: anything imported from the package.

Readings taken where the specification leaves room:
- a weekly count belongs to the half-term of its Monday and to the spell entered last of those that touch its school week; its days are
  neither marked nor missing (they have no days);
- a half-term's figures of the trust are the sum of the academies' own half-terms of that name;
- a person on two rolls stands on the trust's roll once, at the academy that wins, so that the phases add up to all;
- a spell counts on a past census day by its dates, whatever its status today, except G, F, O and S.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

PRESENT = {"/", "\\", "L"}
ACTIVITY = {"B", "K", "P", "V", "W", "J"}
AUTHORISED = {"C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T", "H", "F"}
UNAUTHORISED = {"G", "N", "O", "U"}
NOT_POSSIBLE = {"D", "Q", "X", "Y", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Z", "#"}
LATE = {"L", "U"}
NEVER_COUNTED = {"G", "F", "O"}
YEARLY_ONLY = {"persistent_absence_rate", "severe_absence_rate"}

Topic = tuple[str, str]
HalfTerms = dict[str, tuple[dt.date, dt.date]]


def academic_year(day: dt.date) -> int:
    """202526 for any day from 1 August 2025 to 31 July 2026."""
    start = day.year if day.month >= 8 else day.year - 1
    return start * 100 + (start + 1) % 100


def year_start(year: int) -> dt.date:
    return dt.date(year // 100, 8, 1)


def year_end(year: int) -> dt.date:
    return dt.date(year // 100 + 1, 7, 31)


def age_before(born: dt.date, year: int) -> int:
    """Age on the 31 August before the year: who is born on 31 August 2010 is 15 on 31 August 2025."""
    day = dt.date(year // 100, 8, 31)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def census_day(year: int) -> dt.date:
    """The third Thursday of January."""
    first = dt.date(year // 100 + 1, 1, 1)
    return first + dt.timedelta(days=(3 - first.weekday()) % 7 + 14)


@dataclass
class Academy:
    id: str
    phase: str
    half_terms: dict[int, HalfTerms] = field(default_factory=dict)
    school_days: dict[dt.date, bool] = field(default_factory=dict)
    joined_on: dt.date | None = None
    last_delivered_on: dt.date | None = None


@dataclass
class Pupil:
    academy: str
    id: str
    person: str
    born: dt.date
    traits: dict[str, str]
    traits_in: dict[int, dict[str, str]] = field(default_factory=dict)

    def topics(self, year: int, with_age: bool) -> list[Topic]:
        traits = {**self.traits, **self.traits_in.get(year, {})}
        topics = [("all", "all"), *traits.items()]
        return [*topics, ("age_group", "5_to_15")] if with_age else topics


@dataclass(frozen=True)
class Spell:
    academy: str
    pupil: str
    entry: dt.date
    leaving: dt.date | None = None
    status: str = "C"

    def covers(self, day: dt.date) -> bool:
        return self.entry <= day and (self.leaving is None or day <= self.leaving)


@dataclass(frozen=True)
class Week:
    academy: str
    pupil: str
    monday: dt.date
    code: str
    sessions: int


@dataclass(frozen=True)
class Suspension:
    academy: str
    pupil: str
    category: str
    start: dt.date
    sessions: int = 0


@dataclass(frozen=True)
class Event:
    academy: str
    pupil: str
    day: dt.date
    polarity: str


@dataclass
class Truth:
    """What is so, in one trust."""

    as_of: dt.date
    half_terms: dict[int, HalfTerms]
    bank_holidays: set[dt.date]
    academies: list[Academy] = field(default_factory=list)
    pupils: list[Pupil] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)
    marks: dict[tuple[str, str, dt.date, str], str | None] = field(default_factory=dict)
    weeks: list[Week] = field(default_factory=list)
    suspensions: list[Suspension] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


@dataclass
class Figure:
    """Numerator, denominator, and the people behind them."""

    numerator: Fraction = Fraction(0)
    denominator: Fraction = Fraction(0)
    top: set[str] = field(default_factory=set)
    bottom: set[str] = field(default_factory=set)

    def add(self, person: str, numerator: int, denominator: int) -> None:
        self.numerator += numerator
        self.denominator += denominator
        if numerator:
            self.top.add(person)
        if denominator:
            self.bottom.add(person)


@dataclass(frozen=True)
class Key:
    level: str
    academy: str
    phase: str
    year: int
    period: str  # year_to_date, HT1 … HT6, or the Monday of a week
    topic: str
    breakdown: str
    measure: str


@dataclass(frozen=True)
class Session:
    """A session or a week's count of one enrolment."""

    day: dt.date
    code: str | None  # none: missing
    count: int = 1
    is_mark: bool = True


@dataclass
class Enrolment:
    academy: Academy
    pupil: Pupil
    spell: Spell
    year: int
    sessions: list[Session] = field(default_factory=list)


class Reckoner:
    """Works out every figure of a trust."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.figures: dict[Key, Figure] = {}
        self.pupils = {(pupil.academy, pupil.id): pupil for pupil in truth.pupils}
        self.academies = {academy.id: academy for academy in truth.academies}

    def reckon(self) -> dict[Key, Figure]:
        for enrolment in self.enrolments():
            self.attendance(enrolment)
        self.suspensions()
        self.behaviour()
        return self.figures

    # --- who and when ---------------------------------------------------------------------------------------------------------------

    def years(self, academy: str) -> set[int]:
        """Years with data: the export's own, and those of dated facts."""
        days = [day for (owner, _, day, _) in self.truth.marks if owner == academy]
        days += [week.monday for week in self.truth.weeks if week.academy == academy]
        days += [fact.start for fact in self.truth.suspensions if fact.academy == academy]
        days += [fact.day for fact in self.truth.events if fact.academy == academy]
        return {academic_year(day) for day in days if day <= self.truth.as_of} | {academic_year(self.truth.as_of)}

    def spell_of(self, academy: str, pupil: str, day: dt.date) -> Spell | None:
        """Of the spells that contain the day, the one entered last."""
        covering = [s for s in self.truth.spells if (s.academy, s.pupil) == (academy, pupil) and s.covers(day)]
        return max(covering, key=lambda spell: spell.entry) if covering else None

    def spell_of_week(self, academy: str, pupil: str, monday: dt.date) -> Spell | None:
        """Of the spells that touch Monday to Friday, the one entered last."""
        days = [monday + dt.timedelta(days=n) for n in range(5)]
        touching = [s for s in self.truth.spells if (s.academy, s.pupil) == (academy, pupil) and any(s.covers(day) for day in days)]
        return max(touching, key=lambda spell: spell.entry) if touching else None

    def is_school_day(self, academy: Academy, day: dt.date) -> bool:
        if day in academy.school_days:
            return academy.school_days[day]
        terms = self.terms(academy, academic_year(day))
        in_term = any(first <= day <= last for first, last in terms.values())
        return in_term and day.weekday() < 5 and day not in self.truth.bank_holidays

    def terms(self, academy: Academy, year: int) -> HalfTerms:
        return academy.half_terms.get(year, self.truth.half_terms.get(year, {}))

    def is_left_out(self, academy: Academy, pupil: Pupil, day: dt.date) -> bool:
        """The last half-term of those aged 15."""
        year = academic_year(day)
        if age_before(pupil.born, year) != 15:
            return False
        terms = self.terms(academy, year)
        if terms:
            return terms["HT6"][0] <= day
        last_monday = max(dt.date(year // 100 + 1, 5, d) for d in range(25, 32) if dt.date(year // 100 + 1, 5, d).weekday() == 0)
        return day >= last_monday + dt.timedelta(days=7)

    def enrolments(self) -> Iterator[Enrolment]:
        for academy in self.truth.academies:
            for year in sorted(self.years(academy.id)):
                for spell in self.truth.spells:
                    if spell.academy == academy.id and spell.status not in NEVER_COUNTED:
                        yield self.enrolment(academy, spell, year)

    def enrolment(self, academy: Academy, spell: Spell, year: int) -> Enrolment:
        pupil = self.pupils[academy.id, spell.pupil]
        enrolment = Enrolment(academy, pupil, spell, year)
        counted_weeks = {week.monday for week in self.truth.weeks if (week.academy, week.pupil) == (academy.id, pupil.id)}
        marked_weeks = {
            day - dt.timedelta(days=day.weekday())
            for (owner, who, day, _), code in self.truth.marks.items()
            if (owner, who) == (academy.id, pupil.id) and code is not None
        }
        last = min(self.truth.as_of, year_end(year), spell.leaving or dt.date.max)
        delivered = min(last, academy.last_delivered_on or self.truth.as_of)
        day = max(year_start(year), spell.entry)
        while day <= last:
            monday = day - dt.timedelta(days=day.weekday())
            if self.spell_of(academy.id, pupil.id, day) == spell and not self.is_left_out(academy, pupil, day):
                for session in ("AM", "PM"):
                    code = self.truth.marks.get((academy.id, pupil.id, day, session))
                    by_count = monday in counted_weeks and monday not in marked_weeks
                    if code is not None:
                        enrolment.sessions.append(Session(day, code))
                    elif self.is_school_day(academy, day) and day <= delivered and not by_count:
                        enrolment.sessions.append(Session(day, None))
            day += dt.timedelta(days=1)
        for week in self.truth.weeks:
            mine = (week.academy, week.pupil) == (academy.id, pupil.id) and academic_year(week.monday) == year
            if not mine or week.monday in marked_weeks or week.monday > self.truth.as_of:
                continue
            if self.spell_of_week(academy.id, pupil.id, week.monday) == spell and not self.is_left_out(academy, pupil, week.monday):
                enrolment.sessions.append(Session(week.monday, week.code, week.sessions, is_mark=False))
        return enrolment

    # --- where a figure goes --------------------------------------------------------------------------------------------------------

    def periods(self, academy: Academy, day: dt.date) -> list[str]:
        terms = self.terms(academy, academic_year(day))
        names = [name for name, (first, last) in terms.items() if first <= day <= last]
        return ["year_to_date", *names, (day - dt.timedelta(days=day.weekday())).isoformat()]

    def period_end(self, year: int, period: str) -> dt.date:
        if period == "year_to_date":
            return min(year_end(year), self.truth.as_of)
        if period.startswith("HT"):
            return self.truth.half_terms[year][period][1]
        return dt.date.fromisoformat(period) + dt.timedelta(days=6)

    def scopes(self, academy: Academy, year: int, period: str) -> list[tuple[str, str, str]]:
        scopes = [("academy", academy.id, academy.phase)]
        scopes += [("trust_like_for_like", "trust", phase) for phase in (academy.phase, "all")]
        if academy.joined_on is None or academy.joined_on <= self.period_end(year, period):
            scopes += [("trust", "trust", phase) for phase in (academy.phase, "all")]
        return scopes

    def add(self, enrolment: Enrolment, period: str, topics: list[Topic], measure: str, numerator: int, denominator: int) -> None:
        for level, owner, phase in self.scopes(enrolment.academy, enrolment.year, period):
            for topic, breakdown in topics:
                key = Key(level, owner, phase, enrolment.year, period, topic, breakdown, measure)
                self.figures.setdefault(key, Figure()).add(enrolment.pupil.person, numerator, denominator)

    # --- attendance -----------------------------------------------------------------------------------------------------------------

    def attendance(self, enrolment: Enrolment) -> None:
        by_period: dict[str, list[Session]] = {}
        for session in enrolment.sessions:
            for period in self.periods(enrolment.academy, session.day):
                by_period.setdefault(period, []).append(session)
        age = age_before(enrolment.pupil.born, enrolment.year)
        if 5 <= age <= 15:
            topics = enrolment.pupil.topics(enrolment.year, with_age=True)
        else:
            topics = [("age_group", "under_5" if age < 5 else "16_plus")]
        for period, sessions in by_period.items():
            for measure, (numerator, denominator) in self.rates(sessions).items():
                if period == "year_to_date" or measure not in YEARLY_ONLY:
                    self.add(enrolment, period, topics, measure, numerator, denominator)
            if ("all", "all") in topics:
                self.reasons(enrolment, period, sessions)

    def reasons(self, enrolment: Enrolment, period: str, sessions: list[Session]) -> None:
        possible = counted(sessions, PRESENT | ACTIVITY | AUTHORISED | UNAUTHORISED)
        for code in AUTHORISED | UNAUTHORISED:
            self.add(enrolment, period, [("reason", code)], "absence_by_reason", counted(sessions, {code}), possible)

    def rates(self, sessions: list[Session]) -> dict[str, tuple[int, int]]:
        attending = counted(sessions, PRESENT | ACTIVITY)
        authorised = counted(sessions, AUTHORISED)
        unauthorised = counted(sessions, UNAUTHORISED)
        absence = authorised + unauthorised
        possible = attending + absence
        enrolled = int(possible > 0)
        missing = sum(1 for session in sessions if session.code is None)
        marked = sum(1 for session in sessions if session.code is not None and session.is_mark)
        return {
            "attendance_rate": (attending, possible),
            "absence_rate": (absence, possible),
            "authorised_absence_rate": (authorised, possible),
            "unauthorised_absence_rate": (unauthorised, possible),
            "late_rate": (counted(sessions, LATE), possible),
            "persistent_absence_rate": (int(enrolled and absence * 10 >= possible), enrolled),
            "severe_absence_rate": (int(enrolled and absence * 2 >= possible), enrolled),
            "part_time_timetable_pct": (int(counted(sessions, {"C2"}) > 0), enrolled),
            "missing_mark_rate": (missing, missing + marked),
        }

    # --- inclusion ------------------------------------------------------------------------------------------------------------------

    def on_roll(self, academies: list[Academy], day: dt.date) -> list[tuple[Academy, Pupil]]:
        """Each person once: on two rolls, M before C, then the later entry."""
        best: dict[str, tuple[tuple[bool, dt.date], Academy, Pupil]] = {}
        names = {academy.id for academy in academies}
        for spell in self.truth.spells:
            academy = self.academies[spell.academy]
            counts = {"C", "M", "P"} | ({"S"} if academy.phase == "alternative_provision" else set())
            if spell.academy in names and spell.covers(day) and spell.status in counts:
                pupil = self.pupils[spell.academy, spell.pupil]
                rank = (spell.status == "M", spell.entry)
                if pupil.person not in best or rank > best[pupil.person][0]:
                    best[pupil.person] = (rank, academy, pupil)
        return [(academy, pupil) for _, academy, pupil in best.values()]

    def roll_of(self, level: str, owner: str, phase: str, year: int, period: str) -> list[tuple[Academy, Pupil]]:
        day = min(census_day(year), self.truth.as_of)
        members = [a for a in self.truth.academies if (level, owner) in {scope[:2] for scope in self.scopes(a, year, period)}]
        roll = self.on_roll([a for a in members if year in self.years(a.id)], day)
        return [(academy, pupil) for academy, pupil in roll if phase in {"all", academy.phase}]

    def suspensions(self) -> None:
        happened: dict[tuple[str, str, str, int, str], list[tuple[Pupil, Suspension]]] = {}
        for fact in self.truth.suspensions:
            if fact.start > self.truth.as_of:
                continue
            academy, year = self.academies[fact.academy], academic_year(fact.start)
            for period in self.periods(academy, fact.start):
                for level, owner, phase in self.scopes(academy, year, period):
                    happened.setdefault((level, owner, phase, year, period), []).append((self.pupils[fact.academy, fact.pupil], fact))
        for academy in self.truth.academies:
            for year in self.years(academy.id):
                for scope in self.scopes(academy, year, "year_to_date"):
                    happened.setdefault((*scope, year, "year_to_date"), [])
        for (level, owner, phase, year, period), facts in happened.items():
            roll = self.roll_of(level, owner, phase, year, period)
            concerned = [pupil for _, pupil in roll] + [pupil for pupil, _ in facts]
            topics = {topic for pupil in concerned for topic in pupil.topics(year, with_age=False)} | {("all", "all")}
            for topic in topics:
                of_topic = [(pupil, fact) for pupil, fact in facts if topic in pupil.topics(year, with_age=False)]
                on_roll = {pupil.person for _, pupil in roll if topic in pupil.topics(year, with_age=False)}
                place = (level, owner, phase, year, period, *topic)
                self.put(place, "suspension_rate", [p for p, f in of_topic if f.category == "SUSP"], on_roll)
                self.put(place, "permanent_exclusion_rate", [p for p, f in of_topic if f.category == "PERM"], on_roll)
                once = {pupil.person: pupil for pupil, fact in of_topic if fact.category == "SUSP"}
                self.put(place, "pupils_suspended_pct", list(once.values()), on_roll)
                lost = sum(fact.sessions for _, fact in of_topic if fact.category == "SUSP")
                possible = self.figures.get(Key(*place, "attendance_rate"), Figure())
                who = {pupil.person for pupil, fact in of_topic if fact.category == "SUSP" and fact.sessions}
                key = Key(*place, "sessions_lost_to_suspension_rate")
                self.figures[key] = Figure(Fraction(lost), possible.denominator, who, possible.bottom)
        self.no_sessions_lost()

    def put(self, place: tuple[str, str, str, int, str, str, str], measure: str, top: list[Pupil], bottom: set[str]) -> None:
        figure = Figure(Fraction(len(top)), Fraction(len(bottom)), {pupil.person for pupil in top}, bottom)
        self.figures[Key(*place, measure)] = figure

    def no_sessions_lost(self) -> None:
        """Where there are possible sessions and no suspension, none were lost."""
        for key, figure in list(self.figures.items()):
            if key.measure == "attendance_rate" and key.topic != "age_group" and key.period == "year_to_date":
                other = Key(**{**key.__dict__, "measure": "sessions_lost_to_suspension_rate"})
                self.figures.setdefault(other, Figure(Fraction(0), figure.denominator, set(), figure.bottom))

    def behaviour(self) -> None:
        for fact in self.truth.events:
            if fact.day > self.truth.as_of:
                continue
            academy, year = self.academies[fact.academy], academic_year(fact.day)
            pupil = self.pupils[fact.academy, fact.pupil]
            enrolment = Enrolment(academy, pupil, Spell(academy.id, pupil.id, fact.day), year)
            for period in self.periods(academy, fact.day):
                topics = pupil.topics(year, with_age=False)
                self.add(enrolment, period, topics, "positive_recognition_pct", int(fact.polarity == "positive"), 1)


def counted(sessions: list[Session], codes: set[str]) -> int:
    return sum(session.count for session in sessions if session.code in codes)
