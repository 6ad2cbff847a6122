"""How a command ends when something went wrong: which exit code, and where the technical record goes.

Not here: what may stand in such a record (pipelines/job/scrub.py).
"""

from datetime import UTC, datetime
from pathlib import Path

from pipelines.commands.shared import NOT_PUBLISHED, WRONG_USAGE
from pipelines.job.scrub import scrubbed_traceback

CONFIGURATION = ("TrustConfigError", "HomeNotFoundError")


def exit_code_of(error: BaseException) -> int:
    """2 for what is wrong in usage or configuration, else what the error says, else 1."""
    given = getattr(error, "exit_code", None)
    if isinstance(given, int):
        return given
    return WRONG_USAGE if type(error).__name__ in CONFIGURATION else NOT_PUBLISHED


def write_crash(error: BaseException, home_folder: Path | None) -> Path:
    """Write the scrubbed record into the home's logs (the temporary folder when there is no home) and say where."""
    from tempfile import gettempdir

    from pipelines.store.home import find_home

    try:
        folder = find_home(home_folder).logs
        folder.mkdir(parents=True, exist_ok=True)
    except Exception:
        folder = Path(gettempdir())
    record = folder / f"crash_{datetime.now(UTC):%Y%m%dT%H%M%S}.log"
    record.write_text(scrubbed_traceback(error) + "\n", encoding="utf-8")
    return record
