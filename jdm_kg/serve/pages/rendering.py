"""Templates and what they share."""

from __future__ import annotations

from functools import cache

import jinja2
from markupsafe import Markup

from jdm_kg.exports import common
from jdm_kg.serve.pages import linked
from jdm_kg.serve.pages.book import month_in_words, safe_address


@cache
def environment() -> jinja2.Environment:
    """The templates of the package: everything that they are given is escaped, and a slip in a name is an error.

    All are read at once: a process that answers may be one that can open no file.
    """
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("jdm_kg.serve", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals.update(
        DISCLAIMER=common.DISCLAIMER,
        LICENSE=common.LICENSE,
        LICENSE_URL=common.LICENSE_URL,
        month_in_words=month_in_words,
        safe_address=safe_address,
    )
    made.filters["json_script"] = _json_script
    for template in made.list_templates():
        made.get_template(template)
    return made


def render(template: str, **values: object) -> str:
    """A page."""
    return environment().get_template(template).render(**values)


def _json_script(value: linked.Json) -> Markup:
    return Markup(linked.for_html(value))  # noqa: S704 - the escapes leave nothing that HTML reads
