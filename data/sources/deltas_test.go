package sources

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sparker/data"
	"sparker/data/tables"
)

// writeDeltas writes a table of n rows of an exponential pt and a normal eta, with the effects of
// two parameters: d1 and d2 are those of a scale of 10% of pt, and e1 is that of a shift of eta.
// The column kind is "a" in two of three rows, and w is a weight. A line can be replaced.
func writeDeltas(t *testing.T, name string, seed uint64, n int, replace ...string) string {
	t.Helper()
	r := stream(seed)
	var b strings.Builder
	b.WriteString("d1,pt,e1,kind,eta,d2,w\n")
	for i := range n {
		x, y := r.ExpFloat64(), r.NormFloat64()
		fmt.Fprintf(&b, "%v,%v,%v,%s,%v,%v,%v\n", 0.1*(x-1), x, y, []string{"a", "b", "a"}[i%3], y,
			-0.01*x, 0.5+float64(i%2))
	}
	text := strings.NewReplacer(replace...).Replace(b.String())
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// deltaConfig returns the config of a test of such tables, in extended counting.
func deltaConfig(reference, observed string) Config {
	c := filesConfig(Files{Reference: null(FileSet{File: reference}),
		Observed: FileSet{File: observed}, Variations: []VariationConfig{
			{Name: "jes", Delta: "d1", Delta2: "d2"}, {Name: "lumi", Norm: true, Sigma: 0.1},
			{Name: "shift", Sigma: 2, Delta: "e1"}}})
	c.Counting = countingExtended
	return c
}

// checkDeltas compares the effects in a pair with the formulas at its rows.
func checkDeltas(t *testing.T, what string, pair data.Pair) {
	t.Helper()
	if err := pair.CheckNuisances(); err != nil || pair.Data.N == 0 {
		t.Fatalf("%s: %v; %d rows of data", what, err, pair.Data.N)
	}
	jes, lumi, shift := pair.Nuisances[0], pair.Nuisances[1], pair.Nuisances[2]
	if jes.Sigma != 1 || !lumi.Norm() || shift.Sigma != 2 || shift.DataSecond != nil ||
		shift.ReferenceSecond != nil {
		t.Errorf("%s: nuisance parameters %v, %v, %v", what, jes.Sigma, lumi, shift.Sigma)
	}
	for _, s := range []struct {
		sample               data.Sample
		first, second, shift []float64
	}{{pair.Reference, jes.Reference, jes.ReferenceSecond, shift.Reference},
		{pair.Data, jes.Data, jes.DataSecond, shift.Data}} {
		for i := range s.sample.N {
			x, y := s.sample.Row(i)[0], s.sample.Row(i)[1]
			if s.first[i] != 0.1*(x-1) || s.second[i] != -0.01*x || s.shift[i] != y {
				t.Fatalf("%s: row (%v, %v) has the effects %v, %v and %v", what, x, y, s.first[i],
					s.second[i], s.shift[i])
			}
		}
	}
}

// Pairs have the effects of exactly the rows that were drawn, however these are chosen, and the
// columns are not tested.
func TestDeltaColumns(t *testing.T) {
	t.Parallel()
	r, d := writeDeltas(t, "r.csv", 1, 2000), writeDeltas(t, "d.csv", 2, 30)
	more, s := writeDeltas(t, "m.csv", 3, 700), writeDeltas(t, "s.csv", 4, 200)
	for what, set := range map[string]func(f *Files, c *Config){
		"split":         func(f *Files, c *Config) { f.Split, f.Holdout = 0.3, 0.2 },
		"drawn":         func(f *Files, c *Config) { c.Reference = 300 },
		"background":    func(f *Files, c *Config) { f.Background.File = more },
		"several files": func(f *Files, c *Config) { f.Reference.More = []MoreRows{{File: more}} },
		"weights": func(f *Files, c *Config) {
			f.Reference.Weight, f.Observed.Weight = r+":w", ""
			f.Reference.More = []MoreRows{{File: more, Weight: more + ":w", Total: 40}}
		},
		"labels": func(f *Files, c *Config) {
			f.Reference.Labels, f.Reference.Keep = Words{r + ":kind"}, Words{"a"}
			f.Observed.Labels, f.Observed.Drop = Words{d + ":kind"}, Words{"b"}
		},
		"rows":        func(f *Files, c *Config) { f.Reference.Rows, f.Observed.Rows = 900, 20 },
		"signal":      func(f *Files, c *Config) { f.Signal.File = s },
		"replacement": func(f *Files, c *Config) { f.Replacement = true },
		"missing": func(f *Files, c *Config) {
			// A row that is left out needs no delta.
			f.Reference.File = writeDeltas(t, "m.csv", 1, 2000, "\n0", "\nNaN,,0,b,1,0,1\n0")
			f.Missing, f.MaxDropped = missingDrop, 1
		},
		"shared": func(f *Files, c *Config) {
			f.Reference.More, f.Shared = []MoreRows{{File: d}}, sharedDrop
			f.Observed.File = writeDeltas(t, "o.csv", 2, 40)
		},
	} {
		c := deltaConfig(r, d)
		c.Files.Exclude = []string{"kind", "w"}
		set(&c.Files, &c)
		p := mustOpen(t, c)
		if got := strings.Join(p.Columns(), ","); got != "pt,eta" {
			t.Fatalf("%s: columns %s", what, got)
		}
		observed, err := p.Observed(stream(1))
		if err != nil {
			t.Fatal(err)
		}
		checkDeltas(t, what+", observed", observed)
		strength := 0.0
		if c.Files.HasSignal() {
			strength = 10
		}
		for i := range 5 {
			checkDeltas(t, what, mustDraw(t, p, stream(uint64(i)), strength))
		}
		if err := p.ThrowAt([]float64{1, 0, 0.1}, []float64{1, 1, 1}); err != nil {
			t.Fatal(err)
		}
		checkDeltas(t, what+", thrown", mustDraw(t, p, stream(9), strength))
		held, err := p.DrawHeldOut(stream(10), 0)
		if err != nil {
			t.Fatal(err)
		}
		checkDeltas(t, what+", held out", held)
	}
}

// Toys at nu are drawn from the pool with the factor exp(nu delta). At nu = 1, with delta = log 3
// for two of three rows, the share of these is 6/7. In extended counting there are 7/3 times as
// many events, and as many in shape-only counting. The bounds are 4 standard errors of the toys and
// of their pool, which has 15,000 rows.
func TestDeltaToys(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("x,effect\n")
	for i := range 30000 {
		fmt.Fprintf(&b, "%d,%v\n", i, []float64{math.Log(3), 0, math.Log(3)}[i%3])
	}
	file := writeText(t, "r.csv", b.String())
	for counting, want := range map[string]float64{countingExtended: 200 * 7. / 3,
		countingShape: 200} {
		c := filesConfig(Files{Reference: null(FileSet{File: file}),
			Observed:   FileSet{File: writeText(t, "d.csv", "x,effect\n1,0\n2,0\n3,0\n")},
			Variations: []VariationConfig{{Name: "rise", Delta: "effect"}}})
		c.Counting, c.Expected = counting, 200
		p := mustOpen(t, c)
		if err := p.ThrowAt([]float64{1}, []float64{1}); err != nil {
			t.Fatal(err)
		}
		const toys = 50
		var events, raised float64
		for i := range toys {
			toy := mustDraw(t, p, stream(uint64(i)), 0)
			events += float64(toy.Data.N)
			for k := range toy.Data.N {
				if int(toy.Data.Row(k)[0])%3 != 1 {
					raised++
				}
			}
		}
		limit := 4 * math.Sqrt(6./49*(1/events+1/15000.))
		if share := raised / events; math.Abs(share-6./7) > limit {
			t.Errorf("%s: the share of raised rows is %v; want %v ± %v", counting, share, 6./7,
				limit)
		}
		// The pool's part is (3 - 1)² (2/9)/15,000 of the square of the 200 events.
		if limit = 4 * math.Sqrt(want/toys+200*200*4*2./9/15000); counting == countingShape {
			limit = 0
		}
		if mean := events / toys; math.Abs(mean-want) > limit {
			t.Errorf("%s: %v events a toy; want %v ± %v", counting, mean, want, limit)
		}
	}
}

// In shape-only counting the effects are shifted so that the mean of the density ratio over all
// rows of the reference, with their weights, is 1 to the second order in nu: its difference from 1
// is of the third order, so that a tenth of nu makes it 1,000 times smaller (at least 500 times).
func TestDeltaShape(t *testing.T) {
	t.Parallel()
	r, d := writeDeltas(t, "r.csv", 1, 2000), writeDeltas(t, "d.csv", 2, 30)
	for _, weight := range []string{"", r + ":w"} {
		c := deltaConfig(r, d)
		c.Counting, c.Files.Exclude = countingShape, []string{"kind", "w"}
		c.Files.Variations = []VariationConfig{{Name: "jes", Delta: "d1", Delta2: "d2"},
			{Name: "shift", Sigma: 2, Delta: "e1"}, {Name: "rate", Delta: "w"}}
		c.Files.Reference.Weight = weight
		p := mustOpen(t, c)
		whole, weights := p.Whole()
		if weights == nil {
			weights = p.whole.rowWeights(p.whole.rows)
		}
		for k, d := range p.varied.deltas(p.whole, p.whole.rows) {
			difference := func(nu float64) float64 {
				var mean float64
				for i, w := range weights {
					mean += w * math.Expm1(nu*d.first[i]+nu*nu/2*d.second[i])
				}
				return math.Abs(mean / sumOf(weights))
			}
			if large, small := difference(0.1), difference(0.01); !(small < large/500) &&
				large > 1e-12 {
				t.Errorf("%d rows, parameter %d: the norm differs by %g at 0.01 and %g at 0.1",
					whole.N, k, small, large)
			}
		}
		observed, err := p.Observed(stream(1))
		if err != nil {
			t.Fatal(err)
		}
		jes := observed.Nuisances[0]
		shift := jes.Data[0] - 0.1*(observed.Data.Row(0)[0]-1)
		for i, v := range jes.Reference {
			x := observed.Reference.Row(i)[0]
			if math.Abs(v-shift-0.1*(x-1)) > 1e-12 {
				t.Fatalf("row %v of the reference is shifted by %v, and the data by %v", x,
					v-0.1*(x-1), shift)
			}
		}
	}
}

// What is wrong with columns of effects is an error when the files are opened, with the key.
func TestDeltaErrors(t *testing.T) {
	t.Parallel()
	good := writeDeltas(t, "good.csv", 1, 300)
	first := func(c *Config) *VariationConfig { return &c.Files.Variations[0] }
	lacks := writeDeltas(t, "lacks.csv", 2, 300, "d1", "w2")
	for want, set := range map[string]func(c *Config){
		"lacks.csv: no column is called \"d1\"; reference": func(c *Config) {
			c.Files.Reference.File = lacks
		},
		"lacks.csv: no column is called \"d1\"; observed": func(c *Config) {
			c.Files.Observed.File = lacks
		},
		"lacks.csv: no column is called \"d1\"; background": func(c *Config) {
			c.Files.Background.File = lacks
		},
		"lacks.csv: no column is called \"d1\"; signal": func(c *Config) {
			c.Files.Signal.File = lacks
		},
		"lacks.csv: no column is called \"d1\"; more": func(c *Config) {
			c.Files.Reference.More = []MoreRows{{File: lacks}}
		},
		"no column is called \"d3\"": func(c *Config) { first(c).Delta2 = "d3" },
		"misses the value of row 0": func(c *Config) {
			c.Files.Reference.File = writeDeltas(t, "n.csv", 1, 300, "d1,pt,e1,kind,eta,d2,w\n",
				"d1,pt,e1,kind,eta,d2,w\nNaN,1,0,b,1,0,1\n")
		},
		"misses the value of row 0 (counted from 0): it is empty": func(c *Config) {
			c.Files.Observed.File = writeDeltas(t, "n.csv", 1, 30, "d1,pt,e1,kind,eta,d2,w\n",
				"d1,pt,e1,kind,eta,d2,w\n,1,0,b,1,0,1\n")
		},
		"misses the value of row 0; infinite": func(c *Config) {
			c.Files.Observed.File = writeDeltas(t, "n.csv", 1, 30, "d1,pt,e1,kind,eta,d2,w\n",
				"d1,pt,e1,kind,eta,d2,w\ninf,1,0,b,1,0,1\n")
		},
		"is 1e+200 in row 0": func(c *Config) {
			c.Files.Observed.File = writeDeltas(t, "n.csv", 1, 30, "d1,pt,e1,kind,eta,d2,w\n",
				"d1,pt,e1,kind,eta,d2,w\n1e200,1,0,b,1,0,1\n")
		},
		`column "kind" holds no numbers`: func(c *Config) { first(c).Delta = "kind" },
		"files.variations[0].delta is d1, which cannot be tested": func(c *Config) {
			c.Files.Columns = []string{"pt", "d1"}
		},
		"files.variations[0].delta2 is d2, which cannot be tested": func(c *Config) {
			c.Files.Columns = []string{"pt", "d2"}
		},
		"files.variations[0].up is set, and so is delta": func(c *Config) {
			first(c).Up = VariedRows{File: good}
		},
		"files.variations[0].delta is set, but norm": func(c *Config) { first(c).Norm = true },
		"files.variations[0].at is 2":                func(c *Config) { first(c).At = 2 },
		"files.variations[0].delta is missing":       func(c *Config) { first(c).Delta = "" },
		"files.variations[2].name is \"jes\"": func(c *Config) {
			c.Files.Variations[2].Name = "jes"
		},
		"files.generator is set, but the rows": func(c *Config) {
			c.Files.Generator = Generator{Components: 1, Rows: 10}
		},
		"not exchangeable": func(c *Config) {
			c.Counting, c.Files.Calibration = countingShape, calibrationPermutation
			c.Files.Variations = c.Files.Variations[:1]
		},
	} {
		c := deltaConfig(good, good)
		c.Files.Exclude = []string{"kind", "w*"}
		set(&c)
		_, err := new(Library).Open(c, stream(1))
		text, _, _ := strings.Cut(want, "; ")
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", want, err)
		}
		var at *KeyError
		var column *tables.ColumnError
		if errors.As(err, &column) && (!errors.As(err, &at) ||
			!strings.HasPrefix(at.Key, "files.variations[0].delta")) {
			t.Errorf("%s: the error %v has the key %+v", want, err, at)
		}
	}
}

// Parameters with columns and with files mix in any order: each has the effect that it has alone.
// The files of a variation may have the columns of another one, and need not.
func TestDeltasAndFiles(t *testing.T) {
	t.Parallel()
	r, d := writeDeltas(t, "r.csv", 1, 2000), writeDeltas(t, "d.csv", 2, 30)
	up := writeDeltas(t, "up.csv", 3, 1000, "d1", "x1") // without a column d1
	byFiles := VariationConfig{Name: "files", Up: VariedRows{File: up}, Down: VariedRows{File: r}}
	open := func(list ...VariationConfig) []data.Nuisance {
		c := deltaConfig(r, d)
		c.Files.Exclude, c.Files.Variations = []string{"kind", "w", "?1", "d2"}, list
		observed, err := mustOpen(t, c).Observed(stream(1))
		if err != nil {
			t.Fatal(err)
		}
		return observed.Nuisances
	}
	jes := VariationConfig{Name: "jes", Delta: "d1", Delta2: "d2"}
	lumi := VariationConfig{Name: "lumi", Norm: true, Sigma: 0.1}
	shift := VariationConfig{Name: "shift", Delta: "e1"}
	var alone []data.Nuisance
	for _, v := range []VariationConfig{shift, byFiles, lumi, jes} {
		alone = append(alone, open(v)...)
	}
	for k, n := range open(shift, byFiles, lumi, jes) {
		if !reflect.DeepEqual(n, alone[k]) {
			t.Errorf("%s has other effects alone", n.Name)
		}
	}
}
