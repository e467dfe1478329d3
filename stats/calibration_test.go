package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// jointRank is the definition, written out over the full table of B+1 rows. Scores closer than
// 1e-12 of the sum of the sizes of their terms are ties.
func jointRank(null [][]float64, t []float64, c Combination) Significance {
	table := append(slices.Clone(null), t)
	rows := len(table)
	p := make([][]float64, rows)
	score := make([]float64, rows)
	size := make([]float64, rows)
	for b := range table {
		for s := range t {
			count := 0
			for r := range table {
				if table[r][s] >= table[b][s] {
					count++
				}
			}
			p[b] = append(p[b], float64(count)/float64(rows))
			size[b] += math.Abs(c.term(p[b][s]))
		}
		score[b] = c.Score(p[b])
	}
	observed := rows - 1
	reached := 0
	for b := range null {
		if score[b] >= score[observed]-1e-12*max(size[b], size[observed]) {
			reached++
		}
	}
	return Significance{ScaleP: p[observed], Score: score[observed],
		P: float64(1+reached) / float64(rows), ZBound: reached == 0}
}

// drawTable draws B null rows and an observed one over m scales, with ties and, now and then, +Inf.
func drawTable(t *rapid.T) (null [][]float64, observed []float64) {
	b := rapid.IntRange(1, 40).Draw(t, "B")
	m := rapid.IntRange(1, 5).Draw(t, "m")
	levels := rapid.IntRange(1, 100).Draw(t, "levels")
	value := rapid.Custom(func(t *rapid.T) float64 {
		if v := rapid.IntRange(-levels, levels+1).Draw(t, "t"); v <= levels {
			return float64(v) / 4
		}
		return math.Inf(1)
	})
	row := rapid.SliceOfN(value, m, m)
	return rapid.SliceOfN(row, b, b).Draw(t, "null"), row.Draw(t, "observed")
}

// significance calibrates and tests in one go.
func significance(t interface{ Fatal(...any) }, null [][]float64, observed []float64,
	c Combination) Significance {
	cal, err := NewCalibration(null, c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := cal.Test(observed)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestCalibrationIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		null, observed := drawTable(t)
		for _, c := range Combinations() {
			got, want := significance(t, null, observed, c), jointRank(null, observed, c)
			if !slices.Equal(got.ScaleP, want.ScaleP) || got.P != want.P ||
				got.ZBound != want.ZBound || got.Score != want.Score {
				t.Fatalf("%s: got %+v, want %+v", c, got, want)
			}
			for s, p := range got.ScaleP {
				var column []float64
				for _, row := range null {
					column = append(column, row[s])
				}
				if p != PValue(column, observed[s]) {
					t.Fatalf("scale %d: p = %v, alone it is %v", s, p, PValue(column, observed[s]))
				}
			}
		}
	})
}

// p lies on the grid k/(B+1), is never 0, and Z is finite.
func TestCalibrationGrid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		null, observed := drawTable(t)
		rows := float64(len(null) + 1)
		for _, c := range Combinations() {
			got := significance(t, null, observed, c)
			k := math.Round(got.P * rows)
			if got.P != k/rows || k < 1 || k > rows {
				t.Fatalf("%s: p = %v is not k/%v", c, got.P, rows)
			}
			if got.ZBound != (k == 1) {
				t.Fatalf("%s: p = %v/%v, but the bound is %v", c, k, rows, got.ZBound)
			}
			if want := Z(min(k, rows-1) / rows); got.Z != want || math.IsInf(want, 0) {
				t.Fatalf("%s: p = %v/%v, but Z = %v, want %v", c, k, rows, got.Z, want)
			}
		}
	})
}

// With 19 toys, an observation above all of them has p exactly 1/20, so that alpha = 0.05 can be
// reached.
func TestCalibrationSmallest(t *testing.T) {
	null := make([][]float64, 19)
	for b := range null {
		null[b] = []float64{float64(b), float64(b * b % 7)}
	}
	for _, c := range Combinations() {
		got := significance(t, null, []float64{19, 7}, c)
		if got.P != 1.0/20 || got.P > 0.05 || !got.ZBound {
			t.Errorf("%s: %+v", c, got)
		}
	}
}

// The order of the null toys does not matter, nor does a strictly increasing map of any scale's
// statistic.
func TestCalibrationInvariance(t *testing.T) {
	maps := []func(float64) float64{
		func(v float64) float64 { return 3*v - 100 },
		func(v float64) float64 { return math.Exp(v / 10) },
		func(v float64) float64 { return v * v * v },
		math.Atan,
	}
	rapid.Check(t, func(t *rapid.T) {
		null, observed := drawTable(t)
		mapped := rapid.Permutation(null).Draw(t, "permuted")
		for b, row := range mapped {
			mapped[b] = slices.Clone(row)
		}
		moved := slices.Clone(observed)
		for s := range observed {
			f := rapid.SampledFrom(maps).Draw(t, "map")
			moved[s] = f(moved[s])
			for b := range mapped {
				mapped[b][s] = f(mapped[b][s])
			}
		}
		for _, c := range Combinations() {
			want, got := significance(t, null, observed, c), significance(t, mapped, moved, c)
			if got.P != want.P || got.Z != want.Z || got.Score != want.Score ||
				!slices.Equal(got.ScaleP, want.ScaleP) {
				t.Fatalf("%s: %+v became %+v", c, want, got)
			}
		}
	})
}

// m identical scales are the single scale, for every combination.
func TestCalibrationIdenticalScales(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		null, observed := drawTable(t)
		m := rapid.IntRange(1, 10).Draw(t, "copies")
		var single, copied [][]float64
		var column []float64
		for _, row := range null {
			single = append(single, row[:1])
			copied = append(copied, slices.Repeat(row[:1], m))
			column = append(column, row[0])
		}
		want := PValue(column, observed[0])
		for _, c := range Combinations() {
			if got := significance(t, single, observed[:1], c); got.P != want {
				t.Fatalf("%s: one scale: p = %v, want %v", c, got.P, want)
			}
			if got := significance(t, copied, slices.Repeat(observed[:1], m), c); got.P != want {
				t.Fatalf("%s: %d copies: p = %v, want %v", c, m, got.P, want)
			}
		}
	})
}

// Rows that are permutations of each other have equal scores on paper, but not in floating point,
// where the order of a sum matters. They are ties, and count against.
func TestCalibrationTies(t *testing.T) {
	for _, rows := range []int{5, 11, 50} {
		table := make([][]float64, rows)
		for r := range table {
			for s := range rows {
				table[r] = append(table[r], float64((r*7+s)%rows))
			}
		}
		for _, c := range Combinations() {
			for observed := range table {
				null := slices.Concat(table[:observed], table[observed+1:])
				if got := significance(t, null, table[observed], c); got.P != 1 {
					t.Errorf("%s, %d rows, row %d observed: p = %v, want 1", c, rows, observed,
						got.P)
				}
			}
		}
	}
}

// In any table of B+1 rows, at most floor(alpha (B+1)) of them would be rejected at size alpha if
// they were the observed one. By exchangeability that is the exactness of the test.
func TestCalibrationRejectsNoMoreThanItsSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		null, observed := drawTable(t)
		table := append(null, observed)
		alpha := rapid.Float64Range(0, 1).Draw(t, "alpha")
		for _, c := range Combinations() {
			rejected := 0
			for r := range table {
				if significance(t, slices.Concat(table[:r], table[r+1:]), table[r], c).P <= alpha {
					rejected++
				}
			}
			if limit := AttainedSize(alpha, len(null)) *
				float64(len(table)); float64(rejected) > limit+1e-9 {
				t.Fatalf("%s: %d of %d rows are rejected at %v", c, rejected, len(table), alpha)
			}
		}
	})
}

func TestCalibrationErrors(t *testing.T) {
	good := [][]float64{{1, 2}, {3, 4}}
	for name, c := range map[string]struct {
		null    [][]float64
		combine Combination
	}{
		"no toys":             {nil, Mix},
		"no scales":           {[][]float64{{}, {}}, Mix},
		"ragged":              {[][]float64{{1, 2}, {3}}, Mix},
		"NaN":                 {[][]float64{{1, 2}, {3, math.NaN()}}, Mix},
		"-Inf":                {[][]float64{{1, 2}, {3, math.Inf(-1)}}, Mix},
		"unknown combination": {good, "product"},
		"empty combination":   {good, ""},
	} {
		if _, err := NewCalibration(c.null, c.combine); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	cal, err := NewCalibration(good, Mix)
	if err != nil {
		t.Fatal(err)
	}
	for name, observed := range map[string][]float64{
		"too short": {1},
		"too long":  {1, 2, 3},
		"NaN":       {1, math.NaN()},
		"-Inf":      {math.Inf(-1), 1},
	} {
		if got, err := cal.Test(observed); err == nil {
			t.Errorf("%s: no error but %+v", name, got)
		}
	}
}

// A calibration keeps nothing of what it was made from.
func TestCalibrationCopies(t *testing.T) {
	null := [][]float64{{1, 2}, {3, 4}, {5, 6}}
	cal, err := NewCalibration(null, Mix)
	if err != nil {
		t.Fatal(err)
	}
	before, err := cal.Test([]float64{4, 4})
	if err != nil {
		t.Fatal(err)
	}
	null[0][0], null[2][1] = 100, 100
	after, err := cal.Test([]float64{4, 4})
	if err != nil || before.P != after.P {
		t.Errorf("p was %v and became %v (%v)", before.P, after.P, err)
	}
}

// correlatedToys draws rows of m standard normal statistics, an AR(0.9) chain over the scales:
// checkpoints of an annealed fit are correlated like this.
func correlatedToys(r *rand.Rand, rows, m int) [][]float64 {
	const rho = 0.9
	table := make([][]float64, rows)
	for b := range table {
		row := make([]float64, m)
		row[0] = r.NormFloat64()
		for s := 1; s < m; s++ {
			row[s] = rho*row[s-1] + math.Sqrt(1-rho*rho)*r.NormFloat64()
		}
		table[b] = row
	}
	return table
}

// The type-I error at 0.05 over ten correlated scales is floor(0.05 (B+1))/(B+1). The same
// simulation sees the uncalibrated minimum of the p-values at about three times its nominal size,
// so it would notice a combination that is not calibrated. Each rate is allowed four standard
// errors: a test of the six goes wrong by chance in 4 of 10,000 changes of the seed.
func TestCalibrationTypeI(t *testing.T) {
	const alpha, scales = 0.05, 10
	for _, c := range []struct {
		toys, trials int
		uncalibrated float64 // reference value, known to 0.001
	}{{50, 20000, 0.144}, {100, 10000, 0.168}, {300, 4000, 0.166}} {
		if testing.Short() && c.toys > 50 {
			t.Skip("a simulation of some seconds")
		}
		r := rand.New(rand.NewPCG(20251105, uint64(c.toys)))
		var rejected, minimum int
		for range c.trials {
			table := correlatedToys(r, c.toys+1, scales)
			got := significance(t, table[1:], table[0], Mix)
			if got.P <= alpha {
				rejected++
			}
			if slices.Min(got.ScaleP) <= alpha {
				minimum++
			}
		}
		n := float64(c.trials)
		want := AttainedSize(alpha, c.toys)
		if rate := float64(rejected) / n; math.Abs(rate-want) > 4*math.Sqrt(want*(1-want)/n) {
			t.Errorf("B = %d: type-I error %.4f, want %.4f", c.toys, rate, want)
		}
		want = c.uncalibrated
		if rate := float64(minimum) / n; math.Abs(rate-want) > 4*math.Sqrt(want*(1-want)/n)+0.001 {
			t.Errorf("B = %d: the uncalibrated minimum rejects %.4f, want about %.3f", c.toys, rate,
				want)
		}
	}
}

// p-values of fresh null toys, each with its own calibration, are uniform. Two tests at 1% for each
// of the five combinations: by chance it fails in 10% of the seeds at most, so the seed is fixed.
func TestCalibrationUniform(t *testing.T) {
	for _, c := range Combinations() {
		r := rand.New(rand.NewPCG(7, 11))
		var p []float64
		for range 600 {
			table := correlatedToys(r, 400, 4)
			p = append(p, significance(t, table[1:], table[0], c).P)
		}
		if u := Uniformity(p); u.KSP < 0.01 || u.ChiSquareP < 0.01 {
			t.Errorf("%s: KS %.3f (p %.4f), chi2 %.1f (p %.4f)", c, u.KS, u.KSP, u.ChiSquare,
				u.ChiSquareP)
		}
	}
}

func BenchmarkNewCalibration(b *testing.B) {
	null := correlatedToys(rand.New(rand.NewPCG(1, 2)), 1000, 10)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := NewCalibration(null, Mix); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCalibrationTest(b *testing.B) {
	for _, c := range Combinations() {
		b.Run(string(c), func(b *testing.B) {
			table := correlatedToys(rand.New(rand.NewPCG(1, 2)), 1001, 10)
			cal, err := NewCalibration(table[1:], c)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := cal.Test(table[0]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A null toy taken out of the table and tested against the others has the rank, among the scores of
// the whole table, that its own score has.
func TestNullScoresRankAsTest(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const toys, scales = 60, 4
	rows := make([][]float64, toys)
	for b := range rows {
		common := r.NormFloat64()
		for range scales {
			rows[b] = append(rows[b], common+r.NormFloat64())
		}
	}
	for _, combination := range Combinations() {
		whole, err := NewCalibration(rows, combination)
		if err != nil {
			t.Fatal(err)
		}
		scores := whole.NullScores()
		for b, row := range rows {
			others := append(slices.Clone(rows[:b]), rows[b+1:]...)
			c, err := NewCalibration(others, combination)
			if err != nil {
				t.Fatal(err)
			}
			s, err := c.Test(row)
			if err != nil {
				t.Fatal(err)
			}
			reached := 0
			for _, other := range scores {
				if other >= scores[b]-1e-12*math.Abs(scores[b]) {
					reached++
				}
			}
			if want := float64(reached) / toys; math.Abs(s.P-want) > 1e-12 {
				t.Errorf("%s, toy %d: p = %v, rank of its score %v", combination, b, s.P, want)
			}
		}
	}
}
