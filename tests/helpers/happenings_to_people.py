"""What may happen to the people of the invented trust between two nights: corrected, come, gone, examined, away.

Here: happenings that change what is so of somebody, and deliver it. Not here: deliveries, decisions and trust.yml (happenings.py).
"""

import datetime as dt

from tests.helpers.giap_files import giap_file
from tests.helpers.life import ACADEMIES, DAY, EMPTY, Spell, starting_year
from tests.helpers.life_files import files, whole_export
from tests.helpers.living_trust import LivingTrust
from tests.helpers.upn import upn

# --- what is corrected


def a_corrected_mark(trust: LivingTrust) -> None:
    """Somebody was ill on some day of this year or the last; that day's register comes again."""
    academy, day = trust.some_academy(), trust.some_school_day()
    trust.life.marks[academy, trust.some_pupil(academy).number, day] = trust.chance.choice("I/UB")
    trust.deliver_registers(academy, day, day, day)


def a_corrected_upn(trust: LivingTrust) -> None:
    """A pupil is somebody else than was thought, in every year."""
    pupil = trust.some_pupil(trust.some_academy())
    pupil.said["upn"] = upn(f"8880000{trust.chance.randrange(99999):05}")
    trust.deliver_people(pupil.academy)


def a_corrected_special_need(trust: LivingTrust) -> None:
    """SEN provision, and free meals with it."""
    pupil = trust.some_pupil(trust.some_academy())
    pupil.said.update(sen_provision_code=trust.chance.choice("EKN"), is_fsm=trust.chance.choice(["true", "false"]))
    trust.deliver_people(pupil.academy)


def a_corrected_year_group(trust: LivingTrust) -> None:
    """Taught with another year."""
    pupil = trust.some_pupil(trust.some_academy())
    pupil.said["nc_year"] = trust.chance.choice(["2", "6", "9", "11"])
    trust.deliver_people(pupil.academy)


def a_corrected_entry_date(trust: LivingTrust) -> None:
    """A pupil came two weeks later than was said."""
    pupil = trust.some_pupil(trust.some_academy())
    pupil.spells[0] = Spell(pupil.spells[0].entry + 14 * DAY, pupil.spells[0].leaving, pupil.spells[0].status)
    trust.deliver_people(pupil.academy)


def a_calendar_day_of_an_academy(trust: LivingTrust) -> None:
    """An academy was closed, or opened in the holidays."""
    academy, day = trust.some_academy(), trust.some_school_day()
    is_open = trust.chance.choice(["true", "false"])
    trust.life.added[academy, "calendar_day"] = [
        {"date": day, "is_school_day": is_open, "day_type": "term" if is_open == "true" else "closure"}
    ]
    trust.deliver(academy, files(trust.life, academy, "calendar_day", trust.life.today))


# --- who comes and goes


def the_first_pupils_of_an_academy(trust: LivingTrust) -> None:
    """Until then it is in trust.yml and has nobody."""
    if not trust.life.of(EMPTY):
        for number in range(4):
            trust.life.new_pupil(EMPTY, trust.life.today - 30 * DAY, person=70 + number)
    trust.deliver(EMPTY, whole_export(trust.life, EMPTY, trust.life.today))


def a_new_pupil(trust: LivingTrust) -> None:
    """From some days ago."""
    academy = trust.some_academy()
    trust.life.new_pupil(academy, trust.life.today - trust.chance.choice([1, 10, 40]) * DAY, person=trust.chance.randrange(100, 999))
    trust.deliver(academy, whole_export(trust.life, academy, trust.life.today))


def a_pupil_moves_within_the_trust(trust: LivingTrust) -> None:
    """Leaves one academy and enters another the next day."""
    before = trust.some_academy()
    pupil, after = trust.some_pupil(before), trust.chance.choice([one for one in ACADEMIES if one not in (before, EMPTY)])
    trust.life.leave(pupil, trust.life.today - 4 * DAY)
    trust.life.new_pupil(after, trust.life.today - 3 * DAY, person=pupil.person)
    for academy in (before, after):
        trust.deliver(academy, whole_export(trust.life, academy, trust.life.today))


def a_pupil_at_two_academies(trust: LivingTrust) -> None:
    """On both rolls at once, at the second one as a subsidiary registration or not."""
    before = trust.some_academy()
    other = trust.chance.choice([one for one in ACADEMIES if one not in (before, EMPTY)])
    entered = trust.life.today - trust.chance.choice([5, 60]) * DAY
    trust.life.new_pupil(other, entered, trust.some_pupil(before).person, trust.chance.choice("CMS"))
    trust.deliver(other, whole_export(trust.life, other, trust.life.today))


def a_leaver(trust: LivingTrust) -> None:
    """Left last week."""
    pupil = trust.some_pupil(trust.some_academy())
    trust.life.leave(pupil, trust.life.today - 7 * DAY)
    trust.deliver_people(pupil.academy)


# --- results and colleagues


def an_early_entry(trust: LivingTrust) -> None:
    """A GCSE taken years before the end of its key stage: it waits for the pupil's Year 11."""
    pupil = trust.some_pupil("ashby")
    about = {"kind": "summative", "stage": "KS4", "subject_code": "MATHS", "component": "", "assessment_name": "November entry"}
    row = {"source_pupil_id": pupil.number, "result_date": trust.some_school_day(), "result": trust.chance.choice("579")}
    trust.life.add("ashby", "assessment_result", **about, **row)
    trust.deliver("ashby", files(trust.life, "ashby", "assessment_result", trust.life.today))


def dfes_result_file(trust: LivingTrust) -> None:
    """Key stage 4 results of last year, of every pupil of a secondary."""
    year = starting_year(trust.life.today) - 1
    rows = [
        {
            "KS4_ACADYR": f"{year}/{year + 1}",
            "KS4_UPN": str(row["upn"]),
            "KS4_ENDKS": "1",
            "KS4_ATT8": str(20 + trust.chance.randrange(40)),
            "KS4_INP8CALC": "1",
            "KS4_P8SCORE": "0.5",
        }
        for row in trust.life.rows("ashby", "pupil", dt.date(year + 1, 7, 8))
        if row["nc_year"] == "11"
    ]
    if rows:
        trust.deliver("ashby", {f"130001_KS4_{trust.life.today}.csv": giap_file("KS4", *rows).encode()})


def staff_come_and_are_away(trust: LivingTrust) -> None:
    """An absence over the end of August, training in August, and a contract that ends: the year of staff is not that of pupils."""
    academy, year = trust.some_academy(), starting_year(trust.life.today)
    absence = {"source_absence_id": f"Z{year}", "source_staff_id": "S0", "category_code": "SIC", "start_date": dt.date(year, 8, 20)}
    trust.life.add(academy, "staff_absence", **absence, end_date=trust.chance.choice([None, dt.date(year, 9, 20)]), working_days=9)
    training = {"source_staff_id": "S1", "activity": "August", "activity_date": dt.date(year, 8, 25), "hours": 6}
    trust.life.add(academy, "cpd_record", **training)
    contract = {"source_staff_id": "S1", "source_contract_id": f"Z{year}", "fte": 0.5, "start_date": dt.date(year - 1, 10, 1)}
    trust.life.add(academy, "staff_contract", **contract, end_date=dt.date(year, 10, 20))
    for entity in ("staff", "staff_contract", "staff_absence", "cpd_record"):
        trust.deliver(academy, files(trust.life, academy, entity, trust.life.today))
