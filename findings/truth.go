package findings

import (
	"fmt"
	"slices"

	"sparker/data"
	"sparker/stats"
)

// InjectedLabel is the class of the injected rows of a pair without labels.
const InjectedLabel = "injected"

// Truth compares a kernel with the labels of the data. A labeled row is one whose label is not "".
// The fields from Label on are about the class of the most weight.
type Truth struct {
	Purity        float64 `json:"purity"`         // share of labeled rows in Σ_D phi
	NearestPurity float64 `json:"nearest_purity"` // share of labeled rows among the nearest
	// Label is the class of the most weight, or "" if no labeled row has any.
	Label          string  `json:"label,omitempty"`
	LabelPurity    float64 `json:"label_purity"`    // share of the class in Σ_D phi
	Efficiency     float64 `json:"efficiency"`      // share of its rows that are in the ball
	SoftEfficiency float64 `json:"soft_efficiency"` // mean phi of its rows
	// P is the probability that, of Soft.EffectiveData rows drawn at random from the data, at least
	// this many are of the class: a binomial tail.
	P float64 `json:"p"`
	// Found reports whether the kernel found the class; see FoundPurity.
	Found bool `json:"found"`
}

// A kernel has found a class if it is an excess, its LabelPurity is at least FoundPurity of the way
// from the share of the class in the data to 1, and Truth.P times the number of kernels and of
// classes is at most FoundP.
const (
	FoundPurity = 0.2
	FoundP      = 0.01
)

// Class is one label and the kernels that found it.
type Class struct {
	Label   string `json:"label"`
	Rows    int    `json:"rows"`
	Kernels []int  `json:"kernels"`
}

// labels numbers the classes of the data rows.
type labels struct {
	names []string // the classes, sorted
	rows  []int    // the number of rows of each class
	of    []int    // the class of each data row, -1 for none; nil if the pair has no labels
}

// newLabels takes the labels of a pair, or makes those of injected rows.
func newLabels(pair data.Pair) (labels, error) {
	list := pair.Labels
	if list == nil {
		if pair.Injected == 0 {
			return labels{}, nil
		}
		if pair.Injected < 0 || pair.Injected > pair.Data.N {
			return labels{}, fmt.Errorf("%d injected rows of %d data rows", pair.Injected,
				pair.Data.N)
		}
		list = make([]string, pair.Data.N)
		for i := pair.Data.N - pair.Injected; i < pair.Data.N; i++ {
			list[i] = InjectedLabel
		}
	}
	l := labels{names: slices.Compact(slices.Sorted(slices.Values(list)))}
	if len(l.names) > 0 && l.names[0] == "" {
		l.names = l.names[1:]
	}
	l.rows, l.of = make([]int, len(l.names)), make([]int, len(list))
	for i, name := range list {
		k, known := slices.BinarySearch(l.names, name)
		if known {
			l.rows[k]++
		} else {
			k = -1
		}
		l.of[i] = k
	}
	return l, nil
}

// classes returns the classes with the kernels that found them.
func (l labels) classes(kernels []Finding) []Class {
	var list []Class
	for k, name := range l.names {
		c := Class{Label: name, Rows: l.rows[k], Kernels: []int{}}
		for _, f := range kernels {
			if t := f.Truth; t != nil && t.Found && t.Label == name {
				c.Kernels = append(c.Kernels, f.Kernel)
			}
		}
		list = append(list, c)
	}
	return list
}

// truth compares a kernel with the labels. It is nil without labels.
func (r *reader) truth(f Finding) *Truth {
	classes := len(r.labels.names)
	from, to := f.Kernel*classes, (f.Kernel+1)*classes
	return r.labels.truth(heldRows{weights: r.detail.labels[from:to],
		inBall: r.detail.inBall[from:to], nearest: f.Nearest, soft: f.Soft, excess: f.IsExcess(),
		trials: r.kernels})
}

// heldRows is what is compared with the labels: what a kernel or a place holds.
type heldRows struct {
	weights []float64 // Σ_D phi of each class
	inBall  []int     // rows of each class in the ball
	nearest []Member
	soft    SoftCount
	excess  bool
	trials  int // kernels or places that are compared
}

// truth compares rows with the labels. It is nil without labels.
func (l labels) truth(held heldRows) *Truth {
	if l.of == nil {
		return nil
	}
	t := &Truth{P: 1}
	labeled := 0
	for _, m := range held.nearest {
		if l.of[m.Index] >= 0 {
			labeled++
		}
	}
	t.NearestPurity = float64(labeled) / max(1, float64(len(held.nearest)))
	best := -1
	for k, w := range held.weights {
		if held.soft.Data > 0 {
			t.Purity += w / held.soft.Data
		}
		if w > 0 && (best < 0 || w > held.weights[best]) {
			best = k
		}
	}
	if best < 0 {
		return t
	}
	rows := float64(l.rows[best])
	share := rows / float64(len(l.of))
	t.Label, t.LabelPurity = l.names[best], held.weights[best]/held.soft.Data
	t.Efficiency, t.SoftEfficiency = float64(held.inBall[best])/rows, held.weights[best]/rows
	n := held.soft.EffectiveData
	t.P = stats.BinomialTail(min(t.LabelPurity, 1)*n, n, share)
	t.Found = held.excess && t.LabelPurity >= share+(1-share)*FoundPurity &&
		t.P*float64(held.trials*len(l.names)) <= FoundP
	return t
}
