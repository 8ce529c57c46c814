// Regret of the policies over the worlds, and what the objective hangs on.
import * as Plot from "@observablehq/plot";
import { useState } from "preact/hooks";
import { Figure, Select, plot } from "../../common/figure";
import { called, known, mean, number, percent, plain, quantile, value } from "../../common/words";
import { choices, minimised, objective, paramNamed, paramOf, study, worldsOf } from "../data";

function Regret() {
  if (!objective || choices.length < 2 || study.worlds < 2) return null;
  const values = choices.map((k) => worldsOf(k, objective!.name));
  const sign = minimised ? 1 : -1;
  const full = study.single_worlds.number.map((_, w) => w).filter((w) => values.every((v) => known(v[w])));
  const best = (w: number) => Math.min(...values.map((v) => sign * (v[w] as number)));
  // Worlds in order of how well the best policy does there, so that bands show.
  const order = [...full].sort((a, b) => best(a) - best(b));
  const rows = choices.flatMap((k, i) => order.map((w, x) => ({
    policy: plain(study.policies[k].name), world: study.single_worlds.number[w], place: x,
    regret: sign * (values[i][w] as number) - best(w),
  })));
  const ranked = choices.map((k) => study.policies[k]).filter((p) => p.ranking);
  const safest = ranked.reduce((a, b) => (b.ranking!.worst_regret < a.ranking!.worst_regret ? b : a), ranked[0]);
  const riskiest = ranked.reduce((a, b) => (b.ranking!.worst_regret > a.ranking!.worst_regret ? b : a), ranked[0]);
  const show = (x: number) => (objective!.probability ? `${number(100 * x)} points` : number(x));
  const domain = choices.map((k) => study.policies[k]).sort((a, b) => (a.ranking?.worst_regret ?? 9) - (b.ranking?.worst_regret ?? 9)).map((p) => plain(p.name));
  return (
    <Figure id="regret"
      title={`${called(safest)} is never more than ${show(safest.ranking!.worst_regret)} from the best policy of a world; ${called(riskiest)} up to ${show(riskiest.ranking!.worst_regret)}`}
      units={`Down: policies, the smallest largest regret first. Across: ${order.length} worlds, from those where the best policy does best. Colour: regret, how much worse ${called(objective.name)} is than under the best policy of that world${objective.probability ? " (percentage points)" : ""}.`}
      rows={rows.map(({ policy, world, regret }) => ({ policy, world, regret }))}
      draw={(width) => plot({
        width, height: 74 + 28 * choices.length, marginLeft: Math.min(150, width * 0.34), 
        x: { label: "worlds →", domain: [0, order.length] }, y: { label: null, domain },
        color: { type: "linear", scheme: "cividis", reverse: true, legend: true, label: `regret${objective!.probability ? " (points)" : ""}` },
        marks: [Plot.rect(rows, { x1: "place", x2: (d) => d.place + 1, y: "policy", fill: (d) => (objective!.probability ? 100 : 1) * d.regret, inset: 0, insetTop: 1, insetBottom: 1,
                                  title: (d) => `world ${d.world}, ${d.policy}: regret ${show(d.regret)}` } as Plot.RectOptions)],
      })} />
  );
}

const most = 14;

function Matters() {
  const [place, setPlace] = useState(0);
  if (!objective || study.hangs_on.length === 0)
    return objective && study.single_worlds.names.length > 0
      ? <p>Too few worlds (under 50) to say which parameters matter; run more with <code>--worlds</code>.</p> : null;
  const h = study.hangs_on[place];
  const k = study.policies.findIndex((p) => p.name === h.policy);
  const base = worldsOf(0, objective.name);
  const y = worldsOf(k, objective.name).map((v, w) => (known(v) ? v - (h.difference ? (base[w] ?? NaN) : 0) : NaN));
  const rows = study.single_worlds.names.map((name, d) => {
    const x = paramOf(name);
    const pairs = y.map((v, w) => [x[w], v]).filter((p): p is [number, number] => known(p[0]) && known(p[1]));
    const q1 = quantile(pairs.map((p) => p[0]), 0.25), q3 = quantile(pairs.map((p) => p[0]), 0.75);
    return { parameter: name, meaning: paramNamed(name).description, at_low: mean(pairs.filter((p) => p[0] <= q1).map((p) => p[1])),
             at_high: mean(pairs.filter((p) => p[0] >= q3).map((p) => p[1])), pawn: h.pawn[d], rank_slope: h.rank_slope[d] };
  }).sort((a, b) => (b.pawn ?? 0) - (a.pawn ?? 0));
  const sure = rows.filter((r) => (r.pawn ?? 0) > h.floor);
  const widest = [...rows].sort((a, b) => Math.abs(b.at_high - b.at_low) - Math.abs(a.at_high - a.at_low));
  const shown = widest.slice(0, most);
  const all = mean(y.filter(known));
  const scale = objective.probability ? 100 : 1;
  const what = h.difference ? `the difference that ${called(h.policy)} makes to ${called(objective.name)}` : `${called(objective.name)} under ${called(h.policy)}`;
  const text = (v: number) => (h.difference && objective!.probability ? `${number(100 * v)} points` : value(objective!, v));
  const top = widest[0];
  return (
    <>
      <Figure id="tornado"
        title={`What moves ${what} most is ${plain(top.parameter)}: ${text(top.at_low)} in its lowest quarter, ${text(top.at_high)} in its highest`}
        units={`Across: mean of ${objective.name}${objective.probability ? " (%)" : ""} over the worlds in which the parameter lies in its lowest quarter (○) and in its highest (●); the line is the mean of all, ${text(all)}. The ${shown.length} widest of ${rows.length} parameters.`}
        rows={rows}
        controls={<Select label="Outcome" value={place} onPick={setPlace} options={study.hangs_on.map((x, i) => ({
          value: i, text: x.difference ? `${plain(x.policy)} minus ${plain(study.policies[0].name)}` : plain(x.policy) }))} />}
        draw={(width) => plot({
          width, height: 46 + 24 * shown.length, marginLeft: Math.min(170, width * 0.38), marginRight: 14,
          x: { label: `${objective!.name}${objective!.probability ? (h.difference ? " (percentage points)" : " (%)") : ""} →`, grid: true }, y: { label: null, domain: shown.map((r) => r.parameter), tickFormat: (n) => plain(n) },
          marks: [
            Plot.ruleX([scale * all], { stroke: "var(--ink)" }),
            Plot.barX(shown, { y: "parameter", x1: (d) => scale * d.at_low, x2: (d) => scale * d.at_high, fill: (d) => (d.at_high > d.at_low ? "var(--b)" : "var(--a)"), fillOpacity: 0.55, insetTop: 4, insetBottom: 4 }),
            Plot.dot(shown, { y: "parameter", x: (d) => scale * d.at_low, stroke: "var(--ink)", fill: "var(--paper)", r: 4 }),
            Plot.dot(shown, { y: "parameter", x: (d) => scale * d.at_high, fill: "var(--ink)", r: 4,
                              title: (d) => `${d.parameter}: ${d.meaning}` }),
          ],
        })} />
      <Figure id="pawn"
        title={`${sure.length} of ${rows.length} parameters stand out from noise${sure.length ? `: ${sure.slice(0, 3).map((r) => plain(r.parameter)).join(", ")}${sure.length > 3 ? ", …" : ""}` : ""}`}
        units={`Across: PAWN, how far fixing a parameter moves the whole distribution of ${what} (Kolmogorov-Smirnov distance, median over ten slides). Left of the dashed line (${number(h.floor)}) it is what a parameter without effect gets.`}
        rows={rows.map(({ parameter, pawn, rank_slope }) => ({ parameter, pawn, noise_floor: h.floor, rank_slope }))}
        draw={(width) => plot({
          width, height: 46 + 22 * Math.min(most, rows.length), marginLeft: Math.min(170, width * 0.38), marginRight: 14,
          x: { label: "PAWN median →", grid: true }, y: { label: null, domain: rows.slice(0, most).map((r) => r.parameter), tickFormat: (n) => plain(n) },
          marks: [
            Plot.ruleX([h.floor], { stroke: "var(--ink)", strokeDasharray: "4 3" }),
            Plot.ruleY(rows.slice(0, most), { y: "parameter", x1: 0, x2: "pawn", stroke: "var(--line)", strokeWidth: 2 }),
            Plot.dot(rows.slice(0, most), { y: "parameter", x: "pawn", r: 4.5, fill: (d) => ((d.pawn ?? 0) > h.floor ? "var(--a)" : "var(--quiet)") }),
          ],
        })}
        note={<>Regression on ranks explains {percent(h.rank_r_squared)} of the variance in this sample ({study.single_worlds.number.length} worlds, {rows.length} parameters; the fewer worlds for a parameter, the more of that is chance).</>} />
    </>
  );
}

export function Doubt() {
  return (
    <section id="doubt">
      <h2>Deciding under doubt</h2>
      <p>{study.objective_sentence}</p>
      <Regret />
      <Matters />
    </section>
  );
}
