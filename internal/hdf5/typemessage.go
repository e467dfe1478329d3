package hdf5

import (
	"encoding/binary"
	"fmt"
	"math"
)

// maxDepth limits how deep types are nested.
const maxDepth = 16

// datatype reads a type.
func (d *decoder) datatype(depth int) Type {
	head := d.byte()
	bits := d.uint(3)
	t := Type{Class: TypeClass(head & 15), Size: int(d.u32()), order: binary.LittleEndian}
	version := head >> 4
	if version < 1 || version > 5 || t.Class > Array || depth > maxDepth || t.Size < 1 ||
		t.Size > math.MaxInt32 {
		if d.err == nil {
			d.err = fmt.Errorf("a type of class %d, version %d, and %d bytes cannot be read",
				head&15, version, t.Size)
		}
		return Type{Class: Opaque, Size: 1}
	}
	if bits&1 == 1 {
		t.order = binary.BigEndian
	}
	switch t.Class {
	case Integer, Bits:
		t.signed = bits&8 != 0
		offset, precision := d.u16(), d.u16()
		t.standard = t.Class == Integer && offset == 0 && precision == 8*t.Size
	case Float:
		d.float(&t, bits)
	case Timestamp:
		d.skip(2)
	case String:
		t.padding = byte(bits & 15)
	case Opaque:
		d.skip(int(bits & 0xff))
	case Compound:
		d.compound(&t, version, int(bits&0xffff), depth)
	case Enumeration:
		d.enumeration(&t, version, int(bits&0xffff), depth)
	case VariableLength:
		t.Text = bits&15 == 1
		d.base(&t, depth)
	case Array:
		d.array(&t, version, depth)
	}
	return t
}

// float reads the layout of the bits of a number and compares it with those of IEEE 754.
func (d *decoder) float(t *Type, bits uint64) {
	offset, precision := d.u16(), d.u16()
	expAt, expSize := int(d.byte()), int(d.byte())
	fracAt, fracSize := int(d.byte()), int(d.byte())
	bias := d.u32()
	fraction := map[int]int{2: 10, 4: 23, 8: 52}[t.Size]
	exponent := 8*t.Size - 1 - fraction
	sign := int(bits >> 8 & 0xff)
	t.standard = fraction > 0 && bits&0x40 == 0 && offset == 0 && precision == 8*t.Size &&
		expAt == fraction && expSize == exponent && fracAt == 0 && fracSize == fraction &&
		sign == 8*t.Size-1 && bias == 1<<(exponent-1)-1
}

// base reads the type that another one is made of.
func (d *decoder) base(t *Type, depth int) {
	base := d.datatype(depth + 1)
	t.Base = &base
}

// name reads a name, which older versions fill up to a multiple of 8 bytes.
func (d *decoder) name(version byte) string {
	name := d.text()
	if version < 3 {
		d.skip(7 - len(name)%8)
	}
	return name
}

func (d *decoder) compound(t *Type, version byte, n, depth int) {
	for range n {
		f := Field{Name: d.name(version)}
		var shape []int
		switch version {
		case 1:
			f.Offset = int(d.u32())
			rank := int(d.byte())
			d.skip(3 + 4 + 4)
			for i := range 4 {
				if length := int(d.u32()); i < rank {
					shape = append(shape, length)
				}
			}
		case 2:
			f.Offset = int(d.u32())
		default:
			f.Offset = int(d.uint(bytesFor(uint64(t.Size))))
		}
		f.Type = d.datatype(depth + 1)
		if shape != nil {
			base := f.Type
			f.Type = Type{Class: Array, Base: &base, Shape: shape}
			f.Type.Size = d.arraySize(f.Type)
		}
		if d.err != nil {
			return
		}
		if f.Offset < 0 || f.Offset > t.Size || f.Type.Size > t.Size-f.Offset {
			d.err = fmt.Errorf("%w: the field %q lies outside of its record", errDamaged, f.Name)
			return
		}
		t.Fields = append(t.Fields, f)
	}
}

func (d *decoder) enumeration(t *Type, version byte, n, depth int) {
	d.base(t, depth)
	for range n {
		t.Names = append(t.Names, d.name(version))
		if d.err != nil {
			return
		}
	}
	number := t.Base.Number()
	if number == nil || t.Base.Size != t.Size {
		d.err = fmt.Errorf("an enumeration of %s values cannot be read", t.Base.Describe())
		return
	}
	for range n {
		raw := d.take(t.Size)
		if d.err != nil {
			return
		}
		t.Values = append(t.Values, number(raw))
	}
}

func (d *decoder) array(t *Type, version byte, depth int) {
	rank := int(d.byte())
	if version < 3 {
		d.skip(3)
	}
	for range rank {
		t.Shape = append(t.Shape, int(d.u32()))
	}
	if version < 3 {
		d.skip(4 * rank)
	}
	d.base(t, depth)
	if d.err == nil && d.arraySize(*t) != t.Size {
		d.err = fmt.Errorf("%w: an array %v of %d bytes takes %d", errDamaged, t.Shape, t.Base.Size,
			t.Size)
	}
}

// arraySize returns the number of bytes of an array.
func (d *decoder) arraySize(t Type) int {
	size := t.Base.Size
	for _, length := range t.Shape {
		if length < 1 || size > math.MaxInt32/length {
			if d.err == nil {
				d.err = fmt.Errorf("%w: it has an array %v", errDamaged, t.Shape)
			}
			return 1
		}
		size *= length
	}
	return size
}
