package hdf5

import (
	"errors"
	"fmt"
)

// The types of the messages of object headers.
const (
	msgDataspace     = 0x01
	msgLinkInfo      = 0x02
	msgDatatype      = 0x03
	msgLink          = 0x06
	msgExternal      = 0x07
	msgLayout        = 0x08
	msgFilters       = 0x0b
	msgAttribute     = 0x0c
	msgContinuation  = 0x10
	msgSymbolTable   = 0x11
	msgAttributeInfo = 0x15
)

// message is a message of an object header.
type message struct {
	kind   int
	shared bool // the message is elsewhere, and data says where
	data   []byte
}

// decoder returns a decoder of the data.
func (m message) decoder(f *File) *decoder { return &decoder{f: f, b: m.data} }

// maxMessages limits the messages of an object header. The format allows 65,535.
const maxMessages = 1 << 16

// header reads the messages of the object header at an address.
func (f *File) header(at uint64) ([]message, error) {
	start, err := f.read(at, 4)
	if err != nil {
		return nil, err
	}
	if string(start) == "OHDR" {
		return f.header2(at)
	}
	return f.header1(at)
}

// header1 reads an object header of version 1.
func (f *File) header1(at uint64) ([]message, error) {
	d, err := f.decode(at, 16)
	if err != nil {
		return nil, err
	}
	d.expect("", 1)
	d.skip(1)
	count := d.u16()
	d.skip(4)
	size := d.u32()
	if d.err != nil {
		return nil, fmt.Errorf("object header at %d: %w", at, d.err)
	}
	var messages []message
	blocks := [][2]uint64{{at + 16, size}}
	for i := 0; i < len(blocks); i++ {
		if d, err = f.decode(blocks[i][0], blocks[i][1]); err != nil {
			return nil, err
		}
		for len(d.b) >= 8 && len(messages) < count {
			m := message{kind: d.u16()}
			n := d.u16()
			m.shared = d.byte()&2 != 0
			d.skip(3)
			if m.data = d.take(n); d.err != nil {
				return nil, d.err
			}
			messages = append(messages, m)
			if m.kind == msgContinuation {
				c := m.decoder(f)
				blocks = append(blocks, [2]uint64{c.address(), c.length()})
			}
		}
	}
	if len(messages) != count {
		return nil, fmt.Errorf("%w: an object header has %d of %d messages", errDamaged,
			len(messages), count)
	}
	return messages, nil
}

// header2 reads an object header of version 2, which has checksums.
func (f *File) header2(at uint64) ([]message, error) {
	const most = 4 + 1 + 1 + 16 + 4 + 8
	start, err := f.read(at, min(most, f.size-f.base-at))
	if err != nil {
		return nil, err
	}
	d := &decoder{f: f, b: start}
	d.expect("OHDR", 2)
	flags := d.byte()
	if flags&0x20 != 0 {
		d.skip(16)
	}
	if flags&0x10 != 0 {
		d.skip(4)
	}
	size := d.uint(1 << (flags & 3))
	if d.err != nil {
		return nil, d.err
	}
	before := len(start) - len(d.b)
	if size > f.size {
		return nil, errDamaged
	}
	if d, err = f.summed(at, uint64(before)+size); err != nil {
		return nil, err
	}
	d.skip(before)
	var messages []message
	for blocks := [][2]uint64(nil); ; {
		found, err := d.messages2(flags)
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			if m.kind == msgContinuation {
				c := m.decoder(f)
				blocks = append(blocks, [2]uint64{c.address(), c.length()})
			}
		}
		messages = append(messages, found...)
		if len(blocks) == 0 {
			return messages, nil
		}
		if len(messages) > maxMessages {
			return nil, errDamaged
		}
		next := blocks[0]
		blocks = blocks[1:]
		if next[1] < 8 {
			return nil, errDamaged
		}
		if d, err = f.summed(next[0], next[1]-4); err != nil {
			return nil, err
		}
		d.expect("OCHK", -1)
	}
}

// messages2 reads the messages of a block of an object header of version 2.
func (d *decoder) messages2(flags byte) ([]message, error) {
	head := 4
	if flags&4 != 0 {
		head = 6
	}
	var messages []message
	for len(d.b) >= head { // a gap may remain
		m := message{kind: int(d.byte())}
		n := d.u16()
		m.shared = d.byte()&2 != 0
		if flags&4 != 0 {
			d.skip(2)
		}
		m.data = d.take(n)
		messages = append(messages, m)
	}
	return messages, d.err
}

// typeOf reads the type of a message, or the committed type that a shared message refers to.
func (f *File) typeOf(m message) (Type, error) {
	d := m.decoder(f)
	if m.shared {
		committed, err := f.committed(d)
		if err != nil {
			return Type{}, err
		}
		d = committed.decoder(f)
	}
	t := d.datatype(0)
	return t, d.err
}

// committed reads the message that a shared one refers to.
func (f *File) committed(d *decoder) (message, error) {
	version, kind := d.byte(), d.byte()
	if version == 1 {
		d.skip(6)
	}
	if version < 1 || version > 3 || version == 3 && kind != 2 {
		return message{}, errors.New("its type is stored in a heap of shared messages, which " +
			"cannot be read")
	}
	messages, err := f.header(d.address())
	if err != nil {
		return message{}, err
	}
	for _, m := range messages {
		if m.kind == msgDatatype && !m.shared {
			return m, nil
		}
	}
	return message{}, fmt.Errorf("%w: a type is missing", errDamaged)
}

// dataspace reads the lengths of the dimensions, and those that they may grow to. There are no
// dimensions for a single element, and nil if there are no elements.
func (d *decoder) dataspace() (shape []int, most []uint64) {
	version, rank, flags := d.byte(), int(d.byte()), d.byte()
	switch version {
	case 1:
		d.skip(5)
	case 2:
		if kind := d.byte(); kind == 2 {
			return nil, nil
		}
	default:
		if d.err == nil {
			d.err = fmt.Errorf("a dataspace of version %d cannot be read", version)
		}
		return nil, nil
	}
	shape = make([]int, 0, rank)
	for range rank {
		n := d.length()
		if int(n) < 0 || uint64(int(n)) != n {
			d.err = fmt.Errorf("%w: a dataset has %d elements", errDamaged, n)
			return nil, nil
		}
		shape = append(shape, int(n))
	}
	for i := range rank {
		if flags&1 != 0 {
			most = append(most, d.length())
		} else {
			most = append(most, uint64(shape[i]))
		}
	}
	return shape, most
}
