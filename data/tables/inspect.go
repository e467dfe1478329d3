package tables

import (
	"encoding/binary"
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
	// Arrays are those of an .npz or HDF5 file, or the trees of a ROOT file with their rows and
	// columns. If there are several that are not the columns of a table, and the address has no
	// key, only Notes of the fields below is set.
	Arrays []ArrayInfo `json:"arrays,omitempty"`
	// Rows is the number of rows, including those with missing values.
	Rows int `json:"rows"`
	// Incomplete is the number of rows with a missing or infinite value.
	Incomplete int `json:"incomplete_rows"`
	// Duplicates is the number of rows that equal an earlier one. It is -1 if it was not counted,
	// because no column can be read or because there are too many rows.
	Duplicates int `json:"duplicate_rows"`
	// MemoryBytes is the memory that the numbers of the table take.
	MemoryBytes int64 `json:"memory_bytes"`
	// Named reports whether the file names its columns.
	Named   bool            `json:"named"`
	Columns []ColumnSummary `json:"columns,omitempty"`
	// Skipped are the columns that are not described, with what they hold.
	Skipped []string `json:"skipped,omitempty"`
	Notes   []string `json:"notes,omitempty"`
}

// Inspect reads the table at an address and describes it. Of the options, it takes Levels, Kinds,
// Dialect and MaxBytes; if Levels is 0, it is [DefaultLevels]. Missing and infinite values are
// counted, and a column that [Read] cannot read is listed with what it holds. If an .npz or HDF5
// file has several arrays that are not the columns of a table, or a ROOT file several trees, and
// the address has no key, Inspect lists them.
//
// The rows are not kept in memory. Duplicates are counted by a hash of 64 bits for each row, as
// long as the hashes take no more than an eighth of MaxBytes.
func Inspect(address string, o ReadOptions) (Inspection, error) {
	in, err := inspect(address, o)
	if err != nil {
		return Inspection{}, fmt.Errorf("data: inspecting %s: %w", address, err)
	}
	return in, nil
}

func inspect(address string, o ReadOptions) (Inspection, error) {
	o = ReadOptions{Levels: o.Levels, Kinds: o.Kinds, Dialect: o.Dialect, MaxBytes: o.MaxBytes}
	if o.Levels == 0 {
		o.Levels = DefaultLevels
	}
	if err := o.check(); err != nil {
		return Inspection{}, err
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	p, err := locate(address, o.MaxBytes)
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
	err = described.open(p, o)
	if errors.Is(err, errSurvey) {
		p.survey, described = true, in
		err = described.open(p, o)
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
func (in *Inspection) open(p place, o ReadOptions) error {
	f, err := p.format.open(p, o)
	if err != nil {
		return err
	}
	defer f.Close()
	return in.add(f, o.MaxBytes)
}

// add reads and describes a table.
func (in *Inspection) add(f openTable, maxBytes int64) error {
	s := f.schema()
	if s.buffered > maxBytes {
		return &MemoryError{Rows: s.n, Columns: len(s.columns), Buffered: float64(s.buffered),
			Limit: maxBytes}
	}
	s.markIndexes(in.Key)
	pick := []int{} // empty if no column can be read, which is not an error here
	for j, c := range s.columns {
		if c.index {
			in.Skipped = append(in.Skipped, c.name+" (index of a data frame)")
			continue
		}
		pick = append(pick, j)
		in.Columns = append(in.Columns, newSummary(c, len(s.columns)))
	}
	in.Named, in.Skipped = s.named, append(slices.Clone(s.others), in.Skipped...)
	h := newHashes(len(pick), maxBytes/8)
	if len(pick) == 0 && s.n >= 0 {
		in.Rows = s.n
	} else if err := f.rows(pick, func(row []float64) error {
		in.addRow(row, h)
		return nil
	}); err != nil {
		return err
	}
	if in.Rows == 0 {
		return errNoRows
	}
	in.Duplicates = h.duplicates(in.Rows)
	for j := range in.Columns {
		in.Columns[j].finish(in.Rows, s.columns[pick[j]].words)
	}
	in.MemoryBytes = int64(in.Rows) * int64(len(pick)) * s.width(pick)
	in.Notes = append(s.notes, f.remarks()...)
	return nil
}

// addRow adds a row to what is described.
func (in *Inspection) addRow(row []float64, h *hashes) {
	complete := true
	for j, v := range row {
		complete = in.Columns[j].add(v) && complete
	}
	if !complete {
		in.Incomplete++
	}
	in.Rows++
	h.add(row)
}

// hashes are those of the rows of a table.
type hashes struct {
	seed  maphash.Seed
	all   []uint64
	most  int // number of hashes that may be kept
	bytes []byte
}

func newHashes(columns int, maxBytes int64) *hashes {
	h := &hashes{seed: maphash.MakeSeed(), most: int(maxBytes / 8)}
	if columns == 0 {
		h.most = 0
	}
	return h
}

// add adds a row, unless there are too many.
func (h *hashes) add(row []float64) {
	if len(h.all) >= h.most {
		h.all, h.most = nil, 0
		return
	}
	h.bytes = h.bytes[:0]
	for _, v := range row {
		h.bytes = binary.LittleEndian.AppendUint64(h.bytes, math.Float64bits(v+0)) // +0 for -0
	}
	h.all = append(h.all, maphash.Bytes(h.seed, h.bytes))
}

// duplicates returns the number of rows that equal an earlier one, or -1 if not all were added.
func (h *hashes) duplicates(rows int) int {
	if len(h.all) < rows {
		return -1
	}
	slices.Sort(h.all)
	return rows - len(slices.Compact(h.all))
}
