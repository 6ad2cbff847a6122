"""Common Transfer Files for tests: DfE's nesting, invented pupils, any number of them.

Here: writing a file. Not here: what its results are called (pipelines/sources/ctf).
"""

from collections.abc import Iterable, Iterator

HEADER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<CTfile>\n<Header><DocumentName>Common Transfer File</DocumentName>'
    "<CTFversion>{version}</CTFversion><SourceSchool><LEA>930</LEA><Estab>4001</Estab><AcademicYear>2025</AcademicYear></SourceSchool></Header>\n"
    "<CTFpupilData>\n"
)
FOOTER = "</CTFpupilData>\n</CTfile>\n"


def assessment(subject: str, component: str, method: str, qualifier: str, result: str, year: str = "2025", status: str = "R") -> str:
    """One StageAssessment, its elements in DfE's order and each on a line of its own."""
    values = {"Locale": "ENG", "Year": year, "Subject": subject, "Method": method, "Component": component}
    values |= {"ResultStatus": status, "ResultQualifier": qualifier, "Result": result}
    lines = "".join(f"            <{name}>{value}</{name}>\n" for name, value in values.items())
    return f"          <StageAssessment>\n{lines}          </StageAssessment>\n"


def pupil(upn: str, stages: dict[str, Iterable[str]], sex: str = "<Sex>F</Sex>", more: str = "") -> str:
    """A pupil with results by stage; `more` are sections that Matlas does not read."""
    groups = "".join(f"<KeyStage><Stage>{stage}</Stage>{''.join(results)}</KeyStage>" for stage, results in stages.items())
    named = f"<UPN>{upn}</UPN><Surname>Thornwick</Surname><Forename>Rosa</Forename><DOB>2013-10-04</DOB>{sex}"
    return f"<Pupil>{named}{more}<StageAssessments>{groups}</StageAssessments></Pupil>\n"


def ctf(*pupils: str, version: str = "25.0", doctype: str = "") -> str:
    """A whole file."""
    return HEADER.format(version=version).replace("\n<CTfile>", f"\n{doctype}<CTfile>") + "".join(pupils) + FOOTER


def long_ctf(megabytes: int) -> Iterator[str]:
    """A file of about so many megabytes, a piece at a time: pupils with an address and two stages each."""
    address = f"<Address>{'<AddressLine1>12 Long Lane</AddressLine1>' * 12}</Address>"
    goals = [assessment("COM", f"E{number:02}", "FA", "FD", "2", "2018") for number in (1, 2)]
    tests = [assessment("ENG", "REA", "TT", "NS", "104"), assessment("MAT", "", "TT", "NS", "101")]
    yield HEADER.format(version="25.0")
    written = number = 0
    while written < megabytes * 1_000_000:
        piece = pupil(f"P{number:012}", {"EYF": goals, "KS2": tests}, more=address)
        written, number = written + len(piece), number + 1
        yield piece
    yield FOOTER
