"""Which batches of tonight's landing are new deliveries."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from pipelines.ingest.deliveries import Seen, registered
from pipelines.ingest.landing import FoundBatch
from pipelines.store.records import DeliveredFile, Delivery

SEPTEMBER = date(2025, 9, 1)


def found(content: str, day: date | None = SEPTEMBER, name: str = "pupils.csv") -> FoundBatch:
    return FoundBatch("ashby", "sims", "pupils", day, (DeliveredFile(Path(name), None, name, None, content, 10),))


def night(number: int, hour: int = 2) -> Seen:
    return Seen(f"run {number}", datetime(2025, 9, number, hour, tzinfo=UTC), "Europe/London")


def after(*nights: FoundBatch) -> list[Delivery]:
    known: list[Delivery] = []
    for number, batch in enumerate(nights, start=2):
        known += registered([batch], known, night(number))
    return known


def test_a_content_that_stays_is_one_delivery() -> None:
    assert len(after(found("a"), found("a"), found("a"))) == 1


def test_content_seen_again_after_other_content_is_a_new_delivery_with_its_own_number() -> None:
    first, other, again = after(found("a"), found("b"), found("a"))

    assert first.content_id == again.content_id != other.content_id
    assert again.batch_id == f"{first.batch_id}-2"
    assert [each.effective_date for each in (first, other, again)] == [SEPTEMBER] * 3
    assert first.order < other.order
    assert other.order < again.order


def test_the_same_content_under_two_dates_is_two_deliveries_of_one_content() -> None:
    first, second = after(found("a"), found("a", date(2025, 9, 8)))

    assert first.content_id == second.content_id
    assert (first.batch_id, second.batch_id) == (
        f"ashby-pupils-2025-09-01-{first.content_id[:8]}",
        f"ashby-pupils-2025-09-08-{first.content_id[:8]}",
    )


def test_an_undated_file_is_of_the_day_in_the_trusts_time_zone() -> None:
    late_evening = Seen("run", datetime(2025, 9, 9, 23, 30, tzinfo=UTC), "Europe/London")

    assert registered([found("a", None)], [], late_evening)[0].effective_date == date(2025, 9, 10)


def test_the_order_of_parts_is_part_of_a_content_and_its_names_are_not() -> None:
    one, two = (DeliveredFile(Path(f"p{part}.csv"), None, f"p{part}.csv", part, str(part), 1) for part in (1, 2))
    batch = replace(found("a"), files=(one, two))

    assert batch.content_id == replace(batch, files=(replace(one, name="x.csv"), two)).content_id
    assert batch.content_id != replace(batch, files=(two, one)).content_id


def test_the_same_content_in_another_file_is_known_by_its_new_place() -> None:
    first = after(found("a"))[0]

    moved = registered([found("a", name="PUPILS.csv")], [first], night(3))

    assert [each.batch_id for each in moved] == [first.batch_id]
    assert moved[0].files[0].name == "PUPILS.csv"
