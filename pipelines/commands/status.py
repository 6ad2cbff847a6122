"""`matlas status`: how each academy stands.

Here: one row an academy, read from the published file and the manifest. Not here: what is done about it (waiting.py says what to type).
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.alerts import open_count
from pipelines.commands.shared import console, home_option, json_option, load_trust_of, open_home, print_json, print_table
from pipelines.commands.waiting import Waiting, what_waits
from pipelines.commands.warehouse import FIRST_RUN, published, records
from pipelines.store.manifest import Manifest

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from pipelines.store.home import Home
    from pipelines.trust import TrustConfig

ACADEMIES = """
    with
        batches as (
            select
                academy_id,
                coalesce(sum(rows_accepted) filter (where status = 'accepted'), 0) as rows,
                coalesce(sum(rows_rejected) filter (where status in ('accepted', 'held')), 0) as rejected,
                count(distinct batch_id) filter (where status = 'held') as held,
                count(distinct batch_id) filter (where status = 'rejected') as rejected_batches
            from dq.batch
            group by all
        ),
        missed as (
            select academies.academy_id, count(distinct days.session_date) as school_days_behind
            from core.dim_academy as academies
            inner join core.dim_school_day as days
                on
                    academies.academy_id = days.academy_id
                    and days.is_school_day
                    and days.session_date > academies.last_delivered_on
                    and days.session_date <= {as_of}
            group by all
        )
    select
        academies.academy_id,
        academies.academy_name,
        academies.mis,
        academies.last_good_load_at,
        academies.last_delivered_on,
        case when academies.last_delivered_on is not null then coalesce(missed.school_days_behind, 0) end as school_days_behind,
        academies.is_stale,
        cast(coalesce(batches.rows, 0) as bigint) as rows,
        cast(coalesce(batches.rejected, 0) as bigint) as rejected,
        coalesce(batches.held, 0) as held,
        coalesce(batches.rejected_batches, 0) as rejected_batches
    from core.dim_academy as academies
    left join batches using (academy_id)
    left join missed using (academy_id)
    order by academies.academy_id
"""
QUALITY = """
    select academy_id, principle, status, count(*) as checks
    from dq.check_result
    where checked_at = (select max(checked_at) from dq.check_result)
    group by all
    order by all
"""


@click.command("status", short_help="How each academy stands.")
@home_option
@json_option
def status_command(home_folder: Path | None, as_json: bool) -> int:
    """Per academy: MIS, last good load, freshness in school days, rows, rejected rows, held batches, quality by principle.

    \b
    Examples:
      matlas status
      matlas status --json
    """
    home = open_home(home_folder)
    trust = load_trust_of(home)
    found = read_status(home, trust)
    if as_json:
        print_json(found)
        return 0
    if found["published_at"] is None:
        console().print(FIRST_RUN.format(home=home.root))
    else:
        console().print(
            f"{trust.trust.name}: published {found['published_at']:%Y-%m-%d %H:%M} UTC, counted to {found['as_of']}.", markup=False
        )
    print_files(found["files"])
    _print_academies(found["academies"])
    if found["published_at"] is not None:
        print_quality(found["academies"])
    print_alerts(found["alerts"])
    print_waiting([Waiting(**each) for each in found["waiting"]])
    return 0


def read_status(home: "Home", trust: "TrustConfig") -> dict[str, Any]:
    """The status as one value: what `--json` prints."""
    if not home.published_file.exists():
        waiting = [vars(each) for each in what_waits(home, None)]
        return {
            "published_at": None,
            "as_of": None,
            "files": [],
            "academies": [_not_yet(each.id, each.name, each.mis) for each in trust.academies],
            "alerts": open_count(home),
            "waiting": waiting,
        }
    published_at, as_of = _last_published(home)
    with published(home) as connection:
        academies = academies_in(connection, as_of)
        waiting = [vars(each) for each in what_waits(home, connection)]
    known = {academy["academy_id"] for academy in academies}
    academies += [_not_yet(each.id, each.name, each.mis) for each in trust.academies if each.id not in known]
    return {
        "published_at": published_at,
        "as_of": as_of,
        "files": files_of(home),
        "academies": academies,
        "alerts": open_count(home),
        "waiting": waiting,
    }


def files_of(home: "Home") -> list[dict[str, Any]]:
    """The published files that stand: whose each is, and when it was made."""
    places = [home.published_file, *home.audience_files()]
    return [{"path": place, "audience": _audience(home, place), "made_at": _made_at(place)} for place in places]


def _audience(home: "Home", place: Path) -> str:
    inside = place.parent.relative_to(home.published).as_posix()
    return "trust" if inside == "." else inside.replace("/", " ")


def _made_at(place: Path) -> datetime:
    return datetime.fromtimestamp(place.stat().st_mtime, UTC)


def print_files(files: list[dict[str, Any]]) -> None:
    """Whose files stand: in one line, for there may be a hundred academies."""
    academies = sum(each["audience"].startswith("academy ") for each in files)
    named = [each["audience"] for each in files if not each["audience"].startswith("academy ")]
    if academies or len(named) > 1:
        of_academies = [f"{academies} {'academy' if academies == 1 else 'academies'}"] if academies else []
        console().print(f"Files for: {', '.join([*named, *of_academies])}.", markup=False)


def _last_published(home: "Home") -> tuple[Any, Any]:
    """When the published file was published and which date it counts to, from the manifest's runs."""
    with Manifest(home.manifest) as manifest:
        runs = [run for run in manifest.runs() if run.published_at is not None and run.as_at is None]
    return (runs[-1].published_at, runs[-1].as_of) if runs else (None, None)


def academies_in(connection: "duckdb.DuckDBPyConnection", as_of: "date | None") -> list[dict[str, Any]]:
    """Every academy of a published file: load, freshness, rows, what is held, and its checks by principle and status."""
    # Written into the text: DuckDB imports pandas to bind a parameter, and everybody who asks for the status would wait for it.
    day = f"date '{as_of:%Y-%m-%d}'" if as_of else "cast(null as date)"
    academies = records(connection, ACADEMIES.format(as_of=day))
    quality: dict[str, dict[str, dict[str, int]]] = {}
    for row in records(connection, QUALITY):
        quality.setdefault(row["academy_id"], {}).setdefault(row["principle"], {})[row["status"]] = row["checks"]
    return [{**academy, "quality": quality.get(academy["academy_id"], {})} for academy in academies]


def _not_yet(academy_id: str, name: str, mis: str) -> dict[str, Any]:
    return {
        "academy_id": academy_id,
        "academy_name": name,
        "mis": mis,
        "last_good_load_at": None,
        "last_delivered_on": None,
        "school_days_behind": None,
        "is_stale": None,
        "rows": 0,
        "rejected": 0,
        "held": 0,
        "rejected_batches": 0,
        "quality": {},
    }


def _print_academies(academies: list[dict[str, Any]]) -> None:
    print_table(
        None,
        ("academy", "MIS", "last good load", "attendance to", "school days behind", "rows", "rejected", "held"),
        [
            [
                academy["academy_id"],
                academy["mis"],
                f"{academy['last_good_load_at']:%Y-%m-%d %H:%M}" if academy["last_good_load_at"] else "never",
                academy["last_delivered_on"],
                f"{academy['school_days_behind']} (stale)" if academy["is_stale"] else academy["school_days_behind"],
                f"{academy['rows']:,}",
                f"{academy['rejected']:,}",
                academy["held"] + academy["rejected_batches"],
            ]
            for academy in academies
        ],
        numbers=(4, 5, 6, 7),
    )


def print_quality(academies: list[dict[str, Any]]) -> None:
    """Academies × principles: how many checks failed, of how many that applied; and how many could not be run, which is no pass."""
    principles = sorted({principle for academy in academies for principle in academy["quality"]})
    print_table(
        "Quality: checks that found something, of those that applied",
        ("academy", *(principle.replace("_", " ") for principle in principles)),
        [[academy["academy_id"], *(_found_of(academy["quality"].get(principle, {})) for principle in principles)] for academy in academies],
        numbers=range(1, len(principles) + 1),
    )


def _found_of(statuses: dict[str, int]) -> str:
    applied = statuses.get("pass", 0) + statuses.get("fail", 0)
    found = f"{statuses.get('fail', 0)} of {applied}" if applied else "–"
    besides = {"accepted": statuses.get("accepted", 0), "not run": statuses.get("not_run", 0)}
    return ", ".join([found, *(f"{number} {word}" for word, number in besides.items() if number)])


def print_alerts(alerts: dict[str, int]) -> None:
    """How many alerts are open, in one line."""
    if not alerts["open"]:
        return
    one = alerts["open"] == 1
    nobody = f", {alerts['raised']} of them taken up by nobody yet" if alerts["raised"] else ""
    console().print(f"{alerts['open']} {'alert is' if one else 'alerts are'} open{nobody}: `matlas alerts`.", markup=False)


def print_waiting(waiting: list[Waiting]) -> None:
    """What waits for a person, each with what to do next."""
    if not waiting:
        return
    console().print("[bold]Waiting for a person[/bold]")
    for each in waiting:
        console().print(f"  {each.academy_id or 'landing'}: {each.what}", markup=False)
        console().print(f"      {each.do}", markup=False)
