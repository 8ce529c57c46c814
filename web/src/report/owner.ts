// Whose a parameter is that depends on a type: "lives[open_ended]" of the actor that has the type; where several actors have
// a type of that name, of the one whose name the case writes there ("push[Challenger]").
import type { Actor, Stage } from "./data";

export interface Owned {
  base: string;
  type: string;
  actor: Actor;
}

export function ownerOf(name: string, actors: Actor[], stages: Stage[]): Owned | undefined {
  const [, base, type] = /^(.*)\[([^\]]+)\]$/.exec(name) ?? [];
  const having = actors.filter((a) => a.types.length > 1 && a.types.some((t) => t.name === type));
  const texts = () => [
    ...actors.flatMap((a) => a.payoffs),
    ...stages.flatMap((s) => [s.head, ...[...s.outcomes, ...s.decisions.flatMap((d) => d.options)].map((o) => o.text)]),
  ];
  const actor =
    having.length > 1
      ? (having.find((a) => texts().some((t) => t.includes(`${base}[${a.name}]`))) ?? having[0])
      : having[0];
  return actor && { base, type, actor };
}
