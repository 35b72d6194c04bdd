/* The table of contents follows the reading: the section one is in is marked there, and kept in sight. */
(() => {
  "use strict";

  let watch;

  function follow() {
    watch?.disconnect();
    const links = new Map();
    for (const link of document.querySelectorAll(".toc a")) {
      const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (heading) links.set(heading, link);
    }
    if (!links.size) return;
    const headings = [...links.keys()];
    const toc = document.querySelector(".toc");

    /* The last heading above the upper third of the window. */
    function mark() {
      const line = innerHeight / 3;
      const here = headings.findLast((heading) => heading.getBoundingClientRect().top < line);
      for (const [heading, link] of links) {
        if (heading !== here) link.removeAttribute("aria-current");
        else if (!link.hasAttribute("aria-current")) {
          link.setAttribute("aria-current", "location");
          const { offsetTop: top, offsetHeight: height } = link;
          if (top < toc.scrollTop || top + height > toc.scrollTop + toc.clientHeight) toc.scrollTop = top - toc.clientHeight / 2;
        }
      }
    }

    watch = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px", threshold: [0, 1] });
    for (const heading of headings) watch.observe(heading);
    mark();
  }

  follow();
  document.addEventListener("kb:renewed", follow);
})();
