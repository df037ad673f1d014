/* Formulas are set in reading order, and the article is shown as soon as the first screens are done, so that nothing in
   sight jumps and nobody waits for the end of a long page.  Then: what is too wide for the page scrolls on its own. */
(() => {
  "use strict";
  const root = document.documentElement;
  const BATCH = 30;
  const STEP = 250; // ms
  const PATIENCE = 16; // steps
  const WIDE =
    "mjx-container, .pst-scrollable-table-container, .highlight pre, .cell_output pre, .cell_output .text_html";

  /* The article keeps its place unseen.  It is shown in any case when nothing has happened for a while: MathJax is on its
     way, or never comes.  A slow processor is no such case: the clock starts anew with each batch, and it counts short
     steps, so that a long task takes one of them and not the whole while. */
  let clock;
  root.classList.add("typesetting");
  function wait(steps = PATIENCE) {
    clearTimeout(clock);
    clock = setTimeout(() => (steps > 1 ? wait(steps - 1) : show()), STEP);
  }
  document.addEventListener("readystatechange", () => wait());

  /* Where the reader will look first: the target of the address, else the top. */
  const target = () => location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));

  function show() {
    clearTimeout(clock);
    if (!root.classList.contains("typesetting")) return;
    root.classList.remove("typesetting");
    if (target()) target().scrollIntoView();
  }

  /* Is this formula well below what will be in the window? */
  function isBelow(formula) {
    const top = target() ? target().getBoundingClientRect().top : 0;
    return formula.getBoundingClientRect().top - top > 2 * window.innerHeight;
  }

  /* A full stop or a bracket after a formula stays on its line. */
  function holdPunctuation(formula) {
    const next = formula.nextSibling;
    const sign = next?.nodeType === Node.TEXT_NODE && next.data.match(/^[.,;:!?)\]”’…%-]+/);
    if (!sign) return;
    const pair = document.createElement("span");
    pair.className = "holds-punctuation";
    next.splitText(sign[0].length);
    formula.before(pair);
    pair.append(formula, next);
  }

  const pause = () => new Promise((resume) => setTimeout(resume));

  /* The page of names has more formulas than any other, and all of them folded: they wait until they are unfolded. */
  const FOLDED = "details.names:not([open]) .math";

  async function typeset() {
    await MathJax.startup.promise;
    wait();
    await set([...document.querySelectorAll(`.math:not(${FOLDED})`)]);
  }

  /* One after the other: while MathJax fetches a command that it has not met yet, another call would know no such command. */
  function queued(formulas) {
    MathJax.startup.promise = MathJax.startup.promise.then(() => MathJax.typesetPromise(formulas));
    return MathJax.startup.promise;
  }

  async function set(formulas) {
    formulas.filter((formula) => formula.matches("span")).forEach(holdPunctuation);
    for (let i = 0; i < formulas.length; i += BATCH) {
      if (isBelow(formulas[i])) show();
      const batch = formulas.slice(i, i + BATCH);
      const derivations = batch.filter((formula) => isDerivation(formula.textContent));
      await queued(batch);
      for (const derivation of derivations) widths.observe(derivation);
      derivations.forEach(fit);
      wait();
      await pause();
    }
  }

  async function unfolded({ target }) {
    if (!target.matches?.("details.names[open]:not([data-set])")) return;
    target.dataset.set = "begun";
    await MathJax.startup.promise;
    await set([...target.querySelectorAll(".math")]);
    for (const box of target.querySelectorAll(WIDE)) sizes.observe(box);
    target.dataset.set = "done";
  }
  document.addEventListener("toggle", unfolded, true);

  function finish() {
    show();
    for (const box of document.querySelectorAll(WIDE)) sizes.observe(box);
    root.dataset.formulas = "set";
  }

  /* A derivation with a reason beside each line, `left &= right && \text{reason}`, may be wider than its place.  Then
     its reasons go below their lines, in one line or in several; then its left side goes above its right one too. */
  const FORMS = [{ most: Infinity }, { most: 24 }, { most: Infinity, leftAbove: true }, { most: 24, leftAbove: true }];
  const ALIGNED = /^([^]*\\begin\{aligned\})((?:(?!\\(?:begin|end)\{aligned\})[^])*)(\\end\{aligned\}[^]*)$/;
  const REASON = /^\s*\\text\{([^{}$]*)\}\s*$/;

  /* Parts of TeX between separators that stand in no group and in no environment. */
  function parts(tex, separator) {
    const found = [""];
    let depth = 0;
    for (const [token] of tex.matchAll(/\\begin\b|\\end\b|\\.|[^]/g)) {
      if (token === separator && !depth) found.push("");
      else found[found.length - 1] += token;
      depth += ["\\begin", "{"].includes(token) - ["\\end", "}"].includes(token);
    }
    return found;
  }

  /* The lines of an `aligned`, each as its cells. */
  const lines = (body) => parts(body, "\\\\").map((row) => parts(row, "&"));

  function isDerivation(tex) {
    const cells = lines(tex.match(ALIGNED)?.[2] ?? "");
    const isLine = ([, , gap = "", reason = "\\text{}", ...more]) => !gap.trim() && REASON.test(reason) && !more.length;
    return cells.some((row) => row.length === 4) && cells.every(isLine);
  }

  /* The words of a reason in lines of so many characters. */
  function broken(words, most) {
    const found = [words.shift()];
    for (const word of words) {
      if (found.at(-1).length + word.length < most) found[found.length - 1] += ` ${word}`;
      else found.push(word);
    }
    return found;
  }

  function restackLine([left, right, , reason], { leftAbove, most }) {
    const between = leftAbove ? `${left.trim() ? "\\\\ &" : ""}\\quad ` : "";
    const formula = leftAbove ? `&${left}${between}${right}` : `${left}&${right}`;
    const words = reason ? broken(reason.match(REASON)[1].split(" "), most) : [];
    return [formula, ...words.map((line) => `\\\\ &\\qquad\\text{${line}}`)].join("");
  }

  function restack(tex, form) {
    const [, head, body, tail] = tex.match(ALIGNED);
    return (
      head +
      lines(body)
        .map((line) => restackLine(line, form))
        .join("\\\\[0.4em]") +
      tail
    );
  }

  function rewrite(item, tex) {
    if (item.math === tex) return;
    item.math = tex;
    item.rerender(MathJax.startup.document, MathJax._.core.MathItem.STATE.COMPILED);
  }

  /* The first form that fits, else the last one, which then scrolls: at once, and whenever the place has a new width,
     since the window has one or the solution that it lies in is unfolded. */
  const known = new Map();
  function fit(display) {
    const [item] = MathJax.startup.document.getMathItemsWithin([display]);
    const { tex, width } = known.get(display) ?? { tex: item.math };
    if (!display.clientWidth || display.clientWidth === width) return;
    known.set(display, { tex, width: display.clientWidth });
    rewrite(item, tex);
    for (const form of FORMS) if (isTooWide(item.typesetRoot)) rewrite(item, restack(tex, form));
    sizes.observe(item.typesetRoot);
  }
  const widths = new ResizeObserver((changed) => changed.forEach(({ target }) => fit(target)));

  /* A box has a new size when the window has one, or when the solution that it lies in is unfolded. */
  const sizes = new ResizeObserver((changed) => changed.forEach(({ target }) => nameOverflow(target)));

  /* A box that its content overflows can be reached and scrolled from the keyboard, and fades where there is more. */
  function nameOverflow(box) {
    const wide = isTooWide(box);
    box.classList.toggle("scrolls", wide);
    cue(box);
    if (!wide) return;
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "scrolls sideways");
  }

  const FADE = [12, 40]; // px, at least and at most
  function cue(box) {
    const before = box.scrollLeft;
    const after = box.scrollWidth - box.clientWidth - before;
    for (const [name, hidden] of Object.entries({ before, after })) {
      const width = box.matches(".scrolls") && hidden > 1 ? Math.min(FADE[0] + hidden, FADE[1]) : 0;
      box.style.setProperty(`--fade-${name}`, `${width}px`);
    }
  }
  document.addEventListener(
    "scroll",
    ({ target }) => {
      if (target.matches?.(".scrolls")) cue(target);
    },
    true,
  );

  /* A formula is measured by its picture: in its own box if displayed, else in the block around it. */
  function isTooWide(box) {
    const picture = box.querySelector(":scope > svg");
    if (!picture) return box.scrollWidth > box.clientWidth + 1;
    const room = box.hasAttribute("display") ? box : box.closest("p, li, td, th, dd, figcaption");
    return Boolean(room) && picture.getBoundingClientRect().width > room.clientWidth + 0.5;
  }

  /* The text face stands in a style sheet, and still takes a moment to be read; another face has other widths. */
  const face = () =>
    Promise.all(["", "italic ", "600 "].map((cut) => document.fonts.load(`${cut}1em "Source Serif Pro"`)));

  /* MathJax is a deferred script, so it has been read by now on pages that have formulas. */
  document.addEventListener("DOMContentLoaded", async () => {
    await face().catch(() => {});
    (window.MathJax?.startup ? typeset() : Promise.resolve()).then(finish, finish);
  });

  /* On paper every disclosure is open. */
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
})();
