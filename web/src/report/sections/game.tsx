// The game itself: who moves when, what each option does, and how often it is taken.
import * as Plot from "@observablehq/plot";
import { useState } from "preact/hooks";
import { Figure, Select, plot } from "../../common/figure";
import { called, capital, counted, describe, percent, plain } from "../../common/words";
import { policyOptions, round, study, type Option } from "../data";

interface Line { key: string; stage: number; decision: number | null; name: string; who: string; options: Option[] }

const whoOf = (actor: string) => study.actors.find((a) => a.name === actor)?.stands_for ?? actor;

// One line for each choice or chance, in the order of a round.
const choicesAndChances = () => study.stages.flatMap((s, k): Line[] =>
  [
    ...s.decisions.map((d, i): Line => ({ key: `${k}.${i}`, stage: k, decision: i, name: d.name, who: whoOf(d.actor), options: d.options }))
      .filter((_, i) => !s.decisions[i].like),
    // Of a stage with decisions: what is seen of what was done in secret.
    ...(s.outcomes.length ? [{ key: `${k}`, stage: k, decision: null, name: s.name, who: s.decisions.length ? "seen" : "chance", options: s.outcomes }] : []),
  ])
  // A chance with one outcome only keeps the books.
  .filter((l) => l.options.length > 1);

const colours = ["var(--a)", "var(--b)", "var(--c)", "var(--d)", "var(--e)", "var(--f)"];

function Board() {
  const [place, setPlace] = useState(0);
  const sample = study.courses[place];
  const lines = choicesAndChances();
  const rows = sample.stages.flatMap((t) => {
    const line = lines.find((l) => l.stage === t.stage && l.decision === t.decision);
    if (!line) return [];
    let from = 0;
    return t.options.map((p, o) => {
      const out = { key: line.key, stage: line.name, who: line.who, round: t.round, option: line.options[o].name, place: o,
                    share: p, reached: t.reached, from, to: from + p };
      from += p;
      return out;
    }).filter((r) => r.share > 0);
  });
  const doubt = (key: string, r: number) => rows.filter((x) => x.key === key && x.round === r)
    .reduce((s, x) => s - x.share * Math.log(x.share / x.reached), 0);
  const cells = [...new Map(rows.filter((r) => r.who !== "chance" && r.who !== "seen").map((r) => [`${r.key} ${r.round}`, r])).values()];
  const open = cells.reduce((a, b) => (doubt(b.key, b.round) > doubt(a.key, a.round) ? b : a), cells[0]);
  const taken = open && rows.filter((r) => r.key === open.key && r.round === open.round);
  const used = lines.filter((l) => rows.some((r) => r.key === l.key));
  const label = study.round_label || "round";
  return (
    <Figure id="board"
      title={open ? `Under ${called(study.policies[place])} the most open choice is ${open.who}'s ${called(open.stage)} in ${round(open.round).toLowerCase()}: ${taken.map((t) => `${plain(t.option)} ${percent(t.share)}`).join(", ")}` : "Who moves when"}
      units={`Down: the choices and chances of a ${label}, in the order of play. Across: ${label}. Full width of a cell: all courses; a bar ends where the course no longer comes by; its parts are the options taken, in the order listed below (median world, ${counted(sample.courses, "course")} drawn with seed ${study.seed}).`}
      rows={rows.map(({ stage, who, round: r, option, share, reached }) => ({ stage, who, round: r, option, share, reached }))}
      controls={<Select label="Policy" value={place} options={policyOptions()} onPick={setPlace} />}
      draw={(width) => plot({
        width, height: 40 + 26 * used.length, marginLeft: Math.min(190, width * 0.36), marginTop: 34, marginBottom: 10, marginRight: 4,
        fx: width < 560 ? { label, axis: "top", padding: 0.08 } : { label: null, tickFormat: (r) => round(r), axis: "top", padding: 0.08 },
        x: { axis: null, domain: [0, 1] }, y: { label: null, domain: used.map((l) => l.key),
          tickFormat: (k) => { const l = used.find((x) => x.key === k)!; return `${plain(l.name)} · ${l.who}`; } },
        marks: [
          Plot.barX(rows, { fx: "round", y: "key", x1: 0, x2: 1, fill: "var(--line)", fillOpacity: 0.35, insetTop: 3, insetBottom: 3 }),
          Plot.barX(rows, { fx: "round", y: "key", x1: "from", x2: "to", fill: (d) => colours[d.place % colours.length], insetTop: 3, insetBottom: 3, insetRight: 0.6,
                            title: (d) => `${d.who}, ${plain(d.stage)}, ${round(d.round).toLowerCase()}: ${plain(d.option)} ${percent(d.share)} (reached in ${percent(d.reached)} of the courses)` }),
        ],
      })} />
  );
}

export function Game() {
  const label = study.round_label || "round";
  return (
    <section id="game">
      <h2>The game</h2>
      <p>A {label} has these steps, in this order; a step is skipped where its condition does not hold. There are {counted(study.horizon, label)}.</p>
      <Board />
      <ol class="stages">
        {study.stages.map((s) => {
          const lists = s.decisions.filter((d) => !d.like).map((d) => ({ who: whoOf(d.actor) + (s.hidden ? ", unseen" : ""), name: d.name, options: d.options }));
          if (s.outcomes.length) lists.push({ who: s.decisions.length ? "seen" : "chance", name: s.name, options: s.outcomes });
          return (
            <li class={s.decisions.length ? "" : "chance"}>
              <details>
                <summary><b>{plain(s.name)}</b> <span class="quiet">{lists.map((l) => l.who).join(s.hidden ? "; " : " and ")}</span>
                  {" "}{lists.flatMap((l) => l.options.map((o, k) => ({ ...o, k }))).filter((_, i, all) => all.length > 1 || i > 0).map(({ k, ...o }) => <span class="chip"><b style={{ color: colours[k % colours.length] }}>■</b> {plain(o.name)}</span>)}</summary>
                {s.description && <p>{capital(describe(s))}</p>}
                <p><code>{s.head}</code></p>
                <ul class="plain">{lists.flatMap((l) => l.options.map((o) => <li>{o.description && <span>{o.description}: </span>}<code>{o.text}</code></li>))}</ul>
              </details>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
