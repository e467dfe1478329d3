package findings

// Distances are two histograms of distance to a centroid, in units of sigma. Bin k holds the
// distances in [(First+k)·Width, (First+k+1)·Width).
type Distances struct {
	First int     `json:"first"`
	Width float64 `json:"width"`
	// Data and Reference count the rows of each sample, by their weights relative to the others.
	Data      []float64 `json:"data"`
	Reference []float64 `json:"reference"`
	// BeyondData and BeyondReference count the rows farther away than any bin.
	BeyondData      float64 `json:"beyond_data"`
	BeyondReference float64 `json:"beyond_reference"`
}

const (
	distanceBins = 512
	// The width of the bins in units of sigma. It doubles as rows need it.
	firstBinWidth   = 1. / 64
	largestBinWidth = 1. / 8
)

// A distanceCounter counts distances in bins that become wider as rows need it.
type distanceCounter struct {
	width  float64
	bins   [2][]float64
	beyond [2]float64
}

// add counts a row of a sample, of some weight, at distance r.
func (h *distanceCounter) add(sample int, r, weight float64) {
	if h.width == 0 {
		h.width = firstBinWidth
		h.bins = [2][]float64{make([]float64, distanceBins), make([]float64, distanceBins)}
	}
	for r >= distanceBins*h.width && h.width < largestBinWidth {
		h.width *= 2
		for _, bins := range h.bins {
			for k := range distanceBins / 2 {
				bins[k] = bins[2*k] + bins[2*k+1]
			}
			clear(bins[distanceBins/2:])
		}
	}
	if k := r / h.width; k < distanceBins {
		h.bins[sample][int(k)] += weight
	} else {
		h.beyond[sample] += weight
	}
}

// distances returns the bins from the first to the last that holds a row.
func (h *distanceCounter) distances() Distances {
	d := Distances{Width: h.width, Data: []float64{}, Reference: []float64{},
		BeyondData: h.beyond[inData], BeyondReference: h.beyond[inReference]}
	first, last := distanceBins, 0
	for k := range distanceBins {
		if h.bins[inData][k] != 0 || h.bins[inReference][k] != 0 {
			first, last = min(first, k), k+1
		}
	}
	if first < last {
		d.First, d.Data, d.Reference = first, h.bins[inData][first:last],
			h.bins[inReference][first:last]
	}
	return d
}
