// Who plays, what they may want in secret, and how sure the others are of it.
import * as Plot from "@observablehq/plot";
import { Figure, plot } from "../../common/figure";
import { capital, counted, describe, known, number, percent, plain } from "../../common/words";
import { study, type Actor, type Param } from "../data";
import { ownerOf } from "../owner";

// Parameters that depend on an actor's type: "lives[open_ended]", "lives[limited]".
interface Private { base: string; words: string; source: string; params: { type: string; param: Param }[] }

function privates(actor: Actor): Private[] {
  const out: Private[] = [];
  for (const p of study.params) {
    const owned = ownerOf(p.name, study.actors, study.stages);
    if (owned?.actor !== actor) continue;
    let found = out.find((x) => x.base === owned.base);
    if (!found) out.push((found = { base: owned.base, words: p.description, source: p.source, params: [] }));
    found.params.push({ type: owned.type, param: p });
  }
  return out;
}

const low = (p: Param) => (known(p.q05) ? p.q05 : p.median);
const high = (p: Param) => (known(p.q95) ? p.q95 : p.median);

// How far the types lie apart, in units of their ranges.
function gap(x: Private): number {
  const [a, b] = x.params.map((y) => y.param);
  if (!a || !b) return 0;
  const spread = (high(a) - low(a) + high(b) - low(b)) / 2 || 1e-9;
  return Math.abs(a.median - b.median) / spread;
}

function Wants({ actor }: { actor: Actor }) {
  const list = privates(actor);
  if (list.length === 0) return null;
  const widest = [...list].sort((a, b) => gap(b) - gap(a))[0];
  const rows = list.flatMap((x) => x.params.map(({ type, param }) => ({
    what: x.words || plain(x.base), parameter: param.name, type: plain(type), low: low(param), median: param.median,
    high: high(param), reason: param.source,
  })));
  const types = actor.types.map((t) => plain(t.name));
  const first = widest.params[0], second = widest.params[1];
  const title = second
    ? `The types of ${describe(actor)} differ most in ${widest.words || plain(widest.base)}: about ` +
      `${number(first.param.median)} if ${plain(first.type)}, ${number(second.param.median)} if ${plain(second.type)}`
    : `What ${describe(actor)} wants`;
  return (
    <Figure id={`wants-${actor.name}`} title={title}
      units="What each thing is worth, in units of payoff: the line spans 90 % of the plausible values, the dot is the median."
      rows={rows}
      draw={(width) => plot({
        width, height: 50 + 46 * list.length, marginLeft: 8, marginTop: 8, 
        x: { label: "value →", grid: true }, fy: { axis: null, padding: 0.04, domain: list.map((x) => x.words || plain(x.base)) },
        y: { axis: null, domain: ["", ...types], padding: 0.25 },
        color: { domain: types, range: ["var(--a)", "var(--b)", "var(--c)", "var(--d)"] },
        symbol: { domain: types, range: ["circle", "square", "triangle", "diamond"] },
        marks: [
          Plot.text(list, { fy: (x) => x.words || plain(x.base), text: (x) => x.words || plain(x.base), frameAnchor: "top-left",
                            dy: 2, dx: 2, fontSize: 11.5, fill: "var(--quiet)", textOverflow: "ellipsis", lineWidth: (width - 24) / 12.5 }),
          Plot.ruleY(rows, { fy: "what", y: "type", x1: "low", x2: "high", stroke: "type", strokeWidth: 2.5 }),
          Plot.dot(rows, { fy: "what", y: "type", x: "median", fill: "type", symbol: "type", r: 4, tip: false,
                           title: (d) => `${d.parameter}: ${number(d.low)} to ${number(d.high)}\n${d.reason}` }),
        ],
      })}
      note={<span class="key">{types.map((t, k) => <span><b class={`series-${k}`}>{"●■▲◆"[k]}</b> {t} </span>)}</span>} />
  );
}

export function Actors() {
  const shown = study.actors.filter((a) => !a.like);
  const informed = shown.filter((a) => a.types.length > 1);
  return (
    <section id="actors">
      <h2>Who acts, and what they may want</h2>
      <p>
        {counted(study.actors.length, "actor")} {informed.length
          ? `choose; ${informed.map(describe).join(" and ")} ${informed.length > 1 ? "have" : "has"} private aims, of which the others only have a belief.`
          : "choose, and nobody has anything to hide."}{" "}
        Everybody picks better options more often, not always: precision says how reliably.
      </p>
      <div class="cards">
        {shown.map((a) => (
          <article class="card">
            <h3>{a.stands_for ? plain(a.stands_for) : capital(describe(a))}</h3>
            <dl>
              {a.types.map((t, k) => (
                <>
                  <dt><b class={`series-${k}`}>{"●■▲◆"[k]}</b> {plain(t.name)} <span class="quiet">prior {percent(t.prior)}</span></dt>
                  <dd>{t.description || "–"}</dd>
                </>
              ))}
              {a.types.length === 0 && <><dt>nothing to hide</dt><dd>what it wants is known to all</dd></>}
            </dl>
            <p class="quiet">precision {known(a.precision) ? number(a.precision) : "infinite"}{known(a.discount) && a.discount !== 1 ? `; the next ${study.round_label || "round"} counts ${number(a.discount)}` : ""} (median world)</p>
            {a.payoffs.length > 0 && <p><code>{a.payoffs.join(" · ")}</code></p>}
          </article>
        ))}
      </div>
      {informed.map((a) => <Wants actor={a} />)}
      <details class="list">
        <summary>All {study.params.length} parameters, with the reason for each range</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label="Parameters">
          <table>
            <thead><tr><th>parameter</th><th>meaning</th><th>5 %</th><th>median</th><th>95 %</th><th>drawn</th><th>reason</th></tr></thead>
            <tbody>
              {study.params.map((p) => (
                <tr><td><code>{p.name}</code></td><td>{p.description}</td><td class="n">{number(p.q05)}</td>
                  <td class="n">{number(p.median)}</td><td class="n">{number(p.q95)}</td><td>{p.distribution}</td><td>{p.source}</td></tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}
