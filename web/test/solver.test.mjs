// The library in WebAssembly, through its C interface, beside the native program, in a case's median world: in, what
// `casus solve --json` printed; out, how far any number of the two answers is apart, and the processor time it took.
// Usage: node solver.test.mjs SOLVER.cjs CASE SOLVED.json; exit code 0 if the answers have the same words and no number
// differs by more than 1e-9.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";

const [solver_file, case_file, solved_file] = process.argv.slice(2);
const solver = await createRequire(import.meta.url)(resolve(solver_file))();
const native = JSON.parse(readFileSync(solved_file, "utf8"));
const text = (name, ...objects) => solver.ccall(name, "string", objects.map(() => "number"), objects);
const number = (name, ...objects) => solver.ccall(name, "number", objects.map(() => "number"), objects);
const timed = (work) => {
  const before = process.cpuUsage();
  const out = work();
  const { user, system } = process.cpuUsage(before);
  return [out, Math.round((user + system) / 1000)];
};
// Texts as C has them: a list that ends with null. Structures stand here by their offsets; addresses have 32 bits.
const list = (values) => {
  const at = solver._malloc(4 * (values.length + 1));
  [...values.map((v) => solver.allocateUTF8(v)), 0].forEach((v, i) => solver.setValue(at + 4 * i, v, "i32"));
  return at;
};
const project_of = (name, source, settings = []) => {
  const options = solver._malloc(24);  // casus_project_options
  for (let i = 0; i < 6; ++i) solver.setValue(options + 4 * i, i === 2 ? list(settings) : 0, "i32");
  return solver.ccall("casus_project_from_text", "number", ["string", "string", "number"], [name, source, options]);
};
const request_of = ({ policies = [], parameters = {}, points = 0, threads = 1 }) => {  // casus_solve_request
  const request = solver._malloc(48), names = Object.keys(parameters), values = solver._malloc(8 * names.length);
  number("casus_solve_request_init", request);
  names.forEach((name, i) => solver.setValue(values + 8 * i, parameters[name], "double"));
  if (policies.length) solver.setValue(request, list(policies), "i32");
  solver.setValue(request + 4, list(names), "i32");
  solver.setValue(request + 8, values, "i32");
  solver.setValue(request + 24, points, "i32");
  solver.setValue(request + 40, threads, "i32");
  return request;
};
const solve = (project, request) => {
  const solved = number("casus_solve", project, request_of(request), 0);
  const problem = solver.ccall("casus_solved_error", "string", ["number", "number"], [solved, 0]);
  if (problem) throw new Error(problem);
  const out = JSON.parse(text("casus_solved_json", solved));
  number("casus_solved_free", solved);
  return out;
};

let numbers = 0, worst = 0;
const compare = (mine, theirs, where) => {
  if (typeof mine === "number" && typeof theirs === "number") {
    ++numbers;
    worst = Math.max(worst, Math.abs(mine - theirs));
  } else if (mine && theirs && typeof mine === "object" && typeof theirs === "object") {
    const [a, b] = [Object.keys(mine), Object.keys(theirs)];
    if (a.join() !== b.join()) throw new Error(`${where}: ${a} against ${b}`);
    for (const key of a) compare(mine[key], theirs[key], `${where}.${key}`);
  } else if (mine !== theirs) {
    throw new Error(`${where}: ${mine} against ${theirs}`);
  }
};

const source = readFileSync(case_file, "utf8");
const [project, opened] = timed(() => project_of(native.case, source));
if (!number("casus_project_sound", project)) throw new Error(text("casus_project_diagnostics_text", project));
const policies = native.policies.map((p) => p.policy);
const [answer, took] = timed(() => solve(project, { policies, points: native.points }));
compare(answer, native, basename(case_file));

// Another world is another answer; threads that are not to be had are done without.
const parameters_of = (p) => JSON.parse(text("casus_project_json", p)).parameters;
const uncertain = parameters_of(project).find((p) => p.uncertain);
const elsewhere = { policies, points: native.points, threads: 2, parameters: { [uncertain.name]: uncertain.high } };
const [other, then] = timed(() => solve(project, elsewhere));
if (other.params[uncertain.name] !== uncertain.high) throw new Error(`${uncertain.name} was not taken`);
if (JSON.stringify(other.policies[0].measures) === JSON.stringify(answer.policies[0].measures))
  throw new Error(`${uncertain.name} changed nothing`);

// A setting stands in every world, read to the last bit.
const settled = parameters_of(project_of(native.case, source, [`${uncertain.name}=${uncertain.low}`]));
const { uncertain: open, median } = settled.find((p) => p.name === uncertain.name);
if (open || median !== uncertain.low) throw new Error(`${uncertain.name} is ${median}, not ${uncertain.low}`);

// What is wrong comes as data; the project's own modules are there.
const broken = project_of("broken.casus", 'case "x"\nhorizon 1 rounds "day"\nactor A\nmeasure m = P(B)\n');
if (JSON.parse(text("casus_project_diagnostics_json", broken))[0]?.line !== 4) throw new Error("no diagnostic");
const lent = text("casus_project_diagnostics_text", project_of("lent.casus", 'case "x"\nuse "sanctions"\n'));
if (!lent.includes("the module 'sanctions' needs 'Sender'")) throw new Error(`the project's own modules: ${lent}`);

const nodes = answer.policies[0].certificate.nodes;
console.log(`${numbers} numbers, largest difference ${worst}; processor time: reading ${opened} ms, compiling and solving ` +
            `${nodes} fixed points ${took} ms, the next world ${then} ms`);
process.exit(worst <= 1e-9 ? 0 : 1);
