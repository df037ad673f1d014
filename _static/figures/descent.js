/* <descent-figure gap="8" eta="1">: how long does a confident mistake last under either loss?
   Two logits, the first class true, the second ahead by the gap: gradient descent with steps of one size, on the
   cross-entropy (circle, solid line) and on the squared error (diamond, dashed line). */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const { sum, norm, softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient } = Figures;
  const { element, svg, slider, ratioSlider, button, player, table, format, formatSmall, number, integer } = Figures;

  const Y = [1, 0];
  const MOST_STEPS = 10000;
  const FIRST_STEPS = 100;
  const LARGEST_GAP = 12,
    LARGEST_STEP = 10;
  const LEFT = 44,
    RIGHT = 342,
    TOP = 70,
    BASE = 234;
  const P = "<i>p</i><sub>1</sub>";

  /* S = sum_k (p_k - y_k)^2 */
  const squaredError = (z, y) => sum(softmax(z).map((pk, k) => (pk - y[k]) ** 2));

  /* dS / dz_i = 2 p_i (v_i - sum_k p_k v_k) with v = p - y; a common shift of v changes nothing, and with the v of the
     most probable class shifted to 0 the difference is accurate. */
  function squaredErrorGradient(z, y) {
    const p = softmax(z);
    const top = p.indexOf(Math.max(...p));
    const v = p.map((pk, k) => pk - y[k] - (p[top] - y[top]));
    const mean = sum(p.map((pk, k) => pk * v[k]));
    return p.map((pk, k) => 2 * pk * (v[k] - mean));
  }

  const LOSSES = [
    { name: "cross-entropy", loss: softmaxCrossEntropy, gradient: softmaxCrossEntropyGradient },
    { name: "squared error", loss: squaredError, gradient: squaredErrorGradient },
  ];

  /* z - eta times the gradient, again and again: the logits, and the probability of class 1 at every step.  A descent
     grows with the steps asked for, and is not begun anew. */
  class Descent {
    constructor(gradient, gap, eta) {
      Object.assign(this, { gradient, eta, z: [[0, gap]], p: [softmax([0, gap])[0]] });
    }

    upTo(steps) {
      while (this.z.length <= steps) {
        const last = this.z.at(-1);
        const g = this.gradient(last, Y);
        const z = last.map((zk, k) => zk - this.eta * g[k]);
        this.z.push(z);
        this.p.push(softmax(z)[0]);
      }
      return { z: this.z[steps], path: this.p.slice(0, steps + 1) };
    }
  }

  /* The axis of steps is logarithmic in n + 1, so that step 0 has a place. */
  const across = (n) => LEFT + ((RIGHT - LEFT) * Math.log(n + 1)) / Math.log(MOST_STEPS + 1);
  const height = (p) => BASE - (BASE - TOP) * p;

  /* A line through the steps, of which those that would lie within a pixel of the last one are left out. */
  function curve(path) {
    const last = path.length - 1;
    const points = [];
    for (let n = 0; n <= last; n = Math.max(n + 1, Math.min(last, Math.ceil(1.02 * n)))) {
      points.push(`${across(n).toFixed(1)} ${height(path[n]).toFixed(1)}`);
    }
    return `M${points.join("L")}`;
  }

  class DescentFigure extends Figures.Figure {
    question = "How long does a confident mistake last under either loss?";

    challenges = [
      {
        ask: "Find a lead with which squared error is still below p₁ = 0.01 after 1000 steps or more.",
        reply: "Squared error is stuck: where p₁ is near 0 its gradient is too. The time grows like eᵃ.",
        done: ({ steps, runs }) => steps >= 1000 && runs[1].p < 0.01,
      },
      {
        ask: "Start from the lead 12, and bring cross-entropy above 0.95 in 10 steps or fewer.",
        reply: "With cross-entropy the gradient is longest where the mistake is worst. The time grows like a.",
        done: ({ gap, steps, runs }) => gap === LARGEST_GAP && steps <= 10 && runs[0].p > 0.95,
      },
      {
        ask: "Find a lead of 1 or more with which squared error, too, is above 0.9 in 10 steps or fewer.",
        reply: "A mistake that is not confident is soon mended under either loss.",
        done: ({ gap, steps, runs }) => gap >= 1 && steps <= 10 && runs[1].p > 0.9,
      },
    ];

    begin() {
      return { gap: this.read("gap"), eta: this.read("eta"), steps: FIRST_STEPS };
    }

    get fields() {
      return {
        gap: number(0, LARGEST_GAP),
        eta: number(1 / LARGEST_STEP, LARGEST_STEP),
        steps: integer(0, MOST_STEPS),
      };
    }

    build() {
      this.gapSlider = slider("lead a", {
        min: 0,
        max: LARGEST_GAP,
        step: 0.1,
        onInput: (gap) => this.update({ gap }),
      });
      this.etaSlider = ratioSlider("step size η", LARGEST_STEP, (eta) => this.update({ eta }));
      return [this.picture(), this.gapSlider.row, this.etaSlider.row, this.buttons(), ...this.readout()];
    }

    buttons() {
      const more = (n) => this.update({ steps: Math.min(this.steps + n, MOST_STEPS) });
      this.player = player(
        "Play",
        (strides) => this.walk(strides),
        () => this.judge(),
      );
      return element(
        "div",
        { className: "figure-buttons" },
        this.player.node,
        button("To step 0", () => this.update({ steps: 0 })),
        ...[1, 10, 100, 1000].map((n) => button(n === 1 ? "1 step" : `${n} steps`, () => more(n))),
      );
    }

    /* Each stride a little longer than the one before, as the axis wants it; from the last step back to the first */
    walk(strides) {
      let steps = this.steps < MOST_STEPS ? this.steps : 0;
      for (let n = 0; n < strides; n++) steps = Math.min(Math.max(steps + 1, Math.round(1.08 * steps)), MOST_STEPS);
      this.show({ steps });
      return steps < MOST_STEPS;
    }

    picture() {
      const levels = [0, 0.5, 1].map((p) =>
        svg(
          "g",
          {},
          svg("path", { class: "figure-frame", d: `M${LEFT} ${height(p)}H${RIGHT}` }),
          svg("text", { x: LEFT - 14, y: height(p) + 5, "text-anchor": "end" }, String(p)),
        ),
      );
      const ticks = ["0", "1", "10", "100", "1000", "10⁴"].map((words, i) => {
        const x = across(i === 0 ? 0 : 10 ** (i - 1));
        return svg(
          "g",
          {},
          svg("path", { class: "figure-frame", d: `M${x} ${BASE}v5` }),
          svg("text", { x, y: BASE + 24, "text-anchor": "middle" }, words),
        );
      });
      this.curves = LOSSES.map(() => svg("path"));
      this.marks = [svg("circle", { r: 8 }), svg("path", { d: "M0 -6L6 0L0 6L-6 0Z" })];
      const series = LOSSES.map(({ name }, i) =>
        svg(
          "g",
          { class: `figure-series-${i + 1}` },
          this.curves[i],
          this.marks[i],
          svg("path", { d: `M${LEFT + 158 * i} 15h28` }),
          svg("text", { x: LEFT + 158 * i + 35, y: 20 }, name),
        ),
      );
      return svg(
        "svg",
        {
          viewBox: "0 0 360 280",
          role: "img",
          class: "figure-picture",
          "aria-label": "Probability of the true class against the number of steps, one line for each loss",
        },
        ...levels,
        ...ticks,
        svg("text", { x: 4, y: TOP - 18 }, "p₁, probability of the true class"),
        svg("text", { x: (LEFT + RIGHT) / 2, y: BASE + 44, "text-anchor": "middle" }, "steps (logarithmic)"),
        ...series,
      );
    }

    readout() {
      const { node, cells } = table(
        "Probability of the true class, loss and length of the gradient",
        ["descent on", P, "loss", "gradient"],
        LOSSES.map(({ name }) => name),
      );
      this.cells = cells;
      this.line = element("p", { className: "figure-result" });
      return [this.line, node];
    }

    get values() {
      const { gap, eta, steps } = this;
      const runs = LOSSES.map(({ loss, gradient }, i) => {
        const { z, path } = this.descents(gap, eta)[i].upTo(steps);
        return { z, path, p: path[steps], loss: loss(z, Y), norm: norm(gradient(z, Y)) };
      });
      return { gap, eta, steps, runs };
    }

    /* The descents from this lead with this step size */
    descents(gap, eta) {
      if (this.begun?.gap !== gap || this.begun.eta !== eta) {
        this.begun = { gap, eta, both: LOSSES.map(({ gradient }) => new Descent(gradient, gap, eta)) };
      }
      return this.begun.both;
    }

    draw({ gap, eta, steps, runs }) {
      this.gapSlider.show(gap, format(gap, 1));
      this.etaSlider.show(eta);
      this.line.textContent = `At step ${steps}${steps === MOST_STEPS ? " (the last)" : ""}, size ${eta.toPrecision(3)}:`;
      runs.forEach(({ path, p, loss, norm }, i) => {
        this.curves[i].setAttribute("d", curve(path));
        this.marks[i].setAttribute("transform", `translate(${across(steps)} ${height(p)})`);
        [p, loss, norm].forEach((number, column) => {
          this.cells[i][column].textContent = formatSmall(number);
        });
      });
    }

    summary() {
      const [first, second] = this.values.runs.map(({ p }) => formatSmall(p));
      return (
        `At step ${this.steps} the probability of the true class is ${first} with cross-entropy and ` +
        `${second} with squared error.`
      );
    }
  }

  customElements.define("descent-figure", DescentFigure);
});
