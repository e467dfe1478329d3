package tables

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
)

// maxLabelBytes bounds what an array of labels may take in memory.
const maxLabelBytes = 1 << 30

// ReadLabels reads one label for each row from a column of strings, integers or booleans, which
// become text: "signal", "-3", "true". Floating-point numbers must be whole ("2.0" is read as "2").
// Addresses are those of [Read]; a one-dimensional array of strings or bytes may stand where
// Read wants numbers, and a .csv or .tsv file with several columns needs the name of one.
// Anything else, an empty or missing label included, is an error that names the file.
func ReadLabels(address string) ([]string, error) { return readWords(address, "labels", asLabels) }

// ReadTexts reads one text for each row, like [ReadLabels], of any kind: it may be empty or
// missing, and a number need not be whole.
func ReadTexts(address string) ([]string, error) { return readWords(address, "texts", asTexts) }

func readWords(address, what string, as wording) ([]string, error) {
	words, err := as.read(address)
	if err == nil && len(words) == 0 {
		err = errors.New("the file has no rows")
	}
	if err != nil {
		return nil, fmt.Errorf("data: reading %s from %s: %w", what, address, err)
	}
	return words, nil
}

// wording says what the words of rows may be.
type wording int

const (
	asLabels wording = iota // not empty, and whole numbers only
	asTexts                 // anything that is text
)

func (as wording) read(address string) (labels []string, err error) {
	p, err := locate(address)
	if err != nil {
		return nil, err
	}
	switch p.format {
	case formatNPY:
		if p.key != "" {
			return nil, fmt.Errorf("an .npy file holds a single array, so there is no %q in it",
				p.key)
		}
		s, err := p.stream()
		if err != nil {
			return nil, err
		}
		defer s.Close()
		return as.npy(s.Reader, s.size)
	case formatNPZ:
		z, f, err := openZip(p)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		m, err := npzMember(z, p.key)
		if err != nil {
			return nil, err
		}
		r, err := m.Open()
		if err != nil {
			return nil, memberError(m, err)
		}
		defer r.Close()
		return as.npy(bufio.NewReaderSize(zipStream{r}, 1<<16), int64(m.UncompressedSize64))
	case formatParquet:
		err = guarded(func() error { labels, err = as.parquet(p); return err })
		return labels, err
	case formatHDF5:
		err = guarded(func() error { labels, err = as.hdf5(p); return err })
		return labels, err
	default:
		return as.csv(p)
	}
}

// number is the word that a number stands for.
func (as wording) number(v float64, row int) (string, error) {
	switch {
	case as == asTexts && math.IsNaN(v): // missing
		return "", nil
	case as == asTexts && math.Abs(v) >= 1e-6 && math.Abs(v) < 1e21: // as a person would write it
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case as == asTexts:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	}
	if v != math.Trunc(v) || !finite(v) {
		return "", fmt.Errorf("row %d (counted from 0) is %v, not a whole number", row, v)
	}
	if math.Abs(v) > 1<<53 {
		return "", fmt.Errorf(
			"row %d (counted from 0) is %v, too large to tell from its neighbors", row, v)
	}
	return strconv.FormatFloat(v+0, 'f', -1, 64), nil
}

// text checks a word that is text.
func (as wording) text(text string, row int) (string, error) {
	if text == "" && as == asLabels {
		return "", fmt.Errorf("row %d (counted from 0) has no label", row)
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return "", fmt.Errorf("row %d (counted from 0) is %.40q, not text", row, text)
	}
	return text, nil
}

// npy reads an .npy file of size bytes.
func (as wording) npy(r *bufio.Reader, size int64) ([]string, error) {
	h, err := readNPYHeader(r, size)
	if err != nil {
		return nil, err
	}
	t := h.fields[0].dtype
	if h.record || t.kind == 'O' || (t.value == nil && t.kind != 'U' && t.kind != 'S') {
		return nil, fmt.Errorf("the array is of type %s; want integers, booleans or strings (in "+
			"NumPy: a.astype('U'))", h.descr)
	}
	if len(h.shape) == 2 && min(h.shape[0], h.shape[1]) == 1 {
		h.shape = []int{max(h.shape[0], h.shape[1])}
	}
	if len(h.shape) != 1 || h.shape[0] < 1 {
		return nil, fmt.Errorf("the array of labels has shape %v; want one dimension", h.shape)
	}
	if err := h.promises(size, h.itemSize); err != nil {
		return nil, err
	}
	if h.itemSize > maxLabelBytes/h.shape[0] {
		return nil, fmt.Errorf("%d labels of %d bytes are more than %s", h.shape[0], h.itemSize,
			bytesText(maxLabelBytes))
	}
	a := &array{header: h, n: h.shape[0], d: 1, r: r, size: size}
	labels := make([]string, a.n)
	raw := make([]byte, h.itemSize)
	for i := range labels {
		if err := a.fill(raw, i, h.itemSize); err != nil {
			return nil, err
		}
		if labels[i], err = t.label(raw, i, as); err != nil {
			return nil, err
		}
	}
	return labels, a.ends()
}

// label is the label in an element of an array.
func (t dtype) label(raw []byte, row int, as wording) (string, error) {
	var order binary.ByteOrder = binary.LittleEndian
	if t.big {
		order = binary.BigEndian
	}
	switch {
	case t.kind == 'f':
		return as.number(t.value(raw), row)
	case t.kind == 'b':
		return strconv.FormatBool(raw[0] != 0), nil
	case t.kind == 'i' && t.size == 8:
		return strconv.FormatInt(int64(order.Uint64(raw)), 10), nil
	case t.kind == 'u' && t.size == 8:
		return strconv.FormatUint(order.Uint64(raw), 10), nil
	case t.kind == 'i' || t.kind == 'u':
		return strconv.FormatInt(int64(t.value(raw)), 10), nil
	case t.kind == 'S':
		return as.text(strings.TrimRight(string(raw), "\x00"), row)
	}
	var text []rune
	for ; len(raw) > 0; raw = raw[4:] {
		c := order.Uint32(raw)
		if c > utf8.MaxRune {
			return "", fmt.Errorf("row %d (counted from 0) is not text", row)
		}
		text = append(text, rune(c))
	}
	return as.text(strings.TrimRight(string(text), "\x00"), row)
}

// csv reads the column of the key, or the only one.
func (as wording) csv(p place) ([]string, error) {
	c, err := newCSV(p)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	j := slices.Index(c.names, p.key)
	switch {
	case p.key == "" && len(c.names) > 1:
		return nil, fmt.Errorf("the file has several columns; say which, as in FILE.csv:%s. "+
			"They are %s", c.names[len(c.names)-1], listed(c.names))
	case p.key == "":
		j = 0
	case j < 0:
		return nil, fmt.Errorf("no column is called %q; the columns are %s", p.key, listed(c.names))
	}
	var labels []string
	err = c.records(func(line int, cells []string) error {
		label := strings.TrimSpace(cells[j])
		v, parsed := strconv.ParseFloat(label, 64)
		var err error
		if as == asLabels && parsed == nil && strings.Contains(label, ".") {
			label, err = as.number(v, len(labels))
		} else {
			label, err = as.text(strings.Clone(label), len(labels))
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		labels = append(labels, label)
		return nil
	})
	return labels, err
}

// parquet reads the column of the key, or the only one.
func (as wording) parquet(p place) ([]string, error) {
	f, columns, err := newParquet(p)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	j := slices.Index(names, p.key)
	switch {
	case p.key == "" && len(columns) > 1:
		return nil, fmt.Errorf("the file has several columns; say which, as in FILE.parquet:%s. "+
			"They are %s", names[len(names)-1], listed(names))
	case p.key == "" && len(columns) == 1:
		j = 0
	case j < 0:
		return nil, fmt.Errorf("no column is called %q; the columns are %s", p.key, listed(names))
	}
	c := columns[j]
	if c.list || (c.value == nil && !c.text) {
		return nil, fmt.Errorf("column %s holds values of type %s; want integers, booleans "+
			"or strings", c.name, c.stored)
	}
	var labels []string
	err = f.values([]parquetColumn{c}, func(row []parquet.Value) error {
		label, err := c.label(row[0], len(labels), as)
		labels = append(labels, label)
		return err
	})
	return labels, err
}

// label is the label in a value.
func (c parquetColumn) label(v parquet.Value, row int, as wording) (string, error) {
	switch {
	case v.IsNull():
		return as.text("", row)
	case c.text:
		return as.text(string(v.ByteArray()), row)
	case c.kind == parquet.Boolean:
		return strconv.FormatBool(v.Boolean()), nil
	case c.kind == parquet.Int64 && c.value(v) < 0 || c.kind == parquet.Int64 && v.Int64() >= 0:
		return strconv.FormatInt(v.Int64(), 10), nil
	case c.kind == parquet.Int64:
		return strconv.FormatUint(v.Uint64(), 10), nil
	}
	return as.number(c.value(v), row)
}

// hdf5 reads the dataset of the key, or the only one.
func (as wording) hdf5(p place) ([]string, error) {
	file, sets, err := hdf5Sets(p)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	s, err := hdf5Find(sets, p.key)
	if err != nil {
		return nil, err
	}
	n := 1
	for _, length := range s.info.Shape {
		if length < 0 || length > maxLabelBytes/max(n, 1) {
			return nil, fmt.Errorf("dataset %s has shape %v; want one dimension", s.info.Name,
				s.info.Shape)
		}
		n *= length
	}
	switch {
	case s.wrong != nil:
		return nil, fmt.Errorf("dataset %s: %w (%s)", s.info.Name, s.wrong, hdf5Hint)
	case len(s.info.Shape) != 1 && !(len(s.info.Shape) == 2 &&
		min(s.info.Shape[0], s.info.Shape[1]) == 1), n < 1:
		return nil, fmt.Errorf("dataset %s has shape %v; want one dimension", s.info.Name,
			s.info.Shape)
	case s.layout != "chunked" && int64(n) > p.size/int64(max(s.size, 1)):
		return nil, fmt.Errorf(
			"the file is truncated: dataset %s has %d labels, more than it holds", s.info.Name, n)
	case s.size > maxLabelBytes/n:
		return nil, fmt.Errorf("%d labels of %d bytes are more than %s", n, s.size,
			bytesText(maxLabelBytes))
	}
	if s.layout == "chunked" {
		if err := (&hdf5Table{set: s.set}).complete(); err != nil {
			return nil, fmt.Errorf("dataset %s: %w (%s)", s.info.Name, err, hdf5Hint)
		}
	}
	labels := make([]string, 0, n)
	add := func(label string, err error) error {
		labels = append(labels, label)
		return err
	}
	switch s.info.Stored {
	case "string":
		var texts []string
		if texts, err = s.set.ReadStrings(); err == nil {
			for i, text := range texts {
				if err := add(as.text(text, i)); err != nil {
					return nil, err
				}
			}
		}
	case "variable length":
		var texts [][]byte
		if texts, err = s.set.ReadVLenBytes(); err == nil {
			for i, text := range texts {
				if err := add(as.text(strings.TrimRight(string(text), "\x00"), i)); err != nil {
					return nil, err
				}
			}
		}
	default:
		t, err := newHDF5Table(file, []hdf5Set{s}, place{size: p.size})
		if err != nil {
			return nil, err
		}
		t.n, t.d = n, 1
		if len(s.info.Shape) == 2 {
			t.whole = true
		}
		err = t.rows([]int{0}, func(row []float64) error {
			return add(as.number(row[0],
				len(labels)))
		})
		return labels, err
	}
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w (%s)", s.info.Name, err, hdf5Hint)
	}
	if len(labels) != n {
		return nil, fmt.Errorf("dataset %s: %d labels came in place of %d", s.info.Name,
			len(labels), n)
	}
	return labels, nil
}
