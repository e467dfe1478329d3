package twosample

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"sparker/train"
)

// Method is a two-sample test as the rest of the program knows it: a name to ask for, words that
// describe it, and a way to make Tests. A package makes its methods known with [Register], in an
// init function. Nothing else has to be changed for a new one.
type Method struct {
	// Name identifies the method in configs and in records: lower-case letters, digits and
	// underscores.
	Name string
	// Title is the name in tables and in figures.
	Title string
	// About says in one sentence what the test compares and what it is sensitive to.
	About string
	// Cost is the computing time of one pair, such as "O((n+m)² d)" for n rows of the reference, m
	// of the data and d columns.
	Cost string
	// Source cites the publication that defines the test.
	Source string

	// Limit reports that the test is told the density of the background (Setup.Background). It is a
	// limit for tests that are not, instead of a competitor. A Limit sees the data in their own
	// units.
	Limit bool
	// Fits reports that the Tests are FittingTests.
	Fits bool
	// Rate reports that the statistics, with the default options, depend on the pair's Weight, and
	// so on the number of data rows that the reference predicts. The others compare normalized
	// distributions.
	Rate bool
	// Weights reports that the Tests take weights of rows (Pair.ReferenceWeights and DataWeights).
	// The others refuse pairs whose rows have different ones.
	Weights bool

	// Nuisances reports that the Tests profile the nuisance parameters of a pair. The others refuse
	// a Setup that has any.
	Nuisances bool

	// Check returns an error, preferably a *SetupError, for a Setup that the method cannot work
	// with. It is called before there are data: [Setup.Dim] is 0 if the config does not say it, and
	// the fields after it are zero. Nil accepts everything.
	Check func(s Setup) error
	// Relevant returns the parts of the Setup that the statistics of a toy depend on, alongside the
	// toy itself and the seed; all others are zero. Toys of two experiments are the same, and are
	// computed once, if these parts are equal. Nil keeps Options[Name] alone.
	Relevant func(s Setup) Setup
	// Percentiles returns the percentiles (0 to 100) of the reference's pairwise distances that
	// Prepare looks up in Setup.Distances. Nil is none.
	Percentiles func(s Setup) []float64
	// Shorten returns the number of steps of the iteration that most of the time of a pair is spent
	// in, and a Setup with fewer of them, for estimates of that time. Nil if the method has none. A
	// method that Fits has those of Setup.Train.
	Shorten func(s Setup, steps int) (short Setup, all int, err error)
	// Prepare does once what all pairs of an experiment have in common. The function [Prepare]
	// calls it, and adds the members of the Setup.
	Prepare func(s Setup) (Prepared, error)
}

// Prepared is a method in one Setup.
type Prepared struct {
	// Scales describes the statistics, in the order of Outcome.T.
	Scales []StatisticScale
	// Widths are those that kernels are annealed between; zero for a method that anneals nothing.
	Widths train.Widths
	// Warnings are for whoever reads the results.
	Warnings []string
	// New returns a Test. It may be called from several goroutines at once.
	New func() (Test, error)
}

// StatisticScale describes one statistic of a test: one column in the table of its toys.
type StatisticScale struct {
	// Member is the name of the member that takes the statistic; empty for the test that the
	// members were added to.
	Member string
	// Statistic is the name of the statistic. It may be empty if Sigma tells the columns apart.
	Statistic string
	// Epoch is the training epoch at which the statistic is taken; 0 if there is none.
	Epoch int
	// Sigma is the width of the kernels, or of the signal, at which it is taken, in the units that
	// the test sees; 0 if there is none.
	Sigma float64
}

// NamedScales returns the scales of statistics that have names alone.
func NamedScales(names ...string) []StatisticScale {
	var scales []StatisticScale
	for _, name := range names {
		scales = append(scales, StatisticScale{Statistic: name})
	}
	return scales
}

// WidthScales returns the scales of one statistic that is taken at several widths.
func WidthScales(sigmas ...float64) []StatisticScale {
	var scales []StatisticScale
	for _, sigma := range sigmas {
		scales = append(scales, StatisticScale{Sigma: sigma})
	}
	return scales
}

var registry struct {
	sync.RWMutex
	methods map[string]Method
}

var methodName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Register makes a method known under its name. It panics if the name is taken or malformed, if a
// description is missing, and if Prepare is nil.
func Register(m Method) {
	switch {
	case !methodName.MatchString(m.Name):
		panic(fmt.Sprintf(
			"twosample: Register: %q is not a name of lower-case letters, digits and "+
				"underscores", m.Name))
	case m.Title == "" || m.About == "" || m.Cost == "" || m.Source == "":
		panic("twosample: Register: " + m.Name +
			" lacks a title, a description, its cost or its source")
	case m.Prepare == nil:
		panic("twosample: Register: " + m.Name + " has no Prepare")
	}
	m.Check = checkNuisances(m)
	if m.Relevant == nil {
		m.Relevant = func(s Setup) Setup { return Setup{Options: s.Options.Only(m.Name)} }
	}
	if m.Percentiles == nil {
		m.Percentiles = func(Setup) []float64 { return nil }
	}
	registry.Lock()
	defer registry.Unlock()
	if _, taken := registry.methods[m.Name]; taken {
		panic("twosample: Register: two methods are called " + m.Name)
	}
	if registry.methods == nil {
		registry.methods = map[string]Method{}
	}
	registry.methods[m.Name] = m
}

// Methods returns all registered methods: DefaultMethod first, then the others by name, and last
// the limits by name.
func Methods() []Method {
	registry.RLock()
	defer registry.RUnlock()
	var all []Method
	for _, m := range registry.methods {
		all = append(all, m)
	}
	rank := func(m Method) int {
		switch {
		case m.Name == DefaultMethod:
			return 0
		case m.Limit:
			return 2
		default:
			return 1
		}
	}
	slices.SortFunc(all, func(a, b Method) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.Name, b.Name))
	})
	return all
}

// MethodNames returns the names of all registered methods, in the order of [Methods].
func MethodNames() []string {
	var names []string
	for _, m := range Methods() {
		names = append(names, m.Name)
	}
	return names
}

// Lookup returns the method of a name. The error for an unknown name lists the known ones.
func Lookup(name string) (Method, error) {
	registry.RLock()
	m, known := registry.methods[name]
	registry.RUnlock()
	if !known {
		return Method{}, fmt.Errorf("twosample: there is no test %q; the tests are %s", name,
			strings.Join(MethodNames(), ", "))
	}
	return m, nil
}
