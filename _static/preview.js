/* Previews: a link to an equation, a theorem, an exercise, a term or a source shows it when it is pointed at or has the
   focus.  On a touch screen the first tap shows it at the foot of the window, with a link that leads there.  The texts
   (_ext/previews.py) come as one script for each page that is linked to, when they are needed. */
(() => {
  "use strict";
  const HOME = document.documentElement.dataset.content_root ?? "./";
  const LINKS = "article a.reference.internal[href*='#']";
  const DELAY = { show: 200, hide: 250 }; // ms
  const GAP = 6; // px between the link and its preview

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  /* ---- the texts ---- */

  /* Page and anchor of a link, as the texts are called. */
  function place(link) {
    const home = new URL(HOME, location.href);
    const [page] = link.href.slice(home.href.replace(/[^/]*$/, "").length).split(".html");
    return { page, anchor: decodeURIComponent(link.hash.slice(1)) };
  }

  const loading = new Map();
  function load(page) {
    const arrives = (resolve) => {
      const script = element("script", {
        src: `${HOME}_static/previews/${page}.js`,
        onload: resolve,
        onerror: resolve,
      });
      document.head.append(script);
    };
    if (!loading.has(page)) loading.set(page, new Promise(arrives));
    return loading.get(page);
  }

  /* [name, text], or nothing if the link leads to something else, or to formulas where no MathJax is. */
  async function textOf(link) {
    const { page, anchor } = place(link);
    await load(page);
    const text = window.bookPreviews?.[page]?.[anchor];
    return text && (window.MathJax?.startup || !text[1].includes('class="math')) ? text : undefined;
  }

  async function typeset(box) {
    const formulas = [...box.querySelectorAll(".math")];
    if (!formulas.length) return;
    MathJax.startup.promise = MathJax.startup.promise.then(() => MathJax.typesetPromise(formulas)); // as in typeset.js
    await MathJax.startup.promise;
  }

  /* ---- the box ---- */

  const box = element("div", { className: "preview", id: "preview", hidden: true });
  let [shown, wanted, clock, touched] = [null, null, 0, false];

  /* The box is filled and its formulas are set while nobody sees it; then it is put in its place at once. */
  async function show(link, asSheet = false) {
    wanted = link;
    const text = await textOf(link);
    if (wanted !== link) return true;
    hide();
    if (!text) return false;
    wanted = link;
    fill(text, asSheet && link);
    await typeset(box);
    if (wanted !== link) return true;
    if (!asSheet) put(link);
    link.removeAttribute("title");
    link.setAttribute("aria-describedby", box.id);
    box.classList.add("ready");
    if (asSheet) box.focus({ preventScroll: true });
    shown = link;
    return true;
  }

  function fill([name, text], sheetFor) {
    window.MathJax?.typesetClear?.([box]);
    box.replaceChildren(element("p", { className: "preview-name", innerHTML: name }));
    box.insertAdjacentHTML("beforeend", text);
    for (const link of box.querySelectorAll("a")) link.tabIndex = sheetFor ? 0 : -1;
    if (sheetFor) box.append(buttons(sheetFor));
    box.className = sheetFor ? "preview sheet" : "preview";
    box.setAttribute("role", sheetFor ? "dialog" : "tooltip");
    box.setAttribute("aria-label", box.firstChild.textContent);
    box.tabIndex = -1;
    box.hidden = false;
  }

  function buttons(link) {
    const close = element("button", { type: "button", textContent: "Close", onclick: hide });
    const go = element("a", { href: link.href, textContent: "Go there", onclick: hide });
    return element("p", { className: "preview-buttons" }, go, close);
  }

  function hide() {
    clearTimeout(clock);
    wanted = null;
    box.hidden = true;
    shown?.removeAttribute("aria-describedby");
    if (shown && box.contains(document.activeElement)) shown.focus({ preventScroll: true });
    shown = null;
  }

  /* Below the line of the link, or above it where there is more room; within the window. */
  function put(link) {
    const [first] = link.getClientRects();
    const { clientWidth: wide, clientHeight: high } = document.documentElement;
    const { width, height } = box.getBoundingClientRect();
    const left = Math.max(GAP, Math.min(first.left, wide - width - GAP));
    const isBelow = high - first.bottom > height + GAP || high - first.bottom > first.top;
    const top = isBelow ? first.bottom + GAP : first.top - height - GAP;
    box.style.left = `${left + window.scrollX}px`;
    box.style.top = `${top + window.scrollY}px`;
  }

  function later(what, delay) {
    clearTimeout(clock);
    clock = setTimeout(what, delay);
  }

  /* ---- when it is shown ---- */

  const linkAt = ({ target }) => target.closest?.(LINKS);

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const link = linkAt(event);
    if (link && link !== shown) later(() => show(link), DELAY.show);
    else if (link || box.contains(event.target)) clearTimeout(clock);
    else if (shown && !box.matches(".sheet") && document.activeElement !== shown) later(hide, DELAY.hide);
    else if (!shown) clearTimeout(clock);
  });
  document.addEventListener("focusin", (event) => {
    const link = linkAt(event);
    if (link?.matches(":focus-visible") && link !== shown) show(link);
    else if (shown && link !== shown && !box.contains(event.target)) hide();
  });
  document.addEventListener("focusout", (event) => {
    if (linkAt(event) === shown && !box.matches(".sheet")) later(hide, DELAY.hide);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });

  document.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch";
    if (shown && !box.contains(event.target) && linkAt(event) !== shown) hide();
  });
  document.addEventListener("click", async (event) => {
    const link = linkAt(event);
    if (!link || !touched || link === shown) {
      if (link) hide();
      return;
    }
    event.preventDefault();
    if (!(await show(link, true))) location.assign(link.href);
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (document.querySelector(LINKS)) document.body.append(box);
  });
})();
