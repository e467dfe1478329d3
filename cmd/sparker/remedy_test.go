package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"sparker/analysis"
	"sparker/data/sources"
	"sparker/data/tables"
	"sparker/results"
)

func TestWithRemedy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want string
	}{
		{&tables.MissingValuesError{FirstRow: 7, Incomplete: 1, Rows: 9}, "--missing indicator"},
		{&tables.MemoryError{Rows: 1 << 30, Columns: 8, Bytes: 1 << 36, Limit: 1 << 32},
			"data.files.memory"},
		{&tables.ColumnError{Column: "b", Line: 3, Cell: "?"}, `--na "?"`},
		{&tables.DialectError{Choice: tables.ChoiceOfDelimiter}, "--delimiter"},
		{&tables.DialectError{Choice: tables.ChoiceOfDecimal}, "--decimal or --thousands"},
		{&tables.MatchError{Address: "d.csv", Extra: []string{"c"}}, "--exclude"},
		{&sources.DroppedError{File: "d.csv", Dropped: 30, Rows: 90, Limit: 0.2}, "--max-dropped"},
		{&sources.KindError{File: "d.csv", Column: "c", Kind: tables.Category}, "--exclude"},
		{&sources.RepeatedRowsError{Repeated: 30, Rows: 90}, "data.files.shared=keep"},
		{&results.LostError{Dir: "a/b c"}, "move it back to a/b c: the same command"},
		{&fs.PathError{Op: "write", Path: "r/x", Err: syscall.EDQUOT}, "make space"},
		{&fs.PathError{Op: "mkdir", Path: "r", Err: fs.ErrPermission}, "--dir or --out"},
		{&fs.PathError{Op: "open", Path: "r/toys/toys-0.jsonl", Err: fs.ErrPermission},
			"make the folder writable"},
		{&analysis.NoToysError{Dir: "r"}, "sparker run r/config.yaml --dir r adds them"},
		{&sources.PoolError{Pool: "background", Draws: 51, Rows: 50}, "data.files.replacement"},
	} {
		err := withRemedy(fmt.Errorf("reading t.csv: %w", c.err))
		if !errors.Is(err, c.err) ||
			!strings.HasPrefix(err.Error(), "reading t.csv: "+c.err.Error()) ||
			!strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want the error and %q", err, c.want)
		}
	}
	if plain := errors.New("plain"); withRemedy(plain) != plain {
		t.Error("an error without a remedy is changed")
	}
	unreadable := &fs.PathError{Op: "open", Path: "mine.csv", Err: fs.ErrPermission}
	if err := withRemedy(unreadable); err != unreadable {
		t.Errorf("an input file that cannot be read has the remedy of a run folder: %v", err)
	}
}
