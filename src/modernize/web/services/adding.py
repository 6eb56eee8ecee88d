"""Adding an import's accepted rows to the inventory, once its mappings are decided."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from modernize.importing import launch
from modernize.importing.adding import NotReady, Order
from modernize.importing.assets import Otherwise
from modernize.web.access.caller import Caller
from modernize.web.errors import Conflict, TooMany, Unavailable
from modernize.web.services.imports import RETRY_SECONDS, one_import
from modernize.web.settings import ConsoleSettings


def add_to_inventory(
    caller: Caller, settings: ConsoleSettings, import_id: UUID, otherwise: Otherwise
) -> dict[str, Any]:
    """Begin to make assets of an import's accepted rows; all of them are added, or nothing.

    Args:
        otherwise: what is so of rows that do not say.

    Returns:
        the import as it is now.

    Raises:
        NotFound: the caller's engagement has no such import. TooMany: this machine is busy with other imports.
        Conflict: it is not read yet, a mapping waits for a decision, none is approved, or its rows are added.
        Unavailable: the database does not answer.
    """
    with caller.working("import:create") as work:
        identity = work.identity
    one_import(caller, import_id)
    order = Order(
        settings.database_url, identity.client_account_id, identity.engagement_id, import_id, otherwise
    )
    try:
        launch.add(order)
    except NotReady as error:
        raise Conflict(str(error)) from error
    except launch.Busy as error:
        raise TooMany(str(error), RETRY_SECONDS) from error
    except launch.Unreachable as error:
        raise Unavailable(str(error)) from error
    return one_import(caller, import_id)
