package rootfile_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go-hep.org/x/hep/groot"
	"go-hep.org/x/hep/groot/riofs"
	"go-hep.org/x/hep/groot/rtree"

	"sparker/internal/rootfile"
)

// grootFolder returns the folder of the test files of go-hep, most of which ROOT wrote. It skips
// the test if the source of the module is not there.
func grootFolder(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "go-hep.org/x/hep").Output()
	dir := filepath.Join(strings.TrimSpace(string(out)), "groot", "testdata")
	if _, statErr := os.Stat(dir); err != nil || statErr != nil {
		t.Skip("the source of go-hep is not there")
	}
	return dir
}

// open opens a file, which is closed after the test.
func open(t testing.TB, path string) *rootfile.Archive {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	a, err := rootfile.Open(f, info.Size())
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return a
}

// columnsOf returns the values of the columns of a tree that can be read, as text.
func columnsOf(t testing.TB, tree *rootfile.TTree) map[string][]string {
	t.Helper()
	var leaves []*rootfile.Leaf
	for _, l := range tree.Columns {
		if l.Refusal == "" {
			leaves = append(leaves, l)
		}
	}
	r, err := tree.Reader(leaves)
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string][]string{}
	for _, l := range leaves {
		columns[l.Name] = nil
	}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return columns
		}
		if err != nil {
			t.Fatal(err)
		}
		for j, l := range leaves {
			columns[l.Name] = append(columns[l.Name], valueText(l, row[j]))
		}
	}
}

// valueText returns the values of an entry as text.
func valueText(l *rootfile.Leaf, raw []byte) string {
	var values []string
	for i := range l.N() {
		text, isInteger := "", false
		if !l.Text {
			text, isInteger = l.Integer(raw, i)
		}
		switch {
		case l.Text:
			text = string(raw)
		case !isInteger:
			text = fmt.Sprint(l.Number(raw, i))
		}
		values = append(values, text)
	}
	return strings.Join(values, " ")
}

// Every tree of the test files of go-hep: the values of all columns that are read are those that
// groot reads. Files that are not read here are listed with the reason.
func TestFilesOfROOT(t *testing.T) {
	t.Parallel()
	dir := grootFolder(t)
	paths, err := filepath.Glob(filepath.Join(dir, "*.root"))
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob(filepath.Join(dir, "uproot", "*.root"))
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, path := range append(paths, more...) {
		a := open(t, path)
		for _, item := range a.Items() {
			if item.IsTree() {
				compared += compareTree(t, path, a, item)
			}
		}
	}
	const most = 500 // columns of files that are there in version 0.36.0
	if compared < most {
		t.Errorf("only %d columns were compared", compared)
	}
}

// compareTree compares the columns of a tree with those that groot reads, and returns how many.
func compareTree(t *testing.T, path string, a *rootfile.Archive, item rootfile.Item) int {
	t.Helper()
	tree, err := a.TTree(item)
	if err != nil {
		t.Errorf("%s:%s: %v", path, item.Path, err)
		return 0
	}
	n := 0
	columns := columnsOf(t, tree)
	for _, l := range tree.Columns {
		if l.Refusal != "" {
			t.Logf("%s:%s: %s (%s): %s", filepath.Base(path), item.Path, l.Name, l.Type, l.Refusal)
			continue
		}
		want, err := grootColumn(path, item, l.Name)
		if err != nil {
			t.Logf("%s:%s: groot does not read %s: %v", filepath.Base(path), item.Path, l.Name, err)
			continue
		}
		if got := columns[l.Name]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s:%s: column %s (%s) is %.99q, want %.99q", path, item.Path, l.Name, l.Type,
				got, want)
		}
		n++
	}
	return n
}

// grootColumn returns the values of a column that groot reads, as text.
func grootColumn(path string, item rootfile.Item, column string) (values []string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	f, err := groot.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	o, err := riofs.Dir(f).Get(fmt.Sprintf("%s;%d", item.Path, item.Cycle))
	if err != nil {
		return nil, err
	}
	tree, isTree := o.(rtree.Tree)
	if !isTree {
		return nil, errors.New("not a tree")
	}
	for _, v := range rtree.NewReadVars(tree) {
		name := v.Name
		if len(tree.Branch(v.Name).Leaves()) > 1 {
			name += "." + v.Leaf
		}
		if strings.TrimSuffix(name, ".") != column {
			continue
		}
		r, err := rtree.NewReader(tree, []rtree.ReadVar{v})
		if err != nil {
			return nil, err
		}
		err = r.Read(func(rtree.RCtx) error {
			values = append(values, reflectText(reflect.ValueOf(v.Deref())))
			return nil
		})
		return values, errors.Join(err, r.Close())
	}
	return nil, errors.New("no such column")
}

// reflectText returns a value, or those of an array, as text.
func reflectText(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Array:
		var values []string
		for i := range v.Len() {
			values = append(values, reflectText(v.Index(i)))
		}
		return strings.Join(values, " ")
	case reflect.Bool:
		if v.Bool() {
			return "1"
		}
		return "0"
	case reflect.Float32, reflect.Float64:
		return fmt.Sprint(v.Float())
	}
	return fmt.Sprint(v.Interface())
}

// The members of a split object, which groot reads as one structure, have the numbers of the
// entries.
func TestMembersOfObjects(t *testing.T) {
	t.Parallel()
	a := open(t, filepath.Join(grootFolder(t), "small-evnt-tree-fullsplit.root"))
	item, found := a.Find("tree")
	if !found {
		t.Fatal("the file has no tree")
	}
	tree, err := a.TTree(item)
	if err != nil {
		t.Fatal(err)
	}
	columns := columnsOf(t, tree)
	for name, shift := range map[string]int{"evt.I16": 0, "evt.U64": 0, "evt.F32": 0, "evt.F64": 0,
		"evt.P3.Px": -1, "evt.P3.Py": 0, "evt.P3.Pz": -1} {
		if len(columns[name]) != 100 {
			t.Fatalf("%d entries of %s", len(columns[name]), name)
		}
		for i, got := range columns[name] {
			if want := fmt.Sprint(i + shift); got != want {
				t.Fatalf("entry %d of %s is %s, want %s", i, name, got, want)
			}
		}
	}
	if got := columns["evt.ArrayF64"][3]; got != "3 3 3 3 3 3 3 3 3 3" {
		t.Errorf("the array of entry 3 is %s", got)
	}
}
