// The files of the published index (FORMAT.md): how they are fetched, and the numbers and texts in them.

const utf8 = new TextDecoder();
const parsed = (data) => JSON.parse(utf8.decode(data));

// What `make` makes of a key, made once. What failed is tried again when it is asked for again.
function once(kept, key, make) {
  if (!kept.has(key)) {
    const made = make();
    made.catch(() => kept.delete(key));
    kept.set(key, made);
  }
  return kept.get(key);
}

// The bytes of a file, by its path without the ending. An error is marked `gone` where there is no such file.
async function fetched(folder, path, version) {
  if (/^file:/.test(folder)) return twin(folder, path);
  const answer = await fetch(`${folder}${path}.bin${version}`, path === "manifest" ? { cache: "no-cache" } : {});
  if (!answer.ok) throw Object.assign(new Error(`${path}: ${answer.status}`), { gone: answer.status === 404 });
  return new Uint8Array(await answer.arrayBuffer());
}

// Scripts may be loaded where files may not be fetched: each file has a twin that calls `kbSearch` with its bytes in base 64.
function twin(folder, path) {
  return new Promise((resolve, reject) => {
    globalThis.kbSearch = (name, data) => twins.set(name, data);
    const script = document.createElement("script");
    script.src = `${folder}${path}.js`;
    script.onload = () => resolve(Uint8Array.from(atob(twins.get(path)), (character) => character.charCodeAt()));
    script.onerror = () => reject(Object.assign(new Error(path), { gone: true }));
    document.head.append(script);
  });
}

const twins = new Map();

// The content of a gzip file; some hosts unpack files on their way.
async function unpacked(data) {
  if (data[0] !== 31 || data[1] !== 139) return data;
  if (!globalThis.DecompressionStream) throw new Error("This browser is too old to unpack the index.");
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Walks over the content of a file.
function reader(data, at = 0) {
  const number = () => {
    let sum = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = data[at++];
      sum += (byte & 127) * unit;
      if (byte < 128) return sum;
    }
  };
  const numbers = (count) => {
    const found = [];
    while (found.length < count) found.push(number());
    return found;
  };
  // Ascending numbers, written as the first one and the differences.
  const steps = (count) => {
    let sum = 0;
    return numbers(count).map((step) => (sum += step));
  };
  // A text as bytes, written as how much of `before` it begins with, and the rest.
  const bytes = (before) => {
    const same = number();
    const more = number();
    const found = new Uint8Array(same + more);
    found.set(before.subarray(0, same));
    found.set(data.subarray(at, at + more), same);
    at += more;
    return found;
  };
  const place = () => at;
  return { number, numbers, steps, bytes, place };
}

// A front-coded list of texts.
function textsIn(data) {
  const { bytes, place } = reader(data);
  const found = [];
  for (let text = data; place() < data.length; ) {
    text = bytes(text);
    found.push(utf8.decode(text));
  }
  return found;
}
