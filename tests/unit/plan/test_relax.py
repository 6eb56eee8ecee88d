"""Which earlier starts shorten a plan, and the fewest that bring it under its target."""

from dataclasses import replace

from reseed.plan import Agent, EarlierStart, Plan, Task, relax, schedule


def task(id: str, agent: str, hours: int, needs: tuple[str, ...], *earlier: EarlierStart) -> Task:
    return Task(id, agent, id, hours * 60, needs, "work", ("done",), "Work.", earlier=earlier)


def agent(id: str) -> Agent:
    return Agent(id, id, "Work", (), (60, 600), (), ())


FRAME_EARLY = EarlierStart("frame", "walls", ("ground",), "Frames are made in the workshop.")
PAINT_EARLY = EarlierStart(
    "paint", "frame", ("ground",), "Paint dries anywhere.", provided="it does not rain"
)
FRAME_AT_ONCE = EarlierStart(
    "frame", "walls", (), "Frames are made in the workshop.", provided="sizes are known"
)

HOUSE = Plan(
    title="House",
    target_hours=(6, 8),
    agents=(agent("mason"), agent("joiner"), agent("painter")),
    tasks=(
        task("ground", "mason", 2, ()),
        task("walls", "mason", 3, ("ground",)),
        task("frame", "joiner", 3, ("walls",), FRAME_EARLY, FRAME_AT_ONCE),
        task("paint", "painter", 2, ("walls", "frame"), PAINT_EARLY),
    ),
)


def test_each_earlier_start_is_weighed_alone() -> None:
    assert schedule(HOUSE).makespan == 10 * 60
    weighed = [
        (each.starts[0], each.makespan // 60, each.saves // 60, each.on_target) for each in relax.alone(HOUSE)
    ]
    assert weighed == [
        (FRAME_EARLY, 7, 3, True),
        (FRAME_AT_ONCE, 7, 3, True),
        (PAINT_EARLY, 8, 2, True),
    ]


def test_only_what_asks_for_nothing_counts_as_unconditional() -> None:
    assert relax.unconditional(HOUSE).starts == (FRAME_EARLY,)


def test_the_fewest_on_target_are_the_shortest_of_as_many() -> None:
    fewest = relax.fewest(HOUSE)
    assert fewest is not None
    assert (fewest.starts, fewest.makespan) == ((FRAME_EARLY,), 7 * 60)


def test_several_are_combined_where_one_does_not_do() -> None:
    tasks = (
        *HOUSE.tasks[:2],
        task("frame", "joiner", 4, ("walls",), FRAME_EARLY),
        task("paint", "painter", 1, ("walls", "frame"), PAINT_EARLY),
    )
    cottage = replace(HOUSE, target_hours=(5.0, 6.0), tasks=tasks)
    assert [each.on_target for each in relax.alone(cottage)] == [False, False]
    fewest = relax.fewest(cottage)
    assert fewest is not None
    assert (fewest.starts, fewest.makespan) == ((FRAME_EARLY, PAINT_EARLY), 6 * 60)


def test_a_plan_on_target_needs_no_earlier_start_and_a_hopeless_one_finds_none() -> None:
    easy, hopeless = (replace(HOUSE, target_hours=target) for target in ((8.0, 10.0), (1.0, 4.0)))
    already = relax.fewest(easy)
    assert already is not None
    assert already.starts == ()
    assert relax.fewest(hopeless) is None
