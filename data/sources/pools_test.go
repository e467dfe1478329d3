package sources

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sparker/data"
)

func TestPoolsAreDisjoint(t *testing.T) {
	t.Parallel()
	c := filesConfig(Files{Reference: null(FileSet{File: writeTable(t, "r.csv", 0, 1000)}),
		Split:   0.5,
		Holdout: 0.2})
	c.Reference = 100
	p := mustOpen(t, c)
	if got, want := p.Sizes(), (Sizes{100, 300, 200, 0, 0}); got != want {
		t.Errorf("sizes %+v, want %+v", got, want)
	}
	owner := map[int]string{}
	claim := func(who string, s data.Sample) {
		once := map[int]bool{}
		for _, v := range firstColumn(s) {
			if once[v] {
				t.Errorf("%s: row %d is in a toy twice", who, v)
			}
			once[v] = true
			if o, taken := owner[v]; taken && o != who {
				t.Errorf("row %d is in the %s and in the %s pool", v, o, who)
			}
			owner[v] = who
		}
	}
	for i := range 200 {
		r := rand.New(rand.NewPCG(7, uint64(i)))
		null, err := p.Draw(r, 0)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := p.DrawHeldOut(r, 0)
		if err != nil {
			t.Fatal(err)
		}
		claim("reference", null.Reference)
		claim("reference", fresh.Reference)
		claim("background", null.Data)
		claim("background", p.DrawBackground(r, 40))
		claim("held-out", fresh.Data)
		if null.Data.N != 20 || null.Weight != 0.2 ||
			!slices.Equal(null.Index, firstColumn(null.Data)) {
			t.Fatalf("%d rows of weight %v, numbered %v", null.Data.N, null.Weight, null.Index)
		}
	}
	if all := p.DrawBackground(rand.New(rand.NewPCG(1, 1)), 1000); all.N != 300 {
		t.Errorf("%d of the 300 rows of the background pool", all.N)
	}
	if len(owner) != 1000 {
		t.Errorf("200 toys have %d of the 1000 rows", len(owner))
	}
}

func TestPoolsInject(t *testing.T) {
	t.Parallel()
	background, signal := writeTable(t, "r.csv", 0, 900), writeTable(t, "s.csv", 5000, 60)
	c := filesConfig(Files{
		Reference: null(FileSet{File: background, Labels: Words{background + ":label"},
			Keep: Words{"a"}}),
		Signal: FileSet{File: signal, Labels: Words{signal + ":label"}, Keep: Words{"b"},
			ID: signal + ":x"},
		Columns: []string{"x", "y"}, // x is a name, too
	})
	p := mustOpen(t, c)
	if n := p.Sizes(); n.Reference != 300 || n.Background != 300 || n.Signal != 20 {
		t.Errorf("sizes %+v", n)
	}
	injected, toys := 0, 300
	for i := range toys {
		pair, err := p.Draw(rand.New(rand.NewPCG(3, uint64(i))), 5)
		if err != nil {
			t.Fatal(err)
		}
		injected += pair.Injected
		if pair.Data.N != 20 || len(pair.Index) != 20 || len(pair.Labels) != 20 ||
			len(pair.IDs) != 20 {
			t.Fatalf("%d rows, %d numbers, %d labels, %d names", pair.Data.N, len(pair.Index),
				len(pair.Labels), len(pair.IDs))
		}
		for k, v := range firstColumn(pair.Data) {
			anomalous := k >= pair.Data.N-pair.Injected
			if want := v - 5000*boolean(anomalous); (v >= 5000) != anomalous ||
				pair.Index[k] != want || (pair.Labels[k] == "b") != anomalous ||
				(pair.IDs[k] == fmt.Sprint(v)) != anomalous {
				t.Fatalf("row %d (%d) of %d, %d of them injected: number %d, label %q, name %q", k,
					v, pair.Data.N, pair.Injected, pair.Index[k], pair.Labels[k], pair.IDs[k])
			}
		}
	}
	// Binomial(20, 1/4) has mean 5 and variance 3.75. The bound is five standard errors.
	if mean := float64(injected) / float64(toys); math.Abs(mean-5) > 5*math.Sqrt(
		3.75/float64(toys)) {
		t.Errorf("%v events injected on average, want 5", mean)
	}
	// The null does not depend on the signal.
	c.Files.Signal = FileSet{}
	without := mustOpen(t, c)
	a, _ := p.Draw(rand.New(rand.NewPCG(9, 9)), 0)
	b, _ := without.Draw(rand.New(rand.NewPCG(9, 9)), 0)
	if !slices.Equal(a.Data.X, b.Data.X) || !slices.Equal(a.Reference.X, b.Reference.X) {
		t.Error("the null toys of a source with and without a signal differ")
	}
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestPoolsCountEvents(t *testing.T) {
	t.Parallel()
	c := filesConfig(Files{Reference: null(FileSet{File: writeTable(t, "r.csv", 0, 1000)}),
		Signal: FileSet{File: writeTable(t, "s.csv", 5000, 300)}})
	c.Counting = countingExtended
	p := mustOpen(t, c)
	var events, injected, squares float64
	const toys = 2000
	for i := range toys {
		pair, err := p.Draw(rand.New(rand.NewPCG(5, uint64(i))), 10)
		if err != nil {
			t.Fatal(err)
		}
		plain := float64(pair.Data.N - pair.Injected)
		events, squares, injected = events+plain, squares+plain*plain,
			injected+float64(pair.Injected)
		if pair.Weight != 20.0/500 {
			t.Fatalf("weight %v", pair.Weight)
		}
	}
	mean, variance := events/toys, squares/toys-events/toys*events/toys
	if math.Abs(mean-20) > 5*math.Sqrt(20.0/toys) ||
		math.Abs(injected/toys-10) > 5*math.Sqrt(10.0/toys) ||
		math.Abs(variance-20) > 5*20*math.Sqrt(2.0/toys) {
		t.Errorf("%v background events (variance %v) and %v signal events, want 20 (20) and 10",
			mean, variance, injected/toys)
	}
}

// Every toy of a permutation has every row once, and each row is in the data equally often. The
// counts are within 5 standard deviations of a binomial distribution, so that the 100 checks fail
// with a probability of at most 6e-5. Fixed seed.
func TestPoolsPermute(t *testing.T) {
	t.Parallel()
	c := filesConfig(Files{Reference: null(FileSet{File: writeTable(t, "r.csv", 0, 60)}),
		Observed: FileSet{File: writeTable(t, "d.csv", 60, 40)}})
	c.Expected = 0
	p := mustOpen(t, c)
	if p.Calibration() != calibrationPermutation || p.Expected() != 40 {
		t.Fatalf("%s with %v events", p.Calibration(), p.Expected())
	}
	if s := p.DrawBackground(rand.New(rand.NewPCG(1, 1)), 10); s.N != 0 {
		t.Errorf("%d rows that a permutation does not draw", s.N)
	}
	inData := make([]int, 100)
	const toys = 3000
	for i := range toys {
		pair, err := p.Draw(rand.New(rand.NewPCG(5, uint64(i))), 0)
		if err != nil {
			t.Fatal(err)
		}
		all := append(firstColumn(pair.Reference), firstColumn(pair.Data)...)
		slices.Sort(all)
		for v, got := range all {
			if v != got {
				t.Fatalf("row %d is missing", v)
			}
		}
		for _, v := range firstColumn(pair.Data) {
			inData[v]++
		}
		if pair.Data.N != 40 || pair.Weight != 40.0/60 {
			t.Fatalf("%d rows of weight %v", pair.Data.N, pair.Weight)
		}
	}
	for v, n := range inData {
		if math.Abs(float64(n)-0.4*toys) > 5*math.Sqrt(toys*0.24) {
			t.Errorf("row %d is in the data of %d of %d toys", v, n, toys)
		}
	}
	observed, err := p.Observed(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := firstColumn(observed.Data); !slices.Equal(got, observed.Index) == (got[0] == 0) ||
		observed.Reference.N != 60 || observed.Weight != 40.0/60 {
		t.Errorf("the observed pair has %d reference rows of weight %v", observed.Reference.N,
			observed.Weight)
	}
}

func TestCalibrationByDefault(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rows int
		set  func(*Config)
		want string
	}{
		{800, nil, calibrationPools},
		{790, nil, calibrationPermutation},
		{300, func(c *Config) { c.Files.Split = 0.5 }, calibrationPools},
		{300, func(c *Config) { c.Files.Calibration = calibrationPools }, calibrationPools},
		{4000, func(c *Config) { c.Files.Calibration = calibrationPermutation },
			calibrationPermutation},
		{300, func(c *Config) { c.Counting, c.Expected = countingExtended, 40 }, calibrationPools},
	} {
		config := filesConfig(Files{Reference: null(FileSet{File: writeTable(t, "r.csv", 0,
			c.rows)}),
			Observed: FileSet{File: writeTable(t, "d.csv", 10000, 40)}})
		config.Expected = 0
		if c.set != nil {
			c.set(&config)
		}
		p := mustOpen(t, config)
		if got := p.Calibration(); got != c.want {
			t.Errorf("%d rows: %s, want %s", c.rows, got, c.want)
		}
		few := strings.Contains(strings.Join(p.Warnings(), "\n"), "below ten times")
		if want := c.want == calibrationPools && c.rows < 790; few != want {
			t.Errorf("%d rows by %s: warnings %q", c.rows, c.want, p.Warnings())
		}
	}
}
