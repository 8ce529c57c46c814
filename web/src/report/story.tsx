// The story of a study, in order.
import { Actors } from "./sections/actors";
import { Argument, finding } from "./sections/argument";
import { Claims } from "./sections/claims";
import { Game } from "./sections/game";
import { Doubt } from "./sections/matters";
import { Policies, bestOnAverage } from "./sections/policies";
import { Rounds } from "./sections/rounds";
import { Trust } from "./sections/trust";
import { capital, counted, describe, plain, value } from "../common/words";
import { choices, objective, study } from "./data";

function Summary() {
  const best = objective ? bestOnAverage() : 0;
  const p = study.policies[best];
  const of = (k: number) => study.policies[k].measures[objective!.name];
  return (
    <ul class="summary">
      {study.claims.length > 0 && <li>{capital(finding())}.</li>}
      {objective && choices.length > 1 && (
        <li>
          On average <b>{plain(p.name)}</b>{p.description && <> ({p.description})</>} does best by ‘{describe(objective)}’:{" "}
          {value(objective, of(best).mean)} over the worlds (90 % of them between {value(objective, of(best).q05)} and{" "}
          {value(objective, of(best).q95)}){best !== 0 && <>, against {value(objective, of(0).mean)} under {plain(study.policies[0].name)}</>}.
        </li>
      )}
      <li>{counted(study.worlds, "plausible world")} under {counted(study.policies.length, "policy").replace("policys", "policies")}.{" "}
        {study.certificate_sentences.find((s) => s.startsWith("There,"))?.replace(/^There, w/, "W") ?? study.certificate_sentences[0]}</li>
    </ul>
  );
}

const parts: [string, string][] = [
  ["argument", "The argument"], ["actors", "Who acts"], ["policies", "What could be done"], ["claims", "Claims"],
  ["rounds", "What happens"], ["game", "The game"], ["doubt", "Under doubt"], ["trust", "How far to trust it"],
];

export function Head() {
  return (
    <>
      <p class="kicker">Casus · a crisis as a game, solved in every plausible world</p>
      <h1>{study.title || study.case}</h1>
      {study.description && <p class="lead">{study.description}</p>}
      <Summary />
      <nav class="parts" aria-label="Parts of the report">
        {parts.filter(([id]) => (id !== "argument" && id !== "claims") || study.claims.length > 0)
          .map(([id, text]) => <a href={`#${id}`}>{text}</a>)}
      </nav>
    </>
  );
}

export function Parts() {
  return (
    <>
      <Argument />
      <Actors />
      <Policies />
      <Claims />
      <Rounds />
      <Game />
      <Doubt />
      <Trust />
    </>
  );
}
