package hdf5

import (
	"fmt"
	"math"
	"slices"
)

// chunk is where a chunk of a dataset lies in its file.
type chunk struct {
	address uint64
	size    uint64
	mask    uint64 // filters that were left out
}

// chunkMap has the chunks of a dataset by their numbers, in the order of rows.
type chunkMap struct {
	d      *Dataset
	grid   []int // numbers of chunks along the dimensions
	bytes  int   // of a chunk without filters
	chunks map[int]chunk
	// entries are those of an array of chunks, by the number in it.
	found map[int]chunk
}

// chunks lists the chunks of a dataset. A chunk that is missing, or that lies outside of the
// dataset, is an error.
func (d *Dataset) chunks() (*chunkMap, error) {
	m := &chunkMap{d: d, chunks: map[int]chunk{}, found: map[int]chunk{}}
	m.bytes, _ = elements(d.layout.chunk, d.Type.Size)
	want := 1
	for i, n := range d.Shape {
		m.grid = append(m.grid, (n-1)/d.layout.chunk[i]+1)
		if m.grid[i] > int(d.f.size)/want {
			return nil, fmt.Errorf("%w: it has more chunks than bytes", errDamaged)
		}
		want *= m.grid[i]
	}
	if d.f.undefined(d.layout.address) {
		return nil, fmt.Errorf("all of its %d chunks are missing", want)
	}
	var err error
	switch d.layout.index {
	case indexTree1:
		err = m.tree1()
	case indexSingle:
		c := chunk{address: d.layout.address, size: uint64(m.bytes), mask: d.layout.mask}
		if d.layout.stored > 0 {
			c.size = d.layout.stored
		}
		m.chunks[0] = c
	case indexImplicit:
		for i := range want {
			m.chunks[i] = chunk{address: d.layout.address + uint64(i)*uint64(m.bytes),
				size: uint64(m.bytes)}
		}
	case indexFixed:
		err = m.array(want, -1, m.fixed)
	case indexExtensible:
		err = m.array(want, d.unlimited(), m.extensible)
	case indexTree2:
		err = m.tree2()
	}
	if err != nil {
		return nil, err
	}
	if len(m.chunks) != want {
		return nil, fmt.Errorf("%d of its %d chunks are missing", want-len(m.chunks), want)
	}
	return m, nil
}

// put adds a chunk at coordinates that count chunks.
func (m *chunkMap) put(at []uint64, c chunk) error {
	number := 0
	for i, n := range m.grid {
		if at[i] >= uint64(n) {
			return fmt.Errorf("%w: a chunk lies outside of the dataset", errDamaged)
		}
		number = number*n + int(at[i])
	}
	if _, twice := m.chunks[number]; twice {
		return fmt.Errorf("%w: a chunk is there twice", errDamaged)
	}
	m.chunks[number] = c
	return nil
}

// tree1 reads a B-tree of version 1.
func (m *chunkMap) tree1() error {
	l := m.d.layout
	return m.d.f.tree1(l.address, 1, len(l.chunk)+1, func(key *decoder, child uint64) error {
		c := chunk{address: child, size: key.u32(), mask: key.u32()}
		at := make([]uint64, len(l.chunk))
		for i, n := range l.chunk {
			offset := key.uint(8)
			if offset%uint64(n) != 0 {
				return fmt.Errorf("%w: a chunk is at a place without one", errDamaged)
			}
			at[i] = offset / uint64(n)
		}
		return m.put(at, c)
	})
}

// tree2 reads a B-tree of version 2.
func (m *chunkMap) tree2() error {
	f := m.d.f
	return f.treeRecords(m.d.layout.address, func(kind byte, d *decoder) error {
		c := chunk{address: d.address(), size: uint64(m.bytes)}
		rank := len(m.grid)
		switch kind {
		case 10:
		case 11:
			c.size = d.uint(min(8, len(d.b)-4-8*rank))
			c.mask = d.u32()
		default:
			return errDamaged
		}
		at := make([]uint64, rank)
		for i := range at {
			at[i] = d.uint(8)
		}
		if d.err != nil {
			return d.err
		}
		return m.put(at, c)
	})
}

// entry reads an entry of an array of chunks, whose number counts chunks. Chunks that were never
// written have no address.
func (m *chunkMap) entry(d *decoder, number, size int, filtered bool) error {
	c := chunk{address: d.address(), size: uint64(m.bytes)}
	if filtered {
		c.size = d.uint(size - m.d.f.offsetSize - 4)
		c.mask = d.u32()
	}
	if d.err != nil || m.d.f.undefined(c.address) {
		return d.err
	}
	m.found[number] = c
	return nil
}

// unlimited returns the dimension of a dataset that may grow without a limit.
func (d *Dataset) unlimited() int {
	return slices.IndexFunc(d.most, func(n uint64) bool { return n == 1<<(8*d.f.lengthSize)-1 })
}

// array reads the want chunks of the dataset from an array. The array has a place for each chunk
// that the dataset may grow to. Its slowest dimension is first, unless first is negative.
func (m *chunkMap) array(want, first int, read func(entries int) error) error {
	order := make([]int, 0, len(m.grid)) // dimensions
	if first >= 0 {
		order = append(order, first)
	}
	for k := range m.grid {
		if k != first {
			order = append(order, k)
		}
	}
	const most = 1 << 40 // entries
	stride := make([]int, len(m.grid))
	size := 1
	for i := len(order) - 1; i >= 0; i-- {
		k := order[i]
		stride[k] = size
		grows := (m.d.most[k]-1)/uint64(m.d.layout.chunk[k]) + 1
		if i == 0 && first >= 0 {
			grows = uint64(m.grid[k]) // what it may grow to does not matter
		}
		if grows > most/uint64(size) {
			return fmt.Errorf("an index of the chunks of a dataset that may grow to %v cannot be "+
				"read", m.d.most)
		}
		size *= int(grows)
	}
	if err := read(size); err != nil {
		return err
	}
	for number := range want {
		entry, left := 0, number
		for k := len(m.grid) - 1; k >= 0; k-- {
			entry += left % m.grid[k] * stride[k]
			left /= m.grid[k]
		}
		if c, ok := m.found[entry]; ok {
			m.chunks[number] = c
		}
	}
	return nil
}

// entrySize checks the size of an entry of an array of chunks.
func (m *chunkMap) entrySize(size int, client byte) (filtered bool, err error) {
	o := m.d.f.offsetSize
	switch {
	case client == 0 && size == o:
		return false, nil
	case client == 1 && size > o+4 && size <= o+12:
		return true, nil
	}
	return false, fmt.Errorf("%w: an index of chunks is impossible", errDamaged)
}

// fixed reads an index that is an array of n chunks.
func (m *chunkMap) fixed(n int) error {
	f := m.d.f
	d, err := f.summed(m.d.layout.address, uint64(8+f.lengthSize+f.offsetSize))
	if err != nil {
		return err
	}
	d.expect("FAHD", 0)
	client, size, pageBits := d.byte(), int(d.byte()), int(d.byte())
	entries, block := d.length(), d.address()
	if d.err != nil {
		return d.err
	}
	filtered, err := m.entrySize(size, client)
	if err != nil {
		return err
	}
	if entries != uint64(n) || pageBits > 30 {
		return fmt.Errorf("%w: an index has %d of %d chunks", errDamaged, entries, n)
	}
	head, page := uint64(6+f.offsetSize), 1<<pageBits
	if n <= page {
		if d, err = f.summed(block, head+uint64(n*size)); err != nil {
			return err
		}
		d.expect("FADB", 0)
		d.skip(1 + f.offsetSize)
		return m.entries(d, 0, n, entryKind{size, filtered})
	}
	pages := (n-1)/page + 1
	bitmap := (pages + 7) / 8
	if d, err = f.summed(block, head+uint64(bitmap)); err != nil {
		return err
	}
	d.expect("FADB", 0)
	d.skip(1 + f.offsetSize)
	used := d.take(bitmap)
	if d.err != nil {
		return d.err
	}
	at := block + head + uint64(bitmap) + 4
	for p := range pages {
		count := min(page, n-p*page)
		if used[p/8]>>(7-p%8)&1 == 1 {
			if d, err = f.summed(at, uint64(count*size)); err != nil {
				return err
			}
			if err := m.entries(d, p*page, count, entryKind{size, filtered}); err != nil {
				return err
			}
		}
		at += uint64(count*size) + 4
	}
	return nil
}

// entryKind is how an entry of an array of chunks is stored.
type entryKind struct {
	size     int
	filtered bool
}

// entries reads n entries, the first of which has a number.
func (m *chunkMap) entries(d *decoder, first, n int, kind entryKind) error {
	if d.err != nil {
		return d.err
	}
	for i := range n {
		if err := m.entry(d, first+i, kind.size, kind.filtered); err != nil {
			return err
		}
	}
	return nil
}

// beyond reports whether the chunk of a number extends beyond the edge of the dataset.
func (m *chunkMap) beyond(number int) bool {
	for k := len(m.grid) - 1; k >= 0; k-- {
		if (number%m.grid[k]+1)*m.d.layout.chunk[k] > m.d.Shape[k] {
			return true
		}
		number /= m.grid[k]
	}
	return false
}

// read returns the elements of the chunk of a number, in the order of rows.
func (m *chunkMap) read(number int) ([]byte, error) {
	c := m.chunks[number]
	if len(m.d.filters) == 0 && c.size != uint64(m.bytes) {
		return nil, fmt.Errorf("%w: a chunk of %d bytes has %d", errDamaged, m.bytes, c.size)
	}
	b, err := m.d.f.read(c.address, c.size)
	if err != nil {
		return nil, err
	}
	if m.d.layout.partial && m.beyond(number) {
		c.mask = math.MaxUint64
	}
	return m.d.undo(b, m.bytes, c.mask)
}
