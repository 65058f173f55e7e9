"""`jdm-kg check --fix`: what is mechanical is mended in the text, and nothing else changes."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdm_kg import hygiene, prefixes
from jdm_kg.cli import main
from jdm_kg.errors import InputError, OutputError
from jdm_kg.files import TextFile, paths
from jdm_kg.fixing import Fixed, fix_files, fix_text
from jdm_kg.sources import SOURCES_SETTING
from tests.content import ROOT, make_project, replace

TTL, RULE, TABLE = Path("a.ttl"), Path("a.rq"), Path("a.tsv")
TOP = """\
@prefix id: <https://w3id.org/jdm-kg/id/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vocab: <https://w3id.org/jdm-kg/vocab/> .

"""


def codes(fixed: Fixed) -> list[str]:
    """The codes of what was mended, sorted."""
    return sorted({change.code for change in fixed.changes})


def fixed_label(text: str, predicate: str = "skos:prefLabel", tag: str = "@en") -> str:
    """What becomes of a literal, given as Turtle writes it within the quotes."""
    line = f'id:x {predicate} "{{}}"{tag} .\n'
    mended = fix_text(TTL, TOP + line.format(text)).text
    before, after = (TOP + line).split("{}")
    assert mended.startswith(before)
    assert mended.endswith(after)
    return mended[len(before) : len(mended) - len(after)]


MENDED = {
    "space before": (" muscle", "muscle"),
    "space behind": ("muscle ", "muscle"),
    "doubled spaces": ("muscle   pain", "muscle pain"),
    "space before a comma": ("muscle  , pain", "muscle, pain"),
    "spaces in brackets": ("muscle ( or joint ) pain", "muscle (or joint) pain"),
    "no-break space": ("muscle\u00a0pain", "muscle pain"),
    "thin space beside a space": ("muscle\u2009 pain", "muscle pain"),
    "soft hyphen": ("mus\u00adcle", "muscle"),
    "zero-width space": ("mus\u200bcle", "muscle"),
    "word joiner": ("muscle\u2060", "muscle"),
    "byte order mark inside": ("mus\ufeffcle", "muscle"),
    "decomposed": ("Behc\u0327et", "Behçet"),
    "decomposed by an invisible character": ("Behc\u00ad\u0327et", "Behçet"),
    "Hangul": ("\u1112\u1161\u11ab", "\ud55c"),
    "Kelvin sign": ("5 \u212a", "5 K"),
    "escaped": (r"mus\u200Bcle\u0020", "muscle"),
    "beside an escape": (r"\"mus\u00ADcle\"  \\ c\u0327", r"\"muscle\" \\ ç"),
}


@pytest.mark.parametrize("case", MENDED)
def test_a_text_of_ours_is_mended(case: str) -> None:
    """Stray and unusual spaces, letters that are not composed and what only bears on line breaks are put right."""
    text, wanted = MENDED[case]
    assert fixed_label(text) == wanted


LEFT = {
    "zero-width joiner": "mus\u200dcle",
    "variation selector": "muscle\ufe0f",
    "right-to-left override": "mus\u202ecle",
    "tag character": "muscle\U000e0061",
    "control character": "mus\u0007cle",
    "private use": "muscle \ue000",
    "another script": "p\u0430in",
    "ligature": "\ufb01brosis",
    "garbled": "it\u0101\u20ac\u2122s  c\u0327",
    "garbled with a soft hyphen": "\u00c3\u00ad  x",
    "spaces alone": "  ",
    "invisible alone": "\u200b",
    "line break": "muscle\\npain",
    "HTML": "a <b> b",
}


@pytest.mark.parametrize("case", LEFT)
def test_what_needs_a_judgement_is_left(case: str) -> None:
    """What may hide something, stand for something else or mean something is for a person to mend."""
    assert fixed_label(LEFT[case]) == LEFT[case]


@pytest.mark.parametrize(
    ("predicate", "tag"),
    [
        ("vocab:faultyWording", ""),
        ("vocab:faultyWording", "@en"),
        ("vocab:frequencyWording", "@en"),
        ("vocab:certaintyCue", "@en"),
        ("vocab:fileName", ""),
        ("vocab:reviewDate", "^^<http://www.w3.org/2001/XMLSchema#date>"),
    ],
)
def test_words_of_a_document_and_names_are_left(predicate: str, tag: str) -> None:
    """Wordings, cues and quoted faults stay to the letter, and so do literals without a language tag."""
    text = " a  b\u200b c\u0327\u00a0"
    assert fixed_label(text, predicate, tag) == text


def test_hints_of_shapes_keep_their_spaces() -> None:
    """A hint of a shape may quote Turtle, spaces and all."""
    assert fixed_label("a  b ;", "sh:description") == "a  b ;"


def test_quotes_in_a_long_literal_do_not_end_it() -> None:
    """Where a stray space parted a quote from the end of a long literal, the quote is escaped."""
    fixed = fix_text(TTL, TOP + 'id:x skos:prefLabel """so-called "misery" """@en .\n')
    assert fixed.text == TOP + 'id:x skos:prefLabel """so-called \\"misery\\""""@en .\n'


def test_lines_are_mended_in_every_kind_of_file() -> None:
    """Byte order mark, line ends, white space at the end of lines and the last line feed are put right."""
    for path in (TTL, RULE, TABLE):
        fixed = fix_text(path, "\ufeff# one\r\n# two  \r\n#three\n\n\n")
        assert fixed.text == "# one\n# two\n#three\n"
        assert [(change.line, change.code) for change in fixed.changes] == [
            *((1, "file-byte-order-mark"), (1, "file-line-ending"), (2, "file-trailing-space")),
            (5, "file-final-newline"),
        ]
    assert fix_text(TTL, "# end").text == "# end\n"


def test_the_line_ends_of_an_old_macintosh_are_mended() -> None:
    """Carriage returns alone become line feeds, and what they ended is still there."""
    text = TOP + 'id:x # two words\n    skos:prefLabel "a"@en .\n'
    assert fix_text(TTL, text.replace("\n", "\r")).text == text


def test_tabs_become_spaces_but_not_in_literals_and_tables() -> None:
    """A tab outside of a literal becomes four spaces; in a table it parts cells, and an empty cell stays."""
    assert fix_text(TTL, TOP + 'id:x\tskos:prefLabel """a\tb"""@en .\n').text == (
        TOP + 'id:x    skos:prefLabel """a\tb"""@en .\n'
    )
    assert fix_text(RULE, "SELECT *\t{\t}\t\n").text == "SELECT *    {    }\n"
    assert fix_text(TABLE, "a\tb  c\td\t\n").text == "a\tb  c\td\t\n"


def test_names_and_iris_are_left() -> None:
    """Composing the letters of a name would make another thing of it."""
    text = TOP + "id:Behc\u0327et skos:seeAlso <http://example.org/c\u0327#\u200b> . # c\u0327\n"
    assert fix_text(TTL, text).text == text.replace("# c\u0327", "# ç")


def test_a_sign_of_a_comment_within_a_literal_or_iri_begins_none() -> None:
    """What stands behind a number sign is a comment only outside of literals and IRIs."""
    text = TOP + 'id:x <http://e.org/#c\u0327> "# c\u0327" ; id:a\\#c\u0327 \'#\', """#\u00ad"""^^id:y .\n'
    assert fix_text(TTL, text).text == text


def test_comments_are_mended() -> None:
    """In a comment invisible characters go and letters are composed, but doubled spaces may line something up."""
    fixed = fix_text(RULE, "# title:  a\u200b c\u0327\u00a0b\nSELECT * { ?s ?p '#  \u200b' }\n")
    assert fixed.text == "# title:  a ç b\nSELECT * { ?s ?p '#  \u200b' }\n"


# Prefixes ------------------------------------------------------------------------------------------------------------


def test_prefixes_are_sorted_with_their_comments() -> None:
    """Comments beside and above a prefix go with it, what stands above and below the block stays, twins are merged."""
    text = (
        "# A file of ours.\n\n"
        "@prefix vocab: <https://w3id.org/jdm-kg/vocab/> . # ours\n"
        "# things\n"
        "@prefix id: <https://w3id.org/jdm-kg/id/> .\n"
        "\n"
        "@prefix id: <https://w3id.org/jdm-kg/id/> . # again\n"
        "# The first block.\n"
        "id:x a vocab:Drug .\n"
        "@prefix a: <http://example.org/> .\n"
    )
    fixed = fix_text(TTL, text)
    assert fixed.text == (
        "# A file of ours.\n\n"
        "# things\n# again\n"
        "@prefix id: <https://w3id.org/jdm-kg/id/> .\n"
        "@prefix vocab: <https://w3id.org/jdm-kg/vocab/> . # ours\n"
        "# The first block.\n"
        "id:x a vocab:Drug .\n"
        "@prefix a: <http://example.org/> .\n"
    )
    assert [(change.line, change.code) for change in fixed.changes] == [(3, "prefix-order")]


@pytest.mark.parametrize(
    "block",
    [
        TOP,
        "@prefix b: <http://b/> .\n@prefix a: <http://a/> .\n@prefix b: <http://c/> .\n",
        "@base <http://example.org/> .\n@prefix b: <b/> .\n@prefix a: <a/> .\n",
        "@prefix b: <http://b/> . @prefix a: <http://a/> .\n",
        "PREFIX b: <http://b/>\nPREFIX a: <http://a/>\n",
        "",
    ],
    ids=["sorted", "contradicting", "below a base", "in one line", "as in SPARQL", "none"],
)
def test_prefixes_that_can_not_be_sorted_by_line_are_left(block: str) -> None:
    """A block whose order matters, or that is not one declaration to a line, stays as it is; an unused prefix too."""
    text = block + "<http://example.org/x> a <http://example.org/y> .\n"
    assert fix_text(TTL, text) == Fixed(text, ())


def test_prefixes_out_of_order_are_a_finding() -> None:
    """The first prefix of a file that stands too late or again is a warning at its place; the content has none."""
    lines = TOP.splitlines(keepends=True)
    late, again = "".join([lines[1], lines[0], *lines[2:]]), "".join([lines[0], lines[0], *lines[1:]])
    found = list(prefixes.check([TextFile(TTL, late), TextFile(TTL, again), TextFile(TTL, TOP)]))
    assert [(f.code, str(f.severity), f.place and (f.place.line, f.place.column)) for f in found] == [
        ("prefix-order", "info", (2, 1)),
        ("prefix-order", "info", (2, 1)),
    ]
    assert ["after sh:" in found[0].message, "again" in found[1].message] == [True, True]
    content = [TextFile(path, path.read_text(encoding="utf-8")) for path in paths(ROOT)]
    assert list(prefixes.check(content)) == []


# Properties ----------------------------------------------------------------------------------------------------------

_ODD = st.sampled_from(
    [*" \t\n\r\\\"'#<>@.;,:()[]\u00ad\u200b\u2060\ufeff\u00a0\u2009c\u0327\u1112\u1161\u212aéxY-", '"""', "id:x"]
)
_TEXTS = st.lists(_ODD, max_size=12).map("".join)


def quoted(text: str) -> str:
    """A text as Turtle writes it, with as many characters as themselves as can be."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Turtle with odd spaces, comments, literals and line ends."""
    blank = st.sampled_from([" ", "  ", "\t", "\n", " \t\n", "\r\n", "\r"])
    comment = st.lists(_ODD, max_size=6).map(
        lambda signs: "#" + "".join(signs).replace("\n", "").replace("\r", "") + "\n"
    )
    space = st.one_of(blank, blank, comment.map(lambda text: " " + text))
    lines = draw(st.permutations(TOP.splitlines(keepends=True)[:4]))
    parts = [draw(st.sampled_from(["", "\ufeff"])), *lines]
    predicates = ["skos:prefLabel", "vocab:faultyWording", "vocab:doseWording", "sh:message", "skos:note"]
    for predicate in draw(st.lists(st.sampled_from(predicates), max_size=4)):
        text = draw(_TEXTS)
        long = '"""' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'
        literal = draw(st.sampled_from([quoted(text), long]))
        tag = draw(st.sampled_from(["", "@en", "@en-GB", "^^id:type"]))
        pieces = ["id:x", predicate, f"{literal}{tag}", "."]
        parts += [part for piece in pieces for part in (piece, draw(space))]
    return "".join([*parts, draw(st.sampled_from(["", "\n", "\n\n", " \n"]))])


def _objects(text: str) -> list[pyoxigraph.Quad]:
    return list(pyoxigraph.parse(text.lstrip("\ufeff").encode("utf-8"), format=pyoxigraph.RdfFormat.TURTLE))


@given(documents())
def test_mending_twice_changes_nothing_more(text: str) -> None:
    """What is mended stays as it is; and if a text is unchanged, nothing is said to have been done."""
    once = fix_text(TTL, text)
    assert fix_text(TTL, once.text) == Fixed(once.text, ())
    assert bool(once.changes) == (once.text != text)


@given(documents())
def test_only_texts_of_ours_change_their_meaning(text: str) -> None:
    """The statements stay in number and order; only tagged literals that are no wordings differ, and in spaces."""
    for was, now in zip(_objects(text), _objects(fix_text(TTL, text).text), strict=True):
        assert (was.subject, was.predicate) == (now.subject, now.predicate)
        one, other = was.object, now.object
        assert isinstance(one, pyoxigraph.Literal)
        assert isinstance(other, pyoxigraph.Literal)
        if not one.language or "Wording" in was.predicate.value:
            assert one == other
        assert one.language == other.language
        assert _seen(one.value) == _seen(other.value)


def _seen(text: str) -> str:
    """What a reader sees of a text, spaces left out."""
    seen = "".join(sign for sign in text if sign not in "\u00ad\u200b\u2060\ufeff" and not sign.isspace())
    return unicodedata.normalize("NFC", seen)


@given(documents())
def test_no_mechanical_fault_is_left(text: str) -> None:
    """After mending, the check of the text finds no tab, no byte order mark and no wrong end of the file."""
    found = {finding.code for finding in hygiene.check([TextFile(TTL, fix_text(TTL, text).text)])}
    assert not found & {"file-byte-order-mark", "file-final-newline", "file-tab"}


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    """Any text at all is mended or left, in every kind of file, and mending again changes nothing."""
    for path in (TTL, RULE, TABLE):
        once = fix_text(path, text)
        assert fix_text(path, once.text).text == once.text


# Files ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting for the real documents is not for made-up projects."""
    monkeypatch.delenv(SOURCES_SETTING, raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small, whole project."""
    return make_project(tmp_path)


def _spoil(root: Path) -> Path:
    path = root / "ontology" / "claims" / "all.ttl"
    replace(path, '"The condition is not painful."@en', '"The condition  is not painful. "@en')
    return path


def test_the_content_needs_no_mending() -> None:
    """What the project itself has written is as mending would leave it."""
    for path in paths(ROOT):
        text = path.read_text(encoding="utf-8")
        assert fix_text(path, text) == Fixed(text, ()), path


def test_files_are_mended_and_the_rest_is_untouched(project: Path) -> None:
    """Only a file with something to mend is written; a link stays a link, and permissions stay."""
    path = _spoil(project)
    other = project / "ontology" / "terms" / "things.ttl"
    real = project / "elsewhere.txt"
    path.rename(real)
    path.symlink_to(real)
    real.chmod(0o640)
    stamp = other.stat()
    done = fix_files(project)
    assert list(done) == [path]
    assert '"The condition is not painful."@en' in real.read_text(encoding="utf-8")
    assert path.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert (other.stat().st_mtime_ns, other.stat().st_ino) == (stamp.st_mtime_ns, stamp.st_ino)
    assert not list(project.rglob("*.tmp"))
    assert fix_files(project) == {}


def test_only_the_files_asked_for_are_mended(project: Path) -> None:
    """A path that is named keeps all others from being touched."""
    path = _spoil(project)
    assert fix_files(project, [project / "ontology" / "terms"]) == {}
    assert list(fix_files(project, [path.parent])) == [path]


def test_a_file_that_is_no_turtle_only_loses_its_mark(project: Path) -> None:
    """What a parser refuses is left as it is but for the byte order mark, which would hide the reason."""
    path = _spoil(project)
    broken = path.read_text(encoding="utf-8").replace("vocab:object id:hurt ;", "vocab:object id:hurt")
    path.write_text("\ufeff" + broken, encoding="utf-8")
    done = fix_files(project)
    assert [change.code for change in done[path]] == ["file-byte-order-mark"]
    assert path.read_text(encoding="utf-8") == broken


def test_a_slip_is_never_written(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If mending changed what a file says, nothing would be written, and the file be named."""
    path = _spoil(project)
    before = path.read_bytes()
    original = prefixes.sort_block

    def slip(text: str) -> str:
        return original(text).replace("vocab:polarity vocab:denied", "vocab:polarity vocab:affirmed")

    monkeypatch.setattr(prefixes, "sort_block", slip)
    with pytest.raises(InputError, match="without changing what it says") as raised:
        fix_files(project)
    assert raised.value.path == path
    assert path.read_bytes() == before


def test_a_failure_to_write_leaves_all_files_as_they_were(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is told in words, and no file is half written or left over."""
    path = _spoil(project)
    before = {file: file.read_bytes() for file in project.rglob("*") if file.is_file()}

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError, match="No space left"):
        fix_files(project)
    assert before[path] == path.read_bytes()
    assert {file: file.read_bytes() for file in project.rglob("*") if file.is_file()} == before


def test_the_command_mends_then_checks(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--fix` tells each change on the error output, and the verdict on what is left in the format asked for."""
    path = _spoil(project)
    line = next(n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "painful. " in text)
    assert main(["check", "--root", str(project)]) == 1
    capsys.readouterr()
    assert main(["check", "--fix", "--format", "json", "--root", str(project), str(path)]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["findings"] == []
    assert [text.rpartition("all.ttl:")[2] for text in err.splitlines()] == [
        f"{line}: a stray space was taken out [text-stray-space]",
        f"{line}: doubled spaces became one [text-stray-space]",
    ]
    assert main(["check", "--fix", "--root", str(project)]) == 0
    assert capsys.readouterr().err == ""
