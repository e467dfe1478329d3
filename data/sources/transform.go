package sources

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"sparker/data"
	"sparker/data/tables"
)

// rotation is a linear map x -> W (x - mean) of d columns to k.
type rotation struct {
	mean []float64
	w    *mat.Dense // k×d
}

// flat is the share of the largest variance below which a principal component has none.
const flat = 1e-12

// newRotation finds the principal components of rows (n×d), the leading ones first, at most count
// of them if that is above 0; to whiten, each is divided by its standard deviation. Components
// without variance are left out.
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
		return rotation{}, fmt.Errorf("the covariance of the reference has no eigenvectors that " +
			"could be found")
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
		// an eigenvector has no sign of its own: its largest entry is made positive
		largest := 0.0
		for _, v := range vector {
			if math.Abs(v) > math.Abs(largest) {
				largest = v
			}
		}
		scale := math.Copysign(1, largest)
		if t.Kind == transformWhiten {
			scale /= math.Sqrt(variances[s.D-1-i])
		}
		for j, v := range vector {
			m.w.Set(i, j, scale*v)
		}
	}
	return m, nil
}

// apply maps a table.
func (m rotation) apply(t *tables.Table) (*tables.Table, error) {
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
	return t.With(names, out.RawMatrix().Data[:n*k]), nil
}

// transform finds the map from the reference rows, or, under a permutation, from these and the
// observed ones together, and applies it to all tables.
func (p *Pools) transform(t Transform) error {
	from := p.reference.sample()
	if p.permutation {
		observed := p.observed.sample()
		from = data.Sample{X: append(from.X, observed.X...), N: from.N + observed.N, D: from.D}
	}
	m, err := newRotation(from, t)
	if err != nil {
		return err
	}
	done := map[*tables.Table]*tables.Table{}
	for _, q := range []*pool{&p.reference, &p.background, &p.holdout, &p.signal, &p.observed} {
		if q.table == nil {
			continue
		}
		if done[q.table] == nil {
			if done[q.table], err = m.apply(q.table); err != nil {
				return err
			}
		}
		q.table = done[q.table]
	}
	return nil
}

// prepare names the columns of a table, takes logarithms, and scales rows to unit length.
func (f Files) prepare(t *tables.Table) (*tables.Table, error) {
	if len(f.Names) == 0 && len(f.Log) == 0 && f.Rows == "" {
		return t, nil
	}
	names := t.Names()
	if len(f.Names) > 0 {
		if len(f.Names) != t.D() {
			return nil, fmt.Errorf("data.files.names has %d names for %d columns", len(f.Names),
				t.D())
		}
		names = f.Names
	}
	logs := make([]bool, t.D())
	for _, name := range f.Log {
		j := slices.Index(names, name)
		if j < 0 {
			return nil, fmt.Errorf("data.files.log: there is no column %q", name)
		}
		logs[j] = true
	}
	shown := slices.Clone(names)
	for j, taken := range logs {
		if taken {
			shown[j] = "log " + names[j]
		}
	}
	x := make([]float64, t.N()*t.D())
	for i := range t.N() {
		row := t.Row(i, x[i*t.D():(i+1)*t.D()])
		for j, taken := range logs {
			if !taken {
				continue
			}
			if !(row[j] > 0) {
				return nil, fmt.Errorf("data.files.log: row %d of column %s is %v, which has no "+
					"logarithm", t.Index(i), names[j], row[j])
			}
			row[j] = math.Log(row[j])
		}
		if f.Rows == rowsUnit {
			length := floats.Norm(row, 2)
			if length == 0 {
				return nil, fmt.Errorf("data.files.rows: row %d is zero and has no direction",
					t.Index(i))
			}
			floats.Scale(1/length, row)
		}
	}
	return t.With(shown, x), nil
}
