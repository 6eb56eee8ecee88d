"""A process that loads tenants in bulk, and may die on the way. Started by tests:

    python bulk_load.py URL PROJECT TENANTS LOADERS [MOMENT [WHICH]]

The process kills itself (SIGKILL) at the WHICH-th, by default the first, occurrence of a moment: `copying`, when the
first bytes of a table are on their way; `noted`, when a partition is loaded and noted but not committed; `struck`, when
something is put back but not committed; anything else, when the load tells a line that begins with it. Partitions and
small loads are made small. Where RESEED_STATE_URL is set, workers share the load.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from reseed import fill
from reseed import project as projects
from reseed.database import Target
from reseed.errors import ReseedError
from reseed.run.share import shared
from reseed.seed import bulk, ledger, partitions, put_back, rows

ROWS_PER_PARTITION = 1_000


class Death:
    """Comes at the n-th time that it is met."""

    def __init__(self, which: int) -> None:
        self._left = which

    def meet(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def dying(death: Death, call: Callable[..., Any]) -> Callable[..., Any]:
    def dies(*arguments: Any) -> Any:
        answer = call(*arguments)
        death.meet()
        return answer

    return dies


def main(url: str, file: str, tenants: str, loaders: str, moment: str = "", which: str = "1") -> int:
    bulk.SMALL, partitions.ROWS = 0, ROWS_PER_PARTITION
    death = Death(int(which))
    if moment == "copying":
        chunks = rows.copy_chunks

        def dies(*arguments: Any) -> Iterator[bytes]:
            for chunk in chunks(*arguments):
                yield chunk
                death.meet()

        rows.copy_chunks = dies
    elif moment == "noted":
        ledger.note = dying(death, ledger.note)
    elif moment == "struck":
        put_back.ledger.strike = dying(death, ledger.strike)

    def tell(line: str) -> None:
        print(line, flush=True)
        if moment and line.startswith(moment):
            death.meet()

    project = replace(projects.load(Path(file)), tenants=int(tenants))
    order = replace(fill.order(project, Target.parse(url), tell=tell), loaders=int(loaders))
    try:
        state = os.environ.get("RESEED_STATE_URL")
        tenants = fill.wanted(order, fill.pending(order.target))
        load = bulk.load_dataset(order, tenants, shared(state) if state else None)
    except ReseedError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(sum(load.rows.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
