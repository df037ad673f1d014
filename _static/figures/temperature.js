/* <temperature-figure z="[2,1.5,0,-1]">: what does the temperature do to the probabilities?
   Bars of p = softmax(z / tau) with the outlines of the cold limit and a line at the hot one; below, the entropy. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const { softmax, softmaxCrossEntropy, element, svg, slider, ratioSlider, button, player, table } = Figures;
  const { format, formatSmall, number, numbers } = Figures;

  const LIMIT = 6;
  const HOTTEST = 20;
  const WIDTH = 360,
    LEFT = 36,
    TOP = 14,
    BASE = 184;
  const P = "<i>p</i>",
    Z = "<i>z</i>",
    TAU = "<i>τ</i>";

  const height = (value) => BASE - (BASE - TOP) * value;
  const subscript = (k) => "₁₂₃₄₅₆₇₈₉"[k];

  /* H(p) as the cross-entropy of p with itself, from the logits: no term is negative, nothing cancels near p = 1. */
  const entropyFromLogits = (z) => softmaxCrossEntropy(z, softmax(z));

  /* tau -> 0: 1/M on each of the M largest logits, 0 elsewhere */
  function coldLimit(z) {
    const top = z.map((zk) => zk === Math.max(...z));
    return top.map((isTop) => (isTop ? 1 / top.filter(Boolean).length : 0));
  }

  /* The second largest logit rises to the largest. */
  function tie(z) {
    const [first, second] = z.map((_, k) => k).sort((j, k) => z[k] - z[j]);
    return z.map((zk, k) => (k === second ? z[first] : zk));
  }

  class TemperatureFigure extends Figures.Figure {
    question = "How far can the temperature τ alone change the probabilities?";

    get challenges() {
      const untouched = (z) => JSON.stringify(z) === JSON.stringify(this.start.z);
      return [
        {
          ask: "With the logits as they are at the start, give one class more than 0.99.",
          reply: "Cold enough: the class with the largest logit has nearly all.",
          done: ({ z, p }) => untouched(z) && Math.max(...p) > 0.99,
        },
        {
          ask: "With the same logits, bring all probabilities within 0.05 of each other.",
          reply: "Hot enough: the law is nearly uniform, and its entropy is nearly the largest there is.",
          done: ({ z, p }) => untouched(z) && Math.max(...p) - Math.min(...p) < 0.05,
        },
        {
          ask: "Let two classes have 0.49 or more each.",
          reply: "Two largest logits that are equal share alike at any temperature, and share all as τ → 0.",
          done: ({ p }) => p.filter((pk) => pk >= 0.49).length === 2,
        },
      ];
    }

    begin() {
      return { tau: 1, z: this.read("z") };
    }

    get fields() {
      return { tau: number(1 / HOTTEST, HOTTEST), z: numbers(this.z.length, -LIMIT, LIMIT) };
    }

    build() {
      this.temperature = ratioSlider("τ", HOTTEST, (tau) => this.update({ tau }));
      this.sliders = this.z.map((_, k) =>
        slider(`z${subscript(k)}`, {
          min: -LIMIT,
          max: LIMIT,
          step: 0.1,
          onInput: (value) => this.update({ z: this.z.map((zj, j) => (j === k ? value : zj)) }),
        }),
      );
      this.player = player(
        "Sweep τ",
        (strides) => this.warm(strides),
        () => this.judge(),
      );
      const buttons = element(
        "div",
        { className: "figure-buttons" },
        this.player.node,
        button("Tie the two largest logits", () => this.update({ z: tie(this.z) })),
      );
      return [this.picture(), ...[this.temperature, ...this.sliders].map((s) => s.row), buttons, ...this.readout()];
    }

    /* From cold to hot in a hundred strides, and again from the cold end */
    warm(strides) {
      const next = this.tau < HOTTEST ? this.tau * HOTTEST ** (strides / 50) : 1 / HOTTEST;
      const tau = Number(Math.min(next, HOTTEST).toPrecision(3));
      this.show({ tau });
      return tau < HOTTEST;
    }

    picture() {
      const pitch = (WIDTH - LEFT) / this.z.length;
      this.columns = this.z.map((_, k) => this.column(LEFT + pitch * (k + 0.5), k));
      const ticks = [0, 0.5, 1].map((value) =>
        svg(
          "g",
          {},
          svg("path", { class: "figure-frame", d: `M${LEFT} ${height(value)}H${WIDTH}` }),
          svg("text", { x: LEFT - 6, y: height(value) + 5, "text-anchor": "end" }, String(value)),
        ),
      );
      const hot = height(1 / this.z.length);
      return svg(
        "svg",
        {
          viewBox: `0 0 ${WIDTH} 232`,
          role: "img",
          class: "figure-picture",
          "aria-label":
            "For each class a bar of its probability, with the outline of the cold limit; a dashed line at the hot limit",
        },
        ...ticks,
        ...this.columns.map((column) => column.node),
        svg("path", { class: "figure-limit", d: `M${LEFT} ${hot}H${WIDTH}` }),
        ...this.legend(),
      );
    }

    column(x, k) {
      const cold = svg("rect", { class: "figure-target", x: x - 22, width: 44 });
      const p = svg("rect", { class: "figure-model", x: x - 14, width: 28 });
      const letter = svg("text", { x, y: BASE + 18, "text-anchor": "middle" }, `p${subscript(k)}`);
      return { node: svg("g", {}, cold, p, letter), cold, p };
    }

    legend() {
      const y = BASE + 41;
      return [
        svg("rect", { class: "figure-target", x: 38, y: y - 12, width: 12, height: 12 }),
        svg("text", { x: 58, y }, "τ → 0"),
        svg("path", { class: "figure-limit", d: `M200 ${y - 5}H226` }),
        svg("text", { x: 234, y }, "τ → ∞"),
      ];
    }

    readout() {
      const heads = ["class", `${Z} / ${TAU}`, P, `${P} as ${TAU} → 0`];
      const { node, cells } = table(
        "Logits over the temperature, probabilities and their cold limit",
        heads,
        this.z.map((_, k) => String(k + 1)),
      );
      this.cells = cells;
      this.lines = [0, 1].map(() => element("p", { className: "figure-result" }));
      return [node, ...this.lines];
    }

    get values() {
      const { z, tau } = this;
      const scaled = z.map((zk) => zk / tau);
      const entropy = entropyFromLogits(scaled);
      return { z, tau, scaled, p: softmax(scaled), cold: coldLimit(z), entropy, effective: Math.exp(entropy) };
    }

    draw({ z, tau, scaled, p, cold, entropy, effective }) {
      this.columns.forEach((column, k) =>
        [
          [column.cold, cold[k]],
          [column.p, p[k]],
        ].forEach(([rect, value]) => {
          rect.setAttribute("y", height(value));
          rect.setAttribute("height", BASE - height(value));
        }),
      );
      this.temperature.show(tau);
      this.sliders.forEach((s, k) => s.show(z[k], format(z[k], 1)));
      this.cells.forEach((row, k) =>
        [format(scaled[k], 2), formatSmall(p[k]), format(cold[k])].forEach((words, column) => {
          row[column].textContent = words;
        }),
      );
      this.lines[0].textContent = `H(p) ${format(entropy)} nats, at most log ${z.length} ≈ ${format(Math.log(z.length))}.`;
      this.lines[1].textContent = `Effective number of classes ${format(effective)} of ${z.length}.`;
    }

    summary() {
      const { tau, p, entropy, effective } = this.values;
      return (
        `Temperature ${tau.toPrecision(3)}: probabilities ${p.map(formatSmall).join(", ")}, ` +
        `entropy ${format(entropy)} nats, effective number of classes ${format(effective)}.`
      );
    }
  }

  customElements.define("temperature-figure", TemperatureFigure);
});
