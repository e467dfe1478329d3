package hdf5

import (
	"errors"
	"fmt"
	"math"
)

// Dataset is an array of a file.
type Dataset struct {
	Path       string
	Shape      []int // lengths of the dimensions: empty for a single element, nil for none
	Type       Type
	Attributes []Attribute
	// Err says why the description of the dataset cannot be read, or is nil.
	Err error

	f       *File
	filters []filter
	layout  layout
	most    []uint64 // the lengths that the dimensions may grow to
}

// Attribute returns the attribute of a name.
func (d Dataset) Attribute(name string) (Attribute, bool) {
	return findAttribute(d.Attributes, name)
}

// layout is how the elements of a dataset are stored.
type layout struct {
	kind    byte // one of the constants below
	data    []byte
	address uint64
	size    uint64
	chunk   []int // lengths of a chunk
	index   byte  // how chunks are found
	// Of a single chunk: its stored size and the filters that were left out.
	stored uint64
	mask   uint64
	// partial says that chunks beyond the edge of the dataset did not go through the filters.
	partial bool
}

// The kinds of layouts.
const (
	compact    = 0
	contiguous = 1
	chunked    = 2
)

// The indexes of chunks.
const (
	indexTree1      = 0
	indexSingle     = 1
	indexImplicit   = 2
	indexFixed      = 3
	indexExtensible = 4
	indexTree2      = 5
)

// dataset reads the description of a dataset.
func (f *File) dataset(path string, messages []message) Dataset {
	d := Dataset{Path: path, f: f}
	d.Err = d.describe(messages)
	return d
}

func (d *Dataset) describe(messages []message) error {
	found := map[int]bool{}
	for _, m := range messages {
		r := m.decoder(d.f)
		var err error
		switch m.kind {
		case msgDataspace:
			if m.shared {
				return errors.New("a shared dataspace cannot be read")
			}
			d.Shape, d.most = r.dataspace()
		case msgDatatype:
			d.Type, err = d.f.typeOf(m)
		case msgLayout:
			err = d.readLayout(r)
		case msgFilters:
			d.filters, err = r.pipeline()
		case msgExternal:
			return errors.New("its elements are in other files, which are not read")
		}
		if err = errors.Join(err, r.err); err != nil {
			return err
		}
		found[m.kind] = true
	}
	for _, kind := range []int{msgDataspace, msgDatatype, msgLayout} {
		if !found[kind] {
			return fmt.Errorf("%w: a part of its description is missing", errDamaged)
		}
	}
	var err error
	if d.Attributes, err = d.f.attributes(messages); err != nil {
		return err
	}
	return d.check()
}

// check compares the layout with the shape and the type.
func (d *Dataset) check() error {
	n, err := elements(d.Shape, d.Type.Size)
	if err != nil {
		return err
	}
	l := &d.layout
	switch l.kind {
	case compact:
		if len(l.data) != n {
			return fmt.Errorf("%w: it has %d bytes and needs %d", errDamaged, len(l.data), n)
		}
	case contiguous:
		if n > 0 && (d.f.undefined(l.address) || l.size < uint64(n)) {
			return errors.New("its elements were never written")
		}
	case chunked:
		if len(l.chunk) != len(d.Shape)+1 || l.chunk[len(d.Shape)] != d.Type.Size {
			return fmt.Errorf("%w: its chunks %v do not fit its shape %v", errDamaged, l.chunk,
				d.Shape)
		}
		l.chunk = l.chunk[:len(d.Shape)]
		if size, err := elements(l.chunk, d.Type.Size); err != nil || size > math.MaxInt32 {
			return fmt.Errorf("chunks of %v elements are too large to be read", l.chunk)
		}
	}
	return nil
}

// readLayout reads the message of the layout.
func (d *Dataset) readLayout(r *decoder) error {
	l := &d.layout
	switch version := r.byte(); version {
	case 1, 2:
		rank := int(r.byte())
		l.kind = r.byte()
		r.skip(5)
		if l.kind != compact {
			l.address = r.address()
		}
		lengths := r.lengths(rank, 4)
		switch l.kind {
		case compact:
			l.data = r.take(int(r.u32()))
		case contiguous: // the lengths are those of the dataset
			l.size = math.MaxUint64
		case chunked:
			l.chunk = lengths
		}
	case 3, 4:
		l.kind = r.byte()
		switch l.kind {
		case compact:
			l.data = r.take(r.u16())
		case contiguous:
			l.address, l.size = r.address(), r.length()
		case chunked:
			if version == 4 {
				return d.chunkIndex(r)
			}
			rank := int(r.byte())
			l.address = r.address()
			l.chunk = r.lengths(rank, 4)
		case 3:
			return errors.New("it is a virtual dataset, whose parts are in other files")
		}
	default:
		return fmt.Errorf("a layout of version %d cannot be read", version)
	}
	if l.kind > chunked {
		return fmt.Errorf("%w: it has the layout %d", errDamaged, l.kind)
	}
	return r.err
}

// lengths reads the lengths of n dimensions.
func (d *decoder) lengths(n, size int) []int {
	if size < 1 || size > 8 || n*size > len(d.b) {
		d.skip(len(d.b) + 1)
		return nil
	}
	lengths := make([]int, n)
	for i := range lengths {
		v := d.uint(size)
		if v < 1 || v > math.MaxInt32 {
			d.err = fmt.Errorf("%w: a chunk has an extent of %d", errDamaged, v)
		}
		lengths[i] = int(v)
	}
	return lengths
}

// chunkIndex reads how the chunks of a layout of version 4 are found.
func (d *Dataset) chunkIndex(r *decoder) error {
	l := &d.layout
	flags, rank, size := r.byte(), int(r.byte()), int(r.byte())
	l.partial = flags&1 != 0
	l.chunk = r.lengths(rank, size)
	l.index = r.byte()
	switch l.index {
	case indexSingle:
		if flags&2 != 0 {
			l.stored, l.mask = r.length(), r.u32()
		}
	case indexImplicit:
	case indexFixed:
		r.skip(1)
	case indexExtensible:
		r.skip(5)
	case indexTree2:
		r.skip(6)
	default:
		return fmt.Errorf("an index of chunks of kind %d cannot be read", l.index)
	}
	l.address = r.address()
	return r.err
}
