// A button at each passage that copies it as a citation: its words, the work, the place, its address.
(() => {
  "use strict";
  if (!navigator.clipboard) return;

  function citation(passage) {
    const text = passage.querySelector(".passage-text").innerText.trim().replace(/\s*\n\s*/g, "\n");
    const said = passage.dataset.passage === "quote" ? `“${text}”` : text;
    const link = passage.querySelector("figcaption .permalink");
    const address = link ? link.href : `${location.href.split("#")[0]}#${encodeURIComponent(passage.id)}`;
    return `${said} (${passage.dataset.cite}) ${address}`;
  }

  for (const passage of document.querySelectorAll(".passage[data-cite]")) {
    const caption = passage.querySelector("figcaption");
    if (!caption) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "cite-button";
    button.textContent = "Copy as citation";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(citation(passage));
        button.textContent = "Copied";
      } catch {
        button.textContent = "Cannot copy here";
      }
      setTimeout(() => (button.textContent = "Copy as citation"), 2500);
    });
    caption.append(button);
  }
})();
