package findings

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/data"
	"sparker/stats"
	"sparker/train"
	"sparker/twosample"
)

// One kernel at 1 of width 2, by hand: with one kernel the gate is 1 and phi = exp(-(x-1)²/8).
func TestFindOneKernelByHand(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Data: sampleOf(1, 1, 3, 3.5, -9), Reference: sampleOf(1, -1, 0, 2, 5, 4),
		Weight: 0.5}
	for _, gate := range []bool{true, false} {
		fit := made(2, []float64{0.5}, 1)
		fit.SoftMax = gate
		f := find(t, pair, fit, FindOptions{Nearest: 2})
		phi := func(r float64) float64 { return math.Exp(-r * r / 2) } // r in sigma
		d := []float64{1, phi(1), phi(1.25), phi(5)}
		r := []float64{phi(1), phi(0.5), phi(0.5), phi(2), phi(1.5)}
		sum := func(v []float64, power float64) (s float64) {
			for _, x := range v {
				s += math.Pow(x, power)
			}
			return s
		}
		k := f.Kernels[0]
		z, p := stats.OnOff(2, 3, 0.5)
		if diff := cmp.Diff(BallCount{Data: 2, Reference: 3, Expected: 1.5, Z: z, P: p},
			k.Ball); diff != "" {
			t.Error(diff)
		}
		unit := (sum(d, 2) + sum(r, 2)) / (sum(d, 1) + sum(r, 1))
		z, _ = stats.OnOff(sum(d, 1)/unit, sum(r, 1)/unit, 0.5)
		score := (sum(d, 1) - 0.5*sum(r, 1)) / math.Sqrt(0.5*1.5*sum(r, 2))
		soft := SoftCount{
			Data: sum(d, 1), Expected: 0.5 * sum(r, 1),
			EffectiveData:      sum(d, 1) * sum(d, 1) / sum(d, 2),
			EffectiveReference: sum(r, 1) * sum(r, 1) / sum(r, 2), Score: &score, Z: z,
		}
		if diff := cmp.Diff(soft, k.Soft, near); diff != "" {
			t.Error(diff)
		}
		members := []Member{
			{Row: 0, Distance: 0, InBall: true, Weight: 1, Contribution: 0.5},
			{Row: 1, Index: 1, Distance: 1, InBall: true, Weight: phi(1), Contribution: phi(1) / 2},
		}
		if diff := cmp.Diff(members, k.Nearest, near); diff != "" {
			t.Error(diff)
		}
		if f.Checkpoint != 1 || f.Epoch != 7 || f.Sigma != 2 || f.T != 3 || f.Weight != 0.5 ||
			k.Centroid[0] != 1 || k.Coefficient != 0.5 || k.Truth != nil {
			t.Errorf("%+v", f)
		}
		// The reference has mean 2 and deviations -3, -2, 0, 3, 2 from it: variance 26/5.
		mean := (d[0]*1 + d[1]*3 + d[2]*3.5 + d[3]*-9) / sum(d, 1)
		if len(k.Bulk) != 1 || len(k.Local) != 0 { // fewer than five rows around it
			t.Fatalf("features %+v and %+v", k.Bulk, k.Local)
		}
		if b := k.Bulk[0]; math.Abs(b.Mean-mean) > 1e-12 || b.ReferenceMean != 2 ||
			math.Abs(b.ReferenceSD-math.Sqrt(5.2)) > 1e-12 ||
			math.Abs(b.Bulk-(mean-2)/math.Sqrt(5.2)) > 1e-12 || b.Local != nil {
			t.Errorf("%+v", b)
		}
		if math.Abs(k.Noise-1/math.Sqrt(soft.EffectiveData)) > 1e-12 {
			t.Errorf("noise %v", k.Noise)
		}
	}
}

// Two kernels in two dimensions: the gate shares a row by exp(l_i)/Σ exp(l_j), and a ball's rows
// are those nearest to its centroid.
func TestFindTwoKernelsByHand(t *testing.T) {
	t.Parallel()
	fit := made(1, []float64{2, -1}, 0, 0, 1, 0)
	pair := data.Pair{Data: sampleOf(2, 0.75, 0, 0.25, 0, 0, 3), Reference: sampleOf(2, 5, 5, 0, 0),
		Weight: 0.1}
	f := find(t, pair, fit, FindOptions{})
	// of the kernel at distance a
	gate := func(a, b float64) float64 { return 1 / (1 + math.Exp((a*a-b*b)/2)) }
	phi := func(a, b float64) float64 { return gate(a, b) * math.Exp(-a*a/2) }
	want := [][]Member{{
		{Row: 1, Index: 1, Distance: 0.25, InBall: true, Weight: phi(0.25, 0.75),
			Contribution: 2 * phi(0.25, 0.75)},
		{Row: 0, Distance: 0.75, Weight: phi(0.75, 0.25), Contribution: 2 * phi(0.75, 0.25)},
		{Row: 2, Index: 2, Distance: 3, Weight: phi(3, math.Sqrt(10)),
			Contribution: 2 * phi(3, math.Sqrt(10))},
	}, {
		{Row: 0, Distance: 0.25, InBall: true, Weight: phi(0.25, 0.75),
			Contribution: -phi(0.25, 0.75)},
		{Row: 1, Index: 1, Distance: 0.75, Weight: phi(0.75, 0.25),
			Contribution: -phi(0.75, 0.25)},
		{Row: 2, Index: 2, Distance: math.Sqrt(10), Weight: phi(math.Sqrt(10), 3),
			Contribution: -phi(math.Sqrt(10), 3)},
	}}
	for i := range want {
		k := of(f, i)
		if diff := cmp.Diff(want[i], k.Nearest, near); diff != "" {
			t.Errorf("kernel %d: %s", i, diff)
		}
		if k.Ball.Data != 1 || k.Ball.Reference != 1-i {
			t.Errorf("kernel %d: %+v", i, k.Ball)
		}
	}
	fit.SoftMax = false
	f = find(t, pair, fit, FindOptions{})
	if got := of(f, 0).Soft.Data; math.Abs(
		got-math.Exp(-0.5*0.75*0.75)-math.Exp(-0.5*0.25*0.25)-math.Exp(-4.5)) > 1e-12 {
		t.Errorf("without a gate Σ phi is %v", got)
	}
}

// Far from every centroid all kernels underflow: the gate is still one, no number is NaN, and the
// rows keep their order of distance.
func TestFindFarAway(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Data: sampleOf(1, 1e6, 2e5, 3e5), Reference: sampleOf(1, -1e6, -1e5),
		Weight: 1}
	f := find(t, pair, made(1e-3, []float64{1, 1}, 0, 1), FindOptions{})
	k := of(f, 1)
	if k.Soft.Data != 0 || k.Soft.Z != 0 || k.Soft.Score != nil || len(k.Bulk) > 0 ||
		k.Noise != 0 || k.Ball.Z != 0 || k.Ball.P != 1 {
		t.Errorf("%+v", k)
	}
	if len(k.Nearest) != 3 || k.Nearest[0].Row != 1 || k.Nearest[1].Row != 2 ||
		k.Nearest[2].Row != 0 {
		t.Errorf("%+v", k.Nearest)
	}
	if d := k.Distances; len(d.Data) > 0 || d.BeyondData != 3 || d.BeyondReference != 2 {
		t.Errorf("%+v", k.Distances)
	}
	for _, want := range []string{"kernels 0, 1 are far from all rows",
		"no row of the data or the reference is within sigma"} {
		said := slices.Concat(f.Warnings, f.KernelNotes)
		if !slices.ContainsFunc(said, func(w string) bool { return strings.Contains(w, want) }) {
			t.Errorf("no warning %q in %q", want, said)
		}
	}
}

func TestFindRefuses(t *testing.T) {
	t.Parallel()
	standardizer, _ := data.NewStandardizer(data.Pair{Reference: sampleOf(2, 0, 1, 2, 3)})
	type call struct {
		data.Pair
		fit twosample.Fit
		FindOptions
	}
	for want, change := range map[string]func(*call){
		"no checkpoint: lost": func(c *call) { c.fit.Checkpoints, c.fit.Reason = nil, "lost" },
		"no checkpoint 2":     func(c *call) { c.Checkpoint = 2 },
		"no checkpoint -1":    func(c *call) { c.Checkpoint = -1 },
		"at least 0":          func(c *call) { c.Nearest = -1 },
		"2 scales for a fit with 3 checkpoints": func(c *call) {
			k := c.fit.Checkpoints[0]
			c.fit.Checkpoints = []train.Checkpoint{k, k, k}
			c.Scales = make([]ScaleEvidence, 2)
		},
		"1 row numbers for 2 data rows": func(c *call) { c.Index = []int{1} },
		"0 ids for 2 data rows":         func(c *call) { c.IDs = []string{} },
		"3 labels for 2":                func(c *call) { c.Labels = make([]string, 3) },
		"1 texts for 2 data rows":       func(c *call) { c.Texts = []string{"a"} },
		"3 images for 2 data rows":      func(c *call) { c.Images = []string{"a", "b", "c"} },
		"2 names for 1 columns": func(c *call) {
			c.FindOptions.Columns = []string{"a", "b"}
		},
		"3 injected rows of 2":    func(c *call) { c.Injected = 3 },
		"the reference 2":         func(c *call) { c.Reference = sampleOf(2, 0, 1) },
		"no rows":                 func(c *call) { c.Reference = sampleOf(1) },
		"of weight 0":             func(c *call) { c.Weight = 0 },
		"1 coefficients, 2":       func(c *call) { c.fit = made(1, []float64{1}, 0, 0) },
		"sigma 0":                 func(c *call) { c.fit = made(0, []float64{1}, 0) },
		"the fit has 2 columns":   func(c *call) { c.fit.Standardizer = &standardizer },
		"row 1 of the data is +I": func(c *call) { c.Data = sampleOf(1, 0, math.Inf(1)) },
		"row 0 of the reference":  func(c *call) { c.Reference = sampleOf(1, math.NaN()) },
	} {
		c := call{Pair: data.Pair{Data: sampleOf(1, 0, 1), Reference: sampleOf(1, 0, 1, 2),
			Weight: 1}, fit: made(1, []float64{1}, 0)}
		change(&c)
		for name, read := range map[string]func(data.Pair, twosample.Fit,
			FindOptions) (Findings, error){"Find": Find, "FindExcess": FindExcess} {
			if name == "FindExcess" && (c.Checkpoint != 0 || c.Scales != nil) {
				continue // it does not use them
			}
			if _, err := read(c.Pair, c.fit, c.FindOptions); err == nil ||
				!strings.Contains(err.Error(), want) ||
				!strings.HasPrefix(err.Error(), "findings: ") {
				t.Errorf("%s: want an error with %q, got %v", name, want, err)
			}
		}
	}
}

// Data without rows are not an error: there is nothing in them.
func TestFindInNoRows(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Data: sampleOf(1), Reference: sampleOf(1, 0, 1, 2), Weight: 1}
	f := find(t, pair, made(1, []float64{1}, 0), FindOptions{})
	if k := f.Kernels[0]; k.Ball.Data != 0 || len(k.Nearest) > 0 || k.Soft.Z > 0 {
		t.Errorf("%+v", k)
	}
}
