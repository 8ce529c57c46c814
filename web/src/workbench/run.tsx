// Many worlds: what to run, how far it has come, and how to stop it.
import { useEffect, useState } from "preact/hooks";
import { capital, counted, number, plain } from "../common/words";
import { ApiError, cancelJob, jobOf, resumeJob, startRun, type CaseInfo, type Job } from "./api";
import { Field, Trouble, Waiting, useTitle } from "./parts";
import { go, link, replace, settingsOf, type Route } from "./route";

export function RunForm({
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
  const worlds = Number(q.get("worlds") ?? info.defaults.worlds),
    seed = Number(q.get("seed") ?? 1),
    points = Number(q.get("points") ?? info.defaults.points);
  const design = q.get("design") ?? "lhs";
  const named = q.get("policies");
  const policies = named === null ? info.policies.map((p) => p.name) : named.split(",").filter(Boolean);
  const set = q.get("set") ?? "";
  const [error, setError] = useState<Error | null>(null);
  const [starting, setStarting] = useState(false);
  const unfinished = error instanceof ApiError && error.status === 409;
  const to = (change: Record<string, string | number>) =>
    replace(link("run", path, { worlds, seed, points, design, set, policies: named ?? undefined, ...change }));
  const pick = (name: string, on: boolean) => {
    const next = info.policies.map((p) => p.name).filter((p) => (p === name ? on : policies.includes(p)));
    to({ policies: next.length === info.policies.length ? "" : next.join(",") || "," });
  };
  const bad = !(worlds >= 1 && Number.isInteger(worlds))
    ? "How many worlds? A whole number from 1."
    : !(points >= 7)
      ? "The belief grid needs 7 points or more."
      : policies.length === 0
        ? "Pick a policy."
        : "";
  const start = async (overwrite = false) => {
    if (bad) return;
    setStarting(true);
    try {
      const job = await startRun({
        path,
        worlds,
        seed,
        points,
        design,
        policies,
        overwrite,
        params: Object.fromEntries(Object.entries(settingsOf(set)).map(([k, v]) => [k, Number(v)])),
      });
      onStarted();
      go(link("job", job.id));
    } catch (e2) {
      setError(e2 as Error);
      setStarting(false);
    }
  };
  const numeric = (name: string) => (e: { currentTarget: HTMLInputElement }) => to({ [name]: e.currentTarget.value });
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        start();
      }}
      class="run-form"
    >
      <h1>Run {info.title || path}</h1>
      <p class="prose">
        Draws plausible worlds from the ranges of the case, solves each under every policy, and counts in how many each
        claim holds.
      </p>
      <div class="fields">
        <Field label="Worlds" help="96 tell shares to about ±10 points; at least 50 to say what matters">
          <input type="number" name="worlds" min="1" step="1" value={worlds} onInput={numeric("worlds")} />
        </Field>
        <Field label="Seed" help="the same seed draws the same worlds">
          <input type="number" name="seed" min="0" step="1" value={seed} onInput={numeric("seed")} />
        </Field>
        <Field label="Grid points an axis" help="7 the rule, 9 to 13 finer, 17 and more to be sure">
          <input type="number" name="points" min="7" step="1" value={points} onInput={numeric("points")} />
        </Field>
        <Field label="Design" help="how worlds are drawn">
          <select name="design" value={design} onChange={(e) => to({ design: e.currentTarget.value })}>
            {[
              ["lhs", "Latin hypercube"],
              ["sobol", "Sobol sequence"],
              ["random", "independent draws"],
            ].map(([v, t]) => (
              <option value={v}>{t}</option>
            ))}
          </select>
        </Field>
      </div>
      <fieldset>
        <legend>Policies</legend>
        <div class="checks">
          {info.policies.map((p) => (
            <label>
              <input
                type="checkbox"
                name={p.name}
                checked={policies.includes(p.name)}
                onChange={(e) => pick(p.name, e.currentTarget.checked)}
              />
              <span>
                {plain(p.name)}
                {p.description && <small> {p.description}</small>}
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      {set && (
        <p class="notice">
          With {set.replaceAll(":", " = ").replaceAll(",", ", ")} fixed.{" "}
          <button type="button" class="link" onClick={() => to({ set: "" })}>
            Draw these too
          </button>
        </p>
      )}
      <Trouble error={error ?? (bad || null)} />
      {unfinished && (
        <p class="row">
          <a class="button" href="#/">
            Go on with it from the start page
          </a>{" "}
          <button type="button" onClick={() => start(true)}>
            Begin it again, over what is there
          </button>
        </p>
      )}
      <p>
        <button type="submit" class="primary" disabled={!!bad || starting}>
          Run {counted(worlds, "world")} under {counted(policies.length, "policy").replace("policys", "policies")}
        </button>
      </p>
    </form>
  );
}

export const running = (j: Job) => j.state === "running" || j.state === "waiting";
export function stateWords(j: Job): string {
  if (j.state === "waiting") return "waiting for its turn";
  if (j.state === "running")
    return `${Math.floor(j.done)} of ${j.worlds} worlds${j.seconds_left !== undefined && j.seconds_left !== null ? `, about ${duration(j.seconds_left)} left` : ""}`;
  if (j.state === "done") return `done: ${counted(Math.floor(j.done), "world")}`;
  if (j.state === "failed") return `failed: ${j.error ?? ""}`;
  return `stopped after ${Math.floor(j.done)} of ${j.worlds} worlds; nothing solved is lost`;
}
const duration = (s: number) =>
  s < 90 ? `${number(Math.ceil(s))} s` : s < 5400 ? `${Math.round(s / 60)} min` : `${number(s / 3600)} h`;

export function JobView({ id, onChange }: { id: string; onChange: () => void }) {
  const [job, setJob] = useState<Job | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [tick, setTick] = useState(0);
  useTitle(job ? `${stateWords(job)}` : "Run");
  useEffect(() => {
    const stop = new AbortController();
    let timer = 0;
    const look = async () => {
      try {
        const j = await jobOf(id, stop.signal);
        if (stop.signal.aborted) return;
        setJob(j);
        setError(null);
        if (running(j)) timer = window.setTimeout(look, 400);
        else onChange();
      } catch (e) {
        if (!stop.signal.aborted) {
          setError(e as Error);
          timer = window.setTimeout(look, 2000);
        }
      }
    };
    look();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [id, tick]);
  if (!job) return error ? <Trouble error={error} /> : <Waiting what="Looking" />;
  const stop = async () => {
    try {
      await cancelJob(id);
      setTick((n) => n + 1);
    } catch (e) {
      setError(e as Error);
    }
  };
  // It goes on as another job.
  const resume = async () => {
    try {
      const next = await resumeJob(id);
      if (next.id === id) setTick((n) => n + 1);
      else replace(link("job", next.id));
    } catch (e) {
      setError(e as Error);
    }
  };
  return (
    <div class="job" data-state={job.state}>
      <h1>Run of {job.path}</h1>
      <p role="status" class="state">
        {capital(stateWords(job))}.
      </p>
      <progress max={job.worlds} value={job.done} aria-label="Worlds solved" />
      <div class="row">
        {running(job) && (
          <button type="button" onClick={stop}>
            Stop
          </button>
        )}
        {(job.state === "stopped" || job.state === "failed") && (
          <button type="button" class="primary" onClick={resume}>
            Go on from here
          </button>
        )}
        {job.done > 0 && job.study && !running(job) && (
          <a class="button" href={link("study", job.study)}>
            See the results{job.state !== "done" ? " so far" : ""}
          </a>
        )}
        <a href={link("run", job.path)}>Another run</a>
      </div>
      <Trouble error={error} />
      {running(job) && (
        <p class="quiet">The page may be closed meanwhile: the run goes on, and every finished world is kept.</p>
      )}
      {job.command && (
        <p class="quiet">
          The same on a terminal: <code>{job.command}</code>
        </p>
      )}
    </div>
  );
}
