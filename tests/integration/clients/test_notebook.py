"""The starter notebook runs from its first cell to its last on a published night, and what is in git holds nobody's figures."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.home import PROJECT, TrustHome
from tests.integration.clients.question import published_figures

NOTEBOOK = PROJECT / "docs" / "notebooks" / "start.ipynb"

LOOK = """
import json
print(json.dumps({
    "figures": dict(zip(attendance["academy_name"], attendance["value"])),
    "weeks": len(weeks),
    "gaps": dict(zip(gap["academy_id"], gap["gap in points"])),
}))
"""
"""A last cell, typed after the others: what the notebook's own variables hold."""


def test_the_notebook_answers_its_three_questions(demo_night: TrustHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    monkeypatch.setenv("MATLAS_HOME", str(demo_night.root))
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells = [*notebook.cells[:-1], nbformat.v4.new_code_cell(LOOK), notebook.cells[-1]]
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()

    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2, "both charts are drawn"
    assert [output for output in outputs if output.get("name") == "stderr"] == []

    found = json.loads(notebook.cells[-2].outputs[0].text)
    names = dict(demo_night.query("select academy_id, academy_name from marts.scorecard"))
    assert found["figures"] == {names[academy_id]: value for academy_id, value in published_figures(demo_night).items()}
    assert found["weeks"] > 100
    assert found["gaps"] == pytest.approx(published_gaps(demo_night))


def published_gaps(home: TrustHome) -> dict[str, float]:
    """Attendance of disadvantaged pupils less that of the others, in each academy, this year."""
    rows = home.query(
        "select academy_id, sum(value) filter (where breakdown = 'yes') - sum(value) filter (where breakdown = 'no')"
        " from marts.measure_value where measure_id = 'attendance_rate' and level = 'academy' and period_type = 'year_to_date'"
        " and breakdown_topic = 'disadvantaged' and time_period = (select max(time_period) from marts.measure_value) group by all"
    )
    return dict(rows)


def test_nothing_that_the_notebook_found_is_in_git() -> None:
    cells: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(code) > 5
    assert [cell for cell in code if cell["outputs"] or cell["execution_count"]] == []
