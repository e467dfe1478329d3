package plotstest

import (
	"math"
	"math/rand/v2"
	"slices"

	"sparker/results"
)

// FitShape is the size of a made-up fit.
type FitShape struct{ Kernels, Epochs, Dim int }

// Fit is the record of a fit with its trace, a checkpoint at each tenth of the epochs, 600 data and
// 1200 reference rows, and in one dimension a profile with the true log-ratio.
func Fit(shape FitShape) results.FitRecord {
	r := Source(3)
	f := results.FitRecord{
		Schema: results.FitSchema, Status: results.StatusOK, Weight: 0.1,
		Hypothesis: results.Alternative, Signal: 15, Index: 0, Injected: 13, LengthUnit: "data",
	}
	for i := range 600 {
		f.Data = append(f.Data, fitRow(r, shape.Dim, i < 13))
	}
	for range 1200 {
		f.Reference = append(f.Reference, fitRow(r, shape.Dim, false))
	}
	f.Columns = []results.Column{{Name: "x", Unit: "GeV"}}
	if shape.Dim > 1 {
		f.Columns = []results.Column{{Name: "x_{1}", Unit: "GeV"}, {Name: "x_{2}", Unit: "GeV"}}
	}
	t := trace(shape, f.Data)
	f.Trace = t
	f.Centroids, f.Coefficients = t.Centroids[shape.Epochs-1], t.Coefficients[shape.Epochs-1]
	scales := min(10, shape.Epochs)
	for s := range scales {
		k := (s+1)*shape.Epochs/scales - 1
		f.Statistics = append(f.Statistics, results.CheckpointRecord{Epoch: t.Epoch[k],
			Sigma: t.Sigma[k], T: t.T[k]})
	}
	if shape.Dim == 1 {
		f.Profile = profile(f.Statistics)
	}
	return f
}

// fitRow draws a row: of an exponential with a bump at 6.4 in one dimension, of clusters in more.
func fitRow(r *rand.Rand, dim int, signal bool) []float64 {
	x := make([]float64, dim)
	for c := range x {
		switch {
		case dim == 1 && signal:
			x[c] = 6.4 + 0.16*r.NormFloat64()
		case dim == 1:
			x[c] = r.ExpFloat64()
		case signal:
			x[c] = 12 + 10*float64(c) + 0.6*r.NormFloat64()
		default:
			x[c] = 20*(2*float64(r.IntN(2))-1) + 4*r.NormFloat64()
		}
	}
	return x
}

// trace leads kernels from some rows to others; the kernels 0, 2, 4 ... end at the anomaly.
func trace(shape FitShape, data [][]float64) *results.Trace {
	t := &results.Trace{}
	width := 14.0
	if shape.Dim > 1 {
		width = 90
	}
	for k := range shape.Epochs {
		u := float64(k+1) / float64(shape.Epochs)
		t.Epoch = append(t.Epoch, k+1)
		t.Sigma = append(t.Sigma, width*math.Pow(0.005, u))
		t.Loss = append(t.Loss, -14*u*u+0.3*math.Sin(40*u))
		t.Penalty = append(t.Penalty, 0.4*u)
		t.T = append(t.T, 28*u*u-0.6*math.Sin(40*u))
		t.GateEntropy = append(t.GateEntropy, math.Log(float64(shape.Kernels))*math.Exp(-3*u))
		t.MinDistance = append(t.MinDistance, 0.02*math.Exp(6*u))
		var centroids, dataForce, referenceForce [][]float64
		var a []float64
		for m := range shape.Kernels {
			start, goal := data[13+m], data[m%2*(100+m)]
			move := 1 / (1 + math.Exp(-14*(u-0.4-0.05*float64(m))))
			mu, fd, fr := make([]float64, shape.Dim), make([]float64, shape.Dim),
				make([]float64, shape.Dim)
			for c := range shape.Dim {
				wobble := 0.02 * width * math.Sin(9*u+float64(m+2*c)) * u * (1 - u)
				mu[c] = start[c] + (goal[c]-start[c])*move + wobble
				fd[c] = 20 * math.Exp(-3*u) * math.Cos(float64(m))
				fr[c] = -fd[c] * (0.9 - 0.2*u)
			}
			centroids = append(centroids, mu)
			dataForce, referenceForce = append(dataForce, fd), append(referenceForce, fr)
			a = append(a, []float64{3.2, -0.8, 1.4, -2.1, 0.2}[m%5]*u)
		}
		t.Centroids, t.Coefficients = append(t.Centroids, centroids), append(t.Coefficients, a)
		t.DataForce = append(t.DataForce, dataForce)
		t.ReferenceForce = append(t.ReferenceForce, referenceForce)
	}
	return t
}

// profile is a learned log-ratio that grows a bump, with the true one.
func profile(checkpoints []results.CheckpointRecord) *results.Profile {
	p := &results.Profile{}
	for i := range 200 {
		p.X = append(p.X, 10*float64(i)/199)
	}
	bump := func(x, s float64) float64 { return math.Exp(-(x - 6.4) * (x - 6.4) / (2 * s * s)) }
	for _, x := range p.X {
		p.Truth = append(p.Truth, math.Log1p(22*bump(x, 0.16)))
	}
	for s, c := range checkpoints {
		var y []float64
		for _, x := range p.X {
			y = append(y, 3*float64(s+1)/float64(len(checkpoints))*bump(x, max(c.Sigma, 0.2))-
				0.3*bump(x-5, c.Sigma))
		}
		p.Learned = append(p.Learned, y)
	}
	return p
}

// Bear moves a kernel of a fit to a place at the beginning of an epoch, from where it continues to
// its end, with a coefficient that grows from 0.
func Bear(f *results.FitRecord, b results.Birth, place ...float64) {
	t := f.Trace
	t.Born = append(t.Born, b)
	last := len(t.Epoch) - 1
	end, coefficient := slices.Clone(t.Centroids[last][b.Kernel]), t.Coefficients[last][b.Kernel]
	for k, e := range t.Epoch {
		if e < b.Epoch {
			continue
		}
		u := float64(e-b.Epoch) / float64(max(t.Epoch[last]-b.Epoch, 1))
		for c := range end {
			t.Centroids[k][b.Kernel][c] = place[c] + (end[c]-place[c])*math.Sin(u*math.Pi/2)
		}
		t.Coefficients[k][b.Kernel] = coefficient * u
	}
}

// AddLead adds the lead statistic at the checkpoints of a fit.
func AddLead(f *results.FitRecord) {
	for i, c := range f.Statistics {
		c.T *= 0.45 + 0.05*float64(i%3)
		f.Lead = append(f.Lead, c)
	}
}

// LineFit is the fit of five kernels in one dimension, with a trace of 400 epochs.
func LineFit() results.FitRecord { return Fit(FitShape{Kernels: 5, Epochs: 400, Dim: 1}) }

// LineFitWithBirths is [LineFit] with the lead statistic, and with kernels that are born again in
// four epochs.
func LineFitWithBirths() results.FitRecord {
	f := LineFit()
	Bear(&f, results.Birth{Epoch: 1, Kernel: 4}, 8)
	Bear(&f, results.Birth{Epoch: 130, Kernel: 1}, 7.3)
	Bear(&f, results.Birth{Epoch: 200, Kernel: 3}, 4)
	Bear(&f, results.Birth{Epoch: 300, Kernel: 3}, 7.7)
	AddLead(&f)
	return f
}

// PlaneFit is the fit of four kernels in two dimensions, with a trace of 400 epochs in which they
// are wide.
func PlaneFit() results.FitRecord {
	f := Fit(FitShape{Kernels: 4, Epochs: 400, Dim: 2})
	for i := range f.Trace.Sigma {
		f.Trace.Sigma[i] *= 8
	}
	return f
}

// PlaneFitWithBirths is [PlaneFit] with kernels that are born again in four epochs, one of them the
// last.
func PlaneFitWithBirths() results.FitRecord {
	f := PlaneFit()
	Bear(&f, results.Birth{Epoch: 150, Kernel: 0}, -22, -16)
	Bear(&f, results.Birth{Epoch: 250, Kernel: 2}, 3, -8)
	Bear(&f, results.Birth{Epoch: 320, Kernel: 2}, 2, 8)
	Bear(&f, results.Birth{Epoch: 400, Kernel: 3}, -5, 4)
	return f
}

// WithSpheres adds the rows within sigma of each kernel to a trace.
func WithSpheres(f results.FitRecord) results.FitRecord {
	t := *f.Trace
	for k, sigma := range t.Sigma {
		data, reference := inSphere(f.Data, t.Centroids[k], sigma),
			inSphere(f.Reference, t.Centroids[k], sigma)
		for m := range reference {
			reference[m] *= f.Weight
		}
		t.DataInSphere = append(t.DataInSphere, data)
		t.ReferenceInSphere = append(t.ReferenceInSphere, reference)
	}
	f.Trace = &t
	return f
}

// inSphere counts the rows within sigma of each centroid.
func inSphere(rows, centroids [][]float64, sigma float64) []float64 {
	counts := make([]float64, len(centroids))
	for m, mu := range centroids {
		for _, x := range rows {
			squares := 0.0
			for c := range x {
				squares += (x[c] - mu[c]) * (x[c] - mu[c])
			}
			if squares <= sigma*sigma {
				counts[m]++
			}
		}
	}
	return counts
}
