package results

// Comparison compares the arms of one axis, or the combinations of several, with the first of them.
type Comparison struct {
	By     []string          `json:"by"` // the axes
	Alpha  float64           `json:"alpha"`
	Groups []ComparisonGroup `json:"groups"`
	// Regret says how far the arms are from the best; nil if it was not asked for.
	Regret *Regret `json:"regret,omitempty"`
	// Warnings name, among others, keys in which the arms differ although they are not compared.
	Warnings []string `json:"warnings"`
}

// ComparisonGroup is one comparison: cells that differ in the compared axes only.
type ComparisonGroup struct {
	Common      []ArmRecord     `json:"settings,omitempty"` // what the arms have in common
	Arms        []ComparisonArm `json:"arms"`               // the first is the baseline
	Differences []Difference    `json:"differences"`
}

// At returns the arm of a label and its point at the signal strength N_S. It reports whether the
// group has the arm, and the arm has toys there.
func (g ComparisonGroup) At(label string, signal float64) (a ComparisonArm, p Point, ok bool) {
	for _, a := range g.Arms {
		if a.Label != label {
			continue
		}
		for _, p := range a.Points {
			if p.Signal == signal && p.Toys > 0 {
				return a, p, true
			}
		}
	}
	return ComparisonArm{}, Point{}, false
}

// ComparisonArm is one cell of a comparison.
type ComparisonArm struct {
	Label string `json:"label"`
	CellSummary
	Seconds float64 `json:"seconds"` // mean time of a toy
	// MedianSeconds is the median time of an alternative toy; 0 if there is none.
	MedianSeconds float64 `json:"median_seconds"`
}

// Difference compares one arm with the baseline at one signal strength.
type Difference struct {
	Arm    string  `json:"arm"`
	Signal float64 `json:"signal"` // N_S
	// Paired reports that both were tested on the same toys. Toys is then the number of toys that
	// both have, and the smaller of their numbers otherwise.
	Paired bool `json:"paired"`
	Toys   int  `json:"toys"`
	// Power and Baseline are the two powers over those toys.
	Power    float64 `json:"power"`
	Baseline float64 `json:"baseline"`
	// Difference is Power - Baseline. CI95 is its interval: Newcombe's score interval for the
	// toys, widened by the noise of the two calibrations.
	Difference float64  `json:"difference"`
	CI95       Interval `json:"ci95"`
	// Gained counts the toys that only the arm rejects, Lost those that only the baseline rejects.
	// McNemar is the exact two-sided p-value of as uneven a split. It is nil, and the counts are 0,
	// if the toys are not the same.
	Gained  int      `json:"gained"`
	Lost    int      `json:"lost"`
	McNemar *float64 `json:"mcnemar,omitempty"`
}
