"""An AI agent is known by its variables, a person by having none of them."""

from __future__ import annotations

import pytest

from reseed.guard.agents import VARIABLES, Agent, agent_at_work

PERSON = {"HOME": "/home/me", "TERM": "xterm", "TERM_PROGRAM": "vscode", "CURSOR_TRACE_ID": "1", "CI": "true"}


def test_a_person_in_an_editor_is_no_agent() -> None:
    assert agent_at_work(PERSON) is None
    assert agent_at_work({}) is None


@pytest.mark.parametrize(
    ("variable", "value", "name"),
    [
        ("CLAUDECODE", "1", "Claude Code"),
        ("CURSOR_AGENT", "1", "Cursor"),
        ("CODEX_SANDBOX", "seatbelt", "Codex"),
        ("GEMINI_CLI", "1", "Gemini CLI"),
        ("COPILOT_CLI", "1", "GitHub Copilot"),
        ("CLINE_ACTIVE", "true", "Cline"),
        ("OPENCODE", "1", "OpenCode"),
        ("GOOSE_TERMINAL", "1", "Goose"),
        ("AUGMENT_AGENT", "1", "Augment"),
        ("REPL_ID", "abc", "Replit"),
        ("HOME", "/home/jules", "Jules"),
        ("AWS_EXECUTION_ENV", "AmazonQ-For-CLI Version/1.2", "Amazon Q"),
        ("AI_AGENT", "somebody@1.0", "an AI agent"),
        ("AGENT", "amp", "an AI agent"),
    ],
)
def test_an_agent_is_known_by_its_variable(variable: str, value: str, name: str) -> None:
    assert agent_at_work({**PERSON, variable: value}) == Agent(name, variable)


@pytest.mark.parametrize("value", ["", "0", "false", "False", " no "])
def test_a_variable_that_says_no_says_no(value: str) -> None:
    assert agent_at_work(dict.fromkeys(VARIABLES, value)) is None


def test_another_program_on_a_cloud_is_no_agent() -> None:
    assert agent_at_work({"AWS_EXECUTION_ENV": "AWS_Lambda_python3.12"}) is None
