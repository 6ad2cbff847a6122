"""One night of Matlas, measured: the public command, in a process of its own, with its stages.

Here: how the command is called and which of the job's stages belong to which stage of a night. Not here: which nights (series.py).
"""

import re
import sys
from datetime import date
from pathlib import Path

from bench.measuring import Measured, measured

MATLAS = Path(sys.executable).with_name("matlas")
PUBLISHED = (0, 3)
"""Exit codes of a night that published: all is well, or something waits for a person."""
LIMIT = "1GiB"
ENDED = re.compile(r"^\s*✓ (?P<stage>.+) \(\d+\.\d s\)$")
STAGES = {
    "Starting": "start-up",
    "Reading deliveries": "ingest",
    "Judging deliveries": "ingest",
    "Preparing the build": "build",
    "Building tables": "build",
    "Building what has changed": "build",
    "Nothing new: the last night's tables stand": "build",
    "Checking quality": "check",
    "Looking for alerts": "alerts",
    "Drawing the map": "alerts",
    "Publishing": "publish",
    "Keeping alerts and telling readers": "alerts",
    "Writing the page of the map": "report and end",
    "Writing the quality report": "report and end",
}
"""What the command says when a stage has ended, and the stage of a night that it belongs to."""


def night(home: Path, as_of: date, memory_limit: str | None = None) -> Measured:
    """`matlas run` in this home."""
    command = [str(MATLAS), "run", "--home", str(home), "--as-of", str(as_of)]
    limits = {"MATLAS_MEMORY_LIMIT": memory_limit} if memory_limit else {}
    return measured(command, limits, stage_of=ended_stage, good=PUBLISHED)


def ended_stage(line: str) -> str | None:
    """The stage of a night that this line on standard error ends."""
    found = ENDED.match(line.rstrip())
    return STAGES.get(found["stage"], found["stage"]) if found else None
