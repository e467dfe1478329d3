package results

import (
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"slices"
)

// union collects the toys of files. It remembers where each of them is, and holds their content
// only if it is asked to.
type union struct {
	owners owners
	paths  []string // of the files that were read
	kinds  []toyKind
	byKind map[toyKind]int
	seen   []map[int]int // by kind: the positions in entries, by the index of the toy
	// entries are the toys that were read, each once.
	entries []entry
	// held has the content of the toys that are held, at the positions of their entries.
	held  []*Toy
	holds bool
	arena toyArena
	hash  maphash.Seed
	// unchecked counts the toys without a checksum.
	unchecked int
}

// toyKind is what toys have in common that differ in their index alone.
type toyKind struct {
	key, hypothesis string
	signal          float64
}

// entry is the place from which a toy was read first.
type entry struct {
	offset int64
	hash   uint64 // of the line
	index  int    // of the toy
	size   int32  // of the line, without the newline
	number int32  // of the line in the file, from 1
	path   int32  // in union.paths
	kind   int32  // in union.kinds
	owner  int32  // the index of its cell
}

func newUnion(m Manifest) *union {
	return &union{owners: newOwners(m.Cells), byKind: map[toyKind]int{}, hash: maphash.MakeSeed()}
}

// readStore adds the toys of a store.
func (u *union) readStore(s *Store) error {
	paths, err := s.list(toysFolder, shardEnding)
	if err != nil {
		return err
	}
	for _, path := range paths {
		u.paths = append(u.paths, path)
		if err := readLines(path, u.read); err != nil {
			return err
		}
	}
	return nil
}

// read adds the toy of a line of the last file.
func (u *union) read(line fileLine) error {
	t, checked, err := parseToy(line.text)
	switch {
	case err != nil && !line.ended:
		return nil // torn, or being written
	case err == nil:
		var owner int
		if owner, err = u.owners.of(t); err == nil {
			return u.add(t, line, addition{owner, checked})
		}
		err = fmt.Errorf("%v: %w", t, err)
	}
	return u.damage(line, err)
}

// damage returns the error of a line of the last file.
func (u *union) damage(line fileLine, err error) error {
	return &DamageError{u.paths[len(u.paths)-1], line.number, err}
}

// addition is what is known of a toy that is added to a union.
type addition struct {
	owner   int
	checked bool
}

// add adds the toy of a line.
func (u *union) add(t Toy, line fileLine, a addition) error {
	kind := u.kind(t)
	e := entry{offset: line.offset, hash: maphash.Bytes(u.hash, line.text), index: t.Index,
		size: int32(len(line.text)), number: int32(line.number), path: int32(len(u.paths) - 1),
		kind: int32(kind), owner: int32(a.owner)}
	at, twice := u.seen[kind][t.Index]
	if !twice {
		u.seen[kind][t.Index] = len(u.entries)
		u.entries = append(u.entries, e)
		if u.holds {
			u.held = append(u.held, u.arena.keep(t, u.kinds[kind]))
		}
		if !a.checked {
			u.unchecked++
		}
		return nil
	}
	first := u.entries[at]
	if first.hash == e.hash && first.size == e.size {
		return nil
	}
	before, err := u.content(at)
	if err != nil {
		return err
	}
	if before.sameAs(t) {
		return nil
	}
	return u.damage(line, fmt.Errorf("%v of cell %d %w, here and at %s:%d", t, a.owner+1,
		ErrStoredTwice, u.paths[first.path], first.number))
}

// kind returns the position of the kind of a toy in kinds.
func (u *union) kind(t Toy) int {
	kind := toyKind{t.Key, t.Hypothesis, t.Signal}
	at, known := u.byKind[kind]
	if !known {
		at = len(u.kinds)
		u.byKind[kind] = at
		u.kinds, u.seen = append(u.kinds, kind), append(u.seen, map[int]int{})
	}
	return at
}

// id returns the name of a toy.
func (u *union) id(e entry) ToyID {
	kind := u.kinds[e.kind]
	return ToyID{kind.key, kind.hypothesis, kind.signal, e.index}
}

// content returns the toy of an entry, which is read again if it is not held.
func (u *union) content(at int) (Toy, error) {
	if u.holds {
		return *u.held[at], nil
	}
	e := u.entries[at]
	f, err := openRegular(u.paths[e.path], os.O_RDONLY)
	if err != nil {
		return Toy{}, fmt.Errorf("results: reading a toy again: %w", err)
	}
	line := make([]byte, e.size)
	if err := errors.Join(u.readLine(f, e, line), f.Close()); err != nil {
		return Toy{}, err
	}
	t, _, err := parseToy(line)
	return t, err
}

// readLine reads the line of an entry again. It is an error if the line has changed.
func (u *union) readLine(f io.ReaderAt, e entry, line []byte) error {
	if _, err := f.ReadAt(line, e.offset); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("results: reading a toy again: %w", err)
	}
	if maphash.Bytes(u.hash, line) != e.hash {
		return &DamageError{u.paths[e.path], int(e.number),
			errors.New("it has changed since it was read a moment ago")}
	}
	return nil
}

// order returns the positions of the entries in the order of Store.Toys.
func (u *union) order() []int32 {
	order := make([]int32, len(u.entries))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int {
		a, b := &u.entries[i], &u.entries[j]
		x, y := &u.kinds[a.kind], &u.kinds[b.kind]
		return cmp.Or(cmp.Compare(a.owner, b.owner),
			compareHypotheses(x.hypothesis, y.hypothesis),
			cmp.Compare(x.signal, y.signal), cmp.Compare(a.index, b.index))
	})
	return order
}
