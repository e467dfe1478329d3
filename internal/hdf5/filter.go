package hdf5

import (
	"bytes"
	"compress/bzip2"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
)

// filter is a step that the bytes of a chunk went through when they were written.
type filter struct {
	id     int
	name   string
	values []uint64
}

// The filters that are undone here.
const (
	filterDeflate  = 1
	filterShuffle  = 2
	filterFletcher = 3
	filterBzip2    = 307
	filterLZF      = 32000
)

// filterNames are the registered filters that are not undone here.
var filterNames = map[int]string{4: "szip", 5: "nbit", 6: "scaleoffset", 305: "lzo",
	32001: "blosc", 32004: "lz4", 32008: "bitshuffle", 32013: "zfp", 32015: "zstd",
	32017: "sz", 32026: "blosc2"}

// FilterError reports a filter that cannot be undone.
type FilterError struct{ Filter string }

func (e *FilterError) Error() string {
	return fmt.Sprintf("it is compressed with the filter %s, which cannot be read here", e.Filter)
}

// check returns an error if the filter cannot be undone.
func (f filter) check() error {
	switch f.id {
	case filterDeflate, filterShuffle, filterFletcher, filterBzip2, filterLZF:
		return nil
	}
	name, known := filterNames[f.id]
	if !known {
		name = fmt.Sprintf("number %d %q", f.id, f.name)
	}
	return &FilterError{name}
}

// pipeline reads the filters of a dataset.
func (d *decoder) pipeline() ([]filter, error) {
	version, n := d.byte(), int(d.byte())
	if version == 1 {
		d.skip(6)
	} else if version != 2 {
		return nil, fmt.Errorf("filters of version %d cannot be read", version)
	}
	var filters []filter
	for range n {
		f := filter{id: d.u16()}
		nameSize := 0
		if version == 1 || f.id >= 256 {
			nameSize = d.u16()
		}
		d.skip(2)
		count := d.u16()
		f.name = string(bytes.TrimRight(d.take(nameSize), "\x00"))
		if version == 1 {
			d.skip((8 - nameSize%8) % 8)
		}
		if d.err != nil || 4*count > len(d.b) {
			return nil, errDamaged
		}
		for range count {
			f.values = append(f.values, d.u32())
		}
		if version == 1 && count%2 == 1 {
			d.skip(4)
		}
		filters = append(filters, f)
	}
	return filters, d.err
}

// undo undoes the filters of a chunk that takes size bytes without them. A set bit of mask says
// that the filter of its number was left out.
func (d *Dataset) undo(b []byte, size int, mask uint64) ([]byte, error) {
	for i := len(d.filters) - 1; i >= 0; i-- {
		if mask>>i&1 == 1 {
			continue
		}
		var err error
		if b, err = d.filters[i].undo(b, size, d.Type.Size); err != nil {
			return nil, err
		}
	}
	if len(b) != size {
		return nil, fmt.Errorf("%w: a chunk of %d bytes has %d", errDamaged, size, len(b))
	}
	return b, nil
}

// undo undoes the filter. What it returns is not longer than a few bytes more than size.
func (f filter) undo(b []byte, size, element int) ([]byte, error) {
	const sum = 4
	switch f.id {
	case filterDeflate:
		r, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errDamaged, err)
		}
		return inflate(r, size+sum)
	case filterBzip2:
		return inflate(bzip2.NewReader(bytes.NewReader(b)), size+sum)
	case filterLZF:
		return lzf(b, size+sum)
	case filterShuffle:
		return unshuffle(b, element), nil
	case filterFletcher:
		if len(b) < sum {
			return nil, errDamaged
		}
		content := b[:len(b)-sum]
		if fletcher32(content) != binary.LittleEndian.Uint32(b[len(content):]) {
			return nil, fmt.Errorf("%w: the checksum of a chunk is wrong", errDamaged)
		}
		return content, nil
	}
	return nil, f.check()
}

// inflate reads at most size bytes.
func inflate(r io.Reader, size int) ([]byte, error) {
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(r, int64(size)+1))
	if err == nil && n > int64(size) {
		err = io.ErrShortBuffer
	}
	if err != nil {
		return nil, fmt.Errorf("%w: a chunk cannot be decompressed: %w", errDamaged, err)
	}
	return b.Bytes(), nil
}

// unshuffle undoes the shuffling of the bytes of elements.
func unshuffle(b []byte, element int) []byte {
	n := len(b) / element
	if element < 2 || n < 2 {
		return b
	}
	out := make([]byte, len(b))
	for j := range element {
		part := b[j*n : (j+1)*n]
		for i, v := range part {
			out[i*element+j] = v
		}
	}
	copy(out[n*element:], b[n*element:])
	return out
}

// lzf decompresses a block of the format LZF that takes at most size bytes.
func lzf(b []byte, size int) ([]byte, error) {
	wrong := fmt.Errorf("%w: a chunk cannot be decompressed", errDamaged)
	var out []byte
	for len(b) > 0 {
		control := int(b[0])
		b = b[1:]
		if control < 32 { // literals
			n := control + 1
			if n > len(b) || n > size-len(out) {
				return nil, wrong
			}
			out = append(out, b[:n]...)
			b = b[n:]
			continue
		}
		n := control >> 5
		if n == 7 && len(b) > 0 {
			n += int(b[0])
			b = b[1:]
		}
		if len(b) == 0 {
			return nil, wrong
		}
		from := len(out) - (control&31<<8 | int(b[0])) - 1
		b = b[1:]
		n += 2
		if from < 0 || n > size-len(out) {
			return nil, wrong
		}
		for range n { // what is copied may overlap what is appended
			out = append(out, out[from])
			from++
		}
	}
	return out, nil
}
