"""Drawing for the book: figures without a global state, and a figure's numeric twin.

The only module that imports matplotlib.  The style is chapters/matplotlibrc; nothing here sets a colour.  Beside that
file matplotlib finds it by itself; elsewhere this module takes the copy that a wheel carries.
"""

import io
from pathlib import Path

import numpy as np
from IPython.display import display
from matplotlib import rc_file, rcParams
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text
from PIL import Image

SAMPLES = 9
DIGITS = 4
STYLE = Path(__file__).parent / "book" / "chapters" / "matplotlibrc"  # in a wheel only (setup.py)
if STYLE.exists():
    rc_file(STYLE)


def new_figure(rows=1, columns=1, *, width=None, height=None, **subplots):
    """A figure and its axes, as plt.subplots gives them, but known to nobody else: nothing is shown twice.

    A single panel has the size that chapters/matplotlibrc gives, two columns a fifth more width, further rows 0.85 of
    its height each.
    """
    wide, high = rcParams["figure.figsize"]
    wide *= 1 if columns == 1 else 1.2
    high *= 1 if rows == 1 else 0.85 * rows
    figure = Figure(figsize=(width or wide, height or high))
    return figure, figure.subplots(rows, columns, **subplots)


def show(figure):
    """Display one bundle: the picture as PNG and, for nbval, the digest of what is drawn as text; return None."""
    display({"image/png": png(figure), "text/plain": digest(figure)}, raw=True)


def png(figure):
    """The picture with a palette of 256 colours: a third of the bytes, and no difference to the eye."""
    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png")
    Image.open(drawn).quantize(256, method=Image.Quantize.FASTOCTREE).save(small, format="png", optimize=True)
    return small.getvalue()


def digest(figure):
    """What a figure shows, in numbers: per axes its labels and limits, per artist some of its data, rounded."""
    return "\n".join(line for axes in figure.axes for line in describe_axes(axes))


def describe_axes(axes):
    """The lines of the digest that belong to one axes: labels, limits, then the artists in drawing order."""
    limits = f"x {sample(axes.get_xlim())} {axes.get_xscale()}, y {sample(axes.get_ylim())} {axes.get_yscale()}"
    yield f"axes {axes.get_title()!r} {axes.get_xlabel()!r} {axes.get_ylabel()!r} {limits}"
    legend = axes.get_legend()
    if legend:
        yield f"  legend {[t.get_text() for t in legend.get_texts()]}"
    for artist in axes.get_children():
        if artist is axes.patch or artist in axes.spines.values() or not artist.get_visible():
            continue
        if line := describe_artist(artist):
            yield "  " + line


def describe_artist(artist):
    """One line for an artist that carries data or words, None for the rest (axis lines, ticks, empty titles)."""
    if isinstance(artist, Line2D):
        return f"line x {sample(artist.get_xdata())} y {sample(artist.get_ydata())}"
    if isinstance(artist, Text):
        place = sample(artist.xy if isinstance(artist, Annotation) else artist.get_position())
        return f"text {artist.get_text()!r} {place}" if artist.get_text() else None
    if isinstance(artist, AxesImage):
        return f"image {np.shape(artist.get_array())} {sample(artist.get_array())}"
    if isinstance(artist, Patch):
        outline = artist.get_path().transformed(artist.get_patch_transform())
        return f"{type(artist).__name__.lower()} {sample(outline.vertices)}"
    return describe_collection(artist) if isinstance(artist, Collection) else None


def describe_collection(collection):
    """Scatter points by their places, filled areas and contours by the vertices of their paths, quivers by U and V."""
    places = np.ma.filled(np.ma.asarray(collection.get_offsets(), dtype=float), np.nan)
    vertices = [p.vertices for p in collection.get_paths()]
    arrows = [collection.U, collection.V] if hasattr(collection, "U") else []
    values = [] if collection.get_array() is None else [collection.get_array()]
    parts = [places, np.concatenate(vertices) if vertices else [], *arrows, *values]
    return f"{type(collection).__name__.lower()} " + " ".join(sample(p) for p in parts)


def sample(data):
    """Size, extremes, mean and a few entries of an array, to four digits of its largest entry."""
    data = np.asarray(data, dtype=float).ravel()
    finite = data[np.isfinite(data)]
    if not finite.size:
        return f"[{data.size} entries]"
    scale = np.abs(finite).max() or 1.0
    entries = data[np.linspace(0, data.size - 1, min(SAMPLES, data.size)).astype(int)]
    summary = [finite.min(), finite.max(), finite.mean()] if data.size > SAMPLES else []
    words = [to_scale(v, scale) for v in [*summary, *entries]]
    return f"[{data.size}: {' '.join(words)}]" if summary else f"[{' '.join(words)}]"


def to_scale(value, scale):
    """The value to DIGITS digits of the scale; a tiny offset keeps exact ties such as 0.125 from falling either way."""
    if not np.isfinite(value):
        return str(value)
    unit = 10.0 ** (np.floor(np.log10(scale)) + 1 - DIGITS)
    return f"{np.floor(value / unit + 0.5 + 1e-6) * unit + 0.0:.4g}"
