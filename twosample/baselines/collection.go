package baselines

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"sparker/data"
)

// KernelCollection is the set of kernels that MMDAgg and MMD-FUSE go over.
type KernelCollection struct {
	// Kernels lists the kinds of kernel: gaussian (exp(-|x-y|²/λ²)) and laplace
	// (exp(-Σ|x_j-y_j|/λ)).
	Kernels []string `yaml:"kernels"`
	// Bandwidths is the number of bandwidths λ of each kind.
	Bandwidths int `yaml:"bandwidths"`
}

// KernelNames are the words that KernelCollection.Kernels takes.
var KernelNames = []string{"gaussian", "laplace"}

// defaultCollection returns the collection of the packages of MMDAgg and MMD-FUSE.
func defaultCollection() KernelCollection {
	return KernelCollection{Kernels: []string{"laplace", "gaussian"}, Bandwidths: 10}
}

func (c KernelCollection) validate(report reporter) {
	if len(c.Kernels) == 0 {
		report("kernels", "is empty; must name at least one kernel")
	}
	for i, name := range c.Kernels {
		path := fmt.Sprintf("kernels[%d]", i)
		report.word(path, name, KernelNames)
		if slices.Contains(c.Kernels[:i], name) {
			report(path, fmt.Sprintf("is %q for the second time", name))
		}
	}
	report.atLeast("bandwidths", c.Bandwidths, 2)
}

// labels are those of count bandwidths for each kernel.
func (c KernelCollection) labels(bandwidths []string) []string {
	var labels []string
	for _, name := range c.Kernels {
		for _, b := range bandwidths {
			labels = append(labels, name+" "+b)
		}
	}
	return labels
}

func numbers(count int) []string {
	labels := make([]string, count)
	for i := range labels {
		labels[i] = fmt.Sprint(i + 1)
	}
	return labels
}

// pairDistances are the distances above 0 between rows, sorted: Euclidean, or city-block ones. Of
// more than distanceRows rows, that many are drawn. It is empty if all rows are the same.
func pairDistances(into []float64, all data.Sample, laplace bool, r *rand.Rand, s *rows) []float64 {
	s.take(all, distanceRows, r)
	into = into[:0]
	row := make([]float64, s.n)
	for i := range s.n {
		row = row[:s.n-i-1]
		if laplace {
			cityDistances(row, s.at(i), s, i+1)
		} else {
			squaredDistances(row, s.at(i), s, i+1)
		}
		for _, v := range row {
			if v > 0 {
				if !laplace {
					v = math.Sqrt(v)
				}
				into = append(into, v)
			}
		}
	}
	slices.Sort(into)
	return into
}
