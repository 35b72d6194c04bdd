// Which documents answer a query, and how well: what ranking.py, scoring.py, spelling.py and filters.py do. Scores are maps from
// documents to numbers, summed up in the same order as there.

const MASKS = { title: 1, heading: 2, tags: 4 };
const EXPANSIONS = 400;
const NEIGHBOURS = 20;
const SPELLINGS = 6;
const COMMON = 20000;

const isFilter = ([kind]) => /^(tag|kind|path|rating|date)$/.test(kind);
const narrows = (part) => part[0] === "not" || isFilter(part);
const add = (scores, doc, more) => scores.set(doc, (scores.get(doc) || 0) + more);
const only = (scores, passes) => new Map([...scores].filter(([doc]) => passes(doc)));
// The best score of each document, of scores that are weighed.
const bestOf = (weighed) => {
  const best = new Map();
  for (const [scores, weight] of weighed) {
    for (const [doc, score] of scores) if (weight * score > (best.get(doc) || 0)) best.set(doc, weight * score);
  }
  return best;
};

// What answers the query: the documents with their `scores`, whether these mean anything (`scored`), for each word the terms it stood for
// (`words`), what was taken for misspelt, with what was taken instead of it (`instead`); and how to filter further (`kept`).
async function rank(index, query, typed) {
  const { count, average, k1, b } = index.manifest;
  const lengths = await index.lengths();
  const norms = Array.from({ length: 256 }, (none, byte) => k1 * (1 - b + (b * Math.round((1.033 ** byte - 1) * 27)) / average));

  // BM25 of the documents that have a term in a field; "" is any.
  async function holders(text, field) {
    const term = await index.term(text);
    if (!term) return new Map();
    if (!term.scores) {
      const idf = Math.log(count / (term.df + 1)) + 1;
      const score = (weight, doc) => idf * ((weight * (k1 + 1)) / (weight + norms[lengths[doc]]));
      term.scores = new Map(term.docs.map((doc, at) => [doc, score(term.weights[at], doc)]));
    }
    return field ? new Map([...term.scores].filter((entry, at) => term.masks[at] & MASKS[field])) : term.scores;
  }

  const allHolders = (texts, field) => Promise.all(texts.map((text) => holders(text, field)));

  // For each term the documents that have it in their titles, each with a 1.
  const titled = async (texts) => (await allHolders(texts, "title")).map((scores) => new Map([...scores.keys()].map((doc) => [doc, 1])));

  const best = async (texts, field, weight) => bestOf((await allHolders(texts, field)).map((scores) => [scores, weight]));

  // For each document that has a term, where.
  async function whereIs(text) {
    const term = await index.term(text);
    if (!term.where) {
      const positions = await index.positions(term);
      term.where = new Map(term.docs.map((doc, at) => [doc, positions[at]]));
    }
    return term.where;
  }

  // The sum of BM25 of a phrase's terms, for documents in which they stand so; undefined if it has no terms.
  async function phrase(surfaces, field) {
    const places = surfaces.map((word, at) => [termOf(word), at]).filter(([term]) => term !== null);
    if (!places.length) return undefined;
    const holding = await allHolders(places.map(([term]) => term), field);
    let docs = [...holding[0].keys()].filter((doc) => holding.every((other) => other.has(doc)));
    if (docs.length && places.length > 1) {
      const where = await Promise.all(places.map(([term]) => whereIs(term)));
      docs = docs.filter((doc) => standSo(places.map(([, at], number) => [where[number].get(doc), at])));
    }
    return new Map(docs.map((doc) => [doc, holding.reduce((sum, scores) => sum + scores.get(doc), 0)]));
  }

  // The terms that a beginning stands for, the most common first.
  async function expansions(prefix) {
    const counts = new Map((await index.beginning(prefix)).map(([, term, df]) => [term, df]));
    return [...counts].sort((one, other) => other[1] - one[1] || compare(one[0], other[0])).slice(0, EXPANSIONS).map(([term]) => term);
  }

  // The surfaces that differ in so many letters at most, the likeliest first: [distance, surface, term, documents].
  async function near(word, limit) {
    const letters = [...word];
    const found = [];
    for (const [surface, term, df, isSurface] of await index.beginning(letters[0])) {
      const apart = isSurface ? distance(letters, [...surface], limit) : limit + 1;
      if (apart <= limit) found.push([apart, surface, term, df]);
    }
    return found.sort((one, other) => one[0] - other[0] || other[3] - one[3] || compare(one[1], other[1]));
  }

  // What a word of an easy query stands for: terms with their weights, the best first.
  async function alternatives(surface, isLast, onlyStops) {
    const term = termOf(surface);
    const length = lengthOf(surface);
    const isTyped = isLast && typed && query.typing && length > 2;
    const optional = term === null && !onlyStops;
    if (optional && !isTyped) return undefined;
    const found = new Map();
    if (term !== null && (await index.term(term))) found.set(term, 1);
    for (const other of isTyped ? await expansions(surface) : []) {
      if (!found.has(other)) found.set(other, 0.75 * Math.min(1, length / lengthOf(other)));
    }
    const limit = length < 4 ? 0 : length < 8 ? 1 : 2;
    let instead;
    if (!found.size && term !== null && limit) {
      const spellings = await near(surface, limit);
      for (const [apart, other, meant] of spellings.filter(([apart]) => apart === spellings[0][0]).slice(0, SPELLINGS)) {
        instead = instead || other;
        if (!found.has(meant)) found.set(meant, 0.6 ** apart);
      }
    }
    return { surface, terms: [...found], instead, optional };
  }

  // For each document that has an alternative of a word, the best score; where it is in the title, the best weight.
  async function scoresOf({ terms }) {
    const texts = terms.map(([text]) => text);
    const weighed = (found) => bestOf(found.map((scores, at) => [scores, terms[at][1]]));
    return [weighed(await allHolders(texts, "")), weighed(await titled(texts))];
  }

  async function easy(words) {
    const counted = words.filter((word) => !word.optional);
    const n = counted.length;
    const scores = new Map();
    const matched = new Map();
    const titles = [];
    for (const [found, title] of await Promise.all(counted.map(scoresOf))) {
      for (const [doc, score] of found) {
        add(scores, doc, score);
        add(matched, doc, 1);
      }
      titles.push(title);
    }
    const complete = [...matched.keys()].filter((doc) => matched.get(doc) === n);
    addBonuses(scores, titles, complete);
    const exact = counted.map((word) => termOf(word.surface));
    const holding = await Promise.all(exact.map((term) => term !== null && index.term(term)));
    if (n > 1 && holding.every(Boolean)) {
      await addNearness(scores, exact, complete.filter((doc) => holding.every((term) => term.scores.has(doc))));
    }
    const extra = query.parts.filter(([kind]) => kind === "compound").map((part) => phrase(part[1], ""));
    for (const word of words) if (word.optional) extra.push(scoresOf(word).then(([found]) => found));
    for (const found of await Promise.all(extra)) {
      for (const [doc, score] of found || []) if (scores.has(doc)) add(scores, doc, 0.5 * score);
    }
    return {
      kept,
      everything,
      scores: await kept(scores, query.parts.filter(narrows)),
      scored: true,
      words: words.map(({ terms }) => terms.map(([term]) => term)),
      instead: words.filter((word) => word.instead).map(({ surface, instead }) => [surface, instead]),
    };
  }

  // For documents with all words, and for those with all of them in the title.
  function addBonuses(scores, titles, complete) {
    const n = titles.length;
    if (n > 1) for (const doc of complete) add(scores, doc, 3 * n);
    for (const doc of n ? titles[0].keys() : []) {
      if (!scores.has(doc) || !titles.every((title) => title.has(doc))) continue;
      const weight = titles.reduce((sum, title) => sum + title.get(doc), 0) / n;
      add(scores, doc, 4 * n * weight);
      add(scores, doc, 8 * weight * Math.min(1, n / lengths[count + doc]));
    }
  }

  // For documents that have all these terms, by how near neighbours stand.
  async function addNearness(scores, terms, docs) {
    if (!docs.length) return;
    const known = await Promise.all(terms.map((term) => index.term(term)));
    const isRare = (at) => at in known && known[at].places <= COMMON;
    const where = await Promise.all(terms.map((term, at) => isRare(at) && (isRare(at - 1) || isRare(at + 1)) && whereIs(term)));
    for (const doc of docs) {
      let sum = 0;
      for (let at = 1; at < terms.length; at++) if (isRare(at - 1) && isRare(at)) sum += 1 / least(where[at - 1].get(doc), where[at].get(doc));
      add(scores, doc, 4 * sum);
    }
  }

  const everything = () => new Map(Array.from({ length: count }, (none, doc) => [doc, 0]));

  // For each word of a part of a query the terms that it stands for.
  async function meant([kind, ...parts]) {
    const [said, field] = parts;
    if (/^(and|or)$/.test(kind)) return (await Promise.all(parts.map(meant))).flat();
    if (kind === "prefix") return [await expansions(said)];
    if (kind === "fuzzy") return [[...new Set((await near(said, field)).slice(0, NEIGHBOURS).map(([, , term]) => term))]];
    const surfaces = kind === "word" ? [said] : kind === "phrase" ? said : [];
    return surfaces.map(termOf).filter((term) => term !== null).map((term) => [term]);
  }

  // The documents for which a part of a strict query holds; undefined if it says nothing, as a stop word does.
  async function strict(node) {
    const [kind, ...parts] = node;
    if (kind === "and") return both(parts);
    if (kind === "or") {
      const found = (await Promise.all(parts.map(strict))).filter(Boolean);
      const sum = new Map();
      for (const scores of found) for (const [doc, score] of scores) add(sum, doc, score);
      return found.length ? sum : undefined;
    }
    if (kind === "phrase") return phrase(...parts);
    if (narrows(node)) return kept(everything(), [node]);
    const [texts] = await meant(node);
    return texts && best(texts, parts[kind === "fuzzy" ? 2 : 1], kind === "fuzzy" ? 0.8 : 1);
  }

  async function both(parts) {
    const keep = parts.filter(narrows);
    const found = (await Promise.all(parts.filter((part) => !narrows(part)).map(strict))).filter(Boolean);
    if (!found.length && !keep.length) return undefined;
    const [first, ...others] = found;
    const scores = new Map();
    for (const [doc, score] of first || everything()) {
      if (others.every((other) => other.has(doc))) scores.set(doc, others.reduce((sum, other) => sum + other.get(doc), score));
    }
    return kept(scores, keep);
  }

  // Those of the documents that pass.
  async function kept(scores, filters) {
    for (const part of filters) {
      const not = part[0] === "not";
      const inner = not ? part[1] : part;
      const without = !isFilter(inner) && ((await strict(inner)) || new Map());
      const passes = without ? (doc) => without.has(doc) : await filterOf(inner);
      scores = only(scores, (doc) => passes(doc) !== not);
    }
    return scores;
  }

  async function filterOf([kind, text, end]) {
    if (kind === "path") {
      const paths = await index.paths();
      return (doc) => fold(paths[doc]).includes(text);
    }
    if (kind === "date") {
      const dates = await index.dates();
      return (doc) => {
        const day = dates[doc].slice(0, 10);
        return !!day && day >= text && (!end || day <= end);
      };
    }
    const facets = await index.facets();
    const docs = new Set();
    for (const [name, ...more] of facets[`${kind}s`]) {
      let doc = 0;
      if (kind === "rating" ? name >= text && name <= end : name === text || (kind === "tag" && name.startsWith(`${text}/`))) for (const step of more.pop()) docs.add((doc += step));
    }
    return (doc) => docs.has(doc);
  }

  if (query.easy && query.words.length) {
    const onlyStops = query.words.every((word) => termOf(word) === null);
    const said = (await Promise.all(query.words.map((word, at) => alternatives(word, at === query.words.length - 1, onlyStops)))).filter(Boolean);
    if (said.some((word) => word.terms.length) || !query.parts.some(narrows)) return easy(said);
  }
  const found = { kept, everything, words: [], instead: [] };
  const scores = query.tree && (await strict(query.tree));
  if (!scores) return { ...found, scores: new Map() };
  const terms = query.easy ? [] : query.words.map(termOf).filter((term) => term !== null);
  if (terms.length) {
    addBonuses(scores, await titled(terms), [...scores.keys()]);
    await addNearness(scores, terms, [...scores.keys()]);
  }
  const words = await meant(query.tree);
  return { ...found, scores, scored: !!words.length, words };
}

// Whether there is a place from which each word stands as far as it should.
function standSo([[places, offset], ...rest]) {
  return places.some((place) => rest.every(([others, at]) => others.includes(place - offset + at)));
}

// The least distance from a place of one list on to one of the other; on the way back it is one more.
function least(one, other) {
  let found = Infinity;
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    const step = other[j] - one[i];
    found = Math.min(found, step > 0 ? step : 1 - step);
    if (step > 0) i++;
    else j++;
  }
  return found;
}

// How many edits lie between two words (optimal string alignment); more than `limit` for any more.
function distance(one, other, limit) {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  let before;
  let row = [...other.keys(), other.length];
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    before = row;
    row = next;
  }
  return row[other.length];
}
