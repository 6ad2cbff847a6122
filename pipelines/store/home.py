"""Where everything of a trust home lies, and how a command finds its home.

Here: paths only. Not here: what is in them, nor trust.yml itself (pipelines/trust.py). Nothing here creates a folder but `prepare`.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PROJECT_ROOT = Path(__file__).parents[2]
TRUST_FILE = "trust.yml"
OF_PEOPLE = 0o750
"""The mode of a new folder that holds names of children: its owner and group only."""


class HomeNotFoundError(Exception):
    """No trust home where one was expected; the message says what to do."""


@dataclass(frozen=True)
class Home:
    """The paths of one trust home (contract: trust.yml, landing, store, published)."""

    root: Path

    @property
    def trust_file(self) -> Path:
        """The only file that a person edits."""
        return self.root / TRUST_FILE

    @property
    def landing_root(self) -> Path:
        """The folder that holds one folder per academy."""
        return self.root / "landing"

    def landing(self, academy_id: str) -> Path:
        """The folder in which an academy's deliveries arrive. Never written by Matlas."""
        return self.landing_root / academy_id

    @property
    def store(self) -> Path:
        """Matlas's own folder."""
        return self.root / "store"

    @property
    def raw(self) -> Path:
        """The raw layer: immutable Parquet, named by content."""
        return self.store / "raw"

    @property
    def manifest(self) -> Path:
        """The SQLite file that knows every delivery, reading, decision and run."""
        return self.store / "manifest.sqlite"

    @property
    def pseudonym_key(self) -> Path:
        """The key of pseudonyms, where the environment gives none."""
        return self.store / "pseudonym.key"

    @property
    def build(self) -> Path:
        """The folder of the private build."""
        return self.store / "build"

    @property
    def build_database(self) -> Path:
        """The private database that dbt reads and writes."""
        return self.build / "build.duckdb"

    @property
    def audience_candidates(self) -> Path:
        """The folder of the other audiences' files while they are made."""
        return self.build / "audiences"

    @property
    def candidate(self) -> Path:
        """The file that becomes the published one if it passes the audit."""
        return self.build / "matlas.duckdb"

    @property
    def swap_list(self) -> Path:
        """The renames of a swap that was begun; the file goes when all of them are made."""
        return self.build / "swap.json"

    @property
    def dagster(self) -> Path:
        """The Dagster instance: run history and schedules."""
        return self.store / "dagster"

    @property
    def logs(self) -> Path:
        """The folder of logs."""
        return self.store / "logs"

    @property
    def temporary(self) -> Path:
        """Files being written; whatever is left of them is removed by the next run."""
        return self.store / "tmp"

    @property
    def lock(self) -> Path:
        """The file whose lock a run holds."""
        return self.store / "lock"

    @property
    def published(self) -> Path:
        """The folder that readers open."""
        return self.root / "published"

    @property
    def published_file(self) -> Path:
        """The warehouse of the trust audience."""
        return self.published / "matlas.duckdb"

    def audience_file(self, audience: str, academy_id: str | None = None) -> Path:
        """The published file of another audience; `academy_id` where each academy has its own."""
        folder = self.published / audience
        return (folder / academy_id if academy_id else folder) / self.published_file.name

    def audience_files(self) -> list[Path]:
        """The files of other audiences that stand in the published folder, whoever may still have one."""
        found = (self.published.glob(f"{place}/{self.published_file.name}") for place in ("analyst", "governor", "academy/*"))
        return sorted(file for files in found for file in files)

    @property
    def quality_report(self) -> Path:
        """The quality of the published warehouse, as one page to read."""
        return self.published / "quality.html"

    @property
    def steering_page(self) -> Path:
        """The map of alignment and autonomy and the open alerts, as one page to read."""
        return self.published / "steering.html"

    @property
    def previous(self) -> Path:
        """The last few published files."""
        return self.store / "previous"

    def as_at_file(self, moment: datetime) -> Path:
        """The file of the warehouse as it was known at `moment`."""
        return self.published / "as_at" / f"matlas_{moment.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.duckdb"

    def prepare(self) -> None:
        """Create the folders that a run writes to."""
        for folder in (self.store, self.published):
            folder.mkdir(parents=True, exist_ok=True, mode=OF_PEOPLE)
        for folder in (self.raw, self.build, self.logs, self.temporary):
            folder.mkdir(exist_ok=True)


def find_home(option: Path | None = None) -> Home:
    """Return the home that `--home` names, else `$MATLAS_HOME`, else the nearest folder upwards that holds a trust.yml."""
    named = option or (Path(os.environ["MATLAS_HOME"]) if os.environ.get("MATLAS_HOME") else None)
    if named is not None:
        root = named.expanduser().resolve()
        if not (root / TRUST_FILE).is_file():
            raise HomeNotFoundError(f"{root} holds no {TRUST_FILE}. Make a trust home there with: matlas init {root}")
        return Home(root)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / TRUST_FILE).is_file():
            return Home(folder)
    raise HomeNotFoundError(
        f"No {TRUST_FILE} in {here} or any folder above it. Go to your trust home, or name it with --home DIR or MATLAS_HOME; "
        "`matlas init DIR` makes a new one."
    )
