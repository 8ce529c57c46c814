// How names and numbers are put into words, and how a table leaves the page.

export const plain = (name: string) => name.replaceAll("_", " ");
export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
export const known = (x: number | null | undefined): x is number => typeof x === "number" && Number.isFinite(x);
export const minus = (text: string) => text.replace(/^-/, "−");

// As the terminal shows it; the sign stays on its number's line.
export function percent(share: number | null | undefined): string {
  if (!known(share)) return "–";
  const p = 100 * share;
  if (p > 0 && p < 0.01) return "<0.01\u00a0%";
  if (p < 100 && p > 99.99) return ">99.99\u00a0%";
  const digits = p === 0 || p === 100 ? 0 : p < 0 || p > 100 ? 1 : p < 0.095 ? 2 : p < 9.95 ? 1 : p > 99.95 ? 2 : p > 99.5 ? 1 : 0;
  return `${minus(p.toFixed(digits))}\u00a0%`;
}
export function number(x: number | null | undefined): string {
  if (!known(x)) return "–";
  return minus(Math.abs(x) >= 100 ? x.toFixed(0) : String(Number(x.toPrecision(3))));
}
export const counted = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;
// A policy's name inside a sentence.
export const called = (policy: { name: string } | string) =>
  `‘${plain(typeof policy === "string" ? policy : policy.name)}’`;
// In words, with its index where it is one of several: "the country falls: North" for fallen[North].
export function describe(x: { name: string; description: string }): string {
  const [, base, index] = /^(.*?)(?:\[(.*)\])?$/.exec(x.name)!;
  return (x.description || plain(base)) + (index ? `: ${plain(index)}` : "");
}
export const unit = (m: { probability: boolean }) => (m.probability ? "probability" : "expected value, units of payoff");
export const value = (m: { probability: boolean }, x: number | null | undefined) => (m.probability ? percent(x) : number(x));

export const mark = { holds: "●", fails: "✕", depends: "◐", unknown: "?" } as const;
export const verdictWord = {
  holds: "holds", fails: "fails", depends: "depends on what we do not know", unknown: "cannot be judged",
} as const;

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
