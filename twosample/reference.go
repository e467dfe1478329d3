package twosample

import (
	"slices"

	"sparker/data"
	"sparker/train"
)

// PreparedReference is a reference sample that many pairs have in common. It is standardized and
// packed for the fits once, and can be shared by many tests.
type PreparedReference struct {
	original     data.Sample
	weights      []float64   // relative to each other; nil if they are equal
	sample       data.Sample // in the units of the fit
	standardizer *data.Standardizer
	warnings     []string
	packed       *train.PackedReference
}

// NewPreparedReference prepares a sample for fits in the data's own units. The sample must not
// change afterwards.
func NewPreparedReference(s data.Sample) *PreparedReference {
	return &PreparedReference{original: s, sample: s, packed: train.PackReference(s)}
}

// NewStandardizedReference prepares the reference of a pair, given in the data's own units, for
// fits that standardize the columns. Of the pair it uses the reference, the columns and the blocks.
// The sample must not change afterwards.
func NewStandardizedReference(pair data.Pair) *PreparedReference {
	pair.Data = data.Sample{}
	r := standardizedReference(pair)
	r.packed = train.PackReference(r.sample)
	return r
}

// standardizedReference returns the reference of a pair for a single fit, which packs it itself.
func standardizedReference(pair data.Pair) *PreparedReference {
	standardizer, warnings := data.NewStandardizer(pair)
	return &PreparedReference{original: pair.Reference, weights: pair.ReferenceWeights,
		standardizer: &standardizer, sample: standardizer.Apply(pair.Reference),
		warnings: warnings}
}

// is reports whether a sample is this one: the same numbers in the same memory.
func (r *PreparedReference) is(s data.Sample) bool {
	return r != nil && s.N > 0 && s.N == r.original.N && s.D == r.original.D &&
		&s.X[0] == &r.original.X[0]
}

// standardizes reports whether the reference is that of a pair, and standardizes it: the scale of a
// column that is constant in the reference depends on the data, if they differ there.
func (r *PreparedReference) standardizes(pair data.Pair) bool {
	return r.is(pair.Reference) && slices.Equal(r.weights, pair.ReferenceWeights) &&
		r.standardizer.Suits(pair.Data)
}
