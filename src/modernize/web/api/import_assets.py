"""/api/imports/{id}/assets: an import's accepted rows become assets."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request

from modernize.importing.assets import Otherwise
from modernize.models.enums import AssetType, Environment
from modernize.web.access.caller import Caller
from modernize.web.access.dependency import needs
from modernize.web.api.imports import ImportRow
from modernize.web.api.shapes import Sent
from modernize.web.services.imports import add_to_inventory
from modernize.web.settings import settings_of

router = APIRouter(prefix="/imports", tags=["imports"])

Creator = Annotated[Caller, needs("import:create")]


class OtherwiseSent(Sent):
    """What is so of rows that do not say."""

    asset_type: AssetType = AssetType.SERVER
    environment: Environment = Environment.PRODUCTION


@router.post("/{import_id}/assets", status_code=202)
def add(caller: Creator, request: Request, import_id: UUID, sent: OtherwiseSent) -> ImportRow:
    """Begin to add an import's accepted rows to the inventory; its mappings must all be decided."""
    otherwise = Otherwise(sent.asset_type, sent.environment)
    return ImportRow(**add_to_inventory(caller, settings_of(request), import_id, otherwise))
