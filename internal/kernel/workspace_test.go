package kernel

import "math"

// lossAlone returns the loss without its gradient.
func (w *Workspace) lossAlone(parts []SamplePart, p Parameters) float64 {
	return w.run(parts, p, w.config.Loss, false)
}

// logRatio sets f[:N] to the log-ratio of each row.
func (w *Workspace) logRatio(f []float64, rows *PackedRows, p Parameters) {
	f = f[:rows.n]
	if !w.prepare([]SamplePart{{Rows: rows}}, p) {
		fill(f, math.NaN())
		return
	}
	for start := 0; start < rows.n; start += rows.block {
		n := min(rows.block, rows.n-start)
		w.forward(rows, start, (n+step-1)/step*step)
		copy(f[start:], w.f[:n])
	}
}
