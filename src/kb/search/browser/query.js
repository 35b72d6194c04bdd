// What a query says, as a tree of lists: what query.py, lexemes.py, dates.py and ratings.py do.

const MOST = 64;
const DEEPEST = 50;
const FIELDS = "title heading headings tag tags kind type path rating date before after line section".split(" ");
const TEXT_FIELDS = { title: "title", heading: "heading", headings: "heading" };

// The query cut into operators, parentheses, phrases and chunks without a space.
function lexemes(text, mend) {
  text = text.replace(/[“”„‟]/g, "\"");
  const found = [];
  let at = 0;
  // What stands here, if it is such; the next thing begins behind it.
  const take = (pattern) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  while (take(/\s*/y) && at < text.length) {
    if (found.length >= MOST) {
      mend(`only the first ${MOST} words were looked at`);
      break;
    }
    if (text[at] === ")") {
      found.push({ kind: ")" });
      at++;
      continue;
    }
    const start = at;
    const dashes = /[\s(]/.test(text[at - 1] ?? " ") ? take(/-*/y)[0].length : 0;
    const lexeme = { kind: "chunk", negated: dashes % 2 > 0, field: "", text: "" };
    const inside = at;
    const name = take(/([a-z]+):(?!:)/iy);
    if (name && FIELDS.includes(name[1].toLowerCase())) lexeme.field = name[1].toLowerCase();
    else at = inside;
    if (text[at] === "(" && (!lexeme.field || /^[ls]/.test(lexeme.field))) {
      lexeme.kind = "(";
      at++;
    } else if (text[at] === "\"") {
      lexeme.kind = "phrase";
      let end = text.indexOf("\"", at + 1);
      if (end < 0) {
        mend("a closing quotation mark is missing");
        end = text.length;
      }
      lexeme.text = text.slice(at + 1, end);
      at = end + 1;
    } else {
      const regex = !lexeme.field && take(/\/((?!\s)(?:[^/\\]|\\.|\/(?![\s)]|$))+)\/(?=[\s)]|$)/sy);
      if (regex) {
        mend(OUT_OF_REACH);
        lexeme.kind = "plain";
        lexeme.text = regex[1];
      } else {
        const from = at;
        take(/[^\s()"]*/y);
        if (/^(AND|OR|NOT)$/.test(text.slice(start, at))) lexeme.kind = text.slice(start, at);
        else if (at === from && !lexeme.field) {
          at = Math.max(at, start + 1);
          continue;
        } else {
          if (name && !lexeme.field) at = inside + name[0].length; // no field of ours: a word like any other
          lexeme.text = text.slice(from, at);
          lexeme.atEnd = at === text.length;
        }
      }
    }
    found.push(lexeme);
  }
  return found;
}

const OUT_OF_REACH = "line:, section: and /…/ need kb search or the preview; here they are words";

const noSuch = (name, text) => `"${text}" is no ${name}: write ${name === "date" ? "2024, 2024-05 or 2024-05-31" : ">=4, 4..5 or 7/10"}`;

const joined = (parts) => (parts.length > 1 ? ["and", ...parts] : parts[0]);

// What `text` asks for: a tree (undefined if nothing), a hint of what was mended, whether it is easy, whether its last word may be
// unfinished.
function parse(text) {
  let hint = "";
  const mend = (said) => {
    hint = hint || said;
  };
  const found = lexemes(text, mend);
  let next = 0;
  let depth = 0;
  let left = MOST;
  let saidAnd = false;

  const kind = () => found[next]?.kind || "end";

  function or() {
    const branches = [and()];
    while (kind() === "OR") {
      next++;
      branches.push(and());
    }
    const said = branches.filter(Boolean);
    if (said.length < branches.length && branches.length > 1) mend("OR needs something on both sides");
    return said.length > 1 ? ["or", ...said] : said[0];
  }

  function and() {
    const parts = [];
    for (;;) {
      const now = kind();
      if (now === "end" || now === "OR" || (now === ")" && depth)) return joined(parts);
      if (now === ")") next++;
      else if (now === "AND") {
        next++;
        if (!parts.length || ["end", "OR", ")", "AND"].includes(kind())) mend("AND needs something on both sides");
        saidAnd = saidAnd || !depth;
      } else {
        const part = unary();
        if (part) parts.push(part);
      }
    }
  }

  function unary() {
    const lexeme = found[next++];
    const not = lexeme.kind === "NOT";
    if (not && ["end", "OR", ")", "AND"].includes(kind())) return mend("NOT needs something behind it");
    const part = not ? unary() : lexeme.kind === "(" ? group(lexeme) : item(lexeme);
    if (!part || !!lexeme.negated === not) return part;
    return part[0] === "not" ? part[1] : ["not", part];
  }

  function group(lexeme) {
    if (depth === DEEPEST) return mend("the parentheses are nested too deeply");
    if (lexeme.field) mend(OUT_OF_REACH);
    depth++;
    const part = or();
    depth--;
    if (next < found.length) next++;
    else mend("a closing parenthesis is missing");
    return part;
  }

  function item({ kind, field, text }) {
    if (kind === "plain") return plain(text);
    if (/^(rating|date|before|after)$/.test(field)) {
      const name = field === "rating" ? field : "date";
      const found = between(field, text);
      if (found) return [name, ...found];
      mend(noSuch(name, text));
      return plain(field, text);
    }
    if (field && !text.trim()) {
      mend(`${field}: needs a word right behind it`);
      return plain(field);
    }
    if (/^(kind|type)$/.test(field)) return ["kind", fold(text)];
    if (field === "path") return ["path", fold(text)];
    if (/^(line|section)$/.test(field)) mend(OUT_OF_REACH);
    const tag = /^tags?$/.test(field);
    const name = tag ? "tags" : TEXT_FIELDS[field] || "";
    if (kind === "phrase") {
      if (tag) return tagged(text);
      const surfaces = taken(text);
      return surfaces.length ? ["phrase", surfaces, name] : undefined;
    }
    const [, base, sign] = /^(.*?)(\*+|~+[12]?)?$/s.exec(text);
    if (tag && (!sign || tokens(base).length !== 1)) return tagged(text);
    const surfaces = taken(base);
    const parts = [];
    if (sign && surfaces.length) {
      const last = surfaces.pop();
      parts.push(sign[0] === "*" ? ["prefix", last, name] : ["fuzzy", last, sign.endsWith("2") ? 2 : 1, name]);
    }
    if (surfaces.length === 1) parts.unshift(["word", surfaces[0], name]);
    else if (surfaces.length) parts.unshift(name ? ["phrase", surfaces, name] : ["compound", surfaces]);
    return joined(parts);
  }

  const plain = (...texts) => joined(texts.flatMap(taken).map((word) => ["word", word, ""]));

  // The words of a text, as many as a query may still have.
  function taken(text) {
    const surfaces = tokens(text);
    if (surfaces.length > left) mend(`only the first ${MOST} words were looked at`);
    const kept = surfaces.slice(0, left);
    left -= kept.length;
    return kept;
  }

  function tagged(text) {
    const name = fold(text.trim().replace(/^#/, "").replace(/^\/+|\/+$/g, ""));
    return name ? ["tag", name] : undefined;
  }

  const partsOf = (tree) => (!tree ? [] : tree[0] === "and" ? tree.slice(1) : [tree]);
  let tree = or() || joined(tokens(text).slice(0, MOST).map((word) => ["word", word, ""]));
  let parts = partsOf(tree);
  const easy = !saidAnd && parts.every(isEasy);
  const last = found[found.length - 1];
  const open = last && last.atEnd && !last.field && !last.negated && parts.length;
  const typing = easy && !!open && /^(word|compound)$/.test(parts[parts.length - 1][0]);
  tree = tree && (easy ? joined(parts.flatMap(spread)) : strict(tree));
  parts = partsOf(tree);
  return { tree, hint, easy, typing, parts, words: parts.filter(isBare).map((part) => part[1]) };
}

const isBare = ([kind, , field]) => kind === "word" && !field;

const isEasy = (part) => isBare(part) || /^(compound|not|tag|kind|path|rating|date)$/.test(part[0]) || (part[0] === "and" && part.slice(1).every(isBare));

// A part of an easy query, with the words of a compound in front of it.
function spread(part) {
  const [kind, surfaces] = part;
  if (kind === "compound") return [...surfaces.map((word) => ["word", word, ""]), part];
  return kind === "and" ? part.slice(1) : [strict(part)];
}

// The tree with phrases for compounds.
function strict(node) {
  const [kind, ...parts] = node;
  if (kind === "compound") return ["phrase", parts[0], ""];
  return /^(and|or|not)$/.test(kind) ? [kind, ...parts.map(strict)] : node;
}

// The least and the greatest of `date:text`, `before:text`, `after:text`, `rating:text`; "" is an open end. Undefined where the text names none.
function between(field, text) {
  const named = days(text);
  if (field === "before") return named && ["", beside(named[0], -1)];
  if (field === "after") return named && [beside(named[1], 1), ""];
  const [read, open] = field === "date" ? [days, ["", ""]] : [ratings, [0, 500]];
  const [start, end] = text.split(/\.\.(.*)/s);
  if (end === undefined) return read(text);
  const first = start ? read(start) : open;
  const last = end ? read(end) : open;
  return first && last && (start || end) ? [first[0], last[1]] : undefined;
}

// The least and the greatest rating, in hundredths of five, of 4, 7.5/10, >=4, <3.
function ratings(text) {
  const [, sign, value, best = 5] = /^([<>]=?)?(\d{1,9}(?:\.\d{1,9})?)(?:\/([1-9]\d{0,8}))?$/.exec(text) || [];
  const found = Math.round((value / best) * 500);
  return found <= 500 && [/</.test(sign) ? 0 : found + (sign === ">"), />/.test(sign) ? 500 : found - (sign === "<")];
}

const lengthOfMonth = (year, month) =>
  month === 2 ? (year % 4 || (!(year % 100) && year % 400) ? 28 : 29) : 30 + ((month + (month >> 3)) & 1);

const written = (...parts) => parts.map((part, at) => `${part}`.padStart(at ? 2 : 4, "0")).join("-");

// The first and the last day of YYYY, YYYY-MM or YYYY-MM-DD.
function days(text) {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day] = match;
  if (!month) return [`${year}-01-01`, `${year}-12-31`];
  if (month < 1 || month > 12) return undefined;
  const length = lengthOfMonth(+year, +month);
  if (!day) return [`${year}-${month}-01`, `${year}-${month}-${length}`];
  return day > 0 && day <= length ? [text, text] : undefined;
}

// The day before (-1) or after (1) another; beyond four digits, what sorts before or behind all of them.
function beside(text, step) {
  let [year, month, day] = text.split("-").map(Number);
  day += step;
  if (day < 1 || day > lengthOfMonth(year, month)) {
    month += step;
    if (month < 1 || month > 12) {
      year += step;
      month = step < 0 ? 12 : 1;
      if (year < 0) return "0000-00-00";
      if (year > 9999) return "9999-12-32";
    }
    day = step < 0 ? lengthOfMonth(year, month) : 1;
  }
  return written(year, month, day);
}
