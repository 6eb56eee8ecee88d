"""The shape of `plan.toml`: which keys there are and what each holds.

What the entries mean together is for `read` to judge.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, JsonValue, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from reseed.errors import PlanError
from reseed.plan import duration
from reseed.plan.model import Executor
from reseed.plan.source import Source, did_you_mean


def _minutes(value: object) -> int:
    return duration.minutes(value if isinstance(value, str) else "")


def _minutes_range(value: object) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2:
        low, high = (_minutes(part) for part in value)
        if low <= high:
            return low, high
    raise ValueError('expected the least and the most time, such as ["4h", "5h"]')


def _hours_range(value: object) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2 and all(type(part) in (int, float) for part in value):
        low, high = value
        if 0 < low <= high:
            return float(low), float(high)
    raise ValueError("expected the least and the most hours, such as [8, 10]")


# Ids become names of workflows and nodes of drawings, where other characters would need quoting.
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+([.-][A-Za-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AgentShape(_Section):
    """One `[[agent]]`."""

    id: Id
    name: Text
    focus: Text
    skills: tuple[Text, ...]
    estimate: Annotated[tuple[int, int], BeforeValidator(_minutes_range)]
    prerequisites: tuple[Text, ...] = ()
    deliverables: tuple[Text, ...] = ()
    executor: Executor = "builtin"


class EarlierShape(_Section):
    """One entry of a task's `earlier`."""

    instead_of: str
    after: tuple[str, ...]
    why: Text
    provided: str = ""


class TaskShape(_Section):
    """One `[[task]]`."""

    id: Id
    agent: str
    title: Text
    estimate: Annotated[int, BeforeValidator(_minutes)]
    gate: tuple[Text, ...]
    description: Text
    needs: tuple[str, ...] = ()
    action: str = ""
    arguments: dict[str, JsonValue] = {}
    deliverables: tuple[Text, ...] = ()
    handoff: Text | None = None
    earlier: tuple[EarlierShape, ...] = ()


class PlanShape(_Section):
    """The whole file."""

    title: Text
    target_hours: Annotated[tuple[float, float], BeforeValidator(_hours_range)]
    agent: tuple[AgentShape, ...] = ()
    task: tuple[TaskShape, ...] = ()


_SECTIONS: dict[str, type[_Section]] = {"": PlanShape, "agent": AgentShape, "task": TaskShape}
_EXPECTED = {
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "invalid-json-value": "text, numbers, booleans, lists and tables",
    "string_too_short": "some text",
    "string_pattern_mismatch": "letters and digits, joined by dots or dashes",
}


def parse(source: Source) -> PlanShape:
    """The file's entries, each of the right shape.

    Raises:
        PlanError: a key is missing, unknown, or holds something else than it should.
    """
    try:
        return PlanShape.model_validate(source.data)
    except ValidationError as error:
        raise _plan_error(source, error.errors()[0]) from error


def _plan_error(source: Source, detail: ErrorDetails) -> PlanError:
    section, index, inner = _locate(detail["loc"])
    place = ".".join(str(part) for part in inner)
    if detail["type"] == "missing":
        sentence, step = f"{place} is missing.", "Add the key."
    elif detail["type"] == "extra_forbidden":
        known = () if len(inner) > 1 else _SECTIONS[section].model_fields
        sentence, step = f"{place} is not a key that is known here.", did_you_mean(str(inner[-1]), known)
    else:
        sentence, step = f"{place} is {_shown(detail['input'])}, {_expected(detail)}.", ""
    return source.error(sentence, step, section=section, index=index)


def _locate(path: tuple[int | str, ...]) -> tuple[str, int | None, tuple[int | str, ...]]:
    match path:
        case (("agent" | "task") as section, int(index), *inner) if inner:
            return section, index, tuple(inner)
    return "", None, path


def _expected(detail: ErrorDetails) -> str:
    context: dict[str, Any] = detail.get("ctx", {})
    if detail["type"] == "value_error":
        return str(context["error"])
    if detail["type"] == "literal_error":
        return f"expected {context['expected']}"
    return f"expected {_EXPECTED.get(detail['type'], detail['msg'])}"


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
