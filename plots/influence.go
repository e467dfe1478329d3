package plots

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// mostInfluences is how many kernels Dynamics shows the rows of.
const mostInfluences = 4

// strongest are the kernels with the largest coefficients at the end, in their order.
func (d *dynamicsDrawer) strongest() []int {
	final := d.t.Coefficients[len(d.t.Coefficients)-1]
	kernels := make([]int, len(final))
	for k := range kernels {
		kernels[k] = k
	}
	slices.SortStableFunc(kernels, func(a, b int) int {
		return cmp.Compare(math.Abs(final[b]), math.Abs(final[a]))
	})
	kernels = kernels[:min(len(kernels), mostInfluences)]
	slices.Sort(kernels)
	return kernels
}

// addSpheres draws the rows within sigma of the strongest kernels: of the data, and w times those
// of the reference.
func (d *dynamicsDrawer) addSpheres() error {
	var held [][]float64
	kernels := d.strongest()
	for _, k := range kernels {
		for _, of := range []struct {
			name   string
			counts [][]float64
		}{{"data rows", d.t.DataInSphere}, {"reference rows, weighted,",
			d.t.ReferenceInSphere}} {
			what := fmt.Sprintf("%s within sigma of kernel %d", of.name, k)
			if len(of.counts) != len(d.t.Epoch) {
				return fmt.Errorf("trace: %d entries of %s for %d epochs", len(of.counts), what,
					len(d.t.Epoch))
			}
			values := make([]float64, len(of.counts))
			for i, row := range of.counts {
				if k >= len(row) {
					return fmt.Errorf("trace: %s: no kernel %d at entry %d", what, k, i)
				}
				values[i] = row[k]
			}
			if err := finite("trace: "+what, values...); err != nil {
				return err
			}
			d.table.column(what, values)
			held = append(held, pick(values, d.shown))
		}
	}
	y, held := magnitudes("rows with "+unbroken("|x − μ| ≤ σ"), held...)
	p := &panel{x: d.x, y: y}
	for i, k := range kernels {
		l := looks[i]
		d.add(p, fmt.Sprintf("D within σ of kernel %d", k), held[2*i],
			stroke(l.NRGBA, 1.7, l.dashes...))
		reference := stroke(faded(l.NRGBA, 0.8), 0.7, l.dashes...)
		p.plotters = append(p.plotters, seen(d.when, held[2*i+1], reference)...)
	}
	if rest := d.kernels - len(kernels); rest > 0 {
		d.note = append(d.note, fmt.Sprintf("Rows are counted for the %d kernels of the largest "+
			"final |a|.", len(kernels)))
	}
	d.legend.add("R there, weighted (thin)", lineSample(stroke(faded(darkGray, 0.8), 0.7)))
	d.panels = append(d.panels, p)
	return nil
}
