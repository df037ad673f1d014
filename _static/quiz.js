/* <self-check>: turns the question that the {quiz} directive printed into a small form.
   Everything is light DOM, so formulas, search, print and a page without scripts see plain HTML:
     <self-check data-id="1f3a" data-answer="0.811" data-tolerance="0.001" data-unit="bits" data-hint="..."
       data-hints='[["<", 0, 0, "..."], ["=", 0.56, 0.01, "..."]]'>
       question <details>answer in full</details></self-check>
     <self-check data-id="07c2" data-correct="2" data-hint="..." data-hints='[["=", 1, 0, "..."]]'> question <ul><li>..</li><li>..</li></ul> <details>..</details></self-check>
   The element is defined once the page is parsed, so its children are there when it starts.  What was answered right is
   remembered in this browser, by data-id. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";

  let count = 0;

  /* The self-checks that were answered right, of the whole book: one list in the browser's storage.  Where storage is
     refused or holds something else, they are remembered as long as the page is open. */
  const KEY = "softmax-cross-entropy-book:answered";
  const memory = {
    ids: new Set(),
    load() {
      try {
        this.ids = new Set(JSON.parse(localStorage.getItem(KEY) ?? "[]"));
      } catch {
        this.ids = new Set();
      }
    },
    save() {
      try {
        if (this.ids.size > 0) localStorage.setItem(KEY, JSON.stringify([...this.ids]));
        else localStorage.removeItem(KEY);
      } catch {
        // nothing is kept
      }
      showMemory();
    },
    add(id) {
      this.load();
      this.ids.add(id);
      this.save();
    },
    forget() {
      this.ids.clear();
      this.save();
    },
  };

  class SelfCheck extends HTMLElement {
    connectedCallback() {
      if (this.querySelector("form")) return;
      this.name = `self-check-${++count}`;
      this.form = element("form", { noValidate: true });
      this.verdict = element("output", { className: "self-check-verdict" });
      const ask = "correct" in this.dataset ? this.askChoice() : this.askNumber();
      this.form.append(ask, element("button", { type: "submit", textContent: "Check" }), this.verdict);
      this.solved = element("p", { className: "self-check-solved", textContent: "✓ answered", hidden: true });
      this.prepend(this.solved);
      this.querySelector(":scope > details").before(this.form);
      this.form.addEventListener("input", () => this.clear());
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.answer();
      });
    }

    /* A labelled text field; "decimal" brings up the number keys of a phone. */
    askNumber() {
      this.field = element("input", { type: "text", inputMode: "decimal", autocomplete: "off", size: 7 });
      const unit = this.dataset.unit ? ` ${this.dataset.unit}` : "";
      return element("label", {}, "Your answer ", this.field, unit);
    }

    /* The list of options becomes a set of radio buttons; the options' own nodes (formulas too) move over. */
    askChoice() {
      const list = [...this.querySelectorAll(":scope > ul")].at(-1);
      const options = [...list.children].map((item, i) => {
        const radio = element("input", { type: "radio", name: this.name, value: String(i + 1) });
        const words = element("span", {}, ...(item.querySelector(":scope > p") || item).childNodes);
        return element("label", { className: "self-check-option" }, radio, words);
      });
      const legend = element("legend", { className: "visually-hidden", textContent: "Choose one" });
      list.remove();
      return element("fieldset", {}, legend, ...options);
    }

    answer() {
      const given = "correct" in this.dataset ? this.chosen() : readNumber(this.field.value);
      if (Number.isNaN(given)) return this.say("empty", "field" in this ? "Enter a number." : "Choose an option.");
      if (!this.isRight(given)) return this.say("wrong", `✗ Not yet. Hint: ${this.hint(given)}`);
      this.say("right", "✓ Right.");
      memory.add(this.dataset.id);
    }

    /* The first hint that is for this answer, else the one for all */
    hint(given) {
      const fits = ([sign, x, width]) =>
        sign === "<" ? given < x : sign === ">" ? given > x : isNear(given, x, width);
      const found = JSON.parse(this.dataset.hints ?? "[]").find(fits);
      return found ? found[3] : this.dataset.hint;
    }

    chosen() {
      const radio = this.querySelector("input:checked");
      return radio ? Number(radio.value) : NaN;
    }

    isRight(given) {
      if ("correct" in this.dataset) return given === Number(this.dataset.correct);
      return isNear(given, Number(this.dataset.answer), Number(this.dataset.tolerance));
    }

    /* A verdict is about the answer that was given: it goes when the answer is changed. */
    clear() {
      delete this.verdict.dataset.state;
      this.verdict.textContent = "";
      this.field?.removeAttribute("aria-invalid");
    }

    say(state, words) {
      this.verdict.dataset.state = state;
      this.verdict.textContent = words;
      if (this.field) this.field.setAttribute("aria-invalid", String(state !== "right"));
    }
  }

  /* The tiny factor lets an answer count that is off by the tolerance exactly, whatever its last bit. */
  function isNear(given, x, tolerance) {
    return Math.abs(given - x) <= tolerance * (1 + 1e-9) + 1e-12 * Math.abs(x);
  }

  function element(tag, properties, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  /* "0.5", "0,5", "-1", "−1", "1e-3" and "1/3" are numbers; anything else is NaN. */
  function readNumber(text) {
    const parts = text
      .replaceAll("−", "-")
      .replaceAll(",", ".")
      .split("/")
      .map((s) => s.trim());
    if (parts.length > 2 || parts.includes("")) return NaN;
    return parts.map(Number).reduce((a, b) => a / b);
  }

  /* After the last self-check of a page: how many are answered, and a way to forget. */
  const foot = {
    words: element("span", {}),
    ask: button("Forget my answers", () => turn(true)),
    yes: button("Forget all of them", () => {
      memory.forget();
      turn(false);
      foot.said.textContent = "Your answers are forgotten.";
    }),
    no: button("Keep them", () => turn(false)),
    said: element("span", {}),
  };

  function button(words, onClick) {
    const node = element("button", { type: "button", textContent: words });
    node.addEventListener("click", onClick);
    return node;
  }

  /* Ask, with the harmless answer in focus; or go back. */
  function turn(asking) {
    foot.ask.hidden = asking || memory.ids.size === 0;
    foot.yes.hidden = foot.no.hidden = !asking;
    foot.said.textContent = asking ? "On all pages of this book?" : "";
    if (asking) foot.no.focus();
    else foot.node.focus();
  }

  function showMemory() {
    const checks = [...document.querySelectorAll("self-check")];
    for (const check of checks) {
      if (check.solved) check.solved.hidden = !memory.ids.has(check.dataset.id);
    }
    const answered = checks.filter((check) => memory.ids.has(check.dataset.id)).length;
    foot.words.textContent = `Self-checks answered on this page: ${answered} of ${checks.length}.`;
    foot.words.hidden = memory.ids.size === 0;
    foot.ask.hidden = memory.ids.size === 0 || !foot.no.hidden;
  }

  function addFoot() {
    const last = [...document.querySelectorAll("self-check")].at(-1);
    if (!last) return;
    foot.said.setAttribute("role", "status");
    foot.yes.hidden = foot.no.hidden = true;
    foot.node = element("div", { className: "self-check-memory", tabIndex: -1 });
    foot.node.append(foot.words, foot.ask, foot.said, foot.no, foot.yes);
    foot.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !foot.no.hidden) turn(false);
    });
    last.after(foot.node);
    memory.load();
    showMemory();
  }

  customElements.define("self-check", SelfCheck);
  addFoot();
  window.addEventListener("storage", (event) => {
    memory.load();
    if (event.key === KEY || event.key === null) showMemory();
  });
});
