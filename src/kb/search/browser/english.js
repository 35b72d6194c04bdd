// The stem of an English word, by the rules of Snowball 3.0.1 (https://snowballstem.org/algorithms/english/stemmer.html). Words that come
// here are folded, so they have neither capitals nor apostrophes; Y is a y that is no vowel.

const STEMMER = { stemWord };

const KNOWN = new Map(
  "andes=andes atlas=atlas bias=bias cosmos=cosmos early=earli gently=gentl howe=howe idly=idl news=news only=onli singly=singl skies=sky sky=sky ugly=ugli"
    .split(" ")
    .map((rule) => rule.split("=")),
);

const BEGINNING = /^(?:arsen|commun|emerg|gener|later|organ|past|univers)/;
const SYLLABLE = /^[^aeiouy]*[aeiouy]+[^aeiouy]/;
const SHORT = /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy]|past)$/;
// Endings, each with what it becomes.
const SECOND = rulesOf(
  "anci=ance enci=ence ogi=og li= bli=ble abli=able alli=al fulli=ful lessli=less ousli=ous entli=ent aliti=al biliti=ble iviti=ive tional=tion ational=ate alism=al ation=ate ization=ize izer=ize ator=ate iveness=ive fulness=ful ousness=ous ogist=og",
);
const THIRD = rulesOf("icate=ic ative= alize=al iciti=ic ical=ic tional=tion ational=ate ful= ness=");
const FOURTH = rulesOf("ic= ance= ence= able= ible= ate= ive= ize= iti= al= ism= ion= er= ous= ant= ent= ment= ement=");

function rulesOf(text) {
  const rules = new Map(text.split(" ").map((rule) => rule.split("=")));
  return { rules, pattern: new RegExp(`(?:${[...rules.keys()].join("|")})$`) };
}

// The word with its longest ending replaced, if it lies behind `from` and may stand behind what it stands behind.
function replaced(word, { rules, pattern }, from, mayStand) {
  const match = pattern.exec(word);
  if (!match || match.index < from) return word;
  const rest = word.slice(0, match.index);
  return mayStand(match[0], rest) ? rest + rules.get(match[0]) : word;
}

function stemWord(word) {
  if (KNOWN.has(word)) return KNOWN.get(word);
  if (word.length < 3) return word;
  word = word.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y");
  // The second region begins behind the second syllable, the first behind the first.
  const behind = (text, pattern) => (pattern.exec(text) || [text])[0].length;
  const first = behind(word, BEGINNING.test(word) ? BEGINNING : SYLLABLE);
  const second = first + behind(word.slice(first), SYLLABLE);

  if (/sses$/.test(word)) word = word.slice(0, -2);
  else if (/ie[ds]$/.test(word)) word = word.slice(0, word.length > 4 ? -2 : -1);
  else if (/[aeiouy].+s$/.test(word) && !/[us]s$/.test(word)) word = word.slice(0, -1);

  const match = /(?:e?ed|ing|e?edly|ingly)$/.exec(word);
  if (match) word = withoutPast(word.slice(0, match.index), match[0], word, first);
  word = word.replace(/(.[^aeiouy])[yY]$/, "$1i");
  word = replaced(word, SECOND, first, (end, rest) => (end === "ogi" ? /l$/ : end === "li" ? /[cdeghkmnrt]$/ : /^/).test(rest));
  word = replaced(word, THIRD, first, (end, rest) => end !== "ative" || rest.length >= second);
  word = replaced(word, FOURTH, second, (end, rest) => end !== "ion" || /[st]$/.test(rest));
  const rest = word.slice(0, -1);
  const at = rest.length;
  if (/e$/.test(word) ? at >= second || (at >= first && !SHORT.test(rest)) : at >= second && /ll$/.test(word)) word = rest;
  return word.replace(/Y/g, "y");
}

// What is left of a word without -eed, -ed, -ing, -edly …
function withoutPast(rest, end, word, first) {
  if (/^ee/.test(end)) return /^(?:succ|proc|exc)$/.test(rest) || rest.length < first ? word : `${rest}ee`;
  if (end === "ing") {
    if (/^[^aeiouy]y$/.test(rest)) return `${rest[0]}ie`;
    if (/^(?:even|cann|inn|earr|herr|out)$/.test(rest)) return word;
  }
  if (!/[aeiouy]/.test(rest)) return word;
  if (/(?:at|bl|iz)$/.test(rest) || (rest.length === first && SHORT.test(rest))) return `${rest}e`;
  return /(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(rest) && !/^[aeo]..$/.test(rest) ? rest.slice(0, -1) : rest;
}
