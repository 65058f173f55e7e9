"""The list of reviewed records: what was changed since somebody read it is told, once, when nothing else is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdm_kg import review
from jdm_kg.check import Workspace
from jdm_kg.cli import main
from jdm_kg.errors import InputError
from jdm_kg.facts import Facts, Literal
from jdm_kg.findings import Severity
from tests.content import ROOT, make_project, replace

CLAIMS = Path("ontology", "claims", "all.ttl")
LIST = Path("ontology", review.LIST_FILE)
STATEMENT = "The condition makes people give a plip."


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small, whole project of which every record was reviewed."""
    root = make_project(tmp_path / "project")
    assert main(["review", "--all", "--root", str(root)]) == 0
    return root


def found(root: Path) -> list[tuple[str, str, str]]:
    """Code, record and message of what the check finds."""
    return [(finding.code, finding.focus, finding.message) for finding in Workspace(root).report().findings]


def spot(root: Path) -> str:
    """What stands at the place of the only finding."""
    (finding,) = Workspace(root).report().findings
    assert finding.place is not None
    return finding.place.path.read_text(encoding="utf-8").split("\n")[finding.place.line - 1][
        finding.place.column - 1 :
    ]


def test_reviewed_content_gives_no_finding(project: Path) -> None:
    """What is as it was reviewed is not spoken of."""
    assert found(project) == []


def test_changed_part_is_told_at_its_place(project: Path) -> None:
    """A sound part that differs from what was reviewed is told as information, at that part, and named."""
    replace(project / CLAIMS, STATEMENT, "People with the condition give a plip.")
    assert found(project) == [("changed-since-review", "claim:two-001-01", "Changed since it was reviewed: statement.")]
    assert spot(project).startswith('"People with')
    (finding,) = Workspace(project).report().findings
    assert finding.severity is Severity.INFO
    assert finding.hint.endswith("jdm-kg review claim:two-001-01")


def test_part_that_is_gone_is_told_at_the_record(project: Path) -> None:
    """Where nothing is new, the record itself is the place."""
    path = next(p for p in (project / "ontology").rglob("*.ttl") if '"seldom"@en' in p.read_text(encoding="utf-8"))
    replace(path, '    skos:altLabel "seldom"@en ;\n', "")
    message = "Changed since it was reviewed: something was taken out."
    assert found(project) == [("changed-since-review", "id:frequency-rare", message)]
    assert spot(project).startswith("id:frequency-rare")


def test_record_that_is_gone_is_told_at_its_line_of_the_list(project: Path) -> None:
    """A record of the list that the content lacks is told, and no longer once it was agreed to."""
    path = project / LIST
    path.write_text(path.read_text(encoding="utf-8") + "id:zzz 00000000\n", encoding="utf-8")
    assert found(project) == [("gone-since-review", "id:zzz", "It was reviewed, and it is gone.")]
    assert spot(project) == "id:zzz 00000000"
    assert main(["review", "id:zzz", "--root", str(project)]) == 0
    assert found(project) == []


def test_new_record_is_not_told(project: Path) -> None:
    """A record that nobody has reviewed yet is listed by the command, and is no finding."""
    path = project / LIST
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("claim:two-001-01 ")), encoding="utf-8")
    assert found(project) == []


def test_faults_are_told_first(project: Path) -> None:
    """While there are errors or warnings, what is only changed is left out."""
    replace(project / CLAIMS, STATEMENT, "Wind and rain.")
    assert [code for code, _, _ in found(project)] == ["statement-names-neither"]


def test_verdict_after_an_edit_is_the_verdict_from_scratch(project: Path) -> None:
    """A workspace that follows edits tells the same as one that begins anew, to and fro, list edited or not."""
    workspace = Workspace(project)
    assert workspace.report().findings == ()
    for old, new in (
        (STATEMENT, "The plip belongs to the condition."),
        ("The plip belongs to the condition.", STATEMENT),
    ):
        replace(project / CLAIMS, old, new)
        assert workspace.report() == Workspace(project).report()
    replace(project / LIST, "id:hurt ", "id:hurt 00000000 ")
    assert workspace.report() == Workspace(project).report()
    assert len(workspace.report().findings) == 1


def test_command_lists_what_waits_and_notes_what_was_read(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without records those that wait are listed; a record that is named no longer waits."""
    replace(project / CLAIMS, STATEMENT, "People with the condition give a plip.")
    arguments = ["review", "--root", str(project)]
    capsys.readouterr()
    assert main(arguments) == 0
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first == "claim:two-001-01"
    assert last.startswith("1 of ")
    assert main([*arguments, "claim:two-001-01"]) == 0
    assert found(project) == []


def test_record_that_there_is_not_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A record that nobody knows is named in the error, and the list stays as it was."""
    before = (project / LIST).read_bytes()
    assert main(["review", "claim:none", "id:hurt", "--root", str(project)]) == 2
    assert "there is no record claim:none" in capsys.readouterr().err
    assert (project / LIST).read_bytes() == before


@pytest.mark.parametrize("line", ["claim:two-001-01", "claim:two-001-01 xyz", "<<<<<<< HEAD", "id:hurt 00000000"])
def test_line_that_is_none_of_the_list_is_refused_by_number(project: Path, line: str) -> None:
    """A line without checksums, a mark of a merge, or a record that stands twice is refused with its line."""
    path = project / LIST
    number = path.read_text(encoding="utf-8").count("\n") + 1
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Workspace(project).report()
    assert (caught.value.path, caught.value.line) == (path, number)


def test_every_record_of_the_content_was_reviewed(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of the real content waits for a second reader."""
    assert main(["review", "--root", str(ROOT)]) == 0
    assert capsys.readouterr().out.startswith("0 of ")


TERMS = st.one_of(
    st.builds(Literal, st.text(), st.just("http://www.w3.org/2001/XMLSchema#string"), st.sampled_from(["", "en"])),
    st.sampled_from(["https://example.org/a", "https://example.org/b"]),
)
PARTS = st.sets(st.tuples(st.sampled_from(["https://example.org/p", "https://example.org/q"]), TERMS), min_size=1)


@given(PARTS, PARTS)
def test_other_parts_have_other_checksums(one: set[tuple[str, Literal]], other: set[tuple[str, Literal]]) -> None:
    """Two records have the same checksums just if they have the same parts, in whatever order these stand."""
    sums = [
        review.checksums(Facts(("https://example.org/s", *part) for part in parts), "https://example.org/s")
        for parts in (sorted(one, key=str), sorted(other, key=str, reverse=True))
    ]
    assert (sums[0] == sums[1]) is (one == other)


@given(st.dictionaries(st.from_regex(r"id:[a-z]{1,9}", fullmatch=True), st.just("00000000 ffffffff")))
def test_list_is_read_as_it_was_written(reviewed: dict[str, str]) -> None:
    """Writing the list and reading it gives the same."""
    assert review.read(Path("reviewed.txt"), review.write(reviewed)) == reviewed
