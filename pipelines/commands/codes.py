"""`matlas codes unmapped`, `matlas codes add`: the values that no map knows, as a map to fill in, and the filled map taken back.

Here: the commands and what they print. Not here: which values they are, guesses and writing (pipelines/codes).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.shared import (
    WRONG_USAGE,
    CommandError,
    academy_option,
    console,
    did_you_mean,
    home_option,
    load_trust_of,
    open_home,
    print_json,
    print_table,
    require_academy,
)

if TYPE_CHECKING:
    from pipelines.codes import Asked, Filled, Unmapped
    from pipelines.store.home import Home
    from pipelines.trust import TrustConfig

HEADINGS = ("academy", "code_set", "value", "rows", "effect", "guess", "guessed_from", "first_seen", "last_seen", "columns")
SHOWN = 100
SHOWN_NOTES = 10
KEPT_BACK = "(kept back)"


@click.group("codes", short_help="Values without a map.")
def codes_command() -> None:
    """Values that no map knows: a map to fill in, and the filled map taken back into trust.yml.

    \b
    Example, from the question to the answer:
      matlas codes unmapped --format csv --output codes.csv
      (fill in the column `code`, or write - for a value that has none)
      matlas codes add codes.csv
      matlas run
    """


@codes_command.command("unmapped", short_help="The map to fill in.")
@home_option
@academy_option
@click.option("--codeset", metavar="NAME", help="This code set alone, such as attendance or ethnicity.")
@click.option("--entity", metavar="NAME", help="Values of this entity alone, such as pupil or attendance_mark.")
@click.option("--all", "show_all", is_flag=True, help="Show also values that may be personal (a name in a shifted row).")
@click.option("--format", "output", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--output", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write the CSV to this file.")
def unmapped_command(
    home_folder: Path | None,
    academy_id: str | None,
    codeset: str | None,
    entity: str | None,
    show_all: bool,
    output: str,
    target: Path | None,
) -> int:
    """Every value that no map knows and that nobody has decided about: how often, since when, what it does, and the best guess.

    A guess is never applied: it stands beside the empty column `code`, which a person fills in. Values of held deliveries are among them.

    \b
    Examples:
      matlas codes unmapped
      matlas codes unmapped --academy ashby --codeset attendance
      matlas codes unmapped --format csv --output codes.csv
    """
    from pipelines.codes import to_fill_in, unmapped_values, write_map

    home = open_home(home_folder)
    trust = load_trust_of(home)
    require_academy(trust, academy_id)
    _require_known(codeset, entity)
    values, beyond = unmapped_values(home, trust)
    lines = to_fill_in([one for one in values if _is_wanted(one, academy_id, codeset, entity)], home, trust, show_all=show_all)
    if target:
        _write(target, write_map(lines))
    elif output == "csv":
        click.echo(write_map(lines), nl=False)
    elif output == "json":
        print_json([{**vars(line), "is_kept_back": line.value is None} for line in lines])
    else:
        _print(lines, home)
    _print_notes(lines, beyond, target)
    return 0


def _require_known(codeset: str | None, entity: str | None) -> None:
    from pipelines.codes.vocabularies import kinds
    from pipelines.sources import contract

    for what, given, known in (("code set", codeset, list(kinds())), ("entity", entity, list(contract().entities))):
        if given is not None and given not in known:
            raise CommandError(f"There is no {what} “{given}”. {did_you_mean(given, known)}", WRONG_USAGE)


def _is_wanted(one: "Unmapped", academy_id: str | None, codeset: str | None, entity: str | None) -> bool:
    return (
        academy_id in (None, one.academy_id)
        and codeset in (None, one.code_set)
        and (entity is None or any(column.startswith(f"{entity}.") for column in one.columns))
    )


def _write(target: Path, text: str) -> None:
    try:
        target.write_text(text, encoding="utf-8-sig", newline="")  # with its mark, so that a spreadsheet reads accents
    except OSError as error:
        raise CommandError(f"{target} cannot be written: {error.strerror}.") from None


def _print(lines: Sequence["Asked"], home: "Home") -> None:
    if not lines:
        none_read = "Nothing has been read yet: matlas run" if not home.manifest.is_file() else "Every value has a map."
        console().print(none_read, markup=False)
        return
    rows = [[KEPT_BACK if name == "value" and line.value is None else getattr(line, name) for name in HEADINGS] for line in lines[:SHOWN]]
    print_table(None, HEADINGS, rows, numbers=(3,))
    if len(lines) > SHOWN:
        console().print(f"{len(lines) - SHOWN:,} more: --format csv lists them all.")
    console().print("Fill in a map: matlas codes unmapped --format csv --output codes.csv, then matlas codes add codes.csv", markup=False)


def _print_notes(lines: Sequence["Asked"], beyond: int, target: Path | None) -> None:
    """What a person should know beside the map, on the other stream."""
    aside = console(to_stderr=True)
    kept_back = sum(line.value is None for line in lines)
    if target:
        aside.print(f"{len(lines) - kept_back:,} values to fill in: {target}", markup=False)
    if kept_back:
        aside.print(
            f"{kept_back:,} values are kept back because they may be personal (a name, or a single row that may be shifted). "
            "matlas rejected shows the lines; --all shows the values.",
            markup=False,
        )
    if beyond:
        aside.print(f"{beyond:,} values stand in yes-or-no columns that codes cannot map: correct them in the MIS.", markup=False)


@codes_command.command("add", short_help="Take a filled map.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE")
@home_option
@click.option("--dry-run", is_flag=True, help="Check the map and say what it would do; write nothing.")
def add_command(file: Path, home_folder: Path | None, dry_run: bool) -> int:
    """Take a filled map into trust.yml (`codes:` of each academy). The next run reads the rejected rows again, from the store.

    Every line is checked first; with one mistake nothing is written. In `academy` stands an academy, an MIS (each academy of it that has
    the value without a map) or `all`. In `code` stands a code or its label, or - for a value that has none: it is then unknown, in a
    register no mark, and is not asked about again. The old file is kept as trust.yml.before.

    \b
    Examples:
      matlas codes add codes.csv --dry-run
      matlas codes add codes.csv
    """
    from pipelines.codes import CodesError, add_to_trust, check, read_map, unmapped_values

    home = open_home(home_folder)
    trust = load_trust_of(home)
    try:
        filled = check(file.name, read_map(file), trust, unmapped_values(home, trust)[0])
        if filled.additions and not filled.mistakes and not dry_run:
            add_to_trust(home.trust_file, filled.additions)
    except CodesError as error:
        raise CommandError(str(error), WRONG_USAGE) from None
    if filled.mistakes:
        raise CommandError("\n".join([*filled.mistakes, "Nothing was written."]), WRONG_USAGE)
    _say_what(filled, home, trust, dry_run=dry_run)
    return 0


def _say_what(filled: "Filled", home: "Home", trust: "TrustConfig", *, dry_run: bool) -> None:
    out = console()
    would = "Would add" if dry_run else "Added"
    for academy in trust.academies:
        for code_set in dict.fromkeys(one.code_set for one in filled.additions if one.academy_id == academy.id):
            some = [one for one in filled.additions if (one.academy_id, one.code_set) == (academy.id, code_set)]
            out.print(
                f"{would} to {academy.id}, {code_set}: {len(some)} values ({', '.join(sorted({one.code for one in some}))})", markup=False
            )
    for note in filled.notes[:SHOWN_NOTES]:
        out.print(note, markup=False)
    rest = [(filled.already, "known already"), (filled.blank, "left blank: they will be asked again")]
    for count, words in rest:
        if count:
            out.print(f"{count:,} {words}.", markup=False)
    if not filled.additions:
        out.print("There was nothing to add.")
    elif not dry_run:
        out.print(f"{home.trust_file} has them; what it was before is in {home.trust_file.name}.before.", markup=False)
        out.print(f"The next run reads the rows again, from the store: matlas run --home {home.root}", markup=False)
