// What the theme's search asks: `KBSearch` (README.md).

globalThis.KBSearch = {
  create: ({ base, backend, url }) => (backend === "http" || (url && backend !== "shards") ? preview(new URL(url, base).href) : published(`${base}_search/`)),
};

// Answers from the published index.
function published(folder) {
  const kept = new Map();
  const get = (path, version = "") => once(kept, path + version, async () => unpacked(await fetched(folder, path, version)));
  let index;
  let asked = 0;

  // The index as it is now. Whether the site was built anew is asked every minute: a document of another build has another number.
  function open() {
    if (Date.now() - asked > 60000) {
      asked = Date.now();
      kept.delete("manifest");
      kept.delete("index");
    }
    return once(kept, "index", async () => {
      const manifest = parsed(await get("manifest"));
      if (!index || index.manifest.build !== manifest.build) index = indexOf(get, manifest);
      return index;
    });
  }

  // What `work` makes of the index. If a file of it is gone, the site was built anew just now.
  const using = async (work) => {
    try {
      return await work(await open());
    } catch (error) {
      if (!error.gone) throw error;
      asked = 0;
      return work(await open());
    }
  };

  return {
    search: (query, options = {}) => unlessAborted(options.signal, using((index) => find(index, query, options))),
    prefetch: (query) => {
      using((index) => fetchFor(index, query)).catch(() => {});
    },
    facets: () =>
      using(async (index) => {
        const { tags, kinds } = await index.facets();
        return { tags: counted(tags), kinds: counted(kinds) };
      }),
    suggest: (prefix) =>
      using(async (index) => {
        const words = (await index.beginning(fold(prefix))).filter(([, , , surface]) => surface);
        return words.sort((one, other) => other[2] - one[2]).slice(0, 10).map(([word]) => word);
      }),
  };
}

// How many documents have each, the most frequent first.
const counted = (facets) => facets.map(([, name, steps]) => [name, steps.length]).sort((one, other) => other[1] - one[1]);

// What a search for these words will need.
const fetchFor = (index, query) =>
  Promise.all([
    index.lengths(),
    ...parse(query).words.map((word) => index.term(termOf(word) || word)),
  ]);

// The answer, or an AbortError as soon as the signal says so.
function unlessAborted(signal, answer) {
  if (!signal) return answer;
  const aborted = new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop);
  });
  return Promise.race([aborted, answer]);
}

// Answers from the preview, which knows notes that are not published.
function preview(url) {
  const ask = async (path, values, signal) => {
    const address = new URL(url + path);
    for (const [name, value] of values) if (value || value === 0) address.searchParams.set(name, value);
    const answer = await fetch(address, { signal });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  };
  return {
    search: async (query, { signal, ...options } = {}) => {
      const page = await ask("", Object.entries({ q: query, ...options }), signal);
      for (const hit of page.hits) for (const part of [hit, ...hit.sections]) part.snippet = runs(part.snippet);
      return page;
    },
    prefetch: () => {},
    facets: () => ask("/facets", []),
    suggest: async () => [],
  };
}

// A text with marks, as runs of text: [text, whether it is marked].
function runs({ text, marks }) {
  const characters = [...text];
  const found = [];
  let at = 0;
  for (const [start, end] of [...marks, [characters.length, characters.length]]) {
    found.push([characters.slice(at, start).join(""), 0], [characters.slice(start, end).join(""), 1]);
    at = end;
  }
  return found.filter(([run]) => run);
}
