/* The order of the search results: Sphinx's own scores, and the nearer a name is to what was typed, the higher.
   A term of the glossary is found twice, by its name and by its entry in the index: the second goes to the end. */
var Scorer = {
  score: ([docname, title, anchor, description, score]) => {
    const typed = (new URLSearchParams(location.search).get("q") ?? "").trim().toLowerCase();
    if (anchor.startsWith("#term-") && !description) return 0;
    return title.toLowerCase().includes(typed) ? score + (60 * typed.length) / title.length : score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
