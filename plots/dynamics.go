package plots

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// Dynamics draws, against epoch, what the trace has of these: the gate's entropy in nats, averaged
// over the data, with its largest value log M; the smallest distance between two centroids in units
// of sigma (for two kernels and more); the forces on the centroids, from the data, from the
// reference, and their sum, each as its norm summed over the kernels; and the rows of both samples
// within sigma of the kernels with the largest final coefficients, at most four. Ticks on the epoch
// axis mark the births of kernels.
//
// It returns an error if the fit has no trace or none of the four, if shapes do not fit together,
// or if a number cannot be drawn.
func Dynamics(fit results.FitRecord) (Figure, error) {
	f, err := dynamics(fit)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: dynamics: %w", err)
	}
	return f, nil
}

func dynamics(f results.FitRecord) (Figure, error) {
	if err := checkTrace(f); err != nil {
		return Figure{}, err
	}
	if err := checkStatistics(f); err != nil {
		return Figure{}, err
	}
	t := f.Trace
	shown := thinned(len(t.Epoch), mostEpochs)
	d := dynamicsDrawer{t: t, shown: shown, when: epochs(t, shown), x: epochAxis(t),
		kernels: kernelsOf(t), table: newColumnTable(t, shown)}
	if len(t.GateEntropy) > 0 {
		if err := d.addEntropy(); err != nil {
			return Figure{}, err
		}
	}
	if len(t.MinDistance) > 0 && d.kernels != 1 {
		if err := d.addDistance(); err != nil {
			return Figure{}, err
		}
	}
	if len(t.DataForce) > 0 || len(t.ReferenceForce) > 0 {
		if err := d.addForces(); err != nil {
			return Figure{}, err
		}
		d.note = append(d.note, "The forces are the two parts of −∂L/∂μ before each epoch's step.")
	}
	if len(t.DataInSphere) > 0 && d.kernels > 0 {
		if err := d.addSpheres(); err != nil {
			return Figure{}, err
		}
	}
	if len(d.panels) == 0 {
		return Figure{}, errors.New("the trace has neither entropy, distances, forces nor rows")
	}
	ticks, born := birthTicks(t)
	lowest := d.panels[len(d.panels)-1]
	lowest.plotters = append(lowest.plotters, ticks...)
	return Figure{
		title:  fitTitle("Dynamics", f),
		table:  d.table.table,
		legend: append(d.legend, born...),
		body:   stacked(d.panels),
		size: vg.Point{X: fullWidth, Y: vg.Length(len(d.panels))*3.8*vg.Centimeter +
			1.1*vg.Centimeter},
		caption: fitCaption(f, d.note...),
	}, nil
}

// A dynamicsDrawer gathers the panels of Dynamics.
type dynamicsDrawer struct {
	t       *results.Trace
	shown   []int     // entries of the trace
	when    []float64 // their epochs
	x       axis
	kernels int

	panels []*panel
	legend entries
	table  *columnTable
	note   []string // for the caption
}

// add draws a curve of the shown entries into a panel, with its line of the legend.
func (d *dynamicsDrawer) add(p *panel, label string, y []float64, s draw.LineStyle) {
	p.plotters = append(p.plotters, seen(d.when, y, s)...)
	d.legend.add(label, lineSample(s))
}

func (d *dynamicsDrawer) addEntropy() error {
	if err := series("trace: gate entropy", d.t.GateEntropy, len(d.t.Epoch)); err != nil {
		return err
	}
	e := empty().with(0).with(d.t.GateEntropy...)
	largest := math.Log(float64(d.kernels))
	if d.kernels > 1 {
		e = e.with(largest)
	}
	p := &panel{x: d.x, y: linear("gate entropy [nat]", e.padded(0.06), 4)}
	d.table.column("gate entropy [nat]", d.t.GateEntropy)
	d.add(p, "gate entropy", pick(d.t.GateEntropy, d.shown), stroke(blue, 1.3))
	if d.kernels > 1 {
		limit := stroke(darkGray, 0.9, 1.2, 2)
		p.plotters = append(p.plotters, across(d.x, largest, limit))
		d.legend.add(fmt.Sprintf("log M, M = %d", d.kernels), lineSample(limit))
	}
	d.panels = append(d.panels, p)
	return nil
}

func (d *dynamicsDrawer) addDistance() error {
	if err := series("trace: smallest distance", d.t.MinDistance, len(d.t.Epoch)); err != nil {
		return err
	}
	y, held := magnitudes("min "+unbroken("|μ_{i} − μ_{j}| / σ"), pick(d.t.MinDistance, d.shown))
	p := &panel{x: d.x, y: y}
	d.table.column("smallest distance [sigma]", d.t.MinDistance)
	d.add(p, "smallest distance", held[0], stroke(green, 1.3))
	d.panels = append(d.panels, p)
	return nil
}

func (d *dynamicsDrawer) addForces() error {
	data, reference, net, err := forces(d.t)
	if err != nil {
		return err
	}
	y, held := magnitudes("force "+unbroken("Σ_{i} |F_{i}|"), pick(data, d.shown),
		pick(reference, d.shown), pick(net, d.shown))
	p := &panel{x: d.x, y: y}
	d.table.column("force from the data", data)
	d.table.column("force from the reference", reference)
	d.table.column("their sum", net)
	d.add(p, "force from the data", held[0], stroke(vermillion, 1.1))
	d.add(p, "force from the reference", held[1], stroke(midGray, 1.1, 4, 2.5))
	d.add(p, "their sum", held[2], stroke(purple, 1.1, 7, 2, 1.5, 2))
	d.panels = append(d.panels, p)
	return nil
}

// magnitudes is an axis for values that are not negative, and the values as it can hold them. It is
// logarithmic, over at most six decades, with smaller values held at its lower end, or linear if no
// value is above 0.
func magnitudes(label string, values ...[]float64) (axis, [][]float64) {
	all := empty()
	for _, row := range values {
		for _, v := range row {
			if v > smallest {
				all = all.with(v)
			}
		}
	}
	if all.high < all.low {
		return linear(label, extent{0, 0}.padded(0), 3), values
	}
	all.low = max(all.low, all.high*1e-6)
	held := make([][]float64, len(values))
	for i, row := range values {
		for _, v := range row {
			held[i] = append(held[i], max(v, all.low))
		}
	}
	return logarithmic(label, all.logPadded(0.08)), held
}

// forces are the norms of the data's force, the reference's force and their sum, summed over the
// kernels.
func forces(t *results.Trace) (data, reference, net []float64, err error) {
	n := len(t.Epoch)
	if len(t.DataForce) != n || len(t.ReferenceForce) != n {
		return nil, nil, nil, fmt.Errorf("trace: %d and %d entries of forces for %d epochs",
			len(t.DataForce), len(t.ReferenceForce), n)
	}
	for k := range n {
		d, r := t.DataForce[k], t.ReferenceForce[k]
		if len(d) != len(r) {
			return nil, nil, nil, fmt.Errorf("trace: forces on %d and on %d kernels at entry %d",
				len(d), len(r), k)
		}
		var sums [3]float64
		for i := range d {
			if err := finite("trace: force of the data", d[i]...); err != nil {
				return nil, nil, nil, err
			}
			if err := series("trace: force of the reference", r[i], len(d[i])); err != nil {
				return nil, nil, nil, err
			}
			var squares [3]float64
			for c := range d[i] {
				s := d[i][c] + r[i][c]
				squares[0] += d[i][c] * d[i][c]
				squares[1] += r[i][c] * r[i][c]
				squares[2] += s * s
			}
			for q := range sums {
				sums[q] += math.Sqrt(squares[q])
			}
		}
		data, reference, net = append(data, sums[0]), append(reference, sums[1]),
			append(net, sums[2])
	}
	return data, reference, net, nil
}
