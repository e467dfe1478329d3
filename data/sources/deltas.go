package sources

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"sparker/data/tables"
)

// rowDeltas are delta(x) and delta2(x) of a nuisance parameter at some rows. second is nil if
// delta2 is 0.
type rowDeltas struct{ first, second []float64 }

// learned reports whether the effect of the parameter is learned from files.
func (v VariationConfig) learned() bool { return !v.Norm && v.Delta == "" }

// deltaKey is a column with its key in the block of a variation.
type deltaKey struct{ key, column string }

// deltaColumns returns the columns of the tables that hold the effect of the parameter.
func (v VariationConfig) deltaColumns() (all []deltaKey) {
	for _, d := range []deltaKey{{"delta", v.Delta}, {"delta2", v.Delta2}} {
		if d.column != "" {
			all = append(all, d)
		}
	}
	return all
}

// deltas checks the columns of a nuisance parameter.
func (v validation) deltas(path string, n VariationConfig, f Files) {
	switch {
	case n.Delta == "" && n.Delta2 != "":
		v.say(path+".delta", "is missing, although delta2 is set")
	case n.Delta == "":
	case n.Norm:
		v.say(path+".delta", "is set, but norm says that no density depends on %q", n.Name)
	case n.At != 0:
		v.say(path+".at", "is %v, but %s is the effect of one unit of nu; at is for files", n.At,
			n.Delta)
	case f.Generator.Components > 0:
		v.say("files.generator", "is set, but the rows that it makes have no column %s", n.Delta)
	}
	for _, s := range n.sets() {
		if n.Delta != "" && s.set.File != "" {
			v.say(path+"."+s.key, "is set, and so is delta; the effect of %q has one of them",
				n.Name)
		}
	}
	for _, d := range n.deltaColumns() {
		if slices.Contains(f.Columns, d.column) {
			v.say(path+"."+d.key, "is %s, which cannot be tested; leave it out of files.columns",
				d.column)
		}
	}
}

// nullPool reads the rows of a set, as pool does, with the columns of the nuisance parameters.
func (o opener) nullPool(s FileSet, like *tables.Table) (pool, error) {
	p, err := o.pool(s, like)
	if err != nil {
		return pool{}, err
	}
	for i, v := range o.files.Variations {
		var two [2][]float64
		for k, d := range v.deltaColumns() {
			if two[k], err = o.deltaColumn(p, s, d.column); err != nil {
				return pool{}, &KeyError{"files.variations" + index(i) + "." + d.key, err}
			}
		}
		if v.Delta != "" {
			p.deltas = append(p.deltas, rowDeltas{two[0], two[1]})
		}
	}
	return p, nil
}

// deltaColumn reads a column of the file of a set. The rows of the pool need finite numbers.
func (o opener) deltaColumn(p pool, s FileSet, column string) ([]float64, error) {
	t, err := tables.Read(o.files.address(s.File), tables.ReadOptions{Columns: []string{column},
		Missing: tables.KeepMissing, Dialect: o.files.CSV.dialect()})
	if err != nil {
		return nil, fmt.Errorf("reading the effect of a parameter: %w", err)
	}
	x := t.Sample(nil).X
	for _, i := range p.rows {
		k := p.table.Index(i)
		switch {
		case math.IsNaN(x[k]):
			return nil, fmt.Errorf("column %s of %s misses the value of row %d (counted from 0): "+
				"it is empty or not a finite number", column, s.File, k)
		case math.Abs(x[k]) > maxCoordinate:
			return nil, fmt.Errorf("column %s of %s is %v in row %d (counted from 0); want at "+
				"most %v", column, s.File, x[k], k, float64(maxCoordinate))
		}
	}
	return x, nil
}

// deltasAt returns the effects of the parameters with columns at rows of the pool.
func (p pool) deltasAt(rows []int) []rowDeltas {
	at := make([]rowDeltas, len(p.deltas))
	for k, d := range p.deltas {
		at[k].first = make([]float64, len(rows))
		if d.second != nil {
			at[k].second = make([]float64, len(rows))
		}
		for j, i := range p.index(rows) {
			at[k].first[j] = d.first[i]
			if d.second != nil {
				at[k].second[j] = d.second[i]
			}
		}
	}
	return at
}

// joinDeltas appends the effects at some rows to those at others.
func joinDeltas(a, b []rowDeltas) []rowDeltas {
	if a == nil {
		return b
	}
	for k := range a {
		a[k].first = append(a[k].first, b[k].first...)
		a[k].second = append(a[k].second, b[k].second...)
	}
	return a
}

// center makes the effects keep the norm of the density, to the second order in nu: it learns the
// mean of delta, and the mean of delta2 plus the variance of delta, over the rows of a pool with
// their weights. Shape-only counting needs that: the number of events says nothing on nu.
func (v *variedPools) center(nominal pool) {
	weights := nominal.rowWeights(nominal.rows)
	total := sumOf(weights)
	for _, d := range nominal.deltasAt(nominal.rows) {
		mean := floats.Dot(weights, d.first) / total
		second := 0.0
		for i, w := range weights {
			second += w / total * (d.first[i] - mean) * (d.first[i] - mean)
		}
		if d.second != nil {
			second += floats.Dot(weights, d.second) / total
		}
		v.means = append(v.means, [2]float64{mean, second})
	}
}

// deltas returns the effects of the parameters with columns at rows of a pool, as pairs have them.
func (v *variedPools) deltas(of pool, rows []int) []rowDeltas {
	all := of.deltasAt(rows)
	for k, mean := range v.means {
		if all[k].second == nil {
			all[k].second = make([]float64, len(rows))
		}
		floats.AddConst(-mean[0], all[k].first)
		floats.AddConst(-mean[1], all[k].second)
	}
	return all
}
