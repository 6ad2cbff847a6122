"""The invented trust as a home on disk: what is so in it, what lies in its landing, and its nights.

Here: delivering, deciding, and running a night. Not here: what is so (life.py), and what happens (happenings.py).
"""

import copy
import datetime as dt
import os
import random
import shutil
from pathlib import Path
from typing import Any

import yaml

from pipelines.ingest.decisions import record
from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.records import DecisionWord, RunRequest
from tests.helpers.from_scratch import Built, at_two_in_the_morning, night_beside_one_from_scratch, run_night
from tests.helpers.life import ACADEMIES, DAY, Life, Pupil, Row, school_days, starting_year
from tests.helpers.life_files import DATE_OF, attendance, files


class LivingTrust:
    """The invented trust, its home, and the luck of what happens to it."""

    def __init__(self, root: Path) -> None:
        self.life = Life()
        self.home = Home(root)
        self.home.prepare()
        self.chance = random.Random(0)
        self.nights = 0
        self.writes = 0
        self.as_of: dt.date | None = None
        self.write_trust()

    def copied(self, root: Path) -> "LivingTrust":
        """The same trust with a home of its own, for other nights to happen to."""
        other = copy.deepcopy(self)
        other.home = Home(Path(shutil.copytree(self.home.root, root)))
        return other

    def write_trust(self) -> None:
        """Write trust.yml as it is now."""
        self.home.trust_file.write_text(yaml.safe_dump(self.life.trust, sort_keys=False), encoding="utf-8")

    def deliver(self, academy: str, content: dict[str, bytes]) -> None:
        """Put files in landing; however fast a test is, a file written again has another time."""
        folder = self.home.landing(academy)
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in content.items():
            self.writes += 1
            (folder / name).write_bytes(text)
            moment = (1_700_000_000 + self.writes) * 1_000_000_000
            os.utime(folder / name, ns=(moment, moment))

    def some_academy(self) -> str:
        """One that has pupils."""
        return self.chance.choice([academy for academy in ACADEMIES if self.life.of(academy)])

    def some_pupil(self, academy: str) -> Pupil:
        """One who is on roll, or was."""
        return self.chance.choice(self.life.of(academy))

    def some_school_day(self) -> dt.date:
        """A school day of this year or the last, up to today."""
        year = starting_year(self.life.today)
        days = [day for one in (year, year - 1) for day in school_days(one) if day <= self.life.today]
        return self.chance.choice(days or [self.life.today])

    def deliver_people(self, academy: str) -> None:
        """Today's lists of pupils and spells."""
        for entity in ("pupil", "enrolment"):
            self.deliver(academy, files(self.life, academy, entity, self.life.today))

    def deliver_registers(self, academy: str, day: dt.date, first: dt.date, last: dt.date) -> None:
        """The registers of some days, in an export dated `day`."""
        for entity in attendance(academy, day):
            column, back = DATE_OF[entity], DAY * (first.weekday() if entity == "attendance_week" else 0)

            def is_asked_for(row: Row, column: str = column, since: dt.date = first - back) -> bool:
                return bool(since <= row[column] <= last)

            self.deliver(academy, files(self.life, academy, entity, day, keep=is_asked_for))

    def academy_of_trust(self, academy: str) -> dict[str, Any]:
        """Its part of trust.yml."""
        return next(each for each in self.life.trust["academies"] if each["id"] == academy)

    def decide(self, word: DecisionWord, *statuses: str) -> None:
        """Decide about the newest batch that has one of these statuses, if there is one."""
        with Manifest(self.home.manifest) as manifest:
            found = [each for each in manifest.verdicts() if each.status in statuses]
        if found:
            newest = max(found, key=lambda each: (each.effective_date, each.batch_id))
            record(self.home, newest.batch_id, word, "a test", "it happened")

    def night(self, *, is_compared: bool) -> tuple[Built, list[str]]:
        """Tonight's run; beside one from scratch if it is to be compared."""
        self.nights += 1
        as_of = self.as_of or self.life.today
        started = max(at_two_in_the_morning(self.life.today), at_two_in_the_morning(as_of)) + dt.timedelta(minutes=self.nights)
        request = RunRequest(f"night{self.nights}", as_of, started_at=started)
        self.as_of = None
        if is_compared:
            return night_beside_one_from_scratch(self.home.root, request)
        return run_night(self.home.root, request), []
