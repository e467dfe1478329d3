package findings

// A Place is where the samples differ: kernels of one scale that hold the same rows of the data,
// at the scale at which they are most significant.
//
// A row has the weight Σ p_i k_i over the kernels of the place, with p_i = k_i / Σ_j k_j over all
// kernels of the scale, whether or not the kernels compete in the fit. Two kernels of a scale are
// at one place if their overlap is at least [PlaceOverlap], and so are kernels that are linked by
// such overlaps. Places at other scales that have such an overlap with this one, over the rows of
// both samples, are the same place there.
//
// A place takes its rows from the places after it: of a row that has the weight w in it, the part
// 1 - w is left. So no row counts more than once, and what surrounds a place is not another one.
type Place struct {
	Number int `json:"number"` // from 1, the most significant first
	// Kind is "excess" or "deficit", by the rows. The coefficients of the kernels do not matter.
	Kind string `json:"kind"`
	// P is the p-value after the search of all places at all scales, p_place: it is nil without
	// null toys. Under the null hypothesis, P(p_place <= u) <= u for the first place, and so for
	// any. It is never below the p-value of the test.
	//
	// That of a further place is as for the first, among the places that are left. If the places
	// before it are real, it rests on one assumption: that the noise elsewhere is as in null toys.
	P *float64 `json:"p,omitempty"`
	// SearchP is P without the bound by the p-value of the test.
	SearchP *float64 `json:"search_p,omitempty"`
	// Z is the local significance, SoftCount.Z of the weights of the place: above 0 for an excess,
	// and below 0 for a deficit. It is not corrected for the search.
	Z        float64 `json:"z"`
	Data     float64 `json:"data"`     // Σ_D of the weights
	Expected float64 `json:"expected"` // w times Σ_R of the weights
	Excess   float64 `json:"excess"`   // Data - Expected
	// Interval is that of the excess; nil without null toys.
	Interval *ExcessInterval `json:"interval,omitempty"`
	// EffectiveData and EffectiveReference are those of SoftCount.
	EffectiveData      float64 `json:"effective_data"`
	EffectiveReference float64 `json:"effective_reference"`
	// Inflation is that of SoftCount.
	Inflation float64 `json:"inflation,omitempty"`
	// Checkpoint is the scale of the place, counted from 1 as in the fit.
	Checkpoint int     `json:"checkpoint"`
	Epoch      int     `json:"epoch"`
	Sigma      float64 `json:"sigma"`
	// Centroid is that of the kernel of the place with the largest Σ_D p k, in the data's own
	// units (d values).
	Centroid []float64 `json:"centroid"`
	Kernels  []int     `json:"kernels"` // at the checkpoint, counted from 0
	// Persists lists the scales at which the place is found, its own included, widest first.
	Persists []PlaceScale `json:"persists"`
	// Nearest are the data rows of the most weight, by falling weight. Distances are those to
	// Centroid; InBall reports one of at most sigma.
	Nearest []Member `json:"nearest"`
	// Bulk, Local and Noise are those of [Finding], for the weights of the place.
	Bulk  []Feature `json:"bulk"`
	Local []Feature `json:"local"`
	Noise float64   `json:"noise"`
	// Columns compares the data rows of the place with all of the reference. It has the columns in
	// which they differ most.
	Columns []PlaceColumn `json:"columns,omitempty"`
	Truth   *Truth        `json:"truth,omitempty"` // nil without labels
}

// The kinds of a place.
const (
	KindExcess  = "excess"
	KindDeficit = "deficit"
)

// PlaceOverlap is the overlap from which kernels are at one place,
//
//	Σ_D min(phi_i, phi_j) / min(Σ_D phi_i, Σ_D phi_j).
//
// It means that half of what the smaller one holds is held by the larger one as well. Two Gaussians
// of the same standard deviation have an overlap of one half if they are 1.35 deviations apart.
// The shares of two kernels, which compete, have it 0.71 sigma apart.
const PlaceOverlap = 0.5

// The places that are listed: the first few, and more, up to a largest number, if their p-value is
// small or, without null toys, their local significance is large.
const (
	fewPlaces  = 3
	mostPlaces = 10
	listedP    = 0.1
	listedZ    = 3
)

// PlaceScale is a place at one scale.
type PlaceScale struct {
	Checkpoint int     `json:"checkpoint"` // counted from 1
	Epoch      int     `json:"epoch"`
	Sigma      float64 `json:"sigma"`
	Z          float64 `json:"z"` // as Place.Z
}

// ExcessInterval is an interval of the true excess at a place, the expected sum of the weights of
// the rows that the reference does not explain. It holds after the search: see
// [stats.OnOffCount.Root] for the likelihood.
//
// The end nearer to 0 is the excess whose local significance against the data is what a search of
// the null toys exceeds in 5% of cases. It is above 0, or below 0 for a deficit, exactly if Place.P
// is at most 0.05: no place is surer than that there is a difference. The other end is that of a
// local upper limit at 95%: a search makes what it finds too large, not too small.
type ExcessInterval struct {
	// Low and High are the ends. The one nearer to 0 is nil if there are too few null toys for it.
	Low  *float64 `json:"low,omitempty"`
	High *float64 `json:"high,omitempty"`
	// Level is the smallest probability that the interval holds the true excess, 0.9.
	Level float64 `json:"level"`
}

const (
	searchAlpha   = 0.05               // of the end nearer to 0
	localRoot     = 1.6448536269514722 // the quantile of a standard normal at 0.95
	intervalLevel = 0.9
)

// IsExcess reports whether the place holds more data than expected.
func (p Place) IsExcess() bool { return p.Kind == KindExcess }
