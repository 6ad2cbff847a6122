"""The order of a night's work: which stage leaves what for the next, and what counts as having gone wrong.

Here: each step as a plain function of the night, runnable and testable without Dagster. Not here: the work of a stage, or how a step is
shown in Dagster (assets.py). Stages are imported when their step begins, or while other processes read (ahead.py): nobody
waits for a library that an earlier step does not need.
"""

from contextlib import contextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING

from pipelines.job.ahead import load_ahead, wait_for_what_loads
from pipelines.job.night import Night
from pipelines.job.progress import listener
from pipelines.job.scrub import scrubbed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from pipelines.alerts.steering import Steered
    from pipelines.alerts.telling import Told
    from pipelines.build.dbt import DbtResult
    from pipelines.ingest.load import LoadSummary
    from pipelines.publish import PublishedFile
    from pipelines.quality import QualitySummary
    from pipelines.store.records import Verdict

DESCRIBING = ("pupil", "enrolment", "staff")
"""Entities whose verdicts come first: a fact is judged against tonight's accepted pupils and colleagues."""


class BuildError(Exception):
    """A model or a test of ours failed: nothing is published. The message names them, never a value."""


class ReportError(Exception):
    """The warehouse is published, but a page beside it could not be written. The message says what to do."""


class SteeringError(Exception):
    """The night goes on, but its alerts could not be worked out or kept. The message says what to do."""


class StopError(Exception):
    """A check of severity *stop* failed: nothing is published. The message names it."""


def load(night: Night) -> "LoadSummary":
    """Find, fingerprint and read what is new in landing."""
    from pipelines.ingest.load import load as load_landing

    listener().stage("Reading deliveries")
    return load_landing(night.home, night.trust, night.request, listener().step, meanwhile=load_ahead)


def judge(night: Night) -> "Sequence[Verdict]":
    """Check what was delivered and give every batch its verdict: pupils and colleagues first, then the facts about them."""
    from pipelines.ingest.decide import decide, decide_pupils
    from pipelines.quality import landing
    from pipelines.sources import contract

    listener().stage("Judging deliveries")
    wait_for_what_loads()
    landing.run(night.home, night.trust, night.request, list(DESCRIBING))
    decide_pupils(night.home, night.trust, night.request)
    facts = [entity for entity in contract().entities if entity not in DESCRIBING]
    landing.run(night.home, night.trust, night.request, facts)
    return decide(night.home, night.trust, night.request)


def prepare_build(night: Night) -> None:
    """Lay out the accepted deliveries for the build: a fresh build database that points at the live files."""
    from pipelines.build.inputs import write_inputs

    listener().stage("Preparing the build")
    write_inputs(night.home, night.trust, night.request)


def build(night: Night) -> "list[DbtResult] | None":
    """Build and test the candidate's tables, as far as they read something new. The caller records the results and asks `require_built`.

    None when nothing that dbt is given has changed since the last published night: its tables stand.
    """
    from pipelines.build.contents import record_all
    from pipelines.build.dbt import DbtProgress, run_dbt
    from pipelines.build.going_on import go_on
    from pipelines.build.kept import fingerprint, go_on_from_published, goes_on, is_begun, is_unchanged
    from pipelines.build.nodes import project_nodes
    from pipelines.quality import caveats

    if is_begun(night.home):  # a step that failed is tried again
        prepare_build(night)
    night.made_of = fingerprint(night.home)
    from_kept = goes_on(night.home)
    if from_kept:
        go_on_from_published(night.home)
        caveats.give_back(night.home)
    if from_kept and is_unchanged(night.home, night.made_of):
        listener().stage("Nothing new: the last night's tables stand")
        return None
    listener().stage("Building what has changed" if from_kept else "Building tables")
    nodes, finished = len(project_nodes()), count(1)

    def tell(node: DbtProgress) -> None:
        listener().step(node.unique_id.split(".")[2], min(next(finished), nodes), nodes)

    results = go_on(night.home, tell) if from_kept else run_dbt(night.home, on_event=tell)
    if not from_kept and night.request.as_at is None and all(result.status in ("success", "pass") for result in results):
        record_all(night.home, results)
    if any(result.status not in ("success", "pass") for result in results):
        night.made_of = None  # a build with a warning is not kept: its tests have something to say every night
    return results


def require_built(results: "Sequence[DbtResult]", expected: "Collection[str]") -> None:
    """Raise `BuildError` when a model, seed or test failed, or an expected table was not built at all."""
    failed = [result for result in results if result.status in ("error", "fail")]
    if failed:
        named = "\n".join(f"  - {result.kind} {result.unique_id.split('.')[-1]}: {result.message}" for result in failed[:20])
        more = f"\n  … and {len(failed) - 20} more" if len(failed) > 20 else ""
        raise BuildError(
            f"Tables could not be built, or failed their own tests. This is Matlas's fault, not the academies':\n{named}{more}"
        )
    unbuilt = sorted(set(expected) - {result.unique_id for result in results})
    if unbuilt:
        raise BuildError(f"The models changed while the run was going (not built: {', '.join(unbuilt[:5])}). Run again.")


def check(night: Night) -> "QualitySummary":
    """Judge what the built tables say about each academy, and write the dq tables into the candidate."""
    from pipelines.quality import run_built

    listener().stage("Checking quality")
    return run_built(night.home, night.trust, night.request)


def require_sound(summary: "QualitySummary") -> None:
    """Raise `StopError` when a check that guards the figures themselves failed."""
    if summary.must_stop:
        named = "\n".join(f"  - {sentence}" for sentence in summary.stop_sentences())
        raise StopError(f"Nothing was published: a check that guards every figure failed. The last published file stands.\n{named}")


def steer(night: Night) -> "Steered | None":
    """Work out the alerts on what is about to be published; none for a run that looks back, whose table of alerts stays empty.

    An error never undoes the night: it becomes a `SteeringError`, no alert is lost (the manifest keeps them), the next night tries again.
    """
    from pipelines.alerts import steering

    listener().stage("Looking for alerts")
    steering.prepare(night.home)
    if night.request.as_at is not None:
        return None
    try:
        night.steered = steering.steer(night.home, night.trust, night.request)
    except Exception as error:
        raise SteeringError(
            f"The alerts could not be worked out ({scrubbed(error)}). The warehouse is published without them; those that were open stay "
            "open and are in `matlas alerts`. Run again; if it happens again, `matlas doctor` checks the home."
        ) from error
    return night.steered


def draw_map(night: Night) -> None:
    """Work out the map of alignment and autonomy on what is about to be published; a run that looks back leaves its tables empty.

    It comes after `steer`, whose alerts it counts. An error never undoes the night: it becomes a `SteeringError`, the tables stay empty.
    """
    from pipelines.steering import draw_map as draw

    if night.request.as_at is not None:
        return
    listener().stage("Drawing the map")
    try:
        draw(night.home, night.trust, night.request)
    except Exception as error:
        raise SteeringError(
            f"The map of alignment and autonomy could not be worked out ({scrubbed(error)}). The warehouse is published without it. Run "
            "again; if it happens again, `matlas doctor` checks the home."
        ) from error


def tell(night: Night) -> "Told | None":
    """Keep what the published file says of alerts, and tell the readers; none for a run that looks back, which tells nobody.

    What waits for a channel is sent even where tonight's alerts could not be worked out. An error becomes a `SteeringError`, as in `steer`.
    """
    from pipelines.alerts import steering
    from pipelines.alerts.telling import tell as tell_readers

    if night.published is None or night.request.as_at is not None:
        return None
    listener().stage("Keeping alerts and telling readers")
    try:
        if night.steered is not None:
            steering.keep(night.home, night.steered)
    except Exception as error:
        raise SteeringError(
            f"Tonight's alerts are published but could not be kept ({scrubbed(error)}). The next run keeps them, and then looks for new "
            "ones."
        ) from error
    try:
        return tell_readers(night.home, night.trust, night.request.as_of)
    except Exception as error:
        raise SteeringError(
            f"Tonight's alerts are kept, but it could not be worked out whom to tell ({scrubbed(error)}). The next run tells it; `matlas "
            "alerts` shows them."
        ) from error


def publish(night: Night) -> "PublishedFile":
    """Audit the candidate and swap it in; keep the build for a night that has nothing new."""
    from pipelines.build.kept import keep
    from pipelines.publish import publish as swap_in

    listener().stage("Publishing")
    night.published = swap_in(night.home, night.trust, night.request, night.made_of)
    if night.made_of and night.request.as_at is None:
        keep(night.home, night.made_of)
    return night.published


def report(night: Night) -> "Path | None":
    """Write the quality report beside the published file; none for a run that looks back, whose work list has no history.

    An error never undoes the night: it becomes a `ReportError`, and the report of an earlier night is taken away, so that none stands
    beside figures that are not its own.
    """
    from pipelines.report import write_report

    if night.published is None or night.request.as_at is not None:
        return None
    listener().stage("Writing the quality report")
    target = night.home.quality_report
    with _page_or_none(target, "The quality report", "`matlas status` says what waits, dq.* holds everything else"):
        return write_report(night.published.path, target, night.trust.trust.name)


def show_map(night: Night) -> "Path | None":
    """Keep the night's scores for later half-terms, and write the page of the map and the open alerts, as `report` does."""
    from pipelines.report import write_steering_page
    from pipelines.steering import keep_scores

    if night.published is None or night.request.as_at is not None:
        return None
    listener().stage("Writing the page of the map")
    target = night.home.steering_page
    instead = "`matlas alerts` says what is open, marts.alignment_autonomy holds the map"
    with _page_or_none(target, "The page of the map and the alerts", instead):
        keep_scores(night.home, night.trust, night.published.path, night.request.as_of)
        return write_steering_page(night.published.path, target, night.trust.trust.name)


@contextmanager
def _page_or_none(target: "Path", what: str, instead: str) -> "Iterator[None]":
    """Tonight's page, or none: one of another night would stand beside figures that are not its own."""
    try:
        yield
    except Exception as error:
        with suppress(OSError):
            target.unlink(missing_ok=True)
        raise ReportError(
            f"{what} could not be written ({scrubbed(error)}). The warehouse is published and whole; {instead}. Look whether there is room "
            f"on the disk and whether {target.parent} may be written to; the next run writes it again."
        ) from error
