package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// The sample files in the repository are those that the command writes.
func TestFilesAreGenerated(t *testing.T) {
	for name, want := range files() {
		got, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("examples/%s differs from what go run ./examples/generate writes", name)
		}
	}
}
