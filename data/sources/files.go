package sources

import (
	"path/filepath"
	"slices"

	"sparker/data/tables"
)

// Files is the block `data.files`: measured events instead of generated ones. All tables have the
// same columns.
//
// Toys are drawn from pools that are split once and have no row in common: a reference pool, a
// background pool and a signal pool. An observed sample does not enter a pool.
type Files struct {
	// Folder is the folder of all files that are not given by an absolute path.
	Folder string `yaml:"folder"`
	// Reference is the table of the null hypothesis. Without a Background table, its rows are split
	// at random into the reference pool and the background pool.
	Reference ReferenceSet `yaml:"reference"`
	// Background is the table that the background of a toy's data is drawn from.
	Background FileSet `yaml:"background"`
	// Signal is the table that anomalies are drawn from.
	Signal FileSet `yaml:"signal"`
	// Generator makes the anomalies instead of a Signal table: a Gaussian mixture is fitted to the
	// background pool, and its samples are the signal pool.
	Generator Generator `yaml:"generator"`
	// Observed is the sample to test. It enters no pool.
	Observed FileSet `yaml:"observed"`
	// Variations are nuisance parameters: the density of the reference depends on them, and they
	// are known from auxiliary measurements alone. The test fits them to the data.
	Variations []VariationConfig `yaml:"variations"`
	// Columns lists the names of the columns to take, in this order. If it is empty, all columns
	// are taken.
	Columns []string `yaml:"columns"`
	// Names lists other names for the columns, for reports and for Log.
	Names []string `yaml:"names"`
	// Exclude lists columns not to take: names, or patterns such as id*, in which * stands for any
	// characters and ? for one.
	Exclude []string `yaml:"exclude"`
	// Missing says what happens to rows with a missing or infinite number: refuse (the default)
	// makes them an error, drop leaves them out and counts them. indicator adds a column of 0 and 1
	// for each column that misses a value, and fills in its median. A missing word of a category is
	// always a level of its own.
	Missing string `yaml:"missing"`
	// MaxDropped is the largest share of a sample that may be left out because of missing values. 0
	// stands for 0.2, and 1 allows any share.
	MaxDropped float64 `yaml:"max_dropped"`
	// Shared says what happens to observed rows that are also in the reference: keep (the default)
	// warns of them, drop leaves them out.
	Shared string `yaml:"shared"`
	// Levels is the largest number of different words in a column of text that is read as a
	// category. 0 stands for 50, and -1 skips all columns of text.
	Levels int `yaml:"levels"`
	// CSV says how files of separated values are written.
	CSV CSV `yaml:"csv"`
	// Memory is the memory that the numbers of a table may take, in GiB. 0 stands for 4. A larger
	// table is refused, unless a random subset of its rows is chosen.
	Memory float64 `yaml:"memory"`
	// Split is the share of the reference rows that go into the reference pool. The others go into
	// the background pool. 0 stands for one half of the rows that are not held out.
	Split float64 `yaml:"split"`
	// Holdout is the share of the reference rows that no calibration toy uses. The data of signal
	// toys are drawn from these rows. The type-I error and the power are then those of new data.
	Holdout float64 `yaml:"holdout"`
	// Calibration says what the null toys of an observed sample are. permutation: the rows of the
	// reference and the observed sample, shuffled. The p-value is then exact at any sample size.
	// Counting must be shape-only. pools: rows drawn from the reference and background pools, which
	// should have ten times the rows of a toy. Without this key, it is permutation in shape-only
	// counting, unless the background pool has ten times the observed rows.
	Calibration string `yaml:"calibration"`
	// Replacement says whether toys draw rows with replacement. Duplicate rows look like narrow
	// peaks.
	Replacement bool `yaml:"replacement"`
	// Log lists the names of columns to replace by their logarithm.
	Log []string `yaml:"log"`
	// Rows is the scaling of rows: unit divides every row by its Euclidean length.
	Rows string `yaml:"rows"`
	// Transform is a linear map of the columns that is computed from the reference rows. A
	// permutation computes it from the reference and the observed rows together.
	Transform Transform `yaml:"transform"`
}

// FileSet is a table and the rows to take from it.
type FileSet struct {
	// File is the address of the table: a path, or path:key for an array or a column inside a file.
	File string `yaml:"file"`
	// Labels is the address of one label for each row of the table. With several addresses, the
	// labels of a row are joined by a slash.
	Labels Words `yaml:"labels"`
	// Keep lists the labels of the rows to take. If it is empty, all rows are taken.
	Keep Words `yaml:"keep"`
	// Drop lists the labels of rows to leave out.
	Drop Words `yaml:"drop"`
	// Block is the address of the name of a block for each row: rows with the same name, such as
	// those of a run, a subject or a day, belong together. Toys take and leave blocks as a whole.
	// The column is not tested. With permutation, the reference and the observed sample need it
	// both, and a name must not occur in both.
	Block string `yaml:"block"`
	// ID is the address of a name for each row, for reports.
	ID string `yaml:"id"`
	// Text is the address of a text for each row, for reports. It applies to the observed sample
	// only.
	Text string `yaml:"text"`
	// Image is the address of the path of an image for each row, for reports. Paths are relative to
	// the folder of the file that holds them. It applies to the observed sample only.
	Image string `yaml:"image"`
	// Rows is the number of rows to take at random. 0 stands for all.
	Rows int `yaml:"rows"`
	// Weight is the address of one weight for each row, such as that of simulated events. Weights
	// have any scale, and single ones may be negative. The column is not tested. The weights of the
	// reference fix its shape, and with data.counting=extended and data.expected=0 also N(R), which
	// is their sum. Null toys are then drawn from the pools: their data have no weights. Weights of
	// the observed sample need weights of the reference, and a permutation, in which rows keep
	// their weights.
	Weight string `yaml:"weight"`
}

// ReferenceSet is the table of the null hypothesis, or several tables that are one reference.
type ReferenceSet struct {
	FileSet `yaml:",inline"`
	// Total is the number of events that the rows of File stand for, such as a cross section times
	// a luminosity. 0 stands for the sum of their weights.
	Total float64 `yaml:"total"`
	// More lists further files, whose rows are added: those of a simulation in several parts. The
	// rows of a file have its weights, scaled to its total.
	More []MoreRows `yaml:"more"`
}

// MoreRows is a further file of the reference, with the same columns.
type MoreRows struct {
	// File is the address of the table.
	File string `yaml:"file"`
	// Labels is the address of one label for each row of the table.
	Labels Words `yaml:"labels"`
	// Keep lists the labels of the rows to take. If it is empty, all rows are taken.
	Keep Words `yaml:"keep"`
	// Drop lists the labels of rows to leave out.
	Drop Words `yaml:"drop"`
	// Block is the address of the name of a block for each row, which may be that of a block of
	// another file.
	Block string `yaml:"block"`
	// Weight is the address of one weight for each row. Rows without weights weigh 1.
	Weight string `yaml:"weight"`
	// Total is the number of events that the rows stand for. 0 stands for the sum of their weights.
	Total float64 `yaml:"total"`
}

// set returns the file as a set of its own.
func (m MoreRows) set() FileSet {
	return FileSet{File: m.File, Labels: m.Labels, Keep: m.Keep, Drop: m.Drop, Block: m.Block,
		Weight: m.Weight}
}

// Generator is a Gaussian mixture that is fitted to the rows of the background pool: a generative
// model whose samples are tested against real events.
type Generator struct {
	// Components is the number of Gaussians, each with its own covariance. 0 stands for no
	// generator.
	Components int `yaml:"components"`
	// Rows is the number of rows to generate.
	Rows int `yaml:"rows"`
}

// Transform is a linear map of the columns that is computed from the reference rows.
type Transform struct {
	// Kind is the map: none (the default), pca (the leading principal components) or whiten (the
	// same, each divided by its standard deviation).
	Kind string `yaml:"kind"`
	// Components is the number of principal components to keep. 0 stands for all with a variance
	// above 0.
	Components int `yaml:"components"`
}

func (t Transform) used() bool { return t.Kind != "" && t.Kind != transformNone }

// The numbers that keys of Files stand for if they are 0, and their bounds.
const (
	defaultLevels     = 50
	mostLevels        = 1000
	defaultMaxDropped = 0.2
)

// The words of Files.
const (
	missingRefuse    = "refuse"
	missingDrop      = "drop"
	missingIndicator = "indicator"

	sharedKeep = "keep"
	sharedDrop = "drop"

	calibrationPools       = "pools"
	calibrationPermutation = "permutation"

	rowsUnit = "unit"

	transformNone   = "none"
	transformPCA    = "pca"
	transformWhiten = "whiten"
)

// The words of the keys of Files. All of these keys may be left out.
var (
	// MissingPolicies are the words of the key missing.
	MissingPolicies = []string{missingRefuse, missingDrop, missingIndicator}
	// SharedPolicies are the words of the key shared.
	SharedPolicies = []string{sharedKeep, sharedDrop}
	// Calibrations are the words of the key calibration.
	Calibrations = []string{calibrationPools, calibrationPermutation}
	// RowNorms are the words of the key rows.
	RowNorms = []string{rowsUnit}
	// TransformKinds are the words of the key transform.kind.
	TransformKinds = []string{transformNone, transformPCA, transformWhiten}
)

// WeighsReference reports whether the files may give the rows of the reference different weights:
// by a column, or by the totals of several files.
func (f Files) WeighsReference() bool {
	r := f.Reference
	return r.Weight != "" || len(r.More) > 0 && r.Total > 0 ||
		slices.ContainsFunc(r.More, func(m MoreRows) bool { return m.Weight != "" || m.Total > 0 })
}

// HasSignal reports whether there are rows that anomalies are drawn from.
func (f Files) HasSignal() bool { return f.Signal.File != "" || f.Generator.Components > 0 }

// Paths returns the paths of the files that the block names, each once and without a key. It
// returns a [*KeyError] if a file does not exist.
func (f Files) Paths() ([]string, error) {
	var all []string
	for _, of := range f.sets() {
		for _, a := range append([]string{of.set.File}, of.set.addresses()...) {
			if a == "" {
				continue
			}
			path, err := tables.Path(f.address(a))
			if err != nil {
				return nil, &KeyError{of.key, err}
			}
			if !slices.Contains(all, path) {
				all = append(all, path)
			}
		}
	}
	return all, nil
}

// keyedSet is a set of rows with its key.
type keyedSet struct {
	key string
	set FileSet
}

// sets returns all tables that the block names. Some of them have no file.
func (f Files) sets() []keyedSet {
	all := []keyedSet{{"files.reference", f.Reference.FileSet}}
	for i, more := range f.Reference.More {
		all = append(all, keyedSet{"files.reference.more" + index(i), more.set()})
	}
	for i, v := range f.Variations {
		for _, s := range v.sets() {
			all = append(all, keyedSet{"files.variations" + index(i) + "." + s.key, s.set})
		}
	}
	return append(all, keyedSet{"files.background", f.Background},
		keyedSet{"files.signal", f.Signal}, keyedSet{"files.observed", f.Observed})
}

// addresses returns the addresses of what describes the rows. Some of them are empty.
func (s FileSet) addresses() []string {
	return append([]string{s.Block, s.ID, s.Text, s.Image, s.Weight}, s.Labels...)
}

// address puts the folder before an address that is not absolute.
func (f Files) address(a string) string {
	if a == "" || f.Folder == "" || filepath.IsAbs(a) {
		return a
	}
	return filepath.Join(f.Folder, a)
}
