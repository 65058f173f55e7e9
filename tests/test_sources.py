"""Documents, passages, digests, and the ledger of what is encoded."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jdm_kg import files, graph, ledger, sources
from jdm_kg.errors import InputError
from tests.content import ROOT, make_project, replace


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small, whole project."""
    return make_project(tmp_path)


def _verify(project: Path) -> list[tuple[str, str, int]]:
    current = files.read_files(project)
    found = sources.verify(files.content(current), project / "documents", current)
    return [(f.code, f.focus, f.place.line if f.place else 0) for f in found]


def _described(project: Path) -> list[sources.Document]:
    return sources.documents(files.content(files.read_files(project)))


def _documents_file(project: Path) -> Path:
    return project / "ontology" / "sources" / "documents.ttl"


def _line(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_sound_documents_give_no_finding(project: Path) -> None:
    """Offsets and digests that fit give no finding, dashes of three bytes included."""
    assert _verify(project) == []


def test_changed_document_is_noticed(project: Path) -> None:
    """One changed character breaks the digest of the file and of its passage, and no other."""
    path = project / "documents" / "one.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("hurt", "hurl"), encoding="utf-8")
    assert sorted(code for code, _, _ in _verify(project)) == ["passage-digest", "source-file-digest"]


def test_missing_document_is_named(project: Path) -> None:
    """A described document that is not in the folder is one finding at its file name."""
    (project / "documents" / "two.txt").unlink()
    line = _line(_documents_file(project), 'fileName "two.txt"')
    assert _verify(project) == [("source-file-missing", "source:two", line)]


def test_passage_out_of_range_is_placed(project: Path) -> None:
    """A passage that ends behind the document is reported at the line of its end."""
    path = _documents_file(project)
    replace(path, "oa:end 20 ;", "oa:end 2000 ;")
    assert _verify(project) == [("passage-out-of-range", "passage:two-001", _line(path, "oa:end 2000"))]


def test_offsets_in_bytes_are_told_apart(project: Path) -> None:
    """Offsets that count bytes are recognised as such."""
    path = _documents_file(project)
    text = (project / "documents" / "one.txt").read_text(encoding="utf-8")
    start, end = (len(text[:offset].encode()) for offset in (41, 57))
    replace(path, "oa:start 41 ;\n    oa:end 57 ;", f"oa:start {start} ;\n    oa:end {end} ;")
    # The real file is longer in bytes than in characters, so the span must lie within it to be recognised.
    document = project / "documents" / "one.txt"
    assert end <= len(document.read_bytes())
    codes = {code for code, _, _ in _verify(project)}
    assert codes <= {"passage-digest", "passage-out-of-range", "passages-gap"}
    assert codes & {"passage-digest", "passage-out-of-range"}


def test_gap_between_passages_is_noticed(project: Path) -> None:
    """Text that lies in no passage is a finding, at the passage behind it."""
    path = _documents_file(project)
    text = path.read_text(encoding="utf-8")
    start = text.index("passage:one-001")
    path.write_text(text[:start] + text[text.index("passage:one-002") :], encoding="utf-8")
    assert [finding[:2] for finding in _verify(project)] == [("passages-gap", "passage:one-002")]


def test_gap_at_the_end_is_noticed(project: Path) -> None:
    """Text behind the last passage is a finding."""
    path = _documents_file(project)
    text = path.read_text(encoding="utf-8")
    start = text.index("passage:one-003")
    path.write_text(text[:start] + text[text.index("source:two\n") :], encoding="utf-8")
    assert [finding[:2] for finding in _verify(project)] == [("passages-gap", "passage:one-002")]


def test_overlap_is_noticed(project: Path) -> None:
    """A passage that begins inside another is a finding beside its broken digest."""
    replace(_documents_file(project), "oa:start 41 ;", "oa:start 30 ;")
    found = {(code, focus) for code, focus, _ in _verify(project)}
    assert found == {("passage-digest", "passage:one-003"), ("passage-inside-another", "passage:one-003")}


def test_ledger_counts_claims_and_set_asides(project: Path) -> None:
    """Each passage is encoded, set aside with its note, or unaccounted for."""
    accounts = ledger.coverage(graph.load(project))
    one = accounts.documents[0]
    assert [(p.passage, p.claims, p.set_aside) for p in one.passages] == [
        ("passage:one-001", 0, "heading of what follows"),
        ("passage:one-002", 1, ""),
        ("passage:one-003", 1, ""),
    ]
    assert accounts.unaccounted == ()
    assert accounts.mentions is None


def test_ledger_names_what_is_unaccounted_for(project: Path) -> None:
    """A passage that loses its claim is unaccounted for."""
    replace(
        project / "ontology" / "claims" / "all.ttl", "vocab:restsOn passage:two-001", "vocab:restsOn passage:one-003"
    )
    assert ledger.coverage(graph.load(project)).unaccounted == ("passage:two-001",)


def test_mention_without_a_claim_is_listed(project: Path) -> None:
    """A passage that names a thing none of its claims is about is listed with the wording."""
    tail = " ;\n    vocab:polarity vocab:affirmed ;\n    vocab:certainty vocab:stated ;\n    vocab:statement"
    claims = project / "ontology" / "claims" / "all.ttl"
    replace(claims, f"vocab:object id:plip{tail}", f"vocab:object id:hurt{tail}")
    content = graph.load(project)
    texts = sources.read_documents(_described(project), project / "documents")
    accounts = ledger.coverage(content, texts)
    assert accounts.mentions == (ledger.Mention("passage:two-001", "id:plip", "plip"),)


def test_text_that_is_not_the_one_described_is_not_read(project: Path) -> None:
    """A document whose digest differs is not searched for mentions."""
    (project / "documents" / "two.txt").write_text("Plip.", encoding="utf-8")
    texts = sources.read_documents(_described(project), project / "documents")
    assert [str(iri).rpartition("/")[2] for iri in texts] == ["one"]


def test_setting_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """JDM_KG_SOURCES names the folder; a folder that is given wins; one that does not exist is refused."""
    monkeypatch.setenv(sources.SOURCES_SETTING, str(tmp_path))
    assert sources.find_sources() == tmp_path
    assert sources.find_sources(ROOT) == ROOT
    monkeypatch.setenv(sources.SOURCES_SETTING, str(tmp_path / "absent"))
    with pytest.raises(InputError, match="no such folder"):
        sources.find_sources()
    monkeypatch.delenv(sources.SOURCES_SETTING)
    assert sources.find_sources() is None


def test_real_documents_fit_their_digests() -> None:
    """Every digest and offset of the project fits the real documents, and the passages tile them."""
    folder = os.environ.get(sources.SOURCES_SETTING)
    if not folder:
        pytest.skip(f"the documents are not in the project; set {sources.SOURCES_SETTING}")
    assert sources.verify(files.content(files.read_files(ROOT)), Path(folder)) == []


def test_real_content_accounts_for_every_passage() -> None:
    """No passage of the real documents is unaccounted for."""
    assert ledger.coverage(graph.load(ROOT)).unaccounted == ()
