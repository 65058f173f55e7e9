"""Run in an environment of its own by test_export_kgx: `kgx validate` without the network, and Biolink's own rules.

Arguments: the nodes, the edges, and further prefixes that are known. The last line that it prints is JSON: what KGX
finds wrong, what is outside a predicate's domain or range, the values that may stand in two columns, and the columns
that are no slots of associations.

KGX fetches the model when it is imported; it gets the one of the package `biolink-model` instead, and as prefixes those
of that package and the further ones.
"""

import csv
import json
import logging
import sys
from importlib import import_module, resources
from pathlib import Path

package = resources.files("biolink_model")
model = str(package.joinpath("schema/biolink_model.yaml"))
Toolkit = import_module("bmt.toolkit").Toolkit
Toolkit.__init__.__defaults__ = (model, {"predicate mappings": []})

prefixes = json.loads(package.joinpath("prefixmaps/biolink-model-prefix-map.json").read_text(encoding="utf-8"))
context = {**prefixes.get("@context", prefixes), **dict.fromkeys(sys.argv[3:], "https://example.org/")}
import_module("kgx.config").jsonld_context_map.update(
    dict.fromkeys(("biolink", "monarch_context", "obo_context"), context)
)

logging.disable(logging.CRITICAL)
nodes, edges = sys.argv[1:3]
report = Path(nodes).with_name("report.json")
errors = import_module("kgx.cli.cli_utils").validate([nodes, edges], "tsv", None, str(report))

toolkit = Toolkit()


def rows(path: str) -> list[dict[str, str]]:
    """The rows of a table."""
    with Path(path).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def kinds(category: str) -> set[str]:
    """A category with all above it and all that is mixed in."""
    return set(toolkit.get_ancestors(category, mixin=True))


of = {row["id"]: row["category"] for row in rows(nodes)}
unfit = set()
for row in rows(edges):
    slot = toolkit.get_element(row["predicate"])
    # Whatever has subclasses is one of Biolink's ontology classes, which few of its categories say.
    wanted = {"subject": slot.domain, "object": slot.range} if slot else {}  # KGX tells of a predicate that is none
    for end, kind in wanted.items():
        if kind and kind != "ontology class" and kind not in kinds(of[row[end]]):
            unfit.add(f"{end} of {row['predicate']} ({row['original_predicate']}) is a {of[row[end]]} and no {kind}")
lists = {
    name: sorted(toolkit.view.get_enum(f"{name}Enum").permissible_values) for name in ("KnowledgeLevel", "AgentType")
}
slots = [name for name in rows(edges)[0] if not toolkit.is_association_slot(name) and name not in {"id", "category"}]
found = {"errors": errors, "unfit": sorted(unfit), "lists": lists, "slots": slots}
sys.stdout.write(f"\n{json.dumps(found, default=str)}\n")
