"""Is there room for tonight's build? Asked before the work starts: a full disk at three in the morning helps nobody.

Here: an honest guess of what a run needs, and the sentence when it is not there. Not here: clearing space, which is a person's decision.
"""

import shutil
from pathlib import Path

from pipelines.store.home import Home

SMALLEST = 200 * 1024**2
"""A night on a small trust needs less; below this, logs and temporary files alone may fill the disk."""


class DiskFullError(Exception):
    """There is not enough room for a run; the message says how much is needed and where."""


def needed_bytes(home: Home) -> int:
    """What a run may need: the published files and the build once more each, or all deliveries when none was built yet."""
    if home.published_file.exists():
        others = sum(file.stat().st_size for file in home.audience_files())
        return max(SMALLEST, 4 * home.published_file.stat().st_size + others)
    return max(SMALLEST, _bytes_below(home.root / "landing"))


def check_space(home: Home) -> None:
    """Raise `DiskFullError` when the disk of the home has less room than a run may need."""
    free = shutil.disk_usage(home.root).free
    needed = needed_bytes(home)
    if free < needed:
        raise DiskFullError(
            f"The disk of {home.root} has {free / 1024**3:.1f} GiB free and tonight's build may need {needed / 1024**3:.1f} GiB. "
            "Make room (old files of store/previous and published/as_at may go), then run again."
        )


def _bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.exists() else 0
