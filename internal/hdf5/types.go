package hdf5

import (
	"encoding/binary"
	"fmt"
	"math"
)

// TypeClass is what the elements of a dataset are.
type TypeClass int

// The classes of types, as the format numbers them.
const (
	Integer TypeClass = iota
	Float
	Timestamp
	String
	Bits
	Opaque
	Compound
	Reference
	Enumeration
	VariableLength
	Array
)

var classNames = []string{"integer", "float", "time", "string", "bits", "opaque", "record",
	"reference", "enumeration", "variable length", "array"}

// Type is the type of the elements of a dataset.
type Type struct {
	Class TypeClass
	Size  int // bytes
	// Fields are those of a Compound.
	Fields []Field
	// Base is the type of the elements of an Array or a VariableLength, and that of the values of
	// an Enumeration.
	Base *Type
	// Shape is that of an Array.
	Shape []int
	// Names and Values are the words of an Enumeration and the numbers that stand for them.
	Names  []string
	Values []float64
	// Text says that a VariableLength is a string.
	Text bool

	order    binary.ByteOrder
	signed   bool
	standard bool // the bits of a number are those of a Go type
	padding  byte // of a string: 0 ends with a zero, 1 is filled with zeros, 2 with spaces
}

// Field is a field of a Compound.
type Field struct {
	Name   string
	Offset int
	Type   Type
}

// Describe returns the type in words.
func (t Type) Describe() string {
	switch t.Class {
	case Integer, Float:
		return fmt.Sprintf("%s of %d bytes", classNames[t.Class], t.Size)
	case VariableLength:
		if t.Text {
			return "string of variable length"
		}
		return "lists of variable length"
	case Array:
		return fmt.Sprintf("array %v of %s", t.Shape, t.Base.Describe())
	case Enumeration, Bits:
		if t.IsTruth() {
			return "truth value"
		}
	}
	return classNames[t.Class]
}

// Number returns the function that decodes an element as a number, or nil if elements are not
// numbers. Truth values are 0 and 1.
func (t Type) Number() func(raw []byte) float64 {
	switch {
	case t.Class == Bits && t.Size == 1: // PyTables' truth values
		return func(b []byte) float64 { return float64(b[0]) }
	case t.Class == Enumeration && t.isTruth():
		return t.Base.Number()
	case !t.standard:
		return nil
	case t.Class == Float && t.Size == 2:
		return func(b []byte) float64 { return half(t.order.Uint16(b)) }
	case t.Class == Float && t.Size == 4:
		return func(b []byte) float64 { return float64(math.Float32frombits(t.order.Uint32(b))) }
	case t.Class == Float && t.Size == 8:
		return func(b []byte) float64 { return math.Float64frombits(t.order.Uint64(b)) }
	case t.Class == Integer:
		return t.integer()
	}
	return nil
}

func (t Type) integer() func(raw []byte) float64 {
	switch {
	case t.Size == 1 && t.signed:
		return func(b []byte) float64 { return float64(int8(b[0])) }
	case t.Size == 1:
		return func(b []byte) float64 { return float64(b[0]) }
	case t.Size == 2 && t.signed:
		return func(b []byte) float64 { return float64(int16(t.order.Uint16(b))) }
	case t.Size == 2:
		return func(b []byte) float64 { return float64(t.order.Uint16(b)) }
	case t.Size == 4 && t.signed:
		return func(b []byte) float64 { return float64(int32(t.order.Uint32(b))) }
	case t.Size == 4:
		return func(b []byte) float64 { return float64(t.order.Uint32(b)) }
	case t.Size == 8 && t.signed:
		return func(b []byte) float64 { return float64(int64(t.order.Uint64(b))) }
	case t.Size == 8:
		return func(b []byte) float64 { return float64(t.order.Uint64(b)) }
	}
	return nil
}

// Int64 decodes an integer of 8 bytes.
func (t Type) Int64(raw []byte) int64 { return int64(t.order.Uint64(raw)) }

// Signed reports whether an integer may be negative.
func (t Type) Signed() bool { return t.signed }

// IsTruth reports whether elements are truth values: PyTables' bytes, or the enumeration of h5py.
func (t Type) IsTruth() bool {
	return t.Class == Bits && t.Size == 1 || t.Class == Enumeration && t.isTruth()
}

// isTruth reports whether an enumeration is that of h5py for truth values.
func (t Type) isTruth() bool {
	return len(t.Names) == 2 && t.Base.Size == 1 && t.Names[0] == "FALSE" && t.Values[0] == 0 &&
		t.Names[1] == "TRUE" && t.Values[1] == 1
}

// half converts the bits of a float16.
func half(bits uint16) float64 {
	sign := 1.0
	if bits>>15 == 1 {
		sign = -1
	}
	exponent, mantissa := int(bits>>10&31), float64(bits&1023)
	switch exponent {
	case 0:
		return sign * math.Ldexp(mantissa, -24)
	case 31:
		if mantissa == 0 {
			return sign * math.Inf(1)
		}
		return math.NaN()
	}
	return sign * math.Ldexp(1024+mantissa, exponent-25)
}

// trim removes the padding of a string.
func (t Type) trim(raw []byte) []byte {
	if t.padding == 2 {
		for len(raw) > 0 && raw[len(raw)-1] == ' ' {
			raw = raw[:len(raw)-1]
		}
		return raw
	}
	for i, b := range raw {
		if b == 0 && t.padding == 0 {
			return raw[:i]
		}
	}
	for len(raw) > 0 && raw[len(raw)-1] == 0 {
		raw = raw[:len(raw)-1]
	}
	return raw
}
