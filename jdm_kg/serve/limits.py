"""What one query may take, and how many may run: the numbers that keep the server alive."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The limits of a server.

    Attributes:
        seconds: Time that a query may take, by the clock as well as of the processor.
        rows: Rows or triples that an answer may have.
        answer_bytes: Bytes that an answer may have.
        memory: Megabytes that a query may take beside the data, which all queries share.
        running: Queries that may run at the same time.
        reuse: Answers that one process may give, one after the other; it ends earlier if it has grown, and at a limit.
        idle_seconds: Time after which a process that has nothing to do ends.
        waiting: Queries of one client that may wait for others to end; there may be eight times as many in all.
        patience: Seconds that a query may wait.
        slice: Seconds that a query has for sure. One that has had them may be stopped if another has waited as long.
        body_bytes: Bytes that the body of a request may have.
        head_seconds: Time in which the head of a request must have come, and in which the next must begin.
        body_seconds: Time in which the body of a request must have come.
        send_seconds: Time in which a client must take the next piece of an answer.
        grace: Seconds that running requests get when the server stops.
        kept_bytes: Bytes of answers that are kept to be given again.
        unsent_bytes: Bytes of answers that may wait for clients to take them.
    """

    seconds: float = 10.0
    rows: int = 100_000
    answer_bytes: int = 16 << 20
    memory: int = 256
    running: int = max(8, 2 * (os.cpu_count() or 1))
    reuse: int = 100
    idle_seconds: float = 2.0
    waiting: int = 64
    patience: float = 20.0
    slice: float = 1.0
    body_bytes: int = 1 << 20
    head_seconds: float = 15.0
    body_seconds: float = 15.0
    send_seconds: float = 30.0
    grace: float = 5.0
    kept_bytes: int = 64 << 20
    unsent_bytes: int = 256 << 20
