package data

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestStandardizer(t *testing.T) {
	t.Parallel()
	reference := Sample{X: []float64{1, 7, 10, 3, 7, 10, 5, 7, 40}, N: 3, D: 3}
	data := Sample{X: []float64{3, 8, 20, 7, 7, 0}, N: 2, D: 3}
	unchanged := slices.Clone(data.X)
	s, warnings := NewStandardizer(reference)

	// Column 0: mean 3, sd sqrt(8/3). Column 1 is constant. Column 2: mean 20, sd sqrt(200).
	got := s.Apply(data)
	want := []float64{0, 0, 0, 4 / math.Sqrt(8./3), 0, -20 / math.Sqrt(200)}
	for i := range want {
		if math.Abs(got.X[i]-want[i]) > 1e-15 {
			t.Errorf("value %d is %v, want %v", i, got.X[i], want[i])
		}
	}
	if got.N != 2 || got.D != 3 || !slices.Equal(data.X, unchanged) {
		t.Errorf("the result is %d x %d; the sample given is now %v", got.N, got.D, data.X)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "not noticed: 1 (7) (counted from 0)") {
		t.Errorf("warnings: %q", warnings)
	}
	if back := s.Invert(got.Row(1)); back[0] != 7 || back[1] != 7 || math.Abs(back[2]) > 1e-14 {
		t.Errorf("row 1 comes back as %v, want [7 7 0]", back)
	}
	if sd := s.Scale(); math.Abs(sd[0]-math.Sqrt(8./3)) > 1e-15 || sd[1] != 0 ||
		math.Abs(sd[2]-math.Sqrt(200)) > 1e-13 {
		t.Errorf("scale %v", sd)
	}
}

// The mean of equal values of 0.1 is rounded, so the standard deviation of a constant column need
// not be 0. A constant column is recognized by its values.
func TestStandardizerFindsConstantsExactly(t *testing.T) {
	t.Parallel()
	x := make([]float64, 1000)
	for i := range x {
		x[i] = 0.1
	}
	s, warnings := NewStandardizer(Sample{X: x, N: 1000, D: 1})
	if len(warnings) != 1 {
		t.Errorf("warnings: %q", warnings)
	}
	if got := s.Apply(Sample{X: []float64{0.3}, N: 1, D: 1}); got.X[0] != 0 {
		t.Errorf("a left-out column became %v, want 0", got.X[0])
	}
	if back := s.Invert([]float64{0}); back[0] != 0.1 {
		t.Errorf("the constant comes back as %v, want 0.1", back[0])
	}
}

func TestStandardizerExtremes(t *testing.T) {
	t.Parallel()
	s, warnings := NewStandardizer(Sample{X: []float64{-1.5e308, 1e-320, 1.5e308, 2e-320}, N: 2,
		D: 2})
	if len(warnings) != 2 || !strings.Contains(warnings[0],
		"column 0 (counted from 0) runs from -1.5e+308 to 1.5e+308") ||
		!strings.Contains(warnings[1], "column 1") {
		t.Errorf("warnings: %q", warnings)
	}
	if got := s.Apply(Sample{X: []float64{1, 1}, N: 1, D: 2}); got.X[0] != 0 || got.X[1] != 0 {
		t.Errorf("left-out columns became %v, want 0", got.X)
	}
	if _, warnings := NewStandardizer(Sample{D: 2}); len(warnings) != 1 ||
		!strings.Contains(warnings[0], "no rows") {
		t.Errorf("warnings without a reference: %q", warnings)
	}
	if _, warnings := NewStandardizer(Sample{X: []float64{1, 2}, N: 1, D: 2}); len(warnings) != 1 ||
		!strings.Contains(warnings[0], "0 (1), 1 (2)") {
		t.Errorf("warnings with a reference of one row: %q", warnings)
	}
}

// The standardized reference has mean 0 and standard deviation 1 in every column, and Invert undoes
// Apply.
func TestStandardizerRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, n := rapid.IntRange(1, 5).Draw(t, "d"), rapid.IntRange(2, 30).Draw(t, "n")
		offset, scale := rapid.Float64Range(-50, 50).Draw(t, "offset"),
			math.Exp(rapid.Float64Range(-10, 10).Draw(t, "log scale"))
		x := rapid.SliceOfN(rapid.Float64Range(-1, 1), n*d, n*d).Draw(t, "x")
		for j := range d { // make every column vary
			x[j], x[d+j] = -1.5, 1.5
		}
		for i := range x {
			x[i] = offset + scale*x[i]
		}
		reference := Sample{X: x, N: n, D: d}
		s, warnings := NewStandardizer(reference)
		if len(warnings) > 0 {
			t.Fatalf("warnings: %q", warnings)
		}
		z := s.Apply(reference)
		eps := 1e-13 * (math.Abs(offset)/scale + 10) // rounding of x - mean, in standard deviations
		for j := range d {
			mean, square := 0.0, 0.0
			for i := range n {
				v := z.Row(i)[j]
				mean += v / float64(n)
				square += v * v / float64(n)
			}
			if math.Abs(mean) > eps || math.Abs(square-1) > 10*eps {
				t.Fatalf("column %d has mean %v and mean square %v", j, mean, square)
			}
		}
		for i := range n {
			for j, v := range s.Invert(z.Row(i)) {
				if math.Abs(v-reference.Row(i)[j]) > eps*scale {
					t.Fatalf("row %d, column %d: %v comes back as %v", i, j, reference.Row(i)[j], v)
				}
			}
		}
	})
}
