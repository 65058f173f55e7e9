"""Loading a folder, deriving edges, reading mappings, finding places."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import SKOS, Literal, URIRef

from jdm_kg import files, graph
from jdm_kg.errors import InputError
from jdm_kg.vocab import CLAIM, ID, VOCAB
from tests.content import ROOT, make_project, replace

HAS_SYMPTOM = URIRef("https://w3id.org/jdm-kg/vocab/hasSymptom")
HAS_TRIGGER = URIRef("https://w3id.org/jdm-kg/vocab/hasTrigger")


def test_affirmed_claim_gives_its_edge(tmp_path: Path) -> None:
    """A claim that is affirmed and stated gives a direct edge, which nobody typed in."""
    root = make_project(tmp_path)
    edge = (ID["glump-disease"], HAS_SYMPTOM, ID.plip)
    assert edge not in graph.load_authored(root)
    assert edge in graph.load(root)


def test_denied_claim_gives_no_edge(tmp_path: Path) -> None:
    """A claim that is denied stays a claim and gives no direct edge."""
    content = graph.load(make_project(tmp_path))
    assert (CLAIM["one-003-01"], VOCAB.polarity, VOCAB.denied) in content
    assert (ID["glump-disease"], HAS_SYMPTOM, ID.hurt) not in content


@pytest.mark.parametrize(("predicate", "given"), [("hasSymptom", False), ("hasTrigger", True)])
def test_hedged_claim_gives_an_edge_only_where_the_property_allows_it(
    tmp_path: Path, predicate: str, given: bool
) -> None:
    """A claim that is believed gives an edge of a property whose definition allows for hedges, and of no other."""
    root = make_project(tmp_path)
    claims = root / "ontology" / "claims" / "all.ttl"
    block = claims.read_text(encoding="utf-8").split("\n\n")[1]
    hedged = (
        block.replace("one-002-01", "one-002-02")
        .replace("vocab:stated ;", 'vocab:believed ;\n    vocab:certaintyCue "believed"@en ;')
        .replace("vocab:hasSymptom", f"vocab:{predicate}")
        .replace("id:plip", "id:hurt")
    )
    claims.write_text(claims.read_text(encoding="utf-8") + "\n" + hedged, encoding="utf-8")
    edge = (ID["glump-disease"], URIRef(f"https://w3id.org/jdm-kg/vocab/{predicate}"), ID.hurt)
    assert (edge in graph.load(root)) is given


def test_value_of_a_claim_becomes_a_literal_edge(tmp_path: Path) -> None:
    """A claim with a value gives an edge to that literal."""
    root = make_project(tmp_path)
    claims = root / "ontology" / "claims" / "all.ttl"
    text = claims.read_text(encoding="utf-8")
    text = text.replace("vocab:hasSymptom ;\n    vocab:object id:hurt", 'vocab:hasAbbreviation ;\n    vocab:value "GD"')
    claims.write_text(text.replace("vocab:denied", "vocab:affirmed"), encoding="utf-8")
    content = graph.load(root)
    assert (ID["glump-disease"], URIRef("https://w3id.org/jdm-kg/vocab/hasAbbreviation"), Literal("GD")) in content


def test_root_is_found_in_the_working_folder_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --root the working folder counts, if it holds ontology/; else the checkout."""
    monkeypatch.chdir(make_project(tmp_path))
    assert files.find_root() == tmp_path
    monkeypatch.chdir(tmp_path / "shapes")
    assert files.find_root() == ROOT


def test_missing_folder_is_named(tmp_path: Path) -> None:
    """A folder without ontology/ is refused by name, with what to do."""
    with pytest.raises(InputError, match="no folder 'ontology'") as caught:
        files.find_root(tmp_path)
    assert caught.value.path == tmp_path
    assert "--root" in str(caught.value)


def test_empty_folder_is_named(tmp_path: Path) -> None:
    """An ontology/ without a Turtle file is refused."""
    (tmp_path / "ontology").mkdir()
    with pytest.raises(InputError, match="no Turtle file"):
        graph.load(tmp_path)


def _mappings(root: Path, rows: str) -> Path:
    path = root / "ontology" / files.MAPPINGS_FILE
    header = (
        "#curie_map:\n#  id: https://w3id.org/jdm-kg/id/\n#  HP: http://purl.obolibrary.org/obo/HP_\n"
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
    )
    path.write_text(header + rows, encoding="utf-8")
    return path


def test_mappings_are_loaded_as_skos(tmp_path: Path) -> None:
    """A row of the SSSOM file becomes a SKOS mapping triple with whole IRIs."""
    root = make_project(tmp_path)
    _mappings(root, "id:plip\tskos:closeMatch\tHP:0000001\tsemapv:ManualMappingCuration\n")
    match = URIRef("http://purl.obolibrary.org/obo/HP_0000001")
    assert (ID.plip, SKOS.closeMatch, match) in graph.load(root)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("id:plip\tskos:closeMatch\tXX:1\tx\n", "'XX:1' has no prefix"),
        ("id:plip\towl:sameAs\tHP:1\tx\n", "'owl:sameAs' is not a mapping relation"),
        ("plip\tskos:closeMatch\tHP:1\tx\n", "'plip' has no prefix"),
        ("id:plip\tskos:closeMatch\tHP\r:1\tx\n", "the table can't be read here"),
    ],
)
def test_a_bad_mapping_is_refused_at_its_line(tmp_path: Path, row: str, message: str) -> None:
    """An unknown prefix or relation in the SSSOM file is an input error with its line."""
    root = make_project(tmp_path)
    path = _mappings(root, "id:plip\tskos:closeMatch\tHP:0000001\tx\n" + row)
    with pytest.raises(InputError, match=message) as caught:
        graph.load(root)
    assert (caught.value.path, caught.value.line) == (path, 6)


def test_real_content_loads_with_every_kind_of_record() -> None:
    """The project's own content has more than 400 claims from two documents, and tensions and defects."""
    from jdm_kg.sources import counts

    found = counts(files.content(files.read_files(ROOT)))
    assert found["claims"] > 400
    assert found["passages"] == 168
    assert found["tensions"] >= 50
    assert found["defects"] >= 70
    assert found["things"] > 300


def test_replace_is_strict(tmp_path: Path) -> None:
    """The helper that spoils content in tests refuses to spoil nothing."""
    path = tmp_path / "x"
    path.write_text("a", encoding="utf-8")
    with pytest.raises(AssertionError):
        replace(path, "b", "c")
