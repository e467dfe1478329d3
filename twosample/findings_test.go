package twosample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"sparker/data"
	"sparker/internal/rng"
	"sparker/losses"
	"sparker/models"
	"sparker/stats"
	"sparker/train"
)

// made is a fit with one checkpoint, as if it had ended there.
func made(sigma float64, coefficients []float64, centroids ...float64) Fit {
	return Fit{FitResult: train.FitResult{Status: train.OK, Checkpoints: []train.Checkpoint{
		{Scale: train.Scale{Epoch: 7, Sigma: sigma}, T: 3, Centroids: centroids,
			Coefficients: coefficients},
	}}}
}

// settings are those of a short annealing.
func settings(dim int) Settings {
	s := Settings{
		Model: models.Default(), Loss: losses.Default(), Train: train.Default(), Dim: dim,
		Widths: train.Widths{Start: 8, End: 0.2},
	}
	s.Train.Epochs, s.Train.Checkpoints.Count = 40, 4
	return s
}

func newTest(t *testing.T, s Settings) *SparKer {
	t.Helper()
	test, err := NewSparKer(s)
	if err != nil {
		t.Fatal(err)
	}
	return test
}

func sampleOf(d int, x ...float64) data.Sample { return data.Sample{X: x, N: len(x) / d, D: d} }

func find(t interface {
	Helper()
	Fatal(...any)
}, pair data.Pair, fit Fit, o FindOptions) Findings {
	t.Helper()
	f, err := Find(pair, fit, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// of is the finding of a kernel.
func of(f Findings, kernel int) Finding {
	return f.Kernels[slices.IndexFunc(f.Kernels,
		func(k Finding) bool { return k.Kernel == kernel })]
}

// near tells numbers apart by 1e-9 of their size; NaN equals NaN.
var near = cmp.Options{cmpopts.EquateApprox(1e-9, 1e-9), cmpopts.EquateNaNs()}

// One kernel at 1 of width 2, by hand: with one kernel the gate is 1 and phi = exp(-(x-1)²/8).
func TestFindOneKernelByHand(t *testing.T) {
	pair := data.Pair{Data: sampleOf(1, 1, 3, 3.5, -9), Reference: sampleOf(1, -1, 0, 2, 5, 4),
		Weight: 0.5}
	for _, noGate := range []bool{false, true} {
		f := find(t, pair, made(2, []float64{0.5}, 1), FindOptions{NoGate: noGate, Nearest: 2})
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
		soft := SoftCount{
			Data: sum(d, 1), Expected: 0.5 * sum(r, 1), DataRows: sum(d, 1) * sum(d, 1) / sum(d, 2),
			ReferenceRows: sum(r, 1) * sum(r, 1) / sum(r, 2),
			Score:         (sum(d, 1) - 0.5*sum(r, 1)) / math.Sqrt(0.5*1.5*sum(r, 2)), Z: z,
		}
		if diff := cmp.Diff(soft, k.Soft, near); diff != "" {
			t.Error(diff)
		}
		members := []Member{
			{Row: 0, Distance: 0, InBall: true, Weight: 1, Contribution: 0.5},
			{Row: 1, Distance: 1, InBall: true, Weight: phi(1), Contribution: phi(1) / 2},
		}
		if diff := cmp.Diff(members, k.Members, near); diff != "" {
			t.Error(diff)
		}
		if f.Checkpoint != 1 || f.Epoch != 7 || f.Sigma != 2 || f.T != 3 || f.Weight != 0.5 ||
			k.Centroid[0] != 1 || k.Coefficient != 0.5 || k.Truth != nil {
			t.Errorf("%+v", f)
		}
		// The reference has mean 2 and deviations -3, -2, 0, 3, 2 from it: variance 26/5.
		mean := (d[0]*1 + d[1]*3 + d[2]*3.5 + d[3]*-9) / sum(d, 1)
		if len(k.Bulk) != 1 || len(k.Local) != 0 { // fewer than five rows near by
			t.Fatalf("features %+v and %+v", k.Bulk, k.Local)
		}
		if b := k.Bulk[0]; math.Abs(b.Mean-mean) > 1e-12 || b.ReferenceMean != 2 ||
			math.Abs(b.ReferenceSD-math.Sqrt(5.2)) > 1e-12 ||
			math.Abs(b.Bulk-(mean-2)/math.Sqrt(5.2)) > 1e-12 || !math.IsNaN(b.Local) {
			t.Errorf("%+v", b)
		}
		if math.Abs(k.Noise-1/math.Sqrt(soft.DataRows)) > 1e-12 {
			t.Errorf("noise %v", k.Noise)
		}
	}
}

// Two kernels in two dimensions: the gate shares a row by exp(l_i)/Σ exp(l_j), and a ball's rows
// are those nearest to its centroid.
func TestFindTwoKernelsByHand(t *testing.T) {
	fit := made(1, []float64{2, -1}, 0, 0, 1, 0)
	pair := data.Pair{Data: sampleOf(2, 0.75, 0, 0.25, 0, 0, 3), Reference: sampleOf(2, 5, 5, 0, 0),
		Weight: 0.1}
	f := find(t, pair, fit, FindOptions{})
	// of the kernel at distance a
	gate := func(a, b float64) float64 { return 1 / (1 + math.Exp((a*a-b*b)/2)) }
	phi := func(a, b float64) float64 { return gate(a, b) * math.Exp(-a*a/2) }
	want := [][]Member{{
		{Row: 1, Distance: 0.25, InBall: true, Weight: phi(0.25, 0.75),
			Contribution: 2 * phi(0.25, 0.75)},
		{Row: 0, Distance: 0.75, Weight: phi(0.75, 0.25), Contribution: 2 * phi(0.75, 0.25)},
		{Row: 2, Distance: 3, Weight: phi(3, math.Sqrt(10)),
			Contribution: 2 * phi(3, math.Sqrt(10))},
	}, {
		{Row: 0, Distance: 0.25, InBall: true, Weight: phi(0.25, 0.75),
			Contribution: -phi(0.25, 0.75)},
		{Row: 1, Distance: 0.75, Weight: phi(0.75, 0.25), Contribution: -phi(0.75, 0.25)},
		{Row: 2, Distance: math.Sqrt(10), Weight: phi(math.Sqrt(10), 3),
			Contribution: -phi(math.Sqrt(10), 3)},
	}}
	for i := range want {
		k := of(f, i)
		if diff := cmp.Diff(want[i], k.Members, near); diff != "" {
			t.Errorf("kernel %d: %s", i, diff)
		}
		if k.Ball.Data != 1 || k.Ball.Reference != 1-i {
			t.Errorf("kernel %d: %+v", i, k.Ball)
		}
	}
	f = find(t, pair, fit, FindOptions{NoGate: true})
	if got := of(f, 0).Soft.Data; math.Abs(
		got-math.Exp(-0.5*0.75*0.75)-math.Exp(-0.5*0.25*0.25)-math.Exp(-4.5)) > 1e-12 {
		t.Errorf("without a gate Σ phi is %v", got)
	}
}

// Far from every centroid all kernels underflow: the gate is still one, no number is NaN, and the
// rows keep their order of distance.
func TestFindFarAway(t *testing.T) {
	pair := data.Pair{Data: sampleOf(1, 1e6, 2e5, 3e5), Reference: sampleOf(1, -1e6, -1e5),
		Weight: 1}
	f := find(t, pair, made(1e-3, []float64{1, 1}, 0, 1), FindOptions{})
	k := of(f, 1)
	if k.Soft.Data != 0 || k.Soft.Z != 0 || !math.IsNaN(k.Soft.Score) || k.Bulk != nil ||
		k.Noise != 0 || k.Ball.Z != 0 || k.Ball.P != 1 {
		t.Errorf("%+v", k)
	}
	if len(k.Members) != 3 || k.Members[0].Row != 1 || k.Members[1].Row != 2 ||
		k.Members[2].Row != 0 {
		t.Errorf("%+v", k.Members)
	}
	if k.Distances.Data != nil || k.Distances.BeyondData != 3 || k.Distances.BeyondReference != 2 {
		t.Errorf("%+v", k.Distances)
	}
	for _, want := range []string{"kernels 0 1 are far from all rows",
		"no row of the data or the reference is within sigma"} {
		if !strings.Contains(strings.Join(f.Warnings, "\n"), want) {
			t.Errorf("no warning %q in %q", want, f.Warnings)
		}
	}
}

// normal is n rows of standard normals in d columns.
func normal(r *rand.Rand, n, d int) data.Sample {
	s := data.Sample{X: make([]float64, n*d), N: n, D: d}
	for i := range s.X {
		s.X[i] = r.NormFloat64()
	}
	return s
}

// planted is a pair whose last rows are a cluster of the given standard deviation around a place.
func planted(r *rand.Rand, nd, nr, cluster int, sd float64, place []float64) data.Pair {
	d := len(place)
	pair := data.Pair{Reference: normal(r, nr, d), Data: normal(r, nd, d),
		Weight: float64(nd) / float64(nr), Injected: cluster}
	for i := nd - cluster; i < nd; i++ {
		for j, v := range pair.Data.Row(i) {
			pair.Data.Row(i)[j] = place[j] + sd*v
		}
	}
	return pair
}

// A real fit finds a planted cluster in 1, 2 and 500 dimensions: its rows come first, and the
// columns that were shifted are those that set it apart.
func TestFindsAPlantedCluster(t *testing.T) {
	for _, c := range []struct {
		d, shifted, cluster int
		shift, sd           float64
		widths              train.Widths
	}{
		{1, 1, 40, 3.5, 0.1, train.Widths{Start: 4, End: 0.1}},
		{2, 2, 30, 2.5, 0.1, train.Widths{Start: 6, End: 0.15}},
		{500, 3, 40, 9, 0.3, train.Widths{Start: 60, End: 7}},
	} {
		t.Run(fmt.Sprint(c.d), func(t *testing.T) {
			place := make([]float64, c.d)
			for j := range c.shifted {
				place[c.d-1-j] = c.shift
			}
			pair := planted(rng.New(1, "planted", uint64(c.d)), 400, 2000, c.cluster, c.sd, place)
			s := settings(c.d)
			s.Standardize, s.Widths = true, c.widths
			s.Model.Init, s.Train.Epochs = "kmeans", 200
			test := newTest(t, s)
			fit, err := test.Fit(pair, rng.New(2, "planted"), false)
			if err != nil {
				t.Fatal(err)
			}
			f, err := test.Find(pair, fit, FindOptions{Checkpoint: 4})
			if err != nil {
				t.Fatal(err)
			}
			k := f.Kernels[0]
			if k.Coefficient <= 0 || k.Soft.Z < 5 || k.Truth.LabelPurity < 0.8 ||
				k.Truth.NearestPurity != 1 || !k.Truth.Found || k.Truth.SoftEfficiency < 0.3 {
				t.Errorf("%+v with %+v", k.Soft, k.Truth)
			}
			if len(f.Classes) != 1 || f.Classes[0].Label != InjectedLabel ||
				f.Classes[0].Rows != c.cluster || !slices.Contains(f.Classes[0].Kernels, k.Kernel) {
				t.Errorf("classes %+v", f.Classes)
			}
			for j := range c.shifted {
				if b := k.Bulk[j]; b.Column < c.d-c.shifted ||
					math.Abs(b.Mean-c.shift) > 0.35*c.shift || b.Bulk < 5*k.Noise {
					t.Errorf("column %d of the list: %+v, noise %v", j, b, k.Noise)
				}
			}
			if len(f.History) != 4 || f.History[3].Kernels[k.Kernel].Soft != k.Soft {
				t.Errorf("history %+v", f.History)
			}
		})
	}
}

// Places that are chosen without the data, on null pairs: neither kind of local significance is
// exceeded more often than it says, by either sign, where counts are Poisson (nd is then the mean)
// or fixed. 2,000 toys for each of 8 nulls; a false alarm has a chance of 32 × 1e-4.
func TestLocalSignificancesOnNulls(t *testing.T) {
	const toys = 2000
	for _, c := range []struct {
		d      int
		sigma  float64
		nd, nr int
	}{{1, 0.5, 40, 400}, {2, 0.1, 40, 400}, {2, 0.5, 200, 600}, {5, 1, 100, 1000}} {
		for _, fixed := range []bool{false, true} {
			r := rng.New(3, "nulls", uint64(c.d), uint64(c.nd))
			var ball, soft [2]int // excesses and deficits
			for range toys {
				nd, nr := c.nd, c.nr
				if !fixed {
					nd, nr = poisson(r, c.nd), poisson(r, c.nr)
				}
				pair := data.Pair{Data: normal(r, nd, c.d), Reference: normal(r, nr, c.d),
					Weight: float64(c.nd) / float64(c.nr)}
				k := find(t, pair, made(c.sigma, []float64{1}, make([]float64, c.d)...),
					FindOptions{Nearest: 1}).Kernels[0]
				for i, sign := range []float64{1, -1} {
					if sign*k.Ball.Z >= 1.6449 {
						ball[i]++
					}
					if sign*k.Soft.Z >= 1.6449 {
						soft[i]++
					}
				}
			}
			t.Logf("d = %d, sigma = %v, N_D = %d, N_R = %d, fixed %v: %d toys, beyond 5%%: "+
				"excesses and deficits in balls %v, soft %v", c.d, c.sigma, c.nd, c.nr, fixed, toys,
				ball, soft)
			most := 0.05*toys + 3.72*math.Sqrt(0.05*0.95*toys)
			for i := range 2 {
				if float64(ball[i]) > most || float64(soft[i]) > most {
					t.Errorf("%+v, fixed %v: beyond 5%% in %d toys: ball %v, soft %v", c, fixed,
						toys, ball, soft)
				}
			}
		}
	}
}

// poisson counts unit-rate arrivals.
func poisson(r *rand.Rand, mean int) (n int) {
	for at := r.ExpFloat64(); at < float64(mean); at += r.ExpFloat64() {
		n++
	}
	return n
}

// standardizedFit is a fit whose centroids are rows of the data.
func standardizedFit(pair data.Pair, sigma float64, coefficients []float64, rows []int) Fit {
	standardizer, _ := data.NewStandardizer(pair.Reference)
	x := standardizer.Apply(pair.Data)
	var centroids []float64
	for _, i := range rows {
		centroids = append(centroids, x.Row(i)...)
	}
	fit := made(sigma, coefficients, centroids...)
	fit.Standardizer = &standardizer
	return fit
}

// Where the fit is standardized, columns in other units give the same findings, in the other units.
func TestFindingsDoNotDependOnUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.IntRange(1, 4).Draw(t, "d")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		pair := planted(r, 60, 150, 10, 0.2, make([]float64, d))
		scale, shift := make([]float64, d), make([]float64, d)
		for j := range d {
			scale[j] = math.Exp(rapid.Float64Range(-9, 9).Draw(t, "log scale")) *
				[]float64{1, -1}[r.IntN(2)]
			shift[j] = scale[j] * rapid.Float64Range(-50, 50).Draw(t, "shift")
		}
		other := pair
		for _, s := range []*data.Sample{&other.Data, &other.Reference} {
			s.X = slices.Clone(s.X)
			for i := range s.X {
				s.X[i] = shift[i%d] + scale[i%d]*s.X[i]
			}
		}
		a := []float64{1, -2, 0.5}
		o := FindOptions{Features: d}
		f := find(t, pair, standardizedFit(pair, 0.8, a, []int{1, 2, 59}), o)
		g := find(t, other, standardizedFit(other, 0.8, a, []int{1, 2, 59}), o)
		// A negative scale turns the deviations; means are in the units of the column.
		for i := range f.Kernels {
			k := &f.Kernels[i]
			for j, v := range k.Centroid {
				k.Centroid[j] = shift[j] + scale[j]*v
			}
			for _, list := range [][]Feature{k.Bulk, k.Local} {
				for j := range list {
					q := &list[j]
					c := q.Column
					q.Mean, q.ReferenceMean, q.LocalMean = shift[c]+scale[c]*q.Mean,
						shift[c]+scale[c]*q.ReferenceMean, shift[c]+scale[c]*q.LocalMean
					q.ReferenceSD *= math.Abs(scale[c])
					if scale[c] < 0 {
						q.Bulk, q.Local = -q.Bulk, -q.Local
					}
				}
			}
		}
		if diff := cmp.Diff(f, g, cmpopts.EquateApprox(1e-7, 1e-7), cmpopts.EquateNaNs(),
			cmpopts.IgnoreFields(Distances{}, "Data", "Reference", "First")); diff != "" {
			t.Fatal(diff)
		}
	})
}

// The order of the rows is of no account, but for their numbers.
func TestFindingsDoNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.IntRange(1, 3).Draw(t, "d")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		pair := planted(r, 50, 80, 10, 0.2, make([]float64, d))
		labels := make([]string, 50)
		for i := range labels {
			labels[i] = []string{"", "a", "b"}[r.IntN(3)]
		}
		fit := standardizedFit(pair, 0.7, []float64{1, -2}, []int{0, 45})
		order, turned := r.Perm(50), pair
		turned.Data = data.Sample{X: make([]float64, 50*d), N: 50, D: d}
		turnedLabels := make([]string, 50)
		for to, from := range order {
			copy(turned.Data.Row(to), pair.Data.Row(from))
			turnedLabels[to] = labels[from]
		}
		turned.Reference.X = nil
		for _, from := range r.Perm(80) {
			turned.Reference.X = append(turned.Reference.X, pair.Reference.Row(from)...)
		}
		f := find(t, pair, fit, FindOptions{Labels: labels, Nearest: 5})
		g := find(t, turned, fit, FindOptions{Labels: turnedLabels, Nearest: 5})
		for _, k := range g.Kernels {
			for i := range k.Members {
				k.Members[i].Row = order[k.Members[i].Row]
			}
		}
		if diff := cmp.Diff(f, g, near); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Labels that have nothing to do with places are found about as rarely as FoundP says.
func TestLabelsAtRandomAreNotFound(t *testing.T) {
	r := rng.New(4, "labels")
	found := 0
	for range 300 {
		pair := planted(r, 200, 400, 0, 1, make([]float64, 2))
		labels := make([]string, 200)
		for i := range labels {
			labels[i] = []string{"", "", "", "", "a", "b"}[r.IntN(6)]
		}
		f := find(t, pair, standardizedFit(pair, 0.4, []float64{1, 2, 1}, []int{0, 1, 2}),
			FindOptions{Labels: labels})
		for _, c := range f.Classes {
			found += len(c.Kernels)
		}
	}
	if found > 10 { // 3 expected at most; beyond 10 with a chance of 3e-4
		t.Errorf("%d finds in 300 pairs of random labels", found)
	}
}

func TestFindWarns(t *testing.T) {
	pair := data.Pair{Data: sampleOf(2, 0, 1, 0.1, 1, 5, 2),
		Reference: sampleOf(2, 0, 1, 1, 1, 2, 1, 4, 1), Weight: 0.75}
	standardizer, _ := data.NewStandardizer(pair.Reference)
	fit := made(1, []float64{10, 10, -3, 2}, 0, 0, 0.05, 0, 0.05, 0, 400, 0)
	fit.Standardizer, fit.ClampedEpochs = &standardizer, 3
	f := find(t, pair, fit, FindOptions{Clip: 10})
	text := strings.Join(f.Warnings, "\n")
	for _, want := range []string{"kernels 0 and 1 have collapsed: they are 0.05 sigma apart",
		"kernel 3 is far from all rows", "kernels 0 1 are at the bound of the coefficients, 10",
		"held at its limit in 3 epochs", "in 1 of the columns that are constant there, the " +
			"first of them column 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("no warning %q in %q", want, text)
		}
	}
	if strings.Contains(text, "kernels 0 and 2 have collapsed") ||
		strings.Contains(text, "kernels 1 and 2 have collapsed") {
		t.Errorf("kernels of opposite signs may lie together: %q", text)
	}
	// A column that is left out of the distance keeps the reference's mean.
	if c := of(f, 3).Centroid[1]; c != 1 {
		t.Errorf("the constant column of the centroid is %v", c)
	}
	if f := find(t, pair, made(1, []float64{1}, 1, 1), FindOptions{}); len(f.Warnings) != 1 ||
		!strings.Contains(f.Warnings[0], "column 1") {
		t.Errorf("warnings %q", f.Warnings)
	}
}

func TestFindRefuses(t *testing.T) {
	pair := data.Pair{Data: sampleOf(1, 0, 1), Reference: sampleOf(1, 0, 1, 2), Weight: 1}
	fit := made(1, []float64{1}, 0)
	broken := func(change func(*data.Pair, *Fit, *FindOptions)) error {
		p, f, o := pair, made(1, []float64{1}, 0), FindOptions{}
		change(&p, &f, &o)
		_, err := Find(p, f, o)
		return err
	}
	standardizer, _ := data.NewStandardizer(sampleOf(2, 0, 1, 2, 3))
	for want, change := range map[string]func(*data.Pair, *Fit, *FindOptions){
		"no checkpoint: lost": func(_ *data.Pair, f *Fit, _ *FindOptions) {
			f.Checkpoints,
				f.Reason = nil, "lost"
		},
		"no checkpoint 2":  func(_ *data.Pair, _ *Fit, o *FindOptions) { o.Checkpoint = 2 },
		"no checkpoint -1": func(_ *data.Pair, _ *Fit, o *FindOptions) { o.Checkpoint = -1 },
		"at least 0":       func(_ *data.Pair, _ *Fit, o *FindOptions) { o.Nearest = -1 },
		"3 labels for 2": func(_ *data.Pair, _ *Fit,
			o *FindOptions) {
			o.Labels = make([]string, 3)
		},
		"3 injected of 2": func(p *data.Pair, _ *Fit, _ *FindOptions) { p.Injected = 3 },
		"the reference 2": func(p *data.Pair, _ *Fit,
			_ *FindOptions) {
			p.Reference = sampleOf(2, 0, 1)
		},
		"no rows": func(p *data.Pair, _ *Fit,
			_ *FindOptions) {
			p.Reference = sampleOf(1)
		},
		"of weight 0": func(p *data.Pair, _ *Fit, _ *FindOptions) { p.Weight = 0 },
		"1 coefficients, 2": func(_ *data.Pair, f *Fit,
			_ *FindOptions) {
			*f = made(1, []float64{1}, 0, 0)
		},
		"sigma 0": func(_ *data.Pair, f *Fit,
			_ *FindOptions) {
			*f = made(0, []float64{1}, 0)
		},
		"the fit has 2 columns": func(_ *data.Pair, f *Fit,
			_ *FindOptions) {
			f.Standardizer = &standardizer
		},
		"row 1 of the data is +I": func(p *data.Pair, _ *Fit,
			_ *FindOptions) {
			p.Data = sampleOf(1, 0, math.Inf(1))
		},
		"row 0 of the reference": func(p *data.Pair, _ *Fit,
			_ *FindOptions) {
			p.Reference = sampleOf(1, math.NaN())
		},
	} {
		if err := broken(change); err == nil || !strings.Contains(err.Error(), want) ||
			!strings.HasPrefix(err.Error(), "twosample: findings: ") {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
	// Data without rows are no error: there is nothing in them.
	f := find(t, data.Pair{Data: sampleOf(1), Reference: pair.Reference, Weight: 1}, fit,
		FindOptions{})
	if k := f.Kernels[0]; k.Ball.Data != 0 || k.Members != nil || k.Soft.Z > 0 {
		t.Errorf("%+v", k)
	}
}

// Without a choice the scale of the largest t is read.
func TestFindChoosesTheScale(t *testing.T) {
	fit := made(3, []float64{1}, 0)
	for _, c := range []train.Checkpoint{{Scale: train.Scale{Epoch: 8, Sigma: 2}, T: 9},
		{Scale: train.Scale{Epoch: 9, Sigma: 1}, T: 8}} {
		c.Centroids, c.Coefficients = []float64{0}, []float64{1}
		fit.Checkpoints = append(fit.Checkpoints, c)
	}
	pair := data.Pair{Data: sampleOf(1, 0, 1), Reference: sampleOf(1, 0, 1, 2), Weight: 1}
	if f := find(t, pair, fit, FindOptions{}); f.Checkpoint != 2 || f.Sigma != 2 || f.T != 9 ||
		len(f.History) != 3 {
		t.Errorf("%+v", f)
	}
	fit.Checkpoints[0].T, fit.Checkpoints[1].T, fit.Checkpoints[2].T = -3, -1, -2
	if f := find(t, pair, fit, FindOptions{}); f.Checkpoint != 2 {
		t.Errorf("checkpoint %d", f.Checkpoint)
	}
	if f := find(t, pair, fit, FindOptions{Checkpoint: 3}); f.Sigma != 1 {
		t.Errorf("sigma %v", f.Sigma)
	}
}

// Bins become wider as rows need it, and lose none.
func TestDistances(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	var h histogram
	var all []float64
	for i := range 3000 {
		v := r.ExpFloat64() * []float64{1, 1, 8}[i/1000]
		all = append(all, v)
		h.add(i%2, v)
	}
	d := h.distances()
	if d.Width != largestBinWidth {
		t.Errorf("bins of %v", d.Width)
	}
	want := Distances{First: d.First, Width: d.Width, Data: make([]int, len(d.Data)),
		Reference: make([]int, len(d.Reference))}
	for i, v := range all {
		switch k := int(v/d.Width) - d.First; {
		case v >= distanceBins*d.Width && i%2 == inData:
			want.BeyondData++
		case v >= distanceBins*d.Width:
			want.BeyondReference++
		case i%2 == inData:
			want.Data[k]++
		default:
			want.Reference[k]++
		}
	}
	if !reflect.DeepEqual(d, want) {
		t.Errorf("%+v, want %+v", d, want)
	}
}

// Places that a fit chose are not independent of the data: in pure background its most significant
// kernel is far beyond what a single place would show. The p-value of the test knows, findings do
// not.
func TestLocalSignificancesOfFittedPlaces(t *testing.T) {
	const fits = 100
	s := settings(2)
	s.Widths, s.Train.Epochs = train.Widths{Start: 6, End: 0.3}, 200
	test := newTest(t, s)
	var largest []float64
	for i := range uint64(fits) {
		pair := planted(rng.New(7, "fitted", i), 200, 1000, 0, 1, make([]float64, 2))
		fit, err := test.Fit(pair, rng.New(8, "fitted", i), false)
		if err != nil {
			t.Fatal(err)
		}
		largest = append(largest, math.Abs(find(t, pair, fit,
			FindOptions{Checkpoint: 4}).Kernels[0].Soft.Z))
	}
	slices.Sort(largest)
	t.Logf("largest |soft Z| of 5 kernels in %d fits of background: median %.1f, 90th "+
		"percentile %.1f", fits, largest[fits/2], largest[fits*9/10])
	if largest[fits/2] < 1.64 {
		t.Errorf("median %v: fitted places show no more than single ones; then the "+
			"documentation is wrong", largest[fits/2])
	}
}
