package plots

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// Dynamics draws, against epoch, what the trace has of these: the gate's entropy in nats, averaged
// over the data, with its largest value log M; the smallest distance between two centroids in units
// of sigma (for two kernels and more); and the forces on the centroids, from the data, from the
// reference, and their sum, each as its norm summed over the kernels. Ticks on the epoch axis mark
// the births of kernels.
//
// It returns an error where the fit has no trace or none of the three, where shapes do not fit
// together, or where a number cannot be drawn.
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
	n := len(t.Epoch)
	shown := thinned(n, mostEpochs)
	when, x := epochs(t, shown), epochAxis(t)
	kernels := kernelsOf(t)

	var panels []*panel
	var legend []legendEntry
	var note []string
	add := func(p *panel, label string, y []float64, s draw.LineStyle) {
		p.plotters = append(p.plotters, seen(when, y, s)...)
		legend = append(legend, legendEntry{label, []plot.Thumbnailer{lineSample(s)}})
	}

	if len(t.GateEntropy) > 0 {
		if err := series("trace: gate entropy", t.GateEntropy, n); err != nil {
			return Figure{}, err
		}
		e := empty().with(0).with(t.GateEntropy...)
		if kernels > 1 {
			e = e.with(math.Log(float64(kernels)))
		}
		p := &panel{x: x, y: linear("gate entropy [nat]", e.padded(0.06), 4)}
		add(p, "gate entropy", pick(t.GateEntropy, shown), stroke(blue, 1.3))
		if kernels > 1 {
			limit := stroke(darkGray, 0.9, 1.2, 2)
			p.plotters = append(p.plotters, across(x, math.Log(float64(kernels)), limit))
			legend = append(legend, legendEntry{fmt.Sprintf("log M, M = %d", kernels),
				[]plot.Thumbnailer{lineSample(limit)}})
		}
		panels = append(panels, p)
	}
	if len(t.MinDistance) > 0 && kernels != 1 {
		if err := series("trace: smallest distance", t.MinDistance, n); err != nil {
			return Figure{}, err
		}
		y, held := magnitudes("min |μ_{i} − μ_{j}| / σ", pick(t.MinDistance, shown))
		p := &panel{x: x, y: y}
		add(p, "smallest distance", held[0], stroke(green, 1.3))
		panels = append(panels, p)
	}
	if len(t.DataForce) > 0 || len(t.ReferenceForce) > 0 {
		data, reference, net, err := forces(t)
		if err != nil {
			return Figure{}, err
		}
		y, held := magnitudes("force Σ_{i} |F_{i}|", pick(data, shown), pick(reference, shown),
			pick(net, shown))
		p := &panel{x: x, y: y}
		add(p, "force from the data", held[0], stroke(vermillion, 1.1))
		add(p, "force from the reference", held[1], stroke(midGray, 1.1))
		add(p, "their sum", held[2], stroke(purple, 1.1))
		panels = append(panels, p)
		note = append(note, "The forces are the two parts of −∂L/∂μ before each epoch's step.")
	}
	if len(panels) == 0 {
		return Figure{}, errors.New("the trace has neither entropy, distances nor forces")
	}
	ticks, born := birthTicks(t)
	lowest := panels[len(panels)-1]
	lowest.plotters, legend = append(lowest.plotters, ticks...), append(legend, born...)
	return Figure{
		title:  fitTitle("Dynamics", f),
		legend: legend,
		body:   stacked(panels),
		size: vg.Point{X: fullWidth, Y: vg.Length(len(panels))*3.8*vg.Centimeter +
			1.1*vg.Centimeter},
		caption: fitCaption(f, note...),
	}, nil
}

// magnitudes is an axis for values that are not negative, and the values as it can hold them:
// logarithmic, over at most six decades, with smaller values held at its lower end; linear where no
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
