package report

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"sparker/findings"
	"sparker/plots/plotstest"
	"sparker/results"
)

// unpacked are the numbers of a packed fit, as the player reads them.
type unpacked struct {
	playedFit
	floats []float32
	levels []uint16
}

func unpack(t *testing.T, p playedFit) *unpacked {
	t.Helper()
	packed, err := base64.StdEncoding.DecodeString(p.Packed)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	u := &unpacked{playedFit: p}
	floats := len(p.Epoch) * len(p.Curves)
	for i := range floats {
		var bits uint32
		for b := range 4 {
			bits |= uint32(raw[b*floats+i]) << (8 * b)
		}
		u.floats = append(u.floats, math.Float32frombits(bits))
	}
	raw = raw[4*floats:]
	n := len(raw) / 2
	for i := range n {
		u.levels = append(u.levels, uint16(raw[i])|uint16(raw[n+i])<<8)
	}
	return u
}

// curve returns a history of the fit.
func (u *unpacked) curve(name string) []float32 {
	k := slices.Index(u.Curves, name)
	return u.floats[k*len(u.Epoch) : (k+1)*len(u.Epoch)]
}

// history returns the levels of the history k of a kernel: a position along an axis, or after those
// a grid.
func (u *unpacked) history(k, kernel int) []uint16 {
	n := len(u.Epoch)
	differences := u.levels[(k*u.Kernels+kernel)*n:][:n]
	levels, last := make([]uint16, n), uint16(0)
	for i, d := range differences {
		last += d
		levels[i] = last
	}
	return levels
}

func TestPackedFitHoldsTheTrace(t *testing.T) {
	f := plotstest.PlaneFitWithBirths()
	played := newTraining(Section{Fits: []results.FitRecord{f}}, trainingBytes)
	if len(played.Fits) != 1 {
		t.Fatalf("%d fits are played; want 1", len(played.Fits))
	}
	u := unpack(t, played.Fits[0])
	if !slices.Equal(u.Epoch, f.Trace.Epoch) {
		t.Fatalf("%d epochs are played; want all %d", len(u.Epoch), len(f.Trace.Epoch))
	}
	for name, want := range map[string][]float64{"sigma": f.Trace.Sigma, "t": f.Trace.T,
		"loss": f.Trace.Loss, "entropy": f.Trace.GateEntropy, "distance": f.Trace.MinDistance} {
		for i, v := range u.curve(name) {
			if v != float32(want[i]) {
				t.Fatalf("%s of entry %d is %v; want %v", name, i, v, want[i])
			}
		}
	}
	beyond := 0
	for k, axis := range u.Axes {
		step := (axis.High - axis.Low) / (positionLevels - 1)
		for m := range u.Kernels {
			for i, level := range u.history(k, m) {
				want := f.Trace.Centroids[i][m][k]
				if want < axis.Low || want > axis.High {
					beyond++
					if level != 0 && level != positionLevels-1 {
						t.Fatalf("kernel %d is beyond axis %d at entry %d, at level %d", m, k, i,
							level)
					}
					continue
				}
				if got := axis.Low + float64(level)*step; math.Abs(got-want) > 0.51*step {
					t.Fatalf("kernel %d is at %v of axis %d at entry %d; want %v", m, got, k, i,
						want)
				}
			}
		}
	}
	if all := len(u.Axes) * u.Kernels * len(u.Epoch); beyond > all/10 {
		t.Errorf("%d of %d positions are beyond the picture", beyond, all)
	}
	grid := u.Grids[0]
	for i, level := range u.history(len(u.Axes), 3) {
		got := grid.Low + float64(level)*(grid.High-grid.Low)/(positionLevels-1)
		if want := f.Trace.Coefficients[i][3]; math.Abs(got-want) > (grid.High-grid.Low)/8000 {
			t.Fatalf("the coefficient of entry %d is %v; want %v", i, got, want)
		}
	}
	if want := [2]int{249, 2}; u.Births[1] != want {
		t.Errorf("the second birth is at %v; want %v", u.Births[1], want)
	}
}

// noisyFit is a fit with histories that compress as badly as real ones.
func noisyFit(shape plotstest.FitShape, seed uint64) results.FitRecord {
	f := plotstest.Fit(shape)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range f.Trace.Epoch {
		counts := make([]float64, shape.Kernels)
		for m := range shape.Kernels {
			for c := range shape.Dim {
				f.Trace.Centroids[i][m][c] += 0.02 * r.NormFloat64()
				f.Trace.DataForce[i][m][c] *= 1 + 0.05*r.NormFloat64()
				f.Trace.ReferenceForce[i][m][c] *= 1 + 0.05*r.NormFloat64()
			}
			f.Trace.Coefficients[i][m] += 0.01 * r.NormFloat64()
			counts[m] = float64(r.IntN(40))
		}
		f.Trace.DataInSphere = append(f.Trace.DataInSphere, counts)
		f.Trace.ReferenceInSphere = append(f.Trace.ReferenceInSphere, counts)
	}
	return f
}

// Twenty fits of a thousand epochs and sixteen kernels take at most 3.5 MB of a page, in few
// dimensions and in many, and keep enough epochs for a smooth movement. They may be of one cell or
// of ten. Many more fits do not take more.
func TestPlayedFitsAreSmall(t *testing.T) {
	for _, dim := range []int{1, 2, 14} {
		f := noisyFit(plotstest.FitShape{Kernels: 16, Epochs: 1000, Dim: dim}, uint64(dim))
		p := newPlayedFit(f, min(playedBytes, trainingBytes/20))
		if size := len(p.Packed); 20*(size+8000) > 3_500_000 {
			t.Errorf("%d dimensions: a fit takes %d bytes", dim, size)
		}
		if n := len(p.Epoch); n < 200 {
			t.Errorf("%d dimensions: only %d of 1000 epochs are played", dim, n)
		}
		if last := p.Epoch[len(p.Epoch)-1]; last != 1000 {
			t.Errorf("%d dimensions: the last epoch is %d; want 1000", dim, last)
		}
	}
	f := noisyFit(plotstest.FitShape{Kernels: 5, Epochs: 300, Dim: 2}, 4)
	sections := make([]Section, 30)
	for i := range sections {
		for k := range 12 {
			f.Hypothesis, f.Signal, f.Index = results.Alternative, float64(k/2), k%2
			sections[i].Fits = append(sections[i].Fits, f)
		}
	}
	var page strings.Builder
	if err := Write(&page, Contents{Sections: sections}); err != nil {
		t.Fatal(err)
	}
	if page.Len() > 4_500_000 {
		t.Errorf("30 cells of 12 fits make a page of %d bytes", page.Len())
	}
	if n := strings.Count(page.String(), "Of 12 recorded fits, 3 are shown."); n != 30 {
		t.Errorf("%d cells say that fits are left out; want 30", n)
	}
}

// The fits that are kept are of different kinds: observed, null, and large signals first.
func TestMostTellingFits(t *testing.T) {
	var fits []results.FitRecord
	for _, kind := range []struct {
		hypothesis string
		signals    []float64
	}{{results.Null, []float64{0, 0}}, {results.Alternative, []float64{0, 0, 5, 5, 20, 20}},
		{results.Observed, []float64{0}}} {
		for i, signal := range kind.signals {
			fits = append(fits, results.FitRecord{Hypothesis: kind.hypothesis, Signal: signal,
				Index: i})
		}
	}
	for most, want := range map[int]string{1: "[observed 0]", 2: "[null 0 observed 0]",
		3: "[null 0 alternative 20 observed 0]",
		6: "[null 0 alternative 0 alternative 5 alternative 20 alternative 20 observed 0]"} {
		var names []string
		for _, f := range mostTelling(fits, most) {
			names = append(names, fmt.Sprintf("%s %v", f.Hypothesis, f.Signal))
		}
		if got := fmt.Sprint(names); got != want {
			t.Errorf("the %d most telling fits are %s; want %s", most, got, want)
		}
	}
}

// The iteration finds the principal components of a decomposition.
func TestPlaneIsThatOfThePrincipalComponents(t *testing.T) {
	const n, d = 400, 20
	r := rand.New(rand.NewPCG(5, 6))
	length := make([]float64, d)
	for c := range length {
		length[c] = 1 + r.Float64()
	}
	length[7] = 0 // left out of the distance
	x := mat.NewDense(n, d-1, nil)
	rows := make([][]float64, n)
	for i := range rows {
		u, v := 3*r.NormFloat64(), 2*r.NormFloat64()
		rows[i] = make([]float64, d)
		k := 0
		for c := range d {
			scaled := 5 + u*math.Sin(float64(c)) + v*math.Cos(float64(2*c)) + r.NormFloat64()
			if length[c] == 0 {
				rows[i][c] = 1000 * scaled
				continue
			}
			rows[i][c] = scaled * length[c]
			x.Set(i, k, scaled)
			k++
		}
	}
	p := newPlane(rows, length)
	var exact stat.PC
	if !exact.PrincipalComponents(x, nil) {
		t.Fatal("no decomposition")
	}
	var vectors mat.Dense
	exact.VectorsTo(&vectors)
	variances := exact.VarsTo(nil)
	total := 0.0
	for _, v := range variances {
		total += v
	}
	for k := range 2 {
		dot := 0.0
		for i, v := range p.axes[k] {
			dot += v * vectors.At(i, k)
		}
		if math.Abs(math.Abs(dot)-1) > 1e-6 {
			t.Errorf("component %d: the cosine with the exact one is %v", k+1, dot)
		}
		if want := variances[k] / total; math.Abs(p.share[k]-want) > 1e-6 {
			t.Errorf("component %d has the share %v of the variance; want %v", k+1, p.share[k],
				want)
		}
	}
	if newPlane(rows[:2], length) != nil {
		t.Error("two rows have a plane")
	}
}

func TestMergers(t *testing.T) {
	trace := &results.Trace{}
	at := func(sigma float64, x ...float64) {
		trace.Epoch = append(trace.Epoch, len(trace.Epoch)+1)
		trace.Sigma = append(trace.Sigma, sigma)
		var points [][]float64
		for _, v := range x {
			points = append(points, []float64{v, 7 * float64(len(trace.Epoch)*len(points))})
		}
		trace.Centroids = append(trace.Centroids, points)
	}
	at(100, 0, 5, 9) // all within a tenth of sigma: nothing has merged yet
	at(10, 0, 5, 9)
	at(10, 0, 0.9, 9) // 1 and 2 merge
	at(10, 0, 1.9, 9) // and are not yet apart
	at(10, 0, 2.1, 9) // but now
	at(10, 0, 5, 5)   // 2 and 3 merge
	at(10, 0, 5, 5.5) // until the end
	// The second column is left out of the distance.
	got := fmt.Sprintf("%+v", mergers(trace, []float64{1, 0}))
	want := "[{A:0 B:1 From:2 To:3 Lasts:false} {A:1 B:2 From:5 To:6 Lasts:true}]"
	if got != want {
		t.Errorf("the mergers are %s; want %s", got, want)
	}
}

func TestFitsWithoutATraceAreNotPlayed(t *testing.T) {
	f := plotstest.LineFit()
	f.Trace = nil
	var page strings.Builder
	err := Write(&page, Contents{Sections: []Section{{Fits: []results.FitRecord{f}}}})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), `class="player"`) {
		t.Error("a fit without a trace is played")
	}
}

// Few rows, none, constant columns and a single epoch and kernel can be packed.
func TestPackingOddFits(t *testing.T) {
	one := plotstest.Fit(plotstest.FitShape{Kernels: 1, Epochs: 1, Dim: 3})
	noRows := plotstest.Fit(plotstest.FitShape{Kernels: 2, Epochs: 3, Dim: 4})
	noRows.Data, noRows.Reference = nil, nil
	constant := plotstest.Fit(plotstest.FitShape{Kernels: 2, Epochs: 3, Dim: 3})
	for _, rows := range [][][]float64{constant.Data, constant.Reference} {
		for _, x := range rows {
			x[0], x[1], x[2] = 4, 4, 4
		}
	}
	bare := plotstest.Fit(plotstest.FitShape{Kernels: 2, Epochs: 3, Dim: 1})
	bare.Trace = &results.Trace{Epoch: bare.Trace.Epoch, Centroids: bare.Trace.Centroids}
	for i, p := range newTraining(Section{Fits: []results.FitRecord{one, noRows, constant, bare}},
		trainingBytes).Fits {
		u := unpack(t, p)
		for k, axis := range u.Axes {
			if !(axis.Low < axis.High) || math.IsInf(axis.High-axis.Low, 0) {
				t.Errorf("fit %d: axis %d is from %v to %v", i, k, axis.Low, axis.High)
			}
		}
		want := (len(u.Axes)+len(u.Grids))*u.Kernels*len(u.Epoch) +
			len(u.Axes)*(u.Data+u.Reference)
		if len(u.levels) != want {
			t.Errorf("fit %d has %d quantized numbers; want %d", i, len(u.levels), want)
		}
	}
}

// A fit is first shown at the checkpoint of its largest t, and that of the observed sample where
// its first place was found, or else where its findings were read.
func TestFirstEpochOfAFit(t *testing.T) {
	f := plotstest.LineFitWithBirths()
	f.Hypothesis = results.Observed
	f.Statistics = []results.CheckpointRecord{{Epoch: 40, Sigma: 3, T: 5},
		{Epoch: 80, Sigma: 2, T: 9}, {Epoch: 120, Sigma: 1, T: math.NaN()},
		{Epoch: 160, Sigma: 0.5, T: 4}}
	other := f
	other.Hypothesis = results.Null
	none := f
	none.Statistics = nil
	last := f.Trace.Epoch[len(f.Trace.Epoch)-1]
	read := &findings.Findings{Epoch: 160, Sigma: 0.5}
	for _, c := range []struct {
		name string
		fit  results.FitRecord
		read *findings.Findings
		want int
	}{
		{"largest t", f, nil, 80},
		{"findings", f, read, 160},
		{"a place", f, &findings.Findings{Epoch: 160, Sigma: 0.5,
			Places: []findings.Place{{Epoch: 40, Sigma: 3}, {Epoch: 160, Sigma: 0.5}}}, 40},
		{"a place of another fit", f, &findings.Findings{Epoch: 160, Sigma: 0.5,
			Places: []findings.Place{{Epoch: 40, Sigma: 7}}}, 160},
		{"findings of another scale", f, &findings.Findings{Epoch: 160, Sigma: 0.7}, 80},
		{"findings of another sample", other, read, 80},
		{"no checkpoint", none, read, last},
	} {
		played := newTraining(Section{Fits: []results.FitRecord{c.fit}, Findings: c.read},
			trainingBytes).Fits[0]
		if got := played.Epoch[played.Start]; got != c.want {
			t.Errorf("%s: the player opens at epoch %d; want %d", c.name, got, c.want)
		}
	}
}

// The code of the player, and of its curves, is only in pages that play fits.
func TestOnlyPagesWithFitsHaveThePlayer(t *testing.T) {
	for fits, all := range [][]results.FitRecord{nil, {plotstest.LineFit()}} {
		var page strings.Builder
		if err := Write(&page, Contents{Sections: []Section{{Fits: all}}}); err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"var uPlot=", "class Player", ".u-over", "MIT License"} {
			if has := strings.Contains(page.String(), part); has != (fits > 0) {
				t.Errorf("a page of %d fits has %q: %t", fits, part, has)
			}
		}
	}
}

// What is said about the plane holds for every choice of axes, and names the unit of the rows.
func TestPlaneIsDescribed(t *testing.T) {
	t.Parallel()
	f := results.FitRecord{Columns: []results.Column{{Name: "a"}, {Name: "b"}},
		Centroids: [][]float64{{0, 0}}}
	p := &plane{columns: []int{0, 1}, axes: [2][]float64{{1, 0}, {0, 1}}}
	for unit, want := range map[string]string{
		"data":                "in the units of σ. ",
		"standard deviations": "in standard deviations of the reference, as σ is. ",
	} {
		f.LengthUnit = unit
		got := p.describe(f)
		if !strings.Contains(got, want) || !strings.Contains(got, "the two axes that are chosen") {
			t.Errorf("%s: %q", unit, got)
		}
	}
}
