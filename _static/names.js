/* The page of names (back/by_name.md): a field that looks through all chapters, and links to what is folded unfold it. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const folds = [...document.querySelectorAll("details.names")];
  if (!folds.length) return;

  /* Words as one types them: without accents and capitals. */
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const entries = folds.flatMap((fold) =>
    [...fold.querySelectorAll(".named")].map((entry) => ({
      fold,
      entry,
      name: plain(entry.firstElementChild.innerText),
    })),
  );
  for (const one of entries) one.name ||= plain(one.entry.firstElementChild.textContent);

  const label = document.createElement("label");
  const field = Object.assign(document.createElement("input"), { type: "search", className: "form-control" });
  const status = Object.assign(document.createElement("p"), { className: "names-status" });
  status.setAttribute("role", "status");
  label.className = "names-field";
  label.append("Part of a name ", field);
  folds[0].closest("section").before(label, status);

  /* With words in the field only what has all of them is there, unfolded; without any all is folded again. */
  function look() {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    const isFound = ({ name }) => words.every((word) => name.includes(word));
    const found = new Set(entries.filter(isFound));
    for (const one of entries) one.entry.hidden = !found.has(one);
    for (const fold of folds) {
      const many = [...found].filter((one) => one.fold === fold).length;
      fold.closest("section").hidden = !many;
      fold.open = words.length > 0 && many > 0;
    }
    status.textContent = words.length ? `${found.size} of ${entries.length} entries.` : "";
  }
  let clock;
  field.addEventListener("input", () => {
    clearTimeout(clock);
    clock = setTimeout(look, 150);
  });

  /* A link from the contents at the right unfolds the chapter that it leads to. */
  function unfold() {
    const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = place && place.querySelector(":scope > details.names");
    if (fold) fold.open = true;
  }
  window.addEventListener("hashchange", unfold);
  unfold();
});
