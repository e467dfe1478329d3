package findings

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

// Bins become wider as rows need it, and lose none.
func TestDistances(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 6))
	var h distanceCounter
	var all []float64
	for i := range 3000 {
		v := r.ExpFloat64() * []float64{1, 1, 8}[i/1000]
		all = append(all, v)
		h.add(i%2, v, 1)
	}
	d := h.distances()
	if d.Width != largestBinWidth {
		t.Errorf("bins of %v", d.Width)
	}
	want := Distances{First: d.First, Width: d.Width, Data: make([]float64, len(d.Data)),
		Reference: make([]float64, len(d.Reference))}
	for i, v := range all {
		switch k := int(v/d.Width) - d.First; {
		case v >= distanceBins*d.Width && i%2 == inData:
			want.BeyondData++
		case v >= distanceBins*d.Width:
			want.BeyondReference++
		case i%2 == inData:
			want.Data[k]++
		default:
			want.Reference[k]++
		}
	}
	if !reflect.DeepEqual(d, want) {
		t.Errorf("%+v, want %+v", d, want)
	}
}
