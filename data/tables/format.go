package tables

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// format is a file format. Each has a file of this package.
type format interface {
	// name returns the name of the format as an [Inspection] has it.
	name() string
	// open opens the table at a place.
	open(p place, o ReadOptions) (openTable, error)
	// words reads one word for each row of the file at a place.
	words(p place, as wording) ([]string, error)
	// arrays lists the arrays of a file of a format that holds several, and otherwise returns nil.
	arrays(p place) ([]ArrayInfo, error)
}

// openTable is an open file that holds a table.
type openTable interface {
	schema() schema
	// rows reads the file once and passes the picked columns of each row to each. The slice is
	// valid until each returns. The error wraps errSurvey if the file must be opened again, with
	// place.survey set, because a row contradicts what the first rows say about the columns.
	rows(pick []int, each func(row []float64) error) error
	// remarks returns the notes that can be made only after the rows were read.
	remarks() []string
	io.Closer
}

// schema describes the table in an open file.
type schema struct {
	columns  []column // those that hold numbers
	named    bool     // the file names its columns
	n        int      // number of rows, negative if it is not known before they are read
	buffered int64    // bytes of memory that reading takes in addition to those of the table
	others   []string // columns that do not hold numbers, with what they hold in parentheses
	// refusals are the errors for some of the others that are asked for by name.
	refusals map[string]error
	// doubtful are the names of others that can be read in several ways. They are an error unless
	// they are not to be read.
	doubtful []string
	notes    []string
}

// errSurvey reports a row that contradicts what the first rows of a file say about its columns.
var errSurvey = errors.New("a row contradicts the first rows of the file")

// column is a column of numbers.
type column struct {
	name   string
	stored string // type in the file
	narrow bool   // float32 represents every number of the type
	kind   Kind
	// index says that the column is the index of a data frame. It is read only if it is asked for
	// by name.
	index bool
	// words numbers the words of a Category while rows are read; it is nil for the other kinds.
	words *dictionary
}

// formats lists the known ends of file names.
var formats = []struct {
	suffix  string
	format  format
	gzipped bool
}{
	{suffix: ".npy", format: npyFormat{}}, {suffix: ".npy.gz", format: npyFormat{}, gzipped: true},
	{suffix: ".npz", format: npzFormat{}},
	{suffix: ".csv", format: csvFormat{}}, {suffix: ".csv.gz", format: csvFormat{}, gzipped: true},
	{suffix: ".tsv", format: tsvFormat}, {suffix: ".tsv.gz", format: tsvFormat, gzipped: true},
	{suffix: ".parquet", format: parquetFormat{}}, {suffix: ".pq", format: parquetFormat{}},
	{suffix: ".h5", format: hdf5Format{}}, {suffix: ".hdf5", format: hdf5Format{}},
	{suffix: ".root", format: rootFormat{}},
}

// formatOf returns the format that the end of a file name stands for.
func formatOf(path string) (f format, gzipped bool, err error) {
	name := strings.ToLower(filepath.Base(path))
	known := make([]string, len(formats))
	for i, f := range formats {
		if strings.HasSuffix(name, f.suffix) {
			return f.format, f.gzipped, nil
		}
		known[i] = f.suffix
	}
	return nil, false, fmt.Errorf("the end of the file name does not name a format; known are %s",
		strings.Join(known, ", "))
}

// guarded calls a function of a library that panics on damaged files, and returns the panic as an
// error.
func guarded(call func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the file is damaged, or of a kind that cannot be read here: %v", p)
		}
	}()
	return call()
}
