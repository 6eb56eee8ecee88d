"""A copy of the proven database under a name of the user's choice, on the same server."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from reseed import database
from reseed.database import Target
from reseed.errors import Refused, ServerError
from reseed.project import Project
from reseed.proven.find import find, is_as_kept, of_project
from reseed.proven.inputs import measure_inputs
from reseed.records import JSON

_KIND = "clone"


@dataclass(frozen=True, slots=True)
class Cloned:
    """A copy that was made.

    Attributes:
        run: id of the run that proved what it is a copy of. seconds: how long all of it took, measuring included.
    """

    target: Target
    run: str
    seconds: float


def clone(project: Project, target: Target, name: str, *, replace: bool = False) -> Cloned:
    """Copy the proven database that the project's inputs come to.

    It is copied under a scratch name, measured where somebody has been in the template since it was kept, and gets its
    name last, with the grants and settings of the target's.

    Args:
        replace: a copy that was made so before under this name goes.

    Raises:
        Refused: the name is taken by a database that is no such copy.
        ServerError: none is kept for these inputs, or the one that is has been altered; the name does not do.
    """
    began = time.perf_counter()
    _require_usable(name)
    _require_free(target, name, replace)
    inputs = measure_inputs(project, project.load_dataset(), target)
    template = find(target, inputs, by_run=True)
    if template is None:
        raise _none_kept(project, target)
    with database.copied(target, template.name) as copy:
        if not is_as_kept(copy, template):
            raise ServerError(
                f"The proven database {template.name} has been altered since run {template.said['run']} proved it.",
                "Prove it again with: reseed run --no-reuse",
            )
        said: Mapping[str, JSON] = {
            "kind": _KIND,
            "project": project.name,
            "run": template.said["run"],
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        database.give_name(target, copy.database, name, said, like=target.database)
    return Cloned(target.on(name), str(template.said["run"]), time.perf_counter() - began)


def drop_clone(target: Target, name: str) -> None:
    """Drop a copy that `clone` made.

    Raises:
        ServerError: there is none of that name. Refused: the database of that name is no such copy.
    """
    if not database.exists(target, name):
        raise ServerError(
            f'Database "{name}" does not exist on {target.masked}.', "See the names with: psql -l"
        )
    _require_clone(target, name)
    database.drop(target, name)


def _require_usable(name: str) -> None:
    database.require_short(name)
    if database.is_scratch(name) or name.startswith(database.TEMPLATE_PREFIX):
        raise ServerError(
            f'Database name "{name}" is of the form that reseed gives databases it drops by itself.',
            "Choose another name.",
        )


def _require_free(target: Target, name: str, replace: bool) -> None:
    if not database.exists(target, name):
        return
    if not replace:
        raise Refused(
            f'Database "{name}" exists already on {target.masked}; it was left as it is.',
            "Choose another name, or give --replace where it is a clone that may go.",
        )
    _require_clone(target, name)


def _require_clone(target: Target, name: str) -> None:
    if database.comment_of(target, name).get("kind") != _KIND:
        raise Refused(
            f'Database "{name}" was not made by reseed clone, as its comment does not say so; it was left as it is.',
            "Drop it yourself where it may go: DROP DATABASE.",
        )


def _none_kept(project: Project, target: Target) -> ServerError:
    others = [each for each in of_project(target, project.name) if each.said.get("run")]
    if others:
        latest = others[0].said
        return ServerError(
            f"Models, dataset, its size or the server have changed since run {latest['run']}, "
            f"so the proven database that is kept is not what {project.name} would be now.",
            "Prove the present one with: reseed run",
        )
    return ServerError(
        f"No proven database of {project.name} is kept on {target.masked}.",
        "A run that passes keeps one: reseed run",
    )
