"""The command line: one command per public function. The only module that prints or exits.

Results go to standard output, talk goes to standard error. Exit status: 0 fine, 1 findings, 2 input that can't be
read or output that can't be written.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from jdm_kg.errors import InputError, JdmKgError, OutputError

if TYPE_CHECKING:
    # Modules with heavy imports are loaded by the command that needs them, so that every other one starts at once.
    from jdm_kg import sources

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
    build.add_argument(
        "--sources",
        type=Path,
        metavar="DIR",
        help="folder with the source documents (default: $JDM_KG_SOURCES)",
    )
    build.set_defaults(run=_build)

    check = add("check", "say what is wrong with the content, at file, line and column")
    check.add_argument(
        "--sources",
        type=Path,
        metavar="DIR",
        help="folder with the source documents (default: $JDM_KG_SOURCES)",
    )
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
    check.set_defaults(run=_check)

    explain = add("explain", "say what a code of a finding means and what to do about it")
    explain.add_argument(
        "code", nargs="?", metavar="CODE", help="the code in brackets behind a finding (default: list all)"
    )
    explain.add_argument("--page", action="store_true", help="print the page of all checks in Markdown")
    explain.set_defaults(run=_explain)

    coverage = add("coverage", "show how every passage of the documents is accounted for")
    coverage.add_argument(
        "--sources",
        type=Path,
        metavar="DIR",
        help="folder with the source documents (default: $JDM_KG_SOURCES)",
    )
    coverage.add_argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)")
    coverage.set_defaults(run=_coverage)

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


class _PrintVersion(argparse.Action):
    """Looks the version up only when it is asked for; argparse's own action wants it beforehand."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"jdm-kg {version('jdm-kg')}")
        parser.exit()


def _build(options: argparse.Namespace) -> int:
    from jdm_kg import reports
    from jdm_kg.graph import find_root
    from jdm_kg.pipeline import build
    from jdm_kg.sources import find_sources

    def progress(step: str) -> None:
        if sys.stderr.isatty():
            print(f"jdm-kg: {step} …", file=sys.stderr)

    root = find_root(options.root)
    result = build(root, options.out or root / "exports", source_files=find_sources(options.sources), progress=progress)
    print(reports.text(result.report, Path.cwd()), end="")
    counts = ", ".join(f"{number} {name}" for name, number in result.counts.items())
    print(counts)
    if result.published is None:
        reason = result.inconsistent or f"{result.report.errors} findings must be mended first"
        print(f"jdm-kg: nothing was written: {reason}", file=sys.stderr)
        return FINDINGS
    asserted, full = result.triples
    print(f"consistent (HermiT); {asserted} triples asserted, {full} with what follows from them")
    print(f"{len(result.published.files)} files written to {result.published.folder}:")
    for name, size in result.published.files.items():
        print(f"  {name:<26} {size:>10,} bytes")
    return FINE


def _check(options: argparse.Namespace) -> int:
    from jdm_kg import reports
    from jdm_kg.check import catalogue, validate
    from jdm_kg.graph import find_root
    from jdm_kg.sources import find_sources

    root = find_root(options.root)
    for path in options.paths:
        if not path.exists():
            raise InputError("there is no such file or folder", path, hint="Check the spelling of the path.")
    known_codes = catalogue(root)
    for code in options.only:
        if code not in known_codes:
            raise InputError(f"there is no check {code!r}", hint=_did_you_mean(code, known_codes))
    known = reports.read_baseline(options.baseline) if options.baseline else []
    report = validate(root, find_sources(options.sources))
    if options.write_baseline:
        _write_file(options.write_baseline, reports.baseline(report))
        known = reports.read_baseline(options.write_baseline)
    report = reports.select(report, only=options.only, paths=options.paths, known=known)
    print(reports.FORMATS[options.format](report, Path.cwd()), end="")
    return FINE if report.ok else FINDINGS


def _write_file(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"the file can't be written ({error.strerror})", path) from error


def _did_you_mean(word: str, words: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, list(words), n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(close)}?" if close else "jdm-kg explain lists all codes."


def _explain(options: argparse.Namespace) -> int:
    from jdm_kg import reports
    from jdm_kg.check import catalogue
    from jdm_kg.graph import find_root

    entries = catalogue(find_root(options.root))
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


def _coverage(options: argparse.Namespace) -> int:
    from jdm_kg import graph, sources

    content = graph.load(graph.find_root(options.root))
    folder = sources.find_sources(options.sources)
    texts = sources.read_documents(content, folder) if folder else None
    ledger = sources.coverage(content, texts)
    if options.format == "json":
        print(json.dumps(_coverage_json(ledger), ensure_ascii=False, indent=2))
    else:
        for document in ledger.documents:
            _print_document(document)
        _print_mentions(ledger)
    return FINDINGS if ledger.unaccounted else FINE


def _coverage_json(ledger: sources.Coverage) -> dict[str, object]:
    return {
        "documents": [
            {
                "document": document.document,
                "label": document.label,
                "passages": [{**asdict(p), "accounted": p.accounted} for p in document.passages],
            }
            for document in ledger.documents
        ],
        "unaccounted": list(ledger.unaccounted),
        "mentions": None if ledger.mentions is None else [asdict(mention) for mention in ledger.mentions],
    }


def _print_document(document: sources.DocumentCoverage) -> None:
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


def _print_mentions(ledger: sources.Coverage) -> None:
    if ledger.mentions is None:
        print("Mentions without a claim: not looked for; name the folder of the documents with --sources.")
        return
    print(f"Mentions without a claim from their passage: {len(ledger.mentions)}")
    for mention in ledger.mentions:
        print(f"  {mention.passage}: “{mention.wording}” ({mention.thing})")


def _sources_verify(options: argparse.Namespace) -> int:
    from jdm_kg import graph, sources

    root = graph.find_root(options.root)
    content = graph.load(root)
    findings = sorted(sources.verify(content, options.directory, graph.Locator(root)), key=lambda f: f.sort_key())
    for finding in findings:
        print(finding)
    documents = sources.documents(content)
    passages = sum(len(document.passages) for document in documents)
    verdict = "all is well" if not findings else f"{len(findings)} findings"
    print(f"{len(documents)} documents, {passages} passages checked: {verdict}")
    return FINDINGS if findings else FINE
