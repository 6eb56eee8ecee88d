"""The drawings, character by character."""

from pathlib import Path

from reseed import plan
from reseed.plan import Bar

SOUND = Path(__file__).parents[2] / "examples" / "plans" / "sound" / "plan.toml"


def test_a_mermaid_graph_groups_tasks_by_agent_and_marks_the_critical_path() -> None:
    assert plan.mermaid(plan.read(SOUND)) == (
        "graph TD\n"
        '  subgraph agent_1["Agent 1: Baker"]\n'
        '    task_1_1["1.1 Dough<br/>30 min"]\n'
        '    task_1_2["1.2 Dough<br/>30 min"]\n'
        "  end\n"
        "  task_1_1 --> task_1_2\n"
        "  classDef critical stroke:#c0392b,stroke-width:3px\n"
        "  class task_1_1,task_1_2 critical\n"
    )


def test_what_a_title_contains_cannot_break_the_graph(tmp_path: Path) -> None:
    text = SOUND.read_text().replace('title = "Dough"', """title = '"]; <b> & --> end'""")
    (tmp_path / "plan.toml").write_text(text)
    drawn = plan.mermaid(plan.read(tmp_path / "plan.toml"))
    assert '["1.1 &quot;]; &lt;b&gt; &amp; --&gt; end<br/>30 min"]' in drawn


def test_a_gantt_drawing_shows_estimates_on_one_scale() -> None:
    rows = (
        Bar("Baker", "oven", start=0, finish=20, slack=30),
        Bar("Baker", "bake", start=50, finish=90, critical=True),
        Bar("Miller", "flour", start=0, finish=50, critical=True),
        Bar("Miller", "sweep", start=50, finish=60, slack=30),
    )
    assert plan.gantt(rows, width=52) == (
        "       0              30 min         1 h\n"
        "       |--------------|--------------|--------------\n"
        "Baker\n"
        "oven   ==========...............\n"
        "bake                            ####################\n"
        "Miller\n"
        "flour  #########################\n"
        "sweep                           =====...............\n"
    )


def test_a_gantt_drawing_shows_what_really_took_seconds() -> None:
    rows = (
        Bar("Agent 1", "1.1", start=0, finish=2.5 / 60),
        Bar("Agent 1", "1.2", start=2.5 / 60, finish=2.6 / 60),
        Bar("Agent 1", "1.3", start=2.6 / 60, finish=5 / 60),
    )
    assert plan.gantt(rows, width=55) == (
        "     0                   2 s                 4 s\n"
        "     |-------------------|-------------------|---------\n"
        "Agent 1\n"
        "1.1  =========================\n"
        "1.2                           =\n"
        "1.3                            ========================\n"
    )


def test_nothing_to_draw_is_an_empty_drawing() -> None:
    assert plan.gantt((), width=80) == ""
