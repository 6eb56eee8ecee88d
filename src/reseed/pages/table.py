"""The result for a terminal: lines by role, and each one that failed or was not run."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from reseed.pages.result import NOT_RUN, PagesResult, by_role
from reseed.report import as_text

_SHOWN = 40


def pages_table(result: PagesResult) -> Table:
    """A row for each role, followed by its lines that have not passed."""
    table = Table(title="Pages", title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Role, page")
    table.add_column("Result", no_wrap=True)
    table.add_column("What to do")
    table.add_column("Expected")
    table.add_column("Found")
    for counted in by_role(result):
        others = [line for line in result.lines if line.role == counted.role and line.status != "passed"]
        total = sum(counted.statuses.values())
        table.add_row(
            Text(as_text(counted.role), style="bold"),
            Text(f"{counted.statuses['passed']} of {total}", style="bold red" if others else "green"),
        )
        for line in sorted(others, key=lambda line: line.status == NOT_RUN)[:_SHOWN]:
            style = "yellow" if line.status == NOT_RUN else "bold red"
            cells = (line.what, line.expected, line.found)
            table.add_row(
                Text(f"  {as_text(line.page)}"),
                Text(line.status, style=style),
                *(Text(as_text(cell)) for cell in cells),
            )
        if len(others) > _SHOWN:
            table.add_row(Text(f"  and {len(others) - _SHOWN} more"))
    return table
