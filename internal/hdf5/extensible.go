package hdf5

import (
	"fmt"
	"math/bits"
)

// extensibleArray is an index of the chunks of a dataset that grows in one dimension.
type extensibleArray struct {
	m         *chunkMap
	kind      entryKind
	inIndex   int // entries in the index block
	minBlock  int // entries of the smallest data block
	pointers  int // smallest number of data blocks of a super block
	pageBits  int
	maxBits   int
	limit     int // number of entries that are read
	next      int // number of the next entry
	superSize []superBlock
}

// superBlock is a group of data blocks of one size.
type superBlock struct{ blocks, entries int }

// extensible reads an index that is an extensible array of n chunks.
func (m *chunkMap) extensible(n int) error {
	f := m.d.f
	d, err := f.summed(m.d.layout.address, uint64(12+6*f.lengthSize+f.offsetSize))
	if err != nil {
		return err
	}
	d.expect("EAHD", 0)
	client, size := d.byte(), int(d.byte())
	a := &extensibleArray{m: m, limit: n, maxBits: int(d.byte()), inIndex: int(d.byte()),
		minBlock: int(d.byte()), pointers: int(d.byte()), pageBits: int(d.byte())}
	d.skip(6 * f.lengthSize)
	block := d.address()
	if d.err != nil {
		return d.err
	}
	a.kind.size = size
	if a.kind.filtered, err = m.entrySize(size, client); err != nil {
		return err
	}
	powers := bits.OnesCount(uint(a.minBlock)) == 1 && bits.OnesCount(uint(a.pointers)) == 1
	if !powers || a.maxBits > 62 || a.pageBits > 30 {
		return fmt.Errorf("%w: an index of chunks is impossible", errDamaged)
	}
	supers := 1 + a.maxBits - bits.TrailingZeros(uint(a.minBlock))
	for i := range max(supers, 0) {
		a.superSize = append(a.superSize, superBlock{1 << (i / 2), a.minBlock << ((i + 1) / 2)})
	}
	return a.indexBlock(block)
}

// indexBlock reads the block that all others hang from.
func (a *extensibleArray) indexBlock(at uint64) error {
	f := a.m.d.f
	direct := 2 * (a.pointers - 1) // data blocks
	inDirect := 2 * bits.TrailingZeros(uint(a.pointers))
	supers := max(len(a.superSize)-inDirect, 0)
	size := 6 + f.offsetSize + a.inIndex*a.kind.size + (direct+supers)*f.offsetSize
	d, err := f.summed(at, uint64(size))
	if err != nil {
		return err
	}
	d.expect("EAIB", 0)
	d.skip(1 + f.offsetSize)
	if err := a.entries(d, a.inIndex); err != nil {
		return err
	}
	for super := 0; super < len(a.superSize) && super < inDirect; super++ {
		for range a.superSize[super].blocks {
			if err := a.dataBlock(d.address(), a.superSize[super].entries); err != nil {
				return err
			}
		}
	}
	for super := inDirect; super < len(a.superSize) && a.next < a.limit; super++ {
		if err := a.superBlock(d.address(), a.superSize[super]); err != nil {
			return err
		}
	}
	return d.err
}

// entries reads up to n entries from a decoder that has as many.
func (a *extensibleArray) entries(d *decoder, n int) error {
	read := min(n, max(a.limit-a.next, 0))
	if err := a.m.entries(d, a.next, read, a.kind); err != nil {
		return err
	}
	d.skip((n - read) * a.kind.size)
	a.next += n
	return d.err
}

// superBlock reads the data blocks of a super block.
func (a *extensibleArray) superBlock(at uint64, s superBlock) error {
	f := a.m.d.f
	if f.undefined(at) {
		a.next += s.blocks * s.entries
		return nil
	}
	bitmap := 0
	if page := 1 << a.pageBits; s.entries > page {
		bitmap = s.blocks * ((s.entries/page + 7) / 8)
	}
	offset := (a.maxBits + 7) / 8
	if s.blocks > int(f.size) {
		return errDamaged
	}
	d, err := f.summed(at, uint64(6+f.offsetSize+offset+bitmap+s.blocks*f.offsetSize))
	if err != nil {
		return err
	}
	d.expect("EASB", 0)
	d.skip(1 + f.offsetSize + offset + bitmap)
	for range s.blocks {
		if err := a.dataBlock(d.address(), s.entries); err != nil {
			return err
		}
	}
	return d.err
}

// dataBlock reads a data block of n entries.
func (a *extensibleArray) dataBlock(at uint64, n int) error {
	f := a.m.d.f
	if a.next >= a.limit || f.undefined(at) {
		a.next += n
		return nil
	}
	head := uint64(6 + f.offsetSize + (a.maxBits+7)/8)
	page := 1 << a.pageBits
	if n <= page {
		d, err := f.summed(at, head+uint64(n*a.kind.size))
		if err != nil {
			return err
		}
		d.expect("EADB", 0)
		d.skip(int(head) - 5)
		return a.entries(d, n)
	}
	if _, err := f.summed(at, head); err != nil {
		return err
	}
	at += head + 4
	for first := 0; first < n; first += page {
		if a.next >= a.limit {
			a.next += n - first
			return nil
		}
		d, err := f.summed(at, uint64(page*a.kind.size))
		if err != nil {
			return err
		}
		if err := a.entries(d, page); err != nil {
			return err
		}
		at += uint64(page*a.kind.size) + 4
	}
	return nil
}
