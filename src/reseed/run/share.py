"""One load shared by several processes on several hosts: its partitions are a queue in a PostgreSQL database.

Who has begun the load puts the missing partitions into the load's queue and works on it as everybody does. A worker
that dies holds its partitions until somebody notices: every member holds a lock for as long as it lives, and whoever
finds a lock free puts what that member was working on back into the queue. That nothing is loaded twice is up to the
ledger of the load, which lies beside the rows.
"""

from __future__ import annotations

import os
import platform
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypedDict

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from reseed.database import Connection, Target, connect
from reseed.database.claim import lock
from reseed.errors import ReseedError, SeedError, ServerError
from reseed.seed import Order, bulk, ledger
from reseed.seed.advance import Advance
from reseed.seed.ledger import Pending
from reseed.seed.partitions import Loaded, Loader

_APPLICATION_VERSION = "reseed-load-1"
_WORKFLOW = "load_partition"
_JSON = DBOSPortableJSONSerializer()

#: How often a member looks into the queue, and who has begun the load at how far it is.
_LOOK_SECONDS = 0.2

#: What a member that is told to stop may still take to end its partitions.
_END_SECONDS = 120

#: A partition that nobody can load is tried so often, by whomever.
_ATTEMPTS = 3

_UNDER_WAY = ["ENQUEUED", "PENDING"]


class Answer(TypedDict):
    """What became of a partition: why it could not be loaded, empty when it is."""

    failure: str


@dataclass(frozen=True)
class Member:
    """This process among those that share a load.

    Attributes:
        queue: name of the load's queue. name: of this process, different from every other.
    """

    queue: str
    name: str
    _client: DBOSClient
    _alive: Connection

    def enqueue(self, partitions: list[int]) -> str:
        """Put partitions into the queue; what tells them from those of other times."""
        round_ = secrets.token_hex(4)
        for first in partitions:
            self._client.enqueue(
                {
                    "queue_name": self.queue,
                    "workflow_name": _WORKFLOW,
                    "workflow_id": f"{self.queue}/{round_}/{first}",
                    "app_version": _APPLICATION_VERSION,
                },
                first,
            )
        return f"{self.queue}/{round_}/"

    def take_over(self) -> int:
        """Put back into the queue what members that are dead were working on; how many partitions that were."""
        held = self._client.list_workflows(
            status="PENDING", workflow_id_prefix=f"{self.queue}/", load_input=False, load_output=False
        )
        dead = {
            name
            for name in {each.executor_id for each in held if each.executor_id}
            if name != self.name and self._is_dead(name)
        }
        orphans = [each.workflow_id for each in held if each.executor_id in dead]
        if orphans:
            self._client.resume_workflows(orphans, queue_name=self.queue)
        return len(orphans)

    def drained(self, round_: str) -> bool:
        """Whether nobody has anything of a round left to do."""
        return not self._client.list_workflows(
            status=_UNDER_WAY, workflow_id_prefix=round_, limit=1, load_input=False, load_output=False
        )

    def failures(self, round_: str) -> list[str]:
        """Why partitions of a round could not be loaded."""
        ended = self._client.list_workflows(
            status=["SUCCESS", "ERROR"], workflow_id_prefix=round_, load_input=False
        )
        answers = [each.output["failure"] if each.output else str(each.error) for each in ended]
        return [failure for failure in answers if failure]

    def _is_dead(self, name: str) -> bool:
        query = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
        return bool(self._alive.execute(query, (_lock_of(name),)).fetchall()[0][0])


def shared(state: str) -> Callable[[Order, Pending], None]:
    """Loads the partitions of a load together with every worker on the same state database.

    Args:
        state: URL of the database that keeps the queue.
    """

    def load(order: Order, pending: Pending) -> None:
        advance = Advance(order.tell)
        with connect(order.target, autocommit=True) as connection:
            advance.begin(ledger.standing(connection))
            with joined(state, pending, bulk.loader(order, pending), order.loaders) as member:
                for _ in range(_ATTEMPTS):
                    round_ = member.enqueue(ledger.missing(connection))
                    _follow(member, round_, connection, advance)
                    if ledger.standing(connection).complete:
                        return
            raise _not_loaded(member.failures(round_))

    return load


def work(
    order: Order, state: str, pending: Pending, stop: threading.Event, tell: Callable[[Loaded], None]
) -> None:
    """Help with a load until it has all its partitions, or this process is told to stop.

    Raises:
        SeedError: this process would make other rows than the load is about.
    """
    ledger.require_same(pending, order.inputs(pending.inputs.tenants))
    with (
        joined(state, pending, bulk.loader(order, pending), order.loaders, tell) as member,
        connect(order.target, autocommit=True) as connection,
    ):
        while not stop.wait(_LOOK_SECONDS):
            member.take_over()
            now = ledger.find(connection)
            if now is None or now.id != pending.id or ledger.standing(connection).complete:
                return


@contextmanager
def joined(
    state: str,
    pending: Pending,
    loader: Loader,
    sessions: int,
    tell: Callable[[Loaded], None] = lambda loaded: None,
) -> Iterator[Member]:
    """Be one of those who load; at the end the partitions that are under way here are finished first.

    Raises:
        ServerError: the state database cannot be used.
    """
    queue, name = f"load-{pending.id}", f"{platform.node()}-{os.getpid()}-{secrets.token_hex(4)}"
    place = Target.parse(state)
    with connect(place, autocommit=True) as alive:
        lock(alive, _lock_of(name))
        try:
            _launch(state, queue, name, partial(_load, loader, tell), sessions)
            client = DBOSClient(system_database_url=state, serializer=_JSON)
        except SQLAlchemyError as error:
            first = next(iter(str(error).splitlines()), type(error).__name__)
            raise ServerError(
                f"The state database {place.masked} cannot be used: {first}.", "Correct RESEED_STATE_URL."
            ) from error
        try:
            yield Member(queue, name, client, alive)
        finally:
            client.destroy()
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=_END_SECONDS)


def _launch(state: str, queue: str, name: str, load: Callable[[int], Answer], sessions: int) -> None:
    DBOS(
        config={
            "name": "reseed",
            "system_database_url": state,
            "application_version": _APPLICATION_VERSION,
            "executor_id": name,
            "log_level": "CRITICAL",
            "serializer": _JSON,
        }
    )

    @DBOS.workflow(name=_WORKFLOW)
    def load_partition(first: int) -> Answer:
        return DBOS.run_step({"name": "load"}, load, first)

    DBOS.listen_queues([queue])
    DBOS.launch()
    DBOS.register_queue(queue, worker_concurrency=sessions, polling_interval_sec=_LOOK_SECONDS)


def _load(loader: Loader, tell: Callable[[Loaded], None], first: int) -> Answer:
    """Load a partition, if nobody has; a failure is an answer, so that somebody else may try."""
    try:
        loaded = loader.load_one(first)
    except ReseedError as error:
        return {"failure": str(error)}
    if loaded:
        tell(loaded)
    return {"failure": ""}


def _follow(member: Member, round_: str, connection: Connection, advance: Advance) -> None:
    """Until a round is over, tell how far the load is, and look after what the dead have left."""
    pause = threading.Event()
    while not member.drained(round_):
        pause.wait(_LOOK_SECONDS)
        member.take_over()
        advance.reach(ledger.standing(connection))
    advance.reach(ledger.standing(connection))


def _not_loaded(failures: list[str]) -> SeedError:
    why = failures[-1] if failures else "nobody says why"
    return SeedError(f"Partitions could not be loaded, though each was tried {_ATTEMPTS} times: {why}")


def _lock_of(name: str) -> str:
    return f"reseed worker {name}"
