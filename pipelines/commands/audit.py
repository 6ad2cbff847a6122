"""`matlas audit`: every decision with who, when and why, and whether the ledger is what it was.

Here: options, words and layout. Not here: how the ledger is verified (store/ledger.py).
"""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.shared import (
    NOT_PUBLISHED,
    WRONG_USAGE,
    CommandError,
    academy_option,
    console,
    did_you_mean,
    home_option,
    json_option,
    load_trust_of,
    open_home,
    print_json,
    print_table,
    require_academy,
)
from pipelines.commands.warehouse import has_table, opened

if TYPE_CHECKING:
    from pipelines.store.home import Home
    from pipelines.store.ledger import Fault, Head, Written

COLUMNS = ("no.", "when (UTC)", "who", "what", "on", "academy", "why")
BROKEN = (
    "The ledger is not what was written. Keep a copy of {store} as it is, find out who could write there, and compare with the manifest in "
    "your backups; dq.ledger in the published files says what it was on those nights. Matlas goes on working meanwhile."
)


@click.command("audit", short_help="Every decision: who, when, why; and whether the ledger is sound.")
@home_option
@academy_option
@click.option("--kind", metavar="NAME", help="This kind of decision alone, such as accept or goal.")
@click.option("--since", metavar="DATE", help="Decisions from this day on.")
@json_option
def audit_command(home_folder: Path | None, academy_id: str | None, kind: str | None, since: str | None, as_json: bool) -> int:
    """Every decision, newest first: who took it, when and why. The whole ledger is verified each time.

    A decision is only ever added. Each entry holds a hash of itself and of the one before, and the published files hold copies: an entry
    that was changed, put in, moved or taken out is found. Exit codes: 0 the ledger is sound; 1 it is not.

    \b
    Examples:
      matlas audit
      matlas audit --academy ashby --since 2026-01-01
      matlas audit --kind goal --json
    """
    from pipelines.store.ledger import Ledger

    home = open_home(home_folder)
    require_academy(load_trust_of(home), academy_id)
    with Ledger(home.manifest) as ledger:
        faults = ledger.verify(_seen(home))
        entries = [] if faults else ledger.entries()
    shown = _chosen(entries, academy_id, kind, _day(since))
    if as_json:
        print_json({"is_sound": not faults, "faults": [fault.what for fault in faults], "entries": [_record(each) for each in shown]})
    elif faults:
        _say_broken(home, faults)
    else:
        _print(entries, shown)
    return NOT_PUBLISHED if faults else 0


def _seen(home: "Home") -> list["Head"]:
    """The last entry that each published file holds."""
    from pipelines.store.ledger import Head

    found = []
    for file in [home.published_file, *sorted(home.previous.glob("matlas_*.duckdb"))]:
        if file.exists():
            with opened(file) as connection:
                if has_table(connection, "dq", "ledger"):
                    rows = connection.execute("select seq, hash from dq.ledger order by seq desc limit 1").fetchall()
                    found += [Head(int(seq), str(said), f"the published file {file.name}") for seq, said in rows]
    return found


def _chosen(entries: list["Written"], academy_id: str | None, kind: str | None, since: date | None) -> list["Written"]:
    """Those that were asked for, newest first."""
    known = sorted({each.kind for each in entries})
    if kind is not None and entries and kind not in known:
        raise CommandError(f"No decision of the kind “{kind}” was taken. {did_you_mean(kind, known)}", WRONG_USAGE)
    return [
        each
        for each in reversed(entries)
        if (academy_id is None or each.academy_id == academy_id)
        and (kind is None or each.kind == kind)
        and (since is None or each.decided_at.date() >= since)
    ]


def _print(entries: list["Written"], shown: list["Written"]) -> None:
    if not entries:
        console().print("No decision has been taken yet. The first run writes down what trust.yml says of goals, delegation and access.")
        return
    if shown:
        print_table(None, COLUMNS, [_row(each) for each in shown], numbers=(0,))
    else:
        console().print("No decision fits what you asked for.")
    console().print(f"{len(entries)} decisions in all; the ledger is sound, from the first entry to the last.", markup=False)


def _row(entry: "Written") -> list[object]:
    what = entry.kind.replace("_", " ")
    return [entry.seq, f"{entry.decided_at:%Y-%m-%d %H:%M}", entry.who, what, entry.subject, entry.academy_id, _why(entry)]


def _why(entry: "Written") -> str:
    """The reason, and of a change in trust.yml what it was and is."""
    if "is" not in entry.detail:
        return entry.why
    said = [f"{word}: {_plain(entry.detail[word])}" for word in ("was", "is") if entry.detail.get(word) is not None]
    return "; ".join([entry.why, *said])


def _plain(value: Any) -> str:
    """A goal, a delegation or a login in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(each)}" for name, each in value.items())
    if isinstance(value, list):
        return " | ".join(_plain(each) for each in value) or "none"
    return str(value)


def _record(entry: "Written") -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry.__dataclass_fields__}


def _say_broken(home: "Home", faults: list["Fault"]) -> None:
    for fault in faults[:20]:
        console().print(fault.what, markup=False)
    if len(faults) > 20:
        console().print(f"… and {len(faults) - 20} more.")
    console().print(BROKEN.format(store=home.store), markup=False)


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise CommandError(f"--since is “{given}”; expected a day such as 2026-01-31.", WRONG_USAGE) from None
