"""The page of the map: what is said first, who stands where, which alerts are open.

Here: what the page says, ready to be laid out. Not here: queries (steering_figures.py), the drawing (steering_map.py), layout (templates/).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.report.steering_figures import SCORES, WHOLE, Evidence, OpenAlert, Scored, Steering
from pipelines.report.steering_map import LEFT, LETTER, SIDE_X, SIDE_Y, TOP, Drawing, Placed, draw
from pipelines.report.words import counted, day, listed

QUADRANTS = {
    "authoritative": ("Authoritative", "much is shared, the trust decides"),
    "assistant": ("Assistant", "much is shared, the academy decides"),
    "isolated": ("Isolated", "little is shared, the trust decides"),
    "laissez_faire": ("Laissez-faire", "little is shared, the academy decides"),
}
"""In the order of the drawing: high alignment above, high autonomy to the right."""
ABOUT = {
    "alignment": "How much comes through the trust's standard: codes, columns, scales, dates and measures, without an academy's own.",
    "autonomy": "What share of the decisions in the scheme of delegation are the academy's.",
    "transparency": "How much of it can be seen: current, whole, checked, and open to those who read.",
    "accountability": "How much of it somebody answers for: goals agreed, alerts taken up in time, decisions with a reason.",
}
TRUST = "trust"
SHORT = (" Church of England", " Academy", " School", " Primary", " Secondary", " Special", " All-through")
"""What a name in the drawing can do without, as long as no two become the same."""


@dataclass(frozen=True)
class Value:
    """One score as it is shown: the number or `not known`, and how it has moved."""

    score: str
    shown: str
    moved: str


@dataclass(frozen=True)
class Area:
    """One area of an academy: what it is called, and its four scores."""

    name: str
    values: list[str]
    quadrant: str


@dataclass(frozen=True)
class AcademyOnMap:
    """One academy: its number in the drawing, its scores, and what they rest on."""

    number: int
    academy_id: str
    name: str
    phase: str
    quadrant: str
    because: str
    values: list[Value]
    evidence: dict[str, list[Evidence]]
    areas: list[Area]

    @property
    def anchor(self) -> str:
        """The name of its place on the page."""
        return f"m-{self.academy_id}"


@dataclass(frozen=True)
class Said:
    """One alert as it is said."""

    severity: str
    sentence: str
    since: str
    who: str
    waits: bool


@dataclass(frozen=True)
class AlertsOf:
    """The open alerts of one academy, or of the trust."""

    name: str
    alerts: list[Said]


@dataclass(frozen=True)
class Corner:
    """One quadrant's name in the drawing."""

    name: str
    what: str
    x: float
    y: float


@dataclass(frozen=True)
class SteeringPage:
    """Everything that the template lays out."""

    trust: str
    night: str
    run_id: str
    stands: str
    elsewhere: str
    waits: str
    compared: str
    academies: list[AcademyOnMap]
    drawing: Drawing
    drawing_in_words: str
    corners: list[Corner]
    alerts: list[AlertsOf]
    quadrants: list[tuple[str, str]]
    about: list[tuple[str, str]]

    @property
    def unplaced(self) -> list[AcademyOnMap]:
        """Those that the drawing leaves out, since one of both scores is not known."""
        return [each for each in self.academies if not each.quadrant]


def build_steering_page(found: Steering, trust_name: str) -> SteeringPage:
    """Say what was read."""
    wholes = [each for each in found.scores if each.area == WHOLE]
    academies = [_academy(number, each, found) for number, each in enumerate(wholes, start=1)]
    corners = _corners()
    taken = [(each.x, each.y - 20, each.x + len(each.what) * LETTER, each.y + 26) for each in corners]
    drawing = draw(_placed(wholes), found.alignment_high_from, found.autonomy_high_from, taken)
    return SteeringPage(
        trust=trust_name or "Our trust",
        night=day(found.as_of) if found.as_of else "no night yet",
        run_id=found.run_id,
        stands=_stands(wholes),
        elsewhere=_elsewhere(wholes),
        waits=_waits(found.alerts),
        compared=_compared(found.last_half_term_as_of),
        academies=academies,
        drawing=drawing,
        drawing_in_words=_in_words(wholes),
        corners=corners,
        alerts=_alerts(found),
        quadrants=list(QUADRANTS.values()),
        about=[(score.capitalize(), what) for score, what in ABOUT.items()],
    )


def _placed(wholes: Sequence[Scored]) -> list[Placed]:
    names = short_names([each.name for each in wholes])
    return [
        Placed(number, name, each.autonomy, each.alignment, each.autonomy_last_half_term, each.alignment_last_half_term)
        for number, (each, name) in enumerate(zip(wholes, names, strict=True), start=1)
        if each.autonomy is not None and each.alignment is not None
    ]


def short_names(names: Sequence[str]) -> list[str]:
    """The names without what all schools are called, as long as they stay different."""
    short = []
    for name in names:
        for word in SHORT:
            name = name.replace(word, "")
        short.append(name)
    return [short_one if short.count(short_one) == 1 else name for short_one, name in zip(short, names, strict=True)]


def _corners() -> list[Corner]:
    """Each quadrant's name: above the square, where many academies stand high, and below in it, where none is likely to stand."""
    places = {
        "authoritative": (LEFT, TOP - 30),
        "assistant": (LEFT + SIDE_X / 2, TOP - 30),
        "isolated": (LEFT + 12, TOP + SIDE_Y - 30),
        "laissez_faire": (LEFT + SIDE_X / 2 + 12, TOP + SIDE_Y - 30),
    }
    return [Corner(*QUADRANTS[name], *place) for name, place in places.items()]


def _academy(number: int, whole: Scored, found: Steering) -> AcademyOnMap:
    before = {"alignment": whole.alignment_last_half_term, "autonomy": whole.autonomy_last_half_term}
    evidence = [each for each in found.evidence if each.academy_id == whole.academy_id]
    return AcademyOnMap(
        number=number,
        academy_id=whole.academy_id,
        name=whole.name,
        phase=whole.phase.replace("_", "-"),
        quadrant=QUADRANTS[whole.quadrant][0] if whole.quadrant else "",
        because=whole.quadrant_unknown_because or "",
        values=[Value(score, _shown(getattr(whole, score)), _moved(getattr(whole, score), before.get(score))) for score in SCORES],
        evidence={score: [each for each in evidence if each.score == score] for score in SCORES},
        areas=[_area(each) for each in found.scores if each.academy_id == whole.academy_id and each.area != WHOLE],
    )


def _area(scored: Scored) -> Area:
    values = [_shown(getattr(scored, score)) for score in SCORES]
    return Area(scored.area.replace("_", " ").capitalize(), values, QUADRANTS[scored.quadrant][0] if scored.quadrant else "not known")


def _shown(value: float | None) -> str:
    return "not known" if value is None else f"{value:.0f}"


def _moved(now: float | None, before: float | None) -> str:
    """How a score has moved since the half-term before, in whole points; nothing where it is not known."""
    if now is None or before is None:
        return ""
    change = round(now) - round(before)
    return f"{'+' if change > 0 else '−'}{abs(change)}" if change else "as before"


def _stands(wholes: Sequence[Scored]) -> str:
    """The first sentence: how many academies stand in the upper right."""
    if not wholes:
        return "Nothing is known of any academy yet."
    there = sum(each.quadrant == "assistant" for each in wholes)
    how = (
        "works with what the trust shares and decides much itself"
        if there == 1
        else "work with what the trust shares and decide much themselves"
    )
    return f"{there or 'None'} of {counted(len(wholes), 'academy', 'academies')} {how}."


def _elsewhere(wholes: Sequence[Scored]) -> str:
    """The second sentence: where the others stand."""
    where = Counter(each.quadrant for each in wholes if each.quadrant != "assistant")
    parts = [f"{where[name]} {title.lower()} ({what})" for name, (title, what) in QUADRANTS.items() if where[name]]
    parts += [f"{where[None]} not to be placed yet"] if where[None] else []
    return f"The others: {'; '.join(parts)}." if parts else ""


def _waits(alerts: Sequence[OpenAlert]) -> str:
    """The second sentence: what is open, and what nobody has taken up."""
    if not alerts:
        return "No alert is open."
    academies = len({each.academy_id for each in alerts} - {TRUST})
    where = f", at {counted(academies, 'academy', 'academies')}" if academies else ""
    waiting = sum(each.state == "raised" for each in alerts)
    some = f"{waiting} of them {'waits' if waiting == 1 else 'wait'} for somebody to take {'it' if waiting == 1 else 'them'} up"
    it = "it" if len(alerts) == 1 else "them"
    said = {0: f"Somebody sees to {it}", len(alerts): f"Nobody has taken {it} up yet"}.get(waiting, some)
    return f"{counted(len(alerts), 'alert is', 'alerts are')} open{where}. {said}."


def _compared(last: date | None) -> str:
    return f"Changes are since {day(last)}, the last night of the half-term before." if last else ""


def _in_words(wholes: Sequence[Scored]) -> str:
    """The drawing for who does not see it; the table beneath says the same in full."""
    parts = []
    for name, (title, _) in QUADRANTS.items():
        there = [each.name for each in wholes if each.quadrant == name]
        parts.append(f"{title}: {listed(there) if there else 'none'}.")
    return f"Map of alignment (up) and autonomy (to the right). {' '.join(parts)}"


def _alerts(found: Steering) -> list[AlertsOf]:
    """The trust's own matters first, then academies with the most to take up."""
    by_place: dict[str, list[OpenAlert]] = {}
    for each in found.alerts:
        by_place.setdefault(each.academy_id, []).append(each)
    places = sorted(by_place, key=lambda place: (place != TRUST, -sum(each.state == "raised" for each in by_place[place]), place))
    return [
        AlertsOf(
            "The trust" if place == TRUST else found.academies.get(place, place),
            [_said(each, found.as_of) for each in sorted(by_place[place], key=lambda each: (each.severity != "act", each.raised_on))],
        )
        for place in places
    ]


def _said(alert: OpenAlert, as_of: date | None) -> Said:
    days = (as_of - alert.raised_on).days if as_of else 0
    age = f", {counted(days, 'day')} ago" if days > 0 else ""
    by = f" by {alert.handled_by}" if alert.handled_by else ""
    who = {
        "raised": "Nobody has taken it up yet.",
        "acknowledged": f"Acknowledged on {day(alert.state_since)}{by}.",
        "being_handled": f"Being handled since {day(alert.state_since)}{by}.",
    }[alert.state]
    return Said(alert.severity, alert.sentence, f"Since {day(alert.raised_on)}{age}.", who, alert.state == "raised")
