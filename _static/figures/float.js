/* <float-figure cases='[["float32", [0,-18,-18]], ...]'>: which formula keeps which digits, in which format?
   Softmax and its logarithm by five formulas, every operation rounded to the format, beside the exact values. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const { element, slider, presets, choice, numbers, oneOf } = Figures;
  const { FORMATS, rounding, compute, fixed, exact, decimal, rightDigits, judge } = Floats;

  /* What it computes, its name, its formula, and what makes its 0 */
  const METHODS = [
    ["softmax", "naive softmax", "exp(zᵢ) / Σ exp(zₖ)", "underflow"],
    ["softmax", "shifted softmax", "exp(zᵢ − m) / Σ exp(zₖ − m)", "underflow"],
    ["log", "log of softmax", "log of the shifted softmax", "log of 1"],
    ["log", "log-softmax", "zᵢ − m − log Σ exp(zₖ − m)", "log of 1"],
    ["log", "log-softmax with log1p", "zᵢ − m − log1p(s)", "log1p of 0"],
    ["softmax", "shifted, rounding kept", "exp(zᵢ − m) with the rounding error of zᵢ − m", "underflow"],
    ["log", "log1p, rounding kept", "log1p, with the rounding error of zᵢ − m", "log1p of 0"],
  ];
  const NAIVE = 0,
    SHIFTED = 1,
    LOG_OF_SOFTMAX = 2,
    LOG_SOFTMAX = 3,
    WITH_LOG1P = 4;
  const WORST_FIRST = ["overflow", "underflow", "digits lost", "nearest", "right"];
  const REACH = 1000;

  /* How a verdict is shown: what is within 8 eps, or as near as the format can come, is no fault, and no praise either. */
  function phrase(verdict, whole) {
    if (verdict === "right") return whole ? ["✓ right", "right"] : ["≈ within 8 eps", "near"];
    return verdict === "nearest" ? ["≈ nearest number", "near"] : [`✗ ${verdict}`, "wrong"];
  }

  /* Zero, infinite or not a number, and what made it so */
  function origin(value, zero, total) {
    if (Number.isNaN(value)) return total === Infinity ? "nan: inf / inf" : "nan: 0 / 0";
    if (value === 0) return total === Infinity ? "0: finite / inf" : `0: ${zero}`;
    return "−inf: log of 0";
  }

  class FloatFigure extends Figures.Figure {
    question = "Which formula keeps which digits, in which format?";

    challenges = [
      {
        ask: "In float16, let log of softmax end in −inf, and keep log-softmax right.",
        reply: "The probability underflowed before its logarithm was taken; log-softmax takes no such way.",
        done: ({ dtype, methods }) =>
          dtype === "float16" && methods[LOG_OF_SOFTMAX].values.includes(-Infinity) && isRight(methods[LOG_SOFTMAX]),
      },
      {
        ask: "In float64, let log-softmax lose the winner’s logarithm, and keep it right with log1p.",
        reply: "1 + s was rounded to 1. log1p(s) takes s itself, so nothing is lost.",
        done: ({ dtype, methods }) =>
          dtype === "float64" && methods[LOG_SOFTMAX].values.includes(0) && isRight(methods[WITH_LOG1P]),
      },
      {
        ask: "In bfloat16, find logits for which the naive softmax is right and the shifted one is not.",
        reply: "The shift z − m was rounded, and exp makes that a relative error. The rounding error can be kept.",
        done: ({ dtype, methods }) =>
          dtype === "bfloat16" && isRight(methods[NAIVE]) && methods[SHIFTED].verdict === "digits lost",
      },
    ];

    begin() {
      this.cases = this.read("cases");
      const [dtype, z] = this.cases[0];
      return { dtype, z, dragged: false };
    }

    get fields() {
      return { dtype: oneOf(Object.keys(FORMATS)), z: numbers(3, -REACH, REACH) };
    }

    build() {
      const names = Object.keys(FORMATS);
      this.format = choice("Format", names, (i) => this.update({ dtype: names[i], dragged: false }));
      this.sliders = [0, 1, 2].map((k) =>
        slider(`z${"₁₂₃"[k]}`, {
          step: 0.1,
          onInput: (value) => this.update({ z: this.z.map((zj, j) => (j === k ? value : zj)), dragged: true }),
        }),
      );
      const examples = this.cases.map(([dtype, z], i) => [
        String(i + 1),
        { dtype, z },
        `Example ${i + 1}: ${dtype} (${z.join(", ").replaceAll("-", "−")})`,
      ]);
      this.examples = presets(examples, (changes) => this.update({ ...changes, dragged: false }));
      this.examples.row.prepend("Example");
      this.groups = [
        ["softmax", "exact softmax", ""],
        ["log", "exact log of softmax", ""],
      ]
        .concat(METHODS)
        .map(group);
      const side = (kind) => element("div", {}, ...this.groups.filter((g) => g.kind === kind).map((g) => g.node));
      return [
        element(
          "div",
          { className: "figure-controls" },
          this.examples.row,
          this.format.row,
          ...this.sliders.map((s) => s.row),
        ),
        element("div", { className: "figure-sides" }, side("softmax"), side("log")),
        key(),
      ];
    }

    /* Sliders reach as far as the format and the logits need; their ends stay while one is dragged. */
    reachOut() {
      if (!this.dragged) this.reach = Math.max(FORMATS[this.dtype].reach, ...this.z.map(Math.abs));
      return this.reach;
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

    draw({ stored, digits, exact, methods }) {
      const reach = this.reachOut();
      this.examples.show(this);
      this.format.select.value = this.dtype;
      this.sliders.forEach((s, k) => {
        Object.assign(s.row.querySelector("input"), { min: -reach, max: reach });
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
        const whole = shown.every(({ right }) => right === digits);
        [g.verdict.textContent, g.verdict.dataset.kind] = phrase(verdict, whole);
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

  const isRight = ({ verdict }) => verdict === "right";

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
      ". ✓ right: all digits of all classes; ≈ within 8 eps: the last ones may be off; ≈ nearest number: too small for " +
        "the format, and rounded as well as it can be. Rounding kept: as the package does where it shifts.",
    );
  }

  customElements.define("float-figure", FloatFigure);
});
