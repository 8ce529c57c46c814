#!/usr/bin/env python3
"""contest.py [--rounds N] [--states N] [--check BIN]

A complete-information stochastic game as a user would solve it in NumPy: the contest of `bench_study --generate
--informed 0` (two actors push a level up in turn, chance lets it fall), in logit replies, by backward induction with the
states vectorised. Prints both actors' payoffs at the median parameters and processor seconds for one world. With --check
the programs in BIN solve the same case; exit code 1 if a payoff differs by more than 1e-10. Needs Debian's python3-numpy.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np


def solve(rounds, states, stages=2, precision=3.0, discount=0.95, cost=0.3, gain=1.0, fall=0.3):
    level = np.arange(states)
    up, down = np.minimum(level + 1, states - 1), np.maximum(level - 1, 0)
    sign = np.array([[1.0], [-1.0]])
    values = np.zeros((2, states))  # [actor][level] at the start of a round
    for _ in range(rounds):
        values = sign * gain * level / states + discount * values  # the round settles
        values = fall * values[:, down] + (1 - fall) * values      # chance
        for stage in reversed(range(stages)):
            mover = stage % 2
            hold, push = values, values[:, up].copy()
            push[mover] -= cost * (1 + 0.2 * level)
            p = 1 / (1 + np.exp(-precision * (push[mover] - hold[mover])))
            values = p * push + (1 - p) * hold
    return values[:, 0]


def largest_difference(found, bin_folder, rounds, states):
    with tempfile.NamedTemporaryFile('w', suffix='.casus') as case:
        case.write(subprocess.run([bin_folder / 'bench_study', '--generate', '--informed', '0', '--rounds', str(rounds),
                                   '--states', str(states), '--show-case'], check=True, capture_output=True, text=True).stdout)
        case.flush()
        run = subprocess.run([bin_folder / 'casus', 'solve', case.name, '--json'], check=True, capture_output=True, text=True)
    payoffs = json.loads(run.stdout)['policies'][0]['payoffs']
    return max(abs(payoffs[f'A{i}'] - found[i]) for i in range(2))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rounds', type=int, default=16)
    parser.add_argument('--states', type=int, default=64)
    parser.add_argument('--repeat', type=int, default=20, help='the quickest counts')
    parser.add_argument('--check', metavar='BIN', type=Path, help='the folder of casus and bench_study')
    arguments = parser.parse_args()
    best = np.inf
    for _ in range(arguments.repeat):
        begin = time.process_time()
        found = solve(arguments.rounds, arguments.states)
        best = min(best, time.process_time() - begin)
    print(f'payoffs {found[0]:.8f} {found[1]:.8f}')
    print(f'{1e3 * best:.3f} ms of processor time for one world')
    if arguments.check:
        difference = largest_difference(found, arguments.check, arguments.rounds, arguments.states)
        print(f'largest difference from casus: {difference:.1e}')
        return int(difference > 1e-10)
    return 0


if __name__ == '__main__':
    sys.exit(main())
