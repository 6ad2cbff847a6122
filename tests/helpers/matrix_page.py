"""The page who-sees-what.md: its table, written from the matrix that the tests prove. `python -m tests.helpers.matrix_page` renews it."""

from tests.helpers.home import PROJECT
from tests.helpers.matrix_rules import ACADEMIES, NOTHING, Viewer, allowed, cells, classes, facts

PAGE = PROJECT / "docs/explanation/who-sees-what.md"
BEGIN, END = "<!-- written by tests/helpers/matrix_page.py -->\n", "<!-- end -->\n"
RENEW = "The page is no longer what is shown: type `python -m tests.helpers.matrix_page`, and read what has changed on who-sees-what.md."
WORDS = {
    "trust": "the trust's central team",
    "academy": "{} leaders",
    "teacher": "{} teachers",
    "analyst": "an analyst",
    "governor": "a governor",
    None: "a login of nobody in trust.yml",
}
FACTS = {
    "surname": "surname",
    "forename": "forename",
    "upn": "UPN",
    "mis_number": "number in the MIS",
    "born": "day of birth",
    "colleague": "a colleague's number",
}
OF_ONE = "Of one pupil and one colleague of each school these details are found, and no other:\n"
OF_TABLES = "And table by table, for whoever is of this audience:\n"
AUDIENCES = ("trust", "academy", "teacher", "analyst", "governor")


def viewers() -> list[Viewer]:
    """One viewer of every kind and academy; where they look makes no difference, which is proved too."""
    found = []
    for audience in AUDIENCES:
        is_of_an_academy = audience in ("academy", "teacher")
        found += [Viewer(one, audience, (one,)) for one in ACADEMIES] if is_of_an_academy else [Viewer(audience, audience)]
    return [*found, Viewer("nobody", None)]


def block() -> str:
    """The generated part of the page: the matrix, what is known of one pupil and colleague, every table."""
    return BEGIN + "\n" + "\n".join((_matrix(), OF_ONE, _facts(), OF_TABLES, _tables())) + "\n" + END


def _matrix() -> str:
    every = {_who(viewer): cells(viewer) for viewer in viewers()}
    kinds = list(next(iter(every.values())))
    lines = [["who looks", *(_titled(kind) for kind in kinds)], ["---"] * (len(kinds) + 1)]
    lines += [[who, *(_shown(found[kind]) for kind in kinds)] for who, found in every.items()]
    return _table(lines)


def _facts() -> str:
    lines = [["who looks", *FACTS.values()], ["---"] * (len(FACTS) + 1)]
    for viewer in viewers():
        known = facts(viewer)
        lines.append([_who(viewer), *(_shown(", ".join(one.title() for one in ACADEMIES if f"{one}: {fact}" in known)) for fact in FACTS)])
    return _table(lines)


def _who(viewer: Viewer) -> str:
    return WORDS[viewer.audience].format(*(one.title() for one in viewer.academies))


def _tables() -> str:
    lines = [["table", *AUDIENCES], ["---"] * (len(AUDIENCES) + 1)]
    lines += [[f"`{table}`", *(_of(audience, table) for audience in AUDIENCES)] for table in sorted(classes())]
    return _table(lines)


def _of(audience: str, table: str) -> str:
    of = allowed(audience).get(table)
    if of is None:
        return "–"
    parts = ["own rows" if of.own_rows else "all rows"]
    if of.figures:
        parts.append("small numbers hidden")
    without = len(classes()[table]) - len(of.columns)
    if without:
        parts.append(f"without {without} of {len(classes()[table])} columns")
    return ", ".join(parts)


def _titled(kind: str) -> str:
    place, _, what = kind.partition(": ")
    return f"{place.title() if place in ACADEMIES else 'The trust'}: {what}"


def _shown(cell: str) -> str:
    return "–" if cell in ("", NOTHING) else cell


def _table(lines: list[list[str]]) -> str:
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def renewed(page: str) -> str:
    """The page with the block as it should be. Raises ValueError where the two marks are not on it."""
    before, _ = page.split(BEGIN)
    _, after = page.split(END)
    return before + block() + after


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
