// From text to terms, letter for letter as analysis.py does it.

const CJK = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff";
const WORD = new RegExp(
  `[${CJK}]|(?![${CJK}])[\\p{L}\\p{N}](?:(?![${CJK}])[\\p{L}\\p{N}\\p{M}])*(?:(?:\\+\\+|#)(?![${CJK}\\p{L}\\p{N}\\p{M}]))?`,
  "gu",
);
const STOP = new Set(
  LANGUAGE === "english"
    ? "a an and are as at be by for from has have if in is it its of on or that the this to was we will with you your".split(" ")
    : [],
);
const LONGEST = 40;

// й is a letter of its own; other letters with a mark above or below are found without it.
const fold = (text) =>
  text
    .normalize("NFKD")
    .replace(/([\u0438\u0418]\u0306)|[\u0300-\u036f]+/g, "$1")
    .toLowerCase()
    .normalize("NFC");

const wordsOf = (folded) => folded.match(WORD) || [];

const tokens = (text) => wordsOf(fold(text));

// Lengths are counted in characters, of which some are two units of a JavaScript string.
const lengthOf = (word) => [...word].length;

const terms = new Map();

// The term of a surface, null for a stop word and for what is too long.
function termOf(surface) {
  if (!terms.has(surface)) {
    // Stemmers count units: a character of two is hidden from them behind one that no word has.
    const pairs = surface.match(/[\ud800-\udbff]./g) || [];
    const stem = () => STEMMER.stemWord(surface.replace(/[\ud800-\udbff]./g, "\ue000")).replace(/\ue000/g, () => pairs.shift());
    terms.set(surface, STOP.has(surface) || lengthOf(surface) > LONGEST ? null : stem());
  }
  return terms.get(surface);
}

// Whether one text sorts before (less than 0) or behind another: by characters, not by units.
function compare(one, other) {
  for (let at = 0; ; at++) {
    const a = one.codePointAt(at) ?? -1;
    const b = other.codePointAt(at) ?? -1;
    if (a !== b || a < 0) return a - b;
  }
}
