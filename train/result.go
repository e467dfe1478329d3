package train

// FitStatus says how a fit ended.
type FitStatus string

// The ways in which a fit can end.
const (
	// OK is the status of a fit that reached its last epoch.
	OK FitStatus = "ok"
	// NonFinite means that the loss, a gradient, a parameter or the statistic became NaN or
	// infinite.
	NonFinite FitStatus = "non_finite"
	// TooFewRows means that a sample has no rows for kernels to start on. Nothing was fitted.
	TooFewRows FitStatus = "too_few_rows"
	// NotConverged means that a convex fit did not reach its optimum.
	NotConverged FitStatus = "not_converged"
)

// FitResult is a finished fit. All lengths are in the units of the pair that was fitted.
type FitResult struct {
	Status FitStatus
	// Reason says what became non-finite and at which epoch; it is empty for a status of OK.
	Reason string
	// Checkpoints has one entry for each scale of the [Fitter]; a fit with another status than OK
	// may have fewer.
	Checkpoints []Checkpoint
	// Centroids (M×d, row-major) and Coefficients (M) are those of an ensemble after the last
	// epoch. They are nil if one of them became non-finite, and for other models.
	Centroids    []float64
	Coefficients []float64
	// ClampedEpochs is the number of epochs in which f exceeded [graph.MaxExponent] on a reference
	// row. The exponential in the loss is held constant above it.
	ClampedEpochs int
	// Health is that of an annealed fit of an ensemble with a status of OK; nil of others.
	Health *FitHealth
	// Null is the fit of the nuisance parameters of the pair alone; nil for a pair without any.
	Null *NullEstimate
	// Trace has one entry for each epoch of [Fitter.Trace]; it is nil after [Fitter.Fit].
	Trace []Epoch
}

// Checkpoint is the statistic at one scale, with the parameters at which it was taken.
type Checkpoint struct {
	Scale
	// T is the statistic t = -2 L_NP (see [losses.Statistic]), whatever the loss of the training.
	// With nuisance parameters it is tau - Delta, -2 times the minimum of L_NP over them minus that
	// of [NullEstimate].
	T float64
	// Nuisances are the nuisance parameters at the minimum; nil for a pair without any.
	Nuisances *Estimate
	// Centroids (M×d, row-major) and Coefficients (M) are those of an ensemble.
	Centroids    []float64
	Coefficients []float64
	// Parameters are those of any other model, by name.
	Parameters map[string][]float64
	// Lead is the statistic of the best single kernel, and LeadKernel its index from 0. They are 0
	// unless [FitOptions] asks for them.
	Lead       float64
	LeadKernel int
	// Shares is nil unless [FitOptions] asks for it.
	Shares *Shares
}

// nonFinite names what became NaN or infinite in a fit. The loop turns it into a [FitStatus].
type nonFinite string

func (what nonFinite) Error() string { return string(what) + " is not finite" }
