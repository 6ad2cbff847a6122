"""What all tests share: the order of the files."""

import pytest

# By what they cost. Each worker takes the next file when it has done one, so the long ones come first: else one worker works on the last of
# them while the other has nothing left to do. After those named come the other files of whole nights, then the other unit tests.
LONGEST_FIRST = (
    "test_incremental",
    "test_deliveries",
    "test_crash",
    "test_speed",
    "test_trace_demo",
    "test_privacy",
    "test_cli_night",
    "test_golden_trust",
    "test_serve_postgres",
    "test_protection",
    "test_superset",
    "test_planted_defects",
    "test_bad_input",
    "test_codes_nights",
    "test_mutations",
    "test_accepted_failure",
    "test_achievement_nights",
    "test_dbt_unit_tests",
    "test_unchanged_night",
    "test_readers",
    "test_random_trust",
    "test_ui",
    "test_held_batch",
    "test_bench_peers",
    "test_drivers",
    "test_matrix",
    "test_audiences",
    "test_suppression_demo",
    "test_suppression_attack",
    "test_official_absence",
    "test_slices",
    "test_random_people",
    "test_expectations_built",
    "test_quality_dq",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first; within a file the order stays."""
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: (place.get(item.path.stem, len(place)), item.path.parent.name))
