package results

// NuisanceRecord holds what the fits of a toy say about its nuisance parameters.
type NuisanceRecord struct {
	Names []string `json:"names"`
	// Measured are the values of the auxiliary measurements of the toy.
	Measured []float64 `json:"measured"`
	// Delta is -2 times the minimum of the loss for f = 0, over the parameters. With the statistic
	// t of a scale, tau is t + Delta. Null and NullErrors are the parameters there.
	Delta      float64   `json:"delta"`
	Null       []float64 `json:"null"`
	NullErrors []float64 `json:"null_errors"`
	// Fit and FitErrors are the parameters at the minimum of every scale, in the order of the
	// scales of the statistic t.
	Fit       [][]float64 `json:"fit"`
	FitErrors [][]float64 `json:"fit_errors"`
}
