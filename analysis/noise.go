package analysis

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"

	"sparker/internal/rng"
	"sparker/results"
)

// noiseReplicates is the number of bootstrap samples of the null toys. It gives the standard error
// to 4%.
const noiseReplicates = 300

// tests are toys of one signal strength that were tested in an arm.
type tests struct {
	arm
	toys []toyResult
}

// calibrationNoise returns the standard error of a difference of powers that comes from the finite
// number of null toys. Both arms see the same resampled null toys if they were calibrated on the
// same ones; paired reports that their samples are the same.
func calibrationNoise(a, base tests, paired bool) float64 {
	r := rng.New(a.experiment.Seed, "calibration noise")
	first, second := newResampling(a), newResampling(base)
	same := (paired || a.record.NullKey == base.record.NullKey) &&
		slices.Equal(first.indices, second.indices)
	differences := make([]float64, noiseReplicates)
	for i := range differences {
		times := resample(r, len(first.indices))
		power := first.power(times)
		if !same {
			times = resample(r, len(second.indices))
		}
		differences[i] = power - second.power(times)
	}
	return stat.StdDev(differences, nil)
}

// resample returns how often each of n toys is drawn in n draws with replacement.
func resample(r *rand.Rand, n int) []int {
	times := make([]int, n)
	for range n {
		times[r.IntN(n)]++
	}
	return times
}

// resampling finds the power of a test under resampled null toys.
type resampling struct {
	indices []int // of the null toys, rising
	order   []int // positions in indices, by falling score
	above   []int // for each toy, how many null toys reach its score; -1 for a fit that failed
	alpha   float64
}

func newResampling(a tests) resampling {
	s := resampling{alpha: a.summary.Alpha}
	for index := range a.scores {
		s.indices = append(s.indices, index)
	}
	slices.Sort(s.indices)
	s.order = make([]int, len(s.indices))
	for i := range s.order {
		s.order[i] = i
	}
	slices.SortStableFunc(s.order, func(i, j int) int {
		return cmp.Compare(a.scores[s.indices[j]], a.scores[s.indices[i]])
	})
	for _, toy := range a.toys {
		above := -1
		if toy.Status == results.StatusOK {
			above = int(math.Round(toy.P*float64(len(s.indices)+1))) - 1
		}
		s.above = append(s.above, above)
	}
	return s
}

// power returns the share of toys that are rejected if each null toy counts the given number of
// times.
func (s resampling) power(times []int) float64 {
	// reached[k] is the number of resampled toys among the k of the largest scores
	reached := make([]int, len(s.order)+1)
	for i, at := range s.order {
		reached[i+1] = reached[i] + times[at]
	}
	n := 0
	for _, above := range s.above {
		if above >= 0 && float64(1+reached[above])/float64(len(s.order)+1) <= s.alpha {
			n++
		}
	}
	return float64(n) / float64(len(s.above))
}
