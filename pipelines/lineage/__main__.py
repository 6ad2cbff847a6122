"""`make lineage`: read the models and write expectations/lineage.csv and lineage_of.csv anew."""

from expectations.lineage import COLUMNS_FILE, write_lineage
from pipelines.lineage.project import project_columns


def main() -> None:
    """Write the lineage of today's models, and say how much it is."""
    columns = project_columns()
    write_lineage(columns)
    print(f"{COLUMNS_FILE.name}: {len(columns):,} lines. `git diff {COLUMNS_FILE.parent.name}` shows what has changed.")  # noqa: T201


if __name__ == "__main__":
    main()
