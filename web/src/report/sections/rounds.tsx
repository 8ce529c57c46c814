// Round by round: probabilities over the worlds, beliefs over time, and the likeliest course of events.
import * as Plot from "@observablehq/plot";
import { useState } from "preact/hooks";
import { takenProbability, whoMoves } from "../../common/alike";
import { Figure, Select, plot } from "../../common/figure";
import { Timeline as Story } from "../../common/timeline";
import { called, capital, counted, describe, known, percent, plain, quantile, unit, value } from "../../common/words";
import { columnOf, measureNamed, policyOptions, round, study } from "../data";

function Fan() {
  const measures = study.measures.filter((m) => m.rounds > 0 && !m.like);
  const [name, setName] = useState(measures[0]?.name ?? "");
  if (measures.length === 0) return null;
  const m = measureNamed(name);
  const scale = m.probability ? 100 : 1;
  const rows = study.policies.flatMap((p, k) => p.measures[name].rounds!.map((s, r) => {
    const v = study.single_worlds.values[k][columnOf(name, r)].filter(known);
    return { policy: plain(p.name), round: r + 1, mean: s.mean, q05: s.q05, q95: s.q95,
             q25: v.length ? quantile(v, 0.25) : null, q75: v.length ? quantile(v, 0.75) : null };
  }));
  const known_ = rows.filter((r) => known(r.mean));
  const peak = known_.reduce((a, b) => ((b.mean as number) > (a.mean as number) ? b : a), known_[0]);
  const first = known_.filter((r) => r.policy === plain(study.policies[0].name));
  const own = first.reduce((a, b) => ((b.mean as number) > (a.mean as number) ? b : a), first[0]);
  const title = peak && own
    ? `${capital(describe(m))}: likeliest in ${round(own.round).toLowerCase()} under ${called(own.policy)} (${value(m, own.mean)})` +
      (peak.policy !== own.policy ? `; highest of all under ${called(peak.policy)} in ${round(peak.round).toLowerCase()} (${value(m, peak.mean)})` : "")
    : describe(m);
  const columns = (width: number) => Math.max(2, Math.min(5, Math.floor(width / 150)));
  const label = study.round_label || "round";
  return (
    <Figure id="fan" title={title}
      units={`Across: ${label}. Up: ${describe(m)} (${m.probability ? "probability, %" : unit(m)}). Line: mean over the worlds; bands: half and 90 % of them.`}
      rows={rows.map((r) => ({ ...r, measure: name }))}
      controls={<Select label="Measure" value={name} onPick={setName} options={measures.map((x) => ({ value: x.name, text: describe(x) }))} />}
      draw={(width) => {
        const n = columns(width);
        const at = (p: string) => study.policies.findIndex((x) => plain(x.name) === p);
        const fx = (d: { policy: string }) => at(d.policy) % n;
        const fy = (d: { policy: string }) => Math.floor(at(d.policy) / n);
        return plot({
          width, height: 30 + 136 * Math.ceil(study.policies.length / n), marginLeft: 34, marginTop: 20, 
          fx: { axis: null, padding: 0.08 }, fy: { axis: null, padding: 0.3 },
          x: { label: `${label} →`, ticks: study.horizon > 12 ? 6 : study.horizon, tickFormat: (d) => (Number.isInteger(d) ? String(d) : "") },
          y: { label: null, grid: true, ticks: 4 },
          marks: [
            Plot.areaY(rows, { fx, fy, x: "round", y1: (d) => scale * d.q05, y2: (d) => scale * d.q95, fill: "var(--a)", fillOpacity: 0.16 }),
            Plot.areaY(rows, { fx, fy, x: "round", y1: (d) => scale * d.q25, y2: (d) => scale * d.q75, fill: "var(--a)", fillOpacity: 0.28 }),
            Plot.lineY(rows, { fx, fy, x: "round", y: (d) => scale * d.mean, stroke: "var(--a)", strokeWidth: 2, marker: "dot" }),
            Plot.text(study.policies.map((p) => ({ policy: plain(p.name) })), { fx, fy, text: "policy", frameAnchor: "top-left", dy: -14, fontWeight: 600 }),
          ],
        });
      }} />
  );
}

function Beliefs() {
  const [place, setPlace] = useState(0);
  const sample = study.courses[place];
  const shown = study.actors.filter((a) => a.types.length > 1 && !a.like);
  if (shown.length === 0 || !sample?.beliefs.length) return null;
  const label = study.round_label || "round";
  // Of two types the first tells all.
  const paths = sample.beliefs.filter((b) => b.given !== null &&
    b.type === study.actors.find((a) => a.name === b.actor)!.types[0].name);
  const rows = paths.flatMap((b) => b.after.map((x, t) => ({
    actor: b.actor, belief: `${b.actor} is ${plain(b.type)}`, truth: plain(b.given!), [label]: t, mean: x[0], q05: x[1], q25: x[2], median: x[3], q75: x[4], q95: x[5],
  })));
  const at = (r: (typeof rows)[number]) => r[label] as number;
  const ends = paths.map((b) => ({ b, end: b.after[b.after.length - 1][0] }));
  const own = ends.find((e) => e.b.given === e.b.type), other = ends.find((e) => own && e.b.actor === own.b.actor && e.b.given !== e.b.type);
  const actor = own && study.actors.find((a) => a.name === own.b.actor)!;
  const title = own && other && actor
    ? `Under ${called(study.policies[place])}, play moves the belief that ${describe(actor)} is ${plain(own.b.type)} to ${percent(own.end)} on average if it is true, and ${percent(other.end)} if not`
    : "Beliefs over time";
  const truths = [...new Set(rows.map((r) => r.truth))];
  return (
    <Figure id="beliefs" title={title}
      units={`Across: ${label} (0: the prior). Up: what the others believe (probability, %), in the median world, over ${counted(sample.courses, "course")} of events drawn with seed ${study.seed}. Line: mean; band: half of the courses.`}
      rows={rows as never}
      controls={<Select label="Policy" value={place} options={policyOptions()} onPick={setPlace} />}
      draw={(width) => plot({
        width, height: 230 * (width < 520 ? shown.length : 1), marginLeft: 40, marginTop: 26, 
        ...(width < 520 ? { fy: { axis: null, padding: 0.16 } } : { fx: { axis: null, padding: 0.1 } }),
        x: { label: `${label} →`, ticks: study.horizon > 12 ? 6 : study.horizon, tickFormat: (d) => (Number.isInteger(d) ? String(d) : "") },
        y: { label: null, domain: [0, 100], grid: true },
        color: { domain: truths, range: ["var(--b)", "var(--a)", "var(--c)", "var(--d)"] },
        marks: ((facet: object) => [
          Plot.areaY(rows, { ...facet, x: at, y1: (d) => 100 * d.q25, y2: (d) => 100 * d.q75, fill: "truth", fillOpacity: 0.2, z: "truth" }),
          Plot.lineY(rows, { ...facet, x: at, y: (d) => 100 * d.mean, stroke: "truth", strokeWidth: 2, z: "truth" }),
          Plot.text(rows.filter((r) => at(r) === study.horizon), { ...facet, x: at, y: (d) => 100 * d.mean, text: (d) => `if ${d.truth}`, textAnchor: "end", dy: -9, fill: "truth", fontWeight: 600 }),
          Plot.text([...new Set(rows.map((r) => r.belief))].map((b) => ({ belief: b })), { ...facet, text: (d) => `belief that ${d.belief} (%)`, frameAnchor: "top-left", dy: -18, fontWeight: 600 }),
        ])(width < 520 ? { fy: "belief" } : { fx: "belief" }),
      })} />
  );
}

function Timeline() {
  const [place, setPlace] = useState(0);
  const m = study.median_world.policies[place];
  if (!m.course) return null;
  const rows = m.course.steps.flatMap((s) => s.movers.map((x) => ({
    round: s.round, stage: s.stage, who: whoMoves(x), does: x.taken, probability: takenProbability(x),
  })));
  const bold = rows.filter((r) => r.probability < 0.999).reduce((a, b) => (b.probability < a.probability ? b : a), rows[0]);
  return (
    <Figure id="timeline"
      title={`The likeliest course under ${called(study.policies[place])} has probability ${percent(m.course.probability)}; its least certain step is ${bold.who === "chance" ? "the chance" : `${bold.who}'s choice`} ${called(bold.does)} in ${round(bold.round).toLowerCase()} (${percent(bold.probability)})`}
      units="In the median world. After each event: its probability in the eyes of the public when it happened."
      rows={rows}
      controls={<Select label="Policy" value={place} options={policyOptions()} onPick={setPlace} />}>
      <Story story={m.story!} />
    </Figure>
  );
}

export function Rounds() {
  return (
    <section id="rounds">
      <h2>What happens, {study.round_label || "round"} by {study.round_label || "round"}</h2>
      <Fan />
      <Beliefs />
      <Timeline />
    </section>
  );
}
