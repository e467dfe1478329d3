package signatures

import (
	"fmt"
	"math"
	"slices"

	"sparker/results"
	"sparker/stats"
	"sparker/train"
)

// The names of the signatures.
const (
	Collapse       = "collapse"
	NoConvergence  = "no-convergence"
	HighVariance   = "high-variance"
	TypeI          = "type-I"
	Stuck          = "stuck"
	NoLocalization = "no-localization"
	UntrainedScale = "untrained-scale"
	FewToys        = "few-toys"
)

// Evidence is what is known of a test. Parts that are absent are not judged.
type Evidence struct {
	// NullToys is the number of null toys of a test whose number is fixed, and Alpha its size.
	NullToys int
	Alpha    float64
	// Rejected of Tested toys of the null hypothesis that took no part in the calibration were
	// rejected.
	Rejected, Tested int
	// Annealing says how the fit of the test is annealed; nil for a test without such a fit.
	Annealing *Annealing
	// End holds t of the null toys whose fits did not fail, at the last scale of the annealed fit.
	End []float64
	// Health is that of the annealed fits of the null toys that did not fail.
	Health []results.HealthRecord
	// Signals holds the fits of toys with a signal, which gives all kernels a place to go to.
	Signals []SignalFits
}

// SignalFits are the annealed fits of the toys of one signal strength.
type SignalFits struct {
	Signal float64 // N_S
	Health []results.HealthRecord
}

// Annealing is that of a fit.
type Annealing struct {
	Config    train.Config
	Widths    train.Widths
	Distances train.DistanceQuantiles
}

// The limits from which there is a signature.
const (
	// fewestFits is the number of fits from which rates are judged.
	fewestFits = 10
	// collapsedShare is the share of fits with more than half of the kernels at one place.
	collapsedShare = 0.5
	// stuckShare is the share of the kernels of all fits that are far from all rows.
	stuckShare = 0.1
	// worseShare is the share of null toys at which f = 0 is better than the fit, so that t < 0. No
	// fit that is at an optimum is there.
	worseShare = 0.1
	// swingShare is the swing of t, relative to its standard deviation over the null toys, and
	// leastSwing its least value: t is a difference of log-likelihoods.
	swingShare = 0.5
	leastSwing = 0.01
	// spreadFactor is the standard deviation of t, relative to that of a chi-square distribution of
	// the same mean, which t has if f is a linear model near its optimum. Fits that choose places
	// have up to 2.3.
	spreadFactor = 3
	// nearEnd is the width, relative to that of the end, up to which epochs train the last scale,
	// and fewestEpochs their least number.
	nearEnd      = 2
	fewestEpochs = 5
	// excessP is the p-value of the number of rejected toys, if the test has its size.
	excessP = 0.001
	// fewestExpected is the number of null toys that are expected at p <= alpha. Below it, the size
	// is uncertain by 45% and more.
	fewestExpected = 5
)

// Find returns the signatures that the evidence shows, in the order of the names above. A fit whose
// last scale is untrained is not said to lack convergence, or to have a large variance, as well.
func Find(e Evidence) []results.Signature {
	list := slices.Concat(e.collapse(), e.training(), e.typeI(), e.stuck(), e.noLocalization(),
		e.fewToys())
	order := []string{Collapse, NoConvergence, HighVariance, TypeI, Stuck, NoLocalization,
		UntrainedScale, FewToys}
	slices.SortStableFunc(list, func(a, b results.Signature) int {
		return slices.Index(order, a.Name) - slices.Index(order, b.Name)
	})
	return list
}

// one is a list of one signature.
func one(name, remedy, text string, values ...any) []results.Signature {
	return []results.Signature{{Name: name, Text: fmt.Sprintf(text, values...), Remedy: remedy}}
}

// collapse does not judge widths that no kernel is local at, where all places are one.
func (e Evidence) collapse() []results.Signature {
	if e.noLocalization() != nil {
		return nil
	}
	groups := append([]SignalFits{{0, e.Health}}, e.Signals...)
	worst, most, kernels := SignalFits{}, 0.0, 0
	for _, g := range groups {
		n := 0
		for _, h := range g.Health {
			if h.Kernels > 1 && 2*h.Together > h.Kernels {
				n++
			}
			kernels = max(kernels, h.Kernels)
		}
		if share := float64(n) / float64(len(g.Health)); len(g.Health) >= fewestFits &&
			share > most {
			worst, most = g, share
		}
	}
	if most < collapsedShare {
		return nil
	}
	of := "the null toys"
	if worst.Signal != 0 {
		of = fmt.Sprintf("the toys at N_S = %v", worst.Signal)
	}
	return one(Collapse, "let kernels compete, or take fewer of them",
		"in %.0f%% of the fits of %s more than half of the %d kernels end at one place, within "+
			"half of sigma of each other", 100*most, of, kernels)
}

// training returns what is wrong with the last scale of the fit.
func (e Evidence) training() []results.Signature {
	if list := e.untrained(); list != nil {
		return list
	}
	if list := e.noConvergence(); list != nil {
		return list
	}
	return e.highVariance()
}

func (e Evidence) untrained() []results.Signature {
	if e.Annealing == nil {
		return nil
	}
	c, end := e.Annealing.Config, e.Annealing.Widths.End
	near := 0
	for epoch := c.Epochs; epoch > 0 && c.Sigma(e.Annealing.Widths, epoch) <= nearEnd*end; epoch-- {
		near++
	}
	if near >= min(fewestEpochs, c.Epochs) {
		return nil
	}
	have := "have"
	if near == 1 {
		have = "has"
	}
	return one(UntrainedScale,
		"take more epochs, anneal the width exponentially, or hold it at its end",
		"%d of the %d epochs %s a width of at most %v times the end width (%.3g): the last scale "+
			"is hardly trained", near, c.Epochs, have, nearEnd, end)
}

const slower = "lower the learning rate, anneal more slowly, or end at a larger width"

func (e Evidence) noConvergence() []results.Signature {
	n := len(e.End)
	if e.Annealing == nil || n < fewestFits {
		return nil
	}
	end := e.Annealing.Widths.End
	worse := 0
	for _, t := range e.End {
		if t < 0 {
			worse++
		}
	}
	mean, sd := meanAndSD(e.End)
	if float64(worse) >= max(2, worseShare*float64(n)) || mean < 0 {
		return one(NoConvergence, slower, "at the end width (%.3g) t is negative in %d of %d null "+
			"toys, with a mean of %.3g, although f = 0 has t = 0", end, worse, n, mean)
	}
	if swing := e.swing(); swing > max(leastSwing, swingShare*sd) {
		return one(NoConvergence, slower, "t goes up and down by %.2g from epoch to epoch at the "+
			"end width (%.3g), where null toys differ by %.2g", swing, end, sd)
	}
	return nil
}

// swing is the median swing of the fits; 0 if there are few.
func (e Evidence) swing() float64 {
	if len(e.Health) < fewestFits {
		return 0
	}
	var swings []float64
	for _, h := range e.Health {
		swings = append(swings, h.Swing)
	}
	slices.Sort(swings)
	return swings[len(swings)/2]
}

func (e Evidence) highVariance() []results.Signature {
	if e.Annealing == nil || len(e.End) < fewestFits {
		return nil
	}
	mean, sd := meanAndSD(e.End)
	like := math.Sqrt(2 * mean) // that of a chi-square distribution
	if !(sd > spreadFactor*like) {
		return nil
	}
	return one(HighVariance, "bound or penalize the coefficients more, or end at a larger width",
		"at the end width (%.3g) t of the null toys has a standard deviation of %.3g at a mean of "+
			"%.3g, %.1f times that of a chi-square distribution", e.Annealing.Widths.End, sd, mean,
		sd/like)
}

func meanAndSD(list []float64) (mean, sd float64) {
	n := float64(len(list))
	for _, v := range list {
		mean += v / n
	}
	for _, v := range list {
		sd += (v - mean) * (v - mean) / (n - 1)
	}
	return mean, math.Sqrt(sd)
}

func (e Evidence) typeI() []results.Signature {
	if e.Tested == 0 || e.NullToys == 0 {
		return nil
	}
	p := stats.RejectionP(e.Rejected, e.Tested, e.NullToys, e.Alpha)
	if p > excessP {
		return nil
	}
	return one(TypeI, "take a larger reference and more null toys, or bound the coefficients more",
		"%d of %d toys of the null hypothesis are rejected at alpha = %v, as many as by chance "+
			"with a probability of %.1g", e.Rejected, e.Tested, e.Alpha, p)
}

func (e Evidence) stuck() []results.Signature {
	far, kernels := 0, 0
	for _, h := range e.Health {
		far, kernels = far+h.Far, kernels+h.Kernels
	}
	if len(e.Health) < fewestFits || float64(far) < stuckShare*float64(kernels) || far == 0 {
		return nil
	}
	return one(Stuck,
		"lower the learning rate, or start kernels on rows of the data or at a larger width",
		"%d of %d kernels in %d fits are far from all rows at every scale", far, kernels,
		len(e.Health))
}

func (e Evidence) noLocalization() []results.Signature {
	if e.Annealing == nil {
		return nil
	}
	text := e.Annealing.Widths.Warning(e.Annealing.Distances)
	if text == "" {
		return nil
	}
	return []results.Signature{{Name: NoLocalization, Text: text,
		Remedy: "end at a smaller width, or take fewer columns"}}
}

func (e Evidence) fewToys() []results.Signature {
	if e.NullToys == 0 || !(e.Alpha > 0) ||
		e.Alpha*float64(e.NullToys+1) >= fewestExpected*(1-1e-12) {
		return nil
	}
	text, enough := stats.SizeWarning(e.Alpha, e.NullToys)
	return one(FewToys, enough, "%s", text)
}

// Record returns the record of the health of a fit, which may be nil.
func Record(h *train.FitHealth) *results.HealthRecord {
	if h == nil {
		return nil
	}
	return &results.HealthRecord{Kernels: h.Kernels, Together: h.Together, Far: h.Far,
		Swing: h.Swing}
}
