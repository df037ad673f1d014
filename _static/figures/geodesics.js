/* <geodesics-figure p="[0.7,0.05,0.25]" q="[0.05,0.6,0.35]">: which of three straight lines is the shortest?
   In the triangle of the distributions on three classes, from p to q: the mixture line, straight in the probabilities; the
   exponential line, straight in their logarithms; the Fisher-Rao arc, part of a great circle for their roots.  Both ends
   move by mouse, finger and sliders, and t moves a point along each line; lengths are those of the Fisher-Rao metric. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const { sum, norm, softmax, klDivergence, element, svg, slider, choice, player, drag, table, format } = Figures;
  const { number, distribution, toPoint, fromPoint, triangle, placeIn, withComponent } = Figures;

  const LEAST = 0.01;
  const ENDS = ["p", "q"];
  const LINES = ["mixture", "exponential", "arc"];
  const STEPS = Array.from({ length: 65 }, (_, i) => i / 64);
  const SHAPES = ["M-5 -5H5V5H-5Z", "M0 -7L6.5 5H-6.5Z", "M-6 0A6 6 0 1 1 6 0A6 6 0 1 1 -6 0Z"];
  const BAR_LEFT = 30,
    BAR_TOP = 10,
    BAR_BASE = 90,
    GROUP = 112,
    BAR = 28;

  const difference = (q, p) => q.map((qk, k) => qk - p[k]);

  /* (1 - t) p + t q */
  const mixture = (p, q) => (t) => p.map((pk, k) => (1 - t) * pk + t * q[k]);

  /* p_k^(1 - t) q_k^t over their sum */
  const exponential = (p, q) => (t) => softmax(p.map((pk, k) => (1 - t) * Math.log(pk) + t * Math.log(q[k])));

  /* The angle between the roots of p and q, which are vectors of length 1; twice the arc sine of half their distance is
     accurate for small angles too. */
  const angle = (p, q) => 2 * Math.asin(norm(difference(q.map(Math.sqrt), p.map(Math.sqrt))) / 2);

  /* The squares of the points of the great circle through the roots */
  function arc(p, q) {
    const omega = angle(p, q);
    if (omega === 0) return () => p;
    const [a, b] = [p, q].map((x) => x.map(Math.sqrt));
    return (t) =>
      a.map((ak, k) => ((Math.sin((1 - t) * omega) * ak + Math.sin(t * omega) * b[k]) / Math.sin(omega)) ** 2);
  }

  /* Speeds in the Fisher-Rao metric: the root of sum_k v_k^2 / x_k at the point x with the velocity v = q - p, */
  const mixtureSpeed = (p, q) => (t) => {
    const x = mixture(p, q)(t);
    return Math.sqrt(sum(difference(q, p).map((v, k) => v ** 2 / x[k])));
  };

  /* and on the exponential line the standard deviation of log(q / p) */
  const exponentialSpeed = (p, q) => (t) => {
    const x = exponential(p, q)(t);
    const ratios = p.map((pk, k) => Math.log(q[k] / pk));
    const mean = sum(x.map((xk, k) => xk * ratios[k]));
    return Math.sqrt(sum(x.map((xk, k) => xk * (ratios[k] - mean) ** 2)));
  };

  /* The integral from 0 to 1 after t = (1 + tanh(pi/2 sinh u)) / 2: the terms fall off doubly exponentially, and the sum
     is right to the last digits. */
  function integral(f) {
    const h = 0.05;
    const terms = Array.from({ length: 125 }, (_, i) => {
      const u = h * (i - 62);
      const x = (Math.PI / 2) * Math.sinh(u);
      return (f((1 + Math.tanh(x)) / 2) * (Math.PI / 4) * Math.cosh(u)) / Math.cosh(x) ** 2;
    });
    return h * sum(terms);
  }

  /* The largest distance of a path from the segment's line, in the plane of the probabilities */
  function bend(path, p, q) {
    const d = difference(q, p);
    const length = norm(d);
    const off = (x) => {
      const r = difference(x, p);
      const along = sum(r.map((rk, k) => (rk * d[k]) / length));
      return Math.sqrt(Math.max(0, sum(r.map((rk) => rk ** 2)) - along ** 2));
    };
    return length === 0 ? 0 : Math.max(...STEPS.map((t) => off(path(t))));
  }

  /* Away from the edges: what is below LEAST is raised to it, and the largest pays.  Whole thousandths. */
  function inside(q) {
    const positive = q.map((qk) => Math.max(qk, 0));
    const least = 1000 * LEAST;
    const whole = positive.map((qk) => Math.max(least, Math.round((1000 * qk) / sum(positive))));
    const top = whole.indexOf(Math.max(...whole));
    return whole.map((n, k) => (k === top ? n + 1000 - sum(whole) : n) / 1000);
  }

  /* One component set by a slider; of the others, which keep their ratio, none falls below LEAST. */
  function moved(q, k, value) {
    const next = withComponent(q, k, value);
    const low = next.findIndex((qj, j) => j !== k && qj < LEAST);
    return low < 0 ? next : next.map((_, j) => (j === k ? value : j === low ? LEAST : 1 - value - LEAST));
  }

  class GeodesicsFigure extends Figures.Figure {
    question = "Three lines from p to q are straight, each in its own way. Which is the shortest?";

    challenges = [
      {
        ask: "Make all three lines fall together, with p and q at a Euclidean distance of 0.2 or more.",
        reply: "On a line through a corner two probabilities keep their ratio, and there all three lines are one.",
        done: ({ euclid, bends }) => euclid >= 0.2 && Math.max(...bends) < 0.002,
      },
      {
        ask: "Bend the exponential line so far that it is longer than the arc by 8 % or more.",
        reply:
          "It multiplies: what p or q nearly excludes stays small between them, and the third class takes the rest.",
        done: ({ euclid, lengths }) => euclid >= 0.01 && lengths[1] >= 1.08 * lengths[2],
      },
      {
        ask: "Around the centre, points at a Euclidean distance of 0.15 have an arc of 0.26. At that distance, to within 0.01, make the arc 0.52 or longer.",
        reply: "Twice as long: near an edge a small difference of a probability is a large ratio.",
        done: ({ euclid, lengths }) => Math.abs(euclid - 0.15) <= 0.01 && lengths[2] >= 0.52,
      },
    ];

    begin() {
      return { p: this.read("p"), q: this.read("q"), t: 0.5, end: 0 };
    }

    get fields() {
      return { p: distribution(LEAST), q: distribution(LEAST), t: number(0, 1) };
    }

    build() {
      this.choice = choice("Move", ENDS, (end) => this.update({ end }));
      this.sliders = [0, 1, 2].map((k) =>
        slider(`class ${k + 1}`, {
          min: LEAST,
          max: 1 - 2 * LEAST,
          step: 0.01,
          onInput: (value) => this.moveTo(moved(this[ENDS[this.end]], k, value)),
        }),
      );
      this.time = slider("t", { min: 0, max: 1, step: 0.01, onInput: (t) => this.update({ t }) });
      this.player = player(
        "Run t",
        (strides) => this.run(strides),
        () => this.judge(),
      );
      const buttons = element("div", { className: "figure-buttons" }, this.player.node);
      const rows = this.sliders.map((s) => s.row);
      return [this.picture(), this.choice.row, ...rows, this.time.row, buttons, this.bars(), ...this.readout()];
    }

    /* The chosen end gets a new place. */
    moveTo(x) {
      this.update({ [ENDS[this.end]]: x });
    }

    /* From p to q in fifty strides, and again from p */
    run(strides) {
      const t = this.t < 1 ? Math.min(1, Math.round(100 * this.t + 2 * strides) / 100) : 0;
      this.show({ t });
      return t < 1;
    }

    picture() {
      this.paths = LINES.map((_, i) => svg("path", { class: `figure-line-${i + 1}` }));
      this.marks = SHAPES.map((d, i) => svg("path", { class: `figure-dot-${i + 1}`, d }));
      this.handles = ENDS.map((letter) => this.handle(letter));
      this.svg = svg(
        "svg",
        {
          viewBox: "0 8 360 396",
          role: "img",
          class: "figure-picture",
          "aria-label":
            "Triangle of the distributions on three classes, with three lines from p to q: the mixture dashed with a square, the exponential line dotted with a triangle, the Fisher–Rao arc solid with a disc",
        },
        ...triangle([1, 2, 3].map((k) => `class ${k}`)),
        ...this.paths,
        ...this.marks,
        ...this.handles.map(({ node }) => node),
        ...this.legend(),
      );
      this.listen();
      return this.svg;
    }

    handle(letter) {
      const text = svg("text", { y: 5, "text-anchor": "middle" }, letter);
      const grip = svg("circle", { r: 26, class: "figure-grip" });
      const node = svg("g", { class: "figure-handle" }, grip, svg("path", { d: "M0 -9L9 0L0 9L-9 0Z" }), text);
      return { node, text };
    }

    legend() {
      const places = [
        [20, 356, "mixture line"],
        [190, 356, "exponential line"],
        [20, 386, "Fisher–Rao arc"],
      ];
      return places.flatMap(([x, y, words], i) => [
        svg("path", { class: `figure-line-${i + 1}`, d: `M${x} ${y - 5}h36` }),
        svg("path", { class: `figure-dot-${i + 1}`, d: SHAPES[i], transform: `translate(${x + 18},${y - 5})` }),
        svg("text", { x: x + 44, y }, words),
      ]);
    }

    /* A press takes the nearer end, where the handles overlap; a tap elsewhere moves the end that is chosen, and a finger
       elsewhere still scrolls the page. */
    listen() {
      const nearer = (event) => {
        const at = placeIn(this.svg, event);
        const [p, q] = ENDS.map((name) => norm(difference(toPoint(this[name]), at)));
        return q < p ? 1 : 0;
      };
      const move = (event) => this.moveTo(inside(fromPoint(...placeIn(this.svg, event))));
      let onHandle = false;
      for (const { node } of this.handles) {
        node.addEventListener("pointerdown", (event) => this.update({ end: nearer(event) }));
        drag(node, move);
      }
      let pressed = [0, 0];
      this.svg.addEventListener("pointerdown", (event) => {
        onHandle = this.handles.some(({ node }) => node.contains(event.target));
        pressed = [event.clientX, event.clientY];
      });
      this.svg.addEventListener("click", (event) => {
        const stayed = Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) < 10;
        if (stayed && !onHandle) move(event);
      });
    }

    /* The three probabilities of each line's point, side by side */
    bars() {
      this.columns = LINES.map((_, i) => [0, 1, 2].map((k) => this.column(i, k)));
      const names = ["mixture", "exponential", "arc"].map((words, i) =>
        svg("text", { x: BAR_LEFT + GROUP * i + 1.5 * BAR, y: BAR_BASE + 38, "text-anchor": "middle" }, words),
      );
      const ticks = [0, 1].map((share) => {
        const y = BAR_BASE - (BAR_BASE - BAR_TOP) * share;
        const text = svg("text", { x: BAR_LEFT - 8, y: y + 5, "text-anchor": "end" }, String(share));
        return svg("g", {}, svg("path", { class: "figure-frame", d: `M${BAR_LEFT} ${y}H356` }), text);
      });
      return svg(
        "svg",
        {
          viewBox: "0 0 360 134",
          role: "img",
          class: "figure-picture",
          "aria-label": "For the point at t of each line a bar for the probability of each of the three classes",
        },
        ...ticks,
        ...this.columns.flat().map(({ node }) => node),
        ...names,
      );
    }

    column(i, k) {
      const x = BAR_LEFT + GROUP * i + BAR * k;
      const bar = svg("rect", { class: `figure-dot-${i + 1}`, x: x + 3, width: BAR - 6 });
      const text = svg("text", { x: x + BAR / 2, y: BAR_BASE + 18, "text-anchor": "middle" }, String(k + 1));
      return { node: svg("g", {}, bar, text), bar };
    }

    readout() {
      const classes = [1, 2, 3].map((k) => `<span class="visually-hidden">class </span>${k}`);
      const heads = ["at <i>t</i>", ...classes, "length"];
      const { node, cells } = table("The point at t of each line, and the line’s Fisher–Rao length", heads, LINES);
      this.cells = cells;
      this.lines = [0, 1].map(() => element("p", { className: "figure-result" }));
      return [node, ...this.lines];
    }

    get values() {
      const { p, q, t } = this;
      const paths = [mixture, exponential, arc].map((line) => line(p, q));
      return {
        p,
        q,
        t,
        points: paths.map((path) => path(t)),
        lengths: [...[mixtureSpeed, exponentialSpeed].map((speed) => integral(speed(p, q))), 2 * angle(p, q)],
        bends: paths.map((path) => bend(path, p, q)),
        euclid: norm(difference(q, p)),
        kl: klDivergence(p, q),
        reverse: klDivergence(q, p),
      };
    }

    draw({ p, q, t, points, lengths, euclid, kl, reverse }) {
      const chosen = [p, q][this.end];
      this.choice.select.selectedIndex = this.end;
      this.sliders.forEach(({ row, show }, k) => {
        row.querySelector("input").setAttribute("aria-label", `class ${k + 1} of ${ENDS[this.end]}`);
        show(chosen[k], format(chosen[k]));
      });
      this.time.show(t, format(t, 2));
      [mixture, exponential, arc].forEach((line, i) => this.drawLine(i, line(p, q), points[i]));
      this.drawHandles(p, q);
      this.cells.forEach((row, i) =>
        [...points[i], lengths[i]].forEach((x, column) => {
          row[column].textContent = format(x);
        }),
      );
      this.lines[0].textContent = `Euclidean distance ${format(euclid)}.`;
      this.lines[1].textContent = `KL(p‖q) ${format(kl)}, KL(q‖p) ${format(reverse)} nats.`;
    }

    drawLine(i, path, point) {
      const places = STEPS.map((t) =>
        toPoint(path(t))
          .map((x) => x.toFixed(2))
          .join(" "),
      );
      this.paths[i].setAttribute("d", `M${places.join("L")}`);
      this.marks[i].setAttribute("transform", `translate(${toPoint(point)})`);
      this.columns[i].forEach(({ bar }, k) => {
        const tall = (BAR_BASE - BAR_TOP) * point[k];
        bar.setAttribute("y", BAR_BASE - tall);
        bar.setAttribute("height", tall);
      });
    }

    /* Each letter on the side away from the other end */
    drawHandles(p, q) {
      const side = toPoint(q)[0] < toPoint(p)[0] ? -1 : 1;
      [p, q].forEach((x, i) => {
        this.handles[i].node.setAttribute("transform", `translate(${toPoint(x)})`);
        this.handles[i].text.setAttribute("x", side * [-18, 18][i]);
      });
    }

    summary() {
      const { p, q, t, lengths, euclid } = this.values;
      const list = (x) => x.map((xk) => format(xk)).join(", ");
      const each = LINES.map((name, i) => `${name} ${format(lengths[i])}`).join(", ");
      const ends = `p ${list(p)}; q ${list(q)}; t ${format(t, 2)}`;
      return `${ends}. Fisher–Rao lengths: ${each}. Euclidean distance ${format(euclid)}.`;
    }
  }

  customElements.define("geodesics-figure", GeodesicsFigure);
});
