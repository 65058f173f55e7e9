"""The editor of other people: fetched from npm once, checked by its digests, and kept with its licences.

None of it is in git. What is wanted stands in `npm/package-lock.json`, each package with its version and digest. It is
fetched by npm where that is installed, so that the registry is the one that the user has set up; else over https.
Only the standard library is used: a build of the package may call this before anything is installed.

Source: npm, "package-lock.json" (`integrity`, as in Subresource Integrity, W3C Recommendation, section 3.1).
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

from jdm_kg.errors import InputError, OutputError

_HERE: Final = Path(__file__).resolve().parent
_LOCK: Final = _HERE / "npm" / "package-lock.json"
_REGISTRY: Final = "https://registry.npmjs.org/"
_FILES: Final = {
    "yasgui.min.js": "@zazuko/yasgui/build/yasgui.min.js",
    "yasgui.min.css": "@zazuko/yasgui/build/yasgui.min.css",
}
_LICENCE: Final = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)
_SECONDS: Final = 120.0
_LARGEST: Final = 50_000_000

FOLDER: Final = _HERE / "vendor"
"""Where the files are kept; an installed package brings it along, in a checkout git ignores it."""


def is_there() -> bool:
    """Whether the editor has been fetched, in the version that is wanted."""
    stamp = FOLDER / "lock.sha256"
    return stamp.is_file() and stamp.read_text(encoding="ascii").strip() == _wanted()


def fetch(say: Callable[[str], None] = lambda _: None, *, npm: str | None = None) -> None:
    """Fetch the editor and its licences, unless they are there.

    Args:
        say: Is told what is done.
        npm: The npm program to use; empty for none, None for the one that is installed.

    Raises:
        InputError: It can't be fetched, or is not what the lock file lists.
        OutputError: It can't be kept.
    """
    if is_there():
        return
    say("fetching the query editor from npm (once) ...")
    program = shutil.which("npm") if npm is None else npm
    try:
        with tempfile.TemporaryDirectory(prefix=".vendor-", dir=_HERE) as scratch:
            modules = Path(scratch) / "node_modules"
            if program:
                _by_npm(program, Path(scratch))
            else:
                _by_https(modules)
            made = Path(scratch) / "vendor"
            made.mkdir()
            for name, path in _FILES.items():
                shutil.copyfile(modules / path, made / name)
            (made / "LICENSES.txt").write_text("\n".join(_licences(modules)), encoding="utf-8")
            (made / "lock.sha256").write_text(_wanted() + "\n", encoding="ascii")
            shutil.rmtree(FOLDER, ignore_errors=True)
            made.rename(FOLDER)
    except OSError as error:
        hint = "The page for queries works without it, with a plain form."
        raise OutputError(f"the query editor can't be kept: {error.strerror or error}", FOLDER, hint=hint) from error


def _wanted() -> str:
    return hashlib.sha256(_LOCK.read_bytes()).hexdigest()


def _packages() -> dict[str, dict[str, Any]]:
    """The packages of the lock file: what npm says of each, by its path below `node_modules`."""
    listed = json.loads(_LOCK.read_text(encoding="utf-8"))["packages"]
    return {path.removeprefix("node_modules/"): entry for path, entry in listed.items() if path}


def _by_npm(program: str, scratch: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(_HERE / "npm" / name, scratch / name)
    command = [program, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, check=False, cwd=scratch, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode:
        raise _unfetched((done.stderr or done.stdout).strip()[-500:])


def _by_https(modules: Path) -> None:
    """Fetch each package and unpack of it what is needed; npm would do the same."""
    registry = os.environ.get("npm_config_registry", "").rstrip("/") + "/"  # noqa: SIM112 - so npm calls it
    registry = registry if registry.startswith("https://") else _REGISTRY
    for path, entry in _packages().items():
        name = path.rpartition("node_modules/")[2]
        address = f"{registry}{name}/-/{name.rpartition('/')[2]}-{entry['version']}.tgz"
        try:
            with urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310 - https only, see above
                content = answer.read(_LARGEST)
        except OSError as error:
            raise _unfetched(f"{address}: {error}") from error
        check(content, entry["integrity"], address)
        _unpack(content, modules / path, path)


def check(content: bytes, integrity: str, address: str) -> None:
    """Compare a file with its digest.

    Args:
        content: The file.
        integrity: Its digest, such as `sha512-` and the digest in base64.
        address: Where the file is from; the error names it.

    Raises:
        InputError: It is another file.
    """
    method, _, digest = integrity.partition("-")
    if method != "sha512" or base64.b64encode(hashlib.sha512(content).digest()).decode("ascii") != digest:
        raise InputError(
            f"{address} is not the file that the lock file lists",
            _LOCK,
            hint="Somebody has changed it, or the download was cut short: try again.",
        )


def _unpack(content: bytes, folder: Path, path: str) -> None:
    wanted = {file.removeprefix(f"{path}/") for file in _FILES.values() if file.startswith(f"{path}/")}
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            inner = member.name.partition("/")[2]  # npm puts all into one folder, mostly called package
            is_licence = "/" not in inner and _LICENCE.match(inner)
            if member.isfile() and (inner in wanted or inner == "package.json" or is_licence):
                stream = archive.extractfile(member)
                target = folder / inner
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(stream.read(_LARGEST) if stream else b"")


def _licences(modules: Path) -> Iterator[str]:
    """The licence of each package that is in the editor's files, with its text where the package has one."""
    yield "The files beside this one are @zazuko/yasgui as npm has it, with parts of the packages listed here.\n"
    for path in sorted(_packages()):
        about = json.loads((modules / path / "package.json").read_text(encoding="utf-8"))
        author = about.get("author") or ""
        holder = author.get("name", "") if isinstance(author, dict) else author
        yield "=" * 80
        yield f"{about['name']} {about['version']} - {about.get('license', 'licence as in its text')} - {holder}\n"
        for file in sorted((modules / path).iterdir()):
            if file.is_file() and _LICENCE.match(file.name):
                yield file.read_text(encoding="utf-8", errors="replace").strip() + "\n"


def _unfetched(why: str) -> InputError:
    hint = "Is the network there? The page for queries works without the editor, with a plain form."
    return InputError(f"the query editor can't be fetched: {why}", hint=hint)
