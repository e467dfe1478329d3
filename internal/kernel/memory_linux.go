package kernel

import (
	"syscall"
	"unsafe"
)

// hugePage is the size of a large page of memory; of the kinds that processors have, the smallest.
const hugePage = 2 << 20

// reserve returns n zeros. Memory that is much larger than a large page starts at one, and the
// system is asked for such pages: a pass over rows that come from memory is then up to a third
// shorter.
func reserve(n int) []float64 {
	if 8*n < 2*hugePage {
		return make([]float64, n)
	}
	const page = hugePage / 8
	x := make([]float64, n+2*page)
	start := int(-uintptr(unsafe.Pointer(&x[0]))%hugePage) / 8
	x = x[start : start+(n+page-1)/page*page : start+(n+page-1)/page*page]
	// Advice that is not taken changes nothing but the speed.
	_ = syscall.Madvise(unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), 8*len(x)),
		syscall.MADV_HUGEPAGE)
	return x[:n]
}
