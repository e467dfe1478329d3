package baselines

import "sparker/twosample"

// labeled is a Test that names its statistics.
type labeled interface {
	twosample.Test
	// Labels returns the names of the statistics, in the order of Outcome.T.
	Labels() []string
}

// preparer returns the Prepare of a method whose test is made of its options and the number of
// columns.
func preparer[C any, T labeled](name string, defaults func() C,
	build func(c C, dim int) (T, error)) func(twosample.Setup) (twosample.Prepared, error) {
	return func(s twosample.Setup) (twosample.Prepared, error) {
		c, err := twosample.OptionsOf(s.Options, name, defaults())
		if err != nil {
			return twosample.Prepared{}, err
		}
		return prepare(s, func() (labeled, error) { return build(c, s.Dim) })
	}
}

// prepare returns a method whose statistics have names.
func prepare(s twosample.Setup, build func() (labeled, error)) (twosample.Prepared, error) {
	test, err := build()
	if err != nil {
		return twosample.Prepared{}, err
	}
	return twosample.Prepared{
		Scales: twosample.NamedScales(test.Labels()...),
		New:    func() (twosample.Test, error) { return standardizedTest(s, build) },
	}, nil
}

// standardizedTest makes a test that sees the columns as the setup says.
func standardizedTest[T twosample.Test](s twosample.Setup, build func() (T, error)) (twosample.Test,
	error) {
	test, err := build()
	if err != nil {
		return nil, err
	}
	if s.Standardize {
		return twosample.Standardized(test), nil
	}
	return twosample.AsGiven(test), nil
}
