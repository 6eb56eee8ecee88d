"""How large a tenant's estate is: the portfolio once for each of its business units, and servers that stand alone.

The demo tenant, and every tenant whose size nobody chose, has one unit. A larger tenant has as many whole units as fit,
each with the applications, calls and circles of the first; single servers make up the number.
"""

from __future__ import annotations

from modernize.dataset import story
from modernize.dataset.story.records import Application, Host, Wave
from modernize.dataset.tenant import USUAL_ASSETS, Tenant


def applications(tenant: Tenant) -> tuple[Application, ...]:
    """The demo tenant has ten, others may have one more, larger ones have them in every unit."""
    portfolio = story.applications()
    always = tuple(application for application in portfolio if not application.optional)
    if tenant.is_demo:
        return always
    optional = [application for application in portfolio if application.optional]
    extra = tenant.pick("assets", "extra application", [None, *optional])
    if extra is not None and _room(tenant, always) >= _size(extra):
        always = (*always, extra)
    further = [
        _of_unit(application, unit)
        for unit in range(2, units(tenant) + 1)
        for application in portfolio
        if not application.optional
    ]
    return (*always, *further)


def lone_servers(tenant: Tenant, others: int) -> tuple[Host, ...]:
    """Servers of no application, as many as are missing beside the other assets."""
    if tenant.is_demo or tenant.assets is None:
        return ()
    like = story.infrastructure().servers[0]
    return tuple(
        Host(
            code=f"mgmt-{number:02d}",
            system=like.system,
            hardware=like.hardware,
            cores=like.cores,
            memory=like.memory,
            storage=like.storage,
            installed=like.installed,
            purpose="Management server",
            tier=like.tier,
        )
        for number in range(1, tenant.assets - others + 1)
    )


def waves(tenant: Tenant) -> tuple[Wave, ...]:
    """The migration waves; a larger tenant has larger teams and budgets for them."""
    factor = units(tenant)
    return tuple(
        wave.model_copy(update={"capacity": wave.capacity * factor, "budget": wave.budget * factor})
        for wave in story.waves()
    )


def units(tenant: Tenant) -> int:
    """How many business units it has."""
    if tenant.is_demo or tenant.assets is None:
        return 1
    portfolio = [application for application in story.applications() if not application.optional]
    return 1 + (tenant.assets - USUAL_ASSETS) // sum(map(_size, portfolio))


def _room(tenant: Tenant, always: tuple[Application, ...]) -> int:
    """How many assets may be added to the whole units."""
    if tenant.assets is None:
        return USUAL_ASSETS
    return (tenant.assets - USUAL_ASSETS) % sum(map(_size, always))


def _size(application: Application) -> int:
    return 1 + len(application.hosts) + 1


def _of_unit(application: Application, unit: int) -> Application:
    """The same application once more, run by another business unit."""
    prefix = f"u{unit}-"
    database = application.database
    return application.model_copy(
        update={
            "key": prefix + application.key,
            "names": tuple(f"{name}, unit {unit}" for name in application.names),
            "hosts": tuple(
                host.model_copy(update={"code": prefix + host.code}) for host in application.hosts
            ),
            "database": database.model_copy(
                update={"name": f"{database.name}{unit}", "host": prefix + database.host}
            ),
            "calls": tuple(call.model_copy(update={"to": prefix + call.to}) for call in application.calls),
        }
    )
