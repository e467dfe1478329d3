package hdf5

import (
	"fmt"
)

// words decodes elements that are strings, or words of an enumeration.
func (f *File) words(t Type, raw []byte) ([]string, error) {
	decode := f.Word(t)
	if decode == nil {
		return nil, fmt.Errorf("elements of type %s are not text", t.Describe())
	}
	var words []string
	for ; len(raw) >= t.Size; raw = raw[t.Size:] {
		word, err := decode(raw[:t.Size])
		if err != nil {
			return nil, err
		}
		words = append(words, string(word))
	}
	return words, nil
}

// Word returns the function that decodes an element of a type as a word, or nil if elements are
// neither strings nor words of an enumeration. A string that was never written is empty.
func (f *File) Word(t Type) func(raw []byte) ([]byte, error) {
	switch {
	case t.Class == String:
		return func(raw []byte) ([]byte, error) { return t.trim(raw[:t.Size]), nil }
	case t.Class == VariableLength && t.Text:
		return func(raw []byte) ([]byte, error) {
			d := &decoder{f: f, b: raw[:t.Size]}
			length, at, index := d.u32(), d.address(), d.u32()
			if d.err != nil || length == 0 {
				return nil, d.err
			}
			return f.heapObject(at, uint16(index), length)
		}
	case t.Class == Enumeration && !t.isTruth():
		names := map[float64][]byte{}
		for i, v := range t.Values {
			names[v] = []byte(t.Names[i])
		}
		number := t.Base.Number()
		return func(raw []byte) ([]byte, error) {
			name, known := names[number(raw)]
			if !known {
				return nil, fmt.Errorf("the value %v has no name in its enumeration", number(raw))
			}
			return name, nil
		}
	}
	return nil
}

// heapObject returns the first bytes of an object of the global heap at an address.
func (f *File) heapObject(at uint64, index uint16, length uint64) ([]byte, error) {
	heap, known := f.heaps[at]
	if !known {
		var err error
		if heap, err = f.globalHeap(at); err != nil {
			return nil, err
		}
		const most = 64 // collections that are kept
		if len(f.heaps) >= most {
			clear(f.heaps)
		}
		f.heaps[at] = heap
	}
	object, known := heap[index]
	if !known || length > uint64(len(object)) {
		return nil, fmt.Errorf("%w: a string is missing", errDamaged)
	}
	return object[:length], nil
}

// globalHeap reads the objects of a collection of the global heap.
func (f *File) globalHeap(at uint64) (map[uint16][]byte, error) {
	head := uint64(8 + f.lengthSize)
	d, err := f.decode(at, head)
	if err != nil {
		return nil, err
	}
	d.expect("GCOL", 1)
	d.skip(3)
	size := d.length()
	if d.err != nil {
		return nil, d.err
	}
	if size < head {
		return nil, errDamaged
	}
	if d, err = f.decode(at, size); err != nil {
		return nil, err
	}
	d.skip(int(head))
	objects := map[uint16][]byte{}
	for len(d.b) >= 8+f.lengthSize {
		index := d.uint(2)
		d.skip(6)
		n := d.length()
		if index == 0 { // free space
			break
		}
		if n > uint64(len(d.b)) {
			return nil, errDamaged
		}
		objects[uint16(index)] = d.take(int(n))
		d.skip(min(int(7-(n+7)%8), len(d.b)))
	}
	return objects, d.err
}
