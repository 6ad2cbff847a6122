"""The governor's sentences without what is hidden: each part that speaks of a hidden figure goes, and the sentence is said anew.

Here: marts.governor_summary. Not here: which of its figures are hidden (beside.py has judged them for the scorecard, whose rows these are).
"""

import duckdb

from pipelines.suppression.beside import NOT_ENOUGH


def hide_sentences(connection: duckdb.DuckDBPyConnection, target: str) -> None:
    """Hide by `suppression_scorecard`: the figure, England beside it, last year's and the phase's, each with its words."""
    of_figure = ("value", "rag", "target_in_words", "caveat")
    of_nation = ("national_value", "against_england", "better_or_worse", "england_in_words")
    changes = [
        *(f"{name} = case when is_shown then {name} end" for name in of_figure),
        *(f"{name} = case when has_nation then {name} end" for name in of_nation),
        "trust_value = case when has_phase then trust_value end",
        *(f"{name} = case when has_last_year then {name} end" for name in ("last_year_value", "last_year_in_words")),
        "value_status = case when is_shown then value_status else 'c' end",
        f"figure_in_words = case when is_shown then figure_in_words else '{NOT_ENOUGH.removesuffix('.')}' end",
    ]
    connection.execute(
        f"""
        update {target}.marts.governor_summary as said
        set {", ".join(changes)}
        from suppression_scorecard as judged
        where said.academy_id = judged.academy_id and said.measure_id = judged.measure_id
        """
    )
    connection.execute(
        f"""
        update {target}.marts.governor_summary
        set sentence = concat(concat_ws('; ', figure_in_words, england_in_words, last_year_in_words, target_in_words), '.')
        """
    )
