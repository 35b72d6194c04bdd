// The published index, of which each query needs but a few files.

// The characters of a file's name.
const NAME = 10;

// The index that a manifest names. `get` gives the content of a file.
function indexOf(get, manifest) {
  const kept = new Map();
  const made = (path, make, version) => once(kept, path, async () => make(await get(path, version)));

  // The shards of a table that hold texts from one to another.
  async function shards(table, from, to) {
    if (table.parts) {
      const parts = await shards(table.parts, from, to);
      const tables = await Promise.all(parts.map((part) => made(`m/${part.name}`, parsed)));
      return (await Promise.all(tables.map((part) => shards(part, from, to)))).flat();
    }
    const { first, names } = table;
    const found = [];
    for (let number = lastNotBehind(first, from); number < first.length && compare(first[number], to) <= 0; number++) {
      found.push({ table, number, name: names.substr(NAME * number, NAME) });
    }
    return found;
  }

  // A term and who has it; undefined if nobody does.
  async function term(text) {
    const [shard] = await shards(manifest.terms, text, text);
    const terms = shard && (await made(`t/${shard.name}`, (data) => termsIn(data, manifest.positions, shard)));
    const found = terms && terms.get(text);
    return found && withPostings(found);
  }

  // Where a term stands in each document that has it.
  async function positions({ shard, file, offset, docs }) {
    const names = await made(`m/${shard.table.positions}`, parsed);
    const { numbers, steps } = reader(await get(`p/${names[shard.number].substr(NAME * file, NAME)}`), offset);
    return numbers(docs.length).map(steps);
  }

  // The words that begin so: [word, term, how many documents have the term, whether the word is a surface].
  async function beginning(prefix) {
    const found = await shards(manifest.words, prefix, `${prefix}\u{10ffff}`);
    const words = await Promise.all(found.map((shard) => made(`w/${shard.name}`, wordsIn)));
    return words.flat().filter((entry) => entry[0].startsWith(prefix));
  }

  return {
    manifest,
    term,
    positions,
    beginning,
    // A byte for the length of each document, then one for that of each title.
    lengths: () => get(`len-${manifest.lengths}`),
    dates: () => made(`dates-${manifest.dates}`, textsIn),
    paths: () => made(`paths-${manifest.paths}`, textsIn),
    facets: () => made(`facets-${manifest.facets}`, parsed),
    // All that is shown of a document.
    fragment: (doc) => made(`f/${doc}`, parsed, `?${manifest.build}`),
  };
}

// The number of the last of these texts that is not behind `text`, or 0.
function lastNotBehind(texts, text) {
  let low = 0;
  let high = texts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (compare(texts[middle], text) <= 0) low = middle;
    else high = middle - 1;
  }
  return low;
}

// The terms of a shard, by their texts, each with where its postings and its positions begin.
function termsIn(data, most, shard) {
  const { number, bytes, place } = reader(data);
  const found = new Map();
  let text = data;
  let file = 0;
  let offset = 0;
  for (let count = number(); count; count--) {
    text = bytes(text);
    for (let surfaces = number(); surfaces; surfaces--) {
      bytes(text);
      number();
    }
    const df = number();
    const size = number();
    const length = number();
    if (offset >= most) {
      file++;
      offset = 0;
    }
    found.set(utf8.decode(text), { data, df, size, places: number(), file, offset, shard });
    offset += length;
  }
  let start = place();
  for (const term of found.values()) {
    term.start = start;
    start += term.size;
  }
  return found;
}

// The term with the documents that have it, ascending, its weight in each, and the mask of its fields.
function withPostings(term) {
  if (!term.docs) {
    const { number, numbers, steps } = reader(term.data, term.start);
    term.docs = steps(term.df);
    term.weights = numbers(term.df).map((halves) => halves / 2);
    term.masks = new Uint8Array(term.df);
    let at = -1;
    for (let count = number(); count; count--) {
      at += number() + 1;
      term.masks[at] = number();
    }
  }
  return term;
}

// The entries of a shard of words.
function wordsIn(data) {
  const { number, bytes } = reader(data);
  const found = [];
  let text = data;
  for (let count = number(); count; count--) {
    text = bytes(text);
    for (let flags = 2; flags & 2; ) {
      const term = utf8.decode(bytes(text));
      flags = number();
      found.push([utf8.decode(text), term, flags >> 2, flags & 1]);
    }
  }
  return found;
}
