"""Files, their tokens and places: a triple stands where the parser says it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdm_kg import files
from jdm_kg.facts import Literal
from jdm_kg.files import TextFile
from jdm_kg.iris import name
from tests.content import ROOT, make_project


def test_place_of_a_triple_is_that_of_its_object(tmp_path: Path) -> None:
    """A triple is found; failing that, one with the same predicate; failing that, the subject."""
    root = make_project(tmp_path)
    current = files.read_files(root)
    claim = name("claim:one-002-01")
    lines = (root / "ontology" / "claims" / "all.ttl").read_text(encoding="utf-8").splitlines()
    exact = files.find(current, claim, name("vocab:object"), name("id:plip"))
    assert exact is not None
    assert lines[exact.line - 1].strip() == "vocab:object id:plip ;"
    assert files.find(current, claim, name("vocab:object"), name("id:hurt")) == exact
    subject = files.find(current, claim, name("vocab:value"))
    assert subject is not None
    assert lines[subject.line - 1] == "claim:one-002-01"
    assert files.find(current, name("claim:absent")) is None


@pytest.mark.parametrize("path", files.content_files(ROOT), ids=lambda path: path.name)
def test_every_triple_of_the_content_has_its_place(path: Path) -> None:
    """Each triple about a named thing is found at a token that says its object, numbers and all."""
    file = TextFile(path, path.read_text(encoding="utf-8"))
    for subject, predicate, value in file.triples:
        if subject.startswith("_:") or (isinstance(value, str) and value.startswith("_:")) or value == name("rdf:nil"):
            continue
        token = file.find(subject, predicate, value)
        assert token is not None, (subject, predicate, value)
        assert token.value == (value.text if isinstance(value, Literal) else value)
        assert not isinstance(value, Literal) or token.tag.lower() == value.language


def test_a_text_in_two_languages_is_found_by_its_tag() -> None:
    """Of two equal texts the one with the language of the triple is found."""
    text = "@prefix id: <https://w3id.org/jdm-kg/id/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    text += 'id:x skos:altLabel "fatigue"@en, "fatigue"@fr .\n'
    file = TextFile(Path("a.ttl"), text)
    found = file.find(name("id:x"), name("skos:altLabel"), Literal("fatigue", name("rdf:langString"), "fr"))
    assert found is not None
    assert (file.place_of(found).line, file.place_of(found).column) == (3, 34)
