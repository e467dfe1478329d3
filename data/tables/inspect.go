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

// ArrayInfo is an array of a file that holds several.
type ArrayInfo struct {
	Name   string `json:"name"`
	Shape  []int  `json:"shape"`  // lengths of the dimensions; nil if it could not be read
	Stored string `json:"stored"` // the type of its elements
}

// describe is the shape and type as text.
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

// Inspection is what a file holds.
type Inspection struct {
	Path   string `json:"path"`
	Key    string `json:"key,omitempty"` // the part of the file, from the address
	Format string `json:"format"`
	// DiskBytes is the size of the file.
	DiskBytes int64 `json:"disk_bytes"`
	// Arrays are those of an .npz or HDF5 file. Where there are several and no key, they are all
	// that is known.
	Arrays []ArrayInfo `json:"arrays,omitempty"`
	// Rows is the number of rows, those with missing values included.
	Rows int `json:"rows"`
	// Incomplete is the number of rows with a missing or infinite value.
	Incomplete int `json:"incomplete_rows"`
	// Duplicates is the number of rows that equal an earlier one.
	Duplicates int `json:"duplicate_rows"`
	// MemoryBytes is what the numbers of the table take in memory.
	MemoryBytes int64 `json:"memory_bytes"`
	// Named says whether the file names its columns.
	Named   bool            `json:"named"`
	Columns []ColumnSummary `json:"columns,omitempty"`
	// Skipped are the columns that hold no numbers, with what they hold.
	Skipped []string `json:"skipped,omitempty"`
	Notes   []string `json:"notes,omitempty"`
}

// ColumnSummary is a column of numbers. Min, Mean, SD and Max are those of the finite values, and
// NaN where there is none; SD is the standard deviation with n-1, which needs two.
type ColumnSummary struct {
	Name               string
	Stored             string // the type in the file
	Finite, NaN, Inf   int    // counts; NaN includes null and empty cells
	Min, Mean, SD, Max float64
	// Constant says that all values are finite and the same.
	Constant bool
}

// MarshalJSON writes numbers that are not finite as null.
func (c ColumnSummary) MarshalJSON() ([]byte, error) {
	number := func(v float64) *float64 {
		if !finite(v) {
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

// Inspect reads the file at an address, as Read takes it, and sums up its columns. It keeps 8
// bytes of each row, to count the duplicates (by a hash of 64 bits). Of an .npz or HDF5 file with
// several arrays and without a key it lists the arrays. Everything that Read cannot read is an
// error, but missing values are counted.
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
	in := Inspection{Path: p.path, Key: p.key, Format: p.format, DiskBytes: p.size}
	if p.gzipped {
		in.Format += ", gzip"
	}
	if in.Arrays, err = p.arrays(); err != nil {
		return Inspection{}, err
	}
	if p.key == "" && len(in.Arrays) > 1 {
		return in, nil
	}
	f, err := p.open()
	if err != nil {
		return Inspection{}, err
	}
	defer f.Close()
	s := f.shape()
	pick, err := s.pick(nil)
	if err != nil {
		return Inspection{}, err
	}
	in.Named, in.Skipped = s.named, s.others
	for _, c := range s.columns {
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
		return Inspection{}, err
	}
	if in.Rows = len(hashes); in.Rows == 0 {
		return Inspection{}, errors.New("the file has no rows")
	}
	slices.Sort(hashes)
	in.Duplicates = in.Rows - len(slices.Compact(hashes))
	for j := range in.Columns {
		in.Columns[j].finish(squares[j], in.Rows)
	}
	in.MemoryBytes = int64(in.Rows) * int64(len(pick)) *
		newBuilder(address, s, pick, ReadOptions{}).width
	in.Notes = append(s.notes, f.remarks()...)
	return in, nil
}

// add counts a value and updates mean and squares by Welford's formula. It says whether the value
// is finite.
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

// arrays lists the arrays of a file that may hold several, and nothing for other formats.
func (p place) arrays() (arrays []ArrayInfo, err error) {
	switch p.format {
	case formatNPZ:
		z, f, err := openZip(p)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		for _, m := range z.File {
			arrays = append(arrays, npzInfo(m))
		}
	case formatHDF5:
		err = guarded(func() error {
			f, sets, err := hdf5Sets(p)
			if err != nil {
				return err
			}
			for _, s := range sets {
				arrays = append(arrays, s.info)
			}
			return f.Close()
		})
	}
	return arrays, err
}
