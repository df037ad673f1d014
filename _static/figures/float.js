/* <float-figure cases='[["float32", [0,-18,-18]], ...]'>: which formula keeps which digits, in which format?
   Softmax and its logarithm by five formulas, every operation rounded to the format, beside the exact values. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const { element, slider, button, choice } = Figures;
  const { FORMATS, rounding, compute, fixed, exact, decimal, rightDigits, judge } = Floats;

  /* What it computes, its name, its formula, and what makes its 0 */
  const METHODS = [
    ["softmax", "naive softmax", "exp(zᵢ) / Σ exp(zₖ)", "underflow"],
    ["softmax", "shifted softmax", "exp(zᵢ − m) / Σ exp(zₖ − m)", "underflow"],
    ["log", "log of softmax", "log of the shifted softmax", "log of 1"],
    ["log", "log-softmax", "zᵢ − m − log Σ exp(zₖ − m)", "log of 1"],
    ["log", "log-softmax with log1p", "zᵢ − m − log1p(s)", "log1p of 0"],
  ];
  const WORST_FIRST = ["overflow", "underflow", "digits lost", "right"];

  /* Zero, infinite or not a number, and what made it so */
  function origin(value, zero, total) {
    if (Number.isNaN(value)) return total === Infinity ? "nan: inf / inf" : "nan: 0 / 0";
    if (value === 0) return total === Infinity ? "0: finite / inf" : `0: ${zero}`;
    return "−inf: log of 0";
  }

  class FloatFigure extends Figures.Figure {
    build() {
      this.cases = this.read("cases");
      const names = Object.keys(FORMATS);
      this.format = choice("Format", names, (i) => this.reachOut({ dtype: names[i] }));
      this.sliders = [0, 1, 2].map((k) =>
        slider(`z${"₁₂₃"[k]}`, {
          step: 0.1,
          onInput: (value) => this.update({ z: this.z.map((zj, j) => (j === k ? value : zj)) }),
        }),
      );
      const examples = this.cases.map(([dtype, z]) =>
        button(`${dtype} (${z.join(", ").replaceAll("-", "−")})`, () => this.reachOut({ dtype, z })),
      );
      this.groups = [
        ["softmax", "exact softmax", ""],
        ["log", "exact log of softmax", ""],
      ]
        .concat(METHODS)
        .map(group);
      const side = (kind) => element("div", {}, ...this.groups.filter((g) => g.kind === kind).map((g) => g.node));
      const [dtype, z] = this.cases[0];
      Object.assign(this, { dtype, z, reach: this.reachOf(dtype, z) });
      return [
        element("div", { className: "figure-buttons" }, ...examples),
        this.format.row,
        ...this.sliders.map((s) => s.row),
        element("div", { className: "figure-sides" }, side("softmax"), side("log")),
        key(),
      ];
    }

    /* Sliders reach as far as the format and the logits need; not while one is dragged. */
    reachOf(dtype, z) {
      return Math.max(FORMATS[dtype].reach, ...z.map(Math.abs));
    }

    reachOut({ dtype, z = this.z }) {
      this.update({ dtype, z, reach: this.reachOf(dtype, z) });
    }

    /* The logits are rounded to the format first; the exact values are those of the rounded logits. */
    get values() {
      const format = FORMATS[this.dtype],
        round = rounding(this.dtype),
        stored = this.z.map(round);
      const truth = exact(stored);
      const methods = compute(stored, round).map(({ values, way, total }, row) => {
        const [kind, , , zero] = METHODS[row];
        const verdicts = values.map((x, i) => judge(x, truth[kind][i], way[i], format));
        const shown = values.map((x, i) => show(x, truth[kind][i], origin(x, zero, total), format.digits));
        return { values, shown, verdict: WORST_FIRST.find((word) => verdicts.includes(word)) };
      });
      return {
        dtype: this.dtype,
        z: this.z,
        stored,
        digits: format.digits,
        methods,
        exact: {
          softmax: truth.softmax.map((x) => decimal(x, format.digits + 2)),
          log: truth.log.map((x) => decimal(x, format.digits + 2)),
        },
      };
    }

    draw() {
      const { stored, digits, exact, methods } = this.values;
      this.format.select.value = this.dtype;
      this.sliders.forEach((s, k) => {
        Object.assign(s.row.querySelector("input"), { min: -this.reach, max: this.reach });
        s.show(stored[k], String(Number(stored[k].toPrecision(digits + 2))).replace("-", "−"));
      });
      this.groups
        .slice(0, 2)
        .forEach((g) =>
          g.lines.forEach(([value], i) =>
            value.replaceChildren(...write(exact[g.kind][i], digits + 2, ["span", "span"])),
          ),
        );
      this.groups.slice(2).forEach((g, row) => {
        const { shown, verdict } = methods[row];
        g.verdict.textContent = `${verdict === "right" ? "✓" : "✗"} ${verdict}`;
        g.verdict.dataset.right = verdict === "right";
        g.lines.forEach(([value, count], i) => {
          value.replaceChildren(...(shown[i].words ? [shown[i].words] : write(shown[i], shown[i].right)));
          count.textContent = `${shown[i].right} of ${digits}`;
        });
      });
    }

    summary() {
      const verdicts = this.values.methods.map(({ verdict }, row) => `${METHODS[row][1]} ${verdict}`);
      return `${this.dtype}: ${verdicts.join(", ")}.`;
    }
  }

  /* A value as it is shown: its digits and how many of them are right, or words if it has none. */
  function show(value, truth, words, count) {
    if (value === 0 || !Number.isFinite(value)) return { words, right: 0 };
    const parts = decimal(fixed(value), count);
    return { ...parts, right: rightDigits(value, truth, parts) };
  }

  /* Digits with a point, with zeros in front or a power of ten behind; the first ones in one tag, the others in another. */
  function write({ sign, digits, exponent }, right, tags = ["u", "s"]) {
    const plain = exponent > -5 && exponent < digits.length;
    const point = plain ? exponent + 1 : 1;
    const lead = point > 0 ? "" : `0.${"0".repeat(-point)}`;
    const dotted = [...digits].map((digit, j) => (j > 0 && j === point ? `.${digit}` : digit));
    const parts = [dotted.slice(0, right), dotted.slice(right)].map((part) => part.join(""));
    const power = plain ? "" : `e${exponent < 0 ? "−" : "+"}${Math.abs(exponent)}`;
    return [sign + lead, ...parts.map((part, i) => element(tags[i], { textContent: part })), power];
  }

  /* One method: name, verdict, formula, and a line per class. */
  function group([kind, name, formula]) {
    const verdict = element("span", { className: "figure-verdict" });
    const head = element(
      "th",
      { colSpan: 3, scope: "rowgroup" },
      element("span", { className: "figure-method" }, name, verdict),
      element("small", { textContent: formula }),
    );
    const lines = [1, 2, 3].map(() => [element("td"), element("td")]);
    const rows = lines.map((cells, k) =>
      element("tr", {}, element("th", { scope: "row", textContent: String(k + 1) }), ...cells),
    );
    const node = element(
      "table",
      { className: "figure-table" },
      element("caption", { className: "visually-hidden", textContent: `${name}: class, value, right digits` }),
      element("tbody", {}, element("tr", {}, head), ...rows),
    );
    return { kind, node, verdict, lines };
  }

  function key() {
    return element(
      "p",
      { className: "figure-key" },
      "Digits: ",
      element("u", { textContent: "right" }),
      ", off by less than one in their place; ",
      element("s", { textContent: "wrong" }),
      ". Right as a verdict: within 8 eps for every class.",
    );
  }

  customElements.define("float-figure", FloatFigure);
});
