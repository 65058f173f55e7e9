"""The exports as a research object: each file, the documents behind them, and the run that made them.

Source: RO-Crate Metadata Specification 1.2.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from jdm_kg.exports import common, dataset
from jdm_kg.exports.media import media_type
from jdm_kg.exports.table import Files, Release
from jdm_kg.iris import BASE

FILE = "ro-crate-metadata.json"
_SPECIFICATION = "https://w3id.org/ro/crate/1.2"
_OF_RDF = {"text/turtle", "application/trig", "application/n-triples", "application/n-quads", "application/rdf+xml"}

Json = dict[str, Any]


def write(release: Release, files: Files, engine: str) -> bytes:
    """The metadata document.

    Args:
        release: What the files were made from.
        files: The files to describe.
        engine: Version of the package that made them.
    """
    head = common.header(release.facts)
    sources = common.sources(release.facts)
    day = release.modified or "1970-01-01"  # the property is required
    graph: list[Json] = [
        {
            "@id": FILE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": _SPECIFICATION},
            "about": {"@id": "./"},
            "name": "What the files of the exports are",
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": dataset.title(release),
            "description": dataset.description(release),
            "identifier": BASE,
            "url": BASE,
            "version": release.version,
            "datePublished": day,
            "dateModified": day,
            "inLanguage": common.LANGUAGE,
            "license": {"@id": common.LICENSE_URL},
            "author": {"@id": "#creator"},
            "publisher": {"@id": "#publisher"},
            **({"creditText": head.citation} if head.citation else {}),
            "isBasedOn": [{"@id": source.iri} for source in sources],
            "hasPart": [{"@id": path} for path in sorted(files)],
            "mentions": {"@id": "#generation"},
        },
        {
            "@id": common.LICENSE_URL,
            "@type": "CreativeWork",
            "name": common.LICENSE,
            "identifier": common.LICENSE_SPDX,
            "description": "Creative Commons Attribution-ShareAlike 4.0 International",
        },
        {**_organization("#creator", head.creator), "url": BASE},
        {**_organization("#publisher", head.publisher), "url": BASE},
        {
            "@id": "#engine",
            "@type": "SoftwareApplication",
            "name": "jdm-kg",
            "description": "The program that checks the content, derives what follows and writes the files.",
            "url": BASE,
            "softwareVersion": engine,
            "version": engine,
        },
        {
            "@id": "#generation",
            "@type": "CreateAction",
            "name": "Generation of the exports",
            "description": "The files were written from the knowledge graph, which was encoded from the documents.",
            "instrument": {"@id": "#engine"},
            "agent": {"@id": "#creator"},
            "object": [{"@id": source.iri} for source in sources],
            "result": [{"@id": path} for path in sorted(files)],
            "endTime": day,
        },
    ]
    graph += [_file(path, content) for path, content in sorted(files.items())]
    publishers = sorted({source.publisher for source in sources} - {""})
    graph += [_organization(one, common.label(release.facts, one)) for one in publishers]
    graph += [_source(source, release) for source in sources]
    licenses = sorted({source.license for source in sources} - {"", common.LICENSE_URL})
    graph += [
        {"@id": one, "@type": "CreativeWork", "name": one, "description": "A licence of a source."} for one in licenses
    ]
    document = {"@context": f"{_SPECIFICATION}/context", "@graph": graph}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _organization(iri: str, label: str) -> Json:
    return {"@id": iri, "@type": "Organization", "name": label or "jdm-kg"}


def _file(path: str, content: bytes) -> Json:
    kind = media_type(path)
    about = "RDF" if kind in _OF_RDF else kind
    return {
        "@id": path,
        "@type": "File",
        "name": path,
        "description": f"One of the exports ({about}); README.md tells for whom it is and what it can't carry.",
        "encodingFormat": kind,
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _source(source: common.Source, release: Release) -> Json:
    review = f"Review on {release.as_of}: {source.freshness(release.as_of)}." if release.as_of else ""
    dates = f"Last reviewed {source.reviewed}, next review due {source.due}." if source.reviewed else ""
    words = [source.status, dates, review, source.terms]
    told: Json = {
        "@id": source.iri,
        "@type": "CreativeWork",
        "name": source.label,
        "alternateName": source.title,
        "description": " ".join(word for word in words if word),
        "url": source.address,
        "sha256": source.sha256,
        "usageInfo": source.terms,
        "license": {"@id": source.license} if source.license else "",
        "publisher": {"@id": source.publisher} if source.publisher else "",
    }
    return {key: value for key, value in told.items() if value}
