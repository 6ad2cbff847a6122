"""The file of each audience besides the trust's own: which there are, and which of them tonight must be made anew.

Here: that, and making them beside their places. Not here: what stands in them (shown_tables.py), nor putting them in place (swapping.py).
"""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from expectations import audiences as audiences_rules
from expectations.dq_schema import PUBLICATION
from expectations.lineage import COLUMNS_FILE
from expectations.steering_schema import STEERING
from pipelines import access, suppression
from pipelines.access import Shown, shown_to
from pipelines.publish.disguised import Disguises
from pipelines.publish.shown_tables import SOURCE, Copying, is_of_everybody
from pipelines.publish.swapping import Move, known_files
from pipelines.store.home import Home
from pipelines.store.machine import Machine
from pipelines.store.pseudonyms import key_name, pseudonym_key
from pipelines.store.records import RunRequest
from pipelines.suppression import HIDES, SmallNumbers
from pipelines.trust import Academy, TrustConfig

TARGET = "readers"
FIGURES = "figures"
ATTACHED = "(storage_version 'v1.0.0')"
"""Every reader's driver opens files of this version."""
WITH_A_FILE = ("analyst", "governor", "academy")


@dataclass(frozen=True)
class AudienceFile:
    """One published file beside the trust's: whose it is, and where."""

    audience: str
    academy_id: str | None
    place: Path


@dataclass(frozen=True)
class Tonight:
    """Tonight's files: those to put in place, those to take away, and what all that then stand were made of."""

    moves: tuple[Move, ...]
    gone: tuple[Path, ...]
    made_of: dict[str, object]

    @property
    def changes_nothing(self) -> bool:
        """Whether every audience's file stands as it should."""
        return not self.moves and not self.gone


NOTHING = Tonight((), (), {})


def files_of(home: Home, trust: TrustConfig, as_of: date) -> list[AudienceFile]:
    """The files that trust.yml grants. An academy that is not in the trust on the day has none."""
    granted = [each for each in WITH_A_FILE if each in trust.access.audiences]
    of_all = [AudienceFile(each, None, home.audience_file(each)) for each in granted if each != "academy"]
    academies = [each.id for each in trust.academies if "academy" in granted and _is_in_the_trust(each, as_of)]
    return of_all + [AudienceFile("academy", each, home.audience_file("academy", each)) for each in academies]


def make_files(home: Home, trust: TrustConfig, request: RunRequest, tables_of: str | None, published_at: datetime) -> Tonight:
    """Make the files that are not what they should be, from the candidate that has passed its audit.

    `tables_of` is a name for all that the candidate's tables were made of; without one every file is made anew.
    """
    files = files_of(home, trust, request.as_of)
    wanted = {_named(home, each.place): each for each in files}
    gone = tuple(place for place in home.audience_files() if _named(home, place) not in wanted)
    shutil.rmtree(home.audience_candidates, ignore_errors=True)
    if not files:
        return Tonight((), gone, {})
    making = _Making(home, trust, request, published_at, SmallNumbers(trust.privacy.suppress_below))
    with duckdb.connect(config=Machine.from_environment().settings(home)) as connection:
        connection.execute("set enable_progress_bar = false")  # it would stand among the night's own words
        connection.execute(f"attach '{_quoted(home.candidate)}' as {SOURCE} (read_only)")
        made_of = {name: making.made_of(connection, each, tables_of) for name, each in wanted.items()}
        known = known_files(home)
        stale = [
            each
            for name, each in wanted.items()
            if made_of[name] is None or not each.place.exists() or known.get(name) != [made_of[name], _identity(each.place)]
        ]
        moves = tuple(making.make(connection, stale))
    fresh = {move.place: move.made for move in moves}
    identities = {name: [made_of[name], _identity(fresh.get(each.place, each.place))] for name, each in wanted.items()}
    return Tonight(moves, gone, dict(identities))


@dataclass(frozen=True)
class _Making:
    home: Home
    trust: TrustConfig
    request: RunRequest
    published_at: datetime
    small_numbers: SmallNumbers

    def made_of(self, connection: duckdb.DuckDBPyConnection, file: AudienceFile, tables_of: str | None) -> str | None:
        """A name for all that a file is made of: the tables, what the checks say of this night, the rules and the key."""
        if tables_of is None:
            return None
        shows_checks = any(each.table.startswith("dq.") for each in shown_to(file.audience))
        parts = [tables_of, _code(), file.audience, file.academy_id or "", str(self.trust.privacy.suppress_below), _caveats(connection)]
        if shows_checks:
            parts.append(_checks(connection, self.request.run_id))
        if self._key(file.audience) is not None:
            parts.append(key_name(self._key(file.audience) or b""))
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    def make(self, connection: duckdb.DuckDBPyConnection, stale: list[AudienceFile]) -> Iterator[Move]:
        """Make these files, those of academies from one beginning."""
        self.home.audience_candidates.mkdir(parents=True, exist_ok=True)
        academies = [each for each in stale if each.audience == "academy"]
        for file in stale:
            if file.audience != "academy":
                yield self._of_all(connection, file)
        if academies:
            yield from self._of_academies(connection, academies)

    def _of_all(self, connection: duckdb.DuckDBPyConnection, file: AudienceFile) -> Move:
        shown = copied_to(file.audience)
        key = self._key(file.audience)
        disguises = Disguises(connection, SOURCE, shown, key, self.trust.privacy.suppress_below) if key is not None else None
        copying = Copying(connection, shown, disguises)
        made = self._beside(file)
        with _attached(connection, made):
            copying.make(TARGET, [each for each in shown if not each.has_figures])
            self._fill_figures(connection, copying, file)
            self._stamp(connection, file)
        return Move(made, file.place)

    def _of_academies(self, connection: duckdb.DuckDBPyConnection, files: list[AudienceFile]) -> Iterator[Move]:
        """What is the same for all academies is written once and copied as a file."""
        shown = copied_to("academy")
        copying = Copying(connection, shown)
        beginning = self.home.audience_candidates / "academy.duckdb"
        with _attached(connection, beginning):
            copying.make(TARGET, [each for each in shown if is_of_everybody(each)])
        for file in files:
            made = self._beside(file)
            shutil.copyfile(beginning, made)
            with _attached(connection, made):
                self._fill_figures(connection, copying, file)
                self._stamp(connection, file)
                copying.fill(TARGET, [each for each in shown if each.rows == "own"], file.academy_id or "")
            yield Move(made, file.place)
        beginning.unlink()

    def _fill_figures(self, connection: duckdb.DuckDBPyConnection, copying: Copying, file: AudienceFile) -> None:
        """Hide small numbers beside the file, and write into it what is left.

        A file to which a figure was once written keeps it in blocks that it uses no more.
        """
        figures = [each for each in copying.shown if each.has_figures]
        if not figures:
            return
        beside = self.home.audience_candidates / "figures.duckdb"
        with _attached(connection, beside, FIGURES):
            copying.make_plain(FIGURES, figures)
            self.small_numbers.hide(connection, SOURCE, FIGURES, (file.academy_id,) if file.academy_id else ())
            for each in figures:
                connection.execute(f"insert into {TARGET}.{each.table} from {FIGURES}.{each.table}")
        beside.unlink()

    def _stamp(self, connection: duckdb.DuckDBPyConnection, file: AudienceFile) -> None:
        stamp(connection, TARGET, file.audience, file.academy_id, self.published_at, self.request)

    def _beside(self, file: AudienceFile) -> Path:
        return self.home.audience_candidates / ("_".join(filter(None, (file.audience, file.academy_id))) + ".duckdb")

    def _key(self, audience: str) -> bytes | None:
        """The key of pseudonyms, asked for only where a file carries them."""
        if any(column.how == "pseudonym" for table in shown_to(audience) for column in table.columns):
            return pseudonym_key(self.home, self.trust.privacy.pseudonym_key_env)
        return None


def copied_to(audience: str) -> tuple[Shown, ...]:
    """The tables of an audience's file: those it is shown, but for figures whose small numbers nobody would hide."""
    return tuple(each for each in shown_to(audience) if not each.has_figures or each.table in HIDES)


def stamp(
    connection: duckdb.DuckDBPyConnection,
    database: str,
    audience: str,
    academy_id: str | None,
    published_at: datetime,
    request: RunRequest,
) -> None:
    """Say in a file whose it is and of which night: dq.publication."""
    for statement in PUBLICATION.ddl(database):
        connection.execute(statement)
    moment = published_at.astimezone(UTC).replace(tzinfo=None)
    row = (audience, academy_id, moment, request.as_of, request.run_id)
    connection.execute(f"insert into {database}.dq.publication values (?, ?, ?, ?, ?)", row)


class _attached:  # noqa: N801  # reads as the words of its use
    """A new or copied file under a name for the time of a `with`; whole by itself afterwards."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, file: Path, name: str = TARGET) -> None:
        self._connection = connection
        self._file = file
        self._name = name

    def __enter__(self) -> None:
        self._connection.execute(f"attach '{_quoted(self._file)}' as {self._name} {ATTACHED}")

    def __exit__(self, *_: object) -> None:
        self._connection.execute(f"checkpoint {self._name}")
        self._connection.execute(f"detach {self._name}")


def _is_in_the_trust(academy: Academy, as_of: date) -> bool:
    return (academy.joined_on is None or academy.joined_on <= as_of) and (academy.left_on is None or academy.left_on >= as_of)


def _caveats(connection: duckdb.DuckDBPyConnection) -> str:
    """What the checks have put beside the figures tonight: the one thing in the tables that the build does not make."""
    found = connection.execute(f"select sum(hash(academy_id, measure_id, caveat)) from {SOURCE}.marts.scorecard").fetchone()
    return str(found)


def _checks(connection: duckdb.DuckDBPyConnection, run_id: str) -> str:
    """What the tables of the checks and of steering say tonight, but for the run's own name and time and the results of earlier runs."""
    results = f"(select * exclude (run_id, checked_at) from {SOURCE}.dq.check_result where run_id = '{run_id}')"
    names = ("dq.batch", "dq.file", "dq.rejected_row", "dq.work_list", "dq.check_decision", *(table.full_name for table in STEERING))
    tables = [results, *(f"{SOURCE}.{name}" for name in names)]
    return repr([connection.execute(f"select count(*), sum(hash(said)) from {table} as said").fetchone() for table in tables])


def _code() -> str:
    """A name for the rules and the code that make these files."""
    files = [audiences_rules.AUDIENCES_FILE, COLUMNS_FILE]
    for package in (Path(__file__), Path(access.__file__), Path(suppression.__file__)):
        files += sorted(package.parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest() + duckdb.__version__


def _identity(file: Path) -> list[int]:
    """What changes when anybody writes to a file or puts another in its place."""
    facts = file.stat()
    return [facts.st_size, facts.st_mtime_ns]


def _named(home: Home, place: Path) -> str:
    return place.relative_to(home.root).as_posix()


def _quoted(path: Path) -> str:
    return path.as_posix().replace("'", "''")
