/* Formulas are set in reading order, and the article is shown as soon as the first screens are done, so that nothing in
   sight jumps and nobody waits for the end of a long page.  Then: what is too wide for the page scrolls on its own. */
(() => {
  "use strict";
  const root = document.documentElement;
  const BATCH = 30;
  const PATIENCE = 4000;      // ms
  const WIDE = "mjx-container, .pst-scrollable-table-container, .highlight pre, .cell_output pre, .cell_output .text_html";

  /* The article keeps its place unseen.  It is shown in any case when nothing has happened for a while: MathJax is on its
     way, or never comes.  A slow processor is no such case; the clock starts anew with each step that it makes. */
  let clock;
  root.classList.add("typesetting");
  function wait() {
    clearTimeout(clock);
    clock = setTimeout(show, PATIENCE);
  }
  document.addEventListener("readystatechange", wait);

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

  async function typeset() {
    const formulas = [...document.querySelectorAll(".math")];
    document.querySelectorAll("span.math").forEach(holdPunctuation);
    await MathJax.startup.promise;
    wait();
    for (let i = 0; i < formulas.length; i += BATCH) {
      if (isBelow(formulas[i])) show();
      await MathJax.typesetPromise(formulas.slice(i, i + BATCH));
      wait();
      await pause();
    }
  }

  function finish() {
    show();
    watchOverflow();
    root.dataset.formulas = "set";
  }

  /* A box has a new size when the window has one, or when the solution that it lies in is unfolded. */
  function watchOverflow() {
    const sizes = new ResizeObserver((changed) => nameOverflow(changed.map((one) => one.target)));
    for (const box of document.querySelectorAll(WIDE)) sizes.observe(box);
  }

  /* A box that its content overflows can be reached and scrolled from the keyboard. */
  function nameOverflow(boxes) {
    for (const box of boxes) {
      const wide = isTooWide(box);
      box.classList.toggle("scrolls", wide);
      if (!wide) continue;
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "scrolls sideways");
    }
  }

  /* A formula is measured by its picture: in its own box if displayed, else in the block around it. */
  function isTooWide(box) {
    const picture = box.querySelector(":scope > svg");
    if (!picture) return box.scrollWidth > box.clientWidth + 1;
    const room = box.hasAttribute("display") ? box : box.closest("p, li, td, th, dd, figcaption");
    return Boolean(room) && picture.getBoundingClientRect().width > room.clientWidth + 0.5;
  }

  /* MathJax is a deferred script, so it has been read by now on pages that have formulas. */
  document.addEventListener("DOMContentLoaded", () => {
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
