package tables_test

import (
	"errors"
	"fmt"
	"io/fs"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"

	"sparker/data/tables"
)

// events writes a CSV file to a folder of its own and returns its path.
func events() string {
	dir, err := os.MkdirTemp("", "events")
	if err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(dir, "events.csv")
	const content = "mass,angle,class\n91.2,0.5,z\n3.1,,jpsi\n90.8,-1.5,z\n"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		log.Fatal(err)
	}
	return path
}

// The second row has no angle. The column of text is not part of the table.
func ExampleRead() {
	path := events()
	defer os.RemoveAll(filepath.Dir(path))

	table, err := tables.Read(path, tables.ReadOptions{Missing: tables.DropMissing})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(table.Names(), table.N(), "rows,", table.Dropped(), "dropped")
	fmt.Println(table.Sample(nil).X)
	fmt.Println(table.Notes())
	// Output:
	// [mass angle] 2 rows, 1 dropped
	// [91.2 0.5 90.8 -1.5]
	// [no numbers, so skipped: class (text)]
}

// A key in the address names a column. One row is chosen at random.
func ExampleRead_subsample() {
	path := events()
	defer os.RemoveAll(filepath.Dir(path))

	r := rand.New(rand.NewPCG(1, 2))
	table, err := tables.Read(path+":mass", tables.ReadOptions{Subsample: 1, Rand: r})
	if err != nil {
		log.Fatal(err)
	}
	for i := range table.N() {
		fmt.Println("row", table.Index(i), table.Row(i, nil))
	}
	// Output: row 1 [3.1]
}

func ExampleReadLabels() {
	path := events()
	defer os.RemoveAll(filepath.Dir(path))

	labels, err := tables.ReadLabels(path+":class", tables.Dialect{})
	fmt.Println(labels, err)
	// Output: [z jpsi z] <nil>
}

func ExampleReadTexts() {
	path := events()
	defer os.RemoveAll(filepath.Dir(path))

	texts, err := tables.ReadTexts(path+":angle", tables.Dialect{})
	fmt.Printf("%q %v\n", texts, err)
	// Output: ["0.5" "" "-1.5"] <nil>
}

func ExampleInspect() {
	path := events()
	defer os.RemoveAll(filepath.Dir(path))

	in, err := tables.Inspect(path, tables.ReadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(in.Format, in.Rows, "rows,", in.Incomplete, "incomplete")
	for _, c := range in.Columns {
		if c.Kind == tables.Number {
			fmt.Printf("%s: %v to %v, %d missing\n", c.Name, c.Min, c.Max, c.NaN)
		} else {
			fmt.Printf("%s: %d words, %v\n", c.Name, c.Levels, c.Words)
		}
	}
	// Output:
	// csv 3 rows, 1 incomplete
	// mass: 3.1 to 91.2, 0 missing
	// angle: -1.5 to 0.5, 1 missing
	// class: 2 words, [{z 2} {jpsi 1}]
}

// The errors carry what a program needs for a message of its own.
func ExampleColumnError() {
	path := events()
	defer os.RemoveAll(filepath.Dir(path))

	_, err := tables.Read(path, tables.ReadOptions{Columns: []string{"mass", "phi"}})
	var unknown *tables.ColumnError
	if errors.As(err, &unknown) {
		fmt.Println(unknown.Column, "is not among", unknown.Columns)
	}
	// Output: phi is not among [mass angle]
}

func ExampleMissingFileError() {
	_, err := tables.Read("nowhere.parquet:mass", tables.ReadOptions{})
	var missing *tables.MissingFileError
	fmt.Println(errors.As(err, &missing), errors.Is(err, fs.ErrNotExist))
	fmt.Println(err)
	// Output:
	// true true
	// data: reading nowhere.parquet:mass: there is no such file
}

func ExamplePath() {
	path := events()
	defer os.RemoveAll(filepath.Dir(path))

	file, err := tables.Path(path + ":mass")
	fmt.Println(filepath.Base(file), err)
	// Output: events.csv <nil>
}

// The columns of the data are put into the order of those of the reference.
func ExampleTable_Match() {
	reference := tables.New([]string{"mass", "angle"}, []float64{91, 0.5, 3, 0.1})
	observed := tables.New([]string{"angle", "mass"}, []float64{0.2, 90})
	matched, err := observed.Match(reference.Names())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(matched.Names(), matched.Row(0, nil))
	// Output: [mass angle] [90 0.2]
}
