"""Times an epoch of sparker and of PyTorch in alternation, and prints the ratios as a Markdown table.

    go test -c -o validation/train.test ./train
    python3 validation/compare.py [rounds]

One thread each, float64, Adam included; minima over the rounds. Needs PyTorch (Debian: python3-torch).
"""

import os
import re
import subprocess
import sys

import torch

from epoch import Problem, microseconds

SIZES = [(22000, 1), (22000, 2), (11000, 100), (11000, 1000)]
KERNELS = 5


def sparker(rows, dim, simd):
    """The time of one epoch of the fused engine, in microseconds."""
    environment = dict(os.environ, GOMAXPROCS="1", SPARKER_SIMD=simd)
    out = subprocess.run(
        [os.path.join(os.path.dirname(os.path.abspath(__file__)), "train.test"), "-test.run=^$", "-test.benchtime=0.3s",
         f"-test.bench=^BenchmarkEpoch$/^fused$/^N={rows}$/^d={dim}$/^M={KERNELS}$"],
        env=environment, check=True, capture_output=True, text=True).stdout
    return float(re.search(r"([0-9.]+) µs/epoch", out).group(1))


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    torch.set_num_threads(1)
    print(f"PyTorch {torch.__version__}; {rounds} rounds; microseconds an epoch, minima\n")
    print("| (N, d) | sparker | portable | PyTorch, tuned | PyTorch, obvious | tuned/sparker | tuned/portable |")
    print("|---|---|---|---|---|---|---|")
    for rows, dim in SIZES:
        problem = Problem(rows, dim, KERNELS)
        epochs = 40 if dim <= 2 else 10
        times = {"sparker": [], "portable": [], "tuned": [], "obvious": []}
        for _ in range(rounds):
            times["sparker"].append(sparker(rows, dim, ""))
            times["tuned"].append(microseconds(problem, True, epochs))
            times["portable"].append(sparker(rows, dim, "off"))
            times["obvious"].append(microseconds(problem, False, epochs if dim <= 100 else 3))
        best = {name: min(t) for name, t in times.items()}
        print(f"| ({rows}, {dim}) | {best['sparker']:.0f} | {best['portable']:.0f} | {best['tuned']:.0f} | {best['obvious']:.0f} "
              f"| {best['tuned'] / best['sparker']:.1f} | {best['tuned'] / best['portable']:.1f} |", flush=True)


if __name__ == "__main__":
    main()
