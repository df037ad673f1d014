/* <attention-figure examples='{"a name": {"Q": [[..],[..]], "K": ..., "causal": false}, ...}' values="[[..],[..]]"
   tokens='["river","bank"]'>:
   where do the outputs of attention lie?  Two tokens: their queries and keys in one plane, moved by mouse, finger or
   sliders; in another the values, the segment between them, and the two outputs on it. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const { sum, softmax, element, svg, slider, presets, choice, drag, table, format } = Figures;
  const { integer, points } = Figures;

  const REACH = 3,
    SIZE = 260,
    UNIT = SIZE / (2 * REACH + 2);
  const INDEX = ["₁", "₂"];
  const SHAPES = { Q: "M0 -9L9 0L0 9L-9 0Z", K: "M-7 -7H7V7H-7Z", V: "M0 -9L9 7H-9Z" };
  const MOVABLE = [
    ["Q", 0],
    ["Q", 1],
    ["K", 0],
    ["K", 1],
  ];
  const KINDS = { Q: "query", K: "key" };

  const dot = (a, b) => sum(a.map((x, d) => x * b[d]));
  const toPoint = ([x, y]) => [SIZE / 2 + UNIT * x, SIZE / 2 - UNIT * y];
  const clip = (x) => Math.max(-REACH, Math.min(REACH, Math.round(20 * x) / 20));
  const pair = ([x, y], digits) => `(${format(x, digits)}, ${format(y, digits)})`;

  /* S_nk = Q_n · K_k / sqrt(D), with D = 2; the mask hides the second key from the first query. */
  const scoreMatrix = (Q, K, causal) =>
    Q.map((q, n) => K.map((key, k) => (causal && k > n ? -Infinity : dot(q, key) / Math.SQRT2)));

  /* O_n = sum_k A_nk V_k */
  const outputMatrix = (A, V) => A.map((a) => [0, 1].map((t) => sum(a.map((weight, k) => weight * V[k][t]))));

  /* The line through the origin on which both keys have the same score: at right angles to their difference. */
  function tieLine([first, second]) {
    const [x, y] = [first[0] - second[0], first[1] - second[1]];
    const length = Math.hypot(x, y);
    if (length === 0) return "";
    const end = [-y, x].map((c) => (2 * REACH * c) / length);
    return `M${toPoint(end)}L${toPoint(end.map((c) => -c))}`;
  }

  /* A square plane with its axes */
  function plane(label, ...parts) {
    const middle = SIZE / 2;
    const axes = svg("path", { class: "figure-frame", d: `M0 ${middle}H${SIZE}M${middle} 0V${SIZE}` });
    const box = svg("rect", { class: "figure-frame", width: SIZE, height: SIZE });
    return svg(
      "svg",
      { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", class: "figure-picture figure-plane", "aria-label": label },
      box,
      axes,
      ...parts,
    );
  }

  /* A mark with its letter */
  function mark(letter, n, shape) {
    const text = svg("text", { "text-anchor": "middle" }, letter + INDEX[n]);
    return { text, node: svg("g", { class: `figure-mark figure-token-${n + 1}` }, ...shape, text) };
  }

  /* Places for a letter: around its mark, and farther out */
  const NEAR = [-23, -12, 0, 12, 23].flatMap((x) => [-20, 0, 20].map((y) => [x, y]));
  const AROUND = [1, 1.6].flatMap((far) =>
    NEAR.filter(([x, y]) => Math.abs(x) > 12 || y !== 0).map(([x, y]) => [far * x, far * y]),
  );

  /* The room between two boxes that are given by their middles and half their sizes; negative if they overlap */
  const gap = ([x, y, w, h], [u, v, a, b]) => Math.max(Math.abs(x - u) - w - a, Math.abs(y - v) - h - b);

  /* Put marks at their points.  Each letter has its place where most room is left by all marks, by the letters before it
     and by the edge; of the places with room enough, the one nearest to a direction that the mark prefers. */
  function place(marks, at, preferred) {
    const middles = at.map(toPoint);
    const taken = middles.map(([x, y]) => [x, y, 9, 9]);
    marks.forEach(({ node, text }, i) => {
      const [x, y] = middles[i];
      const room = ([dx, dy]) => {
        const [u, v] = [x + dx, y + dy];
        const edge = Math.min(u - 12, SIZE - 12 - u, v - 9, SIZE - 9 - v);
        return Math.min(2, edge, ...taken.map((box) => gap([u, v, 11, 8], box)));
      };
      const agreement = ([dx, dy]) => (dx * preferred[i][0] - dy * preferred[i][1]) / Math.hypot(dx, dy) ** 1.2;
      const places = [...AROUND].sort((one, other) => agreement(other) - agreement(one));
      const best = places.reduce((one, other) => (room(other) > room(one) ? other : one));
      taken.push([x + best[0], y + best[1], 11, 8]);
      node.setAttribute("transform", `translate(${middles[i]})`);
      text.setAttribute("x", best[0]);
      text.setAttribute("y", best[1] + 5);
    });
  }

  class AttentionFigure extends Figures.Figure {
    question = "Where can the outputs of attention lie?";

    get challenges() {
      const [first, second] = this.tokens;
      const isFree = ({ causal }) => !causal;
      return [
        {
          ask: `Without the mask, let “${first}” look at “${second}” and “${second}” at “${first}”, with weights above 0.9.`,
          reply: "Each token now carries the other’s value: a query decides what it takes, a key what it is found by.",
          done: (values) => isFree(values) && values.weights[0][1] > 0.9 && values.weights[1][0] > 0.9,
        },
        {
          ask: "Without the mask, bring both outputs to one value: both weights on it above 0.98.",
          reply: "Both outputs are near the end of the segment, and not at it: a finite score leaves no weight at 0.",
          done: (values) => isFree(values) && [0, 1].some((k) => values.weights.every((weights) => weights[k] > 0.98)),
        },
        {
          ask: `With the mask, let “${second}” look at both tokens alike, each weight within 0.01 of one half.`,
          reply: `“${first}” sees itself alone, with the weight 1; the query of “${second}” is on the dashed line.`,
          done: ({ causal, weights }) => causal && Math.abs(weights[1][0] - 0.5) <= 0.01,
        },
      ];
    }

    begin() {
      this.examples = this.read("examples");
      this.V = this.read("values");
      this.tokens = this.read("tokens");
      return { moved: 0, ...Object.values(this.examples)[0] };
    }

    /* The mask as 0 or 1 */
    get fields() {
      const mask = { write: (causal) => String(Number(causal)), read: (words) => ({ 0: false, 1: true })[words] };
      return { Q: points(-REACH, REACH), K: points(-REACH, REACH), causal: mask, moved: integer(0, 3) };
    }

    build() {
      this.presets = presets(Object.entries(this.examples), (changes) => this.update(changes));
      this.choice = choice(
        "Move",
        MOVABLE.map(([letter, n]) => `${letter}${INDEX[n]}, the ${KINDS[letter]} of ${this.tokens[n]}`),
        (i) => this.update({ moved: i }),
      );
      this.sliders = [0, 1].map((d) =>
        slider(["first feature", "second feature"][d], {
          min: -REACH,
          max: REACH,
          step: 0.05,
          onInput: (x) => this.move(this.moved, d === 0 ? [x, null] : [null, x]),
        }),
      );
      this.box = element("input", { type: "checkbox" });
      this.box.addEventListener("change", () => this.update({ causal: this.box.checked }));
      const mask = element("label", { className: "figure-choice" }, this.box, " causal mask");
      return [
        this.presets.row,
        this.legend(),
        element("div", { className: "figure-sides" }, this.queryPlane(), this.valuePlane()),
        element("div", { className: "figure-buttons" }, this.choice.row, mask),
        ...this.sliders.map((s) => s.row),
        ...this.readout(),
      ];
    }

    legend() {
      const words = this.tokens.map((token, n) =>
        element("b", { className: `figure-token-${n + 1}`, textContent: `${n + 1} ${token}` }),
      );
      return element("p", { className: "figure-key" }, "Two tokens: ", words[0], ", ", words[1]);
    }

    /* Give a query or key new features; null keeps one. */
    move(index, features) {
      const [letter, n] = MOVABLE[index];
      const rows = this[letter].map((row, m) => (m === n ? row.map((x, d) => features[d] ?? x) : row));
      this.update({ moved: index, [letter]: rows });
    }

    queryPlane() {
      this.tie = svg("path", { class: "figure-tie" });
      this.handles = MOVABLE.map(([letter, n], index) => {
        const stem = svg("path", { class: "figure-stem" });
        const handle = mark(letter, n, [
          svg("circle", { r: 20, class: "figure-grip" }),
          svg("path", { d: SHAPES[letter] }),
        ]);
        handle.node.classList.add("figure-handle");
        this.listen(handle.node, index);
        return { ...handle, stem };
      });
      const keysFirst = [...this.handles].reverse();
      this.plane = plane(
        "Plane of queries (diamonds) and keys (squares); on the dashed line both keys score the same",
        this.tie,
        ...keysFirst.map((h) => h.stem),
        ...keysFirst.map((h) => h.node),
      );
      return this.plane;
    }

    /* A finger elsewhere on the plane still scrolls the page. */
    listen(node, index) {
      node.addEventListener("pointerdown", () => this.update({ moved: index }));
      drag(node, (event) => {
        const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(
          this.plane.getScreenCTM().inverse(),
        );
        this.move(index, [clip((x - SIZE / 2) / UNIT), clip((SIZE / 2 - y) / UNIT)]);
      });
    }

    valuePlane() {
      this.ends = this.V.map((_, k) => mark("V", k, [svg("path", { d: SHAPES.V })]));
      const [x, y] = [0, 1].map((t) => this.V[0][t] - this.V[1][t]);
      this.besideSegment = [
        [x, y],
        [-x, -y],
        [y, -x],
        [-y, x],
      ];
      this.outputs = [0, 1].map((n) => mark("O", n, [svg("circle", { r: 7 - 2 * n })]));
      return plane(
        "Plane of the values (triangles), the segment between them, and the outputs (circles) on it",
        svg("path", { class: "figure-segment", d: `M${this.V.map(toPoint).join("L")}` }),
        ...[...this.ends, ...this.outputs].map(({ node }) => node),
      );
    }

    readout() {
      const [first, second] = this.tokens;
      const rows = [first, second].flatMap((query) => [first, second].map((key) => `${query} → ${key}`));
      const { node, cells } = table("Scores and weights", ["from → to", "score", "weight", "as a bar"], rows);
      this.cells = cells;
      this.lines = [0, 1].map(() => element("span"));
      return [node, element("p", { className: "figure-result" }, ...this.lines)];
    }

    get values() {
      const { Q, K, V, causal } = this;
      const scores = scoreMatrix(Q, K, causal),
        weights = scores.map(softmax);
      return { Q, K, V, causal, scores, weights, outputs: outputMatrix(weights, V) };
    }

    draw({ Q, K, V, causal, scores, weights, outputs }) {
      this.presets.show(this);
      const outward = [...Q, ...K].map((at) => (at.some((c) => c !== 0) ? at : [0, 1]));
      place(this.handles, [...Q, ...K], outward);
      place([...this.ends, ...this.outputs], [...V, ...outputs], this.besideSegment);
      this.handles.forEach((handle, index) => this.drawHandle(handle, index));
      this.tie.setAttribute("d", tieLine(K));
      this.choice.select.selectedIndex = this.moved;
      this.box.checked = causal;
      const [letter, n] = MOVABLE[this.moved];
      this.sliders.forEach((s, d) => s.show(this[letter][n][d], format(this[letter][n][d], 2)));
      this.cells.forEach((row, i) => this.drawRow(row, scores.flat()[i], weights.flat()[i], i < 2 ? "truth" : "model"));
      this.lines.forEach((line, n) => {
        line.textContent = `O${INDEX[n]} = ${pair(outputs[n])}`;
      });
    }

    drawHandle(handle, index) {
      const [letter, n] = MOVABLE[index];
      handle.stem.setAttribute("d", `M${toPoint([0, 0])}L${toPoint(this[letter][n])}`);
      handle.stem.setAttribute("class", `figure-stem figure-token-${n + 1} figure-stem-${letter}`);
      handle.node.toggleAttribute("data-moved", index === this.moved);
    }

    drawRow([score, weight, bar], s, a, name) {
      score.textContent = s === -Infinity ? "−∞" : format(s);
      weight.textContent = format(a);
      const part = element("span", { className: `figure-bar-${name}` });
      part.style.width = `${100 * a}%`;
      bar.replaceChildren(element("span", { className: "figure-bars" }, part));
    }

    summary() {
      const { weights, outputs } = this.values;
      const words = (n) =>
        `${this.tokens[n]}: weights ${weights[n].map((a) => format(a)).join(" and ")}, output ${pair(outputs[n])}.`;
      return `${words(0)} ${words(1)}`;
    }
  }

  customElements.define("attention-figure", AttentionFigure);
});
