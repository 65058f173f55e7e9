"""Documents for apps: what they hold, that they are triples of the graph, and that their schemas and types hold."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyoxigraph
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pyld import jsonld

from jdm_kg import facts
from jdm_kg.exports import Release, app, common, only
from jdm_kg.exports.app_context import NULLS
from jdm_kg.exports.app_table import CONTRACT, ISO_UNITS
from jdm_kg.exports.gzipped import compress
from jdm_kg.exports.losses import loss
from jdm_kg.exports.table import Files
from jdm_kg.facts import Literal, Term, Triple
from jdm_kg.iris import PREFIXES, TERMS, name
from jdm_kg.turtle import from_facts, to_ntriples
from tests import releases, tools
from tests.content import ROOT

Json = dict[str, Any]

STRING = name("xsd:string")
DOCUMENTS = ("conditions", "things")
EXAMPLE = ROOT / "examples" / "app"


@cache
def written() -> Files:
    """The files of the real release."""
    return app.write(releases.real())


@cache
def documents() -> dict[str, Json]:
    """The documents of the real release, by path."""
    return parsed(written())


def parsed(files: Files) -> dict[str, Json]:
    """The JSON-LD documents among files, by path."""
    paths = [path for path in files if path.startswith(("v1/conditions/", "v1/things/")) or path == "v1/index.json"]
    return {path: json.loads(files[path]) for path in paths}


def conditions() -> list[Json]:
    """The documents of conditions."""
    return [document for path, document in documents().items() if path.startswith("v1/conditions/")]


def nodes(value: object) -> Iterator[Json]:
    """All objects with an id in a tree."""
    if isinstance(value, dict):
        if "id" in value:
            yield value
        for key, inner in value.items():
            if key != "@context":
                yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def statements(value: object) -> Iterator[Json]:
    """All statements in a tree, also those that are sides of a tension."""
    return (node for node in nodes(value) if node.get("type") == "Claim" and "statement" in node)


# --- JSON-LD ---


def triples_of(content: bytes | str) -> set[Triple]:
    """The triples of a JSON-LD document as pyoxigraph reads it."""
    return set(facts.convert(pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.JSON_LD)))


def nquads(text: str) -> set[Triple]:
    """The triples of N-Quads, which must all stand in the default graph."""
    quads = list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_QUADS))
    assert all(quad.graph_name == pyoxigraph.DefaultGraph() for quad in quads)
    return set(facts.convert(quads))


def shown(document: Json) -> set[Triple]:  # noqa: C901 - one reading, in one place
    """The triples that a document shows, read by its keys alone: an own, simple reading of its context.

    Every key must be in the context; what is mapped to null is no triple.
    """
    context = document["@context"]
    found: set[Triple] = set()

    def iri(text: str) -> str:
        prefix, colon, local = text.partition(":")
        if colon and isinstance(context.get(prefix), str) and not local.startswith("//"):
            return str(context[prefix]) + local
        return text if colon else str(context["@vocab"]) + text

    def node(value: Json, subject: str | None) -> str | None:
        own = value.get("id", subject)
        for key, inner in value.items():
            assert key == "@context" or key in context, key
            meaning = context.get(key)
            if key in ("@context", "id") or meaning is None:
                continue
            for one in inner if isinstance(inner, list) else [inner]:
                entry(own, meaning, one)
        return own

    def entry(subject: str | None, meaning: str | Json, one: object) -> None:
        if meaning in ("@nest", "@included"):
            assert isinstance(one, dict)
            node(one, subject if meaning == "@nest" else None)
            return
        assert subject is not None
        if meaning == "@type":
            found.add((subject, name("rdf:type"), iri(str(one))))
            return
        assert isinstance(meaning, dict)
        if "@reverse" in meaning:
            assert isinstance(one, dict)
            other = node(one, None)
            assert other is not None
            found.add((other, iri(meaning["@reverse"]), subject))
            return
        relation = iri(meaning["@id"])
        if "@language" in meaning.get("@container", ()):
            assert isinstance(one, dict)
            found.update((subject, relation, text(t, tag)) for tag, texts in one.items() for t in texts)
        else:
            found.add((subject, relation, value_of(meaning, one)))

    def value_of(meaning: Json, one: object) -> str | Literal:
        if isinstance(one, dict):
            return node(one, None) or ""
        if meaning.get("@type") in ("@id", "@vocab"):
            return iri(str(one))
        if isinstance(one, bool):
            return Literal(str(one).lower(), name("xsd:boolean"))
        if isinstance(one, int):
            return Literal(str(one), name("xsd:integer"))
        if "@language" in meaning:
            return text(str(one), meaning["@language"])
        return Literal(str(one), iri(meaning["@type"]) if "@type" in meaning else STRING)

    def text(words: str, tag: str) -> Literal:
        return Literal(words, name("rdf:langString"), tag)

    node(document, None)
    return found


def test_every_value_shown_is_a_triple_of_the_graph() -> None:
    """For each document: what it shows, what pyoxigraph parses from it, and the graph agree, value by value."""
    graph = set(releases.real().facts)
    for path, document in documents().items():
        says = shown(document)
        assert says == triples_of(written()[path]), path
        assert says <= graph, path
        assert says, path


def test_pyld_reads_the_same_triples() -> None:
    """PyLD reads the documents as pyoxigraph does, and asks for nothing from elsewhere."""

    def refuse(url: str, _: object) -> object:
        raise AssertionError(f"the file asks for {url}")

    for path in [*(p for p in documents() if "/conditions/" in p), "v1/index.json", *sorted(documents())[5::40]]:
        text = jsonld.to_rdf(documents()[path], {"format": "application/n-quads", "documentLoader": refuse})
        assert nquads(text) == triples_of(written()[path]), path


def test_javascript_reads_the_same_triples(tmp_path: Path) -> None:
    """jsonld.js, and jsonld-streaming-parser in its strictest mode, read the documents as pyoxigraph does."""
    # Not the index: the streaming parser, at its strictest, stumbles over a map of languages in each of several nodes.
    chosen = [path for number, path in enumerate(documents()) if "/conditions/" in path or number % 10 == 0]
    chosen = [path for path in chosen if path != "v1/index.json"]
    paths = {path.replace("/", "-") + ".jsonld": path for path in chosen}
    for file, path in paths.items():
        (tmp_path / file).write_bytes(written()[path])
    tools.node("read_rdf.mjs", tmp_path, *(tmp_path / file for file in paths))
    for file, path in paths.items():
        for parser in ("jsonldjs", "streaming"):
            text = (tmp_path / f"{file}.{parser}.nq").read_text(encoding="utf-8")
            assert nquads(text) == triples_of(written()[path]), (parser, path)


def test_the_format_makes_nothing_up_and_carries_the_claims() -> None:
    """Read back, it gives no triple that the graph lacks, and the claims that are about things or name one."""
    release = releases.real()
    found = loss(app.FORMATS[0], written(), release)
    assert found.invented == ()
    graph = release.facts
    own = PREFIXES["id"]
    bare = [
        claim
        for claim in graph.instances(name("vocab:Claim"))
        if not any(isinstance(v, str) and v.startswith(own) for values in graph.of(claim).values() for v in values)
    ]
    assert found.claims == len(bare)


def test_contexts_are_parts_of_the_published_one() -> None:
    """The context comes first in each document, agrees with the published one, and has no prefix of things."""
    published = json.loads(written()["v1/context.jsonld"])["@context"]
    for path, document in documents().items():
        assert next(iter(document)) == "@context", path
        assert document["@context"].items() <= published.items(), path
        assert document["meta"]["context"] == "https://w3id.org/jdm-kg/v1/context.jsonld"
    assert not {"id:", "claim", "passage", "source"} & set(published)
    assert published["id"] == "@id"


def test_no_key_means_two_things() -> None:
    """Two lists of the tables with the same key have the same relation."""
    from jdm_kg.exports import app_table

    lists = [links for item in app_table.ITEMS.values() for links in item.links] + [app_table.SYMPTOMS]
    lists += [links for section in app_table.SECTIONS for links in section.links]
    parts = [*app_table.PARTS, *(part for _, group in app_table.GROUPS.values() for part in group)]
    meanings = {(links.key, links.relation, links.reverse) for links in lists}
    meanings |= {(part.key, part.relation, False) for part in parts}
    keys = Counter(key for key, _, _ in meanings)
    assert [key for key, count in keys.items() if count > 1] == []
    assert not set(keys) & set(NULLS)


def test_no_key_takes_the_place_of_a_term() -> None:
    """A key that is spelt as a term of the vocabulary means that term: else the value `denied` might mean a key."""
    context = json.loads(written()["v1/context.jsonld"])["@context"]
    wrong = {key: context[key] for key in TERMS & set(context) if (context[key] or {}).get("@id") != f"vocab:{key}"}
    assert wrong == {}


# --- Schemas ---


@cache
def schema(kind: str) -> Json:
    """The schema of a type of document."""
    return dict(json.loads(written()[f"v1/schema/{kind}.schema.json"]))


def kind_of(path: str) -> str:
    """The type of the document at a path."""
    return {"conditions": "condition", "things": "thing"}.get(path.split("/")[1], "index")


def test_jsonschema_accepts_every_document() -> None:
    """Python's jsonschema finds the schemas sound and every document and line valid."""
    validators = {}
    for kind in ("condition", "thing", "index"):
        Draft202012Validator.check_schema(schema(kind))
        validators[kind] = Draft202012Validator(schema(kind))
    for path, document in documents().items():
        assert not list(validators[kind_of(path)].iter_errors(document)), path


def test_ajv_accepts_every_document(tmp_path: Path) -> None:
    """Ajv in strict mode compiles the schemas and finds every document valid."""
    for path, content in written().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    for kind in ("condition", "thing", "index"):
        files = [tmp_path / path for path in documents() if kind_of(path) == kind]
        counted = tools.node("validate.mjs", tmp_path / f"v1/schema/{kind}.schema.json", *files)
        assert int(counted) == len(files) > 0


def test_schemas_are_closed_and_explain_themselves() -> None:
    """Each object of a schema allows no other keys and has title and description; each key is described in words."""

    def objects(value: object) -> Iterator[Json]:
        if isinstance(value, dict):
            if "properties" in value and value.get("type") == "object":
                yield value
            for inner in value.values():
                yield from objects(inner)

    for kind in ("condition", "thing", "index"):
        for found in objects(schema(kind)):
            assert found["additionalProperties"] is False
            assert found["title"], kind
            for key, value in found["properties"].items():
                assert value["description"].strip().endswith((".", ")")), (found["title"], key)
        assert re.fullmatch(rf"https://w3id\.org/jdm-kg/v1/schema/{kind}\.schema\.json", schema(kind)["$id"])


def test_examples_in_schemas_fit() -> None:
    """Each example of a schema is valid by the part that it stands in, and there are some."""
    count = 0
    for kind in ("condition", "thing", "index"):
        waiting: list[object] = [schema(kind)]
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict):
                examples = value.get("examples")
                for example in examples if isinstance(examples, list) else []:
                    Draft202012Validator(value).validate(example)
                    count += 1
                waiting += [inner for key, inner in value.items() if key != "examples"]
    assert count > 100


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(extra=1),
        lambda d: d.pop("safetyAdvice"),
        lambda d: d.update(label=["a"]),
        lambda d: d.update(broader={}),
        lambda d: d["meta"].pop("disclaimer"),
        lambda d: d["meta"].update(asOf="31.1.2026"),
        lambda d: d["labels"].update(en="a"),
        lambda d: d["asSubject"][0].pop("polarity"),
        lambda d: d["asSubject"][0].update(polarity="maybe"),
        lambda d: d["asSubject"][0].pop("certainty"),
        lambda d: d["asSubject"][0].pop("evidence"),
    ],
)
def test_the_schema_refuses_what_is_wrong(change: Any) -> None:  # noqa: ANN401 - a change of any kind
    """A document that lacks what it must have, or has what it must not, is invalid."""
    document = next(d for p, d in documents().items() if "/things/" in p and d["asSubject"])
    spoilt = json.loads(json.dumps(document))
    change(spoilt)
    assert not Draft202012Validator(schema("thing")).is_valid(spoilt)


# --- What stands in them ---


def test_each_thing_has_a_document_a_line_and_an_entry() -> None:
    """Documents, lines of all.ndjson and entries of the index are one for each thing."""
    things = {n for n in releases.real().facts.instances(name("vocab:Entity")) if n.startswith(PREFIXES["id"])}
    own = {path: document for path, document in documents().items() if "/things/" in path}
    assert {document["id"] for document in own.values()} == things
    lines = [json.loads(line) for line in written()["v1/all.ndjson"].decode().splitlines()]
    assert lines == [own[path] for path in sorted(own)]
    index = documents()["v1/index.json"]["things"]
    assert {entry["id"] for entry in index} == things
    for entry in index:
        document = own[f"v1/{entry['file']}"]
        assert unquote(entry["file"]).endswith(f"/{entry['id'].removeprefix(PREFIXES['id'])}.json")
        assert all(entry.get(key) == document.get(key) for key in ("id", "type", "kind", "label", "alternativeLabels"))
        assert "page" not in entry or f"v1/{entry['page']}" in written()
    assert len(written()["v1/index.json"]) < 200_000


def test_every_file_says_whose_it_is() -> None:
    """Disclaimer, version and licence stand in each file."""
    version = releases.real().version
    for path, content in written().items():
        text = (gzip.decompress(content) if path.endswith(".gz") else content).decode()
        words = text.split("\n", 1)[0] if ".ndjson" in path else text
        for wanted in (common.DISCLAIMER, common.LICENSE, CONTRACT if "/schema/" in path else version):
            assert wanted in words, (path, wanted)


def test_the_condition_holds_every_claim_about_it() -> None:
    """Each claim that has the condition as subject or object stands in its document, with a sentence and evidence."""
    graph = releases.real().facts
    for document in conditions():
        wanted = {
            claim
            for claim in graph.instances(name("vocab:Claim"))
            for side in ("vocab:subject", "vocab:object")
            if document["id"] in graph.resources(claim, name(side))
        }
        there = {each["id"]: each for each in statements(document)}
        assert wanted <= set(there)
        assert all(each["statement"] and each["evidence"] for each in there.values())


def test_documents_that_are_asked_for_exist() -> None:
    """There is a condition with symptoms, treatments, tests, outcomes and figures, all with something in them."""
    (document,) = conditions()
    assert sum(len(group["symptoms"]) for group in document["symptomsByBodySystem"]) > 50
    assert len(document["symptomsByBodySystem"]) > 4
    assert len(document["treatment"]["treatments"]) > 30
    for section, key in (
        ("names", "abbreviations"),
        ("family", "kindOf"),
        ("family", "siblings"),
        ("overview", "mechanisms"),
        ("overview", "causeStatus"),
        ("overview", "triggers"),
        ("overview", "onset"),
        ("diagnosis", "tests"),
        ("diagnosis", "criteria"),
        ("outlook", "outcomes"),
        ("numbers", "measures"),
        ("safety", "safetyAdvice"),
        ("care", "careLedBy"),
    ):
        assert document[section][key], (section, key)
    assert document["tensions"]
    assert any("isStale" in source for source in document["sources"])


def advice_by_treatment() -> dict[str, set[str]]:
    """The safety advice of each treatment, asked of the claims alone, without what a reasoner derived."""
    said = releases.real().said
    store = pyoxigraph.Store()
    store.extend(facts.quad_of(triple) for triple in said)
    query = """
    SELECT DISTINCT ?treatment ?advice WHERE {
      ?treatment (vocab:memberOfClass|vocab:sharesSafetyOf)* ?bearer .
      ?claim vocab:predicate vocab:hasSafetyAdvice ; vocab:subject ?bearer ; vocab:object ?advice ;
        vocab:polarity vocab:affirmed ; vocab:certainty vocab:stated .
      FILTER NOT EXISTS { ?claim vocab:asPrinted true }
    }"""
    found: dict[str, set[str]] = {}
    for row in store.query(query, prefixes=dict(PREFIXES)):  # type: ignore[union-attr]  # a SELECT gives rows
        found.setdefault(row["treatment"].value, set()).add(row["advice"].value)
    return found


def test_no_treatment_stands_without_its_safety_advice() -> None:
    """Wherever a document names a treatment, the advice of that treatment is in it, with its text."""
    wanted = advice_by_treatment()
    treatments = set(releases.real().facts.instances(name("vocab:Treatment")))
    warned = {thing: advice for thing, advice in wanted.items() if thing in treatments}
    assert len(warned) > 10
    for path, document in documents().items():
        if path == "v1/index.json":
            continue
        named = {node["id"] for node in nodes(document)} & set(warned)
        given = {entry["id"]: entry["safetyAdvice"] for entry in document["safetyByTreatment"]}
        assert named == set(given), path
        for thing in named:
            assert {advice["id"] for advice in given[thing]} == warned[thing], (path, thing)
            assert all(advice["text"] for advice in given[thing])
        if document["id"] in warned:
            assert {advice["id"] for advice in document["safetyAdvice"]} == warned[document["id"]]


def test_treatments_of_a_condition_carry_their_advice_with_evidence() -> None:
    """Each treatment of a condition holds all its safety advice, each with the statements that give it."""
    wanted = advice_by_treatment()
    for document in conditions():
        for treatment in document["treatment"]["treatments"]:
            advice = treatment["safetyAdvice"]
            assert {each["id"] for each in advice} == wanted.get(treatment["id"], set()), treatment["label"]
            assert all(each["text"] and each["statements"] for each in advice)
        for trigger in document["overview"]["triggers"]:
            assert trigger["denials"] or trigger["safetyAdvice"], trigger["label"]


def test_denials_and_hedges_are_told() -> None:
    """A denied claim never stands without `denied`, nor a hedged one without its certainty, in any document."""
    graph = releases.real().facts
    seen = Counter[str]()
    for document in documents().values():
        for each in statements(document):
            for key in ("polarity", "certainty"):
                (term,) = graph.resources(each["id"], name(f"vocab:{key}"))
                assert each[key] == term.removeprefix(PREFIXES["vocab"])
                seen[each[key]] += 1
    assert min(seen[term] for term in ("denied", "believed", "possible", "implied")) > 0


def test_lists_hold_only_what_the_graph_relates() -> None:
    """Nothing stands in a list of symptoms, treatments or causes because of a denial or a hedge alone."""
    graph = releases.real().facts
    for document in conditions():
        lists = {
            "vocab:hasSymptom": [s for group in document["symptomsByBodySystem"] for s in group["symptoms"]],
            "vocab:hasTreatment": document["treatment"]["treatments"],
            "vocab:hasCause": document["overview"]["causes"],
        }
        for relation, items in lists.items():
            related = set(graph.resources(document["id"], name(relation)))
            assert {item["id"] for item in items} == related
        sections = [value for key, value in document.items() if key != "@context" and "denials" in value]
        for section in [*sections, *document["symptomsByBodySystem"]]:
            assert all(each["polarity"] == "denied" for each in section["denials"])
            assert all(each["polarity"] == "affirmed" for each in [*section["statements"], *section["uncertain"]])
            hedged = [each for each in section["uncertain"] if not each.get("asPrinted")]
            assert all(each["certainty"] != "stated" for each in hedged)


def test_helpers_say_what_stands_beside_them() -> None:  # noqa: C901 - one walk, many small questions
    """Numbers, durations, kinds and the like, which are no triples, follow from those that are."""
    graph = releases.real().facts
    numbers = Counter[str]()

    def check(value: object) -> None:  # noqa: C901 - as above
        if isinstance(value, list):
            for inner in value:
                check(inner)
        if not isinstance(value, dict):
            return
        for short, ends in (("minimum", "Minimum"), ("maximum", "Maximum")):
            exact = [text for key, text in value.items() if key.endswith(ends) and not key.startswith("iso")]
            native = [Decimal(str(value[short]))] if short in value else []
            assert [Decimal(text) for text in exact] == native
            numbers[short] += len(exact)
        if "denominator" in value:
            assert Decimal(str(value["outOf"])) == Decimal(value["denominator"])
        for iso, exactly, unit in (
            ("isoPeriod", "period", "periodUnit"),
            ("isoMinimum", "durationMinimum", "durationUnit"),
            ("isoMaximum", "durationMaximum", "durationUnit"),
        ):
            assert (iso in value) == (exactly in value and value.get(unit) in ISO_UNITS)
            if iso in value:
                before, after = ISO_UNITS[value[unit]]
                assert Decimal(value[iso].removeprefix(before).removesuffix(after)) == Decimal(value[exactly])
                numbers[iso] += 1
        if "kind" in value and "id" in value:
            assert value["kind"] == graph.label(PREFIXES["vocab"] + value["type"])
        if "derived" in value:
            assert value["derived"] is (not value["statements"])
        for key, inner in value.items():
            if key != "@context":
                check(inner)

    for document in documents().values():
        check(document)
    assert min(numbers.values()) > 0
    assert set(numbers) == {"minimum", "maximum", "isoPeriod", "isoMinimum", "isoMaximum"}


def test_only_named_rules_give_a_band() -> None:
    """A frequency has a band exactly where the graph gives its wording one."""
    graph = releases.real().facts
    frequencies = {f["id"]: f for d in documents().values() for s in statements(d) if (f := s.get("frequency"))}
    banded = {node for node, frequency in frequencies.items() if "band" in frequency}
    assert banded == {node for node in frequencies if graph.texts(node, name("vocab:bandMinimum"))}
    assert banded


def test_a_part_of_a_release_gives_valid_documents() -> None:
    """The documents of what bears on one thing are valid, make nothing up, and keep the safety advice."""
    (condition,) = conditions()
    treatment = next(each for each in condition["treatment"]["treatments"] if each["safetyAdvice"])
    for thing in (condition["id"], treatment["id"], PREFIXES["id"] + "eyelid"):
        part = only(releases.real(), thing)
        files = app.write(part)
        assert loss(app.FORMATS[0], files, part).invented == ()
        for path, document in parsed(files).items():
            assert not list(Draft202012Validator(schema(kind_of(path))).iter_errors(document)), path
        (own,) = (each for path, each in parsed(files).items() if "/things/" in path and each["id"] == thing)
        whole = documents()[f"v1/things/{thing.removeprefix(PREFIXES['id'])}.json"]
        assert [each["id"] for each in own["safetyAdvice"]] == [each["id"] for each in whole["safetyAdvice"]]


@pytest.mark.parametrize(("day", "stale"), [("2020-01-01", [False]), ("2099-01-01", [True]), ("", [])])
def test_staleness_is_that_of_the_day_asked_for(day: str, stale: list[bool], tmp_path: Path) -> None:
    """`isStale` is worked out for the day of the release, and not there where no day or no date is known."""
    source = PREFIXES["source"] + "one"
    extra = (source, name("vocab:staleFrom"), Literal("2026-05-01", name("xsd:date")))
    small = releases.small(tmp_path, extra)
    release = Release(small.asserted, small.full, small.version, small.modified, day)
    (document,) = (d for p, d in parsed(app.write(release)).items() if p.endswith("/glump-disease.json"))
    assert [found["isStale"] for found in document["sources"] if "isStale" in found] == stale


# --- Bytes ---


def test_same_bytes_on_two_hash_seeds() -> None:
    """Two processes with different hash seeds write the same bytes, gzip included."""
    code = (
        "import hashlib, pathlib, sys, tempfile; from tests import releases; from jdm_kg.exports import app\n"
        "files = app.write(releases.small(pathlib.Path(tempfile.mkdtemp())))\n"
        "print(len(files), hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest())"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert int(outputs[0].split()[0]) > 20


def test_the_gzip_holds_the_lines_and_no_trace_of_the_machine() -> None:
    """all.ndjson.gz unpacks to all.ndjson, is much smaller, and names no time, file or system."""
    packed, plain = written()["v1/all.ndjson.gz"], written()["v1/all.ndjson"]
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 6
    assert packed[:10] == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255])


@given(st.lists(st.tuples(st.binary(max_size=40), st.integers(1, 400)), max_size=8))
def test_what_is_packed_unpacks(parts: list[tuple[bytes, int]]) -> None:
    """Whatever is compressed, Python's gzip gives it back."""
    data = b"".join(part * times for part, times in parts)
    assert gzip.decompress(compress(data)) == data
    far = data + bytes(40_000) + data
    assert gzip.decompress(compress(far)) == far


# --- Content that nobody has thought of ---

_THINGS = [PREFIXES["id"] + local for local in ("glump-disease", "plip", "hurt", "noise-system", "corticosteroid")]
_ADVICE = PREFIXES["id"] + "some-advice"
_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
_TEXTS = st.builds(
    lambda text, tag: Literal(text, name("rdf:langString"), tag), _WORDS, st.sampled_from(["en", "en", "en-gb"])
)
_NUMBERS = st.builds(
    Literal,
    st.sampled_from(["1", "01.50", "-0.5", "+3", "2.0", "1000000"]),
    st.sampled_from([name("xsd:decimal"), name("xsd:decimal"), name("xsd:integer")]),
    st.just(""),
)
_FLAGS = st.builds(Literal, st.sampled_from(["true", "false", "1"]), st.just(name("xsd:boolean")), st.just(""))
_THING = st.sampled_from(_THINGS)
_PARTS: dict[str, st.SearchStrategy[Term]] = {
    "vocab:circumstance": _TEXTS,
    "vocab:certaintyCue": _TEXTS,
    "vocab:population": _THING,
    "vocab:doseMinimum": _NUMBERS,
    "vocab:doseMaximum": _NUMBERS,
    "vocab:durationMaximum": _NUMBERS.filter(lambda number: number.text[0] not in "+-"),
    "vocab:durationUnit": st.builds(Literal, st.sampled_from(["a", "mo", "fortnight"]), st.just(STRING), st.just("")),
    "vocab:example": _FLAGS,
    "vocab:sequence": st.builds(Literal, st.sampled_from(["1", "02", "7"]), st.just(name("xsd:integer")), st.just("")),
}


@st.composite
def claims(draw: st.DrawFn) -> list[Triple]:
    """A few claims with any qualifiers, and labels in several languages."""
    found: list[Triple] = []
    for number in range(draw(st.integers(1, 4))):
        claim = f"{PREFIXES['claim']}drawn-{number}"
        relations = ["hasSymptom", "hasTreatment", "hasSafetyAdvice", "leadsTo", "hasCause", "resembles"]
        relation = name(f"vocab:{draw(st.sampled_from(relations))}")
        subject, obj = draw(_THING), draw(_THING)
        if relation == name("vocab:hasSafetyAdvice"):
            obj = _ADVICE
        polarity = draw(st.sampled_from(["affirmed", "denied"]))
        certainty = draw(st.sampled_from(["stated", "believed", "possible"]))
        found += [
            (claim, name("rdf:type"), name("vocab:Claim")),
            (claim, name("vocab:subject"), subject),
            (claim, name("vocab:predicate"), relation),
            (claim, name("vocab:object"), obj),
            (claim, name("vocab:polarity"), name(f"vocab:{polarity}")),
            (claim, name("vocab:certainty"), name(f"vocab:{certainty}")),
            (claim, name("vocab:statement"), draw(_TEXTS)),
            (claim, name("vocab:restsOn"), PREFIXES["passage"] + "one-002"),
        ]
        if polarity == "affirmed" and certainty == "stated":
            found.append((subject, relation, obj))
        parts = draw(st.lists(st.sampled_from(sorted(_PARTS)), unique=True, max_size=4))
        found += [(claim, name(part), draw(_PARTS[part])) for part in parts]
    for _ in range(draw(st.integers(0, 2))):
        found.append((draw(_THING), name("skos:altLabel"), draw(_TEXTS)))
    found += [
        (_ADVICE, name("rdf:type"), name("vocab:SafetyAdvice")),
        (_ADVICE, name("skos:prefLabel"), Literal("some advice", name("rdf:langString"), "en")),
        (_ADVICE, name("vocab:adviceText"), draw(_TEXTS)),
    ]
    if draw(st.booleans()):
        found.append((PREFIXES["id"] + "corticosteroid", name("skos:prefLabel"), draw(_TEXTS)))
    return found


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The small release."""
    return releases.small(tmp_path_factory.mktemp("small"))


# Without shrinking, which would take minutes: each example writes, reads and judges some thirty documents.
@settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(drawn=claims())
def test_any_content_gives_valid_documents_and_no_made_up_triple(made_up: Release, drawn: list[Triple]) -> None:
    """Whatever claims there are: the documents are valid, show triples only, and all of them are of the graph."""
    content = made_up.full + from_facts(drawn)
    release = Release(content, content, "1.2.3", "2026-01-31", "2026-01-31")
    files = app.write(release)
    graph = set(release.facts)
    for path, document in parsed(files).items():
        assert not list(Draft202012Validator(schema(kind_of(path))).iter_errors(document)), path
        assert shown(document) == triples_of(files[path]), path
        assert shown(document) <= graph, path
    assert to_ntriples(content)  # sound RDF, or the test tests nothing


# --- TypeScript ---


def _tree(folder: Path) -> Path:
    """A copy of the example app, with the documents and the packages that it needs; the folder of the app."""
    modules = tools.node_modules()
    place = folder / "examples" / "app"
    shutil.copytree(EXAMPLE, place, ignore=shutil.ignore_patterns("build", "node_modules"))
    (place / "node_modules").symlink_to(modules)
    for path, content in written().items():
        if path.startswith("v1/conditions/") or path == "v1/types.ts":
            target = folder / "exports" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return place


def _run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{folder / 'node_modules' / '.bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", command],
        check=False,
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={**os.environ, "PATH": path},
    )


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example app, after the commands of its README; `npm install` is replaced by what is there already."""
    place = _tree(tmp_path_factory.mktemp("example"))
    (commands,) = re.findall(r"```sh\n(.*?)```", (EXAMPLE / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    first, *others = commands.strip().split("\n")
    assert first == "npm install"
    assert len(others) == 2
    for command in others:
        done = _run(command.removeprefix("npx "), place)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return place


def test_the_example_needs_the_packages_that_are_tested() -> None:
    """The example asks for the same versions of its packages as the tests have."""
    wanted = json.loads((EXAMPLE / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    had = json.loads((tools.JS / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert wanted.items() <= had.items()


def test_the_example_page_shows_what_it_must(example: Path) -> None:
    """The page that the README makes has the disclaimer, treatments with their advice, denials and links to sources."""
    page = (example / "build" / "page.html").read_text(encoding="utf-8")
    assert page.count(common.DISCLAIMER) == 2
    (document,) = conditions()
    sections = dict(re.findall(r'<section class="treatment" id="([^"]+)">(.*?)</section>', page, flags=re.DOTALL))
    for treatment in document["treatment"]["treatments"]:
        section = sections[treatment["id"].removeprefix(PREFIXES["id"])]
        for advice in treatment["safetyAdvice"]:
            assert _escaped(advice["text"]) in section, treatment["label"]
    assert page.count('class="denied"') > 3
    for source in document["sources"]:
        assert f'href="{source["webAddress"]}"' in page
    assert "undefined" not in page
    assert "[object" not in page


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("'", "&#39;").replace('"', "&quot;")


def test_the_example_escapes_text(example: Path) -> None:
    """Markup and scripts in the content become text, and an address that is no web address no link."""
    (document,) = conditions()
    evil = json.loads(json.dumps(document))
    for node in nodes(evil):
        for key in ("label", "statement", "definition", "text", "webAddress"):
            if key in node:
                node[key] = 'javascript:<script>alert(\'"&")</script>'
    file = example / "build" / "evil.json"
    file.write_text(json.dumps(evil), encoding="utf-8")
    done = _run(f"node build/examples/app/write.js {file}", example)
    assert done.returncode == 0, done.stderr
    assert "<script" not in done.stdout
    assert "javascript:&lt;script&gt;alert(&#39;&quot;&amp;&quot;)" in done.stdout
    assert 'href="javascript' not in done.stdout


WRONG = {
    "a key that is not there": "d.symptoms",
    "a list taken for one thing": "d.treatment.treatments.label",
    "one thing taken for a list": "d.family.map((x) => x)",
    "a number taken for text": "d.treatment.treatments[0]!.statements[0]!.evidence[0]!.start.trim()",
    "a native number taken for its exact text": "d.numbers.measures[0]!.statements[0]!.amount!.minimum!.trim()",
    "a qualifier that may be missing": "d.treatment.treatments[0]!.statements[0]!.frequency.label",
    "a band that may be missing": "d.treatment.treatments[0]!.statements[0]!.frequency!.band.minimum",
    "staleness that may be unknown": "const b: boolean = d.sources[0]!.isStale",
    "a polarity that there is not": "d.otherStatements[0]!.polarity === 'negative'",
    "a certainty that there is not": "d.otherStatements[0]!.certainty === 'sure'",
    "an element that may be missing": "d.tensions[0].label",
    "an advice without text": "const a: AdviceText = { id: '', type: '', label: '' }",
    "a change of a label": "d.label = 'x'",
    "a change of a list": "d.tensions.push(d.tensions[0]!)",
    "another type of document": "const t: ThingDocument = d",
    "a map of labels taken for text": "d.labels.en!.trim()",
}


def test_wrong_use_of_the_types_does_not_compile(tmp_path: Path) -> None:
    """Each wrong snippet is refused by tsc in strict mode, and the right ones beside them are not."""
    place = _tree(tmp_path)
    lines = ['import type { AdviceText, ConditionDocument, ThingDocument } from "../../exports/v1/types.js";']
    lines.append("declare const d: ConditionDocument; declare const a0: AdviceText; declare const t0: ThingDocument;")
    lines.append(
        "export const right = [d.symptomsByBodySystem[0]?.symptoms[0]?.statements[0]?.frequency?.band?.minimum,"
    )
    lines.append("  d.sources[0]?.isStale === true, a0.text, t0.labels['en']?.join(', '), d.type === 'Condition'];")
    start = len(lines) + 1
    lines += [f"export function wrong{number}() {{ {code}; }}" for number, code in enumerate(WRONG.values())]
    (place / "write.ts").write_text("\n".join(lines), encoding="utf-8")
    settings_file = place / "tsconfig.json"
    loose = settings_file.read_text(encoding="utf-8").replace('"noUnusedLocals": true,', "")
    settings_file.write_text(loose, encoding="utf-8")
    done = _run("tsc --noEmit --pretty false", place)
    refused = {int(line) for line in re.findall(r"write\.ts\((\d+),", done.stdout)}
    wanted = {start + number: what for number, what in enumerate(WRONG)}
    assert refused <= set(wanted), done.stdout
    assert [what for line, what in wanted.items() if line not in refused] == []


def test_types_name_every_definition_of_the_schemas() -> None:
    """There is one interface for each object of the schemas, and each key of it has its comment."""
    text = written()["v1/types.ts"].decode()
    names = re.findall(r"^export interface (\w+) \{", text, flags=re.MULTILINE)
    assert len(names) == len(set(names))
    wanted = {each["title"] for each in map(schema, ("condition", "thing", "index"))}
    wanted |= {definition for kind in ("condition", "thing", "index") for definition in schema(kind)["$defs"]}
    assert set(names) == wanted
