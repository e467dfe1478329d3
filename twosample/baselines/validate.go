package baselines

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// defect gathers what is impossible in a config, and in its use in dim columns.
func defect(test string, c BaselineConfig, dim int) error {
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

// reporter has the checks of single keys that the Validate methods share.
type reporter func(path, message string)

func (r reporter) word(path, value string, allowed []string) {
	if !slices.Contains(allowed, value) {
		r(path, fmt.Sprintf("is %q; want one of %s", value, strings.Join(allowed, ", ")))
	}
}

func (r reporter) positive(path string, value float64) {
	if !(value > 0) || math.IsInf(value, 0) {
		r(path, fmt.Sprintf("is %v; must be a finite number above 0", value))
	}
}

func (r reporter) atLeast(path string, value, least int) {
	if value < least {
		r(path, fmt.Sprintf("is %d; must be at least %d", value, least))
	}
}
