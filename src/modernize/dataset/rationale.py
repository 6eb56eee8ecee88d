"""Why an asset goes its way, in a sentence or two that name the facts."""

from __future__ import annotations

from datetime import date

from modernize.dataset.inventory import Inventory, Item
from modernize.models.enums import AssetType, SixrStrategy

_SERVERS = {
    SixrStrategy.REHOST: "moves as it is, together with {owner}",
    SixrStrategy.REPLATFORM: "is rebuilt from a current image when {owner} moves",
    SixrStrategy.REFACTOR: "is replaced by containers and functions of {owner}",
    SixrStrategy.RETIRE: "is switched off a month after {owner} has left it",
}
_DATABASES = {
    SixrStrategy.REHOST: "stays on a virtual machine, the only way the vendor of {owner} certifies",
    SixrStrategy.REPLATFORM: "moves to a managed service of the same kind; {owner} changes its connection only",
    SixrStrategy.REPURCHASE: "is exported once into the service that replaces {owner}",
    SixrStrategy.RETIRE: "is exported with its documents and not kept; {owner} ends with it",
}
_RETAINED_SERVER = (
    "{name} stays until the last Windows server has moved; its part is looked at again after wave 4."
)
_RETAINED_DEVICE = "{name} guards lines that exist as long as the data centre does; the cloud has its own."
_MOVED_DEVICE = (
    "{name} becomes the cloud provider's load balancer with the same rules; no hardware is bought again."
)


def rationale(inventory: Inventory, item: Item, today: date) -> str:
    """The rationale of an item's strategy."""
    if item.type is AssetType.APPLICATION:
        return inventory.applications_by_key[item.key].why
    if item.type is AssetType.NETWORK_DEVICE:
        text = _RETAINED_DEVICE if item.strategy is SixrStrategy.RETAIN else _MOVED_DEVICE
        return f"{text.format(name=item.name)} {_support(item, today)}"
    if item.strategy is SixrStrategy.RETAIN:
        return f"{_RETAINED_SERVER.format(name=item.name)} {_support(item, today)}"
    texts = _DATABASES if item.type is AssetType.DATABASE else _SERVERS
    owner = inventory[item.application].name
    return f"{item.name} {texts[item.strategy].format(owner=owner)}. {_support(item, today)}"


def _support(item: Item, today: date) -> str:
    platform = item.platform
    if platform is None:
        return ""
    verb = "has been out of support since" if platform.support_ends < today else "is supported until"
    return f"{platform.name} {platform.version} {verb} {platform.support_ends.isoformat()}."
