"""Golden values of the tests of package stats: python3 goldens.py (scipy 1.10.1)."""
import numpy as np
from scipy import special, stats

print("Z: p, stats.norm.isf(p)")
for p in (0.99, 0.5, 0.05, 1.35e-3, 2.87e-7, 1e-13, 1e-50, 1e-300):
    print("{%r, %r}," % (p, stats.norm.isf(p)))

print("ClopperPearson: k, n, level, lo, hi")
for k, n in ((0, 50), (1, 50), (47, 50), (50, 50), (5, 300), (299, 300), (1000, 20000), (1, 1), (0, 1), (123456, 2000000)):
    for level in (0.68, 0.95):
        ci = stats.binomtest(k, n).proportion_ci(level, method="exact")
        print("{%d, %d, %r, %r, %r}," % (k, n, level, ci.low, ci.high))

print("Kolmogorov survival: x, special.kolmogorov(x)")
for x in (0.2, 0.3, 0.5, 0.8, 0.999, 1.0, 1.001, 1.2, 1.358, 1.628, 2.5, 4):
    print("{%r, %r}," % (x, special.kolmogorov(x)))

print("exact KS: n, distance = stats.kstwo.isf(p, n), p")
for n in (10, 20, 50, 100, 1000):
    for p in (0.9, 0.5, 0.1, 0.05, 0.01, 0.001):
        print("{%d, %r, %r}," % (n, stats.kstwo.isf(p, n), p))


def stephens(distance, n):
    return special.kolmogorov((n**0.5 + 0.12 + 0.11 / n**0.5) * distance)


print("FitChiSquare: DoF, KS, P")
for t in ([0.3, 1.1, 2.9, 3.3, 4.0, 4.4, 5.2, 5.9, 7.5, 8.1, 10.6, 14.3], [-1.2, 0.4, 0.7, 2.0, 3.1]):
    d = stats.kstest(t, stats.chi2(np.mean(t)).cdf).statistic
    print(np.mean(t), repr(d), repr(stephens(d, len(t))))

print("Uniformity: ks, ksP, chi2, chi2P")
p = [0.02, 0.05, 0.1, 0.11, 0.2, 0.25, 0.33, 0.5, 0.51, 0.52, 0.53, 0.66, 0.7, 0.71, 0.9, 0.95, 0.99, 1.0, 0.31, 0.32]
d = stats.kstest(p, "uniform").statistic
counts = np.bincount(np.ceil(np.round(np.array(p) * 10, 9)).astype(int) - 1, minlength=10)
print(repr(d), repr(stephens(d, len(p))), *stats.chisquare(counts))

print("Combination scores of (.01, .2, .5, .9): mix half min fisher cauchy")
p = np.array([0.01, 0.2, 0.5, 0.9])
print(
    -0.5 * np.log(p.min()) - 0.5 * np.log(p).mean(),
    -np.log((p.min() + p.prod()) / 2),
    -np.log(p.min()),
    -np.log(p).sum(),
    np.tan(np.pi * (0.5 - p)).mean(),
)
