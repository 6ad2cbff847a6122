"""Scales of trust.yml: what becomes of them in ref.scale, and how their mistakes are told."""

from pathlib import Path

import pytest

from pipelines.scales import ScaleRow, scale_rows
from pipelines.trust import TrustConfig, TrustConfigError, load_trust

TRUST_YML = """
trust: {{name: T}}
scales:
  STEPS: {{below: [1, no], expected: Secure, above: [Mastered]}}
academies:
  - {{id: ashby, name: A, phase: primary, mis: matlas, scales: {scales}}}
"""


def trust_with(tmp_path: Path, scales: str) -> TrustConfig:
    path = tmp_path / "trust.yml"
    path.write_text(TRUST_YML.format(scales=scales), encoding="utf-8")
    return load_trust(path)


def rows_of(trust: TrustConfig, academy_id: str, scale: str) -> set[tuple[str | None, float | None, str]]:
    rows: list[ScaleRow] = list(scale_rows(trust.scales, {each.id: each.scales for each in trust.academies}))
    return {(row.result, row.lowest_points, row.standing) for row in rows if (row.academy_id, row.scale) == (academy_id, scale)}


def test_results_are_named_or_begin_at_a_number_of_points(tmp_path: Path) -> None:
    trust = trust_with(tmp_path, "{Flight: {below: [U], expected_from: 4, above_from: 7}}")

    assert rows_of(trust, "all", "STEPS") == {
        ("1", None, "below"),
        ("no", None, "below"),
        ("Secure", None, "expected"),
        ("Mastered", None, "above"),
    }
    assert rows_of(trust, "ashby", "Flight") == {("U", None, "below"), (None, None, "below"), (None, 4, "expected"), (None, 7, "above")}


def test_a_common_scale_is_there_for_everybody_and_may_be_named(tmp_path: Path) -> None:
    trust = trust_with(tmp_path, "{Autumn: Emerging/Expected/Exceeding}")

    assert rows_of(trust, "all", "Emerging/Expected/Exceeding") == rows_of(trust, "ashby", "Autumn") != set()
    assert ("EXS", None, "expected") in rows_of(trust, "all", "any")


def test_a_scale_of_the_trust_stands_in_the_place_of_a_common_one(tmp_path: Path) -> None:
    path = tmp_path / "trust.yml"
    text = TRUST_YML.format(scales="{}").replace("scales:\n", "scales:\n  gcse 9-1: {expected_from: 5}\n  any: {expected: [Good]}\n", 1)
    path.write_text(text, encoding="utf-8")
    trust = load_trust(path)

    assert rows_of(trust, "all", "GCSE 9-1") == set()
    assert rows_of(trust, "all", "gcse 9-1") == {(None, None, "below"), (None, 5, "expected")}
    assert rows_of(trust, "all", "any") == {("Good", None, "expected")}


@pytest.mark.parametrize(
    ("scales", "sentence"),
    [
        ("{X: GCSE 9-2}", "line 6: `academy 1 → scales → X` is `GCSE 9-2`: expected one of WTS/EXS/GDS, "),
        ("{X: GCSE 9-2}", "Did you mean `GCSE 9-1`?"),
        ("{X: {below: [a]}}", "`academy 1 → scales → X` a scale says what is expected: `expected: [EXS]` by name"),
        ("{X: {expected: [a], above: [A]}}", "`academy 1 → scales → X` a result has one standing; A stands here twice."),
        ("{X: {expected: [a], belw: [b]}}", "`academy 1 → scales → X → belw` is not a key Matlas knows here. Did you mean `below`?"),
        ("{X: {expected_from: 7, above_from: 4}}", "`academy 1 → scales → X` above_from is higher than expected_from; give both."),
        ("{X: {expected: [a]}, x: {expected: [b]}}", "`academy 1 → scales` capitals do not tell scales apart: X stands here twice."),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_expected(tmp_path: Path, scales: str, sentence: str) -> None:
    with pytest.raises(TrustConfigError) as caught:
        trust_with(tmp_path, scales)

    assert sentence in str(caught.value)
