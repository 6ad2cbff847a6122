"""GCSEs: the subjects a pupil took, the grades, and what DfE makes of them.

Here: Attainment 8 and the EBacc average of a pupil by DfE's published rules, written for this curriculum alone. Not here: the warehouse's
own rules (models/measures/achievement), against which these are a second opinion.
"""

from dataclasses import dataclass
from fractions import Fraction

from pipelines.synthetic.attainment import normal, standing, subject_standing
from pipelines.synthetic.people import Pupil

MEAN_GRADE, SPREAD = 4_570, 2_000  # in thousandths of a grade
TRIPLE_SCIENCE, COMPUTING, LANGUAGE, HUMANITY = 900, 1_100, 150, -1_000
"""How a pupil must stand, with some luck, to have taken it."""
SINGLE_SCIENCES = ("Biology", "Chemistry", "Physics")
OPEN = ("Religious studies", "Art and design", "Drama", "Business", "Physical education", "Food and nutrition", "Music")
OPEN_SUBJECTS = 3
Points = dict[str, Fraction]


@dataclass(frozen=True)
class Grades:
    """One pupil's GCSEs."""

    awards: dict[str, str]
    """Subject and grade, as the MIS prints them."""
    points: Points

    @property
    def english(self) -> Fraction:
        """The better of language and literature."""
        return max(self.points["English language"], self.points["English literature"])

    def passes(self, grade: int) -> bool:
        """That grade or more in English and in mathematics."""
        return min(self.english, self.points["Mathematics"]) >= grade

    @property
    def attainment8(self) -> Fraction:
        """English and maths twice, the best three EBacc awards, the best three of what is left."""
        points = self.points
        ebacc = sorted(_awards(points, ("Combined science",), 2) + _awards(points, (*SINGLE_SCIENCES, *_EBACC), 1), reverse=True)
        other_english = min(points["English language"], points["English literature"])
        rest = sorted([*ebacc[3:], other_english, *_awards(points, OPEN, 1)], reverse=True)
        return 2 * self.english + 2 * points["Mathematics"] + sum(ebacc[:3]) + sum(rest[:3])

    @property
    def ebacc_average(self) -> Fraction:
        """English, maths, science twice, a humanity and a language, over six; what was not taken is nothing."""
        points = self.points
        single = sorted(_awards(points, (*SINGLE_SCIENCES, "Computer science"), 1), reverse=True)
        sciences = sum(single[:2]) if len(single) > 2 else 2 * points.get("Combined science", Fraction(0))
        humanity = max(_awards(points, ("Geography", "History"), 1), default=Fraction(0))
        language = max(_awards(points, ("French", "Spanish"), 1), default=Fraction(0))
        return (self.english + points["Mathematics"] + sciences + humanity + language) / 6


_EBACC = ("Computer science", "Geography", "History", "French", "Spanish")


def _awards(points: Points, subjects: tuple[str, ...], each: int) -> list[Fraction]:
    return [points[subject] for subject in subjects if subject in points for _ in range(each)]


def grades_of(pupil: Pupil) -> Grades:
    """The GCSEs that the pupil ends Year 11 with."""
    awards: dict[str, str] = {}
    points: Points = {}
    for subject, of_standing in _taken(pupil):
        half_grades = max(0, min(18, (2 * (MEAN_GRADE + SPREAD * subject_standing(pupil, of_standing) // 1000) + 500) // 1000))
        if subject == "Combined science":
            first, second = (half_grades + 1) // 2, half_grades // 2
            awards[subject], points[subject] = (f"{first}-{second}", Fraction(first + second, 2)) if second else ("U", Fraction(0))
        else:
            grade = (half_grades + 1) // 2 if normal(f"{pupil.chance}|half|{subject}") > 0 else half_grades // 2
            awards[subject], points[subject] = str(grade) if grade else "U", Fraction(grade)
    return Grades(awards, points)


def _taken(pupil: Pupil) -> list[tuple[str, str]]:
    """Subjects, each with the word that its standing goes by."""

    def takes(option: str, needed: int) -> bool:
        return standing(pupil) + normal(f"{pupil.chance}|takes {option}") >= needed

    taken = [("English language", "ENGLISH"), ("English literature", "ENGLISH"), ("Mathematics", "MATHS")]
    sciences = SINGLE_SCIENCES if takes("triple science", TRIPLE_SCIENCE) else ("Combined science",)
    taken += [(subject, "SCIE") for subject in sciences]
    if takes("a humanity", HUMANITY):
        taken.append(("History" if normal(f"{pupil.chance}|history") > 0 else "Geography", "HUMANITY"))
    if takes("a language", LANGUAGE):
        taken.append(("French" if normal(f"{pupil.chance}|french") > 0 else "Spanish", "LANGUAGE"))
    if takes("computing", COMPUTING):
        taken.append(("Computer science", "COMPUTING"))
    first = pupil.number % len(OPEN)
    taken += [(OPEN[(first + step) % len(OPEN)], f"open {step}") for step in range(OPEN_SUBJECTS)]
    return taken
