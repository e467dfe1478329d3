package experiments

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sparker/configs"
	"sparker/findings"
	"sparker/results"
	"sparker/stats"
)

const placesConfig = `
name: places
data: {reference: 400, expected: 60, signal: {kind: gaussian, loc: 6.4, scale: 0.16}}
model: {kernels: 3}
train: {epochs: 40, checkpoints: {count: 3}}
toys: {null: 39, alternative: 20, signal: [0, 25]}
record: {fits: 0, places: all, leading: true}
`

// With record.places: all, every toy has its places, those with anomalies have purities, and the
// summary counts the significant first places as the search of the stored numbers does. The
// statistics are those of a run without places, whose toys have other keys.
func TestPlacesOfAPowerStudy(t *testing.T) {
	t.Parallel()
	with, summary := runSweep(t, loadSweep(t, placesConfig), RunOptions{Out: t.TempDir()})
	without, other := runSweep(t, loadSweep(t, placesConfig, "record.places=observed"),
		RunOptions{Out: t.TempDir()})
	toys, bare := storedToysOf(t, with), storedToysOf(t, without)
	var null []stats.NullToy
	for i, toy := range toys {
		if toy.Places == nil || len(toy.Places.Excess) != 3 ||
			(toy.Places.Purity != nil) != (toy.Injected > 0) {
			t.Fatalf("%v with %d anomalies: places %+v", toy, toy.Injected, toy.Places)
		}
		if b := bare[i]; b.Places != nil || b.Key == toy.Key || !slices.Equal(b.T, toy.T) {
			t.Fatalf("%v: without places %+v", toy, b)
		}
		if toy.Hypothesis == results.Null {
			null = append(null, stats.NullToy{T: row(toy)})
		}
	}
	search, err := stats.NewSearch(null, 6)
	if err != nil {
		t.Fatal(err)
	}
	compared := false
	for i, point := range summary.Cells[0].Points {
		found := 0
		var leading []float64
		for _, toy := range toys {
			if toy.Hypothesis == results.Alternative && toy.Signal == point.Signal {
				f, err := search.Test(row(toy))
				if err != nil {
					t.Fatal(err)
				}
				if f.P <= 0.05 {
					found++
					if toy.Leading != nil {
						leading = append(leading, toy.Leading.Purity)
					}
				}
			}
		}
		p := point.Places
		if p == nil || p.Toys != 20 || p.Found > found || p.Found > point.Rejected ||
			p.Found < point.Rejected+found-20 || other.Cells[0].Points[i].Places != nil {
			t.Errorf("N_S = %v: places %+v; %d searches and %d tests reject", point.Signal, p,
				found, point.Rejected)
		}
		if i == 1 && (p.Power < 0.5 || p.Purity == nil || *p.Purity < 0.5) {
			t.Errorf("N_S = %v: %+v", point.Signal, p)
		}
		if i == 1 && p.Found == found { // the toys are those that the searches reject
			mean := 0.0
			for _, purity := range leading {
				mean += purity / float64(found)
			}
			compared = true
			if p.LeadingPurity == nil || math.Abs(*p.LeadingPurity-mean) > 1e-12 {
				t.Errorf("the leading kernels have purities of %v: %+v", mean, p)
			}
		}
	}
	if !compared {
		t.Error("the purities of the leading kernels were not compared")
	}
}

func storedToysOf(t *testing.T, store *results.Store) []results.Toy {
	t.Helper()
	toys, err := store.Toys()
	if err != nil {
		t.Fatal(err)
	}
	return toys
}

// row is the row of a toy in a search.
func row(t results.Toy) []float64 { return slices.Concat(t.Places.Excess, t.Places.Deficit) }

// The places of an observed sample have p-values, unless its toys are stored without places. Those
// of a test that fits no kernels are those of its member.
func TestPlacesOfAnObservedSample(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string, bump int) string {
		var b strings.Builder
		b.WriteString("x\n")
		for i := range 300 {
			b.WriteString(strings.Repeat("9", i%7) + "1\n")
		}
		for range bump {
			b.WriteString("777\n")
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	files := configs.TestFiles{Reference: write("r.csv", 0), Data: write("d.csv", 60),
		Calibration: "permutation", Toys: 19}
	kernels := []string{"preset=lead", "train.epochs=30", "record.fits=0",
		"train.checkpoints.count=3"}
	for name, c := range map[string]struct {
		overrides []string
		places    bool
		member    string
	}{
		"sparker": {kernels, true, ""},
		"none":    {append(slices.Clip(kernels), "record.places=none"), false, ""},
		"a member": {append(slices.Clip(kernels), "test.method=energy",
			"test.members=[{name: fit, method: sparker, train: {epochs: 30}}]"), true, "fit"},
	} {
		s, err := configs.LoadTest(files, configs.Changes{Overrides: c.overrides})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		store, _ := runSweep(t, s, RunOptions{Dir: filepath.Join(dir, strings.ReplaceAll(name, " ",
			"-"))})
		found, err := findings.Read(store.FindingsFile(1))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if places := len(found.Places) > 0; places != c.places || found.PlacesMember != c.member {
			t.Fatalf("%s: %d places of %q", name, len(found.Places), found.PlacesMember)
		}
		for _, p := range found.Places {
			if p.P == nil || *p.P < 0.05 || p.Interval == nil {
				t.Errorf("%s: place %d has p = %v and the interval %v", name, p.Number, p.P,
					p.Interval)
			}
		}
	}
}
