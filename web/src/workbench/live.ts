// Solving while a slider moves: one question at a time, the newest next; an answer to an older question is dropped.
import { useEffect, useRef, useState } from "preact/hooks";

// Points of a belief for one world: while a slider is dragged, and when it is let go.
export const coarse = 7;
export const settled = 13;

// `of` is the question that `answer` answers.
export interface Live<A> {
  answer?: A;
  of?: string;
  error?: Error;
  busy: boolean;
}

// `wanted` is what is to be known, as text; `urgent` stops a question under way, else it is first answered, so that
// pictures keep moving during a long drag.
export function useLive<A>(
  wanted: string | null,
  urgent: boolean,
  ask: (wanted: string, signal: AbortSignal) => Promise<A>,
): Live<A> {
  const [live, setLive] = useState<Live<A>>({ busy: false });
  const under = useRef<{ wanted: string; stop: AbortController } | null>(null);
  const next = useRef<string | null>(null);
  const start = (what: string) => {
    const stop = new AbortController();
    const mine = { wanted: what, stop };
    under.current = mine;
    next.current = null;
    setLive((old) => ({ ...old, busy: true }));
    const done = (change: (old: Live<A>) => Live<A>) => {
      if (under.current !== mine) return; // a newer question was asked meanwhile
      under.current = null;
      const more = next.current;
      setLive((old) => ({ ...change(old), busy: more !== null }));
      if (more !== null) start(more);
    };
    ask(what, stop.signal).then(
      (answer) => done(() => ({ answer, of: what, busy: false })),
      (error) => done((old) => ({ ...old, error })),
    );
  };
  useEffect(() => {
    if (wanted === null) return;
    if (under.current?.wanted === wanted) {
      next.current = null;
      return;
    }
    if (under.current && !urgent) {
      next.current = wanted;
      return;
    }
    under.current?.stop.abort();
    start(wanted);
  }, [wanted, urgent]);
  useEffect(
    () => () => {
      under.current?.stop.abort();
      under.current = null;
    },
    [],
  );
  return live;
}
