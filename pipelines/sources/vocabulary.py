"""How text that people and systems write becomes the one way Matlas writes it.

Here: pure functions over one text, for dates, booleans, NC years and numbers, and what counts as blank. A function returns None for what
it cannot read; it never guesses. Not here: codes (code_sets.py), and what happens to a row with an unreadable value (pipelines/ingest).
"""

import datetime
import re
from collections.abc import Collection
from decimal import Decimal

import orjson

NULL_WORDS = frozenset({"NULL", "N/A", "-"})
LONGEST_NULL = max(map(len, NULL_WORDS))
INVISIBLE = "\ufeff\u200b\u00a0"
BLANKS = re.compile(rf"[\s{INVISIBLE}]+")
EDGES = re.compile(rf"^[\s{INVISIBLE}]+|[\s{INVISIBLE}]+$")

TIME = r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
ISO_DATE = re.compile(rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}}){TIME}")
UK_DATE = re.compile(rf"(?P<day>[0-9]{{2}})/(?P<month>[0-9]{{2}})/(?P<year>[0-9]{{4}}){TIME}")
NAMED_DATE = re.compile(rf"(?P<day>[0-9]{{1,2}})-(?P<month>[A-Za-z]{{3}})-(?P<year>[0-9]{{4}}){TIME}")
DATE_FORMATS = {"%Y-%m-%d": ISO_DATE, "%d/%m/%Y": UK_DATE, "%d-%b-%Y": NAMED_DATE}
MONTHS = {
    name: number
    for number, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)
}
ACADEMIC_YEAR = re.compile(r"(?P<start>[0-9]{4})(?:[/-](?P<end>[0-9]{4})|[/-]?(?P<short_end>[0-9]{2}))")
YEAR = re.compile(r"[0-9]{4}")
FIRST_YEAR, LAST_YEAR = 1900, 2100

TRUE_WORDS = frozenset({"true", "t", "yes", "y", "1"})
FALSE_WORDS = frozenset({"false", "f", "no", "n", "0"})

NUMBER = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,9})?|[+-]?\.[0-9]{1,9}")

YEAR_WORD = re.compile(r"(?:year|yr|y)?\s*0*(?P<year>[0-9]{1,2})", re.IGNORECASE)
NURSERY = re.compile(r"(?:nursery|n)\s*(?P<year>[12])", re.IGNORECASE)
EARLY = re.compile(r"e\s*(?P<year>[12])", re.IGNORECASE)
RECEPTION = re.compile(r"(?:year|yr|y)?\s*(?:r|reception)", re.IGNORECASE)
LAST_NC_YEAR = 14


def trimmed(text: str) -> str:
    """The text without blanks at either end, the invisible ones included."""
    inner = text.strip()  # of these blanks, Python's own knows all but the invisible ones
    return EDGES.sub("", inner) if inner[:1] in INVISIBLE or inner[-1:] in INVISIBLE else inner


def collapsed(text: str) -> str:
    """The text trimmed, and every run of blanks in it one space: `Year  7` is `Year 7`."""
    return BLANKS.sub(" ", text).strip(" ")


def heading_key(heading: str) -> str:
    """What headings are compared by: without case, and with runs of blanks as one."""
    return collapsed(heading).casefold()


def is_null(text: str, *, is_mark: bool = False, any_case: bool = True) -> bool:
    """Whether a trimmed text means "nothing": empty, NULL, N/A or, but for marks, a lone hyphen.

    Names pass any_case=False: somebody is called Null.
    """
    if text == "":
        return True
    word = text.upper() if any_case else text
    return word in NULL_WORDS and not (is_mark and word == "-")


def date_of(text: str, formats: Collection[str] = tuple(DATE_FORMATS)) -> str | None:
    """An ISO date from ISO, ISO with a time, dd/mm/yyyy, dd-Mon-yyyy or Wonde's date object; never month first.

    A time of day is dropped and never moves the date: MIS write school days in local time. A day that does not exist, or outside 1900 to
    2100 (the zero dates of spreadsheets and databases), is not a date. `formats` are those that a profile allows; no two of them can read
    one text differently.
    """
    if text.startswith("{"):
        text = _date_in_object(text)
    for name in formats:
        if found := DATE_FORMATS[name].fullmatch(text):
            month = found["month"]
            number = MONTHS.get(month.lower(), 0) if month.isalpha() else int(month)
            return _iso(int(found["year"]), number, int(found["day"]))
    return None


def _date_in_object(text: str) -> str:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return ""
    date = value.get("date") if isinstance(value, dict) else None
    return trimmed(date) if isinstance(date, str) else ""


def _iso(year: int, month: int, day: int) -> str | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def monday_of(text: str, formats: Collection[str] = tuple(DATE_FORMATS)) -> str | None:
    """An ISO date that is a Monday: a week that began on another day would put every mark on the wrong date."""
    iso = date_of(text, formats)
    return iso if iso and datetime.date.fromisoformat(iso).weekday() == 0 else None


def monday_of_iso_week(year: str, week: str) -> str | None:
    """The Monday of an ISO week: week 1 of 2026 begins on 2025-12-29; week 53 exists only in long years."""
    try:
        return datetime.date.fromisocalendar(int(year), int(week), 1).isoformat()
    except (ValueError, OverflowError):
        return None


def june_of_academic_year(text: str) -> str | None:
    """30 June of an academic year as DfE writes it: `2024/2025`, `2024/25`, `202425`. One year alone could be either and is not read."""
    found = ACADEMIC_YEAR.fullmatch(text)
    if found is None:
        return None
    end = str(int(found["start"]) + 1)
    return june_of_end_year(end) if end in (found["end"], f"{end[:2]}{found['short_end']}") else None


def june_of_end_year(text: str) -> str | None:
    """30 June of the year in which an academic year ends: `2025` is 2024/25."""
    return _iso(int(text), 6, 30) if YEAR.fullmatch(text) else None


def boolean_of(text: str) -> str | None:
    """`true` or `false` from the words that MIS print, in any case."""
    word = text.lower()
    if word in TRUE_WORDS:
        return "true"
    return "false" if word in FALSE_WORDS else None


def nc_year_of(text: str) -> str | None:
    """A national curriculum year: E1 E2 N1 N2 R 1 to 14 X. `Nursery` without a number could be either and is not read."""
    word = collapsed(text)
    if found := NURSERY.fullmatch(word):
        return f"N{found['year']}"
    if found := EARLY.fullmatch(word):
        return f"E{found['year']}"
    if RECEPTION.fullmatch(word):
        return "R"
    if found := YEAR_WORD.fullmatch(word):
        year = int(found["year"])
        return str(year) if 1 <= year <= LAST_NC_YEAR else None
    return "X" if word.upper() == "X" else None


def number_of(text: str) -> Decimal | None:
    """A plain decimal number. `1e5`, `1,000` and `5%` are not read: each means something different to somebody."""
    return Decimal(text) if NUMBER.fullmatch(text) else None


def number_text(number: Decimal) -> str:
    """A number as the raw layer writes it: no exponent, no trailing zeros, no minus before zero."""
    if number == 0:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
