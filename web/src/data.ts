// The study as the program wrote it into the page, and how its numbers are put into words.

export interface Spread { mean: number | null; q05: number | null; q95: number | null }
export interface MeasureSummary extends Partial<Spread> { rounds?: Spread[]; largest_change: number | null }
export interface Certificate {
  residual: number; payoff_range: number; grid_change: number; nodes: number; traced: number; folds: number;
  unstable: number; failed: number;
}
export interface Policy {
  name: string; description: string; source: string; text: string; counterfactual: boolean;
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
}
export interface Named { name: string; description: string; source: string }
export interface Actor extends Named {
  precision: number; discount: number; types: (Named & { prior: number })[]; payoffs: string[];
}
export interface Param extends Named {
  distribution: string; median: number; free: number; q05?: number; q95?: number;
}
export interface Option extends Named { text: string }
export interface Decision extends Named { actor: string; options: Option[] }
export interface Stage extends Named { head: string; decisions: Decision[]; outcomes: Option[] }
export interface CourseStep {
  round: number; stage: string; probability: number;
  movers: { mover: string | null; decision: string; taken: string;
            options: { option: string; probability: number }[] }[];
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
  worlds: number; worlds_planned: number; stopped: boolean; seed: number; design: string; points: number;
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

export const study: Study = JSON.parse(document.getElementById("casus-data")!.textContent!);

export const plain = (name: string) => name.replaceAll("_", " ");
export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
export const known = (x: number | null | undefined): x is number => typeof x === "number" && Number.isFinite(x);
export const minus = (text: string) => text.replace(/^-/, "−");

// As the terminal shows it.
export function percent(share: number | null | undefined): string {
  if (!known(share)) return "–";
  const p = 100 * share;
  if (p > 0 && p < 0.01) return "<0.01 %";
  if (p < 100 && p > 99.99) return ">99.99 %";
  const digits = p === 0 || p === 100 ? 0 : p < 0 || p > 100 ? 1 : p < 0.095 ? 2 : p < 9.95 ? 1 : p > 99.95 ? 2 : p > 99.5 ? 1 : 0;
  return `${minus(p.toFixed(digits))} %`;
}
export function number(x: number | null | undefined): string {
  if (!known(x)) return "–";
  return minus(Math.abs(x) >= 100 ? x.toFixed(0) : String(Number(x.toPrecision(3))));
}
export const value = (m: Measure, x: number | null | undefined) => (m.probability ? percent(x) : number(x));
export const round = (k: number) => `${capital(study.round_label || "round")} ${k}`;
export const counted = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;
export const measureNamed = (name: string) => study.measures.find((m) => m.name === name)!;
// A policy's name inside a sentence.
export const called = (policy: { name: string } | string) =>
  `‘${plain(typeof policy === "string" ? policy : policy.name)}’`;
export const describe = (x: { name: string; description: string }) => x.description || plain(x.name);
export const unit = (m: Measure) => (m.probability ? "probability" : "expected value, units of payoff");

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

export const objective: Measure | undefined = study.objective
  ? measureNamed(study.objective.measure)
  : study.measures.find((m) => m.rounds === 0);
export const minimised = study.objective?.direction !== "maximise";
// Policies that can be chosen, as places.
export const choices = study.policies.map((_, k) => k).filter((k) => !study.policies[k].counterfactual);

export function quantile(values: number[], q: number): number {
  const s = [...values].sort((a, b) => a - b);
  const place = q * (s.length - 1);
  const low = Math.floor(place);
  return s[low] + (place - low) * ((s[low + 1] ?? s[low]) - s[low]);
}
export const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

export type Row = Record<string, string | number | null | undefined>;
export function csv(rows: Row[]): string {
  if (rows.length === 0) return "";
  const names = Object.keys(rows[0]);
  const cell = (x: Row[string]) => {
    const text = x === null || x === undefined ? "" : String(x);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [names.join(","), ...rows.map((r) => names.map((n) => cell(r[n])).join(","))].join("\n") + "\n";
}
export function download(name: string, text: string, type = "text/csv") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
