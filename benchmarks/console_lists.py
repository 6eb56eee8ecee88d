"""How long the lists of an inventory of 100,000 assets take: `.venv/bin/python -m benchmarks.console_lists`.

A throw-away server, the console in process with two tenants, the assets added to the first; each list is asked for
ten times over HTTP, rows and their number together, and the table says the median and the longest.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from tests import console, many_assets

from reseed import database, project

ROOT = Path(__file__).resolve().parents[1]
TIMES = 10


def main() -> int:
    """Print the table; 1 when a list took longer than a second."""
    application = project.load(ROOT / "src" / "modernize" / "reseed.toml")
    slow = 0
    with database.embedded.ephemeral() as server:
        database.ensure_app_role(server, application.app_role)
        database.create(server, "lists")
        target = server.on("lists")
        engine = database.engine(target)
        application.load_metadata().create_all(engine)
        engine.dispose()
        console.fill(target, application)
        with console.serving(target, application) as serving:
            began = perf_counter()
            many_assets.fill(serving, serving.tenant_id(0))
            print(f"{many_assets.NUMBER:,} assets added in {perf_counter() - began:.1f} s\n")
            manager = serving.signed_in("ENGAGEMENT_MANAGER")
            print(f"{'list':34} {'rows':>9} {'median ms':>10} {'longest ms':>11}")
            for asked in many_assets.LISTS:
                taken, total = many_assets.seconds(manager, asked, TIMES)
                print(f"{asked.words:34} {total:9,} {median(taken) * 1000:10.0f} {max(taken) * 1000:11.0f}")
                slow += median(taken) > 1
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
