package rootfile

import (
	"math"
	"strings"
	"testing"
)

// Known values of XXH64 with the seed 0.
func TestXXH64(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]uint64{
		"":    0xef46db3751d8e999,
		"a":   0xd24ec4f1a98c6e5b,
		"abc": 0x44bc2cf5ad770999,
		"Nobody inspects the spammish repetition": 0xfbcea83c8a378bf1,
	} {
		if got := xxh64([]byte(text)); got != want {
			t.Errorf("%q: %x, want %x", text, got, want)
		}
	}
}

// A block that is compressed in a way that is not known is an error that names the way.
func TestUnknownCompression(t *testing.T) {
	t.Parallel()
	block := append([]byte("CS\x08\x03\x00\x00\x09\x00\x00"), 1, 2, 3)
	if _, err := inflate(block, 9); err == nil || !strings.Contains(err.Error(), `"CS"`) {
		t.Error(err)
	}
	for name, record := range map[string][]byte{"short": block[:5], "long": block[:11],
		"other size": append([]byte("ZL\x08\x03\x00\x00\xff\x00\x00"), 1, 2, 3)} {
		if _, err := inflate(record, 9); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The ranges of packed values, as TStreamerElement::GetRange of ROOT reads them.
func TestRanges(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]packing{
		"x":                 {},
		"x[3]":              {},
		"x[0,0,10]":         {bits: 10},
		"x[0,0,20]":         {},
		"x[0,10,8]":         {factor: 25.6},
		"x[3][-2,2]":        {low: -2, factor: math.MaxUint32 / 4.0},
		"phi[-pi,pi,10]":    {low: -math.Pi, factor: 1024 / (2 * math.Pi)},
		"phi[0, twopi, 12]": {factor: 4096 / (2 * math.Pi)},
	} {
		if got, err := rangeOf(title); got != want || err != nil {
			t.Errorf("%s: %v, %v; want %v", title, got, err, want)
		}
	}
	for _, title := range []string{"x[a,b]", "x[0,1,2,3]", "x[0,1,y]", "x[0,inf]"} {
		if _, err := rangeOf(title); err == nil {
			t.Errorf("%s: no error", title)
		}
	}
}

// Packed values: exponent and mantissa, multiples, and the float32 of a Double32_t without a range.
func TestPackedValues(t *testing.T) {
	t.Parallel()
	half, err := packedElement(true, "x")
	if err != nil || half.size != 3 {
		t.Fatal(half.size, err)
	}
	// 1.5 has the exponent 127 and, of 12 bits of the mantissa, the first.
	if got := half.value([]byte{127, 0x08, 0x00}); got != 1.5 {
		t.Error(got)
	}
	if got := half.value([]byte{127, 0x28, 0x00}); got != -1.5 {
		t.Error(got)
	}
	steps, err := packedElement(false, "x[10,20,8]")
	if err != nil || steps.size != 4 {
		t.Fatal(steps.size, err)
	}
	if got := steps.value([]byte{0, 0, 0, 128}); got != 15 {
		t.Error(got)
	}
	plain, err := packedElement(false, "x")
	if err != nil || plain.size != 4 || plain.value([]byte{0x3f, 0x80, 0, 0}) != 1 {
		t.Error(plain.size, err)
	}
}
