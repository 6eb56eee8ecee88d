"""What must be true of this application's data beyond what any database can promise; one module per area."""

from modernize.checks import access, assets, dependencies, discovery, imports, planning, records

CHECKS = (
    *access.CHECKS,
    *discovery.CHECKS,
    *imports.CHECKS,
    *records.CHECKS,
    *assets.CHECKS,
    *dependencies.CHECKS,
    *planning.CHECKS,
)

__all__ = ["CHECKS"]
