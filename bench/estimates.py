#!/usr/bin/env python3
"""What `casus check` says that a run takes, beside what it takes.

Usage: bench/estimates.py [--binary FILE] [--worlds N] [--limit SECONDS] [CASE ...]

For each case, one line: how long `check` took, the seconds and the memory it estimates for a run of N worlds on one
thread ("> ": at least), and the processor seconds and the memory of that run, less those of a run of the smallest case. A
run that takes more than the limit is stopped, and only held to not being said to be short.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def measured(command, limit):
    """Wall and processor seconds, peak memory in bytes, output; None for the output where the limit was reached."""
    with tempfile.TemporaryFile() as out:
        begin = time.monotonic()
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        stopped = False
        while True:
            pid, _, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - begin > limit and not stopped:
                stopped = True
                child.kill()
            time.sleep(0.01)
        out.seek(0)
        text = out.read().decode()
    wall = time.monotonic() - begin
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, None if stopped else text


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--binary", default=str(ROOT / "build/release/bin/casus"))
    options.add_argument("--worlds", type=int, default=96)
    options.add_argument("--limit", type=float, default=120)
    options.add_argument("case", nargs="*", default=sorted(map(str, (ROOT / "cases").glob("*.casus"))))
    asked = options.parse_args()
    with tempfile.NamedTemporaryFile("w", suffix=".casus") as smallest:
        smallest.write('case "s"\nhorizon 1 rounds\nprecision 1\nactor A\nround { move M by A { a b } }\n'
                       "measure m = P(ever M.a)\npolicy free\n")
        smallest.flush()
        base = measured([asked.binary, "run", smallest.name, "--worlds", "1", "--no-store"], 60)[2]
    print("| case | check took | seconds said | taken | said / taken | MB said | taken | said / taken |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    wrong = 0
    for case in asked.case:
        common = [case, "--worlds", str(asked.worlds), "--threads", "1"]
        wall, _, _, text = measured([asked.binary, "check", *common, "--json"], 60)
        said = json.loads(text)
        if said["errors"]:
            print(f"| {pathlib.Path(case).name} | {wall:.1f} s | it has errors | | | | | |", flush=True)
            continue
        seconds, room, more = said["run"]["seconds"], said["bytes_per_thread"], said["more"]
        _, took, peak, told = measured([asked.binary, "run", *common, "--no-store", "--json"], asked.limit)
        held = max(peak - base, 1)
        ratio, memory = seconds / took, room / held
        good = ratio >= 0.5 if told is None else 0.5 <= ratio <= 2 or more and ratio <= 2 or max(seconds, took) < 0.2
        good = good and (0.5 <= memory <= 2 or max(room, held) < 3e7 or told is None and memory >= 0.5) and wall < 2.5
        wrong += not good
        cut = "> " if told is None else ""
        print(f"| {pathlib.Path(case).name} | {wall:.1f} s | {'> ' if more else ''}{seconds:.2f} | {cut}{took:.2f} | {ratio:.2f} "
              f"| {room / 1e6:.0f} | {held / 1e6:.0f} | {memory:.2f} |{'' if good else ' !'}", flush=True)
    sys.exit(1 if wrong else 0)


main()
