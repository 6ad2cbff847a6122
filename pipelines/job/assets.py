"""The steps of the night as Dagster assets and checks, with the figures that each leaves in the run history: counts only.

Here: what Dagster shows of a step. Not here: what a step does (steps.py), or why it failed (retrying.py).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from expectations.check import Check, Severity
from pipelines.build.nodes import Node
from pipelines.job import steps
from pipelines.job.dbt_specs import DbtSpecs, dbt_specs
from pipelines.job.night import Night
from pipelines.job.retrying import safe_failure

ACADEMIES = dg.DynamicPartitionsDefinition(name="academy")
RAW = dg.AssetKey("raw")
VERDICTS = dg.AssetKey("verdicts")
INPUTS = dg.AssetKey("build_inputs")
CANDIDATE = dg.AssetKey("candidate")
CHECKED = dg.AssetKey(["dq", "check_result"])
ALERTS = dg.AssetKey(["marts", "alert"])
KEPT_ALERTS = dg.AssetKey(["published", "kept_alerts"])
PUBLISHED = dg.AssetKey(["published", "matlas"])
REPORT = dg.AssetKey(["published", "quality_report"])
MAP = dg.AssetKey(["marts", "alignment_autonomy"])
MAP_PAGE = dg.AssetKey(["published", "steering_page"])


@dg.asset(
    key=RAW,
    partitions_def=ACADEMIES,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name="ingest",
    description="What each academy delivered, read once and kept as Parquet. One partition an academy.",
)
def raw(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> None:
    """Read what is new, and record each academy's figures on its own partition."""
    chosen = list(context.partition_keys) if context.has_partition_key or context.has_partition_key_range else None
    if chosen:
        night.limit_to(chosen)
    with safe_failure(context.retry_number):
        summary = steps.load(night)
    for academy_id, figures in summary.figures().items():
        if chosen and academy_id in chosen:
            context.add_asset_metadata(figures, asset_key=RAW, partition_key=academy_id)
        elif not chosen:
            context.log_event(dg.AssetMaterialization(RAW, partition=academy_id, metadata=figures))


@dg.asset(key=VERDICTS, deps=[RAW], group_name="ingest", description="What becomes of each delivery: accepted, held, rejected, refused.")
def verdicts(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> dg.MaterializeResult[None]:
    """Judge every batch."""
    with safe_failure(context.retry_number):
        given = steps.judge(night)
    return dg.MaterializeResult(metadata=_counts(verdict.status for verdict in given))


@dg.asset(
    key=INPUTS, deps=[VERDICTS], group_name="ingest", description="The list of live files and the run's parameters, as tables for dbt."
)
def build_inputs(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> None:
    """Lay out the accepted deliveries for the build."""
    with safe_failure(context.retry_number):
        steps.prepare_build(night)


def dbt_assets(nodes: Mapping[str, Node]) -> dg.AssetsDefinition:
    """Every table that dbt builds, in one step of one process, and the candidate that holds them.

    On a night with nothing new no table is made, so none is recorded: each shows the run that made it, each test the run that tested it.
    The candidate is recorded every night, and what follows hangs on it alone: Dagster goes on only past what it is told of.
    """
    specs = dbt_specs(nodes, INPUTS)
    candidate = dg.AssetSpec(
        CANDIDATE,
        deps=[INPUTS, *specs.unread],
        group_name="published",
        description="Tonight's warehouse before it is checked: all tables built, or the last published ones where nothing is new.",
    )

    # Dagster lets a test stay away only where a part may be asked for.
    @dg.multi_asset(name="dbt", specs=[*specs.assets.values(), candidate], check_specs=list(specs.checks.values()), can_subset=True)
    def dbt(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> Iterator[Any]:
        """Build and test every table."""
        with safe_failure(context.retry_number):
            results = steps.build(night)
        if results is not None:
            yield from _dbt_events(results, specs.of(context.selected_asset_keys, context.selected_asset_check_keys))
            with safe_failure(context.retry_number):
                steps.require_built(results, specs.assets.keys())
        if CANDIDATE in context.selected_asset_keys:
            tables = "the last published ones: nothing is new" if results is None else "built tonight"
            yield dg.MaterializeResult(asset_key=CANDIDATE, metadata={"tables": tables})

    return dbt


def quality_assets(checks: Sequence[Check]) -> dg.AssetsDefinition:
    """The checks of what academies delivered, each a check of Dagster's; only one that guards every figure blocks the night."""

    @dg.multi_asset(
        name="quality",
        specs=[dg.AssetSpec(CHECKED, deps=[CANDIDATE], group_name="dq", description="Every check × academy × run.")],
        check_specs=[
            dg.AssetCheckSpec(each.id, asset=CHECKED, description=each.what, blocking=each.severity == Severity.STOP) for each in checks
        ],
    )
    def quality(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> Iterator[Any]:
        """Judge the built tables."""
        with safe_failure(context.retry_number):
            summary = steps.check(night)
        yield dg.MaterializeResult(asset_key=CHECKED, metadata=_counts(result.status for result in summary.results))
        for each in checks:
            yield _quality_event(each, [result for result in summary.results if result.check_id == each.id])
        with safe_failure(context.retry_number):
            steps.require_sound(summary)

    return quality


@dg.multi_asset(
    name="alerts",
    specs=[dg.AssetSpec(ALERTS, deps=[CHECKED], group_name="published", description="What is wrong tonight, said once.")],
    check_specs=[dg.AssetCheckSpec("is_worked_out", asset=ALERTS, description="Every rule could be run on tonight's tables.")],
)
def alerts(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> Iterator[Any]:
    """Look for alerts. If that fails the night goes on: the check says so, and the run does not fail."""
    try:
        steered = steps.steer(night)
    except steps.SteeringError as error:
        yield _steering_check(context, ALERTS, "is_worked_out", str(error))
    else:
        yield _steering_check(context, ALERTS, "is_worked_out", *(steered.faults if steered else ()))
        if steered is not None:
            figures = {"open": steered.open_alerts, "raised": steered.raised, "resolved": steered.resolved}
            yield dg.MaterializeResult(asset_key=ALERTS, metadata=figures)
            return
    yield dg.MaterializeResult(asset_key=ALERTS)


@dg.multi_asset(
    name="map",
    specs=[dg.AssetSpec(MAP, deps=[ALERTS], group_name="published", description="How each academy stands to the trust, in each area.")],
    check_specs=[dg.AssetCheckSpec("is_drawn", asset=MAP, description="Every score could be worked out on tonight's tables.")],
)
def draw_map(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> Iterator[Any]:
    """Draw the map. If that fails the night goes on without it: the check says so, and the run does not fail."""
    try:
        steps.draw_map(night)
    except steps.SteeringError as error:
        yield _steering_check(context, MAP, "is_drawn", str(error))
    else:
        yield _steering_check(context, MAP, "is_drawn")
    yield dg.MaterializeResult(asset_key=MAP)


@dg.multi_asset(
    name="tell",
    specs=[dg.AssetSpec(KEPT_ALERTS, deps=[PUBLISHED], group_name="published", skippable=True, description="The published alerts, kept.")],
    check_specs=[
        dg.AssetCheckSpec("are_kept", asset=KEPT_ALERTS, description="The manifest knows every published alert."),
        dg.AssetCheckSpec("are_told", asset=KEPT_ALERTS, description="Every channel has taken what readers are told."),
    ],
)
def tell(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> Iterator[Any]:
    """Keep the published alerts and tell the readers. If that fails the night is published all the same; the next one begins with it."""
    try:
        told = steps.tell(night)
    except steps.SteeringError as error:
        yield _steering_check(context, KEPT_ALERTS, "are_kept", str(error))
        yield _steering_check(context, KEPT_ALERTS, "are_told")
    else:
        yield _steering_check(context, KEPT_ALERTS, "are_kept")
        yield _steering_check(context, KEPT_ALERTS, "are_told", *(told.faults if told else ()))
        figures = {"written": told.written, "sent": told.sent, "waiting": told.waiting} if told else {}
        yield dg.MaterializeResult(asset_key=KEPT_ALERTS, metadata=figures)


@dg.asset(key=PUBLISHED, deps=[MAP], group_name="published", description="The file that readers open, replaced in one rename.")
def published(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> dg.MaterializeResult[None]:
    """Audit the candidate and swap it in."""
    with safe_failure(context.retry_number):
        file = steps.publish(night)
    return dg.MaterializeResult(
        metadata={"path": str(file.path), "bytes": file.bytes, "tables": len(file.rows), "rows": sum(file.rows.values())}
    )


def page_asset(name: str, key: dg.AssetKey, what: str, write: Callable[[Night], Path | None]) -> dg.AssetsDefinition:
    """A page beside the published file. If it cannot be written the night is published all the same: the check says so, no more."""

    @dg.multi_asset(
        name=name,
        specs=[dg.AssetSpec(key, deps=[PUBLISHED], group_name="published", skippable=True, description=what)],
        check_specs=[dg.AssetCheckSpec("is_written", asset=key, description="It stands beside the published file.")],
    )
    def page(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> Iterator[Any]:
        """Write the page."""
        try:
            path = write(night)
        except steps.ReportError as error:
            context.log.warning(str(error))
            yield dg.AssetCheckResult(
                passed=False, asset_key=key, check_name="is_written", severity=dg.AssetCheckSeverity.WARN, metadata={"why": str(error)}
            )
            return
        if path is not None:
            yield dg.MaterializeResult(asset_key=key, metadata={"path": str(path), "bytes": path.stat().st_size})
        yield dg.AssetCheckResult(passed=True, asset_key=key, check_name="is_written")

    return page


quality_report = page_asset("quality_report", REPORT, "The night's quality as one page.", steps.report)
steering_page = page_asset("steering_page", MAP_PAGE, "The map of alignment and autonomy and the open alerts, as one page.", steps.show_map)


def _dbt_events(results: Iterable[Any], specs: DbtSpecs) -> Iterator[Any]:
    by_id = {result.unique_id: result for result in results if result.status != "skipped"}
    for unique_id, spec in specs.assets.items():
        result = by_id.get(unique_id)
        if result and result.status == "success" and not result.is_kept:
            figures = {"seconds": round(result.seconds, 3)} | ({"dagster/row_count": result.rows} if result.rows is not None else {})
            yield dg.MaterializeResult(asset_key=spec.key, metadata=figures)
    for unique_id, check in specs.checks.items():
        result = by_id.get(unique_id)
        if result and not result.is_kept:
            yield dg.AssetCheckResult(
                passed=result.status == "pass",
                asset_key=check.asset_key,
                check_name=check.name,
                severity=dg.AssetCheckSeverity.WARN if result.status == "warn" else dg.AssetCheckSeverity.ERROR,
                metadata={"rows that fail": result.failures},
            )


def _quality_event(check: Check, results: list[Any]) -> dg.AssetCheckResult:
    """A check passes where it found nothing; where it could not be run it has not passed. A failure that somebody accepted is one."""
    failing = {result.academy_id: result.failed for result in results if result.status == "fail"}
    accepted = {result.academy_id: str(result.accepted_until) for result in results if result.accepted_until}
    return dg.AssetCheckResult(
        passed=bool(results) and all(result.status in ("pass", "not_applicable") for result in results),
        asset_key=CHECKED,
        check_name=check.id,
        severity=dg.AssetCheckSeverity.ERROR if check.severity == Severity.STOP else dg.AssetCheckSeverity.WARN,
        metadata={**_counts(result.status for result in results), "failed by academy": failing, "accepted until": accepted},
    )


def _steering_check(context: dg.AssetExecutionContext, asset: dg.AssetKey, name: str, *faults: str) -> dg.AssetCheckResult:
    for fault in faults:
        context.log.warning(fault)
    return dg.AssetCheckResult(
        passed=not faults, asset_key=asset, check_name=name, severity=dg.AssetCheckSeverity.WARN, metadata={"why": " ".join(faults)}
    )


def _counts(words: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts
