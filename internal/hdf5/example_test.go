package hdf5_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"sparker/internal/hdf5"
)

// golden returns a file that another program wrote.
func golden(name string) ([]byte, error) {
	f, err := os.Open(filepath.Join("..", "..", "data", "tables", "testdata", name+".gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// The first numbers of a dataset of a file.
func Example() {
	content, err := golden("h5py-latest.h5")
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := hdf5.Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		fmt.Println(err)
		return
	}
	tree, err := f.Tree()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range tree.Datasets {
		if d.Path != "/events/f4" {
			continue
		}
		rows, err := d.ReadRows()
		if err != nil {
			fmt.Println(err)
			return
		}
		raw, err := rows.Next()
		if err != nil {
			fmt.Println(err)
			return
		}
		number := d.Type.Number()
		fmt.Println(d.Type.Describe(), d.Shape, number(raw), number(raw[rows.RowBytes():]))
	}
	// Output: float of 4 bytes [40] 0 0.125
}
