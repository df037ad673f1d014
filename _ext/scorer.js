/* The order of the search results: Sphinx's own scores, and the nearer a name is to what was typed, the higher. */
var Scorer = {
  score: ([docname, title, anchor, description, score]) => {
    const typed = (new URLSearchParams(location.search).get("q") ?? "").trim().toLowerCase();
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
