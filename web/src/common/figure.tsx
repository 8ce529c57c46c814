// A figure: a title that says what is found, a picture that fits the page, its numbers as a table and as a file.
import { useEffect, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import * as Plot from "@observablehq/plot";
import { capital, csv, download, minus, type Row } from "./words";

type Drawing = SVGSVGElement | HTMLElement;

interface Props {
  id: string;
  title: string; // what is found
  units: string; // what the axes show
  alt?: string;  // what the picture looks like, for those who do not see it; the title stands before it
  rows: Row[];
  draw?: (width: number) => Drawing;
  controls?: ComponentChildren;
  children?: ComponentChildren;
  note?: ComponentChildren;
}

// Room for letters of 12 pixels below the axis.
export const plot = (options: Plot.PlotOptions) => Plot.plot({ marginBottom: 42, ...options });

const most = 40;
const shown = (x: Row[string]) =>
  typeof x === "number" ? minus(String(Number(x.toPrecision(4)))) : x === null || x === undefined ? "–" : x;

function Picture({ draw, label }: { draw: (width: number) => Drawing; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry.contentRect.width)));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!width || !box.current) return;
    const picture = draw(width);
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", label);
    box.current.replaceChildren(picture);
  });
  return <div class="picture" ref={box} />;
}

export function Figure({ id, title, units, alt, rows, draw, controls, children, note }: Props) {
  const names = rows.length ? Object.keys(rows[0]) : [];
  return (
    <figure id={id} class="figure" data-chart={id}>
      <figcaption>
        <h3>{capital(title)}</h3>
        <p class="units">{units}</p>
      </figcaption>
      {controls && <div class="controls">{controls}</div>}
      {draw && <Picture draw={draw} label={`${title}. ${alt ?? units}`} />}
      {children}
      {note && <p class="note">{note}</p>}
      <details class="numbers">
        <summary>Numbers of this picture</summary>
        <button type="button" onClick={() => download(`${id}.csv`, csv(rows))}>Download CSV ({rows.length} rows)</button>
        <div class="scroll" tabIndex={0} role="region" aria-label={`Numbers: ${title}`}>
          <table>
            <thead><tr>{names.map((n) => <th scope="col">{n}</th>)}</tr></thead>
            <tbody>
              {rows.slice(0, most).map((r) => (
                <tr>{names.map((n) => <td class={typeof r[n] === "number" ? "n" : ""}>{shown(r[n])}</td>)}</tr>
              ))}
            </tbody>
          </table>
          {rows.length > most && <p>The first {most} of {rows.length} rows; the file has all.</p>}
        </div>
      </details>
    </figure>
  );
}

export function Select<T extends string | number>(
  { label, value, options, onPick }:
  { label: string; value: T; options: { value: T; text: string }[]; onPick: (v: T) => void }) {
  return (
    <label>
      {label}{" "}
      <select value={value}
              onChange={(e) => onPick(options[(e.currentTarget as HTMLSelectElement).selectedIndex].value)}>
        {options.map((o) => <option value={o.value}>{o.text}</option>)}
      </select>
    </label>
  );
}
