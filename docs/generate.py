"""Write docs/reference from what the product itself says: models, seeds, checks, profiles, commands.

Here: turning descriptions into pages. Not here: any description; it stands where the thing is defined, and a wrong page is mended there.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import yaml

from expectations.catalogue import CHECKS
from pipelines.benchmarks import FigureFile, SchoolFile, known_files
from pipelines.cli import COMMANDS, matlas

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
PUBLISHED = ("marts", "core", "ref")
Table = tuple[str, str, dict[str, Any]]


def main() -> None:
    """Write every page of the reference."""
    REFERENCE.mkdir(exist_ok=True)
    for name, text in {
        "tables.md": tables_page(),
        "measures.md": measures_page(),
        "checks.md": checks_page(),
        "sources.md": sources_page(),
        "official-files.md": official_files_page(),
        "commands.md": commands_page(),
    }.items():
        (REFERENCE / name).write_text(text, encoding="utf-8")


def cell(text: Any) -> str:
    """A text as it may stand in a Markdown table."""
    return " ".join(str(text or "").split()).replace("|", "\\|")


def table(headings: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table."""
    headings = list(headings)
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def described_models() -> list[Table]:
    """Every published model and seed: its schema, its name there, and what its YAML says."""
    found: list[Table] = []
    for path in sorted([*(ROOT / "models").rglob("*.yml"), *(ROOT / "dbt_project" / "seeds").rglob("*.yml")]):
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for one in [*content.get("models", []), *content.get("seeds", [])]:
            if "database" in one.get("config", {}):
                continue  # a seed that stays in the build database
            own_schema = one.get("config", {}).get("schema")
            schema = own_schema or ("ref" if one["name"].startswith("ref_") else path.parent.relative_to(ROOT / "models").parts[0])
            alias = one.get("config", {}).get("alias", one["name"].removeprefix("ref_"))
            found.append((schema, alias, one))
    return [one for schema in PUBLISHED for one in found if one[0] == schema]


def tables_page() -> str:
    """The published tables and their columns."""
    parts = [
        "# Tables and columns\n",
        "What `published/matlas.duckdb` holds. The same words are comments in the database itself: your BI tool shows them.\n",
    ]
    for schema, name, model in described_models():
        parts.append(f"## {schema}.{name}\n\n{model.get('description', '').strip()}\n")
        parts.append(
            table(
                ("column", "type", "privacy", "what it is"),
                (
                    (f"`{column['name']}`", column.get("data_type", ""), privacy_of(column), column.get("description", ""))
                    for column in model.get("columns", [])
                ),
            )
        )
    return "\n".join(parts)


def privacy_of(column: dict[str, Any]) -> str:
    """The privacy class of a column, where its YAML gives one."""
    meta = column.get("config", {}).get("meta", {}) or column.get("meta", {})
    return str(meta.get("privacy", ""))


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV of ours."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def measures_page() -> str:
    """Every measure by domain: its definition in plain words, numerator, denominator."""
    measures = rows_of(ROOT / "dbt_project" / "seeds" / "ref_measure.csv")
    parts = ["# Measures\n", "Each is defined once. Percentages are 0–100 and unrounded; trust and group values are sums over sums.\n"]
    for domain in dict.fromkeys(row["domain"] for row in measures):
        parts.append(f"## {domain.replace('_', ' ').capitalize()}\n")
        for row in (row for row in measures if row["domain"] == domain):
            parts.append(f"### {row['measure_name']} {{#{row['measure_id']}}}\n\n`{row['measure_id']}`\n\n{row['definition']}\n")
            parts.append(f"*Why we value it.* {row['why_we_value_it']}\n")
            facts = ("numerator", "denominator", "unit", "direction", "kind", "periods", "official_definition")
            parts.append(table(("", ""), ((name.replace("_", " "), row[name]) for name in facts if row[name])))
    return "\n".join(parts)


def checks_page() -> str:
    """Every check: what it is, when it matters, how to put it right."""
    parts = [
        "# Checks\n",
        "What Great Expectations asks of the data. Results are in `dq.check_result`; what to do about them is in `dq.work_list`.\n",
    ]
    for principle in dict.fromkeys(check.principle for check in CHECKS):
        parts.append(f"## {principle.replace('_', ' ').capitalize()}\n")
        for check in (check for check in CHECKS if check.principle == principle):
            when = "before a batch is let in" if check.at == "landing" else "on the built tables"
            parts.append(f"### {check.id}\n\n**{check.severity.value}** · {when}\n")
            parts.append(f"*What is it?* {check.what}\n\n*When does it matter?* {check.when}\n\n*How to put it right.* {check.how}\n")
            if check.hold_over_pct is not None:
                parts.append(f"Over {check.hold_over_pct} % of a batch, the batch is held.\n")
    return "\n".join(parts)


def sources_page() -> str:
    """The contract's entities and columns, and what each MIS calls them."""
    contract = rows_of(ROOT / "pipelines" / "sources" / "contract.csv")
    profiles = {
        path.parent.name: rows_of(path.parent / "columns.csv") for path in sorted((ROOT / "pipelines" / "sources").glob("*/profile.yml"))
    }
    parts = ["# Files and columns read\n", "The contract of the raw layer. `!` is required, `key` belongs to the natural key.\n"]
    for entity in dict.fromkeys(row["entity"] for row in contract):
        parts.append(f"## {entity}\n")
        parts.append(
            table(
                ("column", "kind", "what it is", *(name for name in profiles)),
                (
                    (
                        f"`{row['column']}`{'!' if row['required'] else ''}{' key' if row['key_position'] else ''}",
                        row["kind"],
                        row["description"],
                        *(", ".join(theirs(columns, entity, row["column"])) for columns in profiles.values()),
                    )
                    for row in contract
                    if row["entity"] == entity
                ),
            )
        )
    return "\n".join(parts)


def theirs(columns: list[dict[str, str]], entity: str, contract_column: str) -> list[str]:
    """What an MIS calls a column of the contract, with its table; empty where it does not deliver it."""
    return [
        f"{row['table']}: {row['column'] or row.get('rule', '')}"
        for row in columns
        if row["entity"] == entity and row["contract_column"] == contract_column
    ]


def official_files_page() -> str:
    """The official files that `matlas benchmarks load` knows, the columns it reads of each, and what the series are."""
    series = rows_of(ROOT / "dbt_project" / "seeds" / "ref_benchmark_series.csv")
    parts = [
        "# Official files\n",
        "What `matlas benchmarks load` knows by its header. Capitals do not matter; `|` stands between two spellings.\n",
    ]
    parts += ["## Series\n", table(("series", "what it is"), ((f"`{row['series']}`", row["meaning"]) for row in series))]
    for known in known_files():
        parts.append(f"## {known.title}\n\nWhere the columns are known from: {known.known_from}\n")
        if isinstance(known, FigureFile):
            read = ((f"`{one.column}`", one.of, f"`{one.measure}`", one.reason) for one in known.figures)
            parts += [f"Series: `{known.series}`.\n", table(("column", "subject", "measure", "attendance code"), read)]
        elif isinstance(known, SchoolFile):
            about = [(f"`{column}`", f"`{name}`", "") for name, column in [*known.about.items(), *known.characteristics.items()]]
            years = {0: "the file's year", 1: "the year before", 2: "two years before", -1: "the year after"}
            figures = [(f"`{column}`", f"`{one.measure}`", years[one.years_back]) for column, one in known.figures.items()]
            parts.append(table(("column", "kept as", "of"), [*about, *figures]))
        else:
            parts.append(table(("column", "kept as"), ((f"`{one.column}`", f"`{name}`") for name, one in known.columns.items())))
    return "\n".join(parts)


def commands_page() -> str:
    """The help of every command, as the command line prints it."""
    parts = ["# Commands\n"]
    with click.Context(matlas, info_name="matlas") as context:
        for name in COMMANDS:
            command = matlas.get_command(context, name)
            if command is not None:
                own = click.Context(command, info_name=name, parent=context)
                parts.append(f"## matlas {name}\n\n```\n{command.get_help(own)}\n```\n")
                for below, one in getattr(command, "commands", {}).items():
                    parts.append(
                        f"### matlas {name} {below}\n\n```\n{one.get_help(click.Context(one, info_name=below, parent=own))}\n```\n"
                    )
    return "\n".join(parts)


if __name__ == "__main__":
    main()
