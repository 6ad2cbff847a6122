"""What may happen to the invented trust between two nights: time goes by, files come or come again, a person decides, trust.yml changes.

Here: these happenings, and the list of all. Not here: what happens to people (happenings_to_people.py), and what is so without any of it
(life.py).
"""

import datetime as dt
from collections.abc import Callable

from pipelines.benchmarks import Occasion, load_file
from tests.helpers.happenings_to_people import (
    a_calendar_day_of_an_academy,
    a_corrected_entry_date,
    a_corrected_mark,
    a_corrected_special_need,
    a_corrected_upn,
    a_corrected_year_group,
    a_leaver,
    a_new_pupil,
    a_pupil_at_two_academies,
    a_pupil_moves_within_the_trust,
    an_early_entry,
    dfes_result_file,
    staff_come_and_are_away,
    the_first_pupils_of_an_academy,
)
from tests.helpers.life import ACADEMIES, DAY, half_terms, school_days, starting_year
from tests.helpers.life_files import files, whole_export
from tests.helpers.living_trust import LivingTrust
from tests.helpers.official_files import A_YEAR, ATTENDANCE, ENGLAND, written

Happening = Callable[[LivingTrust], None]

# --- time


def the_next_school_day(trust: LivingTrust) -> None:
    """Tomorrow, or after the holiday."""
    year = starting_year(trust.life.today)
    later = [day for one in (year, year + 1) for day in school_days(one) if day > trust.life.today]
    trust.life.today = later[0]


def the_holiday_after_the_half_term(trust: LivingTrust) -> None:
    """Monday of the first week without school: for February, the half-term itself."""
    ends = [last for one in (0, 1) for _, last in half_terms(starting_year(trust.life.today) + one).values()]
    trust.life.today = min(last for last in ends if last > trust.life.today) + 3 * DAY


def the_next_half_term(trust: LivingTrust) -> None:
    """Its Thursday."""
    starts = [first for one in (0, 1) for first, _ in half_terms(starting_year(trust.life.today) + one).values()]
    trust.life.today = min(first for first in starts if first > trust.life.today) + 3 * DAY


def the_end_of_august(trust: LivingTrust) -> None:
    """31 August: by then the next academic year has begun."""
    year = trust.life.today.year
    last = dt.date(year, 8, 31)
    trust.life.today = last if last > trust.life.today else dt.date(year + 1, 8, 31)


def the_next_academic_year(trust: LivingTrust) -> None:
    """Thursday of its first school week."""
    starts = [half_terms(starting_year(trust.life.today) + one)["HT1"][0] + 3 * DAY for one in (0, 1)]
    trust.life.today = min(day for day in starts if day > trust.life.today)


def a_look_back(trust: LivingTrust) -> None:
    """Tonight runs as of five weeks ago."""
    trust.as_of = trust.life.today - 35 * DAY


# --- what is delivered


def every_academy_exports_its_year(trust: LivingTrust) -> None:
    """The ordinary night."""
    for academy in ACADEMIES:
        trust.deliver(academy, whole_export(trust.life, academy, trust.life.today))


def one_academy_exports_its_year(trust: LivingTrust) -> None:
    """The others' connection failed."""
    academy = trust.some_academy()
    trust.deliver(academy, whole_export(trust.life, academy, trust.life.today))


def one_day_files(trust: LivingTrust) -> None:
    """Today's registers and nothing else."""
    for academy in ACADEMIES:
        trust.deliver_registers(academy, trust.life.today, trust.life.today, trust.life.today)


def a_late_export(trust: LivingTrust) -> None:
    """An export of some weeks ago comes now, and says what was known then."""
    academy, day = trust.some_academy(), trust.life.today - trust.chance.choice([3, 20, 200]) * DAY
    trust.deliver(academy, whole_export(trust.life, academy, day))


def last_year_comes_again(trust: LivingTrust) -> None:
    """The whole of last year once more, with a mark corrected."""
    academy, year = trust.some_academy(), starting_year(trust.life.today) - 1
    last_day = school_days(year)[-1]
    pupil = trust.some_pupil(academy)
    trust.life.marks[academy, pupil.number, school_days(year)[20]] = "O"
    trust.deliver(academy, whole_export(trust.life, academy, last_day))


def the_same_bytes_under_another_name(trust: LivingTrust) -> None:
    """What was delivered last is delivered again under today's date."""
    academy = trust.some_academy()
    landed = sorted(trust.home.landing(academy).glob("*_20??-*"), key=lambda file: file.stat().st_mtime_ns)
    for file in landed[-3:]:
        day = next(part for part in file.name.replace(".", "_").split("_") if part.startswith("20"))
        trust.deliver(academy, {file.name.replace(day, str(trust.life.today + DAY)): file.read_bytes()})


def a_file_without_a_date(trust: LivingTrust) -> None:
    """The same name every time: it is written over."""
    academy = trust.some_academy()
    events = [{"source_event_id": "X", "event_date": trust.some_school_day(), "polarity": trust.chance.choice(["positive", "negative"])}]
    trust.life.added[academy, "behaviour_event"] = [
        event | {"source_pupil_id": trust.some_pupil(academy).number, "points": 1, "behaviour_type": "Written over"} for event in events
    ]
    content = files(trust.life, academy, "behaviour_event", trust.life.today)
    trust.deliver(academy, {name.replace(f"_{trust.life.today}", ""): text for name, text in content.items()})


def a_damaged_file(trust: LivingTrust) -> None:
    """It is rejected, and what stood stands."""
    trust.deliver(trust.some_academy(), {f"matlas_suspension_{trust.life.today}.csv": b"source_pupil_id,start_date\nnobody,never\n"})


def a_file_is_taken_away(trust: LivingTrust) -> None:
    """Landing is tidied up: what was delivered stays delivered."""
    landed = sorted(trust.home.landing(trust.some_academy()).glob("*"))
    if landed:
        trust.chance.choice(landed).unlink()


def half_of_a_pupil_list(trust: LivingTrust) -> None:
    """It is held until somebody decides."""
    academy = trust.some_academy()
    numbers = [pupil.number for pupil in trust.life.of(academy)]
    kept = numbers[: len(numbers) // 2]
    content = files(trust.life, academy, "pupil", trust.life.today, keep=lambda row: row["source_pupil_id"] in kept)
    trust.deliver(academy, content)


def one_pupil_less(trust: LivingTrust) -> None:
    """A pupil is gone from the exports without a leaving date."""
    pupil = trust.some_pupil(trust.some_academy())
    trust.life.left.add((pupil.academy, pupil.number))
    trust.deliver_people(pupil.academy)


# --- what a person decides


def what_is_held_is_refused(trust: LivingTrust) -> None:
    """`matlas refuse` of a batch that waits."""
    trust.decide("refuse", "held")


def what_was_accepted_is_refused(trust: LivingTrust) -> None:
    """`matlas refuse` of the newest batch: it is withdrawn from all that was built of it."""
    trust.decide("refuse", "accepted")


def what_was_refused_is_accepted(trust: LivingTrust) -> None:
    """`matlas accept` after all."""
    trust.decide("accept", "refused", "held")


def official_figures(trust: LivingTrust) -> None:
    """`matlas benchmarks load` in between."""
    file = trust.home.root / "daily attendance.csv"
    row = A_YEAR | ENGLAND | {"education_phase": trust.chance.choice(["Primary", "Secondary"])}
    written(file, ATTENDANCE, row, otherwise=str(1 + trust.chance.randrange(9)))
    load_file(trust.home, file, Occasion(published_on=trust.life.today))


# --- what the trust changes in trust.yml


def another_half_term(trust: LivingTrust) -> None:
    """A half-term of this year or the last ends a day earlier, for the trust or for one academy."""
    year = starting_year(trust.life.today) - trust.chance.choice([0, 1])
    time_period, name = year * 100 + (year + 1) % 100, trust.chance.choice(["HT1", "HT3", "HT5"])
    owner = trust.chance.choice([trust.life.trust, trust.academy_of_trust(trust.some_academy())])
    calendar = owner.setdefault("calendar", {}).setdefault(time_period, {})
    first, last = half_terms(year)[name]
    calendar[name] = [first, last - trust.chance.choice([1, 3]) * DAY]
    trust.write_trust()


def a_code_map(trust: LivingTrust) -> None:
    """An academy's own code for ethnicity or attendance: what was read is read again."""
    codes = trust.academy_of_trust(trust.some_academy()).setdefault("codes", {})
    codes.update(trust.chance.choice([{"ethnicity": {"AIND": "WBRI"}}, {"attendance": {"M": "I"}}]))
    trust.write_trust()


def another_phase(trust: LivingTrust) -> None:
    """An academy becomes all-through."""
    trust.academy_of_trust(trust.some_academy())["phase"] = trust.chance.choice(["all_through", "secondary", "primary"])
    trust.write_trust()


def an_academy_joins_or_leaves(trust: LivingTrust) -> None:
    """By date: last year, this year, or next week."""
    academy = trust.academy_of_trust(trust.chance.choice(["birch", "cedar"]))
    academy[trust.chance.choice(["joined_on", "left_on"])] = trust.life.today + trust.chance.choice([-400, -50, 7]) * DAY
    if academy.get("left_on", dt.date.max) < academy["joined_on"]:
        del academy["left_on"]
    trust.write_trust()


def another_scale(trust: LivingTrust) -> None:
    """What a grade means changes, in every year."""
    trust.life.trust["scales"] = trust.chance.choice(
        [{"STEPS": {"below": ["Emerging", "Secure"], "expected": ["Mastering"]}}, {"STEPS": {"expected": ["Emerging", "Secure"]}}]
    )
    trust.write_trust()


def another_name(trust: LivingTrust) -> None:
    """The trust and an academy are called otherwise, and small numbers are smaller."""
    trust.academy_of_trust("ashby")["name"] = f"Ashby {trust.nights}"
    trust.life.trust["privacy"] = {"suppress_below": trust.chance.choice([3, 10])}
    trust.write_trust()


TIMES: tuple[Happening, ...] = (
    the_next_school_day, the_holiday_after_the_half_term, the_next_half_term, the_end_of_august, the_next_academic_year,
)  # fmt: skip
OTHERS: tuple[Happening, ...] = (
    a_look_back,
    every_academy_exports_its_year, one_academy_exports_its_year, one_day_files, a_late_export, last_year_comes_again,
    the_same_bytes_under_another_name, a_file_without_a_date, a_damaged_file, a_file_is_taken_away, half_of_a_pupil_list, one_pupil_less,
    what_is_held_is_refused, what_was_accepted_is_refused, what_was_refused_is_accepted,
    a_corrected_mark, a_corrected_upn, a_corrected_special_need, a_corrected_year_group, a_corrected_entry_date,
    a_calendar_day_of_an_academy,
    the_first_pupils_of_an_academy, a_new_pupil, a_pupil_moves_within_the_trust, a_pupil_at_two_academies, a_leaver,
    an_early_entry, dfes_result_file, staff_come_and_are_away, official_figures,
    another_half_term, a_code_map, another_phase, an_academy_joins_or_leaves, another_scale, another_name,
)  # fmt: skip
