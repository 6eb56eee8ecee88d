"""The text templates that lie in this folder."""

from __future__ import annotations

import jinja2


def template(name: str) -> jinja2.Template:
    """One template; a name it uses and is not given is an error."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__, "."),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 -- the outputs are Python and Markdown
    )
    return environment.get_template(name)
