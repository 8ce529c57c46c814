#!/usr/bin/env python3
"""How large a crisis may be: one world of made-up crises that grow in actors, types, rounds and movers at once.

Usage: bench/reach.sh [--binary FILE] [--limit SECONDS] [--points N | --accuracy X] [--exact] [--write FOLDER] [ROW ...]

A row is `mild ACTORS TYPES ROUNDS [together]`, `ring ACTORS ROUNDS PRECISION` or `crowd PEOPLE TYPES`, in quotes;
without rows, all of them, on belief grids that are left to the solver, at its accuracy of 1e-4, rings at 1e-3. Of
each: wall and processor seconds, peak memory, points an axis and how many actors' beliefs are held, fixed points of
the final grid, what measures would move by if everybody replied (the effect) and what a coarser grid moves them by,
and time over that of `mild 4 2 6`. With --exact also the largest difference of any measure, given types too, from the game solved on its histories, where those
are few enough. At the end the growth: exponents fitted to the rows that differ in one thing only.

In a mild crisis every actor in turn, or all at once, holds or pushes; pushes make war likelier, which the resolute
suffer less from. In a ring each rival demands of the next, who may resist, and the first may press on; the tough like
both, so every choice tells much. In a crowd all decide at once whether to join, and win together if half of them do.
"""
import argparse
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROWS = ["mild 3 2 6", "mild 4 2 6", "mild 5 2 2", "mild 5 2 6", "mild 6 2 8", "mild 8 2 8", "mild 1 5 6", "mild 2 3 4",
        "mild 2 4 6", "mild 3 3 4", "mild 2 2 6 together", "mild 3 2 4 together", "mild 4 2 4 together",
        "mild 5 2 6 together", "ring 4 2 5", "ring 5 2 5", "ring 6 2 5", "ring 3 3 10", "ring 3 3 20",
        "crowd 12 1", "crowd 50 1", "crowd 200 1", "crowd 50 2", "crowd 200 2"]


def mild(actors, types, rounds, together):
    names = [f"P{i}" for i in range(actors)]
    lines = [f'case "{actors} who may push, of {types} kinds"', f"horizon {rounds} rounds", "discount 0.95", "precision 4"]
    for i, name in enumerate(names):
        kinds = [f"kind{i}_{t}" for t in range(types)]
        odds = [f"{1 / types:.4f}"] * (types - 1) + ["otherwise"]
        lines += [f"actor {name} {{ types {{ {', '.join(f'{k}: {p}' for k, p in zip(kinds, odds))} }} }}",
                  f"param loss{i}[{name}] {{ " +
                  ", ".join(f"{k} = {0.4 + 2.6 * t / max(1, types - 1) + 0.02 * i:.3f}" for t, k in enumerate(kinds)) +
                  " }"]
    lines += ["state heat: 0..3 = 0", "state war: boolean = no", "round {"]
    if together:
        lines.append("  simultaneous All when not war {")
    for i, name in enumerate(names):
        lines += [f"  move Act{i} by {name}{'' if together else ' when not war'} {{", f"    wait{i}",
                  f"    push{i} {{ heat = min(3, heat + 1) }} pays {name}: 0.3", "  }"]
    if together:
        lines.append("  }")
    lines += ["  chance Spark when not war {", "    burns with 0.02 + 0.08 * heat { war = yes }",
              "    cools otherwise { heat = max(0, heat - 1) }", "  }", "}"]
    for i, name in enumerate(names):
        lines.append(f"payoff {name} {{ at end: if war then -loss{i}[{name}] else 0 }}")
    lines.append("measure war = P(war at end)")
    lines += [f"measure belief{i} = E(belief({name}.kind{i}_0) at end)" for i, name in enumerate(names)]
    return lines


def ring(actors, rounds, precision):
    lines = [f'case "{actors} rivals in a ring"', f"horizon {rounds} rounds", "discount 0.95", f"precision {precision}"]
    for i in range(actors):
        lines += [f"actor R{i} {{ types {{ hard{i}: 0.3, soft{i}: otherwise }} }}",
                  f"param presses{i}[R{i}] {{ hard{i} = 0.3, soft{i} = -0.8 }}",
                  f"param resists{i}[R{i}] {{ hard{i} = 0.2, soft{i} = -0.7 }}"]
    lines += ["state now: { rest, asked, refused } = rest", "round {"]
    for i in range(actors):
        n = (i + 1) % actors
        lines += [f"  move Ask{i} by R{i} {{", f"    ask{i} {{ now = asked }}", f"    leave{i} pays R{n}: 0.5", "  }",
                  f"  move Answer{i} by R{n} when now == asked {{", f"    refuse{i} {{ now = refused }}",
                  f"    yield{i} {{ now = rest }} pays R{i}: 0.5", "  }",
                  f"  move Insist{i} by R{i} when now == refused {{",
                  f"    insist{i} {{ now = rest }} pays R{i}: presses{i}[R{i}], R{n}: resists{n}[R{n}]",
                  f"    drop{i} {{ now = rest }} pays R{i}: -0.2, R{n}: 0.5", "  }"]
    lines.append("}")
    for i in range(actors):
        lines += [f"measure insists{i} = P(ever Insist{i}.insist{i})", f"measure belief{i} = E(belief(R{i}.hard{i}) at end)",
                  f"measure gains{i} = E(payoff(R{i}))"]
    return lines


def crowd(people, types):
    kinds = [f"kind{t}" for t in range(types)]
    odds = [f"{1 / types:.4f}"] * (types - 1) + ["otherwise"]
    held = f" {{ types {{ {', '.join(f'{k}: {p}' for k, p in zip(kinds, odds))} }} }}" if types > 1 else ""
    anger = "0.2" if types == 1 else "(" + " else ".join(
        [f"if Citizen[m] is {k} then {0.1 + 0.3 * t / types:.3f}" for t, k in enumerate(kinds[:-1])] + ["0.4)"])
    return [f'case "{people} who may join, of {types} kinds"', "horizon 1 rounds", "precision 8",
            f"set People = {{ {', '.join(f'p{k}' for k in range(people))} }}", f"actor Citizen[m in People]{held}",
            "state joined[People]: boolean = no", "round {", "  simultaneous Rise {",
            "    move Join[m in People] by Citizen[m] {", "      stay", "      join { joined[m] = yes }", "    }", "  }", "}",
            f"let won = (count(k in People) joined[k]) >= {people // 2}",
            f"payoff Citizen[m in People] {{ at end: won + (if joined[m] then (if won then 0.5 else -0.5) - 0.3 + {anger} else 0) }}",
            "measure won = P(won at end)", "measure joins[m in People] = P(joined[m] at end)"]


def text_of(row):
    kind, *rest = row.split()
    if kind == "mild":
        return mild(*map(int, rest[:3]), rest[3:] == ["together"])
    if kind == "ring":
        return ring(int(rest[0]), int(rest[1]), rest[2])
    if kind == "crowd":
        return crowd(*map(int, rest))
    sys.exit(f"reach: no row '{row}': {__doc__.split('Usage')[1].splitlines()[2].strip()}")


def solve(binary, path, options, limit):
    """Wall and processor seconds, peak bytes, the answer or what is wrong."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.monotonic()
        child = subprocess.Popen([binary, "solve", path, "--json", "--threads", "1", *options], stdout=out, stderr=err)
        stopped = False
        while True:
            pid, _, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - begin > limit and not stopped:
                stopped = True
                child.kill()
            time.sleep(0.005)
        wall = time.monotonic() - begin
        out.seek(0)
        err.seek(0)
        answer = f"more than {limit:g} s" if stopped else None
        if not stopped:
            try:
                whole = json.load(out)
                answer = whole["policies"][0]
                answer = answer.get("error", answer | {"points": whole["points"], "held": whole["held"]})
            except (ValueError, KeyError, IndexError):
                answer = err.read().decode().strip().splitlines()[0][:90]
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, answer


def numbers(answer):
    out = {}
    for name, m in answer["measures"].items():
        for i, value in enumerate(m["by_profile"] if "by_profile" in m else [m.get("value", 0)]):
            out[name, i] = value
    return out


def exponent(points):
    """Slope of log seconds by log size, least squares."""
    x = [math.log(p[0]) for p in points]
    y = [math.log(p[1]) for p in points]
    mx, my = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y)) / sum((a - mx) ** 2 for a in x)


def growth(binary, folder, points, limit):
    series = {"actors, one after the other": [f"mild {n} 2 3" for n in (2, 3, 4, 5)],
              "actors, all at once": [f"mild {n} 2 3 together" for n in (2, 3)],
              "types of two actors": [f"mild 2 {n} 3" for n in (2, 3, 4)],
              "rounds, three actors": [f"mild 3 2 {n}" for n in (6, 12, 24)],
              "people of a crowd": [f"crowd {n} 1" for n in (100, 200, 400, 800)]}
    for name, rows in series.items():
        found = []
        for row in rows:
            path = folder / (row.replace(" ", "-") + ".casus")
            path.write_text("\n".join(text_of(row)) + "\n")
            _, processor, _, answer = solve(binary, path, points, limit)
            if isinstance(answer, dict):
                found.append((int(row.split()[{"a": 1, "t": 2, "r": 3, "p": 1}[name[0]]]), max(processor, 1e-3)))
        if len(found) > 1:
            times = ", ".join(f"{n}: {s:.3f} s" for n, s in found)
            each = (found[-1][1] / found[0][1]) ** (1 / (found[-1][0] - found[0][0]))
            print(f"{name}: {times}; exponent {exponent(found):.1f}, times {each:.1f} for each one more")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("--binary", default=str(ROOT / "build/release/bin/casus"))
    parser.add_argument("--limit", type=float, default=120)
    parser.add_argument("--points", type=int, default=0, help="0: left to the solver")
    parser.add_argument("--accuracy", type=float, help="that is asked of measures (1e-4; of rings 1e-3)")
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--no-growth", action="store_true")
    parser.add_argument("--write", type=pathlib.Path, help="keep the cases in this folder")
    a = parser.parse_args()

    def asked(row):
        if a.points:
            return ["--points", str(a.points)]
        accuracy = a.accuracy or (1e-3 if row.startswith("ring") else 1e-4)
        return ["--exact-up-to", "0", "--accuracy", str(accuracy)]

    with tempfile.TemporaryDirectory() as scratch:
        folder = a.write or pathlib.Path(scratch)
        folder.mkdir(exist_ok=True)
        base = None
        print("| case | wall s | processor s | MB | points; held | fixed points | effect | change | true error | to mild 4 2 6 |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
        wanted = a.rows or ROWS
        for row in ["mild 4 2 6"] + [r for r in wanted if r != "mild 4 2 6"]:
            path = folder / (row.replace(" ", "-") + ".casus")
            path.write_text("\n".join(text_of(row)) + "\n")
            wall, processor, peak, answer = solve(a.binary, path, asked(row), a.limit)
            if base is None:
                base = processor if isinstance(answer, dict) else math.nan
            if not isinstance(answer, dict):
                print(f"| {row} | {wall:.2f} | {processor:.2f} | {peak / 1e6:.0f} | {answer} | | | | | |", flush=True)
                continue
            c = answer["certificate"]
            true = ""
            if a.exact and c["method"] != "exact":
                _, _, _, exact = solve(a.binary, path, ["--exact-up-to", "300000"], a.limit)
                if isinstance(exact, dict) and exact["certificate"]["method"] == "exact":
                    here, there = numbers(answer), numbers(exact)
                    true = f"{max(abs(here[k] - there[k]) for k in there):.1e}"
            print(f"| {row} | {wall:.2f} | {processor:.2f} | {peak / 1e6:.0f} | "
                  f"{answer['points']}; {len(answer['held'])} | {c.get('nodes', 0)} | "
                  f"{c.get('effect', 0):.0e} | {c.get('grid_change') or 0:.0e} | {true} | {processor / base:.2f} |", flush=True)
        if not a.no_growth and not a.rows:
            print()
            growth(a.binary, folder, asked("mild"), a.limit)


if __name__ == "__main__":
    main()
