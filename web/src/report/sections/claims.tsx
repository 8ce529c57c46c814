// Every claim with its verdict, how far it holds in each world, and the picture of where it fails.
import * as Plot from "@observablehq/plot";
import { useState } from "preact/hooks";
import { Figure, Select, plot } from "../../common/figure";
import { capital, known, mark, number, percent, plain, quantile, verdictWord } from "../../common/words";
import { paramNamed, paramOf, study, type Claim } from "../data";

// A value that many margins do not stretch the axis beyond.
function clip(values: number[]): [number, number] {
  const low = quantile(values, 0.01), high = quantile(values, 0.99);
  return [Math.min(low, 0), Math.max(high, 0)];
}

function separation(c: Claim): string {
  const s = c.separated_by[0];
  if (!s) return "";
  return `; ${c.verdict === "fails" ? "it holds less" : "it fails more"} where ${plain(s.param)} is ${s.fails_where} ${number(s.boundary)}`;
}

function title(c: Claim): string {
  if (c.worlds === 0) return `${c.text}: no world can judge it`;
  const share = percent(c.share);
  if (c.share === 1) return `${c.text}: true in every world`;
  if (c.share === 0) return `${c.text}: true in no world`;
  return `${c.text}: true in ${share} of the worlds${separation(c)}`;
}

function Where({ claim, place, width }: { claim: Claim; place: number; width?: number }) {
  void width;
  const names = claim.separated_by.map((s) => s.param);
  const [x, setX] = useState(names[0] ?? study.single_worlds.names[0]);
  const [y, setY] = useState(names[1] ?? study.single_worlds.names.find((n) => n !== x) ?? x);
  const margins = study.single_worlds.margins[place];
  const options = study.single_worlds.names.map((n) => ({ value: n, text: plain(n) }));
  const xs = paramOf(x), ys = paramOf(y);
  const rows = margins.map((m, w) => ({
    world: study.single_worlds.number[w], [x]: xs[w], ...(y === x ? {} : { [y]: ys[w] }), margin: m,
    holds: known(m) ? (m > 0 || (m === 0 && (claim.share ?? 0) > 0.5) ? "holds" : "fails") : "unknown",
  }));
  const cut = claim.separated_by.find((s) => s.param === x);
  const cutY = claim.separated_by.find((s) => s.param === y);
  const label = (n: string) => `${paramNamed(n)?.description || plain(n)} →`;
  const failing = rows.filter((r) => r.holds === "fails").length;
  const heading = cut
    ? `Where it fails: ${plain(x)} ${cut.fails_where} ${number(cut.boundary)}`
    : `The worlds where it fails (${failing}), by ${plain(x)} and ${plain(y)}`;
  return (
    <Figure id={`where-${claim.name}`} title={heading}
      units="Each mark is a plausible world: a dot where the claim holds, a cross where it fails. The dashed line divides them best."
      rows={rows as never}
      controls={<><Select label="Across" value={x} options={options} onPick={setX} /> <Select label="Up" value={y} options={options} onPick={setY} /></>}
      draw={(w) => plot({
        width: w, height: Math.min(300, Math.max(220, w * 0.6)), marginLeft: 44, 
        x: { label: fitted(label(x), w / 7), grid: true }, y: { label: fitted(label(y), w / 7), grid: true },
        marks: [
          ...(cut ? [Plot.ruleX([cut.boundary], { stroke: "var(--ink)", strokeDasharray: "4 3" })] : []),
          ...(cutY ? [Plot.ruleY([cutY.boundary], { stroke: "var(--ink)", strokeDasharray: "4 3" })] : []),
          Plot.dot(rows.filter((r) => r.holds === "holds"), { x, y, r: 3, fill: "var(--a)", fillOpacity: 0.8 }),
          Plot.dot(rows.filter((r) => r.holds === "fails"), { x, y, r: 4, symbol: "times", stroke: "var(--b)", strokeWidth: 2 }),
        ],
      })} />
  );
}
const fitted = (text: string, most: number) => (text.length > most ? `${text.slice(0, Math.floor(most) - 3)}… →` : text);

function One({ claim, place }: { claim: Claim; place: number }) {
  const margins = study.single_worlds.margins[place];
  const values = margins.filter(known);
  const rows = margins.map((m, w) => ({ world: study.single_worlds.number[w], margin: m }));
  const domain = values.length ? clip(values) : [0, 1];
  const inside = (m: number) => Math.min(Math.max(m, domain[0]), domain[1]);
  const mixed = claim.separated_by.length > 0;
  return (
    <article class={mixed ? "claim two" : "claim"} id={`claim-${claim.name}`}>
      <Figure id={`margin-${claim.name}`} title={title(claim)}
        units="Margin by which the claim holds in each world (right of 0 it holds, left it fails), in units of what it compares."
        rows={rows}
        draw={(width) => plot({
          width, height: 86, marginLeft: 8, marginRight: 8, marginTop: 6,
          x: { label: "margin →", domain, ticks: 5, grid: true },
          marks: [
            Plot.tickX(values, { x: inside, stroke: (m) => (m > 0 || (m === 0 && (claim.share ?? 0) > 0.5) ? "var(--a)" : "var(--b)"), strokeOpacity: 0.6, insetTop: 4, insetBottom: 4 }),
            Plot.ruleX([0], { stroke: "var(--ink)", strokeWidth: 1.5 }),
          ],
        })}>
        <p class="verdict"><b class={claim.verdict}>{mark[claim.verdict]} {verdictWord[claim.verdict]}</b>
          {claim.source && <span class="quiet"> · {claim.source}</span>} · <code>{claim.condition}</code></p>
        <ul class="plain">{study.claim_sentences[place].map((s) => <li>{s}</li>)}
          {!mixed && study.claim_sentences[place].length < 2 && known(claim.share) && claim.share > 0 && claim.share < 1 && study.single_worlds.names.length > 0 &&
            <li>No single parameter tells beyond chance where it fails.</li>}</ul>
      </Figure>
      {mixed && <Where claim={claim} place={place} />}
    </article>
  );
}

export function Claims() {
  if (study.claims.length === 0) return null;
  const margins = study.claims.filter((c) => c.too_close > 0).length;
  return (
    <section id="claims">
      <h2>Each claim, and where it fails</h2>
      <p>
        {capital(study.claims.length === 1 ? "one claim" : `${study.claims.length} claims`)}, each judged in {study.worlds} worlds.
        {margins > 0 && ` ${margins} of them ${margins === 1 ? "is" : "are"} in some worlds closer to call than the belief grid is fine.`}
      </p>
      <div class="claims">{study.claims.map((c, k) => <One claim={c} place={k} />)}</div>
    </section>
  );
}
