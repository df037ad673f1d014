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
      const script = element("script", { src: new URL("formula-pack.js", folder), onload: resolve });
      script.onerror = () => {
        pack = undefined;
        script.remove();
        reject(new Error("absent"));
      };
      document.head.append(script);
    });
  }

  function hire() {
    const { worker: source, files } = window.formulaPack;
    const made = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    made.postMessage({ files });
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
      worker.postMessage({ id, ...question });
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
      this.verdict = element("div", { className: "formula-verdict" });
      this.verdict.setAttribute("role", "status");
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

    say(state, ...words) {
      this.verdict.dataset.state = state;
      this.verdict.replaceChildren(...words);
      this.field.setAttribute("aria-invalid", String(["false", "unread"].includes(state)));
    }

    hear({ stage, found, number, verdict, done }) {
      if (stage === "starting") this.say("busy", "Starting Python in this page …");
      if (stage === "checking") this.say("busy", "Reading the formula …");
      if (found?.message) this.say("unread", strong("Not readable. "), sentence(found.message));
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
      if (judged.length) this.verdict.append(element("p", {}, ...words));
      else this.say("absent", ...words);
      this.verdict.dataset.state = "absent";
    }

    /* What is known by now: the head, then each relation. */
    tell() {
      const lines = this.found;
      const left = lines.filter((line) => !line.state).length;
      const worst = ["false", "unread"].find((state) => lines.some((line) => line.state === state)) ?? "true";
      const items = lines.map((line, n) => relation(line, lines.length > 1 && n + 1));
      const body = lines.length > 1 ? element("ol", { className: "formula-lines" }, ...items) : items[0];
      this.say(left ? "busy" : worst, strong(left ? `Checking, ${left} to go …` : head(lines)), body);
    }
  }

  function head(lines) {
    const wrong = lines.flatMap((line, n) => (line.state === "true" ? [] : [n + 1]));
    if (!wrong.length) return lines.length > 1 ? `✓ All ${lines.length} steps hold.` : "✓ Holds.";
    if (lines.length === 1) return lines[0].state === "false" ? "✗ False." : "Cannot be judged.";
    return `✗ ${wrong.length > 1 ? "Steps" : "Step"} ${listed(wrong)} ${wrong.length > 1 ? "do" : "does"} not hold.`;
  }

  const listed = (items) => [items.slice(0, -1).join(", "), items.at(-1)].filter(Boolean).join(" and ");

  /* One relation: its verdict, what is said of it, and how it was read. */
  function relation(line, number) {
    const sign = { true: "✓ ", false: "✗ ", unread: "? " }[line.state] ?? "… ";
    const words = { true: held, false: refuted, unread: (it) => sentence(it.message) }[line.state]?.(line) ?? "";
    const formula = element("div", { className: "formula-read" });
    draw(formula, line.read, true);
    const read = element("div", { className: "formula-reading" }, "Read as", formula);
    const parts = [element("p", {}, number ? sign : "", words), read];
    return element(number ? "li" : "div", { className: `formula-${line.state ?? "busy"}` }, ...parts);
  }

  /* How much was tried. */
  function held({ points, searched, sizes }) {
    const tried = Object.entries(sizes).map(([size, values]) => `${size} = ${values.join(", ")}`);
    const where = tried.length ? ` (${tried.join("; ")})` : "";
    const search = searched ? `; a search looked for a counterexample at ${searched} more and found none` : "";
    return points > 1
      ? `Holds at all ${points} points tried${where}${search}. That is a check, not a proof.`
      : "Holds, computed with 50 digits and more.";
  }

  /* Where it fails, and what the sides are there. */
  function refuted({ relation, at, then, sides, apart }) {
    const place = [at && `At ${at}`, then && `${at ? "where" : "With"} ${then}`].filter(Boolean).join(", ");
    const [left, right] = sides;
    const values = sides.length > 1 ? `the left side is ${left} and the right side ${right}` : `the left side is ${left}`;
    const gap = apart ? `; they differ by ${apart}` : "";
    const start = place ? `${place}, ${values}` : values[0].toUpperCase() + values.slice(1);
    return `${start}${gap}${relation === "=" || gap ? "" : `, so ${SIGNS[relation] ?? "the relation"} is false`}.`;
  }

  const strong = (words) => element("strong", { textContent: words });
  const sentence = (words) => `${words[0].toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`;

  /* A formula in print; what MathJax cannot read stays as it was typed. */
  async function draw(place, tex) {
    place.wanted = tex;
    if (!tex || !window.MathJax?.tex2svgPromise) return void (place.textContent = tex);
    const drawn = await MathJax.tex2svgPromise(tex, { display: true }).catch(() => null);
    if (place.wanted === tex) place.replaceChildren(drawn ?? tex);
  }

  function element(tag, properties, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  document.addEventListener("DOMContentLoaded", () => customElements.define("formula-check", FormulaCheck));
})();
