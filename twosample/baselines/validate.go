package baselines

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// impossible returns an error for every impossible value of a test's config, and for a number of
// columns below 1.
func impossible(test string, c validator, dim int) error {
	var errs []error
	c.Validate(func(path, message string) {
		errs = append(errs, fmt.Errorf("baselines: %s: %s %s", test, path, message))
	})
	if dim < 1 {
		errs = append(errs, fmt.Errorf("baselines: %s in %d dimensions; must be at least 1", test,
			dim))
	}
	return errors.Join(errs...)
}

// positive reports whether x is a finite number above 0.
func positive(x float64) bool { return x > 0 && !math.IsInf(x, 0) }

// reporter has the checks that Validate methods share. It receives a path inside the block, and
// what is wrong there.
type reporter func(path, message string)

func (r reporter) word(path, value string, allowed []string) {
	if !slices.Contains(allowed, value) {
		r(path, fmt.Sprintf("is %q; want one of %s", value, strings.Join(allowed, ", ")))
	}
}

func (r reporter) positive(path string, value float64) {
	if !positive(value) {
		r(path, fmt.Sprintf("is %v; must be a finite number above 0", value))
	}
}

func (r reporter) atLeast(path string, value, least int) {
	if value < least {
		r(path, fmt.Sprintf("is %d; must be at least %d", value, least))
	}
}

// limit checks a number of rows, at least so many, of which 0 stands for all.
func (r reporter) limit(path string, value, least int) {
	if value != 0 {
		r.atLeast(path, value, least)
	}
}
