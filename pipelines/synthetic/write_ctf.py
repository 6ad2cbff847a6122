"""A Common Transfer File: what primary schools send with the pupils who begin Year 7.

One academy of the trust, the first that begins with Year 7, keeps its files; there is one for the newest year. Not here: any other result.
"""

from pathlib import Path
from xml.sax.saxutils import escape

from pipelines.synthetic.attainment import scaled_score, writing
from pipelines.synthetic.people import Pupil
from pipelines.synthetic.school import School

FIRST_YEAR = 7
SENDER = "9305998"
RESULTS = (("ENG", "TT", "REA", "NS"), ("MAT", "TT", "", "NS"), ("ENG", "TA", "WRI", "LT"))
"""Subject, method, component and qualifier of the three results of key stage 2 that a secondary school looks at."""


def write(school: School, folder: Path) -> None:
    """The file, if this is the academy."""
    keeper = next((academy for academy in school.plan.academies if academy.lowest == FIRST_YEAR), None)
    year = school.plan.years[-1]
    came = [pupil for pupil in school.pupils if pupil.nc_year(year) == FIRST_YEAR and _came_in_autumn(pupil, school)]
    if keeper != school.academy or not came:
        return
    text = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<CTfile>\n<Header><DocumentName>Common Transfer File</DocumentName>',
        f"<CTFversion>25.0</CTFversion><DateTime>{year // 100}-07-10T09:00:00</DateTime>",
        f"<SourceSchool><LEA>{SENDER[:3]}</LEA><Estab>{SENDER[3:]}</Estab></SourceSchool></Header>\n<CTFpupilData>\n",
        *(_pupil(pupil, year // 100) for pupil in came),
        "</CTFpupilData>\n</CTfile>\n",
    ]
    (folder / f"{SENDER}_CTF_{school.academy.laestab}_001.xml").write_text("".join(text), encoding="utf-8", newline="\n")


def _came_in_autumn(pupil: Pupil, school: School) -> bool:
    first = pupil.spells[0]
    return first.status == "C" and first.entry.year == school.plan.years[-1] // 100 and first.entry <= school.academy.exported_on


def _pupil(pupil: Pupil, year: int) -> str:
    values = (str(scaled_score(pupil, "READ") or "B"), str(scaled_score(pupil, "MATHS") or "B"), writing(pupil))
    results = "".join(
        f"<StageAssessment><Locale>ENG</Locale><Year>{year}</Year><Subject>{subject}</Subject><Method>{method}</Method>"
        + (f"<Component>{component}</Component>" if component else "")
        + f"<ResultStatus>R</ResultStatus><ResultQualifier>{qualifier}</ResultQualifier><Result>{value}</Result></StageAssessment>\n"
        for (subject, method, component, qualifier), value in zip(RESULTS, values, strict=True)
    )
    return (
        f"<Pupil><UPN>{pupil.upn}</UPN><Surname>{escape(pupil.surname)}</Surname><Forename>{escape(pupil.forename)}</Forename>"
        f"<DOB>{pupil.date_of_birth}</DOB><Sex>{pupil.sex}</Sex>\n<StageAssessments><KeyStage><Stage>KS2</Stage>\n{results}"
        "</KeyStage></StageAssessments></Pupil>\n"
    )
