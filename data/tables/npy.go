package tables

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"sparker/data"
)

// ReadNPY reads a sample from a NumPy .npy file: a two-dimensional array of N rows and D columns,
// or a one-dimensional one of N values, which becomes N rows of one column. The numbers may be
// integers (of 1 to 8 bytes, signed or not; above 2^53 they are rounded) or floating-point numbers
// of 4 or 8 bytes, of either byte order, in C or Fortran order. Everything else is an error that
// names the file: other types and ranks, an empty array, a file that is too short or too long for
// its header, and NaN or infinite values, whose row and column it names. [Read] reads more.
func ReadNPY(path string) (data.Sample, error) {
	f, err := os.Open(path)
	if err != nil {
		return data.Sample{}, fmt.Errorf("data: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return data.Sample{}, fmt.Errorf("data: %w", err)
	}
	if !info.Mode().IsRegular() {
		return data.Sample{}, fmt.Errorf("data: reading %s: not a regular file", path)
	}
	s, err := readArray(f, info.Size())
	if err != nil {
		return data.Sample{}, fmt.Errorf("data: reading %s: %w", path, err)
	}
	return s, nil
}

// readArray reads the .npy file of size bytes that r holds.
func readArray(r io.Reader, size int64) (data.Sample, error) {
	a, err := newArray(bufio.NewReaderSize(r, 1<<16), size)
	if err != nil {
		return data.Sample{}, err
	}
	t := a.header.fields[0].dtype
	if a.header.record || (t.kind == 'f' && t.size < 4) || t.kind == 'b' {
		return data.Sample{}, fmt.Errorf(
			"the array is of type %s; want numbers: float32, float64 or "+
				"integers (in NumPy: a.astype('f8'))", a.header.descr)
	}
	x := make([]float64, 0, a.n*a.d)
	err = a.rows(everyColumn(a.d), func(row []float64) error {
		x = append(x, row...)
		return nil
	})
	if err != nil {
		return data.Sample{}, err
	}
	s, err := data.NewSample(x, a.n, a.d)
	if value := (*data.NonFiniteError)(nil); errors.As(err, &value) {
		err = value
	}
	return s, err
}

func everyColumn(d int) []int {
	pick := make([]int, d)
	for j := range pick {
		pick[j] = j
	}
	return pick
}

// array is an .npy array of numbers, its header read and its numbers still to come.
type array struct {
	header npyHeader
	n, d   int
	r      *bufio.Reader
	size   int64 // of the file, below 0 where only reading tells
	// at and start give any part of the numbers, for arrays in Fortran order; without them, the
	// numbers are read into memory.
	at     io.ReaderAt
	start  int64
	close  func() error
	others []string // the fields of records that hold no numbers
}

// newArray reads the header of an .npy file of size bytes, and checks that it is that of a table of
// numbers.
func newArray(r *bufio.Reader, size int64) (*array, error) {
	h, err := readNPYHeader(r, size)
	if err != nil {
		return nil, err
	}
	a := &array{header: h, r: r, size: size, start: h.size}
	if err := a.check(); err != nil {
		return nil, err
	}
	if err := h.promises(size, h.itemSize); err != nil {
		return nil, err
	}
	return a, nil
}

// check sees to it that the array is a table of numbers.
func (a *array) check() error {
	h := a.header
	var numbers []npyField
	for _, f := range h.fields {
		switch {
		case f.dtype.value != nil:
			numbers = append(numbers, f)
		case h.record && f.name != "" && f.dtype.kind != 'V':
			a.others = append(a.others, f.name+" ("+f.dtype.name+")")
		}
	}
	if len(numbers) == 0 {
		return h.noNumbers()
	}
	a.header.fields = numbers
	a.n, a.d = 0, 1
	switch {
	case h.record && len(h.shape) != 1:
		return fmt.Errorf("the array of records has %d dimensions (shape %v); want 1", len(h.shape),
			h.shape)
	case h.record:
		a.n, a.d = h.shape[0], len(numbers)
	case len(h.shape) == 1:
		a.n = h.shape[0]
	case len(h.shape) == 2:
		a.n, a.d = h.shape[0], h.shape[1]
	default:
		return fmt.Errorf(
			"the array has %d dimensions (shape %v); want 2, or 1 for a single column",
			len(h.shape), h.shape)
	}
	if a.n < 1 || a.d < 1 {
		return fmt.Errorf("the array is empty (shape %v)", h.shape)
	}
	return checkColumns(a.d)
}

// noNumbers is the error for an array that is no table.
func (h npyHeader) noNumbers() error {
	why := "want numbers: float32, float64 or integers (in NumPy: a.astype('f8'))"
	switch h.fields[0].dtype.kind {
	case 'O':
		why = "Python objects cannot be read; save an array of numbers (in NumPy: a.astype('f8'))"
	case 'U', 'S':
		why = "strings are labels, not numbers"
	case 'c':
		why = "a complex number is no coordinate; save its real and imaginary parts as two columns"
	}
	return fmt.Errorf("the array is of type %s; %s", h.descr, why)
}

// shape is that of the table.
func (a *array) shape() tableShape {
	s := tableShape{named: a.header.record, n: a.n, missing: "NaN", others: a.others}
	names := tableNames(a.d)
	for j := range a.d {
		f := a.header.fields[0]
		if a.header.record {
			f = a.header.fields[j]
			names[j] = f.name
		}
		s.columns = append(s.columns, field{name: names[j], stored: f.dtype.name,
			narrow: f.dtype.kind == 'f' && f.dtype.size <= 4})
	}
	if a.columnMajor() && a.at == nil {
		s.buffered = int64(a.n) * int64(a.d) * int64(a.header.itemSize)
	}
	return s
}

// columnMajor says whether the numbers of a row are not side by side.
func (a *array) columnMajor() bool {
	return a.header.fortran && !a.header.record && a.d > 1 &&
		a.n > 1
}

func (a *array) remarks() []string { return nil }

func (a *array) Close() error {
	if a.close == nil {
		return nil
	}
	return a.close()
}

// rows reads the numbers.
func (a *array) rows(pick []int, each func(row []float64) error) error {
	if a.columnMajor() {
		return a.columns(pick, each)
	}
	item := a.header.itemSize
	bytesPerRow := item
	if !a.header.record {
		bytesPerRow *= a.d
	}
	fields := make([]npyField, len(pick))
	for k, j := range pick {
		if a.header.record {
			fields[k] = a.header.fields[j]
		} else {
			fields[k] = npyField{dtype: a.header.fields[0].dtype, offset: j * item}
		}
	}
	const batch = 1 << 18
	raw := make([]byte, max(1, min(a.n, batch/bytesPerRow))*bytesPerRow)
	row := make([]float64, len(pick))
	for done := 0; done < a.n; {
		part := raw[:min(a.n-done, len(raw)/bytesPerRow)*bytesPerRow]
		if err := a.fill(part, done, bytesPerRow); err != nil {
			return err
		}
		for ; len(part) > 0; part = part[bytesPerRow:] {
			for k, f := range fields {
				row[k] = f.dtype.value(part[f.offset:])
			}
			if err := each(row); err != nil {
				return err
			}
			done++
		}
	}
	return a.ends()
}

// fill reads the bytes of the rows from done on.
func (a *array) fill(part []byte, done, bytesPerRow int) error {
	read, err := io.ReadFull(a.r, part)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf(
			"the file is truncated: its header promises %d rows, of which it holds %d", a.n,
			done+read/bytesPerRow)
	}
	return err
}

// ends sees to it that nothing follows the numbers. It also makes compressed streams check their
// sums.
func (a *array) ends() error {
	switch _, err := a.r.ReadByte(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	default:
		return fmt.Errorf("the file goes on behind the %d x %d array of its header", a.n, a.d)
	}
}

// columns reads an array in Fortran order, some rows at a time.
func (a *array) columns(pick []int, each func(row []float64) error) error {
	item := a.header.itemSize
	at, start := a.at, a.start
	if at == nil {
		// The length comes from the stream, not from the header, so a damaged header asks for no
		// memory.
		var whole bytes.Buffer
		length := int64(a.n) * int64(a.d) * int64(item)
		read, err := io.CopyN(&whole, a.r, length)
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("the file is truncated: its header promises %d x %d numbers, of "+
				"which it holds %d", a.n, a.d, read/int64(item))
		}
		if err != nil {
			return err
		}
		if err := a.ends(); err != nil {
			return err
		}
		at, start = bytes.NewReader(whole.Bytes()), 0
	}
	value := a.header.fields[0].dtype.value
	per := min(a.n, max(256, (1<<22)/(len(pick)*item))) // rows in a batch
	raw := make([]byte, per*len(pick)*item)
	row := make([]float64, len(pick))
	for first := 0; first < a.n; first += per {
		rows := min(per, a.n-first)
		for k, j := range pick {
			part := raw[k*per*item:][:rows*item]
			if _, err := at.ReadAt(
				part, start+(int64(j)*int64(a.n)+int64(first))*int64(item)); err != nil {
				return fmt.Errorf("reading column %d: %w", j, err)
			}
		}
		for i := range rows {
			for k := range pick {
				row[k] = value(raw[(k*per+i)*item:])
			}
			if err := each(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// openNPY opens an .npy file.
func openNPY(p place) (openTable, error) {
	s, err := p.stream()
	if err != nil {
		return nil, err
	}
	a, err := newArray(s.Reader, s.size)
	if err != nil {
		s.Close()
		return nil, err
	}
	a.close = s.Close
	if s.size >= 0 {
		a.at = s.file
	}
	return a, nil
}

// npyHeader is what stands before the numbers.
type npyHeader struct {
	size     int64 // bytes of preamble and header
	descr    string
	fields   []npyField // one, or those of a record
	record   bool
	itemSize int // bytes of an element, or of a record
	fortran  bool
	shape    []int
}

// npyField is a field of a record, or the only one of an array that holds no records.
type npyField struct {
	name   string
	dtype  dtype
	offset int // bytes, in the record
}

// readNPYHeader consumes preamble and header of a file of size bytes (below 0: of unknown size).
func readNPYHeader(r *bufio.Reader, size int64) (npyHeader, error) {
	const preamble = 12
	head, err := r.Peek(preamble)
	if err != nil && !errors.Is(err, io.EOF) {
		return npyHeader{}, err
	}
	truncated := errors.New("the file is truncated within its header")
	if !bytes.HasPrefix(head, []byte("\x93NUMPY")) {
		return npyHeader{}, errors.New("this is not a .npy file")
	}
	if len(head) < preamble {
		return npyHeader{}, truncated
	}
	var start, length int64
	switch major := head[6]; major {
	case 1:
		start, length = 10, int64(binary.LittleEndian.Uint16(head[8:]))
	case 2:
		start, length = 12, int64(binary.LittleEndian.Uint32(head[8:]))
	default:
		return npyHeader{}, fmt.Errorf("the file is of .npy format version %d; want 1 or 2", major)
	}
	if size >= 0 && start+length > size {
		return npyHeader{}, truncated
	}
	if length > 1<<24 {
		return npyHeader{}, fmt.Errorf("the header is not valid: it is %d bytes long", length)
	}
	text := make([]byte, start+length)
	if _, err := io.ReadFull(r, text); errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) {
		return npyHeader{}, truncated
	} else if err != nil {
		return npyHeader{}, err
	}
	h, err := parseNPYHeader(string(text[start:]))
	if err != nil {
		return npyHeader{}, fmt.Errorf("the header is not valid: %w", err)
	}
	h.size = start + length
	return h, nil
}

// promises compares the numbers that the header promises with the bytes that follow it in a file of
// size bytes.
func (h npyHeader) promises(size int64, itemSize int) error {
	if size < 0 {
		return nil
	}
	n, d := int64(h.shape[0]), int64(1)
	if len(h.shape) == 2 {
		d = int64(h.shape[1])
	}
	held := (size - h.size) / int64(itemSize)
	if n > held/d {
		return fmt.Errorf("the file is truncated: its header promises %d x %d numbers, of which "+
			"it holds %d", n, d, held)
	}
	if extra := size - h.size - n*d*int64(itemSize); extra > 0 {
		return fmt.Errorf("the file holds %d bytes more than the %d x %d array of its header",
			extra, n, d)
	}
	return nil
}

// parseNPYHeader reads the dictionary of a header, which is Python text.
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
		return npyHeader{}, errors.New("it is no dictionary")
	}
	var h npyHeader
	if h.fortran, ok = dict["fortran_order"].value.(bool); !ok {
		return npyHeader{}, errors.New("fortran_order is neither True nor False")
	}
	lengths, ok := dict["shape"].value.([]any)
	if !ok {
		return npyHeader{}, errors.New("shape is no tuple")
	}
	h.shape = make([]int, len(lengths))
	for i, length := range lengths {
		v, ok := length.(int64)
		if !ok || int64(int(v)) != v {
			return npyHeader{}, errors.New("shape is no tuple of whole numbers")
		}
		h.shape[i] = int(v)
	}
	descr, ok := dict["descr"]
	if !ok {
		return npyHeader{}, errors.New("descr is missing")
	}
	switch d := descr.value.(type) {
	case string:
		h.descr = d
		t, err := newDtype(d)
		if err != nil {
			return npyHeader{}, err
		}
		h.fields, h.itemSize = []npyField{{dtype: t}}, t.size
	case []any:
		h.descr, h.record = descr.text, true
		if err := h.addFields(d); err != nil {
			return npyHeader{}, err
		}
	default:
		return npyHeader{}, errors.New("descr is neither a type nor a list of fields")
	}
	if h.itemSize < 1 {
		return npyHeader{}, fmt.Errorf("an element of type %s takes no bytes", h.descr)
	}
	return h, nil
}

// addFields reads the fields of a record: pairs of a name and a type.
func (h *npyHeader) addFields(fields []any) error {
	known := map[string]bool{}
	for _, f := range fields {
		pair, ok := f.([]any)
		if !ok || len(pair) < 2 {
			return fmt.Errorf("%s is no list of fields", h.descr)
		}
		name, isName := pair[0].(string)
		typ, isType := pair[1].(string)
		if !isName || !isType || len(pair) > 2 {
			return fmt.Errorf("a record of type %s cannot be read: its fields must be single "+
				"numbers, each with one name", h.descr)
		}
		t, err := newDtype(typ)
		if err != nil {
			return err
		}
		if known[name] && name != "" {
			return fmt.Errorf("two fields are called %s", name)
		}
		known[name] = true
		if h.itemSize > math.MaxInt32 {
			return errors.New("its records are too long")
		}
		h.fields = append(h.fields, npyField{name: name, dtype: t, offset: h.itemSize})
		h.itemSize += t.size
	}
	if len(h.fields) == 0 {
		return errors.New("its records have no fields")
	}
	return nil
}

// dtype is a type of element.
type dtype struct {
	name  string // NumPy's
	kind  byte   // f, i, u, b for numbers; U, S, O, c, V, M, m, ...
	size  int    // bytes
	big   bool   // big-endian
	value func(raw []byte) float64
}

// newDtype reads NumPy's name of a type, such as "<f8". A type that holds no numbers has no value.
func newDtype(name string) (dtype, error) {
	t := dtype{name: name}
	rest := strings.TrimLeft(name, "<>|=")
	if rest == "" {
		return dtype{}, fmt.Errorf("%q is no type", name)
	}
	t.big = name[0] == '>'
	t.kind = rest[0]
	count, _, _ := strings.Cut(rest[1:], "[") // datetimes: <M8[ns]
	for _, c := range []byte(count) {
		if c < '0' || c > '9' || t.size > math.MaxInt32/16 {
			return dtype{}, fmt.Errorf("%q is no type", name)
		}
		t.size = 10*t.size + int(c-'0')
	}
	switch t.kind {
	case 'U':
		t.size *= 4
	case 'O':
		t.size = max(t.size, 8)
	}
	var order binary.ByteOrder = binary.LittleEndian
	if t.big {
		order = binary.BigEndian
	}
	switch fmt.Sprintf("%c%d", t.kind, t.size) {
	case "f2":
		t.value = func(b []byte) float64 { return halfFloat(order.Uint16(b)) }
	case "f4":
		t.value = func(b []byte) float64 { return float64(math.Float32frombits(order.Uint32(b))) }
	case "f8":
		t.value = func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) }
	case "i1":
		t.value = func(b []byte) float64 { return float64(int8(b[0])) }
	case "i2":
		t.value = func(b []byte) float64 { return float64(int16(order.Uint16(b))) }
	case "i4":
		t.value = func(b []byte) float64 { return float64(int32(order.Uint32(b))) }
	case "i8":
		t.value = func(b []byte) float64 { return float64(int64(order.Uint64(b))) }
	case "u1":
		t.value = func(b []byte) float64 { return float64(b[0]) }
	case "b1":
		t.value = func(b []byte) float64 { return float64(min(b[0], 1)) }
	case "u2":
		t.value = func(b []byte) float64 { return float64(order.Uint16(b)) }
	case "u4":
		t.value = func(b []byte) float64 { return float64(order.Uint32(b)) }
	case "u8":
		t.value = func(b []byte) float64 { return float64(order.Uint64(b)) }
	}
	return t, nil
}

// halfFloat is an IEEE 754 number of 2 bytes.
func halfFloat(bits uint16) float64 {
	exponent, fraction := int(bits>>10&31), float64(bits&1023)
	var v float64
	switch exponent {
	case 0:
		v = math.Ldexp(fraction, -24)
	case 31:
		v = math.Inf(1)
		if fraction != 0 {
			v = math.NaN()
		}
	default:
		v = math.Ldexp(1024+fraction, exponent-25)
	}
	if bits>>15 == 1 {
		v = -v
	}
	return v
}
