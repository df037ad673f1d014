/* <self-check>: turns the question that the {quiz} directive printed into a small form.
   Everything is light DOM, so formulas, search, print and a page without scripts see plain HTML:
     <self-check data-answer="0.811" data-tolerance="0.001" data-unit="bits" data-hint="...">
       question <details>answer in full</details></self-check>
     <self-check data-correct="2" data-hint="..."> question <ul><li>..</li><li>..</li></ul> <details>..</details></self-check>
   The element is defined once the page is parsed, so its children are there when it starts. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";

  let count = 0;

  class SelfCheck extends HTMLElement {
    connectedCallback() {
      if (this.querySelector("form")) return;
      this.name = `self-check-${++count}`;
      this.form = element("form", { noValidate: true });
      this.verdict = element("output", { className: "self-check-verdict" });
      const ask = "correct" in this.dataset ? this.askChoice() : this.askNumber();
      this.form.append(ask, element("button", { type: "submit", textContent: "Check" }), this.verdict);
      this.querySelector(":scope > details").before(this.form);
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
      const right = this.isRight(given);
      this.say(right ? "right" : "wrong", right ? "✓ Right." : `✗ Not yet. Hint: ${this.dataset.hint}`);
    }

    chosen() {
      const radio = this.querySelector("input:checked");
      return radio ? Number(radio.value) : NaN;
    }

    /* The tiny factor lets an answer count that is off by the tolerance exactly, whatever its last bit. */
    isRight(given) {
      if ("correct" in this.dataset) return given === Number(this.dataset.correct);
      const answer = Number(this.dataset.answer);
      return Math.abs(given - answer) <= Number(this.dataset.tolerance) * (1 + 1e-9) + 1e-12 * Math.abs(answer);
    }

    say(state, words) {
      this.verdict.dataset.state = state;
      this.verdict.textContent = words;
      if (this.field) this.field.setAttribute("aria-invalid", String(state !== "right"));
    }
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

  customElements.define("self-check", SelfCheck);
});
