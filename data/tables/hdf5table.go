package tables

import (
	"errors"
	"fmt"
	"io"
	"math"
	"path"

	"sparker/internal/hdf5"
)

// hdf5Table is a table in one or more datasets of an open file.
type hdf5Table struct {
	file    *hdf5File
	sets    []hdf5.Dataset
	columns []hdf5Column
	named   bool
	n       int // rows; 0 before the first dataset was added
	others  []string
	notes   []string
	levels  int
	// times and spans are the columns that were read as days.
	times, spans []string
}

// hdf5Column is a column of a table, at an offset of the rows of a dataset.
type hdf5Column struct {
	column
	set    int
	offset int
	number func(raw []byte) float64
	word   func(raw []byte) ([]byte, error) // of a column of words
	// missing is the word that stands for a missing value.
	missing string
	span    bool // durations, in days
}

// addDataset adds a dataset as a table of its own.
func (t *hdf5Table) addDataset(d hdf5.Dataset) error {
	if d.Err != nil {
		return hdf5Error(d, d.Err)
	}
	if g, ok := t.file.group(path.Dir(d.Path)); ok {
		if done, err := t.addFramePart(g, d); done || err != nil {
			return err
		}
	}
	if err := t.addSet(d); err != nil {
		return err
	}
	if d.Type.Class == hdf5.Compound {
		if len(d.Shape) != 1 {
			return fmt.Errorf("dataset %s holds records in %d dimensions (shape %v); want 1",
				d.Path, len(d.Shape), d.Shape)
		}
		t.named = true
		t.addFields("", 0, d.Type)
		return t.checkNames()
	}
	number := d.Type.Number()
	if number == nil {
		return fmt.Errorf("dataset %s is of type %s; want floating-point numbers or integers",
			d.Path, d.Type.Describe())
	}
	k := 1
	switch len(d.Shape) {
	case 1:
	case 2:
		k = d.Shape[1]
	default:
		return fmt.Errorf("dataset %s has %d dimensions (shape %v); want 2, or 1 for a single "+
			"column", d.Path, len(d.Shape), d.Shape)
	}
	if t.n < 1 || k < 1 {
		return fmt.Errorf("dataset %s is empty (shape %v)", d.Path, d.Shape)
	}
	if err := checkColumns(k); err != nil {
		return fmt.Errorf("dataset %s: %w", d.Path, err)
	}
	for j, name := range tableNames(k) {
		t.addNumber(name, j*d.Type.Size, d.Type, number)
	}
	return nil
}

// addSet adds a dataset, whose rows must be as many as those of the others.
func (t *hdf5Table) addSet(d hdf5.Dataset) error {
	if len(d.Shape) == 0 {
		return fmt.Errorf("dataset %s has 0 dimensions; want 2, or 1 for a single column", d.Path)
	}
	if len(t.sets) > 0 && d.Shape[0] != t.n {
		return fmt.Errorf("dataset %s has %d rows, but %s has %d", d.Path, d.Shape[0],
			t.sets[0].Path, t.n)
	}
	t.n = d.Shape[0]
	t.sets = append(t.sets, d)
	return nil
}

// addColumns adds datasets of one dimension as columns, whose names are those of the datasets.
func (t *hdf5Table) addColumns(sets []hdf5.Dataset) error {
	t.named = true
	for _, d := range sets {
		name := path.Base(d.Path)
		switch {
		case len(d.Shape) == 0:
			t.others = append(t.others, name+" (a single value)")
		case d.Type.Class == hdf5.Compound:
			t.others = append(t.others, name+" (record)")
		default:
			if err := t.addSet(d); err != nil {
				return err
			}
			t.addField(name, 0, d.Type)
		}
	}
	return t.checkNames()
}

// addFields adds the fields of a record that hold numbers or words.
func (t *hdf5Table) addFields(prefix string, offset int, record hdf5.Type) {
	for _, f := range record.Fields {
		name := prefix + f.Name
		if f.Type.Class == hdf5.Compound {
			t.addFields(name+".", offset+f.Offset, f.Type)
			continue
		}
		t.addField(name, offset+f.Offset, f.Type)
	}
}

// addField adds a field as a column: an array of numbers as several columns.
func (t *hdf5Table) addField(name string, offset int, typ hdf5.Type) {
	if typ.Class == hdf5.Array && len(typ.Shape) == 1 && typ.Base.Number() != nil &&
		checkColumns(typ.Shape[0]) == nil {
		for i := range typ.Shape[0] {
			t.addNumber(fmt.Sprintf("%s.%d", name, i+1), offset+i*typ.Base.Size, *typ.Base,
				typ.Base.Number())
		}
		return
	}
	if number := typ.Number(); number != nil {
		t.addNumber(name, offset, typ, number)
		return
	}
	word := t.file.f.Word(typ)
	if word == nil || t.levels == 0 {
		t.others = append(t.others, fmt.Sprintf("%s (%s)", name, typ.Describe()))
		return
	}
	t.columns = append(t.columns, hdf5Column{set: len(t.sets) - 1, offset: offset, word: word,
		column: column{name: name, stored: typ.Describe(), kind: Category,
			words: newDictionary(t.levels)}})
}

// addNumber adds a column of numbers of the last dataset.
func (t *hdf5Table) addNumber(name string, offset int, typ hdf5.Type,
	number func([]byte) float64) {
	t.columns = append(t.columns, hdf5Column{set: len(t.sets) - 1, offset: offset, number: number,
		column: column{name: name, stored: typ.Describe(),
			narrow: typ.Class == hdf5.Float && typ.Size <= 4}})
}

// checkNames returns an error if two columns have one name.
func (t *hdf5Table) checkNames() error {
	known := map[string]bool{}
	for _, c := range t.columns {
		if known[c.name] {
			return fmt.Errorf("two columns are called %q", c.name)
		}
		known[c.name] = true
	}
	return checkColumns(len(t.columns))
}

func (t *hdf5Table) schema() schema {
	s := schema{named: t.named, n: t.n, others: t.others, notes: t.notes}
	for _, c := range t.columns {
		s.columns = append(s.columns, c.column)
	}
	for _, d := range t.sets {
		s.buffered += d.PieceBytes()
	}
	return s
}

// rows reads the datasets side by side.
func (t *hdf5Table) rows(pick []int, each func(row []float64) error) error {
	readers := make([]*hdf5Rows, len(t.sets))
	t.times, t.spans = nil, nil
	columns := make([]hdf5Column, len(pick))
	for k, j := range pick {
		c := t.columns[j]
		columns[k] = c
		switch {
		case c.kind == Time:
			t.times = append(t.times, c.name)
		case c.span:
			t.spans = append(t.spans, c.name)
		}
		if readers[c.set] == nil {
			r, err := newHDF5Rows(t.sets[c.set])
			if err != nil {
				return err
			}
			readers[c.set] = r
		}
	}
	row := make([]float64, len(pick))
	for range t.n {
		for _, r := range readers {
			if r != nil {
				if err := r.next(); err != nil {
					return err
				}
			}
		}
		for k, c := range columns {
			v, err := c.value(readers[c.set].row[c.offset:])
			if err != nil {
				return hdf5Error(t.sets[c.set], err)
			}
			row[k] = v
		}
		if err := each(row); err != nil {
			return err
		}
	}
	return nil
}

// value returns the number of an element: the code of a word, or NaN if it is missing.
func (c *hdf5Column) value(raw []byte) (float64, error) {
	if c.word == nil {
		return c.number(raw), nil
	}
	word, err := c.word(raw)
	if err != nil {
		return 0, err
	}
	if len(word) == 0 || c.missing != "" && string(word) == c.missing {
		return math.NaN(), nil
	}
	text, err := asTexts.text(string(word), 0)
	if err != nil {
		return 0, fmt.Errorf("column %s holds %.40q, not text", c.name, word)
	}
	return c.words.code([]byte(text)), nil
}

func (t *hdf5Table) remarks() []string { return timeNotes(t.times, t.spans) }

func (t *hdf5Table) Close() error { return t.file.Close() }

// hdf5Rows reads the rows of a dataset one by one.
type hdf5Rows struct {
	set   hdf5.Dataset
	r     *hdf5.SetReader
	piece []byte
	row   []byte
}

func newHDF5Rows(d hdf5.Dataset) (*hdf5Rows, error) {
	r, err := d.ReadRows()
	if err != nil {
		return nil, hdf5Error(d, err)
	}
	return &hdf5Rows{set: d, r: r}, nil
}

// next reads the next row. It is valid until the next call.
func (r *hdf5Rows) next() error {
	if len(r.piece) == 0 {
		piece, err := r.r.Next()
		if errors.Is(err, io.EOF) {
			err = errTruncated
		}
		if err != nil {
			return hdf5Error(r.set, err)
		}
		r.piece = piece
	}
	n := r.r.RowBytes()
	r.row, r.piece = r.piece[:n], r.piece[n:]
	return nil
}
