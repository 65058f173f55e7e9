"""The command line: one command per public function. The only module that prints or exits.

Results go to standard output, talk goes to standard error. Exit status: 0 fine, 1 findings, 2 input that can't be
read or output that can't be written.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from jdm_kg.errors import InputError, JdmKgError, OutputError

if TYPE_CHECKING:
    # Modules with heavy imports are loaded by the command that needs them, so that every other one starts at once.
    from jdm_kg import ledger
    from jdm_kg.findings import Report

FINE, FINDINGS, UNUSABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Args:
        arguments: Words of the command line without the program's name; those of the process by default.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except JdmKgError as error:
        print(f"jdm-kg: {error}", file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:
        # The reader of our output has gone, as in `jdm-kg coverage | head`; nobody is left to tell.
        sys.stderr.close()
        return FINE
    except KeyboardInterrupt:
        print("jdm-kg: stopped", file=sys.stderr)
        return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jdm-kg",
        description="A knowledge graph read out of medical prose: every fact with the passage that states it. "
        "Not medical advice.",
    )
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(
        name: str, help_text: str, parent: argparse._SubParsersAction[argparse.ArgumentParser] = commands
    ) -> argparse.ArgumentParser:
        command = parent.add_parser(name, help=help_text, description=help_text[0].upper() + help_text[1:] + ".")
        command.add_argument(
            "--root",
            type=Path,
            metavar="DIR",
            help="folder with ontology/ and shapes/ (default: here, or the checkout)",
        )
        return command

    build = add("build", "check the content, reason over it, and write all exports")
    build.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of exports, replaced whole (default: ROOT/exports)"
    )
    _add_sources(build)
    build.set_defaults(run=_build)

    check = add("check", "say what is wrong with the content, at file, line and column")
    _add_sources(check)
    check.add_argument(
        "paths", type=Path, nargs="*", metavar="PATH", help="show findings in these files or folders only"
    )
    check.add_argument(
        "--format",
        choices=("text", "json", "sarif", "github", "junit"),
        default="text",
        help="how to print (default: text)",
    )
    check.add_argument(
        "--only", action="append", default=[], metavar="CODE", help="show findings of this code only; may be repeated"
    )
    check.add_argument("--baseline", type=Path, metavar="FILE", help="leave out the findings that this file lists")
    check.add_argument(
        "--write-baseline", type=Path, metavar="FILE", help="write all findings to this file, to be known from now on"
    )
    check.add_argument(
        "--fix",
        action="store_true",
        help="first mend what is mechanical in the files (PATH or all), and say what was done",
    )
    check.add_argument(
        "--watch", action="store_true", help="stay, and give the verdict again whenever a file changes; Ctrl-C ends"
    )
    check.set_defaults(run=_check)

    explain = add("explain", "say what a code of a finding means and what to do about it")
    explain.add_argument(
        "code", nargs="?", metavar="CODE", help="the code in brackets behind a finding (default: list all)"
    )
    explain.add_argument("--page", action="store_true", help="print the page of all checks in Markdown")
    explain.set_defaults(run=_explain)

    coverage = add("coverage", "show how every passage of the documents is accounted for")
    _add_sources(coverage)
    coverage.add_argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)")
    coverage.set_defaults(run=_coverage)

    review = add("review", "list the records that wait for a second reader, or note that they were reviewed")
    review.add_argument(
        "records",
        nargs="*",
        metavar="RECORD",
        help="a record that was compared with its passage, such as claim:wp-001-01 (default: list those that wait)",
    )
    review.add_argument("--all", action="store_true", help="all that wait were reviewed")
    review.set_defaults(run=_review)

    diff = add("diff", "say what changed between two versions of the content, in words")
    version = "a checkout, a folder of exports, an exported file or a git revision"
    diff.add_argument("old", metavar="OLD", help=f"the older version: {version}")
    diff.add_argument("new", nargs="?", metavar="NEW", help="the newer one, likewise (default: the content at --root)")
    diff.add_argument(
        "--format",
        choices=("text", "markdown", "json"),
        default="text",
        help="how to print; markdown is fit for release notes (default: text)",
    )
    diff.set_defaults(run=_diff)

    _add_exports(add)
    _add_claims(commands, add)

    sources = commands.add_parser(
        "sources", help="work with the source documents", description="Work with the source documents."
    )
    verify = add(
        "verify",
        "check digests and offsets of documents and passages against the files",
        sources.add_subparsers(title="commands", required=True, metavar="COMMAND"),
    )
    verify.add_argument("directory", type=Path, metavar="DIR", help="folder with the source documents")
    verify.set_defaults(run=_sources_verify)
    return parser


def _add_exports(add: Callable[..., argparse.ArgumentParser]) -> None:
    export = add("export", "write the graph, or the part about one thing, in one format")
    export.add_argument("--format", required=True, metavar="NAME", help="a format that `jdm-kg formats` lists")
    export.add_argument("--out", required=True, type=Path, metavar="DIR", help="the folder to write to")
    export.add_argument("--only", metavar="THING", help="only what bears on this thing, such as id:…")
    export.add_argument(
        "--as-of",
        metavar="DATE",
        help="tell whether sources are stale on this day, such as 2027-01-31 (default: the day of the last change)",
    )
    export.set_defaults(run=_export)

    formats = add("formats", "list the formats that the graph can be exported to")
    formats.set_defaults(run=_formats)


def _add_claims(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], add: Callable[..., argparse.ArgumentParser]
) -> None:
    claims = commands.add_parser(
        "claims", help="edit claims in a spreadsheet", description="Edit claims in a spreadsheet."
    ).add_subparsers(title="commands", required=True, metavar="COMMAND")

    export = add("export", "write all claims into a spreadsheet, one row for each", claims)
    export.add_argument("file", type=Path, metavar="FILE.csv", help="the spreadsheet to write")
    export.add_argument("--overwrite", action="store_true", help="replace a file that is there, and edits in it")
    export.set_defaults(run=_claims_export)

    bring = add("import", "bring the edits of a spreadsheet into the Turtle files: all of them, or none", claims)
    bring.add_argument("file", type=Path, metavar="FILE.csv", help="a spreadsheet that was exported and then edited")
    bring.add_argument("--dry-run", action="store_true", help="show what would change in the files, and write nothing")
    bring.add_argument(
        "--delete",
        action="store_true",
        help="delete the claims whose rows were deleted (default: keep them); not for claims that were ever released",
    )
    _add_sources(bring)
    bring.set_defaults(run=_claims_import)
    for command in (export, bring):
        command.formatter_class = argparse.RawDescriptionHelpFormatter
        command.epilog = _HOW_CELLS_ARE_WRITTEN


_HOW_CELLS_ARE_WRITTEN = r"""how cells are written:
  a thing         its short name: id:…, passage:…; the labels beside are there to read, not to edit
  a text          as it is; English unless said otherwise
  a number        digits, and a point: 2.5
  yes or no       true or false
  several values  parted by a bar: passage:… | passage:…
  all else        in quotes as in Turtle: what a spreadsheet would spoil ("2-3"@en, "-itis"@en), another
                  language ("mots"@fr), another type ("2025-03"^^xsd:gYearMonth); a bar is then written \u007C
  a new claim     a row without version; if claim and file are empty too, it is numbered and placed by its passage
Save as CSV UTF-8. Export again after an import. A row that somebody else has changed is told, not overwritten."""


def _add_sources(command: argparse.ArgumentParser) -> None:
    help_text = "folder with the source documents (default: $JDM_KG_SOURCES)"
    command.add_argument("--sources", type=Path, metavar="DIR", help=help_text)


class _PrintVersion(argparse.Action):
    """Looks the version up only when it is asked for; argparse's own action wants it beforehand."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"jdm-kg {version('jdm-kg')}")
        parser.exit()


def _build(options: argparse.Namespace) -> int:
    from jdm_kg import reports
    from jdm_kg.files import find_root
    from jdm_kg.pipeline import build
    from jdm_kg.sources import find_sources

    def progress(step: str) -> None:
        if sys.stderr.isatty():
            print(f"jdm-kg: {step} …", file=sys.stderr)

    root = find_root(options.root)
    result = build(root, options.out or root / "exports", source_files=find_sources(options.sources), progress=progress)
    print(reports.text(result.report, Path.cwd()), end="")
    counts = ", ".join(f"{number} {name}" for name, number in result.counts.items())
    if counts:
        print(counts)
    if result.published is None:
        number = result.report.errors
        reason = result.inconsistent or f"{number} error{'s' if number > 1 else ''} must be mended first"
        print(f"jdm-kg: nothing was written: {reason}", file=sys.stderr)
        return FINDINGS
    asserted, full = result.triples
    print(f"consistent (HermiT); {asserted} triples asserted, {full} with what follows from them")
    print(f"{len(result.published.files)} files written to {result.published.folder}:")
    for name, (number, size) in _by_folder(result.published.files).items():
        print(f"  {name:<26} {size:>10,} bytes{f' in {number} files' if number > 1 else ''}")
    return FINE


def _by_folder(files: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """How many files of how many bytes in all: those of a folder together, the others each by itself."""
    found: dict[str, tuple[int, int]] = {}
    for name, size in files.items():
        folder, slash, _ = name.rpartition("/")
        number, total = found.get(folder + slash or name, (0, 0))
        found[folder + slash or name] = (number + 1, total + size)
    return found


def _export(options: argparse.Namespace) -> int:
    from jdm_kg import exports
    from jdm_kg.files import find_root
    from jdm_kg.iris import expand
    from jdm_kg.pipeline import release

    fmt = exports.BY_NAME.get(options.format)
    if fmt is None:
        raise InputError(f"there is no format {options.format!r}", hint=_did_you_mean(options.format, exports.BY_NAME))
    made = release(find_root(options.root), options.as_of or "")
    if options.only:
        made = exports.only(made, expand(options.only))
    for name, (number, size) in _by_folder(exports.write(fmt, made, options.out)).items():
        print(f"{size:>10,} bytes  {options.out / name}{f' ({number} files)' if number > 1 else ''}")
    return FINE


def _formats(_: argparse.Namespace) -> int:
    from jdm_kg.exports import FORMATS

    width = max(len(fmt.name) for fmt in FORMATS)
    for fmt in FORMATS:
        extra = f" (needs the extra: pip install 'jdm-kg[{fmt.extra}]')" if fmt.extra else ""
        print(f"{fmt.name:<{width}}  {', '.join(fmt.files)}: {fmt.audience}{extra}")
    return FINE


def _check(options: argparse.Namespace) -> int:
    from jdm_kg import reports
    from jdm_kg.check import Workspace, catalogue
    from jdm_kg.files import find_root
    from jdm_kg.sources import find_sources

    # Nothing that a verdict makes refers to itself, and looking for what does takes a third of the time.
    gc.disable()
    root = find_root(options.root)
    for path in options.paths:
        if not path.exists():
            raise InputError("there is no such file or folder", path, hint="Check the spelling of the path.")
    known_codes = catalogue(root) if options.only else {}
    for code in options.only:
        if code not in known_codes:
            raise InputError(f"there is no check {code!r}", hint=_did_you_mean(code, known_codes))
    known = reports.read_baseline(options.baseline) if options.baseline else []
    if options.watch:
        if options.fix or options.write_baseline:
            hint = "Run the command twice: once to write, then to watch."
            raise InputError("--watch does not go together with --fix or --write-baseline", hint=hint)
        return _watch(root, options, known)
    if options.fix:
        _fix(root, options.paths)
    report = Workspace(root, find_sources(options.sources), beside=True).report()
    if options.write_baseline:
        _write_file(options.write_baseline, reports.baseline(report))
        known = reports.read_baseline(options.write_baseline)
    return _print_report(report, options, known)


def _print_report(report: Report, options: argparse.Namespace, known: Iterable[Mapping[str, str]]) -> int:
    from jdm_kg import reports

    report = reports.select(report, only=options.only, paths=options.paths, known=known)
    print(reports.FORMATS[options.format](report, Path.cwd()), end="", flush=True)
    return FINE if report.ok else FINDINGS


def _watch(root: Path, options: argparse.Namespace, known: Iterable[Mapping[str, str]]) -> int:
    from jdm_kg.check import Workspace
    from jdm_kg.sources import find_sources
    from jdm_kg.watching import changes

    workspace = Workspace(root, find_sources(options.sources), beside=True)
    status = FINE
    # An editor that runs this in the background tells by these two lines where a verdict begins and ends.
    try:
        for _ in changes(root):
            print("jdm-kg: checking", file=sys.stderr, flush=True)
            try:
                status = _print_report(workspace.report(), options, known)
            except JdmKgError as error:
                print(f"jdm-kg: {error}", file=sys.stderr, flush=True)
                status = UNUSABLE
            else:
                workspace.prepare()
            gc.collect()
            print("jdm-kg: waiting for the next change; Ctrl-C ends", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        pass
    return status


def _fix(root: Path, paths: Sequence[Path]) -> None:
    from jdm_kg.fixing import fix_files
    from jdm_kg.reports import relative

    for path, changes in fix_files(root, paths).items():
        for change in changes:
            print(f"{relative(path, Path.cwd())}:{change.line}: {change.done} [{change.code}]", file=sys.stderr)


def _write_file(path: Path, text: str) -> None:
    from jdm_kg.replacing import replace_file

    try:
        replace_file(path, text.encode("utf-8"))
    except OSError as error:
        raise OutputError(f"the file can't be written ({error.strerror})", path) from error


def _did_you_mean(word: str, words: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, list(words), n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(close)}?" if close else "jdm-kg explain lists all codes."


def _explain(options: argparse.Namespace) -> int:
    from jdm_kg import reports
    from jdm_kg.check import catalogue
    from jdm_kg.explanations import OTHERS
    from jdm_kg.files import find_root

    others = {entry.code: entry for entry in OTHERS}
    entries = dict(sorted((catalogue(find_root(options.root)) | others).items()))
    if options.page:
        print(reports.explanations_page(entries.values()), end="")
    elif options.code is None:
        for entry in entries.values():
            print(f"{entry.code:<36} {entry.title}")
    elif options.code in entries:
        print(reports.explanation(entries[options.code]), end="")
    else:
        raise InputError(f"there is no check {options.code!r}", hint=_did_you_mean(options.code, entries))
    return FINE


def _review(options: argparse.Namespace) -> int:
    from jdm_kg import review
    from jdm_kg.files import content, find_root, read_files
    from jdm_kg.texts import read_text

    root = find_root(options.root)
    path = root / "ontology" / review.LIST_FILE
    graph = content(read_files(root))
    known = review.read(path, read_text(path)) if path.is_file() else {}
    waiting = review.waiting(graph, known)
    chosen = waiting if options.all else options.records
    if not chosen:
        print("".join(f"{record}\n" for record in waiting), end="")
        print(f"{len(waiting)} of {len(review.records(graph))} records wait for a second reader")
        return FINE
    _write_file(path, review.write(review.update(graph, known, chosen)))
    print(f"{len(set(chosen))} record{'s' if len(set(chosen)) > 1 else ''} noted as reviewed")
    return FINE


def _coverage(options: argparse.Namespace) -> int:
    from jdm_kg import files, graph, ledger, sources, turtle

    content = graph.load(files.find_root(options.root))
    folder = sources.find_sources(options.sources)
    described = sources.documents(turtle.to_facts(content))
    accounts = ledger.coverage(content, sources.read_documents(described, folder) if folder else None)
    if options.format == "json":
        print(json.dumps(_coverage_json(accounts), ensure_ascii=False, indent=2))
    else:
        for document in accounts.documents:
            _print_document(document)
        _print_mentions(accounts)
    return FINDINGS if accounts.unaccounted else FINE


def _coverage_json(accounts: ledger.Coverage) -> dict[str, object]:
    return {
        "documents": [
            {
                "document": document.document,
                "label": document.label,
                "passages": [{**asdict(p), "accounted": p.accounted} for p in document.passages],
            }
            for document in accounts.documents
        ],
        "unaccounted": list(accounts.unaccounted),
        "mentions": None if accounts.mentions is None else [asdict(mention) for mention in accounts.mentions],
    }


def _print_document(document: ledger.DocumentCoverage) -> None:
    passages = document.passages
    encoded = [p for p in passages if p.claims]
    aside = [p for p in passages if p.set_aside]
    missing = [p for p in passages if not p.accounted]
    print(f"{document.label} ({document.document})")
    print(f"  {len(passages)} passages: {len(encoded)} encoded, {len(aside)} set aside, {len(missing)} unaccounted for")
    for section in dict.fromkeys(p.section for p in passages):
        inside = [p for p in passages if p.section == section]
        claims = sum(p.claims for p in inside)
        done = sum(bool(p.claims) for p in inside)
        per_passage = f"{claims / done:.1f} a passage" if done else "none"
        print(f"    {section:<48} {len(inside):>3} passages {done:>3} encoded {claims:>4} claims ({per_passage})")
    for reason, number in sorted(Counter(p.set_aside for p in aside).items()):
        print(f"  set aside as {reason}: {number}")
        for passage in aside:
            if passage.set_aside == reason:
                print(f"    {passage.passage}: {passage.note}")
    for passage in missing:
        print(f"  UNACCOUNTED: {passage.passage} ({passage.section})")
    print()


def _print_mentions(accounts: ledger.Coverage) -> None:
    if accounts.mentions is None:
        print("Mentions without a claim: not looked for; name the folder of the documents with --sources.")
        return
    print(f"Mentions without a claim from their passage: {len(accounts.mentions)}")
    for mention in accounts.mentions:
        print(f"  {mention.passage}: “{mention.wording}” ({mention.thing})")


def _diff(options: argparse.Namespace) -> int:
    from jdm_kg import diff, files, graph

    root = files.find_root(options.root)
    old = diff.read(options.old, root)
    new = graph.load_authored(root) if options.new is None else diff.read(options.new, root)
    found = diff.compare(old, new, (options.old, "the working tree" if options.new is None else options.new))
    if options.format == "json":
        print(json.dumps(diff.to_json(found), ensure_ascii=False, indent=2))
    else:
        print(diff.to_markdown(found) if options.format == "markdown" else diff.to_text(found), end="")
    return FINE if found.empty else FINDINGS


def _claims_export(options: argparse.Namespace) -> int:
    from jdm_kg.files import find_root
    from jdm_kg.sheets import export_claims

    number = export_claims(find_root(options.root), options.file, overwrite=options.overwrite)
    print(f"{number} claims written to {options.file}")
    return FINE


def _claims_import(options: argparse.Namespace) -> int:
    from jdm_kg.files import find_root
    from jdm_kg.sheets import import_claims
    from jdm_kg.sources import find_sources

    folder = find_sources(options.sources)
    done = import_claims(
        find_root(options.root), options.file, sources=folder, delete=options.delete, dry_run=options.dry_run
    )
    for finding in done.findings:
        print(finding)
    if done.errors:
        print(f"jdm-kg: nothing was written: {done.errors} errors must be mended first", file=sys.stderr)
        return FINDINGS
    if options.dry_run:
        print(done.diff, end="")
    for change in done.changes:
        row = f"row {change.row}: " if change.row else ""
        what = f" ({', '.join(change.columns)})" if change.columns else ""
        print(f"{row}{change.kind} {change.claim} in {change.file}{what}")
    if done.outdated:
        print(f"{len(done.outdated)} claims were changed in the files since the export, not in their rows; they stay")
    if done.kept:
        print(f"{len(done.kept)} claims have no row here and are kept; --delete would delete them")
    counts = Counter(change.kind for change in done.changes)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in ("changed", "added", "deleted") if counts[kind])
    if done.written:
        print(f"{told}; {len(done.written)} files written. Export again before you edit on.")
    else:
        print(f"{told}; nothing was written (--dry-run)" if told else "no row was edited; nothing was written")
    return FINE


def _sources_verify(options: argparse.Namespace) -> int:
    from jdm_kg import files, sources
    from jdm_kg.findings import Finding

    root = files.find_root(options.root)
    current = files.read_files(root)
    content = files.content(current)
    findings = sorted(sources.verify(content, options.directory, current), key=Finding.sort_key)
    for finding in findings:
        print(finding)
    documents = sources.documents(content)
    passages = sum(len(document.passages) for document in documents)
    verdict = "all is well" if not findings else f"{len(findings)} findings"
    print(f"{len(documents)} documents, {passages} passages checked: {verdict}")
    return FINDINGS if findings else FINE
