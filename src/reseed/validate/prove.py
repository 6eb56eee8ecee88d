"""Proving that checks can fail: each declared fault is planted in a clone, and its check must notice.

A check nobody has seen fail says nothing when it passes. So every check is first asked about a clone with nothing
planted, where it must pass, and then about one clone for each of its faults, where it must fail with an answer.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from reseed import database
from reseed.check import Check, Fault
from reseed.database import Target
from reseed.records import Finding, Proof
from reseed.site import Site
from reseed.validate.suite import answered, ask, sentence

# CREATE DATABASE copies files: more than two at a time wait for the same disk.
_AT_ONCE = 4


def prove(site: Site, checks: Sequence[Check]) -> tuple[Proof, ...]:
    """Plant every fault of every database check in a clone of `site.database`, which itself is left alone.

    Returns:
        For each check its control, then its faults; a check without faults is one failed proof.

    Raises:
        ServerError: the database cannot be cloned, for example because other sessions use it.
    """
    asked = [check for check in checks if check.scope == "database"]
    with database.scratch(site.target, f"{site.database}__sound", template=site.database) as sound:
        controls = tuple(_control(site.on(sound.database), check) for check in asked)
        planted = [(check, fault) for check in asked for fault in check.faults]
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as workers:
            proofs = tuple(workers.map(lambda pair: _planted(site, sound, *pair), planted))
    return _in_order(asked, controls, proofs)


def caught(proofs: Sequence[Proof]) -> tuple[int, int]:
    """How many planted faults were caught, and how many were planted."""
    faults = [proof for proof in proofs if proof.fault]
    return sum(proof.passed for proof in faults), len(faults)


def _control(site: Site, check: Check) -> Proof:
    if not check.faults:
        return Proof(check.name, "", passed=False, answer="not proven: it declares no fault", seconds=0.0)
    began = time.perf_counter()
    finding = ask(site, check)
    return Proof(check.name, "", finding.passed, _in_words(finding), _since(began))


def _planted(site: Site, sound: Target, check: Check, fault: Fault) -> Proof:
    began = time.perf_counter()
    with database.scratch(site.target, f"{site.database}__fault", template=sound.database) as clone:
        try:
            with database.connect(clone) as connection:
                fault.plant(connection)
        except Exception as error:  # noqa: BLE001 - a fault that cannot be planted proves nothing
            return Proof(check.name, fault.name, False, f"not planted: {sentence(error)}", _since(began))
        finding = ask(site.on(clone.database), check)
    noticed = not finding.passed and answered(finding)
    return Proof(check.name, fault.name, noticed, _in_words(finding), _since(began))


def _in_words(finding: Finding) -> str:
    if finding.passed:
        return "passed"
    return finding.actual if isinstance(finding.actual, str) else f"found {finding.actual}"


def _in_order(
    checks: Sequence[Check], controls: Sequence[Proof], proofs: Sequence[Proof]
) -> tuple[Proof, ...]:
    remaining = iter(proofs)
    ordered: list[Proof] = []
    for check, control in zip(checks, controls, strict=True):
        faults = [next(remaining) for _ in check.faults]
        ordered.append(control)
        ordered.extend(faults if control.passed else map(_worthless, faults))
    return tuple(ordered)


def _worthless(proof: Proof) -> Proof:
    return replace(proof, passed=False, answer="proves nothing: the check fails with nothing planted, too")


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 3)
