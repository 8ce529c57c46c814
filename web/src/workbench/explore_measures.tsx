// What one world comes to: the certificate, measures by policy, measures round by round.
import * as Plot from "@observablehq/plot";
import { Figure, plot } from "../common/figure";
import { called, capital, counted, describe, known, minus, number, percent, plain, value } from "../common/words";
import type { CaseInfo, MeasureValue, Solved, World } from "./api";

export const roundName = (info: CaseInfo, k: number) => `${info.round_label || "round"} ${k}`;
// Whole numbers as ticks, at most so many.
export const whole = (from: number, to: number, most: number) => {
  const step = Math.ceil((to - from + 1) / most);
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, k) => from + k * step);
};
const solvedOf = (world: World | undefined, policy: string) =>
  world?.policies.find((p) => p.policy === policy && !p.error);
const single = (m: MeasureValue | undefined) => (m && !Array.isArray(m) ? m.value : undefined);
const byRound = (m: MeasureValue | undefined) => (Array.isArray(m) ? m.map((x) => x.value) : undefined);

export function CertificateLine({ world, policy }: { world: World; policy: string }) {
  const c = solvedOf(world, policy)?.certificate;
  if (!c) return null;
  return (
    <>
      {c.method === "exact"
        ? `Solved with exact beliefs at ${c.nodes.toLocaleString("en")} decisions`
        : `Solved on ${world.points} points, ${c.nodes.toLocaleString("en")} fixed points`}
      {c.distance !== null &&
        `; choices are within ${percent(c.distance)} of the reply to what truly follows, which nobody would gain more ` +
          `than ${percent(c.regret ?? 0)} of the stakes (${number(c.payoff_range)}) by giving`}
      {c.method === "grid" && c.effect !== null && `; it would move no measure by more than ${percent(c.effect)}`}
      {c.failed ? `; ${c.failed} points failed` : ""}
      {c.folds
        ? `; ${counted(c.folds, "branch")} folded back: there may be a second equilibrium`.replace(
            "branchs",
            "branches",
          )
        : ""}
      .
    </>
  );
}

// A change worth a word: beyond what is printed.
function Change({ from, to, probability }: { from?: number; to?: number; probability: boolean }) {
  if (!known(from) || !known(to) || Math.abs(to - from) < (probability ? 5e-4 : 5e-4 * Math.max(1, Math.abs(from))))
    return null;
  const by = to - from;
  const text = probability ? `${minus((100 * by).toFixed(1))}` : number(by);
  return (
    <span class={by > 0 ? "change up" : "change down"}>
      {by > 0 ? "▲ +" : "▼ "}
      {text}
      {probability ? " pts" : ""}
    </span>
  );
}

export function MeasuresHere({
  info,
  world,
  policy,
  against,
  median,
  moved,
  solved,
}: {
  info: CaseInfo;
  world: World;
  policy: string;
  against: string;
  median?: World;
  moved: boolean;
  solved: Solved[];
}) {
  const like = (m: string) => {
    const x = solved[0]?.measures?.[m];
    return Array.isArray(x) ? x[0]?.like : x?.like;
  };
  const list = info.measures.filter((m) => m.rounds === 0 && !like(m.name));
  const columns = [
    policy,
    ...(against ? [against] : []),
    ...solved.map((s) => s.policy).filter((p) => p !== policy && p !== against),
  ].filter((p) => solved.some((s) => s.policy === p && !s.error));
  const of = (p: string, m: string) => single(solved.find((s) => s.policy === p)?.measures?.[m]);
  const was = (m: string) => single(solvedOf(median, policy)?.measures?.[m]);
  const main = list.find((m) => m.name === info.objective) ?? list[0];
  const failed = world.policies.find((p) => p.policy === policy)?.error;
  if (failed)
    return (
      <p class="trouble" role="alert">
        Under {called(policy)} this world has no solution: {failed}
      </p>
    );
  if (!main) return null;
  const title =
    `${capital(describe(main))}: ${value(main, of(policy, main.name))} under ${called(policy)}` +
    (against ? `, ${value(main, of(against, main.name))} under ${called(against)}` : "") +
    (moved && known(was(main.name)) ? `; ${value(main, was(main.name))} in the median world` : "");
  return (
    <Figure
      id="here-measures"
      title={title}
      units={`Expected at the start of this world. Bars: probability, from 0 to 100 %.${moved ? " Mark and arrow: the median world, and the change from it under the first policy." : ""}`}
      rows={list.flatMap((m) =>
        columns.map((p) => ({
          measure: m.name,
          policy: p,
          value: of(p, m.name),
          median_world: p === policy ? was(m.name) : null,
        })),
      )}
    >
      <div class="scroll" tabIndex={0} role="region" aria-label="Measures by policy">
        <table class="measures">
          <thead>
            <tr>
              <th scope="col">measure</th>
              {columns.map((p) => (
                <th scope="col" class="n">
                  {plain(p)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {list.map((m) => (
              <tr class={m === main ? "main" : ""}>
                <th scope="row" title={m.name}>
                  {capital(describe(m))}
                </th>
                {columns.map((p) => {
                  const v = of(p, m.name);
                  return (
                    <td class="n" data-measure={m.name} data-policy={p} data-value={v}>
                      {m.probability && known(v) && (
                        <span class="gauge" aria-hidden="true">
                          <span class="fill s0" style={{ width: `${100 * v}%` }} />
                          {p === policy && moved && known(was(m.name)) && (
                            <span class="before" style={{ left: `${100 * was(m.name)!}%` }} />
                          )}
                        </span>
                      )}
                      <span class="figures">{value(m, v)}</span>
                      {p === policy && moved && (
                        <span class="moved-by">
                          <Change from={was(m.name)} to={v} probability={m.probability} />
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Figure>
  );
}

export function RoundsHere({
  info,
  world,
  policy,
  against,
  median,
}: {
  info: CaseInfo;
  world: World;
  policy: string;
  against: string;
  median?: World;
}) {
  const list = info.measures.filter((m) => m.rounds > 0);
  if (list.length === 0 || !solvedOf(world, policy)) return null;
  const lines: [string, Solved | undefined][] = [
    [plain(policy), solvedOf(world, policy)],
    ...(against ? [[plain(against), solvedOf(world, against)] as [string, Solved | undefined]] : []),
    ...(median ? [["median world", solvedOf(median, policy)] as [string, Solved | undefined]] : []),
  ];
  const rows = list.flatMap((m) =>
    lines.flatMap(([line, s]) =>
      (byRound(s?.measures?.[m.name]) ?? []).map((v, r) => ({
        measure: m.name,
        words: describe(m),
        line,
        round: r + 1,
        value: m.probability ? 100 * v : v,
      })),
    ),
  );
  const first = list[0];
  const own = byRound(solvedOf(world, policy)!.measures![first.name])!;
  const peak = own.indexOf(Math.max(...own));
  const label = info.round_label || "round";
  return (
    <Figure
      id="here-rounds"
      title={`${capital(describe(first))}: most in ${roundName(info, peak + 1)} (${value(first, own[peak])}) under ${called(policy)}`}
      units={`Across: ${label}. Up: probability (%) or expected value in that ${label}.`}
      rows={rows}
      draw={(width) => {
        const n = Math.max(1, Math.min(4, Math.floor(width / 175)));
        const at = (d: { measure: string }) => list.findIndex((m) => m.name === d.measure);
        const fx = (d: { measure: string }) => at(d) % n,
          fy = (d: { measure: string }) => Math.floor(at(d) / n);
        return plot({
          width,
          height: 46 + 112 * Math.ceil(list.length / n),
          marginLeft: 34,
          marginTop: 22,
          fx: { axis: null, padding: 0.1 },
          fy: { axis: null, padding: 0.34 },
          x: { label: `${label} →`, ticks: whole(1, info.horizon, 6), tickFormat: "d" },
          y: { label: null, grid: true, ticks: 3, zero: true },
          color: {
            domain: lines.map((l) => l[0]),
            range: ["var(--a)", ...(against ? ["var(--b)"] : []), "var(--quiet)"],
          },
          marks: [
            Plot.lineY(rows, {
              fx,
              fy,
              x: "round",
              y: "value",
              stroke: "line",
              z: "line",
              strokeWidth: (d) => (d.line === "median world" ? 1.2 : 2),
              marker: "dot",
              strokeDasharray: undefined,
            }),
            Plot.text(
              list.map((m) => ({ measure: m.name, words: describe(m) })),
              {
                fx,
                fy,
                text: "words",
                frameAnchor: "top-left",
                dy: -16,
                fontWeight: 600,
                lineWidth: width / n / 12.5,
                textOverflow: "ellipsis",
              },
            ),
          ],
        });
      }}
      note={
        lines.length > 1 && (
          <span class="key">
            {lines.map(([name], k) => (
              <span>
                <b style={{ color: name === "median world" ? "var(--quiet)" : ["var(--a)", "var(--b)"][k] }}>●</b>{" "}
                {name}{" "}
              </span>
            ))}
          </span>
        )
      }
    />
  );
}
