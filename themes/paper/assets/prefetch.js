/* A page of this site is fetched when a reader is about to open it: as the pointer rests on its link or presses it.
 *
 * Not ahead of that, and not where the reader saves data. (Speculation rules would want an inline script or a
 * header, and a page of kb needs neither.)
 */
(() => {
  "use strict";

  const asked = new Set();
  let resting;

  function fetchSoon(event) {
    clearTimeout(resting);
    const link = event.target.closest?.("a[href]");
    if (!link || link.origin !== location.origin || link.pathname === location.pathname || link.download) return;
    if (!/(?:\/|\.html?)$/.test(link.pathname) || asked.has(link.pathname) || navigator.connection?.saveData) return;
    const wait = event.type === "pointerover" && event.pointerType === "mouse" ? 80 : 0;
    resting = setTimeout(() => {
      asked.add(link.pathname);
      const hint = document.createElement("link");
      hint.rel = "prefetch";
      hint.href = link.pathname + link.search;
      document.head.append(hint);
    }, wait);
  }

  if (!document.createElement("link").relList?.supports?.("prefetch")) return;
  document.addEventListener("pointerover", fetchSoon, { passive: true });
  document.addEventListener("pointerdown", fetchSoon, { passive: true });
})();
