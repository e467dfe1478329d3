package rootfile

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Leaf is a column of a tree: a number or a word in each entry, or an array of numbers whose length
// is the same in all entries.
type Leaf struct {
	// Name is that of the branch, or those of the branch and of the leaf with a point between if
	// the branch has several leaves.
	Name string
	// Type is the type of a value, as ROOT names it.
	Type string
	// Refusal says why the column cannot be read. It is "" if it can.
	Refusal string
	// Varying says that each entry has a list of values whose length changes.
	Varying bool
	// Text says that the values are words.
	Text bool
	// Shape has the lengths of the dimensions of an array. It is nil for single values.
	Shape []int

	element element
	n       int // values of an entry
	at      int // place of the first one among the bytes of an entry of the branch
	branch  *branch
	entry   int // bytes of an entry of the branch; 0 for words
}

// N returns the number of values in each entry.
func (l *Leaf) N() int { return l.n }

// Narrow reports whether float32 represents every value.
func (l *Leaf) Narrow() bool { return l.element.narrow }

// Truth reports whether the values are truth values.
func (l *Leaf) Truth() bool { return l.element.truth }

// Number returns value i of an entry, whose bytes are raw. A truth value is 0 or 1, and an integer
// beyond 2^53 the nearest float64.
func (l *Leaf) Number(raw []byte, i int) float64 {
	return l.element.value(raw[i*l.element.size:])
}

// Integer returns value i of an entry, and reports whether it is an integer.
func (l *Leaf) Integer(raw []byte, i int) (text string, isInteger bool) {
	if l.element.integer == nil {
		return "", false
	}
	return l.element.integer(raw[i*l.element.size:]), true
}

// DataBytes returns about how many bytes a basket of the branch takes when it is read.
func (l *Leaf) DataBytes() int64 {
	baskets := int64(max(1, len(l.branch.basketPlaces)))
	return max(0, l.branch.bytes/baskets)
}

// element is a type of values.
type element struct {
	name          string
	size          int
	value         func(raw []byte) float64
	integer       func(raw []byte) string // nil if the values are not integers
	narrow, truth bool
}

func truthElement() element {
	value := func(b []byte) float64 {
		if b[0] != 0 {
			return 1
		}
		return 0
	}
	return element{name: "Bool_t", size: 1, truth: true, value: value}
}

func floatElement() element {
	return element{name: "Float_t", size: 4, narrow: true,
		value: func(b []byte) float64 { return float64(float32At(b)) }}
}

func doubleElement() element {
	return element{name: "Double_t", size: 8,
		value: func(b []byte) float64 { return math.Float64frombits(bitsOf(b, 8)) }}
}

// integerNames are those of the types of integers, by their sizes in bytes.
var integerNames = map[int]string{1: "Char_t", 2: "Short_t", 4: "Int_t", 8: "Long64_t"}

func integerElement(size int, unsigned bool) element {
	e := element{name: integerNames[size], size: size}
	if unsigned {
		e.name = "U" + e.name
		e.value = func(b []byte) float64 { return float64(bitsOf(b, size)) }
		e.integer = func(b []byte) string { return strconv.FormatUint(bitsOf(b, size), 10) }
		return e
	}
	signed := func(b []byte) int64 {
		unused := 64 - 8*size
		return int64(bitsOf(b, size)<<unused) >> unused
	}
	e.value = func(b []byte) float64 { return float64(signed(b)) }
	e.integer = func(b []byte) string { return strconv.FormatInt(signed(b), 10) }
	return e
}

// bitsOf returns the first size bytes as an unsigned integer.
func bitsOf(b []byte, size int) uint64 {
	var v uint64
	for _, digit := range b[:size] {
		v = v<<8 | uint64(digit)
	}
	return v
}

func float32At(b []byte) float32 { return math.Float32frombits(uint32(bitsOf(b, 4))) }

// packedElement returns the type of values with fewer bits: Double32_t, or Float16_t if half is
// set. The title of their leaf may give the range and the number of bits.
func packedElement(half bool, title string) (element, error) {
	e := element{name: "Double32_t"}
	if half {
		e.name, e.narrow = "Float16_t", true
	}
	r, err := rangeOf(title)
	if err != nil {
		return e, err
	}
	switch {
	case r.factor != 0:
		e.size = 4
		e.value = func(b []byte) float64 {
			v := float64(bitsOf(b, 4))/r.factor + r.low
			if half {
				return float64(float32(v))
			}
			return v
		}
		return e, nil
	case r.bits == 0 && !half:
		f := floatElement()
		e.size, e.narrow, e.value = f.size, f.narrow, f.value
		return e, nil
	case r.bits == 0:
		r.bits = 12
	}
	e.size, e.narrow = 3, true
	e.value = func(b []byte) float64 { return float64(mantissa(b, r.bits)) }
	return e, nil
}

// mantissa returns the number of an exponent of 8 bits and a mantissa of some bits, the first of
// which is the sign. Source: TBufferFile::ReadWithNbits of ROOT.
func mantissa(b []byte, bits int) float32 {
	exponent, digits := uint32(b[0]), uint32(b[1])<<8|uint32(b[2])
	sign := uint32(1) << (bits + 1)
	v := math.Float32frombits(exponent<<23 | digits&(sign-1)<<(23-bits))
	if digits&sign != 0 {
		return -v
	}
	return v
}

// packing is how the values of a leaf with fewer bits are stored: as multiples of 1/factor above
// low, or with a number of bits of their mantissas. Zeros stand for the defaults of the type.
type packing struct {
	low, factor float64
	bits        int
}

// rangeOf returns what a title such as "x[0,10,12]" or "x[3][0,2pi]" says about the values. Source:
// TStreamerElement::GetRange of ROOT.
func rangeOf(title string) (packing, error) {
	for rest := title; ; {
		_, after, found := strings.Cut(rest, "[")
		inside, next, closed := strings.Cut(after, "]")
		if !found || !closed {
			return packing{}, nil
		}
		if strings.Contains(inside, ",") {
			return parseRange(inside)
		}
		rest = next
	}
}

// parseRange reads a range between its brackets.
func parseRange(text string) (packing, error) {
	parts := strings.Split(strings.ReplaceAll(text, " ", ""), ",")
	wrong := fmt.Errorf("its range [%s] cannot be read", text)
	bits := 32
	if len(parts) > 3 {
		return packing{}, wrong
	}
	if len(parts) == 3 {
		var err error
		if bits, err = strconv.Atoi(parts[2]); err != nil {
			return packing{}, wrong
		}
		if bits < 2 || bits > 32 {
			bits = 32
		}
	}
	low, known := bound(parts[0])
	high, alsoKnown := bound(parts[1])
	switch {
	case !known || !alsoKnown:
		return packing{}, wrong
	case low < high && bits == 32:
		return packing{low: low, factor: math.MaxUint32 / (high - low)}, nil
	case low < high:
		return packing{low: low, factor: float64(uint64(1)<<bits) / (high - low)}, nil
	case bits < 15:
		return packing{bits: bits}, nil
	}
	return packing{}, nil
}

// bound returns an end of a range: a number, or a multiple of pi as ROOT writes it.
func bound(text string) (float64, bool) {
	if v, err := strconv.ParseFloat(text, 64); err == nil {
		return v, v-v == 0
	}
	positive := strings.TrimPrefix(text, "-")
	multiples := map[string]float64{"pi": math.Pi, "2pi": 2 * math.Pi, "2*pi": 2 * math.Pi,
		"twopi": 2 * math.Pi, "pi/2": math.Pi / 2, "pi/4": math.Pi / 4}
	v, known := multiples[positive]
	if positive != text {
		v = -v
	}
	return v, known
}
