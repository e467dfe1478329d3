package tables

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go-hep.org/x/hep/groot"
	"go-hep.org/x/hep/groot/riofs"
	"go-hep.org/x/hep/groot/rtree"

	"sparker/internal/rootfile"
)

// rootEvent is an entry of the trees that the tests write.
type rootEvent struct {
	Pt    float64   `groot:"pt"`
	Eta   float32   `groot:"eta"`
	Run   int64     `groot:"run"`
	Big   uint64    `groot:"big"`
	Hits  uint8     `groot:"hits"`
	Loose bool      `groot:"loose"`
	Pay   string    `groot:"pay"`
	P     [3]int16  `groot:"p"`
	N     int32     `groot:"n"`
	Jets  []float32 `groot:"jets[n]"`
}

// rootEventAt returns entry i.
func rootEventAt(i int) rootEvent {
	v := float64(i)
	return rootEvent{Pt: math.Sqrt(v), Eta: float32(v) / 8, Run: 9_007_199_254_740_993 + int64(i),
		Big: math.MaxUint64 - uint64(i), Hits: uint8(200 + i%50), Loose: i%3 == 0,
		Pay: []string{"cash", "card", ""}[i%3], P: [3]int16{int16(-i), int16(i), 7},
		N: int32(i % 4), Jets: make([]float32, i%4)}
}

// rootNames are the columns of a rootEvent that are read, the words included.
var rootNames = []string{"pt", "eta", "run", "big", "hits", "loose", "pay", "p.1", "p.2", "p.3",
	"n"}

// rootRow returns the numbers of entry i.
func rootRow(i int) []float64 {
	e := rootEventAt(i)
	loose, pay := 0.0, float64(i%3)
	if e.Loose {
		loose = 1
	}
	if e.Pay == "" {
		pay = math.NaN()
	}
	return []float64{e.Pt, float64(e.Eta), float64(e.Run), float64(e.Big), float64(e.Hits), loose,
		pay, float64(e.P[0]), float64(e.P[1]), float64(e.P[2]), float64(e.N)}
}

// rootFile writes a file with trees of n entries at some paths, and returns its path.
func rootFile(t testing.TB, n int, options []riofs.FileOption, paths ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "events.root")
	f, err := groot.Create(path, options...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		var dir riofs.Directory = f
		if folder, name := filepath.Split(p); folder != "" {
			if dir, err = riofs.Dir(f).Mkdir(strings.Trim(folder, "/")); err != nil {
				t.Fatal(err)
			}
			p = name
		}
		var e rootEvent
		const basket = 512 // bytes, so that there are several
		w, err := rtree.NewWriter(dir, p, rtree.WriteVarsFromStruct(&e),
			rtree.WithBasketSize(basket))
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			e = rootEventAt(i)
			if _, err := w.Write(); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// checkROOT compares a table of n rows with the entries that were written.
func checkROOT(t *testing.T, table *Table, n int) {
	t.Helper()
	if !slices.Equal(table.Names(), rootNames) || table.N() != n {
		t.Fatalf("%d rows of %v", table.N(), table.Names())
	}
	for i := range n {
		want := rootRow(i)
		for j, v := range table.Row(i, nil) {
			if v != want[j] && !(math.IsNaN(v) && math.IsNaN(want[j])) {
				t.Fatalf("row %d, column %s is %v, want %v", i, rootNames[j], v, want[j])
			}
		}
	}
}

// Trees of go-hep with every type and every compression.
func TestROOTCompressions(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]riofs.FileOption{"none": riofs.WithoutCompression(),
		"zlib": riofs.WithZlib(6), "lz4": riofs.WithLZ4(4), "lz4-1": riofs.WithLZ4(1),
		"lzma": riofs.WithLZMA(6), "zstd": riofs.WithZstd(3)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := rootFile(t, 700, []riofs.FileOption{option}, "Events")
			checkROOT(t, mustRead(t, path, ReadOptions{Levels: 5}), 700)
			labels, err := ReadLabels(path+":run", Dialect{})
			if err != nil || labels[699] != "9007199254741692" {
				t.Errorf("labels %v, %v", labels[:min(3, len(labels))], err)
			}
			labels, err = ReadLabels(path+":Events/big", Dialect{})
			if err != nil || labels[1] != "18446744073709551614" {
				t.Errorf("labels %v, %v", labels[:min(3, len(labels))], err)
			}
			texts, err := ReadTexts(path+":pay", Dialect{})
			if err != nil || !slices.Equal(texts[:4], []string{"cash", "card", "", "cash"}) {
				t.Errorf("texts %v, %v", texts[:min(4, len(texts))], err)
			}
			truths, err := ReadLabels(path+":loose", Dialect{})
			if err != nil || !slices.Equal(truths[:2], []string{"true", "false"}) {
				t.Errorf("truth values %v, %v", truths[:min(2, len(truths))], err)
			}
		})
	}
}

// A file of ROOT 6.28 with every type of leaf, single and in arrays of ten.
func TestFileOfROOT(t *testing.T) {
	t.Parallel()
	table := mustRead(t, filepath.Join("testdata", "root-leaves.root"), ReadOptions{Levels: 10})
	if table.N() != 10 || table.D() != 167 {
		t.Fatalf("%d rows of %d columns", table.N(), table.D())
	}
	for j, c := range table.Columns() {
		name, place, isArray := strings.Cut(c.Name, ".")
		for i := range 10 {
			want := float64(i)
			switch letters := strings.TrimPrefix(name, "Arr"); {
			case isArray && letters == "Bs":
				want = 0
				if place == fmt.Sprint(i+1) {
					want = 1
				}
			case letters == "B":
				want = float64(1 - i%2)
			case letters[0] == 'I' || letters == "G64":
				want = -float64(i)
			case letters == "N":
				want = float64(i)
			}
			if got := table.Row(i, nil)[j]; got != want {
				t.Errorf("row %d, column %s is %v, want %v", i, c.Name, got, want)
			}
		}
	}
	words := table.Columns()[1].Levels
	if len(words) != 10 || words[9] != "str-9" {
		t.Errorf("words %v", words)
	}
}

func TestROOTAddresses(t *testing.T) {
	t.Parallel()
	path := rootFile(t, 60, nil, "Events", "sim/Events")
	o := ReadOptions{Levels: 5}
	checkROOT(t, mustRead(t, path+":Events", o), 60)
	checkROOT(t, mustRead(t, path+":sim/Events", o), 60)
	checkROOT(t, mustRead(t, path+":Events;1", o), 60)
	checkTable(t, mustRead(t, path+":Events/hits", ReadOptions{Subsample: 60, Rand: stream(1)}),
		[]string{"hits"}, columnOfROOT(60, 4)...)
	_, err := Read(path, o)
	checkError(t, err, "several trees", "FILE.root:Events", "sim/Events (60 x 11 of TTree)")
	_, err = Read(path+":Muons", o)
	checkError(t, err, `no tree "Muons"`, "Events", "sim/Events")
	_, err = Read(path+":Events/mass", o)
	checkError(t, err, `no column is called "mass"`, "pt, eta")
	_, err = ReadLabels(path+":Events", Dialect{})
	checkError(t, err, "several columns")
	in, err := Inspect(path, ReadOptions{})
	if err != nil || len(in.Arrays) != 2 || in.Rows != 0 {
		t.Errorf("%+v, %v", in, err)
	}
	in, err = Inspect(path+":sim/Events", ReadOptions{})
	if err != nil || in.Rows != 60 || len(in.Columns) != 11 ||
		!slices.Equal(in.Skipped, []string{"jets (list of Float_t)"}) {
		t.Errorf("%+v, %v", in, err)
	}
}

// columnOfROOT returns n rows of one column of the entries.
func columnOfROOT(n, column int) [][]float64 {
	var rows [][]float64
	for i := range n {
		rows = append(rows, rootRow(i)[column:column+1])
	}
	return rows
}

// A list of changing length is listed, and refused with what to do.
func TestROOTLists(t *testing.T) {
	t.Parallel()
	path := rootFile(t, 60, nil, "Events")
	table := mustRead(t, path, ReadOptions{})
	if notes := table.Notes(); len(notes) != 1 ||
		!strings.Contains(notes[0], "pay (string), jets (list of Float_t)") {
		t.Errorf("notes %q", notes)
	}
	for _, read := range []func() error{
		func() error {
			_, err := Read(path, ReadOptions{Columns: []string{"pt", "jets"}})
			return err
		},
		func() error {
			_, err := Read(path+":Events/jets", ReadOptions{})
			return err
		},
		func() error {
			_, err := ReadLabels(path+":Events/jets", Dialect{})
			return err
		},
	} {
		err := read()
		var wrong *ColumnError
		if !errors.As(err, &wrong) || wrong.Column != "jets" {
			t.Fatalf("%v", err)
		}
		checkError(t, err, "list of Float_t", "length changes", `Define("jets0", "jets[0]")`)
	}
}

// The options of reading hold for ROOT files as for the others.
func TestROOTOptions(t *testing.T) {
	t.Parallel()
	path := rootFile(t, 90, nil, "Events")
	o := ReadOptions{Columns: []string{"eta", "pt"}, Subsample: 20, Rand: stream(3)}
	table := mustRead(t, path, o)
	if table.N() != 20 || !slices.Equal(table.Names(), []string{"eta", "pt"}) {
		t.Errorf("%d rows of %v", table.N(), table.Names())
	}
	for i := range table.N() {
		v := float64(table.Index(i))
		if row := table.Row(i, nil); row[0] != v/8 || row[1] != math.Sqrt(v) {
			t.Errorf("row %d of the file is %v", table.Index(i), row)
		}
	}
	_, err := Read(path, ReadOptions{MaxBytes: 1000})
	var large *MemoryError
	if !errors.As(err, &large) || large.Rows != 90 {
		t.Errorf("%v", err)
	}
	_, err = Read(path, ReadOptions{Columns: []string{"hits"}, Levels: 3,
		Kinds: map[string]Kind{"hits": Category}})
	checkError(t, err, "hits", "more than 3 different words")
	narrow := mustRead(t, path, ReadOptions{Columns: []string{"eta"}})
	if narrow.Bytes() != 4*90 {
		t.Errorf("%d bytes", narrow.Bytes())
	}
}

// Missing values of a tree are those that are not finite.
func TestROOTMissing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "m.root")
	f, err := groot.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	var x float32
	w, err := rtree.NewWriter(f, "t", []rtree.WriteVar{{Name: "x", Value: &x}})
	if err != nil {
		t.Fatal(err)
	}
	for _, x = range []float32{1, float32(math.NaN()), 3, float32(math.Inf(1))} {
		if _, err := w.Write(); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	_, err = Read(path, ReadOptions{})
	var missing *MissingValuesError
	if !errors.As(err, &missing) || missing.Incomplete != 2 || missing.FirstRow != 1 {
		t.Errorf("%v", err)
	}
	table := mustRead(t, path, ReadOptions{Missing: DropMissing})
	checkTable(t, table, []string{"x"}, []float64{1}, []float64{3})
	if table.Dropped() != 2 {
		t.Errorf("%d rows dropped", table.Dropped())
	}
}

// What is not a ROOT file, is cut, or holds no tree is an error that says so.
func TestROOTErrors(t *testing.T) {
	t.Parallel()
	_, err := Read(writeNamed(t, "x.root", []byte("a,b\n1,2\n")), ReadOptions{})
	checkError(t, err, "not a ROOT file")
	content, err := os.ReadFile(rootFile(t, 60, nil, "Events"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Read(writeNamed(t, "x.root", content[:len(content)-1]), ReadOptions{})
	checkError(t, err, "truncated", fmt.Sprint(len(content)))
	_, err = Read(rootFile(t, 60, nil), ReadOptions{})
	checkError(t, err, "no tree")
	_, err = Read(rootFile(t, 0, nil, "Events"), ReadOptions{})
	checkError(t, err, "no rows")
}

// rootBytes returns a file with a tree of three columns of numbers, which has the given rows, one
// after the other.
func rootBytes(t testing.TB, option riofs.FileOption, rows []float64) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.root")
	f, err := groot.Create(path, option)
	if err != nil {
		t.Fatal(err)
	}
	var row struct {
		A, B float64
		C    [1]float64
	}
	w, err := rtree.NewWriter(f, "t", rtree.WriteVarsFromStruct(&row))
	if err != nil {
		t.Fatal(err)
	}
	for r := range slices.Chunk(rows, 3) {
		row.A, row.B, row.C[0] = r[0], r[1], r[2]
		if _, err := w.Write(); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Every byte of compressed files that change: an error, or the numbers of before. The bytes that
// are not compressed do not change the numbers.
func TestDamagedROOTFiles(t *testing.T) {
	t.Parallel()
	values := make([]float64, 900)
	for i := range values {
		values[i] = float64(i)
	}
	path := filepath.Join(t.TempDir(), "d.root")
	for _, option := range []riofs.FileOption{riofs.WithZlib(1), riofs.WithLZ4(1),
		riofs.WithLZMA(1)} {
		content := rootBytes(t, option, values)
		for at := 0; at < len(content); at += max(1, len(content)/(5*thoroughness(t))) {
			bad := slices.Clone(content)
			bad[at] ^= 0x21
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			table, err := Read(path, ReadOptions{MaxBytes: 1 << 20})
			if err == nil && !slices.Equal(table.Sample(nil).X, values) {
				t.Errorf("byte %d: other numbers", at)
			}
		}
	}
}

// RNTuples and chains are refused with what to do, and listed if a file has trees as well.
func TestOtherROOTTables(t *testing.T) {
	t.Parallel()
	checkError(t, notATree(rootfile.Item{Path: "Staff", Class: "ROOT::RNTuple"}), "Staff",
		"RNTuple", "Snapshot", "Parquet")
	checkError(t, notATree(rootfile.Item{Path: "all", Class: "TChain"}), "all", "other files")
}
