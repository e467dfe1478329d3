package configs

import (
	"maps"
	"slices"

	"sparker/data/sources"
	"sparker/losses"
	"sparker/models"
	"sparker/stats"
	"sparker/train"
	"sparker/twosample"
	"sparker/twosample/baselines"
)

// Range is an interval of numbers. The zero value has no bounds.
type Range struct {
	Lower, Upper Bound
}

// Bound is one end of a range.
type Bound struct {
	// Value is the end. It is without meaning unless Finite is true.
	Value float64
	// Finite says that there is an end.
	Finite bool
	// Open says that the end itself is outside the range.
	Open bool
}

// String returns the range in words, such as "above 0 and at most 1". It is empty for a range
// without bounds.
func (r Range) String() string {
	low, high := "at least ", "at most "
	if r.Lower.Open {
		low = "above "
	}
	if r.Upper.Open {
		high = "below "
	}
	low, high = low+formatNumber(r.Lower.Value), high+formatNumber(r.Upper.Value)
	switch {
	case r.Lower.Finite && r.Upper.Finite:
		return low + " and " + high
	case r.Lower.Finite:
		return low
	case r.Upper.Finite:
		return high
	default:
		return ""
	}
}

// limit is what validation allows of a key, or of the elements of a list.
type limit struct {
	words   []string
	or      string // what may stand instead of a word
	pattern string // regular expression of a text that is not one of the words
	numbers Range
	why     string // the reason for the upper end of the range; see bound
	perRow  bool   // see bound
}

func oneOf(words ...string) limit { return limit{words: words} }

// character is the limit of a character that is given by its name, or as itself.
func character(names []string, pattern string) limit {
	return limit{words: names, or: "the character itself", pattern: pattern}
}

func atLeast(x float64) limit {
	return limit{numbers: Range{Lower: Bound{Value: x, Finite: true}}}
}

func above(x float64) limit {
	return limit{numbers: Range{Lower: Bound{Value: x, Finite: true, Open: true}}}
}

// and adds an upper bound to a limit.
func (l limit) and(upper limit) limit {
	l.numbers.Upper = upper.numbers.Upper
	return l
}

func atMost(x float64) limit {
	return limit{numbers: Range{Upper: Bound{Value: x, Finite: true}}}
}

func below(x float64) limit {
	return limit{numbers: Range{Upper: Bound{Value: x, Finite: true, Open: true}}}
}

// limits holds, by key path, what validation allows in at least one config. Combinations of values
// may allow less. A test compares the table with validation.
var limits = map[string]limit{
	"name": {pattern: folderName.String(),
		or: `at most 100 letters, digits, ".", "_" and "-" that begin with a letter or a digit`},
	"seed": atLeast(0),

	"data.source":                       oneOf(sources.Names...),
	"data.dim":                          atLeast(0).upTo(maxColumns),
	"data.signal.kind":                  oneOf(sources.SignalKinds...),
	"data.signal.scale":                 above(0),
	"data.signal.bumps[].scale":         above(0),
	"data.signal.factor":                above(0),
	"data.reference":                    atLeast(0).upTo(maxRows),
	"data.expected":                     atLeast(0).upTo(maxRows),
	"data.counting":                     oneOf(sources.Countings...),
	"data.nuisances[].kind":             oneOf(sources.NuisanceKinds...),
	"data.nuisances[].sigma":            above(0).and(atMost(1)),
	"data.nuisances[].at":               atLeast(-5).and(atMost(5)),
	"data.weights.spread":               atLeast(0).and(atMost(1000)),
	"data.weights.negative":             atLeast(0).and(atMost(0.4)),
	"data.standardize":                  oneOf(sources.Standardizations...),
	"data.files.reference.rows":         atLeast(0).upTo(maxRows),
	"data.files.reference.total":        atLeast(0),
	"data.files.reference.more[].total": atLeast(0),
	"data.files.variations[].sigma":     atLeast(0),
	"data.files.variations[].at":        atLeast(0),
	"data.files.variations[].throw":     atLeast(-5).and(atMost(5)),
	"data.files.background.rows":        atLeast(0).upTo(maxRows),
	"data.files.signal.rows":            atLeast(0).upTo(maxRows),
	"data.files.observed.rows":          atLeast(0).upTo(maxRows),
	"data.files.generator.components":   atLeast(0).upTo(maxComponents),
	"data.files.generator.rows":         atLeast(0).upTo(maxRows),
	"data.files.missing":                oneOf(sources.MissingPolicies...),
	"data.files.max_dropped":            atLeast(0).and(atMost(1)),
	"data.files.shared":                 oneOf(sources.SharedPolicies...),
	"data.files.levels":                 atLeast(-1).and(atMost(1000)),
	"data.files.csv.delimiter":          character(sources.Delimiters, `^.$`),
	"data.files.csv.decimal":            character(sources.Decimals, `^[.,]$`),
	"data.files.csv.thousands":          character(sources.Thousands, `^[., '_]$`),
	"data.files.csv.header":             oneOf(sources.Headers...),
	"data.files.memory":                 atLeast(0).and(below(1 << 20)),
	"data.files.split":                  atLeast(0).and(below(1)),
	"data.files.holdout":                atLeast(0).and(below(1)),
	"data.files.calibration":            oneOf(sources.Calibrations...),
	"data.files.rows":                   oneOf(sources.RowNorms...),
	"data.files.transform.kind":         oneOf(sources.TransformKinds...),
	"data.files.transform.components":   atLeast(0).upTo(maxColumns),
	"model.kind":                        oneOf(models.Kinds...),
	"model.kernels":                     atLeast(1).upTo(maxKernels),
	"model.init": {words: models.Inits, or: "the path of an .npy file",
		pattern: `\.npy$`},
	"model.centroids":                  oneOf(models.CentroidModes...),
	"model.coefficients":               oneOf(models.CoefficientsModes...),
	"loss.kind":                        oneOf(losses.Kinds...),
	"loss.l2":                          atLeast(0),
	"train.epochs":                     atLeast(1).upTo(maxEpochs),
	"train.optimizer":                  oneOf(train.Optimizers...),
	"train.ridges":                     above(0),
	"train.learning_rate.coefficients": above(0),
	"train.learning_rate.centroids":    above(0),
	"train.learning_rate.unit":         oneOf(train.RateUnits...),
	"train.births.every":               atLeast(0).upTo(maxEpochs),
	"train.births.candidates":          atLeast(1).upTo(maxRows),
	"train.clip":                       above(0),
	"train.width.schedule":             oneOf(train.Schedules...),
	"train.width.start":                above(0),
	"train.width.end":                  above(0),
	"train.width.end_factor":           above(0),
	"train.width.hold":                 above(0).and(atMost(1)),
	"train.checkpoints.count":          atLeast(1).upTo(maxScales),
	"train.checkpoints.spacing":        oneOf(train.Spacings...),
	"train.engine":                     oneOf(train.Engines...),

	"test.alpha":      above(0).and(below(1)),
	"test.combine":    oneOf(combinationNames()...),
	"test.method":     oneOf(twosample.MethodNames()...),
	"test.statistics": oneOf(twosample.Statistics...),
	"test.across":     oneOf(combinationNames()...),
	"test.rows_fdr":   atLeast(0).and(atMost(maxRowsFDR)),
	"record.places":   oneOf(PlacesWords...),

	"test.members[].name": {pattern: twosample.MemberName.String(),
		or: "at most 40 lower-case letters, digits, underscores and hyphens that begin with a " +
			"letter"},
	"test.members[].method":     oneOf(competitors()...),
	"test.members[].statistics": oneOf(twosample.Statistics...),
	"test.groups[].weight":      atLeast(0),
	"test.groups[].combine":     oneOf(combinationNames()...),

	"baselines.falkon.centers":                   atLeast(0).upTo(maxMatrix),
	"baselines.falkon.widths":                    above(0),
	"baselines.falkon.percentiles":               atLeast(0).and(atMost(100)),
	"baselines.falkon.lambda":                    above(0),
	"baselines.falkon.iterations":                atLeast(1).upTo(maxIterations),
	"baselines.falkon.tolerance":                 atLeast(0),
	"baselines.falkon_multi.centers":             atLeast(0).upTo(maxMatrix),
	"baselines.falkon_multi.widths":              above(0),
	"baselines.falkon_multi.percentiles":         atLeast(0).and(atMost(100)),
	"baselines.falkon_multi.lambda":              above(0),
	"baselines.falkon_multi.iterations":          atLeast(1).upTo(maxIterations),
	"baselines.falkon_multi.tolerance":           atLeast(0),
	"baselines.network.hidden":                   atLeast(1).upTo(maxKernels),
	"baselines.network.epochs":                   atLeast(1).upTo(maxSteps),
	"baselines.network.learning_rate":            above(0),
	"baselines.network.clip":                     above(0),
	"baselines.network.checkpoints":              atLeast(1).upTo(maxScales),
	"baselines.mmd.widths":                       above(0),
	"baselines.mmd.max_reference":                atLeast(0).upTo(maxRows),
	"baselines.nystroem_mmd.widths":              above(0),
	"baselines.nystroem_mmd.landmarks":           atLeast(0).upTo(maxMatrix),
	"baselines.energy.max_reference":             atLeast(0).upTo(maxRows),
	"baselines.mmdagg.kernels":                   oneOf(baselines.KernelNames...),
	"baselines.mmdagg.bandwidths":                atLeast(2).upTo(maxBandwidths),
	"baselines.mmdagg.range":                     oneOf(baselines.BandwidthRanges...),
	"baselines.mmdagg.low":                       atLeast(-60).and(atMost(60)),
	"baselines.mmdagg.high":                      atLeast(-60).and(atMost(60)),
	"baselines.mmdagg.max_reference":             atLeast(0).upTo(maxRows),
	"baselines.mmdfuse.kernels":                  oneOf(baselines.KernelNames...),
	"baselines.mmdfuse.bandwidths":               atLeast(2).upTo(maxBandwidths),
	"baselines.mmdfuse.max_reference":            atLeast(0).upTo(maxRows),
	"baselines.c2st.features":                    oneOf(baselines.C2STFeatures...),
	"baselines.c2st.fourier":                     atLeast(1).upTo(maxFourier),
	"baselines.c2st.ridge":                       above(0),
	"baselines.c2st.train":                       above(0).and(below(1)),
	"baselines.c2st.max_reference":               atLeast(0).upTo(maxRows),
	"baselines.knn.k":                            atLeast(1).upTo(maxNeighbors),
	"baselines.knn.rows":                         oneOf(baselines.KNNRows...),
	"baselines.knn.max_reference":                atLeast(0).upTo(maxRows),
	"baselines.mahalanobis.shrinkage":            atMost(1),
	"baselines.sliced_wasserstein.directions":    atLeast(1).upTo(maxDirections),
	"baselines.sliced_wasserstein.order":         atLeast(1).and(atMost(2)),
	"baselines.sliced_wasserstein.max_reference": atLeast(0).upTo(maxRows),
	"baselines.sliced_ks.directions":             atLeast(1).upTo(maxDirections),
	"baselines.sliced_ks.order":                  atLeast(1).and(atMost(2)),
	"baselines.sliced_ks.max_reference":          atLeast(0).upTo(maxRows),
	"baselines.binned.bins":                      oneOf(baselines.Binnings...),
	"baselines.binned.count":                     atLeast(1).upTo(maxBins),

	"toys.null":        atLeast(1).upTo(maxToys),
	"toys.alternative": atLeast(0).upTo(maxToys),
	"toys.signal":      atLeast(0).upTo(maxRows),
	"toys.fractions":   atLeast(0),

	"record.fits": atLeast(0).upTo(maxToys),
}

func init() { // the blocks of a fit are those of a member, too
	for path, l := range maps.Clone(limits) {
		if slices.ContainsFunc(memberBlocks, func(b string) bool { return covers(b, path) }) {
			limits[membersKey+"[]."+path] = l
		}
	}
	// The members of a test that knows the background cannot be combined, and start on rows.
	limits[membersKey+"[].model.init"] = oneOf(models.Inits...)
}

// competitors returns the names of the methods that are not limits.
func competitors() []string {
	var names []string
	for _, m := range twosample.Methods() {
		if !m.Limit {
			names = append(names, m.Name)
		}
	}
	return names
}

// combinationNames returns the names of the combinations of p-values.
func combinationNames() []string {
	var names []string
	for _, c := range stats.Combinations() {
		names = append(names, string(c))
	}
	return names
}
