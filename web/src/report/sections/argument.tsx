// The map of the argument: where each claim comes from, how it fares, and which policies and measures it compares.
import { useState } from "preact/hooks";
import { Figure } from "../../common/figure";
import { capital, mark, percent, plain, verdictWord } from "../../common/words";
import { study, type Claim } from "../data";

export function finding(): string {
  const count = (v: Claim["verdict"]) => study.claims.filter((c) => c.verdict === v).length;
  const parts = [`${count("holds")} of ${study.claims.length} claims hold in at least 95\u00a0% of the worlds`];
  if (count("fails")) parts.push(`${count("fails")} fail${count("fails") === 1 ? "s" : ""} in as many`);
  if (count("depends")) parts.push(`${count("depends")} depend${count("depends") === 1 ? "s" : ""} on what we do not know`);
  return parts.join("; ");
}

interface Link { claim: number; to: string }

function Map() {
  const [lit, setLit] = useState<number | null>(null);
  const sources = [...new Set(study.claims.map((c) => c.source || "no source"))];
  // Claims in the order of their sources, so that lines from the left do not cross.
  const order = study.claims.map((_, k) => k)
    .sort((a, b) => sources.indexOf(study.claims[a].source || "no source") -
                    sources.indexOf(study.claims[b].source || "no source") || a - b);
  const measures = [...new Set(order.flatMap((k) => study.claims[k].refs.map((r) => r.measure)))];
  const policies = [...new Set(order.flatMap((k) => study.claims[k].refs.map((r) => r.policy)))];
  const right = [...policies.map((p) => `policy ${p}`), ...measures.map((m) => `measure ${m}`)];
  const row = 27;
  const height = Math.max(order.length, right.length) * row + 30;
  const yClaim = (i: number) => 34 + (i + 0.5) * ((height - 34) / order.length);
  const ySource = (s: string) => {
    const places = order.map((k, i) => ((study.claims[k].source || "no source") === s ? yClaim(i) : NaN))
      .filter((y) => !Number.isNaN(y));
    return places.reduce((a, b) => a + b, 0) / places.length;
  };
  const yRight = (name: string) => 34 + (right.indexOf(name) + 0.5) * ((height - 34) / right.length);
  const links: Link[] = order.flatMap((k) =>
    [...new Set(study.claims[k].refs.flatMap((r) => [`policy ${r.policy}`, `measure ${r.measure}`]))]
      .map((to) => ({ claim: k, to })));
  const xs = 84, xc = 128, xt = 142, xr = 742, width = 900, claimWidth = 470;
  const curve = (x1: number, y1: number, x2: number, y2: number) =>
    `M${x1},${y1}C${(x1 + x2) / 2},${y1} ${(x1 + x2) / 2},${y2} ${x2},${y2}`;
  const faded = (claim: number) => (lit !== null && lit !== claim ? 0.12 : lit === claim ? 1 : 0.4);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Map of the argument">
      <svg class="map" viewBox={`0 0 ${width} ${height}`} width={width} role="img"
           aria-label={`Map of the argument. ${finding()}. Lines lead from each source to its claims and on to the policies and measures that the claim compares.`}>
        <g class="heads">
          <text x={xs} y="14" text-anchor="end">where from</text>
          <text x={xt} y="14">claim</text>
          <text x={xr} y="14">what it compares</text>
        </g>
        {links.map((l) => (
          <path d={curve(xt + claimWidth, yClaim(order.indexOf(l.claim)), xr - 6, yRight(l.to))}
                class={`link ${l.to.startsWith("policy") ? "to-policy" : "to-measure"}`} opacity={faded(l.claim)} />
        ))}
        {order.map((k, i) => (
          <path d={curve(xs + 6, ySource(study.claims[k].source || "no source"), xc - 10, yClaim(i))} class="link"
                opacity={faded(k)} />
        ))}
        {sources.map((s) => <text x={xs} y={ySource(s)} dy="0.35em" text-anchor="end">{fit(s, 14)}<title>{s}</title></text>)}
        {order.map((k, i) => {
          const c = study.claims[k];
          return (
            <g onMouseEnter={() => setLit(k)} onMouseLeave={() => setLit(null)}>
              <rect x={xc - 12} y={yClaim(i) - 12} width={claimWidth + 26} height="24" class="ground" />
              <text x={xc} y={yClaim(i)} dy="0.35em" text-anchor="middle" class={c.verdict}>{mark[c.verdict]}</text>
              <a href={`#claim-${c.name}`} onFocus={() => setLit(k)} onBlur={() => setLit(null)}
                 aria-label={`${c.text}: ${verdictWord[c.verdict]}`}>
                <text x={xt} y={yClaim(i)} dy="0.35em">{fit(c.text, 68)}<title>{c.text}</title></text>
              </a>
            </g>
          );
        })}
        {right.map((name) => (
          <text x={xr} y={yRight(name)} dy="0.35em" class={name.startsWith("policy") ? "policy" : "measure"}>
            {fit(plain(name.replace(/^(policy|measure) /, "")), 22)}
          </text>
        ))}
      </svg>
    </div>
  );
}

const fit = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

export function Argument() {
  if (study.claims.length === 0) return null;
  return (
    <section id="argument">
      <h2>The argument</h2>
      <p>
        Each sentence of the argument that can be true or false is a claim. A claim is a condition on what happens under
        one policy or another; its verdict is the share of plausible worlds in which it holds. Follow a claim to see
        where it holds and where it fails.
      </p>
      <Figure id="map" title={capital(finding())}
        units="Left: where a claim comes from. Middle: the claim and its verdict. Right: the policies (upper) and measures (lower) that it compares."
        rows={study.claims.map((c) => ({
          claim: c.text, name: c.name, source: c.source, verdict: c.verdict, share: c.share, low: c.interval[0],
          high: c.interval[1], condition: c.condition,
          hangs_on: c.separated_by.map((s) => `${s.param} ${s.fails_where} ${Number(s.boundary.toPrecision(3))}`).join("; "),
        }))}
        note={<span class="key">
          {(["holds", "depends", "fails"] as const).map((v) =>
            <span><b class={v}>{mark[v]}</b> {v === "depends" ? "depends" : `${v} in at least 95 % of the worlds`} </span>)}
        </span>}>
        <Map />
      </Figure>
      <details class="list">
        <summary>The same as a list</summary>
        <ul>
          {study.claims.map((c) => (
            <li><b class={c.verdict}>{mark[c.verdict]}</b> <a href={`#claim-${c.name}`}>{c.text}</a>{" "}
              <span class="quiet">({c.source ? `${c.source}; ` : ""}true in {percent(c.share)} of the worlds)</span></li>
          ))}
        </ul>
      </details>
    </section>
  );
}
