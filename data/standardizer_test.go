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
	s, warnings := NewStandardizer(Pair{Reference: reference})

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
	if len(warnings) != 1 || !strings.Contains(warnings[0], "of the distance: x2 (7)") {
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
	s, warnings := NewStandardizer(Pair{Reference: Sample{X: x, N: 1000, D: 1}})
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

// Values whose squares overflow or underflow are standardized as others are. Powers of two change
// nothing, not even the last bit.
func TestStandardizerExtremes(t *testing.T) {
	t.Parallel()
	values := []float64{-1.5, 1.25, 0.5, 1.75, -0.25}
	plain, _ := NewStandardizer(Pair{Reference: Sample{X: values, N: 5, D: 1}})
	want := plain.Apply(Sample{X: values, N: 5, D: 1}).X
	for _, e := range []int{-1070, -1000, -600, -465, 512, 1000, 1023} {
		x := make([]float64, len(values))
		for i, v := range values {
			x[i] = math.Ldexp(v, e)
		}
		s, warnings := NewStandardizer(Pair{Reference: Sample{X: x, N: 5, D: 1}})
		got := s.Apply(Sample{X: x, N: 5, D: 1}).X
		if len(warnings) > 0 || !slices.Equal(got, want) {
			t.Errorf("times 2^%d: %v, want %v; warnings %q", e, got, want, warnings)
		}
		if scale := s.Scale()[0]; !(scale > 0) || math.IsInf(scale, 0) {
			t.Errorf("times 2^%d: scale %v", e, scale)
		}
		if back := s.Invert(got[1:2])[0]; math.Abs(back-x[1]) > 1e-12*math.Abs(x[1])+5e-324 {
			t.Errorf("times 2^%d: %v comes back as %v", e, x[1], back)
		}
	}
}

// A value far beyond the reference stays finite, and so does the square of its square.
func TestStandardizerBoundsFarValues(t *testing.T) {
	t.Parallel()
	for _, unit := range []float64{1, 1e-200, 1e-320} {
		s, _ := NewStandardizer(Pair{Reference: Sample{X: []float64{-unit, unit}, N: 2, D: 1}})
		got := s.Apply(Sample{X: []float64{1.7e308, -1.7e308, unit}, N: 3, D: 1}).X
		if z := got[0]; !(z >= 1e75) || math.IsInf(z*z*z*z, 0) || got[1] != -z || got[2] != 1 {
			t.Errorf("unit %v: %v", unit, got)
		}
	}
}

func TestStandardizerOfFewRows(t *testing.T) {
	t.Parallel()
	if _, warnings := NewStandardizer(Pair{Reference: Sample{D: 2}}); len(warnings) != 1 ||
		!strings.Contains(warnings[0], "no rows") {
		t.Errorf("warnings without a reference: %q", warnings)
	}
	one := Sample{X: []float64{1, 2}, N: 1, D: 2}
	if _, warnings := NewStandardizer(Pair{Reference: one, Columns: []string{"a", "b"}}); len(
		warnings) != 1 || !strings.Contains(warnings[0], "a (1), b (2)") {
		t.Errorf("warnings with a reference of one row: %q", warnings)
	}
}

// A column that is constant in the reference, but not in the data, is scaled by the rows of both.
func TestStandardizerOfNewValues(t *testing.T) {
	t.Parallel()
	pair := Pair{Reference: Sample{X: []float64{1, 7, 5, 3, 7, 5, 5, 7, 5}, N: 3, D: 3},
		Data:    Sample{X: []float64{1, 8, 5}, N: 1, D: 3},
		Columns: []string{"mass", "flag", "year"}}
	s, warnings := NewStandardizer(pair)
	want := []string{"column flag is constant (7) in the reference and differs in 1 of 1 data rows",
		"constant columns are left out of the distance: year (5)"}
	if !slices.Equal(warnings, want) {
		t.Errorf("warnings %q, want %q", warnings, want)
	}
	if got := ConstantColumns(pair); !slices.Equal(got, want[:1]) {
		t.Errorf("ConstantColumns: %q", got)
	}
	sd := math.Sqrt(3.) / 4 // of 7, 7, 7, 8
	if got := s.Apply(pair.Data).X; got[1] != 1/sd || got[2] != 0 || s.Apply(
		pair.Reference).X[1] != 0 {
		t.Errorf("the new value is %v, want %v", got, 1/sd)
	}
	without, _ := NewStandardizer(Pair{Reference: pair.Reference})
	if without.Suits(pair.Data) || !without.Suits(pair.Reference) {
		t.Error("the standardizer of the reference alone does not see that the data differ")
	}
}

// In the data's own units, a column of nothing but tiny values is named.
func TestOwnUnits(t *testing.T) {
	t.Parallel()
	pair := Pair{Columns: []string{"mass", "tiny"},
		Reference: Sample{X: []float64{1, 1e-300, 2, 3e-300, 4, 1e-300}, N: 3, D: 2},
		Data:      Sample{X: []float64{3, 9e-300}, N: 1, D: 2}}
	w := OwnUnits(pair)
	if len(w) != 1 || !strings.HasSuffix(w[0], "1.25: tiny; standardize the columns") {
		t.Errorf("warnings %q", w)
	}
	for i := 1; i < 6; i += 2 {
		pair.Reference.X[i] *= 1e299
	}
	if w := OwnUnits(pair); len(w) > 0 {
		t.Errorf("warnings of two visible columns: %q", w)
	}
}

// A column whose scale is that of a few far rows is named. A rare flag and tails as those of an
// exponential are not.
func TestFarRows(t *testing.T) {
	t.Parallel()
	s := Sample{N: 1000, D: 4}
	for i := range s.N {
		u := (float64(i) + 0.5) / float64(s.N)
		row := []float64{u, u, float64(i / 999), -math.Log(u)}
		if i == 500 {
			row[1] = -1e20
		}
		s.X = append(s.X, row...)
	}
	w := FarRows(s, []string{"plain", "coded", "flag", "tail"})
	if len(w) != 1 || !strings.Contains(w[0], "column coded is that of a few far rows, such as "+
		"-1e+20: 98% of the rows lie between 0.0095 and 0.9895") {
		t.Errorf("warnings %q", w)
	}
}

// The columns of a quantity have the scales at which the quantity counts as one column. A column in
// which only the data vary has one, too.
func TestStandardizerOfQuantities(t *testing.T) {
	t.Parallel()
	x := []float64{ // a number, and the indicators of three levels
		1, 1, 0, 0,
		2, 0, 1, 0,
		4, 1, 0, 0,
		5, 0, 1, 0,
	}
	pair := Pair{Reference: Sample{X: x, N: 4, D: 4}, Quantities: []int{0, 5, 5, 5},
		Data: Sample{X: []float64{1, 0, 0, 1}, N: 1, D: 4}}
	s, _ := NewStandardizer(pair)
	one, _ := NewStandardizer(Pair{Reference: pair.Reference})
	scale := s.Scale()
	if scale[0] != one.Scale()[0] {
		t.Errorf("a column of its own has the scale %v, want %v", scale[0], one.Scale()[0])
	}
	// Two columns vary in the reference. The third has one 1 in five rows.
	for j, want := range []float64{1.0 / 2, 1.0 / 2, 2.0 / 5} {
		if got := scale[j+1]; math.Abs(got-want*math.Sqrt2) > 1e-15 {
			t.Errorf("column %d of the quantity has the scale %v; want %v√2", j+1, got, want)
		}
	}
	z := s.Apply(pair.Reference)
	var distance [2]float64 // the sum of the squares of the number, and of the quantity
	for i := range 4 {
		for k := range 4 {
			number := z.Row(i)[0] - z.Row(k)[0]
			distance[0] += number * number
			distance[1] += SquaredDistance(z.Row(i)[1:], z.Row(k)[1:])
		}
	}
	if math.Abs(distance[0]-distance[1]) > 1e-12 {
		t.Errorf("sums of squared distances %v", distance)
	}
	pair.Reference = Sample{X: slices.Repeat(x[:4], 4), N: 4, D: 4} // nothing varies
	if s, _ = NewStandardizer(pair); s.Scale()[1] != s.Scale()[3] || !(s.Scale()[1] > 0) {
		t.Errorf("scales of a quantity that varies only with the data: %v", s.Scale())
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
		s, warnings := NewStandardizer(Pair{Reference: reference})
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
