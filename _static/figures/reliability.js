/* <reliability-figure parts='{"validation": {"z": [[...], ...], "labels": [...]}}'>: is a model that says 90 % right in
   90 of 100 cases?  Per bin of confidences a bar of the share that is right and a line at the mean confidence, for the
   logits over a temperature; below, the square root of how many examples each bin holds. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const { sum, softmax, softmaxCrossEntropy, svg, slider, ratioSlider, choice, table, format } = Figures;
  const { number, integer, oneOf } = Figures;

  const HOTTEST = 5;
  const MOST = 30;
  const LEFT = 44,
    RIGHT = 344,
    TOP = 10,
    BASE = 310,
    STRIP = 344;

  const across = (share) => LEFT + (RIGHT - LEFT) * share;
  const height = (share) => BASE - (BASE - TOP) * share;
  const mean = (a) => sum(a) / a.length;

  /* The bin of a confidence: b/B < c <= (b + 1)/B, and 0 in the first, as in softxent.calibration */
  function binOf(c, bins) {
    let b = Math.max(Math.ceil(c * bins) - 1, 0);
    while (b > 0 && c <= b / bins) b -= 1;
    while (c > (b + 1) / bins) b += 1;
    return b;
  }

  /* log loss, accuracy, mean confidence, ECE, and for each bin its count and means (null where it is empty) */
  function calibration({ z, labels }, tau, bins) {
    const scaled = z.map((row) => row.map((zk) => zk / tau));
    const confidence = scaled.map((row) => Math.max(...softmax(row)));
    const correct = z.map((row, n) => (row.indexOf(Math.max(...row)) === labels[n] ? 1 : 0));
    const loss = mean(
      scaled.map((row, n) =>
        softmaxCrossEntropy(
          row,
          row.map((_, k) => (k === labels[n] ? 1 : 0)),
        ),
      ),
    );
    const members = Array.from({ length: bins }, () => []);
    confidence.forEach((c, n) => members[binOf(c, bins)].push(n));
    const over = (values) => members.map((group) => (group.length ? mean(group.map((n) => values[n])) : null));
    const ece = sum(members.map((group) => Math.abs(sum(group.map((n) => correct[n] - confidence[n]))))) / z.length;
    return {
      loss,
      ece,
      accuracy: mean(correct),
      confidence: mean(confidence),
      counts: members.map((group) => group.length),
      said: over(confidence),
      right: over(correct),
    };
  }

  class ReliabilityFigure extends Figures.Figure {
    question = "At which temperature may the model be taken at its word?";

    get challenges() {
      return [
        {
          ask: "Find the temperature of least log loss.",
          reply: "A step of the slider to either side does not lower it, and the loss has only one minimum.",
          done: ({ tau, loss }) => this.isLeast(tau, loss),
        },
        {
          ask: "Find a lower log loss than at τ = 1 with a higher ECE.",
          reply: "The log loss fell and the ECE rose: they do not measure the same.",
          done: ({ loss, ece, start }) => loss < start.loss && ece > start.ece,
        },
      ];
    }

    begin() {
      this.parts = this.read("parts");
      this.names = Object.keys(this.parts);
      return { tau: 1, bins: 15, images: this.names[0] };
    }

    get fields() {
      return { tau: number(1 / HOTTEST, HOTTEST), bins: integer(1, MOST), images: oneOf(this.names) };
    }

    build() {
      this.temperature = ratioSlider("τ", HOTTEST, (tau) => this.update({ tau }));
      this.count = slider("bins", { min: 1, max: MOST, step: 1, onInput: (bins) => this.update({ bins }) });
      this.choice = choice("Images", this.names, (n) => this.update({ images: this.names[n] }));
      const rows = [this.choice.row, this.temperature.row, this.count.row];
      return [this.picture(), ...rows, ...this.readout()];
    }

    picture() {
      this.columns = Array.from({ length: MOST }, () => this.column());
      const ticks = [0, 0.5, 1].map((share) =>
        svg(
          "g",
          {},
          svg("path", { class: "figure-frame", d: `M${LEFT} ${height(share)}H${RIGHT}` }),
          svg("text", { x: LEFT - 6, y: height(share) + 5, "text-anchor": "end" }, String(share)),
        ),
      );
      return svg(
        "svg",
        {
          viewBox: "0 0 360 414",
          role: "img",
          class: "figure-picture",
          "aria-label":
            "For each bin of confidences a bar of the share that is right and a dashed line at the mean confidence; below, how many images the bin holds",
        },
        ...ticks,
        svg("path", { class: "figure-tie", d: `M${across(0)} ${height(0)}L${across(1)} ${height(1)}` }),
        ...this.columns.map((column) => column.node),
        ...this.legend(),
      );
    }

    column() {
      const right = svg("rect", { class: "figure-model" });
      const said = svg("path", { class: "figure-limit" });
      const many = svg("rect", { class: "figure-many" });
      return { node: svg("g", {}, right, said, many), right, said, many };
    }

    legend() {
      return [
        svg("text", { x: across(0.5), y: STRIP + 20, "text-anchor": "middle" }, "confidence, 0 to 1"),
        svg("rect", { class: "figure-model", x: LEFT, y: STRIP + 38, width: 12, height: 12 }),
        svg("text", { x: LEFT + 20, y: STRIP + 50 }, "share right"),
        svg("path", { class: "figure-limit", d: `M${LEFT + 140} ${STRIP + 44}h26` }),
        svg("text", { x: LEFT + 174, y: STRIP + 50 }, "mean confidence"),
      ];
    }

    readout() {
      const rows = ["log loss", "ECE", "mean confidence", "accuracy"];
      const { node, cells } = table("The model at this temperature and at temperature 1", ["", "now", "τ = 1"], rows);
      this.cells = cells;
      return [node];
    }

    at(tau) {
      return calibration(this.parts[this.images], tau, this.bins);
    }

    get values() {
      const { tau, bins, images } = this;
      return { tau, bins, images, ...this.at(tau), start: this.at(1) };
    }

    /* Whether a step of the slider to either side raises the loss */
    isLeast(tau, loss) {
      const step = HOTTEST ** 0.01;
      return [tau * step, tau / step].every((other) => loss <= this.at(other).loss);
    }

    draw(values) {
      const { tau, bins, images, start } = values;
      this.choice.select.selectedIndex = this.names.indexOf(images);
      this.temperature.show(tau);
      this.count.show(bins, String(bins));
      this.columns.forEach((column, b) => this.drawColumn(column, b, values));
      [
        [values.loss, start.loss],
        [values.ece, start.ece],
        [values.confidence, start.confidence],
        [values.accuracy, start.accuracy],
      ].forEach((row, r) => row.forEach((number, c) => (this.cells[r][c].textContent = format(number))));
    }

    drawColumn({ node, right, said, many }, b, { bins, counts, said: confidences, right: shares }) {
      const full = b < bins && counts[b] > 0;
      node.setAttribute("display", full ? "inline" : "none");
      if (!full) return;
      const [x, width] = [across(b / bins) + 0.5, (RIGHT - LEFT) / bins - 1];
      const tall = 24 * Math.sqrt(counts[b] / Math.max(...counts));
      right.setAttribute("x", x);
      right.setAttribute("width", width);
      right.setAttribute("y", height(shares[b]));
      right.setAttribute("height", BASE - height(shares[b]));
      said.setAttribute("d", `M${x} ${height(confidences[b])}h${width}`);
      many.setAttribute("x", x);
      many.setAttribute("width", width);
      many.setAttribute("y", STRIP - tall);
      many.setAttribute("height", tall);
    }

    summary() {
      const { tau, bins, images, loss, ece, confidence, accuracy } = this.values;
      return (
        `${images} images, temperature ${tau.toPrecision(3)}, ${bins} bins: log loss ${format(loss)}, ` +
        `ECE ${format(ece)}, mean confidence ${format(confidence)}, accuracy ${format(accuracy)}.`
      );
    }
  }

  customElements.define("reliability-figure", ReliabilityFigure);
});
