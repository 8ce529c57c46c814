// What the workbench asks its server, and the answers' shapes.
import type { Actor, Certificate, CourseStep, Named, Stage, Study } from "../report/data";
import type { Taken } from "../common/alike";

export interface Diagnostic {
  severity: "error" | "warning";
  code: string;
  message: string;
  hint: string;
  file?: string;
  line?: number;
  column?: number;
  end_column?: number;
}
export interface CaseFile {
  path: string;
  kind: "case" | "module";
  title: string;
}
export interface StudyFile {
  path: string;
  case: string;
  title: string;
  worlds: number;
  planned: number;
  claims: number;
  holds: number;
  modified: number;
}
export interface Job {
  id: string;
  path: string;
  state: "waiting" | "running" | "done" | "stopped" | "failed";
  done: number;
  worlds: number;
  seconds_left?: number | null;
  study?: string;
  error?: string;
  command?: string;
}
export interface GameEntry {
  id: string;
  path: string;
  actor: string;
  secret: string;
  finished: boolean;
  seats: number;
}
export interface Folder {
  name: string;
  files: CaseFile[];
  studies: StudyFile[];
  jobs: Job[];
  games: GameEntry[];
}
export interface FileText {
  text: string;
  version: string;
}

export interface Param extends Named {
  distribution: string;
  median: number;
  low: number;
  high: number;
  quantiles: number[];
  free: boolean;
  prior: boolean;
}
export interface Measure extends Named {
  probability: boolean;
  rounds: number;
}
// A case, in the text that is not saved yet where there is one.
export interface Source {
  path: string;
  text?: string;
}
export interface CaseInfo extends Source {
  title: string;
  description: string;
  horizon: number;
  round_label: string;
  objective: string | null;
  actors: Actor[];
  params: Param[];
  measures: Measure[];
  policies: (Named & { text: string; bound_types?: string[] })[]; // in words, what single types are bound to
  claims: (Named & { text: string; condition: string })[];
  stages: Stage[];
  states?: Record<string, string>; // of each state, in words
  defaults: { worlds: number; points: number }; // of a run
}

export interface OneValue {
  value: number;
  change: number | null;
  by_profile: number[];
  like?: boolean; // it says of one of many alike what another says of another
}
export type MeasureValue = OneValue | OneValue[];
export interface Mover extends Taken {
  decision: string;
  options: Choice[];
  about?: string | null; // of whom the choice tells something
}
// By type; an actor with nothing to hide has one, named "". `after`: what is believed of `about` once the option is taken.
export interface Choice {
  option: string;
  probability: number;
  by_type?: Record<string, number>;
  value?: Record<string, number>;
  after?: Record<string, number>;
}
export interface Step extends Omit<CourseStep, "movers"> {
  movers: Mover[];
}
export interface Solved {
  policy: string;
  error?: string;
  measures?: Record<string, MeasureValue>;
  story?: string[];
  certificate?: Certificate;
  course?: { probability: number; start_belief: Record<string, Record<string, number>>; steps: Step[] };
}
export interface World {
  params: Record<string, number>;
  points: number;
  policies: Solved[];
  claims: { name: string; verdict: string; margin: number | null; uncertainty: number; too_close: boolean }[];
}
export interface Situation {
  steps: Step[];
  open: {
    round: number;
    stage: string;
    movers: Mover[];
    belief: Record<string, Record<string, number>>;
    probability: number;
  } | null;
  belief: Record<string, Record<string, number>>;
  before?: Record<string, Record<string, number>>;
  state: Record<string, string | number>;
  state_before?: Record<string, string | number>;
}

export interface Side {
  share: number | null;
  interval: [number, number];
  worlds: number;
}
export interface Comparison {
  asked: { what: string; before: string; after: string }[];
  only_before: string[];
  only_after: string[];
  paired: boolean;
  pairs: number;
  worlds: [number, number];
  claims: {
    claim: string;
    before: Side;
    after: Side;
    lost_in?: number;
    gained_in?: number;
    p_value: number | null;
    beyond_sampling_error: boolean;
  }[];
  measures: {
    measure: string;
    policy: string;
    round: number | null;
    before: number;
    after: number;
    change: number;
    half_width: number;
    grid: number;
    worlds: number;
    beyond_sampling_error: boolean;
    scale?: number;
  }[];
}

export interface Revealed {
  options: { option: string; probability: number; value: number }[];
}
export interface Debrief {
  types: Record<string, string>;
  start_belief: Record<string, Record<string, number>>;
  end_belief: Record<string, Record<string, number>>;
  choices: {
    round: number;
    decision: string;
    taken: string;
    best: string;
    cost: number;
    options: { option: string; probability: number; value: number }[];
  }[];
  cost: number;
  payoffs: Record<string, number>;
  policies: ({ policy: string; payoff: number; error?: string } & Record<string, unknown>)[];
  points: number;
  transcript: unknown;
}
export interface GameView {
  path: string;
  actor: string;
  type: string;
  belief: Record<string, Record<string, number>>;
  sees: Record<string, string | number>;
  log: { round: number; text: string }[];
  turn?: {
    round: number;
    stage: string;
    decision: string;
    words: string;
    options: { option: string; words: string }[];
  };
  waiting_for?: string[];
  finished: boolean;
  version: number;
  debrief?: Debrief;
}

export class ApiError extends Error {
  constructor(
    message: string,
    public status: number,
  ) {
    super(message);
  }
}
async function ask<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(
      path,
      body === undefined
        ? { signal }
        : { method: "POST", signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) },
    );
  } catch (e) {
    if ((e as Error).name === "AbortError") throw e;
    throw new ApiError("The program does not answer: is 'casus serve' still running? Nothing typed here is lost.", 0);
  }
  const text = await answer.text();
  let data: any;
  try {
    data = JSON.parse(text);
  } catch {
    throw new ApiError(text || `${answer.status} ${answer.statusText}`, answer.status);
  }
  if (!answer.ok) throw new ApiError(data?.error ?? `${answer.status} ${answer.statusText}`, answer.status);
  return data;
}
const q = encodeURIComponent;
// Of the questions with one purpose in this tab, the server drops those that a later one has overtaken.
const tab = Math.random().toString(36).slice(2);
let asked = 0;
const newest = (purpose: string) => ({ client: `${tab} ${purpose}`, seq: ++asked });

export const folderOf = (signal: AbortSignal) => ask<Folder>("api/folder", undefined, signal);
export const readFile = (path: string) => ask<FileText>(`api/file?path=${q(path)}`);
export const writeFile = (path: string, text: string, version: string) =>
  ask<{ version: string }>("api/file", { path, text, version });
export const check = (path: string, text: string, signal: AbortSignal) =>
  ask<{ diagnostics: Diagnostic[] }>("api/check", { path, text }, signal);
export const format = (path: string, text: string) => ask<{ text: string }>("api/format", { path, text });
const only = ({ path, text }: Source) => ({ path, text });
export const describeCase = async (of: Source, signal: AbortSignal): Promise<CaseInfo> => ({
  ...(await ask<CaseInfo>("api/describe", only(of), signal)),
  text: of.text,
});
// The program writes a number where there is one type, and a list for chance.
type Raw = number | number[] | Record<string, number> | undefined;
const byType = (x: Raw) => (typeof x === "number" ? { "": x } : Array.isArray(x) ? undefined : x);
const told = <T extends { movers: Mover[] }>(step: T): T => ({
  ...step,
  movers: step.movers.map((m) => ({
    ...m,
    options: m.options.map((o) => ({ ...o, by_type: byType(o.by_type as Raw), value: byType(o.value as Raw) })),
  })),
});

export const solve = (
  of: Source,
  params: Record<string, number>,
  policies: string[],
  points: number,
  purpose: string,
  signal: AbortSignal,
) => ask<World>("api/solve", { ...only(of), params, policies, points, ...newest(purpose) }, signal);
export const situation = (
  of: Source,
  params: Record<string, number>,
  policy: string,
  points: number,
  steps: string[][],
  signal: AbortSignal,
) =>
  ask<Situation>("api/situation", { ...only(of), params, policy, points, steps, ...newest("situation") }, signal).then(
    (s): Situation => ({ ...s, steps: s.steps.map(told), open: s.open && told(s.open) }),
  );
export const startRun = (run: object) => ask<Job>("api/run", run);
export const jobOf = (id: string, signal: AbortSignal) => ask<Job>(`api/job?id=${q(id)}`, undefined, signal);
export const cancelJob = (id: string) => ask("api/cancel", { id });
export const resumeJob = (id: string) => ask<Job>("api/resume", { id });
export const resumeStudy = (path: string) => ask<Job>("api/resume", { path });
export const studyData = (path: string, signal: AbortSignal) =>
  ask<Study>(`api/study?path=${q(path)}`, undefined, signal);
export const reportUrl = (path: string) => `api/report?path=${q(path)}`;
export const compare = (a: string, b: string, signal: AbortSignal) =>
  ask<Comparison>(`api/compare?a=${q(a)}&b=${q(b)}`, undefined, signal);
export const createGame = (game: object) =>
  ask<{ id: string; seats: { actor: string; secret: string }[] }>("api/play", game);
// With `after`, the answer comes when the game has gone on beyond that version, or after a while.
export const gameFor = (id: string, secret: string, signal: AbortSignal, after?: number) =>
  ask<GameView>(
    `api/game?id=${q(id)}&seat=${q(secret)}${after === undefined ? "" : `&after=${after}`}`,
    undefined,
    signal,
  );
export const leaveGame = (id: string, secret: string) => ask<GameView>("api/leave", { id, seat: secret });
export const choose = (id: string, secret: string, option: string) =>
  ask<GameView>("api/choose", { id, seat: secret, option });
export const reveal = (id: string, secret: string) => ask<Revealed>("api/reveal", { id, seat: secret });
