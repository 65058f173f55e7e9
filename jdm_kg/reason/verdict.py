"""The fast verdict of OWL on what curators wrote, with the statements at fault, in words and with their places.

The rules give it without a Java machine; what they do not see is listed in `jdm_kg.reason.faults`. HermiT, which sees
all, confirms it when a release is built, and in CI.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from jdm_kg.facts import Facts, Triple
from jdm_kg.findings import Explanation, Finding, Severity
from jdm_kg.iris import name, shorten
from jdm_kg.reason.claims import edges
from jdm_kg.reason.clash import Clash
from jdm_kg.reason.faults import Fault, judge
from jdm_kg.reason.owl2 import OWL, is_blank
from jdm_kg.reason.profile import Violation, schema_of, terms_of, violations
from jdm_kg.reason.revision import Sound, differences, revised, sound
from jdm_kg.reason.view import View, seen
from jdm_kg.reason.words import Words, sentence
from jdm_kg.texts import Place

Find = Callable[[Triple], Place | None]
"""Gives the place of a triple. The subject is an empty text where it has no name."""

_NAMED: Final = 5
_CONTRADICTION: Final = "owl-contradiction"
_EMPTY: Final = "owl-empty-class"
_PROFILE: Final = "owl-profile"

EXPLANATIONS: Final = (
    Explanation(
        _CONTRADICTION,
        "The schema and the facts can be true together",
        "{what}.",
        "One of the statements below must be wrong: correct it. If all are right, the schema forbids too much.",
        Severity.ERROR,
        "the whole graph",
    ),
    Explanation(
        _EMPTY,
        "Every class can have a member",
        "Nothing can be {class}: {what}.",
        "One of the axioms below must be wrong: correct it, or delete the class.",
        Severity.ERROR,
        "the schema",
    ),
    Explanation(
        _PROFILE,
        "The schema stays inside OWL 2 DL",
        "{what}.",
        "Say it with what OWL 2 DL allows: outside of it, reasoners refuse the schema or give wrong answers.",
        Severity.ERROR,
        "the schema",
    ),
)
_SOLUTIONS: Final = {entry.code: entry.solution for entry in EXPLANATIONS}


def owl_findings(facts: Facts, find: Find) -> list[Finding]:
    """What contradicts itself, which classes can't have a member, and where the schema leaves OWL 2 DL.

    Args:
        facts: All that curators wrote; the direct edges of the claims are added here.
        find: Gives the place of a triple in the files.

    Returns:
        One finding for each statement that is probably wrong, however many contradictions come of it. It stands at
        that statement; the hint lists all that are needed for one of the contradictions.
    """
    return judged(facts).findings(find)


@dataclass(frozen=True)
class Verdict:
    """What was found, to be told with places, and to make the next verdict from.

    Attributes:
        facts: All that curators wrote.
        violations: Where the schema leaves OWL 2 DL.
        faults: What contradicts itself.
        sound: The last graph without a fault that is known; where there are no faults, mostly this one.
        written: The same facts in the order in which they were written, which decides between equal suspects.
        claims: The direct edges, each with the claims that give it.
    """

    facts: Facts
    violations: tuple[Violation, ...]
    faults: tuple[Fault, ...]
    sound: Sound | None
    written: Facts
    claims: Mapping[Triple, list[str]]

    def findings(self, find: Find, is_told: Callable[[str], bool] = lambda _: False) -> list[Finding]:
        """See `owl_findings`.

        Args:
            find: Gives the place of a triple in the files.
            is_told: Whether it is said elsewhere what is wrong with the declaration of a term.
        """
        violations = (v for v in self.violations if not (v.undeclared and is_told(v.undeclared)))
        found = [_profile_finding(violation, find) for violation in violations]
        if self.faults:
            teller = _Teller(Words(self.written), self.claims, find)
            found += [teller.finding(fault) for fault in self.faults]
        return found


def judged(facts: Facts, last: Verdict | None = None, written: Callable[[], Facts] | None = None) -> Verdict:
    """The verdict on a graph. It is the same with the last verdict and without, but with it quicker.

    Args:
        facts: All that curators wrote; the direct edges of the claims are added here.
        last: A verdict on another version; it stays as it is.
        written: Gives the same facts in the order of the files, where edits may have changed it.
    """
    if last is not None and last.facts is facts and not last.faults:  # else the order of the files counts as well
        return last
    found = last.violations if last is not None and not _schema_differs(last.facts, facts) else None
    if found is None:
        found = violations(schema_of(facts))
    again = revised(last.sound, facts) if last is not None and last.sound is not None else None
    if again is not None:
        return Verdict(facts, found, (), again, facts, again.edges)
    ordered = written() if written else facts
    claims = edges(ordered)
    view = seen(ordered, claims)
    done = judge(view)
    base = sound(facts, claims, view, done) or (last.sound if last else None)
    return Verdict(facts, found, done.faults, base, ordered, claims)


def _schema_differs(old: Facts, new: Facts) -> bool:
    terms, others = terms_of(old), terms_of(new)
    changed = (s for triples in differences(old, new) for s, _, _ in triples)
    return terms != others or any(is_blank(s) or s in terms for s in changed)


def concerns(facts: Facts, triples: Iterable[Triple]) -> bool:
    """Whether a verdict may differ because some triples have come or gone.

    Args:
        facts: All that curators wrote, as it is now.
        triples: What has come or gone.
    """
    view, terms = View.of(facts), terms_of(facts)
    return any(is_blank(triple[0]) or triple[0] in terms or view.sees(triple) for triple in triples)


def _profile_finding(violation: Violation, find: Find) -> Finding:
    subject, what = violation.subject, violation.what
    place = None
    if subject:
        place = find(("" if is_blank(subject) else subject, violation.predicate, ""))
    focus = "" if not subject or is_blank(subject) else shorten(subject)
    return Finding(_PROFILE, Severity.ERROR, sentence(what), focus, place, _SOLUTIONS[_PROFILE])


@dataclass(frozen=True)
class _Teller:
    """Makes findings of faults."""

    words: Words
    claims: Mapping[Triple, list[str]]
    find: Find

    def finding(self, fault: Fault) -> Finding:
        what = self.words.fault(fault)
        code = _EMPTY if fault.empty else _CONTRADICTION
        lines = [_SOLUTIONS[code], *(f"- {self._line(triple, fault.clash)}" for triple in fault.justification)]
        if fault.also:
            names = ", ".join(shorten(term) for term in fault.also[:_NAMED])
            more = f" and {len(fault.also) - _NAMED} more" if len(fault.also) > _NAMED else ""
            lines.append(f"It also {'leaves without a member' if fault.empty else 'concerns'}: {names}{more}.")
        subject, place = self._source(fault.culprit, fault.clash)
        return Finding(code, Severity.ERROR, what, shorten(subject), place, "\n  ".join(lines))

    def _line(self, triple: Triple, clash: Clash) -> str:
        sentence = self.words.statement(triple, clash)
        claims = self.claims.get(triple, ())
        by = f", says {shorten(claims[0])}" if claims else ""
        _, place = self._source(triple, clash)
        # The name of the file, not its path, so that the text is the same wherever the project lies.
        return f"{sentence}{by}{f' ({place.path.name}:{place.line})' if place else ''}"

    def _source(self, triple: Triple, clash: Clash) -> tuple[str, Place | None]:
        """What a statement stands at, and where; for an edge the claim that gives it."""
        s, p, o = triple
        for claim in self.claims.get(triple, ()):
            place = self.find((claim, name("vocab:object"), o)) or self.find((claim, name("vocab:value"), o))
            return claim, place
        if not is_blank(s):
            return s, self.find(triple)
        if o in (OWL.AllDisjointClasses, OWL.AllDisjointProperties) and clash.parts:
            return clash.focus, self.find(("", OWL.members, clash.parts[-1]))
        if o == OWL.AllDifferent:
            return clash.focus, self.find(("", OWL.distinctMembers, clash.focus))
        return clash.focus, self.find(("", p, o))
