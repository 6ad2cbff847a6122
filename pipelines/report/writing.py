"""Lays a page out as one HTML file and puts it in place in one rename.

Here: the template engine, and the rule that a page may fetch nothing (its content security policy). Not here: what a page says.
"""

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.report import words
from pipelines.report.figures import SHOWN_LINES, SHOWN_RUNS, read_figures
from pipelines.report.page import Page, build_page
from pipelines.report.steering_figures import read_steering
from pipelines.report.steering_page import SteeringPage, build_steering_page

TEMPLATES = Path(__file__).parent / "templates"
POLICY = "default-src 'none'; style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'"
"""The browser itself refuses whatever the page might try to fetch, and every script but ours."""
READ_ONLY = 0o440
"""As the warehouse beside it: it names no pupil, but it says what each academy has to put right."""


def write_report(published_database: Path, target: Path, trust_name: str = "") -> Path:
    """Write the quality report of a published warehouse to `target`: a reader finds the old one or the new one, whole.

    The warehouse does not know what its trust is called: `trust_name` says it.
    """
    return _put_in_place(rendered(build_page(read_figures(published_database), trust_name)), target)


def write_steering_page(published_database: Path, target: Path, trust_name: str = "") -> Path:
    """Write the page of the map and the open alerts, in the same way."""
    return _put_in_place(rendered_steering(build_steering_page(read_steering(published_database), trust_name)), target)


def rendered(page: Page) -> str:
    """The quality report as HTML."""
    return _laid_out(
        "report.html.j2",
        ("report.css",),
        ("page.js", "report.js"),
        page=page,
        symbols=words.SYMBOLS,
        glossary=words.GLOSSARY,
        delivery_words=words.DELIVERY_WORDS,
        shown_runs=SHOWN_RUNS,
        shown_lines=SHOWN_LINES,
    )


def rendered_steering(page: SteeringPage) -> str:
    """The page of the map as HTML."""
    return _laid_out("steering.html.j2", ("report.css", "steering.css"), ("page.js",), page=page)


def _laid_out(template: str, styles: tuple[str, ...], scripts: tuple[str, ...], **given: Any) -> str:
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
    style, behaviour = ("".join((TEMPLATES / name).read_text(encoding="utf-8") for name in names) for names in (styles, scripts))
    return environment.get_template(template).render(
        # Our own text, and the only text that is not escaped.
        style=Markup(style),  # noqa: S704
        behaviour=Markup(behaviour),  # noqa: S704
        policy=POLICY.format(style=_fingerprint(style), script=_fingerprint(behaviour)),
        **given,
    )


def _put_in_place(text: str, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    partial.write_text(text, encoding="utf-8", newline="\n")
    partial.chmod(READ_ONLY)
    return partial.replace(target)


def _fingerprint(text: str) -> str:
    """How a content security policy names the one style and the one script that may be used."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
