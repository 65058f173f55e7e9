"""The process that holds the data and copies itself for those who answer.

It has one thread, so that a copy of it can do all that it can: a copy of a process with threads may find locks taken by
threads that it does not have. It never evaluates a query itself. It speaks with the server through one socket, and goes
when that closes.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import struct
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from jdm_kg.errors import JdmKgError
from jdm_kg.serve import answers, jail, world
from jdm_kg.serve.limits import Limits
from jdm_kg.serve.protocol import Refusal
from jdm_kg.serve.replies import JOB_LENGTH, Reply, packed

MESSAGE: Final = struct.Struct("!cQi")
"""A message between server and zygote: kind, number of the job, another number."""

ANSWER, KILL = b"A", b"K"
"""To the zygote: answer the job that comes through the socket that is handed over; end the copy that answers a job."""
READY, FAILED, ENDED = b"R", b"F", b"E"
"""From it: the data is loaded; it can't be (so many bytes of text follow); a copy has ended (with this wait status)."""

OUT_OF_MEMORY: Final = 71
"""Exit status of a copy for which there was not enough memory."""
_BROKEN: Final = 70
_PIECE: Final = 1 << 16


def main() -> int:
    """Run the process. Its arguments are the descriptor of the socket and the settings as JSON."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings: dict[str, Any] = json.loads(sys.argv[2])
    limits = Limits(**settings["limits"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server tells when to go
    try:
        found = world.load(*(Path(path) if path else None for path in settings["paths"]))
        found.prepare()
        answers.rehearse(found, limits)
    except JdmKgError as error:
        text = str(error).encode()
        control.sendall(MESSAGE.pack(FAILED, 0, len(text)) + text)
        return 1
    gc.collect()
    gc.freeze()  # what is left alone by the collector is shared with the copies
    control.sendall(MESSAGE.pack(READY, 0, os.getpid()))
    Zygote(control, found, limits).run()
    return 0


class Zygote:
    """Copies itself for every job.

    Args:
        control: The socket to the server.
        data: The data.
        limits: What a copy may take.
    """

    def __init__(self, control: socket.socket, data: world.World, limits: Limits) -> None:
        self._control = control
        self._world = data
        self._limits = limits
        self._jobs: dict[int, int] = {}  # process id -> number of the job
        self._bell, self._clapper = os.pipe()
        os.set_blocking(self._bell, False)
        os.set_blocking(self._clapper, False)

    def run(self) -> None:
        """Serve until the server has gone, then end all copies."""
        signal.set_wakeup_fd(self._clapper, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._bell, select.POLLIN)
        try:
            while True:
                ready = {descriptor for descriptor, _ in poll.poll()}
                if self._bell in ready:
                    os.read(self._bell, _PIECE)
                self._reap()
                if self._control.fileno() in ready and not self._hear():
                    return
        except (BrokenPipeError, ConnectionResetError):
            return  # the server has gone
        finally:
            for process in self._jobs:
                os.kill(process, signal.SIGKILL)

    def _hear(self) -> bool:
        """Do what one message says; False when the server has gone."""
        data, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE.size, 1)
        if len(data) < MESSAGE.size:
            return False
        kind, number, _ = MESSAGE.unpack(data)
        if kind == ANSWER:
            self._copy(number, descriptors[0])
        elif kind == KILL:
            for process, job in self._jobs.items():
                if job == number:  # it has not been waited for, so that its id is still its own
                    os.kill(process, signal.SIGKILL)
        return True

    def _copy(self, number: int, descriptor: int) -> None:
        self._world.prepare()
        parent = os.getpid()
        try:
            process = os.fork()
        except OSError:  # no room for another process
            os.close(descriptor)
            self._control.sendall(MESSAGE.pack(ENDED, number, -1))
            return
        if process == 0:
            self._answer(descriptor, parent)
        os.close(descriptor)
        self._jobs[process] = number

    def _answer(self, descriptor: int, parent: int) -> None:
        """Answer jobs, as a copy, until there are no more or it should be another, and end."""
        status = _BROKEN
        try:
            size = jail.enter(descriptor, parent, memory=self._limits.memory)
            with socket.socket(fileno=descriptor) as connection:
                left = self._limits.reuse
                while left and (data := _received(connection)):
                    jail.begin(self._limits.seconds)
                    reply = _guarded(self._world, json.loads(data), self._limits)
                    left = left - 1 if jail.end(size) else 0
                    jail.begin(self._limits.seconds)  # whoever is to take the answer may be gone
                    connection.sendall(packed(replace(reply, more=left > 0)))
                    jail.end(size)
            status = 0
        except MemoryError:
            status = OUT_OF_MEMORY
        finally:
            os._exit(status)

    def _reap(self) -> None:
        while self._jobs:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                return
            self._control.sendall(MESSAGE.pack(ENDED, self._jobs.pop(process), status))


def _guarded(data: world.World, job: Any, limits: Limits) -> Reply:  # noqa: ANN401 - JSON
    try:
        return answers.answer(data, job, limits)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever an engine raises, the client gets an answer and the log the fault
        refusal = Refusal(
            500, "something went wrong here", "It is not your query's fault; the log of the server has more."
        )
        reply = answers.refused(refusal, job.get("accept"))
        return Reply(reply.status, reply.body, reply.headers, {"error": f"{type(error).__name__}: {error}"[:500]})


def _received(connection: socket.socket) -> bytes:
    """The next job; nothing when the server wants no more of this copy."""
    length = _exactly(connection, JOB_LENGTH.size)
    return _exactly(connection, JOB_LENGTH.unpack(length)[0]) if length else b""


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = connection.recv(min(size - len(data), _PIECE))
        if not piece:
            return b""
        data += piece
    return data


if __name__ == "__main__":
    sys.exit(main())
