package results

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
)

// union collects the toys of files.
type union struct {
	manifest Manifest
	toys     []storedToy
	owners   []int // by toy: the number of its cell
	seen     map[ToyID]origin
	// unchecked counts the toys without a checksum.
	unchecked int
}

// origin is the place from which a toy was read first.
type origin struct {
	at int // in toys
	place
}

// place is a line of a file, from 1.
type place struct {
	path string
	line int
}

// String returns PATH:LINE.
func (p place) String() string { return fmt.Sprintf("%s:%d", p.path, p.line) }

func newUnion(m Manifest) *union { return &union{manifest: m, seen: map[ToyID]origin{}} }

// readStore adds the toys of a store.
func (u *union) readStore(s *Store) error {
	paths, err := s.list(toysFolder, shardEnding)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := u.read(path); err != nil {
			return err
		}
	}
	return nil
}

// read adds the toys of one file.
func (u *union) read(path string) error {
	content, err := readRegular(path)
	if err != nil {
		return fmt.Errorf("results: reading toys: %w", err)
	}
	for number := 1; len(content) > 0; number++ {
		line, rest, ended := bytes.Cut(content, []byte("\n"))
		content = rest
		t, checked, err := parseToy(line)
		if err != nil && !ended {
			break // torn, or being written
		}
		if err != nil {
			return &DamageError{path, number, err}
		}
		if err := u.add(storedToy{t, line}, checked, place{path, number}); err != nil {
			return err
		}
	}
	return nil
}

// add adds a toy that was read at a place.
func (u *union) add(t storedToy, checked bool, at place) error {
	owner, err := u.manifest.owner(t.Toy)
	if err != nil {
		return &DamageError{at.path, at.line, fmt.Errorf("%v: %w", t, err)}
	}
	first, twice := u.seen[t.ID()]
	switch {
	case !twice:
		u.seen[t.ID()] = origin{len(u.toys), at}
		u.toys, u.owners = append(u.toys, t), append(u.owners, owner)
		if !checked {
			u.unchecked++
		}
	case !u.toys[first.at].sameAs(t.Toy):
		return &DamageError{at.path, at.line, fmt.Errorf("%v of cell %d is stored twice with "+
			"different numbers, here and at %v", t, owner+1, first.place)}
	}
	return nil
}

// sorted returns the toys in the order of Store.Toys.
func (u *union) sorted() []storedToy {
	order := make([]int, len(u.toys))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := u.toys[i], u.toys[j]
		return cmp.Or(cmp.Compare(u.owners[i], u.owners[j]),
			compareHypotheses(a.Hypothesis, b.Hypothesis),
			cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Index, b.Index))
	})
	toys := make([]storedToy, len(order))
	for i, at := range order {
		toys[i] = u.toys[at]
	}
	return toys
}
