"""Decide: give every delivery its verdict and keep the verdicts in the manifest, whole, every run.

Here: when it happens. Pupils, enrolments and colleagues are judged first, so that the landing checks of facts know tonight's accepted ones
(September's new intake are not orphans). Not here: the rules (verdicts.py).
"""

from pipelines.ingest.cases import KeyCovers, cases_of
from pipelines.ingest.verdicts import judge
from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.records import RunRequest, Verdict
from pipelines.trust import TrustConfig

DESCRIBING = frozenset({"pupil", "enrolment", "staff"})


def decide_pupils(home: Home, trust: TrustConfig, request: RunRequest) -> list[Verdict]:
    """Judge the tables that give pupils, enrolments or colleagues; the verdicts on facts stay last night's until `decide`."""
    return _decide(home, trust, request, DESCRIBING)


def decide(home: Home, trust: TrustConfig, request: RunRequest) -> list[Verdict]:
    """Judge every delivery."""
    return _decide(home, trust, request, None)


def _decide(home: Home, trust: TrustConfig, request: RunRequest, entities: frozenset[str] | None) -> list[Verdict]:
    with Manifest(home.manifest) as manifest:
        cases = [each for each in cases_of(manifest, trust, request.as_at) if entities is None or entities & each.modes.keys()]
        covers = KeyCovers(manifest, home.raw)
        verdicts = judge(cases, manifest.findings(request.as_at), manifest.decisions(), trust.limits, covers)
        covers.save()
        judged = {case.delivery.batch_id for case in cases}
        others = [each for each in manifest.verdicts(request.as_at) if each.batch_id not in judged] if entities else []
        manifest.save_verdicts([*verdicts, *others], request.as_at)
    return verdicts
