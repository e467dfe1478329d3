package sources

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sparker/data/tables"
)

// variedScale is the logarithm of the scale of the files that vary it.
const variedScale = 0.1

// variedFiles writes an exponential reference in two columns, the same events at a larger and a
// smaller scale of the first one, and observed data, and returns the config of their test.
func variedFiles(t *testing.T, events int) Config {
	t.Helper()
	folder := t.TempDir()
	r := stream(11)
	var x [][2]float64
	for range events {
		x = append(x, [2]float64{r.ExpFloat64(), r.NormFloat64()})
	}
	write := func(name, header string, scale float64, rows [][2]float64) {
		var b strings.Builder
		b.WriteString(header + "\n")
		for _, row := range rows {
			fmt.Fprintf(&b, "%v,%v\n", row[0]*scale, row[1])
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("reference.csv", "pt,eta", 1, x)
	write("up.csv", "pt,eta", math.Exp(variedScale), x)
	write("down.csv", "pt,eta", math.Exp(-variedScale), x)
	write("other.csv", "pt,phi", 1, x)
	write("observed.csv", "pt,eta", math.Exp(variedScale), x[:min(500, events)])
	return Config{Source: sourceFiles, Counting: countingExtended, Expected: 500,
		Standardize: standardizeReference, Files: Files{Folder: folder,
			Reference: ReferenceSet{FileSet: FileSet{File: "reference.csv"}},
			Observed:  FileSet{File: "observed.csv"},
			Variations: []VariationConfig{
				{Name: "jes", Up: VariedRows{File: "up.csv"}, Down: VariedRows{File: "down.csv"}},
				{Name: "lumi", Norm: true, Sigma: 0.05},
			}}}
}

// The pairs of varied files have the learned delta, (x - 1)/10 of one standard deviation of a scale
// of 10%, in the first column alone: the root of the mean square of the difference is at most 15%
// of that of delta. Toys at other values of the parameters have the scale and the number of events
// there, within 4 standard errors.
func TestVariations(t *testing.T) {
	c := variedFiles(t, 40000)
	source, err := new(Library).Open(c, stream(1))
	if err != nil {
		t.Fatal(err)
	}
	p := source.(*Pools)
	if p.Calibration() != calibrationPools || !p.Varied() {
		t.Errorf("calibration by %s", p.Calibration())
	}
	observed, err := p.Observed(stream(2))
	if err != nil {
		t.Fatal(err)
	}
	if err := observed.CheckNuisances(); err != nil {
		t.Fatal(err)
	}
	jes, lumi := observed.Nuisances[0], observed.Nuisances[1]
	if jes.Sigma != 1 || jes.Measured != 0 || !lumi.Norm() || lumi.Sigma != 0.05 {
		t.Errorf("nuisance parameters %v, %v", jes.Sigma, lumi)
	}
	var squares, size float64
	for i, v := range jes.Reference {
		want := variedScale * (observed.Reference.Row(i)[0] - 1)
		squares, size = squares+(v-want)*(v-want), size+want*want
	}
	if rms := math.Sqrt(squares / size); rms > 0.15 {
		t.Errorf("delta differs by %.3f of its size from the formula", rms)
	}
	if err := p.ThrowAt([]float64{2, 0.3}, []float64{1, 1}); err != nil {
		t.Fatal(err)
	}
	var first, second, events, measured []float64
	for i := range 40 {
		toy := mustDraw(t, p, stream(uint64(100+i)), 0)
		first = append(first, column(toy.Data, 0, 0, toy.Data.N)...)
		second = append(second, column(toy.Data, 1, 0, toy.Data.N)...)
		events = append(events, float64(toy.Data.N))
		measured = append(measured, toy.Nuisances[0].Measured)
	}
	// The pool of 20,000 rows has a standard error of its own, 0.007 of the mean.
	for _, check := range []struct {
		what         string
		x            []float64
		want, allows float64
	}{{"first column", first, math.Exp(2 * variedScale), 0.05}, {"second column", second, 0, 0.03},
		{"events", events, 500 * math.Exp(0.3), 15}, {"measured", measured, 2, 4 / math.Sqrt(40)}} {
		var mean float64
		for _, v := range check.x {
			mean += v / float64(len(check.x))
		}
		if math.Abs(mean-check.want) > check.allows {
			t.Errorf("%s: mean %v; want %v ± %v", check.what, mean, check.want, check.allows)
		}
	}
}

// What is wrong with variations is said with the key.
func TestVariationProblems(t *testing.T) {
	for what, spoil := range map[string]func(c *Config){
		"files.variations[0].sigma is -1": func(c *Config) {
			c.Files.Variations[0].Sigma = -1
		},
		"files.variations[1].sigma is missing": func(c *Config) {
			c.Files.Variations[1].Sigma = 0
		},
		"files.variations[1].name is \"jes\"": func(c *Config) {
			c.Files.Variations[1].Name = "jes"
		},
		"files.variations[0] has no files": func(c *Config) {
			c.Files.Variations[0].Down = VariedRows{}
		},
		"want both or none": func(c *Config) {
			c.Files.Variations[0].Up2 = VariedRows{File: "up.csv"}
		},
		"norm says that no density": func(c *Config) {
			c.Files.Variations[1].Up = VariedRows{File: "up.csv"}
		},
		"fixes the number of events": func(c *Config) {
			c.Counting = countingShape
		},
		"not exchangeable": func(c *Config) {
			c.Counting, c.Files.Variations = countingShape, c.Files.Variations[:1]
			c.Files.Calibration = calibrationPermutation
		},
	} {
		c := variedFiles(t, 10)
		spoil(&c)
		if _, err := new(Library).Open(c, stream(1)); err == nil ||
			!strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	c := variedFiles(t, 2000)
	c.Files.Variations[0].Down.File = "other.csv"
	var at *KeyError
	var match *tables.MatchError
	_, err := new(Library).Open(c, stream(1))
	if !errors.As(err, &at) || at.Key != "files.variations[0].down" || !errors.As(err, &match) {
		t.Errorf("a variation with other columns: %v", err)
	}
	// In shape-only counting, a small reference would make permutations without variations.
	c = variedFiles(t, 2000)
	c.Counting, c.Files.Variations = countingShape, c.Files.Variations[:1]
	source, err := new(Library).Open(c, stream(1))
	if err != nil || source.(*Pools).Calibration() != calibrationPools {
		t.Errorf("varied files are calibrated by permutation (%v)", err)
	}
	c.Files.Variations = nil
	source, err = new(Library).Open(c, stream(1))
	if err != nil || source.(*Pools).Calibration() != calibrationPermutation {
		t.Errorf("files without variations are not calibrated by permutation (%v)", err)
	}
}
