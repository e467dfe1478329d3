package tables

import (
	"encoding/binary"
	"io"
)

// thriftWalk passes over a structure of the compact protocol of Thrift, in which Parquet writes its
// footer and the headers of pages. The library allocates what the structure asks for, so that it is
// passed over first: a list or text that is longer than what follows is an error.
//
// See https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md.
type thriftWalk struct {
	bytes []byte // those that are left
	depth int
}

// The types of the compact protocol.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
	thriftUUID   = 13

	thriftDepth = 64 // structures of Parquet are less than 10 deep
)

// checkThrift returns io.ErrUnexpectedEOF if the structure at the beginning of src promises more
// than src has.
func checkThrift(src []byte) error {
	w := thriftWalk{bytes: src}
	return w.structure()
}

// take passes over n bytes and returns them.
func (w *thriftWalk) take(n uint64) ([]byte, error) {
	if n > uint64(len(w.bytes)) {
		return nil, io.ErrUnexpectedEOF
	}
	taken := w.bytes[:n]
	w.bytes = w.bytes[n:]
	return taken, nil
}

// number passes over an integer of variable length.
func (w *thriftWalk) number() (uint64, error) {
	v, n := binary.Uvarint(w.bytes)
	if n <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	w.bytes = w.bytes[n:]
	return v, nil
}

// structure passes over the fields of a structure.
func (w *thriftWalk) structure() error {
	if w.depth++; w.depth > thriftDepth {
		return io.ErrUnexpectedEOF
	}
	defer func() { w.depth-- }()
	for {
		head, err := w.take(1)
		if err != nil || head[0] == 0 {
			return err
		}
		if head[0]>>4 == 0 { // the number of the field follows
			if _, err := w.number(); err != nil {
				return err
			}
		}
		kind := head[0] & 15
		if kind == thriftTrue || kind == thriftFalse { // the value is in the type
			continue
		}
		if err := w.value(kind); err != nil {
			return err
		}
	}
}

// value passes over a value of a type.
func (w *thriftWalk) value(kind byte) (err error) {
	switch kind {
	case thriftTrue, thriftFalse, thriftByte:
		_, err = w.take(1)
	case thriftI16, thriftI32, thriftI64:
		_, err = w.number()
	case thriftDouble:
		_, err = w.take(8)
	case thriftUUID:
		_, err = w.take(16)
	case thriftBinary:
		var n uint64
		if n, err = w.number(); err == nil {
			_, err = w.take(n)
		}
	case thriftList, thriftSet:
		return w.list()
	case thriftMap:
		return w.pairs()
	case thriftStruct:
		return w.structure()
	default:
		return io.ErrUnexpectedEOF
	}
	return err
}

// list passes over the elements of a list.
func (w *thriftWalk) list() error {
	head, err := w.take(1)
	if err != nil {
		return err
	}
	n := uint64(head[0] >> 4)
	if n == 15 {
		if n, err = w.number(); err != nil {
			return err
		}
	}
	return w.repeat(n, head[0]&15)
}

// pairs passes over the keys and values of a map.
func (w *thriftWalk) pairs() error {
	n, err := w.number()
	if err != nil || n == 0 {
		return err
	}
	head, err := w.take(1)
	if err != nil {
		return err
	}
	return w.repeat(n, head[0]>>4, head[0]&15)
}

// repeat passes over the values of the given types, n times. Each value has a byte at least.
func (w *thriftWalk) repeat(n uint64, kinds ...byte) error {
	if n > uint64(len(w.bytes)) {
		return io.ErrUnexpectedEOF
	}
	if w.depth++; w.depth > thriftDepth {
		return io.ErrUnexpectedEOF
	}
	defer func() { w.depth-- }()
	for range n {
		for _, kind := range kinds {
			if err := w.value(kind); err != nil {
				return err
			}
		}
	}
	return nil
}
