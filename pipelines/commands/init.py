"""`matlas init`: make a trust home.

Here: the folders and the first trust.yml of a new home. Not here: the sample trust's files (synthetic).
"""

from pathlib import Path

import click

from pipelines.commands.shared import WRONG_USAGE, CommandError, console

TEMPLATE = """\
# The only file of this home that a person edits. What each key means: docs, "trust.yml".
trust:
  name: My Learning Trust            # the trust's name
  # group_uid: "99001"               # its GIAS group UID
  timezone: Europe/London

# First and last school day of each half-term. Without it England's usual half-terms are used, with a warning.
# calendar:
#   <academic year, six digits>:
#     HT1: [2025-09-02, 2025-10-24]

academies:
  - id: my_academy                   # lower case, digits and _; also the name of its folder below landing/
    name: My Academy
    # urn: 123456
    phase: secondary                 # nursery primary middle secondary all_through special alternative_provision post16
    mis: arbor                       # arbor bromcom wonde sims matlas
"""


@click.command("init", short_help="Make a trust home.")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--demo", is_flag=True, help="With the sample trust's trust.yml and deliveries.")
def init_command(directory: Path, demo: bool) -> int:
    """Make a trust home in DIR: trust.yml, landing/, store/, published/.

    \b
    Examples:
      matlas init demo --demo        a sample trust, ready for: matlas run --home demo
      matlas init /srv/trust         an empty home with a trust.yml to fill in
    """
    if (directory / "trust.yml").exists():
        raise CommandError(f"{directory} already is a trust home (it has a trust.yml). Nothing was changed.", WRONG_USAGE)
    if directory.exists() and any(directory.iterdir()):
        raise CommandError(f"{directory} holds other files. Name a new or an empty folder. Nothing was changed.", WRONG_USAGE)
    directory.mkdir(parents=True, exist_ok=True)
    if demo:
        from pipelines.synthetic import copy_demo

        copy_demo(directory)
    else:
        (directory / "trust.yml").write_text(TEMPLATE, encoding="utf-8")
        (directory / "landing" / "my_academy").mkdir(parents=True)
    for folder in ("store", "published"):
        (directory / folder).mkdir(mode=0o750, exist_ok=True)
    console().print(f"{directory} is a trust home now.")
    if not demo:
        console().print(f"Fill in {directory / 'trust.yml'}, put each academy's exports in landing/<academy>/,")
    console().print(f"{'Type' if demo else 'then type'}: matlas run --home {directory}")
    return 0
