package tables

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// npyHeader describes the array of an .npy file.
type npyHeader struct {
	size     int64 // bytes before the numbers
	descr    string
	fields   []npyField // those of a record, or a single one
	record   bool
	itemSize int // bytes of an element, or of a record
	fortran  bool
	shape    []int
	depth    int // of records in records
}

// npyField is a field of a record. An array of a plain type has a single field without a name.
type npyField struct {
	name   string
	dtype  dtype
	offset int         // bytes from the start of the record
	words  *dictionary // if the field is read as a category
}

// column describes the field as a column.
func (f npyField) column(name string) column {
	c := column{name: name, stored: f.dtype.name, words: f.words,
		narrow: f.dtype.kind == 'f' && f.dtype.size <= 4}
	switch {
	case f.words != nil:
		c.kind = Category
	case f.dtype.instant != nil:
		c.kind = Time
	}
	return c
}

// number returns the number of a field of a record: that of its word if it is a category.
func (f npyField) number(record []byte) (float64, error) {
	if f.words == nil {
		return f.dtype.value(record[f.offset:]), nil
	}
	text, ok := f.dtype.text(record[f.offset:])
	if text == "" && ok {
		return math.NaN(), nil
	}
	if _, err := asTexts.text(text, 0); err != nil || !ok {
		return 0, fmt.Errorf("a value of %s is %.40q, not text", f.name, text)
	}
	return f.words.code([]byte(text)), nil
}

var errTruncatedHeader = errors.New("the file is truncated within its header")

// readNPYHeader reads the header of a file of size bytes, or of unknown size if size is negative.
func readNPYHeader(r *bufio.Reader, size int64) (npyHeader, error) {
	start, length, err := npyHeaderSize(r)
	if err != nil {
		return npyHeader{}, err
	}
	if size >= 0 && start+length > size {
		return npyHeader{}, errTruncatedHeader
	}
	if length > 1<<24 {
		return npyHeader{}, fmt.Errorf("the header is not valid: it is %d bytes long", length)
	}
	text := make([]byte, start+length)
	if _, err := io.ReadFull(r, text); errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) {
		return npyHeader{}, errTruncatedHeader
	} else if err != nil {
		return npyHeader{}, err
	}
	h, err := parseNPYHeader(headerText(text, start))
	if err != nil {
		return npyHeader{}, fmt.Errorf("the header is not valid: %w", err)
	}
	h.size = start + length
	return h, nil
}

// npyHeaderSize returns where the text of the header starts and its length, without consuming any
// bytes.
func npyHeaderSize(r *bufio.Reader) (start, length int64, err error) {
	const preamble = 12
	head, err := r.Peek(preamble)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, 0, err
	}
	if !bytes.HasPrefix(head, []byte("\x93NUMPY")) {
		return 0, 0, errors.New("this is not a .npy file")
	}
	if len(head) < preamble {
		return 0, 0, errTruncatedHeader
	}
	switch major := head[6]; major {
	case 1:
		return 10, int64(binary.LittleEndian.Uint16(head[8:])), nil
	case 2, utf8Version:
		return 12, int64(binary.LittleEndian.Uint32(head[8:])), nil
	default:
		return 0, 0, fmt.Errorf("the file is of .npy format version %d; want 1 to %d", major,
			utf8Version)
	}
}

// utf8Version is the version of the format whose header is UTF-8. Earlier ones are Latin-1.
const utf8Version = 3

// headerText returns the text of the header of a file that begins with some bytes. The text follows
// the first start bytes.
func headerText(file []byte, start int64) string {
	raw := file[start:]
	if file[6] == utf8Version {
		return string(raw)
	}
	runes := make([]rune, len(raw))
	for i, b := range raw {
		runes[i] = rune(b)
	}
	return string(runes)
}

// checkSize returns an error if a file of size bytes does not hold exactly the numbers that its
// header promises.
func (h npyHeader) checkSize(size int64) error {
	if size < 0 {
		return nil
	}
	n, d := int64(h.shape[0]), int64(1)
	if len(h.shape) == 2 {
		d = int64(h.shape[1])
	}
	item := int64(h.itemSize)
	held := (size - h.size) / item
	if n > held/d {
		return fmt.Errorf("the file is truncated: its header promises %d x %d numbers, of which "+
			"it holds %d", n, d, held)
	}
	if extra := size - h.size - n*d*item; extra > 0 {
		return fmt.Errorf("the file holds %d bytes more than the %d x %d array of its header",
			extra, n, d)
	}
	return nil
}

// parseNPYHeader reads the text of a header, which is a Python dictionary.
func parseNPYHeader(text string) (npyHeader, error) {
	if !strings.HasSuffix(text, "\n") {
		return npyHeader{}, errors.New("it does not end with a line break")
	}
	value, err := parseLiteral(text)
	if err != nil {
		return npyHeader{}, err
	}
	dict, ok := value.(map[string]literal)
	if !ok {
		return npyHeader{}, errors.New("it is not a dictionary")
	}
	var h npyHeader
	if h.fortran, ok = dict["fortran_order"].value.(bool); !ok {
		return npyHeader{}, errors.New("fortran_order is neither True nor False")
	}
	if h.shape, err = parseShape(dict["shape"].value); err != nil {
		return npyHeader{}, err
	}
	descr, ok := dict["descr"]
	if !ok {
		return npyHeader{}, errors.New("descr is missing")
	}
	if err := h.addFields(descr); err != nil {
		return npyHeader{}, err
	}
	if h.itemSize < 1 {
		return npyHeader{}, fmt.Errorf("an element of type %s takes no bytes", h.descr)
	}
	return h, nil
}

func parseShape(value any) ([]int, error) {
	lengths, ok := value.([]any)
	if !ok {
		return nil, errors.New("shape is not a tuple")
	}
	shape := make([]int, len(lengths))
	for i, length := range lengths {
		v, ok := length.(int64)
		if !ok || int64(int(v)) != v {
			return nil, errors.New("shape is not a tuple of integers")
		}
		shape[i] = int(v)
	}
	return shape, nil
}

// addFields reads descr: a type, or a list of the fields of a record.
func (h *npyHeader) addFields(descr literal) error {
	switch d := descr.value.(type) {
	case string:
		h.descr = d
		t, err := newDtype(d)
		h.fields, h.itemSize = []npyField{{dtype: t}}, t.size
		return err
	case []any:
		h.descr, h.record = descr.text, true
		known := map[string]bool{}
		for _, f := range d {
			if err := h.addField(f, known); err != nil {
				return err
			}
		}
		if len(h.fields) == 0 {
			return errors.New("its records have no fields")
		}
		return nil
	default:
		return errors.New("descr is neither a type nor a list of fields")
	}
}

// addField reads a field of a record: a tuple of a name and a type.
func (h *npyHeader) addField(field any, known map[string]bool) error {
	pair, ok := field.([]any)
	if !ok || len(pair) < 2 {
		return fmt.Errorf("%s is not a list of fields", h.descr)
	}
	name, isName := pair[0].(string)
	if titled, isPair := pair[0].([]any); isPair && len(titled) == 2 { // a title and a name
		name, isName = titled[1].(string)
	}
	if !isName || len(pair) > 3 {
		return fmt.Errorf("%s is not a list of fields", h.descr)
	}
	if known[name] && name != "" {
		return fmt.Errorf("two fields are called %s", name)
	}
	known[name] = true
	var shape []int
	if len(pair) == 3 {
		var err error
		if shape, err = parseShape(pair[2]); err != nil {
			return fmt.Errorf("field %s: %w", name, err)
		}
	}
	switch typ := pair[1].(type) {
	case string:
		t, err := newDtype(typ)
		if err != nil {
			return err
		}
		return h.addElements(name, t, shape)
	case []any:
		return h.addRecord(name, typ, shape)
	}
	return fmt.Errorf("%s is not a list of fields", h.descr)
}

// addElements adds a field of a type: several ones for the elements of an array of one dimension.
func (h *npyHeader) addElements(name string, t dtype, shape []int) error {
	n := 1
	for _, length := range shape {
		if length < 1 || length > math.MaxInt32/n {
			return fmt.Errorf("field %s has the shape %v", name, shape)
		}
		n *= length
	}
	const most = 1 << 26 // bytes of a record
	if t.size > most/n || h.itemSize > most {
		return errors.New("its records are too long")
	}
	switch {
	case len(shape) == 0:
		h.fields = append(h.fields, npyField{name: name, dtype: t, offset: h.itemSize})
	case len(shape) == 1 && t.value != nil && checkColumns(n+len(h.fields)) == nil:
		for i := range n {
			h.fields = append(h.fields, npyField{name: fmt.Sprintf("%s.%d", name, i+1), dtype: t,
				offset: h.itemSize + i*t.size})
		}
	default:
		t.value, t.kind = nil, 'A'
		t.name = fmt.Sprintf("array %v of %s", shape, t.name)
		h.fields = append(h.fields, npyField{name: name, dtype: t, offset: h.itemSize})
	}
	h.itemSize += n * t.size
	return nil
}

// addRecord adds the fields of a record inside of a record.
func (h *npyHeader) addRecord(name string, fields []any, shape []int) error {
	if shape != nil || len(fields) == 0 {
		return fmt.Errorf("a record of type %s cannot be read: it has arrays of records", h.descr)
	}
	inner := npyHeader{descr: h.descr, itemSize: h.itemSize, depth: h.depth + 1}
	if inner.depth > 16 {
		return errors.New("its records are nested too deeply")
	}
	known := map[string]bool{}
	for _, f := range fields {
		if err := inner.addField(f, known); err != nil {
			return err
		}
	}
	for _, f := range inner.fields {
		if f.name != "" {
			f.name = name + "." + f.name
		}
		h.fields = append(h.fields, f)
	}
	h.itemSize = inner.itemSize
	return nil
}
