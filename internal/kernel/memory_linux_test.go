package kernel

import (
	"testing"
	"unsafe"
)

func TestReserve(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 2*hugePage/8 - 1, 2 * hugePage / 8, 1_000_001,
		3 * hugePage / 8} {
		x := reserve(n)
		if len(x) != n {
			t.Fatalf("%d numbers, want %d", len(x), n)
		}
		if n >= 2*hugePage/8 && uintptr(unsafe.Pointer(&x[0]))%hugePage != 0 {
			t.Errorf("%d numbers do not start at a large page", n)
		}
		x = x[:cap(x)]
		for i := range x {
			if x[i] != 0 {
				t.Fatalf("%d numbers: number %d is %v", n, i, x[i])
			}
			x[i] = 1
		}
	}
}
