package train

import (
	"math"
	"slices"
	"testing"
)

// The health of a fit is the same with and without a trace, and with both engines. Kernels that
// start far from all rows are far at every scale; those on rows are not.
func TestHealth(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine string) {
		pair := toy(3, 300, 40, 8, 1)
		s := small(engine)
		s.widths = Widths{2, 0.2}
		m := s.model.Kernels
		start := rowsOf(pair.Data, m)
		start[0], start[1] = 500, -500
		plain := fit(t, s.fitter(t), pair, start)
		if h := plain.Health; h == nil || h.Kernels != m || h.Far != 2 || h.Together < 1 ||
			!(h.Swing > 0) {
			t.Fatalf("health %+v", h)
		}
		if h := traced(t, s.fitter(t), pair, start).Health; *h != *plain.Health {
			t.Errorf("health %+v with a trace, %+v without", h, plain.Health)
		}
		if h := fit(t, s.fitter(t), pair, rowsOf(pair.Data, m)).Health; h.Far != 0 {
			t.Errorf("%d kernels that start on rows are far from them", h.Far)
		}
	})
	if h := convexFit(t, convexSetup("fused", true, 3, 1), convexPair(60, 20, 1),
		[]float64{1, 2, 3}).Health; h != nil {
		t.Errorf("a convex fit has the health %+v", h)
	}
}

// Kernels are together if a chain of short distances joins them, and their coefficients have one
// sign.
func TestTogether(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mu, a []float64
		want  int
	}{
		{[]float64{0, 0, 3, 4}, []float64{1, 1}, 2},          // 5 apart, the limit
		{[]float64{0, 0, 3, 4.01}, []float64{1, 1}, 1},       // farther
		{[]float64{0, 0, 0, 0}, []float64{1, -1}, 1},         // of two signs
		{[]float64{0, 0, 0, 0}, []float64{1, 0}, 1},          // without a sign
		{[]float64{0, 0, 4, 0, 8, 0}, []float64{1, 1, 1}, 3}, // a chain
		{[]float64{0, 0, 8, 0, 4, 0}, []float64{-1, -1, -1}, 3},
		{[]float64{0, 0, 99, 0, 4, 0, 98, 0, 97, 0}, []float64{1, 1, 1, 1, 1}, 3},
		{nil, nil, 0},
	} {
		if got := together(c.mu, c.a, 5); got != c.want {
			t.Errorf("%v with %v: %d together; want %d", c.mu, c.a, got, c.want)
		}
	}
}

// Losses that fall along a line have no swing, and those that go up and down by x one of 4x in
// units of t. The swing is that of the last ten losses, and single jumps do not change it.
func TestSwing(t *testing.T) {
	t.Parallel()
	var h health
	if h.swing() != 0 {
		t.Errorf("a swing of %v without losses", h.swing())
	}
	for i := range 50 {
		h.watch(1000 * math.Sin(float64(i)))
	}
	for i := range swingEpochs {
		h.watch(100 - 3*float64(i))
	}
	if got := h.swing(); math.Abs(got) > 1e-9 {
		t.Errorf("even losses have a swing of %v", got)
	}
	h.watch(300) // a birth
	if got := h.swing(); math.Abs(got) > 1e-9 {
		t.Errorf("a jump makes a swing of %v", got)
	}
	for i := range swingEpochs {
		h.watch([]float64{2, 2.5}[i%2])
	}
	if got := h.swing(); math.Abs(got-2) > 1e-9 || len(h.losses) != swingEpochs {
		t.Errorf("losses of %v have a swing of %v; want 2", slices.Clone(h.losses), got)
	}
}
