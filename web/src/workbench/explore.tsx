// One world, live: move what is not known, pick what is done, and see at once what happens there.
import { useMemo, useState } from "preact/hooks";
import { Select } from "../common/figure";
import { number, plain } from "../common/words";
import { solve, type CaseInfo, type World } from "./api";
import { ownerOf } from "../report/owner";
import { stepsText } from "./browse";
import { BeliefsHere, ClaimsHere, CourseHere } from "./explore_course";
import { CertificateLine, MeasuresHere, RoundsHere } from "./explore_measures";
import { coarse, settled, useLive } from "./live";
import { Trouble, Waiting } from "./parts";
import { link, replace, settingsOf, settingsText, type Route, type Settings } from "./route";
import { Slider } from "./slider";

const grids = [7, 9, 13, 17, 25];

interface Wanted {
  params: Record<string, number>;
  policies: string[];
  points: number;
}
const asNumbers = (s: Settings) => Object.fromEntries(Object.entries(s).map(([k, v]) => [k, Number(v)]));

// Parameters in groups: priors and what each actor wants in secret by actor, the rest by what it says.
function groups(info: CaseInfo): [string, CaseInfo["params"]][] {
  const out = new Map<string, CaseInfo["params"]>();
  const put = (group: string, p: CaseInfo["params"][number]) => out.set(group, [...(out.get(group) ?? []), p]);
  for (const p of info.params) {
    const owner = ownerOf(p.name, info.actors, info.stages)?.actor;
    if (p.prior) put("Priors: what the others believe at the start", p);
    else if (owner) put(`What ${owner.description || plain(owner.name)} wants, by type`, p);
    else put("Everything else", p);
  }
  return [...out].sort(([a], [b]) => order(a) - order(b));
}
const order = (group: string) => (group.startsWith("Priors") ? 0 : group === "Everything else" ? 2 : 1);

export function Explore({ path, info, route }: { path: string; info: CaseInfo; route: Route }) {
  const settings = settingsOf(route.query.get("set"));
  const policy = route.query.get("policy") ?? info.policies[0].name;
  const against = route.query.get("against") ?? "";
  const points = Number(route.query.get("points") ?? settled);
  const [drag, setDrag] = useState<{ name: string; value: number } | null>(null);
  const [filter, setFilter] = useState("");
  const [perPolicy, setPerPolicy] = useState(Infinity); // seconds, as last measured
  const [all, setAll] = useState(false);

  const to = (change: Record<string, string | number | undefined>) =>
    replace(link("explore", path, { policy, against, points, set: settingsText(settings), ...change }));
  const settle = (name: string, value: number | null) => {
    const next = { ...settings };
    if (value === null || value === info.params.find((p) => p.name === name)!.median) delete next[name];
    else next[name] = String(value);
    setDrag(null);
    to({ set: settingsText(next) });
  };

  const params = { ...asNumbers(settings), ...(drag ? { [drag.name]: drag.value } : {}) };
  const chosen = [...new Set([policy, against].filter(Boolean))];
  // All policies at once where that is quick, or asked for; else those that are looked at.
  const every = !drag && (all || perPolicy * info.policies.length < 1.5);
  const wanted = (policies: string[], at = params, grid = drag ? coarse : points) =>
    policies.length ? JSON.stringify({ params: at, policies, points: grid } satisfies Wanted) : null;
  const ask =
    (purpose: string) =>
    async (text: string, signal: AbortSignal): Promise<World> => {
      const w: Wanted = JSON.parse(text);
      const from = performance.now();
      const world = await solve(info, w.params, w.policies, w.points, purpose, signal);
      if (w.points === points) setPerPolicy((performance.now() - from) / 1000 / w.policies.length);
      return world;
    };
  const question = wanted(chosen);
  const now = useLive(question, !drag, ask("looked at"));
  const full = useLive(wanted(every ? info.policies.map((p) => p.name) : []), true, ask("all policies"));
  const still = Object.keys(params).length === 0;
  const atMedian = wanted(chosen, {}, points);
  const told = useLive(still ? null : atMedian, true, ask("median"));
  const median = told.of === atMedian ? told.answer : undefined;

  const world = now.answer;
  const fresh = now.of === question && !now.error;
  const shown = useMemo(
    () =>
      groups(info)
        .map(
          ([name, list]) =>
            [
              name,
              list.filter((p) => `${p.name} ${p.description} ${p.source}`.toLowerCase().includes(filter.toLowerCase())),
            ] as const,
        )
        .filter(([, l]) => l.length),
    [info, filter],
  );
  const moved = Object.keys(settings);
  const at = (name: string) => world?.policies.find((p) => p.policy === name);
  // Of all policies only where it is the same world on the same grid.
  const same =
    full.answer &&
    world &&
    full.answer.points === world.points &&
    JSON.stringify(full.answer.params) === JSON.stringify(world.params)
      ? full.answer
      : undefined;
  const solved = same?.policies ?? world?.policies ?? [];
  const names = info.policies.map((p) => ({ value: p.name, text: plain(p.name) }));

  return (
    <div class="explore">
      <aside class="sliders" aria-label="The world">
        <div class="row">
          <label class="grow">
            <span class="seen">Find a parameter</span>
            <input
              type="search"
              placeholder="Find a parameter"
              value={filter}
              onInput={(e) => setFilter(e.currentTarget.value)}
            />
          </label>
          <button type="button" disabled={!moved.length} onClick={() => to({ set: "" })}>
            All at the median
          </button>
        </div>
        {moved.length > 0 && (
          <p class="quiet">Moved: {moved.map((m) => `${plain(m)} ${number(Number(settings[m]))}`).join(", ")}.</p>
        )}
        {shown.map(([name, list], k) => (
          <details
            class="group"
            open={k === 0 || filter !== "" || info.params.length <= 20 || list.some((p) => p.name in settings)}
          >
            <summary>
              {name} <span class="quiet">({list.length})</span>
            </summary>
            {list.map((p) => (
              <Slider
                key={p.name}
                param={p}
                value={params[p.name] ?? p.median}
                onDrag={(x) => setDrag({ name: p.name, value: x })}
                onSettle={(x) => settle(p.name, x)}
              />
            ))}
          </details>
        ))}
      </aside>
      <div class="world">
        <div class="row choices">
          <Select label="Policy" value={policy} options={names} onPick={(v) => to({ policy: v })} />
          <Select
            label="against"
            value={against}
            options={[{ value: "", text: "nothing" }, ...names.filter((n) => n.value !== policy)]}
            onPick={(v) => to({ against: v })}
          />
          <Select
            label="Grid"
            value={points}
            options={grids.map((n) => ({ value: n, text: `${n} points` }))}
            onPick={(v) => to({ points: v })}
          />
        </div>
        <p class="grid-note" role="status" data-state={drag ? "coarse" : fresh ? "fine" : "busy"}>
          {now.error ? (
            ""
          ) : drag ? (
            `Coarser grid (${coarse} points) while you drag; finer when you let go.`
          ) : !fresh ? (
            `Solving on ${points} points …`
          ) : world ? (
            <CertificateLine world={world} policy={policy} />
          ) : (
            ""
          )}
        </p>
        <Trouble error={now.error} />
        {!world ? (
          !now.error && <Waiting what="Solving" />
        ) : (
          <div class={fresh || drag ? "pictures" : "pictures stale"} aria-busy={now.busy}>
            <MeasuresHere
              info={info}
              world={world}
              policy={policy}
              against={against}
              median={median}
              moved={!still}
              solved={solved}
            />
            <RoundsHere
              info={info}
              world={world}
              policy={policy}
              against={against}
              median={still ? undefined : median}
            />
            <BeliefsHere info={info} world={at(policy)} />
            <CourseHere
              info={info}
              world={at(policy)}
              more={(before) =>
                link("browse", path, { policy, set: settingsText(settings), points, path: stepsText(before) })
              }
            />
            <ClaimsHere
              info={info}
              world={same ?? world}
              busy={full.busy}
              seconds={perPolicy * info.policies.length}
              all={every}
              onAll={() => setAll(true)}
            />
          </div>
        )}
        <p class="quiet">
          Numbers:{" "}
          <a href={link("browse", path, { policy, set: settingsText(settings), points })}>
            look into this world's decisions
          </a>
          , or on a terminal{" "}
          <code>
            casus solve {path} --policy {policy} --points {points}
            {Object.entries(settings)
              .map(([k, v]) => ` --set '${k}=${v}'`)
              .join("")}
          </code>
          .
        </p>
      </div>
    </div>
  );
}
