"""Who reads which published file, and which privacy classes each of its tables may hold: audiences.yml as it stands.

Here: reading it. Not here: which class a column has (the contract, the models' YAML), nor the check that sets the two side by side.
"""

from functools import cache
from pathlib import Path

import yaml

AUDIENCES_FILE = Path(__file__).with_suffix(".yml")


@cache
def audiences() -> dict[str, dict[str, list[str]]]:
    """By audience the patterns of tables, in order, and the classes that each may hold."""
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(AUDIENCES_FILE.read_text(encoding="utf-8"))
    return found
