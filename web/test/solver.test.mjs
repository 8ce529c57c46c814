// The WebAssembly solver beside the native one, in the median world of a case: in, what casus solve --json printed; out, the
// largest difference of any number, and the processor time it took.
// Usage: node solver.test.mjs SOLVER.cjs CASE SOLVED.json; exit code 0 if no number differs by more than 1e-9.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const [solver_file, case_file, solved_file] = process.argv.slice(2);
const solver = await createRequire(import.meta.url)(resolve(solver_file))();
const solved = JSON.parse(readFileSync(solved_file, "utf8"));
const call = (name, types, ...values) => solver.ccall(name, "string", types, values);
const demand = (problem) => { if (problem) throw new Error(problem); };
const timed = (work) => {
  const before = process.cpuUsage();
  const out = work();
  const { user, system } = process.cpuUsage(before);
  return [out, Math.round((user + system) / 1000)];
};

const [, opened] = timed(() => demand(call("casus_open", ["string"], readFileSync(case_file, "utf8"))));
const [, compiled] = timed(() => demand(call("casus_compile", ["number"], 0)));
const [answer, took] = timed(() => JSON.parse(call("casus_solve", ["number", "number", "number"], 0, 0, solved.points)));
const native = solved.policies[0];
// Every number of both, in the same order; measures by round, then profile.
const mine = [...answer.prior, ...answer.measures.flat(), answer.course];
const theirs = [
  ...native.profile_prior,
  ...Object.values(native.measures).flatMap((m) => (Array.isArray(m) ? m : [m]).flatMap((r) => r.by_profile)),
  native.course.probability,
];
if (mine.length !== theirs.length) throw new Error(`${mine.length} numbers against ${theirs.length}`);
const profiles = answer.prior.length;
Object.values(native.payoffs).forEach((payoff, i) => {
  mine.push(answer.prior.reduce((sum, p, k) => sum + p * answer.values[i * profiles + k], 0));
  theirs.push(payoff);
});
const worst = Math.max(...mine.map((x, k) => Math.abs(x - theirs[k])));
console.log(`${mine.length} numbers, largest difference ${worst}; reading ${opened} ms, compiling ${compiled} ms, ` +
            `solving ${answer.nodes} fixed points ${took} ms of processor time`);
process.exit(worst <= 1e-9 ? 0 : 1);
