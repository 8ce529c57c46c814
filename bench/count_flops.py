#!/usr/bin/env python3
"""count_flops.py [--isa avx2] [--bin DIR] [--top N] [-- OPTIONS OF bench_study]

Counts the double-precision operations and the bytes loaded and stored of one run of bench_study, by valgrind's callgrind
and the disassembly: every executed instruction times what it does. A fused multiply-add counts two, an addition,
subtraction, multiplication, division or square root one for each lane; minima, maxima, comparisons, moves and logic
count nothing. Bytes are those of the instructions' memory operands, so most of them come from the first cache. Prints
both for each fixed point of the final grid (the number that `bench_study --flops` wants is on the last line) and by
function. Counted with AVX2, since valgrind knows no AVX-512; the lanes' arithmetic is the same there.
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

OPERATION = re.compile(r'^v?(add|sub|mul|div|sqrt|addsub|hadd)([ps])d$')
FUSED = re.compile(r'^vfn?m(?:add|sub)(?:add|sub)?\d*([ps])d$')
MEMORY = re.compile(r'(?<![\w*])[%\w:+-]*\((?:%\w+)?(?:,%\w+(?:,\d)?)?\)')
NO_ACCESS = re.compile(r'^(lea|nop|prefetch|call|jmp)')
SUFFIX = {'b': 1, 'w': 2, 'l': 4, 'q': 8}


def width(operands):
    for name, size in (('%zmm', 64), ('%ymm', 32), ('%xmm', 16)):
        if name in operands:
            return size
    return 8


def effect(mnemonic, operands):
    """(flops, bytes) of one execution."""
    flops = 0
    if found := OPERATION.match(mnemonic):
        flops = width(operands) // 8 if found[2] == 'p' else 1
    elif found := FUSED.match(mnemonic):
        flops = 2 * (width(operands) // 8 if found[1] == 'p' else 1)
    moved = 0
    if MEMORY.search(operands) and not NO_ACCESS.match(mnemonic):
        if re.search(r'(sd|movq|movsd|movhpd|movlpd|movhps|movlps|broadcastsd|gatherqpd|gatherdpd)$', mnemonic):
            moved = 8 * (width(operands) // 8 if 'gather' in mnemonic else 1)
        elif mnemonic.startswith('v') or 'xmm' in operands:
            source = re.match(r'v(?:extractf|extracti)(?:128|64x2)', mnemonic)
            moved = 16 if source else 32 if 'x4' in mnemonic else width(operands)
        else:
            moved = SUFFIX.get(mnemonic[-1], 8)
    elif mnemonic.startswith(('push', 'pop')):
        moved = 8
    return flops, moved


def disassemble(path):
    text = subprocess.run(['objdump', '-d', '--no-show-raw-insn', path], check=True, capture_output=True, text=True).stdout
    code = {}
    for line in text.splitlines():
        if found := re.match(r'\s+([0-9a-f]+):\s+(?:(?:notrack|bnd|rep|repz|lock|data16)\s+)*(\S+)\s*(.*)', line):
            code[int(found[1], 16)] = effect(found[2], found[3].split('#')[0])
    return code


def main():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bin', default=os.path.join(root, 'build/release/bin'), help='folder of the programs')
    parser.add_argument('--isa', default='avx2', choices=['baseline', 'avx2'])
    parser.add_argument('--top', type=int, default=12, help='functions to show')
    arguments, rest = parser.parse_known_args()
    rest = [r for r in rest if r != '--']
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, 'callgrind.out')
        run = subprocess.run(
            ['valgrind', '--tool=callgrind', '--dump-instr=yes', '--dump-line=no', '--compress-strings=no',
             '--compress-pos=no', f'--callgrind-out-file={out}', os.path.join(arguments.bin, 'bench_study'),
             '--isa', arguments.isa, '--threads', '1', '--json', '-', *rest],
            capture_output=True, text=True, env={**os.environ, 'CASUS_ISA': arguments.isa})
        if run.returncode:
            sys.exit(run.stderr)
        study = json.loads(run.stdout)
        total = collections.Counter()
        by_function = collections.defaultdict(collections.Counter)
        objects = {}
        code, function, inclusive = {}, '', False
        for line in open(out):
            if line.startswith('ob='):
                path = line[3:].strip()
                if path not in objects:
                    objects[path] = disassemble(path) if os.path.exists(path) else {}
                code = objects[path]
            elif line.startswith('fn='):
                function = line[3:].strip()
            elif line.startswith('calls='):
                inclusive = True
            elif line.startswith('0x'):
                if inclusive:
                    inclusive = False
                    continue
                address, count = line.split()[0], int(line.split()[-1])
                flops, moved = code.get(int(address, 16), (0, 0))
                for counter in (total, by_function[function]):
                    counter['instructions'] += count
                    counter['flops'] += count * flops
                    counter['bytes'] += count * moved
    points = sum(r['fixed_points'] for r in study['rows'])
    print(f'{study["case"]}, {points} fixed points, {arguments.isa}\n')
    print('| function | instructions | flops | bytes | flops a byte | for each fixed point: instructions | flops | bytes |')
    print('|---|--:|--:|--:|--:|--:|--:|--:|')
    kernels = collections.Counter()
    for name, counter in by_function.items():
        if f'::{arguments.isa}::' in name:
            kernels.update(counter)
    shown = sorted(by_function.items(), key=lambda item: -item[1]['flops'])[:arguments.top]
    for name, c in [*shown, ('**all kernels**', kernels), ('**all**', total)]:
        name = re.sub(r'\(.*', '', name).replace('casus::solve::', '').replace('void ', '')
        print(f'| {name} | {c["instructions"]:,} | {c["flops"]:,} | {c["bytes"]:,} | {c["flops"] / max(c["bytes"], 1):.2f} |'
              f' {c["instructions"] / points:.0f} | {c["flops"] / points:.0f} | {c["bytes"] / points:.0f} |')
    print(f'\n--flops {total["flops"] / points:.0f}')


if __name__ == '__main__':
    main()
