#!/usr/bin/env python3
"""What a fine choice costs: bargaining over one of 5, 11, 21 or 41 shares, in every way of solving.

Usage: bench/fine_choices.py [--binary FILE] [--against FILE] [--repeat N] [--options N ...] [--limit SECONDS]

A challenger of two or three types demands a share of a prize, round after round; the target accepts, fights or refuses.
Mild replies are of precision 3, sharp ones of 30. Rows are ways of solving: one world and 96 worlds, on histories and on
belief grids of 17 points. Prints a table in Markdown of processor seconds above what the program's start takes, the
least of the repeats, and how often 41 options take what 11 do. With --against both programs are run in turn, and every
cell has the times of that one, then of this one.
"""
import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# What is solved: name, types, rounds, precision, the command's options.
ONE, MANY, GRIDS = ["solve"], ["run", "--worlds", "96"], ["--exact-up-to", "0", "--points", "17"]
ROWS = [("histories, one world, mild", 3, 2, 3, ONE), ("histories, one world, sharp", 3, 2, 30, ONE),
        ("histories, 96 worlds, mild", 2, 2, 3, MANY), ("histories, 96 worlds, sharp", 2, 2, 30, MANY),
        ("grids, two types, one world, mild", 2, 3, 3, ONE + GRIDS),
        ("grids, two types, one world, sharp", 2, 3, 30, ONE + GRIDS),
        ("grids, two types, 96 worlds, mild", 2, 3, 3, MANY + GRIDS),
        ("grids, two types, 96 worlds, sharp", 2, 3, 30, MANY + GRIDS),
        ("grids, three types, one world, mild", 3, 3, 3, ONE + GRIDS),
        ("grids, three types, one world, sharp", 3, 3, 30, ONE + GRIDS),
        ("grids, three types, 96 worlds, mild", 3, 2, 3, MANY + GRIDS)]


def bargaining(options, types, rounds, precision):
    offers, kinds = [f"o{i}" for i in range(options)], [f"t{i}" for i in range(types)]
    part = [i / (types - 1) for i in range(types)]
    return "\n".join([
        f'case "Demands of {options} shares"', f"horizon {rounds} rounds", "discount 0.95", f"precision {precision}",
        f"set Offers = {{ {', '.join(offers)} }}",
        "actor Challenger { types { " + ", ".join(f"{k}: {1 / types:.4f}" for k in kinds[:-1]) +
        f", {kinds[-1]}: otherwise }} }}", "actor Target",
        "param share[Offers] { " + ", ".join(f"{o} = {i / (options - 1):.6f}" for i, o in enumerate(offers)) + " }",
        "param cost[Challenger] { " +
        ", ".join(f"{k} ~ uniform({0.05 + 0.4 * x:.3f}, {0.1 + 0.4 * x:.3f})" for k, x in zip(kinds, part)) + " }",
        "param odds[Challenger] { " + ", ".join(f"{k} = {0.7 - 0.3 * x:.3f}" for k, x in zip(kinds, part)) + " }",
        "param price ~ uniform(0.15, 0.25)", "state asked: Offers = o0", "state over: boolean = no",
        "let demand = sum(o in Offers) (asked == o) * share[o]", "round {",
        "  move Demand by Challenger when not over { demand_[o in Offers] { asked = o } }",
        "  move Answer by Target when not over {",
        "    accept { over = yes; asked = o0 } pays Challenger: demand, Target: 1 - demand",
        "    fight { over = yes; asked = o0 } pays Challenger: odds[Challenger] - cost[Challenger], "
        "Target: 1 - odds[Challenger] - price",
        "    refuse if round < horizon { asked = o0 } pays Target: -0.02, Challenger: -0.02", "  }", "}",
        "measure fights = P(ever Answer.fight)", "measure gets = E(payoff(Challenger))", "policy free", ""])


def seconds(command, limit):
    """Processor seconds of a command; None: over the limit."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=limit)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode not in (0, 1):  # 1: an answer that is not as good as was asked
        sys.exit(f"{' '.join(command)}: {done.stderr.decode()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / "build/release/bin/casus"))
    parser.add_argument("--against")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--options", type=int, nargs="+", default=[5, 11, 21, 41])
    parser.add_argument("--limit", type=float, default=120)
    args = parser.parse_args()
    programs = ([args.against] if args.against else []) + [args.binary]
    with tempfile.TemporaryDirectory() as folder:
        case, study = os.path.join(folder, "case.casus"), os.path.join(folder, "study.sqlite")

        def times(options, row):
            _, types, rounds, precision, command = row
            pathlib.Path(case).write_text(bargaining(options, types, rounds, precision))
            least = [None] * len(programs)
            for _ in range(args.repeat):
                for i, program in enumerate(programs):
                    if os.path.exists(study):
                        os.remove(study)
                    out = ["--out", study] if command[0] == "run" else []
                    took = seconds([program, command[0], case, *command[1:], "--threads", "1", *out], args.limit)
                    if took is not None and (least[i] is None or took < least[i]):
                        least[i] = took
            return least

        start = {row[4][0]: times(2, ("", 2, 1, 3, row[4])) for row in ROWS}
        print("| way | " + " | ".join(map(str, args.options)) + " | last over 11 |")
        print("|---|" + "--:|" * (len(args.options) + 1))
        for row in ROWS:
            cells, all_times = [], []
            for options in args.options:
                net = [None if t is None else max(0.0, t - s) for t, s in zip(times(options, row), start[row[4][0]])]
                all_times.append(net)
                cells.append(", ".join("over limit" if t is None else f"{t:.3f}" for t in net))
            eleven = all_times[args.options.index(11)] if 11 in args.options else [None] * len(programs)
            growth = ", ".join("-" if not a or b is None else f"{b / a:.1f}" for a, b in zip(eleven, all_times[-1]))
            print(f"| {row[0]} | " + " | ".join(cells) + f" | {growth} |", flush=True)


if __name__ == "__main__":
    main()
