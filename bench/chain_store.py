#!/usr/bin/env python3
"""chain_store.py [--rounds N] [--points N] [--check CASUS]

The chain store (cases/chain-store.casus, Kreps and Wilson 1982) as a user would solve it in NumPy: the logit equilibrium
by backward induction over a grid of beliefs, the grid vectorised. The public belief is the log-odds l that the store is
strong. With V_n(l, type) what the store expects from n towns on:

  Answer, last town first:  y_a(t) = care (pay_a(t) + V_(n-1)(l + log s_a(strong) - log s_a(weak), t)),  s = softmax(y)
  Enter:                    y_in = care (b - P(fight)),  y_out = 0

The fixed point in the store's answer is found by Newton for every grid point at once; values between grid points come
from NumPy's linear interpolation on even steps of asinh(l), which is what the plain user has at hand, so many points are
needed. Prints entry, fights and profit at the prior, and processor seconds for one world. With --check the same is asked
of the program `casus` and the largest difference printed; exit code 1 if it is above --tolerance. Needs Debian's
python3-numpy.
"""
import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np


def soft_max(y):
    e = np.exp(y - y.max(axis=0))
    return e / e.sum(axis=0)


def answer(grid_u, values, log_odds, care, pay):
    """The store's choice [answer][type][point] after an entry, and the log-odds it leaves [answer][point]."""
    step_u = grid_u[1] - grid_u[0]
    slopes = np.diff(values, axis=1) / step_u

    def reply(log_odds, z):
        """Choices, and the log ratio of strong to weak that they make, where beliefs are moved by z [answer][point]."""
        u = np.arcsinh(log_odds + z)
        after = np.array([[np.interp(u[a], grid_u, values[t]) for t in range(2)] for a in range(2)])
        s = soft_max(care * (pay[:, :, None] + after))
        return u, s, np.log(s[:, 0]) - np.log(s[:, 1])

    z = np.zeros((2, log_odds.size))
    for _ in range(60):  # Newton at all grid points at once; 2 x 2 systems by Cramer's rule
        u, s, target = reply(log_odds, z)
        f = z - target
        if np.abs(f).max() < 1e-12:
            break
        cell = np.clip(((u - grid_u[0]) / step_u).astype(int), 0, grid_u.size - 2)
        inside = (u > grid_u[0]) & (u < grid_u[-1])
        d = care * np.where(inside, slopes[:, cell], 0) / np.cosh(u)  # [type][answer][point]
        mix = s[:, 1] * d[1] - s[:, 0] * d[0]
        j = np.array([[(a == b) * (1 - d[0, b] + d[1, b]) - mix[b] for b in range(2)] for a in range(2)])
        determinant = j[0, 0] * j[1, 1] - j[0, 1] * j[1, 0]
        step = np.array([f[0] * j[1, 1] - f[1] * j[0, 1], f[1] * j[0, 0] - f[0] * j[1, 0]]) / determinant
        z -= step * np.minimum(1, 5 / np.maximum(np.abs(step).max(axis=0), 1e-300))
    stuck = np.abs(f).max(axis=0) >= 1e-12  # where the kinks of the interpolation make Newton cycle: slow and sure
    for _ in range(4000 if stuck.any() else 0):
        target = reply(log_odds[stuck], z[:, stuck])[2]
        if np.abs(target - z[:, stuck]).max() < 1e-12:
            break
        z[:, stuck] += 0.1 * (target - z[:, stuck])
    s = reply(log_odds, z)[1]
    return s, log_odds + z


def solve(rounds, points, p=0.1, a=2.0, b=0.5, care=5.0, fight=(0.0, -1.0), share=(-1.0, 0.0)):
    pay = np.array([fight, share])  # of the store, [answer][type]
    reach = 3 + 2 * care * 3 * rounds
    prior = np.log(p) - np.log1p(-p)
    grid_u = np.linspace(np.arcsinh(prior - reach), np.arcsinh(prior + reach), points)
    log_odds = np.sinh(grid_u)
    belief = 1 / (1 + np.exp(-log_odds))
    values = np.zeros((2, points))  # of the store, [type][point], nothing is left to come
    layers = []
    for _ in range(rounds):
        s, after = answer(grid_u, values, log_odds, care, pay)
        fights = belief * s[0, 0] + (1 - belief) * s[0, 1]
        enter = soft_max(np.array([care * (b - fights), np.zeros(points)]))[0]
        u = np.arcsinh(after)
        follow = np.zeros((2, points))
        for t in range(2):
            for k in range(2):
                follow[t] += s[k, t] * (pay[k, t] + np.interp(u[k], grid_u, values[t]))
        layers.append((enter, s, u))
        values = enter * follow + (1 - enter) * (a + values)
    layers.reverse()
    # Forward: entry in every town, given the type, by walking the tree of beliefs.
    at = np.arcsinh(prior)
    entry = np.zeros((rounds, 2))
    fought = np.zeros(2)
    walk = [(at, np.ones(2), np.ones(2))]  # u, probability by type, and of no fight so far
    for n, (enter, s, u) in enumerate(layers):
        following = []
        for at_u, mass, peace in walk:
            e = np.interp(at_u, grid_u, enter)
            entry[n] += mass * e
            following.append((at_u, mass * (1 - e), peace * (1 - e)))
            for k in range(2):
                chosen = np.array([np.interp(at_u, grid_u, s[k, t]) for t in range(2)])
                left = mass * e * chosen
                calm = peace * e * chosen
                if k == 0:
                    fought += calm
                    calm = np.zeros(2)
                following.append((np.interp(at_u, grid_u, u[k]), left, calm))
        walk = following
    value = np.array([np.interp(at, grid_u, values[t]) for t in range(2)])
    types = np.array([p, 1 - p])
    return {'entry': entry @ types, 'fought': fought @ types, 'profit': value @ types}


def largest_difference(found, casus, rounds):
    case = Path(__file__).resolve().parent.parent / 'cases/chain-store.casus'
    run = subprocess.run([casus, 'solve', str(case), '--points', '129', '--json'], check=True, capture_output=True, text=True)
    measures = json.loads(run.stdout)['policies'][0]['measures']
    towns = ['first', 'second', 'third'][:rounds]
    pairs = [(measures[f'entry[{town}]'], x) for town, x in zip(towns, found['entry'])]
    pairs += [(measures[name], found[name]) for name in ('fought', 'profit')]
    return max(abs(theirs['value'] - ours) for theirs, ours in pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--points', type=int, default=2001)
    parser.add_argument('--repeat', type=int, default=5, help='the quickest counts')
    parser.add_argument('--check', metavar='CASUS', help='the program to compare with (three rounds)')
    parser.add_argument('--tolerance', type=float, default=1e-4)
    arguments = parser.parse_args()
    best = np.inf
    for _ in range(arguments.repeat):
        begin = time.process_time()
        found = solve(arguments.rounds, arguments.points)
        best = min(best, time.process_time() - begin)
    entry = ' '.join(f'{x:.6f}' for x in found['entry'])
    print(f'entry {entry}, fought {found["fought"]:.6f}, profit {found["profit"]:.6f}')
    print(f'{1e3 * best:.2f} ms of processor time for one world, {arguments.points} points')
    if arguments.check:
        difference = largest_difference(found, arguments.check, arguments.rounds)
        print(f'largest difference from casus (129 points, sixth order): {difference:.1e}')
        return int(difference > arguments.tolerance)
    return 0


if __name__ == '__main__':
    sys.exit(main())
