"""A small published file made by hand for exports, and reading what an export wrote.

Here: a trust of three academies whose figures a test adds one by one. Not here: the rules of the format (dfe_format.py).
"""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.cli import run
from pipelines.store.home import Home

TRUST_YML = """\
trust: {name: Small Trust, group_uid: "99001"}
privacy: {suppress_below: 6}
academies:
  - {id: ashby, urn: 900001, laestab: "9081001", name: Ashby Academy, phase: primary, mis: matlas}
  - {id: birch, urn: 900002, laestab: "930/1002", name: Birch Primary, phase: primary, mis: matlas}
  - {id: croft, urn: 900003, name: Croft School, phase: secondary, mis: matlas}
"""
ACADEMIES = [
    ("ashby", "Ashby Academy", 900001, "9081001"),
    ("birch", "Birch Primary", 900002, "930/1002"),
    ("croft", "Croft School", 900003, None),
]
PHASES = {"ashby": "primary", "birch": "primary", "croft": "secondary", "dale": "primary"}
MEASURES = [
    ("attendance_rate", "Attendance", "attendance", "attending sessions", "possible sessions", "%"),
    ("absence_rate", "Absence", "attendance", "absent sessions", "possible sessions", "%"),
    ("authorised_absence_rate", "Authorised absence", "attendance", "authorised absent sessions", "possible sessions", "%"),
    ("unauthorised_absence_rate", "Unauthorised absence", "attendance", "unauthorised absent sessions", "possible sessions", "%"),
    ("absence_by_reason", "Absence by reason", "attendance", "absent sessions with the code", "possible sessions", "%"),
    ("suspension_rate", "Suspensions", "inclusion", "suspensions", "pupils on roll in January", "per 100 pupils"),
    ("pupils_suspended_pct", "Pupils suspended", "inclusion", "pupils suspended", "pupils on roll in January", "%"),
    ("roll", "Pupils on roll", "context", "pupils on roll", "1", "pupils"),
    ("fsm_pct", "Free school meals", "context", "pupils with free school meals", "pupils on roll", "%"),
    ("sen_support_pct", "SEN support", "context", "pupils on roll with SEN support", "pupils on roll", "%"),
    ("progress8", "Progress 8", "achievement", "scores", "pupils with key stage 2 results", "grades"),
]
ETHNICITIES = [("WBRI", "White British", "WBRI", "white"), ("WIRI", "White Irish", "WIRI", "white"), ("AIND", "Indian", "AIND", "asian")]
CODES = [
    ("I", "Illness", "authorised_absence"),
    ("M", "Medical or dental appointment", "authorised_absence"),
    ("G", "Holiday not granted", "unauthorised_absence"),
]


def published_home(root: Path, *rows: dict[str, Any], trust_yml: str = TRUST_YML, academies: list[tuple[Any, ...]] = ACADEMIES) -> Home:
    """A home whose published file holds these figures."""
    home = Home(root)
    home.published.mkdir(parents=True)
    home.trust_file.write_text(trust_yml, encoding="utf-8")
    with duckdb.connect(str(home.published_file)) as file:
        file.execute("create schema marts; create schema ref; create schema core")
        file.execute(
            "create table marts.measure_value (level text, academy_id text, phase text, time_period int, period_type text, "
            "period_end date, breakdown_topic text, breakdown text, measure_id text, numerator double, denominator double, "
            "numerator_people bigint, "
            "denominator_people bigint, value double, value_status text)"
        )
        file.execute(
            "create table ref.measure (measure_id text, measure_name text, domain text, definition text, numerator text, "
            "denominator text, unit text)"
        )
        file.execute("create table core.dim_academy (academy_id text, academy_name text, urn int, laestab text)")
        file.execute("create table ref.ethnicity (ethnicity_code text, ethnicity_name text, main_code text, ethnicity_group text)")
        file.execute("create table ref.attendance_code (mark_code text, attendance_code_name text, statistical_class text)")
        for measure_id, name, domain, numerator, denominator, unit in MEASURES:
            file.execute(
                "insert into ref.measure values (?, ?, ?, ?, ?, ?, ?)",
                [measure_id, name, domain, f"What {name} means.", numerator, denominator, unit],
            )
        file.executemany("insert into core.dim_academy values (?, ?, ?, ?)", academies)
        file.executemany("insert into ref.ethnicity values (?, ?, ?, ?)", ETHNICITIES)
        file.executemany("insert into ref.attendance_code values (?, ?, ?)", CODES)
        for row in rows:
            file.execute(f"insert into marts.measure_value ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values()))
    return home


def figure(
    academy_id: str,
    measure_id: str,
    numerator: float,
    denominator: float,
    group: tuple[str, str] = ("all", "all"),
    people: tuple[int, int] | None = None,
    time_period: int = 202425,
    **given: Any,
) -> dict[str, Any]:
    """One row of marts.measure_value; `trust`, or `trust primary` for one phase of it; people as many as are counted unless said."""
    name, _, phase = academy_id.partition(" ")
    is_trust = name == "trust"
    numerator_people, denominator_people = people or (int(numerator), int(denominator))
    factor = {"roll": 1, "progress8": 1}.get(measure_id, 100)
    return {
        "level": "trust" if is_trust else "academy",
        "academy_id": name,
        "phase": (phase or "all") if is_trust else PHASES[name],
        "time_period": time_period,
        "period_type": "year_to_date",
        "period_end": date(2025, 7, 31) if time_period == 202425 else date(2026, 1, 16),
        "breakdown_topic": group[0],
        "breakdown": group[1],
        "measure_id": measure_id,
        "numerator": numerator,
        "denominator": denominator,
        "numerator_people": numerator_people,
        "denominator_people": denominator_people,
        "value": factor * numerator / denominator,
        "value_status": "ok",
        **given,
    }


def roll(academy_id: str, pupils: int, group: tuple[str, str] = ("all", "all"), **given: Any) -> dict[str, Any]:
    """A number of pupils."""
    return figure(academy_id, "roll", pupils, 1, group, (pupils, pupils), **given)


def a_trust() -> list[dict[str, Any]]:
    """Two years of three academies; nothing small."""
    rows = []
    for time_period in (202425, 202526):
        for academy, possible, attending, pupils in (
            ("ashby", 4000.0, 3700.0, 40),
            ("birch", 6000.0, 5400.0, 60),
            ("croft", 8000.0, 7000.0, 80),
            ("trust primary", 10000.0, 9100.0, 100),
            ("trust secondary", 8000.0, 7000.0, 80),
            ("trust", 18000.0, 16100.0, 180),
        ):
            for group in (("all", "all"), ("sex", "F"), ("sex", "M")):
                part = 1 if group[0] == "all" else 2
                people, of = (pupils // part, pupils // part), possible / part
                rows += [
                    figure(academy, "attendance_rate", attending / part, of, group, people, time_period),
                    figure(academy, "absence_rate", (possible - attending) / part, of, group, people, time_period),
                ]
                rows.append(roll(academy, pupils // part, group, time_period=time_period))
            for code, share in (("I", 0.5), ("G", 0.5)):
                rows.append(
                    figure(
                        academy,
                        "absence_by_reason",
                        (possible - attending) * share,
                        possible,
                        ("reason", code),
                        (pupils, pupils),
                        time_period,
                    )
                )
            rows.append(figure(academy, "progress8", 0, 0.5, time_period=time_period, value=None, value_status="z"))
            rows.append(figure(academy, "suspension_rate", 0, pupils, time_period=time_period, value=None, value_status="x"))
    return rows


def export(home: Home, *options: str) -> int:
    """Run the command, into the home's own folder unless said."""
    return run(["export", *options, "--home", str(home.root)])


def rows_of(home: Home, name: str) -> list[dict[str, str]]:
    """The rows of a file in the home's own export folder."""
    with (home.root / "export" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cells(home: Home, name: str, column: str, *keys: str) -> dict[tuple[str, ...], str]:
    """One column of a file by the columns `keys`."""
    return {tuple(row[key] for key in keys): row[column] for row in rows_of(home, name)}


def data_files(folder: Path) -> list[Path]:
    """The data files of an export, without their metadata."""
    return sorted(each for each in folder.glob("*.csv") if not each.name.endswith(".meta.csv"))
