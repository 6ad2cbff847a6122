"""`python -m bench.peers.dlt_dbt HOME OUT_DIR`: with any interpreter; it goes on in .venv-bench, where dlt is.

Not here: what is loaded and how (load.py), what is made of it (project/).
"""

import importlib.util
import json
import os
import sys
from pathlib import Path

from bench.peers.command import peer
from bench.peers.home import Home

PROJECT = Path(__file__).with_name("project")
PYTHON = Path(__file__).parents[3] / ".venv-bench" / "bin" / "python"
QUIET = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
}


def run(home: Home, out: Path) -> None:
    """Leave pipeline.duckdb (what dlt loaded, what dbt made of it) and answers.parquet in `out`."""
    os.environ.update(QUIET)
    from bench.peers.dlt_dbt.load import load

    load(home, out)
    _build(home, out)


def _build(home: Home, out: Path) -> None:
    from dbt.cli.main import dbtRunner

    os.environ |= {"PEER_DATABASE": str(out / "pipeline.duckdb"), "PEER_ANSWERS": str(out / "answers.parquet")}
    shapes = [shape for shape, files in home.files.items() if files and shape != "wonde_code"]
    variables = json.dumps({"shapes": shapes, "as_of": str(home.as_of)})
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(out / "target"), "--log-path", str(out)]
    done = dbtRunner().invoke(["--quiet", "run", *folders, "--vars", variables])
    if not done.success:
        raise SystemExit(f"dbt did not succeed: its log is {out / 'dbt.log'}.")


def _in_its_own_environment() -> None:
    """Go on in .venv-bench, if this is not it."""
    if importlib.util.find_spec("dlt"):
        return
    if not PYTHON.exists():
        raise SystemExit("The dlt + dbt peer has an environment of its own, which is not there yet. Type: make .venv-bench/.installed")
    os.execv(PYTHON, [str(PYTHON), "-m", "bench.peers.dlt_dbt", *sys.argv[1:]])  # noqa: S606


if __name__ == "__main__":
    _in_its_own_environment()
    peer("dlt_dbt", run)
