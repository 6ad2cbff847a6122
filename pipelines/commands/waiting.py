"""What waits for a person: held and rejected batches, files that no reader takes, academies whose data is old.

Here: the list, each entry with the words to type next; it decides between exit codes 0 and 3. Not here: why a batch is held (ingest).
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.warehouse import has_table
from pipelines.store.manifest import Manifest

if TYPE_CHECKING:
    import duckdb

    from pipelines.store.home import Home
    from pipelines.store.records import Verdict


ADVICE = " If it is right: matlas accept"
"""From here on a verdict's reason says what to type; here it is said with the home, so that it works from any folder."""


_STALE = """
    select academies.academy_id, academies.last_delivered_on
    from core.dim_academy as academies
    anti join ({accepted}) as decisions using (academy_id)
    where academies.is_stale
    order by all
"""

_ACCEPTED = "select academy_id from dq.check_decision where check_id = 'stale_academy' and is_current"

LEFT = {
    "unknown_file": "Rename it to what its table is called, or take it out of landing.",
    "unreadable_file": "Let the account that runs Matlas read it; if it can, deliver the file again, whole and without a password.",
    "still_being_written": "Nothing: the next run reads it. If it is here again tomorrow, look whether its transfer ever ends.",
    "empty_file": "Deliver it again with its files in it, or take it out of landing.",
    "too_large": "Deliver it in parts.",
}
"""What to do about a file that no reader took, by why it was left."""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: which academy, what it is, and what to do, as a person would type it."""

    academy_id: str | None
    what: str
    do: str


def what_waits(home: "Home", warehouse: "duckdb.DuckDBPyConnection | None", as_at: datetime | None = None) -> list[Waiting]:
    """Everything that waits for a person, batches first."""
    if not home.manifest.exists():
        return []
    with Manifest(home.manifest) as manifest:
        verdicts = manifest.verdicts(as_at)
        unknown = manifest.unknown_files()
    batches = {verdict.batch_id: verdict for verdict in verdicts if verdict.status in ("held", "rejected")}
    return [
        *(_batch(home.root, verdict) for verdict in batches.values()),
        *(
            Waiting(file.academy_id, f"{file.file_name}: {file.reason}", LEFT.get(file.reason_code, LEFT["unknown_file"]))
            for file in unknown
        ),
        *(_stale(warehouse) if warehouse else []),
    ]


def _batch(root: Path, verdict: "Verdict") -> Waiting:
    home = f"--home {root}"
    reason = (verdict.reason or "").partition(ADVICE)[0]
    if verdict.status == "held":
        do = (
            f"matlas accept {home} {verdict.batch_id}   (let it in)   or   matlas refuse {home} {verdict.batch_id}   (leave it out)   "
            "or correct the export and deliver it again"
        )
    else:
        do = f"Export it again into landing/{verdict.academy_id}/, or: matlas refuse {home} {verdict.batch_id}"
    return Waiting(verdict.academy_id, f"{verdict.table_name} of {verdict.effective_date} is {verdict.status}: {reason}", do)


def _stale(warehouse: "duckdb.DuckDBPyConnection") -> list[Waiting]:
    """Academies whose data is old; one whose lateness somebody accepted waits for nobody."""
    accepted = _ACCEPTED if has_table(warehouse, "dq", "check_decision") else "select null as academy_id"
    academies = warehouse.execute(_STALE.format(accepted=accepted)).fetchall()
    return [
        Waiting(
            academy_id,
            f"no new attendance since {last}" if last else "no attendance was ever accepted",
            f"Look whether its MIS still writes to landing/{academy_id}/.",
        )
        for academy_id, last in academies
    ]
