"""Editing Turtle as text: one thing changes, every other byte stays."""

from __future__ import annotations

import pyoxigraph
import pytest

from jdm_kg import edit
from jdm_kg.edit import Refusal
from jdm_kg.vocab import PREFIXES
from tests.content import ROOT

C, V = PREFIXES["claim"], PREFIXES["vocab"]
ORDER = [V + name for name in ("subject", "object", "certainty", "frequency", "bodySite", "statement", "restsOn")]
HEAD = f"@prefix claim: <{C}> .\n@prefix id: <{PREFIXES['id']}> .\n@prefix vocab: <{V}> .\n\n"
BLOCK = """\
# about the first
claim:a-01
    a vocab:Claim ; # what it is
    vocab:subject id:x ;
    # why this object
    vocab:object id:y ; # trailing
    vocab:statement "It says: a ; b . # no comment"@en ;
    vocab:restsOn id:p, id:q .

# about the second
claim:a-02 a vocab:Claim ; vocab:subject id:x ; vocab:object 5.0 .
"""
TEXT = HEAD + BLOCK


def put(text: str, claim: str, name: str, *values: str | int) -> str | Refusal:
    """Set the values of `vocab:name`."""
    return edit.set_values(text, C + claim, V + name, verb=f"vocab:{name}", values=values, order=ORDER)


def edited(old: str, new: str) -> str:
    """The text with one passage exchanged."""
    assert TEXT.count(old) == 1
    return TEXT.replace(old, new)


def test_layout_of_every_file_of_the_project_agrees_with_the_parser() -> None:
    """In each content file as many subjects and predicates are found as a strict parser finds at the top level."""
    for path in sorted((ROOT / "ontology").rglob("*.ttl")):
        text = path.read_text(encoding="utf-8")
        named = [
            (quad.subject.value, quad.predicate.value)
            for quad in pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE)
            if isinstance(quad.subject, pyoxigraph.NamedNode)
        ]
        found = [
            (block.subject, part.predicate)
            for block in edit.layout(text).blocks
            if block.subject
            for part in block.parts
            for _ in part.objects
        ]
        assert sorted(found) == sorted(named), path.name


def test_layout_reads_every_kind_of_term() -> None:
    """Long strings, language tags, types, numbers, brackets, lists, blank nodes and both kinds of prefix are read."""
    text = (
        "PREFIX : <http://e/>\n@base <http://b/> .\n"
        ':a.b :p """x "y" . # z""", \'\'\'q\'\'\', \'s\'@en-GB, "1"^^:t, -1.5e3, .5, 5, true, _:b.c ,\n'
        "  [ :q ( 1 [] ) ] ;; .\n<http://e/c> :p :d.e. :e :p :f\\-g .\n[ :p :h ] .\n"
    )
    list(pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE))
    found = edit.layout(text)
    assert [len(part.objects) for part in found.blocks[0].parts] == [10]
    assert [block.subject for block in found.blocks[:3]] == ["http://e/a.b", "http://e/c", "http://e/e"]
    assert found.comments == ()
    assert found.prefixes == {"": "http://e/"}


def test_one_value_is_exchanged_and_the_rest_keeps_its_spelling() -> None:
    """The object of a predicate is exchanged where it stands; comments around it stay."""
    assert put(TEXT, "a-01", "object", "id:z") == edited("id:y ; # trailing", "id:z ; # trailing")
    assert put(TEXT, "a-01", "restsOn", 0, "id:r") == edited("id:p, id:q", "id:p, id:r")
    assert put(TEXT, "a-01", "restsOn", 1, 0) == edited("id:p, id:q", "id:q, id:p")
    assert put(TEXT, "a-01", "restsOn", 0, 1) == TEXT


def test_values_are_added_and_taken_away() -> None:
    """A list of objects grows and shrinks on its line."""
    assert put(TEXT, "a-01", "restsOn", 0, 1, "id:r") == edited("id:p, id:q", "id:p, id:q, id:r")
    assert put(TEXT, "a-01", "restsOn", 1) == edited("id:p, id:q", "id:q")


def test_a_predicate_is_added_in_its_place() -> None:
    """A new line goes behind the predicates that come before it, and behind their comments."""
    assert put(TEXT, "a-01", "certainty", "id:c") == edited(
        "id:y ; # trailing\n", "id:y ; # trailing\n    vocab:certainty id:c ;\n"
    )
    text = put(TEXT, "a-02", "certainty", "id:c")
    assert text == edited("vocab:object 5.0 .\n", "vocab:object 5.0 ;\n    vocab:certainty id:c .\n")
    without_rests_on = edited(" ;\n    vocab:restsOn id:p, id:q .", " . # end")
    assert put(without_rests_on, "a-01", "restsOn", "id:r") == without_rests_on.replace(
        " . # end", " ; # end\n    vocab:restsOn id:r ."
    )
    assert put(TEXT, "a-02", "subject", "id:w") == edited(
        "a-02 a vocab:Claim ; vocab:subject id:x", "a-02 a vocab:Claim ; vocab:subject id:w"
    )


def test_a_predicate_is_added_within_a_line() -> None:
    """Where a block is one line, the new predicate goes into the line."""
    without = edited("vocab:Claim ; vocab:subject id:x ; vocab:object", "vocab:Claim ; vocab:object")
    assert put(without, "a-02", "subject", "id:x") == TEXT


def test_a_predicate_is_taken_out_and_comments_stay() -> None:
    """The line goes; a comment on it stays on a line of its own; the last line hands its full stop on."""
    assert put(TEXT, "a-01", "subject") == edited("    vocab:subject id:x ;\n    # why", "    # why")
    assert put(TEXT, "a-01", "object") == edited("    vocab:object id:y ; # trailing\n", "    # trailing\n")
    assert put(TEXT, "a-01", "restsOn") == edited('comment"@en ;\n    vocab:restsOn id:p, id:q .', 'comment"@en .')
    assert put(TEXT, "a-02", "subject") == edited(
        "vocab:Claim ; vocab:subject id:x ; vocab:object 5.0", "vocab:Claim ; vocab:object 5.0"
    )
    inner = edited("id:p, id:q .", "id:p, # first\n        id:q .")
    assert put(inner, "a-01", "restsOn") == inner.replace(
        'comment"@en ;\n    vocab:restsOn id:p, # first\n        id:q .', 'comment"@en .\n    # first'
    )


def test_a_comment_between_values_is_never_lost() -> None:
    """Values that a comment parts can be exchanged and followed by more, but not be fewer."""
    text = edited("id:p, id:q .", "id:p, # first\n        id:q .")
    assert put(text, "a-01", "restsOn", 0, "id:r") == text.replace("id:q .", "id:r .")
    assert put(text, "a-01", "restsOn", 0, 1, "id:r") == text.replace("id:q .", "id:q, id:r .")
    assert isinstance(put(text, "a-01", "restsOn", 1), Refusal)


@pytest.mark.parametrize(
    "text",
    [
        TEXT + "claim:a-01 vocab:rank 1 .\n",
        TEXT.replace("vocab:restsOn id:p", "vocab:object id:z ;\n    vocab:restsOn id:p"),
    ],
)
def test_what_is_written_twice_is_refused(text: str) -> None:
    """A claim in two blocks and a predicate named twice in one are refused, and the reason told."""
    refused = put(text, "a-01", "object", "id:z")
    assert isinstance(refused, Refusal)
    assert "2" in refused.reason
    assert isinstance(put(TEXT, "a-09", "object", "id:z"), Refusal)


def test_a_block_is_deleted_with_one_empty_line() -> None:
    """A block goes, and comments outside of it stay; a block with a comment in it is refused."""
    assert edit.remove_block(TEXT, C + "a-02") == HEAD + BLOCK[: BLOCK.index("claim:a-02")]
    assert isinstance(edit.remove_block(TEXT, C + "a-01"), Refusal)
    assert isinstance(edit.remove_block(TEXT, C + "a-09"), Refusal)
    three = TEXT + "\nclaim:a-03 a vocab:Claim .\n"
    assert edit.remove_block(three, C + "a-03") == TEXT
    assert edit.remove_block(three, C + "a-02") == three.replace(
        "claim:a-02 a vocab:Claim ; vocab:subject id:x ; vocab:object 5.0 .\n\n", ""
    )
    assert isinstance(edit.remove_block(TEXT + "claim:a-03 a id:x . claim:a-04 a id:x .\n", C + "a-03"), Refusal)


def test_a_block_is_inserted_beside_another() -> None:
    """Behind a block, before one and its comment or heading, and at the end of a file."""
    block = "claim:n\n    a vocab:Claim ."
    assert edit.insert_block(TEXT, block, after=C + "a-01") == edited("id:p, id:q .\n", f"id:p, id:q .\n\n{block}\n")
    assert edit.insert_block(TEXT, block, before=C + "a-02") == edited("# about the sec", f"{block}\n\n# about the sec")
    headed = edited("# about the first\n", "# The file.\n\n# passage a ---\n\n")
    assert edit.insert_block(headed, block, before=C + "a-01") == headed.replace("# passage", f"{block}\n\n# passage")
    titled = edited("# about the first\n", "# The file.\n\n")
    assert edit.insert_block(titled, block, before=C + "a-01") == titled.replace("claim:a-01", f"{block}\n\nclaim:a-01")
    assert edit.insert_block(TEXT, block) == f"{TEXT}\n{block}\n"
    assert isinstance(edit.insert_block(TEXT, block, after=C + "a-09"), Refusal)


def test_a_prefix_is_declared_in_its_place() -> None:
    """The declarations stay sorted."""
    assert edit.declare_prefix(TEXT, "passage", "http://p/") == edited(
        "@prefix vocab:", "@prefix passage: <http://p/> .\n@prefix vocab:"
    )
    assert edit.declare_prefix(TEXT, "a", "http://a/").startswith("@prefix a: <http://a/> .\n@prefix claim:")
    assert edit.declare_prefix("<a:b> a <a:c> .\n", "a", "http://a/") == "@prefix a: <http://a/> .\n<a:b> a <a:c> .\n"


def test_line_ends_of_the_file_are_kept() -> None:
    """In a file with CRLF the new lines end so too."""
    text = TEXT.replace("\n", "\r\n")

    def crlf(changed: str | Refusal) -> str:
        assert isinstance(changed, str)
        return changed.replace("\n", "\r\n")

    assert put(text, "a-01", "certainty", "id:c") == crlf(put(TEXT, "a-01", "certainty", "id:c"))
    assert put(text, "a-01", "subject") == crlf(put(TEXT, "a-01", "subject"))
    assert edit.remove_block(text, C + "a-02") == crlf(edit.remove_block(TEXT, C + "a-02"))
    assert edit.insert_block(text, "claim:n\n    a id:x .", after=C + "a-01") == crlf(
        edit.insert_block(TEXT, "claim:n\n    a id:x .", after=C + "a-01")
    )
    assert edit.declare_prefix(text, "p", "http://p/") == crlf(edit.declare_prefix(TEXT, "p", "http://p/"))
