/* The contents at the right follow the reader and open the subsections of the place.
   (Bootstrap's scroll-spy, which the theme loads, is switched off in _templates/layout.html: it passes over an article
   that is not shown yet, and over sections that are many screens long.) */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const links = [...document.querySelectorAll(".bd-toc-nav a[href^='#']")];
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const sidebar = links[0]?.closest(".bd-sidebar-secondary");
  if (!sidebar) return;

  /* A section is entered when its heading is as high as a click on its link would put it.  Towards the end of the page,
     where the last headings cannot come so high, the mark sinks to the foot of the window. */
  const NEAR = 12; // px
  function mark() {
    const { clientHeight, scrollHeight } = document.documentElement;
    const left = scrollHeight - clientHeight - window.scrollY;
    const margin = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop);
    return Math.max(margin + NEAR, clientHeight - left);
  }

  /* The link that was followed last counts as long as the page stays where it led, even if others are as near. */
  let followed = { link: null, y: NaN };
  function place() {
    if (window.scrollY === followed.y) return followed.link;
    const line = mark();
    return links[headings.findLastIndex((heading) => heading.getBoundingClientRect().top <= line)];
  }

  let current;
  function follow() {
    if (place() === current) return;
    current = place();
    for (const link of links) {
      link.classList.toggle("active", link === current);
      link.parentElement.classList.toggle("active", link.parentElement.contains(current ?? null));
      link.setAttribute("aria-current", link === current);
    }
    if (current) keepInSight(current);
  }

  /* Long contents scroll in their own box. */
  function keepInSight(link) {
    const [box, line] = [sidebar.getBoundingClientRect(), link.getBoundingClientRect()];
    if (line.top < box.top) sidebar.scrollTop -= box.top - line.top + box.height / 4;
    if (line.bottom > box.bottom) sidebar.scrollTop += line.bottom - box.bottom + box.height / 4;
  }

  function remember() {
    const link = links.find((one) => one.hash === location.hash);
    requestAnimationFrame(() => {
      followed = { link, y: link ? window.scrollY : NaN };
      follow();
    });
  }

  let asked = false;
  function ask() {
    if (!asked)
      requestAnimationFrame(() => {
        asked = false;
        follow();
      });
    asked = true;
  }
  window.addEventListener("scroll", ask, { passive: true });
  window.addEventListener("resize", ask);
  window.addEventListener("hashchange", remember);
  sidebar.addEventListener("click", (event) => {
    if (event.target.closest("a")) setTimeout(remember);
  });
  follow();
});
