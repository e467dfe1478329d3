package plots

import (
	"errors"
	"fmt"
	"math"

	"sparker/results"
)

// The range of magnitudes that can be drawn. Axes compute sums, squares and ratios of numbers.
const (
	largest  = 1e100
	smallest = 1e-100
)

// finite refuses values that cannot be drawn.
func finite(what string, values ...float64) error {
	for i, v := range values {
		if math.IsNaN(v) || math.Abs(v) > largest {
			if len(values) == 1 {
				return fmt.Errorf("%s is %v, which cannot be drawn", what, v)
			}
			return fmt.Errorf("%s: entry %d is %v, which cannot be drawn", what, i, v)
		}
	}
	return nil
}

// series refuses values that are not n numbers that can be drawn.
func series(what string, values []float64, n int) error {
	if len(values) != n {
		return fmt.Errorf("%s has %d entries, not %d", what, len(values), n)
	}
	return finite(what, values...)
}

// positive refuses a series with an entry that a logarithmic axis cannot hold.
func positive(what string, values []float64, n int) error {
	if err := series(what, values, n); err != nil {
		return err
	}
	for i, v := range values {
		if v < smallest {
			return fmt.Errorf("%s: entry %d is %v; must be above 0", what, i, v)
		}
	}
	return nil
}

// points refuses rows that are not d numbers each that can be drawn.
func points(what string, rows [][]float64, d int) error {
	for i, row := range rows {
		if err := series(fmt.Sprintf("%s, row %d", what, i), row, d); err != nil {
			return err
		}
	}
	return nil
}

// checkTrace refuses a fit without a trace, and a trace whose epochs, widths or births are damaged.
func checkTrace(f results.FitRecord) error {
	if f.Trace == nil || len(f.Trace.Epoch) == 0 {
		return errors.New("the fit has no trace (it was made without recording)")
	}
	previous := math.MinInt
	for i, epoch := range f.Trace.Epoch {
		if i > 0 && epoch <= previous {
			return fmt.Errorf("trace: epoch %d follows epoch %d", epoch, previous)
		}
		previous = epoch
	}
	if err := positive("trace: sigma", f.Trace.Sigma, len(f.Trace.Epoch)); err != nil {
		return err
	}
	return checkBirths(f.Trace)
}

// checkBirths refuses births outside of a trace's epochs, and those of kernels that it does not
// have.
func checkBirths(t *results.Trace) error {
	first, last, kernels := t.Epoch[0], t.Epoch[len(t.Epoch)-1], kernelsOf(t)
	for i, b := range t.Born {
		if b.Epoch < first || b.Epoch > last {
			return fmt.Errorf("trace: birth %d is in epoch %d; the epochs are %d to %d", i, b.Epoch,
				first, last)
		}
		if b.Kernel < 0 || b.Kernel >= kernels {
			return fmt.Errorf("trace: birth %d is of kernel %d (from 0); there are %d", i, b.Kernel,
				kernels)
		}
	}
	return nil
}

// kernelsOf is the number of kernels in a trace, or 0 if it has no coefficients.
func kernelsOf(t *results.Trace) int {
	if len(t.Coefficients) == 0 {
		return 0
	}
	return len(t.Coefficients[0])
}

// checkPaths refuses a trace whose centroids and coefficients are not M x d and M at every epoch.
// It returns M and d, both at least 1.
func checkPaths(f results.FitRecord) (kernels, dim int, err error) {
	if err := checkTrace(f); err != nil {
		return 0, 0, err
	}
	t := f.Trace
	if len(t.Centroids) != len(t.Epoch) || len(t.Coefficients) != len(t.Epoch) {
		return 0, 0, fmt.Errorf("trace: %d centroid and %d coefficient entries for %d epochs",
			len(t.Centroids), len(t.Coefficients), len(t.Epoch))
	}
	kernels = len(t.Centroids[0])
	if kernels == 0 || len(t.Centroids[0][0]) == 0 {
		return 0, 0, errors.New("trace: no kernels")
	}
	dim = len(t.Centroids[0][0])
	for k := range t.Epoch {
		if len(t.Centroids[k]) != kernels {
			return 0, 0, fmt.Errorf("trace: %d centroids at entry %d, %d at the first",
				len(t.Centroids[k]), k, kernels)
		}
		if err := points(fmt.Sprintf("trace: centroids at entry %d", k), t.Centroids[k],
			dim); err != nil {
			return 0, 0, err
		}
		if err := series(fmt.Sprintf("trace: coefficients at entry %d", k), t.Coefficients[k],
			kernels); err != nil {
			return 0, 0, err
		}
	}
	return kernels, dim, nil
}

// checkRows refuses a fit whose data or reference rows are not d numbers each.
func checkRows(f results.FitRecord, dim int) error {
	if err := points("data", f.Data, dim); err != nil {
		return err
	}
	return points("reference", f.Reference, dim)
}

// checkStatistics refuses a fit whose t cannot be drawn at some checkpoint.
func checkStatistics(f results.FitRecord) error {
	return checkCheckpoints("statistic",
		f.Statistics)
}

// checkCheckpoints refuses values of a statistic that cannot be drawn.
func checkCheckpoints(what string, all []results.CheckpointRecord) error {
	for i, c := range all {
		if err := finite(fmt.Sprintf("%s %d", what, i), c.T); err != nil {
			return err
		}
		if err := positive(fmt.Sprintf("sigma of %s %d", what, i), []float64{c.Sigma},
			1); err != nil {
			return err
		}
	}
	return nil
}
