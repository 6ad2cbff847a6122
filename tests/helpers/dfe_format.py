"""The rules of DfE's open data files, as its guide for analysts and its screener state them, checked without a look at how Matlas writes.

Here: one function per part of a pair of files, data and metadata; each fault is a sentence. Not here: whether a figure is right. Rules that
the screener only warns of are faults here.
"""

import csv
import re
from pathlib import Path

Rows = list[dict[str, str]]

MANDATORY = ["time_period", "time_identifier", "geographic_level", "country_code", "country_name"]
OF_LEVEL = {
    "National": [],
    "MAT": ["trust_id", "trust_name"],
    "School": ["school_urn", "school_name", "school_laestab", "old_la_code", "new_la_code", "la_name"],
}
GEOGRAPHY = {column for columns in OF_LEVEL.values() for column in columns}
META = [
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
]
UNITS = {"", "%", "pp", "£", "£m"}
SYMBOLS = {"z", "x", "c", "low", "k", "u"}
NUMBER = re.compile(r"-?\d+(\.\d+)?")
HARMONISED = {
    "sen_": {"sen_status", "sen_primary_need", "sen_secondary_need", "sen_provision"},
    "phase": {"education_phase"},
    "ethnic": {"ethnicity_major", "ethnicity_minor", "ethnicity_detailed", "minority_ethnic"},
    "school_type": {"establishment_type", "establishment_type_group"},
}
OF_FILTERS = ("male", "asian", "chinese", "indian", "black", "african", "caribbean", "white", "roma", "irish", "english", "british", "arab")
ETHNIC_GROUPS = {
    "White",
    "Mixed / Multiple ethnic groups",
    "Asian / Asian British",
    "Black / African / Caribbean / Black British",
    "Other ethnic group",
    "Unknown",
}


def faults(data_file: Path) -> list[str]:
    """Everything by which a data file and the metadata beside it break the rules of the format."""
    meta_file = data_file.with_name(f"{data_file.stem}.meta.csv")
    found = [*_in_name(data_file.stem)]
    if not meta_file.exists():
        return [*found, "there is no metadata file of the same name"]
    try:
        columns, data = _read(data_file)
        meta_columns, meta = _read(meta_file)
    except (UnicodeDecodeError, ValueError) as error:
        return [*found, f"a file is no UTF-8 CSV: {error}"]
    missing = [each for each in MANDATORY if each not in columns] + [each for each in META if each not in meta_columns]
    if missing or not data:
        return [*found, f"missing columns {missing} or no row"]
    found += _in_columns(columns, data, meta)
    found += _in_times(data)
    found += _in_places(columns, data)
    found += _in_metadata(columns, meta, meta_columns)
    found += _in_filters(columns, data, meta)
    found += _in_indicators(data, meta)
    return found


def _read(path: Path) -> tuple[list[str], Rows]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    header, *rows = lines
    if any(len(row) != len(header) for row in rows):
        raise ValueError("a line has more or fewer cells than the header")
    return header, [dict(zip(header, row, strict=True)) for row in rows]


def _in_name(name: str) -> list[str]:
    found = [] if re.fullmatch(r"[a-z0-9_-]+", name) else ["the file name is not lower case letters, digits, _ and -"]
    return found + (["the file name is longer than 50 characters"] if len(name) > 50 else [])


def _in_columns(columns: list[str], data: Rows, meta: Rows) -> list[str]:
    found = [f"column {each} is not in snake case" for each in columns if not re.fullmatch(r"[a-z][a-z0-9_]*", each)]
    if len(set(columns)) < len(columns):
        found.append("a column stands twice")
    known = {*MANDATORY, *GEOGRAPHY, *(row["col_name"] for row in meta), *(row["filter_grouping_column"] for row in meta)}
    several = [each for each in columns if each not in known and len({row[each] for row in data}) > 1]
    found += [f"column {each} is in no metadata and has more than one value" for each in several]
    for search, accepted in HARMONISED.items():
        found += [
            f"column {each} is a harmonised variable under another name" for each in columns if search in each and each not in accepted
        ]
    return found


def _in_times(data: Rows) -> list[str]:
    found = [
        f"time_period {period} is no pair of years that follow each other"
        for period in {row["time_period"] for row in data}
        if not re.fullmatch(r"\d{6}", period) or (int(period[:4]) + 1) % 100 != int(period[4:])
    ]
    if len({row["time_identifier"] for row in data}) > 1:
        found.append("time identifiers are mixed")
    if {row["time_identifier"] for row in data} != {"Academic year"}:
        found.append("the time identifier is not Academic year")
    return found


def _in_places(columns: list[str], data: Rows) -> list[str]:
    levels = {row["geographic_level"] for row in data}
    found = [f"{each} is no geographic level we know" for each in levels - OF_LEVEL.keys()]
    if "School" in levels and len(levels) > 1:
        found.append("School rows stand among others, where the table tool does not read them")
    for level in levels & OF_LEVEL.keys():
        of_level = [row for row in data if row["geographic_level"] == level]
        found += [
            f"{each} is missing or empty in a row of level {level}"
            for each in OF_LEVEL[level]
            if not all(row.get(each) for row in of_level)
        ]
    if any(row["geographic_level"] == "MAT" and row.get(column) for row in data for column in OF_LEVEL["School"]):
        found.append("a MAT row names a school")
    if any((row["country_code"], row["country_name"]) != ("E92000001", "England") for row in data):
        found.append("a row is not of England")
    totals = [column for column in columns if column in GEOGRAPHY and {row[column] for row in data} & {"Total", "All", "total", "all"}]
    return [*found, *(f"{each} holds a total" for each in totals), *_in_codes(columns, data)]


def _in_codes(columns: list[str], data: Rows) -> list[str]:
    found = []
    for code, name in (("trust_id", "trust_name"), ("school_urn", "school_name"), ("new_la_code", "la_name")):
        pairs = {(row[code], row[name]) for row in data if {code, name} <= row.keys() and row[code] not in ("", "x")}
        if len({one for one, _ in pairs}) < len(pairs):
            found.append(f"a {code} has two names")
    shapes = {
        "school_urn": r"\d{6}",
        "school_laestab": r"\d{7}|x",
        "old_la_code": r"\d{3}|x",
        "new_la_code": r"E\d{8}|x",
        "trust_id": r"TR\d{5}|x",
    }
    for column, shape in shapes.items():
        wrong = {row[column] for row in data if row.get(column) and not re.fullmatch(shape, row[column])}
        found += [f"{column} is no such code: {each}" for each in wrong]
    for code, name in (("trust_id", "trust_name"), ("school_urn", "school_name"), ("new_la_code", "la_name")):
        if any((row.get(code) == "x") != (row.get(name) == "Not available") for row in data):
            found.append(f"{code} is x where {name} is known, or the other way round")
    return found


def _in_metadata(columns: list[str], meta: Rows, meta_columns: list[str]) -> list[str]:
    found = [f"metadata column {each} is none of the format" for each in meta_columns if each not in {*META, "filter_default"}]
    names, labels = [row["col_name"] for row in meta], [row["label"] for row in meta]
    if len(set(names)) < len(names) or len(set(labels)) < len(labels):
        found.append("a name or a label stands twice in the metadata")
    if len(meta) > len(columns) - len(MANDATORY):
        found.append("the metadata has more rows than the data has columns of its own")
    groupings = {row["filter_grouping_column"] for row in meta if row["filter_grouping_column"]}
    found += [f"the grouping column {each} is not in the data" for each in groupings - set(columns)]
    found += [f"{each} is in the metadata and not in the data" for each in names if each not in columns]
    found += [f"{each} needs no metadata" for each in names if each in {*MANDATORY, *GEOGRAPHY}]
    found += [f"{each} groups another filter and has a row of its own" for each in names if each in groupings]
    return [*found, *(fault for row in meta for fault in _in_metadata_row(row))]


def _in_metadata_row(row: dict[str, str]) -> list[str]:
    name, found = row["col_name"], []
    if not row["label"] or len(row["label"]) > 100 or len(name) > 50:
        found.append(f"{name} has no label, or one or the other is too long")
    of_indicator = [row["indicator_grouping"], row["indicator_unit"], row["indicator_dp"]]
    of_filter = [row["filter_hint"], row["filter_grouping_column"], row.get("filter_default")]
    if row["col_type"] not in ("Filter", "Indicator"):
        found.append(f"{name} is neither Filter nor Indicator")
    elif any(of_indicator if row["col_type"] == "Filter" else of_filter):
        found.append(f"{name} has what only {'an indicator' if row['col_type'] == 'Filter' else 'a filter'} may have")
    if row["col_type"] == "Indicator":
        if row["indicator_unit"] not in UNITS:
            found.append(f"the indicator {name} has the unknown unit {row['indicator_unit']}")
        if not row["indicator_dp"].isdigit():
            found.append(f"the indicator {name} says no decimals")
        if any(each in name for each in OF_FILTERS):
            found.append(f"the indicator {name} names a group, which is for a filter")
    return found


def _in_filters(columns: list[str], data: Rows, meta: Rows) -> list[str]:
    found = []
    filters = [row for row in meta if row["col_type"] == "Filter" and row["col_name"] in columns]
    groups = [row["filter_grouping_column"] for row in filters if row["filter_grouping_column"] in columns]
    values = {column: {row[column] for row in data} for column in columns}
    for row in filters:
        name, group = row["col_name"], row["filter_grouping_column"]
        if len(values[name]) < 2:
            found.append(f"the filter {name} has one value and should not be in the metadata")
        if (row.get("filter_default") or "Total") not in values[name]:
            found.append(f"the filter {name} has neither a Total nor a default")
        if group in columns and len(values[group]) > len(values[name]):
            found.append(f"{group} has more values than {name}, which it groups")
    found += [f"the filter group {each} has no Total" for each in groups if "Total" not in values[each]]
    for column in [*(row["col_name"] for row in filters), *groups]:
        if any(not each or each != each.strip() or len(each) > 120 for each in values[column]):
            found.append(f"{column} has an empty, a too long or a badly spaced value")
        if len({re.sub(r"[^a-zA-Z0-9]", "", each) for each in values[column]}) < len(values[column]):
            found.append(f"{column} has values that differ in signs alone")
    keys = [*(each for each in columns if each in {*MANDATORY, *GEOGRAPHY}), *(row["col_name"] for row in filters), *groups]
    if len({tuple(line[key] for key in keys) for line in data}) < len(data):
        found.append("two rows are of the same place, time and group")
    return found + _in_harmonised_words(data)


def _in_harmonised_words(data: Rows) -> list[str]:
    accepted = {"Ethnicity major": ETHNIC_GROUPS, "Sex": {"Female", "Male", "Unknown"}}
    groups = {(row["breakdown_topic"], row["breakdown"]) for row in data if "breakdown_topic" in row}
    return [
        f"{group} is not how DfE names a group of {topic}" for topic, group in groups if topic in accepted and group not in accepted[topic]
    ]


def _in_indicators(data: Rows, meta: Rows) -> list[str]:
    found = []
    indicators = [row for row in meta if row["col_type"] == "Indicator"]
    if not indicators:
        found.append("there is no indicator")
    for row in indicators:
        wrong = {line.get(row["col_name"], "") for line in data} - SYMBOLS
        wrong = {each for each in wrong if not NUMBER.fullmatch(each)}
        found += [f"the indicator {row['col_name']} has the value “{each}”" for each in sorted(wrong)]
    return found
