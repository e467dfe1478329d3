package rootfile

import "strings"

// branch is a branch of a tree.
type branch struct {
	class, name  string
	file         string // that holds the data; empty if it is that of the tree
	entries      int64
	first        int64 // number of the first entry
	bytes        int64 // of the data once they are decompressed
	branches     []any
	leaves       []any
	inner        []any // the baskets that are stored with the tree
	basketBytes  []int // of the baskets on disk, with their keys
	basketStarts []int64
	basketPlaces []int64
	// of a TBranchElement
	content string // name of the class
	code    int    // what it holds
	element int    // type of a member
}

// read reads a TBranch.
func (b *branch) read(s *stream) {
	version, end := s.header()
	if s.err == nil && version < 6 {
		s.err = damage("a branch has the version %d, which no ROOT after 2.26 writes", version)
	}
	b.name, _ = s.named()
	if version > 7 {
		s.skip() // TAttFill
	}
	s.take(3 * 4) // compression, sizes of baskets and of tables of offsets
	used := s.i32()
	if version >= 10 {
		s.take(8) // number of the last entry
	} else {
		s.take(4)
	}
	if version >= 13 {
		s.skip() // TIOFeatures
	}
	s.take(4) // offset
	places := s.i32()
	if version > 6 {
		s.take(4) // level of splitting
	}
	b.readCounts(s, version)
	b.branches, b.leaves, b.inner = s.array(), s.array(), s.array()
	b.readBaskets(s, version, places)
	b.file = s.text()
	if s.err == nil && (used < 0 || used > places) {
		s.err = damage("branch %s uses %d of %d baskets", b.name, used, places)
	}
	if s.err == nil && used < len(b.basketPlaces) {
		b.basketBytes, b.basketPlaces = b.basketBytes[:used], b.basketPlaces[:used]
	}
	s.close(end)
}

// readCounts reads the numbers of entries and of bytes.
func (b *branch) readCounts(s *stream, version int) {
	if version < 10 {
		b.entries, b.bytes = s.whole(), s.whole()
		s.take(8)
		return
	}
	b.entries = s.i64()
	if version >= 11 {
		b.first = s.i64()
	}
	b.bytes = s.i64()
	s.take(8) // compressed
}

// readBaskets reads the sizes, first entries, and places of a number of baskets on disk.
func (b *branch) readBaskets(s *stream, version, n int) {
	wide := version >= 10
	if s.err == nil && (n < 0 || n > len(s.b)/4) {
		s.err = damage("branch %s has %d baskets", b.name, n)
	}
	if s.u8() != 0 {
		for range n {
			b.basketBytes = append(b.basketBytes, s.i32())
		}
	}
	if s.u8() != 0 {
		for range n {
			b.basketStarts = append(b.basketStarts, s.pointer(wide))
		}
	}
	const wideFlag = 2 // places of 8 bytes in an old branch
	if flag := s.u8(); flag != 0 {
		for range n {
			b.basketPlaces = append(b.basketPlaces, s.pointer(wide || flag == wideFlag))
		}
	}
}

// extendedBranch reads a TBranchElement or a TBranchObject.
func (s *stream) extendedBranch(class string) *branch {
	b := &branch{class: class}
	version, end := s.header()
	b.read(s)
	b.content = s.text()
	if class == "TBranchElement" && version > 1 {
		s.text() // parent class
		s.text() // class of clones
		s.take(4)
		if version >= 10 {
			s.take(2)
		} else {
			s.take(4)
		}
		s.take(4) // number of the member
		b.code, b.element = s.i32(), s.i32()
	}
	s.close(end)
	return b
}

// plainName returns the name without the lengths of arrays and a dot at its end.
func (b *branch) plainName() string {
	name, _, _ := strings.Cut(b.name, "[")
	return strings.TrimSuffix(name, ".")
}

// leafRecord is a leaf of a branch.
type leafRecord struct {
	class, name, title string
	n                  int // length of an array, or of its fixed dimensions
	unsigned           bool
	counted            bool // the length of the array is in another leaf
	element            int  // type of a TLeafElement
}

// read reads a TLeaf.
func (l *leafRecord) read(s *stream) {
	_, end := s.header()
	l.name, l.title = s.named()
	l.n = s.i32()
	s.take(2*4 + 1) // bytes of a value, offset, range
	l.unsigned = s.u8() != 0
	l.counted = s.any() != nil
	if l.n == 0 {
		l.n = 1
	}
	s.close(end)
}

// leaf reads a leaf that extends a TLeaf.
func (s *stream) leaf(class string) *leafRecord {
	l := &leafRecord{class: class}
	_, end := s.header()
	l.read(s)
	if class == "TLeafElement" {
		s.take(4)
		l.element = s.i32()
	}
	s.close(end)
	return l
}

// basketRecord is the data of some entries of a branch.
type basketRecord struct {
	entries int
	data    []byte
}

// basket reads a basket that is stored with the tree.
func (s *stream) basket() *basketRecord {
	k := s.readKey()
	head := s.basketHead()
	b := &basketRecord{entries: head.entries}
	const noTables = 80 // added to the flag if the tables of offsets can be computed
	flag := head.flag % noTables
	if head.flag < noTables && flag != 0 && flag%10 != 2 {
		if head.entries > 0 {
			s.skipInts() // offsets
		}
		if flag > 40 {
			s.skipInts() // displacements
		}
	}
	if flag != 1 && flag <= 10 {
		return b
	}
	n := head.end
	if head.version <= 1 {
		n = s.i32()
	}
	raw := s.take(n)
	if s.err == nil && k.length > len(raw) {
		s.err = errShort
	}
	if s.err == nil {
		b.data = raw[k.length:]
	}
	return b
}

// skipInts skips a list of 32-bit integers.
func (s *stream) skipInts() {
	n := s.i32()
	if n > len(s.b)/4 {
		s.err = errShort
		return
	}
	s.take(4 * n)
}

// basketHead is what follows the key of a basket.
type basketHead struct {
	version int
	size    int // bytes of an entry if they are equally long
	entries int
	end     int // of the data, counted from the start of the record
	flag    int
}

func (c *cursor) basketHead() basketHead {
	h := basketHead{version: int(c.u16())}
	c.take(4) // bytes of the buffer
	if h.size = c.i32(); h.size < 0 {
		h.size = -h.size
		c.skip() // TIOFeatures
	}
	h.entries, h.end, h.flag = c.i32(), c.i32(), int(c.u8())
	if c.err == nil && (h.entries < 0 || h.end < 0) {
		c.err = damage("a basket has %d entries and ends at %d", h.entries, h.end)
	}
	return h
}
