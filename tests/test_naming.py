"""The naming check: passages carry what claims take from them, and our texts copy nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdm_kg import files, naming, sources
from jdm_kg.check import validate
from jdm_kg.findings import Finding, Severity
from jdm_kg.naming import Spoken, fold, stem, stems
from tests.content import ROOT, make_project, replace


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small, whole project with its documents."""
    return make_project(tmp_path)


def check(root: Path) -> list[Finding]:
    """The findings of the naming check of a small project."""
    return check_against(root, root / "documents")


def check_against(root: Path, folder: Path) -> list[Finding]:
    """The findings of the naming check against the documents of a folder."""
    current = files.read_files(root)
    content = files.content(current)
    return naming.check(content, sources.read_documents(sources.documents(content), folder), current)


def claims(root: Path) -> Path:
    """The file with the claims of a small project."""
    return root / "ontology" / "claims" / "all.ttl"


def terms(root: Path) -> Path:
    """The file with the things of a small project."""
    return root / "ontology" / "terms" / "things.ttl"


def spoken(text: str) -> Spoken:
    """A passage with this text."""
    return Spoken(fold(text), stems(text))


def place(finding: Finding) -> tuple[int, int]:
    """Line and column of a finding."""
    assert finding.place is not None
    return finding.place.line, finding.place.column


def position(path: Path, text: str) -> tuple[int, int]:
    """Line and column of a text that stands once in a file."""
    content = path.read_text(encoding="utf-8")
    assert content.count(text) == 1
    index = content.index(text)
    return content.count("\n", 0, index) + 1, index - content.rfind("\n", 0, index)


def test_a_sound_project_gives_nothing(project: Path) -> None:
    """Claims whose object and wordings stand in their passages give no finding."""
    assert check(project) == []


def test_without_its_document_a_claim_is_left_alone(project: Path) -> None:
    """A claim whose document is not at hand is not judged."""
    replace(claims(project), '"rarely"@en', '"never ever"@en')
    assert [finding.code for finding in check(project)] == ["wording-not-in-passage"]
    (project / "documents" / "one.txt").unlink()
    assert check(project) == []


def test_a_wording_must_stand_in_the_passage(project: Path) -> None:
    """A wording that no passage of the claim holds is an error, at the wording."""
    replace(claims(project), '"rarely"@en', '"often"@en')
    (found,) = check(project)
    assert (found.code, found.severity, found.focus) == (
        "wording-not-in-passage",
        Severity.ERROR,
        "claim:one-002-01",
    )
    assert "often" in found.message
    assert place(found) == position(claims(project), '"often"@en')


def test_a_wording_must_stand_in_the_claims_own_passage(project: Path) -> None:
    """A wording that stands in another passage of the document only is an error."""
    replace(claims(project), '"rarely"@en', '"don\'t"@en')
    assert [finding.code for finding in check(project)] == ["wording-not-in-passage"]


def test_no_reason_excuses_a_wording(project: Path) -> None:
    """vocab:notNamedBecause does not help a wording that the passage does not hold."""
    replace(claims(project), '"rarely"@en', '"often"@en ;\n    vocab:notNamedBecause "It is not there."@en')
    assert [finding.code for finding in check(project)] == ["wording-not-in-passage", "reason-not-needed"]


def test_a_certainty_cue_is_a_wording(project: Path) -> None:
    """The cue of a hedge must stand in the passage too."""
    replace(claims(project), '"rarely"@en', '"rarely"@en ;\n    vocab:certaintyCue "perhaps"@en')
    assert [finding.code for finding in check(project)] == ["wording-not-in-passage"]


def _rename_plip(project: Path, labels: str) -> None:
    replace(terms(project), 'skos:prefLabel "plip"@en', labels)


def test_an_object_must_be_named(project: Path) -> None:
    """An object of which no label stands in the passage is a warning, at the object of each claim."""
    _rename_plip(project, 'skos:prefLabel "squeak"@en ; skos:altLabel "squeal"@en')
    found = check(project)
    assert [(f.code, f.severity, f.focus) for f in found] == [
        ("object-not-named", Severity.WARNING, "claim:one-002-01"),
        ("object-not-named", Severity.WARNING, "claim:two-001-01"),
    ]
    text = claims(project).read_text(encoding="utf-8")
    lines = [line for line, content in enumerate(text.splitlines(), 1) if "vocab:object id:plip" in content]
    assert [place(f) for f in found] == [(line, len("    vocab:object ") + 1) for line in lines]


def test_a_synonym_names_the_object(project: Path) -> None:
    """An alternative label that stands in the passage is enough."""
    _rename_plip(project, 'skos:prefLabel "squeak"@en ; skos:altLabel "plips"@en')
    assert check(project) == []


def test_a_broader_thing_does_not_name_the_object(project: Path) -> None:
    """The label of a broader thing is not enough, because it would fit every narrower thing."""
    _rename_plip(project, 'skos:prefLabel "squeak"@en ; skos:broader id:sound')
    with terms(project).open("a", encoding="utf-8") as file:
        file.write('id:sound a vocab:ClinicalFeature ; skos:prefLabel "plip"@en .\n')
    assert [finding.code for finding in check(project)] == ["object-not-named"] * 2


def test_a_reason_excuses_an_object(project: Path) -> None:
    """A claim that says why its object is not named gives no finding."""
    _rename_plip(project, 'skos:prefLabel "squeak"@en')
    text = claims(project).read_text(encoding="utf-8")
    reason = '    vocab:notNamedBecause "It is an older word."@en ;\n'
    for passage in ("one-002", "two-001"):
        text = text.replace(f"    vocab:restsOn passage:{passage}", f"{reason}    vocab:restsOn passage:{passage}")
    claims(project).write_text(text, encoding="utf-8")
    assert check(project) == []


def test_a_reason_without_need_is_found(project: Path) -> None:
    """A reason on a claim whose passage names everything is a warning, so that reasons do not outlive their cause."""
    replace(claims(project), '"rarely"@en', '"rarely"@en ;\n    vocab:notNamedBecause "It is not there."@en')
    (found,) = check(project)
    assert (found.code, found.severity) == ("reason-not-needed", Severity.WARNING)
    assert place(found) == position(claims(project), '"It is not there."@en')


def test_a_qualifier_must_be_named(project: Path) -> None:
    """A thing that qualifies a claim and is not named in its passage is a warning that says which property it is."""
    replace(claims(project), '"rarely"@en', '"rarely"@en ;\n    vocab:circumstanceThing id:plip, id:hurt')
    (found,) = check(project)
    assert (found.code, found.severity) == ("qualifier-not-named", Severity.WARNING)
    assert "circumstance thing, id:hurt" in found.message


def test_a_frequency_is_judged_by_its_wording(project: Path) -> None:
    """A qualifier that comes with a wording need not be named itself."""
    replace(terms(project), 'skos:prefLabel "rarely"@en', 'skos:prefLabel "once in a blue moon"@en')
    assert check(project) == []


@pytest.mark.parametrize(("value", "codes"), [('"plip"', []), ('"squeak"', ["value-not-in-passage"]), ("5", [])])
def test_a_text_as_value_must_stand_in_the_passage(project: Path, value: str, codes: list[str]) -> None:
    """A value that is text is looked for in the passage; numbers and dates have notations of their own."""
    text = claims(project).read_text(encoding="utf-8")
    claims(project).write_text(text.replace("vocab:object id:plip", f"vocab:value {value}", 1), encoding="utf-8")
    assert [finding.code for finding in check(project)] == codes


@pytest.mark.parametrize(
    ("passage", "wording"),
    [
        ("In  rare\ncases\u00a0it is", "in rare cases it is"),
        ("They don\u2019t hurt", "don't"),
        ("it\u0101\u20ac\u2122s believed", "it\u2019s believed"),
        ("a dose of 1\u20132\u00a0mg", "1\u20132 mg"),
        ("Behc\u0327et", "Beh\u00e7et"),
    ],
)
def test_what_does_not_count(passage: str, wording: str) -> None:
    """Capitals, white space, garbled signs, kinds of dash and quote, and composition make no difference."""
    assert spoken(passage).says(wording)


@pytest.mark.parametrize(
    ("passage", "wording"),
    [
        ("2-3 mg", "2.3 mg"),
        ("> 3 years", "< 3 years"),
        ("not often", "often not"),
        ("canned", "can"),
        ("1.5 mg", "1-5 mg"),
    ],
)
def test_what_does_count(passage: str, wording: str) -> None:
    """Signs, order and the ends of words make a difference."""
    assert not spoken(passage).says(wording)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("oesophageal", "esophageal"),
        ("diarrhoea", "diarrhea"),
        ("tumours", "tumor"),
        ("specialises", "specialize"),
        ("paralyse", "paralyzed"),
        ("centre", "center"),
        ("labelled", "labeling"),
        ("ulcers", "ulcer"),
        ("allergies", "allergy"),
        ("shortening", "shortens"),
        ("stopped", "stop"),
        ("gradually", "gradual"),
        ("breathlessness", "breathless"),
        ("recurrence", "recur"),
        ("person's", "person"),
    ],
)
def test_word_forms_and_spellings_are_one(one: str, other: str) -> None:
    """Plurals, verb forms, and British and American spelling give the same stem."""
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("prednisone", "prednisolone"),
        ("dermatomyositis", "polymyositis"),
        ("mouth", "mouse"),
        ("tumour", "tumble"),
        ("ultrasound", "ulcer"),
        ("skin", "skim"),
        ("biopsy", "biology"),
        ("hyper", "hypo"),
    ],
)
def test_different_words_stay_different(one: str, other: str) -> None:
    """Words that merely begin alike are not taken for one another."""
    assert stem(one) != stem(other)


def test_all_words_of_a_label_must_be_there() -> None:
    """A label is named by all its words in any order and form, in one passage."""
    words = stems("weakness of the muscles")
    assert words <= spoken("Their muscles are weak.").stems
    assert not words <= spoken("Their muscles are strong.").stems


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    """A folded text is its own folded form, unless case folding itself is not stable."""
    once = fold(text.lower())
    if once == " ".join(once.casefold().split()):
        assert fold(once) == once


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz' ", min_size=1, max_size=40))
def test_a_passage_says_all_of_itself(text: str) -> None:
    """Every text says itself, and holds the stems of its own words."""
    passage = spoken(text)
    assert passage.says(text.strip()) or not text.strip()
    assert stems(text) <= passage.stems


LONG = "one two three four five six seven eight nine ten"


def _copied(text: str, source: str = LONG) -> list[str]:
    runs = naming.document_runs({"a document": source})
    return [text[start:end] for start, end, _ in naming.copied(text, runs)]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("It says: One, two; three (four) five–six seven EIGHT!", ["One, two; three (four) five–six seven EIGHT"]),
        ("one two three four five six seven", []),
        ("one two three four x five six seven eight", []),
        (f"{LONG} and {LONG}", [LONG, LONG]),
        ("", []),
    ],
)
def test_eight_words_in_a_row_are_a_quotation(text: str, spans: list[str]) -> None:
    """Eight words in the order of a document are found whatever stands between them; seven are not."""
    assert _copied(text) == spans


def test_garbled_words_are_known_in_both_forms() -> None:
    """A run is found whether our text repeats the garbled sign or the one that is meant."""
    source = "a b c d it\u0101\u20ac\u2122s e f g h"
    assert _copied("a b c d it\u2019s e f g", source)
    assert _copied(source, source)


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.sampled_from("abcd"), max_size=40), st.lists(st.sampled_from("abcd"), max_size=14))
def test_copying_is_what_its_definition_says(source: list[str], ours: list[str]) -> None:
    """A copy is found if and only if some eight words of ours stand in the document in a row."""
    run = 8
    theirs = {tuple(source[i : i + run]) for i in range(len(source) - run + 1)}
    expected = any(tuple(ours[i : i + run]) in theirs for i in range(len(ours) - run + 1))
    assert bool(_copied(" ".join(ours), " ".join(source))) == expected


def test_a_copy_is_found_in_any_text(project: Path) -> None:
    """Eight words of a document in a statement or definition are an error, at the words themselves."""
    words = "Glumps \u2013 rarely \u2013 cause a plip. They don\u2019t hurt"
    replace(claims(project), "The condition is not painful.", f"In short: {words}.")
    (found,) = check(project)
    assert (found.code, found.severity, found.focus) == ("copied-text", Severity.ERROR, "claim:one-003-01")
    assert "Document one" in found.message
    assert place(found) == position(claims(project), words)


def test_the_check_is_part_of_validate(project: Path) -> None:
    """With the documents at hand `validate` makes the naming check, and without them it does not."""
    _rename_plip(project, 'skos:prefLabel "squeak"@en')
    report = validate(project, project / "documents")
    codes = {entry.code for entry in naming.EXPLANATIONS}
    assert [finding.code for finding in report.findings if finding.code in codes] == ["object-not-named"] * 2
    assert report.ok
    assert [finding.code for finding in validate(project).findings if finding.code in codes] == []


def test_the_content_is_true_to_the_documents() -> None:
    """All claims of the project name what their passages name, and no text copies eight words in a row."""
    folder = sources.find_sources()
    if folder is None:
        pytest.skip("JDM_KG_SOURCES does not name the folder with the documents")
    assert check_against(ROOT, folder) == []


def test_codes_are_explained_once_and_in_order() -> None:
    """The explanations are sorted by code, and each code is kebab-case and explained once."""
    names = [entry.code for entry in naming.EXPLANATIONS]
    assert names == sorted(set(names))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name) for name in names)
