package tables

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"slices"
	"strings"

	"sparker/internal/rootfile"
)

// rootFormat is the format of ROOT. The key of an address is the path of a tree, with the folders
// that it is in, and may be left out if the file holds one tree. The name of a column may follow,
// after a slash.
type rootFormat struct{}

func (rootFormat) name() string { return "root" }

func (f rootFormat) open(p place, o ReadOptions) (openTable, error) {
	return openBinary(p, o, f.openPlain)
}

func (rootFormat) openPlain(p place, o ReadOptions) (openTable, error) {
	r, err := openROOT(p.path, p.size)
	if err != nil {
		return nil, err
	}
	t, err := r.tableAt(p.key, o.Levels)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return t, nil
}

// tableAt returns the table of a key: a tree, or one of its columns.
func (r *rootArchive) tableAt(key string, levels int) (*rootTable, error) {
	item, column, err := r.itemAndColumn(key)
	if err != nil {
		return nil, err
	}
	t, err := r.table(item, levels)
	if err != nil || column == "" {
		return t, err
	}
	if err := t.s.refusals[column]; err != nil {
		return nil, err
	}
	one := func(c rootColumn) bool { return c.name == column || c.leaf.Name == column }
	if !slices.ContainsFunc(t.columns, one) {
		return nil, unknownColumn(column, t.names())
	}
	t.columns = slices.DeleteFunc(t.columns, func(c rootColumn) bool { return !one(c) })
	t.s.columns, t.s.others = nil, nil
	for _, c := range t.columns {
		t.s.columns = append(t.s.columns, c.column)
	}
	return t, nil
}

func (rootFormat) arrays(p place) ([]ArrayInfo, error) {
	r, err := openROOT(p.path, p.size)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return r.trees(), nil
}

// rootArchive is an open ROOT file.
type rootArchive struct {
	*os.File
	archive *rootfile.Archive
	items   []rootfile.Item // the last versions of the trees
	others  []rootfile.Item // of RNTuples and chains
}

// openROOT opens a file of size bytes and lists its trees.
func openROOT(path string, size int64) (*rootArchive, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &rootArchive{File: file}
	if r.archive, err = rootfile.Open(file, size); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	last := map[string]bool{}
	for _, i := range r.archive.Items() {
		switch {
		case !i.IsTree():
			r.others = append(r.others, i)
		case !last[i.Path]:
			last[i.Path] = true
			r.items = append(r.items, i)
		}
	}
	return r, nil
}

// trees describes the trees: their entries and the columns that can be read. RNTuples and chains
// have no shape.
func (r *rootArchive) trees() []ArrayInfo {
	var infos []ArrayInfo
	for _, i := range r.items {
		info := ArrayInfo{Name: i.Path}
		if t, err := r.archive.TTree(i); err == nil {
			columns := 0
			for _, l := range t.Columns {
				if l.Refusal == "" {
					columns += l.N()
				}
			}
			info.Shape, info.Stored = []int{int(t.Entries), columns}, i.Class
		}
		infos = append(infos, info)
	}
	for _, i := range r.others {
		infos = append(infos, ArrayInfo{Name: i.Path})
	}
	return infos
}

// item returns the tree of a key.
func (r *rootArchive) item(key string) (rootfile.Item, error) {
	switch {
	case key != "":
		item, found := r.archive.Find(key)
		if found && !item.IsTree() {
			return item, notATree(item)
		}
		if found {
			return item, nil
		}
	case len(r.items) == 1:
		return r.items[0], nil
	case len(r.items) > 1:
		return rootfile.Item{}, &severalArrays{what: "trees", suffix: ".root", arrays: r.trees()}
	case len(r.others) > 0:
		return rootfile.Item{}, notATree(r.others[0])
	}
	if len(r.items) == 0 {
		return rootfile.Item{}, errors.New("the file holds no tree")
	}
	var names []string
	for _, t := range r.trees() {
		names = append(names, t.Name+" "+t.describe())
	}
	return rootfile.Item{}, fmt.Errorf("the file holds no tree %q; its trees are %s", key,
		listed(names))
}

// notATree returns the error for an RNTuple or a chain.
func notATree(item rootfile.Item) error {
	if item.Class == "TChain" {
		return fmt.Errorf("%s is a chain of trees in other files, not a tree; read those files",
			item.Path)
	}
	return fmt.Errorf("%s is an RNTuple, which cannot be read here; write it as a TTree (in ROOT: "+
		"RDataFrame(%q, file).Snapshot) or as a Parquet file", item.Path, item.Path)
}

// rootTable is a tree of an open file.
type rootTable struct {
	*rootArchive
	tree    *rootfile.TTree
	columns []rootColumn
	s       schema
}

// rootColumn is a value of a leaf as a column.
type rootColumn struct {
	column
	leaf *rootfile.Leaf
	at   int // of the values of the leaf
}

// table returns a tree as a table. levels is the largest number of different words of a column.
func (r *rootArchive) table(item rootfile.Item, levels int) (*rootTable, error) {
	tree, err := r.archive.TTree(item)
	if err != nil {
		return nil, fmt.Errorf("tree %s: %w", item.Path, err)
	}
	t := &rootTable{rootArchive: r, tree: tree}
	t.s = schema{named: true, n: int(tree.Entries), refusals: map[string]error{}}
	for _, l := range tree.Columns {
		if l.Refusal != "" {
			t.refuse(l)
			continue
		}
		t.s.buffered += l.DataBytes()
		t.add(l, levels)
	}
	for _, c := range t.columns {
		t.s.columns = append(t.s.columns, c.column)
	}
	return t, checkColumns(len(t.columns))
}

// refuse lists a leaf that cannot be read.
func (t *rootTable) refuse(l *rootfile.Leaf) {
	stored := l.Type
	reason := fmt.Sprintf("column %q cannot be read (%s): %s", l.Name, l.Type, l.Refusal)
	if l.Varying {
		if !strings.Contains(stored, "<") {
			stored = "list of " + stored
		}
		reason = fmt.Sprintf("column %q (%s) is a list whose length changes from row to row; make "+
			"columns of single numbers, as Define(\"%s0\", \"%s[0]\") of RDataFrame or awkward "+
			"does", l.Name, stored, l.Name, l.Name)
	}
	t.s.others = append(t.s.others, l.Name+" ("+stored+")")
	t.s.refusals[l.Name] = &ColumnError{Column: l.Name, reason: reason}
}

// add adds the columns of a leaf: one for each place of an array.
func (t *rootTable) add(l *rootfile.Leaf, levels int) {
	if l.Text && levels == 0 {
		t.s.others = append(t.s.others, l.Name+" (string)")
		return
	}
	c := column{name: l.Name, stored: l.Type, narrow: l.Narrow()}
	if l.Text {
		c.kind, c.words = Category, newDictionary(levels)
	}
	for i := range l.N() {
		c.name = l.Name + placeOf(i, l.Shape)
		t.columns = append(t.columns, rootColumn{column: c, leaf: l, at: i})
	}
}

// placeOf returns the indices, counted from 1, of value i of an array: ".3", or ".1.3" if it has
// two dimensions. It is "" for a single value.
func placeOf(i int, shape []int) string {
	name := ""
	for k := len(shape) - 1; k >= 0; k-- {
		name = fmt.Sprintf(".%d%s", i%shape[k]+1, name)
		i /= shape[k]
	}
	return name
}

func (t *rootTable) schema() schema { return t.s }

func (t *rootTable) remarks() []string { return nil }

func (t *rootTable) rows(pick []int, each func(row []float64) error) error {
	columns := make([]rootColumn, len(pick))
	leaves := make([]*rootfile.Leaf, len(pick))
	for k, j := range pick {
		columns[k] = t.columns[j]
		leaves[k] = columns[k].leaf
	}
	r, err := t.tree.Reader(leaves)
	if err != nil {
		return err
	}
	row := make([]float64, len(pick))
	for {
		raw, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for k := range columns {
			if row[k], err = columns[k].value(raw[k]); err != nil {
				return err
			}
		}
		if err := each(row); err != nil {
			return err
		}
	}
}

// value returns the number of the bytes of an entry: the code of a word, or NaN if it is empty.
func (c *rootColumn) value(raw []byte) (float64, error) {
	if c.words == nil {
		return c.leaf.Number(raw, c.at), nil
	}
	if len(raw) == 0 {
		return math.NaN(), nil
	}
	if _, err := asTexts.text(string(raw), 0); err != nil {
		return 0, &ColumnError{Column: c.name,
			reason: fmt.Sprintf("column %s holds %.40q, not text", c.name, raw)}
	}
	return c.words.code(raw), nil
}

func (rootFormat) words(p place, as wording) ([]string, error) {
	r, err := openROOT(p.path, p.size)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	item, column, err := r.itemAndColumn(p.key)
	if err != nil {
		return nil, err
	}
	t, err := r.table(item, 1)
	if err != nil {
		return nil, err
	}
	if err := t.s.refusals[column]; err != nil {
		return nil, err
	}
	j, err := pickWords(rootFormat{}, column, t.names())
	if err != nil {
		return nil, err
	}
	return t.wordsOf(t.columns[j], as)
}

// itemAndColumn returns the tree and the name of the column of a key, as in "Events/run". Either
// may be left out: the tree if the file holds one, and the column, which is then "".
func (r *rootArchive) itemAndColumn(key string) (rootfile.Item, string, error) {
	key = strings.Trim(key, "/")
	_, isTree := r.archive.Find(key)
	folder, column := path.Split(key)
	folder = strings.Trim(folder, "/")
	switch {
	case key == "" || isTree:
		item, err := r.item(key)
		return item, "", err
	case folder == "" && len(r.items) == 1:
		return r.items[0], column, nil
	case folder == "":
		folder = column
	}
	item, err := r.item(folder)
	return item, column, err
}

// names returns the names of all columns.
func (t *rootTable) names() []string {
	var names []string
	for _, c := range t.columns {
		names = append(names, c.name)
	}
	return names
}

// wordsOf reads the words of a column.
func (t *rootTable) wordsOf(c rootColumn, as wording) ([]string, error) {
	r, err := t.tree.Reader([]*rootfile.Leaf{c.leaf})
	if err != nil {
		return nil, err
	}
	var words []string
	total := 0
	for {
		raw, err := r.Next()
		if errors.Is(err, io.EOF) {
			return words, nil
		}
		if err != nil {
			return nil, err
		}
		word, err := c.word(raw[0], len(words), as)
		if err != nil {
			return nil, err
		}
		if total += len(word); total > maxWordBytes {
			return nil, fmt.Errorf("the words of column %s take more than %s", c.name,
				bytesText(maxWordBytes))
		}
		words = append(words, word)
	}
}

// word returns the value of an entry as a word.
func (c rootColumn) word(raw []byte, row int, as wording) (string, error) {
	if c.leaf.Text {
		return as.text(string(raw), row)
	}
	if text, isInteger := c.leaf.Integer(raw, c.at); isInteger {
		return text, nil
	}
	v := c.leaf.Number(raw, c.at)
	if c.leaf.Truth() {
		return map[bool]string{false: "false", true: "true"}[v != 0], nil
	}
	return as.number(v, row)
}
