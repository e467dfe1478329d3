package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"sparker/findings"
)

const (
	memberBins   = 48  // the most that Members draws
	memberShare  = 0.2 // of the data that its axis holds
	memberRadius = 3   // in units of sigma, that its axis holds
)

// Members draws the rows around the kernel at a place of the list (0 is the most significant) by
// their distance to its centroid, in units of sigma. The upper panel has histograms of the data and
// of the weighted reference. The lower panel has the excess within a distance: the data rows up to
// it less the weight of the reference rows up to it, with a band of one standard error at no
// excess (of a Poisson count and of the finite reference). It shows a local excess in any number of
// dimensions. The axis ends where it holds a fifth of the data, but not before 3 sigma.
//
// It returns an error if there is no such kernel, if its histograms hold no rows, or if a number
// cannot be drawn.
func Members(f findings.Findings, place int) (Figure, error) {
	drawn, err := members(f, place)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: members: %w", err)
	}
	return drawn, nil
}

func members(f findings.Findings, place int) (Figure, error) {
	if err := checkFindings(f); err != nil {
		return Figure{}, err
	}
	if place < 0 || place >= len(f.Kernels) {
		return Figure{}, fmt.Errorf("no kernel at place %d; there are %d", place, len(f.Kernels))
	}
	k := f.Kernels[place]
	d := k.Distances
	if len(d.Data) == 0 || len(d.Data) != len(d.Reference) || d.First < 0 {
		return Figure{}, fmt.Errorf("the histograms of kernel %d hold no rows", k.Kernel)
	}
	if err := positive("width of bins", []float64{d.Width}, 1); err != nil {
		return Figure{}, err
	}
	end, group, beyond := memberRange(d)
	h := stepHistograms{low: float64(d.First) * d.Width, width: d.Width * float64(group),
		data:      weighted(merged(d.Data[:end], group), 1),
		reference: weighted(merged(d.Reference[:end], group), f.Weight)}
	e := empty().with(h.low, h.high())
	if h.low < 1 {
		e = e.with(0)
	}
	x := linear("distance to the centroid [σ]", e.padded(0.01), 7)
	upper, legend := distancePanel(x, h)
	excess := excessWithin(d, f, end, group)
	numbers := histogramTable("distance [sigma]", h)
	numbers.addExcess(excess)
	lower, more := excessPanel(x, excess)
	legend = append(legend, more...)
	if x.low <= 1 && 1 <= x.high {
		line := stroke(vermillion, 0.9, 4, 2)
		for _, p := range []*panel{upper, lower} {
			p.plotters = append(p.plotters, upright(1, p.y, line))
		}
		legend.add("1 σ", lineSample(line))
	}
	body := stacked([]*panel{upper, lower})
	body.heights = []float64{3, 2}
	return Figure{
		title: fmt.Sprintf("Rows around kernel %d (a = %s, %s)", k.Kernel, withSign(k.Coefficient),
			kind(k.Coefficient)),
		table:  numbers,
		legend: legend, body: body, size: vg.Point{X: fullWidth, Y: 11 * vg.Centimeter},
		caption: findingsCaption(f, memberCounts(k), beyond),
	}, nil
}

// memberRange chooses what is drawn of the distances: the bins before end, added up in groups of
// which the last one is whole where the record has the bins for it. It also says how many data
// rows are farther away.
func memberRange(d findings.Distances) (end, group int, beyond string) {
	total, held := d.BeyondData, 0.0
	for _, n := range d.Data {
		total += n
	}
	for end < len(d.Data) && (end == 0 || held < memberShare*total ||
		float64(d.First+end)*d.Width < memberRadius) {
		held += d.Data[end]
		end++
	}
	group = (end + memberBins - 1) / memberBins
	for ; end < len(d.Data) && end%group != 0; end++ {
		held += d.Data[end]
	}
	if n := int(math.Round(total - held)); n > 0 {
		beyond = fmt.Sprintf("%s farther away.", count(n, "data row"))
	}
	return end, group, beyond
}

// memberCounts says what the kernel holds.
func memberCounts(k findings.Finding) string {
	return fmt.Sprintf("Within σ and nearest to this kernel: %s over %s expected, %s. "+
		"Weighted by φ: %s over %s, %s.",
		count(k.Ball.Data, "data row"), number(k.Ball.Expected), significance(k.Ball.Z),
		number(k.Soft.Data), number(k.Soft.Expected), significance(k.Soft.Z))
}

// distancePanel draws two histograms of distances.
func distancePanel(x axis, h stepHistograms) (*panel, entries) {
	y, fill, edge := h.steps()
	y.label = "events per bin"
	return &panel{x: x, y: y, plotters: []plot.Plotter{fill, edge}}, rowsLegend(fill)
}

// excessWithin is the excess of the data over the weighted reference within a distance, at the
// upper ends of the finest bins before end, with one standard error at no excess on both sides.
// That of rows with weights is for their mean effective weights.
func excessWithin(d findings.Distances, f findings.Findings, end, group int) trend {
	var excess trend
	weight, noise := f.Weight, 1+f.Weight
	if n := f.EffectiveReferenceRows; n > 0 {
		noise = 1 + f.Weight*float64(f.ReferenceRows)/n
	}
	if n := f.EffectiveDataRows; n > 0 {
		noise += float64(f.DataRows)/n - 1
	}
	excess.add(float64(d.First)*d.Width, 0, 0, 0)
	var data, expected float64
	for i := range end {
		data, expected = data+d.Data[i], expected+weight*d.Reference[i]
		if i+1 < end && (i+1)%max(1, group/4) != 0 {
			continue
		}
		se := math.Sqrt(max(0, expected) * noise)
		excess.add(float64(d.First)*d.Width+d.Width*float64(i+1), data-expected, -se, se)
	}
	return excess
}

// excessPanel draws an excess with its band.
func excessPanel(x axis, excess trend) (*panel, entries) {
	e := empty().with(excess.y...).with(excess.low...).with(excess.high...)
	line := stroke(blue, 1.4)
	return &panel{x: x, y: linear("excess within", e.padded(0.08), 4), plotters: []plot.Plotter{
			between(excess.x, excess.low, excess.high, gridGray),
			across(x, 0, stroke(darkGray, 0.6)), curve(excess.x, excess.y, line)}},
		entries{{"excess of D", []plot.Thumbnailer{lineSample(line)}},
			{"± 1 standard error at no excess", []plot.Thumbnailer{region{fill: gridGray}}}}
}
