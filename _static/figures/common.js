/* What the interactive figures share: the mathematics, small makers of nodes, a state that a link can hold, things to
   try with an answer that is recognised, and their base class.
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

  /* Buttons that set a whole state, the present one pressed.  Each preset is [words, changes, its full name]. */
  function presets(list, onChoose) {
    const nodes = list.map(([words, changes, name]) => {
      const node = button(words, () => onChoose(changes));
      if (name) node.setAttribute("aria-label", name);
      return node;
    });
    const isNow = (figure, changes) =>
      Object.entries(changes).every(([field, value]) => JSON.stringify(figure[field]) === JSON.stringify(value));
    const show = (figure) => nodes.forEach((node, i) => node.setAttribute("aria-pressed", isNow(figure, list[i][1])));
    return { row: element("div", { className: "figure-buttons figure-presets" }, ...nodes), show };
  }

  /* A button that plays and pauses.  Each beat calls advance(strides), which says whether there is more to come.  Where
     the reader wants less motion, there are few still pictures: ten strides at a time. */
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  function player(words, advance, onStop) {
    let timer = 0;
    const node = button(`▶ ${words}`, () => (timer ? stop() : beat()));
    function beat() {
      const more = advance(calm.matches ? 10 : 1);
      if (!more) return stop();
      timer = setTimeout(beat, calm.matches ? 600 : 60);
      node.textContent = "❚❚ Pause";
    }
    function stop() {
      clearTimeout(timer);
      timer = 0;
      node.textContent = `▶ ${words}`;
      onStop();
    }
    return { node, stop: () => timer && stop() };
  }

  /* Call onMove while the node is dragged, if accepts(event) at the start.  Inside an SVG, Chromium's touch-action keeps
     no finger from scrolling the page instead; refusing the touch does. */
  function drag(node, onMove, accepts = () => true) {
    node.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    node.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      if (!accepts(event)) return;
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

  /* ---- A triangle in which each point is a distribution over three classes ---- */

  const CORNERS = [
    [30, 300],
    [330, 300],
    [180, 300 - 150 * Math.sqrt(3)],
  ];

  /* A distribution is the weighted mean of the corners. */
  const toPoint = (q) => [0, 1].map((axis) => sum(q.map((qk, k) => qk * CORNERS[k][axis])));

  /* The inverse: heights over the sides. */
  function fromPoint(x, y) {
    const q3 = (CORNERS[0][1] - y) / (CORNERS[0][1] - CORNERS[2][1]);
    const q2 = (x - CORNERS[0][0]) / (CORNERS[1][0] - CORNERS[0][0]) - q3 / 2;
    return [1 - q2 - q3, q2, q3];
  }

  /* Its frame, and a name at each corner */
  function triangle(names) {
    const places = [
      [2, 326, "start"],
      [358, 326, "end"],
      [180, 28, "middle"],
    ];
    const words = places.map(([x, y, anchor], k) => svg("text", { x, y, "text-anchor": anchor }, names[k]));
    return [svg("path", { class: "figure-frame", d: `M${CORNERS.join("L")}Z` }), ...words];
  }

  /* Where in a picture a pointer is, in the picture's own units */
  function placeIn(picture, { clientX, clientY }) {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(picture.getScreenCTM().inverse());
    return [x, y];
  }

  /* Set one component; the others keep their ratio (or share equally if both are 0). */
  function withComponent(q, k, value) {
    const rest = sum(q) - q[k];
    return q.map((qj, j) => (j === k ? value : (1 - value) * (rest > 0 ? qj / rest : 0.5)));
  }

  /* ---- Fields of a state, as a link holds them: ?figure=loss&z=2,1,-1&target=class+3#fig-loss-explorer
     write() makes the words; read() gives the value, or undefined for words that are not allowed. ---- */

  const within = (low, high) => (x) => x >= low && x <= high;

  const numbers = (count, low, high) => ({
    write: (list) => list.join(),
    read(words) {
      const list = words.split(",").map(Number);
      return list.length === count && list.every(within(low, high)) ? list : undefined;
    },
  });

  /* Three probabilities, none below the least; a link has them rounded */
  const distribution = (least) => ({
    ...numbers(3, least, 1),
    read(words) {
      const q = numbers(3, Math.max(0, least - 1e-9), 1).read(words);
      return q && Math.abs(sum(q) - 1) < 1e-9 ? q : undefined;
    },
  });

  /* Two points of a plane */
  const points = (low, high) => ({
    write: (rows) => rows.flat().join(),
    read(words) {
      const list = numbers(4, low, high).read(words);
      return list && [list.slice(0, 2), list.slice(2)];
    },
  });

  const number = (low, high) => ({
    write: String,
    read: (words) => (words === "" ? undefined : numbers(1, low, high).read(words)?.[0]),
  });

  const integer = (low, high) => ({
    write: String,
    read(words) {
      const n = number(low, high).read(words);
      return Number.isInteger(n) ? n : undefined;
    },
  });

  const oneOf = (names) => ({ write: String, read: (words) => (names.includes(words) ? words : undefined) });

  /* ---- The base class ---- */

  /* A subclass has
       question     what the figure asks;
       challenges   things to try, a list of { ask, reply, done(values) }, none of them done at the start;
       begin()      the state at the start, an object of fields;
       fields       those that a link holds, with their kinds;
       build()      makes the nodes once and returns them;
       values       a getter: everything that is shown, unrounded, also for the tests;
       draw(values) shows them;
       summary()    the sentence that a screen reader hears when the state has been still for a moment. */
  class Figure extends HTMLElement {
    connectedCallback() {
      if (this.live) return;
      this.live = element("p", { className: "visually-hidden" });
      this.live.setAttribute("role", "status");
      this.news = [];
      this.start = this.begin();
      Object.assign(this, this.start);
      Object.assign(this, this.linked());
      this.replaceChildren(
        element("p", { className: "figure-question", textContent: this.question }),
        ...this.build(),
        this.tools(),
        this.tasks(),
        this.live,
      );
      this.draw(this.values);
    }

    /* An attribute that Python wrote as JSON */
    read(name) {
      return JSON.parse(this.getAttribute(name));
    }

    /* The reader changes some fields: that ends any play, and may be what was asked for. */
    update(changes) {
      this.player?.stop();
      this.show(changes);
      this.judge();
    }

    /* Show the new state, and say it once the reader pauses. */
    show(changes) {
      Object.assign(this, changes);
      this.draw(this.values);
      this.announce();
    }

    announce() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.live.textContent = [...this.news.splice(0), this.summary()].join(" ");
      }, 700);
    }

    /* ---- Things to try ---- */

    tasks() {
      this.todo = this.challenges.map(({ ask, reply, done }) => {
        const words = [
          element("span", { className: "figure-ask", textContent: ask }),
          element("span", { className: "figure-reply", textContent: `✓ ${reply}` }),
        ];
        return { reply, done, node: element("li", {}, ...words) };
      });
      const head = element("p", {}, element("strong", { textContent: "Try this" }));
      const list = element("ul", {}, ...this.todo.map(({ node }) => node));
      return element("div", { className: "figure-try" }, head, list);
    }

    judge() {
      const values = this.values;
      const found = this.todo.filter(({ node, done }) => !node.dataset.done && done(values));
      for (const { node, reply } of found) {
        node.dataset.done = "true";
        this.news.push(`Done. ${reply}`);
      }
      if (found.length > 0) this.announce();
    }

    /* ---- The state in a link ---- */

    /* "loss", or "loss2" for the second such figure of the page */
    get key() {
      const place = [...document.querySelectorAll(this.localName)].indexOf(this);
      return this.localName.replace("-figure", "") + (place > 0 ? place + 1 : "");
    }

    /* What the address says of this figure; nothing if it names another one, or holds what is not allowed. */
    linked() {
      const words = new URLSearchParams(location.search);
      if (words.get("figure") !== this.key) return {};
      const state = Object.entries(this.fields).map(([name, kind]) => [name, kind.read(words.get(name) ?? "")]);
      return state.some(([, value]) => value === undefined) ? {} : Object.fromEntries(state);
    }

    get link() {
      const address = new URL(location.href);
      const words = Object.entries(this.fields).map(([name, kind]) => [name, kind.write(this[name])]);
      address.search = new URLSearchParams([["figure", this.key], ...words]).toString().replaceAll("%2C", ",");
      address.hash = this.closest("[id]")?.id ?? "";
      return address.href;
    }

    tools() {
      this.copy = button("Copy link to this state", () => this.copyLink());
      this.copy.className = "figure-copy";
      const reset = button("Reset", () => this.update(this.start));
      this.toolbox = element("div", { className: "figure-buttons figure-tools" }, reset, this.copy);
      return this.toolbox;
    }

    /* Where the clipboard is refused, the link stands in a field, selected. */
    async copyLink() {
      try {
        await navigator.clipboard.writeText(this.link);
        this.copy.textContent = "Link copied ✓";
        this.live.textContent = "Link copied.";
        setTimeout(() => {
          this.copy.textContent = "Copy link to this state";
        }, 2000);
      } catch {
        this.showLink();
      }
    }

    showLink() {
      this.field ??= element("input", { type: "text", readOnly: true, className: "figure-link" });
      this.field.setAttribute("aria-label", "Link to this state");
      this.field.value = this.link;
      this.toolbox.append(this.field);
      this.field.select();
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
    presets,
    player,
    drag,
    toPoint,
    fromPoint,
    triangle,
    placeIn,
    withComponent,
    table,
    format,
    formatSmall,
    number,
    numbers,
    distribution,
    points,
    integer,
    oneOf,
    Figure,
  };
})();
