"""trust.yml of the synthetic trust, as a person would write it.

Not here: the deliveries (trust.py).
"""

from pipelines.synthetic.formative import STEPS, Scale, scale_of
from pipelines.synthetic.plan import TRUST_NAME, AcademyPlan, TrustPlan, half_terms
from pipelines.synthetic.stages import GCSES, gcse_stage

PAYROLL = {"arbor": "STAFF_NUMBER", "wonde": "payroll_number"}
"""Where an MIS has the payroll number without the profile reading it unasked."""
NAMES_SCALES = ("arbor", "wonde", "matlas")
"""Whose results say which scale they are of."""
NAMES_ASSESSMENTS = ("arbor", "bromcom", "sims")
"""Whose results are all judgements of the year unless trust.yml says otherwise."""
SHOWN_ACADEMIES = 2
"""Academies whose leaders and teachers have a login in the demo."""
ACCESS = """\
access:                          # who reads besides the trust's central team; what is not named here is not published
  audiences: [academy, analyst, governor, teacher]
  logins:                        # of PostgreSQL, for `matlas serve postgres`
    central_team: {audience: trust}
    data_analysts: {audience: analyst}
    trust_board: {audience: governor}
"""
DELEGATION = """\
delegation:                      # who decides what, and since when
  - {decision: assessment scale, decided_by: academy}
  - {decision: behaviour categories, decided_by: academy}
  - {decision: definition of measures, decided_by: trust}
  - {decision: term dates, decided_by: trust, since: 2019-09-01}
"""
GOALS = """\
goals:                           # what the trust aims at, since when and agreed by whom, and from where a figure is amber or red
  attendance_rate:               # a new goal stands below the old one, which keeps its years
    - {{phase: primary, target: 95, amber: 94.5, red: 93, since: {first}-09-01, agreed_by: "Board, 10 July {first}"}}
    - {{phase: primary, target: 95.5, amber: 95, red: 93.5, since: {last}-09-01, agreed_by: "Board, 9 July {last}"}}
    - {{target: 92.5, amber: 91.5, red: 89.5, since: {first}-09-01, agreed_by: "Board, 10 July {first}"}}
    - {{target: 93, amber: 92, red: 90, since: {last}-09-01, agreed_by: "Board, 9 July {last}"}}
{own}  persistent_absence_rate:
    - {{target: 18, amber: 20, red: 26, since: {first}-09-01, agreed_by: "Board, 10 July {first}"}}
    - {{target: 15, amber: 18, red: 25, since: {last}-09-01, agreed_by: "Board, 9 July {last}"}}
  suspension_rate: [{{target: 6, red: 10, since: {first}-09-01, agreed_by: "Board, 10 July {first}"}}]
  ks2_rwm_expected_pct: [{{target: 70, amber: 65, red: 55, since: {first}-09-01, agreed_by: "Board, 10 July {first}"}}]
  attainment8:
    - {{phase: secondary, target: 47, amber: 45, red: 42, since: {first}-09-01, agreed_by: "Board, 10 July {first}"}}
    - {{phase: all_through, target: 46, red: 40, since: {first}-09-01, agreed_by: "Board, 10 July {first}"}}
  on_track_pct: [{{target: 75, amber: 70, since: {last}-09-01, agreed_by: "Board, 9 July {last}"}}]
"""
OWN_GOAL = """\
    - {{academy: {academy}, target: 90, amber: 89, red: 87, since: {last}-09-01, agreed_by: "Its governors and the board, 16 July {last}"}}
"""


def trust_yml(plan: TrustPlan) -> str:
    """The one file that a person edits."""
    lines = [
        "# A fictional trust: no pupil, school or place in it is real.",
        "trust:",
        f"  name: {TRUST_NAME}",
        '  group_uid: "99001"',
        "  timezone: Europe/London",
        f"as_of: {plan.as_of}                # pinned, so that the trust reads the same on any day",
        "calendar:",
    ]
    for year in plan.years:
        lines.append(f"  {year}:")
        lines += [f"    {name}: [{first}, {last}]" for name, (first, last) in half_terms(year).items()]
    lines += _goals(plan)
    lines.append("academies:")
    for academy in plan.academies:
        lines += _academy(plan, academy)
    return "\n".join(lines) + "\n"


def with_readers(written: str, plan: TrustPlan) -> str:
    """A written trust.yml with readers of every audience, leaders and teachers of the first academies, and a scheme of delegation."""
    lines = ACCESS.splitlines()
    for academy in plan.academies[:SHOWN_ACADEMIES]:
        lines.append(f"    {academy.id}_leaders: {{audience: academy, academies: [{academy.id}]}}")
        lines.append(f"    {academy.id}_teachers: {{audience: teacher, academies: [{academy.id}]}}")
    return written.replace("\nacademies:\n", "\n" + "\n".join(lines) + "\n" + DELEGATION + "academies:\n")


def _goals(plan: TrustPlan) -> list[str]:
    """Goals of this year and of the year before it; a special academy has one of its own."""
    last = plan.years[-1] // 100
    special = next((academy.id for academy in plan.academies if academy.phase == "special"), None)
    own = OWN_GOAL.format(academy=special, last=last) if special else ""
    return GOALS.format(first=last - 1, last=last, own=own).splitlines()


def _academy(plan: TrustPlan, academy: AcademyPlan) -> list[str]:
    lines = [
        f"  - id: {academy.id}",
        f"    urn: {academy.urn}",
        f'    laestab: "{academy.laestab}"',
        f"    name: {academy.name}",
        f"    phase: {academy.phase}",
        f"    region: {academy.region}",
        f"    mis: {academy.mis}",
        "    joined_on: 2019-09-01",
    ]
    if academy.mis in PAYROLL:
        lines.append(f"    columns: {{staff: {{trust_staff_ref: {PAYROLL[academy.mis]}}}}}")
    if academy.mis in NAMES_ASSESSMENTS and has_gcses(plan, academy):
        lines += ["    codes:", f"      assessment_stage: {{{GCSES}: KS4}}", f"      assessment_kind: {{{GCSES}: summative}}"]
    return lines + _scales(academy, scale_of(academy))


def has_gcses(plan: TrustPlan, academy: AcademyPlan) -> bool:
    """Whether the academy's files have GCSEs of last year's leavers."""
    return academy.highest >= 11 and any(gcse_stage(year).known_on <= academy.exported_on for year in plan.years[:-1])


def _scales(academy: AcademyPlan, scale: Scale) -> list[str]:
    """What the academy's words mean: its own scale in full, a common one by its name where the MIS gives none."""
    name = scale.name if academy.mis in NAMES_SCALES else "any"
    if scale != STEPS:
        return [] if name == scale.name else ["    scales:", f"      {name}: {scale.name}"]
    words = {
        "below": scale.grades[: scale.expected],
        "expected": scale.grades[scale.expected : scale.expected + 1],
        "above": scale.grades[scale.expected + 1 :],
    }
    listed = ", ".join(f"{standing}: [{', '.join(grades)}]" for standing, grades in words.items())
    return ["    scales:", f"      {name}: {{{listed}}}"]
