package rootfile

import (
	"errors"
	"fmt"
	"io"
)

// TreeReader reads the entries of some columns of a tree one by one.
type TreeReader struct {
	tree    *TTree
	entry   int64
	sources []*source
	leaves  []*Leaf
	from    []int // index of the source of each leaf
	row     [][]byte
}

// Reader returns a reader of the given columns, which must be columns of the tree without a
// Refusal.
func (t *TTree) Reader(leaves []*Leaf) (*TreeReader, error) {
	r := &TreeReader{tree: t, leaves: leaves, row: make([][]byte, len(leaves))}
	at := map[*branch]int{}
	for _, l := range leaves {
		if l.Refusal != "" {
			return nil, fmt.Errorf("column %s cannot be read: %s", l.Name, l.Refusal)
		}
		k, known := at[l.branch]
		if !known {
			s, err := newSource(t, l)
			if err != nil {
				return nil, fmt.Errorf("column %s: %w", l.Name, err)
			}
			k = len(r.sources)
			at[l.branch] = k
			r.sources = append(r.sources, s)
		}
		r.from = append(r.from, k)
	}
	return r, nil
}

// Next returns the bytes of the next entry, one slice for each column, for [Leaf.Number] and
// [Leaf.Integer]; those of a word are its text. They are valid until the next call. The error is
// io.EOF after the last entry.
func (r *TreeReader) Next() ([][]byte, error) {
	if r.entry == r.tree.Entries {
		return nil, io.EOF
	}
	for _, s := range r.sources {
		if err := s.next(r.entry); err != nil {
			return nil, fmt.Errorf("branch %s: %w", s.branch.name, err)
		}
	}
	for i, l := range r.leaves {
		entry := r.sources[r.from[i]].entry
		if r.row[i] = entry; !l.Text {
			r.row[i] = entry[l.at : l.at+l.n*l.element.size]
		}
	}
	r.entry++
	return r.row, nil
}

// source reads the entries of a branch.
type source struct {
	archive *Archive
	branch  *branch
	size    int // bytes of an entry; 0 for words
	baskets []span
	at      int    // number of the next basket
	data    cursor // what is left of the current basket
	left    int    // entries that are left in it
	entry   []byte
}

// span is a basket: the numbers of its entries, and either its place on disk or its data.
type span struct {
	entries int64
	place   int64
	bytes   int
	inner   *basketRecord
}

// newSource returns the entries of the branch of a leaf. The entries of its baskets must be all
// those of the tree.
func newSource(t *TTree, l *Leaf) (*source, error) {
	b := l.branch
	s := &source{archive: t.archive, branch: b, size: l.entry}
	var total int64
	written := 0
	for written < len(b.basketPlaces) && b.basketPlaces[written] != 0 {
		written++
	}
	if written > len(b.basketBytes) || written+1 > len(b.basketStarts) && written > 0 {
		return nil, damage("it lists %d baskets without sizes", written)
	}
	for i := range written {
		n := t.Entries - b.basketStarts[i]
		if i+1 < len(b.basketStarts) && (i+1 < written || b.basketStarts[i+1] > 0) {
			n = b.basketStarts[i+1] - b.basketStarts[i]
		}
		if n < 0 || b.basketStarts[i] != total {
			return nil, damage("its basket %d starts at entry %d of %d", i, b.basketStarts[i],
				t.Entries)
		}
		total += n
		s.baskets = append(s.baskets, span{entries: n, place: b.basketPlaces[i],
			bytes: b.basketBytes[i]})
	}
	for i := written; i < len(b.inner) && total < t.Entries; i++ {
		if inner, ok := b.inner[i].(*basketRecord); ok && inner.entries > 0 {
			total += int64(inner.entries)
			s.baskets = append(s.baskets, span{entries: int64(inner.entries), inner: inner})
		}
	}
	if total != t.Entries {
		return nil, damage("its baskets hold %d of %d entries", total, t.Entries)
	}
	return s, nil
}

// next sets the bytes of the next entry.
func (s *source) next(entry int64) error {
	for s.left == 0 {
		if s.at == len(s.baskets) {
			return damage("it ends at entry %d", entry)
		}
		if err := s.load(s.baskets[s.at]); err != nil {
			return err
		}
		s.at++
	}
	s.left--
	if s.size > 0 {
		s.entry = s.data.take(s.size)
	} else {
		s.entry = s.data.textBytes()
	}
	if s.left == 0 && s.data.err == nil && s.data.at != len(s.data.b) {
		s.data.err = damage("a basket has %d bytes more than its entries take",
			len(s.data.b)-s.data.at)
	}
	return s.data.err
}

// load reads a basket.
func (s *source) load(b span) error {
	data := []byte(nil)
	if b.inner != nil {
		data = b.inner.data
	} else {
		var err error
		if data, err = s.fromDisk(b); err != nil {
			return err
		}
	}
	if s.size > 0 && int64(len(data)) != b.entries*int64(s.size) {
		return damage("a basket of %d entries of %d bytes has %d", b.entries, s.size, len(data))
	}
	s.data, s.left = cursor{b: data}, int(b.entries)
	return nil
}

// fromDisk returns the data of a basket on disk.
func (s *source) fromDisk(b span) ([]byte, error) {
	raw, err := s.archive.read(b.place, b.bytes)
	if err != nil {
		return nil, err
	}
	c := &cursor{b: raw}
	k := c.readKey()
	head := c.basketHead()
	switch {
	case c.err != nil:
		return nil, c.err
	case k.class != "TBasket" || k.bytes != b.bytes:
		return nil, errors.New("the file is damaged: a basket is not where it should be")
	case int64(head.entries) != b.entries || head.end < k.length:
		return nil, damage("a basket has %d entries; want %d", head.entries, b.entries)
	}
	object, err := k.payload(raw)
	if err != nil {
		return nil, err
	}
	if head.end-k.length > len(object) {
		return nil, errShort
	}
	return object[:head.end-k.length], nil
}
