"""How one delivered value becomes one value of the contract: the closed list of rules, then the column's kind.

Here: pure functions from the delivered texts to an Outcome. They are asked once for each distinct value of a column, never once a row. Not
here: how a text is read as a date or a number (sources/vocabulary.py), how codes are compared (sources/code_sets.py), rows (judging.py).
"""

from collections.abc import Callable
from decimal import Decimal

from stdnum.gb import upn

from pipelines.ingest.outcomes import MISSING, MISSING_MARK, WRITTEN_AS_IS, Inputs, Outcome, Read, ReadAll, Setting
from pipelines.sources import Mapping
from pipelines.sources.code_sets import NO_CODE
from pipelines.sources.contract import Kind
from pipelines.sources.vocabulary import (
    LONGEST_NULL,
    boolean_of,
    collapsed,
    date_of,
    is_null,
    june_of_academic_year,
    june_of_end_year,
    monday_of,
    monday_of_iso_week,
    nc_year_of,
    number_of,
    number_text,
    trimmed,
)
from pipelines.store.pseudonyms import pseudonym

JUNES = {"june_of_academic_year": june_of_academic_year, "june_of_end_year": june_of_end_year}


def reader(mapping: Mapping | None, setting: Setting) -> Read:
    """The function that reads one contract column; `mapping` None is a column that the table does not give."""

    def read(inputs: Inputs) -> Outcome:
        outcome = _kinded(_made(mapping, inputs, setting), setting) if mapping else _blank(setting)
        if outcome.value is None and outcome.fault is None and setting.column.is_required:
            return outcome._replace(fault=MISSING)
        return outcome

    return read


def reader_of_texts(mapping: Mapping | None, setting: Setting) -> ReadAll | None:
    """The function that reads a whole column of texts which the contract keeps as they are, None where values have a meaning to find."""
    if mapping is None or mapping.rule != "copy" or setting.column.kind not in WRITTEN_AS_IS or setting.codes:
        return None
    return lambda inputs: [_present(one, setting) for one in inputs]


def pseudonym_reader(read: Read, key: bytes | None) -> Read:
    """A reader that gives the keyed hash of what is read: the number itself goes no further, not even as the source of the value."""
    if key is None:
        raise ValueError("a table with pseudonyms is read with their key")

    def read_pseudonym(inputs: Inputs) -> Outcome:
        outcome = read(inputs)
        return outcome._replace(value=pseudonym(key, outcome.value) if outcome.value else None, source=None)

    return read_pseudonym


def _made(mapping: Mapping, inputs: Inputs, setting: Setting) -> Outcome:
    """The text that the mapping's rule makes of the delivered ones, not yet read; a fault where it can make none."""
    texts = [_present(one, setting) for one in inputs]
    match mapping.rule:
        case "constant":
            return Outcome(mapping.constant, mapping.constant)
        case "coalesce":
            first = next((one for one in texts if one is not None), None)
            return Outcome(first, first)
        case "first_of_list":
            return _first_of_list(texts[0], mapping.separators, setting)
        case "times_2":
            return _of_number(texts[0], lambda number: number_text(number * 2))
        case "sign":
            return _of_number(texts[0], _polarity)
        case "lookup":
            return _looked_up(texts[0], texts[1], setting)
        case "iso_week":
            return _iso_week(texts[0], texts[1])
        case "mapped_or":
            return _mapped_or(texts[0], mapping.constant, setting)
        case "june_of_academic_year" | "june_of_end_year":
            return _june(texts[0], JUNES[mapping.rule])
        case _:
            return Outcome(texts[0], texts[0])


def _present(delivered: str | None, setting: Setting) -> str | None:
    """The trimmed text, None where it says "nothing"."""
    if delivered is None:
        return None
    text = trimmed(delivered)
    if len(text) > LONGEST_NULL:
        return text
    return None if is_null(text, is_mark=setting.is_mark, any_case=setting.column.kind not in WRITTEN_AS_IS) else text


def _first_of_list(text: str | None, separators: str, setting: Setting) -> Outcome:
    if text is None:
        return Outcome()
    for separator in separators:
        text = text.replace(separator, "\n")
    first = next((part for part in (_present(one, setting) for one in text.split("\n")) if part is not None), None)
    return Outcome(first, first)


def _of_number(text: str | None, made: Callable[[Decimal], str | None]) -> Outcome:
    if text is None:
        return Outcome()
    number = number_of(text)
    return Outcome(source=text, fault="bad_number") if number is None else Outcome(made(number), text)


def _polarity(number: Decimal) -> str | None:
    """Above zero positive, below negative; zero points say neither, and neither is guessed."""
    if number == 0:
        return None
    return "positive" if number > 0 else "negative"


def _looked_up(value: str | None, key: str | None, setting: Setting) -> Outcome:
    """The looked-up value. A key that the look-up table does not know is never read as if it were the value: a map may say what it is."""
    if value is not None or key is None:
        return Outcome(value, value)
    if setting.column.is_coded:
        own = setting.codes.find_own(key) if setting.codes else None
        if own is not None:
            return Outcome(None if own == NO_CODE else own, key)
        return Outcome(source=key, fault=_unmapped_fault(setting), unmapped=(key,))
    return Outcome()


def _iso_week(year: str | None, week: str | None) -> Outcome:
    if year is None and week is None:
        return Outcome()
    monday = monday_of_iso_week(year or "", week or "")
    source = f"{year or ''}-W{week or ''}"
    return Outcome(monday, source, None if monday else "bad_date")


def _mapped_or(text: str | None, otherwise: str | None, setting: Setting) -> Outcome:
    """What the academy's or the profile's own map says of a value, else the profile's constant: no label is guessed at."""
    own = setting.codes.find_own(text) if setting.codes and text and not setting.codes.has_none(text) else None
    return Outcome(own or otherwise, text or otherwise)


def _june(text: str | None, read: Callable[[str], str | None]) -> Outcome:
    """30 June of a year of results: in the year, and before any file of its results can arrive."""
    if text is None:
        return Outcome()
    return _or_fault(Outcome(source=text), read(text), "bad_date")


def _kinded(made: Outcome, setting: Setting) -> Outcome:
    """A made text read as the column's kind."""
    if made.fault or made.unmapped:
        return made
    if made.value is None:
        return _blank(setting)
    if setting.codes and setting.column.kind != "code_list" and setting.codes.has_none(made.value):
        return Outcome(source=collapsed(made.source or made.value))
    return KINDS[setting.column.kind](made, made.value, setting)


def _blank(setting: Setting) -> Outcome:
    """What a blank means: nothing, but for codes whose blank has a meaning and flags where the MIS prints a word or nothing."""
    column = setting.column
    if column.kind == "boolean" and setting.blank_is_false and setting.is_delivered:
        return Outcome("false")
    if setting.codes and (setting.is_delivered or setting.codes.code_set.blank_when_absent):
        return Outcome(setting.codes.code_set.blank)
    return Outcome()


def _as_is(made: Outcome, text: str, setting: Setting) -> Outcome:
    return made


def _upn(made: Outcome, text: str, setting: Setting) -> Outcome:
    """Written without blanks, in capitals; whether it is a true one is judged later, and never rejects a row."""
    return made._replace(value=upn.compact(text) or None)


def _date(made: Outcome, text: str, setting: Setting) -> Outcome:
    return _or_fault(made, date_of(text, setting.dates), "bad_date")


def _monday(made: Outcome, text: str, setting: Setting) -> Outcome:
    return _or_fault(made, monday_of(text, setting.dates), "bad_date")


def _number(made: Outcome, text: str, setting: Setting) -> Outcome:
    number = number_of(text)
    return _or_fault(made, None if number is None else number_text(number), "bad_number")


def _integer(made: Outcome, text: str, setting: Setting) -> Outcome:
    number = number_of(text)
    is_whole = number is not None and number == number.to_integral_value()
    return _or_fault(made, number_text(number) if number is not None and is_whole else None, "bad_number")


def _boolean(made: Outcome, text: str, setting: Setting) -> Outcome:
    """The academy's or profile's word first (`Class teacher` as yes), then the words that MIS print."""
    own = setting.codes.find_own(text) if setting.codes else None
    return _found_or_unmapped(made, boolean_of(own or text), setting)


def _nc_year(made: Outcome, text: str, setting: Setting) -> Outcome:
    """The academy's or profile's word for a year first (`Nursery` as N2), then the year vocabulary."""
    own = setting.codes.find_own(text) if setting.codes else None
    return _found_or_unmapped(made, nc_year_of(own or text), setting)


def _code(made: Outcome, text: str, setting: Setting) -> Outcome:
    if setting.is_mark and text == MISSING_MARK:
        return Outcome(None, MISSING_MARK)
    return _found_or_unmapped(made, setting.codes.find(text) if setting.codes else None, setting)


def _code_list(made: Outcome, text: str, setting: Setting) -> Outcome:
    """A list of codes by semicolons, each once, in order; commas separate too, unless the whole is one code's label."""
    found: dict[str, None] = {}
    unmapped: list[str] = []
    for part in (collapsed(one) for one in text.split(";")):
        whole = setting.codes.find(part) if setting.codes else None
        for one in [part] if whole else [collapsed(piece) for piece in part.split(",")]:
            code = setting.codes.find(one) if setting.codes and one else None
            if code:
                found.setdefault(code)
            elif one and not (setting.codes and setting.codes.has_none(one)):
                unmapped.append(one)
    return Outcome(";".join(found) or None, collapsed(text), None, tuple(unmapped))


def _or_fault(made: Outcome, value: str | None, fault: str) -> Outcome:
    return made._replace(value=value) if value is not None else made._replace(value=None, fault=fault)


def _found_or_unmapped(made: Outcome, code: str | None, setting: Setting) -> Outcome:
    text = collapsed(made.source or made.value or "")
    if code is not None:
        return Outcome(code, text)
    return Outcome(None, text, _unmapped_fault(setting), (text,))


def _unmapped_fault(setting: Setting) -> str | None:
    """A mark that no map knows rejects its row, as does an unmapped code that the contract requires; any other becomes unknown."""
    if setting.is_mark:
        return "unmapped_mark"
    return "unmapped_code" if setting.column.is_required else None


KINDS: dict[Kind, Callable[[Outcome, str, Setting], Outcome]] = {
    "id": _as_is,
    "text": _as_is,
    "name": _as_is,
    "upn": _upn,
    "pseudonym": _as_is,
    "date": _date,
    "monday": _monday,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "nc_year": _nc_year,
    "code": _code,
    "code_list": _code_list,
}
