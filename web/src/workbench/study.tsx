// A study's results: the report's own parts, told of the study that is asked for; and two studies side by side.
import * as Plot from "@observablehq/plot";
import { Figure, Select, plot } from "../common/figure";
import { capital, counted, known, minus, number, plain } from "../common/words";
import { tell } from "../report/data";
import { Head, Parts } from "../report/story";
import { compare, reportUrl, studyData, type Comparison, type StudyFile } from "./api";
import { Trouble, Waiting, useAsked, useTitle } from "./parts";
import { link, replace, type Route } from "./route";

export function StudyView({ path }: { path: string }) {
  const [got] = useAsked(path, async (signal) => {
    const study = await studyData(path, signal);
    tell(study); // before anything of it is drawn
    return study;
  });
  useTitle(path);
  if (got.state === "failed") return <Trouble error={got.error} />;
  if (got.state === "waiting" || !got.value)
    return <Waiting what="Reading the study, and solving its median world for the course of events" />;
  return (
    <div class="embedded">
      <p class="row tools">
        <a class="button" href={reportUrl(path)} download>
          Export the report (one HTML file)
        </a>
        <a href={link("compare", "", { a: path })}>Compare with another study</a> <span class="quiet">{path}</span>
      </p>
      <div class="report" key={path}>
        <Head />
        <Parts />
      </div>
    </div>
  );
}

export function Compare({ route, studies }: { route: Route; studies: StudyFile[] }) {
  const a = route.query.get("a") ?? studies[0]?.path ?? "";
  const b = route.query.get("b") ?? studies.find((s) => s.path !== a)?.path ?? "";
  const ready = a && b && a !== b;
  const [got] = useAsked<Comparison>(ready ? `${a} ${b}` : null, (signal) => compare(a, b, signal));
  useTitle("Compare");
  const options = studies.map((s) => ({ value: s.path, text: s.path }));
  const c = got.value;
  return (
    <div>
      <h1>Two studies compared</h1>
      <div class="row">
        <Select label="From" value={a} options={options} onPick={(v) => replace(link("compare", "", { a: v, b }))} />
        <Select label="to" value={b} options={options} onPick={(v) => replace(link("compare", "", { a, b: v }))} />
        <button type="button" onClick={() => replace(link("compare", "", { a: b, b: a }))}>
          Swap
        </button>
      </div>
      {!ready && (
        <p class="notice">
          {studies.length < 2 ? "There are not two studies in this folder yet." : "Pick two different studies."}
        </p>
      )}
      {got.state === "failed" && <Trouble error={got.error} />}
      {ready && got.state === "waiting" && <Waiting what="Comparing" />}
      {ready && c && got.state === "there" && <Both c={c} />}
    </div>
  );
}

function Both({ c }: { c: Comparison }) {
  const moved = c.measures.filter((m) => m.beyond_sampling_error);
  const name = (m: Comparison["measures"][number]) =>
    `${plain(m.measure)}${m.round ? `, ${m.round}` : ""} · ${plain(m.policy)}`;
  const shown = [...moved]
    .sort((x, y) => Math.abs(y.change / (y.scale || 1)) - Math.abs(x.change / (x.scale || 1)))
    .slice(0, 20);
  const flipped = c.claims.filter((x) => x.beyond_sampling_error);
  return (
    <>
      {c.asked.length > 0 ? (
        <>
          <h2>What was asked differently</h2>
          <dl class="facts">
            {c.asked.map((x) => (
              <div>
                <dt>{x.what}</dt>
                <dd>
                  {x.before || "–"} → {x.after || "–"}
                </dd>
              </div>
            ))}
          </dl>
        </>
      ) : (
        <p>Both were asked the same.</p>
      )}
      <p class="quiet">
        {c.paired
          ? `World by world: ${counted(c.pairs, "pair")} of worlds with the same draws.`
          : `Different worlds: ${c.worlds[0]} and ${c.worlds[1]}.`}
        {c.only_before.length > 0 && ` Only in the first: ${c.only_before.join(", ")}.`}
        {c.only_after.length > 0 && ` Only in the second: ${c.only_after.join(", ")}.`}
      </p>
      {c.claims.length > 0 && (
        <Figure
          id="compare-claims"
          title={
            flipped.length
              ? `${counted(flipped.length, "claim")} changed by more than chance`
              : "No claim changed by more than chance"
          }
          units="Share of the worlds in which a claim holds, before (○) and after (●), with 95 % intervals."
          rows={c.claims.map((x) => ({
            claim: x.claim,
            before: x.before.share,
            after: x.after.share,
            lost_in: x.lost_in ?? null,
            gained_in: x.gained_in ?? null,
            p_value: x.p_value,
          }))}
          draw={(width) =>
            plot({
              width,
              height: 46 + 30 * c.claims.length,
              marginLeft: Math.min(180, width * 0.36),
              marginRight: 16,
              x: { label: "true in so many worlds (%) →", domain: [0, 100], grid: true },
              y: { label: null, domain: c.claims.map((x) => x.claim), tickFormat: plain },
              marks: [
                ...(["before", "after"] as const).map((when) =>
                  Plot.ruleY(
                    c.claims.filter((x) => x[when].interval),
                    {
                      y: "claim",
                      x1: (x) => 100 * x[when].interval[0],
                      x2: (x) => 100 * x[when].interval[1],
                      stroke: when === "before" ? "var(--b)" : "var(--a)",
                      strokeWidth: 2,
                      dy: when === "before" ? -4 : 4,
                    },
                  ),
                ),
                Plot.dot(
                  c.claims.filter((x) => known(x.before.share)),
                  {
                    y: "claim",
                    x: (x) => 100 * x.before.share!,
                    stroke: "var(--b)",
                    fill: "var(--paper)",
                    strokeWidth: 2,
                    r: 4.5,
                    dy: -4,
                  },
                ),
                Plot.dot(
                  c.claims.filter((x) => known(x.after.share)),
                  { y: "claim", x: (x) => 100 * x.after.share!, fill: "var(--a)", r: 4.5, dy: 4 },
                ),
              ],
            })
          }
        />
      )}
      <Figure
        id="compare-measures"
        title={
          moved.length
            ? `${moved.length} of ${counted(c.measures.length, "number")} moved beyond sampling error and the grid; most: ${name(shown[0])}, ${shift(shown[0])}`
            : "No number moved beyond sampling error and the grid"
        }
        units="Means over the worlds, before and after; change with its 95 % half width. The largest changes, at most twenty; the file has all."
        rows={c.measures.map(({ measure, policy, round, before, after, change, half_width, grid }) => ({
          measure,
          policy,
          round,
          before,
          after,
          change,
          half_width,
          grid,
        }))}
      >
        {shown.length > 0 && (
          <div class="scroll" tabIndex={0} role="region" aria-label="Changes">
            <table class="tablelike">
              <thead>
                <tr>
                  <th>number</th>
                  <th class="n">before</th>
                  <th class="n">after</th>
                  <th class="n">change</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((m) => (
                  <tr>
                    <td>{capital(name(m))}</td>
                    <td class="n">{number(m.before)}</td>
                    <td class="n">{number(m.after)}</td>
                    <td class="n">
                      {shift(m)} ± {m.half_width < 5e-4 ? "<0.001" : number(m.half_width)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Figure>
    </>
  );
}
const shift = (m: Comparison["measures"][number]) => `${m.change > 0 ? "+" : ""}${minus(number(m.change))}`;
