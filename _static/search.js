/* The search: names of equations, theorems, terms and functions, and the sections and entries in which words stand.  A
   result leads to its section.  The index (_ext/finding.py) is fetched when somebody searches, as a script, which works
   from a folder too.  Results come while one types; the page search.html has them all. */
(() => {
  "use strict";
  const HOME = document.documentElement.dataset.content_root ?? "./";
  const MOST = { live: 8, page: 50 };

  /* Words, as the index and the query have them: without accents and capitals, √ as one types it. */
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("√", " sqrt ");
  const words = (text) => plain(text).match(/[\p{L}\p{N}_]+/gu) ?? [];
  const squeezed = (text) => words(text).join("").replaceAll("_", "");

  /* ---- the index ---- */

  const script = (name) =>
    new Promise((resolve, reject) => {
      const element = document.createElement("script");
      Object.assign(element, { src: `${HOME}_static/${name}`, onload: resolve, onerror: reject });
      document.head.append(element);
    });

  let loading;
  const load = () => (loading ??= Promise.all(["language_data.js", "search-index.js"].map(script)).then(prepare));

  /* All words with how many units have them; of each unit the count of each word. */
  function prepare() {
    const stemmer = new window.Stemmer();
    const stopwords = new Set([...window.stopwords, ...window.bookIndex.noise]);
    const book = { ...window.bookIndex, stopwords, vocabulary: new Map(), counts: [] };
    for (const [, , title, text, code] of book.units) {
      const count = new Map();
      for (const word of words(`${text} ${code}`)) count.set(word, (count.get(word) ?? 0) + 1);
      for (const word of words(title)) count.set(word, (count.get(word) ?? 0) + 5);
      book.counts.push(count);
      for (const word of count.keys()) book.vocabulary.set(word, (book.vocabulary.get(word) ?? 0) + 1);
    }
    for (const [name] of book.names) {
      for (const word of words(name)) book.vocabulary.set(word, (book.vocabulary.get(word) ?? 0) + 1);
    }
    const stems = new Map([...book.vocabulary.keys()].map((word) => [word, stemmer.stemWord(word)]));
    book.stem = (word) => stems.get(word) ?? stemmer.stemWord(word);
    return book;
  }

  /* ---- from what is typed to words of the book ---- */

  /* Words of the book that a typed word stands for: the same but for the ending, or longer, or a synonym. */
  function meant(book, typed) {
    const stem = book.stem(typed);
    const isSynonym = (word) => book.synonyms[typed] === word || book.synonyms[word] === typed;
    const isMeant = (word) =>
      book.stem(word) === stem || isSynonym(word) || (typed.length > 2 && word.startsWith(typed));
    return new Set([...book.vocabulary.keys()].filter(isMeant));
  }

  /* Letters to change, add, leave out or exchange with their neighbours. */
  function distance(a, b) {
    const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
    for (let i = 1; i <= a.length; i += 1) {
      const row = [i];
      for (let j = 1; j <= b.length; j += 1) {
        row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] !== b[j - 1]));
        const crossed = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
        if (crossed) row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
      }
      rows.push(row);
    }
    return rows[a.length][b.length];
  }

  /* The word of the book next to a typing mistake, if one is near: the nearest, and of these the most frequent. */
  function nearest(book, typed) {
    const limit = typed.length > 6 ? 2 : typed.length > 3 ? 1 : 0;
    let [best, least] = [null, limit + 1];
    for (const [word, count] of book.vocabulary) {
      if (Math.abs(word.length - typed.length) > limit) continue;
      const far = distance(typed, word);
      const isBetter = far < least || (far === least && best && count > book.vocabulary.get(best));
      if (isBetter) [best, least] = [word, far];
    }
    return best;
  }

  /* The typed words that say something, each with what it stands for; the mistakes that were mended; the unknown. */
  function understand(book, typed) {
    const isKnown = (word) => book.vocabulary.has(word) || !word.includes("_");
    const all = words(typed).flatMap((word) => (isKnown(word) ? [word] : words(word.replaceAll("_", " "))));
    const telling = all.filter((word) => !book.stopwords.has(word));
    const query = { typed, terms: [], mended: [], unknown: [] };
    for (const word of new Set(telling.length ? telling : all)) {
      const exact = meant(book, word);
      const near = exact.size ? null : nearest(book, word);
      if (near) query.mended.push([word, near]);
      if (exact.size || near) query.terms.push({ word: near ?? word, stands: near ? meant(book, near) : exact });
      else query.unknown.push(word);
    }
    for (const [word, near] of query.mended) query.typed = plain(query.typed).replaceAll(word, near);
    return query;
  }

  /* ---- the order of the results ---- */

  const BONUS = { equation: 3, theorem: 3, section: 2, term: 1 };

  /* A name: typed as it is; part of it; all words in it; or the name among the words that were typed. */
  function scoreName(query, name, kind) {
    const [typed, whole] = [squeezed(query.typed), squeezed(name)];
    const bonus = BONUS[kind] ?? 0;
    if (whole === typed || squeezed(name.split(".").at(-1)) === typed) return 100 + bonus;
    const own = words(name);
    const length = own.join("").length;
    const found = query.terms.filter(({ stands }) => own.some((word) => stands.has(word)));
    const share = Math.min(1, found.reduce((sum, { word }) => sum + word.length, 0) / length);
    if (found.length && found.length === query.terms.length) return 50 + 40 * share + bonus;
    if (typed.length > 3 && whole.includes(typed)) return 40 + 30 * (typed.length / length) + bonus;
    const isInside = own.every((word) => query.terms.some(({ stands }) => stands.has(word)));
    return isInside && length > 2 ? 20 + 40 * (found.length / query.terms.length) ** 2 + bonus : 0;
  }

  /* A unit: how often it has the words, the rarer the better, for as many of them as possible. */
  function scoreUnit(book, query, number) {
    const count = book.counts[number];
    let [sum, most, found] = [0, 0, 0];
    for (const { stands } of query.terms) {
      const sumOf = (numbers) => [...stands].reduce((total, word) => total + (numbers.get(word) ?? 0), 0);
      const times = sumOf(count);
      const weight = Math.log(1 + book.units.length / (1 + sumOf(book.vocabulary)));
      sum += (weight * times) / (times + 2);
      most += weight;
      found += times > 0;
    }
    const isChapter = book.pages[book.units[number][0]][0].startsWith("chapters/");
    const hasAll = query.terms.length > 0 && found === query.terms.length;
    const score = hasAll ? 30 + (30 * sum) / most : (30 * sum * (found / query.terms.length) ** 2) / most;
    return most ? score * (isChapter ? 1 : 0.7) : 0;
  }

  /* Results, best first; of several that lead to one place the best. */
  function find(book, typed) {
    const query = understand(book, typed);
    const results = [];
    for (const [name, kind, page, anchor] of book.names) {
      results.push({ name, kind, page, anchor, score: scoreName(query, name, kind) });
    }
    book.units.forEach(([page, anchor, title], number) => {
      results.push({ name: title, kind: "", page, anchor, number, score: scoreUnit(book, query, number) });
    });
    const seen = new Set();
    const isNew = ({ page, anchor }) => !seen.has(`${page}#${anchor}`) && seen.add(`${page}#${anchor}`);
    const listed = results
      .filter(({ score }) => score > 4)
      .sort((a, b) => b.score - a.score)
      .filter(isNew);
    return { ...query, results: listed };
  }

  /* ---- what is shown ---- */

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  const unitAt = (book, { page, anchor }) => book.units.findIndex((unit) => unit[0] === page && unit[1] === anchor);

  /* Of what kind a result is and where it is: "equation, in 5. Gradient". */
  function describe(book, { kind, page, anchor, name }) {
    const [, title] = book.pages[page];
    const unit = book.units[unitAt(book, { page, anchor })];
    const section = kind === "section" ? unit && `section “${unit[2]}”` : kind;
    return [section, name === title ? "" : `in ${title}`].filter(Boolean).join(", ");
  }

  /* Of the text the place with most of the words that were looked for; these are marked. */
  function excerpt(book, query, number) {
    const pieces = book.units[number][3].split(/(?<=\s)/);
    const looked = pieces.map((piece) => {
      const own = words(piece);
      return query.terms.findIndex(({ stands }) => own.some((word) => stands.has(word)));
    });
    const kinds = (start) => new Set(looked.slice(start, start + 24).filter((term) => term >= 0)).size;
    const starts = looked.flatMap((term, at) => (term >= 0 ? [at] : []));
    const best = starts.reduce((one, other) => (kinds(other) > kinds(one) ? other : one), starts[0] ?? 0);
    const [from, to] = [Math.max(0, best - 8), best + 28];
    const mark = (piece, at) => (looked[from + at] >= 0 ? [element("mark", {}, piece.trim()), " "] : [piece]);
    return [from ? "… " : "", ...pieces.slice(from, to).flatMap(mark), to < pieces.length ? "…" : ""];
  }

  function line(book, query, result) {
    const href = `${HOME}${book.pages[result.page][0]}.html${result.anchor && "#"}${result.anchor}`;
    const place = describe(book, result);
    const item = element("li", {}, element("a", { href }, result.name), place && element("span", {}, ` (${place})`));
    const number = result.number ?? unitAt(book, result);
    if (number >= 0) item.append(element("p", { className: "context" }, ...excerpt(book, query, number)));
    return item;
  }

  /* What is said above the results. */
  function summary({ results, mended, unknown }, most) {
    const many = results.length > most ? `The best ${most} of ${results.length} places.` : `${results.length} places.`;
    const few = ["Nothing found. The index and the glossary list the book’s words.", "One place."];
    const counted = few[results.length] ?? many;
    const corrected = mended.map(([word, near]) => `Nothing has “${word}”; these are the results for “${near}”.`);
    const missing = unknown.filter((word) => word.length > 2).map((word) => `Nothing has “${word}”.`);
    return [...corrected, ...(results.length ? missing : []), counted].join(" ");
  }

  function show(place, book, typed, most) {
    const query = find(book, typed);
    place.querySelector("[role=status]").textContent = summary(query, most);
    const best = query.results.slice(0, most);
    place.querySelector("ul").replaceChildren(...best.map((result) => line(book, query, result)));
  }

  /* ---- where it is shown ---- */

  const results = () => [
    element("p", { className: "search-summary", role: "status" }),
    element("ul", { className: "search" }),
  ];

  async function update(place, typed, most) {
    place.hidden = !typed.trim();
    place.querySelector("[role=status]").textContent = "";
    place.querySelector("ul").replaceChildren();
    if (!place.hidden) show(place, await load(), typed, most);
  }

  /* Below a field, while one types. */
  function showLive(form, place, most) {
    const field = form.querySelector("input");
    let clock;
    field.addEventListener("input", () => {
      clearTimeout(clock);
      clock = setTimeout(() => update(place, field.value, most), 150);
    });
  }

  /* The arrow keys go from the field to the results and back, Escape goes back to the field. */
  function walk(form, place) {
    const stops = () => [form.querySelector("input"), ...place.querySelectorAll("a")];
    const keyed = (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const at = stops().indexOf(document.activeElement);
      const next = event.key === "Escape" && at > 0 ? stops()[0] : step && stops()[at + step];
      if (!next || at < 0) return;
      event.preventDefault();
      event.stopPropagation();
      next.focus();
    };
    for (const box of [form, place]) box.addEventListener("keydown", keyed);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const popup = document.querySelector(".search-button__search-container");
    const form = popup?.querySelector("form");
    if (form) {
      const place = element("div", { className: "search-live", hidden: true }, ...results());
      popup.append(place);
      showLive(form, place, MOST.live);
      walk(form, place);
      const close = () => popup.parentElement.classList.remove("show");
      place.addEventListener("click", (event) => {
        if (event.target.closest("a")) close();
      });
    }
    const all = document.getElementById("search-results");
    if (!all) return;
    const typed = new URLSearchParams(location.search).get("q") ?? "";
    const pageForm = document.querySelector(".bd-search-container form");
    all.append(...results());
    pageForm.querySelector("input").value = typed;
    showLive(pageForm, all, MOST.page);
    update(all, typed, MOST.page);
  });
})();
