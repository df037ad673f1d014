"""Execute chapters and store them in one normal form: python tools/execute.py chapters/05_gradient.ipynb ...

The normal form keeps what a reader or nbval needs and drops what differs from run to run: cell ids count from the
top, the kernel is called python3, no execution timing is stored, the file ends in one newline.
"""

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from launch import ROOT, address, with_install_cell, with_needs

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

# What the page folds, JupyterLab folds too.
FOLDED = {
    "hide-input": ["source_hidden"],
    "hide-output": ["outputs_hidden"],
    "hide-cell": ["source_hidden", "outputs_hidden"],
}


def normalise(notebook):
    """Give the notebook the one form in which it is stored."""
    notebook.metadata = nbformat.from_dict(KERNEL)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:03d}"
        for key in ("execution", "collapsed", "jupyter", "scrolled", "editable", "slideshow"):
            cell.metadata.pop(key, None)
        if folded := FOLDED.keys() & set(cell.metadata.get("tags", [])):
            cell.metadata["jupyter"] = {key: True for tag in sorted(folded) for key in FOLDED[tag]}
        if cell.cell_type == "code":
            cell.outputs = joined(merge_metadata(output) for output in cell.outputs)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def merge_metadata(output):
    """Outputs carry no metadata of their own: captions and alt texts belong to the cell."""
    if "metadata" in output:
        output.metadata = nbformat.from_dict({})
    return output


def joined(outputs):
    """What one stream printed in a row is one output, however it happened to arrive."""
    kept = []
    for output in outputs:
        last = kept[-1] if kept else {}
        if output.output_type == "stream" and output.name == last.get("name"):
            last.text += output.text
        else:
            kept.append(output)
    return kept


def execute(path):
    """Run one notebook from top to bottom in its own folder, and store it with its outputs."""
    url = address(ROOT)
    notebook = with_needs(with_install_cell(nbformat.read(path, as_version=4), url), url)
    NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    path.write_text(nbformat.writes(normalise(notebook)).rstrip("\n") + "\n", encoding="utf8")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    for name in sys.argv[1:]:
        print("execute", name, flush=True)
        execute(Path(name).resolve())
