// The study as the program wrote it into the page.
import { capital, plain } from "../common/words";
import type { Taken } from "../common/alike";

export interface Spread { mean: number | null; q05: number | null; q95: number | null }
export interface MeasureSummary extends Partial<Spread> { rounds?: Spread[]; largest_change: number | null }
export interface Certificate {
  method: "exact" | "grid";
  // Null where nothing was held against replies, or compared with a coarser grid.
  distance: number | null; regret: number | null; best_reply: number | null; effect: number | null;
  seen: number | null; grid_change: number | null;
  residual: number; payoff_range: number; nodes: number; traced: number; folds: number; unstable: number;
  failed: number; crossings: number; left_at: number;
}
export interface Policy {
  name: string; description: string; source: string; text: string; counterfactual: boolean;
  bound_types?: string[];
  measures: Record<string, MeasureSummary>; worlds_without_solution: number;
  ranking?: { best_share: number; mean_regret: number; worst_regret: number; worst_value: number };
  certificate: Certificate;
}
export interface Separation { param: string; fails_where: string; boundary: number; distance: number; p_value: number }
export interface Claim {
  name: string; text: string; source: string; condition: string; refs: { measure: string; policy: string }[];
  verdict: "holds" | "fails" | "depends" | "unknown"; share: number | null; interval: [number, number];
  worlds: number; holds: number; too_close: number; unknown: number; separated_by: Separation[];
}
export interface Measure {
  name: string; probability: boolean; description: string; source: string; text: string; rounds: number;
  like?: boolean; // it says of one of many alike what another says of another
}
export interface Named { name: string; description: string; source: string }
export interface Actor extends Named {
  precision: number | null; discount: number; types: (Named & { prior: number })[]; payoffs: string[];
  like?: string; stands_for?: string; // of many who are alike: one stands for the others
}
export interface Param extends Named {
  distribution: string; median: number; free: number; q05?: number; q95?: number;
}
export interface Option extends Named { text: string }
export interface Decision extends Named { actor: string; options: Option[]; like?: boolean }
// `hidden`: nobody sees what is decided, but one of the outcomes.
export interface Stage extends Named { head: string; decisions: Decision[]; outcomes: Option[]; hidden?: boolean }
export interface Did extends Taken { decision: string }
export interface CourseStep {
  round: number; stage: string; probability: number;
  movers: Did[];
  state: Record<string, string>; belief: Record<string, Record<string, number>>;
}
export interface MedianPolicy {
  policy: string; error?: string; story?: string[];
  course?: { probability: number; start_belief: Record<string, Record<string, number>>; steps: CourseStep[] };
}
// mean, 5, 25, 50, 75, 95 %
export type Band = [number, number, number, number, number, number];
export interface CourseSample {
  courses: number;
  beliefs: { actor: string; type: string; given: string | null; after: Band[] }[];
  stages: { stage: number; decision: number | null; round: number; reached: number; options: number[] }[];
}
export interface HangsOn {
  policy: string; difference: boolean; pawn: (number | null)[]; floor: number; rank_slope: number[];
  rank_r_squared: number;
}
export interface Study {
  casus: string; case: string; title: string; description: string; horizon: number; round_label: string;
  worlds: number; worlds_planned: number; stopped: boolean; seed: number; design: string; points: number; held?: string[];
  selection: string; settings: string[]; store: string; command: string; measures: Measure[];
  objective?: { measure: string; direction: "minimise" | "maximise"; by_default: boolean; worlds_ranked: number;
                lead_unsure: number };
  objective_sentence: string; certificate_sentences: string[]; claim_sentences: string[][];
  policies: Policy[]; claims: Claim[]; actors: Actor[]; params: Param[]; stages: Stage[];
  by_type: { actor: string; type: string; means: Record<string, number> }[][];
  median_world: { params: Record<string, number>; policies: MedianPolicy[] };
  single_worlds: { of: number; number: number[]; names: string[]; params: (number | null)[][];
                   values: (number | null)[][][]; margins: (number | null)[][] };
  hangs_on: HangsOn[]; courses: CourseSample[]; sources: { name: string; text: string }[];
}

// The study that is shown; one at a time, told by `tell` before anything is drawn.
export let study: Study;
export let objective: Measure | undefined;
export let minimised = true;
export let choices: number[] = []; // policies that can be chosen, as places

export function tell(told: Study) {
  study = told;
  objective = study.objective ? measureNamed(study.objective.measure) : study.measures.find((m) => m.rounds === 0);
  minimised = study.objective?.direction !== "maximise";
  choices = study.policies.map((_, k) => k).filter((k) => !study.policies[k].counterfactual);
}

export const round = (k: number) => `${capital(study.round_label || "round")} ${k}`;
export const policyOptions = () => study.policies.map((p, k) => ({ value: k, text: plain(p.name) }));
export const measureNamed = (name: string) => study.measures.find((m) => m.name === name)!;

// Where a measure's round stands among the columns of single worlds.
export function columnOf(measure: string, atRound = 0): number {
  let at = 0;
  for (const m of study.measures) {
    if (m.name === measure) return at + atRound;
    at += Math.max(1, m.rounds);
  }
  throw new Error(`no measure ${measure}`);
}
export const worldsOf = (policy: number, measure: string, atRound = 0) =>
  study.single_worlds.values[policy][columnOf(measure, atRound)];
export const paramOf = (name: string) => study.single_worlds.params[study.single_worlds.names.indexOf(name)];
export const paramNamed = (name: string) => study.params.find((p) => p.name === name)!;
