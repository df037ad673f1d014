/* <simplex-figure truths="[[0.5,0.3,0.2],...]" q="[0.2,0.3,0.5]">: where must q lie for the cross-entropy to be least?
   A triangle of all distributions on three outcomes; q moves by mouse, finger or three sliders, p is chosen. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const {
    sum,
    entropy,
    crossEntropy,
    klDivergence,
    element,
    svg,
    slider,
    choice,
    drag,
    toPoint,
    fromPoint,
    triangle,
    placeIn,
    withComponent,
    table,
    format,
    distribution,
    integer,
  } = Figures;

  const LEVELS = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6];
  const BAR_END = 3;
  const P = "<b>p</b>",
    Q = "<b>q</b>",
    H = "<i>H</i>",
    KL = "<i>D</i><sub>KL</sub>";

  /* Into the triangle, to whole thousandths, so that a face is met exactly. */
  function clip(q) {
    const positive = q.map((qk) => Math.max(qk, 0));
    const [a, b] = positive.map((qk) => Math.round((1000 * qk) / sum(positive)));
    return [a, b, Math.max(0, 1000 - a - b)].map((n) => n / 1000);
  }

  /* KL(p || q) is convex in q and least at q = p, so it grows along every ray from p: bisect for the level. */
  function radius(p, direction, level) {
    let [low, high] = [0, 2];
    for (let step = 0; step < 40; step++) {
      const middle = (low + high) / 2;
      const q = p.map((pk, k) => pk + middle * direction[k]);
      const inside = Math.min(...q) > 0 && klDivergence(p, q) < level;
      [low, high] = inside ? [middle, high] : [low, middle];
    }
    return low;
  }

  function contour(p, level) {
    const points = Array.from({ length: 240 }, (_, i) => {
      const [c, s] = [Math.cos((i * Math.PI) / 120), Math.sin((i * Math.PI) / 120)];
      const direction = [-c - s, c, s];
      const r = radius(p, direction, level);
      return toPoint(p.map((pk, k) => pk + r * direction[k]))
        .map((x) => x.toFixed(1))
        .join(" ");
    });
    return `M${points.join("L")}Z`;
  }

  class SimplexFigure extends Figures.Figure {
    question = "Where must q lie for the cross-entropy H(p, q) to be least?";

    challenges = [
      {
        ask: "Make H(p, q) as small as it can be, to within 0.005 nats.",
        reply: "H(p, q) is as small as it can be: H(p) is left, and q is at p.",
        done: ({ kl }) => kl < 0.005,
      },
      {
        ask: "Make the divergence KL(p‖q) 1 nat, to within 0.02, without a change of H(p).",
        reply: "KL(p‖q) is 1 nat: H(p, q) is longer than H(p) by as much. All q on one curve around p do that.",
        done: ({ kl }) => Math.abs(kl - 1) <= 0.02,
      },
      {
        ask: "Make KL(p‖q) infinite while KL(q‖p) is below 1 nat.",
        reply: "KL(p‖q) is infinite: q denies an outcome that happens. p denies none, so KL(q‖p) is finite.",
        done: ({ kl, reverse }) => kl === Infinity && reverse < 1,
      },
    ];

    begin() {
      this.truths = this.read("truths");
      return { truth: 0, q: this.read("q") };
    }

    get fields() {
      return { truth: integer(0, this.truths.length - 1), q: distribution(0) };
    }

    build() {
      const names = this.truths.map((p) => `(${p.map((pk) => format(pk, 2)).join(", ")})`);
      this.choice = choice("Truth p", names, (truth) => this.update({ truth }));
      this.sliders = [0, 1, 2].map((k) =>
        slider(`q${"₁₂₃"[k]}`, {
          min: 0,
          max: 1,
          step: 0.01,
          onInput: (value) => this.update({ q: withComponent(this.q, k, value) }),
        }),
      );
      return [this.picture(), this.choice.row, ...this.sliders.map((s) => s.row), this.readout()];
    }

    /* Levels, triangle and letters; the handle's wide transparent ring is for fingers. */
    picture() {
      this.curves = LEVELS.map(() => svg("path", { class: "figure-level" }));
      this.letters = ["p", "q"].map((letter) => svg("text", { y: 5, "text-anchor": "middle" }, letter));
      this.mark = svg("g", { class: "figure-truth" }, svg("circle", { r: 6 }), this.letters[0]);
      this.handle = svg(
        "g",
        { class: "figure-handle" },
        svg("circle", { r: 26, class: "figure-grip" }),
        svg("path", { d: "M0 -10L10 0L0 10L-10 0Z" }),
        this.letters[1],
      );
      this.svg = svg(
        "svg",
        {
          viewBox: "0 8 360 326",
          role: "img",
          class: "figure-picture",
          "aria-label": "Triangle of the distributions on three outcomes: p, q, and level curves of KL(p‖·) around p",
        },
        ...triangle([1, 2, 3].map((k) => `outcome ${k}`)),
        ...this.curves,
        this.mark,
        this.handle,
      );
      this.listen();
      return this.svg;
    }

    /* Dragging starts at the handle only, so that a finger elsewhere still scrolls the page; a tap moves q as well.  A
       press on p is not for q, unless q lies as near. */
    listen() {
      const place = (event) => placeIn(this.svg, event);
      const distance = (at, other) => Math.hypot(...toPoint(other).map((x, axis) => x - at[axis]));
      const isForQ = (event) => {
        const fromTruth = distance(place(event), this.values.p);
        return fromTruth > 12 || distance(place(event), this.q) <= fromTruth + 3;
      };
      const move = (event) => this.update({ q: clip(fromPoint(...place(event))) });
      drag(this.handle, move, isForQ);
      let pressed = [0, 0];
      this.svg.addEventListener("pointerdown", ({ clientX, clientY }) => {
        pressed = [clientX, clientY];
      });
      this.svg.addEventListener("click", (event) => {
        const stayed = Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) < 10;
        if (stayed && isForQ(event)) move(event);
      });
    }

    /* Four quantities, each with a bar; that of the cross-entropy has two parts. */
    readout() {
      const rows = [`${H}(${P})`, `${KL}(${P} ‖ ${Q})`, `${H}(${P}, ${Q})`, `${KL}(${Q} ‖ ${P})`];
      const { node, cells } = table("Entropies and divergences in nats", ["quantity", "nats", "as a bar"], rows);
      this.cells = cells;
      return node;
    }

    get values() {
      const { q } = this;
      const p = this.truths[this.truth];
      return {
        p,
        q,
        entropy: entropy(p),
        kl: klDivergence(p, q),
        cross: crossEntropy(p, q),
        reverse: klDivergence(q, p),
      };
    }

    draw({ p, q, entropy, kl, cross, reverse }) {
      this.choice.select.selectedIndex = this.truth;
      this.mark.setAttribute("transform", `translate(${toPoint(p)})`);
      this.handle.setAttribute("transform", `translate(${toPoint(q)})`);
      const side = toPoint(q)[0] < toPoint(p)[0] ? -1 : 1;
      this.letters.forEach((letter, i) => letter.setAttribute("x", side * [-16, 20][i]));
      if (this.drawn !== p) this.curves.forEach((curve, i) => curve.setAttribute("d", contour(p, LEVELS[i])));
      this.drawn = p;
      this.sliders.forEach((s, k) => s.show(q[k], format(q[k])));
      const bars = [
        [entropy, 0],
        [0, kl],
        [entropy, kl],
        [0, reverse],
      ];
      [entropy, kl, cross, reverse].forEach((value, i) => this.drawRow(this.cells[i], value, bars[i]));
    }

    drawRow([number, bar], value, [first, second]) {
      number.textContent = format(value);
      const part = (length, name) => {
        const node = element("span", { className: `figure-bar ${name}` });
        node.style.width = `${100 * Math.min(length / BAR_END, 1)}%`;
        return node;
      };
      bar.replaceChildren(
        element(
          "span",
          { className: "figure-bars" },
          part(first, "figure-bar-truth"),
          part(Math.min(second, BAR_END - first), "figure-bar-model"),
        ),
      );
    }

    summary() {
      const { kl, cross, reverse } = this.values;
      return `Cross-entropy ${format(cross)}, KL of p from q ${format(kl)}, reversed ${format(reverse)} nats.`;
    }
  }

  customElements.define("simplex-figure", SimplexFigure);
});
