"""What single values must be: addresses, systems, amounts, days, and words that stand for a closed set's members."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from modernize.models.enums import AssetType, Criticality, Environment

DATE_FORMATS = (
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%z",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%Y/%m/%d",
    "%d-%b-%Y",
    "%d %b %Y",
    "%b %d, %Y",
    "%Y%m%d",
)

_LARGEST = 1e15
_AMOUNT = re.compile(r"\d{1,15}(\.\d{1,12})?")
_COUNT = re.compile(r"[1-9]\d{0,5}(\.0+)?")
_MISREAD = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc–—‘’‚“”„†‡•…‰‹›€™]"
)

# A product that exists, then a version; editions, architecture and support terms may follow.
_SYSTEM = re.compile(
    r"(?:Microsoft )?(?:"
    r"Red Hat Enterprise Linux(?: Server)?|RHEL|CentOS(?: Linux| Stream)?|Rocky Linux|AlmaLinux|Fedora(?: Linux)?"
    r"|Oracle Linux(?: Server)?|SUSE Linux Enterprise(?: Server| Desktop)?|SLES|openSUSE(?: Leap)?"
    r"|Ubuntu(?: Linux| Server)?|Debian(?: GNU/Linux)?|Amazon Linux|Alpine Linux"
    r"|Windows(?: Server)?|AIX|HP-UX|Solaris|Oracle Solaris|FreeBSD|macOS"
    r"|VMware ESXi?|ESXi|BIG-IP|FortiOS|PAN-OS|Junos(?: OS)?|Cisco IOS(?: XE| XR)?|Cisco NX-OS|NX-OS|ArubaOS|Arista EOS"
    r") v?\d[\w.]*(?: ?(?:R2|SP\d|LTS|U\d|Update \d+|TL\d+))*"
    r"(?: (?:Standard|Datacenter|Enterprise|Essentials|Foundation|Pro|Professional|Server)(?: Edition)?)?"
    r"(?: LTS)?(?: ?\([^()]{1,40}\))*",
    re.IGNORECASE,
)

_TYPE_WORDS = (
    (AssetType.DATABASE, "database databases db dbms schema"),
    (AssetType.NETWORK_DEVICE, "lb balancer loadbalancer firewall switch router gateway network netgear"),
    (AssetType.SERVER, "server servers vm host machine virtualmachine computer node linux windows unix"),
    (
        AssetType.APPLICATION,
        "application applications appl app businessapplication software service services",
    ),
)
_ENVIRONMENTS = {
    Environment.PRODUCTION: ("production", "prod", "prd", "live", "p"),
    Environment.STAGING: (
        "staging",
        "stage",
        "stg",
        "uat",
        "preprod",
        "pre prod",
        "pre production",
        "acceptance",
    ),
    Environment.TEST: ("test", "tst", "qa", "testing", "t", "integration", "int"),
    Environment.DEVELOPMENT: ("development", "dev", "develop", "d", "sandbox"),
    Environment.DISASTER_RECOVERY: ("disaster recovery", "dr", "recovery", "standby"),
}
_LEVELS = {
    Criticality.CRITICAL: ("critical", "1 critical", "mission critical", "very high", "1", "p1", "tier 1"),
    Criticality.HIGH: ("high", "2 high", "2", "p2", "tier 2", "business critical"),
    Criticality.MEDIUM: ("medium", "3 medium", "3", "p3", "tier 3", "moderate", "normal"),
    Criticality.LOW: ("low", "4 low", "4", "p4", "tier 4", "minor"),
}
_SPLIT = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _by_word(words: Mapping[Any, Iterable[str]]) -> dict[str, str]:
    return {word: str(member) for member, all_words in words.items() for word in all_words}


_ENVIRONMENT_OF = _by_word(_ENVIRONMENTS)
_LEVEL_OF = _by_word(_LEVELS)


@lru_cache(maxsize=4096)
def asset_type(text: str) -> str | None:
    """The kind of asset a class or a word of a source system means: `cmdb_ci_linux_server` is a server."""
    plain = _CAMEL.sub(" ", text.strip()).lower().removeprefix("cmdb_ci_")
    words = set(_SPLIT.split(plain))
    return next((str(member) for member, known in _TYPE_WORDS if words & set(known.split())), None)


@lru_cache(maxsize=4096)
def environment(text: str) -> str | None:
    """The environment a word or an abbreviation means."""
    return _ENVIRONMENT_OF.get(" ".join(_SPLIT.split(text.strip().lower())).strip())


@lru_cache(maxsize=4096)
def criticality(text: str) -> str | None:
    """The level of criticality a word or a number means; 1 is the highest."""
    return _LEVEL_OF.get(" ".join(_SPLIT.split(text.strip().lower())).strip())


@lru_cache(maxsize=4096)
def is_system(text: str) -> bool:
    """Whether a text names an operating system that exists, with a version."""
    return len(text) <= 200 and _SYSTEM.fullmatch(text.strip()) is not None


def is_address(value: Any) -> bool:
    """Whether a value is an IPv4 address."""
    try:
        IPv4Address(str(value))
    except AddressValueError:
        return False
    return isinstance(value, str)


def is_count(value: Any) -> bool:
    """Whether a value is a positive whole number, of CPUs for one."""
    if isinstance(value, str):
        return _COUNT.fullmatch(value.strip()) is not None
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 < value < 1e6
        and value == int(value)
    )


def is_amount(value: Any, *, positive: bool) -> bool:
    """Whether a value is a plain number, not negative; without units or separators of thousands."""
    if isinstance(value, str):
        text = value.strip()
        return _AMOUNT.fullmatch(text) is not None and (not positive or float(text) > 0)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return (value > 0 if positive else value >= 0) and value <= _LARGEST


@lru_cache(maxsize=16384)
def is_date(text: str, form: str) -> bool:
    """Whether a text is a day in a form of `strptime`."""
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def date_form(samples: Iterable[Any]) -> str:
    """The form by which most samples are dates; the first one where none is."""
    texts = [value for value in samples if isinstance(value, str)]
    return max(DATE_FORMATS, key=lambda form: sum(is_date(text, form) for text in texts))


def is_misread(text: str) -> bool:
    """Whether a text is UTF-8 that somebody read as Latin-1 or Windows-1252: undoing that gives other, valid text."""
    if text.isascii() or _MISREAD.search(text) is None:
        return False
    for encoding in ("latin-1", "cp1252"):
        try:
            if text.encode(encoding).decode("utf-8") != text:
                return True
        except UnicodeError:
            continue
    return False


CLOSED: Mapping[str, Callable[[str], str | None]] = {
    "type": asset_type,
    "environment": environment,
    "criticality": criticality,
}
"""Kind of field -> what turns its words into a member of the closed set."""
