package tables

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

// The facts in the errors of Read, through the error that names the address.
func TestErrorTypes(t *testing.T) {
	t.Parallel()
	csv := writeNamed(t, "t.csv", []byte("a,b\n1,2\n3,\n"))
	npy := write(t, npy("'<f4'", "False", "(100, 3)", binary.LittleEndian, make([]float32, 300)))

	_, err := Read("none.csv", ReadOptions{})
	if e := (*MissingFileError)(nil); !errors.As(err, &e) || e.Address != "none.csv" ||
		!errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %#v", err)
	}
	_, err = Read(csv, ReadOptions{Columns: []string{"c"}})
	if e := (*ColumnError)(nil); !errors.As(err, &e) || e.Column != "c" ||
		!slices.Equal(e.Columns, []string{"a", "b"}) {
		t.Errorf("an unknown column: %#v", err)
	}
	_, err = Read(csv, ReadOptions{})
	if e := (*MissingValuesError)(nil); !errors.As(err, &e) ||
		e.FirstRow != 1 || e.Incomplete != 1 || e.Rows != 2 || e.Columns[1].Missing != 1 {
		t.Errorf("a missing value: %#v", err)
	}
	_, err = Read(npy, ReadOptions{MaxBytes: 1000})
	if e := (*MemoryError)(nil); !errors.As(err, &e) ||
		*e != (MemoryError{Rows: 100, Columns: 3, Bytes: 1200, Limit: 1000}) {
		t.Errorf("a table that is too large: %#v", err)
	}
	_, err = mustRead(t, npy, ReadOptions{}).Match([]string{"a", "b"})
	if e := (*MatchError)(nil); !errors.As(err, &e) || e.Columns != 3 || e.Want != 2 ||
		len(e.Missing)+len(e.Extra) > 0 {
		t.Errorf("another number of columns: %#v", err)
	}
	_, err = mustRead(t, csv, ReadOptions{Missing: DropMissing}).Match([]string{"b", "d"})
	if e := (*MatchError)(nil); !errors.As(err, &e) || !slices.Equal(e.Missing, []string{"d"}) ||
		!slices.Equal(e.Extra, []string{"a"}) {
		t.Errorf("other columns: %#v", err)
	}
}

func TestListed(t *testing.T) {
	t.Parallel()
	if got := listed([]string{"a", "b"}); got != "a, b" {
		t.Errorf("two names are listed as %q", got)
	}
	if got := listed(tableNames(15)); !strings.HasSuffix(got, "x11, x12 and 3 more") {
		t.Errorf("15 names are listed as %q", got)
	}
}
