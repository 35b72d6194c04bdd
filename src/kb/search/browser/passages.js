// A page of results, and what is shown of each document: what searching.py, snippets.py and within.py do.

const LENGTH = 240;
const LEAD = 60;
const SECTIONS = 3;
const SPACE = /[^\S\ufeff]|[\x1c-\x1f\x85]/;

// What is found for `text`: the page that README.md describes.
async function find(index, text, { mode = "submitted", limit = 10, offset = 0, tag, kind, since }) {
  const query = parse(text);
  const ranking = await rank(index, query, mode === "typed");
  const days = since && between("date", `${since}..`);
  const narrowing = [
    ...(tag ? [["tag", fold(tag.replace(/^#/, "").replace(/^\/+|\/+$/g, ""))]] : []),
    ...(kind ? [["kind", fold(kind)]] : []),
    ...(days ? [["date", ...days]] : []),
  ];
  const scores = await ranking.kept(query.tree || !narrowing.length ? ranking.scores : ranking.everything(), narrowing);
  const order = await inOrder(index, scores, ranking.scored);
  const found = await Promise.all(
    order.slice(offset, offset + limit).map(async (doc) => ({ fragment: await index.fragment(doc), score: scores.get(doc) })),
  );
  // What really holds the phrases comes before what only holds their stems.
  const phrases = query.parts.filter((part) => part[0] === "phrase");
  const holds = ({ fragment }) => phrases.every(([, surfaces, field]) => holdsPhrase(fragment, surfaces, field));
  const numbers = new Map();
  ranking.words.forEach((terms, number) => terms.forEach((term) => numbers.has(term) || numbers.set(term, number)));
  return {
    query: text,
    total: scores.size,
    hits: [...found.filter(holds), ...found.filter((hit) => !holds(hit))].map(({ fragment, score }) => ({
      ...fragment,
      score: Math.round(score * 1e6) / 1e6,
      line: 0,
      marks: [],
      ...shown(fragment, numbers, phrases),
    })),
    suggestion: suggestion(text, ranking.instead),
    hint: query.hint || (since && !days ? noSuch("date", since) : ""),
  };
}

// The best first, or the newest where nothing is scored.
async function inOrder(index, scores, scored) {
  const docs = [...scores.keys()];
  if (scored) {
    const millionths = new Map(docs.map((doc) => [doc, Math.round(scores.get(doc) * 1e6)]));
    return docs.sort((one, other) => millionths.get(other) - millionths.get(one) || one - other);
  }
  const dates = docs.length ? await index.dates() : [];
  return docs.sort((one, other) => compare(dates[other], dates[one]) || one - other);
}

// The query with what replaced its misspelt words.
function suggestion(text, replaced) {
  const instead = new Map(replaced);
  const letters = [...text];
  let made = "";
  let at = 0;
  for (const [start, end, surface] of spans(text)) {
    if (instead.has(surface)) {
      made += letters.slice(at, start).join("") + instead.get(surface);
      at = end;
    }
  }
  return replaced.length ? made + letters.slice(at).join("") : "";
}

// Whether these words stand one behind the other, word for word.
function holdsPhrase({ title, tags, sections }, surfaces, field) {
  const run = (words) => ` ${words.join(" ")} `;
  const texts = {
    title: [title],
    heading: sections.map((section) => section[1]),
    tags: [tags.join(" ")],
    body: [sections.map(([, heading, text]) => `${heading}\n${text}`).join("\n")],
  };
  return (field ? texts[field] : Object.values(texts).flat()).some((text) => run(tokens(text)).includes(run(surfaces)));
}

// Where the words of a text stand, in characters, and their surfaces.
function spans(text) {
  const letters = [...text];
  const place = letters.length === text.length ? (at) => at : (at) => lengthOf(text.slice(0, at));
  let small = text.toLowerCase();
  if (small.length !== text.length) small = letters.map((letter) => (letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter)).join("");
  return [...small.matchAll(WORD)].map(({ index, 0: word }) => [place(index), place(index + word.length), fold(word)]);
}

// The best passage of a document, and the sections that hold the words best. `numbers` says which word of the query a term is; the words of
// phrases are numbered downwards from -2, all of them marked.
function shown({ sections }, numbers, phrases) {
  const marksOf = (text) => {
    const words = spans(text);
    const inside = new Map();
    for (const [, phrase] of phrases) {
      words.forEach((word, at) => {
        if (phrase.every((surface, step) => words[at + step] && words[at + step][2] === surface)) phrase.forEach((surface, step) => inside.set(at + step, -2 - step));
      });
    }
    return words.map(([start, end, surface], at) => [start, end, inside.get(at) || numbers.get(termOf(surface))]).filter((mark) => mark[2] !== undefined);
  };
  const found = [];
  for (const [anchor, title, text] of numbers.size || phrases.length ? sections : []) {
    const marks = marksOf(text);
    const { first, words, often } = bestWindow(marks);
    const distinct = new Set([...words, ...marksOf(title).map((mark) => mark[2])]).size;
    if (distinct) found.push({ anchor, title, text, marks, first, often, distinct });
  }
  found.sort((one, other) => other.distinct - one.distinct || other.often - one.often);
  const best = found.find((section) => section.marks.length) || found[0] || { text: (sections.find((section) => section[2]) || ["", "", ""])[2], marks: [] };
  return {
    snippet: snippet(best),
    sections: found.filter((section) => section.anchor).slice(0, SECTIONS).map((section) => ({ anchor: section.anchor, title: section.title, line: 0, snippet: snippet(section) })),
  };
}

// The mark with which the best passage begins, which words it holds, and how many marks.
function bestWindow(marks) {
  let best = { first: 0, words: new Set(), often: 0 };
  marks.forEach(([start], first) => {
    const held = marks.filter((mark, at) => at >= first && mark[0] <= start + LENGTH - LEAD);
    const words = new Set(held.map((mark) => mark[2]));
    // A phrase is worth more than its words apart.
    if (held.some((mark) => mark[2] < 0)) words.add(-1);
    const better = words.size - best.words.size || held.length - best.often;
    if (better > 0) best = { first, words, often: held.length };
  });
  return best;
}

// A piece of a section as runs of text, marked or not, on one line; with an ellipsis where more stands before or behind.
function snippet({ text, marks, first }) {
  const letters = [...text];
  const start = marks.length ? wordStart(letters, marks[first][0] - LEAD) : 0;
  const end = wordEnd(letters, start + LENGTH);
  const runs = [];
  const put = (said, marked) => {
    const last = runs[runs.length - 1];
    if (!marked && last && !last[1]) last[0] += said;
    else if (said) runs.push([said, marked]);
  };
  const piece = (from, to) => letters.slice(from, to).join("").replace(/\n/g, " ");
  const isMore = (from, to) => letters.slice(from, to).some((letter) => !SPACE.test(letter));
  if (isMore(0, start)) put("…", 0);
  let at = start;
  for (const mark of marks) {
    if (start <= mark[0] && mark[1] <= end) {
      put(piece(at, mark[0]), 0);
      put(piece(mark[0], mark[1]), 1);
      at = mark[1];
    }
  }
  put(piece(at, end), 0);
  if (isMore(end)) put("…", 0);
  return runs;
}

// The beginning of the first whole word from here on, or of the text.
function wordStart(letters, at) {
  if (at <= 0) return 0;
  for (let space = at; space < at + LEAD / 2 && space < letters.length; space++) if (SPACE.test(letters[space])) return space + 1;
  return at;
}

// The end of the last whole word up to here, or of the text.
function wordEnd(letters, at) {
  if (at >= letters.length) return letters.length;
  for (let space = at; space > at - LEAD / 2 && space > 0; space--) if (SPACE.test(letters[space])) return space;
  return at;
}
