// Looking back at a game: what they really were, what one's choices were worth and cost, what came of it.
import { Figure } from "../common/figure";
import { unbroken } from "../common/timeline";
import { capital, counted, describe, download, number, percent, plain } from "../common/words";
import type { CaseInfo, Debrief, GameView } from "./api";
import { link } from "./route";

// What everybody saw, round by round; during a game the latest round first.
export function Log({ view, label }: { view: GameView; label: (k: number) => string }) {
  const rounds = [...new Set(view.log.map((l) => l.round))];
  if (!view.finished) rounds.reverse();
  return (
    <ol class="timeline">
      {rounds.map((r) => (
        <li>
          <h4>{label(r)}</h4>
          {view.log
            .filter((l) => l.round === r)
            .map((l) => (
              <p>{unbroken(l.text)}</p>
            ))}
        </li>
      ))}
    </ol>
  );
}

export function Looking({
  info,
  view,
  debrief: d,
  heading,
  path,
}: {
  info: CaseInfo;
  view: GameView;
  debrief: Debrief;
  heading: preact.RefObject<HTMLHeadingElement>;
  path: string;
}) {
  const label = (k: number) => `${capital(info.round_label || "round")} ${k}`;
  const words = (actor: string) => describe(info.actors.find((a) => a.name === actor)!);
  const objective = info.objective ?? "";
  const measure = info.measures.find((m) => m.name === objective);
  const departures = d.choices.filter((c) => c.taken !== c.best);
  const best = d.policies.filter((p) => !p.error).reduce((a, b) => (b.payoff > a.payoff ? b : a), d.policies[0]);
  return (
    <article class="debrief">
      <h1 ref={heading} tabIndex={-1}>
        Looking back
      </h1>
      <h2>What they really were</h2>
      <ul class="plain">
        {Object.entries(d.types)
          .filter(([a]) => d.start_belief[a])
          .map(([actor, type]) => (
            <li>
              {actor === view.actor ? "You" : capital(words(actor))}: really <b>{plain(type)}</b>;{" "}
              {actor === view.actor ? "the others" : "you"} believed that with {percent(d.start_belief[actor][type])} at
              the start and <b>{percent(d.end_belief[actor]?.[type])}</b> in the end.
            </li>
          ))}
      </ul>
      <Figure
        id="debrief-choices"
        title={
          d.choices.length === 0
            ? "There was nothing for you to choose"
            : departures.length
              ? `${counted(departures.length, "departure")} from your best option cost ${number(d.cost)} together`
              : "You took your best option every time"
        }
        units="Worth: your payoff expected from there on, given your type and the beliefs of that moment, in that round's money."
        rows={d.choices.flatMap((c) =>
          c.options.map((o) => ({
            round: c.round,
            decision: c.decision,
            option: o.option,
            taken: o.option === c.taken ? "yes" : "no",
            probability: o.probability,
            worth: o.value,
          })),
        )}
      >
        <div class="scroll" tabIndex={0} role="region" aria-label="Your choices">
          <table class="tablelike">
            <thead>
              <tr>
                <th>when</th>
                <th>you took</th>
                <th class="n">in equilibrium</th>
                <th class="n">worth</th>
                <th>best</th>
                <th class="n">cost</th>
              </tr>
            </thead>
            <tbody>
              {d.choices.map((c) => {
                const o = (x: string) => c.options.find((y) => y.option === x)!;
                return (
                  <tr
                    data-round={c.round}
                    data-decision={c.decision}
                    data-value={o(c.taken).value}
                    data-probability={o(c.taken).probability}
                  >
                    <td>
                      {label(c.round)}, {plain(c.decision)}
                    </td>
                    <td>
                      <b>{plain(c.taken)}</b>
                    </td>
                    <td class="n">{percent(o(c.taken).probability)}</td>
                    <td class="n">{number(o(c.taken).value)}</td>
                    <td>
                      {c.taken === c.best ? (
                        <span class="holds">● the best you could do</span>
                      ) : (
                        <>
                          {plain(c.best)} <span class="quiet">worth {number(o(c.best).value)}</span>
                        </>
                      )}
                    </td>
                    <td class="n">{c.taken === c.best ? "–" : number(c.cost)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      </Figure>
      <h2>What came of it</h2>
      <p>
        Payoffs, discounted to the start:{" "}
        {Object.entries(d.payoffs).map(([a, x], k) => (
          <>
            {k > 0 && ", "}
            {a === view.actor ? (
              <b>you {number(x)}</b>
            ) : (
              <>
                {words(a)} {number(x)}
              </>
            )}
          </>
        ))}
        .
      </p>
      {d.policies.length > 0 && (
        <Figure
          id="debrief-policies"
          title={
            best
              ? `Given what everybody was, ‘${plain(best.policy)}’ would have paid you most: ${number(best.payoff)} expected`
              : "What a policy would have led to"
          }
          units="Expected at the start, given everybody's true type, if all play their equilibrium under the policy."
          rows={d.policies.map((p) => ({ ...p })) as never}
        >
          <div class="scroll" tabIndex={0} role="region" aria-label="Policies">
            <table class="tablelike">
              <thead>
                <tr>
                  <th>policy</th>
                  <th class="n">your payoff</th>
                  {measure && <th class="n">{describe(measure)}</th>}
                </tr>
              </thead>
              <tbody>
                {d.policies.map((p) => (
                  <tr>
                    <td>{plain(p.policy)}</td>
                    <td class="n">{p.error ? "no solution" : number(p.payoff)}</td>
                    {measure && (
                      <td class="n">
                        {measure.probability ? percent(p[objective] as number) : number(p[objective] as number)}
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Figure>
      )}
      <h2>How it went</h2>
      <Log view={view} label={label} />
      <p class="row">
        <button
          type="button"
          class="transcript"
          onClick={() => download("game.json", JSON.stringify(d.transcript, null, 2), "application/json")}
        >
          Download the transcript
        </button>
        <a class="button" href={link("play", path, { as: view.actor })}>
          Play again
        </a>
      </p>
      <p class="quiet">
        On a terminal{" "}
        <code>
          casus solve {path} --along game.json
        </code>{" "}
        prints every option's worth on this path, and <code>casus play {path} --replay game.json</code> plays it again.
      </p>
    </article>
  );
}
