"""What is usual in each phase: who attends, how often, and why not. Whole numbers only; rates are per million.

They start from DfE's national figures (attendance in 2024/25 by phase and reason, suspensions and pupil characteristics) and were then
calibrated on the generator's own output, because chance in short spells of absence spreads a pupil's rate. Not here: drawing.
"""

from dataclasses import dataclass

RECEPTION = 0
REASONS = ("I", "O", "G", "C", "R", "T")


@dataclass(frozen=True)
class Attendance:
    """How the pupils of one phase attend."""

    absence: tuple[tuple[int, int], ...]
    """Whole-day absence rate by the pupil's rank from best to worst attender (both per million; straight lines between)."""
    reasons: tuple[tuple[int, ...], ...]
    """Weights of REASONS for ordinary, persistent and severe absentees."""
    late: int
    late_unauthorised: int
    appointment: int
    sent_home: int
    off_site: int
    sport: int
    trip_days: int
    part_time: int
    """Pupils who have a part-time timetable for half a term in the year."""


@dataclass(frozen=True)
class Phase:
    """Who the pupils of one phase are."""

    lowest: int
    highest: int
    fsm: int
    sen_support: int
    ehcp: int
    eal: int
    suspensions: int
    """Suspensions a year for a million pupils."""
    exclusions: int
    girls: int = 490_000


PRIMARY = Attendance(
    absence=(
        (0, 3_000), (300_000, 14_000), (700_000, 33_000), (850_000, 63_000), (930_000, 115_000),
        (993_000, 210_000), (995_000, 600_000), (1_000_000, 850_000),
    ),
    reasons=((700, 90, 120, 70, 15, 5), (600, 190, 110, 80, 15, 5), (340, 470, 30, 155, 0, 5)),
    late=17_000, late_unauthorised=2_900, appointment=4_600, sent_home=2_600, off_site=1_900, sport=1_000, trip_days=2, part_time=10_000,
)  # fmt: skip
SECONDARY = Attendance(
    absence=(
        (0, 3_000), (300_000, 15_000), (600_000, 31_000), (780_000, 66_000), (890_000, 136_000),
        (958_000, 280_000), (964_000, 550_000), (1_000_000, 830_000),
    ),
    reasons=((680, 130, 90, 95, 15, 0), (560, 320, 40, 75, 5, 0), (270, 620, 10, 100, 0, 0)),
    late=56_000, late_unauthorised=5_400, appointment=8_200, sent_home=3_000, off_site=3_300, sport=1_700, trip_days=2, part_time=36_000,
)  # fmt: skip
SPECIAL = Attendance(
    absence=(
        (0, 5_000), (300_000, 24_000), (550_000, 48_000), (700_000, 64_000), (840_000, 121_000),
        (927_000, 270_000), (939_000, 540_000), (1_000_000, 860_000),
    ),
    reasons=((640, 80, 70, 205, 5, 0), (540, 210, 30, 215, 5, 0), (370, 430, 10, 190, 0, 0)),
    late=13_000, late_unauthorised=5_000, appointment=23_000, sent_home=3_000, off_site=9_000, sport=600, trip_days=1, part_time=150_000,
)  # fmt: skip

PHASES = {
    "primary": Phase(RECEPTION, 6, fsm=247_000, sen_support=148_000, ehcp=35_000, eal=234_000, suspensions=22_700, exclusions=200),
    "secondary": Phase(7, 11, fsm=258_000, sen_support=134_000, ehcp=31_000, eal=192_000, suspensions=226_000, exclusions=1_700),
    "special": Phase(
        RECEPTION, 11, fsm=470_000, sen_support=15_000, ehcp=980_000, eal=150_000, suspensions=126_000, exclusions=600, girls=280_000
    ),
    "all_through": Phase(RECEPTION, 11, fsm=252_000, sen_support=140_000, ehcp=33_000, eal=210_000, suspensions=110_000, exclusions=900),
    "middle": Phase(5, 8, fsm=252_000, sen_support=142_000, ehcp=33_000, eal=210_000, suspensions=80_000, exclusions=600),
}
CYCLE = ("primary", "secondary", "special", "all_through", "primary", "secondary", "middle")

ETHNICITIES = {
    "WBRI": 610, "WIRI": 3, "WIRT": 1, "WROM": 3, "WOTH": 72, "MWBC": 16, "MWBA": 10, "MWAS": 16, "MOTH": 27, "AIND": 38, "APKN": 45,
    "ABAN": 18, "AOTH": 23, "CHNE": 8, "BCRB": 10, "BAFR": 47, "BOTH": 9, "OOTH": 24, "REFU": 10, "NOBT": 10,
}  # fmt: skip
LANGUAGES = {
    "URD": 12, "PNJ": 9, "BNG": 8, "GUJ": 5, "ARA": 10, "POL": 14, "SOM": 6, "POR": 7, "RMN": 11, "TAM": 4, "TUR": 4, "CHI": 3, "FRN": 3,
    "SPA": 4, "LIT": 3,
}  # fmt: skip
SEN_NEEDS = {"SPLD": 12, "MLD": 14, "SEMH": 22, "SLCN": 26, "HI": 2, "VI": 1, "PD": 3, "ASD": 14, "OTH": 5, "NSA": 1}
SUSPENSION_REASONS = {"DB": 52, "VA": 17, "PP": 14, "VP": 4, "PA": 4, "DM": 3, "DA": 3, "RA": 2, "OW": 2, "BU": 1, "TH": 1, "MT": 1}
POSITIVE = ("Kindness", "Effort", "Excellent work", "Reading at home", "Helping others", "Homework")
NEGATIVE = ("Disruption", "Late to lesson", "No homework", "Uniform", "Unkindness", "Mobile phone")


def attendance_of(phase: str, nc_year: int) -> Attendance:
    """How a pupil of that phase and year group attends: outside special academies, the year group decides."""
    if phase == "special":
        return SPECIAL
    return PRIMARY if nc_year <= 6 else SECONDARY
