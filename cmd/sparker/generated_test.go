package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var regen = flag.Bool("regen", false, "write the generated pages, schemas and figures of docs anew")

// checkGenerated compares a generated file of the repository, named from its root, with what it
// should hold, or writes it if the test runs with -regen.
func checkGenerated(t *testing.T, name string, want []byte) {
	t.Helper()
	path := filepath.Join("..", "..", filepath.FromSlash(name))
	if *regen {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is out of date; go test ./cmd/sparker -run %s -regen writes it anew", name,
			t.Name())
	}
}
