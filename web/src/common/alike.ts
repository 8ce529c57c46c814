// Of actors who are alike and counted: who they are, and how likely what they did together was.

export interface Taken {
  mover: string | null;
  taken: string;
  options: { option: string; probability: number }[];
  alike?: number;
  family?: string;
  taken_probability?: number;
}

export const whoMoves = (m: Taken) =>
  m.mover === null ? "chance" : m.family ? `${m.alike} × ${m.family}` : m.mover;
export const takenProbability = (m: Taken) =>
  m.taken_probability ?? m.options.find((o) => o.option === m.taken)!.probability;
