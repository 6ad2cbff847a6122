"""The rules of DfE's format: every exported file keeps them, and a file that breaks one does not pass."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.store.home import Home
from tests.helpers.dfe_format import faults
from tests.helpers.exported import a_trust, data_files, export, published_home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = published_home(tmp_path_factory.mktemp("trust"), *a_trust())
    assert export(home, "--format", "dfe", "--trust-id", "TR01234") == 0
    return home


def test_every_file_keeps_the_rules_of_the_format(home: Home) -> None:
    assert {each.name: faults(each) for each in data_files(home.root / "export")} == {
        each.name: [] for each in data_files(home.root / "export")
    }


FORTY = "Total,Total,40,"
DECIMALS = "Pupils on roll,,0"
BROKEN: dict[str, tuple[str, str, Callable[[str], str]]] = {
    "a column with a capital": ("snake case", ".csv", lambda text: text.replace("time_frame", "Time_frame", 1)),
    "no time_identifier": ("missing columns", ".csv", lambda text: text.replace("time_identifier", "identifier", 1)),
    "years that do not follow each other": ("time_period 202426", ".csv", lambda text: text.replace("202425", "202426")),
    "a calendar year among academic years": ("are mixed", ".csv", lambda text: text.replace("Academic year", "Calendar year", 1)),
    "a blank indicator": ("has the value “”", ".csv", lambda text: text.replace(FORTY, "Total,Total,,", 1)),
    "an obsolete symbol": ("has the value “~”", ".csv", lambda text: text.replace(FORTY, "Total,Total,~,", 1)),
    "a number with a comma": ("has the value “4,000”", ".csv", lambda text: text.replace(FORTY, 'Total,Total,"4,000",', 1)),
    "a percent sign": ("has the value “40%”", ".csv", lambda text: text.replace(FORTY, "Total,Total,40%,", 1)),
    "a row too short": ("fewer cells", ".csv", lambda text: text + "202425,Academic year\n"),
    "a row twice": ("two rows", ".csv", lambda text: text + text.splitlines()[-1] + "\n"),
    "no Total": ("breakdown has neither a Total", ".csv", lambda text: text.replace(",Total,Total,", ",All pupils,All pupils,")),
    "a total in a place": ("school_name holds a total", ".csv", lambda text: text.replace("Ashby Academy", "Total")),
    "a space after a group": ("badly spaced", ".csv", lambda text: text.replace(",Female,", ",Female ,")),
    "groups that differ in signs": ("differ in signs", ".csv", lambda text: text.replace(",Female,", ",Fe-male,", 1)),
    "a row of the trust among schools": ("School rows stand among others", ".csv", lambda text: text.replace("School,E92", "MAT,E92", 1)),
    "no URN": ("school_urn is missing or empty", ".csv", lambda text: text.replace(",900001,", ",,")),
    "a URN with two names": ("school_urn has two names", ".csv", lambda text: text.replace("Ashby Academy", "Ashby School", 1)),
    "a URN too short": ("school_urn is no such code: 90001", ".csv", lambda text: text.replace(",900001,", ",90001,")),
    "a LAESTAB with a slash": ("school_laestab is no such code", ".csv", lambda text: text.replace(",9081001,", ",908/1001,")),
    "a level nobody knows": ("Academy is no geographic level", ".csv", lambda text: text.replace(",School,E92", ",Academy,E92")),
    "a trust with a name and no code": ("trust_id is x where", ".csv", lambda text: text.replace("TR01234", "x")),
    "another country": ("not of England", ".csv", lambda text: text.replace("E92000001,England", "W92000004,Wales", 1)),
    "a sex of our own": ("DfE names a group of Sex", ".csv", lambda text: text.replace(",Female,", ",Girls,")),
    "another encoding": ("no UTF-8", ".csv", lambda text: text.replace("Ashby", "\udcff", 1)),
    "no label": ("has no label", ".meta.csv", lambda text: text.replace("Pupil group", "")),
    "an unknown unit": ("unknown unit pupils", ".meta.csv", lambda text: text.replace(DECIMALS, "Pupils on roll,pupils,0")),
    "no decimals": ("says no decimals", ".meta.csv", lambda text: text.replace(DECIMALS, "Pupils on roll,,")),
    "a filter with decimals": (
        "only an indicator",
        ".meta.csv",
        lambda text: text.replace("Phase of education,,,", "Phase of education,,,1"),
    ),
    "a label twice": ("stands twice", ".meta.csv", lambda text: text.replace("Pupil group", "Phase of education")),
    "a filter that is not there": ("colour is in the metadata and not", ".meta.csv", lambda text: text + "colour,Filter,Colour,,,,,,\n"),
    "a filter without a choice": ("has one value", ".meta.csv", lambda text: text.replace("roll,Indicator", "trust_name,Filter")),
    "a column without metadata": ("is in no metadata", ".meta.csv", lambda text: text.replace("roll,Indicator", "rolls,Indicator")),
    "a grouping column with a row": ("groups another", ".meta.csv", lambda text: text + "breakdown_topic,Filter,Topic,,,,,,\n"),
    "a column of another type": ("neither Filter nor", ".meta.csv", lambda text: text.replace("roll,Indicator", "roll,Number")),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_does_not_pass(home: Home, tmp_path: Path, fault: str) -> None:
    for suffix in (".csv", ".meta.csv"):
        shutil.copy(home.root / "export" / f"trust_context_school{suffix}", tmp_path)
    words, suffix, break_it = BROKEN[fault]
    file = tmp_path / f"trust_context_school{suffix}"
    before = file.read_text(encoding="utf-8")
    file.write_bytes(break_it(before).encode("utf-8", "surrogateescape"))

    assert file.read_bytes() != before.encode()
    assert any(words in each for each in faults(tmp_path / "trust_context_school.csv")), faults(tmp_path / "trust_context_school.csv")


def test_a_file_without_metadata_or_with_a_capital_in_its_name_does_not_pass(home: Home, tmp_path: Path) -> None:
    shutil.copy(home.root / "export" / "trust_context.csv", tmp_path / "Trust context.csv")

    assert len(faults(tmp_path / "Trust context.csv")) == 2
