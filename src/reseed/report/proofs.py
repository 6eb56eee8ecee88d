"""Proofs for a terminal: each family of checks with the faults it caught, and a row for each that it did not."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from reseed.records import Proof


def proofs_table(proofs: Sequence[Proof]) -> Table:
    """Faults caught and planted by family; a check that fails with nothing planted has a row of its own."""
    table = Table(title="Proofs", title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Check")
    table.add_column("Caught", justify="right", no_wrap=True)
    table.add_column("Fault")
    table.add_column("Answer")
    for family in dict.fromkeys(_family(proof) for proof in proofs):
        members = [proof for proof in proofs if _family(proof) == family]
        faults = [proof for proof in members if proof.fault]
        failed = [proof for proof in members if not proof.passed]
        caught = f"{sum(proof.passed for proof in faults)} of {len(faults)}"
        table.add_row(Text(family), Text(caught, style="bold red" if failed else "green"))
        for proof in failed:
            fault = proof.fault or "(nothing planted)"
            table.add_row(
                Text(f"  {proof.check}"), Text("no", style="bold red"), Text(fault), Text(proof.answer)
            )
    return table


def _family(proof: Proof) -> str:
    return proof.check.partition(".")[0]
