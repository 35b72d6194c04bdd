/* Other weights for a decision. Without this script the table stands as it was built.
 *
 * The sums are those of kb/features/decision/sums.py, step by step: only + - * / and comparison, in the same order, so
 * that they come to the same bits here and there. The sentences are those of shown.py. tests/decision holds both to it.
 */
const KBDecision = (() => {
  "use strict";

  const PARTS = 1e6;
  const STEPS = 100;
  const MOST_WEIGHT = 1e6;
  const MOST_STEPS = 1000;
  const LN2 = 0.6931471805599453;
  const LN2_HIGH = 0.69314718036912381649;
  const LN2_LOW = 1.90821492927058770002e-10;
  const ROOT_HALF = 0.7071067811865476;
  const MEANS = ["arithmetic", "geometric", "harmonic"];

  /* Sums ------------------------------------------------------------------------------------- */

  const ln = (number) => {
    let x = number;
    let halvings = 0;
    while (x < ROOT_HALF) {
      x *= 2;
      halvings += 1;
    }
    const z = (x - 1) / (x + 1);
    const square = z * z;
    let series = 0;
    for (let n = 25; n > 1; n -= 2) series = (series + 1 / n) * square;
    return 2 * z * (series + 1) - halvings * LN2;
  };

  const exp = (y) => {
    const halvings = Math.floor(0.5 - y / LN2);
    const rest = y + halvings * LN2_HIGH + halvings * LN2_LOW;
    let series = 1;
    for (let n = 17; n > 0; n -= 1) series = 1 + (series * rest) / n;
    for (let n = 0; n < halvings; n += 1) series *= 0.5;
    return series;
  };

  const hasZero = (scores, weights) => scores.some((score, number) => score === 0 && weights[number] > 0);

  const sense = (score, mean) => {
    if (mean === "arithmetic") return score;
    return mean === "geometric" ? ln(score) : -1 / score;
  };

  const total = (scores, weights, mean) => {
    let whole = 0;
    for (const weight of weights) whole += weight;
    if (whole === 0) return null;
    if (mean !== "arithmetic" && hasZero(scores, weights)) return 0;
    let found = 0;
    scores.forEach((score, number) => {
      if (weights[number] > 0) found += weights[number] * sense(score, mean);
    });
    let value = found / whole;
    if (mean === "geometric") value = exp(Math.min(value, 0));
    if (mean === "harmonic") value = whole / -found;
    return Math.floor(value * PARTS + 0.5);
  };

  const order = (totals) => [...totals.keys()].sort((a, b) => totals[b] - totals[a] || a - b);

  const places = (totals) => totals.map((mine) => 1 + totals.filter((other) => other > mine).length);

  const replaced = (weights, criterion, weight) => weights.map((each, number) => (number === criterion ? weight : each));

  const tieOf = (first, second, weights, mean, criterion) => {
    const others = replaced(weights, criterion, 0);
    if (mean !== "arithmetic") {
      if (hasZero(first, others) || hasZero(second, others)) return null;
      if (first[criterion] === 0 || second[criterion] === 0) return 0;
    }
    let lead = 0;
    others.forEach((each, number) => {
      if (each > 0) lead += each * (sense(first[number], mean) - sense(second[number], mean));
    });
    const slope = sense(first[criterion], mean) - sense(second[criterion], mean);
    if (slope === 0) return null;
    const tie = -lead / slope;
    return tie < 0 || tie > MOST_WEIGHT || (tie === 0 && weights[criterion] === 0) ? null : tie;
  };

  const beyond = (first, second, weights, mean, criterion, tie) => {
    const rises = tie >= weights[criterion];
    let step = rises ? Math.floor(tie * STEPS) + 1 : Math.ceil(tie * STEPS) - 1;
    if (tie === 0 && !rises) step = 0;
    for (let tries = 0; tries < MOST_STEPS; tries += 1) {
      if (step < 0) return null;
      const weight = step / STEPS;
      const changed = replaced(weights, criterion, weight);
      const mine = total(first, changed, mean);
      const other = total(second, changed, mean);
      if (mine !== null && other !== null && other > mine) return { criterion, weight, tie };
      step += rises ? 1 : -1;
    }
    return null;
  };

  const flip = (first, second, weights, mean) => {
    const change = (found) => Math.abs(found.weight - weights[found.criterion]);
    let found = null;
    for (const criterion of weights.keys()) {
      const tie = tieOf(first, second, weights, mean, criterion);
      const here = tie === null ? null : beyond(first, second, weights, mean, criterion, tie);
      if (here !== null && (found === null || change(here) < change(found))) found = here;
    }
    return found;
  };

  /* What is said ----------------------------------------------------------------------------- */

  const points = (millionths, of) => {
    const thousandths = Math.floor((millionths + 500) / 1000);
    const decimals = { 1: 3, 10: 2, 100: 1 }[of];
    const unit = 10 ** decimals;
    return `${Math.floor(thousandths / unit)}.${String(thousandths % unit).padStart(decimals, "0")}`;
  };

  const weightShown = (weight) => {
    const hundredths = Math.floor(weight * 100 + 0.5);
    const rest = hundredths % 100;
    const whole = String(Math.floor(hundredths / 100));
    return rest ? `${whole}.${String(rest).padStart(2, "0")}`.replace(/0$/, "") : whole;
  };

  /* Names that are set in bold stand in a list of their own. */
  const listed = (names) =>
    names.flatMap((name, number) => {
      const between = number === 0 ? [] : [number === names.length - 1 ? " and " : ", "];
      return [...between, [name]];
    });

  const totalsOf = ({ options, weights }, mean) => options.map(({ scores }) => total(scores, weights, mean));

  const winnerSaid = (names, totals, of) => {
    if (names.length === 1) return [[names[0]], " is the only option that can be ranked, so there is nothing to compare it with."];
    const ranking = order(totals);
    const [first, second] = ranking;
    if (totals[first] === totals[second]) {
      const equal = ranking.filter((number) => totals[number] === totals[first]).map((number) => names[number]);
      return [...listed(equal), ` share the first place with ${points(totals[first], of)}.`];
    }
    const rest = ` is first with ${points(totals[first], of)}, before ${names[second]} with ${points(totals[second], of)}.`;
    return [[names[first]], rest];
  };

  const flipSaid = ({ options, weights, labels, mean }, totals) => {
    const ranking = order(totals);
    if (ranking.length < 2 || totals[ranking[0]] === totals[ranking[1]]) return [];
    const [first, second] = ranking.map((number) => options[number]);
    const found = flip(first.scores, second.scores, weights, mean);
    if (found === null) return [`No change of a single weight puts ${second.name} before ${first.name}.`];
    const way = found.weight > weights[found.criterion] ? "rises" : "falls";
    const said =
      `${second.name} comes before ${first.name} if the weight of ${labels[found.criterion]} ${way} from ` +
      `${weightShown(weights[found.criterion])} to ${weightShown(found.weight)}; no smaller change of one weight does it.`;
    const changed = replaced(weights, found.criterion, found.weight);
    const best = options[order(options.map(({ scores }) => total(scores, changed, mean) ?? 0))[0]];
    return [best === first || best === second ? said : `${said} First would then be ${best.name}.`];
  };

  const meanSaid = (names, totals, mean, of) => {
    const best = Math.max(...totals);
    const winners = names.filter((_, number) => totals[number] === best);
    return [`By the ${mean} mean: `, ...listed(winners), `, ${points(best, of)}.`];
  };

  const zerosSaid = ({ options, weights, labels, mean }) => {
    const zeros = options
      .map(({ name, scores }) => [name, labels.filter((_, number) => scores[number] === 0 && weights[number] > 0)])
      .filter(([, found]) => found.length)
      .map(([name, found]) => `${name} (${found.join(", ")})`);
    if (!zeros.length || mean === "arithmetic") return [];
    return [`A score of 0 makes the ${mean} mean 0, whatever the others are: ${zeros.join(", ")}.`];
  };

  /* The sentences that depend on the weights, by the names under which the page has them. */
  const findings = (state) => {
    const names = state.options.map(({ name }) => name);
    const totals = totalsOf(state, state.mean);
    if (totals.includes(null)) return { winner: ["All weights are 0, so there are no totals and no winner."] };
    const said = { winner: winnerSaid(names, totals, state.of), flip: flipSaid(state, totals), zeros: zerosSaid(state) };
    for (const mean of MEANS) said[`mean-${mean}`] = meanSaid(names, totalsOf(state, mean), mean, state.of);
    return said;
  };

  /* The page --------------------------------------------------------------------------------- */

  const made = (name, attributes = {}, ...inside) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...inside);
    return element;
  };

  const stateOf = (figure, rows) => ({
    mean: figure.dataset.mean,
    of: Number(figure.dataset.points),
    weights: [...figure.querySelectorAll("[data-weight]")].map((head) => Number(head.dataset.weight)),
    labels: [...figure.querySelectorAll("[data-weight]")].map((head) => head.dataset.label),
    options: rows.map((row) => ({ name: row.dataset.option, scores: row.dataset.scores.split(" ").map(Number) })),
  });

  const showRow = (row, place, shared, millionths, of) => {
    row.classList.toggle("first", place === 1);
    row.querySelector(".place").textContent = place ? `${place}${shared ? "=" : ""}` : "–";
    row.querySelector(".total .value").textContent = place ? points(millionths, of) : "–";
    row.querySelector(".total rect").setAttribute("width", Math.floor(((millionths ?? 0) / PARTS) * 1000 + 0.5));
  };

  const showFindings = (list, said) => {
    for (const name of ["zeros", "mean-harmonic", "mean-geometric", "mean-arithmetic", "flip", "winner"]) {
      let item = list.querySelector(`[data-says="${name}"]`);
      const parts = said[name] ?? [];
      if (!parts.length) {
        item?.remove();
        continue;
      }
      item ??= made("li", { "data-says": name });
      item.replaceChildren(...parts.map((part) => (Array.isArray(part) ? made("b", {}, part[0]) : part)));
      if (name === "zeros") list.append(item);
      else list.prepend(item);
    }
  };

  const show = (figure, rows, state) => {
    const totals = totalsOf(state, state.mean);
    const there = !totals.includes(null);
    const place = there ? places(totals) : [];
    rows.forEach((row, number) => {
      const shared = place.filter((each) => each === place[number]).length > 1;
      showRow(row, place[number], shared, totals[number], state.of);
    });
    const body = rows[0].parentNode;
    const ranking = there ? order(totals) : [...rows.keys()];
    body.append(...ranking.map((number) => rows[number]));
    figure.querySelector('[data-says="mean"]').textContent = `weighted ${state.mean} mean`;
    figure.querySelectorAll('[data-says="weight"]').forEach((each, number) => {
      each.textContent = weightShown(state.weights[number]);
    });
    showFindings(figure.querySelector(".decision-findings"), findings(state));
  };

  /* The rows in the order in which they were written: the table of scores has it. */
  const rowsOf = (figure) => {
    const rows = [...figure.querySelectorAll(".decision-table [data-scores]")];
    const names = [...figure.querySelectorAll(".decision-scores tbody tr:not(.how) th")].map((cell) => cell.textContent);
    const left = new Set(rows);
    return names.map((name) => {
      const row = [...left].find((each) => each.dataset.option === name);
      left.delete(row);
      return row;
    });
  };

  const offer = (figure) => {
    const rows = rowsOf(figure);
    if (rows.length < 2) return;
    const written = stateOf(figure, rows);
    const state = { ...written, weights: [...written.weights] };
    const most = Math.max(10, ...written.weights.map((weight) => 2 * weight));
    const controls = made("div", { class: "decision-weights" });
    const sliders = written.weights.map((weight, number) => {
      const name = `Weight of ${written.labels[number]}`;
      const slider = made("input", { type: "range", min: 0, max: most, step: most > 100 ? 1 : 0.1, "aria-label": name });
      const said = made("output");
      const tell = () => {
        slider.setAttribute("aria-valuetext", weightShown(state.weights[number]));
        said.textContent = weightShown(state.weights[number]);
      };
      const reset = () => {
        slider.value = weight;
        tell();
      };
      reset();
      slider.addEventListener("input", () => {
        state.weights[number] = Number(slider.value);
        tell();
        show(figure, rows, state);
      });
      controls.append(made("span", {}, written.labels[number]), slider, said);
      return reset;
    });
    const choice = made("select", { "aria-label": "Mean" }, ...MEANS.map((mean) => made("option", { value: mean }, `${mean} mean`)));
    choice.value = state.mean;
    choice.addEventListener("change", () => {
      state.mean = choice.value;
      show(figure, rows, state);
    });
    const back = made("button", { type: "button" }, "As it was decided");
    back.addEventListener("click", () => {
      Object.assign(state, { mean: written.mean, weights: [...written.weights] });
      choice.value = state.mean;
      for (const reset of sliders) reset();
      show(figure, rows, state);
    });
    controls.append(choice, back);
    const folded = made("details", { class: "decision-try" }, made("summary", {}, "Try other weights"), controls);
    figure.querySelector(".decision-frame").after(folded);
  };

  const begin = () => {
    for (const figure of document.querySelectorAll("figure.decision")) {
      if (!figure.querySelector(".decision-try")) offer(figure);
    }
  };

  if (typeof document !== "undefined") {
    begin();
    document.addEventListener("kb:renewed", begin);
  }

  return { ln, exp, total, order, places, flip, points, weightShown, findings };
})();
