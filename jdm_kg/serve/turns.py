"""Who may run next: clients take turns, and whoever has had a fair share gives way while others wait."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass
from typing import NamedTuple

from jdm_kg.serve.limits import Limits
from jdm_kg.serve.protocol import Refusal

_ALL_WAITING = 8  # times as many as of one client


@dataclass(eq=False)
class Turn:
    """The right to run.

    Attributes:
        client: Whose it is.
        begun: When it began, by the clock of the event loop.
        over: Is done when the turn must be given back.
    """

    client: str
    begun: float
    over: asyncio.Future[None]


class _Place(NamedTuple):
    """A place in a queue: since when somebody has it, and the turn that he waits for."""

    since: float
    turn: asyncio.Future[Turn]


class Turns:
    """Hands out turns.

    One client never has all of them: a quarter, and at least one where there are several, is left to others. Clients
    that wait are served in turn, each first come, first served.

    Args:
        limits: How many may run and wait.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._share = max(1, limits.running - max(1, limits.running // 4))
        self._turns: set[Turn] = set()
        self._running: Counter[str] = Counter()
        self._waiting: dict[str, deque[_Place]] = {}  # the first client is the next
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """How many run."""
        return len(self._turns)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values()))

    async def take(self, client: str) -> Turn:
        """Wait for a turn.

        Raises:
            Refusal: Too many wait already, or the wait was too long.
        """
        if not self._waiting and self._may_run(client):
            return self._begin(client)
        queue = self._waiting.setdefault(client, deque())
        if len(queue) >= self._limits.waiting or self.waiting >= _ALL_WAITING * self._limits.waiting:
            raise busy("Too many queries wait already.")
        loop = asyncio.get_running_loop()
        place = _Place(loop.time(), loop.create_future())
        queue.append(place)
        self._next()
        try:
            async with asyncio.timeout(self._limits.patience):
                turn = await place.turn
        except BaseException as error:
            self._forget(client, place)
            if isinstance(error, TimeoutError):
                raise busy("Other queries took all the time that yours could wait.") from None
            raise
        return turn

    def give_back(self, turn: Turn) -> None:
        """End a turn."""
        self._turns.discard(turn)
        self._running[turn.client] -= 1
        if not self._running[turn.client]:
            del self._running[turn.client]
        self._next()

    def _may_run(self, client: str) -> bool:
        return len(self._turns) < self._limits.running and self._running[client] < self._share

    def _begin(self, client: str) -> Turn:
        loop = asyncio.get_running_loop()
        turn = Turn(client, loop.time(), loop.create_future())
        self._turns.add(turn)
        self._running[client] += 1
        return turn

    def _forget(self, client: str, place: _Place) -> None:
        """Leave the queue; a turn that came just as its taker gave up goes on to the next."""
        queue = self._waiting.get(client)
        if queue and place in queue:
            queue.remove(place)
        if not queue:
            self._waiting.pop(client, None)
        if place.turn.done() and not place.turn.cancelled():
            self.give_back(place.turn.result())

    def _next(self) -> None:
        """Give turns to those who wait, as far as there are any, and see who must give way."""
        for client in list(self._waiting):
            queue = self._waiting[client]
            while queue and queue[0].turn.done():  # cancelled
                del queue[0]
            if not queue:
                del self._waiting[client]
            elif self._may_run(client):
                queue[0].turn.set_result(self._begin(client))
                del queue[0]
                del self._waiting[client]
                if queue:
                    self._waiting[client] = queue  # now the last
        self._make_room()

    def _make_room(self) -> None:
        """Stop the turn that has lasted longest of the client that has most.

        That is once it has had its slice, and somebody has waited as long: whoever has just come may be lucky.
        """
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        since = min((queue[0].since for queue in self._waiting.values() if queue), default=None)
        if since is None:
            return
        full = len(self._turns) >= self._limits.running
        found = [turn for turn in self._turns if not turn.over.done() and (full or self._waiting.get(turn.client))]
        if not found:
            return
        turn = max(found, key=lambda turn: (self._running[turn.client], -turn.begun))
        loop = asyncio.get_running_loop()
        due = max(turn.begun, since) + self._limits.slice
        if loop.time() >= due:
            turn.over.set_result(None)
        else:
            self._timer = loop.call_at(due, self._make_room)


def busy(detail: str, limit: str = "busy") -> Refusal:
    """The refusal of a server that has too much to do."""
    return Refusal(
        503, "the server is busy", f"{detail} Try again in a moment.", headers={"Retry-After": "1"}, limit=limit
    )
