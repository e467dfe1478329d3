package findings

import (
	"fmt"

	"sparker/data"
	"sparker/stats"
	"sparker/twosample"
)

// FindOptions says how a fit is read. The zero value is the documented defaults.
type FindOptions struct {
	// Columns names the columns of the pair. Nil stands for x1, x2, ..., or x for a single column.
	Columns []string
	// Checkpoint is the scale that is read, counted from 1. 0 is the scale that MostTelling chooses
	// from Scales, or the one of the largest t if Scales is nil.
	Checkpoint int
	// Scales compares the pair with null toys: one entry for every statistic at every checkpoint,
	// in the order of Fit.Outcome. For a fit with members these are the statistics of all of them.
	Scales []ScaleEvidence
	// Groups compares groups of the statistics with null toys. Statistics in no group are not
	// considered in the choice of a member. Nil stands for statistics that are not in groups.
	Groups []GroupEvidence
	// Search ranks places among those of null toys, of which it has the [Extremes]. Nil leaves
	// places without p-values.
	Search *stats.Search
	// P is the p-value of the test, which that of no place is below; 0 if it is not known.
	P float64
	// Nearest is the number of data rows listed for each kernel. 0 is 20.
	Nearest int
	// Features is the number of columns listed for each kernel. 0 is 5.
	Features int
}

const (
	defaultNearest  = 20
	defaultFeatures = 5
)

// Find reads a fit: for each kernel, which rows of the pair it holds and in which columns they
// differ. The pair is the one of the fit, in the data's own units. Its row numbers, IDs, texts and
// images are those of the members, and its labels are the truth that kernels are compared with.
// Without labels, the last Pair.Injected rows are of the class InjectedLabel.
//
// A fit with members is read as that of a member whose p-value is smaller than those of the fit and
// of the members before it by more than a factor of three. The p-value of a member is the smallest
// of the groups that have a statistic of it, or of its scales without groups. The scale is
// the most telling one in this group. Members that fit no kernels are left out. Without Scales, and
// with Checkpoint, the fit itself is read. Of a convex fit with several ridges, the scales of the
// ridge that is read are counted.
//
// Find passes over the rows once. A row takes O(m M d), for m checkpoints and M kernels in d
// columns. No rows are kept, except those that Findings has for drawing.
//
// It returns an error if the fit has no checkpoint, or not the one that the options ask for; if the
// columns of the pair are not those of the fit; if a list of names, labels or scales has another
// length than what it describes; and if a distance is not a finite number.
//
// If the fit was asked for places (see twosample.Setup), Find also returns those. They are those of
// the fit that [FindExtremes] reads, and take two more passes over the data and one over the
// reference.
func Find(pair data.Pair, fit twosample.Fit, o FindOptions) (Findings, error) {
	r, f, err := findKernels(pair, fit, o)
	if err != nil {
		return Findings{}, err
	}
	of := placeFit(fit)
	if f.Places, err = r.places(of); err != nil {
		return Findings{}, fmt.Errorf("findings: places: %w", err)
	}
	if len(f.Places) > 0 {
		f.PlacesMember = of.name
	}
	return f, nil
}

// findKernels is Find without places. It also returns the reader, whose units, labels and columns
// are those of the pair.
func findKernels(pair data.Pair, fit twosample.Fit, o FindOptions) (*reader, Findings, error) {
	member, warnings, err := chooseMember(fit, o)
	if err != nil {
		return nil, Findings{}, fmt.Errorf("findings: %w", err)
	}
	if o.Scales = member.scales; member.considered != nil {
		o.Checkpoint = 1 + member.best%max(len(member.fit.Checkpoints), 1)
	}
	r, err := newReader(pair, *member.fit, o)
	if err != nil {
		return nil, Findings{}, fmt.Errorf("findings: %w", err)
	}
	if err := r.read(); err != nil {
		return nil, Findings{}, fmt.Errorf("findings: %w", err)
	}
	f := r.findings()
	f.Member, f.Warnings = member.name, append(f.Warnings, warnings...)
	return r, f, nil
}
