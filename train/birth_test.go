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
	at.sample, at.draws = data.Sample{X: []float64{1000}, N: 1, D: 1}, data.NewRowDraws(1, nil)
	if born, err := at.birth(sigma); born >= 0 || err != nil {
		t.Errorf("kernel %d is born although all are worth more (%v)", born, err)
	}
}

// In data that are a few values over and over, a kernel is born at a value that no kernel holds. A
// kernel at a value that the reference lacks has a² H = 0, and is kept for the slope of the loss.
func TestBirthAmongFewValues(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine string) {
		s := small(engine)
		s.config.Births = Births{Every: 5, Candidates: 16}
		pair := data.Pair{Weight: 0.2, Reference: data.Sample{N: 400, D: 1},
			Data: data.Sample{N: 80, D: 1}}
		for i := range 400 {
			pair.Reference.X = append(pair.Reference.X, float64(i%4))
		}
		for i := range 80 { // 20 rows at each of 0, 1, and at 5 and 9 instead of 2 and 3
			pair.Data.X = append(pair.Data.X, []float64{0, 1, 5, 9}[i%4])
		}
		r := rand.New(rand.NewPCG(8, 8))
		start := parameters{[]float64{0, 0, 1, 5, 9}, []float64{0.1, 0.01, 0.1, 0.1, 0.5}, 0.1}
		at := begun(t, s, pair, start, r)
		if born, err := at.birth(start.sigma); born >= 0 || err != nil {
			t.Errorf("kernel %d is born although every value has one (%v)", born, err)
		}
		start.mu[3] = 0.1 // no kernel holds 5
		at = begun(t, s, pair, start, r)
		if born, err := at.birth(start.sigma); born < 0 || at.mu[max(born, 0)] != 5 || err != nil {
			t.Errorf("kernel %d is born, at %v (%v)", born, at.mu, err)
		}
		if at.mu[4] != 9 || at.a[4] != 0.5 {
			t.Errorf("the kernel at a value that the reference lacks is moved to %v", at.mu[4])
		}
	})
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	few := data.Sample{X: []float64{3, 1, 3, 1, 1, 2, 2, 3}, N: 8, D: 1}
	p := newPlaces(few, 3)
	if got := p.free([]float64{1.2, 40}); !slices.Equal(got, []float64{2}) {
		t.Errorf("the free places of %v are %v", p, got)
	}
	if p := newPlaces(few, 2); p != nil {
		t.Errorf("three values are at most two: %v", p)
	}
	if p := newPlaces(line(0, 8), 16); p != nil {
		t.Errorf("eight different rows are a few values over and over: %v", p)
	}
}
