package train

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sparker/data"
)

// A birth moves the kernel that is worth least to the best candidate, sets its coefficient to 0,
// and leaves the other kernels alone. The loss rises by about what the kernel was worth.
func TestBirth(t *testing.T) {
	t.Parallel()
	eachEngine(t, testBirth)
}

func testBirth(t *testing.T, engine string) {
	s := small(engine)
	s.config.Births = Births{Every: 5, Candidates: 64}
	pair := toy(5, 4000, 400, 40, 1)
	const sigma = 0.3
	mu := []float64{0.2, 0.9, 1.7, 2.6, 9}
	r := rand.New(rand.NewPCG(8, 8))
	at := begun(t, s, pair, parameters{mu, []float64{0.1, -0.1, 0.1, -0.05, 0.2}, sigma}, r)
	before, _, hessian, err := at.probe.curvature(sigma)
	if err != nil {
		t.Fatal(err)
	}
	worth := make([]float64, 5)
	for i, a := range at.a {
		worth[i] = a * a * hessian[i*6]
	}
	weakest := slices.Index(worth, slices.Min(worth))
	born, err := at.birth(sigma)
	if err != nil || born != weakest {
		t.Fatalf("kernel %d is born, want %d (worth %v): %v", born, weakest, worth, err)
	}
	if math.Abs(at.mu[born]-6.4) > 0.6 || at.a[born] != 0 {
		t.Errorf("it is born at %v with coefficient %v, want near the excess at 6.4 with 0",
			at.mu[born], at.a[born])
	}
	for i, m := range mu {
		if i != born && at.mu[i] != m {
			t.Errorf("kernel %d moved from %v to %v", i, m, at.mu[i])
		}
	}
	after, _, _, err := at.probe.curvature(sigma)
	if err != nil {
		t.Fatal(err)
	}
	if rise := after - before; rise > worth[weakest]+0.02 {
		t.Errorf("the loss rises by %v, the kernel was worth %v", rise, worth[weakest])
	}
	// No kernel is born if all are worth more than the best candidate, here a place without rows.
	for i := range at.a {
		at.a[i] = 0.5
	}
	at.sample = data.Sample{X: []float64{1000}, N: 1, D: 1}
	if born, err := at.birth(sigma); born >= 0 || err != nil {
		t.Errorf("kernel %d is born although all are worth more (%v)", born, err)
	}
}
