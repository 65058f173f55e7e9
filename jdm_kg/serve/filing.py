"""Files that are served as they are: what was found in a folder when the server started, and nothing else."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jdm_kg.exports.media import media_type
from jdm_kg.serve.negotiation import accepts_gzip
from jdm_kg.serve.protocol import Refusal
from jdm_kg.serve.replies import Reply

_TEXTS: Final = ("text/", "application/json", "application/ld+json", "application/n-", "application/x-ndjson")
_MORE: Final = ("application/rdf+xml", "application/trig", "application/xml", "image/svg+xml")
_STATIC: Final = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "png": "image/png",
    "ico": "image/x-icon",
    "woff2": "font/woff2",
    "map": "application/json",
}
_SHORTEST_TO_PACK: Final = 500
_LARGEST: Final = 256 << 20


@dataclass(frozen=True)
class File:
    """A file that is served.

    Attributes:
        path: Where it is.
        media_type: Of which type it is.
    """

    path: Path
    media_type: str


class Shelf:
    """The files below a folder, by the address that they have below it.

    An address is looked up and never put together with a folder, so that none can lead out of it.

    Args:
        folder: The folder, or None.
        only: Serve these subfolders and files only; all by default.
    """

    def __init__(self, folder: Path | None, only: Iterable[str] = ("",)) -> None:
        self._files: dict[str, File] = {}
        if folder is None or not folder.is_dir():
            return
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                name = path.relative_to(folder).as_posix()
                if name.startswith(tuple(only)) and not name.startswith(".") and "/." not in name:
                    self._files[name] = File(path, _type(name))

    def __contains__(self, name: str) -> bool:
        """Whether there is a file at an address."""
        return name in self._files

    def __len__(self) -> int:
        """How many files there are."""
        return len(self._files)

    def key(self, name: str, encoding: str | None) -> str:
        """What stands for the answer that `reply` would give now."""
        try:
            stat = self._files[name].path.stat()
        except (KeyError, OSError):
            return ""
        return f"file {name} {stat.st_mtime_ns} {stat.st_ino} {stat.st_size} {accepts_gzip(encoding)}"

    def reply(self, name: str, encoding: str | None) -> Reply:
        """A file as an answer. Reads it, so that it may take a while.

        Args:
            name: Its address below the folder.
            encoding: The Accept-Encoding header.

        Raises:
            Refusal: There is none, or it is gone.
        """
        file = self._files.get(name)
        try:
            if file is None or file.path.stat().st_size > _LARGEST:
                raise FileNotFoundError
            body = file.path.read_bytes()
        except OSError:
            detail = "Of the exports, those that git does not hold are written by: jdm-kg build"
            raise Refusal(404, "there is no such file", detail) from None
        digest = hashlib.sha256(body).hexdigest()
        packs = file.media_type.startswith((*_TEXTS, *_MORE)) and len(body) >= _SHORTEST_TO_PACK
        packed = packs and accepts_gzip(encoding)
        tag = f'"{digest}-gzip"' if packed else f'"{digest}"'
        headers = {
            "Content-Type": file.media_type + ("; charset=utf-8" if file.media_type.startswith("text/") else ""),
            "Cache-Control": "no-cache",
            "ETag": tag,
            "Vary": "Accept-Encoding",
        }
        if packed:
            body = gzip.compress(body, 5, mtime=0)
            headers["Content-Encoding"] = "gzip"
        return Reply(200, body, headers, keep=True)


def _type(name: str) -> str:
    return _STATIC.get(name.rpartition(".")[2]) or media_type(name)
