// A seat at the table: what one sees and believes, the options, what others did; at the end, the debrief.
import { useEffect, useRef, useState } from "preact/hooks";
import { capital, counted, describe, number, percent, plain } from "../common/words";
import { choose, gameFor, leaveGame, reveal, type CaseInfo, type GameView, type Revealed } from "./api";
import { Log, Looking } from "./debrief";
import { Beliefs, Seen, Trouble, Waiting, useFocusOn, useTitle } from "./parts";
import { link, type Route } from "./route";

export function Game({ id, info, route, path }: { id: string; info: CaseInfo; route: Route; path: string }) {
  const secret = route.query.get("seat") ?? "";
  const other = route.query.get("other") ?? "";
  const [view, setView] = useState<GameView | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [shown, setShown] = useState<Revealed | null>(null);
  const [busy, setBusy] = useState(false);
  const [tick, setTick] = useState(0);
  const turn = view?.turn;
  const mark = turn ? `${turn.round} ${turn.stage} ${turn.decision}` : view?.finished ? "end" : "waiting";
  const heading = useFocusOn(mark);
  const list = useRef<HTMLDivElement>(null);
  useTitle(`${info.title || path}: ${view?.finished ? "looking back" : turn ? "your turn" : "a game"}`);
  useEffect(() => {
    const stop = new AbortController();
    let timer = 0;
    const look = async (after?: number) => {
      try {
        const v = await gameFor(id, secret, stop.signal, after);
        if (stop.signal.aborted) return;
        setView(v);
        setError(null);
        // Somebody else's turn: ask for what comes next.
        if (!v.turn && !v.finished) timer = window.setTimeout(look, v.version === after ? 500 : 0, v.version);
      } catch (e) {
        if (!stop.signal.aborted) setError(e as Error);
      }
    };
    look();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [id, secret, tick]);
  useEffect(() => setShown(null), [mark]);

  const take = async (option: string) => {
    if (busy) return;
    setBusy(true);
    try {
      setView(await choose(id, secret, option));
      setError(null);
      setTick((n) => n + 1);
    } catch (e) {
      setError(e as Error);
    }
    setBusy(false);
  };
  const leave = async () => {
    if (!confirm("Leave the game? You cannot come back to it.")) return;
    try {
      setView(await leaveGame(id, secret));
      setTick((n) => n + 1);
    } catch (e) {
      setError(e as Error);
    }
  };
  const show = async () => {
    try {
      setShown(await reveal(id, secret));
    } catch (e) {
      setError(e as Error);
    }
  };
  // Numbers choose, "?" reveals, wherever the focus is but in a field.
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      if (
        !turn ||
        e.ctrlKey ||
        e.metaKey ||
        e.altKey ||
        /^(INPUT|SELECT|TEXTAREA)$/.test((e.target as Element).tagName)
      )
        return;
      const k = Number(e.key);
      if (e.key === "?") {
        e.preventDefault();
        show();
      } else if (k >= 1 && k <= turn.options.length) {
        e.preventDefault();
        list.current?.querySelectorAll("button")[k - 1]?.focus();
      }
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  });

  if (!view) return error ? <Trouble error={error} /> : <Waiting what="Dealing" />;
  const me = info.actors.find((a) => a.name === view.actor)!;
  const mine = me.types.find((t) => t.name === view.type);
  const label = (k: number) => `${capital(info.round_label || "round")} ${k}`;
  const name = (actor: string) =>
    actor === view.actor ? "You, in the others' eyes" : capital(describe(info.actors.find((a) => a.name === actor)!));
  const invitation = other && new URL(link("game", id, { seat: other }), location.href).href;
  return (
    <div class="game">
      <p class="you">
        You are <b>{describe(me)}</b>
        {mine && me.types.length > 1 && (
          <>
            , and <b>{plain(mine.name)}</b>
            {mine.description && ` (${mine.description})`}; only you know that
          </>
        )}
        . {counted(info.horizon, info.round_label || "round")}.
      </p>
      {invitation && !view.finished && (
        <p class="notice">
          The other player opens <a href={invitation}>this link</a> in a browser of their own.{" "}
          <button type="button" onClick={() => navigator.clipboard?.writeText(invitation)}>
            Copy it
          </button>
        </p>
      )}
      <Trouble error={error} />
      {view.finished && view.debrief ? (
        <Looking info={info} view={view} debrief={view.debrief} heading={heading} path={path} />
      ) : (
        <div class="two-columns play">
          <section class="now" aria-label="Now" aria-busy={busy}>
            {turn ? (
              <>
                <h1 ref={heading} tabIndex={-1}>
                  {label(turn.round)}: your choice, {turn.words || plain(turn.decision)}
                </h1>
                <div ref={list} class="choices-list" role="group" aria-label="Your options">
                  {turn.options.map((o, k) => {
                    const r = shown?.options.find((x) => x.option === o.option);
                    return (
                      <button
                        type="button"
                        class="choice"
                        disabled={busy}
                        data-option={o.option}
                        onClick={() => take(o.option)}
                      >
                        <kbd aria-hidden="true">{k + 1}</kbd>
                        <span>
                          <b>{plain(o.option)}</b>
                          {o.words !== plain(o.option) && <> {o.words}</>}
                          {r && (
                            <small data-worth={r.value}>
                              worth {number(r.value)} to you from here on; taken with {percent(r.probability)} in
                              equilibrium
                            </small>
                          )}
                        </span>
                      </button>
                    );
                  })}
                </div>
                <p class="row">
                  <button type="button" onClick={show} disabled={!!shown}>
                    <b>?</b> What is each worth?
                  </button>
                  <button type="button" onClick={leave}>
                    Leave
                  </button>
                  <span class="quiet">
                    Keys: a number goes to an option, Enter takes it, ? shows what each is worth.
                  </span>
                </p>
              </>
            ) : (
              <>
                <h1 ref={heading} tabIndex={-1}>
                  {view.waiting_for
                    ? `Waiting for ${view.waiting_for.map((a) => describe(info.actors.find((x) => x.name === a) ?? { name: a, description: "" })).join(" and ")}`
                    : "Waiting"}
                </h1>
                <Waiting what="The page goes on by itself" />
              </>
            )}
            <div class="two-columns even">
              {Object.keys(view.belief).length > 0 && (
                <div>
                  <h3>Believed</h3>
                  <Beliefs belief={view.belief} name={name} />
                </div>
              )}
              <div>
                <h3>Everybody sees</h3>
                <Seen info={info} state={view.sees} />
              </div>
            </div>
          </section>
          <section class="log" aria-label="What has happened" aria-live="polite">
            <h2>What has happened</h2>
            {view.log.length === 0 ? <p class="quiet">Nothing yet.</p> : <Log view={view} label={label} />}
          </section>
        </div>
      )}
    </div>
  );
}
