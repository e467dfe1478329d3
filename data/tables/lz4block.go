package tables

import (
	"encoding/binary"
	"errors"
)

var errLZ4 = errors.New("the LZ4 block is damaged")

// lz4Block decodes a block of the LZ4 format that takes exactly size bytes when it is decoded.
func lz4Block(src []byte, size int) ([]byte, error) {
	const most = 255 // bytes that a byte of a block stands for
	if size < 0 || size > most*len(src) {
		return nil, errLZ4
	}
	dst := make([]byte, 0, size)
	for len(src) > 0 {
		token := src[0]
		literals, rest, err := lz4Length(int(token>>4), src[1:])
		if err != nil || literals > len(rest) || literals > size-len(dst) {
			return nil, errLZ4
		}
		dst = append(dst, rest[:literals]...)
		if src = rest[literals:]; len(src) == 0 { // the last sequence has no match
			break
		}
		if len(src) < 2 {
			return nil, errLZ4
		}
		distance := int(binary.LittleEndian.Uint16(src))
		length, rest, err := lz4Length(int(token&15), src[2:])
		length += 4
		if err != nil || distance == 0 || distance > len(dst) || length > size-len(dst) {
			return nil, errLZ4
		}
		src = rest
		for from := len(dst) - distance; length > 0; { // a match may overlap what it appends
			part := dst[from:min(from+length, len(dst))]
			dst = append(dst, part...)
			from += len(part)
			length -= len(part)
		}
	}
	if len(dst) != size {
		return nil, errLZ4
	}
	return dst, nil
}

// lz4Length returns a length that starts with the given four bits and goes on in bytes of src.
func lz4Length(start int, src []byte) (length int, rest []byte, err error) {
	length = start
	for more := start == 15; more; {
		if len(src) == 0 {
			return 0, nil, errLZ4
		}
		length += int(src[0])
		more = src[0] == 255
		src = src[1:]
	}
	return length, src, nil
}
