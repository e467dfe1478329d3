package sources

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Variations that say nothing about a parameter, or the same as others, are warnings. Those that
// do are not.
func TestVariationWarnings(t *testing.T) {
	up, down := VariedRows{File: "up.csv"}, VariedRows{File: "down.csv"}
	none, few := VariedRows{File: "reference.csv"}, VariedRows{File: "few.csv"}
	scale := VariationConfig{Name: "jes", Up: up, Down: down}
	for what, c := range map[string]struct {
		list []VariationConfig
		want string // nothing if it is empty
	}{
		"a scale": {[]VariationConfig{scale}, ""},
		"up and down the same": {[]VariationConfig{{Name: "jes", Up: up, Down: up}},
			`the nuisance parameter "jes" does not change the density`},
		"both nominal": {[]VariationConfig{{Name: "jes", Up: none, Down: none}},
			`the nuisance parameter "jes" does not change the density`},
		"all four nominal": {[]VariationConfig{{Name: "jes", Up: none, Down: none, Up2: none,
			Down2: none}}, `the nuisance parameter "jes" does not change the density`},
		"few rows": {[]VariationConfig{{Name: "jes", Up: up, Down: few}},
			`few.csv has 60 rows: the effect of the nuisance parameter "jes"`},
		"twice": {[]VariationConfig{scale, {Name: "jer", Up: up, Down: down}},
			`"jes" and "jer" have the same effect`},
		"reversed": {[]VariationConfig{scale, {Name: "jer", Up: down, Down: up}},
			`"jes" and "jer" have the same effect`},
		"two norms": {[]VariationConfig{{Name: "lumi", Norm: true, Sigma: 0.1},
			{Name: "rate", Norm: true, Sigma: 0.2}}, `"lumi" and "rate" have the same effect`},
	} {
		config := variedFiles(t, 5000)
		config.Files.Variations = c.list
		folder := config.Files.Folder
		text, err := os.ReadFile(filepath.Join(folder, "down.csv"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		err = os.WriteFile(filepath.Join(folder, "few.csv"),
			[]byte(strings.Join(lines[:61], "\n")), 0o666)
		if err != nil {
			t.Fatal(err)
		}
		source, err := new(Library).Open(config, stream(1))
		if err != nil {
			t.Fatal(err)
		}
		warnings := strings.Join(source.(*Pools).Warnings(), "\n")
		if !strings.Contains(warnings, c.want) ||
			c.want == "" && strings.Contains(warnings, "nuisance") {
			t.Errorf("%s: warnings\n%s", what, warnings)
		}
	}
}

// Equal columns have equal effects. A constant column has that of a number of events.
func TestVariationColumnWarnings(t *testing.T) {
	// The columns d1, d2 and e1 are excluded or effects, and w is 1.
	ones := []string{",0.5\n", ",1\n", ",1.5\n", ",1\n"}
	reference := writeDeltas(t, "reference.csv", 1, 3000, ones...)
	observed := writeDeltas(t, "observed.csv", 2, 200, ones...)
	lumi := VariationConfig{Name: "lumi", Norm: true, Sigma: 0.1}
	for want, list := range map[string][]VariationConfig{
		`"a" and "b" have the same effect`: {{Name: "a", Delta: "e1"},
			{Name: "b", Delta: "e1"}},
		`"a" and "lumi" have the same effect`:         {{Name: "a", Delta: "w"}, lumi},
		`parameter "a" does not change the density: `: {{Name: "a", Delta: "w", Sigma: 1e-4}},
	} {
		c := deltaConfig(reference, observed)
		c.Files.Variations, c.Files.Exclude = list, []string{"d1", "d2", "e1", "w"}
		source, err := new(Library).Open(c, stream(1))
		if err != nil {
			t.Fatal(err)
		}
		if w := strings.Join(source.(*Pools).Warnings(), "\n"); !strings.Contains(w, want) {
			t.Errorf("want %s:\n%s", want, w)
		}
	}
}
