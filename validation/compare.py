"""Times an epoch of sparker and of PyTorch in alternation, and prints the ratios as a Markdown table.

    go test -c -o validation/train.test ./train
    python3 validation/compare.py [rounds]

One thread each, float64, Adam included; minima over the rounds. The first column is the path that sparker chooses by
itself. Needs PyTorch (Debian: python3-torch) and, for its matrix products to be fast, OpenBLAS (Debian:
libopenblas0-pthread).
"""

import math
import os
import re
import subprocess
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when torch is imported

import torch

from epoch import Problem, microseconds

SIZES = [(22000, 1), (22000, 2), (11000, 100), (11000, 1000)]
KERNELS = 5


def sparker(rows, dim, simd):
    """The time of one epoch of the fused engine, in microseconds; infinite where this machine lacks the path."""
    environment = dict(os.environ, GOMAXPROCS="1", SPARKER_SIMD=simd)
    run = subprocess.run(
        [os.path.join(os.path.dirname(os.path.abspath(__file__)), "train.test"), "-test.run=^$", "-test.benchtime=0.3s",
         f"-test.bench=^BenchmarkEpoch$/^fused$/^N={rows}$/^d={dim}$/^M={KERNELS}$"],
        env=environment, capture_output=True, text=True)
    if run.returncode != 0 and "this processor does not have it" in run.stdout + run.stderr:
        return math.inf
    run.check_returncode()
    return float(re.search(r"([0-9.]+) µs/epoch", run.stdout).group(1))


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    torch.set_num_threads(1)
    print(f"PyTorch {torch.__version__}; {rounds} rounds; microseconds an epoch, minima\n")
    print("| (N, d) | sparker | avx2 | portable | PyTorch, tuned | PyTorch, obvious | tuned/sparker | tuned/avx2 | tuned/portable |")
    print("|---|---|---|---|---|---|---|---|---|")
    for rows, dim in SIZES:
        problem = Problem(rows, dim, KERNELS)
        epochs = 40 if dim <= 2 else 10
        measure = {
            "sparker": lambda: sparker(rows, dim, ""),
            "tuned": lambda: microseconds(problem, True, epochs),
            "avx2": lambda: sparker(rows, dim, "avx2"),
            "portable": lambda: sparker(rows, dim, "off"),
            "obvious": lambda: microseconds(problem, False, epochs if dim <= 100 else 3),
        }
        best = dict.fromkeys(measure, math.inf)
        for _ in range(rounds):
            for name, f in measure.items():
                best[name] = min(best[name], f())
        times = " | ".join(f"{best[name]:.0f}" for name in ("sparker", "avx2", "portable", "tuned", "obvious"))
        ratios = " | ".join(f"{best['tuned'] / best[name]:.1f}" for name in ("sparker", "avx2", "portable"))
        print(f"| ({rows}, {dim}) | {times} | {ratios} |", flush=True)


if __name__ == "__main__":
    main()
