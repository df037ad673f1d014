/* <stream-figure z="[1,3,0,2]">: in which order may groups of numbers be merged into one log-sum-exp?
   A tree grows upwards from the numbers as the reader merges neighbours; the table has the state of each group. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const { element, svg, button, table, format } = Figures;

  const WIDTH = 360,
    LEFT = 28,
    BASE = 190,
    STEP = 22;

  const number = (x) => format(x, 3);
  const plain = (x) => String(x).replace("-", "−");

  /* The state of both groups: the larger maximum, and both sums scaled to it. */
  function merge(a, b) {
    const m = Math.max(a.m, b.m);
    return {
      first: a.first,
      last: b.last,
      m,
      s: a.s * Math.exp(a.m - m) + b.s * Math.exp(b.m - m),
      rounds: 1 + Math.max(a.rounds, b.rounds),
      parts: [a, b],
    };
  }

  /* The brackets of a group as text, which tells one order of merging from another. */
  const brackets = (group) => (group.parts ? `(${group.parts.map(brackets).join("")})` : group.first);

  const members = (group) =>
    group.first === group.last ? `${group.first + 1}` : `${group.first + 1}–${group.last + 1}`;

  class StreamFigure extends Figures.Figure {
    question = "In which order may the groups be merged?";

    get challenges() {
      return [
        {
          ask: "Find two orders that end in the same log-sum-exp.",
          reply: "Any two do, but for rounding: merging is associative.",
          done: ({ orders }) => orders > 1,
        },
        {
          ask: "Merge all numbers in as few rounds as possible.",
          reply: "A round can at best halve the number of groups, so no order takes fewer.",
          done: ({ groups }) => groups.length === 1 && groups[0].rounds === Math.ceil(Math.log2(this.z.length)),
        },
      ];
    }

    /* The order is the list of the gaps that were closed; gap k lies behind number k.  Tried are the brackets of the
       orders that were gone through to their end. */
    begin() {
      this.z = this.read("z");
      return { order: [], tried: [] };
    }

    get fields() {
      const isGap = (k) => Number.isInteger(k) && k >= 0 && k < this.z.length - 1;
      const read = (words) => {
        const order = words === "none" ? [] : words.split(",").map((word) => Number(word || NaN));
        return order.every(isGap) && new Set(order).size === order.length ? order : undefined;
      };
      return { order: { write: (order) => order.join() || "none", read } };
    }

    build() {
      this.gaps = this.z.slice(1).map((_, k) => this.gap(k));
      const orders = [
        button("One by one", () => this.run(() => 0)),
        button("In rounds", () => this.run((groups) => this.lowest(groups))),
        button("Start again", () => this.follow([])),
      ];
      return [
        element("div", { className: "figure-buttons" }, ...this.gaps),
        this.picture(),
        element("div", { className: "figure-buttons" }, ...orders),
        ...this.readout(),
      ];
    }

    get numbers() {
      return this.z.map((x, k) => ({ first: k, last: k, m: x, s: 1, rounds: 0 }));
    }

    get groups() {
      return this.order.reduce((groups, k) => this.closed(groups, k), this.numbers);
    }

    /* The groups with the gap behind number k closed */
    closed(groups, k) {
      const i = groups.findIndex((group) => group.last === k);
      return [...groups.slice(0, i), merge(groups[i], groups[i + 1]), ...groups.slice(i + 2)];
    }

    gap(k) {
      const node = button(`${k + 1} | ${k + 2}`, () => this.follow([...this.order, k]));
      node.setAttribute("aria-label", `Merge the groups of the numbers ${k + 1} and ${k + 2}`);
      return node;
    }

    /* The orders that were tried, with the present one if it is whole */
    get orders() {
      const { groups, tried } = this;
      return new Set(groups.length === 1 ? [...tried, brackets(groups[0])] : tried);
    }

    /* Another order begins, or the present one goes on: what was whole has been tried. */
    follow(order) {
      this.update({ order, tried: [...this.orders] });
    }

    /* Where a merge makes the least high tree, the first such place. */
    lowest(groups) {
      const heights = groups.slice(1).map((group, i) => Math.max(group.rounds, groups[i].rounds));
      return heights.indexOf(Math.min(...heights));
    }

    /* From the numbers to one group, merging at the place that choose() tells. */
    run(choose) {
      const order = [];
      let groups = this.numbers;
      while (groups.length > 1) {
        order.push(groups[choose(groups)].last);
        groups = this.closed(groups, order.at(-1));
      }
      this.follow(order);
    }

    picture() {
      this.tree = svg("g", {});
      return svg(
        "svg",
        {
          viewBox: `0 0 ${WIDTH} 220`,
          role: "img",
          class: "figure-picture",
          "aria-label":
            "The numbers in a row; above them, for each merge, a bar over the two groups that it joined, at the height of its round",
        },
        ...this.z.slice(1).map((_, k) => this.level(k + 1)),
        this.tree,
      );
    }

    /* A faint line at the height of a round, with its number */
    level(round) {
      const y = BASE - STEP * round;
      return svg(
        "g",
        {},
        svg("path", { class: "figure-frame", "stroke-opacity": 0.35, d: `M${LEFT} ${y}H${WIDTH}` }),
        svg("text", { x: LEFT - 8, y: y + 5, "text-anchor": "end" }, String(round)),
      );
    }

    readout() {
      const heads = ["group", "<i>m</i>", "<i>s</i>", "<i>m</i> + log <i>s</i>"];
      const { node, cells } = table(
        "The groups of numbers with their states",
        heads,
        this.z.map(() => ""),
      );
      this.cells = cells;
      this.rowHeads = [...node.querySelectorAll("tbody th")];
      this.line = element("p", { className: "figure-result" });
      return [this.line, node];
    }

    get values() {
      const groups = this.groups.map(({ first, last, m, s, rounds }) => ({
        first,
        last,
        m,
        s,
        rounds,
        lse: m + Math.log(s),
      }));
      return { z: this.z, groups, orders: this.orders.size };
    }

    draw() {
      const { groups } = this.values;
      this.gaps.forEach((node, k) => {
        node.disabled = !this.groups.some((group) => group.last === k);
      });
      this.cells.forEach((row, i) => {
        row[0].parentNode.hidden = i >= groups.length;
        if (i >= groups.length) return;
        const { m, s, lse } = groups[i];
        this.rowHeads[i].textContent = members(groups[i]);
        [m, s, lse].forEach((x, column) => {
          row[column].textContent = number(x);
        });
      });
      this.tree.replaceChildren(...this.groups.flatMap((group) => this.branch(group).nodes));
      this.line.textContent = this.summary();
    }

    /* The picture of a group, and where its top is. */
    branch(group) {
      if (!group.parts) {
        const x = LEFT + ((WIDTH - LEFT) * (group.first + 0.5)) / this.z.length;
        const text = svg("text", { x, y: BASE + 20, "text-anchor": "middle" }, plain(group.m));
        return { x, y: BASE, nodes: [text] };
      }
      const parts = group.parts.map((part) => this.branch(part));
      const y = BASE - STEP * group.rounds;
      const [left, right] = parts;
      const d = `M${left.x} ${left.y}V${y}H${right.x}V${right.y}`;
      const path = svg("path", { class: "figure-branch", d });
      return { x: (left.x + right.x) / 2, y, nodes: [...left.nodes, ...right.nodes, path] };
    }

    summary() {
      const { groups, orders } = this.values;
      const count = this.z.length;
      if (groups.length > 1) return `${groups.length} groups, ${count - groups.length} merges so far.`;
      const [{ lse, rounds }] = groups;
      const fewest = Math.ceil(Math.log2(count));
      const verdict = rounds === fewest ? "No order takes fewer." : `It can be done in ${fewest}.`;
      const tried = orders > 1 ? ` You have tried ${orders} orders, all with this result.` : "";
      return `LSE ${number(lse)} after ${count - 1} merges in ${rounds} rounds. ${verdict}${tried}`;
    }
  }

  customElements.define("stream-figure", StreamFigure);
});
