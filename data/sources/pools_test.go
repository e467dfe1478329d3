package sources

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"sparker/data"
)

// table writes a CSV file of n rows of two columns, the first of which is first, first + 1, ...,
// and the label of every third row is b.
func table(t *testing.T, name string, first, n int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("x,y,label\n")
	for i := range n {
		label := "a"
		if i%3 == 2 {
			label = "b"
		}
		fmt.Fprintf(&b, "%d,%d,%s\n", first+i, (first+i)*(first+i)%17, label)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func filesConfig(f Files) Config {
	return Config{Source: sourceFiles, Files: f, Expected: 20, Counting: countingShape,
		Standardize: standardizeNone}
}

func open(t *testing.T, c Config) *Pools {
	t.Helper()
	var l Library
	s, err := l.Open(c, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	return s.(*Pools)
}

// first are the values of the first column, which name the rows.
func first(s data.Sample) []int {
	var values []int
	for i := range s.N {
		values = append(values, int(s.Row(i)[0]))
	}
	return values
}

func TestPoolsAreDisjoint(t *testing.T) {
	c := filesConfig(Files{Reference: FileSet{File: table(t, "r.csv", 0, 1000)}, Split: 0.5,
		Holdout: 0.2})
	c.Reference = 100
	p := open(t, c)
	if got, want := p.Sizes(), (Sizes{100, 300, 200, 0, 0}); got != want {
		t.Errorf("sizes %+v, want %+v", got, want)
	}
	owner := map[int]string{}
	claim := func(who string, s data.Sample) {
		once := map[int]bool{}
		for _, v := range first(s) {
			if once[v] {
				t.Errorf("%s: row %d twice in a toy", who, v)
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
		claim("held-out", fresh.Data)
		if null.Data.N != 20 || null.Weight != 0.2 || !slices.Equal(null.Index, first(null.Data)) {
			t.Fatalf("%d rows of weight %v, numbered %v", null.Data.N, null.Weight, null.Index)
		}
	}
	if len(owner) != 1000 {
		t.Errorf("200 toys have seen %d of the 1000 rows", len(owner))
	}
}

func TestPoolsInject(t *testing.T) {
	background, signal := table(t, "r.csv", 0, 900), table(t, "s.csv", 5000, 60)
	c := filesConfig(Files{
		Reference: FileSet{File: background, Labels: Words{background + ":label"},
			Keep: Words{"a"}},
		Signal: FileSet{File: signal, Labels: Words{signal + ":label"}, Keep: Words{"b"},
			ID: signal + ":x"},
	})
	p := open(t, c)
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
		for k, v := range first(pair.Data) {
			anomalous := k >= pair.Data.N-pair.Injected
			if want := v - 5000*boolean(anomalous); (v >= 5000) != anomalous ||
				pair.Index[k] != want || (pair.Labels[k] == "b") != anomalous ||
				(pair.IDs[k] == fmt.Sprint(v)) != anomalous {
				t.Fatalf("row %d (%d) of %d, %d of them injected: number %d, label %q, name %q", k,
					v, pair.Data.N, pair.Injected, pair.Index[k], pair.Labels[k], pair.IDs[k])
			}
		}
	}
	// Binomial(20, 1/4): mean 5, variance 3.75; five standard errors
	if mean := float64(injected) / float64(toys); math.Abs(mean-5) > 5*math.Sqrt(
		3.75/float64(toys)) {
		t.Errorf("%v events injected on average, want 5", mean)
	}
	// the null does not depend on the signal
	c.Files.Signal = FileSet{}
	without := open(t, c)
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
	c := filesConfig(Files{Reference: FileSet{File: table(t, "r.csv", 0, 1000)},
		Signal: FileSet{File: table(t, "s.csv", 5000, 300)}})
	c.Counting = countingExtended
	p := open(t, c)
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

// Under a permutation a toy holds all rows once; how they are shared out does not depend on which
// sample they came from.
func TestPermutation(t *testing.T) {
	c := filesConfig(Files{Reference: FileSet{File: table(t, "r.csv", 0, 60)},
		Observed: FileSet{File: table(t, "d.csv", 60, 40)}})
	c.Expected = 0
	p := open(t, c)
	if p.Calibration() != calibrationPermutation || p.Expected() != 40 {
		t.Fatalf("%s with %v events", p.Calibration(), p.Expected())
	}
	inData := make([]int, 100)
	const toys = 3000
	for i := range toys {
		pair, err := p.Draw(rand.New(rand.NewPCG(5, uint64(i))), 0)
		if err != nil {
			t.Fatal(err)
		}
		all := append(first(pair.Reference), first(pair.Data)...)
		slices.Sort(all)
		for v, got := range all {
			if v != got {
				t.Fatalf("row %d is missing", v)
			}
		}
		for _, v := range first(pair.Data) {
			inData[v]++
		}
		if pair.Data.N != 40 || pair.Weight != 40.0/60 {
			t.Fatalf("%d rows of weight %v", pair.Data.N, pair.Weight)
		}
	}
	for v, n := range inData { // five standard deviations of a binomial count, 100 times
		if math.Abs(float64(n)-0.4*toys) > 5*math.Sqrt(toys*0.24) {
			t.Errorf("row %d is in the data of %d of %d toys", v, n, toys)
		}
	}
	observed, err := p.Observed(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := first(observed.Data); !slices.Equal(got, observed.Index) == (got[0] == 0) ||
		observed.Reference.N != 60 || observed.Weight != 40.0/60 {
		t.Errorf("the observed pair has %d reference rows of weight %v", observed.Reference.N,
			observed.Weight)
	}
}

func TestCalibrationByDefault(t *testing.T) {
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
		config := filesConfig(Files{Reference: FileSet{File: table(t, "r.csv", 0, c.rows)},
			Observed: FileSet{File: table(t, "d.csv", 10000, 40)}})
		config.Expected = 0
		if c.set != nil {
			c.set(&config)
		}
		p := open(t, config)
		if got := p.Calibration(); got != c.want {
			t.Errorf("%d rows: %s, want %s", c.rows, got, c.want)
		}
		few := strings.Contains(strings.Join(p.Warnings(), "\n"), "below ten times")
		if want := c.want == calibrationPools && c.rows < 790; few != want {
			t.Errorf("%d rows by %s: warnings %q", c.rows, c.want, p.Warnings())
		}
	}
}

func TestOverlapIsCounted(t *testing.T) {
	c := filesConfig(Files{Reference: FileSet{File: table(t, "r.csv", 0, 1000)},
		Observed: FileSet{File: table(t, "d.csv", 990, 30)}})
	warnings := strings.Join(open(t, c).Warnings(), "\n")
	if !strings.Contains(warnings, "10 of the 30 observed rows are also in the reference") {
		t.Errorf("warnings: %s", warnings)
	}
}

// Whatever rows are left out, the words of a row stay with it.
func TestWordsStayWithTheirRows(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, line func(i int) string) string {
		t.Helper()
		var b strings.Builder
		for i := -1; i < 60; i++ {
			b.WriteString(line(i) + "\n")
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	head := func(names string, line func(i int) string) func(int) string {
		return func(i int) string {
			if i < 0 {
				return names
			}
			return line(i)
		}
	}
	observed := write("d.csv", head("x,y", func(i int) string {
		if i%5 == 1 {
			return fmt.Sprintf("%d,", i)
		}
		return fmt.Sprintf("%d,%d", i, i*i%17)
	}))
	words := write("words/w.csv", head("id,class,said,picture", func(i int) string {
		picture := fmt.Sprintf("p/%d.png", i)
		switch i % 4 {
		case 1:
			picture = fmt.Sprintf("/p/%d.png", i)
		case 2:
			picture = fmt.Sprintf("https://p/%d.png", i)
		case 3:
			return fmt.Sprintf("n%d,%d,,", i, i%3)
		}
		return fmt.Sprintf("n%d,%d,said %d,%s", i, i%3, i, picture)
	}))
	for name, c := range map[string]struct {
		set     FileSet
		missing string
		rows    int
	}{
		"all": {FileSet{File: write("whole.csv",
			head("x,y", func(i int) string { return fmt.Sprintf("%d,%d", i, i*i%17) }))}, "", 60},
		"complete":       {FileSet{File: observed}, missingDrop, 48},
		"some at random": {FileSet{File: observed, Rows: 20}, missingDrop, 20},
		"a class": {FileSet{File: observed, Labels: Words{words + ":class"},
			Keep: Words{"2"}}, missingDrop, 16},
		"some of a class": {FileSet{File: observed, Labels: Words{words + ":class"},
			Keep: Words{"2", "0"}, Rows: 9}, missingDrop, 9},
		"labeled, though": {FileSet{File: observed, Labels: Words{words + ":class"}, Rows: 30},
			missingDrop, 30},
	} {
		set := c.set
		set.ID, set.Text, set.Image = words+":id", words+":said", words+":picture"
		config := filesConfig(Files{Reference: FileSet{File: table(t, "r.csv", 100, 300),
			Rows: 200}, Observed: set, Missing: c.missing, Columns: []string{"x", "y"}})
		config.Expected = 0
		pair, err := open(t, config).Observed(rand.New(rand.NewPCG(1, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if pair.Data.N != c.rows || len(pair.Texts) != c.rows || len(pair.Images) != c.rows ||
			len(pair.IDs) != c.rows {
			t.Fatalf("%s: %d rows, %d texts, %d images", name, pair.Data.N, len(pair.Texts),
				len(pair.Images))
		}
		for k, v := range first(pair.Data) {
			text, image := fmt.Sprintf("said %d", v), []string{fmt.Sprintf("%s/words/p/%d.png", dir,
				v), fmt.Sprintf("/p/%d.png", v), fmt.Sprintf("https://p/%d.png", v), ""}[v%4]
			if v%4 == 3 {
				text = ""
			}
			if pair.Index[k] != v || pair.Texts[k] != text || pair.Images[k] != image ||
				pair.IDs[k] != fmt.Sprintf("n%d", v) || pair.Labels != nil &&
				pair.Labels[k] != fmt.Sprint(v%3) {
				t.Errorf("%s: row %d is number %d with the name %q, the text %q and the image %q",
					name, v, pair.Index[k], pair.IDs[k], pair.Texts[k], pair.Images[k])
			}
		}
	}
}

func TestRepeatedIDsAreCounted(t *testing.T) {
	observed := table(t, "d.csv", 2000, 30)
	c := filesConfig(Files{Reference: FileSet{File: table(t, "r.csv", 0, 1000)},
		Observed: FileSet{File: observed, ID: observed + ":label"}})
	warnings := strings.Join(open(t, c).Warnings(), "\n")
	// two labels
	if !strings.Contains(warnings, "28 of the 30 observed rows have the id of an earlier one") {
		t.Errorf("warnings: %s", warnings)
	}
}

func TestPoolsRefuse(t *testing.T) {
	r := table(t, "r.csv", 0, 100)
	other := filepath.Join(t.TempDir(), "o.csv")
	if err := os.WriteFile(other, []byte("x,z\n1,2\n3,4\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		files Files
		set   func(*Config)
		want  string
	}{
		{Files{Reference: FileSet{File: "nowhere.csv"}}, nil, "nowhere.csv"},
		{Files{Reference: FileSet{File: r, Labels: Words{r + ":label"}, Keep: Words{"c"}}}, nil,
			`no row of ` + r + ` has the label "c"; the labels are a, b`},
		{Files{Reference: FileSet{File: r, Rows: 101}}, nil,
			"101 rows are asked for, but " + r + " has 100"},
		{Files{Reference: FileSet{File: r}, Observed: FileSet{File: other}}, nil, "z"},
		{Files{Reference: FileSet{File: r}, Observed: FileSet{File: r, ID: other + ":x"}}, nil,
			":x has 2 entries, but " + r + " has 100 rows"},
		{Files{Reference: FileSet{File: r}, Observed: FileSet{File: r, Text: other + ":x"}}, nil,
			":x has 2 entries, but " + r + " has 100 rows"},
		{Files{Reference: FileSet{File: r, Text: r + ":x"}}, nil,
			"files.reference.text is set, but texts are shown of the rows of files.observed only"},
		{Files{Reference: FileSet{File: r}, Background: FileSet{File: r, Image: r + ":x"}}, nil,
			"files.background.image is set, but images"},
		{Files{Reference: FileSet{File: r}, Observed: FileSet{Text: r + ":x"}}, nil,
			"files.observed.file is missing"},
		{Files{Reference: FileSet{File: r}}, func(c *Config) { c.Reference = 51 },
			"draws up to 51 rows from the reference pool, which has 50"},
		{Files{Reference: FileSet{File: r}}, func(c *Config) { c.Expected = 51 },
			"draws up to 51 rows from the background pool, which has 50"},
		{Files{Reference: FileSet{File: r}}, func(c *Config) {
			c.Expected, c.Counting = 40,
				countingExtended
		}, "draws up to 78 rows"},
		{Files{Reference: FileSet{File: r}, Transform: Transform{Kind: "pca", Components: 3}}, nil,
			"3 components are asked for, of 2 columns"},
		{Files{Reference: FileSet{File: r}, Log: []string{"x"}}, nil,
			"row 0 of column x is 0, which has no logarithm"},
		{Files{Reference: FileSet{File: r}, Log: []string{"w"}}, nil, `no column "w"`},
		{Files{Reference: FileSet{File: r}, Names: []string{"w"}}, nil, "1 names for 2 columns"},
	} {
		config := filesConfig(c.files)
		if c.set != nil {
			c.set(&config)
		}
		var l Library
		_, err := l.Open(config, rand.New(rand.NewPCG(1, 2)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
	p := open(t, filesConfig(Files{Reference: FileSet{File: r}, Signal: FileSet{File: r}}))
	for _, signal := range []float64{-1, math.NaN(), 21} {
		if _, err := p.Draw(rand.New(rand.NewPCG(1, 2)), signal); err == nil {
			t.Errorf("a toy with %v signal events", signal)
		}
	}
}

// Whitened reference rows have the unit covariance; principal components keep distances.
func TestTransforms(t *testing.T) {
	for _, kind := range []string{"pca", "whiten"} {
		plain := open(t, filesConfig(Files{Reference: FileSet{File: table(t, "r.csv", 0, 300)}}))
		p := open(t, filesConfig(Files{Reference: FileSet{File: table(t, "r.csv", 0, 300)},
			Transform: Transform{Kind: kind}}))
		before, _ := plain.Draw(rand.New(rand.NewPCG(4, 4)), 0)
		after, _ := p.Draw(rand.New(rand.NewPCG(4, 4)), 0)
		if kind == "pca" {
			distance := func(s data.Sample) float64 {
				return math.Hypot(s.X[0]-s.X[2], s.X[1]-s.X[3])
			}
			if a, b := distance(before.Data), distance(after.Data); math.Abs(a-b) > 1e-9*a {
				t.Errorf("the distance of two rows was %v and is %v", a, b)
			}
			continue
		}
		all := p.reference.sample()
		var xx, xy, yy float64
		for i := range all.N {
			r := all.Row(i)
			xx, xy, yy = xx+r[0]*r[0], xy+r[0]*r[1], yy+r[1]*r[1]
		}
		for _, c := range []struct{ got, want float64 }{{xx / 149, 1}, {xy / 149, 0},
			{yy / 149, 1}} {
			if math.Abs(c.got-c.want) > 1e-9 {
				t.Errorf("covariance %v, %v, %v", xx/149, xy/149, yy/149)
			}
		}
	}
	// one component of two columns, and rows of unit length
	p := open(t, filesConfig(Files{Reference: FileSet{File: table(t, "r.csv", 1, 300)},
		Log: []string{"x"}, Names: []string{"x", "why"}, Rows: "unit"}))
	if got := p.Columns(); !slices.Equal(got, []string{"log x", "why"}) {
		t.Errorf("columns %q", got)
	}
	for i := range 10 {
		if r := p.background.sample().Row(i); math.Abs(math.Hypot(r[0], r[1])-1) > 1e-12 {
			t.Errorf("row %v is not of unit length", r)
		}
	}
}

// A mixture that is fitted to rows of two Gaussians finds both, and its rows have their moments.
func TestGeneratorOfRows(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	var s data.Sample
	s.N, s.D = 3000, 2
	for i := range s.N {
		if i%3 == 0 {
			s.X = append(s.X, -4+0.5*r.NormFloat64(), 1+r.NormFloat64())
		} else {
			z := r.NormFloat64()
			s.X = append(s.X, 3+z, 0.8*z+0.6*r.NormFloat64())
		}
	}
	weights, components, err := fitMixture(s, 2, r)
	if err != nil {
		t.Fatal(err)
	}
	a, b := 0, 1
	if weights[a] > weights[b] {
		a, b = b, a
	}
	// five standard errors of 1000 and 2000 rows
	for _, c := range []struct {
		what      string
		got, want float64
		tolerance float64
	}{
		{"weight", weights[a], 1.0 / 3, 0.02},
		{"mean", components[a].Mean(nil)[0], -4, 0.08},
		{"mean", components[a].Mean(nil)[1], 1, 0.16},
		{"mean", components[b].Mean(nil)[0], 3, 0.12}, {"mean", components[b].Mean(nil)[1], 0,
			0.12},
	} {
		if math.Abs(c.got-c.want) > c.tolerance {
			t.Errorf("%s %v, want %v", c.what, c.got, c.want)
		}
	}
	var covariance mat.SymDense
	components[b].CovarianceMatrix(&covariance)
	if got := covariance.At(0, 1); math.Abs(got-0.8) > 0.13 {
		t.Errorf("covariance %v, want 0.8", got)
	}
	if _, _, err := fitMixture(data.Sample{X: []float64{1, 2, 1, 3, 1, 5}, N: 3, D: 2}, 2,
		r); err == nil || !strings.Contains(err.Error(), "column 0 is constant") {
		t.Errorf("a constant column: %v", err)
	}
}
