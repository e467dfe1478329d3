package hdf5

import "fmt"

// Attribute is a value that belongs to a group or a dataset.
type Attribute struct {
	Name  string
	Type  Type
	Shape []int // empty for a single value, nil for none
	raw   []byte
	f     *File
}

// Texts returns the strings of the attribute, or nil if it holds none.
func (a Attribute) Texts() []string {
	if a.Shape == nil {
		return nil
	}
	words, err := a.f.words(a.Type, a.raw)
	if err != nil {
		return nil
	}
	return words
}

// Text returns the string of the attribute, or "".
func (a Attribute) Text() string {
	if texts := a.Texts(); len(texts) == 1 {
		return texts[0]
	}
	return ""
}

// Number returns the number of the attribute.
func (a Attribute) Number() (v float64, ok bool) {
	number := a.Type.Number()
	if number == nil || len(a.raw) != a.Type.Size {
		return 0, false
	}
	return number(a.raw), true
}

// attribute reads the message of an attribute.
func (f *File) attribute(m message) (Attribute, error) {
	a := Attribute{f: f}
	d := m.decoder(f)
	version, flags := d.byte(), d.byte()
	if version < 1 || version > 3 {
		return a, fmt.Errorf("an attribute of version %d cannot be read", version)
	}
	nameSize, typeSize, spaceSize := d.u16(), d.u16(), d.u16()
	if version == 3 {
		d.skip(1)
	}
	part := func(n int) *decoder {
		p := &decoder{f: f, b: d.take(n)}
		if version == 1 {
			d.skip((8 - n%8) % 8)
		}
		return p
	}
	a.Name = part(nameSize).text()
	typ := message{kind: msgDatatype, shared: version > 1 && flags&1 != 0, data: part(typeSize).b}
	space := part(spaceSize)
	if d.err != nil {
		return a, d.err
	}
	var err error
	if a.Type, err = f.typeOf(typ); err != nil {
		return a, err
	}
	a.Shape, _ = space.dataspace()
	if space.err != nil {
		return a, space.err
	}
	n, err := elements(a.Shape, a.Type.Size)
	if err != nil {
		return a, err
	}
	a.raw = d.take(n)
	return a, d.err
}

// elements returns the number of bytes of an array.
func elements(shape []int, size int) (int, error) {
	if shape == nil {
		return 0, nil
	}
	const most = 1 << 60
	for _, n := range shape {
		if n > 0 && size > most/n {
			return 0, fmt.Errorf("%w: it has an array of shape %v", errDamaged, shape)
		}
		size *= n
	}
	return size, nil
}
