/* What the interactive figures share: the mathematics, small makers of nodes, and their base class.
   Classic scripts without a library or a build step, so they also work from file://.  A new figure is a file of its own
   beside this one: a class that extends Figures.Figure with build() and draw(), defined at DOMContentLoaded, when all
   scripts have been read (in whatever order) and the page is parsed.  Python writes the element with its fallback:
   bookkit.figures. */
const Figures = (() => {
  "use strict";

  /* ---- Mathematics: natural logarithms, the truth first; tests/browser compares it with softxent. ---- */

  const sum = (a) => a.reduce((s, x) => s + x, 0);

  const norm = (a) => Math.hypot(...a);

  /* p log q with 0 log 0 = 0 */
  const plog = (p, q) => (p === 0 ? 0 : p * Math.log(q));

  /* H(p) = -sum_k p_k log p_k and H(p, q) = -sum_k p_k log q_k */
  const crossEntropy = (p, q) => sum(p.map((pk, k) => -plog(pk, q[k])));
  const entropy = (p) => crossEntropy(p, p);

  /* KL(p || q) = sum_k (p_k log(p_k / q_k) - p_k + q_k): no term is negative, so neither is a rounded sum.
     With q = p (1 + t) the term is p (t - log(1 + t)), which is the accurate form when q is near p. */
  function klTerm(p, q) {
    if (p === 0) return q;
    const t = (q - p) / p;
    return Math.abs(t) < 0.5 ? p * (t - Math.log1p(t)) : p * Math.log(p / q) - p + q;
  }
  const klDivergence = (p, q) => sum(p.map((pk, k) => klTerm(pk, q[k])));

  /* e^z_k divided by their sum; shifting by the maximum changes nothing and keeps every exponent at or below 0 */
  function softmax(z) {
    const m = Math.max(...z);
    const e = z.map((zk) => Math.exp(zk - m));
    const total = sum(e);
    return e.map((ek) => ek / total);
  }

  /* LSE(z) - m = log(1 + the other terms), m being the largest logit */
  function logSumExpExcess(z) {
    const top = z.indexOf(Math.max(...z));
    return Math.log1p(sum(z.map((zk, k) => (k === top ? 0 : Math.exp(zk - z[top])))));
  }

  /* L = sum_k y_k (LSE(z) - z_k), for any weights y; 0 times infinity does not arise, since logits are finite here */
  function softmaxCrossEntropy(z, y) {
    const m = Math.max(...z);
    const excess = logSumExpExcess(z);
    return sum(y.map((yk, k) => yk * (m - z[k] + excess)));
  }

  /* dL / dz_k = (sum_j y_j) p_k - y_k */
  function softmaxCrossEntropyGradient(z, y) {
    const total = sum(y);
    return softmax(z).map((pk, k) => total * pk - y[k]);
  }

  /* ---- Makers of nodes ---- */

  /* An HTML element with properties (className, textContent, ...) and children. */
  function element(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  /* An SVG element with attributes and children. */
  function svg(tag, attributes = {}, ...children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  /* A labelled range input that shows its value; the browser gives it the keyboard. */
  function slider(label, { min, max, step, onInput }) {
    const input = element("input", { type: "range", min, max, step });
    const value = element("span", { className: "figure-value" });
    input.setAttribute("aria-label", label);
    input.addEventListener("input", () => onInput(Number(input.value)));
    const row = element("label", { className: "figure-slider" }, element("span", { textContent: label }), input, value);
    const show = (number, words) => {
      input.value = number;
      input.setAttribute("aria-valuetext", words);
      value.textContent = words;
    };
    return { row, show };
  }

  /* A slider for a positive number from 1/limit to limit, in equal ratios with three digits; 1 is in the middle. */
  function ratioSlider(label, limit, onInput) {
    const { row, show } = slider(label, {
      min: -1,
      max: 1,
      step: 0.01,
      onInput: (position) => onInput(Number((limit ** position).toPrecision(3))),
    });
    return { row, show: (number) => show(Math.log(number) / Math.log(limit), number.toPrecision(3)) };
  }

  function button(words, onClick) {
    const node = element("button", { type: "button", textContent: words });
    node.addEventListener("click", onClick);
    return node;
  }

  /* A choice among named things; onChoose gets the index. */
  function choice(label, names, onChoose) {
    const options = names.map((name) => element("option", { textContent: name }));
    const select = element("select", {}, ...options);
    select.addEventListener("change", () => onChoose(select.selectedIndex));
    return { row: element("label", { className: "figure-choice" }, `${label} `, select), select };
  }

  /* Call onMove while the node is dragged.  Inside an SVG, Chromium's touch-action keeps no finger from scrolling the
     page instead; refusing the touch does. */
  function drag(node, onMove) {
    node.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    node.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      node.setPointerCapture(event.pointerId);
    });
    node.addEventListener("pointermove", (event) => {
      if (node.hasPointerCapture(event.pointerId)) onMove(event);
    });
  }

  /* A table with a row of heads and a head in each row; cells are filled by draw().  `hidden` names it for listeners. */
  function table(name, heads, rowHeads) {
    const head = (words, scope) => {
      const cell = element("th", { scope });
      cell.innerHTML = words;
      return cell;
    };
    const rows = rowHeads.map((words) =>
      element("tr", {}, head(words, "row"), ...heads.slice(1).map(() => element("td"))),
    );
    const node = element(
      "table",
      { className: "figure-table" },
      element("caption", { className: "visually-hidden", textContent: name }),
      element("thead", {}, element("tr", {}, ...heads.map((words) => head(words, "col")))),
      element("tbody", {}, ...rows),
    );
    return { node, cells: rows.map((row) => [...row.querySelectorAll("td")]) };
  }

  /* Fixed decimals with a true minus sign; no "−0.000". */
  function format(number, digits = 3, plus = "") {
    if (number === Infinity) return "∞";
    const text = Math.abs(number).toFixed(digits);
    const zero = Number(text) === 0;
    return (zero ? "" : number < 0 ? "−" : plus) + text;
  }

  /* Three decimals, or two digits and a power of ten for a positive number below 0.001: "0.012", "5.9·10⁻¹⁰⁵" */
  function formatSmall(number) {
    if (number === 0 || number >= 0.001) return format(number);
    const [digits, power] = number.toExponential(1).split("e-");
    return `${digits}·10⁻${[...power].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]).join("")}`;
  }

  /* ---- The base class ---- */

  /* A subclass has build(), which makes the nodes once and returns them, draw(), which shows the present state,
     summary(), the sentence that a screen reader hears when the state has been still for a moment, and the getter
     `values`, everything that is shown, unrounded, for the tests. */
  class Figure extends HTMLElement {
    connectedCallback() {
      if (this.live) return;
      this.live = element("p", { className: "visually-hidden" });
      this.live.setAttribute("role", "status");
      this.replaceChildren(...this.build(), this.live);
      this.draw();
    }

    /* An attribute that Python wrote as JSON */
    read(name) {
      return JSON.parse(this.getAttribute(name));
    }

    /* Change some fields, show the new state, and say it once the reader pauses. */
    update(changes) {
      Object.assign(this, changes);
      this.draw();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.live.textContent = this.summary();
      }, 700);
    }
  }

  return {
    sum,
    norm,
    entropy,
    crossEntropy,
    klDivergence,
    softmax,
    softmaxCrossEntropy,
    softmaxCrossEntropyGradient,
    element,
    svg,
    slider,
    ratioSlider,
    button,
    choice,
    drag,
    table,
    format,
    formatSmall,
    Figure,
  };
})();
