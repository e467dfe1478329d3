package main

import (
	"context"
	"errors"
	"fmt"
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sparker/configs"
)

// The names of all packages of the project are left out of messages, at each level.
func TestMessage(t *testing.T) {
	t.Parallel()
	root := os.DirFS(filepath.Join("..", ".."))
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if base := d.Name(); base == "testdata" || base == "cmd" || base == "validation" ||
			strings.HasSuffix(base, "test") || len(base) > 1 && base[0] == '.' {
			return fs.SkipDir
		}
		pkg, err := build.ImportDir(filepath.Join("..", "..", name), 0)
		var none *build.NoGoError
		if errors.As(err, &none) || err == nil && pkg.Name == "main" {
			return nil
		}
		if err != nil {
			return err
		}
		if got := message(errors.New(pkg.Name + ": text")); got != "text" {
			t.Errorf("the name of package %s stays: %s", pkg.Name, got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"experiments: data.files.observed: data: reading a.csv: empty": "data.files.observed: " +
			"reading a.csv: empty",
		"cell 2: experiments: results: full":    "cell 2: full",
		"analysis: first\nplots: data: second":  "first\nsecond",
		"reading data: the file is called data": "reading data: the file is called data",
	} {
		if got := message(errors.New(text)); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// The blocks of a config are called like packages; in the messages of configs they stay.
func TestMessageOfConfigs(t *testing.T) {
	t.Parallel()
	wrong := &configs.Error{Problems: []configs.Problem{
		{File: "command line", Path: "data", Message: "is a number; want a block"}}}
	want := "command line: data: is a number; want a block"
	if got := message(fmt.Errorf("cell 1: %w", wrong)); got != "cell 1: "+want {
		t.Errorf("message %q; want %q", got, want)
	}
}

func TestEnumerated(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{"": "", "a": "a", "a b": "a or b",
		"a b c": "a, b or c"} {
		if got := enumerated(strings.Fields(words), "or"); got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}

func TestStopped(t *testing.T) {
	t.Parallel()
	cause := errors.New("interrupt signal received")
	ctx, cancel := context.WithCancelCause(t.Context())
	if stopped(ctx, context.Canceled) {
		t.Error("an error is taken for that of a context that is not canceled")
	}
	cancel(cause)
	for err, want := range map[error]bool{cause: true, context.Canceled: true,
		errors.New("disk full"): false} {
		if stopped(ctx, err) != want {
			t.Errorf("stopped by %q is %v", err, !want)
		}
	}
	if stopped(ctx, nil) {
		t.Error("a run without an error counts as stopped")
	}
}
