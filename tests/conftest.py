"""What all tests share: the order of the files."""

import pytest

# By what they cost. Each worker takes the next file when it has done one, so the long ones come first: else one worker works on the last of
# them while the other has nothing left to do. After those named come the other files of whole nights, then the other unit tests.
LONGEST_FIRST = (
    "test_incremental",
    "test_crash",
    "test_deliveries",
    "test_mutations",
    "test_planted_defects",
    "test_cli_night",
    "test_bad_input",
    "test_trace_demo",
    "test_privacy",
    "test_unchanged_night",
    "test_dbt_unit_tests",
    "test_held_batch",
    "test_speed",
    "test_serve_postgres",
    "test_bench_peers",
    "test_readers",
    "test_ui",
    "test_golden_trust",
    "test_superset",
    "test_drivers",
    "test_codes_nights",
    "test_achievement_nights",
    "test_random_trust",
    "test_accepted_failure",
    "test_official_absence",
    "test_rules_examples",
    "test_expectations_built",
    "test_quality_dq",
    "test_random_people",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first; within a file the order stays."""
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: (place.get(item.path.stem, len(place)), item.path.parent.name))
