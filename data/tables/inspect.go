package tables

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"strings"
)

// ArrayInfo describes an array of a file that holds several.
type ArrayInfo struct {
	Name   string `json:"name"`
	Shape  []int  `json:"shape"`  // lengths of the dimensions; nil if the array cannot be read
	Stored string `json:"stored"` // type of the elements
}

// describe returns the shape and the type.
func (a ArrayInfo) describe() string {
	if a.Shape == nil {
		return "(cannot be read)"
	}
	lengths := make([]string, len(a.Shape))
	for i, n := range a.Shape {
		lengths[i] = fmt.Sprint(n)
	}
	return fmt.Sprintf("(%s of %s)", strings.Join(lengths, " x "), a.Stored)
}

// Inspection describes the content of a file.
type Inspection struct {
	Path   string `json:"path"`
	Key    string `json:"key,omitempty"` // of the address
	Format string `json:"format"`
	// DiskBytes is the size of the file.
	DiskBytes int64 `json:"disk_bytes"`
	// Arrays are those of an .npz or HDF5 file. If there are several that are not the columns of a
	// table, and the address has no key, only Notes of the fields below is set.
	Arrays []ArrayInfo `json:"arrays,omitempty"`
	// Rows is the number of rows, including those with missing values.
	Rows int `json:"rows"`
	// Incomplete is the number of rows with a missing or infinite value.
	Incomplete int `json:"incomplete_rows"`
	// Duplicates is the number of rows that equal an earlier one.
	Duplicates int `json:"duplicate_rows"`
	// MemoryBytes is the memory that the numbers of the table take.
	MemoryBytes int64 `json:"memory_bytes"`
	// Named reports whether the file names its columns.
	Named   bool            `json:"named"`
	Columns []ColumnSummary `json:"columns,omitempty"`
	// Skipped are the columns that do not hold numbers, with what they hold.
	Skipped []string `json:"skipped,omitempty"`
	Notes   []string `json:"notes,omitempty"`
}

// ColumnSummary describes a column of numbers. Min, Mean, SD and Max are those of the finite
// values, or NaN if there are none. SD is the standard deviation with the divisor n-1, or NaN if
// there are fewer than two finite values.
type ColumnSummary struct {
	Name               string
	Stored             string // type in the file
	Finite, NaN, Inf   int    // numbers of values; NaN includes null and empty cells
	Min, Mean, SD, Max float64
	// Constant reports whether all values are finite and equal.
	Constant bool
}

// MarshalJSON writes numbers that are not finite as null.
func (c ColumnSummary) MarshalJSON() ([]byte, error) {
	number := func(v float64) *float64 {
		if !isFinite(v) {
			return nil
		}
		return &v
	}
	return json.Marshal(struct {
		Name     string   `json:"name"`
		Stored   string   `json:"stored"`
		Finite   int      `json:"finite"`
		NaN      int      `json:"nan"`
		Inf      int      `json:"inf"`
		Min      *float64 `json:"min"`
		Mean     *float64 `json:"mean"`
		SD       *float64 `json:"sd"`
		Max      *float64 `json:"max"`
		Constant bool     `json:"constant"`
	}{c.Name, c.Stored, c.Finite, c.NaN, c.Inf, number(c.Min), number(c.Mean), number(c.SD),
		number(c.Max), c.Constant})
}

// Inspect reads the table at an address and describes it. Missing and infinite values are counted;
// everything else that [Read] cannot read is an error. If an .npz or HDF5 file has several arrays
// that are not the columns of a table, and the address has no key, Inspect lists the arrays.
//
// Duplicates are counted by a hash of 64 bits, which takes 8 bytes of memory for each row.
func Inspect(address string) (Inspection, error) {
	in, err := inspect(address)
	if err != nil {
		return Inspection{}, fmt.Errorf("data: inspecting %s: %w", address, err)
	}
	return in, nil
}

func inspect(address string) (Inspection, error) {
	p, err := locate(address)
	if err != nil {
		return Inspection{}, err
	}
	in := Inspection{Path: p.path, Key: p.key, Format: p.format.name(), DiskBytes: p.size}
	if p.gzipped {
		in.Format += ", gzip"
	}
	if in.Arrays, err = p.format.arrays(p); err != nil {
		return Inspection{}, err
	}
	described := in
	err = described.open(p)
	if errors.Is(err, errSurvey) {
		p.survey, described = true, in
		err = described.open(p)
	}
	var several *severalArrays
	switch {
	case errors.As(err, &several):
		in.Notes = several.notes()
		return in, nil
	case err != nil:
		return Inspection{}, err
	}
	return described, nil
}

// open opens, reads and describes the table at a place.
func (in *Inspection) open(p place) error {
	f, err := p.format.open(p, ReadOptions{})
	if err != nil {
		return err
	}
	defer f.Close()
	return in.add(f)
}

// add reads and describes a table.
func (in *Inspection) add(f openTable) error {
	s := f.schema()
	s.markIndexes(in.Key)
	pick, err := s.pick(nil)
	if err != nil {
		return err
	}
	in.Named, in.Skipped = s.named, s.others
	for _, name := range s.indexes() {
		in.Skipped = append(in.Skipped, name+" (index of a data frame)")
	}
	for _, j := range pick {
		c := s.columns[j]
		in.Columns = append(in.Columns, ColumnSummary{Name: c.name, Stored: c.stored,
			Min: math.Inf(1), Max: math.Inf(-1)})
	}
	squares := make([]float64, len(pick)) // sums of squared deviations from the mean
	seed := maphash.MakeSeed()
	var hashes []uint64
	bytes := make([]byte, 0, 8*len(pick))
	err = f.rows(pick, func(row []float64) error {
		complete := true
		bytes = bytes[:0]
		for j, v := range row {
			complete = in.Columns[j].add(v, &squares[j]) && complete
			bytes = binary.LittleEndian.AppendUint64(bytes, math.Float64bits(v+0)) // +0 for -0
		}
		if !complete {
			in.Incomplete++
		}
		hashes = append(hashes, maphash.Bytes(seed, bytes))
		return nil
	})
	if err != nil {
		return err
	}
	if in.Rows = len(hashes); in.Rows == 0 {
		return errNoRows
	}
	slices.Sort(hashes)
	in.Duplicates = in.Rows - len(slices.Compact(hashes))
	for j := range in.Columns {
		in.Columns[j].finish(squares[j], in.Rows)
	}
	in.MemoryBytes = int64(in.Rows) * int64(len(pick)) * s.width(pick)
	in.Notes = append(s.notes, f.remarks()...)
	return nil
}

// add counts a value and reports whether it is finite. Mean and squares are updated by Welford's
// formula.
func (c *ColumnSummary) add(v float64, squares *float64) bool {
	switch {
	case math.IsNaN(v):
		c.NaN++
		return false
	case math.IsInf(v, 0):
		c.Inf++
		return false
	}
	c.Finite++
	delta := v - c.Mean
	c.Mean += delta / float64(c.Finite)
	*squares += delta * (v - c.Mean)
	c.Min, c.Max = min(c.Min, v), max(c.Max, v)
	return true
}

// finish completes the summary of a column of a table with the given number of rows.
func (c *ColumnSummary) finish(squares float64, rows int) {
	c.SD = math.NaN()
	if c.Finite > 1 {
		c.SD = math.Sqrt(squares / float64(c.Finite-1))
	}
	if c.Finite == 0 {
		c.Min, c.Mean, c.Max = math.NaN(), math.NaN(), math.NaN()
	}
	c.Constant = c.Finite == rows && c.Min == c.Max
}
