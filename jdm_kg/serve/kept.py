"""Answers that were given and may be given again: the data does not change while a server runs."""

from __future__ import annotations

from collections import OrderedDict

from jdm_kg.serve.replies import Reply


class Kept:
    """The answers that were asked for last.

    Args:
        room: Bytes that they may take together.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._taken = 0
        self._replies: OrderedDict[str, Reply] = OrderedDict()

    def get(self, question: str) -> Reply | None:
        """The answer to a question, if it is still there."""
        reply = self._replies.get(question)
        if reply is not None:
            self._replies.move_to_end(question)
        return reply

    def put(self, question: str, reply: Reply) -> None:
        """Keep an answer; those that nobody has asked for the longest time make room. A large one is not kept."""
        size = _size(question, reply)
        if size > self._room // 8:
            return
        old = self._replies.pop(question, None)
        if old is not None:
            self._taken -= _size(question, old)
        self._replies[question] = reply
        self._taken += size
        while self._taken > self._room:
            gone, forgotten = self._replies.popitem(last=False)
            self._taken -= _size(gone, forgotten)


def _size(question: str, reply: Reply) -> int:
    return len(question) + len(reply.body) + 1000  # the rest is small
