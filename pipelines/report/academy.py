"""One academy in the report: a cell for each principle, and behind it what failed, what passed and what could not be judged.

Here: how results and work become what a person reads about one academy. Not here: queries (figures.py) or layout (templates/).
"""

from collections.abc import Callable
from dataclasses import dataclass

from expectations.catalogue import CHECKS
from expectations.check import Severity
from pipelines.report.figures import Academy, Decision, Line, Result, Waiting, Work
from pipelines.report.trend import Chart
from pipelines.report.words import SYMBOLS, age, counted, day, listed, spoken

_CHECKS = {each.id: each for each in CHECKS}
_ADVICE = " If it is right: matlas accept"
"""From here on the reason of a held delivery says what to type; the report does so for every delivery in its own way."""


@dataclass(frozen=True)
class Cell:
    """What a principle came to: one state, its words, and whatever else must not be mistaken for a pass."""

    state: str
    text: str
    also: tuple[str, ...] = ()

    @property
    def symbol(self) -> str:
        """The sign of the state."""
        return SYMBOLS[self.state]

    @property
    def asks(self) -> bool:
        """Whether there is something behind it to read."""
        return self.state not in ("pass", "nothing", "none")


@dataclass(frozen=True)
class Card:
    """A check that failed: its words, its counts, since when, and what is on the work list for it."""

    check_id: str
    title: str
    state: str
    severity: str
    counts: str
    since: str
    measures: str
    what: str
    when: str
    how: str
    accepted: str
    work: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def symbol(self) -> str:
        """The sign of the state."""
        return SYMBOLS[self.state]


@dataclass(frozen=True)
class Principle:
    """One principle at one academy: its cell, and every check of it by what it came to."""

    name: str
    title: str
    anchor: str
    cell: Cell
    cards: list[Card]
    not_run: list[tuple[str, str]]
    nothing: list[tuple[str, str]]
    passed: list[str]


@dataclass(frozen=True)
class Delivery:
    """A delivery that waits, with the lines to type."""

    what: str
    status: str
    reason: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class AcademyPart:
    """Everything that the report says about one academy, or about the trust's own figures."""

    academy_id: str
    name: str
    anchor: str
    is_trust: bool
    about: Academy | None
    principles: list[Principle]
    waiting: list[Delivery]
    trend: Chart
    failed: int
    accepted: int
    not_run: int
    put_right: int
    worst: int
    lives_with_old_attendance: bool

    @property
    def is_stale(self) -> bool:
        """Whether its attendance is old."""
        return self.about is not None and self.about.is_stale

    @property
    def lacks_attendance(self) -> bool:
        """Whether its attendance is old and nobody has accepted that: then somebody has to look."""
        return self.is_stale and not self.lives_with_old_attendance

    @property
    def has_something_to_do(self) -> bool:
        """Whether a person of the academy has something to look at."""
        return bool(self.failed or self.not_run or self.waiting or self.lacks_attendance)

    @property
    def summary(self) -> str:
        """The academy in a few words."""
        parts = [
            counted(self.failed, "check") + " failed" if self.failed else "",
            f"{self.accepted} accepted" if self.accepted else "",
            f"{self.not_run} not run" if self.not_run else "",
            counted(len(self.waiting), "delivery waits", "deliveries wait") if self.waiting else "",
            "attendance is old" if self.lacks_attendance else "",
        ]
        return ", ".join(part for part in parts if part) or "nothing to put right"


@dataclass(frozen=True)
class Material:
    """What was read of one academy."""

    academy_id: str
    about: Academy | None
    results: list[Result]
    work: list[Work]
    lines: list[Line]
    decisions: list[Decision]
    waiting: list[Waiting]


def academy_part(found: Material, principles: list[str], trend: Chart, measure_words: Callable[[str], str]) -> AcademyPart:
    """Put together what the report says about one academy."""
    failing = [each for each in found.results if each.status == "fail"]
    open_ones = [each for each in failing if each.accepted_until is None]
    return AcademyPart(
        academy_id=found.academy_id,
        name=found.about.name if found.about else ("The trust's own figures" if found.academy_id == "trust" else found.academy_id),
        anchor=f"a-{found.academy_id}",
        is_trust=found.academy_id == "trust",
        about=found.about,
        principles=[_principle(found, name, measure_words) for name in principles],
        waiting=[delivery(each) for each in found.waiting],
        trend=trend,
        failed=len(open_ones),
        accepted=len(failing) - len(open_ones),
        not_run=sum(each.status == "not_run" for each in found.results),
        put_right=sum(each.things for each in found.work if each.status == "gone"),
        worst=min((Severity(each.severity).rank for each in open_ones), default=len(Severity)),
        lives_with_old_attendance=any(each.check_id == "stale_academy" for each in found.decisions),
    )


def cell(results: list[Result]) -> Cell:
    """What the checks of one principle came to. The worst is said first; what is no pass is always said."""
    open_ones = [each for each in results if each.status == "fail" and each.accepted_until is None]
    accepted = sum(each.status == "fail" for each in results) - len(open_ones)
    passed, nothing, not_run = (sum(each.status == status for each in results) for status in ("pass", "not_applicable", "not_run"))
    applied = passed + accepted + len(open_ones)
    also = {"accepted": f"{accepted} accepted", "not_run": f"{not_run} not run", "nothing": f"{nothing} nothing to judge"}
    if open_ones:
        worst = min((Severity(each.severity) for each in open_ones), key=lambda each: each.rank)
        state, text = worst.value, f"{len(open_ones)} of {applied} failed"
    elif not_run:
        state, text = "not_run", also.pop("not_run")
        also["pass"] = f"{passed} passed"
    elif accepted:
        state, text = "accepted", also.pop("accepted")
        also["pass"] = f"{passed} passed"
    elif passed:
        state, text = "pass", f"{passed} passed"
    else:
        also.clear()
        return Cell("nothing", "nothing to judge") if nothing else Cell("none", "no check")
    counts = {"accepted": accepted, "not_run": not_run, "nothing": nothing, "pass": passed}
    return Cell(state, text, tuple(words for kind, words in also.items() if counts[kind]))


def delivery(batch: Waiting) -> Delivery:
    """A held or rejected delivery and what to type."""
    refuse = f'matlas refuse {batch.batch_id} --why "…"'
    return Delivery(
        what=f"{batch.table_name} of {day(batch.effective_date)}",
        status=batch.status,
        reason=(batch.reason or "").partition(_ADVICE)[0],
        lines=(f'matlas accept {batch.batch_id} --why "…"', refuse) if batch.status == "held" else (refuse,),
    )


def _principle(found: Material, name: str, measure_words: Callable[[str], str]) -> Principle:
    results = [each for each in found.results if each.principle == name]
    failing = sorted(
        (each for each in results if each.status == "fail"),
        key=lambda each: (each.accepted_until is not None, Severity(each.severity).rank, -each.failed, each.check_id),
    )
    return Principle(
        name=name,
        title=spoken(name),
        anchor=f"a-{found.academy_id}-{name}",
        cell=cell(results),
        cards=[_card(each, found, measure_words) for each in failing],
        not_run=[(each.check_id, each.reason or "") for each in results if each.status == "not_run"],
        nothing=[(each.check_id, each.reason or "") for each in results if each.status == "not_applicable"],
        passed=[each.check_id for each in results if each.status == "pass"],
    )


def _card(result: Result, found: Material, measure_words: Callable[[str], str]) -> Card:
    words = _CHECKS.get(result.check_id)
    decision = next((each for each in found.decisions if each.check_id == result.check_id), None)
    since = f"since {day(result.since)}, {counted(result.runs or 1, 'run')} without a break" if result.since else ""
    return Card(
        check_id=result.check_id,
        title=spoken(result.check_id),
        state="accepted" if result.accepted_until else result.severity,
        severity=result.severity,
        counts=f"{result.failed:,} of {result.checked:,}",
        since=since,
        measures=measure_words(result.measures_affected),
        what=words.what if words else "A check of another version of Matlas.",
        when=words.when if words else "",
        how=words.how if words else "",
        accepted=_accepted(result, decision),
        work=tuple(_work(each) for each in found.work if each.check_id == result.check_id),
        lines=tuple(f"{each.what} ({age(each.age_days)})" for each in found.lines if each.check_id == result.check_id),
    )


def _accepted(result: Result, decision: Decision | None) -> str:
    if result.accepted_until is None:
        return ""
    return f"Accepted until {day(result.accepted_until)}" + (f" by {decision.accepted_by}" if decision else "")


_STATUS_WORDS = {"open": "To put right", "accepted": "Left as it is for now", "gone": "Put right in the last two weeks"}


def _work(work: Work) -> str:
    """Such as `To put right: 108 pupils, 2,085 rows, the oldest for 12 days`."""
    if work.pupils == work.things:
        parts = [counted(work.pupils, "pupil")]
    else:
        parts = [counted(work.things, "thing"), *([counted(work.pupils, "pupil")] if work.pupils else [])]
    if work.is_capped:
        parts[0] = f"more than {parts[0]}"
    if work.failed != work.things:
        parts.append(counted(work.failed, "row"))
    if work.status != "gone":
        parts.append(age(work.age_days) if work.things == 1 or work.age_days == 0 else f"the oldest {age(work.age_days)}")
    return f"{_STATUS_WORDS[work.status]}: {', '.join(parts)}"


def measures_in_words(names: dict[str, str]) -> Callable[[str], str]:
    """How `measures_affected` is said: names of measures, whole domains, or every figure."""

    def said(affected: str) -> str:
        parts = [part.strip() for part in affected.split(",") if part.strip()]
        if "all" in parts:
            return "every figure of the academy"
        return listed([names.get(part) or f"all of {part.replace('_', ' ')}" for part in parts])

    return said
