package configs

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"sparker/twosample"
)

// bound is an upper end of numbers, and why there is one: without it, a slip of the keyboard would
// end the process for lack of memory, or never.
type bound struct {
	most   float64
	why    string
	perRow bool // a fit holds an array of rows times the value
}

// The upper ends of the keys that set a size.
var (
	maxRows    = bound{most: 1e9, why: "a column of so many rows takes 8 GB of memory"}
	maxColumns = bound{most: 10_000, why: "no test here has been tried on more columns"}
	maxKernels = bound{most: 10_000, why: "every row has a number for each of them",
		perRow: true}
	maxComponents = bound{most: 1_000, why: "the time of the fit is proportional to it"}
	maxEpochs     = bound{most: 1e6, why: "a fit of so many epochs takes hours"}
	maxSteps      = bound{most: 1e8, why: "a fit of so many epochs takes days"}
	maxIterations = bound{most: 1e6, why: "an iteration goes through all rows"}
	maxScales     = bound{most: 10_000, why: "every toy stores a number for each of them"}
	maxMatrix     = bound{most: 16_384, why: "a square matrix of this size takes 2 GiB of memory"}
	maxBandwidths = bound{most: 1_000, why: "every pair of rows is visited for each of them"}
	maxFourier    = bound{most: 500, why: "the time of the regression is quadratic in it"}
	maxNeighbors  = bound{most: 10_000, why: "every row has a list of this length"}
	maxDirections = bound{most: 100_000, why: "all rows are sorted for each of them"}
	maxBins       = bound{most: 1e6, why: "every toy has a count for each of them"}
	maxToys       = bound{most: 1e7, why: "a list of all toys is held in memory"}
)

// upTo adds an upper end to a limit.
func (l limit) upTo(b bound) limit {
	l = l.and(atMost(b.most))
	l.why, l.perRow = b.why, b.perRow
	return l
}

// sized returns the keys whose values have an upper end with a reason, in the order of their paths.
var sized = sync.OnceValue(func() []string {
	var paths []string
	for path, l := range limits {
		if l.why != "" {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
})

// sizedMembers returns the paths of the same keys in the members of a config.
func sizedMembers(config reflect.Value) []string {
	list, there := lookUp(config, membersKey)
	if !there {
		return nil
	}
	var paths []string
	for i := range list.Len() {
		for _, path := range sized() {
			if key, inMember := strings.CutPrefix(path, membersKey+"[]"); inMember {
				paths = append(paths, fmt.Sprintf("%s[%d]%s", membersKey, i, key))
			}
		}
	}
	return paths
}

// validateBounds reports the values of a config, a struct of blocks, that are above their upper
// ends.
func validateBounds(config reflect.Value, report reportFunc) {
	check := func(path string, v reflect.Value, l limit) {
		if most := l.numbers.Upper.Value; number(v) > most {
			report(path, fmt.Sprintf("is %s; must be at most %s, since %s", digits(v),
				formatNumber(most), l.why))
		}
	}
	for _, path := range slices.Concat(sized(), sizedMembers(config)) {
		v, there := lookUp(config, path)
		if !there {
			continue // a key that only another kind of config has
		}
		switch l := limits[indices.ReplaceAllString(path, "[]")]; v.Kind() {
		case reflect.Slice:
			for i := range v.Len() {
				check(fmt.Sprintf("%s[%d]", path, i), v.Index(i), l)
			}
		default:
			check(path, v, l)
		}
	}
}

// number returns an integer or a number as a float64.
func number(v reflect.Value) float64 {
	if v.CanInt() {
		return float64(v.Int())
	}
	return v.Float()
}

// digits returns an integer or a number as text.
func digits(v reflect.Value) string {
	if v.CanInt() {
		return strconv.FormatInt(v.Int(), 10)
	}
	return formatNumber(v.Float())
}

// maxNumbers is the largest size of an array that a single fit or test may hold, as far as the
// config says it. It takes 8 GiB of memory.
const maxNumbers = 1 << 30

// array is an array that a fit or a test holds, by the keys that its size is the product of.
type array struct {
	what string
	keys []string
}

// arrays returns the arrays whose sizes the config says. The sizes of tables are known only after
// they are read.
func (e Experiment) arrays() []array {
	all := []array{{"the rows", []string{"data.reference", "data.dim"}},
		{"the expected rows", []string{"data.expected", "data.dim"}}}
	m, err := twosample.Lookup(e.Test.Method)
	if err != nil {
		return all
	}
	for _, key := range sized() {
		used := m.Fits && covers("model", key) || covers(joinPath(baselinesKey, m.Name), key)
		if used && limits[key].perRow {
			for _, size := range []string{"data.reference", "data.expected", "data.dim"} {
				all = append(all, array{"an array of a fit", []string{key, size}})
			}
		}
	}
	for i, member := range e.Test.Members {
		path := fmt.Sprintf("%s[%d].model.kernels", membersKey, i)
		for _, size := range []string{"data.reference", "data.expected", "data.dim"} {
			if member.Model.Kernels > 0 {
				all = append(all, array{"an array of a fit", []string{path, size}})
			}
		}
	}
	if m.Fits {
		all = append(all, array{"the centroids at all scales",
			[]string{"model.kernels", "data.dim", "train.checkpoints.count"}})
	}
	if m.Fits && e.Record.Fits > 0 {
		all = append(all, array{"the trace of a fit",
			[]string{"model.kernels", "data.dim", "train.epochs"}})
	}
	return all
}

// validateArrays reports arrays that would be too large. Each key by itself is within its range.
func (e Experiment) validateArrays(report reportFunc) {
	root := reflect.ValueOf(e)
	for _, a := range e.arrays() {
		product, bounded := 1.0, true
		var factors []string
		for _, key := range a.keys {
			v, _ := lookUp(root, key)
			x := max(number(v), 1) // 0 stands for a number that the config does not say
			product *= x
			if l := limits[indices.ReplaceAllString(key, "[]")]; x > l.numbers.Upper.Value {
				bounded = false // which is reported
			}
			factors = append(factors, fmt.Sprintf("%s (%s)", formatNumber(x), key))
		}
		if bounded && product > maxNumbers {
			first := a.keys[0]
			v, _ := lookUp(root, first)
			report(first, fmt.Sprintf("is %s: %s would be %s numbers, more than %d (8 GiB)",
				formatNumber(number(v)), a.what, strings.Join(factors, " x "), maxNumbers),
				a.keys[1:]...)
		}
	}
}

// toyCount returns the number of toys that the experiment asks for.
func (e Experiment) toyCount() float64 {
	return float64(e.Toys.Null) + float64(e.Toys.Alternative)*float64(len(e.Toys.Signal))
}

// validateToys reports more toys than a run may have.
func (e Experiment) validateToys(report reportFunc) {
	if n := e.toyCount(); n > 2*maxToys.most {
		report("toys.alternative", fmt.Sprintf("is %d at each of %d signal strengths: the %s toys "+
			"are more than %s, and %s", e.Toys.Alternative, len(e.Toys.Signal), formatNumber(n),
			formatNumber(2*maxToys.most), maxToys.why), "toys.signal", "toys.null")
	}
}
