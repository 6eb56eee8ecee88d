"""The pages in the order of the menu; a page that a role may not open is not in its menu."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. `icon` is the path data of a 24 x 24 drawing."""

    title: str
    path: str
    scope: str
    icon: str


MENU = (
    Entry("Dashboard", "/", "dashboard:read", "M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z"),
    Entry("Discovery Flows", "/flows", "flow:read", "M5 5h4v4H5zM15 15h4v4h-4zM9 7h5a3 3 0 0 1 3 3v5"),
    Entry("Data Import", "/imports", "import:read", "M12 4v11m-4-4 4 4 4-4M4 19h16"),
    Entry("Attribute Mapping", "/mappings", "mapping:read", "M4 7h5l6 10h5M4 17h5l2-3M13 10l2-3h5"),
    Entry("Asset Inventory", "/assets", "asset:read", "M4 5h16v5H4zM4 14h16v5H4zM7 7.5h.01M7 16.5h.01"),
    Entry(
        "Dependency Analysis",
        "/dependencies",
        "dependency:read",
        "M12 4v4m0 0-5 8m5-8 5 8M7 16a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm10 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
    ),
    Entry("Migration Planning", "/planning", "planning:read", "M4 6h9M7 12h9M11 18h9"),
    Entry("Analytics", "/analytics", "analytics:read", "M5 20V10m5 10V4m5 16v-7m5 7V8"),
    Entry(
        "Users",
        "/users",
        "user:read",
        "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20a6 6 0 0 1 12 0M16 5a3 3 0 0 1 0 6m2 9a6 6 0 0 0-2-5",
    ),
    Entry("Run", "/run", "run:read", "M7 4v16l12-8z"),
)
"""Every page of the console."""
