package hdf5

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Folder is a group of a file, as the format calls it.
type Folder struct {
	Path       string // "/" for the root
	Attributes []Attribute
}

// Attribute returns the attribute of a name.
func (g Folder) Attribute(name string) (Attribute, bool) {
	return findAttribute(g.Attributes, name)
}

func findAttribute(attributes []Attribute, name string) (Attribute, bool) {
	for _, a := range attributes {
		if a.Name == name {
			return a, true
		}
	}
	return Attribute{}, false
}

// Tree is what a file holds.
type Tree struct {
	Groups   []Folder
	Datasets []Dataset // ordered by path
}

// maxObjects limits the groups and datasets of a file.
const maxObjects = 1 << 17

// link is a name in a group.
type link struct {
	name   string
	object uint64
	soft   string // path of another object, if the link is soft
}

// Tree lists the groups and datasets of a file. Soft links are followed; links to other files are
// left out. A dataset whose description cannot be read has an Err.
func (f *File) Tree() (*Tree, error) {
	w := &walk{f: f, tree: &Tree{}, within: map[uint64]bool{}, soft: map[string]string{}}
	if err := w.object("/", f.root); err != nil {
		return nil, err
	}
	w.follow()
	slices.SortFunc(w.tree.Datasets, func(a, b Dataset) int {
		return strings.Compare(a.Path, b.Path)
	})
	return w.tree, nil
}

type walk struct {
	f       *File
	tree    *Tree
	within  map[uint64]bool // the groups that the walk is in
	soft    map[string]string
	objects int
}

// object adds the object of a path, and everything below it.
func (w *walk) object(at string, address uint64) error {
	if w.objects++; w.objects > maxObjects {
		return fmt.Errorf("a file of more than %d objects cannot be read", maxObjects)
	}
	messages, err := w.f.header(address)
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	if has(messages, msgLayout) {
		w.tree.Datasets = append(w.tree.Datasets, w.f.dataset(at, messages))
		return nil
	}
	if !has(messages, msgSymbolTable) && !has(messages, msgLinkInfo) && !has(messages, msgLink) {
		if has(messages, msgDatatype) {
			return nil // a committed type
		}
		if at != "/" && !has(messages, msgAttribute) {
			return fmt.Errorf("%w: %s is neither a group nor a dataset", errDamaged, at)
		}
	}
	if w.within[address] || len(w.within) > 64 {
		return nil // a group that contains itself
	}
	attributes, err := w.f.attributes(messages)
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	w.tree.Groups = append(w.tree.Groups, Folder{Path: at, Attributes: attributes})
	links, err := w.f.links(messages)
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	w.within[address] = true
	defer delete(w.within, address)
	for _, l := range links {
		child := path.Join(at, l.name)
		if l.soft != "" {
			w.soft[child] = path.Join(at, l.soft)
			if strings.HasPrefix(l.soft, "/") {
				w.soft[child] = path.Clean(l.soft)
			}
			continue
		}
		if err := w.object(child, l.object); err != nil {
			return err
		}
	}
	return nil
}

// follow adds the datasets that soft links lead to.
func (w *walk) follow() {
	byPath := map[string]Dataset{}
	for _, d := range w.tree.Datasets {
		byPath[d.Path] = d
	}
	for from, to := range w.soft {
		for range maxDepth { // a link may lead to a link
			next, isLink := w.soft[to]
			if !isLink {
				break
			}
			to = next
		}
		if d, ok := byPath[to]; ok {
			d.Path = from
			w.tree.Datasets = append(w.tree.Datasets, d)
		}
	}
}

func has(messages []message, kind int) bool {
	return slices.ContainsFunc(messages, func(m message) bool { return m.kind == kind })
}

// attributes reads the attributes of an object.
func (f *File) attributes(messages []message) ([]Attribute, error) {
	var all []Attribute
	for _, m := range messages {
		switch {
		case m.kind == msgAttribute && m.shared:
			return nil, errors.New("an attribute in a heap of shared messages cannot be read")
		case m.kind == msgAttribute:
			if a, err := f.attribute(m); err == nil { // of a type that is not read: left out
				all = append(all, a)
			} else if errors.Is(err, errDamaged) {
				return nil, err
			}
		case m.kind == msgAttributeInfo:
			d := m.decoder(f)
			d.expect("", 0)
			if flags := d.byte(); flags&1 != 0 {
				d.skip(2)
			}
			err := f.dense(d, 8, 0, func(raw []byte) error {
				a, err := f.attribute(message{kind: msgAttribute, data: raw})
				all = append(all, a)
				return err
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// dense passes the objects of the fractal heap whose address follows to each. The B-tree of the
// names, of the given kind, has their ids at an offset of its records.
func (f *File) dense(d *decoder, kind byte, offset int, each func(raw []byte) error) error {
	heapAt, treeAt := d.address(), d.address()
	if d.err != nil || f.undefined(heapAt) {
		return d.err
	}
	heap, err := f.openHeap(heapAt)
	if err != nil {
		return err
	}
	return f.treeRecords(treeAt, func(got byte, d *decoder) error {
		d.skip(offset)
		if got != kind || d.err != nil || len(d.b) < min(heap.idSize, 7) {
			return errDamaged
		}
		raw, err := heap.object(d.b)
		if err != nil {
			return err
		}
		return each(raw)
	})
}

// links reads the links of a group.
func (f *File) links(messages []message) ([]link, error) {
	var all []link
	add := func(raw []byte) error {
		l, err := f.link(raw)
		if err == nil && (l.object != 0 || l.soft != "") {
			all = append(all, l)
		}
		return err
	}
	for _, m := range messages {
		d := m.decoder(f)
		var err error
		switch m.kind {
		case msgSymbolTable:
			err = f.symbolTable(d.address(), d.address(), &all)
		case msgLink:
			err = add(m.data)
		case msgLinkInfo:
			d.expect("", 0)
			if flags := d.byte(); flags&1 != 0 {
				d.skip(8)
			}
			err = f.dense(d, 5, 4, add)
		}
		if err = errors.Join(err, d.err); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// link reads the message of a link. A link to another file has no object.
func (f *File) link(raw []byte) (link, error) {
	d := &decoder{f: f, b: raw}
	d.expect("", 1)
	flags := d.byte()
	kind := byte(0)
	if flags&8 != 0 {
		kind = d.byte()
	}
	if flags&4 != 0 {
		d.skip(8)
	}
	if flags&16 != 0 {
		d.skip(1)
	}
	l := link{name: string(d.take(int(d.uint(1 << (flags & 3)))))}
	switch kind {
	case 0:
		l.object = d.address()
	case 1:
		l.soft = string(d.take(d.u16()))
	}
	return l, d.err
}

// symbolTable adds the links of a group of the older format.
func (f *File) symbolTable(treeAt, heapAt uint64, all *[]link) error {
	d, err := f.decode(heapAt, uint64(8+2*f.lengthSize+f.offsetSize))
	if err != nil {
		return err
	}
	d.expect("HEAP", 0)
	d.skip(3)
	size := d.length()
	d.length()
	data := d.address()
	if d.err != nil {
		return d.err
	}
	names, err := f.read(data, size)
	if err != nil {
		return err
	}
	return f.tree1(treeAt, 0, 0, func(_ *decoder, child uint64) error {
		return f.symbols(child, names, all)
	})
}

// symbols adds the links of a node of a symbol table.
func (f *File) symbols(at uint64, names []byte, all *[]link) error {
	d, err := f.decode(at, 8)
	if err != nil {
		return err
	}
	d.expect("SNOD", 1)
	d.skip(1)
	n := d.u16()
	if d.err != nil {
		return d.err
	}
	entry := 2*f.offsetSize + 24
	if d, err = f.decode(at+8, uint64(n*entry)); err != nil {
		return err
	}
	text := func(offset uint64) string {
		name := &decoder{f: f, b: names}
		name.skip(int(min(offset, uint64(len(names)+1))))
		t := name.text()
		d.err = errors.Join(d.err, name.err)
		return t
	}
	for range n {
		l := link{name: text(d.address()), object: d.address()}
		kind := d.u32()
		d.skip(4)
		scratch := &decoder{f: f, b: d.take(16)}
		if kind == 2 {
			l.object, l.soft = 0, text(scratch.u32())
		}
		if d.err != nil {
			return d.err
		}
		*all = append(*all, l)
	}
	return nil
}

// tree1 passes the children of the leaves of a B-tree of version 1 to each, with their keys. The
// tree is of a kind, and its chunks have rank coordinates.
func (f *File) tree1(at uint64, kind byte, rank int,
	each func(key *decoder, child uint64) error) error {
	keySize := f.lengthSize
	if kind == 1 {
		keySize = 8 + 8*rank
	}
	seen := map[uint64]bool{}
	var node func(at uint64, level int) error
	node = func(at uint64, level int) error {
		if seen[at] {
			return fmt.Errorf("%w: a B-tree contains itself", errDamaged)
		}
		seen[at] = true
		d, err := f.decode(at, uint64(8+2*f.offsetSize))
		if err != nil {
			return err
		}
		d.expect("TREE", -1)
		gotKind, gotLevel, n := d.byte(), int(d.byte()), d.u16()
		if d.err == nil && (gotKind != kind || level >= 0 && gotLevel != level ||
			gotLevel > maxDepth) {
			d.err = fmt.Errorf("%w: a node of a B-tree is of another kind", errDamaged)
		}
		if d.err != nil {
			return d.err
		}
		d, err = f.decode(at+uint64(8+2*f.offsetSize), uint64(n*(keySize+f.offsetSize)))
		if err != nil {
			return err
		}
		for range n {
			key := &decoder{f: f, b: d.take(keySize)}
			child := d.address()
			if gotLevel > 0 {
				err = node(child, gotLevel-1)
			} else {
				err = each(key, child)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	return node(at, -1)
}
