package baselines

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sparker/data"
	"sparker/data/sources"
	"sparker/twosample"
)

func scanOf(t *testing.T, c sources.Config) (*Scan, sources.Source) {
	t.Helper()
	source, err := sources.New(c)
	if err != nil {
		t.Fatal(err)
	}
	support := twosample.WholeSpace
	if c.Source == "exponential" {
		support = twosample.HalfLine
	}
	s, err := NewScan(source.(sources.Alternative), []float64{c.Signal.Scale, 2 * c.Signal.Scale},
		support)
	if err != nil {
		t.Fatal(err)
	}
	return s, source
}

// slowScan maximizes the likelihood ratio by brute force over a fine grid of strengths, at the
// places that the scan uses, from the source's own log-ratio of a signal at each place.
func slowScan(t *testing.T, c sources.Config, x data.Sample, places [][]float64) float64 {
	t.Helper()
	var best float64
	for _, mu := range places {
		c.Signal.Loc = mu
		source, err := sources.New(c)
		if err != nil {
			t.Fatal(err)
		}
		a := source.(sources.Alternative)
		for step := 1; step < 400; step++ {
			signal := 40 * float64(step) / 400
			null, alternative, _ := a.Counts(signal)
			l := null - alternative
			for i := range x.N {
				l += a.LogRatio(x.Row(i), signal)
			}
			best = max(best, 2*l)
		}
	}
	return best
}

// The scan is the likelihood ratio of the source's own alternative, maximized over its place and
// strength.
func TestScanEqualsBruteForce(t *testing.T) {
	t.Parallel()
	oneD := sources.Default()
	oneD.Reference, oneD.Expected = 10, 100
	oneD.Signal.Scale = 0.4
	shape := oneD
	shape.Counting = "shape"
	twoD := oneD
	twoD.Source, twoD.Dim = "gaussian", 2
	twoD.Signal.Loc = sources.Vector{1, 1}
	for name, c := range map[string]sources.Config{"poisson": oneD, "fixed": shape,
		"two dimensions": twoD} {
		s, source := scanOf(t, c)
		for seed := range uint64(3) {
			pair, err := source.Draw(rand.New(rand.NewPCG(seed, 2)), 10)
			if err != nil {
				t.Fatal(err)
			}
			out, err := s.Statistics(pair, nil)
			if err != nil || out.Status != twosample.OK || len(out.T) != 2 {
				t.Fatalf("%s: %+v, %v", name, out, err)
			}
			var places [][]float64
			if s.dim == 1 {
				low, high := slices.Min(pair.Data.X), slices.Max(pair.Data.X)
				for k := math.Floor(low / 0.1); k <= math.Ceil(high/0.1); k++ {
					places = append(places, []float64{k * 0.1})
				}
			} else {
				for i := range pair.Data.N {
					places = append(places, pair.Data.Row(i))
				}
			}
			want := slowScan(t, c, pair.Data, places)
			// the grid of strengths falls short of the maximum
			if got := out.T[0]; got < want-1e-6 || got > want+0.02 {
				t.Errorf("%s, seed %d: t = %v, brute force %v", name, seed, got, want)
			}
			// A signal that is twice as wide is a scan of its own.
			wide := c
			wide.Signal.Scale *= 2
			double, _ := scanOf(t, wide)
			if other, err := double.Statistics(pair, nil); err != nil || other.T[0] != out.T[1] {
				t.Errorf("%s, seed %d: at twice the width t = %v, alone %v (%v)", name, seed,
					out.T[1], other.T[0], err)
			}
			order := rand.New(rand.NewPCG(seed, 3))
			order.Shuffle(pair.Data.N, func(i, j int) {
				for k := range pair.Data.D {
					x := pair.Data.X
					x[i*pair.Data.D+k], x[j*pair.Data.D+k] = x[j*pair.Data.D+k], x[i*pair.Data.D+k]
				}
			})
			if again, err := s.Statistics(pair, nil); err != nil ||
				math.Abs(again.T[0]-out.T[0]) > 1e-9 {
				t.Errorf("%s: in another order t = %v, %v; was %v", name, again.T, err, out.T)
			}
		}
	}
}

func TestScanRefuses(t *testing.T) {
	t.Parallel()
	c := sources.Default()
	s, source := scanOf(t, c)
	for _, widths := range [][]float64{nil, {1, 0}, {math.Inf(1)}} {
		if _, err := NewScan(source.(sources.Alternative), widths,
			twosample.HalfLine); err == nil {
			t.Errorf("a scan of widths %v", widths)
		}
	}
	if _, err := s.Statistics(data.Pair{Data: data.Sample{X: []float64{1, 2}, N: 1, D: 2}},
		nil); err == nil {
		t.Error("two columns for a scan in one")
	}
	if _, err := s.Statistics(data.Pair{Data: data.Sample{X: []float64{-1}, N: 1, D: 1}},
		nil); err == nil {
		t.Error("an event where the background vanishes")
	}
	if out, err := s.Statistics(data.Pair{Data: data.Sample{D: 1}}, nil); err != nil ||
		out.T[0] != 0 {
		t.Errorf("no events: %v, %v", out, err)
	}
}
