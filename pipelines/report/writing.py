"""Lays the page out as one HTML file and puts it in place in one rename.

Here: the template engine, and the rule that the page may fetch nothing (its content security policy). Not here: what the page says.
"""

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.report import words
from pipelines.report.figures import SHOWN_LINES, SHOWN_RUNS, read_figures
from pipelines.report.page import Page, build_page

TEMPLATES = Path(__file__).parent / "templates"
POLICY = "default-src 'none'; style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'"
"""The browser itself refuses whatever the page might try to fetch, and every script but ours."""
READ_ONLY = 0o440
"""As the warehouse beside it: it names no pupil, but it says what each academy has to put right."""


def write_report(published_database: Path, target: Path, trust_name: str = "") -> Path:
    """Write the quality report of a published warehouse to `target`: a reader finds the old one or the new one, whole.

    The warehouse does not know what its trust is called: `trust_name` says it.
    """
    text = rendered(build_page(read_figures(published_database), trust_name))
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    partial.write_text(text, encoding="utf-8", newline="\n")
    partial.chmod(READ_ONLY)
    return partial.replace(target)


def rendered(page: Page) -> str:
    """The page as HTML."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "number": words.number,
        "day": words.day,
        "moment": words.moment,
        "counted": words.counted,
        "marked": words.marked,
    }
    style, behaviour = ((TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    return environment.get_template("report.html.j2").render(
        page=page,
        # Our own text, and the only text that is not escaped.
        style=Markup(style),  # noqa: S704
        behaviour=Markup(behaviour),  # noqa: S704
        policy=POLICY.format(style=_fingerprint(style), script=_fingerprint(behaviour)),
        symbols=words.SYMBOLS,
        glossary=words.GLOSSARY,
        delivery_words=words.DELIVERY_WORDS,
        shown_runs=SHOWN_RUNS,
        shown_lines=SHOWN_LINES,
    )


def _fingerprint(text: str) -> str:
    """How a content security policy names the one style and the one script that may be used."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
