/* In the browser that prints the book.  In each page: sets the formulas and makes what is too wide fit the paper.  In the
   joined book: makes the table of contents, and fills in the page numbers that the first copy has. */
(() => {
  "use strict";
  const BATCH = 100;
  const SMALLEST = 0.55;
  const BOXES = "mjx-container[display], pre, table";

  async function typeset() {
    await MathJax.startup.promise;
    const formulas = [...document.querySelectorAll(".math")];
    for (let i = 0; i < formulas.length; i += BATCH) await MathJax.typesetPromise(formulas.slice(i, i + BATCH));
  }

  /* How much narrower a box must become: nothing scrolls on paper. */
  function excess(box) {
    const picture = box.matches("mjx-container") ? box.firstElementChild : null;
    const width = picture ? picture.getBoundingClientRect().width : box.scrollWidth;
    const room = box.matches("table") ? box.parentElement.clientWidth : box.clientWidth;
    return width / Math.max(room, 1);
  }

  /* Smaller letters, down to a size that can still be read; the style sheet breaks lines that are longer even then.  The
     padding of a table does not shrink with its letters: it is measured again. */
  function fit(box) {
    const least = SMALLEST * parseFloat(getComputedStyle(box).fontSize);
    for (let i = 0; i < 4 && excess(box) > 1.001; i += 1) {
      const size = parseFloat(getComputedStyle(box).fontSize) / excess(box);
      box.style.setProperty("font-size", `${Math.max(size, least)}px`, "important");
    }
  }

  /* What is wider than the paper all the same; lines of code are broken instead. */
  window.tooWide = () =>
    [...document.querySelectorAll(BOXES)]
      .filter((box) => box.checkVisibility() && getComputedStyle(box).whiteSpace !== "pre-wrap" && excess(box) > 1.01)
      .map((box) => `${excess(box).toFixed(2)} ${box.textContent.trim().slice(0, 60)}`);

  /* What the joined book takes from a page: its text, the styles of its formulas, its title. */
  window.typesetPage = () => [
    document.querySelector("article").outerHTML,
    document.getElementById("MJX-CHTML-styles")?.textContent ?? "",
    document.querySelector("h1").textContent.trim(),
  ];

  /* The place of a page number, after a link. */
  function numberAfter(link) {
    const node = document.createElement("span");
    node.className = "page-number";
    node.dataset.place = decodeURIComponent(link.hash.slice(1));
    link.after(node);
  }

  /* The headings of pages, and of the sections of the chapters, with the anchor of each. */
  const heads = () => [...document.querySelectorAll("article h1, article:has(.cell) h2")];
  const place = (head) => head.closest(head.tagName === "H1" ? "article" : "section").id;
  window.listHeads = () => heads().map((head) => [Number(head.tagName[1]), place(head), plain(head)]);

  /* The words of a heading; a formula in it counts with what is seen, not with its tags for screen readers. */
  function plain(head) {
    const copy = head.cloneNode(true);
    copy
      .querySelectorAll("mjx-assistive-mml math")
      .forEach((math) => math.closest("mjx-container").replaceWith(math.textContent));
    return copy.textContent.trim();
  }

  /* A line of the table of contents for a heading. */
  function line(head) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    item.className = `level-${head.tagName[1]}`;
    link.href = `#${place(head)}`;
    link.append(...head.cloneNode(true).childNodes);
    item.append(link);
    return item;
  }

  /* The table of contents; then a place for each page number, there and in the index. */
  function makeContents() {
    document.querySelector(".book-contents ul").append(...heads().map(line));
    document.querySelectorAll(".book-contents a, .genindextable a").forEach(numberAfter);
    fillPageNumbers({});
  }

  window.fillPageNumbers = (pages) => {
    for (const node of document.querySelectorAll(".page-number")) node.textContent = pages[node.dataset.place] ?? "000";
  };

  document.addEventListener("DOMContentLoaded", async () => {
    if (document.querySelector(".book-contents")) return makeContents();
    if (window.MathJax) await typeset();
    document.querySelectorAll(BOXES).forEach(fit);
    document.documentElement.dataset.formulas = "set";
  });
})();
