package kernel

import "math"

// What only tests look at.

// lossAlone returns the loss without its gradient.
func (w *Workspace) lossAlone(parts []SamplePart, mu, a []float64, sigma float64) float64 {
	return w.run(parts, mu, a, sigma, w.config.Loss, false)
}

// logRatio sets f[:N] to the log-ratio of each row.
func (w *Workspace) logRatio(f []float64, rows *PackedRows, mu, a []float64, sigma float64) {
	f = f[:rows.n]
	c, ok := w.prepare(mu, a, sigma)
	if !ok || !w.takes(rows) {
		fill(f, math.NaN())
		return
	}
	for start := 0; start < rows.n; start += rows.block {
		n := min(rows.block, rows.n-start)
		w.forward(rows, start, (n+step-1)/step*step, mu, a, c)
		copy(f[start:], w.f[:n])
	}
}
