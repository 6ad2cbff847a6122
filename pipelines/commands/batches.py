"""`matlas batches`, `matlas accept`, `matlas refuse`: what was delivered, what became of it, and a person's word on it.

Not here: how a verdict is reached (ingest).
"""

import getpass
from pathlib import Path
from typing import Any

import click

from pipelines.commands.shared import (
    WRONG_USAGE,
    CommandError,
    academy_option,
    console,
    home_option,
    json_option,
    load_trust_of,
    open_home,
    print_json,
    print_table,
    require_academy,
)
from pipelines.commands.warehouse import FIRST_RUN, records_if_published
from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.records import DecisionWord

COLUMNS = ("batch_id", "entity", "status", "effective_date", "rows_read", "rows_accepted", "rows_rejected", "reason")
BATCHES = """
    select *
    from dq.batch
    where $academy is null or academy_id = $academy
    order by academy_id, effective_date desc, batch_id, entity
"""


@click.command("batches", short_help="What was delivered.")
@home_option
@academy_option
@json_option
def batches_command(home_folder: Path | None, academy_id: str | None, as_json: bool) -> int:
    """Every delivery that the published warehouse knows, and what became of it.

    \b
    Examples:
      matlas batches --academy ashby
      matlas batches --json
    """
    home = open_home(home_folder)
    require_academy(load_trust_of(home), academy_id)
    rows = records_if_published(home, BATCHES, {"academy": academy_id})
    decided = _decided_since(home, rows)
    if as_json:
        print_json(rows)
        return 0
    if not rows:
        console().print("Nothing was delivered yet." if home.published_file.exists() else FIRST_RUN.format(home=home.root))
        return 0
    print_table(None, COLUMNS, [[row.get(name) for name in COLUMNS] for row in rows], numbers=(4, 5, 6))
    for batch_id, words in decided.items():
        console().print(f"{batch_id}: {words}; it counts from the next run.", markup=False)
    return 0


def _decided_since(home: Home, rows: list[dict[str, Any]]) -> dict[str, str]:
    """Decisions that the published file does not show yet."""
    if not home.manifest.exists():
        return {}
    with Manifest(home.manifest) as manifest:
        decisions = manifest.decisions()
    became = {"accept": "accepted", "refuse": "refused"}
    statuses = {row["batch_id"]: row["status"] for row in rows}
    latest = {decision.batch_id: decision for decision in decisions}
    return {
        batch_id: f"{became[decision.decision]} by {decision.decided_by}"
        for batch_id, decision in latest.items()
        if batch_id in statuses and statuses[batch_id] not in (became[decision.decision], "superseded")
    }


def _decide(home_folder: Path | None, batch_id: str, word: DecisionWord, why: str) -> int:
    from pipelines.ingest.decisions import DecisionError, record

    home = open_home(home_folder)
    by = getpass.getuser()
    try:
        record(home, batch_id, word, by, why)
    except DecisionError as error:
        raise CommandError(str(error), WRONG_USAGE) from None
    became = {"accept": "accepted", "refuse": "refused"}[word]
    console().print(f"{batch_id} is {became} (by {by}). It counts from the next run: matlas run --home {home.root}", markup=False)
    return 0


@click.command("accept", short_help="Let a held batch in.")
@click.argument("batch_id", metavar="BATCH")
@home_option
@click.option("--why", default="", help="The reason, kept with who and when.")
def accept_command(batch_id: str, home_folder: Path | None, why: str) -> int:
    """Let a held batch in; it takes its own place in the order of deliveries at the next run.

    \b
    Example:
      matlas accept ashby-students-2026-01-10-1a2b3c4d --why "Year 13 left early"
    """
    return _decide(home_folder, batch_id, "accept", why)


@click.command("refuse", short_help="Leave a batch out for good.")
@click.argument("batch_id", metavar="BATCH")
@home_option
@click.option("--why", default="", help="The reason, kept with who and when.")
def refuse_command(batch_id: str, home_folder: Path | None, why: str) -> int:
    """Leave a batch out, also one that was accepted before; the next run computes as if it had not come.

    \b
    Example:
      matlas refuse ashby-students-2026-01-10-1a2b3c4d --why "half an export"
    """
    return _decide(home_folder, batch_id, "refuse", why)
