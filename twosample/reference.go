package twosample

import (
	"sparker/data"
	"sparker/train"
)

// PreparedReference is a reference sample that many pairs have in common. It is standardized and
// packed for the fits once, and can be shared by many tests.
type PreparedReference struct {
	original     data.Sample
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

// NewStandardizedReference prepares a sample, given in the data's own units, for fits that
// standardize the columns. The sample must not change afterwards.
func NewStandardizedReference(s data.Sample) *PreparedReference {
	r := standardizedReference(s)
	r.packed = train.PackReference(r.sample)
	return r
}

// standardizedReference returns a reference for a single fit, which packs it itself.
func standardizedReference(s data.Sample) *PreparedReference {
	standardizer, warnings := data.NewStandardizer(s)
	return &PreparedReference{original: s, sample: standardizer.Apply(s),
		standardizer: &standardizer, warnings: warnings}
}

// is reports whether a sample is this one: the same numbers in the same memory.
func (r *PreparedReference) is(s data.Sample) bool {
	return r != nil && s.N > 0 && s.N == r.original.N && s.D == r.original.D &&
		&s.X[0] == &r.original.X[0]
}
