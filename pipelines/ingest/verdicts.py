"""What becomes of each delivery: accepted, held, rejected, superseded or refused. A pure fold over all of them.

Here: the verdict as a function of the set of deliveries, their readings, the findings about them, people's decisions and the limits.
Whatever the order in which runs met the deliveries, the verdicts are the same, for each is judged in its own place. Not here: finding and
reading (load.py), the rules of places (places.py), storing (decide.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby

from pipelines.ingest.places import Covers, Holdings, Later, Place, is_leaving_season, leaving_share, place_of
from pipelines.sources.contract import Mode
from pipelines.store.manifest import DayCounts
from pipelines.store.records import Decision, Delivery, EntityReading, LandingFinding, Reading, Verdict, VerdictStatus
from pipelines.trust import Limits, academic_year

LOOKUP = "lookup"


@dataclass(frozen=True)
class Case:
    """A delivery with all that is known about it. `modes` names each entity that its table gives (none: a lookup table)."""

    delivery: Delivery
    reading: Reading | None
    modes: dict[str, Mode]
    phase: str
    table_rank: int = 0
    day_counts: dict[str, DayCounts] = field(default_factory=dict)

    def place(self, entity: str) -> Place:
        """Return the place it takes in an entity."""
        found = self.entity_reading(entity)
        return place_of(self.modes[entity], self.delivery.effective_date, found.first_date, found.last_date)

    def entity_reading(self, entity: str) -> EntityReading:
        """Return what it gave of an entity, nothing if it could not be read."""
        found = self.reading.entity(entity) if self.reading else None
        return found or EntityReading(entity, 0, 0, 0, 0)


@dataclass(frozen=True)
class Finding:
    """Status of a batch with its reason: a code and a sentence that says which batch, what was expected, what to do."""

    status: VerdictStatus
    reason_code: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class _Known:
    """What the fold looks up: findings by batch, the newest decision by content, limits, and how keys are compared."""

    findings: dict[str, list[LandingFinding]]
    decisions: dict[str, Decision]
    limits: Limits
    covers: Covers


def judge(
    cases: Iterable[Case], findings: Iterable[LandingFinding], decisions: Iterable[Decision], limits: Limits, covers: Covers
) -> list[Verdict]:
    """Return a verdict for each entity of each delivery. `covers` says whether a later reading has every key of an earlier one."""
    by_batch: dict[str, list[LandingFinding]] = {}
    for finding in findings:
        by_batch.setdefault(finding.batch_id, []).append(finding)
    newest = {decision.content_id: decision for decision in sorted(decisions, key=lambda each: each.id)}
    known = _Known(by_batch, newest, limits, covers)

    verdicts: list[Verdict] = []
    pupils: dict[str, list[Case]] = {}
    for _, group in groupby(sorted(cases, key=_table_then_order), key=lambda case: _table(case.delivery)):
        table = list(group)
        found = _judge_table(table, known, pupils)
        if "pupil" in table[0].modes:
            accepted = [case for case in table if found[case.delivery.batch_id].status == "accepted"]
            pupils.setdefault(table[0].delivery.academy_id, []).extend(accepted)
        verdicts += _as_verdicts(table, _with_superseded(table, found, known), known)
    return verdicts


def _table(delivery: Delivery) -> tuple[str, str, str]:
    return delivery.academy_id, delivery.profile, delivery.table_name


def _table_then_order(case: Case) -> tuple[object, ...]:
    """Pupils first: how many of them leave in summer is known from their tables alone."""
    return "pupil" not in case.modes, _table(case.delivery), case.delivery.order


def _judge_table(cases: list[Case], known: _Known, pupils: dict[str, list[Case]]) -> dict[str, Finding]:
    """Return a finding for each batch of one table, taken in their order."""
    holdings: dict[str, Holdings] = {}
    found: dict[str, Finding] = {}
    for case in cases:
        finding = _judge_batch(case, holdings, known, pupils)
        found[case.delivery.batch_id] = finding
        if finding.status == "accepted":
            for entity in case.modes:
                of_entity = holdings.setdefault(entity, Holdings())
                of_entity.add(case.delivery.batch_id, case.place(entity), case.entity_reading(entity), case.day_counts.get(entity))
    return found


def _judge_batch(case: Case, holdings: dict[str, Holdings], known: _Known, pupils: dict[str, list[Case]]) -> Finding:
    decision = known.decisions.get(case.delivery.content_id)
    if decision and decision.decision == "refuse":
        return Finding("refused", reason=f"{case.delivery.batch_id} was refused by {decision.decided_by}. {_undo(case)}")
    if case.reading is None:
        return Finding("rejected", "unreadable_file", _sentence_of_unread(case))
    if case.reading.status == "rejected":
        return Finding("rejected", case.reading.reason_code, case.reading.reason)
    if decision and decision.decision == "accept":
        return Finding("accepted")
    return (
        _too_many_rejected(case, known.limits)
        or _shrunk(case, holdings, known.limits, pupils)
        or _failed_check(case, known.findings)
        or Finding("accepted")
    )


def _too_many_rejected(case: Case, limits: Limits) -> Finding | None:
    for reading in map(case.entity_reading, case.modes):
        rejected, read = reading.rows_rejected - reading.rows_erased, reading.rows_read - reading.rows_erased
        if rejected * 100 > limits.max_rejected_pct * read:
            share = _pct(rejected, read)
            sentence = (
                f"{case.delivery.batch_id}: {rejected:,} of {read:,} rows of {reading.entity} ({share}) cannot be"
                f" used; at most {limits.max_rejected_pct:g} % may. `matlas rejected --academy {case.delivery.academy_id}` lists them. "
                f"{_choice(case)}"
            )
            return Finding("held", "too_many_rejected", sentence)
    return None


def _shrunk(case: Case, holdings: dict[str, Holdings], limits: Limits, pupils: dict[str, list[Case]]) -> Finding | None:
    """The deletion breaker: far fewer rows than the last accepted delivery had in the same place."""
    for entity in case.modes:
        if entity not in holdings:
            continue
        place = case.place(entity)
        standing = holdings[entity].against(place, case.entity_reading(entity), case.day_counts.get(entity))
        if standing is None or standing.before == 0:
            continue
        leaving = 0.0
        if place.mode == "snapshot" and entity in ("pupil", "enrolment") and is_leaving_season(case.delivery.effective_date):
            leaving = standing.before * leaving_share(case.phase, standing.rows_by_nc_year or _nc_years_before(case, pupils))
        lost = standing.before - standing.now
        if (lost - leaving) * 100 > limits.max_shrink_pct * standing.before + 1e-6:
            also = f", and the {round(leaving):,} of the leaving years" if leaving else ""
            sentence = (
                f"{case.delivery.batch_id} has {standing.now:,} rows of {entity} where {standing.batch_id} had {standing.before:,}: "
                f"{_pct(lost, standing.before)} fewer; at most {limits.max_shrink_pct:g} %{also} may go missing at once. {_choice(case)}"
            )
            return Finding("held", "shrunk", sentence)
    return None


def _nc_years_before(case: Case, pupils: dict[str, list[Case]]) -> dict[str, int]:
    """Return the year groups of the academy's last accepted pupils before a table that does not say them (enrolments)."""
    before = [each for each in pupils.get(case.delivery.academy_id, []) if each.delivery.effective_date < case.delivery.effective_date]
    if not before:
        return {}
    return max(before, key=lambda each: each.delivery.order).entity_reading("pupil").rows_by_nc_year


def _failed_check(case: Case, findings: dict[str, list[LandingFinding]]) -> Finding | None:
    for each in sorted(findings.get(case.delivery.batch_id, []), key=lambda finding: (finding.check_id, finding.entity)):
        if each.hold_over_pct is not None and each.failed * 100 > each.hold_over_pct * each.checked:
            share = _pct(each.failed, each.checked)
            sentence = (
                f"{case.delivery.batch_id}: the check {each.check_id} fails for {each.failed:,} of {each.checked:,} rows of {each.entity} "
                f"({share}); over {each.hold_over_pct:g} % a batch waits for a person. {_choice(case)}"
            )
            return Finding("held", each.check_id, sentence)
    return None


def _choice(case: Case) -> str:
    batch_id = case.delivery.batch_id
    return (
        f"If it is right: matlas accept {batch_id}. If not: correct the export and deliver it again, or drop it: matlas refuse {batch_id}."
    )


def _undo(case: Case) -> str:
    return f"To let it in after all: matlas accept {case.delivery.batch_id}."


def _sentence_of_unread(case: Case) -> str:
    names = ", ".join(file.name for file in case.delivery.files)
    return f"{case.delivery.batch_id}: {names} was gone from landing, or changed, before it was read. Put the file back."


def _pct(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"


def _with_superseded(cases: list[Case], found: dict[str, Finding], known: _Known) -> dict[str, Finding]:
    """Return the findings, where deliveries that later ones have replaced are superseded.

    An accepted one is when nothing of it is left in any of its entities. One that waits for a person is when the same file name has
    brought an accepted content since: that was the answer.
    """
    later = {entity: Later() for entity in cases[0].modes}
    slots: dict[tuple[object, ...], str] = {}
    result = dict(found)
    for case in reversed(cases):
        batch_id, slot = case.delivery.batch_id, case.delivery.slot
        status = found[batch_id].status
        if status in ("held", "rejected") and slot in slots:
            reason = f"{batch_id}: the same file came again and was accepted ({slots[slot]}). Nothing to do."
            result[batch_id] = Finding("superseded", reason=reason)
        if status != "accepted":
            continue
        slots.setdefault(slot, batch_id)
        taken = [later[entity].take_all_of(case.place(entity), case.entity_reading(entity), known.covers) for entity in case.modes]
        if taken and all(taken):
            result[batch_id] = Finding("superseded", reason=f"{batch_id}: later deliveries have replaced all of it. Nothing to do.")
        for entity in case.modes:
            later[entity].add(case.place(entity), case.entity_reading(entity))
    return result


def _as_verdicts(cases: list[Case], found: dict[str, Finding], known: _Known) -> list[Verdict]:
    accepted = [case.delivery.batch_id for case in cases if found[case.delivery.batch_id].status == "accepted"]
    verdicts = []
    for order, case in enumerate(cases, start=1):
        delivery, finding = case.delivery, found[case.delivery.batch_id]
        verdict = Verdict(
            batch_id=delivery.batch_id,
            entity=LOOKUP,
            academy_id=delivery.academy_id,
            profile=delivery.profile,
            table_name=delivery.table_name,
            table_rank=case.table_rank,
            content_id=delivery.content_id,
            maps_id=case.reading.maps_id if case.reading else None,
            mode=LOOKUP,
            status=finding.status,
            reason_code=finding.reason_code,
            reason=finding.reason,
            effective_date=delivery.effective_date,
            time_period=academic_year(delivery.effective_date),
            delivery_order=order,
            replaces_from=None,
            replaces_to=None,
            is_newest=delivery.batch_id in accepted[-1:],
        )
        if decision := known.decisions.get(delivery.content_id):
            verdict = replace(verdict, decided_by=decision.decided_by, decided_at=decision.decided_at, decided_why=decision.why)
        verdicts += [_of_entity(verdict, case, entity) for entity in case.modes] or [verdict]
    return verdicts


def _of_entity(verdict: Verdict, case: Case, entity: str) -> Verdict:
    place = case.place(entity)
    return replace(verdict, entity=entity, mode=place.mode, replaces_from=place.first, replaces_to=place.last)
