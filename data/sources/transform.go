package sources

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"sparker/data"
	"sparker/data/tables"
)

// rotation is the linear map x -> W (x - mean) of d columns to k.
type rotation struct {
	mean []float64
	w    *mat.Dense // k×d
}

// flat is the share of the largest variance below which the variance of a principal component
// counts as zero.
const flat = 1e-12

// newRotation returns the map to the principal components of a sample, the leading ones first. It
// keeps at most t.Components of them, if that is not 0, and none without variance. If t asks for
// whitening, each component is divided by its standard deviation.
func newRotation(s data.Sample, t Transform) (rotation, error) {
	if s.N < 2 {
		return rotation{}, fmt.Errorf("%d reference rows do not have principal components", s.N)
	}
	if t.Components > s.D {
		return rotation{}, fmt.Errorf("%d components are asked for, of %d columns", t.Components,
			s.D)
	}
	x := mat.NewDense(s.N, s.D, s.X)
	var covariance mat.SymDense
	stat.CovarianceMatrix(&covariance, x, nil)
	var eigen mat.EigenSym
	if !eigen.Factorize(&covariance, true) {
		return rotation{}, errors.New("the eigenvectors of the covariance of the reference " +
			"were not found")
	}
	variances := eigen.Values(nil) // ascending
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	k := 0
	for k < s.D && variances[s.D-1-k] > flat*variances[s.D-1] &&
		(t.Components == 0 || k < t.Components) {
		k++
	}
	if k == 0 || k < t.Components {
		return rotation{}, fmt.Errorf("only %d principal components of the reference have variance",
			k)
	}
	m := rotation{mean: make([]float64, s.D), w: mat.NewDense(k, s.D, nil)}
	for j := range m.mean {
		m.mean[j] = stat.Mean(mat.Col(nil, j, x), nil)
	}
	for i := range k {
		vector := mat.Col(nil, s.D-1-i, &vectors)
		scale := signOf(vector)
		if t.Kind == transformWhiten {
			scale /= math.Sqrt(variances[s.D-1-i])
		}
		for j, v := range vector {
			m.w.Set(i, j, scale*v)
		}
	}
	return m, nil
}

// signOf returns the sign of the largest entry of an eigenvector. The sign of the eigenvector
// itself is arbitrary.
func signOf(vector []float64) float64 {
	largest := 0.0
	for _, v := range vector {
		if math.Abs(v) > math.Abs(largest) {
			largest = v
		}
	}
	return math.Copysign(1, largest)
}

// apply returns the mapped table, with columns pc1, pc2, ...
func (m rotation) apply(t *tables.Table) *tables.Table {
	k, d := m.w.Dims()
	names := make([]string, k)
	for i := range names {
		names[i] = "pc" + strconv.Itoa(i+1)
	}
	n := t.N()
	out := mat.NewDense(max(n, 1), k, nil)
	row := mat.NewVecDense(d, nil)
	for i := range n {
		x := t.Row(i, row.RawVector().Data)
		for j := range x {
			x[j] -= m.mean[j]
		}
		out.RowView(i).(*mat.VecDense).MulVec(m.w, row)
	}
	return t.With(names, out.RawMatrix().Data[:n*k])
}

// transform applies a map to all tables. The map is found from the reference rows, or, if toys are
// permutations, from these and the observed rows together.
func (p *Pools) transform(t Transform) error {
	from := p.reference.sample()
	if p.permutes {
		observed := p.observed.sample()
		from = data.Sample{X: append(from.X, observed.X...), N: from.N + observed.N, D: from.D}
	}
	m, err := newRotation(from, t)
	if err != nil {
		return err
	}
	p.replaceTables(m.apply)
	p.quantities = nil
	return nil
}
