// The policies side by side: whole distributions over the worlds, not bars of means.
import * as Plot from "@observablehq/plot";
import { useState } from "preact/hooks";
import { Figure, Select, plot } from "../../common/figure";
import { capital, describe, called, known, mean, number, percent, plain, quantile, unit, value } from
         "../../common/words";
import { choices, measureNamed, minimised, objective, study, worldsOf } from "../data";

export const better = (a: number, b: number) => (minimised ? a < b : a > b);

// The policy with the best mean of the objective, as a place.
export function bestOnAverage(): number {
  const of = (k: number) => study.policies[k].measures[objective!.name].mean ?? NaN;
  return choices.reduce((best, k) => (better(of(k), of(best)) || !known(of(best)) ? k : best), choices[0]);
}

function distributionTitle(name: string): string {
  const m = measureNamed(name);
  const all = study.policies.map((p) => ({ p, mean: p.measures[name].mean })).filter((x) => known(x.mean)) as
    { p: (typeof study.policies)[number]; mean: number }[];
  const chosen = all.filter((x) => !x.p.counterfactual);
  const low = chosen.reduce((a, b) => (b.mean < a.mean ? b : a), chosen[0]);
  const high = chosen.reduce((a, b) => (b.mean > a.mean ? b : a), chosen[0]);
  if (!low) return describe(m);
  if (low === high) return `${capital(describe(m))}: ${value(m, low.mean)} on average under ${called(low.p)}`;
  return `${capital(describe(m))}: ${value(m, low.mean)} on average under ${called(low.p)}, ${value(m, high.mean)} under ${called(high.p)}`;
}

function Distributions() {
  const single = study.measures.filter((m) => m.rounds === 0 && !m.like);
  const [name, setName] = useState((objective ?? single[0]).name);
  const m = measureNamed(name);
  const worlds = study.policies.map((_, k) => worldsOf(k, name));
  const points = worlds.flatMap((v, k) => v.map((y, w) => ({ policy: plain(study.policies[k].name), world: study.single_worlds.number[w], y })))
    .filter((d): d is typeof d & { y: number } => known(d.y));
  const summary = study.policies.map((p, k) => ({
    policy: plain(p.name), mean: p.measures[name].mean, q05: p.measures[name].q05, q95: p.measures[name].q95,
    median: worlds[k].some(known) ? quantile(worlds[k].filter(known), 0.5) : null,
  }));
  const dots = points.length <= 12 * 160;
  return (
    <Figure id="distributions" title={distributionTitle(name)}
      units={`Horizontal: ${describe(m)} (${unit(m)}). Each ${dots ? "dot is a plausible world" : "bar counts plausible worlds"}; the bar spans 90 % of them, the tick is the mean over all ${study.worlds}.`}
      rows={summary.map((s) => ({ ...s, measure: name }))}
      controls={<Select label="Measure" value={name} onPick={setName}
        options={single.map((x) => ({ value: x.name, text: describe(x) }))} />}
      draw={(width) => plot({
        width, height: 50 + 56 * study.policies.length, marginLeft: Math.min(150, width * 0.34), marginRight: 16, marginTop: 8,
        x: { label: `${m.name} →`, grid: true, percent: m.probability, ...(m.probability ? { label: `${describe(m)} (%) →` } : {}) },
        fy: { axis: null, domain: study.policies.map((p) => plain(p.name)), padding: 0.05 },
        marks: [
          dots
            ? Plot.dot(points, Plot.dodgeY({ fy: "policy", x: "y", r: width > 600 ? 2.6 : 1.8, fill: "var(--a)", fillOpacity: 0.75, anchor: "bottom", padding: 0.2, dy: -4 }))
            : Plot.rectY(points, Plot.binX({ y: "count" }, { fy: "policy", x: "y", fill: "var(--a)", thresholds: 40 } as Plot.BinXInputs<Plot.RectYOptions>)),
          Plot.barX(summary, { fy: "policy", x1: "q05", x2: "q95", fill: "var(--ink)", fillOpacity: 0.45, insetTop: 50 }),
          Plot.tickX(summary, { fy: "policy", x: "mean", stroke: "var(--b)", strokeWidth: 3, insetTop: 8 }),
          Plot.text(summary, { fy: "policy", frameAnchor: "left", textAnchor: "end", text: (d) => `${d.policy}\nmean ${value(m, d.mean)}`, dx: -10, lineHeight: 1.25 }),
        ],
      })} />
  );
}

function Differences() {
  if (!objective || study.policies.length < 2) return null;
  const base = worldsOf(0, objective.name);
  const rows = study.policies.slice(1).map((p, i) => {
    const d = worldsOf(i + 1, objective!.name).map((v, w) => (known(v) && known(base[w]) ? v - (base[w] as number) : NaN)).filter(known);
    return { policy: plain(p.name), worlds: d.length, better: d.length ? d.filter((x) => better(x, 0)).length / d.length : null,
             mean: d.length ? mean(d) : null, q05: d.length ? quantile(d, 0.05) : null, q95: d.length ? quantile(d, 0.95) : null,
             chosen: !p.counterfactual };
  });
  const points = study.policies.slice(1).flatMap((p, i) => worldsOf(i + 1, objective!.name)
    .map((v, w) => ({ policy: plain(p.name), d: known(v) && known(base[w]) ? v - (base[w] as number) : NaN })).filter((x) => known(x.d)));
  const ranked = rows.filter((r) => r.chosen && known(r.better));
  const top = ranked.reduce((a, b) => ((b.better as number) > (a.better as number) ? b : a), ranked[0]);
  const first = plain(study.policies[0].name);
  const word = minimised ? "lower" : "higher";
  const scale = objective.probability ? 100 : 1;
  return (
    <Figure id="differences"
      title={top ? `World by world, ${called(top.policy)} makes ‘${describe(objective)}’ ${word} than ${called(first)} in ${percent(top.better)} of the worlds` : `Differences from ${first}`}
      units={`Horizontal: difference of ${called(objective.name)} from ${first} in the same world (${objective.probability ? "percentage points" : "units of payoff"}); left of the line it is lower. Each mark is a world.`}
      rows={rows.map((r) => ({ ...r, chosen: r.chosen ? "yes" : "no" }))}
      draw={(width) => plot({
        width, height: 50 + 34 * rows.length, marginLeft: Math.min(150, width * 0.34), marginRight: 16,
        x: { label: `difference (${objective!.probability ? "percentage points" : "payoff"}) →`, grid: true },
        y: { label: null, domain: rows.map((r) => r.policy) },
        marks: [
          Plot.ruleX([0], { stroke: "var(--ink)" }),
          Plot.tickX(points, { y: "policy", x: (d) => scale * d.d, stroke: (d) => (better(d.d, 0) ? "var(--a)" : "var(--b)"), strokeOpacity: 0.55, insetTop: 5, insetBottom: 5 }),
          Plot.dot(rows, { y: "policy", x: (d) => scale * d.mean, fill: "var(--paper)", stroke: "var(--ink)", strokeWidth: 2, r: 5 }),
        ],
      })}
      note={<span class="key"><span><b class="series-0">┃</b> better than {first}</span> <span><b class="series-1">┃</b> worse</span> <span><b>○</b> mean</span></span>} />
  );
}

function Given() {
  if (!objective || !study.by_type[0]?.length) return null;
  const rows = study.policies.flatMap((p, k) => study.by_type[k].map((g) => ({
    policy: plain(p.name), actor: g.actor, type: plain(g.type), given: `${g.actor} ${plain(g.type)}`, mean: g.means[objective!.name] ?? null,
  })));
  const types = study.by_type[0].map((g) => `${g.actor} ${plain(g.type)}`);
  const spread = (t: string) => { const v = rows.filter((r) => r.given === t && known(r.mean)).map((r) => r.mean as number); return mean(v); };
  const sorted = [...types].sort((a, b) => spread(a) - spread(b));
  const scale = objective.probability ? 100 : 1;
  // One line for each actor, so that its types stand side by side; two actors of two types share theirs.
  const actors = [...new Set(rows.map((r) => r.actor))];
  const apart = types.length > 4;
  const place = (r: { actor: string; type: string }) => String(apart
    ? [...new Set(rows.filter((x) => x.actor === r.actor).map((x) => x.type))].indexOf(r.type)
    : types.indexOf(`${r.actor} ${r.type}`));
  const policies = study.policies.map((p) => plain(p.name));
  const classes = ["series-1", "series-0", "series-2", "series-3"];
  return (
    <Figure id="by-type"
      title={`${capital(describe(objective))}: lowest if ${sorted[0]} (${value(objective, spread(sorted[0]))} over the policies), highest if ${sorted[sorted.length - 1]} (${value(objective, spread(sorted[sorted.length - 1]))})`}
      units={`Horizontal: mean over the worlds of ${called(objective.name)} given that the actor is of that type${objective.probability ? " (%)" : " (payoff)"}.`}
      rows={rows}
      draw={(width) => plot({
        width, height: apart ? 50 + actors.length * (24 + 18 * policies.length) : 50 + 30 * policies.length,
        marginLeft: Math.min(150, width * 0.34), marginRight: apart ? 90 : 16,
        x: { label: `${objective!.name}${objective!.probability ? " (%)" : ""} →`, grid: true }, y: { label: null, domain: policies },
        ...(apart ? { fy: { label: null, domain: actors } } : {}),
        color: { domain: ["0", "1", "2", "3", "4"], range: ["var(--b)", "var(--a)", "var(--c)", "var(--d)", "var(--ink)"] },
        symbol: { domain: ["0", "1", "2", "3", "4"], range: ["circle", "square", "triangle", "diamond", "times"] },
        marks: [
          Plot.ruleY(policies, { y: (d) => d, stroke: "var(--line)" }),
          Plot.dot(rows, { y: "policy", x: (d) => (known(d.mean) ? scale * d.mean : NaN), fill: place, symbol: place, r: 4.5,
                           ...(apart ? { fy: "actor" } : {}), title: (d) => `${d.policy}, ${d.given}: ${value(objective!, d.mean)}` }),
        ],
      })}
      note={<span class="key">{rows.filter((r) => r.policy === policies[0]).map((r) =>
        <span><b class={classes[Number(place(r))]}>{"●■▲◆✕"[Number(place(r))]}</b> {r.given} </span>)}</span>} />
  );
}

export function Policies() {
  return (
    <section id="policies">
      <h2>What could be done</h2>
      <dl class="policies">
        {study.policies.map((p, k) => (
          <div><dt>{plain(p.name)}{p.counterfactual && <span class="quiet"> (another world)</span>}</dt>
            <dd>{p.description || "–"}{p.text && <> <code>{p.text}</code></>}
              {p.bound_types && <> {p.bound_types.join("; ")}.</>}
              {p.ranking && objective && <span class="quiet"> Best in {percent(p.ranking.best_share)} of the worlds; regret at most {objective.probability ? `${number(100 * p.ranking.worst_regret)} points` : number(p.ranking.worst_regret)}.</span>}
              {k === 0 && <span class="quiet"> The others are compared with it.</span>}</dd></div>
        ))}
      </dl>
      <Distributions />
      <Differences />
      <Given />
    </section>
  );
}
