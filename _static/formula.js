/* <formula-check data-page="05_gradient">: a reader's formula, judged by texcheck with the notation of a chapter.
   _ext/live.py writes what it holds: a sentence for readers without scripts, the symbols
   (<ul class="formula-symbols"><li data-tex="p_i" title="..">), examples (<ul class="formula-examples"><li data-tex="..">),
   and what the chapter knows (<script type="application/json">).  Nothing is loaded before the first check: then comes
   formula-pack.js, which `make live` has made, and formula-worker.js in it runs the gate.  A formula is never taken from
   the address, and what is typed is text to a parser. */
(() => {
  "use strict";
  const folder = new URL(".", document.currentScript.src);
  const PATIENCE = 30_000; // ms for one formula; the start is not counted
  const LONGEST = 2000;
  const SIGNS = { "=": "=", "<=": "≤", ">=": "≥", "!=": "≠", "≈": "≈", "∝": "∝", "<": "<", ">": ">", in: "∈" };
  const CONTINUES = /^(=|\\(le|ge|leq|geq|ne|neq|approx|propto|lt|gt)(?![A-Za-z])|<|>|\+|-)/;

  /* ---- one worker for all the elements of a page */

  let pack;
  let worker;
  let clock;
  let count = 0;
  let current;

  /* A script is the one kind of file that a page opened from a disk may read. */
  function fetchPack() {
    return new Promise((resolve, reject) => {
      const script = element("script", { src: new URL("formula-pack.js", folder) });
      script.addEventListener("load", resolve);
      script.addEventListener("error", () => {
        pack = undefined;
        script.remove();
        reject(new Error("absent"));
      });
      document.head.append(script);
    });
  }

  function hire() {
    const { worker: source, files } = window.formulaPack;
    const made = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    made.postMessage({ files }, []);
    made.addEventListener("message", ({ data }) => {
      if (data.id !== current?.id) return;
      if (data.stage === "checking") clock = setTimeout(() => dismiss("slow"), PATIENCE);
      if (data.done || data.failed) clearTimeout(clock);
      if (data.failed) dismiss(data.failed);
      else current.hear(data);
    });
    made.addEventListener("error", (event) => {
      event.preventDefault();
      dismiss(event.message || "it stopped");
    });
    return made;
  }

  /* What does not end is ended; the next check starts anew. */
  function dismiss(why) {
    clearTimeout(clock);
    worker?.terminate();
    worker = undefined;
    current?.fail(why);
    current = undefined;
  }

  /* Asks for one formula: hear() is told every stage, fail() why nothing more comes. */
  async function ask(question, hear, fail) {
    clearTimeout(clock);
    const id = ++count;
    current = { id, hear, fail };
    try {
      await (pack ??= fetchPack());
      if (current?.id !== id) return;
      worker ??= hire();
      worker.postMessage({ id, ...question }, []);
    } catch (error) {
      if (current?.id === id) dismiss(error.message);
    }
  }

  /* ---- what is typed */

  const typed = (text) => text.split("\n").map((line) => line.trim());

  /* One display: a line of its own for each step, if the typed text has no layout of its own. */
  function display(text) {
    const lines = typed(text).filter(Boolean);
    if (/\\begin|\\\\/.test(text)) return lines.join(" ");
    return lines.map((line, n) => (n && CONTINUES.test(line) ? `&${line}` : line)).join(" \\\\ ");
  }

  /* The same for the preview: signs below each other. */
  function drawable(text) {
    const lines = typed(text).filter(Boolean);
    if (lines.length < 2 || /\\begin|\\\\/.test(text)) return lines.join(" ");
    const rows = lines.map((line) => (CONTINUES.test(line) ? `&${line}` : line.replace(/:?=/, "&$&")));
    return `\\begin{aligned}${rows.join(" \\\\ ")}\\end{aligned}`;
  }

  /* ---- the element */

  class FormulaCheck extends HTMLElement {
    connectedCallback() {
      if (this.form) return;
      this.name = `formula-${++count}`;
      this.known = JSON.parse(this.querySelector(":scope > script").textContent);
      this.field = element("textarea", { id: this.name, rows: 3, maxLength: LONGEST, spellcheck: false });
      for (const [name, value] of [
        ["autocapitalize", "off"],
        ["autocomplete", "off"],
        ["aria-describedby", `${this.name}-how`],
      ])
        this.field.setAttribute(name, value);
      const label = element("label", { htmlFor: this.name, textContent: "Your formula, in LaTeX" });
      const how = element("p", { id: `${this.name}-how`, className: "formula-how", textContent: this.how() });
      this.preview = element("div", { className: "formula-preview" });
      this.button = element("button", { type: "submit", textContent: "Check my formula" });
      this.status = element("p", { className: "formula-status" });
      this.status.setAttribute("role", "status");
      this.details = element("div");
      this.verdict = element("div", { className: "formula-verdict" }, this.status, this.details);
      const buttons = element("div", { className: "formula-buttons" }, this.examples(), this.button);
      this.form = element("form", {}, label, this.field, this.palette(), how, this.preview, buttons, this.verdict);
      this.append(this.form);
      this.listen();
    }

    how() {
      return (
        "One line for each step; a line that begins with = goes on from the line above. " +
        "Ctrl+Enter checks. The first check loads 9 MB, from this book and not from elsewhere."
      );
    }

    listen() {
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.check();
      });
      this.field.addEventListener("input", () => this.show());
      this.field.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
      });
    }

    /* The symbols of the chapter: one stop of the tab key, within which the arrow keys move. */
    palette() {
      const list = this.querySelector(":scope > .formula-symbols");
      const bar = element("div", { className: "formula-palette" });
      bar.setAttribute("role", "toolbar");
      bar.setAttribute("aria-label", "Symbols to insert");
      const keys = [...list.children].map((item, n) => this.key(item, n));
      bar.append(...keys);
      bar.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const at = keys.indexOf(document.activeElement);
        const next = keys[(at + step + keys.length) % keys.length];
        keys[at].tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      });
      list.remove();
      return bar;
    }

    key(item, n) {
      const key = element("button", { type: "button", title: item.title, tabIndex: n ? -1 : 0 }, ...item.childNodes);
      key.setAttribute("aria-label", `${item.dataset.tex}: ${item.title}`);
      key.addEventListener("click", () => this.insert(item.dataset.tex));
      return key;
    }

    examples() {
      const list = this.querySelector(":scope > .formula-examples");
      const choice = element("select", {}, element("option", { value: "", textContent: "Insert an example …" }));
      choice.setAttribute("aria-label", "Insert an example");
      for (const item of list.children)
        choice.append(element("option", { value: item.dataset.tex, textContent: item.dataset.say }));
      choice.addEventListener("change", () => {
        if (choice.value) this.put(choice.value);
        choice.value = "";
      });
      list.remove();
      return choice;
    }

    /* Puts a formula into the field. */
    put(text) {
      this.field.value = text;
      this.show();
    }

    /* Inserts a symbol; where it has an empty pair of braces, the cursor goes there. */
    insert(tex) {
      const { selectionStart: from, selectionEnd: to } = this.field;
      this.field.setRangeText(tex, from, to, "end");
      if (tex.includes("{}")) this.field.selectionEnd = this.field.selectionStart = from + tex.indexOf("{}") + 1;
      this.field.focus();
      this.show();
    }

    show() {
      this.field.rows = Math.min(Math.max(3, this.field.value.split("\n").length), 12);
      if (current?.element === this) current = undefined;
      this.say("", "");
      draw(this.preview, drawable(this.field.value));
    }

    check() {
      const tex = display(this.field.value);
      if (!tex) return this.say("empty", "Type a formula first.");
      this.found = undefined;
      this.say("busy", "Loading the checker (9 MB, the first time) …");
      ask(
        { known: this.known, page: this.dataset.page, tex },
        (said) => this.hear(said),
        (why) => this.fail(why),
      );
      current.element = this;
    }

    /* The head is what a screen reader hears. */
    say(state, head, ...details) {
      this.verdict.dataset.state = state;
      this.status.replaceChildren(...[head].flat());
      this.details.replaceChildren(...details);
      this.field.setAttribute("aria-invalid", String(["false", "unread"].includes(state)));
    }

    hear({ stage, found, number, verdict, done }) {
      if (stage === "starting") this.say("busy", "Starting Python in this page …");
      if (stage === "checking") this.say("busy", "Reading the formula …");
      if (found?.message) this.say("unread", [strong("Not readable. "), sentence(found.message)]);
      if (found?.lines) this.found = found.lines;
      if (verdict) this.found[number] = { ...this.found[number], ...verdict };
      if (this.found && (found || verdict)) this.tell();
      if (done) current = undefined;
    }

    fail(why) {
      const absent =
        why === "absent"
          ? "This copy of the book has no checker in it."
          : `The checker did not run here (${why.split("\n")[0]}).`;
      const slow = "This took more than half a minute and was stopped.";
      const judged = (this.found ?? []).filter((line) => line.state);
      const cell = element("code", { textContent: `page.check(r"""${this.field.value.trim()}""")` });
      const words = [why === "slow" ? slow : absent, " In a notebook of this chapter: ", cell];
      if (!judged.length) return this.say("absent", words);
      this.verdict.dataset.state = "absent";
      this.status.replaceChildren(...words);
    }

    /* What is known by now: the head, then each relation. */
    tell() {
      const lines = this.found;
      const left = lines.filter((line) => !line.state).length;
      const worst = ["false", "unread"].find((state) => lines.some((line) => line.state === state)) ?? "true";
      const many = lines.length > 1;
      const items = lines.map((line) => relation(line, many));
      const body = many ? element("ol", { className: "formula-lines" }, ...items) : items[0];
      const words = left ? [strong(`Checking, ${left} to go …`)] : many ? severally(lines) : single(lines[0]);
      this.say(left ? "busy" : worst, words, body);
    }
  }

  const single = (line) => [
    strong({ true: "✓ Holds ", false: "✗ False. ", unread: "Cannot be judged. " }[line.state]),
    said(line),
  ];

  function severally(lines) {
    const wrong = lines.flatMap((line, n) => (line.state === "true" ? [] : [n + 1]));
    if (!wrong.length) return [strong(`✓ All ${lines.length} steps hold. `), NO_PROOF];
    return [
      strong(`✗ ${wrong.length > 1 ? "Steps" : "Step"} ${listed(wrong)} ${wrong.length > 1 ? "do" : "does"} not hold.`),
    ];
  }

  const NO_PROOF = "This is a check, not a proof.";
  const listed = (items) => [items.slice(0, -1).join(", "), items.at(-1)].filter(Boolean).join(" and ");

  /* What is said of one relation. */
  function said(line, many) {
    if (line.state === "true") return many ? `holds ${held(line)}.` : `${held(line)}. ${NO_PROOF}`;
    return line.state === "false" ? refuted(line) : line.state === "unread" ? sentence(line.message) : "";
  }

  /* One relation: among many its verdict, and how it was read. */
  function relation(line, many) {
    const sign = { true: "✓ ", false: "✗ ", unread: "? " }[line.state] ?? "… ";
    const formula = element("div", { className: "formula-read" });
    draw(formula, line.read);
    const parts = [element("div", { className: "formula-reading" }, "Read as", formula)];
    if (many) parts.unshift(element("p", {}, sign, said(line, many)));
    return element(many ? "li" : "div", {}, ...parts);
  }

  /* How much was tried. */
  function held({ points, searched, sizes }) {
    const tried = Object.entries(sizes).map(([size, values]) => `${size} = ${values.join(", ")}`);
    const where = tried.length ? ` (${tried.join("; ")})` : "";
    const search = searched ? `; a search for a counterexample compared the sides at ${searched} more` : "";
    return points > 1 ? `at all ${points} points tried${where}${search}` : "with 50 digits and more";
  }

  /* Where it fails, and what the sides are there. */
  function refuted({ relation, at, then, sides, apart }) {
    const place = [at && `At ${at}`, then && `${at ? "where" : "With"} ${then}`].filter(Boolean).join(", ");
    const [left, right] = sides;
    const values =
      sides.length > 1 ? `the left side is ${left} and the right side ${right}` : `the left side is ${left}`;
    const gap = apart ? `; they differ by ${apart}` : "";
    const start = place ? `${place}, ${values}` : values[0].toUpperCase() + values.slice(1);
    return `${start}${gap}${relation === "=" || gap ? "" : `, so ${SIGNS[relation] ?? "the relation"} is false`}.`;
  }

  const strong = (words) => element("strong", { textContent: words });
  const sentence = (words) => `${words[0].toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`;

  /* A formula in print; what MathJax cannot read stays as it was typed. */
  async function draw(place, tex, display = true) {
    place.wanted = tex;
    place.textContent = "";
    await window.MathJax?.startup?.promise;
    if (!tex || !window.MathJax?.tex2svgPromise) return void (place.textContent = tex);
    const drawn = await MathJax.tex2svgPromise(tex, { display }).catch(() => null);
    if (place.wanted !== tex) return;
    place.replaceChildren(drawn ?? tex);
    if (place.scrollWidth > place.clientWidth) place.tabIndex = 0;
    else place.removeAttribute("tabindex");
  }

  function element(tag, properties, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  /* <changed-line>: a derivation of which one line was changed; any number of them, one at a time.  The gate has confirmed,
     when the book was made, that the steps beside that line fail and no others, so every hint is true. */
  class ChangedLine extends HTMLElement {
    connectedCallback() {
      if (this.form) return;
      this.name = `changed-${++count}`;
      this.exercises = JSON.parse(this.querySelector(":scope > script").textContent);
      this.at = 0;
      this.question = element("legend");
      this.choices = element("div");
      this.verdict = element("output", { className: "changed-verdict" });
      const check = element("button", { type: "submit", textContent: "Check" });
      const next = element("button", { type: "button", textContent: "Another one" });
      const ask = element("button", { type: "button", textContent: "Let the checker look" });
      next.addEventListener("click", () => this.pose((this.at + 1) % this.exercises.length));
      ask.addEventListener("click", () => this.ask());
      next.hidden = this.exercises.length < 2;
      ask.hidden = !document.querySelector("formula-check");
      const buttons = element("div", { className: "formula-buttons" }, check, next, ask);
      this.form = element("form", {}, element("fieldset", {}, this.question, this.choices), buttons, this.verdict);
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.answer();
      });
      this.replaceChildren(this.form);
      const fold = this.closest("details:not([open])");
      if (fold) fold.addEventListener("toggle", () => this.pose(0), { once: true });
      else this.pose(0);
    }

    pose(number) {
      this.at = number;
      const { lines, carried } = this.exercises[number];
      this.question.textContent = carried
        ? "On one line of this derivation a mistake was made, and then carried on. On which?"
        : "One line of this derivation was changed. Which?";
      this.choices.replaceChildren(...lines.map((line, n) => this.choice(line, n)));
      this.verdict.replaceChildren();
    }

    /* The first line is given. */
    choice(line, n) {
      const formula = element("span", { className: "formula-read" });
      draw(formula, n ? `= ${line}` : line, true);
      if (!n) return element("div", { className: "changed-option" }, element("span", {}, "1"), formula);
      const radio = element("input", { type: "radio", name: this.name, value: String(n) });
      return element("label", { className: "changed-option" }, radio, element("span", {}, String(n + 1)), formula);
    }

    answer() {
      const { line, was, href } = this.exercises[this.at];
      const given = Number(this.querySelector("input:checked")?.value ?? 0);
      if (!given) return this.say("empty", "Choose a line.");
      if (given !== line) return this.say("wrong", `✗ No. ${this.hint(given)}`);
      const formula = element("span");
      draw(formula, was, false);
      const where = href ? [" (", element("a", { href, textContent: "the equation in this chapter" }), ")"] : [];
      this.say("right", "✓ Right. It should be ", formula, ...where, ".");
    }

    /* Why a line is not the one: it equals a neighbour, which the changed line does not. */
    hint(given) {
      const { line, lines, carried } = this.exercises[this.at];
      if (carried || given - 1 !== line) return `Line ${given + 1} equals the line above it.`;
      if (given + 1 < lines.length) return `Line ${given + 1} equals the line below it.`;
      return `Line ${given + 1} equals the first line.`;
    }

    say(state, ...words) {
      this.verdict.dataset.state = state;
      this.verdict.replaceChildren(...words);
    }

    /* The whole derivation goes into the box. */
    ask() {
      const box = document.querySelector("formula-check");
      box.closest("details")?.setAttribute("open", "");
      box.put(this.exercises[this.at].lines.map((line, n) => (n ? `= ${line}` : line)).join("\n"));
      box.scrollIntoView({ block: "start" });
      box.field.focus({ preventScroll: true });
      box.check();
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    customElements.define("formula-check", FormulaCheck);
    customElements.define("changed-line", ChangedLine);
  });
})();
