"""Balanced: what the trust values, not only what is easy to count; every domain, and every group of pupils.

Here: domains and groups without a figure, and our own design of the scorecard. Not here: how a figure is worked out (models/measures).
"""

from expectations.check import Check, Severity

DOMAINS = ("attendance", "inclusion", "achievement", "progress", "personal_development", "voice", "staff", "context")
_VALUED = "('personal_development', 'voice')"

# A domain whose every measure is not applicable (no stage has ended here, nobody is on roll yet) has nothing to lack.
_DOMAIN = f"""
        domain as (
            select academies.academy_id, domains.domain, count(cells.value) as figures
            from (select distinct academy_id from marts.scorecard where academy_id <> 'trust') as academies
            cross join (values {", ".join(f"('{each}')" for each in DOMAINS)}) as domains (domain)
            left join marts.scorecard as cells using (academy_id, domain)
            group by all
            having count(cells.measure_id) = 0 or count_if(cells.value_status = 'z') < count(cells.measure_id)
        )"""

DOMAIN_MISSING = Check(
    id="domain_missing",
    principle="balanced",
    severity=Severity.WARN,
    what="One of the eight domains of the scorecard has no figure at all for the academy. Each such domain counts as one failure.",
    when="Always: what is not seen is not valued, and the trust's figure of that domain leaves the academy out.",
    how=(
        "See in marts.scorecard what its measures need (`caveat`), and in the README of the academy's MIS which export delivers it. What "
        "the MIS does not hold (surveys, training) comes as a file of the canonical profile."
    ),
    affects=("all",),
    caveat="{failed} of {checked} domains without any figure",
    at="built",
    not_applicable="The academy has no scorecard yet.",
    checked=f"with {_DOMAIN} select academy_id, count(*) as checked from domain group by all",
    sql=f"""
        with {_DOMAIN}
        select
            academy_id,
            null as source_pupil_id,
            'domain ' || domain as subject,
            'no figure in the domain ' || replace(domain, '_', ' ') as what,
            1 as failed,
        from domain
        where figures = 0
    """,
)

_SHARE = """
        counted as (
            select academy_id, domain, count(*) as measures from marts.scorecard where academy_id = 'trust' group by all
        ),
        share as (
            select *, sum(measures) over (partition by academy_id) as all_measures from counted
        )"""

DOMAIN_DOMINATES = Check(
    id="domain_dominates",
    principle="balanced",
    severity=Severity.STOP,
    what="One domain has over 40 % of the scorecard's measures.",
    when="When measures are added to ref.measure: a scorecard that is mostly about one thing says that only this counts.",
    how="Nothing in a school's MIS can cause this. Whoever adds measures adds those of other domains, or leaves some out of the scorecard.",
    affects=("all",),
    at="built",
    covers_trust=True,
    not_applicable="All scorecards have the same measures: judged once, for the trust.",
    checked=f"with {_SHARE} select academy_id, count(*) as checked from share group by all",
    sql=f"""
        with {_SHARE}
        select
            academy_id,
            null as source_pupil_id,
            'domain ' || domain as subject,
            measures || ' of the ' || all_measures || ' measures of the scorecard are of the domain ' || domain as what,
            1 as failed,
        from share
        where measures * 100 > all_measures * 40
    """,
)

_THIS_HALF_TERM = f"""
        half_term_figure as (
            select
                measured.*,
                definitions.domain,
                max(measured.period_start) over (partition by measured.academy_id) as latest_start
            from marts.measure_value as measured
            inner join ref.measure as definitions using (measure_id)
            cross join run.parameter as parameter
            where
                measured.level = 'academy'
                and measured.period_type = 'half_term'
                and measured.breakdown_topic = 'all'
                and measured.period_start <= parameter.as_of
                and measured.time_period // 100 = year(parameter.as_of) - case when month(parameter.as_of) < 8 then 1 else 0 end
                and definitions.domain in {_VALUED}
        ),
        valued as (
            select academy_id, domain, period_start, count(value) as figures
            from half_term_figure
            where period_start = latest_start
            group by all
        )"""

VALUED_NOT_ONLY_EASY = Check(
    id="valued_not_only_easy",
    principle="balanced",
    severity=Severity.WARN,
    what="Personal development or voice has no figure this half-term.",
    when="When nobody was asked and no club list came: the scorecard then shows what is easy to count and leaves out what is valued.",
    how=(
        "Deliver the academy's clubs and parents' evenings from the MIS, and ask one group (pupils, parents or staff) a few questions each "
        "half-term."
    ),
    affects=("personal_development", "voice"),
    caveat="no figure this half-term for personal development, for voice, or for both",
    at="built",
    not_applicable="No half-term of this year has begun, or its dates are not known.",
    checked=f"with {_THIS_HALF_TERM} select academy_id, count(*) as checked from valued group by all",
    sql=f"""
        with {_THIS_HALF_TERM}
        select
            academy_id,
            null as source_pupil_id,
            'domain ' || domain || ' of ' || period_start as subject,
            'no figure in ' || replace(domain, '_', ' ') || ' in the half-term from ' || period_start as what,
            1 as failed,
        from valued
        where figures = 0
    """,
)

# Measures of everybody on roll: in those of a stage, or of the marks that some pupils have, a group may well have nobody.
_GROUP = """
        figure as (
            select academy_id, measure_id, breakdown_topic, breakdown, numerator, value
            from marts.measure_value
            cross join run.parameter as parameter
            where
                level = 'academy'
                and period_type = 'year_to_date'
                and time_period // 100 = year(parameter.as_of) - case when month(parameter.as_of) < 8 then 1 else 0 end
                and breakdown_topic not in ('year_group', 'age_group', 'reason', 'ethnicity_code')
        ),
        pupil_group as (
            select rolls.academy_id, measures.measure_id, rolls.breakdown_topic, rolls.breakdown, rolls.numerator as pupils, figure.value
            from figure as rolls
            inner join figure as measures
                on rolls.academy_id = measures.academy_id
                and measures.measure_id in ('attendance_rate', 'on_track_pct', 'enrichment_pct', 'parent_engagement_pct')
                and measures.breakdown_topic = 'all'
                and measures.value is not null
            left join figure
                on rolls.academy_id = figure.academy_id
                and measures.measure_id = figure.measure_id
                and rolls.breakdown_topic = figure.breakdown_topic
                and rolls.breakdown = figure.breakdown
            where rolls.measure_id = 'roll' and rolls.breakdown_topic <> 'all' and rolls.numerator >= 6
        )"""

GROUP_HIDDEN = Check(
    id="group_hidden",
    principle="balanced",
    severity=Severity.WARN,
    what=(
        "A group of six or more pupils on roll has no figure in a measure of all pupils that has one for all (attendance, on track, clubs, "
        "invitations)."
    ),
    when="Always: nobody sees how these pupils do, and the figure for all is read as if it were theirs.",
    how=(
        "Look whether these pupils' results, clubs, invitations or marks are kept in another list of the MIS (a resource base's own "
        "markbook, say) and export that, too."
    ),
    affects=("attendance_rate", "on_track_pct", "enrichment_pct", "parent_engagement_pct"),
    caveat="{failed} of {checked} figures of pupil groups not there",
    at="built",
    not_applicable="No group has six pupils, or none of the measures has a figure.",
    checked=f"with {_GROUP} select academy_id, count(*) as checked from pupil_group group by all",
    sql=f"""
        with {_GROUP}
        select
            academy_id,
            null as source_pupil_id,
            measure_id || ' of ' || breakdown_topic || ' ' || breakdown as subject,
            measure_id || ' has no figure for the ' || cast(pupils as bigint) || ' pupils of ' || breakdown_topic || ' ' || breakdown
            as what,
            1 as failed,
        from pupil_group
        where value is null
    """,
)
