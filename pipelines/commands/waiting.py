"""What waits for a person: held and rejected batches, files that no reader takes, academies whose data is old, and what a run that was
stopped did not finish.

Here: the list, each entry with the words to type next; it decides between exit codes 0 and 3. Not here: why a batch is held (ingest).
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.warehouse import has_table
from pipelines.store.erasures import Erasures
from pipelines.store.manifest import Manifest

TRUST = "trust"
"""Whose matter it is when it is no single academy's."""

if TYPE_CHECKING:
    import duckdb

    from pipelines.store.erasures import Erasure
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

SWAP_UNFINISHED = (
    "the published files are not all of one night: a run was stopped while it put them in their places, so some readers have the new "
    "night and others the one before"
)
SWAP_NEXT = "it puts the others in their places before anything else; if a run is under way, it is doing so now"


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: which academy (or the trust), what it is, and what to do, as a person would type it."""

    academy_id: str | None
    what: str
    do: str


def what_waits(home: "Home", warehouse: "duckdb.DuckDBPyConnection | None", as_at: datetime | None = None) -> list[Waiting]:
    """Everything that waits for a person: what was not finished, then batches."""
    if not home.manifest.exists():
        return []
    with Manifest(home.manifest) as manifest:
        verdicts = manifest.verdicts(as_at)
        unknown = manifest.unknown_files()
    batches = {verdict.batch_id: verdict for verdict in verdicts if verdict.status in ("held", "rejected")}
    return [
        *_unfinished(home),
        *(_batch(home.root, verdict) for verdict in batches.values()),
        *(
            Waiting(file.academy_id, f"{file.file_name}: {file.reason}", LEFT.get(file.reason_code, LEFT["unknown_file"]))
            for file in unknown
        ),
        *(_stale(warehouse) if warehouse else []),
    ]


def _unfinished(home: "Home") -> list[Waiting]:
    """A swap and erasures that were begun; the next run finishes both."""
    found = []
    if home.swap_list.exists():
        found.append(Waiting(TRUST, SWAP_UNFINISHED, f"matlas run --home {home.root}   ({SWAP_NEXT})"))
    with Erasures(home.manifest) as erasures:
        found += [
            Waiting(TRUST, erasure_unfinished(each), f"matlas run --home {home.root}") for each in erasures.all() if each.is_unfinished
        ]
    return found


def erasure_unfinished(erasure: "Erasure") -> str:
    """What is so while an erasure is not finished."""
    return (
        f"erasure {erasure.id} of {erasure.erased_at:%Y-%m-%d} is not finished: until a night has published, the person may stand in "
        "what readers open and in kept copies"
    )


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
