package stats

import (
	"cmp"
	"math"
	"slices"
)

// RowScores are the scores of rows of data and of calibration rows, which are known to be from the
// reference. A large score stands for a row that is not.
//
// What follows from them holds if the scores of the calibration rows and of those data rows that
// are from the reference are exchangeable. They are if the score is a function that treats all
// these rows alike, such as one that was learned from both without telling which row is in which
// list (Marandon, Lei, Mary and Roquain, Annals of Statistics 52, 2024, 157; arXiv:2208.06685).
// Scores must not be NaN.
type RowScores struct {
	Calibration, Data []float64
}

// P returns the conformal p-value of each data row,
//
//	p_j = (1 + #{calibration scores >= s_j})/(n+1)
//
// for n calibration rows. Equal scores count against the row. For a data row from the reference,
// P(p <= α) is at most α. The p-values depend on each other by the calibration rows that they
// share.
func (s RowScores) P() []float64 {
	sorted := slices.Sorted(slices.Values(s.Calibration))
	n := len(sorted)
	p := make([]float64, len(s.Data))
	for j, score := range s.Data {
		below, _ := slices.BinarySearch(sorted, score)
		p[j] = float64(1+n-below) / float64(n+1)
	}
	return p
}

// BenjaminiHochberg returns the adjusted p-values of a list,
//
//	q_j = min over p_k >= p_j of p_k m/rank(p_k)
//
// for m p-values, at most 1. The list of those with q_j <= q has a false-discovery rate of at most
// q: this is the expected share of true null hypotheses in it, 0 for an empty list (Benjamini and
// Hochberg, JRSS B 57, 1995, 289). It holds for independent p-values, and for those of
// [RowScores.P] (Bates et al., Annals of Statistics 51, 2023, 149).
func BenjaminiHochberg(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	adjusted := make([]float64, len(p))
	least := 1.0
	for k := len(order) - 1; k >= 0; k-- {
		least = min(least, p[order[k]]*float64(len(p))/float64(k+1))
		adjusted[order[k]] = least
	}
	return adjusted
}

// Novel returns a lower bound of the number of data rows that are not from the reference. It is
// larger than this number with a probability of at most 1 - level.
//
// Of m data rows from the reference, the number that score above the r-th largest of n calibration
// scores is beta-binomial(m; r, n+1-r), whatever the distribution of the scores. If U_r is its
// quantile at 1 - α_r, then with S_r data rows above that score, at least S_r - U_r are not from
// the reference. The bound is the largest of these for r = 1, 2, 4, ... up to n, with equal α_r
// that sum to 1 - level. U_r is taken for the m that the bound leaves: every smaller number k of
// other rows is rejected with m = N_D - k.
//
// The bound is 0 without calibration rows, and if level is not in (0, 1).
//
// Michel, Näf and Meinshausen (arXiv:2005.06006) bound the distance in total variation of two
// distributions by scores in the same way, with a classifier that is learned from other rows and
// asymptotic quantiles. Here the scores may be learned from the rows themselves, and the quantiles
// are exact in finite samples.
func (s RowScores) Novel(level float64) int { return s.NovelAmong(len(s.Data), level) }

// NovelAmong is Novel for the k data rows of the largest scores: min(k, S_r) takes the place of
// S_r. With a probability of at least level, the bounds for all k hold together.
func (s RowScores) NovelAmong(k int, level float64) int {
	if !(level > 0 && level < 1) {
		return 0
	}
	var above []scoresAbove
	calibration := slices.Sorted(slices.Values(s.Calibration))
	sorted := slices.Sorted(slices.Values(s.Data))
	n := len(calibration)
	for r := 1; r <= n; r *= 2 {
		at, _ := slices.BinarySearchFunc(sorted, calibration[n-r], func(score, bar float64) int {
			if score > bar {
				return 1
			}
			return -1
		})
		above = append(above, scoresAbove{r, len(sorted) - at})
	}
	surplus := func(m, k int) int {
		largest := 0
		for _, a := range above {
			law := betaBinomial{m: m, r: a.rank, n: n}
			largest = max(largest,
				min(k, a.data)-law.quantile((1-level)/float64(len(above))))
		}
		return largest
	}
	all := surplus(len(sorted), len(sorted))
	for more := surplus(len(sorted)-all, len(sorted)); more > all; {
		all, more = more, surplus(len(sorted)-more, len(sorted))
	}
	return surplus(len(sorted)-all, k)
}

// scoresAbove is the number of data rows above the calibration score of a rank, 1 for the largest.
type scoresAbove struct{ rank, data int }

// betaBinomial is the distribution of the number of m rows above the r-th largest of n others, if
// all are exchangeable: beta-binomial(m; r, n+1-r).
type betaBinomial struct{ m, r, n int }

// quantile returns the smallest u with P(N > u) <= tail.
func (b betaBinomial) quantile(tail float64) int {
	// P(N = k) = C(k+r-1, k) C(m-k+n-r, m-k)/C(m+n, n).
	log := logChoose(b.m+b.n-b.r, b.m) - logChoose(b.m+b.n, b.m)
	inside := math.Exp(log)
	u := 0
	for ; u < b.m && 1-inside > tail; u++ {
		left := b.m - u
		log += math.Log(float64(u+b.r) / float64(u+1) * float64(left) / float64(left+b.n-b.r))
		inside += math.Exp(log)
	}
	return u
}

// logChoose returns log C(n, k).
func logChoose(n, k int) float64 {
	all, _ := math.Lgamma(float64(n + 1))
	chosen, _ := math.Lgamma(float64(k + 1))
	rest, _ := math.Lgamma(float64(n - k + 1))
	return all - chosen - rest
}
