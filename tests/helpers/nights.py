"""Nights of one small trust, stage by stage: files in landing, then load, decide, build inputs.

Here: running the ingest stages of a night on a given date. Not here: the public command (home.py), and made-up readings (delivered.py).
"""

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from pipelines.build.inputs import write_inputs
from pipelines.ingest.decide import decide, decide_pupils
from pipelines.ingest.load import LoadSummary, load
from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.records import Reading, RunRequest, UnknownFile, Verdict
from pipelines.trust import TrustConfig, load_trust

TRUST = """
trust: {name: Alder Vale Learning Trust}
academies:
  - {id: ashby, name: Ashby Academy, phase: secondary, mis: sims}
  - {id: birch, name: Birch Primary, phase: primary, mis: wonde}
"""


@dataclass
class Nights:
    """One trust home and its nights."""

    home: Home
    runs: int = 0

    @classmethod
    def at(cls, root: Path, trust: str = TRUST) -> "Nights":
        """A new home."""
        root.mkdir(parents=True, exist_ok=True)
        (root / "trust.yml").write_text(trust, encoding="utf-8")
        return cls(Home(root))

    @property
    def trust(self) -> TrustConfig:
        """trust.yml as it is now."""
        return load_trust(self.home.trust_file)

    def deliver(self, academy_id: str, name: str, text: str | bytes) -> Path:
        """Put a file in landing."""
        folder = self.home.landing(academy_id)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        moment = 1_700_000_000_000_000_000 + self.runs * 1_000_000_000  # a rewritten file has another time, however fast the test is
        os.utime(path, ns=(moment, moment))
        return path

    def request(self, on: str, *, as_at: datetime | None = None, academies: list[str] | None = None, is_full: bool = False) -> RunRequest:
        """A run at two in the morning of this date."""
        self.runs += 1
        day = date.fromisoformat(on)
        return RunRequest(f"run {self.runs}", day, as_at, academies, is_full, datetime(day.year, day.month, day.day, 2, tzinfo=UTC))

    def load(self, on: str, **how: bool | list[str] | datetime | None) -> LoadSummary:
        """Load alone."""
        return load(self.home, self.trust, self.request(on, **how))  # type: ignore[arg-type]

    def night(self, on: str, **how: bool | list[str] | datetime | None) -> list[Verdict]:
        """Load, judge, lay out for the build."""
        request = self.request(on, **how)  # type: ignore[arg-type]
        load(self.home, self.trust, request)
        decide_pupils(self.home, self.trust, request)
        verdicts = decide(self.home, self.trust, request)
        write_inputs(self.home, self.trust, request)
        return verdicts

    def readings(self) -> list[Reading]:
        """The readings in use."""
        with Manifest(self.home.manifest) as manifest:
            return list(manifest.readings().values())

    def unknown(self) -> list[UnknownFile]:
        """What no reader took."""
        with Manifest(self.home.manifest) as manifest:
            return manifest.unknown_files()

    def sql(self, query: str) -> list[tuple[object, ...]]:
        """Ask the build database."""
        with duckdb.connect(str(self.home.build_database), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def live(self) -> list[tuple[object, ...]]:
        """Every live row of pupils and marks, with the place of its delivery; not when it was seen or loaded."""
        pupils = self.sql(
            "select d.entity, d.effective_date, p.source_pupil_id, p.legal_surname, p.source_file, p.source_row from raw.pupil as p "
            "join raw.delivery as d on d.content_id = p.content_id and d.entity = 'pupil' order by all"
        )
        marks = self.sql(
            "select d.entity, d.replaces_from, d.replaces_to, m.source_pupil_id, m.session_date, m.session, m.mark_code from "
            "raw.attendance_mark as m join raw.delivery as d on d.content_id = m.content_id and d.entity = 'attendance_mark' order by all"
        )
        return pupils + marks


def pupil_list(*ids: str) -> str:
    """A canonical pupil list."""
    rows = "".join(f"{each},Surname{each},2012-03-04,F\n" for each in ids)
    return f"source_pupil_id,legal_surname,date_of_birth,sex\n{rows}"


def marks(*rows: tuple[str, str, str]) -> str:
    """Canonical marks: pupil, date, code, for both sessions."""
    lines = "".join(f"{pupil},{day},{session},{code}\n" for pupil, day, code in rows for session in ("AM", "PM"))
    return f"source_pupil_id,session_date,session,mark_code\n{lines}"
