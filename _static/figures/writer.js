/* <writer-figure table="_a_868b65...;_ba52..." first="wh" add="0.1" prompt="the_">: which settings make a model of the
   next letter write well?  The letters are ranked, with an outline for their probability at the temperature and a bar for
   what top-k and top-p keep of it; above, the text so far.  The table has, for each pair of letters, those after it with
   their counts; `first` are the first two letters of the text that was counted.  Equal seeds give equal texts. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const { sum, softmax, entropy, element, svg, slider, ratioSlider, button, choice, player, table, format } = Figures;
  const { number, integer } = Figures;

  const ALPHABET = "abcdefghijklmnopqrstuvwxyz_";
  const LONGEST = 80;
  const HOTTEST = 5;
  const MODULUS = 2 ** 31 - 1,
    MULTIPLIER = 48271,
    THROWN_AWAY = 3,
    SEEDS = 9999;
  const WIDTH = 360,
    LEFT = 36,
    TOP = 14,
    BASE = 184,
    PITCH = (WIDTH - LEFT) / ALPHABET.length;

  /* Where the axis of probabilities may end */
  const ENDS = [0.1, 0.2, 0.5, 1];

  const plain = (words) => words.replaceAll("_", " ");
  const bits = (nats) => nats / Math.LN2;

  /* "th_12e340;..." as [["th_", 12], ["the", 340], ...] */
  const unpacked = (words) =>
    words
      .split(";")
      .flatMap((row) =>
        [...row.slice(2).matchAll(/([a-z_])(\d+)/g)].map(([, letter, count]) => [
          row.slice(0, 2) + letter,
          Number(count),
        ]),
      );

  /* For each context of this length the counts of all letters after it.  The first two letters of the text end no triple,
     so shorter pieces that end there are counted apart. */
  function counted(triples, first, order) {
    const early = [first.slice(0, 1), first].filter((start) => start.length > order).map((start) => [start, 1]);
    const table = {};
    for (const [piece, count] of [...triples, ...early]) {
      const context = piece.slice(piece.length - 1 - order, -1);
      table[context] ??= Array(ALPHABET.length).fill(0);
      table[context][ALPHABET.indexOf(piece.at(-1))] += count;
    }
    return table;
  }

  /* The places of the numbers, the largest first; equal ones keep their order. */
  const ranked = (numbers) => numbers.map((_, k) => k).sort((j, k) => numbers[k] - numbers[j]);

  /* p_i = n_i^(1/tau) over their sum */
  const tempered = (counts, tau) => softmax(counts.map((n) => Math.log(n) / tau));

  /* How many are kept of probabilities in falling order: first the k largest; of these, divided by their sum, the fewest
     that hold the share `mass`.  A sum that misses the share by a rounding counts as reaching it. */
  function keptOf(p, k, mass) {
    const few = Math.min(k, p.length);
    if (mass === 1) return few;
    const whole = sum(p.slice(0, few));
    let [keep, held] = [0, 0];
    while (keep < few && held < mass - 1e-12) held += p[keep++] / whole;
    return keep;
  }

  const normalised = (p) => p.map((pi) => pi / sum(p));

  /* The n-th number of a seed: x <- 48271 x mod (2^31 - 1), after three that are thrown away; no product exceeds 2^53. */
  function uniform(seed, n) {
    let x = seed;
    for (let step = 0; step <= n + THROWN_AWAY; step++) x = (x * MULTIPLIER) % MODULUS;
    return x / MODULUS;
  }

  /* The first place at which the sum of the law exceeds u */
  function placeOf(law, u) {
    let [place, total] = [0, law[0]];
    while (total <= u && place < law.length - 1) total += law[++place];
    return place;
  }

  /* The words end in three copies of the same two to twelve letters. */
  const repeats = (words) =>
    Array.from({ length: 11 }, (_, i) => words.slice(-i - 2)).some(
      (end) => end.length > 1 && words.endsWith(end.repeat(3)),
    );

  /* The first end that holds every outline and every bar */
  const endFor = (p, q) => ENDS.find((end) => Math.max(p[0], q[0]) <= end) ?? 1;

  class WriterFigure extends Figures.Figure {
    question = "Which settings make the model write well: neither nonsense nor the same for ever?";

    challenges = [
      {
        ask: "Make it repeat itself: the same letters three times in a row.",
        reply: "Where one letter is kept, the context settles the next; so a context that comes back starts a loop.",
        done: ({ text }) => repeats(text),
      },
      {
        ask: "With top-p at 1, choose k so that the fewest letters that hold 90 % of the probability are kept.",
        reply: "Top-p at 0.9 keeps the same letters here. After other letters it may keep more or fewer.",
        done: ({ mass, cut, kept, p }) => mass === 1 && kept < p.length && cut <= 0.1 && sum(p.slice(kept - 1)) > 0.1,
      },
      {
        ask: "With nothing cut, find a temperature at which the entropy is 3 bits, to within 0.04.",
        reply: "Three bits: as open as a fair choice among eight letters.",
        done: ({ kept, p, entropy }) => kept === p.length && Math.abs(entropy - 3) <= 0.04,
      },
    ];

    begin() {
      this.prompt = this.read("prompt");
      this.add = this.read("add");
      const triples = unpacked(this.read("table"));
      this.tables = [0, 1, 2].map((order) => counted(triples, this.read("first"), order));
      return { order: 2, tau: 1, top: ALPHABET.length, mass: 1, seed: 1, text: "" };
    }

    /* The link holds the prompt with the text, so that no text is a word of its own. */
    get fields() {
      const read = (words) => {
        const text = words.slice(this.prompt.length);
        const isText = words.startsWith(this.prompt) && /^[a-z_]*$/.test(text) && text.length <= LONGEST;
        return isText ? text : undefined;
      };
      return {
        order: integer(0, 2),
        tau: number(1 / HOTTEST, HOTTEST),
        top: integer(1, ALPHABET.length),
        mass: number(0.05, 1),
        seed: integer(1, SEEDS),
        text: { write: (text) => this.prompt + text, read },
      };
    }

    build() {
      this.temperature = ratioSlider("τ", HOTTEST, (tau) => this.update({ tau }));
      this.cut = slider("top-k", { min: 1, max: ALPHABET.length, step: 1, onInput: (top) => this.update({ top }) });
      this.share = slider("top-p", { min: 0.05, max: 1, step: 0.05, onInput: (mass) => this.update({ mass }) });
      this.choice = choice("Looks back at", ["no letter", "one letter", "two letters"], (order) =>
        this.update({ order }),
      );
      const rows = [this.temperature, this.cut, this.share].map((s) => s.row);
      return [this.sheet(), this.buttons(), this.picture(), ...rows, this.choice.row, ...this.readout()];
    }

    sheet() {
      this.words = element("span");
      return element(
        "p",
        { className: "figure-sheet" },
        element("span", { className: "visually-hidden", textContent: "The text: " }),
        element("b", { textContent: plain(this.prompt) }),
        this.words,
      );
    }

    buttons() {
      this.player = player(
        "Write a line",
        (strides) => this.write(strides),
        () => this.judge(),
      );
      return element(
        "div",
        { className: "figure-buttons" },
        button("One letter", () => this.update({ text: this.longer(1) })),
        this.player.node,
        button("Start again", () => this.update({ text: "" })),
        button("Another seed", () => this.update({ seed: (this.seed % SEEDS) + 1, text: "" })),
      );
    }

    /* One stride is one letter. */
    write(strides) {
      this.show({ text: this.longer(strides) });
      return this.text.length < LONGEST;
    }

    /* The text with a few letters more, and a new one where the line was full */
    longer(count) {
      let text = this.text.length < LONGEST ? this.text : "";
      for (let n = 0; n < count && text.length < LONGEST; n++) text += this.next(text).letter;
      return text;
    }

    /* The counts after a text, plus `add` */
    after(text) {
      const whole = this.prompt + text;
      const counts = this.tables[this.order][whole.slice(whole.length - this.order)] ?? Array(ALPHABET.length).fill(0);
      return counts.map((n) => n + this.add);
    }

    picture() {
      this.columns = Array.from({ length: ALPHABET.length }, (_, i) => this.column(i));
      this.edge = svg("path", { class: "figure-limit" });
      this.ticks = [0, 0.5, 1].map((share) => this.tick(share));
      return svg(
        "svg",
        {
          viewBox: `0 0 ${WIDTH} 244`,
          role: "img",
          class: "figure-picture",
          "aria-label":
            "The letters that may come next, the likeliest first: the outline is the probability at the temperature, the bar what it becomes when the letters right of the dashed line are cut",
        },
        ...this.ticks.map((tick) => tick.node),
        ...this.columns.map((column) => column.node),
        this.edge,
        ...this.legend(),
      );
    }

    /* A line at this share of the height; what it is worth stands left of it. */
    tick(share) {
      const y = BASE - (BASE - TOP) * share;
      const label = svg("text", { x: LEFT - 4, y: y + 5, "text-anchor": "end" });
      return {
        share,
        label,
        node: svg("g", {}, svg("path", { class: "figure-frame", d: `M${LEFT} ${y}H${WIDTH}` }), label),
      };
    }

    /* Letters stand in two rows, since they are wider than their columns. */
    column(i) {
      const x = LEFT + PITCH * (i + 0.5);
      const p = svg("rect", { class: "figure-target", x: x - 4.5, width: 9 });
      const q = svg("rect", { class: "figure-model", x: x - 2.5, width: 5 });
      const letter = svg("text", { x, y: BASE + (i % 2 === 0 ? 16 : 31), "text-anchor": "middle" });
      return { node: svg("g", {}, q, p, letter), p, q, letter };
    }

    legend() {
      const y = BASE + 55;
      return [
        svg("rect", { class: "figure-target", x: 38, y: y - 12, width: 9, height: 12 }),
        svg("text", { x: 55, y }, "at τ"),
        svg("rect", { class: "figure-model", x: 126, y: y - 12, width: 5, height: 12 }),
        svg("text", { x: 139, y }, "kept"),
        svg("path", { class: "figure-limit", d: `M212 ${y - 13}V${y + 2}` }),
        svg("text", { x: 222, y }, "cut from here"),
      ];
    }

    readout() {
      const rows = ["letters kept", "mass cut", "entropy, bits", "text, bits a letter", "text, perplexity"];
      const { node, cells } = table("The next letter and the text", ["", "now", "uncut, τ = 1"], rows);
      this.cells = cells;
      this.line = element("p", { className: "figure-result" });
      return [this.line, node];
    }

    /* The law of the letter after a text, and the letter that the next number takes */
    next(text) {
      const counts = this.after(text);
      const order = ranked(counts);
      const p = tempered(
        order.map((k) => counts[k]),
        this.tau,
      );
      const kept = keptOf(p, this.top, this.mass);
      const q = normalised(p.slice(0, kept));
      const u = uniform(this.seed, text.length);
      const letters = order.map((k) => ALPHABET[k]).join("");
      return { letters, p, q, kept, u, letter: letters[placeOf(q, u)] };
    }

    get values() {
      const { order, tau, top, mass, seed, text } = this;
      const next = this.next(text);
      const cost = text === "" ? null : this.cost(text);
      return {
        order,
        tau,
        top,
        mass,
        seed,
        text,
        length: text.length,
        ...next,
        end: endFor(next.p, next.q),
        cut: sum(next.p.slice(next.kept)),
        entropy: bits(entropy(next.q)),
        open: bits(entropy(normalised(this.after(text)))),
        cost,
        usual: this.usual(),
      };
    }

    /* The mean of -log2 of the model's probabilities, at tau = 1 and uncut, for each letter of the text */
    cost(text) {
      const surprisals = [...text].map((letter, n) => {
        const counts = this.after(text.slice(0, n));
        return bits(Math.log(sum(counts) / counts[ALPHABET.indexOf(letter)]));
      });
      return sum(surprisals) / text.length;
    }

    /* The same mean for the text that was counted */
    usual() {
      const rows = Object.values(this.tables[this.order]);
      const surprisals = rows.map((counts) => {
        const law = normalised(counts.map((n) => n + this.add));
        return sum(counts.map((n, k) => -n * bits(Math.log(law[k]))));
      });
      return sum(surprisals) / sum(rows.map(sum));
    }

    draw(values) {
      const { order, tau, top, mass, text, letters, kept, end, entropy, open, cut, cost, usual } = values;
      this.words.textContent = plain(text);
      this.choice.select.selectedIndex = order;
      this.temperature.show(tau);
      this.cut.show(top, String(top));
      this.share.show(mass, format(mass, 2));
      this.ticks.forEach(({ share, label }) => (label.textContent = String(share * end)));
      this.columns.forEach((column, i) => this.drawColumn(column, i, values));
      const x = LEFT + PITCH * kept;
      this.edge.setAttribute("d", kept < letters.length ? `M${x} ${TOP}V${BASE}` : "");
      this.line.textContent = this.lot(values);
      const perplexity = (mean) => (mean === null ? "–" : format(2 ** mean, 2));
      [
        [String(kept), String(letters.length)],
        [format(cut), "0.000"],
        [format(entropy), format(open)],
        [cost === null ? "–" : format(cost), format(usual)],
        [perplexity(cost), perplexity(usual)],
      ].forEach((row, r) => row.forEach((words, c) => (this.cells[r][c].textContent = words)));
    }

    drawColumn({ p: outline, q: bar, letter }, i, { letters, p, q, end }) {
      letter.textContent = letters[i].replace("_", "␣");
      for (const [rect, value] of [
        [outline, p[i]],
        [bar, q[i] ?? 0],
      ]) {
        const height = (BASE - TOP) * (value / end);
        rect.setAttribute("y", BASE - height);
        rect.setAttribute("height", height);
      }
    }

    /* What chance does next */
    lot({ seed, length, u, letter }) {
      if (length === LONGEST) return "The line is full. The next letter begins a new one.";
      const name = letter === "_" ? "the space" : `“${letter}”`;
      return `Number ${length + 1} of seed ${seed} is ${format(u)} and takes ${name}.`;
    }

    summary() {
      const { text, kept, letters, end, cut, entropy, cost } = this.values;
      const written = text === "" ? "" : ` Text: ${plain(this.prompt + text)}, ${format(cost)} bits a letter.`;
      const law = `${kept} of ${letters.length} letters kept, mass cut ${format(cut)}, entropy ${format(entropy)} bits.`;
      return `${law} The axis ends at ${end}.${written}`;
    }
  }

  customElements.define("writer-figure", WriterFigure);
});
