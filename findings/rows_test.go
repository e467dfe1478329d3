package findings

import (
	"bytes"
	"encoding/csv"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/data"
	"sparker/internal/rng"
	"sparker/losses"
	"sparker/models"
	"sparker/stats"
	"sparker/twosample"
)

// rowOptions are those of a short fit of the recipe lead.
func rowOptions(t *testing.T, q float64) RowOptions {
	t.Helper()
	method, err := twosample.Lookup(twosample.DefaultMethod)
	if err != nil {
		t.Fatal(err)
	}
	recipe := twosample.Lead()
	recipe.Train.Epochs = 100
	return RowOptions{Method: method, Q: q, Setup: twosample.Setup{Model: recipe.Model,
		Loss: recipe.Loss, Train: recipe.Train, Statistics: recipe.Statistics, Standardize: true}}
}

func listRows(t *testing.T, pair data.Pair, o RowOptions, r *rand.Rand) RowList {
	t.Helper()
	l, err := ListRows(pair, o, r)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A cluster is listed, best first, and bounded from below.
func TestListRows(t *testing.T) {
	t.Parallel()
	pair := planted(rng.New(1, "rows"), rowCounts{500, 4000, 40}, 0.1, []float64{3, 3})
	pair.IDs, pair.Index = make([]string, 500), make([]int, 500)
	for i := range pair.IDs {
		pair.IDs[i], pair.Index[i] = "row "+string(rune('a'+i%26)), 1000+i
	}
	l := listRows(t, pair, rowOptions(t, 0.1), rng.New(2, "rows"))
	if l.Refused != "" || l.CalibrationRows != 1000 || l.TrainingRows != 3000 ||
		l.DataRows != 500 || l.Least != 5 || l.Member != "" || len(l.Sigmas) != 10 {
		t.Errorf("%+v", l)
	}
	found, last := 0, 0.0
	for i, row := range l.Rows {
		if row.Index >= 460 {
			found++
		}
		if row.Row != 1000+row.Index || row.ID != pair.IDs[row.Index] || row.Q < last ||
			row.Q > 0.1 || row.P > row.Q || !(row.Score > 0) ||
			i > 0 && row.Q == last && row.Score > l.Rows[i-1].Score {
			t.Errorf("row %d of the list: %+v", i, row)
		}
		last = row.Q
	}
	if found < 36 || len(l.Rows)-found > 12 {
		t.Errorf("%d rows of the cluster of 40 in a list of %d", found, len(l.Rows))
	}
	if n := l.Novel; n == nil || n.Level != NovelLevel || n.Rows < 25 || n.Rows > 40 ||
		n.Listed > n.Rows || n.Listed < 25 || n.Fraction != float64(n.Rows)/500 {
		t.Errorf("bound %+v of 40 rows", n)
	}
}

// exchanged is a pair in which calibration rows and data rows have changed places, and the row of
// the old pair that each row of the new one was. The reference is divided by the stream.
func exchanged(pair data.Pair, stream func() *rand.Rand) (data.Pair, []int) {
	n := min(pair.Reference.N/2, CalibrationRows(pair.Data.N))
	calibration := stream().Perm(pair.Reference.N)[:n]
	shared := make([][]float64, 0, n+pair.Data.N)
	for _, i := range calibration {
		shared = append(shared, slices.Clone(pair.Reference.Row(i)))
	}
	for i := range pair.Data.N {
		shared = append(shared, slices.Clone(pair.Data.Row(i)))
	}
	order := rng.New(9, "exchange").Perm(len(shared))
	other := pair
	other.Reference.X, other.Data.X = slices.Clone(pair.Reference.X), slices.Clone(pair.Data.X)
	for to, from := range order {
		if to < n {
			copy(other.Reference.Row(calibration[to]), shared[from])
		} else {
			copy(other.Data.Row(to-n), shared[from])
		}
	}
	return other, order
}

// The fit does not know which rows are the data: if calibration rows and rows of the data change
// places, every row keeps its score to the last bit. Both samples have rows twice, zeros of both
// signs, a column that is constant in the reference, and a category.
func TestScoresAreInvariant(t *testing.T) {
	t.Parallel()
	pair := planted(rng.New(3, "rows"), rowCounts{120, 500, 12}, 0.2, []float64{2, 2, 0, 0, 0})
	for _, s := range []data.Sample{pair.Data, pair.Reference} {
		for i := range s.N {
			row := s.Row(i)
			row[1] = math.Round(row[1]) // zeros have the sign of what was rounded
			row[2] = 7
			row[3], row[4] = 0, 1
			if i%3 == 0 {
				row[3], row[4] = 1, 0
			}
		}
	}
	pair.Data.Row(3)[2] = 8
	copy(pair.Data.Row(5), pair.Data.Row(6))
	copy(pair.Reference.Row(5), pair.Data.Row(7))
	pair.Quantities = []int{0, 1, 2, 3, 3}
	for name, change := range map[string]func(*RowOptions){
		"lead":      func(*RowOptions) {},
		"own units": func(o *RowOptions) { o.Setup.Standardize = false },
		"from data": func(o *RowOptions) { o.Setup.Model.Init = "data" },
		"pooled":    func(o *RowOptions) { o.Setup.Model.Init = "kmeans_pooled" },
		"convex": func(o *RowOptions) {
			wide := twosample.Full().Members[0]
			o.Setup.Model, o.Setup.Loss, o.Setup.Train = wide.Model, wide.Loss, wide.Train
			o.Setup.Statistics = wide.Statistics
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stream := func() *rand.Rand { return rng.New(4, "rows") }
			other, order := exchanged(pair, stream)
			var all [2][]float64
			for i, p := range []data.Pair{pair, other} {
				o := rowOptions(t, 0.1)
				change(&o)
				if _, err := o.fitter(); err != nil {
					t.Fatal(err)
				}
				r := stream()
				training, calibration := divided(p, r)
				m := newMixture(p, training, calibration)
				fits, err := m.fit(o, r)
				if err != nil {
					t.Fatal(err)
				}
				s, err := m.scores(fits)
				if err != nil {
					t.Fatal(err)
				}
				all[i] = slices.Concat(s.Calibration, s.Data)
			}
			different := map[float64]bool{}
			for to, from := range order {
				if all[1][to] != all[0][from] {
					t.Fatalf("row %d scores %v, and %v in the place %d", from, all[0][from],
						all[1][to], to)
				}
				different[all[1][to]] = true
			}
			if len(different) < len(order)/2 {
				t.Errorf("%d rows have %d scores", len(order), len(different))
			}
		})
	}
}

// The scores are f as the test computes it.
func TestScoresAreLogRatios(t *testing.T) {
	t.Parallel()
	pair := planted(rng.New(5, "rows"), rowCounts{100, 400, 10}, 0.2, []float64{2})
	o := rowOptions(t, 0.1)
	r := rng.New(6, "rows")
	training, calibration := divided(pair, r)
	m := newMixture(pair, training, calibration)
	fits, err := m.fit(o, r)
	if err != nil {
		t.Fatal(err)
	}
	s, err := m.scores(fits)
	if err != nil {
		t.Fatal(err)
	}
	o.Setup.Dim, o.Setup.Distances = 1, twosample.EqualDistances(1) // the widths are in the fit
	test := newTest(t, o.Setup)
	want := make([]float64, pair.Data.N)
	for _, fit := range fits {
		for _, c := range fit.Checkpoints {
			f, err := test.LogRatios(fit.Standardizer.Apply(pair.Data), c)
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range f {
				want[i] += v / float64(len(fits)*len(fit.Checkpoints))
			}
		}
	}
	if slices.Equal(fits[0].Centroids, fits[1].Centroids) {
		t.Error("two fits start at the same centroids")
	}
	if diff := cmp.Diff(want, s.Data, near); diff != "" {
		t.Error(diff)
	}
}

// Without an anomaly, a list has a row with a probability of at most q. Of 60 lists at q = 0.1,
// more than 18 have one in 3e-6 of the runs.
func TestRowsOfPureSamples(t *testing.T) {
	if testing.Short() {
		t.Skip("makes 60 lists of five fits")
	}
	t.Parallel()
	const repetitions, most = 60, 18
	listed, bounded := 0, 0
	for i := range uint64(repetitions) {
		pair := planted(rng.New(7, "rows", i), rowCounts{100, 400, 0}, 1, []float64{0, 0})
		l := listRows(t, pair, rowOptions(t, 0.1), rng.New(8, "rows", i))
		if len(l.Rows) > 0 {
			listed++
		}
		if l.Novel.Rows > 0 {
			bounded++
		}
	}
	t.Logf("%d lists with rows, %d bounds above 0", listed, bounded)
	if listed > most || bounded > most {
		t.Errorf("%d of %d lists have rows, and %d bounds are above 0", listed, repetitions,
			bounded)
	}
}

// A warning of a fit says that the data of the fit are more than the data.
func TestRowsWarn(t *testing.T) {
	t.Parallel()
	pair := planted(rng.New(1, "rows"), rowCounts{100, 400, 0}, 1, []float64{0, 0})
	for i := range pair.Reference.N {
		pair.Reference.Row(i)[1] = 3
	}
	l := listRows(t, pair, rowOptions(t, 0.009), rng.New(2, "rows"))
	want := []string{"in the fit that scores the rows, in which calibration rows count as data: " +
		"column x2 is constant (3) in the reference and differs in 100 of 300 data rows",
		"with 200 calibration rows, a list at the false-discovery rate 0.009 has at least 56 " +
			"rows; more reference rows make shorter ones possible"}
	if diff := cmp.Diff(want, l.Warnings); diff != "" {
		t.Error(diff)
	}
	if l.Novel == nil || l.Novel.Rows < 95 {
		t.Errorf("bound %+v of 100 rows", l.Novel)
	}
}

// Where the question cannot be asked, there is a reason and no number.
func TestListRowsRefuses(t *testing.T) {
	t.Parallel()
	pair := planted(rng.New(1, "rows"), rowCounts{100, 400, 0}, 1, []float64{0})
	for want, change := range map[string]func(*data.Pair, *RowOptions){
		"5 calibration rows for 100 rows of the data are too few": func(p *data.Pair,
			_ *RowOptions) {
			p.Reference = sampleOf(1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
		},
		"0 calibration rows for 0 rows": func(p *data.Pair, _ *RowOptions) { p.Data = sampleOf(1) },
		"are too few for a false-discovery rate of 0.001": func(_ *data.Pair, o *RowOptions) {
			o.Q = 0.001
		},
		"cannot be fitted": func(p *data.Pair, _ *RowOptions) {
			p.Reference = data.Sample{X: make([]float64, 400), N: 400, D: 1}
			p.Data = data.Sample{X: make([]float64, 100), N: 100, D: 1}
		},
	} {
		p, o := pair, rowOptions(t, 0.1)
		change(&p, &o)
		l := listRows(t, p, o, rng.New(2, "rows"))
		if !strings.Contains(l.Refused, want) || l.Rows != nil || l.Novel != nil {
			t.Errorf("%q: %+v", want, l)
		}
		var file bytes.Buffer
		if err := errors.Join(l.Write(&file), WriteRows(&file, p, l)); err != nil {
			t.Errorf("%q: %v", want, err)
		}
	}
}

func TestConstantScores(t *testing.T) {
	t.Parallel()
	l := RowList{Q: 0.1, DataRows: 3, CalibrationRows: 20}
	l.read(data.Pair{Data: sampleOf(1, 1, 2, 3)}, made(1, []float64{1}, 0), stats.RowScores{
		Calibration: make([]float64, 20), Data: make([]float64, 3)})
	if !strings.Contains(l.Refused, "f is the same for all") || l.Rows != nil || l.Novel != nil {
		t.Errorf("%+v", l)
	}
}

// With calibration rows of their own, the whole reference trains the fit, and the list does not
// depend on how the rows of the pair were prepared from the reference.
func TestListRowsByOtherCalibrationRows(t *testing.T) {
	t.Parallel()
	pair := planted(rng.New(1, "rows"), rowCounts{200, 1000, 30}, 0.1, []float64{3})
	o := rowOptions(t, 0.1)
	o.Calibration = normal(rng.New(3, "rows"), 300, 1)
	l := listRows(t, pair, o, rng.New(2, "rows"))
	found := 0
	for _, row := range l.Rows {
		if row.Index >= 170 {
			found++
		}
	}
	if l.CalibrationRows != 300 || l.TrainingRows != 1000 || found < 25 || len(l.Rows) > found+10 {
		t.Errorf("%d rows of the cluster of 30 in %+v", found, l)
	}
	o.Calibration = normal(rng.New(3, "rows"), 300, 2)
	if _, err := ListRows(pair, o, rng.New(1, "rows")); err == nil {
		t.Error("no error for calibration rows with two columns")
	}
}

func TestListRowsErrors(t *testing.T) {
	t.Parallel()
	pair := planted(rng.New(1, "rows"), rowCounts{100, 400, 0}, 1, []float64{0})
	o := rowOptions(t, 0.1)
	o.Method = twosample.Method{Name: "blind"}
	var none *NoKernelsError
	if _, err := ListRows(pair, o, rng.New(1, "rows")); !errors.As(err, &none) ||
		none.Method != "blind" {
		t.Errorf("%v", err)
	}
	for _, q := range []float64{0, 1, math.NaN()} {
		if _, err := ListRows(pair, rowOptions(t, q), rng.New(1, "rows")); err == nil {
			t.Errorf("no error for q = %v", q)
		}
	}
	pair.IDs = []string{"a"}
	if _, err := ListRows(pair, rowOptions(t, 0.1), rng.New(1, "rows")); err == nil {
		t.Error("no error for one id of 100 rows")
	}
}

// The fit of a member scores the rows if the test itself fits nothing.
func TestListRowsByMember(t *testing.T) {
	t.Parallel()
	pair := planted(rng.New(1, "rows"), rowCounts{200, 1000, 30}, 0.1, []float64{3})
	o := rowOptions(t, 0.1)
	want := listRows(t, pair, o, rng.New(2, "rows"))
	s := o.Setup
	o.Setup.Members = []twosample.MemberConfig{{Name: "lead", Method: twosample.DefaultMethod,
		Model: s.Model, Loss: s.Loss, Train: s.Train, Statistics: s.Statistics}}
	o.Method, o.Setup.Model, o.Setup.Loss = twosample.Method{Name: "blind"}, models.Config{},
		losses.Config{}
	want.Member = "lead"
	if diff := cmp.Diff(want, listRows(t, pair, o, rng.New(2, "rows"))); diff != "" {
		t.Error(diff)
	}
	if len(want.Rows) == 0 {
		t.Error("no row is listed")
	}
}

func TestRowFiles(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Data: sampleOf(2, 1, 2, 3, 0.1), Reference: sampleOf(2, 0, 0), Weight: 2,
		Columns: []string{"=pt", "eta"}, IDs: []string{"a", "-b"}}
	l := RowList{Schema: RowsSchema, Q: 0.2, Least: 1, DataRows: 2, CalibrationRows: 5,
		Novel: &NovelBound{NovelLevel, 1, 0.5, 1}, Sigmas: []float64{2, 1}, Warnings: []string{},
		Rows: []ListedRow{{Row: 1, ID: "-b", Score: 0.1, P: 0.125, Q: 0.2}}}
	var file, table bytes.Buffer
	path := filepath.Join(t.TempDir(), "rows.json")
	l.Rows[0].Index = 1
	if err := errors.Join(l.Write(&file), WriteRows(&table, pair, l),
		os.WriteFile(path, file.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	read, err := ReadRows(path)
	l.Rows[0].Index = 0 // it is not in the file
	if diff := cmp.Diff(l, read); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	lines, err := csv.NewReader(&table).ReadAll()
	want := [][]string{{"row", "score", "p", "q", "id", "'=pt", "eta"},
		{"1", "0.1", "0.125", "0.2", "'-b", "3", "0.1"}}
	if diff := cmp.Diff(want, lines); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	for _, text := range []string{"{", `{"schema": "sparker/findings/1"}`,
		`{"schema": "` + RowsSchema + `"}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadRows(path); err == nil {
			t.Errorf("%s is read", text)
		}
	}
	if _, err := ReadRows(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v for a file that is not there", err)
	}
}

func TestRowListString(t *testing.T) {
	t.Parallel()
	l := RowList{Q: 0.1, Least: 5, DataRows: 200, Novel: &NovelBound{Level: 0.95}}
	many := l
	for i := range 12 {
		many.Rows = append(many.Rows, ListedRow{Row: 3 * i})
	}
	many.Rows[1].ID, many.Rows[2].ID = "b\x1b[2J", "c"
	many.Novel = &NovelBound{0.95, 9, 0.045, 7}
	refused := RowList{Refused: "few rows"}
	for want, list := range map[string]RowList{
		"no list of rows: few rows": refused,
		"no row of the data stands out at a false-discovery rate of 0.1 (a list has at least 5); " +
			"at a confidence of 95%, all of them may be from the reference": l,
		"12 of the 200 rows of the data stand out at a false-discovery rate of 0.1: 0, " +
			"b [2J, c, 9, 12, 15, 18, 21, 24, 27, ...; at a confidence of 95%, at least 7 of " +
			"these and 9 of all rows (4.5%) are not from the reference": many,
	} {
		if got := list.String(); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}
