package results

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"slices"
)

// union collects the toys of files.
type union struct {
	manifest Manifest
	toys     []Toy
	owners   []int // by toy: the number of its cell
	seen     map[ToyID]origin
}

// origin is the place from which a toy was read first.
type origin struct {
	at    int // in toys
	place string
}

func newUnion(m Manifest) *union { return &union{manifest: m, seen: map[ToyID]origin{}} }

// read adds the toys of one file.
func (u *union) read(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("results: reading toys: %w", err)
	}
	for number := 1; len(content) > 0; number++ {
		line, rest, ended := bytes.Cut(content, []byte("\n"))
		content = rest
		place := fmt.Sprintf("%s:%d", path, number)
		t, err := parseToy(line)
		if err != nil && !ended {
			break // torn, or being written
		}
		if err != nil {
			return fmt.Errorf("results: %s: not a toy: %w", place, err)
		}
		owner, err := u.manifest.owner(t)
		if err != nil {
			return fmt.Errorf("results: %s: %v: %w", place, t, err)
		}
		first, twice := u.seen[t.ID()]
		if !twice {
			u.seen[t.ID()] = origin{len(u.toys), place}
			u.toys, u.owners = append(u.toys, t), append(u.owners, owner)
		} else if !u.toys[first.at].sameAs(t) {
			return fmt.Errorf("results: %v of cell %d is stored twice with different numbers: "+
				"%s and %s", t, owner+1, first.place, place)
		}
	}
	return nil
}

// sorted returns the toys in the order of Store.Toys.
func (u *union) sorted() []Toy {
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
	toys := make([]Toy, len(order))
	for i, at := range order {
		toys[i] = u.toys[at]
	}
	return toys
}
