"""What changed between two versions: in words, in all formats, from folders, exports and git, and what breaks."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from jdm_kg import diff, files, graph, turtle
from jdm_kg.diff import Change, Diff, Group
from jdm_kg.errors import InputError
from jdm_kg.exports import FORMATS, Release, publish
from jdm_kg.reason import close
from jdm_kg.vocab import CLAIM, ID, PASSAGE, PREFIXES, VOCAB
from tests.content import ROOT, make_project, replace

FINE, FINDINGS, UNUSABLE = 0, 1, 2


def term(name: str) -> URIRef:
    """A term of the vocabulary, those too that the engine does not name."""
    return URIRef(PREFIXES["vocab"] + name)


# A made-up drug of a class, with advice on the class that reaches the drug, and a check that is asked for.
MEDICINES = """
id:soothers
    a vocab:DrugClass ;
    skos:prefLabel "soothers"@en ;
    skos:definition "A class of made-up drugs that are said to make a made-up sound go away."@en .
id:soothol
    a vocab:Drug ;
    skos:prefLabel "soothol"@en ;
    skos:definition "A made-up drug that is said to make a made-up sound go away."@en .
id:stop-slowly
    a vocab:SafetyAdvice ;
    skos:prefLabel "stop slowly"@en ;
    skos:definition "Advice, made up for tests, on how to come off a made-up drug."@en ;
    vocab:adviceText "Come off it bit by bit."@en .
id:hum-test
    a vocab:DiagnosticTest ;
    skos:prefLabel "hum test"@en ;
    skos:definition "A made-up test in which somebody listens for a made-up sound."@en .
"""


def claim_text(name: str, subject: str, predicate: str, obj: str, statement: str = "It is so.") -> str:
    """A claim in Turtle, affirmed and stated, that rests on the one passage of document two."""
    return f"""
claim:{name}
    a vocab:Claim ;
    vocab:subject id:{subject} ;
    vocab:predicate vocab:{predicate} ;
    vocab:object id:{obj} ;
    vocab:polarity vocab:affirmed ;
    vocab:certainty vocab:stated ;
    vocab:statement "{statement}"@en ;
    vocab:restsOn passage:two-001 .
"""


MEDICINE_CLAIMS = (
    claim_text("two-001-02", "soothol", "memberOfClass", "soothers")
    + claim_text("two-001-03", "soothers", "hasSafetyAdvice", "stop-slowly")
    + claim_text("two-001-04", "soothers", "needsMonitoring", "hum-test")
)


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def _claims(project: Path) -> Path:
    return project / "ontology" / "claims" / "all.ttl"


def _things(project: Path) -> Path:
    return project / "ontology" / "terms" / "things.ttl"


def _schema(project: Path) -> Path:
    return project / "ontology" / "schema.ttl"


def make_version(folder: Path) -> Path:
    """The small project of the tests, with medicines."""
    make_project(folder)
    _append(_things(folder), MEDICINES)
    _append(_claims(folder), MEDICINE_CLAIMS)
    return folder


@functools.cache
def base() -> Graph:
    """The content of `make_version`, read once; nobody changes it."""
    with tempfile.TemporaryDirectory() as folder:
        return graph.load_authored(make_version(Path(folder)))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A version of the content in a folder whose name has a space."""
    return make_version(tmp_path / "my project")


def changes(project: Path) -> Diff:
    """What the content of a folder changes of `base`."""
    return diff.compare(base(), graph.load_authored(project), ("one", "two"))


def codes(found: Diff) -> list[tuple[str, str]]:
    """Code and record of all that breaks."""
    return [(item.code, item.id) for item in found.breaking]


def named(found: Diff) -> set[tuple[str, str]]:
    """What happened to which record."""
    return {(str(entry.change), entry.id) for entry in found.entries}


def run(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, output captured."""
    command = [sys.executable, "-m", "jdm_kg", "diff", *map(str, arguments)]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=cwd, env={**os.environ, **environment}
    )


# In words ------------------------------------------------------------------------------------------------------------


def test_a_changed_qualifier_is_told_in_one_sentence(project: Path) -> None:
    """The line names the part, the claim in words, the labels before and after, and document and passage."""
    _append(
        _things(project),
        'id:frequency-often a vocab:Frequency ; skos:prefLabel "often"@en ; skos:definition "A lot."@en .\n',
    )
    replace(_claims(project), "vocab:frequency id:frequency-rare", "vocab:frequency id:frequency-often")
    lines = diff.to_text(changes(project)).splitlines()
    words = "frequency of “glump disease has symptom plip”: was “rarely”, now “often” (Document one, passage 2)"
    assert lines == [
        "Claims",
        f"  changed: {words} [claim:one-002-01]",
        "",
        "Things",
        "  added: frequency “often”: A lot. [id:frequency-often]",
        "",
        "one (0.1.0) → two (0.1.0): claims: 1 changed; things: 1 added; 0 breaking for consumers",
    ]


def test_a_new_claim_is_told_by_its_statement(project: Path) -> None:
    """What is added is told in the claim's own sentence, with document and passage; it breaks nothing."""
    _append(_claims(project), claim_text("two-001-09", "plip", "accompaniedBy", "hurt", "A plip smarts."))
    found = changes(project)
    assert "  added: “A plip smarts.” (Document two, passage 1) [claim:two-001-09]\n" in diff.to_text(found)
    assert codes(found) == []


def test_a_removed_thing_is_told_by_label_and_definition(project: Path) -> None:
    """What is removed is told by its kind, label and definition, and breaks what relied on its IRI."""
    text = _things(project).read_text(encoding="utf-8")
    _things(project).write_text(re.sub(r"id:hum-test\n.*?\.\n\s*", "", text, flags=re.DOTALL), encoding="utf-8")
    found = changes(project)
    assert (
        "  removed: diagnostic test “hum test”: A made-up test in which somebody listens for a made-up sound. "
        "[id:hum-test]\n"
    ) in diff.to_text(found)
    assert ("iri-removed", "id:hum-test") in codes(found)


def test_several_values_are_told_as_removed_and_added(project: Path) -> None:
    """Of a part with several values only those that came or went are told."""
    replace(
        _things(project), 'skos:altLabel "glumps"@en', 'skos:altLabel "glumps"@en, "glumpiness"@en, "the glumps"@en'
    )
    assert "other label of “glump disease”: added “glumpiness”, “the glumps” [" in diff.to_text(changes(project))


def test_values_that_look_alike_are_told_apart(project: Path) -> None:
    """Where only the language of a text changed, the languages are shown."""
    replace(_claims(project), '"The condition is not painful."@en', '"The condition is not painful."@de')
    text = diff.to_text(changes(project))
    assert "was “The condition is not painful.” (en), now “The condition is not painful.” (de)" in text


def test_references_are_told_by_what_they_refer_to(project: Path) -> None:
    """A claim in a tension goes by its statement, a passage by its document and number, not by an IRI."""
    replace(_claims(project), "vocab:between claim:one-002-01,", "vocab:between claim:one-003-01,")
    replace(_claims(project), "vocab:restsOn passage:one-003", "vocab:restsOn passage:one-002, passage:one-003")
    text = diff.to_text(changes(project))
    assert (
        "between of “how often a plip is given”: was “Once in a while the condition makes a person give a plip.”, "
        "now “The condition is not painful.” [tension:how-often]"
    ) in text
    assert "rests on of “denied: glump disease has symptom hurt”: added “Document one, passage 2”" in text
    assert "(Document one, passages 2 and 3)" in text


def test_a_new_label_is_mentioned_and_breaks_nothing(project: Path) -> None:
    """A preferred label may change: consumers go by IRIs."""
    replace(_things(project), 'skos:prefLabel "plip"@en', 'skos:prefLabel "plop"@en')
    found = changes(project)
    assert "label of “plop”: was “plip”, now “plop” [id:plip]" in diff.to_text(found)
    assert codes(found) == []


def _map_plip(project: Path) -> None:
    (project / "ontology" / "mappings.sssom.tsv").write_text(
        "#curie_map:\n#  id: https://w3id.org/jdm-kg/id/\n#  X: https://example.org/x/\n"
        "subject_id\tpredicate_id\tobject_id\nid:plip\tskos:exactMatch\tX:1\n",
        encoding="utf-8",
    )


def test_mappings_are_a_group_of_their_own(project: Path) -> None:
    """A mapping that comes in by the table is told under mappings, and its thing counts as unchanged."""
    _map_plip(project)
    found = changes(project)
    assert [(e.group, e.change, e.id) for e in found.entries] == [(Group.MAPPINGS, Change.ADDED, "id:plip")]
    assert "  added: “plip”: exact match “https://example.org/x/1” [id:plip]" in diff.to_text(found)


def test_a_thing_is_gone_even_if_its_mapping_stays(project: Path) -> None:
    """A row that was forgotten in the table of mappings doesn't hide that its thing was removed."""
    _map_plip(project)
    old = graph.load_authored(project)
    text = _things(project).read_text(encoding="utf-8")
    _things(project).write_text(re.sub(r"id:plip\n.*? \.\n", "", text, flags=re.DOTALL), encoding="utf-8")
    found = diff.compare(old, graph.load_authored(project))
    assert named(found) == {("removed", "id:plip")}
    assert codes(found) == [("iri-removed", "id:plip")]


def test_axioms_without_iris_are_compared_by_content(project: Path) -> None:
    """A kind taken out of a list of disjoint kinds is one change of that axiom, not its removal and addition."""
    replace(
        _schema(project),
        "vocab:BloodTest vocab:ImagingTest vocab:TissueTest ) .",
        "vocab:BloodTest vocab:ImagingTest ) .",
    )
    (entry,) = changes(project).entries
    assert (entry.change, entry.group, entry.id, entry.kind) == (Change.CHANGED, Group.VOCABULARY, "", "axiom")
    assert diff.part_words(entry.parts[0]) == "removed “tissue test”"


def test_a_class_expression_is_told_in_words(project: Path) -> None:
    """A definition made of blank nodes is told with the labels of what it names."""
    old = "vocab:ClinicalFeature [ a owl:Restriction ; owl:onProperty vocab:preventedBy"
    replace(_schema(project), old, old.replace("vocab:ClinicalFeature", "vocab:Entity"))
    text = diff.to_text(changes(project))
    expression = "some values from treatment]"
    assert "equivalent class of “preventable feature”: was “[intersection of (clinical feature, [" in text
    assert "now “[intersection of (entity, [on property is prevented by; " + expression in text


def test_the_version_of_the_header_is_named(project: Path) -> None:
    """The versions in the ontology headers stand beside the names of the two sides."""
    replace(_schema(project), 'owl:versionInfo "0.1.0"', 'owl:versionInfo "0.2.0"')
    assert "one (0.1.0) → two (0.2.0): vocabulary: 1 changed" in diff.to_text(changes(project))


# Markdown and JSON ---------------------------------------------------------------------------------------------------


def test_markdown_is_fit_for_release_notes(project: Path) -> None:
    """Headings, lists and escaped text; one part in a sentence, several in a list; the disclaimer at the end."""
    replace(_claims(project), '"The condition is not painful."@en', '"It does *not* hurt <at all>."@en')
    replace(_claims(project), 'vocab:frequencyWording "rarely"@en ;', 'vocab:timing "now and then"@en ;')
    assert diff.to_markdown(changes(project)) == (
        "## Changes from one (0.1.0) to two (0.1.0)\n\n"
        "Claims: 2 changed; 0 breaking for consumers.\n\n"
        "### Claims\n\n"
        "- Changed: “glump disease has symptom plip” (Document one, passage 2) (`claim:one-002-01`)\n"
        "  - frequency wording: removed “rarely”\n"
        "  - timing: added “now and then”\n"
        "- Changed: statement of “denied: glump disease has symptom hurt”: was “The condition is not painful.”, "
        "now “It does \\*not\\* hurt \\<at all\\>.” (Document one, passage 3) (`claim:one-003-01`)\n\n"
        "_This tells what changed in a data set that restates public documents; it is not medical advice._\n"
    )


def test_markdown_puts_breaking_changes_first(project: Path) -> None:
    """What breaks stands above all else, and lost safety above that, in bold."""
    replace(_claims(project), MEDICINE_CLAIMS.strip(), "")
    text = diff.to_markdown(changes(project))
    assert text.index("### Breaking for consumers") < text.index("### Claims")
    assert text.split("### Breaking for consumers\n\n")[1].startswith(
        "- **Safety:** “soothers” lost its safety statement "
    )


def test_json_has_stable_keys(project: Path) -> None:
    """Each object has the keys that the docstring promises, all of them, whatever changed."""
    replace(_claims(project), "vocab:denied", "vocab:affirmed")
    replace(_claims(project), 'vocab:frequencyWording "rarely"@en', "vocab:rank 3")
    document = json.loads(json.dumps(diff.to_json(changes(project))))
    assert list(document) == ["format", "old", "new", "counts", "breaking", "changes"]
    assert document["format"] == 1
    assert document["new"] == {"name": "two", "version": "0.1.0"}
    assert {group: counts["changed"] for group, counts in document["counts"].items()} == {
        **dict.fromkeys(map(str, Group), 0),
        "claims": 2,
    }
    assert [set(item) for item in document["breaking"]] == [{"code", "safety", "id", "words"}]
    keys = {"change", "group", "id", "kind", "title", "where", "text", "parts"}
    assert [set(entry) for entry in document["changes"]] == [keys, keys]
    parts = {part["property"]: part for entry in document["changes"] for part in entry["parts"]}
    assert all(set(part) == {"property", "label", "was", "now", "words"} for part in parts.values())
    assert parts["vocab:polarity"] == {
        "property": "vocab:polarity",
        "label": "polarity",
        "was": [{"text": "denied", "id": "vocab:denied", "language": None, "datatype": None}],
        "now": [{"text": "affirmed", "id": "vocab:affirmed", "language": None, "datatype": None}],
        "words": "polarity of “glump disease has symptom hurt”: was “denied”, now “affirmed” (Document one, passage 3)",
    }
    assert parts["vocab:rank"]["now"] == [{"text": "3", "id": None, "language": None, "datatype": "xsd:integer"}]


def test_output_does_not_depend_on_hash_order(project: Path, tmp_path: Path) -> None:
    """Two runs with different hash seeds print the same bytes."""
    other = make_project(tmp_path / "other")
    replace(other / "ontology" / "schema.ttl", "vocab:Drug vocab:DrugClass", "vocab:Drug")
    runs = [run(project, other, "--format", "json", cwd=tmp_path, PYTHONHASHSEED=seed) for seed in ("1", "2")]
    assert runs[0].returncode == FINDINGS
    assert runs[0].stdout == runs[1].stdout


# What breaks ---------------------------------------------------------------------------------------------------------


def _drop_claim(name: str) -> Callable[[Path], None]:
    def edit(project: Path) -> None:
        text = _claims(project).read_text(encoding="utf-8")
        shorter = re.sub(rf"claim:{name}\n.*? \.\n", "", text, flags=re.DOTALL)
        assert shorter != text
        _claims(project).write_text(shorter, encoding="utf-8")

    return edit


def _edit(place: Callable[[Path], Path], old: str, new: str) -> Callable[[Path], None]:
    return lambda project: replace(place(project), old, new)


def _rename(old: str, new: str) -> Callable[[Path], None]:
    def edit(project: Path) -> None:
        for path in (_things(project), _claims(project)):
            path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    return edit


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(
            _drop_claim("one-003-01"), [("iri-removed", "claim:one-003-01")], id="a denied claim gave no edge"
        ),
        pytest.param(
            _drop_claim("one-002-01"), [("iri-removed", "claim:one-002-01")], id="another claim still gives the edge"
        ),
        pytest.param(_rename("id:hurt", "id:pain"), [("iri-renamed", "id:hurt")], id="a thing under another IRI"),
        pytest.param(
            _edit(_things, "id:hurt\n    a vocab:ClinicalFeature", "id:hurt\n    a vocab:FunctionalLimitation"),
            [("kind-changed", "id:hurt")],
            id="another kind",
        ),
        pytest.param(
            _edit(_claims, "vocab:polarity vocab:denied", "vocab:polarity vocab:affirmed"),
            [("polarity-flipped", "claim:one-003-01")],
            id="a denial turned into a statement",
        ),
        pytest.param(
            _edit(_things, 'made up for a test of denials."@en ;\n    vocab:inBodySystem id:noise-system', 'x"@en'),
            [("edge-lost", "id:hurt")],
            id="an edge that curators wrote",
        ),
        pytest.param(_edit(_things, '"noise system"', '"sounds"'), [], id="a label"),
    ],
)
def test_breaking_changes_are_flagged(
    project: Path, edit: Callable[[Path], None], expected: list[tuple[str, str]]
) -> None:
    """Each change that breaks consumers is flagged once, by its code and record, and no other is."""
    edit(project)
    found = changes(project)
    assert not found.empty
    assert codes(found) == expected


def test_an_edge_that_no_claim_gives_any_more_is_flagged(project: Path) -> None:
    """When the last claims behind an edge are hedged, the edge is gone, and the claims are named."""
    text = _claims(project).read_text(encoding="utf-8")
    claims, rest = text.split("tension:how-often\n", 1)
    hedged = claims.replace("vocab:stated", 'vocab:believed ;\n    vocab:certaintyCue "believed"@en')
    _claims(project).write_text(hedged + "tension:how-often\n" + rest, encoding="utf-8")
    (item,) = changes(project).breaking
    assert (item.code, item.id, item.safety) == ("edge-lost", "id:glump-disease", False)
    assert item.words == (
        "“glump disease has symptom plip” is gone (claim:one-002-01 was changed, claim:two-001-01 was changed)"
    )


def test_an_edge_that_still_follows_is_not_lost(project: Path) -> None:
    """A claim of a narrower relation implies the edge of the wider one, which programs therefore still find."""
    text = _claims(project).read_text(encoding="utf-8")
    _claims(project).write_text(text.replace("vocab:hasSymptom", "vocab:hasMainSymptom"), encoding="utf-8")
    assert codes(changes(project)) == []


def test_a_relation_removed_from_the_schema_is_flagged(project: Path) -> None:
    """A property that is gone from the schema breaks every query that names it."""
    text = _schema(project).read_text(encoding="utf-8")
    _schema(project).write_text(re.sub(r"vocab:mistakenFor\n.*? \.\n", "", text, flags=re.DOTALL), encoding="utf-8")
    found = changes(project)
    assert codes(found) == [("predicate-removed", "vocab:mistakenFor")]
    assert "object property “is mistaken for” was removed from the schema" in found.breaking[0].words


@pytest.mark.parametrize("name", ["two-001-02", "two-001-03"])
def test_lost_safety_advice_is_flagged_above_all(project: Path, name: str) -> None:
    """A drug that loses the advice on its class, by either claim on the way, is the first thing told."""
    _drop_claim(name)(project)
    found = changes(project)
    lost = [item for item in found.breaking if item.safety]
    assert found.breaking[: len(lost)] == tuple(lost)
    assert "“soothol” lost its safety statement “has safety advice: stop slowly”" in [item.words for item in lost]
    assert diff.to_text(found).splitlines()[1].startswith("  !! SAFETY: ")


def test_lost_monitoring_counts_as_lost_safety(project: Path) -> None:
    """The checks that a class of drugs asks for are lost by the class and by its drugs; the edge is told once."""
    _drop_claim("two-001-04")(project)
    assert codes(changes(project)) == [
        ("safety-lost", "id:soothers"),
        ("safety-lost", "id:soothol"),
        ("iri-removed", "claim:two-001-04"),
    ]


def test_safety_advice_that_is_gone_as_a_thing_is_lost(project: Path) -> None:
    """When the advice itself is removed, what it protected has lost it."""
    text = _things(project).read_text(encoding="utf-8")
    _things(project).write_text(re.sub(r"id:stop-slowly\n.*? \.\n", "", text, flags=re.DOTALL), encoding="utf-8")
    _drop_claim("two-001-03")(project)
    assert ("safety-lost", "id:soothol") in codes(changes(project))


def test_reworded_or_renamed_safety_advice_is_not_lost(project: Path) -> None:
    """Advice in other words, or under another IRI, still reaches its drugs."""
    _rename("id:stop-slowly", "id:taper")(project)
    replace(_things(project), "Come off it bit by bit.", "Take less and less.")
    assert codes(changes(project)) == [("iri-renamed", "id:stop-slowly")]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("pain", []),
        ("nothing", [("deprecated-without-replacement", "id:hurt")]),
        (None, [("deprecated-without-replacement", "id:hurt")]),
    ],
)
def test_deprecation_needs_a_replacement(project: Path, target: str | None, expected: list[tuple[str, str]]) -> None:
    """A thing may be deprecated where what replaces it is there; edges then count under the new name."""
    _rename("id:hurt", "id:pain")(project)
    instead = f"; <{DCTERMS.isReplacedBy}> id:{target}" if target else ""
    _append(_things(project), f"id:hurt <{OWL.deprecated}> true {instead} .\n")
    found = changes(project)
    assert codes(found) == expected
    assert named(found) >= {("changed", "id:hurt"), ("added", "id:pain")}
    told = "Deprecated; use “hurt” (id:pain) instead." if target == "pain" else "Deprecated;"
    assert f"clinical feature “hurt”: {told}" in diff.to_text(found)
    assert "Deprecated" in diff.to_markdown(found)


def test_a_deprecated_thing_may_keep_its_edges_for_a_while(project: Path) -> None:
    """Where a drug points to its successor and claims still speak of it, no edge and no safety statement is lost."""
    successor = f'id:newol a vocab:Drug ; <{SKOS.prefLabel}> "newol"@en .\n'
    _append(_things(project), f"{successor}id:soothol <{OWL.deprecated}> true ; <{DCTERMS.isReplacedBy}> id:newol .\n")
    _drop_claim("one-003-01")(project)
    _drop_claim("one-002-01")(project)
    _drop_claim("two-001-01")(project)
    assert [code for code in codes(changes(project)) if code[0] != "iri-removed"] == [("edge-lost", "id:glump-disease")]


def test_what_was_deprecated_before_may_go() -> None:
    """The removal of a thing that the older version already replaced breaks nothing."""
    old = turtle.new_graph()
    for triple in (*base(), (ID.old, OWL.deprecated, Literal(True)), (ID.old, DCTERMS.isReplacedBy, ID.plip)):
        old.add(triple)
    found = diff.compare(old, base())
    assert named(found) == {("removed", "id:old")}
    assert codes(found) == []


# Properties ----------------------------------------------------------------------------------------------------------


@functools.cache
def _small() -> Graph:
    """The content of the small project without the schema, but for what makes edges, kinds and relations."""
    content = turtle.new_graph()
    with tempfile.TemporaryDirectory() as folder:
        root = make_version(Path(folder))
        for path in files.content_files(root)[1:]:
            for triple in turtle.parse(path):
                content.add(triple)
    content.add((term("hasSymptom"), VOCAB.edgeFromHedged, Literal("false", datatype=PREFIXES["xsd"] + "boolean")))
    for cls in ("Claim", "Passage", "Tension"):
        content.add((term(cls), RDFS.subClassOf, VOCAB.Record))
    return content


def _subjects() -> list[Node]:
    return sorted(set(_small().subjects()), key=str)


_EDITS = ("remove", "reword", "extend", "link")
_edits = st.dictionaries(st.integers(0, 10_000), st.sampled_from(_EDITS), max_size=8)
_new_things = st.sets(st.sampled_from(["a", "b", "c"]))


def _apply(edits: dict[int, str], new_things: set[str]) -> tuple[Graph, dict[Node, str]]:
    """The small content with random edits, and what was done to which record."""
    edited = turtle.new_graph()
    for triple in _small():
        edited.add(triple)
    subjects = _subjects()
    done: dict[Node, str] = {}
    for number, edit in edits.items():
        subject = subjects[number % len(subjects)]
        if subject in done:
            continue
        done[subject] = "removed" if edit == "remove" else "changed"
        texts = sorted((p, o) for p, o in edited.predicate_objects(subject) if isinstance(o, Literal))
        if edit == "remove":
            edited.remove((subject, None, None))
        elif edit == "reword" and texts:
            predicate, text = texts[number % len(texts)]
            edited.remove((subject, predicate, text))
            edited.add((subject, predicate, Literal(f"{text} {number}", lang=text.language, datatype=text.datatype)))
        elif edit == "link":
            edited.add((subject, SKOS.broader, ID[f"far-{number}"]))
        else:
            edited.add((subject, SKOS.editorialNote, Literal(f"note {number}")))
    for name in new_things:
        edited.add((ID[name], RDF.type, term("ClinicalFeature")))
        done[ID[name]] = "added"
    return edited, done


@settings(deadline=None, max_examples=40)
@given(edits=_edits, new_things=_new_things)
def test_exactly_the_edited_records_are_named(edits: dict[int, str], new_things: set[str]) -> None:
    """Random edits give one entry for each record that was edited and for no other."""
    edited, done = _apply(edits, new_things)
    found = diff.compare(_small(), edited)
    assert sorted((str(e.change), e.id) for e in found.entries) == sorted(
        (change, graph.shorten(subject)) for subject, change in done.items()
    )
    assert found.empty is not bool(done)


@settings(deadline=None, max_examples=25)
@given(edits=_edits, new_things=_new_things)
def test_the_other_way_round_added_and_removed_are_swapped(edits: dict[int, str], new_things: set[str]) -> None:
    """Going back undoes: what was added is removed, and every "was" is a "now"."""
    edited, _ = _apply(edits, new_things)
    there, back = diff.compare(_small(), edited), diff.compare(edited, _small())
    swapped = {Change.ADDED: Change.REMOVED, Change.REMOVED: Change.ADDED, Change.CHANGED: Change.CHANGED}
    assert {(swapped[e.change], e.group, e.id) for e in there.entries} == {
        (e.change, e.group, e.id) for e in back.entries
    }
    there_parts = [(e.id, p.property, _ids(p.was), _ids(p.now)) for e in there.entries for p in e.parts]
    back_parts = [(e.id, p.property, _ids(p.now), _ids(p.was)) for e in back.entries for p in e.parts]
    assert sorted(there_parts) == sorted(back_parts)


def _ids(values: tuple[diff.Value, ...]) -> list[str]:
    return sorted(value.id or value.text for value in values)


@settings(deadline=None, max_examples=25)
@given(edits=_edits, new_things=_new_things)
def test_nothing_differs_from_itself(edits: dict[int, str], new_things: set[str]) -> None:
    """A version and a copy of it, with what follows from it added, do not differ; all formats say so."""
    edited, _ = _apply(edits, new_things)
    more = edited + graph.derive_edges(edited)
    found = diff.compare(edited, more + close(more))
    assert found.empty
    assert found.breaking == ()
    assert diff.to_text(found) == "old → new: no difference\n"
    assert "No difference." in diff.to_markdown(found)
    assert diff.to_json(found)["changes"] == []


def test_the_real_content_does_not_differ_from_what_follows_from_it() -> None:
    """All that the reasoner derives from the project's own content is taken out again before comparing."""
    authored = graph.load_authored(ROOT)
    asserted = authored + graph.derive_edges(authored)
    assert named(diff.compare(authored, asserted + close(asserted))) == set()


def test_relations_among_things_are_compared_without_what_follows(project: Path) -> None:
    """Inverses and shortcuts of a transitive relation, written or derived, are no difference."""
    parts = "id:a vocab:partOf id:b . id:b vocab:partOf id:c .\n"
    kinds = 'id:{0} a vocab:BodyPart ; skos:prefLabel "{0}"@en .\n'
    _append(_things(project), parts + "".join(kinds.format(name) for name in "abc"))
    once = graph.load_authored(project)
    replace(_things(project), parts, "id:b vocab:hasPart id:a . id:a vocab:partOf id:c . id:c vocab:hasPart id:b .\n")
    assert diff.compare(once, graph.load_authored(project)).empty
    replace(_things(project), "id:a vocab:partOf id:c .", "")
    assert diff.compare(once, graph.load_authored(project)).empty


# Exports -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """The exports of `base`, full and asserted, without asking HermiT."""
    asserted = base() + graph.derive_edges(base())
    publish(Release(asserted, asserted + close(asserted), "0.1.0"), tmp_path / "exports")
    return tmp_path / "exports"


def test_the_exported_graphs_are_those_of_the_table() -> None:
    """The files that are looked for in a folder of exports are files that a build writes."""
    assert set(diff.EXPORTED_GRAPHS) <= {name for fmt in FORMATS for name in fmt.files}


def test_an_export_and_its_folder_do_not_differ(exported: Path, project: Path) -> None:
    """Folder of exports and each exported graph, full or asserted, say what the content says."""
    for path in (exported, *(exported / name for name in diff.EXPORTED_GRAPHS)):
        read = diff.read(str(path), project)
        assert diff.compare(read, base()).empty, path.name
        assert diff.compare(base(), read).empty, path.name


def test_a_change_is_told_from_a_full_export_as_from_the_folder(exported: Path, project: Path) -> None:
    """Words and breaking changes are the same whether the old version is a folder or an exported file."""
    replace(_claims(project), "vocab:polarity vocab:denied", "vocab:polarity vocab:affirmed")
    _drop_claim("two-001-02")(project)
    new = graph.load_authored(project)
    told = diff.to_text(diff.compare(base(), new))
    for name in ("jdm-kg.jsonld", "jdm-kg.nt", "jdm-kg-asserted.ttl"):
        assert diff.to_text(diff.compare(diff.read(str(exported / name), project), new)) == told


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("old.ttl", "claim:one a vocab:Claim .", "old.ttl:1:1: this is not Turtle: "),
        ("old.nt", "<a> <b>", "old.nt:1:"),
        ("old.jsonld", '{"@context":', "this is not JSON-LD: "),
        ("old.jsonld", '{"@context": "https://example.org/c", "@id": "x:y", "p": 1}', "and nothing is fetched"),
        ("old.ttl", "<https://example.org/a> a <https://example.org/b> .", "there is nothing of the project in it"),
        ("old.ttl", "", "there is nothing of the project in it"),
        ("old.txt", "words", "this is neither a folder nor an exported .ttl, .nt or .jsonld file"),
    ],
)
def test_a_file_that_is_no_export_is_one_clear_message(tmp_path: Path, name: str, text: str, message: str) -> None:
    """A broken, foreign or remote file is named with what is wrong, and what to do."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        diff.read(str(tmp_path / name), tmp_path)
    assert message in str(caught.value)
    assert name in str(caught.value)
    assert caught.value.hint


def test_bytes_that_are_no_text_are_one_clear_message(tmp_path: Path) -> None:
    """A file that is not UTF-8 is refused as a fault of input."""
    (tmp_path / "old.nt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"old\.nt:1:1: the file is not UTF-8 text"):
        diff.read(str(tmp_path / "old.nt"), tmp_path)


def test_missing_file_and_empty_folder_are_named(tmp_path: Path) -> None:
    """A file that is not there, and a folder without content or exports, are each named with a remedy."""
    with pytest.raises(InputError, match=r"gone\.ttl: no such file"):
        diff.read(str(tmp_path / "gone.ttl"), tmp_path)
    with pytest.raises(InputError, match=r"the folder holds neither ontology/ nor jdm-kg-asserted\.nt"):
        diff.read(str(tmp_path), tmp_path)


def test_broken_lists_and_deep_nesting_do_no_harm() -> None:
    """A list that bites its tail and very deep blank nodes, which only a made export can hold, are survived."""
    deep = "".join(f"_:n{i} <https://example.org/p> _:n{i + 1} .\n" for i in range(3000))
    text = (
        f"<{ID.x}> <{RDF.type}> <{term('Drug')}> .\n<{ID.x}> <https://example.org/p> _:n0 .\n{deep}"
        f"<{ID.x}> <https://example.org/list> _:l .\n_:l <{RDF.first}> _:l .\n_:l <{RDF.rest}> _:l .\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.nt").write_text(text, encoding="utf-8")
        content = diff.read(str(Path(folder) / "x.nt"), Path(folder))
    assert diff.compare(content, content).empty


# git -----------------------------------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, apart from any settings of the machine."""
    own = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(["git", *arguments], check=True, capture_output=True, text=True, cwd=folder, env=clean | own)
    return done.stdout


@pytest.fixture
def repository(project: Path) -> Path:
    """A repository with two commits, the first tagged v1; the second turns a denial into a statement."""
    git(project, "init", "--quiet", "--initial-branch=trunk")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message=one")
    git(project, "tag", "v1")
    replace(_claims(project), "vocab:polarity vocab:denied", "vocab:polarity vocab:affirmed")
    git(project, "commit", "--quiet", "--all", "--message=two")
    return project


def test_two_revisions_are_compared_without_a_checkout(repository: Path) -> None:
    """Revisions are read from git, whatever lies in the working tree, which is left as it is."""
    _claims(repository).write_text("this is not Turtle", encoding="utf-8")
    before = git(repository, "status", "--porcelain")
    done = run("v1", "HEAD", cwd=repository)
    assert (done.returncode, done.stderr) == (FINDINGS, "")
    assert "polarity of “glump disease has symptom hurt”: was “denied”, now “affirmed”" in done.stdout
    assert done.stdout.endswith("v1 (0.1.0) → HEAD (0.1.0): claims: 1 changed; 1 breaking for consumers\n")
    assert git(repository, "status", "--porcelain") == before


def test_the_newer_version_is_the_working_tree_by_default(repository: Path) -> None:
    """With one revision, what is not committed counts; with no difference the status is 0."""
    same = run("HEAD", cwd=repository)
    assert (same.returncode, same.stdout) == (FINE, "HEAD (0.1.0) → the working tree (0.1.0): no difference\n")
    replace(_claims(repository), "The condition is not painful.", "No pain.")
    done = run("HEAD", cwd=repository)
    assert done.returncode == FINDINGS
    assert "now “No pain.”" in done.stdout


def test_the_root_may_be_elsewhere_and_below_its_repository(repository: Path, tmp_path: Path) -> None:
    """--root names the content, within whatever repository holds it, from any folder and in a hook too."""
    top = tmp_path / "top"
    (top / "inner").mkdir(parents=True)
    (repository / "ontology").rename(top / "inner" / "ontology")
    git(top, "init", "--quiet")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "--message=one")
    git(top, "tag", "only-here")
    done = run("only-here", "--root", top / "inner", cwd=tmp_path, GIT_DIR=str(repository / ".git"))
    assert (done.returncode, done.stderr) == (FINE, "")


def test_broken_turtle_in_a_revision_is_named_by_the_revision(repository: Path) -> None:
    """The place of a fault in an older version is one that `git show` understands, with line and column."""
    replace(_claims(repository), "vocab:object id:hurt ;", "vocab:object id:hurt")
    git(repository, "commit", "--quiet", "--all", "--message=broken")
    git(repository, "revert", "--no-edit", "HEAD")
    done = run("HEAD~1", cwd=repository)
    assert (done.returncode, done.stdout) == (UNUSABLE, "")
    assert re.match(r"jdm-kg: HEAD~1:ontology/claims/all\.ttl:\d+:\d+: this is not Turtle: ", done.stderr)
    assert "Traceback" not in done.stderr
    assert "claim:one-003-01" in git(repository, "show", "HEAD~1:ontology/claims/all.ttl")


@pytest.mark.parametrize("name", ["v9", "v1..HEAD", "HEAD:ontology", "no/such/folder", "x" * 5000, "two words"])
def test_missing_revision_is_one_clear_message(repository: Path, name: str) -> None:
    """What is neither a folder, a file nor a revision is said to be none of them, with a remedy."""
    with pytest.raises(InputError) as caught:
        diff.read(name, repository)
    assert f"'{name}' is neither a folder nor a file nor a revision that git knows here" in str(caught.value)
    assert "git tag" in str(caught.value.hint)


@pytest.mark.parametrize("name", ["--output=stolen", "-h", ""])
def test_options_are_never_handed_to_git(repository: Path, name: str) -> None:
    """A name that git could take for an option is refused."""
    with pytest.raises(InputError, match="is not a version"):
        diff.read(name, repository)
    assert not (repository / "stolen").exists()


def test_revision_without_content_is_one_clear_message(repository: Path) -> None:
    """A revision from before there was content is named."""
    git(repository, "rm", "--quiet", "-r", "--cached", "ontology")
    git(repository, "commit", "--quiet", "--message=none")
    with pytest.raises(InputError, match="revision 'HEAD' gives no folder 'ontology'"):
        diff.read("HEAD", repository)


def test_no_repository_is_one_clear_message(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of a repository a revision can't be read, and the message says so."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    with pytest.raises(InputError, match="there is no git repository to look for a revision"):
        diff.read("v1", project)


def test_no_git_is_one_clear_message(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git on the machine folders and exports can still be compared, and revisions are refused."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match="there is no git to look for such a revision"):
        diff.read("v1", repository)
    assert len(diff.read(str(repository), repository)) > 1000


# The command ---------------------------------------------------------------------------------------------------------


def test_formats_of_the_command(project: Path, tmp_path: Path) -> None:
    """The command prints text, Markdown and JSON of two folders, with status 1 for differences."""
    other = make_project(tmp_path / "other")
    starts = {"text": "Claims\n", "markdown": "## Changes from ", "json": "{\n"}
    for name, start in starts.items():
        done = run(other, project, "--format", name, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (FINDINGS, "")
        assert done.stdout.startswith(start)
    assert json.loads(run(other, project, "--format", "json", cwd=tmp_path).stdout)["counts"]["claims"]["added"] == 3


@pytest.mark.parametrize("arguments", [["nowhere"], ["my project", "nowhere"], ["--", "-x"]])
def test_bad_input_gives_status_2(project: Path, arguments: list[str]) -> None:
    """Input that is not there gives status 2, nothing on standard output and one clear message."""
    done = run("--root", project, *arguments, cwd=project.parent)
    assert (done.returncode, done.stdout) == (UNUSABLE, "")
    assert done.stderr.startswith("jdm-kg: ")
    assert "Traceback" not in done.stderr


def test_terms_that_only_this_module_names_are_declared() -> None:
    """Each term that stands outside of the closed namespace is a property of the schema."""
    schema = turtle.parse(ROOT / "ontology" / "schema.ttl")
    for prop in (*diff.SAFETY_PROPERTIES, diff._EXPLANATION):
        assert (prop, RDF.type, None) in schema


def test_passages_and_claims_have_their_places() -> None:
    """A changed passage goes under documents by its document and number."""
    new = turtle.new_graph()
    for triple in base():
        new.add(triple)
    new.add((PASSAGE["one-002"], term("curatorNote"), Literal("Short.", lang="en")))
    new.remove((CLAIM["one-002-01"], VOCAB.restsOn, None))
    found = diff.compare(base(), new)
    assert [(e.group, e.title) for e in found.entries] == [
        (Group.CLAIMS, "glump disease has symptom plip"),
        (Group.DOCUMENTS, "Document one, passage 2"),
    ]
