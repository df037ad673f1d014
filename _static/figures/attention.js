/* <attention-figure examples='{"a name": {"Q": [[..],[..]], "K": ..., "causal": false}, ...}' values="[[..],[..]]">:
   where do the outputs of attention lie?  Two tokens: their queries and keys in one plane, moved by mouse, finger or
   sliders; in another the values, the segment between them, and the two outputs on it. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const { sum, softmax, element, svg, slider, button, choice, drag, table, format } = Figures;

  const REACH = 3,
    SIZE = 260,
    UNIT = SIZE / (2 * REACH + 2);
  const INDEX = ["₁", "₂"];
  const SHAPES = { Q: "M0 -9L9 0L0 9L-9 0Z", K: "M-7 -7H7V7H-7Z", V: "M0 -9L9 7H-9Z" };
  const MOVABLE = [
    ["Q", 0, "query 1"],
    ["Q", 1, "query 2"],
    ["K", 0, "key 1"],
    ["K", 1, "key 2"],
  ];

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

  /* Put a mark at a point, its letter beside it in a direction of the plane. */
  function place({ node, text }, at, [x, y]) {
    const scale = 20 / Math.hypot(x, y);
    node.setAttribute("transform", `translate(${toPoint(at)})`);
    text.setAttribute("x", scale * x);
    text.setAttribute("y", 5 - scale * y);
  }

  class AttentionFigure extends Figures.Figure {
    build() {
      this.examples = this.read("examples");
      this.V = this.read("values");
      this.moved = 0;
      const names = Object.keys(this.examples);
      Object.assign(this, this.examples[names[0]]);
      const examples = names.map((name) => button(name, () => this.update(this.examples[name])));
      this.choice = choice(
        "Move",
        MOVABLE.map(([, , words]) => words),
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
        element("div", { className: "figure-buttons" }, ...examples),
        element("div", { className: "figure-sides" }, this.queryPlane(), this.valuePlane()),
        element("div", { className: "figure-buttons" }, this.choice.row, mask),
        ...this.sliders.map((s) => s.row),
        ...this.readout(),
      ];
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
      const along = [0, 1].map((t) => this.V[0][t] - this.V[1][t]);
      this.across = [-along[1], along[0]];
      const values = this.V.map((v, k) => {
        const value = mark("V", k, [svg("path", { d: SHAPES.V })]);
        place(
          value,
          v,
          along.map((c) => (k === 0 ? c : -c)),
        );
        return value.node;
      });
      this.outputs = [0, 1].map((n) => mark("O", n, [svg("circle", { r: 7 - 2 * n })]));
      return plane(
        "Plane of the values (triangles), the segment between them, and the outputs (circles) on it",
        svg("path", { class: "figure-segment", d: `M${this.V.map(toPoint).join("L")}` }),
        ...values,
        ...this.outputs.map((output) => output.node),
      );
    }

    readout() {
      const rows = [0, 1].flatMap((n) => [0, 1].map((k) => `Q${INDEX[n]} K${INDEX[k]}`));
      const { node, cells } = table("Scores and weights", ["pair", "score", "weight", "as a bar"], rows);
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

    draw() {
      const { K, causal, scores, weights, outputs } = this.values;
      this.handles.forEach((handle, index) => this.drawHandle(handle, index));
      this.tie.setAttribute("d", tieLine(K));
      this.choice.select.selectedIndex = this.moved;
      this.box.checked = causal;
      const [letter, n] = MOVABLE[this.moved];
      this.sliders.forEach((s, d) => s.show(this[letter][n][d], format(this[letter][n][d], 2)));
      outputs.forEach((output, n) =>
        place(
          this.outputs[n],
          output,
          this.across.map((c) => (n === 0 ? -c : c)),
        ),
      );
      this.cells.forEach((row, i) => this.drawRow(row, scores.flat()[i], weights.flat()[i], i < 2 ? "truth" : "model"));
      this.lines.forEach((line, n) => {
        line.textContent = `O${INDEX[n]} = ${pair(outputs[n])}`;
      });
    }

    drawHandle(handle, index) {
      const [letter, n] = MOVABLE[index];
      const at = this[letter][n];
      place(handle, at, at.some((c) => c !== 0) ? at : [0, 1]);
      handle.stem.setAttribute("d", `M${toPoint([0, 0])}L${toPoint(at)}`);
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
        `Query ${n + 1}: weights ${weights[n].map((a) => format(a)).join(" and ")}, output ${pair(outputs[n])}.`;
      return `${words(0)} ${words(1)}`;
    }
  }

  customElements.define("attention-figure", AttentionFigure);
});
