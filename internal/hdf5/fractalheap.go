package hdf5

import (
	"errors"
	"fmt"
	"math/bits"
)

// fractalHeap holds the links of large groups, and attributes.
type fractalHeap struct {
	f                *File
	idSize           int
	offsetBytes      int
	lengthBytes      int
	width            uint64
	start, maxDirect uint64 // sizes of blocks
	root             uint64
	rootRows         uint64
	summed, filtered bool
	directRows       uint64
	blocks           map[uint64][]byte // direct blocks by offset in the heap
	indirectBlocks   int
}

// openHeap reads the fractal heap at an address.
func (f *File) openHeap(at uint64) (*fractalHeap, error) {
	size := uint64(4 + 1 + 2 + 2 + 1 + 4 + 12*f.lengthSize + 3*f.offsetSize + 2 + 2 + 2 + 2)
	b, err := f.read(at, size)
	if err != nil {
		return nil, err
	}
	d := &decoder{f: f, b: b}
	d.expect("FRHP", 0)
	h := &fractalHeap{f: f, idSize: d.u16(), blocks: map[uint64][]byte{}}
	filters := d.u16()
	h.filtered = filters > 0
	h.summed = d.byte()&2 != 0
	maxObject := d.u32()
	d.skip(f.lengthSize + f.offsetSize + f.lengthSize + f.offsetSize + 8*f.lengthSize)
	h.width = uint64(d.u16())
	h.start, h.maxDirect = d.length(), d.length()
	maxBits := d.u16()
	d.skip(2)
	h.root = d.address()
	h.rootRows = uint64(d.u16())
	if d.err != nil {
		return nil, d.err
	}
	if h.filtered {
		return nil, errors.New("a compressed heap of links or attributes cannot be read")
	}
	if _, err := f.summed(at, size); err != nil {
		return nil, err
	}
	powers := bits.OnesCount64(h.start) == 1 && bits.OnesCount64(h.maxDirect) == 1
	if !powers || h.width < 1 || h.maxDirect < h.start || maxBits < 1 || maxBits > 64 ||
		h.maxDirect > 1<<32 {
		return nil, fmt.Errorf("%w: it has an impossible heap", errDamaged)
	}
	h.offsetBytes = (maxBits + 7) / 8
	h.lengthBytes = bytesFor(min(h.maxDirect, maxObject))
	h.directRows = uint64(bits.TrailingZeros64(h.maxDirect)-bits.TrailingZeros64(h.start)) + 2
	return h, h.load()
}

// load reads all direct blocks.
func (h *fractalHeap) load() error {
	switch {
	case h.f.undefined(h.root):
		return nil
	case h.rootRows == 0:
		return h.direct(h.root, 0, h.start)
	}
	return h.indirect(h.root, 0, h.rootRows)
}

// rowSize returns the size of the blocks of a row.
func (h *fractalHeap) rowSize(row uint64) uint64 {
	if row == 0 {
		return h.start
	}
	return h.start << (row - 1)
}

// direct reads a direct block of a size at an offset of the heap.
func (h *fractalHeap) direct(at, offset, size uint64) error {
	b, err := h.f.read(at, size)
	if err != nil {
		return err
	}
	d := &decoder{f: h.f, b: b}
	d.expect("FHDB", 0)
	d.address()
	if got := d.uint(h.offsetBytes); got != offset && d.err == nil {
		return fmt.Errorf("%w: a block of a heap is at another place", errDamaged)
	}
	if h.summed && d.err == nil {
		// the checksum is that of the block with zeros in its place
		sum := d.b[:min(4, len(d.b))]
		want := d.u32()
		clear(sum)
		if d.err == nil && uint64(checksum(b)) != want {
			return fmt.Errorf("%w: the checksum of its metadata at %d is wrong", errDamaged, at)
		}
	}
	h.blocks[offset] = b
	return d.err
}

// indirect reads the blocks below an indirect block with a number of rows.
func (h *fractalHeap) indirect(at, offset, rows uint64) error {
	const most = 1 << 12
	if h.indirectBlocks++; h.indirectBlocks > most || rows > 64 {
		return fmt.Errorf("%w: it has an impossible heap", errDamaged)
	}
	size := uint64(5+h.f.offsetSize+h.offsetBytes) + rows*h.width*uint64(h.f.offsetSize)
	d, err := h.f.summed(at, size)
	if err != nil {
		return err
	}
	d.expect("FHIB", 0)
	d.address()
	d.skip(h.offsetBytes)
	for row := range rows {
		block := h.rowSize(row)
		for range h.width {
			child := d.address()
			if d.err != nil {
				return d.err
			}
			switch {
			case h.f.undefined(child):
			case row < h.directRows:
				err = h.direct(child, offset, block)
			default:
				// an indirect block of the size has as many rows as fill it
				below := bits.TrailingZeros64(block) - bits.TrailingZeros64(h.start*h.width) + 1
				err = h.indirect(child, offset, uint64(below))
			}
			if err != nil {
				return err
			}
			offset += block
		}
	}
	return nil
}

// object returns the object of an id.
func (h *fractalHeap) object(id []byte) ([]byte, error) {
	if len(id) < 1+h.offsetBytes+h.lengthBytes {
		return nil, errDamaged
	}
	if kind := id[0] >> 4 & 3; kind != 0 {
		return nil, errors.New("a huge or tiny object of a heap cannot be read")
	}
	d := &decoder{f: h.f, b: id[1:]}
	offset, length := d.uint(h.offsetBytes), d.uint(h.lengthBytes)
	for start, block := range h.blocks {
		size := uint64(len(block))
		if within := offset - start; offset >= start && within < size {
			if length > size-within {
				return nil, errDamaged
			}
			return block[within : within+length], nil
		}
	}
	return nil, fmt.Errorf("%w: an object of a heap is missing", errDamaged)
}
