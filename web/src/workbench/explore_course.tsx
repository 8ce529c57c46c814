// What happens in one world: beliefs along the likeliest course, the course itself, and which claims hold there.
import * as Plot from "@observablehq/plot";
import { takenProbability, whoMoves } from "../common/alike";
import { Figure, plot } from "../common/figure";
import { Timeline } from "../common/timeline";
import { counted, describe, known, mark, number, percent, plain } from "../common/words";
import { pathOf } from "./browse";
import type { CaseInfo, Solved, World } from "./api";
import { roundName, whole } from "./explore_measures";

export function BeliefsHere({ info, world }: { info: CaseInfo; world?: Solved }) {
  // Of many who are alike the first stands for all.
  const informed = info.actors.filter((a) => a.types.length > 1 && world?.course?.start_belief[a.name]);
  if (!world?.course || informed.length === 0) return null;
  const course = world.course;
  const label = info.round_label || "round";
  // What is believed at the end of each round: after its last step.
  const after = (round: number) => course.steps.filter((s) => s.round <= round).at(-1)?.belief ?? course.start_belief;
  const rounds = Array.from({ length: info.horizon + 1 }, (_, k) => k);
  const rows = informed.flatMap((a) =>
    a.types.slice(0, a.types.length === 2 ? 1 : undefined).flatMap((t) =>
      rounds.map((r) => ({
        actor: a.name,
        type: t.name,
        line: `${describe(a)} ${plain(t.name)}`,
        round: r,
        belief: 100 * (r === 0 ? course.start_belief : after(r))[a.name][t.name],
      })),
    ),
  );
  const names = [...new Set(rows.map((r) => r.line))];
  const colours = ["var(--b)", "var(--a)", "var(--c)", "var(--d)", "var(--e)", "var(--f)"];
  const from = rows[0],
    to = rows.filter((r) => r.line === from.line).at(-1)!;
  return (
    <Figure
      id="here-beliefs"
      title={`Along the likeliest course the belief that ${describe(informed[0])} is ${plain(from.type)} goes from ${percent(from.belief / 100)} to ${percent(to.belief / 100)}`}
      units={`Across: ${label} (0: the prior). Up: what the others believe at its end (%).`}
      rows={rows}
      draw={(width) =>
        plot({
          width,
          height: 190,
          marginLeft: 36,
          marginTop: 10,
          marginRight: 14,
          x: { label: `${label} →`, ticks: whole(0, info.horizon, 13), tickFormat: "d" },
          y: { label: null, domain: [0, 100], grid: true, ticks: 5 },
          color: { domain: names, range: colours },
          symbol: { domain: names, range: ["circle", "square", "triangle", "diamond", "star", "wye"] },
          marks: [
            Plot.lineY(rows, { x: "round", y: "belief", stroke: "line", z: "line", strokeWidth: 2 }),
            Plot.dot(rows, { x: "round", y: "belief", fill: "line", symbol: "line", r: 3.5 }),
          ],
        })
      }
      note={
        <span class="key">
          {names.map((n, k) => (
            <span>
              <b style={{ color: colours[k] }}>{"●■▲◆★▼"[k]}</b> {n}{" "}
            </span>
          ))}
        </span>
      }
    />
  );
}

export function CourseHere({
  info,
  world,
  more,
}: {
  info: CaseInfo;
  world?: Solved;
  more: (before: string[][]) => string;
}) {
  if (!world?.course || !world.story) return null;
  const steps = world.course.steps;
  const rows = steps.flatMap((s) =>
    s.movers.map((x) => ({
      round: s.round,
      stage: s.stage,
      who: whoMoves(x),
      does: x.taken,
      probability: takenProbability(x),
    })),
  );
  return (
    <Figure
      id="here-course"
      title={`The likeliest course of events has probability ${percent(world.course.probability)}`}
      units="After each event: its probability in the eyes of the public when it happened."
      rows={rows}
    >
      <Timeline
        story={world.story}
        more={(round) => {
          const first = steps.findIndex((s) => s.round === round);
          return first < 0 ? null : (
            <>
              {" "}
              <a
                class="closer"
                href={more(pathOf(steps.slice(0, first)))}
                aria-label={`Look closer at ${roundName(info, round)}`}
              >
                look closer
              </a>
            </>
          );
        }}
      />
    </Figure>
  );
}

export function ClaimsHere({
  info,
  world,
  busy,
  seconds,
  all,
  onAll,
}: {
  info: CaseInfo;
  world: World;
  busy: boolean;
  seconds: number;
  all: boolean;
  onAll: () => void;
}) {
  if (info.claims.length === 0) return null;
  const judged = new Map(world.claims.map((c) => [c.name, c]));
  const count = (v: string) => world.claims.filter((c) => c.verdict === v).length;
  const missing = info.claims.length - judged.size;
  return (
    <Figure
      id="here-claims"
      title={
        judged.size
          ? `${count("holds")} of ${counted(judged.size, "claim")} judged hold in this world`
          : "No claim can be judged from this policy alone"
      }
      units="Each claim in this one world, with the margin by which it holds (above 0) or fails (below), in units of what it compares; ± what refining the grid moved."
      rows={info.claims.map((c) => {
        const j = judged.get(c.name);
        return {
          claim: c.text,
          name: c.name,
          verdict: j?.verdict ?? "not solved",
          margin: j?.margin ?? null,
          uncertainty: j?.uncertainty ?? null,
        };
      })}
      controls={
        missing > 0 &&
        (all || busy ? (
          <span class="quiet" role="status">
            Solving the other policies …
          </span>
        ) : (
          <button type="button" onClick={onAll}>
            Judge the other {missing} too
            {Number.isFinite(seconds) ? ` (about ${number(Math.max(1, Math.round(seconds)))} s)` : ""}
          </button>
        ))
      }
    >
      <ul class="plain verdicts">
        {info.claims
          .filter((c) => judged.has(c.name))
          .map((c) => {
            const j = judged.get(c.name)!;
            return (
              <li data-claim={c.name} data-verdict={j.verdict} data-margin={j.margin}>
                <b class={j.verdict} aria-hidden="true">
                  {mark[j.verdict as keyof typeof mark] ?? "?"}
                </b>{" "}
                <span class="seen">{j.verdict}: </span>
                {c.text}{" "}
                <span class="quiet">
                  {j.too_close ? "too close to call" : ""}{" "}
                  {known(j.margin) && (
                    <>
                      {number(j.margin)} ± {j.uncertainty < 5e-4 ? "<0.001" : number(j.uncertainty)}
                    </>
                  )}
                  {c.source && ` · ${c.source}`}
                </span>
              </li>
            );
          })}
      </ul>
    </Figure>
  );
}
