package configs

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sparker/stats"
	"sparker/twosample"
)

// folderName matches the names that an experiment may have. They begin with a letter or a digit, so
// that a folder is not hidden and an argument is not taken for a flag.
var folderName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// Validate reports every impossible value, and every combination of values that cannot work, with
// its key path and what is allowed.
func (e Experiment) Validate(report func(path, message string)) {
	e.validate(func(path, message string, _ ...string) { report(path, message) })
}

// reportFunc receives a problem at a path, and the other paths whose values the message relies on.
type reportFunc func(path, message string, uses ...string)

func (e Experiment) validate(report reportFunc) {
	if !folderName.MatchString(e.Name) {
		report("name", fmt.Sprintf(`is %q; want a folder name of at most 100 letters, digits, `+
			`".", "_" and "-" that starts with a letter or digit`, e.Name))
	}
	if !isLine(e.Description) {
		report("description", "want one line of text that can be printed")
	}
	validateBounds(reflect.ValueOf(e), report)
	e.validateArrays(report)
	e.validateToys(report)
	e.Data.Validate(within("data", report))
	e.Model.Validate(within("model", report))
	e.Loss.Validate(within("loss", report))
	e.Train.Validate(within("train", report))
	e.Baselines.Validate(within("baselines", report))
	if e.Record.Fits < 0 {
		report("record.fits", fmt.Sprintf("is %d; must be 0 or more", e.Record.Fits))
	}
	e.validateTest(report)
	e.validateRecipe(report)
	e.validateSignal(report)
}

// within prefixes the paths that a block reports with the path of the block.
func within(block string, report reportFunc) func(path, message string) {
	return func(path, message string) { report(block+"."+path, message) }
}

// validateKernels checks the number of kernels against the sizes of the samples, since centroids
// start on distinct rows.
func (e Experiment) validateKernels(report reportFunc) {
	m := e.Model.Kernels
	if e.Train.Optimizer == "convex" {
		return // the kernels may stand on all rows
	}
	if float64(m) > e.Data.Expected && (e.Data.Generated() || e.Data.Expected > 0) {
		report("model.kernels", fmt.Sprintf("is %d, more than the %s events expected in the "+
			"data (data.expected)", m, formatNumber(e.Data.Expected)), "data.expected")
	}
	if m > e.Data.Reference && (e.Data.Generated() || e.Data.Reference > 0) {
		report("model.kernels", fmt.Sprintf("is %d, more than the %d rows of the reference "+
			"(data.reference)", m, e.Data.Reference), "data.reference")
	}
}

// validateTest checks the test block, and whether the calibration can reject at its size.
func (e Experiment) validateTest(report reportFunc) {
	e.validateCombination(report)
	e.validateMethod(report)
	validateStatistics("test.statistics", e.Test.Statistics, report)
	e.validateCalibration(report)
	e.validateRows(report)
	e.validateAuto(report)
	if e.Test.Extrapolate && e.ObservedSamples() == 0 {
		report("test.extrapolate", "is true, but the config lacks an observed sample whose "+
			"p-value could be extrapolated; want false", "data.files.observed.file")
	}
}

// maxRowsFDR is the largest false-discovery rate of a list of rows: of more, most may be wrong.
const maxRowsFDR = 0.5

// validateRows checks whether the rows of an observed sample can be listed, if they are to be.
func (e Experiment) validateRows(report reportFunc) {
	const key = "test.rows_fdr"
	q := e.Test.RowsFDR
	if !(q >= 0 && q <= maxRowsFDR) {
		report(key, fmt.Sprintf("is %s; must be at least 0 and at most %s, and 0 makes no list",
			formatNumber(q), formatNumber(maxRowsFDR)))
		return
	}
	if q > 0 && e.Data.Files.Reference.Block != "" {
		report(key, fmt.Sprintf("is %s, but the rows of a block are not exchangeable one by one; "+
			"want 0, or no data.files.reference.block", formatNumber(q)))
		return
	}
	m, err := twosample.Lookup(e.Test.Method)
	if q == 0 || err != nil { // which is reported
		return
	}
	fits := m.Fits || slices.ContainsFunc(e.Test.Members, func(m twosample.MemberConfig) bool {
		method, err := twosample.Lookup(m.Method)
		return err == nil && method.Fits
	})
	if !fits {
		report(key, fmt.Sprintf("is %s, but the test %s fits no kernels, and has no member that "+
			"does; set test.method=%s, or 0 for no list", formatNumber(q), m.Name,
			twosample.DefaultMethod), "test.method")
	}
	if e.ObservedSamples() == 0 {
		report(key, fmt.Sprintf("is %s, but the config lacks an observed sample whose rows "+
			"could be listed; name it, or set 0 for no list", formatNumber(q)),
			"data.files.observed.file")
	}
}

func (e Experiment) validateCombination(report reportFunc) {
	if _, err := stats.ParseCombination(e.Test.Combine); err != nil {
		report("test.combine", fmt.Sprintf("is %q; want one of %s", e.Test.Combine,
			strings.Join(combinationNames(), ", ")))
	}
}

// validateStatistics checks the statistics of a fit, the value at a path.
func validateStatistics(list string, statistics []string, report reportFunc) {
	words := strings.Join(twosample.Statistics, ", ")
	if len(statistics) == 0 {
		report(list, "is empty; want at least one of "+words)
	}
	for i, s := range statistics {
		path := fmt.Sprintf("%s[%d]", list, i)
		switch {
		case !slices.Contains(twosample.Statistics, s):
			report(path, fmt.Sprintf("is %q; want one of %s", s, words))
		case slices.Index(statistics, s) < i:
			report(path, fmt.Sprintf("is %q, which the list holds already", s))
		}
	}
}

// validateCalibration checks the size of the test, and whether the null toys can reach it.
func (e Experiment) validateCalibration(report reportFunc) {
	alpha, null := e.Test.Alpha, e.Toys.Null
	alphaOK := alpha > 0 && alpha < 1
	if !alphaOK {
		report("test.alpha", fmt.Sprintf("is %s; must be above 0 and below 1", formatNumber(alpha)))
	}
	switch {
	case null < 1:
		report("toys.null", fmt.Sprintf("is %d; must be at least 1", null))
	case alphaOK && alpha < 1/(float64(null)+1):
		report("toys.null", fmt.Sprintf("is %d, too few for test.alpha %s: the smallest p-value "+
			"is 1/(%d + 1), so the test can never reject; want at least %s null toys",
			null, formatNumber(alpha), null, formatNumber(stats.ToysToReach(alpha))), "test.alpha")
	}
}

// validateAuto checks that toys whose number depends on their outcomes calibrate a p-value only.
func (e Experiment) validateAuto(report reportFunc) {
	switch {
	case !e.Toys.Auto:
	case e.ObservedSamples() == 0:
		report("toys.auto", "is true, but the config lacks an observed sample to decide about "+
			"(data.files.observed); want toys.auto: false", "data.files.observed")
	case len(e.Toys.Signal) > 0 && e.Toys.Alternative > 0:
		report("toys.auto", "is true, but a power needs a fixed number of null toys; want "+
			"toys.auto: false, or toys.signal: []", "toys.signal", "toys.alternative")
	case e.Toys.Null > stats.MaxSequentialToys:
		report("toys.null", fmt.Sprintf("is %d; must be at most %d if toys.auto is true",
			e.Toys.Null, stats.MaxSequentialToys), "toys.auto")
	}
}

// validateRecipe checks what the training requires of the loss and of the model.
func (e Experiment) validateRecipe(report reportFunc) {
	if e.Train.Optimizer == "newton" && e.Loss.Kind != "np" {
		report("train.optimizer", fmt.Sprintf("is newton, which needs the NP loss, since only "+
			"that is convex in the coefficients; loss.kind is %q", e.Loss.Kind), "loss.kind")
	}
	if e.Train.Optimizer == "convex" {
		e.validateConvex(report)
	}
	if e.Train.Births.Every > 0 && e.Loss.Kind != "np" {
		report("train.births.every", fmt.Sprintf("is %d, but births look at the residual of the "+
			"NP loss; loss.kind is %q", e.Train.Births.Every, e.Loss.Kind), "loss.kind")
	}
	if e.Train.Births.Every > 0 && e.Model.Centroids == "frozen" {
		report("train.births.every", fmt.Sprintf("is %d, but model.centroids is frozen",
			e.Train.Births.Every), "model.centroids")
	}
}

// validateConvex checks that the loss is convex in all that is trained.
func (e Experiment) validateConvex(report reportFunc) {
	needs := func(key, value, want string) {
		if value != want {
			report(key, fmt.Sprintf("is %s; train.optimizer convex needs %s", value, want),
				"train.optimizer")
		}
	}
	needs("model.centroids", e.Model.Centroids, "frozen")
	needs("model.coefficients", e.Model.Coefficients, "signed")
	needs("loss.kind", e.Loss.Kind, "np")
	needs("loss.l2", formatNumber(e.Loss.L2), "0")
}

// validateSignal checks the signal strengths and the number of toys at each of them.
func (e Experiment) validateSignal(report reportFunc) {
	strengths := e.Toys.Signal
	switch {
	case e.Toys.Alternative < 0:
		report("toys.alternative", fmt.Sprintf("is %d; must be 0 or more", e.Toys.Alternative))
	case e.Toys.Alternative == 0 && len(strengths) > 0:
		report("toys.alternative", "is 0, but toys.signal lists signal strengths; want at "+
			"least 1, or toys.signal: []", "toys.signal")
	}
	if e.Data.Files.Calibration == "permutation" && e.Toys.Alternative > 0 && len(strengths) > 0 {
		report("toys.signal", "lists signal strengths, but a permutation calibrates one observed "+
			"sample; want toys.signal: []", "data.files.calibration")
	}
	if !e.Data.Generated() && !e.Data.Files.HasSignal() &&
		slices.ContainsFunc(strengths, func(s float64) bool { return s > 0 }) {
		report("toys.signal", "lists signal strengths, but neither data.files.signal nor "+
			"data.files.generator is set; want toys.signal: [] or [0]", "data.files.signal")
	}
	e.validateStrengths(report)
}

// validateStrengths checks each signal strength by itself.
func (e Experiment) validateStrengths(report reportFunc) {
	kind := e.Data.Signal.Kind
	replaces := kind == "scale" || kind == "shift" || e.Data.Counting == "shape"
	seen := make(map[float64]bool)
	for i, s := range e.Toys.Signal {
		path := fmt.Sprintf("toys.signal[%d]", i)
		switch {
		case !(s >= 0) || math.IsInf(s, 0):
			report(path, fmt.Sprintf("is %s; want a finite number of expected signal events, "+
				"0 or more", formatNumber(s)))
		case seen[s]:
			report(path, fmt.Sprintf("is %s, which the list holds already", formatNumber(s)))
		case replaces && s > e.Data.Expected:
			report(path, fmt.Sprintf("is %s, more than the %s events expected in the data "+
				"(data.expected); signal events replace background events here",
				formatNumber(s), formatNumber(e.Data.Expected)),
				"data.expected", "data.signal.kind", "data.counting")
		}
		seen[s] = true
	}
}

// formatNumber formats a number without an exponent if that is short.
func formatNumber(x float64) string {
	switch a := math.Abs(x); {
	case x == 0:
		return "0"
	case a >= 1e-5 && a < 1e15:
		return strconv.FormatFloat(x, 'f', -1, 64)
	default:
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
}
