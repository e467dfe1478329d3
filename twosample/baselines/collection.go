package baselines

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"sparker/data"
)

// KernelCollection is the set of kernels of MMDAgg and of MMD-FUSE.
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
			report(path, fmt.Sprintf("is %q, which the list holds already", name))
		}
	}
	report.atLeast("bandwidths", c.Bandwidths, 2)
}

// labels returns the name of each kernel with each bandwidth.
func (c KernelCollection) labels(bandwidths []string) []string {
	var labels []string
	for _, name := range c.Kernels {
		for _, b := range bandwidths {
			labels = append(labels, name+" "+b)
		}
	}
	return labels
}

// numbers returns the numbers from 1 to count as words.
func numbers(count int) []string {
	labels := make([]string, count)
	for i := range labels {
		labels[i] = fmt.Sprint(i + 1)
	}
	return labels
}

// pairDistances finds the distances between rows, with memory of its own.
type pairDistances struct {
	rows  rows
	row   []float64
	found []float64
}

// of returns the distances above 0 between the rows of a sample, sorted: city-block ones for the
// kernel laplace, Euclidean ones otherwise. Of more than distanceRows rows, the stream draws that
// many. The result is empty if all rows are equal. It holds until the next call.
func (p *pairDistances) of(all data.Sample, kernel string, r *rand.Rand) []float64 {
	p.rows.take(all, distanceRows, r)
	p.found = p.found[:0]
	for i := range p.rows.n {
		p.row = resize(p.row, p.rows.n-i-1)
		if kernel == "laplace" {
			cityDistances(p.row, p.rows.at(i), &p.rows, i+1)
		} else {
			squaredDistances(p.row, p.rows.at(i), &p.rows, i+1)
		}
		for _, v := range p.row {
			if v > 0 {
				if kernel != "laplace" {
					v = math.Sqrt(v)
				}
				p.found = append(p.found, v)
			}
		}
	}
	slices.Sort(p.found)
	return p.found
}
