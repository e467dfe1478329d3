package plots

import (
	"fmt"
	"sync"
	"testing"

	"gonum.org/v1/plot/vg"
)

// A cached width is that which was measured, also after the cache has started over, and for several
// goroutines at once.
func TestWidthCache(t *testing.T) {
	t.Parallel()
	c := widthCache{widths: make(map[measuredText]vg.Length)}
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			for i := range mostWidths + 10 {
				key := measuredText{style(8).Font, fmt.Sprint(i)}
				want := vg.Length(i)
				if got := c.width(key, func() vg.Length { return want }); got != want {
					t.Errorf("width %v, want %v", got, want)
					return
				}
			}
		})
	}
	group.Wait()
	if n := len(c.widths); n > mostWidths {
		t.Errorf("%d widths are kept", n)
	}
	measured := 0
	for _, size := range []vg.Length{8, 8, 9} {
		c.width(measuredText{style(size).Font, "text"}, func() vg.Length {
			measured++
			return size
		})
	}
	if measured != 2 {
		t.Errorf("two fonts are measured %d times", measured)
	}
}
