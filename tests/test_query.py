"""The commands that ask, as their user meets them: in a process of its own."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph
import pytest

from jdm_kg import questions
from jdm_kg.iris import PREFIXES
from tests.content import ROOT, make_project

FINE, UNUSABLE = 0, 2
LABEL = "SELECT ?name { id:dysphagia skos:prefLabel ?name }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of stores that all tests here share; the store is made beforehand."""
    folder = tmp_path_factory.mktemp("cache")
    done = subprocess.run(command(LABEL), check=False, capture_output=True, text=True, env=environment(folder))
    assert done.returncode == FINE, done.stderr
    return folder


@pytest.fixture
def query(cache: Path) -> Ask:
    """Runs `jdm-kg query` or another command."""
    return Ask(cache)


def command(*words: str) -> list[str]:
    """The command line; without the name of a command it is that of `query`."""
    first = () if words and words[0] in {"ask", "questions", "query"} else ("query",)
    return [sys.executable, "-m", "jdm_kg", *first, *words]


def environment(cache: Path) -> dict[str, str]:
    """The environment without what belongs to the machine."""
    kept = {key: value for key, value in os.environ.items() if key != "JDM_KG_SOURCES"}
    return {**kept, "JDM_KG_CACHE": str(cache), "no_proxy": "*"}


class Ask:
    """Runs a command in the folder of the project, in a process of its own."""

    def __init__(self, cache: Path) -> None:
        self.environment = environment(cache)

    def __call__(self, *words: str, stdin: str | bytes = "", cwd: Path = ROOT, limit: int = 0) -> Done:
        """Run it; `limit` is how much memory it may have, in bytes."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            command(*words),
            check=False,
            capture_output=True,
            input=given,
            env=self.environment,
            cwd=cwd,
            preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit))) if limit else None,
        )
        return Done(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: str, **options: int) -> subprocess.Popen[str]:
        """Start it, and leave it running."""
        return subprocess.Popen(
            command(*words),
            stdout=options.get("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
            cwd=ROOT,
        )


def fine(done: Done) -> str:
    """What a command printed that went well, and said nothing beside it."""
    assert (done.returncode, done.stderr) == (FINE, "")
    return done.stdout


def refused(done: Done) -> str:
    """What a command said that could not be done."""
    assert (done.returncode, done.stdout) == (UNUSABLE, "")
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_text_a_file_and_standard_input(query: Ask, tmp_path: Path) -> None:
    """The query stands on the command line, in a file, or comes by standard input; a mark in front does no harm."""
    expected = "name\n---------\ndysphagia\n"
    assert fine(query(LABEL)) == expected
    file = tmp_path / "my query.rq"
    file.write_text("\ufeff" + LABEL, encoding="utf-8")
    assert fine(query(str(file))) == expected
    assert fine(query("-", stdin=LABEL)) == expected
    assert fine(query(stdin=LABEL)) == expected


@pytest.mark.parametrize("stdin", ["", b"\xff", "ASK"])
def test_what_is_no_query_on_standard_input(query: Ask, stdin: str | bytes) -> None:
    """Nothing, no text, or half a query is refused in words."""
    assert "jdm-kg: " in refused(query(stdin=stdin))


def test_a_missing_file(query: Ask) -> None:
    """A word that is neither query nor file is told of as such."""
    assert "nowhere.rq: there is no such file, and this is no query" in refused(query("nowhere.rq"))


FORMATS: dict[str, Callable[[str], bool]] = {
    "json": lambda text: json.loads(text)["results"]["bindings"][0]["name"]["value"] == "dysphagia",
    "xml": lambda text: '<literal xml:lang="en">dysphagia</literal>' in text,
    "csv": lambda text: text.replace("\r", "") == "name\ndysphagia\n",
    "tsv": lambda text: text == '?name\n"dysphagia"@en\n',
    "md": lambda text: text == "| name |\n| --- |\n| dysphagia |\n",
}


@pytest.mark.parametrize("fmt", FORMATS)
def test_formats_of_rows(query: Ask, fmt: str) -> None:
    """Rows in each format."""
    assert FORMATS[fmt](fine(query(LABEL, "--format", fmt)))


@pytest.mark.parametrize("fmt", ["", "ttl", "nt", "jsonld", "table"])
def test_formats_of_graphs(query: Ask, fmt: str) -> None:
    """A graph in each format; Turtle is what one gets without asking."""
    out = fine(query("DESCRIBE id:dysphagia", *(["--format", fmt] if fmt else [])))
    if fmt in {"", "ttl"}:
        assert "id:dysphagia" in out
        assert any(pyoxigraph.parse(out, format=pyoxigraph.RdfFormat.TURTLE))
    elif fmt == "nt":
        assert any(pyoxigraph.parse(out, format=pyoxigraph.RdfFormat.N_TRIPLES))
    elif fmt == "jsonld":
        assert json.loads(out)
    else:
        assert out.split()[:3] == ["subject", "predicate", "object"]


def test_yes_and_no_and_a_format_that_can_not_carry_them(query: Ask) -> None:
    """ASK is answered in a word; CSV has no way to say it."""
    assert fine(query("ASK { id:dysphagia ?p ?o }")) == "yes\n"
    assert fine(query("ASK { id:dysphagia id:dysphagia ?o }")) == "no\n"
    assert "csv can't carry a yes or no" in refused(query("ASK { ?s ?p ?o }", "--format", "csv"))


def test_labels_can_be_left_out(query: Ask) -> None:
    """IRIs have their names beside them, unless they shall not."""
    text = "SELECT ?x { ?x skos:prefLabel 'dysphagia'@en }"
    assert fine(query(text)).splitlines()[2] == "id:dysphagia (dysphagia)"
    assert fine(query(text, "--no-labels")).splitlines()[2] == "id:dysphagia"


def test_asserted_leaves_out_what_follows(query: Ask) -> None:
    """The asserted graph is smaller, and has a store of its own."""
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    numbers = [int(query(count, *more).stdout.split()[-1]) for more in ((), ("--asserted",))]
    assert numbers[0] > numbers[1] > 1000


def test_a_file_of_rdf(query: Ask, tmp_path: Path) -> None:
    """Any file can be asked with the prefixes that it declares; names in it that nobody knows are only told of."""
    file = tmp_path / "a.ttl"
    file.write_text("@prefix my: <urn:my:> . my:a my:b 'c', 'd' .", encoding="utf-8")
    assert fine(query("SELECT ?x { my:a my:b ?x } ORDER BY ?x", "--file", str(file))) == "x\n-\nc\nd\n"
    done = query("SELECT ?x { my:a vocab:hasSymtom ?x }", "--file", str(file))
    assert (done.returncode, done.stdout) == (FINE, "x\n-\n")
    assert "no property vocab:hasSymtom" in done.stderr
    file.write_text("@prefix my: <urn:my:>", encoding="utf-8")
    assert f"{file}:1:" in refused(query("ASK { ?s ?p ?o }", "--file", str(file)))


class _Endpoint(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Answer with what was asked."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = parse_qs(body)["query"][0]
        row = {"x": {"type": "uri", "value": "urn:x"}, "y": {"type": "literal", "value": asked}}
        if "MIN(STR(?label))" in asked:
            row = {"iri": {"type": "uri", "value": "urn:x"}, "name": {"type": "literal", "value": "an X"}}
        raw = json.dumps({"head": {"vars": list(row)}, "results": {"bindings": [row]}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    """The address of an endpoint on loopback."""
    with HTTPServer(("127.0.0.1", 0), _Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_an_endpoint(query: Ask, endpoint: str) -> None:
    """Another endpoint is asked with all prefixes declared, and names come from there."""
    out = fine(query("SELECT * { ?x skos:prefLabel ?y }", "--endpoint", endpoint))
    assert "<urn:x> (an X)" in out
    assert f"PREFIX skos: <{PREFIXES['skos']}>" in out
    assert "nobody answers" in refused(query("ASK { ?s ?p ?o }", "--endpoint", "http://127.0.0.1:1/"))


def test_the_day_of_asking(query: Ask) -> None:
    """$asOf is the day of --as-of, or today; where it does not stand, the option is refused."""
    text = "SELECT ?x { BIND($asOf AS ?x) }"
    assert fine(query(text, "--as-of", "2027-01-31")) == "x\n----------\n2027-01-31\n"
    assert re.search(r"\d{4}-\d\d-\d\d\n", fine(query(text)))
    assert "is no day" in refused(query(text, "--as-of", "2027-02-30"))
    assert "the query has no $asOf" in refused(query(LABEL, "--as-of", "2027-01-31"))


def test_values_for_parameters(query: Ask) -> None:
    """--param gives what $name stands for: a thing, a number, a day, or a text."""
    text = "SELECT * { BIND($a AS ?a) BIND($b AS ?b) BIND($c AS ?c) BIND(DATATYPE($d) AS ?d) }"
    given = ["a=id:dysphagia", "b='b' \"$a\"\n}", "$c=2.5", "d=2027-01-31"]
    options = [word for one in given for word in ("--param", one)]
    rows = json.loads(fine(query(text, "--format", "json", *options)))["results"]["bindings"]
    values = [rows[0][name]["value"] for name in "abcd"]
    assert values == [PREFIXES["id"] + "dysphagia", "'b' \"$a\"\n}", "2.5", PREFIXES["xsd"] + "date"]
    assert "the query has no $e" in refused(query(LABEL, "--param", "e=1"))
    assert "gives no value" in refused(query(LABEL, "--param", "e"))
    assert "can't be an output" in refused(query("SELECT $e { ?s ?p $e }", "--param", "e=1"))


ERRORS = {
    "SELECT ?x { ?x jmd:y ?z }": """\
  SELECT ?x { ?x jmd:y ?z }
                 ^
jdm-kg: 1:16: prefix jmd: is not declared
  Declare it at the top: PREFIX jmd: <…>. Known without that: bibo, biolink,""",
    "SELECT ?x {\n  ?x vocab:hasSymtom ?z }": """\
    ?x vocab:hasSymtom ?z }
       ^
jdm-kg: 2:6: no property vocab:hasSymtom
  Did you mean vocab:hasSymptom""",
    "SELECT ?x {\n\t?x a }": """\
   ?x a }
        ^
jdm-kg: 2:7: '}' can't stand here
  Here could stand: a""",
    "ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }": """\
  ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }
        ^
jdm-kg: 1:7: SERVICE would send""",
    "ASK FROM <http://127.0.0.1:1/> { ?s ?p ?o }": """\
jdm-kg: there is no graph <http://127.0.0.1:1/> here, and nothing is fetched
  It holds <https://w3id.org/""",
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors_show_the_line_and_the_place(query: Ask, text: str) -> None:
    """What is wrong with a query is shown in its line, said in words, and followed by what to do."""
    assert refused(query(text)).startswith(ERRORS[text])


def test_places_are_those_of_the_text_without_values(query: Ask) -> None:
    """A value that is put in moves nothing."""
    done = query("ASK { $a ?b $a ; skos:prefLable ?d }", "--param", "a=id:dysphagia")
    assert done.stderr.startswith("jdm-kg: 1:18: nothing here uses skos:prefLable.")


def test_errors_in_a_file_name_it(query: Ask, tmp_path: Path) -> None:
    """File, line and column, as an editor understands them."""
    file = tmp_path / "a.rq"
    file.write_text("# one\nASK { ?x skos:prefLable ?y ; }", encoding="utf-8")
    done = query(str(file))
    assert done.stdout == "no\n"
    assert "jdm-kg: 2:10: nothing here uses skos:prefLable. Did you mean skos:prefLabel" in done.stderr
    file.write_text("# one\nASK { ?x rdf:type }", encoding="utf-8")
    assert f"\n        ^\njdm-kg: {file}:2:" not in refused(query(str(file)))
    assert f"jdm-kg: {file}:2:19: '}}' can't stand here" in refused(query(str(file)))


def test_an_unknown_thing_is_told_of_and_no_row_too(query: Ask) -> None:
    """A misspelt thing is no error, but a row less; both are said beside the empty table."""
    done = query("SELECT ?x { id:dysfagia skos:prefLabel ?x }")
    assert (done.returncode, done.stdout) == (FINE, "x\n-\n")
    assert done.stderr.splitlines() == [
        "jdm-kg: 1:13: nothing here is called id:dysfagia. Did you mean id:dysphagia?",
        "jdm-kg: no row answers this",
    ]
    done = query("SELECT ?x { id:dysphagia skos:broadMatch id:dysphagia }", "--format", "csv")
    assert "no row" not in done.stderr


def test_a_runaway_query_is_given_up(query: Ask) -> None:
    """After the time limit the command ends, whatever the engine is doing."""
    said = refused(query(RUNAWAY, "--time-limit", "1"))
    assert said == "jdm-kg: there is no answer after 1 seconds\n  Ask for less, or give it longer with --time-limit.\n"


@pytest.mark.parametrize("limit", ["0", "-1", "nan", "inf", "x", "1e9"])
def test_odd_time_limits(query: Ask, limit: str) -> None:
    """What is no time is refused by its option."""
    assert "argument --time-limit" in refused(query(LABEL, f"--time-limit={limit}"))


def _seconds_of_work(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_ctrl_c_ends_it_at_once(query: Ask) -> None:
    """An interrupt ends a query that runs away."""
    running = query.start(RUNAWAY)
    while _seconds_of_work(running.pid) < 1:  # by then it has long begun to ask
        time.sleep(0.05)
    assert running.poll() is None
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out, err) == (UNUSABLE, "", "jdm-kg: stopped\n")


def test_a_query_that_eats_memory_is_stopped(query: Ask) -> None:
    """What wants more memory than there may be ends, and takes nothing else with it."""
    doubled = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
    done = query(f"SELECT ?x40 {{ BIND('xxxxxxxx' AS ?x0) {doubled} }}", limit=1_200_000_000)
    assert done.returncode not in {FINE, 1}
    assert "memory" in done.stderr


def test_the_reader_may_go(query: Ask) -> None:
    """`jdm-kg query … | head` is no error, and says nothing."""
    running = query.start("SELECT ?s ?p ?o { ?s ?p ?o }", "--format", "csv")
    assert running.stdout is not None
    assert running.stderr is not None
    assert running.stdout.readline().strip() == "s,p,o"
    running.stdout.close()
    assert running.stderr.read() == ""
    running.stderr.close()
    assert running.wait(30) == FINE


@pytest.mark.parametrize("where", [">&-", ">/dev/full"])
def test_where_nothing_can_be_printed_it_says_so(query: Ask, where: str) -> None:
    """A closed standard output or a full disk gives status 2 and words."""
    done = subprocess.run(
        ["sh", "-c", f'"$@" {where}', "sh", *command(LABEL)],
        check=False,
        capture_output=True,
        text=True,
        env=query.environment,
        cwd=ROOT,
    )
    assert done.returncode == UNUSABLE
    assert done.stderr.startswith("jdm-kg: ")
    assert "Traceback" not in done.stderr


def test_closed_standard_input(query: Ask) -> None:
    """Where there is nothing to read the query from, that is said."""
    done = subprocess.run(
        ["sh", "-c", '"$@" <&-', "sh", *command("-")],
        check=False,
        capture_output=True,
        text=True,
        env=query.environment,
        cwd=ROOT,
    )
    assert "standard input is closed" in refused(done)


def test_named_questions(query: Ask) -> None:
    """A question is asked by its name, with values for its parameters and the options of query."""
    question = next(one for one in questions.catalogue().values() if [p.name for p in one.parameters] == ["thing"])
    rows = json.loads(fine(query("ask", question.name, "--thing", "dysphagia", "--format", "json")))
    assert rows["head"]["vars"]
    shown = fine(query("ask", question.name, "--thing", "dysphagia", "--show"))
    assert f"<{PREFIXES['id']}dysphagia>" in shown
    assert "PREFIX vocab:" in shown
    described = fine(query("ask", question.name, "--help"))
    assert "--thing THING" in described
    assert "--endpoint URL" in described
    assert " ".join(question.question.split()[:3]) in described


def test_questions_refuse_what_they_do_not_know(query: Ask) -> None:
    """An unknown question, parameter or value is told of, with what was meant."""
    name = next(one.name for one in questions.catalogue().values() if [p.name for p in one.parameters] == ["thing"])
    assert f"Did you mean {name}" in refused(query("ask", name[:-1]))
    assert "there is no question '../x'" in refused(query("ask", "../x"))
    assert "unrecognized arguments: --nothing" in refused(query("ask", name, "--nothing", "1"))
    assert "is no thing that thing could be" in refused(query("ask", name, "--thing", "a b>"))
    dated = next(one for one in questions.catalogue().values() for p in one.parameters if p.kind == "date")
    option = next(p.name for p in dated.parameters if p.kind == "date")
    assert "is no day" in refused(query("ask", dated.name, f"--{option}", "tomorrow"))


def test_no_parameter_is_called_like_an_option() -> None:
    """The parameters of a question and the options of `ask` do not get in each other's way."""
    options = {"root", "show", "asserted", "file", "endpoint", "format", "no-labels", "time-limit", "help"}
    assert not [one.name for one in questions.catalogue().values() if options & {p.name for p in one.parameters}]


def test_the_list_of_questions(query: Ask) -> None:
    """All questions are listed, or those in which some words stand."""
    out = fine(query("questions"))
    listed = re.findall(r"^  (\S+)  ", out, re.MULTILINE)
    assert listed == list(questions.catalogue())
    assert re.findall(r"^(\S.*):$", out, re.MULTILINE) == list(questions.LEVELS)
    fewer = re.findall(r"^  (\S+)  ", fine(query("questions", "Skin", "treatment")), re.MULTILINE)
    assert 0 < len(fewer) < len(listed)
    assert "no question has nothingness" in refused(query("questions", "nothingness"))


def test_questions_for_programs(query: Ask) -> None:
    """The list as JSON, and as the Turtle that SPARQL editors read."""
    found = json.loads(fine(query("questions", "skin", "--format", "json")))
    assert [one["name"] for one in found] == [one.name for one in questions.search("skin")]
    assert set(found[0]) == {"name", "title", "question", "level", "keywords", "parameters"}
    turtle = fine(query("questions", "treatments", "skin", "only", "--format", "sparql-examples"))
    triples = list(pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE))
    executable = pyoxigraph.NamedNode(PREFIXES["sh"] + "SPARQLExecutable")
    assert sum(one.object == executable for one in triples) == len(questions.search("treatments skin only"))


def test_asking_loads_little(query: Ask) -> None:
    """On the way of a query nothing is loaded that takes a while."""
    code = (
        "import sys; before = set(sys.modules); from jdm_kg.cli import main; status = main(sys.argv[1:]);"
        "slow = {'rdflib', 'dataclasses', 'pathlib', 'json', 'hashlib', 'inspect', 'urllib', 'owlready2', 'pyshacl',"
        " 'importlib.metadata', 'difflib', 'asyncio'};"
        "print(status, sorted(slow & (set(sys.modules) - before)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}", "query", LABEL],
        capture_output=True,
        text=True,
        check=False,
        env=query.environment,
        cwd=ROOT,
    )
    assert (done.stdout, done.stderr) == ("name\n---------\ndysphagia\n", "0 []\n")


def test_another_condition(query: Ask, tmp_path: Path) -> None:
    """The commands know nothing of any condition: a made-up one is asked in the same way."""
    project = make_project(tmp_path / "made up")
    shutil.copytree(project / "documents", tmp_path / "documents")
    done = query("SELECT ?x { ?x a vocab:Condition }", "--root", str(project))
    assert done.returncode == FINE
    assert "id:glump-disease (glump disease)" in done.stdout
    assert "not as it was exported" in done.stderr
    assert fine(query("ASK { id:glump-disease vocab:hasSymptom id:plip }", "--root", str(project))) == "yes\n"
    assert fine(query("ASK { id:glump-disease vocab:hasSymptom id:hurt }", "--root", str(project))) == "no\n"
    (project / "ontology" / "claims" / "all.ttl").write_text("\n\nclaim:x a ", encoding="utf-8")
    said = refused(query("ASK\n{\n ?a ?b ?c }", "--root", str(project)))
    assert "all.ttl:3:1:" in said
    assert "^" not in said
