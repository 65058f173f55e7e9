"""Whatever stops the writing of exports, readers find the last complete set: killed, disk full, folder closed."""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jdm_kg import exports, graph
from jdm_kg.errors import OutputError
from jdm_kg.exports import Release
from tests.content import make_project

KILLS = 220
NOBODY = 65534

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A small release."""
    content = graph.load(make_project(tmp_path_factory.mktemp("project")))
    return Release(content, content, "1.0.0", "2026-11-22", "2026-11-22")


def _in_a_child(work: Callable[[], None]) -> int:
    """Start some work in a process of its own, which ends without any clean-up of the tests' process."""
    child = os.fork()
    if child:
        return child
    status = 70
    try:
        work()
        status = 0
    except OutputError as error:
        if error.hint or "untouched" in str(error):
            status = 2
    finally:
        os._exit(status)


def _is_whole(folder: Path) -> bool:
    """Whether the folder holds just the files of its manifest, each as that says."""
    listed = json.loads((folder / "MANIFEST.json").read_bytes())["files"]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return there == {entry["file"] for entry in listed} | {"MANIFEST.json"} and all(
        hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"] for entry in listed
    )


def test_killed_at_any_moment(release: Release, tmp_path: Path) -> None:
    """Of a process that writes two versions in turn and is killed at random, one version is there, whole, each time."""
    folder = tmp_path / "exports"
    exports.publish(release, folder)
    one, other = exports.render(release), exports.render(replace(release, version="2.0.0"))
    chance = random.Random(20261122)  # noqa: S311 - moments, not secrets

    def write_for_ever() -> None:
        while True:
            exports.replace_folder(other, folder)
            exports.replace_folder(one, folder)

    begun = time.monotonic()
    exports.replace_folder(other, folder)
    once = time.monotonic() - begun
    versions = set()
    for _ in range(KILLS):
        child = _in_a_child(write_for_ever)
        time.sleep(chance.uniform(0, 4 * once))  # on a machine with other work, both writings may take that long
        os.kill(child, signal.SIGKILL)
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        assert _is_whole(folder)
        versions.add(json.loads((folder / "MANIFEST.json").read_bytes())["version"])
    assert versions == {"1.0.0", "2.0.0"}  # else no writing ever came to its end
    exports.replace_folder(one, folder)
    assert _is_whole(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["exports"]  # what the killed ones left is gone


def test_killed_between_two_renames(release: Release, tmp_path: Path) -> None:
    """Where folders can't be exchanged in one step, the set that was put aside comes back if the next one fails."""
    folder = tmp_path / "exports"
    exports.publish(release, folder)
    aside = tmp_path / ".exports-old.jdm-kg-new"
    folder.rename(aside)
    with pytest.raises(OutputError):
        exports.replace_folder({"a": b"", "a/b": b""}, folder)
    assert _is_whole(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["exports"]


def test_disk_that_is_full(release: Release, tmp_path: Path) -> None:
    """A file that the system lets grow no further leaves the last set, and is told in words."""
    folder = tmp_path / "exports"
    exports.publish(release, folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def write_with_little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        exports.publish(replace(release, version="2.0.0"), folder)

    _, status = os.waitpid(_in_a_child(write_with_little_room), 0)
    assert os.waitstatus_to_exitcode(status) == 2
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["exports"]


def test_folder_that_is_closed(release: Release, tmp_path: Path) -> None:
    """Somebody without permission to write is told so in words, and nothing changes."""
    folder = tmp_path / "exports"
    exports.publish(release, folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for closed in (folder, tmp_path):
        closed.chmod(0o555)
    above = [path for path in tmp_path.parents if path.stat().st_uid == os.getuid() and path != Path("/")]
    modes = {path: path.stat().st_mode for path in above}

    def write_as_somebody_else() -> None:
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        exports.publish(replace(release, version="2.0.0"), folder)

    try:
        for path, mode in modes.items():
            path.chmod(mode | 0o055)  # so that it is this folder that stops them
        _, status = os.waitpid(_in_a_child(write_as_somebody_else), 0)
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
        for closed in (folder, tmp_path):
            closed.chmod(0o755)
    assert os.waitstatus_to_exitcode(status) == 2
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
