"""`python -m bench`: measure what was asked for, write the results.

Here: the command line. Not here: any measuring (series.py) or figure (figures.py).
"""

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import FIGURES, steps_of, table
from bench.machine import PROJECT, commit, machine, peers_versions
from bench.measuring import FailedError
from bench.records import OtherBenchError, Records, Step
from bench.results import Circumstances, page, write
from bench.series import Bench, run_all
from bench.trusts import work_folder

PEERS_PYTHON = PROJECT / ".venv-bench" / "bin" / "python"
RESULTS = Path(__file__).parent
QUICK_LEAVES_OUT = "L"


def main() -> int:
    """Run the bench. 0 when every figure measured meets its target, 3 when one does not, 1 when something could not be measured at all."""
    asked = _arguments()
    work = work_folder()
    work.mkdir(parents=True, exist_ok=True)
    results = work / "quick" if asked.quick else RESULTS
    figures = asked.only or list(FIGURES)
    wanted = steps_of(figures)
    if asked.trust:
        wanted = {step for step in wanted if step.trust == asked.trust}
    if asked.quick:
        wanted = {step for step in wanted if step.trust != QUICK_LEAVES_OUT}
    peers = asked.peers_python if asked.peers_python.exists() else None
    if peers is None:
        _say(f"No {asked.peers_python}: the peers that need libraries of their own are left out. `make bench` makes it.")
    about = Circumstances(
        day=datetime.now(UTC).date(),
        commit=commit(),
        runs=1 if asked.quick else asked.runs,
        is_quick=asked.quick,
        machine=machine(work),
        peers=peers_versions(peers) if peers else {},
    )
    try:
        records = Records(work / f"measured{'_quick' if asked.quick else ''}.jsonl", {"commit": about.commit}, is_resumed=asked.resume)
        run_all(Bench(work, records, _with_starts(wanted), peers, _say, asked.quick), about.runs)
    except (OtherBenchError, FailedError) as error:
        _say(str(error))
        return 1
    lines = table(records)
    write(results, lines, records, about)
    print(page(lines, records, about).partition("## ")[0])
    return 0 if all(line.is_met is not False for line in lines) else 3


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Matlas beside its targets (bench/README.md).")
    parser.add_argument("--only", nargs="+", choices=list(FIGURES), metavar="FIGURE", help=f"these figures alone: {', '.join(FIGURES)}")
    parser.add_argument("--trust", choices=("S", "M", "L"), help="what is measured on this trust alone")
    parser.add_argument("--runs", type=int, default=5, help="runs of each series (default 5)")
    parser.add_argument("--quick", action="store_true", help="S in place of M, no L, one run: does the harness work?")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted bench of this commit")
    parser.add_argument("--peers-python", type=Path, default=PEERS_PYTHON, help="the interpreter that has what the peers need")
    return parser.parse_args()


def _with_starts(wanted: set[Step]) -> set[Step]:
    """Where the night with nothing new is measured, so is what each of its tools needs to start."""
    if Step("S", "start_job") not in wanted:
        return wanted
    names = ("python", "libraries", "dagster", "dbt", "great_expectations", "manifest")
    return wanted | {Step("S", f"start_{name}") for name in names}


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
