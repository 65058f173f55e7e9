"""The wording check: claims fit their own words, and labels fit the names of their things; no documents needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdm_kg import files, wording
from jdm_kg.check import Workspace
from jdm_kg.files import TextFile
from jdm_kg.findings import Severity
from jdm_kg.wording import Figures, read_figures
from tests.content import make_project
from tests.verdicts import verdict

_CODES = {entry.code for entry in wording.EXPLANATIONS}


@dataclass(frozen=True)
class Bench:
    """A small, whole project in memory, without its documents.

    Attributes:
        root: Its folder.
        workspace: What judges it.
        texts: Its files.
    """

    root: Path
    workspace: Workspace
    texts: Mapping[Path, str]

    def edited(self, old: str, new: str) -> dict[Path, str]:
        """The file that holds a text once, with another in its place."""
        ((path, text),) = [(path, text) for path, text in self.texts.items() if text.count(old) == 1]
        return {path: text.replace(old, new)}

    def found(self, old: str, new: str) -> list[tuple[str, str, str]]:
        """Code, focus and first word at the place of all that is found after an edit."""
        changes = self.edited(old, new)
        shown = []
        for finding in self.workspace.report(changes).findings:
            place = finding.place
            assert place is not None
            line = {**self.texts, **changes}[place.path].split("\n")[place.line - 1]
            shown.append((finding.code, finding.focus, line[place.column - 1 :].split()[0]))
        return shown

    def codes(self, old: str, new: str) -> set[str]:
        """Those codes of the findings after an edit that are of the wording check."""
        return {code for code, _, _ in self.found(old, new)} & _CODES


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A small, whole project."""
    root = make_project(tmp_path_factory.mktemp("project"))
    workspace = Workspace(root)
    assert workspace.report().findings == ()
    return Bench(root, workspace, {path: path.read_text(encoding="utf-8") for path in files.content_files(root)})


def duration(lines: str, words: str) -> tuple[str, str]:
    """An edit that gives the first claim a length of time."""
    anchor = '    vocab:statement "Once'
    return anchor, f'{lines}    vocab:durationUnit "d" ;\n    vocab:durationWording "{words}"@en ;\n{anchor}'


def test_sound_content_gives_no_finding() -> None:
    """No part of the content is at odds with the words beside it."""
    assert [finding for finding in verdict({}).findings if finding.code in _CODES] == []


# Statements ----------------------------------------------------------------------------------------------------------

_PLIP = "The condition makes people give a plip."


@pytest.mark.parametrize(
    ("statement", "code", "spot"),
    [
        pytest.param("The condition makes people noisy.", "statement-names-object", "id:plip", id="no object"),
        pytest.param("A plip is what some give.", "statement-names-subject", "id:glump-disease", id="no subject"),
        pytest.param("Wind and rain.", "statement-names-neither", '"Wind', id="statement of another claim"),
    ],
)
def test_statement_that_names_too_little(bench: Bench, statement: str, code: str, spot: str) -> None:
    """What the statement does not name is reported once, at the part at fault."""
    assert bench.found(_PLIP, statement) == [(code, "claim:two-001-01", spot)]


def test_any_label_names_a_thing(bench: Bench) -> None:
    """A word of an alternative label, in another form, names the thing."""
    assert bench.found(_PLIP, "One glump sets people plipping.") == []


@pytest.mark.parametrize("new", ["id:plop", "passage:one-001", "claim:one-002-01", '"plip"@en'])
def test_wrong_object_gives_no_second_finding(bench: Bench, new: str) -> None:
    """Of an object that is none, only the check speaks that says so."""
    old = "vocab:object id:hurt"
    assert bench.found(old, f"vocab:object {new}") != []
    assert bench.codes(old, f"vocab:object {new}") == set()


# Qualifiers ----------------------------------------------------------------------------------------------------------


def test_wording_of_another_frequency(bench: Bench) -> None:
    """A wording that holds no label of its frequency is a warning at the frequency; it may hold more."""
    old = 'frequencyWording "rarely"@en'
    expected = [("qualifier-fits-wording", "claim:one-002-01", "id:frequency-rare")]
    assert bench.found(old, 'frequencyWording "now and then"@en') == expected
    assert bench.found(old, 'frequencyWording "only very rarely"@en') == []


@pytest.mark.parametrize("new", ["id:hurt", "id:frequency-rrare", '"rarely"@en'])
def test_wrong_frequency_gives_no_second_finding(bench: Bench, new: str) -> None:
    """Of what is no frequency, only the check speaks that says so."""
    edit = ('vocab:frequency id:frequency-rare ;\n    vocab:frequencyWording "rarely"', f"vocab:frequency {new} ;")
    edit = (edit[0], f'{edit[1]}\n    vocab:frequencyWording "always"')
    assert bench.found(*edit) != []
    assert bench.codes(*edit) == set()


# Figures -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ((3, 5), "three to five days"),
        ((3, 5), "3–5 days"),
        ((2, 2), "a 2-day course"),
        ((None, 2), "within two years"),
        ((1, None), "one or more"),
        ((18, 18), "a year and a half"),
    ],
)
def test_bounds_that_fit(bench: Bench, bounds: tuple[int | None, int | None], words: str) -> None:
    """Bounds that stand in the wording as digits or words pass, and so does what can't be told."""
    lines = [f"    vocab:duration{b} {n}.0 ;\n" for b, n in zip(("Minimum", "Maximum"), bounds, strict=True) if n]
    assert bench.codes(*duration("".join(lines), words)) == set()


@pytest.mark.parametrize(
    ("lines", "words", "code", "spot"),
    [
        ("    vocab:durationMaximum 7.0 ;\n", "within two days", "figure-fits-wording", "7.0"),
        (
            "    vocab:durationMinimum 5.0 ;\n    vocab:durationMaximum 5.0 ;\n",
            "three to five days",
            "figure-fits-wording",
            "5.0",
        ),
        ("    vocab:durationMinimum 3.0 ;\n", "three to five days", "figure-left-out", '"three'),
    ],
)
def test_bounds_that_do_not_fit(bench: Bench, lines: str, words: str, code: str, spot: str) -> None:
    """A figure that is not in the wording is reported at the figure, one that is missing at the wording."""
    assert bench.found(*duration(lines, words)) == [(code, "claim:one-002-01", spot)]


def test_figures_without_any_bound(bench: Bench) -> None:
    """A wording with a figure asks for a bound; the message names both."""
    old = '    vocab:statement "Once'
    changes = bench.edited(old, f'    vocab:amountWording "2 of them"@en ;\n{old}')
    (finding,) = [f for f in bench.workspace.report(changes).findings if f.code in _CODES]
    assert finding.code == "figure-left-out"
    assert finding.severity is Severity.WARNING
    assert "lowest amount nor highest amount" in finding.message


@pytest.mark.parametrize(
    "lines",
    [
        '    vocab:durationMinimum "7" ;\n',
        "    vocab:durationMinimun 2.0 ;\n",
        "    vocab:durationMinimum 2.0 ;\n    vocab:durationMaximum 1.0 ;\n",
    ],
    ids=["in quotes", "misspelt", "in the wrong order"],
)
def test_broken_bounds_give_no_second_finding(bench: Bench, lines: str) -> None:
    """A bound that another check faults is left to it."""
    edit = duration(lines, "within two days")
    assert bench.found(*edit) != []
    assert bench.codes(*edit) == set()


@pytest.mark.parametrize(
    "words", ["half of them", "two thirds", "twenty-one days", "two thousand", "1/3", "the 2nd day", "at 10am", "long"]
)
def test_figures_that_can_not_be_told(words: str) -> None:
    """Parts, ordinals, times of day and composed words are left alone."""
    assert read_figures(words) is None


_RANGES = ["{}-{}", "{}–{} mg", "{} to {}", "between {} and {} x", "{} mg to {} mg"]


@given(st.integers(0, 9999), st.integers(1, 9999), st.sampled_from(_RANGES))
def test_every_range_is_read(low: int, more: int, pattern: str) -> None:
    """The two figures of a range come back as its bounds."""
    bounds = (Decimal(low), Decimal(low + more))
    assert read_figures(f"about {pattern.format(*bounds)}") == Figures(frozenset(bounds), bounds)


@given(st.text() | st.text("0123456789,./-: onetwo"))
def test_any_text_is_read(text: str) -> None:
    """No text stops the reader, and a range is made of figures that it found."""
    figures = read_figures(text)
    assert figures is None or (figures.numbers and figures.numbers >= set(figures.span or ()))


# Labels --------------------------------------------------------------------------------------------------------------


def test_label_of_another_thing(bench: Bench) -> None:
    """A thing none of whose labels shares a word with its IRI is a warning at the label."""
    expected = [("label-fits-iri", "id:noise-system", '"loud')]
    assert bench.found('skos:prefLabel "noise system"@en', 'skos:prefLabel "loud part"@en') == expected


@pytest.mark.parametrize("label", ["system of noise", "noises", "noisesystem"])
def test_label_in_another_form(bench: Bench, label: str) -> None:
    """Other forms and orders of the words fit."""
    assert bench.found('skos:prefLabel "noise system"@en', f'skos:prefLabel "{label}"@en') == []


# After an edit -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_PLIP, "The condition makes people noisy."),
        ('frequencyWording "rarely"', 'frequencyWording "daily"'),
        ('skos:hiddenLabel "condition"@en', 'skos:hiddenLabel "illness"@en'),
        ('skos:prefLabel "noise system"', 'skos:prefLabel "loud part"'),
    ],
)
def test_verdict_after_an_edit_is_that_from_scratch(bench: Bench, old: str, new: str) -> None:
    """What is made anew after an edit is all that the edit touches."""
    changes = bench.edited(old, new)
    current = [TextFile(f.path, changes.get(f.path, f.text)) for f in files.read_files(bench.root)]
    after = bench.workspace.report(changes)
    assert after == Workspace(bench.root).judge(current)
    assert {finding.code for finding in after.findings} & _CODES
