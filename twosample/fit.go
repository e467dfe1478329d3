package twosample

import (
	"math/rand/v2"

	"sparker/data"
	"sparker/train"
)

// FittingTest is a Test that trains an ensemble of kernels on every pair. Its fits can be recorded,
// drawn, and searched for the places where the samples differ.
type FittingTest interface {
	Test
	// Fit trains on a pair, given in the data's own units. The Outcome of the fit is what
	// Statistics returns for the same pair and stream.
	Fit(pair data.Pair, r *rand.Rand) (Fit, error)
	// Trace is Fit with a record of every epoch. The numbers are the same.
	Trace(pair data.Pair, r *rand.Rand) (Fit, error)
	// LogRatios returns the log-ratio f at each row of x, with the centroids, the coefficients and
	// the width of a checkpoint. All are in the units of the fit.
	LogRatios(x data.Sample, at train.Checkpoint) ([]float64, error)
}

// Fit is the fit of an ensemble to a pair, with what is needed to read it.
type Fit struct {
	train.FitResult
	// Standardizer maps between the data's own units and those of the fit; it is nil if they are
	// the same.
	Standardizer *data.Standardizer
	// SoftMax reports that kernels compete: the share of kernel i in f(x) is a_i p_i(x) k_i(x), and
	// a_i k_i(x) otherwise.
	SoftMax bool
	// Clip is the bound of the coefficients; 0 if it is not known.
	Clip float64
	// Warnings are for whoever reads the fit.
	Warnings []string
	// Members holds what the members of the test found in the same pair, in their order. It is
	// empty for a test without members, and if the fit failed.
	Members []MemberFit

	t, lead bool // the statistics that are taken
}

// MemberFit is what a member of a test found in a pair.
type MemberFit struct {
	Name    string
	Outcome Outcome
	Fit     *Fit // nil for a member that fits no kernels
}

// Outcome returns the statistics of the fit, followed by those of the members.
func (f Fit) Outcome() Outcome {
	o := f.own()
	for _, m := range f.Members {
		o = o.join(m.Name, m.Outcome)
	}
	return o
}

// own returns the statistics of the fit without those of the members.
func (f Fit) own() Outcome {
	o := Outcome{Status: Status(f.Status), Reason: f.Reason, ClampedEpochs: f.ClampedEpochs,
		Health: f.Health, Warnings: f.Warnings}
	if o.Status != OK {
		return o
	}
	if f.t {
		for _, c := range f.Checkpoints {
			o.T = append(o.T, c.T)
		}
	}
	if f.lead {
		for _, c := range f.Checkpoints {
			o.T = append(o.T, c.Lead)
		}
	}
	return o
}
