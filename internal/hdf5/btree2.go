package hdf5

import "fmt"

// tree2 is a B-tree of version 2.
type tree2 struct {
	f        *File
	kind     byte
	nodeSize uint64
	record   int
	seen     map[uint64]bool
	each     func(d *decoder) error
	// Of each level: the bytes of the number of records of a child, and of all those below it.
	counts, totals []int
	most           []uint64
}

// treeRecords passes the records of the B-tree of version 2 at an address to each.
func (f *File) treeRecords(at uint64, each func(kind byte, d *decoder) error) error {
	d, err := f.summed(at, uint64(16+f.offsetSize+2+f.lengthSize))
	if err != nil {
		return err
	}
	d.expect("BTHD", 0)
	t := &tree2{f: f, kind: d.byte(), seen: map[uint64]bool{}}
	t.each = func(d *decoder) error { return each(t.kind, d) }
	t.nodeSize, t.record = d.u32(), d.u16()
	depth := d.u16()
	d.skip(2)
	root, n := d.address(), d.u16()
	switch {
	case d.err != nil:
		return d.err
	case t.record < 1, t.nodeSize < 64, t.nodeSize > f.size, depth > maxDepth:
		return fmt.Errorf("%w: it has an impossible B-tree", errDamaged)
	case f.undefined(root) || n == 0:
		return nil
	}
	t.levels(depth)
	return t.node(root, uint64(n), depth)
}

// levels computes how many bytes the numbers of records take in the nodes of each level.
func (t *tree2) levels(depth int) {
	const prefix = 10
	leaf := (t.nodeSize - prefix) / uint64(t.record)
	t.most = []uint64{leaf}
	t.counts = []int{bytesFor(leaf)}
	t.totals = []int{0}
	total := leaf
	for level := 1; level <= depth; level++ {
		pointer := uint64(t.f.offsetSize + t.counts[0] + t.totals[level-1])
		most := (t.nodeSize - prefix - pointer) / (uint64(t.record) + pointer)
		total = (most+1)*total + most
		t.most = append(t.most, most)
		t.counts = append(t.counts, t.counts[0])
		t.totals = append(t.totals, bytesFor(total))
	}
}

// node reads a node with n records at a level above the leaves.
func (t *tree2) node(at, n uint64, level int) error {
	if t.seen[at] || n > t.most[level] {
		return fmt.Errorf("%w: a node of a B-tree is impossible", errDamaged)
	}
	t.seen[at] = true
	size := 6 + n*uint64(t.record)
	signature, pointer := "BTLF", 0
	if level > 0 {
		pointer = t.f.offsetSize + t.counts[0] + t.totals[level-1]
		size += (n + 1) * uint64(pointer)
		signature = "BTIN"
	}
	d, err := t.f.summed(at, size)
	if err != nil {
		return err
	}
	d.expect(signature, 0)
	if kind := d.byte(); kind != t.kind && d.err == nil {
		return fmt.Errorf("%w: a node of a B-tree is of another kind", errDamaged)
	}
	records := &decoder{f: t.f, b: d.take(int(n) * t.record)}
	if d.err != nil {
		return d.err
	}
	for range n {
		if err := t.each(&decoder{f: t.f, b: records.take(t.record)}); err != nil {
			return err
		}
	}
	if level == 0 {
		return nil
	}
	for range n + 1 {
		child, held := d.address(), d.uint(t.counts[0])
		d.skip(t.totals[level-1])
		if d.err != nil {
			return d.err
		}
		if err := t.node(child, held, level-1); err != nil {
			return err
		}
	}
	return nil
}
