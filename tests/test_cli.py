"""The command line, as its user meets it: in a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jdm_kg.iris import PREFIXES
from tests.content import make_project, replace

FINE, FINDINGS, UNUSABLE = 0, 1, 2


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small, whole project in a folder whose name has a space."""
    return make_project(tmp_path / "my project")


def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command without the setting for the documents, output captured."""
    command = [sys.executable, "-m", "jdm_kg", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=cwd, env=_environment())


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key != "JDM_KG_SOURCES"}


def _bytes(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _claims(project: Path) -> Path:
    return project / "ontology" / "claims" / "all.ttl"


def test_build_writes_all_exports_and_says_so(project: Path) -> None:
    """A sound project builds with status 0; the summary counts what there is and lists what was written."""
    done = run("build", "--root", project)
    assert (done.returncode, done.stderr) == (FINE, "")
    assert "3 claims, 4 passages, 1 tensions, 0 defects" in done.stdout
    assert "checks on 3 claims: all is well" in done.stdout
    assert "consistent (HermiT)" in done.stdout
    written = sorted(_bytes(project / "exports"))
    assert {"jdm-kg.ttl", "jdm-kg.jsonld", "jdm-kg.nt", "MANIFEST.json"} <= set(written)
    assert all((name.rpartition("/")[0] or name) in done.stdout for name in written)


def test_build_with_a_finding_writes_nothing(project: Path) -> None:
    """A claim without its passage stops the build with status 1, before anything is written."""
    run("build", "--root", project)
    before = _bytes(project / "exports")
    replace(_claims(project), " ;\n    vocab:restsOn passage:two-001 .", " .")
    done = run("build", "--root", project)
    assert done.returncode == FINDINGS
    assert "[claim-rests-on-passage]" in done.stdout
    assert "nothing was written" in done.stderr
    assert _bytes(project / "exports") == before


def test_build_of_a_contradiction_writes_nothing(project: Path) -> None:
    """What the rules see of a contradiction is a finding with its statements and their lines, and stops the build."""
    terms = project / "ontology" / "terms" / "things.ttl"
    axiom = "\nvocab:Drug <http://www.w3.org/2000/01/rdf-schema#subClassOf> vocab:Condition .\n"
    terms.write_text(terms.read_text(encoding="utf-8") + axiom, encoding="utf-8")
    done = run("build", "--root", project)
    assert done.returncode == FINDINGS
    assert re.search(r"things.ttl:\d+:\d+: error: vocab:Drug: .*\[owl-empty-class\]", done.stdout)
    assert re.search(r"- every \w+ is a condition \(things.ttl:\d+\)", done.stdout)
    assert "1 error must be mended first" in done.stderr
    assert not (project / "exports").exists()


def test_hermit_has_the_last_word(project: Path) -> None:
    """What only a reasoner that tells cases apart sees passes the check and stops the build, with the statements."""
    terms = project / "ontology" / "terms" / "things.ttl"
    cases = (
        "\nvocab:ClinicalFeature <http://www.w3.org/2000/01/rdf-schema#subClassOf> [ a owl:Class ;\n"
        "    owl:unionOf ( vocab:Condition vocab:BodyPart ) ] .\n"
    )
    text = terms.read_text(encoding="utf-8")
    prefix = "" if "@prefix owl:" in text else f"@prefix owl: <{PREFIXES['owl']}> .\n"
    terms.write_text(prefix + text + cases, encoding="utf-8")
    assert run("check", "--root", project).returncode == FINE
    done = run("build", "--root", project)
    assert done.returncode == FINDINGS
    assert "nothing was written" in done.stderr
    assert re.search(r"every clinical feature is a condition or a body part \(things.ttl:\d+\)", done.stderr)
    assert not (project / "exports").exists()


@pytest.mark.parametrize("command", ["build", "check", "coverage"])
def test_broken_turtle_is_one_clear_message(project: Path, command: str) -> None:
    """A file that is not Turtle is named with line and column and a remedy; status 2; no traceback."""
    replace(_claims(project), "vocab:object id:hurt ;", "vocab:object id:hurt")
    done = run(command, "--root", project)
    assert done.returncode == UNUSABLE
    assert done.stdout == ""
    assert "all.ttl:" in done.stderr
    assert "this is not Turtle" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / "exports").exists()


@pytest.mark.parametrize("arguments", [["check"], ["build"], ["coverage"], ["sources", "verify", "."]])
def test_missing_folder_is_one_clear_message(tmp_path: Path, arguments: list[str]) -> None:
    """A folder without content is named, with a remedy; status 2."""
    done = run(*arguments, "--root", tmp_path / "nowhere")
    assert done.returncode == UNUSABLE
    assert "nowhere: there is no folder 'ontology' here" in done.stderr
    assert "--root" in done.stderr


def test_missing_sources_folder_is_one_clear_message(project: Path) -> None:
    """A folder of documents that does not exist is named; status 2."""
    for arguments in (["check", "--sources", "absent"], ["sources", "verify", "absent"]):
        done = run(*arguments, "--root", project)
        assert done.returncode == UNUSABLE
        assert "absent: there is no such folder" in done.stderr


def test_finding_names_file_line_and_column(project: Path) -> None:
    """A wrong kind is reported at the object at fault, in words, with a hint and the code of the rule."""
    replace(_claims(project), "vocab:object id:hurt", "vocab:object id:publisher")
    done = run("check", "--root", project)
    line = next(
        number
        for number, text in enumerate(_claims(project).read_text(encoding="utf-8").splitlines(), 1)
        if "id:publisher" in text
    )
    assert done.returncode == FINDINGS
    assert f"all.ttl:{line}:18: error: claim:one-003-01: " in done.stdout
    assert "[claim-object-kind]" in done.stdout
    assert done.stdout.endswith("checks on 3 claims: 1 error\n")


def test_check_with_documents_finds_a_passage_out_of_range(project: Path) -> None:
    """With the documents at hand, a passage that ends behind its document is found at its line."""
    replace(project / "ontology" / "sources" / "documents.ttl", "oa:end 20 ;", "oa:end 9999 ;")
    done = run("check", "--root", project, "--sources", project / "documents")
    assert done.returncode == FINDINGS
    assert "documents.ttl:" in done.stdout
    assert "[passage-out-of-range]" in done.stdout


def test_sources_verify_gives_a_verdict(project: Path) -> None:
    """The documents are checked against their digests: status 0 and a count, or 1 and the findings."""
    done = run("sources", "verify", project / "documents", "--root", project)
    assert (done.returncode, done.stdout) == (FINE, "2 documents, 4 passages checked: all is well\n")
    (project / "documents" / "two.txt").write_text("another text", encoding="utf-8")
    done = run("sources", "verify", project / "documents", "--root", project)
    assert done.returncode == FINDINGS
    assert "[source-file-digest]" in done.stdout


def test_coverage_as_text_accounts_for_each_passage(project: Path) -> None:
    """The ledger shows sections, set-asides with their notes, and mentions."""
    done = run("coverage", "--root", project, "--sources", project / "documents")
    assert done.returncode == FINE
    assert "3 passages: 2 encoded, 1 set aside, 0 unaccounted for" in done.stdout
    assert "passage:one-001: A heading." in done.stdout
    assert "Mentions without a claim from their passage:" in done.stdout


def test_coverage_as_json_is_json(project: Path) -> None:
    """--format json prints one document with a boolean per passage; an unaccounted passage gives status 1."""
    replace(_claims(project), "vocab:restsOn passage:two-001", "vocab:restsOn passage:one-003")
    done = run("coverage", "--root", project, "--format", "json")
    ledger = json.loads(done.stdout)
    assert done.returncode == FINDINGS
    assert ledger["unaccounted"] == ["passage:two-001"]
    assert ledger["mentions"] is None
    assert [p["accounted"] for d in ledger["documents"] for p in d["passages"]] == [True, True, True, False]


def test_output_that_can_not_be_written_leaves_exports_untouched(project: Path) -> None:
    """A place where a file stands in the way of the folder is refused with status 2 and a remedy."""
    (project / "exports").write_text("I am a file", encoding="utf-8")
    done = run("build", "--root", project)
    assert done.returncode == UNUSABLE
    assert "this is not a folder" in done.stderr
    assert "--out" in done.stderr
    assert (project / "exports").read_text(encoding="utf-8") == "I am a file"


def test_no_permission_to_write_is_one_clear_message(project: Path) -> None:
    """A folder without write permission is named, and the exports in it are untouched."""
    run("build", "--root", project)
    out = project / "exports"
    before = _bytes(out)
    out.chmod(0o555)
    try:
        done = _run_without_privileges("build", "--root", str(project))
    finally:
        out.chmod(0o755)
    assert done.returncode == UNUSABLE, done.stdout + done.stderr
    assert "untouched" in done.stderr
    assert "Traceback" not in done.stderr
    assert _bytes(out) == before


def _run_without_privileges(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Root may write anywhere, so a root process gives up that capability before it runs the command."""
    code = (
        "import ctypes, os, sys\n"
        "if os.geteuid() == 0:\n"
        "    # PR_CAPBSET_DROP does not touch a running process; dropping the effective set does.\n"
        "    header = (ctypes.c_uint32 * 2)(0x20080522, 0)\n"
        "    data = (ctypes.c_uint32 * 6)()\n"
        "    assert ctypes.CDLL(None).capset(header, data) == 0\n"
        "from jdm_kg.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=_environment())


def test_help_names_every_command() -> None:
    """`--help` lists each command with what it does, and so does the help of each command for its options."""
    done = run("--help")
    assert done.returncode == FINE
    for command in ("build", "check", "coverage", "sources"):
        assert command in done.stdout
        assert run(command, "--help").returncode == FINE


def test_version_is_that_of_the_package() -> None:
    """`--version` prints the version of the package."""
    from importlib.metadata import version

    assert run("--version").stdout == f"jdm-kg {version('jdm-kg')}\n"


def test_a_reader_that_goes_away_is_no_error(project: Path) -> None:
    """`jdm-kg coverage | head -1` ends quietly."""
    command = f"'{sys.executable}' -m jdm_kg coverage --root '{project}' | head -1"
    done = subprocess.run(["sh", "-c", command], check=True, capture_output=True, text=True)
    assert done.stderr == ""
