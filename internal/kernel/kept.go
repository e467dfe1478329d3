package kernel

import "slices"

// kept holds the kernels of every block of some parts, so that several probes at the same centroids
// and width compute them once.
type kept struct {
	k     []float64
	mu    []float64
	c     float64
	rows  []*PackedRows
	packs []int // how often each had been packed
}

// mostKept is the largest number of kernels that are kept (64 MB).
const mostKept = 8 << 20

// The modes of a run: what happens to the kernels of a block.
const (
	forgotten = iota // computed into scratch storage
	stored           // computed, and kept
	loaded           // read from what is kept
)

// open decides whether this run loads the kept kernels, which it does if they are those of the same
// rows, centroids and width, or else, with keep, stores its own. NaN centroids never equal kept
// ones.
func (w *Workspace) open(parts []SamplePart, keep bool) {
	mu, c := w.at.mu, w.at.c
	w.mode, w.block = forgotten, 0
	if w.kept.is(parts, mu, c) {
		w.mode = loaded
		return
	}
	if !keep {
		return
	}
	blocks := 0
	for _, p := range parts {
		blocks += (p.Rows.n + p.Rows.block - 1) / p.Rows.block
	}
	size := blocks * w.config.Kernels * kernelColumn
	if size > mostKept {
		return
	}
	w.mode = stored
	w.kept.k = slices.Grow(w.kept.k[:0], size)[:size]
	w.kept.mu, w.kept.c = append(w.kept.mu[:0], mu...), c
	w.kept.rows, w.kept.packs = w.kept.rows[:0], w.kept.packs[:0]
	for _, p := range parts {
		w.kept.rows, w.kept.packs = append(w.kept.rows, p.Rows), append(w.kept.packs, p.Rows.packs)
	}
}

// is reports whether the kept kernels are those of the parts, the centroids mu and the width of c.
func (k *kept) is(parts []SamplePart, mu []float64, c float64) bool {
	if len(k.rows) != len(parts) || len(parts) == 0 || k.c != c || !slices.Equal(k.mu, mu) {
		return false
	}
	for i, p := range parts {
		if p.Rows != k.rows[i] || p.Rows.packs != k.packs[i] {
			return false
		}
	}
	return true
}

// features puts the kernels of the next block in w.k.
func (w *Workspace) features(r *PackedRows, start, n int) {
	mu, c := w.at.mu, w.at.c
	if w.mode == forgotten {
		w.k = w.scratch
	} else {
		size := w.config.Kernels * kernelColumn
		w.k = w.kept.k[w.block*size : (w.block+1)*size]
		w.block++
		if w.mode == loaded {
			return
		}
	}
	m, d := w.config.Kernels, w.config.Dim
	if r.stride == 0 {
		x := r.x[start*d : start*d+chunk*d]
		for i := range m {
			w.passes.kernels(x, n, d, mu[i*d:(i+1)*d], c, w.k[i*kernelColumn:])
		}
		return
	}
	w.distances(r, start, n)
	for i := range m {
		w.passes.exponentials(w.k[i*kernelColumn:], n, c)
	}
}
