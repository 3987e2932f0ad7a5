"""Our HTML lives in templates/*.html; every value that a template is given is escaped, whatever a paper says."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.ui.base import texts
from ingest.text.latex import plain_text
from ingest.text.orders import order_spans

FOLDER = Path(__file__).parents[1] / "templates"


def rendered(name: str, **values: object) -> str:
    """The template `name` (without .html) filled with `values`, as HTML."""
    return _environment().get_template(f"{name}.html").render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["texts"] = texts
    environment.globals["gives_orders"] = lambda paper: bool(order_spans(paper.abstract))
    environment.filters["plain"] = plain_text
    return environment
