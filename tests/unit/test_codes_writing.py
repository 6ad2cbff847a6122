"""Codes put into trust.yml: nothing else of the file changes, however it is laid out."""

import re
from pathlib import Path

import pytest
import yaml

from pipelines.codes import Addition, CodesError, add_to_trust
from pipelines.trust import load_trust

HEAD = "# The trust, kept by hand\ntrust: {name: Test Trust}   # who we are\n"
BLOCK = (
    HEAD
    + """\
academies:
  - id: ashby            # the first
    name: Ashby
    phase: secondary
    mis: matlas          # canonical files

    joined_on: 2019-09-01
  # birch came later
  - id: birch
    name: Birch
    phase: primary
    mis: sims
limits: {max_rejected_pct: 5}
"""
)
FLOW = HEAD + "academies:\n  - {id: ashby, name: Ashby, phase: secondary, mis: matlas}  # short\n"


def added(tmp_path: Path, text: str, *additions: Addition) -> tuple[str, dict[str, dict[str, dict[str, str]]]]:
    path = tmp_path / "trust.yml"
    path.write_bytes(text.encode())
    add_to_trust(path, additions)
    return path.read_bytes().decode(), {academy.id: academy.codes for academy in load_trust(path).academies}


ILL = Addition("ashby", "attendance", "I09", "I")


def test_lines_come_below_the_mis_and_every_other_line_stays(tmp_path: Path) -> None:
    text, codes = added(tmp_path, BLOCK, ILL)

    new = text.splitlines()
    assert new[7:10] == ["    codes:", "      attendance:", '        "I09": "I"']
    assert [line for number, line in enumerate(new) if number not in (7, 8, 9)] == BLOCK.splitlines()
    assert codes == {"ashby": {"attendance": {"I09": "I"}}, "birch": {}}
    assert (tmp_path / "trust.yml.before").read_text() == BLOCK


def test_an_academy_in_braces_stays_on_its_line(tmp_path: Path) -> None:
    text, _ = added(tmp_path, FLOW, ILL)

    assert '{id: ashby, name: Ashby, phase: secondary, mis: matlas, codes: {attendance: {"I09": "I"}}}  # short' in text


@pytest.mark.parametrize(
    "there",
    [
        "codes: {attendance: {X9: X}}  # ours",
        "codes: {attendance: {}}",
        "codes: {}",
        "codes: {sex: {Boy: M}}",
        "codes:\n      attendance: {X9: X}  # ours",
        "codes:\n      attendance:\n        X9: X  # ours\n      sex:\n        Boy: M",
        "codes:\n      # a comment\n      sex: {Boy: M}",
        "codes: {attendance: {\n      X9: X, # one\n      Y9: Y1 # two\n      }}",
    ],
)
def test_codes_that_are_there_are_added_to(tmp_path: Path, there: str) -> None:
    old = BLOCK.replace("mis: matlas ", f"mis: matlas\n    {there}\n    #")
    before = yaml.safe_load(old)["academies"][0]["codes"] or {}

    text, codes = added(tmp_path, old, ILL, Addition("ashby", "subject", "Ma 1", "MATH"), Addition("ashby", "attendance", "J9", "J1"))

    expected = {name: dict(values) for name, values in before.items()}
    expected.setdefault("attendance", {}).update({"I09": "I", "J9": "J1"})
    expected["subject"] = {"Ma 1": "MATH"}
    assert codes["ashby"] == expected
    assert re.findall("#.*", text) == re.findall("#.*", old)


def test_values_are_quoted_so_that_yaml_reads_them_as_they_are(tmp_path: Path) -> None:
    odd = ["yes", "007", "\\", 'a "b"', "2025-09-01", "null", "~", "x: y", "# no comment", "é", "[a]"]
    _, codes = added(tmp_path, BLOCK, *(Addition("ashby", "attendance", value, "I") for value in odd))

    assert codes["ashby"]["attendance"] == dict.fromkeys(odd, "I")


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_line_endings_and_a_byte_order_mark_stay(tmp_path: Path, ending: str) -> None:
    text, codes = added(tmp_path, "\ufeff" + BLOCK.replace("\n", ending), ILL)

    assert text.startswith("\ufeff# The trust")
    assert text.replace(ending, "").count("\n") == 0
    assert codes["ashby"] == {"attendance": {"I09": "I"}}


def test_two_academies_at_once_and_no_newline_at_the_end(tmp_path: Path) -> None:
    text = BLOCK.split("limits:")[0].rstrip("\n")
    _, codes = added(tmp_path, text, ILL, Addition("birch", "sex", "Gal", "F"))

    assert codes == {"ashby": {"attendance": {"I09": "I"}}, "birch": {"sex": {"Gal": "F"}}}


def test_a_shared_map_is_not_changed_behind_another_academys_back(tmp_path: Path) -> None:
    path = tmp_path / "trust.yml"
    text = BLOCK.replace("mis: matlas ", "mis: matlas\n    codes: &ours {sex: {Boy: M}}\n    #").replace(
        "mis: sims", "mis: sims\n    codes: *ours"
    )
    path.write_text(text)

    with pytest.raises(CodesError, match="anchor"):
        add_to_trust(path, [ILL])

    assert path.read_text() == text
    assert sorted(each.name for each in tmp_path.iterdir()) == ["trust.yml"]


def test_what_trust_yml_refuses_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "trust.yml"
    path.write_text(BLOCK)

    with pytest.raises(CodesError, match="Nothing was written"):
        add_to_trust(path, [Addition("ashby", "colour", "red", "R")])

    assert path.read_text() == BLOCK
    assert sorted(each.name for each in tmp_path.iterdir()) == ["trust.yml"]
