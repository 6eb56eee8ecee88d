"""Whether an AI coding agent gives the command: each leaves variables of its own in what it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

_ANY = "?*"
_NOT_SET = ("", "0", "false", "no")

# (variable, pattern of its value, who sets it). Editors mark the terminals of people as well; such marks
# (CURSOR_TRACE_ID, TERM_PROGRAM) are not among these. Where only a place as a whole has a mark, that counts.
_MARKS = (
    ("CLAUDECODE", _ANY, "Claude Code"),
    ("CLAUDE_CODE", _ANY, "Claude Code"),
    ("CURSOR_AGENT", _ANY, "Cursor"),
    ("CODEX_SANDBOX", _ANY, "Codex"),
    ("CODEX_SANDBOX_NETWORK_DISABLED", _ANY, "Codex"),
    ("CODEX_THREAD_ID", _ANY, "Codex"),
    ("CODEX_CI", _ANY, "Codex"),
    ("GEMINI_CLI", _ANY, "Gemini CLI"),
    ("COPILOT_CLI", _ANY, "GitHub Copilot"),
    ("COPILOT_AGENT_SESSION_ID", _ANY, "GitHub Copilot"),
    ("CLINE_ACTIVE", _ANY, "Cline"),
    ("OPENCODE", _ANY, "OpenCode"),
    ("OPENCODE_CLIENT", _ANY, "OpenCode"),
    ("AMP_CURRENT_THREAD_ID", _ANY, "Amp"),
    ("GOOSE_TERMINAL", _ANY, "Goose"),
    ("AUGMENT_AGENT", _ANY, "Augment"),
    ("ANTIGRAVITY_AGENT", _ANY, "Antigravity"),
    ("QWEN_CODE", _ANY, "Qwen Code"),
    ("TRAE_AI_SHELL_ID", _ANY, "Trae"),
    ("AWS_EXECUTION_ENV", "*amazonq*", "Amazon Q"),
    ("REPL_ID", _ANY, "Replit"),
    ("HOME", "/home/jules", "Jules"),
    # What agents are to agree on; the value is the agent's name.
    ("AI_AGENT", _ANY, "an AI agent"),
    ("AGENT", _ANY, "an AI agent"),
)

#: Every variable that is there because of an agent.
VARIABLES = tuple(variable for variable, pattern, _ in _MARKS if "*" in pattern)


@dataclass(frozen=True, slots=True)
class Agent:
    """An AI coding agent, and the variable it is known by."""

    name: str
    variable: str


def agent_at_work(environment: Mapping[str, str]) -> Agent | None:
    """The agent whose variables are set; None where a person or a script of theirs gives the command."""
    for variable, pattern, name in _MARKS:
        value = environment.get(variable, "").strip().lower()
        if value not in _NOT_SET and fnmatchcase(value, pattern):
            return Agent(name, variable)
    return None
