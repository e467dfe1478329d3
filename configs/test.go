package configs

import (
	"encoding/json"
	"fmt"

	"sparker/twosample"
)

// TestFiles describes a test of one sample against another.
type TestFiles struct {
	Reference, Data string   // addresses of the two tables
	Columns         []string // columns to take; if empty, all of them
	DropMissing     bool     // leave out rows with missing values
	ID              string   // address of a name for each row of Data; may be empty
	Text            string   // address of a text for each row of Data; may be empty
	Image           string   // address of the path of an image for each row of Data; may be empty
	Calibration     string   // pools or permutation; if empty, that of data.files.calibration
	Toys            int      // number of null toys
}

// testText is the config of a test, except its files.
const testText = `
name: test
preset: %s
data: {source: files}
toys: {alternative: 0, signal: []}
record: {fits: 1}
`

// TestPreset is the preset of a config that [LoadTest] makes, unless the overrides name another.
const TestPreset = twosample.DefaultRecipe

// LoadTest makes the config of a test of one sample against another, with overrides and sweeps as
// in [LoadSweep]. Overrides take precedence over the fields of in.
func LoadTest(in TestFiles, overrides, sweeps []string) (Sweep, error) {
	var all []string
	set := func(key string, value any) error {
		text, err := json.Marshal(value) // JSON is YAML
		if err != nil {
			return fmt.Errorf("configs: %s: %w", key, err)
		}
		all = append(all, key+"="+string(text))
		return nil
	}
	values := []struct {
		key   string
		value any
		there bool
	}{
		{"data.files.reference.file", in.Reference, true},
		{"data.files.observed.file", in.Data, true},
		{"data.files.observed.id", in.ID, in.ID != ""},
		{"data.files.observed.text", in.Text, in.Text != ""},
		{"data.files.observed.image", in.Image, in.Image != ""},
		{"data.files.columns", in.Columns, len(in.Columns) > 0},
		{"data.files.missing", "drop", in.DropMissing},
		{"data.files.calibration", in.Calibration, in.Calibration != ""},
		{"toys.null", in.Toys, true},
	}
	for _, v := range values {
		if !v.there {
			continue
		}
		if err := set(v.key, v.value); err != nil {
			return Sweep{}, err
		}
	}
	return LoadSweepBytes("sparker test", fmt.Appendf(nil, testText, TestPreset),
		append(all, overrides...), sweeps)
}
