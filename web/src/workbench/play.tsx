// Setting up a game: whose seat, of which type, alone or for two, with which seed; or a transcript to go on from.
import { useState } from "preact/hooks";
import { capital, describe, plain } from "../common/words";
import { createGame, type CaseInfo } from "./api";
import { Field, Trouble } from "./parts";
import { go, link, replace, settingsOf, type Route } from "./route";

export function PlayForm({
  path,
  info,
  route,
  onStarted,
}: {
  path: string;
  info: CaseInfo;
  route: Route;
  onStarted: () => void;
}) {
  const q = route.query;
  const movers = info.actors.filter((a) => info.stages.some((s) => s.decisions.some((d) => d.actor === a.name)));
  const first = q.get("as") ?? movers[0]?.name ?? "";
  const second = q.get("and") ?? "";
  const types = { [first]: q.get("type") ?? "", [second]: q.get("type2") ?? "" };
  const seed = Number(q.get("seed") ?? 1),
    policy = q.get("policy") ?? info.policies[0].name;
  const set = q.get("set") ?? "";
  const [error, setError] = useState<Error | null>(null);
  const [starting, setStarting] = useState(false);
  const to = (change: Record<string, string | number>) =>
    replace(
      link("play", path, {
        as: first,
        and: second,
        type: types[first],
        type2: types[second],
        seed,
        policy,
        set,
        ...change,
      }),
    );
  const open = async (replay?: unknown) => {
    setStarting(true);
    setError(null);
    try {
      const game = await createGame({
        path,
        text: info.text,
        policy,
        seed,
        params: Object.fromEntries(Object.entries(settingsOf(set)).map(([k, v]) => [k, Number(v)])),
        seats: [first, second].filter(Boolean).map((actor) => ({ actor, type: types[actor] || null })),
        replay,
      });
      onStarted();
      go(link("game", game.id, { seat: game.seats[0].secret, other: game.seats[1]?.secret }));
    } catch (e) {
      setError(e as Error);
      setStarting(false);
    }
  };
  const read = async (e: { currentTarget: HTMLInputElement }) => {
    const file = e.currentTarget.files?.[0];
    if (!file) return;
    try {
      await open(JSON.parse(await file.text()));
    } catch (x) {
      setError(new Error(`${file.name} is no transcript of a game: ${(x as Error).message}`));
    }
  };
  const seat = (actor: string, typeKey: string) => {
    const a = info.actors.find((x) => x.name === actor);
    if (!a) return null;
    return (
      <Field
        label={`${capital(describe(a))} is`}
        help={types[actor] ? a.types.find((t) => t.name === types[actor])?.description : "known to its player only"}
      >
        <select
          value={types[actor]}
          disabled={a.types.length < 2}
          onChange={(e) => to({ [typeKey]: e.currentTarget.value })}
        >
          <option value="">{a.types.length < 2 ? "nothing to hide" : "drawn by the prior"}</option>
          {a.types.length > 1 && a.types.map((t) => <option value={t.name}>{plain(t.name)}</option>)}
        </select>
      </Field>
    );
  };
  return (
    <form
      class="play-form"
      onSubmit={(e) => {
        e.preventDefault();
        open();
      }}
    >
      <h1>Take a seat: {info.title || path}</h1>
      <p class="prose">
        You choose for one actor; the others play their equilibrium, with what they are drawn and hidden. They take you
        for an equilibrium player and learn from what you do, so you can mislead them. A second person can take another
        seat from a browser of their own.
      </p>
      <div class="fields">
        <Field label="Your seat">
          <select
            name="as"
            value={first}
            onChange={(e) =>
              to({ as: e.currentTarget.value, type: "", ...(e.currentTarget.value === second ? { and: "" } : {}) })
            }
          >
            {movers.map((a) => (
              <option value={a.name}>{capital(describe(a))}</option>
            ))}
          </select>
        </Field>
        {seat(first, "type")}
        <Field label="A second player takes">
          <select name="and" value={second} onChange={(e) => to({ and: e.currentTarget.value, type2: "" })}>
            <option value="">no seat: you play alone</option>
            {movers
              .filter((a) => a.name !== first)
              .map((a) => (
                <option value={a.name}>{capital(describe(a))}</option>
              ))}
          </select>
        </Field>
        {second && seat(second, "type2")}
        <Field label="Seed" help="the same seed deals the same types and the same luck">
          <input
            type="number"
            name="seed"
            min="0"
            step="1"
            value={seed}
            onInput={(e) => to({ seed: e.currentTarget.value })}
          />
        </Field>
        <Field label="Under the policy">
          <select value={policy} onChange={(e) => to({ policy: e.currentTarget.value })}>
            {info.policies.map((p) => (
              <option value={p.name}>{plain(p.name)}</option>
            ))}
          </select>
        </Field>
      </div>
      <Trouble error={error} />
      <p class="row">
        <button type="submit" class="primary" disabled={starting}>
          {starting ? "Solving the game …" : "Sit down"}
        </button>
        <label class="file">
          or go on from a transcript <input type="file" accept=".json,application/json" onChange={read} />
        </label>
      </p>
    </form>
  );
}
