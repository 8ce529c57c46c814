// Small pieces that several views use.
import { useEffect, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { percent, plain } from "../common/words";
import type { CaseInfo } from "./api";

export type Loaded<T> =
  { state: "waiting"; value?: T } | { state: "there"; value: T } | { state: "failed"; error: Error; value?: T };

// Asks when `key` changes; an answer to an older question is dropped, the last value stays until the new one is there.
export function useAsked<T>(key: string | null, ask: (signal: AbortSignal) => Promise<T>): [Loaded<T>, () => void] {
  const [at, setAt] = useState(0);
  const [got, setGot] = useState<Loaded<T>>({ state: "waiting" });
  useEffect(() => {
    if (key === null) return;
    const stop = new AbortController();
    setGot((old) => ({ state: "waiting", value: old.value }));
    ask(stop.signal).then(
      (value) => {
        if (!stop.signal.aborted) setGot({ state: "there", value });
      },
      (error) => {
        if (!stop.signal.aborted) setGot((old) => ({ state: "failed", error, value: old.value }));
      },
    );
    return () => stop.abort();
  }, [key, at]);
  return [got, () => setAt((n) => n + 1)];
}

export function Trouble({ error }: { error: Error | string | null | undefined }) {
  if (!error) return null;
  return (
    <p class="trouble" role="alert">
      {typeof error === "string" ? error : error.message}
    </p>
  );
}

export const Waiting = ({ what }: { what: string }) => (
  <p class="quiet" role="status">
    {what} …
  </p>
);

// Probabilities as bars on one scale from 0 to 1, with a mark where it stood before.
export function Bar({ share, before, series = 0 }: { share: number; before?: number; series?: number }) {
  return (
    <span class="gauge" aria-hidden="true">
      <span class={`fill s${series % 6}`} style={{ width: `${100 * share}%` }} />
      {before !== undefined && <span class="before" style={{ left: `${100 * before}%` }} />}
    </span>
  );
}

export type Belief = Record<string, Record<string, number>>;
// What everybody believes of those with private types; `before` what they believed then.
export function Beliefs({
  belief,
  before,
  name,
}: {
  belief: Belief;
  before?: Belief;
  name: (actor: string) => string;
}) {
  return (
    <dl class="beliefs">
      {Object.entries(belief).map(([actor, types]) => (
        <div>
          <dt>{name(actor)}</dt>
          {Object.entries(types).map(([type, share], k) => {
            const was = before?.[actor]?.[type];
            const moved = was !== undefined && percent(was) !== percent(share);
            return (
              <dd>
                <span class="who">{plain(type)}</span> <Bar share={share} before={moved ? was : undefined} series={k} />{" "}
                <span class="n">
                  {moved && <span class="quiet">{percent(was)} → </span>}
                  {percent(share)}
                </span>
              </dd>
            );
          })}
        </div>
      ))}
    </dl>
  );
}

type State = Record<string, string | number>;
// What everybody sees, in the case's words where they are short; what has changed says what it was.
export function Seen({ info, state, before }: { info: CaseInfo; state: State; before?: State }) {
  const words = (name: string) => {
    const w = info.states?.[name];
    return w && w.length <= 48 ? w : plain(name);
  };
  return (
    <dl class="facts compact">
      {Object.entries(state).map(([name, v]) => (
        <div>
          <dt title={info.states?.[name]}>{words(name)}</dt>
          <dd>
            {plain(String(v))}
            {before && before[name] !== v && <span class="quiet"> (was {plain(String(before[name]))})</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Field({ label, help, children }: { label: string; help?: string; children: ComponentChildren }) {
  return (
    <label>
      <span>{label}</span>
      {children}
      {help && <small>{help}</small>}
    </label>
  );
}

// Text under a key of the browser's store, kept over reloads.
export function remember(key: string, text: string | null) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    /* full or forbidden: the page works without */
  }
}
export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

// The last value that has not changed for a while.
export function useSettled<T>(value: T, after: number): T {
  const [settled, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), after);
    return () => clearTimeout(timer);
  }, [value, after]);
  return settled;
}

export function useTitle(text: string) {
  useEffect(() => {
    document.title = `${text} – Casus`;
  }, [text]);
}

// Moves the focus to a heading when what it heads has changed, so that a reader without eyes knows it.
export function useFocusOn(key: unknown) {
  const place = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (key === undefined) return;
    if (first.current) first.current = false;
    else place.current?.focus();
  }, [key]);
  return place;
}
