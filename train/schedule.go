package train

import "math"

// Scale is one scale of the statistic: the epoch (from 1) after which it is taken, and the width
// sigma of that epoch, in the units of the fit. A convex fit has several ridges at each width.
type Scale struct {
	Epoch int
	Sigma float64
	Ridge float64 // the factor lambda of a convex fit; 0 for other fits
}

// Sigma returns the width at an epoch t = 1 ... T. With r = min(1, t/(h T)):
//
//	linear       sigma_0 + (sigma_T - sigma_0) r
//	exponential  sigma_0 (sigma_T/sigma_0)^r
//	logarithmic  sigma_0 + (sigma_T - sigma_0) log(1 + 9r)/log 10
//	cosine       sigma_T + (sigma_0 - sigma_T)(1 + cos(pi r))/2
//	two_phase    sigma_0 (1 - 2r(1 - x))                   for r <= 1/2
//	             sigma_0 x (sigma_T/(sigma_0 x))^(2r - 1)  for r > 1/2
//	fixed        sigma_T
//
// The linear schedule is that of arXiv:2511.03095. The two_phase one spends half of its epochs at
// large widths, whatever the ratio of the ends. Its x is such that the linear and the exponential
// half meet with the same slope.
func (c Config) Sigma(w Widths, epoch int) float64 {
	r := min(1, float64(epoch)/(c.Width.Hold*float64(c.Epochs)))
	if c.Width.Schedule == "fixed" || r == 1 {
		return w.End
	}
	switch c.Width.Schedule {
	case "linear":
		return w.Start + (w.End-w.Start)*r
	case "exponential":
		return w.Start * math.Pow(w.End/w.Start, r)
	case "logarithmic":
		return w.Start + (w.End-w.Start)*math.Log1p(9*r)/math.Ln10
	case "cosine":
		return w.End + (w.Start-w.End)*(1+math.Cos(math.Pi*r))/2
	default: // two_phase
		x := meetingWidth(w.Start / w.End)
		if r <= 0.5 {
			return w.Start * (1 - 2*r*(1-x))
		}
		return w.Start * x * math.Pow(w.End/(w.Start*x), 2*r-1)
	}
}

// meetingWidth returns the width, in units of sigma_0, at which the halves of the two_phase
// schedule meet, for a ratio rho = sigma_0/sigma_T >= 1. The slopes are equal at 1/x - 1 =
// log(rho x), so x = 1/W(e rho) with Lambert's function W. With u = 1/x, Newton steps find the root
// of u + log u = 1 + log rho. The left side is concave and increasing, so steps from u = 1 never
// pass the root.
func meetingWidth(rho float64) float64 {
	u, want := 1.0, 1+math.Log(rho)
	for range 50 {
		step := (want - u - math.Log(u)) * u / (u + 1)
		u += step
		if step <= 1e-15*u {
			break
		}
	}
	return 1 / u
}

// Scales returns the m checkpoints in order of epoch. The last one is at epoch T. Spacing "epoch"
// puts checkpoint j at epoch round(jT/m). Spacing "log_sigma" puts it at the first epoch whose
// width is at most sigma_0 (sigma_T/sigma_0)^(j/m), or earlier if several checkpoints would share
// an epoch. If the width is constant, both spacings are the same.
func (c Config) Scales(w Widths) []Scale {
	m := c.Checkpoints.Count
	epochs := make([]int, m)
	byWidth := c.Checkpoints.Spacing == "log_sigma" && c.Width.Schedule != "fixed" &&
		w.Start > w.End
	epoch := 1
	for j := range epochs {
		share := float64(j+1) / float64(m)
		if !byWidth {
			epochs[j] = int(math.Round(share * float64(c.Epochs)))
			continue
		}
		level := w.Start * math.Pow(w.End/w.Start, share) * (1 + 1e-12)
		for epoch < c.Epochs && c.Sigma(w, epoch) > level {
			epoch++
		}
		epochs[j] = epoch
	}
	epochs[m-1] = c.Epochs
	for j := m - 2; j >= 0; j-- {
		epochs[j] = min(epochs[j], epochs[j+1]-1)
	}
	for j := range epochs {
		epochs[j] = max(epochs[j], j+1)
	}
	scales := make([]Scale, m)
	for j, epoch := range epochs {
		scales[j] = Scale{Epoch: epoch, Sigma: c.Sigma(w, epoch)}
	}
	return scales
}
