"""The hygiene of text: every trick is seen at the very character, and unusual but sound text passes."""
# ruff: noqa: RUF001 - unusual letters are what is tested here

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rdflib import Literal

from jdm_kg import files, hygiene, turtle
from jdm_kg.check import validate
from jdm_kg.files import TextFile, content_files
from jdm_kg.findings import Finding, Severity
from jdm_kg.texts import read_text
from tests.content import ROOT, make_project, replace

PREFIXES = """\
@prefix id: <https://w3id.org/jdm-kg/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vocab: <https://w3id.org/jdm-kg/vocab/> .

"""
ALLOWED = frozenset({"en", "en-gb", "en-us", "la"})

# A label, the code that it gives, and the characters at fault.
TRICKS = {
    "zero-width space": ("mus\u200bcle", "text-invisible-character", "\u200b"),
    "zero-width joiner": ("mus\u200dcle", "text-invisible-character", "\u200d"),
    "word joiner": ("muscle\u2060", "text-invisible-character", "\u2060"),
    "byte order mark inside": ("mus\ufeffcle", "text-invisible-character", "\ufeff"),
    "combining grapheme joiner": ("mus\u034fcle", "text-invisible-character", "\u034f"),
    "variation selector": ("muscle\ufe0f", "text-invisible-character", "\ufe0f"),
    "Hangul filler": ("muscle \u3164x", "text-invisible-character", "\u3164"),
    "right-to-left override": ("mus\u202ecle", "text-bidi-control", "\u202e"),
    "right-to-left mark": ("muscle\u200f", "text-bidi-control", "\u200f"),
    "isolate": ("\u2066muscle\u2069", "text-bidi-control", "\u2066"),
    "tag characters": ("muscle\U000e0061", "text-tag-character", "\U000e0061"),
    "private use": ("muscle \ue000", "text-private-use", "\ue000"),
    "no character": ("muscle \uffff", "text-private-use", "\uffff"),
    "bell": ("mus\u0007cle", "text-control-character", "\u0007"),
    "C1 control": ("mus\u0085cle", "text-control-character", "\u0085"),
    "line separator": ("muscle\u2028pain", "text-control-character", "\u2028"),
    "soft hyphen": ("mus\u00adcle", "text-soft-hyphen", "\u00ad"),
    "no-break space": ("muscle\u00a0pain", "text-unusual-space", "\u00a0"),
    "thin space": ("muscle\u2009pain", "text-unusual-space", "\u2009"),
    "Cyrillic a": ("p\u0430in", "text-mixed-script", "\u0430"),
    "Greek omicron": ("br\u03bfken", "text-mixed-script", "\u03bf"),
    "Greek alpha in a word": ("p\u03b1in", "text-mixed-script", "\u03b1"),
    "all Cyrillic": ("\u0441\u043e\u0440\u0435", "text-mixed-script", "\u0441"),
    "Armenian o": ("br\u0585ken", "text-mixed-script", "\u0585"),
    "phonetic g": ("swellin\u0261", "text-mixed-script", "\u0261"),
    "fullwidth letter": ("\uff2auvenile", "text-compatibility-character", "\uff2a"),
    "mathematical letter": ("\U0001d429ain", "text-compatibility-character", "\U0001d429"),
    "ligature": ("\ufb01brosis", "text-compatibility-character", "\ufb01"),
    "decomposed": ("Behc\u0327et", "text-not-nfc", "c\u0327"),
    "Kelvin sign": ("5 \u212a", "text-not-nfc", "\u212a"),
    "Windows-1257 dash": ("rash \u0101\u20ac\u201c often", "text-mojibake", "\u0101\u20ac\u201c"),
    "Windows-1257 apostrophe": ("it\u0101\u20ac\u2122s", "text-mojibake", "\u0101\u20ac\u2122"),
    "Windows-1252 apostrophe": ("it\u00e2\u20ac\u2122s", "text-mojibake", "\u00e2\u20ac\u2122"),
    "Windows-1252 letter": ("Sj\u00c3\u00b6gren", "text-mojibake", "\u00c3\u00b6"),
    "Latin-1 dash": ("rash \u00e2\u0080\u0093 often", "text-mojibake", "\u00e2\u0080\u0093"),
    "Windows-1251 dash": ("rash \u0432\u0402\u201c often", "text-mojibake", "\u0432\u0402\u201c"),
    "Mac dash": ("rash \u201a\u00c4\u00ec often", "text-mojibake", "\u201a\u00c4\u00ec"),
    "lost character": ("Beh\ufffdet", "text-replacement-character", "\ufffd"),
    "lost apostrophe": ("it?s", "text-replacement-character", "?"),
    "space before": (" muscle", "text-stray-space", " "),
    "space behind": ("muscle ", "text-stray-space", " "),
    "double space": ("muscle  pain", "text-stray-space", "  "),
    "space before a comma": ("muscle , pain", "text-stray-space", " "),
    "space in brackets": ("muscle ( pain)", "text-stray-space", " "),
    "line break": ("muscle\npain", "text-line-break", "\n"),
    "tab": ("muscle\tpain", "text-line-break", "\t"),
    "HTML element": ("muscle <b>pain", "text-html", "<b>"),
    "HTML entity": ("skin &amp; muscle", "text-html", "&amp;"),
    "backtick": ("so-called `misery", "text-quotes", "`"),
    "acute accent": ("patient\u00b4s", "text-quotes", "\u00b4"),
    "two apostrophes": ("so-called ''misery\"\"", "text-quotes", "''"),
    "opening quote as apostrophe": ("patient\u2018s", "text-quotes", "\u2018"),
    "quote not closed": ("so-called \u201cmisery", "text-quotes", "\u201c"),
    "quote not opened": ("so-called misery\u201d", "text-quotes", "\u201d"),
    "odd straight quote": ('so-called "misery', "text-quotes", '"'),
}

CLEAN = [
    "Behçet, Sjögren, Łódź, Ångström, Nguyễn, Yıldız, naïve œsophage",
    "5 μg/L or 5 µg/L of IFN-γ, TNFα and NFκB, β2, Ω",
    "the «Société française de Myologie» and the „Gesellschaft für Muskelkranke“",
    "a child’s ‘heliotrope’ rash – “violet”, it says",
    "H₂O, m², 37 °C, 3.5 Å, 1–2 mg/kg, ½, ±5 %, ≥ 3, № 5",
    "“CAFÉ”, « ÉTÉ », “MA\u00c7\u00c3”, À la carte",
    "Москва, Αθήνα, 東京 and עברית",
    "Female : Male, 2:1, and so on ...",
    "a < b & c > d; AT&T; who? When? see https://example.org/?a=b",
    "rock ’n’ roll, 5′-AMP, O’Brien",
]


def literal(text: str) -> str:
    """A text as Turtle writes it, every character but quotes and line breaks as itself."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def label(text: str, tag: str = "@en") -> TextFile:
    """A file with one label."""
    return TextFile(Path("label.ttl"), f"{PREFIXES}id:x skos:prefLabel {literal(text)}{tag} .\n")


def codes(findings: list[Finding]) -> list[str]:
    """The codes of findings, sorted."""
    return sorted({finding.code for finding in findings})


def at_fault(file: TextFile, finding: Finding) -> str:
    """The text of the file from the beginning of a finding's place to its end."""
    place = finding.place
    assert place is not None
    lines = file.text.split("\n")
    start = sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1
    end = sum(len(line) + 1 for line in lines[: place.end_line - 1]) + place.end_column - 1
    return file.text[start:end]


def test_there_are_enough_tricks() -> None:
    """The list of tricks has not lost its length."""
    assert len(TRICKS) >= 25
    assert len(CLEAN) >= 5


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_is_found_at_the_very_character(trick: str) -> None:
    """Each trick in a label gives its own code, an error, at the characters at fault and no others."""
    text, code, fault = TRICKS[trick]
    file = label(text)
    found = hygiene.check([file], ALLOWED)
    assert codes(found) == [code]
    assert all(finding.severity is Severity.ERROR and finding.hint for finding in found)
    assert all("{" not in finding.message for finding in found)
    assert at_fault(file, found[0]) == literal(fault)[1:-1]
    assert found[0].focus == "id:x"


@pytest.mark.parametrize("trick", TRICKS)
def test_an_escaped_trick_is_found_too(trick: str) -> None:
    """A trick that is typed as an escape is found where the escape stands."""
    text, code, fault = TRICKS[trick]
    escape = f"\\u{ord(fault[0]):04X}" if ord(fault[0]) < 0x10000 else f"\\U{ord(fault[0]):08X}"
    escaped = literal(text).replace(literal(fault[0])[1:-1], escape)
    file = TextFile(Path("label.ttl"), f'{PREFIXES}id:x skos:altLabel "caf\\u00E9"@en, {escaped}@en .\n')
    found = hygiene.check([file], ALLOWED)
    assert codes(found) == [code]
    assert at_fault(file, min(found, key=Finding.sort_key)).startswith(escape)


@pytest.mark.parametrize("text", CLEAN)
def test_sound_text_passes(text: str) -> None:
    """Accents, units, foreign names and good typography are no faults."""
    assert hygiene.check([label(text)], ALLOWED) == []


@pytest.mark.parametrize(("text", "code"), [("caf\u00c3\u00a9", "text-mojibake"), ("p\u0430in", "text-mixed-script")])
def test_comments_and_names_are_looked_at_too(text: str, code: str) -> None:
    """A fault in a comment or in the name of a thing is found as in a label."""
    comment = TextFile(Path("a.ttl"), f"# {text}\n{PREFIXES}".rstrip() + "\n")
    name = TextFile(Path("a.ttl"), f'{PREFIXES}id:{text.replace(chr(0xA9), "ä")} skos:prefLabel "x"@en .\n')
    assert codes(hygiene.check([comment])) == [code]
    if code == "text-mixed-script":
        assert codes(hygiene.check([name])) == [code]


@pytest.mark.parametrize("name", ["a.ttl", "a.rq", "a.tsv"])
def test_every_kind_of_file_is_plain_text(name: str) -> None:
    """Windows line ends, spaces at the end, control characters and a missing last line feed are faults anywhere."""
    text = "# one\r\n# two \n# thr\x07ee"
    found = hygiene.check([TextFile(Path(name), text)])
    assert codes(found) == [
        *("file-final-newline", "file-line-ending", "file-trailing-space", "text-control-character"),
    ]
    assert [(f.place.line, f.place.column) for f in found if f.place and f.code == "file-trailing-space"] == [(2, 6)]


def test_windows_line_ends_are_one_finding() -> None:
    """A file that was saved with the wrong line ends is reported once, with their number."""
    found = hygiene.check([TextFile(Path("a.ttl"), PREFIXES.replace("\n", "\r\n"))])
    assert [(finding.code, "7" in finding.message) for finding in found] == [("file-line-ending", True)]


def test_tabs_belong_into_tables() -> None:
    """A tab is a fault in Turtle and rules, and the separator of a table."""
    assert codes(hygiene.check([TextFile(Path("a.rq"), "# x\n\tSELECT\n")])) == ["file-tab"]
    assert hygiene.check([TextFile(Path("a.tsv"), "#  a: b\nx\ty\n")]) == []


def test_cells_of_a_table_are_texts() -> None:
    """A stray space in a cell of the mappings is found in its line."""
    found = hygiene.check([TextFile(Path("a.tsv"), "#  a: b\nx\ty  z\tw\n")])
    assert [(f.code, f.place.line, f.place.column) for f in found if f.place] == [("text-stray-space", 2, 4)]


def test_a_byte_order_mark_is_a_finding(tmp_path: Path) -> None:
    """A file with a byte order mark, which no parser reads, is named in plain words and at its first character."""
    root = make_project(tmp_path)
    path = root / "ontology" / "claims" / "all.ttl"
    path.write_text("\ufeff" + path.read_text(encoding="utf-8"), encoding="utf-8")
    found = validate(root).findings
    assert [(f.code, f.place and (f.place.path, f.place.line, f.place.column)) for f in found] == [
        ("file-byte-order-mark", (path, 1, 1))
    ]


GARBLED = "it\u0101\u20ac\u2122s  an \u201copen quote\u00a0\n<b>"


@pytest.mark.parametrize(
    ("predicate", "text", "expected"),
    [
        ("faultyWording", GARBLED, []),
        ("faultyWording", "a\u0007\u200b\u202e\u00ad", 4),
        ("doseWording", "1\u20132\u00a0mg", []),
        ("doseWording", "1\u20132\u2009mg", 1),
        ("certaintyCue", "\u201cbelieved", []),
        ("certaintyCue", "believed ", 1),
        ("statement", "1\u20132\u00a0mg", 1),
    ],
)
def test_quoted_words_may_have_what_our_own_may_not(predicate: str, text: str, expected: int | list[str]) -> None:
    """A quoted fault may be garbled but hide nothing; a wording may keep no-break spaces and half a pair of quotes."""
    tag = "" if predicate == "faultyWording" else "@en"
    file = TextFile(Path("a.ttl"), f"{PREFIXES}id:x vocab:{predicate} {literal(text)}{tag} .\n")
    found = {finding.code for finding in hygiene.check([file])}
    assert len(found) == (expected if isinstance(expected, int) else len(expected))


@pytest.mark.parametrize(
    ("tag", "text", "code"),
    [
        ("", "muscle", "language-tag-missing"),
        ("@eng", "muscle", "language-tag-unknown"),
        ("@en-UK", "muscle", "language-tag-unknown"),
        ("@en", "мышечная боль", "language-tag-script"),
    ],
)
def test_language_tags(tag: str, text: str, code: str) -> None:
    """A text without a language tag, with a made-up one, or in another script than that of its language is found."""
    assert codes(hygiene.check([label(text, tag)], ALLOWED)) == [code]


def test_properties_of_the_schema_say_which_texts_are_tagged() -> None:
    """A text needs a tag where the range of its property is rdf:PlainLiteral, and no tag elsewhere."""
    schema = f"{PREFIXES}vocab:note a owl:DatatypeProperty ; rdfs:range rdf:PlainLiteral .\n"
    data = f'{PREFIXES}id:x vocab:note "muscle" ; vocab:code "muscle" .\n'
    found = hygiene.check([TextFile(Path("schema.ttl"), schema), TextFile(Path("a.ttl"), data)], ALLOWED)
    assert [(finding.code, finding.place and finding.place.column) for finding in found] == [
        ("language-tag-missing", 17)
    ]


def test_the_allowed_tags_are_those_of_the_shapes() -> None:
    """The language tags that the project uses are read from its shapes."""
    assert hygiene.languages(files.shapes(files.read_files(ROOT))) == ALLOWED


def test_a_tag_is_not_reported_twice(tmp_path: Path) -> None:
    """Where a shape says that a tag is missing, the text check does not say so again."""
    root = make_project(tmp_path)
    replace(
        root / "ontology" / "claims" / "all.ttl",
        '"The condition is not painful."@en',
        '"The condition is not painful."',
    )
    assert [finding.code for finding in validate(root).findings] == ["claim-statement-language"]


def _definitions(*pairs: tuple[str, str]) -> list[Finding]:
    blocks = "".join(
        f'id:x{i} skos:prefLabel "{name}"@en ; skos:definition "{text}"@en .\n' for i, (name, text) in enumerate(pairs)
    )
    return hygiene.check([TextFile(Path("a.ttl"), PREFIXES + blocks)])


def test_a_definition_must_say_more_than_the_label() -> None:
    """A definition made of the words of the label is a warning; one word more is enough."""
    assert codes(_definitions(("weakness of muscles", "The weakness of a muscle."))) == ["definition-repeats-label"]
    assert _definitions(("weakness of muscles", "A muscle has little strength.")) == []


def test_near_duplicates_among_definitions() -> None:
    """Two definitions that differ in small words and plurals are a warning; a different or moved word is not."""
    first, second = "Pain that is felt in the muscles.", "Pain which is felt in a muscle."
    found = _definitions(("one", first), ("two", second))
    assert [(f.code, f.focus, f.severity) for f in found] == [
        ("definition-near-duplicate", "id:x1", Severity.WARNING),
    ]
    assert "id:x0" in found[0].message
    assert _definitions(("one", first), ("two", "Pain that is felt in the joints.")) == []
    assert _definitions(("one", "The subject causes the object."), ("two", "The object causes the subject.")) == []


def test_a_hard_definition_is_only_remarked_upon() -> None:
    """A definition that asks for eighteen years of school gives an info, which fails nothing."""
    hard = "Immunologically mediated heterogeneous polymyositides characterised by perivascular inflammation."
    found = _definitions(("one", hard))
    assert [(f.code, f.severity) for f in found] == [("definition-hard-to-read", Severity.INFO)]


def test_the_reading_grade_follows_the_formula() -> None:
    """Short words in short sentences ask for the first years of school, long ones for many."""
    assert hygiene.reading_grade("The cat sat. The dog ran.") < 1
    assert (
        8 < hygiene.reading_grade("A condition in which the muscles are inflamed and become progressively weaker.") < 16
    )
    assert hygiene.reading_grade("") == 0.0


def test_the_content_is_clean() -> None:
    """The project's own files have no fault of any of these kinds."""
    assert hygiene.check(files.read_files(ROOT), ALLOWED) == []


@pytest.mark.parametrize("path", content_files(ROOT), ids=lambda path: path.name)
def test_tokens_agree_with_the_parser(path: Path) -> None:
    """The literals of a file, with subject, predicate and tag, are those that the strict parser finds."""
    parsed = {
        (str(s), str(p), str(o), (o.language or "").lower())
        for s, p, o in turtle.parse(path)
        if isinstance(o, Literal) and not re.fullmatch(r"[0-9.+-]+|true|false", o)
    }
    scanned = {
        (token.subject, token.predicate, token.value, token.tag.lower())
        for token in TextFile(path, read_text(path)).tokens
        if token.kind == "literal" and not re.fullmatch(r"[0-9.+-]+|true|false", token.value)
    }
    assert scanned == parsed


def test_tokens_of_nested_turtle() -> None:
    """Brackets, lists, long quotes, datatypes and both spellings of prefixes keep subject and predicate apart."""
    text = (
        "PREFIX a: <http://a/>\n@prefix b: <http://b/> .\n"
        'a:s a:p [ a:q "1" ; a:r ( "2" b:l ) ], """3 " \'4\'"""@en ; a:t "5"^^b:d , true .\n'
        "<http://c/s> a b:C ; a:u 'it\\'s' .  # \"6\"\n"
    )
    tokens = TextFile(Path("a.ttl"), text).tokens
    assert [(t.subject, t.predicate, t.value) for t in tokens if t.kind == "literal"] == [
        ("", "http://a/q", "1"),
        ("", "http://a/r", "2"),
        ("http://a/s", "http://a/p", "3 \" '4'"),
        ("http://a/s", "http://a/t", "5"),
        ("http://c/s", "http://a/u", "it's"),
    ]
    assert [t.value for t in tokens if t.role == "datatype"] == ["http://b/d"]
    assert [(t.role, t.value) for t in tokens if t.kind == "prefix"] == [("a", "http://a/"), ("b", "http://b/")]


@settings(deadline=None)  # a busy machine is no fault
@given(st.text())
def test_any_text_can_be_checked(text: str) -> None:
    """No text makes a check fail, and every fault lies within the text."""
    for fault in [*hygiene.characters(text), *hygiene.prose(text), *hygiene.quotes(text)]:
        assert 0 <= fault.start < fault.end <= len(text)


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30))
def test_the_place_of_a_fault_is_in_its_literal(text: str) -> None:
    """Whatever the text of a label, each of its findings lies within the line of the label."""
    file = label(text)
    line = file.text.count("\n", 0, file.text.index("id:x")) + 1
    for finding in hygiene.check([file], ALLOWED):
        assert finding.place is not None
        assert finding.place.line >= line


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ", min_size=1), st.sampled_from("–’‘“”…éöüçß°µ™€"))
def test_a_misread_sign_is_repaired(text: str, sign: str) -> None:
    """Whatever stands around it, a sign that was read as Windows-1252 or -1257 is found and put right."""
    for codec in ("cp1252", "cp1257"):
        try:
            garbled = sign.encode("utf-8").decode(codec)
        except UnicodeDecodeError:
            continue
        assert hygiene.repair(text + garbled + text) == text + sign + text
        assert {f.code for f in hygiene.characters(garbled)} == {"text-mojibake"}


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüéèçñøåßABCÄÖÜÉ –’", max_size=40))
def test_good_latin_text_is_never_taken_for_garbled(text: str) -> None:
    """Words with accents, dashes and apostrophes give no fault of characters, however they are put together.

    But for one pair: a capital with an accent right before a dash or apostrophe is what a misread letter looks like.
    """
    text = unicodedata.normalize("NFC", text)
    assume(not re.search("[ÄÖÜÉ][–’]", text))
    assert list(hygiene.characters(text)) == []
    assert hygiene.repair(text) == text


def test_codes_are_explained_once_and_in_order() -> None:
    """The explanations are sorted by code, and each code is kebab-case and explained once."""
    names = [entry.code for entry in hygiene.EXPLANATIONS]
    assert names == sorted(set(names))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name) for name in names)


def test_a_file_that_is_faulty_throughout_is_told_of_a_thousand_times(tmp_path: Path) -> None:
    """Of one kind of fault in the text of a file, the first thousand are told and no more."""
    path = tmp_path / "many.ttl"
    findings = hygiene.check_file(TextFile(path, " \n" * 3000), frozenset(), frozenset())
    trailing = [finding.place.line for finding in findings if finding.place and finding.code == "file-trailing-space"]
    assert trailing == list(range(1, 1001))
