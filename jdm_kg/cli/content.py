"""The commands for curators and for the content as a whole."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from jdm_kg.cli.common import FINDINGS, FINE, UNUSABLE, add_sources, by_folder, declare, did_you_mean, write_file
from jdm_kg.errors import InputError, JdmKgError

if TYPE_CHECKING:
    # Modules with heavy imports are loaded by the command that needs them, so that every other one starts at once.
    from jdm_kg import ledger
    from jdm_kg.cli.common import Commands
    from jdm_kg.findings import Report

_ALL_CODES = "jdm-kg explain lists all codes."


def add(commands: Commands) -> None:
    """Declare the commands."""
    build = declare(commands, "build", "check the content, reason over it, and write all exports")
    build.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of exports, replaced whole (default: ROOT/exports)"
    )
    add_sources(build)
    build.set_defaults(run=_build)

    check = declare(commands, "check", "say what is wrong with the content, at file, line and column")
    add_sources(check)
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

    explain = declare(commands, "explain", "say what a code of a finding means and what to do about it")
    explain.add_argument(
        "code", nargs="?", metavar="CODE", help="the code in brackets behind a finding (default: list all)"
    )
    explain.add_argument("--page", action="store_true", help="print the page of all checks in Markdown")
    explain.set_defaults(run=_explain)

    coverage = declare(commands, "coverage", "show how every passage of the documents is accounted for")
    add_sources(coverage)
    coverage.add_argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)")
    coverage.set_defaults(run=_coverage)

    review = declare(
        commands, "review", "list the records that wait for a second reader, or note that they were reviewed"
    )
    review.add_argument(
        "records",
        nargs="*",
        metavar="RECORD",
        help="a record that was compared with its passage, such as claim:wp-001-01 (default: list those that wait)",
    )
    review.add_argument("--all", action="store_true", help="all that wait were reviewed")
    review.set_defaults(run=_review)

    diff = declare(commands, "diff", "say what changed between two versions of the content, in words")
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

    sources = commands.add_parser(
        "sources", help="work with the source documents", description="Work with the source documents."
    )
    verify = declare(
        sources.add_subparsers(title="commands", required=True, metavar="COMMAND"),
        "verify",
        "check digests and offsets of documents and passages against the files",
    )
    verify.add_argument("directory", type=Path, metavar="DIR", help="folder with the source documents")
    verify.set_defaults(run=_sources_verify)


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
    for name, (number, size) in by_folder(result.published.files).items():
        print(f"  {name:<26} {size:>10,} bytes{f' in {number} files' if number > 1 else ''}")
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
            raise InputError(f"there is no check {code!r}", hint=did_you_mean(code, known_codes, _ALL_CODES))
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
        write_file(options.write_baseline, reports.baseline(report))
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
        raise InputError(f"there is no check {options.code!r}", hint=did_you_mean(options.code, entries, _ALL_CODES))
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
    write_file(path, review.write(review.update(graph, known, chosen)))
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
