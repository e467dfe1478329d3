package tables

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// dtype is the type of the elements of a NumPy array.
type dtype struct {
	name  string // NumPy's name, such as "<f8"
	kind  byte   // f, i, u, b for numbers; U, S, O, c, V, M, m, ...
	size  int    // bytes
	order binary.ByteOrder
	value func(raw []byte) float64 // nil if the elements are not numbers
	// instant is the time of an element, if they are times.
	instant func(raw []byte) time.Time
}

// newDtype parses NumPy's name of a type.
func newDtype(name string) (dtype, error) {
	t := dtype{name: name, order: binary.LittleEndian}
	invalid := fmt.Errorf("%q is not a NumPy type", name)
	rest := strings.TrimLeft(name, "<>|=")
	if rest == "" {
		return dtype{}, invalid
	}
	if name[0] == '>' {
		t.order = binary.BigEndian
	}
	t.kind = rest[0]
	count, _, _ := strings.Cut(rest[1:], "[") // datetimes: <M8[ns]
	for _, c := range []byte(count) {
		if c < '0' || c > '9' || t.size > math.MaxInt32/16 {
			return dtype{}, invalid
		}
		t.size = 10*t.size + int(c-'0')
	}
	switch t.kind {
	case 'U':
		t.size *= 4
	case 'O':
		t.size = max(t.size, 8)
	}
	t.value = numberOf(t.kind, t.size, t.order)
	if t.kind == 'M' || t.kind == 'm' {
		t.setTimes()
	}
	return t, nil
}

// numberOf returns the function that decodes a number of a kind and a size in bytes, or nil if
// there is none.
func numberOf(kind byte, size int, order binary.ByteOrder) func([]byte) float64 {
	switch fmt.Sprintf("%c%d", kind, size) {
	case "f2":
		return func(b []byte) float64 { return halfFloat(order.Uint16(b)) }
	case "f4":
		return func(b []byte) float64 { return float64(math.Float32frombits(order.Uint32(b))) }
	case "f8":
		return func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) }
	case "i1":
		return func(b []byte) float64 { return float64(int8(b[0])) }
	case "i2":
		return func(b []byte) float64 { return float64(int16(order.Uint16(b))) }
	case "i4":
		return func(b []byte) float64 { return float64(int32(order.Uint32(b))) }
	case "i8":
		return func(b []byte) float64 { return float64(int64(order.Uint64(b))) }
	case "u1":
		return func(b []byte) float64 { return float64(b[0]) }
	case "b1":
		return func(b []byte) float64 { return float64(min(b[0], 1)) }
	case "u2":
		return func(b []byte) float64 { return float64(order.Uint16(b)) }
	case "u4":
		return func(b []byte) float64 { return float64(order.Uint32(b)) }
	case "u8":
		return func(b []byte) float64 { return float64(order.Uint64(b)) }
	}
	return nil
}

// halfFloat converts the bits of an IEEE 754 number of 2 bytes.
func halfFloat(bits uint16) float64 {
	exponent, fraction := int(bits>>10&31), float64(bits&1023)
	var v float64
	switch exponent {
	case 0:
		v = math.Ldexp(fraction, -24)
	case 31:
		v = math.Inf(1)
		if fraction != 0 {
			v = math.NaN()
		}
	default:
		v = math.Ldexp(1024+fraction, exponent-25)
	}
	if bits>>15 == 1 {
		v = -v
	}
	return v
}

// word returns an element as a word.
func (t dtype) word(raw []byte, row int, as wording) (string, error) {
	switch {
	case t.kind == 'f':
		return as.number(t.value(raw), row)
	case t.kind == 'b':
		return strconv.FormatBool(raw[0] != 0), nil
	case t.kind == 'i' && t.size == 8:
		return strconv.FormatInt(int64(t.order.Uint64(raw)), 10), nil
	case t.kind == 'u' && t.size == 8:
		return strconv.FormatUint(t.order.Uint64(raw), 10), nil
	case t.kind == 'i' || t.kind == 'u':
		return strconv.FormatInt(int64(t.value(raw)), 10), nil
	case t.instant != nil && math.IsNaN(t.value(raw)):
		return as.text("", row)
	case t.instant != nil:
		return timeText(t.instant(raw)), nil
	case t.value != nil:
		return as.number(t.value(raw), row)
	}
	text, ok := t.text(raw)
	if !ok {
		return "", fmt.Errorf("row %d (counted from 0) is not text", row)
	}
	return as.text(text, row)
}
