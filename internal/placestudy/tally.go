package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/stat"

	"sparker/data"
	"sparker/findings"
	"sparker/internal/rng"
	"sparker/stats"
	"sparker/twosample"
)

const (
	alpha = 0.05
	// The true excess of a place is taken from the data of so many independent pairs, and from the
	// larger references of some of them.
	truthPairs      = 100
	truthReferences = 10
	// nearlyNone is the purity below which a place holds almost none of the anomalies.
	nearlyNone = 0.05
)

// tally is what was found in pairs of one kind.
type tally struct {
	title  string
	first  []float64 // p-values of the first places
	purity []float64 // of the significant ones that are an excess

	beside int // pairs with a significant place that holds almost none of the anomalies

	// Pairs whose intervals do not hold the true excess: that of the first place, at the end nearer
	// to 0 or at the other one, and that of any listed place, at the end nearer to 0.
	near, far, anyNear int

	mutex sync.Mutex
}

// tally tests pairs among null toys.
func (s *study) tally(ctx context.Context, kind string, signal float64, n int,
	null []*findings.Extremes) (*tally, error) {
	t := &tally{title: fmt.Sprintf("%s %v", kind, signal)}
	truth, err := s.newTruth(signal)
	if err != nil {
		return nil, err
	}
	return t, s.each(ctx, kind, signal, n, func(_ int, pair data.Pair, fit twosample.Fit) error {
		extremes := findings.FindExtremes(pair, fit)
		if extremes == nil {
			return fmt.Errorf("a fit failed: %s", fit.Reason)
		}
		search, err := findings.NewPlaceSearch(null, *extremes)
		if err != nil {
			return err
		}
		found, err := findings.Find(pair, fit, findings.FindOptions{Search: search})
		if err != nil {
			return err
		}
		excess, err := truth.excesses(found.Places, fit)
		if err == nil {
			t.add(found.Places, excess)
		}
		return err
	})
}

// add takes the places of a pair and their true excesses.
func (t *tally) add(places []findings.Place, excess []float64) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	beside, anyNear := false, false
	for i, p := range places {
		significant := *p.SearchP <= alpha+1e-9
		purity := 0.0
		if p.Truth != nil {
			purity = p.Truth.Purity
		}
		near := p.Interval.Low != nil && excess[i] < *p.Interval.Low
		far := p.Interval.High != nil && excess[i] > *p.Interval.High
		if !p.IsExcess() {
			near, far = far, near
		}
		beside, anyNear = beside || significant && purity < nearlyNone, anyNear || near
		if i > 0 {
			continue
		}
		t.first = append(t.first, *p.SearchP)
		count(near, &t.near)
		count(far, &t.far)
		if significant && p.IsExcess() {
			t.purity = append(t.purity, purity)
		}
	}
	count(beside, &t.beside)
	count(anyNear, &t.anyNear)
}

// count adds 1 if something is so.
func count(is bool, n *int) {
	if is {
		*n++
	}
}

// print writes what was found, with 95% intervals of the shares.
func (t *tally) print() {
	n := len(t.first)
	fmt.Printf("%s: %d pairs\n", t.title, n)
	for _, u := range []float64{0.01, 0.05, 0.1, 0.5} {
		k := 0
		for _, p := range t.first {
			count(p <= u+1e-9, &k)
		}
		fmt.Printf("  first place with p <= %v: %s\n", u, share(k, n))
	}
	if len(t.purity) > 1 {
		mean, sd := stat.MeanStdDev(t.purity, nil)
		fmt.Printf("  purity of the %d that are significant excesses: %.3f ± %.3f\n", len(t.purity),
			mean, sd/math.Sqrt(float64(len(t.purity))))
	}
	fmt.Printf("  a significant place with a purity below %v: %s\n", nearlyNone, share(t.beside, n))
	fmt.Printf("  the interval of the first place holds the true excess: %s\n",
		share(n-t.near-t.far, n))
	fmt.Printf("  it is wrong at the end nearer to 0: %s; at the other one: %s\n", share(t.near, n),
		share(t.far, n))
	fmt.Printf("  the interval of any place is wrong at the end nearer to 0: %s\n",
		share(t.anyNear, n))
}

// share is a share of n with its 95% interval.
func share(k, n int) string {
	low, high := stats.ClopperPearson(k, n, 0.95)
	return fmt.Sprintf("%.3f (%d of %d; %.3f to %.3f)", float64(k)/max(1, float64(n)), k, n, low,
		high)
}

// truth holds independent pairs with as many anomalies as those that are tested.
type truth struct {
	signal          float64
	data, reference data.Sample
	weight          float64 // of a reference row
}

func (s *study) newTruth(signal float64) (truth, error) {
	all := truth{signal: signal}
	for i := range truthPairs {
		pair, err := s.source.Draw(rng.New(3, "truth", uint64(i)), signal)
		if err != nil {
			return all, err
		}
		all.weight = pair.Weight
		join(&all.data, pair.Data)
		if i < truthReferences {
			join(&all.reference, pair.Reference)
		}
	}
	return all, nil
}

// join appends the rows of a sample.
func join(to *data.Sample, from data.Sample) {
	to.X, to.N, to.D = append(to.X, from.X...), to.N+from.N, from.D
}

// excesses returns the expected excess in the weights of each place. It is 0 without a signal.
func (t truth) excesses(places []findings.Place, fit twosample.Fit) ([]float64, error) {
	excess := make([]float64, len(places))
	if t.signal == 0 {
		return excess, nil
	}
	for _, part := range []struct {
		sample data.Sample
		weight float64
	}{{t.data, 1. / truthPairs}, {t.reference, -t.weight / truthReferences}} {
		left := slices.Repeat([]float64{1}, part.sample.N)
		for i, p := range places {
			weights, err := p.Weights(fit, part.sample)
			if err != nil {
				return nil, err
			}
			for row, w := range weights {
				excess[i] += part.weight * w * left[row]
				left[row] *= max(0, 1-w)
			}
		}
	}
	return excess, nil
}
