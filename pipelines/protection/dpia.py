"""The page for a data protection impact assessment: the record of processing of this trust, with what is left to be said by a person.

Here: laying the record out as one HTML file that fetches nothing. Not here: the record itself (processing.py). No value of anybody is in
it.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.protection.processing import Processed, processed
from pipelines.trust import TrustConfig

TEMPLATES = Path(__file__).parent / "templates"
CLASSES = {
    "open": "About nobody by itself.",
    "personal": "Personal data of pupils.",
    "special": "Special category data, or data that is treated as such: ethnicity, language, needs, poverty, suspensions.",
    "safeguarding": "Looked after, a social worker, a young carer.",
    "staff": "Personal data of colleagues.",
}
SHOWN_MEASURES = 6


def page(trust: TrustConfig, today: date) -> str:
    """The page as HTML."""
    rows = processed(trust)
    style = (TEMPLATES / "bundle.css").read_text(encoding="utf-8")
    fingerprint = "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["purpose"] = purpose
    return environment.get_template("dpia.html.j2").render(
        trust=trust,
        today=today.isoformat(),
        style=Markup(style),  # noqa: S704  # our own text, and the only text that is not escaped
        policy=f"default-src 'none'; style-src '{fingerprint}'; base-uri 'none'; form-action 'none'",
        classes=CLASSES,
        counts={name: sum(row.column.privacy == name for row in rows) for name in CLASSES},
        entities=_by_entity(rows),
    )


def purpose(row: Processed) -> str:
    """What a column is for, in a few words: the figures that it is counted in or decides, else where it is read."""
    measures = [name.replace("%_voice_pct", "the measures of voice") for name in row.measures]
    if len(measures) > SHOWN_MEASURES:
        return f"{', '.join(measures[:SHOWN_MEASURES])} and {len(measures) - SHOWN_MEASURES} more measures"
    if measures:
        return ", ".join(measures)
    return "read in the tables named" if row.shown_in else "tells rows and people apart, or is kept as it was delivered"


def _by_entity(rows: Sequence[Processed]) -> list[tuple[str, list[Processed]]]:
    return [(entity, list(found)) for entity, found in groupby(rows, key=lambda row: row.entity)]
