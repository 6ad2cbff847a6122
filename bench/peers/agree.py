"""Whether a peer's answers are Matlas's: `python -m bench.peers.agree PUBLISHED_FILE ANSWERS…` raises with the first that are not.

Here: what is compared and how. Not here: the measures themselves; ours are counted from the published facts by agree.sql (README.md says
why from those), the peers' are what they wrote.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import duckdb

SQL = Path(__file__).with_suffix(".sql")
SHOWN = 10


class DisagreementError(Exception):
    """A peer's figure is not ours: whose is wrong must be found before their speeds are compared."""


@dataclass(frozen=True)
class Agreed:
    """How many figures were compared, each to the unit."""

    figures: int
    """Counted from the published facts."""
    published: int
    """Those of them that stand as they are in marts.measure_value."""


def agree(published_file: Path, answers: Path) -> Agreed:
    """Compare the answers with what Matlas published from the same landing files. Raises DisagreementError with the first differences."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{str(published_file).replace(chr(39), chr(39) * 2)}' as ours (read_only)")
        connection.execute("set variable answers = ?", [str(answers)])
        connection.execute(SQL.read_text(encoding="utf-8"))
        different = connection.execute("select * from difference order by all").fetchall()
        agreed = Agreed(_rows(connection, "figure"), _rows(connection, "published"))
    if not agreed.figures:
        raise DisagreementError(f"{published_file} holds no mark, so there is nothing to compare {answers} with.")
    if different:
        first = [_difference(*one) for one in different[:SHOWN]]
        raise DisagreementError(
            "\n".join([f"{answers}: {len(different)} figures of {agreed.figures} are not Matlas's ({published_file}). The first:", *first])
        )
    return agreed


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    (rows,) = connection.execute(f"select count(*) from {table}").fetchall()[0]
    return int(rows)


def _difference(academy_id: str, measure_id: str, period_type: str, period_start: object, *figures: float | None) -> str:
    theirs, ours = _said(*figures[:2]), _said(*figures[2:])
    return f"  {academy_id}, {measure_id}, {period_type} from {period_start}: the peer says {theirs}, Matlas {ours}"


def _said(numerator: float | None, denominator: float | None) -> str:
    return "nothing" if numerator is None or denominator is None else f"{numerator:.0f} of {denominator:.0f}"


def main() -> None:
    """Compare each of the answers named."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers.agree")
    parser.add_argument("published", type=Path, metavar="PUBLISHED_FILE", help="published/matlas.duckdb of the same landing files")
    parser.add_argument("answers", type=Path, nargs="+", metavar="ANSWERS", help="answers.parquet of a peer")
    chosen = parser.parse_args()
    for answers in chosen.answers:
        agreed = agree(chosen.published, answers)
        print(f"{answers}: {agreed.figures} figures agree, {agreed.published} of them with marts.measure_value itself")


if __name__ == "__main__":
    main()
