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
// in [LoadSweep]. Overrides take precedence over the fields of files.
func LoadTest(files TestFiles, changes Changes) (Sweep, error) {
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
		{"data.files.reference.file", files.Reference, true},
		{"data.files.observed.file", files.Data, true},
		{"data.files.observed.id", files.ID, files.ID != ""},
		{"data.files.observed.text", files.Text, files.Text != ""},
		{"data.files.observed.image", files.Image, files.Image != ""},
		{"data.files.columns", files.Columns, len(files.Columns) > 0},
		{"data.files.missing", "drop", files.DropMissing},
		{"data.files.calibration", files.Calibration, files.Calibration != ""},
		{"toys.null", files.Toys, true},
	}
	for _, v := range values {
		if !v.there {
			continue
		}
		if err := set(v.key, v.value); err != nil {
			return Sweep{}, err
		}
	}
	changes.Overrides = append(all, changes.Overrides...)
	return LoadSweepBytes("sparker test", fmt.Appendf(nil, testText, TestPreset), changes)
}
