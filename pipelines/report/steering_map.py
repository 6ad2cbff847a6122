"""The map as a drawing: where each academy stands in the four quadrants, so that every one can be seen and told from the others.

Here: places on the paper. The lines at which a score is high cross in the middle, so that the quadrants are of one size; within each the
scale is even. Points that would lie on each other stand side by side. Not here: colours (templates/steering.css), words (steering_page.py).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

LEFT, TOP, SIDE_X, SIDE_Y = 70, 58, 714, 500
"""The square of the quadrants: its corner, width and height. Left of it and below it stand the scales (templates/steering.html.j2)."""
NAMED = 14
"""Up to so many academies are named beside their points; of more, the points have numbers alone."""
LETTER = 6.9
_REACH = 30
_STEPS = sorted(
    ((across, down) for across in range(-_REACH, _REACH + 1) for down in range(-_REACH, _REACH + 1)),
    key=lambda step: (step[0] ** 2 + (3 * step[1]) ** 2, step),
)
"""Where a circle may go that would lie on another, in half circles from its own place: nearest first, and height counts three times."""


@dataclass(frozen=True)
class Placed:
    """An academy to draw: its number, its short name, its two scores, and those of the half-term before where they are known."""

    number: int
    name: str
    autonomy: float
    alignment: float
    autonomy_before: float | None = None
    alignment_before: float | None = None


@dataclass(frozen=True)
class Point:
    """One academy drawn: its circle, its name beside it (empty: no room), and where it came from."""

    number: int
    x: float
    y: float
    name: str
    name_x: float
    name_y: float
    anchor: str
    before: tuple[float, float] | None


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


@dataclass
class Drawing:
    """The whole drawing."""

    alignment_high_from: float
    autonomy_high_from: float
    radius: float
    points: list[Point] = field(default_factory=list)

    @property
    def middle_x(self) -> float:
        """The line between low and high autonomy."""
        return LEFT + SIDE_X / 2

    @property
    def middle_y(self) -> float:
        """The line between low and high alignment."""
        return TOP + SIDE_Y / 2


def draw(
    academies: Sequence[Placed], alignment_high_from: float, autonomy_high_from: float, taken: Iterable[tuple[float, ...]] = ()
) -> Drawing:
    """Place every academy. `taken`: boxes (left, top, right, bottom) in which no name may stand, such as the quadrants' own names."""
    radius = 11.0 if len(academies) <= NAMED else 9.0 if len(academies) <= 40 else 7.0
    drawing = Drawing(alignment_high_from, autonomy_high_from, radius)
    circles: dict[int, tuple[float, float]] = {}
    for each in sorted(academies, key=lambda one: (-one.alignment, -one.autonomy, one.number)):
        x, y = _x(each.autonomy, autonomy_high_from), _y(each.alignment, alignment_high_from)
        in_x = _inside(x, LEFT, SIDE_X, is_in_second_half=each.autonomy >= autonomy_high_from, radius=radius)
        in_y = _inside(y, TOP, SIDE_Y, is_in_second_half=each.alignment < alignment_high_from, radius=radius)
        circles[each.number] = _beside(in_x, in_y, circles.values(), radius)
    names = [_Box(*box) for box in taken]
    for each in sorted(academies, key=lambda one: circles[one.number]):
        x, y = circles[each.number]
        others = [_around(*circle, radius) for number, circle in circles.items() if number != each.number]
        name_x, name_y, anchor, box = _named(each.name, x, y, radius, [*names, *others]) if len(academies) <= NAMED else (x, y, "", None)
        names += [box] if box else []
        drawing.points.append(Point(each.number, x, y, each.name if box else "", name_x, name_y, anchor, _before(each, drawing, (x, y))))
    drawing.points.sort(key=lambda point: point.number)
    return drawing


def _share(value: float, high_from: float) -> float:
    """0 to 1: below the line the first half, from it on the second."""
    if value < high_from:
        return value / high_from / 2
    return 0.5 + (value - high_from) / (100 - high_from) / 2 if high_from < 100 else 1.0


def _x(autonomy: float, high_from: float) -> float:
    return LEFT + SIDE_X * _share(autonomy, high_from)


def _y(alignment: float, high_from: float) -> float:
    return TOP + SIDE_Y * (1 - _share(alignment, high_from))


def _inside(place: float, begin: float, side: float, *, is_in_second_half: bool, radius: float) -> float:
    """A circle stands wholly in its quadrant, also where its middle lies on the edge or on the line."""
    first = begin + side / 2 if is_in_second_half else begin
    return min(max(place, first + radius + 2), first + side / 2 - radius - 2)


def _beside(x: float, y: float, others: Collection[tuple[float, float]], radius: float) -> tuple[float, float]:
    """The nearest place of the same quadrant in which the circle meets no other: rather beside its own than above or below."""
    step = radius + 1
    left = LEFT if x < LEFT + SIDE_X / 2 else LEFT + SIDE_X / 2
    top = TOP if y < TOP + SIDE_Y / 2 else TOP + SIDE_Y / 2
    for across, down in _STEPS:
        place, height = x + across * step, y + down * step
        is_inside = (
            left <= place - radius <= place + radius <= left + SIDE_X / 2 and top <= height - radius <= height + radius <= top + SIDE_Y / 2
        )
        if is_inside and all((place - at) ** 2 + (height - up) ** 2 >= (2 * radius + 1) ** 2 for at, up in others):
            return place, height
    return x, y


def _around(x: float, y: float, radius: float) -> _Box:
    return _Box(x - radius - 1, y - radius - 1, x + radius + 1, y + radius + 1)


def _named(name: str, x: float, y: float, radius: float, taken: Sequence[_Box]) -> tuple[float, float, str, _Box | None]:
    """Where a name stands beside its circle: right, left, above or below, wherever nothing else is."""
    wide = len(name) * LETTER
    for anchor, name_x, name_y in (
        ("start", x + radius + 5, y + 5),
        ("end", x - radius - 5, y + 5),
        ("middle", x, y - radius - 6),
        ("middle", x, y + radius + 16),
    ):
        left = {"start": name_x, "end": name_x - wide, "middle": name_x - wide / 2}[anchor]
        box = _Box(left - 2, name_y - 13, left + wide + 2, name_y + 4)
        is_inside = box.left >= LEFT + 2 and box.right <= LEFT + SIDE_X - 2 and box.top >= TOP + 2 and box.bottom <= TOP + SIDE_Y - 2
        if is_inside and not any(box.meets(other) for other in taken):
            return name_x, name_y, anchor, box
    return x, y, "", None


def _before(each: Placed, drawing: Drawing, now: tuple[float, float]) -> tuple[float, float] | None:
    """Where it stood at the end of the half-term before, if that can be seen to be another place."""
    if each.autonomy_before is None or each.alignment_before is None:
        return None
    x, y = _x(each.autonomy_before, drawing.autonomy_high_from), _y(each.alignment_before, drawing.alignment_high_from)
    is_elsewhere = (x - now[0]) ** 2 + (y - now[1]) ** 2 > (2 * drawing.radius) ** 2
    return (x, y) if is_elsewhere else None
