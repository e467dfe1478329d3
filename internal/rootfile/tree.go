package rootfile

import "fmt"

// TTree is a tree of a file.
type TTree struct {
	Entries int64
	Columns []*Leaf // in the order of the file
	archive *Archive
}

// TTree reads what a tree holds, without its entries.
func (a *Archive) TTree(item Item) (*TTree, error) {
	extended, isTree := treeClasses[item.Class]
	if !isTree {
		return nil, fmt.Errorf("%s is of class %s, not a tree", item.Path, item.Class)
	}
	b, err := a.payload(item.key)
	if err != nil {
		return nil, err
	}
	s := &stream{cursor: cursor{b: b}, origin: item.key.length, classes: map[int]string{},
		objects: map[int]any{}}
	if extended {
		s.header()
	}
	t := &TTree{archive: a}
	branches := t.read(s)
	if s.err != nil {
		return nil, s.err
	}
	if t.Entries < 0 || int64(int(t.Entries)) != t.Entries {
		return nil, damage("the tree has %d entries", t.Entries)
	}
	l := &layout{tree: t, names: map[string]bool{}}
	l.add("", nil, branches)
	return t, nil
}

// read reads a TTree up to its branches, which it returns.
func (t *TTree) read(s *stream) []any {
	version, _ := s.header()
	if s.err == nil && version < 5 {
		s.err = fmt.Errorf("the tree has the version %d, which ROOT 3 and older wrote; a newer "+
			"ROOT can read and write it again", version)
	}
	s.named()
	for range 3 { // TAttLine, TAttFill, TAttMarker
		s.skip()
	}
	wide := version > 5
	if wide {
		t.Entries = s.i64()
	} else {
		t.Entries = s.whole()
	}
	s.take(3 * 8) // numbers of bytes
	if version >= 18 {
		s.take(8) // flushed bytes
	}
	if version >= 16 {
		s.take(8) // weight
	}
	s.take(3 * 4) // timer, scan field, update
	if version >= 17 {
		s.take(4) // length of tables of offsets
	}
	clusters := 0
	if version >= 19 {
		clusters = s.i32()
	}
	t.skipLimits(s, version)
	if version >= 19 {
		if s.err == nil && (clusters < 0 || clusters > len(s.b)/16) {
			s.err = damage("the tree has %d clusters", clusters)
		}
		for range 2 {
			s.take(1 + 8*clusters)
		}
	}
	if version >= 20 {
		s.skip() // TIOFeatures
	}
	return s.array()
}

// skipLimits skips the largest numbers of entries, bytes and estimates.
func (t *TTree) skipLimits(s *stream, version int) {
	if version <= 5 {
		s.take(4 * 4)
		return
	}
	s.take(4 * 8)
	if version >= 18 {
		s.take(8) // automatic flush
	}
	s.take(8) // estimate
}
