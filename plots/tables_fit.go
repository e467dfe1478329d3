package plots

import (
	"sparker/findings"
	"sparker/results"
)

// pathTable has the paths of the kernels of a fit in some of its coordinates, at the entries of the
// trace that are drawn, and then other rows that the caller adds: the series has the name of what a
// row is of.
func pathTable(f results.FitRecord, coordinates ...int) table {
	t, dim := f.Trace, len(f.Trace.Centroids[0][0])
	header := []string{"series", "kernel", "epoch", "born", "sigma", "coefficient"}
	for _, i := range coordinates {
		header = append(header, coordinate(f.Columns, i, dim))
	}
	all := newTable(header...)
	shown := drawnEntries(t)
	for m := range t.Centroids[0] {
		for _, l := range lives(t, shown, m) {
			for n, k := range l.entries {
				born := 0
				if l.born && n == 0 {
					born = 1
				}
				row := []any{"kernel", m, t.Epoch[k], born, t.Sigma[k], t.Coefficients[k][m]}
				for _, i := range coordinates {
					row = append(row, t.Centroids[k][m][i])
				}
				all.add(row...)
			}
		}
	}
	return all
}

// addDots adds the rows that are drawn to a table whose last two columns are coordinates.
func (t *table) addDots(rows rowDots) {
	for _, of := range []struct {
		series string
		dots
	}{{"data", rows.data}, {"reference", rows.reference}} {
		for i := range of.x {
			row := make([]any, len(t.header))
			row[0], row[len(row)-2], row[len(row)-1] = of.series, of.x[i], of.y[i]
			t.add(row...)
		}
	}
}

// lineTable is pathTable in one dimension, with the densities next to the paths.
func lineTable(f results.FitRecord, y axis, data, reference []float64) table {
	t := pathTable(f, 0)
	t.header = append(t.header, "low", "high", "density")
	for i := range t.rows {
		t.rows[i] = append(t.rows[i], nil, nil, nil)
	}
	for _, of := range []struct {
		series string
		values []float64
	}{{"data", data}, {"reference", reference}} {
		if len(of.values) == 0 {
			continue
		}
		for i, v := range densityBins(y, of.values) {
			low := y.low + (y.high-y.low)*float64(i)/sideBins
			t.add(of.series, nil, nil, nil, nil, nil, nil, low, low+(y.high-y.low)/sideBins, v)
		}
	}
	return t
}

// historyTable has the shown entries of a trace, the statistics that were stored at checkpoints,
// and the births.
func historyTable(f results.FitRecord, shown []int) table {
	t := newTable("series", "epoch", "loss", "penalty", "t", widthTitle(f))
	tr := f.Trace
	for _, k := range shown {
		var penalty any
		if len(tr.Penalty) > 0 {
			penalty = tr.Penalty[k]
		}
		t.add("trace", tr.Epoch[k], tr.Loss[k], penalty, tr.T[k], tr.Sigma[k])
	}
	for _, c := range f.Statistics {
		t.add("checkpoint", c.Epoch, nil, nil, c.T, c.Sigma)
	}
	for _, c := range f.Lead {
		t.add(lead, c.Epoch, nil, nil, c.T, c.Sigma)
	}
	for _, b := range tr.Born {
		t.add("birth", b.Epoch, nil, nil, nil, nil)
	}
	return t
}

// A columnTable is a table with a row for each shown entry of a trace, to which columns are added.
type columnTable struct {
	table
	shown []int
}

func newColumnTable(t *results.Trace, shown []int) *columnTable {
	c := &columnTable{table: newTable("epoch"), shown: shown}
	for _, k := range shown {
		c.add(t.Epoch[k])
	}
	return c
}

// column adds a column with the shown entries of a series.
func (c *columnTable) column(name string, values []float64) {
	c.header = append(c.header, plainText(name))
	for i, k := range c.shown {
		c.rows[i] = append(c.rows[i], values[k])
	}
}

// histogramTable has the bins of two step histograms, and the kernels over them if there are any.
func histogramTable(name string, h stepHistograms) table {
	t := newTable(name+", low", name+", high", "data", "reference, weighted")
	for i := range h.data {
		low := h.low + h.width*float64(i)
		t.add(low, low+h.width, h.data[i], h.reference[i])
	}
	return t
}

// addExcess adds the excess within each distance to a histogram of distances.
func (t *table) addExcess(excess trend) {
	t.header = append(t.header, "distance", "excess within", "standard error")
	for i := range t.rows {
		t.rows[i] = append(t.rows[i], nil, nil, nil)
	}
	for i, x := range excess.x {
		t.add(nil, nil, nil, nil, x, excess.y[i], excess.high[i])
	}
}

// addKernels adds the kernels of one dimension to a histogram of the rows.
func (t *table) addKernels(f findings.Findings, shown []findings.Finding) {
	t.header = append(t.header, "kernel", "centroid", "sigma", "coefficient", "Z")
	for i := range t.rows {
		t.rows[i] = append(t.rows[i], nil, nil, nil, nil, nil)
	}
	for _, k := range shown {
		t.add(nil, nil, nil, nil, k.Kernel, k.Centroid[0], f.Sigma, k.Coefficient, k.Soft.Z)
	}
}

// planeTable has kernels in two coordinates, and the rows under them.
func planeTable(f findings.Findings, shown []findings.Finding, rows rowDots) table {
	columns := asFit(f).Columns
	t := newTable("series", "kernel", "sigma", "coefficient", "Z", coordinate(columns, 0, 2),
		coordinate(columns, 1, 2))
	for _, k := range shown {
		t.add("kernel", k.Kernel, f.Sigma, k.Coefficient, k.Soft.Z, k.Centroid[0], k.Centroid[1])
	}
	t.addDots(rows)
	return t
}
