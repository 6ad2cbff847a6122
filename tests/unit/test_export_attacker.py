"""An attacker who has nothing but the files of an export, and subtracts whatever can be subtracted."""

from itertools import product
from pathlib import Path
from typing import Any

from pipelines.store.home import Home
from tests.helpers.exported import export, figure, published_home, roll, rows_of


def a_full_trust() -> list[dict[str, Any]]:
    """Three academies, four topics, sums that add up; the small ones by hand in `few`."""
    topics = {"sex": ["F", "M"], "fsm": ["yes", "no"], "ethnicity": ["white", "asian", "black"], "sen": ["none", "support", "ehcp"]}
    pupils = {"ashby": 120, "birch": 90, "croft": 200}
    few = {("ashby", "fsm", "yes"): 4, ("birch", "ethnicity", "black"): 2, ("croft", "sen", "ehcp"): 5, ("birch", "sen", "ehcp"): 1}
    rows, counts = [], {(name, ("all", "all")): number for name, number in pupils.items()}
    for (name, number), (topic, groups) in product(pupils.items(), topics.items()):
        of_groups = [few.get((name, topic, each), number // len(groups)) for each in groups]
        of_groups[0 if (name, topic, groups[0]) not in few else 1] += number - sum(of_groups)
        counts |= {(name, (topic, each)): count for each, count in zip(groups, of_groups, strict=True)}
    for group in dict.fromkeys(group for _, group in counts):
        of_group = {name: counts[name, group] for name in pupils}
        suspended = {name: count // (7 if name == "birch" else 11) for name, count in of_group.items()}
        sums = {
            "trust": list(pupils),
            "trust primary": ["ashby", "birch"],
            "trust secondary": ["croft"],
            **{name: [name] for name in pupils},
        }
        for place, names in sums.items():
            counted, out_of = sum(suspended[name] for name in names), sum(of_group[name] for name in names)
            rows += [roll(place, out_of, group), figure(place, "suspension_rate", counted, out_of, group)]
    return rows


def test_nobody_works_back_a_hidden_count_from_the_files_alone(tmp_path: Path) -> None:
    """An attacker who subtracts whatever can be subtracted, over and over, learns no count that the files hide."""
    home = published_home(tmp_path, *a_full_trust())
    assert export(home) == 0
    known = _counts(home)
    hidden = {key for key, count in known.items() if count is None}
    assert hidden

    lines = _lines(known)
    while solved := [(line, unknown[0]) for line in lines if len(unknown := [each for each in line if known[each] is None]) == 1]:
        for (total, *parts), one in solved:
            others = sum(known[each] or 0 for each in parts if each != one)
            known[one] = others if one == total else (known[total] or 0) - others

    assert {key for key in hidden if known[key] is not None} == set()


def test_the_attacker_would_succeed_if_only_small_figures_were_hidden(tmp_path: Path) -> None:
    home = published_home(tmp_path, *a_full_trust())
    assert export(home) == 0
    shown_too = {key: count for key, count in _counts(home).items() if count is not None}
    truth = {key: count for key, count in _truth().items() if count >= 6 or count == 0}

    assert len(truth) > len(shown_too)
    known: dict[Any, int | None] = {**dict.fromkeys(_truth()), **truth}
    assert any(sum(known[each] is None for each in line) == 1 for line in _lines(known))


Key = tuple[str, str, str, str]  # measure, place, topic, group


def _counts(home: Home) -> dict[Key, int | None]:
    counts: dict[Key, int | None] = {}
    for file, column, place in product(("context", "inclusion"), ("roll", "suspension_rate_numerator"), ("education_phase", "school_name")):
        for row in rows_of(home, f"trust_{file}{'_school' if place == 'school_name' else ''}.csv"):
            if column in row and row[column] != "z":
                counts[column, row[place], row["breakdown_topic"], row["breakdown"]] = None if row[column] == "c" else int(row[column])
    return counts


def _truth() -> dict[Key, int]:
    places = {"trust all": "Total", "trust primary": "Primary", "trust secondary": "Secondary"}
    found: dict[Key, int] = {}
    for row in a_full_trust():
        place = places.get(f"{row['academy_id']} {row['phase']}", row["academy_id"])
        column = "roll" if row["measure_id"] == "roll" else "suspension_rate_numerator"
        found[column, place, row["breakdown_topic"].replace("all", "Total"), row["breakdown"]] = int(row["numerator"])
    return found


def _lines(known: dict[Any, int | None]) -> list[list[Any]]:
    """Every sum in the files: a total and its parts."""
    primary = {name for _, name, *_ in known if name in ("Ashby Academy", "Birch Primary", "ashby", "birch")}
    secondary = {name for _, name, *_ in known if name in ("Croft School", "croft")}
    places = [("Total", {"Primary", "Secondary"}), ("Primary", primary), ("Secondary", secondary)]
    lines = []
    for measure, place, topic, group in known:
        if topic == "Total":
            topics = {each[2] for each in known if each[:2] == (measure, place) and each[2] != "Total"}
            lines += [[(measure, place, topic, group), *(each for each in known if each[:3] == (measure, place, one))] for one in topics]
        lines += [
            [
                (measure, place, topic, group),
                *((measure, part, topic, group) for part in sorted(parts) if (measure, part, topic, group) in known),
            ]
            for total, parts in places
            if total == place
        ]
    return lines
