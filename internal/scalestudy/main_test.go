package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"sparker/analysis"
	"sparker/results"
)

// A run of 200 generated toys in two shards, read by the same code as a real one.
func Example() {
	folder, err := os.MkdirTemp("", "scalestudy")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	err = writeRun(folder, size{config: "lead", toys: 200, shards: 2, layout: oneFolder})
	if err != nil {
		fmt.Println(err)
		return
	}
	store, err := results.Open(filepath.Join(folder, "part-1"))
	if err != nil {
		fmt.Println(err)
		return
	}
	run, err := analysis.Open(store)
	if err != nil {
		fmt.Println(err)
		return
	}
	s := run.Status()
	fmt.Println(s.Done, "of", s.Toys, "toys in", len(s.Cells), "cells")
	// Output: 200 of 200 toys in 2 cells
}

// Every config can be written in every layout, and its parts hold all toys.
func TestWriteRun(t *testing.T) {
	t.Parallel()
	for _, s := range []size{
		{config: "full", toys: 200, shards: 3, layout: folders},
		{config: "sweep", toys: 10_000, shards: 1, layout: oneFolder},
	} {
		folder := t.TempDir()
		if err := writeRun(folder, s); err != nil {
			t.Fatal(err)
		}
		parts, err := filepath.Glob(filepath.Join(folder, "part-*"))
		if err != nil {
			t.Fatal(err)
		}
		stored := 0
		for _, dir := range parts {
			store, err := results.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			toys, err := store.Toys()
			if err != nil {
				t.Fatal(err)
			}
			stored += len(toys)
		}
		if stored != s.toys {
			t.Errorf("%+v: %d toys in %d parts", s, stored, len(parts))
		}
	}
}
