"""What must hold for any plan: random agents, needs and estimates."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from reseed import plan
from reseed.plan import Agent, EarlierStart, Plan, Task, predecessors, relax, schedule
from reseed.plan.reach import downstream, upstream

AGENTS = ("a", "b", "c")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan of up to twelve tasks; each needs some of those before it, so that nothing waits for itself."""
    count = draw(st.integers(1, 12))
    tasks = []
    for number in range(count):
        before = [f"t{other}" for other in range(number)]
        tasks.append(
            Task(
                id=f"t{number}",
                agent=draw(st.sampled_from(AGENTS)),
                title=f"Task {number}",
                estimate=draw(st.integers(1, 240)),
                needs=tuple(
                    draw(st.lists(st.sampled_from(before), unique=True, max_size=3)) if before else ()
                ),
                action="work",
                gate=("done",),
                description="Work.",
            )
        )
    agents = tuple(Agent(name, name.upper(), "Work", (), (60, 120), (), ()) for name in AGENTS)
    return Plan("Random", (1.0, 2.0), agents, tuple(tasks))


@given(plans())
def test_no_task_starts_before_its_needs_and_no_agent_does_two_things_at_once(wanted: Plan) -> None:
    slots = {slot.task: slot for slot in schedule(wanted).slots}
    for task in wanted.tasks:
        assert slots[task.id].finish - slots[task.id].start == task.estimate
        assert all(slots[need].finish <= slots[task.id].start for need in task.needs)
    for agent in AGENTS:
        own = [slots[task.id] for task in wanted.sequence(agent)]
        assert all(one.finish <= following.start for one, following in pairwise(own))


@given(plans())
def test_the_critical_path_is_a_chain_that_fills_the_whole_time(wanted: Plan) -> None:
    times = schedule(wanted)
    before = predecessors(wanted)
    assert sum(wanted.task(task).estimate for task in times.critical) == times.makespan
    assert all(need in before[task] for need, task in pairwise(times.critical))
    assert all(slot.slack == 0 for slot in times.slots if slot.task in times.critical)


@given(plans(), st.data())
def test_a_task_may_take_longer_by_its_slack_and_not_by_a_minute_more(
    wanted: Plan, data: st.DataObject
) -> None:
    times = schedule(wanted)
    slot = data.draw(st.sampled_from(times.slots))

    def makespan(longer: int) -> int:
        tasks = (
            replace(task, estimate=task.estimate + longer) if task.id == slot.task else task
            for task in wanted.tasks
        )
        return schedule(replace(wanted, tasks=tuple(tasks))).makespan

    assert makespan(slot.slack) == times.makespan
    assert makespan(slot.slack + 1) == times.makespan + 1


@given(plans())
def test_a_wave_holds_what_can_run_side_by_side(wanted: Plan) -> None:
    waves = plan.order(wanted)
    number = {task: index for index, wave in enumerate(waves) for task in wave}
    assert sorted(number) == sorted(task.id for task in wanted.tasks)
    for task, needs in predecessors(wanted).items():
        assert number[task] == max((number[need] + 1 for need in needs), default=0)
    for wave in waves:
        agents = [wanted.task(task).agent for task in wave]
        assert len(set(agents)) == len(agents)


@given(plans())
def test_the_graph_draws_few_arrows_and_loses_no_order(wanted: Plan) -> None:
    arrows = [
        tuple(part.removeprefix("task_") for part in line.split(" --> "))
        for line in map(str.strip, plan.mermaid(wanted).splitlines())
        if " --> " in line
    ]
    drawn = {task.id: {need for need, after in arrows if after == task.id} for task in wanted.tasks}
    for task in wanted.tasks:
        reached: set[str] = set()
        for need in drawn[task.id]:
            beyond = upstream(wanted, need)
            assert not beyond & drawn[task.id], "an arrow that others imply"
            reached |= {need} | beyond
        assert reached == upstream(wanted, task.id)


@given(plans(), st.data())
def test_upstream_and_downstream_are_two_sides_of_one_thing(wanted: Plan, data: st.DataObject) -> None:
    task = data.draw(st.sampled_from(wanted.tasks)).id
    above = {other.id for other in wanted.tasks if task in downstream(wanted, [other.id])}
    assert above == upstream(wanted, task) | {task}


@given(plans(), st.data())
def test_an_earlier_start_alone_never_makes_a_plan_longer(wanted: Plan, data: st.DataObject) -> None:
    with_needs = [task for task in wanted.tasks if task.needs]
    assume(with_needs)
    task = data.draw(st.sampled_from(with_needs))
    need = data.draw(st.sampled_from(task.needs))
    weaker = data.draw(st.sets(st.sampled_from(sorted(upstream(wanted, need)) or [need])))
    start = EarlierStart(task.id, need, tuple(sorted(weaker)), "It can.")
    assert relax.relax(wanted, (start,)).saves >= 0


@given(plans(), st.integers(40, 160))
def test_a_drawing_keeps_within_its_width_and_shows_every_task(wanted: Plan, width: int) -> None:
    lines = plan.gantt(plan.bars(wanted, schedule(wanted)), width).splitlines()
    assert max(map(len, lines)) <= width
    for task in wanted.tasks:
        row = next(line for line in lines if line.startswith(f"{task.id} "))
        assert "#" in row or "=" in row
