"""Runs a notebook from top to bottom and writes it, with its outputs and nothing of the machine, to standard output.

For an environment of its own, in which nbclient is: see `tests.test_notebook`.
"""

import sys
from importlib import import_module
from pathlib import Path

# By name, because the type checker runs in an environment without them.
nbclient, nbformat = import_module("nbclient"), import_module("nbformat")

KEPT = ("output_type", "data", "text", "name", "ename", "evalue")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

path = Path(sys.argv[1])
notebook = nbformat.read(path, as_version=4)
nbclient.NotebookClient(
    notebook,
    timeout=120,
    kernel_name="python3",
    record_timing=False,
    resources={"metadata": {"path": str(path.parent)}},
).execute()
notebook.metadata = METADATA
for number, cell in enumerate(notebook.cells, 1):
    cell.id = f"cell-{number:02}"
    cell.metadata = {}
    for index, output in enumerate(cell.get("outputs", [])):
        kept = {key: output[key] for key in KEPT if key in output}
        if output.output_type == "execute_result":
            kept |= {"execution_count": output.execution_count, "metadata": {}}
        cell.outputs[index] = nbformat.from_dict(kept)
nbformat.validate(notebook)
sys.stdout.write(nbformat.writes(notebook) + "\n")
