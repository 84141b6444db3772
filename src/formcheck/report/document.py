"""The shell of every page that formcheck writes: head, style, header, sections one after the other, footer, scripts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

PLOTLY: Final = "assets/plotly.min.js"
"""The plot library, beside the page."""


def plotly_source() -> bytes:
    """Return the plot library's code."""
    return files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()


def document(
    *,
    title: str,
    kicker: str,
    heading: str,
    sub: str,
    sections: Sequence[Markup],
    footer: Markup | None = None,
    data: Any = None,
    script: str | None = None,
) -> str:
    """Return a whole page that needs no network.

    Parameters
    ----------
    title
        Of the browser's tab.
    kicker, heading, sub
        What stands at the top: a small line, the heading, a sentence.
    sections
        Parts of the page, from `section`; empty ones are left out.
    footer
        What stands at the end.
    data
        For the script, anything that JSON can hold; with it the plot library is loaded from `PLOTLY`.
    script
        Name of a script among the templates.
    """
    return (
        environment()
        .get_template("document.html.j2")
        .render(
            title=title,
            kicker=kicker,
            heading=heading,
            sub=sub,
            sections=[part for part in sections if part],
            footer=footer or "",
            data=data,
            plotly=PLOTLY if data is not None else None,
            script=script,
        )
    )


def section(name: str, **values: Any) -> Markup:
    """Return one part of a page.

    Parameters
    ----------
    name
        A template in `templates/sections`, without its ending.
    values
        What it shows.
    """
    return Markup(environment().get_template(f"sections/{name}.html.j2").render(**values).strip())


@cache
def environment() -> Environment:
    """Return the templates; all of them escape what they are given."""
    return Environment(
        loader=PackageLoader("formcheck.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
