package configs

import (
	"encoding/json"
	"fmt"

	"sparker/data/sources"
	"sparker/twosample"
)

// TestFiles describes a test of one sample against another. Fields that are zero set no key.
type TestFiles struct {
	Reference, Data string   // addresses of the two tables
	Columns         []string // columns to take; if empty, all of them
	Exclude         []string // patterns of columns to leave out
	Missing         string   // what happens to missing values
	MaxDropped      float64  // the largest share of a sample that may be left out because of them
	Shared          string   // what happens to rows of Data that are in Reference
	// Described are the labels and units of columns in figures.
	Described []sources.ColumnConfig
	Levels    int     // the largest number of words of a category
	Memory    float64 // GiB that the numbers of a table may take
	CSV       sources.CSV
	// ReferenceRows and DataRows say which rows of the tables are taken.
	ReferenceRows, DataRows LabeledRows

	// ReferenceWeight and DataWeight are the addresses of a weight for each row; they may be empty.
	ReferenceWeight, DataWeight string
	Total                       float64            // events that the rows of Reference stand for
	More                        []sources.MoreRows // further files of the reference
	// Variations are the nuisance parameters of the reference. With them, the preset is
	// [VariedPreset] instead of [TestPreset].
	Variations []sources.VariationConfig
	// ReferenceBlock and DataBlock are the addresses of a block for each row; both may be empty.
	ReferenceBlock, DataBlock string

	ID          string // address of a name for each row of Data; may be empty
	Text        string // address of a text for each row of Data; may be empty
	Image       string // address of the path of an image for each row of Data; may be empty
	Calibration string // pools or permutation; if empty, that of data.files.calibration
	Toys        int    // number of null toys; the largest one if AutoToys is set
	AutoToys    bool   // whether the null toys end when the decision is certain
	// RowsFDR is the false-discovery rate of a list of rows; 0 makes no list.
	RowsFDR     float64
	Extrapolate bool // whether the p-value is extrapolated beyond the toys
}

// LabeledRows are the rows of a table that have one of the labels Keep, or, if it is empty, none of
// the labels Drop.
type LabeledRows struct {
	Labels     string // address of one label for each row; may be empty
	Keep, Drop []string
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

// VariedPreset is the preset of such a config with nuisance parameters, which not every test of
// TestPreset can fit.
const VariedPreset = "lead"

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
	values := append(files.choices(), []testValue{
		{"data.files.reference.file", files.Reference, true},
		{"data.files.observed.file", files.Data, true},
		{"data.files.reference.block", files.ReferenceBlock, files.ReferenceBlock != ""},
		{"data.files.observed.block", files.DataBlock, files.DataBlock != ""},
		{"data.files.reference.weight", files.ReferenceWeight, files.ReferenceWeight != ""},
		{"data.files.observed.weight", files.DataWeight, files.DataWeight != ""},
		{"data.files.reference.total", files.Total, files.Total != 0},
		{"data.files.reference.more", moreKeys(files.More), len(files.More) > 0},
		{columnsKey, columnKeys(files.Described), len(files.Described) > 0},
		{variationsKey, variationKeys(files.Variations), len(files.Variations) > 0},
		{"data.files.observed.id", files.ID, files.ID != ""},
		{"data.files.observed.text", files.Text, files.Text != ""},
		{"data.files.observed.image", files.Image, files.Image != ""},
		{"data.files.calibration", files.Calibration, files.Calibration != ""},
		{"toys.null", files.Toys, true},
		{"toys.auto", files.AutoToys, files.AutoToys},
		{"test.extrapolate", files.Extrapolate, files.Extrapolate},
		{"test.rows_fdr", files.RowsFDR, files.RowsFDR != 0},
	}...)
	for _, v := range values {
		if !v.there {
			continue
		}
		if err := set(v.key, v.value); err != nil {
			return Sweep{}, err
		}
	}
	changes.Overrides = append(all, changes.Overrides...)
	preset := TestPreset
	if len(files.Variations) > 0 {
		preset = VariedPreset
	}
	return LoadSweepBytes("sparker test", fmt.Appendf(nil, testText, preset), changes)
}

// testValue is the value of a key of the config of a test, and whether it is set.
type testValue struct {
	key   string
	value any
	there bool
}

// columnKeys returns the blocks of columns.
func columnKeys(list []sources.ColumnConfig) []map[string]any {
	blocks := make([]map[string]any, len(list))
	for i, c := range list {
		blocks[i] = map[string]any{"name": c.Name}
		for key, text := range map[string]string{"label": c.Label, "unit": c.Unit} {
			if text != "" {
				blocks[i][key] = text
			}
		}
	}
	return blocks
}

// variationKeys returns the blocks of nuisance parameters.
func variationKeys(list []sources.VariationConfig) []map[string]any {
	blocks := make([]map[string]any, len(list))
	for i, v := range list {
		blocks[i] = map[string]any{"name": v.Name}
		if v.Norm {
			blocks[i]["norm"] = true
		}
		for key, rows := range map[string]sources.VariedRows{"up": v.Up, "down": v.Down,
			"up2": v.Up2, "down2": v.Down2} {
			if rows.File == "" {
				continue
			}
			block := map[string]any{"file": rows.File}
			if rows.Weight != "" {
				block["weight"] = rows.Weight
			}
			blocks[i][key] = block
		}
		for _, column := range []struct{ key, name string }{{"delta", v.Delta},
			{"delta2", v.Delta2}} {
			if column.name != "" {
				blocks[i][column.key] = column.name
			}
		}
		for key, number := range map[string]float64{"sigma": v.Sigma, "at": v.At,
			"measured": v.Measured, "throw": v.Throw} {
			if number != 0 {
				blocks[i][key] = number
			}
		}
	}
	return blocks
}

// moreKeys returns the blocks of further files of a reference.
func moreKeys(more []sources.MoreRows) []map[string]any {
	blocks := make([]map[string]any, len(more))
	for i, m := range more {
		blocks[i] = map[string]any{"file": m.File}
		if m.Block != "" {
			blocks[i]["block"] = m.Block
		}
		if m.Weight != "" {
			blocks[i]["weight"] = m.Weight
		}
		if m.Total != 0 {
			blocks[i]["total"] = m.Total
		}
		for key, words := range map[string][]string{"labels": m.Labels, "keep": m.Keep,
			"drop": m.Drop} {
			if len(words) > 0 {
				blocks[i][key] = words
			}
		}
	}
	return blocks
}

// choices returns the keys that say which columns and rows of the tables are taken.
func (f TestFiles) choices() []testValue {
	values := []testValue{
		{"data.files.columns", f.Columns, len(f.Columns) > 0},
		{"data.files.exclude", f.Exclude, len(f.Exclude) > 0},
		{"data.files.missing", f.Missing, f.Missing != ""},
		{"data.files.memory", f.Memory, f.Memory != 0},
		{"data.files.max_dropped", f.MaxDropped, f.MaxDropped != 0},
		{"data.files.shared", f.Shared, f.Shared != ""},
		{"data.files.levels", f.Levels, f.Levels != 0},
		{"data.files.csv.delimiter", f.CSV.Delimiter, f.CSV.Delimiter != ""},
		{"data.files.csv.decimal", f.CSV.Decimal, f.CSV.Decimal != ""},
		{"data.files.csv.thousands", f.CSV.Thousands, f.CSV.Thousands != ""},
		{"data.files.csv.header", f.CSV.Header, f.CSV.Header != ""},
		{"data.files.csv.na", f.CSV.NA, len(f.CSV.NA) > 0},
	}
	for _, t := range []struct {
		key  string
		rows LabeledRows
	}{{"data.files.reference", f.ReferenceRows}, {"data.files.observed", f.DataRows}} {
		values = append(values, []testValue{
			{t.key + ".labels", t.rows.Labels, t.rows.Labels != ""},
			{t.key + ".keep", t.rows.Keep, len(t.rows.Keep) > 0},
			{t.key + ".drop", t.rows.Drop, len(t.rows.Drop) > 0},
		}...)
	}
	return values
}
