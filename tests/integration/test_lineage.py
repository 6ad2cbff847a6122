"""The lineage that is kept beside the checks is the one of today's models: after a change of them, `make lineage`."""

from expectations.lineage import changed_files, read_lineage
from pipelines.lineage.project import project_columns


def test_the_kept_lineage_is_that_of_todays_models() -> None:
    kept, today = read_lineage(), project_columns()

    assert changed_files() == []
    assert [each for each in today if each not in kept] == []
    assert kept == today


def test_a_figure_of_the_scorecard_can_be_followed_to_what_was_delivered() -> None:
    made_of = {f"{each.table}.{each.column}": {*each.copied, *each.decided, *each.counted} for each in read_lineage()}
    reached, waiting = set(), {"marts.scorecard.value"}
    while waiting:
        reached |= waiting
        waiting = {source for name in waiting for source in made_of.get(name, ())} - reached

    assert {"measures.measure_figure.value", "core.fct_attendance_session.is_attending", "std.std_attendance_mark.mark_code"} <= reached
    assert {"raw.attendance_mark.mark_code", "raw.assessment_result.result", "raw.suspension.category_code"} <= reached
    assert "raw.pupil.legal_surname" not in reached
