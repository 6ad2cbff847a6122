"""`matlas export`: the trust's figures as files for others, with small numbers hidden.

Not here: which figures are hidden and how the files are laid out (pipelines/export).
"""

from pathlib import Path

import click

from pipelines.commands.shared import CommandError, console, home_option, load_trust_of, open_home
from pipelines.commands.warehouse import published


@click.command("export", short_help="Figures as files for others.")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--format", type=click.Choice(["dfe"]), default="dfe", show_default=True, expose_value=False, help="dfe: Explore Education Statistics."
)
@click.option(
    "--trust-id",
    metavar="ID",
    help="The trust's Group ID in Get Information about Schools (TR and five digits); else the trust is “Not available”.",
)
@home_option
def export_command(folder: Path | None, trust_id: str | None, home_folder: Path | None) -> int:
    """Write the year-to-date figures of each academy and of the trust into DIR (default: export/ in the home), replacing an earlier export.

    One data file and one metadata file (.meta.csv) for each domain, for schools and for the trust, and data_guidance.txt.

    Small numbers: a figure of 1 to suppress_below - 1 people (trust.yml, privacy) in its numerator, its denominator or, for percentages,
    the rest becomes c, with its counts; others become c with it where a single sum of these files would tell it. This does not guard
    against several sums solved together, exports of different days compared, topics that overlap, or what a reader knows from
    elsewhere: look before you publish.

    \b
    Examples:
      matlas export
      matlas export for_governors --format dfe --trust-id TR01234
    """
    from pipelines.export import ExportError, Trust, export_dfe

    home = open_home(home_folder)
    trust = load_trust_of(home)
    uid = trust.trust.group_uid or ""
    group_id = trust_id or (uid if uid.upper().startswith("TR") else None)
    try:
        with published(home) as connection:
            written = export_dfe(
                connection, folder or home.root / "export", Trust(trust.trust.name, group_id, trust.privacy.suppress_below)
            )
    except ExportError as error:
        raise CommandError(str(error)) from None
    for each in written.tables:
        hidden = f", {each.hidden} figures hidden" if each.hidden else ""
        console().print(f"trust_{each.name}.csv: {len(each.rows)} rows{hidden}", markup=False)
    for academy in written.without_urn:
        console(to_stderr=True).print(
            f"{academy.name} is not in the files of schools: it has no URN. Add `urn:` to {academy.academy_id} in trust.yml (Get "
            "Information about Schools has it), type matlas run, and export again.",
            markup=False,
        )
    if group_id is None:
        console(to_stderr=True).print(
            "The trust stands as “Not available” in the files, which the format wants where its code is not known: give its Group ID with "
            "--trust-id (Get Information about Schools has it; group_uid is another number)."
        )
    console().print(f"Written: {written.folder}", markup=False)
    return 0
