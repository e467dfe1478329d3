package tables

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"os"
)

// npzColumns is an archive of arrays of one dimension and one length, which are the columns of a
// table.
type npzColumns struct {
	archive *os.File
	columns []npzColumn
	n       int
	others  []string
	// times and spans are the columns that were read as days.
	times, spans []string
}

// npzColumn is an array of an archive.
type npzColumn struct {
	file  *zip.File
	field npyField
}

// openNPZColumns opens an archive. It returns nil if the arrays of the archive are not the columns
// of a table. levels is the largest number of different words of a column of strings.
func openNPZColumns(p place, levels int) (openTable, error) {
	z, archive, err := openZip(p)
	if err != nil {
		return nil, err
	}
	infos := npzInfos(z)
	if len(infos) < 2 || notOneTable(infos) != nil {
		return nil, archive.Close()
	}
	t := &npzColumns{archive: archive}
	known := map[string]bool{}
	for i, file := range z.File {
		name := infos[i].Name
		if known[name] {
			return nil, errors.Join(fmt.Errorf("two arrays are called %s", name), archive.Close())
		}
		known[name] = true
		if len(infos[i].Shape) == 0 {
			t.others = append(t.others, name+" (a single value)")
			continue
		}
		t.n = infos[i].Shape[0]
		if err := t.add(file, name, levels); err != nil {
			return nil, errors.Join(err, archive.Close())
		}
	}
	if t.n < 1 {
		return nil, errors.Join(errNoRows, archive.Close())
	}
	return t, nil
}

// add adds an array as a column, unless it holds neither numbers nor words.
func (t *npzColumns) add(file *zip.File, name string, levels int) error {
	a, err := openColumn(file, t.n)
	if err != nil {
		return err
	}
	defer a.close()
	field := a.header.fields[0]
	field.name = name
	const longest = 1 << 20 // bytes of a string
	isWord := field.dtype.isText() && levels > 0
	switch {
	case a.header.record, a.header.itemSize > longest, field.dtype.value == nil && !isWord:
		t.others = append(t.others, fmt.Sprintf("%s (%s)", name, a.header.descr))
		return nil
	case field.dtype.value == nil:
		field.words = newDictionary(levels)
	}
	t.columns = append(t.columns, npzColumn{file: file, field: field})
	return nil
}

// openColumn opens an array of one dimension with n elements.
func openColumn(file *zip.File, n int) (*array, error) {
	m := &npzMember{name: arrayName(file), size: int64(file.UncompressedSize64)}
	r, err := file.Open()
	if err != nil {
		return nil, m.wrap(err)
	}
	a := &array{n: n, d: 1, size: m.size, close: r.Close,
		r: bufio.NewReaderSize(zipStream{r}, bufferSize)}
	if a.header, err = readNPYHeader(a.r, a.size); err == nil {
		if len(a.header.shape) != 1 || a.header.shape[0] != n {
			err = fmt.Errorf("the array has the shape %v", a.header.shape)
		} else {
			err = a.header.checkSize(a.size)
		}
	}
	if err != nil {
		return nil, errors.Join(m.wrap(err), r.Close())
	}
	return a, nil
}

func (t *npzColumns) schema() schema {
	s := schema{named: true, n: t.n, others: t.others}
	for _, c := range t.columns {
		s.columns = append(s.columns, c.field.column(c.field.name))
	}
	return s
}

func (t *npzColumns) rows(pick []int, each func(row []float64) error) (err error) {
	arrays := make([]*array, 0, len(pick))
	defer func() {
		for _, a := range arrays {
			err = errors.Join(err, a.close())
		}
	}()
	t.times, t.spans = nil, nil
	for _, j := range pick {
		c := t.columns[j]
		a, err := openColumn(c.file, t.n)
		if err != nil {
			return err
		}
		arrays = append(arrays, a)
		switch c.field.dtype.kind {
		case 'M':
			t.times = append(t.times, c.field.name)
		case 'm':
			t.spans = append(t.spans, c.field.name)
		}
	}
	row := make([]float64, len(pick))
	raw := make([][]byte, len(pick))
	for k, a := range arrays {
		raw[k] = make([]byte, a.header.itemSize)
	}
	for i := range t.n {
		for k, a := range arrays {
			field := t.columns[pick[k]].field
			if err := a.fill(raw[k], i, len(raw[k])); err != nil {
				return fmt.Errorf("array %s: %w", field.name, err)
			}
			if row[k], err = field.number(raw[k]); err != nil {
				return err
			}
		}
		if err := each(row); err != nil {
			return err
		}
	}
	for k, a := range arrays {
		if err := a.checkEnd(); err != nil {
			return fmt.Errorf("array %s: %w", t.columns[pick[k]].field.name, err)
		}
	}
	return nil
}

func (t *npzColumns) remarks() []string { return timeNotes(t.times, t.spans) }

func (t *npzColumns) Close() error { return t.archive.Close() }
