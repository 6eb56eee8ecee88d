"""The gate of dataset preparation: the files in the run folder are right, and the dataset is a pure function."""

from __future__ import annotations

from collections.abc import Mapping

from reseed.check import Check
from reseed.records import Finding
from reseed.second import HASH_SEED
from reseed.seed.again import digest_elsewhere, digest_in_pieces
from reseed.seed.dataset import Dataset
from reseed.seed.digest import expected_digest
from reseed.seed.hand_over import SEEDED_IDS
from reseed.seed.prepare import CONSTANTS, IMPORTS, constants_text
from reseed.site import Site

TENANTS = 3


def constants(site: Site) -> Finding:
    """`constants.json` and the import files are what the dataset says, byte for byte."""
    dataset: Dataset = site.dataset
    expected = {CONSTANTS: len(constants_text(dataset).encode())}
    expected |= {f"{IMPORTS}/{name}": size for name, size in dataset.file_sizes().items()}
    wanted = {CONSTANTS: constants_text(dataset).encode()}
    wanted |= {f"{IMPORTS}/{name}": contents for name, contents in dataset.files().items()}
    altered = sorted(name for name, contents in wanted.items() if _differs(site, name, contents))
    return CONSTANTS_CHECK.answer(
        {"sizes": expected, "altered": []},
        {"sizes": _sizes(site, wanted), "altered": altered},
        measured=len(dataset.identity) + len(dataset.files()),
        rows=tuple({"file": name} for name in altered),
    )


def deterministic(site: Site) -> Finding:
    """The digest of three tenants, whole and in this process, against piece by piece in another."""
    here = expected_digest(site.dataset, range(TENANTS))
    elsewhere = site.beforehand(
        DETERMINISTIC_CHECK.name, lambda: digest_elsewhere(site.project, TENANTS, HASH_SEED)
    )
    return DETERMINISTIC_CHECK.answer(
        here,
        elsewhere,
        measured=sum(site.dataset.definition.rows.values()),
    )


def _differs(site: Site, name: str, contents: bytes) -> bool:
    path = site.folder / name
    return not path.is_file() or path.read_bytes() != contents


def _sizes(site: Site, names: Mapping[str, bytes]) -> dict[str, int | None]:
    paths = {name: site.folder / name for name in names}
    return {name: path.stat().st_size if path.is_file() else None for name, path in paths.items()}


CONSTANTS_CHECK = Check(
    "dataset.constants",
    "Are the shared constants and the import files in the run folder, exactly as the dataset and its rows say?",
    constants,
    scope="run",
)
DETERMINISTIC_CHECK = Check(
    "dataset.deterministic",
    "Does a second process, in another order and in pieces, make the same rows?",
    deterministic,
    scope="run",
    beforehand=lambda site: digest_in_pieces(site.dataset, TENANTS),
)
CHECKS = (CONSTANTS_CHECK, DETERMINISTIC_CHECK, SEEDED_IDS)
