package findings

// BallCount counts the rows within sigma of a centroid (in the units of the fit) that no other
// centroid is nearer to.
type BallCount struct {
	Data      int     `json:"data"`      // rows of D
	Reference int     `json:"reference"` // rows of R
	Expected  float64 `json:"expected"`  // w times Reference, or the sum of the weights of the rows
	// Z is the significance by stats.OnOff, above 0 for an excess. P is its one-sided p-value. Rows
	// with weights are counted in units of their effective weight, Σ w²/Σ w.
	Z float64 `json:"z"`
	P float64 `json:"p"`
}

// SoftCount weights every row by phi_i(x) = p_i(x) k_i(x), the share of the kernel in f(x) =
// Σ a_i phi_i(x). Rows with weights also have these: w Σ_R stands for the sum of their weights.
type SoftCount struct {
	Data     float64 `json:"data"`     // Σ_D phi
	Expected float64 `json:"expected"` // w Σ_R phi; 0 if negative weights outweigh the others
	// EffectiveData and EffectiveReference are effective numbers of rows, (Σ phi)²/Σ phi²: the
	// number of rows of equal weight that give a sum of the same relative error.
	EffectiveData      float64 `json:"effective_data"`
	EffectiveReference float64 `json:"effective_reference"`
	// Score is (Σ_D phi - w Σ_R phi)/√(w (1 + w) Σ_R phi²). It is nil if no reference row has
	// weight, and far from all rows.
	//
	// Under the null, Σ_D phi is a sum over a Poisson number of rows. Its variance is E[Σ_D phi²],
	// which w Σ_R phi² estimates; the variance of w Σ_R phi is w² Σ_R phi². Score is a standard
	// normal if EffectiveReference is large, and far too large in size if it is not.
	Score *float64 `json:"score,omitempty"`
	// Z is the significance of the same excess, with tails that hold at few rows: stats.OnOff of
	// the two sums in units of their common effective weight, (Σ_D phi² + Σ_R phi²)/(Σ_D phi +
	// Σ_R phi). In these units a weighted sum is close to a scaled Poisson variable (Bohm and Zech,
	// NIM A 748 (2014) 1, arXiv:1309.1287).
	//
	// With weights v of the data rows and r of the reference rows, relative to each other, this is
	// the effective weight of phi, (Σ_D |v| phi² + Σ_R |r| phi²)/(Σ_D |v| phi + Σ_R |r| phi). The
	// sums are also in units of the effective weights of the rows: Σ_D v² phi²/Σ_D |v| phi² and
	// Σ_R r² phi²/Σ_R |r| phi².
	//
	// Z is 0 far from all rows: if Σ_D phi + Σ_R phi is below 0.001, the kernel has no part in f.
	Z float64 `json:"z"`
	// Inflation is 1 + w Σ_R r² phi²/Σ_R |r| phi², the factor by which the finite reference
	// inflates the variance of the statistic of the kernel. It is left out of a reference without
	// weights, in which it is 1 + w.
	Inflation float64 `json:"inflation,omitempty"`
}

// ScaleCounts holds the counts of all kernels at one scale, in the order of the fit.
type ScaleCounts struct {
	Epoch   int            `json:"epoch"`
	Sigma   float64        `json:"sigma"`
	T       float64        `json:"t"`
	Kernels []KernelCounts `json:"kernels"`
}

// KernelCounts holds the counts of a kernel at one scale.
type KernelCounts struct {
	Coefficient  float64 `json:"coefficient"`
	Data         int     `json:"data"`     // BallCount.Data
	Expected     float64 `json:"expected"` // BallCount.Expected
	Z            float64 `json:"z"`        // BallCount.Z
	SoftData     float64 `json:"soft_data"`
	SoftExpected float64 `json:"soft_expected"`
	SoftZ        float64 `json:"soft_z"`
}

// IsExcess reports whether the kernel is an excess at this scale, by the rule of
// [Finding.IsExcess].
func (k KernelCounts) IsExcess() bool { return k.Coefficient > 0 && k.SoftZ > 0 }
