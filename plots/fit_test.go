package plots

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/findings"
	"sparker/plots/plotstest"
	"sparker/results"
)

type fitRecord = results.FitRecord

// fitOf is a made-up fit.
func fitOf(kernels, epochs, dim int) results.FitRecord {
	return plotstest.Fit(plotstest.FitShape{Kernels: kernels, Epochs: epochs, Dim: dim})
}

// The figures of a fit, by name.
var ofFit = map[string]func(results.FitRecord) (Figure, error){
	"trajectory in one dimension": Trajectory1D,
	"trajectory in two dimensions": func(f results.FitRecord) (Figure,
		error) {
		return Trajectory2D(f, 0, 1)
	},
	"history":                    History,
	"log-ratio in one dimension": LogRatio1D,
	"dynamics":                   Dynamics,
}

// The names of the figures of a fit.
const (
	ofLine     = "trajectory in one dimension"
	ofPlane    = "trajectory in two dimensions"
	ofHistory  = "history"
	ofRatio    = "log-ratio in one dimension"
	ofDynamics = "dynamics"

	traced = ofLine + "," + ofHistory + "," + ofDynamics
)

// damagedFits are refused by figures of a fit, named with commas between them.
var damagedFits = []struct {
	figures string // names, separated by commas
	dim     int
	damage  func(*fitRecord)
	what    string
}{
	{ofPlane + "," + traced, 1, func(f *fitRecord) { f.Trace = nil },
		"no trace"},
	{traced, 1, func(f *fitRecord) { f.Trace = &results.Trace{} }, "no trace"},
	{traced, 1, func(f *fitRecord) { f.Trace.Epoch[3] = f.Trace.Epoch[2] },
		"epoch 3 follows epoch 3"},
	{traced, 1, func(f *fitRecord) { f.Trace.Sigma[3] = 0 },
		"sigma: entry 3 is 0; must be above 0"},
	{traced, 1, func(f *fitRecord) { f.Trace.Sigma[3] = -1 },
		"must be above 0"},
	{traced, 1, func(f *fitRecord) { f.Trace.Sigma = f.Trace.Sigma[1:] },
		"sigma has 19 entries, not 20"},
	{traced, 1, func(f *fitRecord) { f.Trace.Born[1].Epoch = 0 },
		"birth 1 is in epoch 0; the epochs are 1 to 20"},
	{traced, 1, func(f *fitRecord) { f.Trace.Born[1].Epoch = 21 }, "birth 1 is in epoch 21"},
	{traced, 1, func(f *fitRecord) { f.Trace.Born[0].Kernel = 3 },
		"birth 0 is of kernel 3 (from 0); there are 3"},
	{ofPlane, 2, func(f *fitRecord) { f.Trace.Born[0].Kernel = -1 }, "birth 0 is of kernel -1"},
	{ofLine, 1, func(f *fitRecord) { f.Trace.Centroids[4][1][0] = math.NaN() },
		"centroids at entry 4, row 1"},
	{ofLine, 1, func(f *fitRecord) { f.Trace.Centroids[4] = f.Trace.Centroids[4][1:] },
		"2 centroids at entry 4, 3 at the first"},
	{ofLine, 1, func(f *fitRecord) { f.Trace.Centroids = nil }, "0 centroid"},
	{ofLine, 1, func(f *fitRecord) { f.Trace.Centroids[0] = nil }, "no kernels"},
	{ofLine, 1, func(f *fitRecord) { f.Trace.Coefficients[4][1] = math.Inf(1) },
		"coefficients at entry 4"},
	{ofLine, 1, func(f *fitRecord) { f.Data[9] = nil }, "data, row 9"},
	{ofLine, 1, func(f *fitRecord) { f.Reference[9][0] = math.NaN() }, "reference, row 9"},
	{ofLine, 2, func(f *fitRecord) {}, "2 dimensions"},
	{ofPlane, 1, func(f *fitRecord) {}, "not two of the fit's 1"},
	{ofPlane, 2, func(f *fitRecord) { f.Data[9] = f.Data[9][:1] },
		"data, row 9 has 1 entries, not 2"},
	{ofHistory, 1, func(f *fitRecord) { f.Trace.Loss[5] = math.NaN() }, "loss: entry 5 is NaN"},
	{ofHistory, 1, func(f *fitRecord) { f.Trace.T = nil }, "t has 0 entries"},
	{ofHistory, 1, func(f *fitRecord) { f.Trace.Penalty[5] = math.NaN() }, "penalty"},
	{ofHistory, 1, func(f *fitRecord) { f.Lead[2].T = math.NaN() }, "lead statistic 2 is NaN"},
	{ofHistory, 1, func(f *fitRecord) { f.Lead[2].Sigma = 0 }, "sigma of lead statistic 2"},
	{ofHistory + "," + ofRatio + "," + ofLine, 1,
		func(f *fitRecord) { f.Statistics[2].T = math.NaN() },
		"statistic 2"},
	{ofHistory + "," + ofRatio + "," + ofLine, 1, func(f *fitRecord) { f.Statistics[2].Sigma = 0 },
		"sigma of statistic 2"},
	{ofRatio, 1, func(f *fitRecord) { f.Profile = nil }, "no profile"},
	{ofRatio, 1, func(f *fitRecord) { f.Profile.Learned = nil }, "no profile"},
	{ofRatio, 1, func(f *fitRecord) { f.Profile.X[3] = f.Profile.X[2] }, "follows"},
	{ofRatio, 1, func(f *fitRecord) { f.Profile.Truth[3] = math.Inf(-1) }, "truth: entry 3"},
	{ofRatio, 1, func(f *fitRecord) { f.Profile.Learned[1][3] = math.NaN() },
		"learned curve 1: entry 3"},
	{ofRatio, 1, func(f *fitRecord) { f.Statistics = f.Statistics[1:] },
		"10 learned curves for 9 checkpoints"},
	{ofDynamics, 1, func(f *fitRecord) { f.Trace.GateEntropy[2] = math.NaN() }, "gate entropy"},
	{ofDynamics, 1,
		func(f *fitRecord) { f.Trace.MinDistance[2] = math.NaN() }, "smallest distance"},
	{ofDynamics, 1, func(f *fitRecord) { f.Trace.DataForce[2][0][0] = math.NaN() },
		"force of the data"},
	{ofDynamics, 1, func(f *fitRecord) { f.Trace.ReferenceForce[2][0] = nil },
		"force of the reference"},
	{ofDynamics, 1, func(f *fitRecord) { f.Trace.ReferenceForce[2] = nil },
		"forces on 3 and on 0 kernels"},
	{ofDynamics, 1, func(f *fitRecord) { f.Trace.ReferenceForce = nil }, "20 and 0 entries"},
	{ofDynamics, 1, func(f *fitRecord) {
		f.Trace.GateEntropy, f.Trace.MinDistance, f.Trace.DataForce,
			f.Trace.ReferenceForce = nil, nil, nil, nil
	}, "neither"},
}

func TestFitFiguresRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range damagedFits {
		for _, name := range strings.Split(c.figures, ",") {
			f := fitOf(3, 20, c.dim)
			f.Trace.Born = []results.Birth{{Epoch: 7, Kernel: 2}, {Epoch: 20, Kernel: 0}}
			plotstest.AddLead(&f)
			c.damage(&f)
			_, err := ofFit[name](f)
			refused(t, err, c.what, name)
		}
	}
	f := fitOf(2, 5, 3)
	for _, pair := range [][2]int{{0, 0}, {-1, 1}, {0, 3}, {3, 0}} {
		_, err := Trajectory2D(f, pair[0], pair[1])
		refused(t, err, "not two of the fit's 3")
	}
}

// edgeFits are changes of a fit after which it can still be drawn.
var edgeFits = map[string]func(*fitRecord){
	"as made":        func(*fitRecord) {},
	"no rows":        func(f *fitRecord) { f.Data, f.Reference = nil, nil },
	"no data":        func(f *fitRecord) { f.Data = nil },
	"one row":        func(f *fitRecord) { f.Data, f.Reference = f.Data[:1], nil },
	"no checkpoints": func(f *fitRecord) { f.Statistics, f.Profile = nil, nil },
	"no columns": func(f *fitRecord) {
		f.Columns, f.LengthUnit, f.Hypothesis = nil, "",
			""
	},
	"standardized": func(f *fitRecord) {
		f.LengthUnit, f.Scale = "standard deviations of the reference", []float64{2, 0.5}
	},
	"no deviations": func(f *fitRecord) {
		f.LengthUnit,
			f.Reference = "standard deviations of the reference", nil
	},
	"failed": func(f *fitRecord) {
		f.Status, f.Reason = "non-finite",
			"the loss was +Inf at epoch 3"
	},
	"clamped": func(f *fitRecord) { f.ClampedEpochs = 3 },
	"a long name": func(
		f *fitRecord) {
		f.Columns = []results.Column{{Name: strings.Repeat("long ", 60)}}
	},
	"a foreign name": func(f *fitRecord) {
		f.Columns = []results.Column{{Name: "質量\x00",
			Unit: "GeV/c²"}}
	},
	"no truth": func(f *fitRecord) { strip(f.Profile) },
	"warnings": func(f *fitRecord) {
		f.Warnings = []string{strings.Repeat("beware ",
			50), "b", "c", "d"}
	},
	"zeros":            func(f *fitRecord) { zero(f) },
	"late checkpoint":  func(f *fitRecord) { late(f) },
	"a wide kernel":    func(f *fitRecord) { scaled(f.Trace.Sigma, 1e60) },
	"a narrow kernel":  func(f *fitRecord) { scaled(f.Trace.Sigma, 1e-60) },
	"a constant width": func(f *fitRecord) { constant(f.Trace.Sigma) },
	"lead":             plotstest.AddLead,
	"lead alone": func(f *fitRecord) {
		f.Lead, f.Statistics, f.Profile = f.Statistics,
			nil, nil
	},
	"born at first": func(f *fitRecord) {
		plotstest.Bear(f, results.Birth{Epoch: 1, Kernel: 0}, 3, 3)
	},
	"born at last": func(f *fitRecord) {
		plotstest.Bear(f, results.Birth{Epoch: len(f.Trace.Epoch), Kernel: 0}, 3, 3)
	},
	"born in every epoch": func(f *fitRecord) {
		for _, epoch := range f.Trace.Epoch {
			b := results.Birth{Epoch: epoch, Kernel: epoch % len(f.Centroids)}
			plotstest.Bear(f, b, float64(epoch), 3)
		}
	},
}

func TestFitFiguresAtTheEdges(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("draws some 1000 figures")
	}
	for name, change := range edgeFits {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, kernels := range []int{1, 2, 5} {
				for _, epochs := range []int{1, 2, 40} {
					for _, dim := range []int{1, 2} {
						f := fitOf(kernels, epochs, dim)
						change(&f)
						inspectFit(t, name, f, dim)
					}
				}
			}
		})
	}
}

// inspectFit draws all figures of a fit that are for its dimension.
func inspectFit(t *testing.T, name string, f results.FitRecord, dim int) {
	t.Helper()
	for figure, draw := range ofFit {
		onlyOne := strings.Contains(figure, "one dimension")
		if onlyOne && dim != 1 || strings.Contains(figure, "two dimensions") && dim != 2 ||
			strings.Contains(figure, "log-ratio") && f.Profile == nil {
			continue
		}
		drawn, err := draw(f)
		if err != nil {
			t.Errorf("%s, %s, %d kernels, %d epochs: %v", name, figure, len(f.Centroids),
				len(f.Trace.Epoch), err)
			continue
		}
		inspect(t, name+", "+figure, drawn)
	}
}

func strip(p *results.Profile) {
	if p != nil {
		p.Truth = nil
	}
}

func scaled(values []float64, factor float64) {
	for i := range values {
		values[i] *= factor
	}
}

func constant(values []float64) {
	for i := range values {
		values[i] = values[0]
	}
}

func late(f *results.FitRecord) {
	if len(f.Statistics) > 0 {
		f.Statistics[len(f.Statistics)-1].Epoch = 1 << 60
	}
}

func zero(f *results.FitRecord) {
	t := f.Trace
	for k := range t.Epoch {
		t.Loss[k], t.Penalty[k], t.T[k], t.GateEntropy[k], t.MinDistance[k] = 0, 0, 0, 0, 0
		clear(t.Coefficients[k])
		for m := range t.Centroids[k] {
			clear(t.Centroids[k][m])
			clear(t.DataForce[k][m])
			clear(t.ReferenceForce[k][m])
		}
	}
}

func TestFitFiguresSay(t *testing.T) {
	t.Parallel()
	f := fitOf(3, 20, 2)
	f.Status, f.Reason, f.ClampedEpochs = "non-finite", "the loss was +Inf", 2
	f.Warnings = []string{"kernels collapsed"}
	f.LengthUnit, f.Reference = "standard deviations of the reference", nil
	drawn, err := Trajectory2D(f, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(inspect(t, "trajectory", drawn).words()), " ")
	for _, want := range []string{"alternative toy 0 at N S = 15 (13 injected)", "[GeV]",
		"final coefficient a", "3 kernels", "epoch 20, σ = 0.45",
		"clamped in 2 epochs", "did not end well: non-finite (the loss was +Inf)",
		"Warning: kernels collapsed", "Spheres are not drawn"} {
		if !strings.Contains(text, want) {
			t.Errorf("the figure does not say %q; it says %q", want, text)
		}
	}
}

func TestThinned(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff([]int{0, 1, 2}, thinned(3, 5)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{0, 3, 6, 9}, thinned(10, 4)); diff != "" {
		t.Error(diff)
	}
	long := thinned(100000, 777)
	if len(long) != 777 || long[0] != 0 || long[776] != 99999 || !slices.IsSorted(long) ||
		len(slices.Compact(long)) != 777 {
		t.Error("a long thinning is not 777 rising indices from end to end")
	}
}

func TestEpochTicksAreWholeEpochs(t *testing.T) {
	t.Parallel()
	for last := 1; last <= 60; last++ {
		trace := &results.Trace{}
		for k := range last {
			trace.Epoch = append(trace.Epoch, k+1)
		}
		for _, tick := range epochAxis(trace).ticks {
			if tick.Value != math.Trunc(tick.Value) {
				t.Errorf("%d epochs: a tick at %v", last, tick.Value)
			}
		}
	}
}

// The sphere of influence is a circle in the data's coordinates, whatever the scales of the axes.
func TestEllipse(t *testing.T) {
	t.Parallel()
	r := ellipse(3, -1, 2, 2)
	for i := range r.x {
		if d := math.Hypot(r.x[i]-3, r.y[i]+1); math.Abs(d-2) > 1e-12 {
			t.Errorf("point %d is %v from the center", i, d)
		}
	}
}

func TestWidthTitle(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]results.FitRecord{
		"width σ": {LengthUnit: "data", Columns: []results.Column{{Name: "x"}}},
		"width σ [GeV]": {LengthUnit: "data", Columns: []results.Column{{Unit: "GeV"},
			{Unit: "GeV"}}},
		"width σ [std. dev.]": {LengthUnit: "standard deviations of the reference",
			Columns: []results.Column{{Unit: "GeV"}}},
	} {
		if got := widthTitle(f); got != want {
			t.Errorf("title %q, want %q", got, want)
		}
	}
	mixed := results.FitRecord{Columns: []results.Column{{Unit: "GeV"}, {Unit: "cm"}}}
	if got := widthTitle(mixed); got != "width σ" {
		t.Errorf("title %q for columns of different units", got)
	}
}

func TestRadius(t *testing.T) {
	t.Parallel()
	f := results.FitRecord{Scale: []float64{math.Sqrt2, 0}}
	if r, known := radius(f, 0); r != 1 || !known {
		t.Errorf("in the data's units: %v, %v", r, known)
	}
	f.LengthUnit = "standard deviations of the reference"
	if r, known := radius(f, 0); math.Abs(r-math.Sqrt2) > 1e-12 || !known {
		t.Errorf("standardized: %v, %v; want √2", r, known)
	}
	for i, what := range []string{1: "a column that is left out",
		2: "a column that the record does not know"} {
		if _, known := radius(f, i); i > 0 && known {
			t.Errorf("%s has a radius", what)
		}
	}
}

func TestTruthIsHeldNearTheLearned(t *testing.T) {
	t.Parallel()
	held, near := truthNear(extent{-1, 2}, []float64{-50, -9, 0, 10, 11})
	if diff := cmp.Diff([]float64{-25, -9, 0, 10, 11}, held); diff != "" ||
		near != (extent{-9, 10}) {
		t.Errorf("axis %v, values (-want +got):\n%s", near, diff)
	}
	if _, near := truthNear(extent{-10, 10}, []float64{-50, 50}); near != (extent{-50, 50}) {
		t.Errorf("values within two widths: axis %v, want all of them", near)
	}

	f := fitOf(2, 20, 1)
	f.Profile.Truth[0] = -50
	drawn, err := LogRatio1D(f)
	if err != nil {
		t.Fatal(err)
	}
	if said := strings.Contains(inspect(t, "log-ratio", drawn).words(),
		"The truth reaches beyond the axis"); !said {
		t.Error("the caption does not say that the truth is cut")
	}
}

func TestForces(t *testing.T) {
	t.Parallel()
	trace := &results.Trace{
		Epoch:          []int{1},
		DataForce:      [][][]float64{{{3, 4}, {0, 1}}},
		ReferenceForce: [][][]float64{{{-3, 0}, {0, -1}}},
	}
	data, reference, net, err := forces(trace)
	if err != nil {
		t.Fatal(err)
	}
	// |(3,4)| + |(0,1)| = 6, |(-3,0)| + |(0,-1)| = 4, |(0,4)| + |(0,0)| = 4.
	if data[0] != 6 || reference[0] != 4 || net[0] != 4 {
		t.Errorf("forces %v %v %v, want 6 4 4", data, reference, net)
	}
}

func TestMagnitudesAreHeldOnTheAxis(t *testing.T) {
	t.Parallel()
	y, held := magnitudes("", []float64{0, 1e-20, 1, 100})
	if !y.log || math.Abs(held[0][0]-1e-4) > 1e-16 || held[0][1] != held[0][0] ||
		held[0][3] != 100 {
		t.Errorf("axis %v, values %v", y.extent, held[0])
	}
	if y, _ := magnitudes("", []float64{0, 0}); y.log {
		t.Error("a logarithmic axis for zeros")
	}
}

// Labels and units of columns are on the axes, and hostile ones are harmless.
func TestLabelsOfColumns(t *testing.T) {
	t.Parallel()
	fit := plotstest.PlaneFit()
	fit.Columns = []results.Column{{Name: "pt", Label: "p_{T}", Unit: "GeV"},
		{Name: "eta", Label: "<script>alert(1)</script>\x1b[31m η^{2}", Unit: "{_{^{"}}
	f, err := Trajectory2D(fit, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	words := inspect(t, "labels", f).words()
	for _, want := range []string{"p\nT\n [GeV]", "<script>alert(1)</script> [31m η"} {
		if !strings.Contains(words, want) {
			t.Errorf("%q is not among\n%s", want, words)
		}
	}
	svg, err := f.SVG()
	if err != nil || strings.Contains(string(svg), "<script") {
		t.Errorf("a label became markup of SVG (%v)", err)
	}
	svgText(t, svg)
	if _, err := f.PDF(); err != nil {
		t.Error(err)
	}

	found := plotstest.WithMarginals(findingsOf(3, 12), 7)
	found.Columns[0].Label, found.Columns[0].Unit = "m_{T}", "GeV"
	for name, of := range map[string]func(findings.Findings) (Figure, error){
		"marginals": Marginals, "where": Where} {
		f, err := of(found)
		if err != nil {
			t.Fatal(err)
		}
		words := inspect(t, name, f).words()
		if strings.Contains(words, "column 0\n") || !strings.Contains(words, "m\nT\n") {
			t.Errorf("%s: the label is not among\n%s", name, words)
		}
	}
}
