"""The published tables of the alignment x autonomy map: their columns, types and the comments that BI tools show.

Here: the tables as data. Not here: what fills them (pipelines/steering), what the scores mean (docs/explanation/alignment-and-autonomy.md).
No column is about a person.
"""

from collections.abc import Iterator

from expectations.dq_schema import Column, Table

_ACADEMY = Column("academy_id", "varchar not null", "The academy, as trust.yml calls it.")
_AREA = Column("area", "varchar not null", "One of the eight domains of measures, or all: all that is known of the academy, once.")
_SCORES = {
    "alignment": "How much comes through the trust's standard, without a map, a heading, a scale or dates of the academy's own",
    "autonomy": "What share of the decisions that the scheme of delegation names are the academy's",
    "transparency": "How much of it can be seen: current, whole, checked, and open to its readers",
    "accountability": "How much of it somebody answers for: goals set and agreed, alerts taken up in time, decisions with a reason",
}


def _columns() -> Iterator[Column]:
    yield _ACADEMY
    yield _AREA
    yield Column("as_of", "date not null", "The last day that counts.")
    yield Column(
        "quadrant",
        "varchar",
        "assistant (high alignment, high autonomy), authoritative (high, low), laissez_faire (low, high) or isolated (low, low); null "
        "where alignment or autonomy is not known.",
    )
    yield Column("alignment_high_from", "double not null", "From this alignment on it is high.")
    yield Column("autonomy_high_from", "double not null", "From this autonomy on it is high.")
    yield Column("quadrant_unknown_because", "varchar", "Why there is no quadrant; null where there is one.")
    for score, what in _SCORES.items():
        yield Column(score, "double", f"{what}: 0 to 100, as its evidence adds up; null where nothing is known.")
        yield Column(f"{score}_rests_on", "varchar", "The evidence that counted, in words; null where nothing is known.")
        yield Column(f"{score}_unknown_because", "varchar", "Why the score is not known; null where it is.")
        yield Column(f"{score}_trust_median", "double", "The median of the trust's academies with such a score in the area.")
        yield Column(
            f"{score}_last_half_term", "double", "The score of the last night of the half-term before this one, where there was one."
        )
        yield Column(f"{score}_half_term_before", "double", "The score of the last night of the half-term before that.")
    yield Column(
        "last_half_term_as_of", "date", "The last day that counted in the scores of the half-term before; null where none are kept."
    )
    yield Column("half_term_before_as_of", "date", "The last day that counted in the scores of the half-term before that.")


ALIGNMENT_AUTONOMY = Table(
    "alignment_autonomy",
    "One row per academy of the trust today and area: how it stands to the trust. High alignment with high autonomy is what a trust may "
    "aim at; no score is a mark, and none says how pupils do.",
    tuple(_columns()),
    "marts",
)

EVIDENCE = Table(
    "alignment_autonomy_evidence",
    "One row per academy, area, score and kind of evidence: what was counted, and its points. They add up to the score.",
    (
        _ACADEMY,
        _AREA,
        Column("score", "varchar not null", "alignment, autonomy, transparency or accountability."),
        Column("evidence", "varchar not null", "The kind of evidence."),
        Column("what", "varchar not null", "The kind of evidence, as a person would call it."),
        Column("counted", "bigint not null", "How many things are so."),
        Column(
            "out_of", "bigint not null", "Of how many. 0: there was nothing to count, and the evidence gives no points and takes none away."
        ),
        Column("points", "double", "What it adds to the score; null where there was nothing to count."),
        Column(
            "most_points", "double", "What it would add if everything were so: its weight among the evidence that has something to count."
        ),
        Column("sentence", "varchar not null", "The same in words, with what is not so."),
        Column("where_to_look", "varchar not null", "The table or the setting that shows the things."),
    ),
    "marts",
)

MAP = (ALIGNMENT_AUTONOMY, EVIDENCE)
