"""How well a pupil does: one standing for each, a subject's beside it, and what they make of a stage's tests.

A standing is a normal number in thousandths of a standard deviation of England's pupils: the pupil's own talent, less what goes with
having been poor (free school meals), a special need, and being away often. Every result is a function of the pupil and a word, so it is
the same in whichever file and night it stands. The thresholds put England's share (DfE, 2024/25) above them. Not here: GCSEs (gcse.py),
who sits what and when (stages.py).
"""

import hashlib
import struct

from pipelines.synthetic.people import Pupil

MEAN = 330
TALENT, POOR, SEN_SUPPORT, EHCP, AWAY = 780, -550, -850, -2_000, 250
GOOD_LEVEL = -476  # 68.3 % reach a good level of development
PHONICS_MET = -842  # 80 % meet the standard in Year 1
ONE_YEAR_ON = 450
ALL_TABLES = 332  # 37 % have all 25 right; a mark is lost for every 147 below, so that the mean is 21.0
A_TABLE = 147
READING, MATHS = (106_000, 8_500), (105_000, 8_000)  # mean and spread of scaled scores, in thousandths
BELOW_THE_TEST = -1_900
WRITING = ((1_130, "GDS"), (-613, "EXS"), (-1_700, "WTS"))  # 13 % and 73 %
SCIENCE = -915  # 82 %
EARLY_GOALS = {
    ("COM", "E01"): -850, ("COM", "E02"): -900, ("PSE", "E03"): -900, ("PSE", "E04"): -950, ("PSE", "E05"): -1_000,
    ("PHY", "E06"): -1_300, ("PHY", "E07"): -850, ("LIT", "E08"): -800, ("LIT", "E09"): -600, ("LIT", "E10"): GOOD_LEVEL,
    ("MAT", "E11"): -620, ("MAT", "E12"): -640, ("UTW", "E13"): -820, ("UTW", "E14"): -820, ("UTW", "E15"): -850,
    ("EXP", "E16"): -1_000, ("EXP", "E17"): -950,
}  # fmt: skip
"""Writing is the hardest goal: who reaches it reaches a good level of development."""
PASS_MARK, PHONICS_WORDS, TABLES = 32, 40, 25


def normal(words: str) -> int:
    """A normal number in thousandths that goes with these words, the same on every machine: twelve uniform ones added up."""
    twelve: tuple[int, ...] = struct.unpack("<12H", hashlib.blake2b(words.encode(), digest_size=24).digest())
    return (sum(twelve) - 6 * 65_535) * 1000 // 65_536


def standing(pupil: Pupil) -> int:
    """How the pupil does altogether, in thousandths."""
    burden = POOR * pupil.is_fsm6 + {"N": 0, "K": SEN_SUPPORT, "E": EHCP}[pupil.sen]
    there = AWAY * (500_000 - pupil.rank) // 500_000
    return MEAN + TALENT * normal(pupil.chance) // 1000 + burden + there


def subject_standing(pupil: Pupil, subject: str) -> int:
    """How the pupil does in one subject: mostly as altogether."""
    return (900 * standing(pupil) + 440 * normal(f"{pupil.chance}|{subject}")) // 1000


def early_goals(pupil: Pupil) -> dict[tuple[str, str], str]:
    """The seventeen early learning goals at the end of Reception: 2 expected, 1 emerging."""
    reached = subject_standing(pupil, "EYFS")
    return {goal: "2" if reached >= needed else "1" for goal, needed in EARLY_GOALS.items()}


def has_good_level(pupil: Pupil) -> bool:
    """Whether the pupil reached a good level of development."""
    return subject_standing(pupil, "EYFS") >= GOOD_LEVEL


def phonics_mark(pupil: Pupil, nc_year: int) -> int:
    """Words read of the forty in the phonics check, in Year 1 or, a year on, in Year 2."""
    above = subject_standing(pupil, "PHONICS") - PHONICS_MET + ONE_YEAR_ON * (nc_year - 1)
    return min(PHONICS_WORDS, PASS_MARK + above // 250) if above >= 0 else max(0, PASS_MARK - 1 + above // 80)


def tables_mark(pupil: Pupil) -> int | None:
    """The mark in the multiplication tables check; None for a pupil who works below it."""
    below = ALL_TABLES - subject_standing(pupil, "MATHS")
    if below > ALL_TABLES - BELOW_THE_TEST:
        return None
    return max(0, TABLES + -max(0, below) // A_TABLE)


def scaled_score(pupil: Pupil, subject: str) -> int | None:
    """The scaled score of a key stage 2 test (READ or MATHS); None for a pupil who works below it."""
    mean, spread = READING if subject == "READ" else MATHS
    reached = subject_standing(pupil, subject)
    return None if reached < BELOW_THE_TEST else min(120, max(80, (mean + spread * reached // 1000 + 500) // 1000))


def writing(pupil: Pupil) -> str:
    """The teacher's judgement of writing at the end of key stage 2."""
    reached = subject_standing(pupil, "WRIT")
    return next((code for needed, code in WRITING if reached >= needed), "PK5")


def science(pupil: Pupil) -> str:
    """The teacher's judgement of science at the end of key stage 2."""
    return "EXS" if subject_standing(pupil, "SCIE") >= SCIENCE else "HNM"
