// One parameter of the world: its distribution, a slider over its range, the number itself, and the reason for the range.
import { describe, number } from "../common/words";
import type { Param } from "./api";

const width = 200,
  height = 20;

// How likely its values are, as an outline between its low and its high end: the slope of the quantiles.
function outline(p: Param): string {
  const density = p.quantiles
    .slice(1)
    .map((b, i) => ({ at: (b + p.quantiles[i]) / 2, d: 1 / Math.max(b - p.quantiles[i], 1e-12) }));
  const most = Math.max(...density.map((x) => x.d));
  const x = (v: number) => ((width * (v - p.low)) / (p.high - p.low)).toFixed(1);
  return (
    `M0,${height}` +
    density.map(({ at, d }) => `L${x(at)},${(height * (1 - (0.92 * d) / most)).toFixed(1)}`).join("") +
    `L${width},${height}Z`
  );
}

// Steps of about a two-hundredth of the range, at a round number.
export function stepOf(p: { low: number; high: number }): number {
  const raw = (p.high - p.low) / 200;
  const ten = 10 ** Math.floor(Math.log10(raw));
  return Number((ten * (raw / ten >= 5 ? 5 : raw / ten >= 2 ? 2 : 1)).toPrecision(1));
}
// A fixed parameter has no range of its own: a prior may be anything, the rest up to twice what it is.
function spanOf(p: Param): { low: number; high: number } {
  if (p.high > p.low) return p;
  if (p.prior) return { low: 0.01, high: 0.99 };
  const far = Math.abs(p.median) || 1;
  return p.median > 0 ? { low: p.median / 5, high: 2 * p.median } : { low: p.median - far, high: p.median + far };
}
const round = (x: number, step: number) => Number((Math.round(x / step) * step).toPrecision(10));

export function Slider({
  param: p,
  value,
  onDrag,
  onSettle,
}: {
  param: Param;
  value: number;
  onDrag: (x: number) => void;
  onSettle: (x: number | null) => void;
}) {
  const { low, high } = spanOf(p);
  const step = stepOf({ low, high });
  const moved = value !== p.median;
  const part = (x: number) => `${(100 * (x - low)) / (high - low)}%`;
  const words = describe(p);
  const read = (e: { currentTarget: EventTarget | null }) => Number((e.currentTarget as HTMLInputElement).value);
  return (
    <div class={moved ? "slider moved" : "slider"} data-param={p.name}>
      <div class="head">
        <span class="what" id={`what-${p.name}`} title={p.name}>
          {words}
        </span>
        <input
          type="number"
          step="any"
          value={Number(value.toPrecision(4))}
          aria-label={`${words}, number`}
          onChange={(e) => {
            const x = read(e);
            if (e.currentTarget.value !== "" && Number.isFinite(x)) onSettle(x);
          }}
        />
      </div>
      <div class="track">
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          {p.quantiles.length > 2 && p.high > p.low && <path d={outline(p)} />}
        </svg>
        <span class="marks" aria-hidden="true">
          <span class="median" style={{ left: part(p.median) }} />
        </span>
        <input
          type="range"
          min={low}
          max={high}
          step={step}
          value={round(value, step)}
          aria-labelledby={`what-${p.name}`}
          aria-valuetext={`${number(value)}; median ${number(p.median)}, from ${number(low)} to ${number(high)}`}
          onInput={(e) => onDrag(read(e))}
          onChange={(e) => onSettle(read(e))}
        />
      </div>
      <details>
        <summary>
          {p.free
            ? `${number(p.low)} to ${number(p.high)}, median ${number(p.median)} · ${p.distribution}`
            : `fixed in the case at ${number(p.median)}`}
        </summary>
        <p>
          <code>{p.name}</code>
          {p.source && <>: {p.source}</>}
        </p>
        {moved && (
          <button type="button" onClick={() => onSettle(null)}>
            Back to the median
          </button>
        )}
      </details>
    </div>
  );
}
