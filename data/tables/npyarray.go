package tables

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// array is an .npy array of numbers whose header was read and whose numbers were not.
type array struct {
	header npyHeader
	n, d   int
	r      *bufio.Reader
	size   int64 // of the file in bytes, negative if it is not known
	// at and start give random access to the numbers of an array in Fortran order. If at is nil,
	// the numbers are read into memory first.
	at    io.ReaderAt
	start int64
	close func() error
	// again opens the file once more. Records with words may be read twice, since it takes all rows
	// to know which columns are categories.
	again  func() (*bufio.Reader, func() error, error)
	begun  bool     // whether rows was called
	others []string // the fields of records that hold no numbers
	// times and spans are the fields that were read as days.
	times, spans []string
}

// newArray reads the header of an .npy file of size bytes. It returns an error if the header is not
// that of a table of numbers. levels is the largest number of words of a field that is a category.
func newArray(r *bufio.Reader, size int64, levels int) (*array, error) {
	h, err := readNPYHeader(r, size)
	if err != nil {
		return nil, err
	}
	a := &array{header: h, r: r, size: size, start: h.size}
	if err := a.pickFields(levels); err != nil {
		return nil, err
	}
	if err := a.setDims(); err != nil {
		return nil, err
	}
	return a, h.checkSize(size)
}

// pickFields keeps the fields that hold numbers, and those of a record that hold words if there may
// be any levels.
func (a *array) pickFields(levels int) error {
	h := a.header
	var numbers []npyField
	for _, f := range h.fields {
		switch {
		case f.dtype.value != nil:
			numbers = append(numbers, f)
		case h.record && f.name != "" && f.dtype.isText() && levels > 0:
			f.words = newDictionary(levels)
			numbers = append(numbers, f)
		case h.record && f.name != "" && f.dtype.kind != 'V':
			a.others = append(a.others, f.name+" ("+f.dtype.name+")")
		}
	}
	if len(numbers) == 0 {
		return h.noNumbers()
	}
	a.header.fields = numbers
	return nil
}

// setDims sets the numbers of rows and columns. It returns an error if the array is not a table.
func (a *array) setDims() error {
	h := a.header
	a.n, a.d = 0, 1
	switch {
	case h.record && len(h.shape) != 1:
		return fmt.Errorf("the array of records has %d dimensions (shape %v); want 1", len(h.shape),
			h.shape)
	case h.record:
		a.n, a.d = h.shape[0], len(h.fields)
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

// noNumbers returns the error for an array that holds no numbers.
func (h npyHeader) noNumbers() error {
	why := "want numbers: float32, float64 or integers (in NumPy: a.astype('f8'))"
	switch h.fields[0].dtype.kind {
	case 'O':
		why = "Python objects cannot be read; save an array of numbers (in NumPy: a.astype('f8'))"
	case 'U', 'S':
		why = "strings are labels, not numbers"
	case 'c':
		why = "complex numbers are not coordinates; save the real and imaginary parts as two " +
			"columns"
	}
	return fmt.Errorf("the array is of type %s; %s", h.descr, why)
}

// checkColumns returns an error for a number of columns that only a damaged header promises.
func checkColumns(d int) error {
	const most = 1 << 20
	if d > most {
		return fmt.Errorf("%d columns are more than the %d that can be read", d, most)
	}
	return nil
}

func (a *array) schema() schema {
	s := schema{named: a.header.record, n: a.n, others: a.others}
	names := tableNames(a.d)
	for j := range a.d {
		f := a.header.fields[0]
		if a.header.record {
			f = a.header.fields[j]
			names[j] = f.name
		}
		s.columns = append(s.columns, f.column(names[j]))
	}
	if a.columnMajor() && a.at == nil {
		s.buffered = int64(a.n) * int64(a.d) * int64(a.header.itemSize)
	}
	return s
}

// columnMajor reports whether the numbers of a row are not adjacent in the file.
func (a *array) columnMajor() bool {
	return a.header.fortran && !a.header.record && a.d > 1 && a.n > 1
}

func (a *array) remarks() []string { return timeNotes(a.times, a.spans) }

func (a *array) Close() error {
	if a.close == nil {
		return nil
	}
	return a.close()
}

// rewind opens the file again and reads its header.
func (a *array) rewind() error {
	if err := a.close(); err != nil {
		return err
	}
	var err error
	if a.r, a.close, err = a.again(); err != nil {
		a.close = nil
		return err
	}
	_, err = readNPYHeader(a.r, a.size)
	return err
}

func (a *array) rows(pick []int, each func(row []float64) error) error {
	a.remember(pick)
	if a.begun && a.again != nil {
		if err := a.rewind(); err != nil {
			return err
		}
	}
	a.begun = true
	if a.columnMajor() {
		return a.columnMajorRows(pick, each)
	}
	item := a.header.itemSize
	rowSize := item
	if !a.header.record {
		rowSize *= a.d
	}
	fields := make([]npyField, len(pick))
	for k, j := range pick {
		if a.header.record {
			fields[k] = a.header.fields[j]
		} else {
			fields[k] = npyField{dtype: a.header.fields[0].dtype, offset: j * item}
		}
	}
	const batch = 1 << 18 // bytes
	raw := make([]byte, max(1, min(a.n, batch/rowSize))*rowSize)
	row := make([]float64, len(pick))
	for done := 0; done < a.n; {
		part := raw[:min(a.n-done, len(raw)/rowSize)*rowSize]
		if err := a.fill(part, done, rowSize); err != nil {
			return err
		}
		for ; len(part) > 0; part = part[rowSize:] {
			for k, f := range fields {
				if f.words == nil {
					row[k] = f.dtype.value(part[f.offset:])
					continue
				}
				v, err := f.number(part)
				if err != nil {
					return err
				}
				row[k] = v
			}
			if err := each(row); err != nil {
				return err
			}
			done++
		}
	}
	return a.checkEnd()
}

// remember keeps the names of the picked columns that are read as days, for the notes.
func (a *array) remember(pick []int) {
	a.times, a.spans = nil, nil
	for _, j := range pick {
		f, name := a.header.fields[0], fmt.Sprintf("x%d", j+1)
		if a.header.record {
			f = a.header.fields[j]
			name = f.name
		}
		switch f.dtype.kind {
		case 'M':
			a.times = append(a.times, name)
		case 'm':
			a.spans = append(a.spans, name)
		}
	}
}

// fill reads the next bytes into part. They begin with row number done.
func (a *array) fill(part []byte, done, rowSize int) error {
	read, err := io.ReadFull(a.r, part)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf(
			"the file is truncated: its header promises %d rows, of which it holds %d", a.n,
			done+read/rowSize)
	}
	return err
}

// checkEnd returns an error if bytes follow the numbers. Reading to the end also verifies the
// checksum of a compressed stream.
func (a *array) checkEnd() error {
	switch _, err := a.r.ReadByte(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	default:
		return fmt.Errorf("the file goes on behind the %d x %d array of its header", a.n, a.d)
	}
}

// columnMajorRows reads the rows of an array in Fortran order.
func (a *array) columnMajorRows(pick []int, each func(row []float64) error) error {
	at, start := a.at, a.start
	if at == nil {
		whole, err := a.buffer()
		if err != nil {
			return err
		}
		at, start = whole, 0
	}
	item := a.header.itemSize
	value := a.header.fields[0].dtype.value
	per := min(a.n, max(256, (1<<22)/(len(pick)*item))) // rows in a batch
	raw := make([]byte, per*len(pick)*item)
	row := make([]float64, len(pick))
	for first := 0; first < a.n; first += per {
		rows := min(per, a.n-first)
		for k, j := range pick {
			part := raw[k*per*item:][:rows*item]
			offset := start + (int64(j)*int64(a.n)+int64(first))*int64(item)
			if _, err := at.ReadAt(part, offset); err != nil {
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

// buffer reads all numbers into memory. It grows with what the file holds, so that a damaged header
// cannot ask for any amount of memory.
func (a *array) buffer() (io.ReaderAt, error) {
	var whole bytes.Buffer
	item := int64(a.header.itemSize)
	read, err := io.CopyN(&whole, a.r, int64(a.n)*int64(a.d)*item)
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the file is truncated: its header promises %d x %d numbers, of "+
			"which it holds %d", a.n, a.d, read/item)
	}
	if err != nil {
		return nil, err
	}
	return bytes.NewReader(whole.Bytes()), a.checkEnd()
}
