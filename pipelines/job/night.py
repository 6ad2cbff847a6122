"""One night: the home, the trust and the request that every step of the job works with, and the lock it holds meanwhile.

Here: what is true from the first step to the last. Not here: the steps (steps.py) or Dagster's side of them (assets.py).
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import dagster as dg
from pydantic import Field

from pipelines.job.agreed import note_agreed
from pipelines.job.retrying import safe_failure
from pipelines.publish import PublishedFile, clean_leftovers
from pipelines.publish.space import check_space
from pipelines.store.copies import remove_previous
from pipelines.store.erasures import Erasures
from pipelines.store.home import Home, find_home
from pipelines.store.ledger import Ledger
from pipelines.store.lock import held
from pipelines.store.manifest import Manifest
from pipelines.store.records import RunRequest
from pipelines.trust import TrustConfig, load_trust

if TYPE_CHECKING:
    from pipelines.alerts.steering import Steered


@dataclass
class Night:
    """What the steps share.

    The build sets `made_of`, the name of all that its tables were made of; steering sets `steered`, publishing sets `published`.
    """

    home: Home
    trust: TrustConfig
    request: RunRequest
    made_of: str | None = None
    steered: "Steered | None" = None
    published: PublishedFile | None = None

    def limit_to(self, academies: list[str]) -> None:
        """Read new files of these academies alone: what choosing a partition in Dagster's pages means."""
        self.request = replace(self.request, academies=academies)


class NightResource(dg.ConfigurableResource[Night]):
    """Opens a night for a run of the job: settings read, lock held, leftovers swept, the run written down at both ends."""

    as_of: str | None = Field(
        default=None, description="The last date that counts (default: as_of in trust.yml, else today in the trust's time zone)."
    )
    as_at: str | None = Field(default=None, description="Only deliveries first seen by then; publishes a file of its own.")
    academies: list[str] | None = Field(default=None, description="Read new files of these academies alone (default: all).")
    is_full: bool = Field(default=False, description="Ignore what is cached.")
    lock_holder: int | None = Field(default=None, description="Process that already holds the lock for this run.")

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator[Night, Any, None]:
        """Open the night, and close it whatever happens."""
        with safe_failure(retry_number=99):
            home = find_home()
            trust = load_trust(home.trust_file)
        request = RunRequest(
            run_id=context.run_id or "",
            as_of=date.fromisoformat(self.as_of) if self.as_of else (trust.as_of or trust.today()),
            as_at=datetime.fromisoformat(self.as_at) if self.as_at else None,
            academies=self.academies,
            is_full=self.is_full,
        )
        if self.lock_holder == os.getpid():
            yield from _held_night(home, trust, request)
            return
        with held(home, f"run {request.run_id}"):
            yield from _held_night(home, trust, request)


def _finish_erasures(home: Home) -> None:
    """What readers open was made without those who were erased: nothing of them is left but in the file that it replaced."""
    with Erasures(home.manifest) as erasures:
        if erasures.are_unfinished():
            remove_previous(home)
            erasures.finish()


def _held_night(home: Home, trust: TrustConfig, request: RunRequest) -> Generator[Night, Any, None]:
    with safe_failure(retry_number=99):
        home.prepare()
        clean_leftovers(home)
        home.prepare()
        check_space(home)
        manifest = Manifest(home.manifest)
        manifest.start_run(request)
        if request.as_at is None:
            with Ledger(home.manifest) as ledger:
                note_agreed(ledger, trust)
    night = Night(home, trust, request)
    try:
        yield night
        if night.published and request.as_at is None:
            _finish_erasures(home)
    finally:
        manifest.finish_run(
            request.run_id,
            outcome="published" if night.published else "not_published",
            published_at=night.published.published_at if night.published else None,
        )
