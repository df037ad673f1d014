/* <loss-figure z="[2,1,-1]" targets='{"class 1": [1,0,0], ...}'>: what does the loss want to change in the logits?
   Bars of the target y and the model's p = softmax(z); between them the gradient p - y as signed arrows. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const { norm, entropy, softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient } = Figures;
  const { element, svg, slider, button, choice, table, format, numbers, oneOf } = Figures;

  const LIMIT = 6;
  const WIDTH = 360,
    TOP = 16,
    BASE = 196;
  const Z = "<i>z</i>",
    P = "<i>p</i>",
    Y = "<i>y</i>";

  const height = (value) => BASE - (BASE - TOP) * value;
  const subscript = (k) => "₁₂₃₄₅₆₇₈₉"[k];
  const clip = (z) => Math.max(-LIMIT, Math.min(LIMIT, z));

  /* An arrow from one height to another; it has no head if it is too short for one. */
  function arrow(x, from, to) {
    const head = Math.min(7, Math.abs(to - from));
    const back = to + Math.sign(from - to) * head;
    return `M${x} ${from}V${to}M${x - 5} ${back}L${x} ${to}L${x + 5} ${back}`;
  }

  class LossFigure extends Figures.Figure {
    question = "What does the loss want to change in the logits?";

    get challenges() {
      const soft = Object.entries(this.targets).find(([, y]) => Math.max(...y) < 1);
      const all = [
        {
          ask: "Bring the loss below 0.1.",
          reply: "p is near y, so the loss is small, and so are the arrows p − y.",
          done: ({ loss }) => loss < 0.1,
        },
        {
          ask: "Bring the loss above 5, and look at the length of the gradient.",
          reply: "However large the loss, the gradient p − y is never longer than √2 ≈ 1.414.",
          done: ({ loss }) => loss > 5,
        },
      ];
      const stationary = ([name, y]) => ({
        ask: `With the target “${name}”, make the gradient shorter than 0.02.`,
        reply: `At p = y the gradient is 0, and the loss is not: what is left is H(y), ${format(entropy(y))} nats.`,
        done: (values) => values.y === y && values.norm < 0.02,
      });
      return soft ? [...all, stationary(soft)] : all;
    }

    begin() {
      this.targets = this.read("targets");
      return { z: this.read("z"), target: Object.keys(this.targets)[0] };
    }

    get fields() {
      return { z: numbers(this.z.length, -LIMIT, LIMIT), target: oneOf(Object.keys(this.targets)) };
    }

    build() {
      const names = Object.keys(this.targets);
      this.choice = choice("Target y", names, (i) => this.update({ target: names[i] }));
      this.sliders = this.z.map((_, k) =>
        slider(`z${subscript(k)}`, {
          min: -LIMIT,
          max: LIMIT,
          step: 0.1,
          onInput: (value) => this.update({ z: this.z.map((zj, j) => (j === k ? value : zj)) }),
        }),
      );
      return [this.picture(), this.choice.row, ...this.sliders.map((s) => s.row), this.buttons(), ...this.readout()];
    }

    buttons() {
      const step = () => this.update({ z: this.z.map((zk, k) => clip(zk - this.values.gradient[k])) });
      return element(
        "div",
        { className: "figure-buttons" },
        button("Gradient step: z − (p − y)", step),
        button("Add 1 to every logit", () => this.update({ z: this.z.map((zk) => zk + Math.min(1, this.room())) })),
      );
    }

    /* How far all logits can move up together: a shift that stopped at the limit would be no common shift. */
    room() {
      return LIMIT - Math.max(...this.z);
    }

    /* One column per class: the bar of y, the arrow, the bar of p. */
    picture() {
      const pitch = (WIDTH - 40) / this.z.length;
      this.columns = this.z.map((_, k) => this.column(40 + pitch * (k + 0.5), k));
      const ticks = [0, 0.5, 1].map((value) =>
        svg(
          "g",
          {},
          svg("path", { class: "figure-frame", d: `M40 ${height(value)}H${WIDTH}` }),
          svg("text", { x: 34, y: height(value) + 5, "text-anchor": "end" }, String(value)),
        ),
      );
      return svg(
        "svg",
        {
          viewBox: `0 0 ${WIDTH} 250`,
          role: "img",
          class: "figure-picture",
          "aria-label": "For each class a bar of the target y, a bar of the probability p, and an arrow from y to p",
        },
        ...ticks,
        ...this.columns.map((column) => column.node),
      );
    }

    column(x, k) {
      const y = svg("rect", { class: "figure-target", x: x - 32, width: 20 });
      const p = svg("rect", { class: "figure-model", x: x + 12, width: 20 });
      const line = svg("path", { class: "figure-arrow" });
      const letters = ["y", "p"].map((letter, side) =>
        svg("text", { x: x + (side ? 22 : -22), y: BASE + 18, "text-anchor": "middle" }, letter + subscript(k)),
      );
      const label = svg("text", { x, y: BASE + 40, "text-anchor": "middle", class: "figure-sign" });
      return { node: svg("g", {}, y, p, line, ...letters, label), x, y, p, line, label };
    }

    readout() {
      const heads = ["class", Z, P, Y, `${P} − ${Y}`];
      const { node, cells } = table(
        "Logits, probabilities, target and gradient",
        heads,
        this.z.map((_, k) => String(k + 1)),
      );
      this.cells = cells;
      this.line = element("p", { className: "figure-result" });
      return [node, this.line];
    }

    get values() {
      const { z } = this;
      const y = this.targets[this.target];
      const gradient = softmaxCrossEntropyGradient(z, y);
      return { z, y, p: softmax(z), gradient, loss: softmaxCrossEntropy(z, y), norm: norm(gradient) };
    }

    draw({ z, y, p, gradient, loss, norm }) {
      this.choice.select.value = this.target;
      this.columns.forEach((column, k) => this.drawColumn(column, y[k], p[k], gradient[k]));
      this.sliders.forEach((s, k) => s.show(z[k], format(z[k], 2)));
      this.cells.forEach((row, k) =>
        [format(z[k], 2), format(p[k]), format(y[k]), format(gradient[k], 3, "+")].forEach((words, column) => {
          row[column].textContent = words;
        }),
      );
      this.line.textContent = `Loss ${format(loss)} nats. Length of the gradient ${format(norm)}.`;
    }

    drawColumn(column, y, p, gradient) {
      const bar = (rect, value) => {
        rect.setAttribute("y", height(value));
        rect.setAttribute("height", BASE - height(value));
      };
      bar(column.y, y);
      bar(column.p, p);
      column.line.setAttribute("d", arrow(column.x, height(y), height(p)));
      column.line.dataset.sign = Math.sign(gradient);
      column.label.textContent = format(gradient, 3, "+");
    }

    summary() {
      const { gradient, loss } = this.values;
      return `Loss ${format(loss)}. Gradient ${gradient.map((g) => format(g, 3, "+")).join(", ")}.`;
    }
  }

  customElements.define("loss-figure", LossFigure);
});
