"""The verdict on what curators wrote: SHACL shapes, rules, text, vocabulary, and checks against the source documents.

The check looks at the graph as it was written, before any reasoning: with inference on, a wrong object is given the
type that the range asks for, and passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jdm_kg import files, hygiene, judging, naming, prefixes, review, rules, sources, terms, wording
from jdm_kg.aside import aside
from jdm_kg.files import TextFile
from jdm_kg.findings import Explanation, Finding, Report, Severity, report
from jdm_kg.iris import PREFIXES, name, shorten
from jdm_kg.judging import Documented, Graphs, Reasoned, Reviewed, Ruled, Shaped, Worded, Written
from jdm_kg.reason import verdict
from jdm_kg.texts import read_text

_SH = PREFIXES["sh"]


def validate(root: Path, sources: Path | None = None) -> Report:
    """Check the content below a folder with its shapes and rules, and against the documents where they are at hand.

    Args:
        root: The folder that holds `ontology/` and `shapes/`.
        sources: The folder with the source documents, or None to leave them out.

    Raises:
        InputError: A file can't be read or parsed, or a rule is not valid SPARQL.
    """
    return Workspace(root, sources).report()


@dataclass(frozen=True)
class _State:
    """Content, and all that was found out about it."""

    graphs: Graphs
    shaped: Shaped
    ruled: Ruled
    reasoned: Reasoned
    written: Written
    worded: Worded
    documented: Documented | None
    reviewed: Reviewed | None


class Workspace:
    """The content below a folder, held in memory to be judged again and again.

    The first verdict looks at everything; each further one at what has changed, and at what that may touch.

    Args:
        root: The folder that holds `ontology/` and `shapes/`.
        sources: The folder with the source documents, or None to leave them out.
        beside: Whether the first verdict may take a second process; only for programs without threads.
    """

    def __init__(self, root: Path, sources: Path | None = None, *, beside: bool = False) -> None:
        self._beside = beside
        self._root = root
        self._sources = sources
        self._store = rules.Store()
        self._state: _State | None = None

    def report(self, changes: Mapping[Path, str] | None = None) -> Report:
        """The verdict on the files as they are on disk now, or on what changes would make of those last read.

        Args:
            changes: The new text of some files. Nothing is written, and no later verdict knows of it.

        Raises:
            InputError: A file can't be read or parsed, or a rule is not valid SPARQL.
        """
        if changes is not None and self._state is None:
            self.report()
        known = {file.path: file for file in self._state.graphs.files} if self._state else {}
        if changes is None:
            current = [_read(path, known.get(path)) for path in files.paths(self._root)]
        else:
            current = [TextFile(path, changes[path]) if path in changes else file for path, file in known.items()]
            current += [TextFile(path, text) for path, text in changes.items() if path not in known]
        return self.judge(current, keep=changes is None)

    def judge(self, current: Iterable[TextFile], *, keep: bool = False) -> Report:
        """The verdict on some files.

        Args:
            current: All files, content and shapes and rules.
            keep: Start from here the next time.

        Raises:
            InputError: A file can't be parsed, or a rule is not valid SPARQL.
        """
        current = list(current)
        fatal = hygiene.check_marks(current) or terms.check_own_prefixes(current)
        if fatal:  # what else is found would only follow from it
            return report(fatal, checks=1, claims=0)
        state = self._judge(current)
        if keep:
            self._state = state
        return _said(state)

    def prepare(self) -> None:
        """Find out what each rule reads, which takes a second or two, so that the next verdict is quick."""
        if self._state is not None:
            self._store.follow(file for file in self._state.graphs.files if file.kind == "content")
        for rule in self._state.ruled.rows if self._state else ():
            rule.reads  # noqa: B018 - it is remembered

    def _judge(self, current: Iterable[TextFile]) -> _State:
        last = self._state
        graphs = judging.graphs(current, self._root, last.graphs if last else None)

        def ruled() -> Ruled:
            return judging.ruled(graphs, self._store, last.ruled if last else None)

        if last is None and self._beside:  # the rules take about as long as all the rest
            ruled = aside(ruled)
        shaped = judging.shaped(graphs, last.shaped if last else None)
        reasoned = judging.reasoned(graphs, last.reasoned if last else None)
        written = judging.written(graphs, last.written if last else None)
        worded = judging.worded(graphs, last.worded if last else None)
        documented = None
        if self._sources is not None:
            documented = judging.documented(graphs, self._sources, last.documented if last else None)
        reviewed = judging.reviewed(graphs, self._root / "ontology" / review.LIST_FILE, last.reviewed if last else None)
        return _State(graphs, shaped, ruled(), reasoned, written, worded, documented, reviewed)


def _read(path: Path, known: TextFile | None) -> TextFile:
    """The file as it is now; the one that is known, if it has not changed."""
    text = read_text(path)
    return known if known is not None and known.text == text else TextFile(path, text)


def _said(state: _State) -> Report:
    graphs = state.graphs
    written = list(state.written.findings(graphs))
    meant = state.ruled.meant(graphs)
    found = [*state.shaped.findings(graphs, meant), *state.ruled.findings(graphs, meant)]
    findings = _but_for_names(_but_for_astray(found, written), written)
    findings += _but_for_tags(written, findings)
    shapes = sum(_SH + "path" in graphs.shapes.of(node) for node in graphs.shapes.nodes)
    checks = shapes + len(graphs.rules)
    checks += sum(len(module.EXPLANATIONS) for module in (hygiene, prefixes, terms, verdict, wording))
    if state.documented is not None:
        findings += state.documented.findings(graphs)
        checks += 1 + len(naming.EXPLANATIONS)
    findings += _but_for_errors(state.reasoned.findings, findings)
    findings += _but_for_faulty(state.worded.findings(graphs), findings)
    last = {rule.code for rule in state.ruled.rows if rule.last}
    first = [finding for finding in findings if finding.code not in last]
    if any(finding.severity is Severity.ERROR for finding in first):
        findings = first
    if state.reviewed is not None and all(finding.severity is Severity.INFO for finding in findings):
        findings = [*findings, *state.reviewed.findings(graphs)]  # first what is wrong, then what is to be read again
    if state.reviewed is not None:
        checks += len(review.EXPLANATIONS)
    return report(findings, checks=checks, claims=len(graphs.content.instances(name("vocab:Claim"))))


# One fault, one finding: what another check says of the same spot more plainly is left out.


def _spot(finding: Finding) -> tuple[Path, int, int] | None:
    place = finding.place
    return (place.path, place.line, place.column) if place else None


def _but_for_names(findings: Iterable[Finding], written: Iterable[Finding]) -> list[Finding]:
    """The findings of shapes and rules without those about a term that the lint of vocabularies calls wrong."""
    wrong = {_spot(finding) for finding in written if finding.code in terms.UNKNOWN and finding.place}
    return [finding for finding in findings if finding.place is None or _spot(finding) not in wrong]


def _but_for_astray(findings: Iterable[Finding], written: Iterable[Finding]) -> list[Finding]:
    """The findings of shapes and rules without those of one that itself speaks of what does not exist."""
    astray = set()
    for finding in written:
        if finding.code in terms.ASTRAY and finding.place:
            path = finding.place.path
            astray.add(path.stem if path.suffix == ".rq" else finding.focus)
    return [f for f in findings if astray.isdisjoint((f.code, f"shape:{f.code}"))]


def _but_for_tags(written: Iterable[Finding], findings: Iterable[Finding]) -> list[Finding]:
    """The findings about the text without those about a language tag that a shape has reported."""
    said = {_spot(finding) for finding in findings if finding.place and finding.code.endswith("-language")}
    return [f for f in written if not (f.code.startswith("language-tag-") and f.place and _spot(f) in said)]


def _but_for_errors(findings: Iterable[Finding], others: Iterable[Finding]) -> list[Finding]:
    """The contradictions but for those of a line, or of a record, with an error of another kind."""
    errors = [finding for finding in others if finding.severity is Severity.ERROR]
    lines = {(finding.place.path, finding.place.line) for finding in errors if finding.place}
    records = {finding.focus for finding in errors if finding.focus}
    return [f for f in findings if f.focus not in records and not (f.place and (f.place.path, f.place.line) in lines)]


def _but_for_faulty(worded: Iterable[Finding], findings: Iterable[Finding]) -> list[Finding]:
    """What does not fit the words beside it, but for records with an error and spots with another finding."""
    faulty = {finding.focus for finding in findings if finding.severity is Severity.ERROR}
    said = {_spot(finding) for finding in findings if finding.place}
    return [finding for finding in worded if finding.focus not in faulty and _spot(finding) not in said]


def catalogue(root: Path) -> dict[str, Explanation]:
    """What every code means that a check of this content can give, sorted by code.

    Args:
        root: The folder that holds `shapes/`.

    Raises:
        InputError: A shape or rule can't be read.
    """
    current = files.read_files(root)
    shapes = files.shapes(current)
    engine = (
        *sources.EXPLANATIONS,
        *hygiene.EXPLANATIONS,
        *naming.EXPLANATIONS,
        *prefixes.EXPLANATIONS,
        *review.EXPLANATIONS,
        *terms.EXPLANATIONS,
        *verdict.EXPLANATIONS,
        *wording.EXPLANATIONS,
    )
    found = {entry.code: entry for entry in engine}
    for shape in {str(shape) for shape in shapes.inverse(_SH + "property")}:
        owners = {
            cls
            for node in shapes.subjects(_SH + "property", shape)
            for cls in shapes.resources(node, _SH + "targetClass")
        }
        targets = " or ".join(sorted(map(shorten, owners)))
        message = min(shapes.texts(shape, _SH + "message"), default="")
        path = "".join(shapes.resources(shape, _SH + "path")[:1])
        severity = next((judging.SEVERITIES[s] for s in shapes.resources(shape, _SH + "severity")), Severity.ERROR)
        applies_to = f"{shorten(path)} of every {targets}" if path else f"every {targets}"
        solution = min(shapes.texts(shape, _SH + "description"), default="")
        code = judging.code_of(shape)
        found[code] = Explanation(code, message, message, solution, severity, applies_to)
    for file in current:
        if file.path.suffix == ".rq":
            rule = rules.read(file)
            found[rule.code] = Explanation(
                rule.code, rule.title, rule.problem, rule.solution, rule.severity, "the whole graph"
            )
    return dict(sorted(found.items()))
