package sparker

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"

	"sparker/data"
	"sparker/train"
	"sparker/twosample"
)

// KernelFit is one annealed fit: at each of several widths, a model of the log-density ratio of the
// data over the reference. Its methods may be called from several goroutines at once.
type KernelFit struct {
	// Scales holds the fit at each checkpoint, widest first.
	Scales []FitScale
	// Best is the index in Scales of the largest t. Kernels, Sigma and LogRatio are those of this
	// scale: towards the end of the annealing, kernels become too narrow for what they have found.
	Best int
	// Kernels holds the kernels at the best scale.
	Kernels []Kernel
	// Sigma is their width, in the columns' own units or, unless Unit is nil, in units of Unit.
	Sigma float64
	// Unit holds the standard deviation of each column of the reference; nil if the columns keep
	// their units.
	Unit []float64
	// Trace is the history of the fit, one entry per epoch, in the units of the fit: see
	// train.Epoch.
	Trace []train.Epoch
	// Warnings is what a reader of the fit should know.
	Warnings []string
	// Member is the name of the member that made the fit; empty for the fit of Options.Method.
	Member string
	// Members holds the fits of the members that fit kernels, in their order. They have no Trace.
	Members []*KernelFit

	mutex sync.Mutex
	test  twosample.FittingTest
	fit   twosample.Fit
}

// Kernel is one Gaussian kernel of a fit.
type Kernel struct {
	// Centroid is its place, one value per column, in the columns' own units.
	Centroid []float64
	// Coefficient is above 0 for an excess of data, and below 0 for a deficit.
	Coefficient float64
}

// FitScale is a checkpoint of a fit.
type FitScale struct {
	Epoch   int     // after which it is taken, counted from 1
	Sigma   float64 // width of the kernels, in the units of KernelFit.Sigma
	Ridge   float64 // factor of the penalty of a convex fit; 0 for other fits
	T       float64 // extended likelihood ratio, t = -2 L of the NP loss
	Kernels []Kernel
}

// Fit trains the kernels once on a reference and data, which are those of [Test], and records every
// epoch. The fit is the one that Test makes of the data with the same options; Toys, Workers and
// Progress are not used. A fit says how the samples differ under the model, but not whether the
// difference is significant: that is the question of Test.
//
// Errors are those of Test. An [*OptionError] also reports a method that fits no kernels.
func Fit(ctx context.Context, reference, data mat.Matrix, o *Options) (*KernelFit, error) {
	p, err := newProblem(reference, data, o)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	test, err := p.prepared.New()
	if err != nil {
		return nil, fmt.Errorf("sparker: %w", err)
	}
	fitting, ok := test.(twosample.FittingTest)
	if !ok {
		return nil, &OptionError{"Method", fmt.Sprintf("is %s, which fits no kernels",
			p.method.Name)}
	}
	fit, err := fitting.Trace(p.pair, p.stream("fit", hypothesisObserved, 0))
	if err != nil {
		return nil, fmt.Errorf("sparker: fitting the data: %w", err)
	}
	if outcome := fit.Outcome(); outcome.Status != twosample.OK {
		return nil, &FailedError{p.method.Name, outcome.Status, outcome.Reason}
	}
	own := newKernelFit(p, fitting, fit)
	joint, _ := test.(interface {
		MemberTest(name string) twosample.FittingTest
	})
	for _, m := range fit.Members {
		if m.Fit != nil {
			member := newKernelFit(p, joint.MemberTest(m.Name), *m.Fit)
			member.Member = m.Name
			own.Members = append(own.Members, member)
		}
	}
	return own, nil
}

func newKernelFit(p *problem, test twosample.FittingTest, fit twosample.Fit) *KernelFit {
	f := &KernelFit{test: test, fit: fit, Trace: fit.Trace,
		Warnings: slices.Concat(p.warnings, fit.Warnings)}
	if fit.Standardizer != nil {
		f.Unit = fit.Standardizer.Scale()
	}
	for i, c := range fit.Checkpoints {
		f.Scales = append(f.Scales, FitScale{Epoch: c.Epoch, Sigma: c.Sigma, Ridge: c.Ridge,
			T: c.T, Kernels: kernels(c, fit.Standardizer)})
		if c.T > fit.Checkpoints[f.Best].T {
			f.Best = i
		}
	}
	best := f.Scales[f.Best]
	f.Kernels, f.Sigma = best.Kernels, best.Sigma
	return f
}

// kernels returns the kernels of a checkpoint, with centroids in the columns' own units.
func kernels(c train.Checkpoint, standardizer *data.Standardizer) []Kernel {
	d := len(c.Centroids) / len(c.Coefficients)
	all := make([]Kernel, len(c.Coefficients))
	for i, a := range c.Coefficients {
		centroid := slices.Clone(c.Centroids[i*d : (i+1)*d])
		if standardizer != nil {
			centroid = standardizer.Invert(centroid)
		}
		all[i] = Kernel{Centroid: centroid, Coefficient: a}
	}
	return all
}

// LogRatio returns the fitted log(n_D(x)/n_R(x)) at each row of x, at the best scale. Both
// densities are normalized to the number of data rows: the log-ratio is 0 where data and reference
// agree. The columns of x are those of the fit, in their own units.
func (f *KernelFit) LogRatio(x mat.Matrix) ([]float64, error) {
	return f.LogRatioAt(f.Best, x)
}

// LogRatioAt is LogRatio at a checkpoint, counted from 0 as in Scales.
func (f *KernelFit) LogRatioAt(scale int, x mat.Matrix) ([]float64, error) {
	if scale < 0 || scale >= len(f.Scales) {
		return nil, fmt.Errorf("sparker: scale %d; the fit has %d, counted from 0", scale,
			len(f.Scales))
	}
	points, err := sample("table of points", x)
	if err != nil {
		return nil, err
	}
	if d := len(f.Kernels[0].Centroid); points.D != d {
		return nil, &ShapeError{Table: "table of points", Row: -1, Columns: points.D, Want: d}
	}
	if f.fit.Standardizer != nil {
		points = f.fit.Standardizer.Apply(points)
	}
	return f.logRatios(points, f.fit.Checkpoints[scale])
}

// logRatios evaluates the fit, one caller at a time.
func (f *KernelFit) logRatios(points data.Sample, at train.Checkpoint) ([]float64, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	ratios, err := f.test.LogRatios(points, at)
	if err != nil {
		return nil, fmt.Errorf("sparker: evaluating the fit: %w", err)
	}
	return ratios, nil
}
