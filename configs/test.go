package configs

import (
	"encoding/json"
	"fmt"
)

// TestFiles is what a test of one sample against another needs to be told.
type TestFiles struct {
	Reference, Data string   // addresses of the two tables, as in tables.Read
	Columns         []string // the columns to take; none is all of them
	DropMissing     bool     // leave out rows with missing values
	ID              string   // the address of a name for each row of Data
	Text, Image     string   // the addresses of a text and of the path of an image for each of them
	Calibration     string   // pools, permutation, or empty for the choice of data.Files
	Toys            int      // null toys
}

// testText is the config of a test without its files.
const testText = `
name: test
preset: %s
data: {source: files}
toys: {alternative: 0, signal: []}
record: {fits: 1}
`

// TestPreset is the recipe that a test uses where nothing else is said.
const TestPreset = "lead"

// LoadTest is the config of a test of one sample, with overrides of the form key.path=value, which
// go before everything else, and axes of a sweep as in [LoadSweep]. It is a config like any other:
// its YAML runs again as it is.
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
