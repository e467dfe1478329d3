package plots

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

const (
	mostFindings  = 6  // panels of features
	mostMarked    = 12 // kernels in one or two dimensions
	longestName   = vg.Length(92)
	featureHeight = vg.Length(11.5)
)

// FindingsFigures draws what a fit found, as where.*, members.* and, of rows with images,
// where-images.*, and returns the paths of the files. What there is nothing to draw of is left out.
func FindingsFigures(dir string, f results.Findings) ([]string, error) {
	var paths []string
	for _, figure := range []struct {
		name string
		draw func() (Figure, error)
	}{
		{"where", func() (Figure, error) { return Where(f) }},
		{"members", func() (Figure, error) { return Members(f, 0) }},
		{"where-images", func() (Figure, error) { return ContactSheet(f) }},
	} {
		drawn, err := figure.draw()
		if err != nil {
			continue // there is nothing to draw
		}
		more, err := Write(dir, figure.name, drawn)
		paths = append(paths, more...)
		if err != nil {
			return paths, err
		}
	}
	return paths, nil
}

// Where draws where the kernels of a fit ended, and what they found there. In one dimension it is a
// histogram of the data over the weighted reference, with mu ± sigma of each kernel below; in two
// it is the rows with the kernels' circles of influence, |x - mu| <= sigma; in more it is a panel
// for each of the most significant kernels, with the columns in which its members differ most from
// the reference.
//
// It returns an error where the findings have no kernels, or in one dimension no histogram, where
// in several no kernel has members, and where a number cannot be drawn.
func Where(f results.Findings) (Figure, error) {
	drawn, err := where(f)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: where: %w", err)
	}
	return drawn, nil
}

func where(f results.Findings) (Figure, error) {
	if err := checkFindings(f); err != nil {
		return Figure{}, err
	}
	switch len(f.Columns) {
	case 1:
		return whereOne(f)
	case 2:
		return whereTwo(f)
	}
	return whereMany(f)
}

// checkFindings refuses findings whose numbers cannot be drawn.
func checkFindings(f results.Findings) error {
	if len(f.Kernels) == 0 || len(f.Columns) == 0 {
		return errors.New("the findings have no kernels or no columns")
	}
	if err := positive("sigma", []float64{f.Sigma}, 1); err != nil {
		return err
	}
	if err := positive("weight", []float64{f.Weight}, 1); err != nil {
		return err
	}
	if err := finite("t", f.T); err != nil {
		return err
	}
	for _, k := range f.Kernels {
		what := fmt.Sprintf("kernel %d", k.Kernel)
		if err := series(what+": centroid", k.Centroid, len(f.Columns)); err != nil {
			return err
		}
		if err := finite(what, k.Coefficient, k.Ball.Expected, k.Ball.Z, k.Soft.Data,
			k.Soft.Expected, k.Soft.Z, k.Noise); err != nil {
			return err
		}
		for _, q := range slices.Concat(k.Bulk, k.Local) {
			if err := finite(what+": feature", q.Bulk, optional(q.Local),
				optional(q.LocalError)); err != nil {
				return err
			}
		}
	}
	return nil
}

// optional is 0 for a number that is not there.
func optional(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}

// asFit is what the findings share with the record of a fit.
func asFit(f results.Findings) results.Fit {
	return results.Fit{Columns: f.Columns, LengthUnit: f.LengthUnit, Scale: f.Scale, Data: f.Data,
		Reference: f.Reference}
}

// withSign is number with its sign, plus included.
func withSign(v float64) string {
	if v > 0 {
		return "+" + number(v)
	}
	return number(v)
}

// significance writes a Z.
func significance(v float64) string { return "Z = " + signed(fmt.Sprintf("%.1f", v)) }

// kind names the sign of a coefficient.
func kind(a float64) string {
	switch {
	case a > 0:
		return "excess"
	case a < 0:
		return "deficit"
	}
	return "no effect"
}

// coefficientLimit is the limit of the color map over kernels.
func coefficientLimit(kernels []results.Finding) float64 {
	a := make([]float64, len(kernels))
	for i, k := range kernels {
		a[i] = k.Coefficient
	}
	return largestCoefficient(a)
}

// findingsCaption says at which scale was read, what Z is, and what the record warns of.
func findingsCaption(f results.Findings, more ...string) []string {
	read := fmt.Sprintf("Read at epoch %d, σ = %s, t = %s.", f.Epoch, number(f.Sigma), number(f.T))
	local := "Z is local: of rows weighted by the kernel's share φ, without a correction for " +
		"the choice of the place."
	return append([]string{sentences(append([]string{read, local}, more...)...)},
		warnings(f.Warnings)...)
}

// notShown says how many kernels of all are not drawn.
func notShown(all, shown int) string {
	if all == shown {
		return ""
	}
	return fmt.Sprintf("%s of less significance not shown.", count(all-shown, "kernel"))
}

func whereOne(f results.Findings) (Figure, error) {
	h := f.Histogram
	if h == nil || len(h.Data) == 0 || len(h.Data) != len(h.Reference) {
		return Figure{}, errors.New("the findings have no histogram of the rows")
	}
	if err := finite("histogram", h.Low, h.High); err != nil {
		return Figure{}, err
	}
	if h.High < h.Low {
		return Figure{}, fmt.Errorf("a histogram from %v to %v", h.Low, h.High)
	}
	fit := asFit(f)
	unit, known := radius(fit, 0)
	shown := f.Kernels[:min(len(f.Kernels), mostMarked)]

	const bins = 80
	merge := (len(h.Data) + bins - 1) / bins
	width := (h.High - h.Low) / float64(len(h.Data)) * float64(merge)
	if width <= smallest {
		width = max(math.Abs(h.Low), 1) / bins // all rows are equal
	}
	d, r := weighted(merged(h.Data, merge), 1), weighted(merged(h.Reference, merge), f.Weight)
	e := empty().with(h.Low, h.Low+width*float64(len(d)))
	var names []string
	var marks []plot.Plotter
	limit := coefficientLimit(f.Kernels)
	for i, k := range shown {
		at := float64(len(shown) - 1 - i) // the first on top
		mu := k.Centroid[0]
		color := diverging(shade(k.Coefficient, limit))
		e = e.with(mu)
		if known {
			e = e.with(max(mu-unit*f.Sigma, h.Low), min(mu+unit*f.Sigma, h.High))
			marks = append(marks, curve([]float64{mu - unit*f.Sigma, mu + unit*f.Sigma},
				[]float64{at, at}, stroke(color, 2.5)))
		}
		marks = append(marks, markers([]float64{mu}, []float64{at}, black, 3, draw.CircleGlyph{}),
			markers([]float64{mu}, []float64{at}, color, 2.3, draw.CircleGlyph{}))
		names = append(names, fmt.Sprintf("%d: %s", k.Kernel, significance(k.Soft.Z)))
	}
	slices.Reverse(names)
	x := linear(coordinate(f.Columns, 0, 1), e.padded(0.03), 7)
	y, fill, edge := stepped(h.Low, width, d, r)
	y.label = "events per bin"
	kernels := categorical("kernel", names)
	body := layout{gapX: 5, gapY: 5, widths: []float64{1, 0.025},
		heights: []float64{3, 0.35 + 0.28*float64(len(shown))}}
	body.panels = [][]*panel{
		{{x: x.stripped(), y: y, plotters: []plot.Plotter{fill, edge}}, nil},
		{{x: x, y: kernels, plotters: marks}, colorBar("coefficient a", extent{-limit, limit},
			diverging)},
	}
	more := notShown(len(f.Kernels), len(shown))
	legend := rowsLegend(fill)
	if known {
		legend = append(legend, entry{"μ ± σ", []plot.Thumbnailer{lineSample(stroke(vermillion,
			2.5)), glyphSample(black, 3, draw.CircleGlyph{}),
			glyphSample(vermillion, 2.3, draw.CircleGlyph{})}})
	} else {
		more = sentences(more, fmt.Sprintf(noRadius, "μ ± σ is"))
	}
	return Figure{
		title: "Where the kernels ended", legend: legend, body: body,
		size:    vg.Point{X: fullWidth, Y: 7*vg.Centimeter + vg.Length(len(shown))*17 + 30},
		caption: findingsCaption(f, more),
	}, nil
}

// merged adds up groups of neighboring bins.
func merged(bins []int, group int) []int {
	out := make([]int, (len(bins)+group-1)/group)
	for k, n := range bins {
		out[k/group] += n
	}
	return out
}

// weighted is counts times a weight.
func weighted(counts []int, w float64) []float64 {
	out := make([]float64, len(counts))
	for k, n := range counts {
		out[k] = w * float64(n)
	}
	return out
}

// stepped is a logarithmic axis for two histograms in even bins from low on, the reference filled
// and the data outlined. Empty bins lie on the axis.
func stepped(low, width float64, d, r []float64) (axis, region, region) {
	e := empty()
	for _, v := range slices.Concat(d, r) {
		if v > 0 {
			e = e.with(v)
		}
	}
	if e.low > e.high {
		e = extent{1, 1}
	}
	e.low = max(e.low, e.high*1e-7) // a light reference row does not stretch the axis
	e = e.logPadded(0.06)
	e.low /= 1.5 // bins of one row are seen to hold one
	shape := func(h []float64) (xs, ys []float64) {
		xs, ys = append(xs, low), append(ys, e.low)
		for k, v := range h {
			v = max(v, e.low)
			xs, ys = append(xs, low+width*float64(k), low+width*float64(k+1)), append(ys, v, v)
		}
		return append(xs, low+width*float64(len(h))), append(ys, e.low)
	}
	fill, edge := region{fill: lightGray}, region{edge: dataEdge, open: true}
	fill.x, fill.y = shape(r)
	edge.x, edge.y = shape(d)
	return logarithmic("", e), fill, edge
}

// rowsLegend are the entries of two stepped histograms.
func rowsLegend(fill region) []entry {
	return []entry{
		{"data D", []plot.Thumbnailer{lineSample(dataEdge)}},
		{"reference R, weighted", []plot.Thumbnailer{region{fill: fill.fill}}},
	}
}

func whereTwo(f results.Findings) (Figure, error) {
	fit := asFit(f)
	if err := checkRows(fit, 2); err != nil {
		return Figure{}, err
	}
	rx, knownX := radius(fit, 0)
	ry, knownY := radius(fit, 1)
	spheres := knownX && knownY
	scatter := func(rows [][]float64, c dots) dots {
		chosen := thinned(len(rows), mostRows)
		c.x, c.y = pick(column(rows, 0), chosen), pick(column(rows, 1), chosen)
		return c
	}
	reference := scatter(f.Reference, dots{c: faded(midGray, 0.55), radius: 0.7})
	data := scatter(f.Data, dots{c: faded(black, 0.7), radius: 0.7})
	ex, ey := empty().with(data.x...).with(reference.x...),
		empty().with(data.y...).with(reference.y...)
	shown := f.Kernels[:min(len(f.Kernels), mostMarked)]
	limit := coefficientLimit(f.Kernels)
	var circles, centers []plot.Plotter
	var labels tags
	for _, k := range shown {
		x, y := k.Centroid[0], k.Centroid[1]
		ex, ey = ex.with(x), ey.with(y)
		color := diverging(shade(k.Coefficient, limit))
		if spheres {
			circle := ellipse(x, y, f.Sigma*rx, f.Sigma*ry)
			circle.fill, circle.edge = faded(color, 0.2), stroke(color, 1)
			circles = append(circles, circle)
		}
		centers = append(centers, markers([]float64{x}, []float64{y}, black, 2.6,
			draw.CircleGlyph{}), markers([]float64{x}, []float64{y}, color, 2, draw.CircleGlyph{}))
		labels = append(labels, tag{x, y, fmt.Sprintf("%d: %s", k.Kernel, significance(k.Soft.Z))})
	}
	main := &panel{
		x: linear(coordinate(f.Columns, 0, 2), ex.padded(0.04), 7),
		y: linear(coordinate(f.Columns, 1, 2), ey.padded(0.04), 6),
		plotters: slices.Concat([]plot.Plotter{reference, data}, circles, centers,
			[]plot.Plotter{labels}),
	}
	legend := []entry{{"centroid", []plot.Thumbnailer{glyphSample(black, 2.6, draw.CircleGlyph{}),
		glyphSample(midGray, 2, draw.CircleGlyph{})}}}
	more := []string{"Labels: kernel and Z."}
	if spheres {
		legend = append(legend, entry{"|x − μ| ≤ σ",
			[]plot.Thumbnailer{region{fill: faded(vermillion, 0.2), edge: stroke(vermillion, 1)}}})
		if standardized(fit) {
			more = append(more, "Circles: σ times the standard deviations of the reference.")
		}
	} else {
		more = append(more, fmt.Sprintf(noRadius, "Circles are"))
	}
	if len(f.Data) > 0 {
		legend = append(legend, entry{"data D", []plot.Thumbnailer{data}})
	}
	if len(f.Reference) > 0 {
		legend = append(legend, entry{"reference R", []plot.Thumbnailer{reference}})
	}
	if n, m := len(data.x), len(reference.x); n < f.DataRows || m < f.ReferenceRows {
		more = append(more, fmt.Sprintf("Drawn: %d of %d data and %d of %d reference rows.", n,
			f.DataRows, m, f.ReferenceRows))
	}
	more = append(more, notShown(len(f.Kernels), len(shown)))
	return Figure{
		title: "Where the kernels ended", legend: legend,
		body: layout{
			panels: [][]*panel{{main, colorBar("coefficient a", extent{-limit, limit},
				diverging)}},
			widths: []float64{1, 0.025}, gapX: 5,
		},
		size: vg.Point{X: fullWidth, Y: 12 * vg.Centimeter}, caption: findingsCaption(f, more...),
	}, nil
}

// tags write texts beside points, where there is room: the first ones first, inside of the axes and
// on no other. A text without room is left out.
type tags []tag

type tag struct {
	x, y float64
	text string
}

// Plot implements plot.Plotter.
func (list tags) Plot(c draw.Canvas, p *plot.Plot) {
	sty := place(captionSize, draw.XLeft, draw.YBottom)
	var taken []vg.Rectangle
	for _, t := range list {
		point := at(&c, p, t.x, t.y)
		size := vg.Point{X: sty.Width(t.text), Y: sty.Height(t.text)}
		for _, corner := range []vg.Point{
			{X: 4, Y: 2}, {X: -4 - size.X, Y: 2}, {X: 4, Y: -2 - size.Y},
			{X: -4 - size.X, Y: -2 - size.Y}, {X: -size.X / 2, Y: 5},
			{X: -size.X / 2, Y: -5 - size.Y},
		} {
			box := vg.Rectangle{Min: point.Add(corner), Max: point.Add(corner).Add(size)}
			free := c.Contains(box.Min) && c.Contains(box.Max) &&
				!slices.ContainsFunc(taken, func(o vg.Rectangle) bool {
					return box.Min.X < o.Max.X && o.Min.X < box.Max.X && box.Min.Y < o.Max.Y &&
						o.Min.Y < box.Max.Y
				})
			if free {
				c.FillPolygon(faded(white, 0.75), []vg.Point{box.Min, {X: box.Max.X, Y: box.Min.Y},
					box.Max, {X: box.Min.X, Y: box.Max.Y}})
				c.FillText(sty, box.Min, t.text)
				taken = append(taken, box)
				break
			}
		}
	}
}

func whereMany(f results.Findings) (Figure, error) {
	var shown []results.Finding
	var empties []int
	for _, k := range f.Kernels {
		switch {
		case len(k.Bulk) == 0:
			empties = append(empties, k.Kernel)
		case len(shown) < mostFindings:
			shown = append(shown, k)
		}
	}
	if len(shown) == 0 {
		return Figure{}, errors.New("no kernel has members")
	}
	columns := min(len(shown), 2)
	body := layout{panels: grid(len(shown), columns), gapX: 8, gapY: 6,
		heights: make([]float64, (len(shown)+columns-1)/columns)}
	noise, local := false, false
	for i, k := range shown {
		list := union(k.Bulk, k.Local)
		local = local || slices.ContainsFunc(list,
			func(q results.Feature) bool { return q.Local != nil })
		noise = noise || k.Noise > 0
		p := featurePanel(k, list)
		if i+columns < len(shown) { // there is a panel below
			p.x.label = ""
		}
		body.panels[i/columns][i%columns] = p
		body.heights[i/columns] = max(body.heights[i/columns], float64(len(list)))
	}
	var height vg.Length
	for _, rows := range body.heights {
		height += vg.Length(rows)*featureHeight + 46
	}
	legend := []entry{{"from the mean of R", []plot.Thumbnailer{region{fill: bulkFill}}}}
	if local {
		legend = append(legend, entry{"from R near by, ± standard error",
			[]plot.Thumbnailer{lineSample(stroke(black, 0.8)),
				glyphSample(black, 2.2, polygon{4, 0})}})
	}
	if noise {
		legend = append(legend, entry{"± 2 standard errors of a bar",
			[]plot.Thumbnailer{region{fill: gridGray}}})
	}
	more := []string{
		"Columns in which the data rows of a kernel, weighted by φ, differ most, in standard " +
			"deviations of the reference. Above each: coefficient, Σ_{D}φ over wΣ_{R}φ, and Z.",
		notShown(len(f.Kernels)-len(empties), len(shown)),
	}
	if empties != nil {
		more = append(more, fmt.Sprintf("Without members: %s.", kernelList(empties)))
	}
	return Figure{
		title: "What sets the members of the kernels apart", legend: legend, body: body,
		size: vg.Point{X: fullWidth, Y: height + 14}, caption: findingsCaption(f, more...),
	}, nil
}

var bulkFill = faded(blue, 0.75)

// kernelList names kernels.
func kernelList(kernels []int) string {
	if len(kernels) == 1 {
		return fmt.Sprintf("kernel %d", kernels[0])
	}
	return "kernels " + strings.ReplaceAll(strings.Trim(fmt.Sprint(kernels), "[]"), " ", ", ")
}

// union are the features of both lists, those that are farthest from the bulk first.
func union(bulk, local []results.Feature) []results.Feature {
	all := slices.Clone(bulk)
	for _, q := range local {
		if !slices.ContainsFunc(all, func(o results.Feature) bool { return o.Column == q.Column }) {
			all = append(all, q)
		}
	}
	slices.SortStableFunc(all, func(a, b results.Feature) int {
		return cmp.Compare(math.Abs(b.Bulk),
			math.Abs(a.Bulk))
	})
	return all
}

// featurePanel draws the features of one kernel as horizontal bars, the first on top.
func featurePanel(k results.Finding, list []results.Feature) *panel {
	e := empty().with(0)
	var names []string
	var bars, dots []plot.Plotter
	for i, q := range list {
		at := float64(len(list) - 1 - i)
		names = append(names, shorten(printable(q.Name), style(tickSize), longestName))
		e = e.with(q.Bulk)
		bars = append(bars, region{x: []float64{0, q.Bulk, q.Bulk, 0},
			y: []float64{at - 0.32, at - 0.32, at + 0.32, at + 0.32}, fill: bulkFill})
		if q.Local == nil {
			continue
		}
		v, s := *q.Local, optional(q.LocalError)
		e = e.with(v-s, v+s)
		dots = append(dots, curve([]float64{v - s, v + s}, []float64{at, at}, stroke(black, 0.8)),
			markers([]float64{v}, []float64{at}, black, 2.2, polygon{4, 0}))
	}
	slices.Reverse(names)
	y := categorical("", names)
	x := linear("deviation [std. dev. of R]", e.padded(0.06), 4)
	two := 2 * k.Noise
	band := region{x: []float64{-two, two, two, -two}, y: []float64{y.low, y.low, y.high, y.high},
		fill: gridGray}
	return &panel{
		title: fmt.Sprintf("kernel %d: a = %s (%s)\n%s over %s, %s", k.Kernel,
			withSign(k.Coefficient), kind(k.Coefficient), number(k.Soft.Data),
			number(k.Soft.Expected), significance(k.Soft.Z)),
		x: x, y: y,
		plotters: slices.Concat([]plot.Plotter{band}, bars,
			[]plot.Plotter{upright(0, y, stroke(darkGray, 0.6))}, dots),
	}
}

// Members draws, for the kernel at a place of the list (0 is the most significant), the distances
// of all rows to its centroid, in units of sigma: those of the data and of the weighted reference
// as histograms, and below how many more rows of the data than the reference's weight lie within a
// distance, with a band of one standard error (of a Poisson count and of the finite reference). It
// shows a local excess in any number of dimensions. The axis ends where it holds a fifth of the
// data, but not before 3 sigma.
//
// It returns an error where there is no such kernel or no row in its histograms, and where a number
// cannot be drawn.
func Members(f results.Findings, place int) (Figure, error) {
	drawn, err := members(f, place)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: members: %w", err)
	}
	return drawn, nil
}

func members(f results.Findings, place int) (Figure, error) {
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
	total := d.BeyondData
	for _, n := range d.Data {
		total += n
	}
	end, held := 0, 0
	for end < len(d.Data) && (end == 0 || float64(held) < 0.2*float64(total) ||
		float64(d.First+end)*d.Width < 3) {
		held += d.Data[end]
		end++
	}
	const bins = 48
	group := (end + bins - 1) / bins
	for ; end < len(d.Data) && end%group != 0; end++ { // so that the last bin is whole
		held += d.Data[end]
	}
	low, width := float64(d.First)*d.Width, d.Width*float64(group)
	data, reference := weighted(merged(d.Data[:end], group), 1),
		weighted(merged(d.Reference[:end], group), f.Weight)
	e := empty().with(low, low+width*float64(len(data)))
	if low < 1 {
		e = e.with(0)
	}
	x := linear("distance to the centroid [σ]", e.padded(0.01), 7)
	y, fill, edge := stepped(low, width, data, reference)
	y.label = "events per bin"

	// Steps at the upper ends of the finest bins.
	at, excess, above, below := []float64{low}, []float64{0}, []float64{0}, []float64{0}
	var sum, weight float64
	for i := range end {
		sum, weight = sum+float64(d.Data[i]), weight+f.Weight*float64(d.Reference[i])
		if i+1 < end && (i+1)%max(1, group/4) != 0 {
			continue
		}
		s := math.Sqrt(weight * (1 + f.Weight))
		at, excess = append(at, low+d.Width*float64(i+1)), append(excess, sum-weight)
		above, below = append(above, s), append(below, -s)
	}
	cumulated := linear(
		"excess within", empty().with(excess...).with(above...).with(below...).padded(0.08), 4)
	ball := stroke(vermillion, 0.9, 4, 2)
	panels := []*panel{
		{x: x, y: y, plotters: []plot.Plotter{fill, edge}},
		{x: x, y: cumulated, plotters: []plot.Plotter{between(at, below, above, gridGray),
			across(x, 0, stroke(darkGray, 0.6)), curve(at, excess, stroke(blue, 1.4))}},
	}
	legend := append(rowsLegend(fill),
		entry{"excess of D", []plot.Thumbnailer{lineSample(stroke(blue, 1.4))}},
		entry{"± 1 standard error at no excess", []plot.Thumbnailer{region{fill: gridGray}}})
	if x.low <= 1 && 1 <= x.high {
		panels[0].plotters, panels[1].plotters = append(panels[0].plotters, upright(1, y, ball)),
			append(panels[1].plotters, upright(1, cumulated, ball))
		legend = append(legend, entry{"1 σ", []plot.Thumbnailer{lineSample(ball)}})
	}
	body := stacked(panels)
	body.heights = []float64{3, 2}
	counts := fmt.Sprintf("Within σ and nearest to this kernel: %s over %s expected, %s. "+
		"Weighted by φ: %s over %s, %s.",
		count(k.Ball.Data, "data row"), number(k.Ball.Expected), significance(k.Ball.Z),
		number(k.Soft.Data), number(k.Soft.Expected), significance(k.Soft.Z))
	farther := ""
	if n := total - held; n > 0 {
		farther = fmt.Sprintf("%s farther away.", count(n, "data row"))
	}
	return Figure{
		title: fmt.Sprintf("Rows around kernel %d (a = %s, %s)", k.Kernel, withSign(k.Coefficient),
			kind(k.Coefficient)),
		legend: legend, body: body, size: vg.Point{X: fullWidth, Y: 11 * vg.Centimeter},
		caption: findingsCaption(f, counts, farther),
	}, nil
}
