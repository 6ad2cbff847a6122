"""What is kept beside the deliveries only because making it again takes time: it goes whole when somebody is erased.

Here: which files those are. Not here: the raw layer, from which people are taken out row by row (ingest/forgetting.py), and the published
file, which the night replaces. Everything here is a function of the raw layer, so nothing is lost but the time.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from pipelines.store.home import Home


def remove_copies(home: Home) -> None:
    """Remove the kept build, the caches of the checks, earlier published files and those of past moments, and the quality report.

    Readers who have one of them open keep it until they close it.
    """
    for path in list(_copies(home)):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def remove_previous(home: Home) -> None:
    """Remove the earlier published files: publishing keeps the one that it replaces."""
    for path in list(_inside(home.previous)):
        path.unlink(missing_ok=True)


def _copies(home: Home) -> Iterator[Path]:
    yield from _inside(home.build)
    yield from _inside(home.store / "quality")
    yield from _inside(home.previous)
    yield from _inside(home.published / "as_at")
    yield home.quality_report
    yield home.steering_page


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
