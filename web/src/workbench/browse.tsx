// The decisions of one world, step by step: why does the Kremlin wait here? In: a case, a world, what has been done so
// far; out, who moves now, what each option is worth to each type, how often it is taken and what it would tell.
import { useEffect, useState } from "preact/hooks";
import { takenProbability, whoMoves } from "../common/alike";
import { Select } from "../common/figure";
import { called, capital, describe, known, number, percent, plain } from "../common/words";
import { situation, type CaseInfo, type Choice, type Mover, type Situation, type Step } from "./api";
import { settled } from "./live";
import { Bar, Beliefs, Trouble, Waiting, Seen, useAsked, useFocusOn } from "./parts";
import { link, replace, go, settingsOf, type Route } from "./route";

// "wait,arm+look_on": one entry a step, simultaneous movers joined by a plus.
export const stepsOf = (text: string | null) => (text ? text.split(",").map((s) => s.split("+")) : []);
export const stepsText = (steps: string[][]) => steps.map((s) => s.join("+")).join(",");

// What was chosen on the way; where there was nothing to choose, nothing is said.
export const pathOf = (steps: Step[]) =>
  steps.filter((s) => s.movers.some((m) => m.options.length > 1)).map((s) => s.movers.map((m) => m.taken));

// What is believed of the mover if it is seen to do this.
const told = (mover: Mover, option: Choice) => (mover.about === mover.mover ? option.after : undefined);

// In a sentence, for each type: what it does and what the alternative would cost it.
function why(mover: Mover): string[] {
  const types = Object.keys(mover.options[0]?.by_type ?? {});
  const named = (o: Choice) => `‘${plain(o.option)}’`;
  return types.map((t) => {
    const [first, second] = [...mover.options].sort((a, b) => (b.by_type![t] ?? 0) - (a.by_type![t] ?? 0));
    const does = `${t ? `If ${plain(t)}, ` : ""}${named(first)} is taken with ${percent(first.by_type![t])}`;
    const gap = (first.value?.[t] ?? NaN) - (second?.value?.[t] ?? NaN);
    if (!second || !known(gap)) return `${does}.`;
    const close = Math.abs(gap) < 0.05 ? ", which is next to nothing" : "";
    return `${does}: it is worth ${number(Math.abs(gap))} ${gap >= 0 ? "more" : "less"} than ${named(second)}${close}.`;
  });
}

export function Options({
  info,
  mover,
  stage,
  picked,
  onPick,
  href,
}: {
  info: CaseInfo;
  mover: Mover;
  stage: string;
  picked?: string;
  onPick?: (option: string) => void;
  href?: (option: string) => string;
}) {
  const decision = info.stages.find((s) => s.name === stage)?.decisions.find((d) => d.name === mover.decision);
  const words = (o: string) =>
    (decision?.options ?? info.stages.find((s) => s.name === stage)?.outcomes ?? []).find((x) => x.name === o)
      ?.description || "";
  const types = Object.keys(mover.options[0]?.by_type ?? {}).filter((_, __, all) => all.length > 1);
  const actor = info.actors.find((a) => a.name === mover.mover);
  const best = (t: string) => Math.max(...mover.options.map((o) => o.value?.[t] ?? -Infinity));
  const only = Object.keys(mover.options[0]?.value ?? {})[0];
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label={`Options of ${actor ? describe(actor) : "chance"}`}>
        <table class="options">
          <thead>
            <tr>
              <th scope="col">option</th>
              <th scope="col">taken, in the eyes of all</th>
              {types.map((t) => (
                <th scope="col">if {plain(t)}: taken; worth</th>
              ))}
              {types.length === 0 && only !== undefined && <th scope="col">worth</th>}
              {types.length > 0 && <th scope="col">then believed {plain(types[0])}</th>}
            </tr>
          </thead>
          <tbody>
            {mover.options.map((o) => {
              const then = told(mover, o);
              return (
                <tr class={picked === o.option ? "picked" : ""} data-option={o.option} data-probability={o.probability}>
                  <th scope="row">
                    {href ? (
                      <a href={href(o.option)}>{plain(o.option)}</a>
                    ) : (
                      <label>
                        <input
                          type="radio"
                          name={`${stage} ${mover.decision}`}
                          checked={picked === o.option}
                          onChange={() => onPick?.(o.option)}
                        />{" "}
                        {plain(o.option)}
                      </label>
                    )}
                    {words(o.option) !== plain(o.option) && <small>{words(o.option)}</small>}
                  </th>
                  <td data-label="in the eyes of all">
                    <Bar share={o.probability} /> <span class="n">{percent(o.probability)}</span>
                  </td>
                  {types.map((t, k) => (
                    <td data-label={`if ${plain(t)}`}>
                      <Bar share={o.by_type![t]} series={k} /> <span class="n">{percent(o.by_type![t])}</span>
                      <span class={(o.value?.[t] ?? NaN) === best(t) ? "worth best" : "worth"}>
                        {number(o.value?.[t])}
                        {(o.value?.[t] ?? NaN) === best(t) && <span class="seen"> (best)</span>}
                      </span>
                    </td>
                  ))}
                  {types.length === 0 && only !== undefined && (
                    <td class="n" data-label="worth">
                      <span class={o.value![only] === best(only) ? "worth best" : "worth"}>
                        {number(o.value![only])}
                      </span>
                    </td>
                  )}
                  {types.length > 0 && (
                    <td class="n" data-label={`then believed ${plain(types[0])}`} data-after={then?.[types[0]]}>
                      {then ? percent(then[types[0]]) : "–"}
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {actor && (
        <ul class="plain why">
          {why(mover).map((s) => (
            <li>{s}</li>
          ))}
        </ul>
      )}
    </>
  );
}

export function Browse({ path, info, route }: { path: string; info: CaseInfo; route: Route }) {
  const policy = route.query.get("policy") ?? info.policies[0].name;
  const points = Number(route.query.get("points") ?? settled);
  const set = route.query.get("set") ?? "";
  const wanted = stepsOf(route.query.get("path"));
  const params = Object.fromEntries(Object.entries(settingsOf(set)).map(([k, v]) => [k, Number(v)]));
  const at = (to: string[][]) => link("browse", path, { policy, points, set, path: stepsText(to) });
  const [got, again] = useAsked<Situation & { after: string[][] }>(
    JSON.stringify([path, policy, points, set, wanted]),
    async (signal) => ({ ...(await situation(info, params, policy, points, wanted, signal)), after: wanted }),
  );
  const [picked, setPicked] = useState<string[]>([]);
  useEffect(() => setPicked([]), [route.query.get("path")]);
  const heading = useFocusOn(got.value && stepsText(got.value.after));
  // What is seen is the last answer, and goes on from there, while the next is awaited.
  const s = got.value;
  const steps = s?.after ?? [];
  const label = (k: number) => `${capital(info.round_label || "round")} ${k}`;
  const who = (name: string | null) => (name ? describe(info.actors.find((a) => a.name === name)!) : "chance");
  const actorName = (name: string) => capital(who(name));
  const stageWords = (name: string) => {
    const x = info.stages.find((y) => y.name === name);
    return x?.description || plain(name);
  };
  return (
    <div class="browse">
      <div class="row choices">
        <Select
          label="Policy"
          value={policy}
          options={info.policies.map((p) => ({ value: p.name, text: plain(p.name) }))}
          onPick={(v) => replace(link("browse", path, { policy: v, points, set, path: route.query.get("path") }))}
        />
        <span class="quiet">
          {set ? `In the world with ${set.replaceAll(":", " ").replaceAll(",", ", ")}` : "In the median world"},{" "}
          {points} points.{" "}
          {info.policies.find((p) => p.name === policy)?.bound_types?.map((b) => `${b}. `)}
          <a href={link("explore", path, { policy, points, set })}>Change the world</a>
        </span>
      </div>
      {got.state === "failed" && (
        <>
          <Trouble error={got.error} />
          <button type="button" onClick={again}>
            Try again
          </button>
        </>
      )}
      {!s ? (
        got.state === "waiting" && <Waiting what="Solving" />
      ) : (
        <div class="two-columns" aria-busy={got.state === "waiting"}>
          <nav class="so-far" aria-label="What has happened so far">
            <h2>So far</h2>
            <ol>
              <li>
                <a href={at([])} aria-current={steps.length === 0 ? "step" : undefined}>
                  the start
                </a>
              </li>
              {s.steps.map((x, k) => (
                <li>
                  <a href={at(steps.slice(0, k))} title="Back to before this">
                    {label(x.round)} · {plain(x.stage)}
                  </a>{" "}
                  {x.movers.map((m) => (
                    <span class="did">
                      {m.mover ? `${whoMoves(m)}: ` : ""}
                      <b>{plain(m.taken)}</b>{" "}
                      <span class="quiet">
                        {percent(takenProbability(m))}
                      </span>{" "}
                    </span>
                  ))}
                </li>
              ))}
            </ol>
          </nav>
          <section class="situation" aria-label="The situation">
            {s.open ? (
              <>
                <h1 ref={heading} tabIndex={-1} data-step={steps.length}>
                  {label(s.open.round)}: {stageWords(s.open.stage)}
                </h1>
                <p class="quiet">
                  {s.open.movers
                    .map((m) => (m.mover ? `A choice of ${who(m.mover)}` : "A matter of chance"))
                    .join("; ")}
                  {s.open.movers.length > 1 && ", at the same time"}. Under {called(policy)}, play comes here with{" "}
                  {percent(s.open.probability)}.
                </p>
                {s.open.movers.map((m, k) => (
                  <>
                    {s.open!.movers.length > 1 && <h3>{m.mover ? actorName(m.mover) : "Chance"}</h3>}
                    <Options
                      info={info}
                      mover={m}
                      stage={s.open!.stage}
                      picked={picked[k]}
                      {...(s.open!.movers.length === 1
                        ? { href: (o: string) => at([...steps, [o]]) }
                        : {
                            onPick: (o: string) =>
                              setPicked((old) => {
                                const now = [...old];
                                now[k] = o;
                                return now;
                              }),
                          })}
                    />
                  </>
                ))}
                {s.open.movers.length > 1 && (
                  <button
                    type="button"
                    class="primary"
                    disabled={s.open.movers.some((_, k) => !picked[k])}
                    onClick={() => go(at([...steps, picked]))}
                  >
                    Go on
                  </button>
                )}
                <p class="quiet">
                  Worth: what the mover expects from there on, given its type, in that {info.round_label || "round"}'s
                  money; it errs the less, the more an option is worth. Follow an option to see what comes next.
                </p>
              </>
            ) : (
              <h1 ref={heading} tabIndex={-1} data-step={steps.length}>
                The end
              </h1>
            )}
            <div class="two-columns even">
              {Object.keys(s.belief).length > 0 && (
                <div>
                  <h3>Believed{s.before && " (mark: one step before)"}</h3>
                  <Beliefs belief={s.belief} before={s.before} name={actorName} />
                </div>
              )}
              <div>
                <h3>Everybody sees</h3>
                <Seen info={info} state={s.state} before={s.state_before} />
              </div>
            </div>
          </section>
        </div>
      )}
    </div>
  );
}
