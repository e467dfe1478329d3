package rootfile_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"sparker/internal/rootfile"
)

// The first entries of two columns of a tree.
func Example() {
	content, err := os.ReadFile(filepath.Join("..", "..", "data", "tables", "testdata",
		"root-leaves.root"))
	if err != nil {
		fmt.Println(err)
		return
	}
	archive, err := rootfile.Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		fmt.Println(err)
		return
	}
	item, _ := archive.Find("tree")
	tree, err := archive.TTree(item)
	if err != nil {
		fmt.Println(err)
		return
	}
	var columns []*rootfile.Leaf
	for _, l := range tree.Columns {
		if l.Name == "Str" || l.Name == "F64" {
			columns = append(columns, l)
		}
	}
	r, err := tree.Reader(columns)
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 {
		entry, err := r.Next()
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(string(entry[0]), columns[1].Number(entry[1], 0))
	}
	// Output:
	// str-0 0
	// str-1 1
	// str-2 2
}
