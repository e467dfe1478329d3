package rootfile

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Archive is an open ROOT file.
type Archive struct {
	r     io.ReaderAt
	size  int64
	items []Item
}

// Item is an object of a file that holds a table, or may be taken for one.
type Item struct {
	Path  string // names of the folders and of the object, with slashes between
	Cycle int    // number of the version of the object; the last one has the largest
	Class string // TTree, TNtuple, TNtupleD, TChain, or the name of a class of RNTuples
	key   key
}

// treeClasses are those that [Archive.TTree] reads, and whether they extend a TTree.
var treeClasses = map[string]bool{"TTree": false, "TNtuple": true, "TNtupleD": true}

// IsTree reports whether the object is a tree that [Archive.TTree] reads.
func (i Item) IsTree() bool {
	_, isTree := treeClasses[i.Class]
	return isTree
}

// NotROOTError reports a file that does not start as a ROOT file does.
type NotROOTError struct{}

func (*NotROOTError) Error() string { return "this is not a ROOT file: it lacks its mark" }

// Open reads the folders of a file of size bytes. The Archive reads from r as long as it is used.
func Open(r io.ReaderAt, size int64) (*Archive, error) {
	a := &Archive{r: r, size: size}
	if err := a.readFolders(); err != nil {
		return nil, err
	}
	return a, nil
}

// Items lists the trees of the file, and what may be taken for one, in the order of the folders.
// Of several versions of an object, which have one path, the last is listed first.
func (a *Archive) Items() []Item { return slices.Clone(a.items) }

// Find returns the last version of the object at a path, or the one of the number that follows a
// semicolon, as in "Events;2".
func (a *Archive) Find(path string) (Item, bool) {
	path = strings.Trim(path, "/")
	for _, i := range a.items {
		if i.Path == path || i.Path+";"+strconv.Itoa(i.Cycle) == path {
			return i, true
		}
	}
	return Item{}, false
}

// read returns n bytes of the file.
func (a *Archive) read(at int64, n int) ([]byte, error) {
	if at < 0 || n < 0 || at > a.size-int64(n) {
		return nil, damage("a record lies outside the file")
	}
	b := make([]byte, n)
	if _, err := a.r.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	} else if err != nil {
		return nil, errShort
	}
	return b, nil
}

// folder is a TDirectory of a file.
type folder struct {
	path      string
	keyBytes  int   // of the record of its keys
	keysAt    int64 // 0 if there is none
	nameBytes int
}

// readFolders reads the header of the file and the keys of all folders.
func (a *Archive) readFolders() error {
	const most = 64 // bytes of a header
	head, err := a.read(0, int(min(a.size, most)))
	if err != nil {
		return err
	}
	c := &cursor{b: head}
	if string(c.take(4)) != "root" {
		return &NotROOTError{}
	}
	version, begin := c.i32(), c.i32()
	const bigVersion = 1_000_000
	wide := version >= bigVersion
	end := c.pointer(wide)
	c.pointer(wide)      // free records
	c.take(8)            // their bytes and their number
	nameBytes := c.i32() // before the folder
	switch {
	case c.err != nil:
		return fmt.Errorf("the file is truncated within its first %d bytes", most)
	case end > a.size:
		return fmt.Errorf("the file is truncated: it has %d bytes and says %d", a.size, end)
	}
	root, err := a.readFolder(folder{nameBytes: nameBytes}, int64(begin)+int64(nameBytes))
	if err != nil {
		return err
	}
	if root.keysAt == 0 {
		return errors.New("the file lists no objects: the program that wrote it did not close it " +
			"(ROOT may recover it: TFile::Open and TFile::Close of a copy in mode UPDATE)")
	}
	return a.readKeys(root, map[int64]bool{})
}

// readFolder reads a folder at a place.
func (a *Archive) readFolder(f folder, at int64) (folder, error) {
	const most = 2 + 4*4 + 3*8
	b, err := a.read(at, int(max(0, min(a.size-at, most))))
	if err != nil {
		return f, err
	}
	c := &cursor{b: b}
	version := c.u16()
	c.take(8) // times
	f.keyBytes = c.i32()
	c.take(4)
	wide := version > bigFile
	c.pointer(wide) // of the folder
	c.pointer(wide) // of its parent
	f.keysAt = c.pointer(wide)
	return f, c.err
}

// readKeys adds the trees of a folder and of those below it. seen are the folders above and before.
func (a *Archive) readKeys(f folder, seen map[int64]bool) error {
	if f.keysAt == 0 {
		return nil
	}
	if seen[f.keysAt] {
		return damage("two folders are one")
	}
	seen[f.keysAt] = true
	b, err := a.read(f.keysAt, f.keyBytes)
	if err != nil {
		return err
	}
	c := &cursor{b: b}
	head := c.readKey()
	c.skipTo(head.length)
	var folders []folder
	for range c.i32() {
		k := c.readKey()
		if c.err != nil {
			break
		}
		path := f.path + k.name
		switch _, known := treeClasses[k.class]; {
		case k.isBroken:
		case k.class == "TDirectory" || k.class == "TDirectoryFile":
			sub, err := a.readFolder(folder{path: path + "/"}, k.at+int64(k.length))
			if err != nil {
				return err
			}
			folders = append(folders, sub)
		case known, k.class == "TChain", strings.HasSuffix(k.class, "RNTuple"):
			a.add(Item{Path: path, Cycle: k.cycle, Class: k.class, key: k})
		}
	}
	if c.err != nil {
		return c.err
	}
	for _, sub := range folders {
		if err := a.readKeys(sub, seen); err != nil {
			return err
		}
	}
	return nil
}

// add adds an item, behind the later versions of the same object.
func (a *Archive) add(item Item) {
	at := len(a.items)
	for i, other := range a.items {
		if other.Path == item.Path && other.Cycle < item.Cycle {
			at = i
			break
		}
	}
	a.items = slices.Insert(a.items, at, item)
}

// payload returns the object of a record.
func (a *Archive) payload(k key) ([]byte, error) {
	b, err := a.read(k.at, k.bytes)
	if err != nil {
		return nil, err
	}
	c := &cursor{b: b}
	own := c.readKey()
	if c.err == nil && (own.class != k.class || own.name != k.name || own.object != k.object) {
		c.err = damage("the record of %s is that of another object", k.name)
	}
	if c.err != nil {
		return nil, c.err
	}
	return own.payload(b)
}
