"""How a trace reads on the terminal, from the figure down to what to type next.

Here: sentences and tables of what pipelines/trace found. Not here: finding it.
"""

import datetime
from typing import Any

from pipelines.commands.shared import console, print_table

SHOWN_MAPS = 20
SHOWN_REJECTED = 20
UNITS = {"%": "100 × ", "per 100 pupils": "100 × "}


def _say(text: str = "", style: str | None = None) -> None:
    console().print(text, markup=False, style=style)


def number(value: object) -> str:
    """A number as people read it; a blank where there is none."""
    if value is None:
        return ""
    given = float(str(value))
    return f"{given:,.0f}" if given == int(given) else f"{given:,.2f}"


def year(time_period: int) -> str:
    """An academic year as people write it."""
    return f"{time_period // 100}/{time_period % 100:02d}"


def print_top(found: dict[str, Any]) -> None:
    """What is asked, what it means, and the figure."""
    measure, figure = found["measure"], found["figure"]
    _say(f"{measure['measure_name']}, {found['academy_id']}, {_period(figure)}{_group(figure)}", "bold")
    _say(measure["definition"])
    _say()
    if figure["value"] is None:
        _say(found["why_no_value"])
    else:
        _say(f"{number(figure['value'])} {measure['unit']} = {_formula(measure, figure)}")
        _say(f"  numerator: {number(figure['numerator'])} {measure['numerator']}{_people(figure['numerator_people'])}")
        _say(f"  denominator: {_denominator(measure, figure)}")
    if found["caveat"]:
        _say(f"Before you read it: {found['caveat']}")


def _denominator(measure: dict[str, Any], figure: dict[str, Any]) -> str:
    if measure["denominator"] == "1":
        return "1, so that numbers of people add up"
    return f"{number(figure['denominator'])} {measure['denominator']}{_people(figure['denominator_people'])}"


def _period(figure: dict[str, Any]) -> str:
    if figure["period_type"] == "year_to_date":
        return f"{year(figure['time_period'])} up to {figure['period_end']}"
    name = figure["period_name"] if figure["period_type"] == "half_term" else "week"
    return f"{year(figure['time_period'])} {name}, {figure['period_start']} to {figure['period_end']}"


def _group(figure: dict[str, Any]) -> str:
    return "" if figure["breakdown_topic"] == "all" else f", {figure['breakdown_topic']} {figure['breakdown']}"


def _formula(measure: dict[str, Any], figure: dict[str, Any]) -> str:
    return f"{UNITS.get(measure['unit'], '')}{number(figure['numerator'])} / {number(figure['denominator'])}"


def _people(people: int | None) -> str:
    return f", of {people:,} people" if people is not None else ""


def print_parts(found: dict[str, Any]) -> None:
    """How the numbers come about: the rows counted, and those left out."""
    _say()
    _say("How it comes about", "bold")
    for part in found["parts"]:
        _say(f"  {_part(part)}")
        if part["made"]:
            _say(f"    {part['made']}")
    for each in found["left_out"]:
        _say(f"  left out: {each['rows']:,} rows of {each['table']} {each['reason']}")


def _part(part: dict[str, Any]) -> str:
    said = f"{part['role']}: {part['rows']:,} rows of {part['table']}"
    if part["counted"] is None:
        return f"{said}, of {part['people']:,} people, are behind it"
    words = {"people": "of {} different people", "enrolments": "of {} different enrolments"}.get(part["counted_as"], "which add up to {}")
    return f"{said}, {words.format(number(part['counted']))}{_against_published(part)}"


def _against_published(part: dict[str, Any]) -> str:
    if part["agrees"] is None:
        return ""
    if not part["agrees"]:
        return f"; but published is {number(part['published'])}"
    return ", with the numerator the published number" if part["counted_as"] == "rest" else ", the published number"


def print_academies(found: dict[str, Any]) -> None:
    """The trust's figure by academy."""
    if not found["academies"]:
        return
    unit = found["measure"]["unit"]
    rows = [
        (
            each["academy_id"],
            number(each["numerator"]),
            number(each["denominator"]),
            each["value_status"] if each["value"] is None else number(each["value"]),
            number(each["rows"]),
            "" if each["is_in_it"] else "not in it: not delivered, or not in the trust then",
        )
        for each in found["academies"]
    ]
    print_table("By academy", ("academy", "numerator", "denominator", f"value ({unit})", "rows", ""), rows, numbers=(1, 2, 3, 4))
    sums = [sum(each[name] or 0 for each in found["academies"] if each["is_in_it"]) for name in ("numerator", "denominator")]
    figure = found["figure"]
    if any(
        figure[name] is not None and abs(own - figure[name]) > 1e-6 for own, name in zip(sums, ("numerator", "denominator"), strict=True)
    ):
        _say(
            f"The academies come to {number(sums[0])} and {number(sums[1])} together; the trust's are {number(figure['numerator'])} and "
            f"{number(figure['denominator'])}, because somebody at two academies counts once for the trust."
        )


def print_files(found: dict[str, Any]) -> None:
    """The files whose rows count."""
    if not found["files"]:
        return
    rows = [
        (
            each["entity"],
            each["file_name"],
            (each["sha256"] or "")[:8],
            _moment(each["delivered_at"]),
            _moment(each["loaded_at"]),
            _used(each),
            _share(each),
            f"{each['first_date']} to {each['last_date']}" if each["first_date"] else "",
            f"{each['first_line']:,} to {each['last_line']:,}",
        )
        for each in found["files"]
    ]
    headings = ("entity", "file", "sha256", "delivered", "loaded", "rows used", "rows in it", "dates of them", "lines of them")
    print_table("The files behind it", headings, rows, numbers=(5,))
    for each in found["read_beside"]:
        deliveries = f"{each['deliveries']:,} deliver{'y' if each['deliveries'] == 1 else 'ies'}"
        _say(f"  read beside them: {each['entity']}, {deliveries}, the newest {each['newest_batch_id']}")


def _used(each: dict[str, Any]) -> str:
    if each["rows_accepted"] is not None:
        return f"{each['rows_used']:,} of {each['rows_accepted']:,}"
    if each["batch_rows_accepted"] is not None:
        return f"{each['rows_used']:,} of the batch's {each['batch_rows_accepted']:,}"
    return f"{each['rows_used']:,}"


def _share(each: dict[str, Any]) -> str:
    parts = [(name, each[name]) for name in ("numerator", "denominator") if each.get(name) is not None]
    return ", ".join(f"{number(value)} {name}" for name, value in parts)


def _moment(moment: datetime.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def print_maps(found: dict[str, Any]) -> None:
    """The maps that decided a value in those files."""
    maps = found["maps"]
    if maps:
        headings = ("academy", "entity", "column", "value", "code", "rows", "whose map")
        rows = [[each[name] for name in ("academy_id", "entity", "column_name", "source_value", "code", "rows", "map")] for each in maps]
        print_table("Codes that a map gave", headings, rows[:SHOWN_MAPS], numbers=(5,))
        if len(rows) > SHOWN_MAPS:
            _say(f"  {len(rows) - SHOWN_MAPS:,} more: --json lists them all.")
    if found["values_without_map"]:
        _say(f"  {found['values_without_map']:,} different values of these entities have no map: matlas codes unmapped")


def print_checks(found: dict[str, Any]) -> None:
    """The checks that touch the figure."""
    checks = found["checks"]
    if not checks:
        return
    _say()
    _say("Checks that touch it", "bold")
    for each in checks:
        if each["status"] in ("fail", "not_run"):
            said = f"{each['failed']:,} of {each['checked']:,} fail" if each["status"] == "fail" else f"not run: {each['reason'] or ''}"
            _say(f"  {each['check_id']} ({each['severity']}, {each['academy_id']}): {said}{_accepted(each)}")
    passed = sum(each["status"] == "pass" for each in checks)
    _say(f"  {passed} passed, {sum(each['status'] == 'not_applicable' for each in checks)} not applicable.")


def _accepted(check: dict[str, Any]) -> str:
    until = check.get("accepted_until")
    return f"; accepted until {until}" if until else ""


def print_not_in_it(found: dict[str, Any]) -> None:
    """What was delivered and does not count: rejected rows, held deliveries."""
    if found["rejected"]:
        rows = [[each[name] for name in ("file_name", "reason_code", "column_name", "rows", "first_line")] for each in found["rejected"]]
        print_table(
            "Rows of these files that were turned away",
            ("file", "reason", "column", "rows", "first line"),
            rows[:SHOWN_REJECTED],
            numbers=(3, 4),
        )
    if found["not_in_it"]:
        rows = [[each[name] for name in ("batch_id", "entity", "status", "rows_read", "reason")] for each in found["not_in_it"]]
        print_table("Delivered, and not in it", ("batch", "entity", "status", "rows", "why"), rows, numbers=(3,))


def print_next(found: dict[str, Any]) -> None:
    """Commands that go further."""
    _say()
    _say("Further down", "bold")
    for each in found["next"]:
        _say(f"  {each['shows']}:")
        _say(f"    {each['command']}")
