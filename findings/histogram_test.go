package findings

import (
	"math"
	"testing"

	"sparker/data"
)

// A histogram has a bin for every value, whatever their range.
func TestHistogramAtTheEdges(t *testing.T) {
	t.Parallel()
	one := sampleOf(1, 3, 3)
	h := newHistogram(data.Pair{Data: one, Reference: one})
	if h.Data[0] != 2 || h.Reference[0] != 2 {
		t.Errorf("%+v", h)
	}
	wide := sampleOf(1, -math.MaxFloat64, math.MaxFloat64)
	if h := newHistogram(data.Pair{Data: wide, Reference: one}); h.Data[0] != 1 ||
		h.Data[histogramBins-1] != 1 {
		t.Errorf("%+v", h)
	}
}
