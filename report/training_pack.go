package report

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"encoding/base64"
	"math"
	"slices"

	"sparker/results"
)

// The numbers of levels of the quantized numbers of a fit: finer than a pixel, and for counts,
// finer than one row.
const (
	positionLevels = 1 << 12
	countLevels    = 1 << 16
)

// A stage is a fit with what does not depend on how much of it is played.
type stage struct {
	fit             results.FitRecord
	length          []float64 // of one unit of sigma, by column
	plane           *plane    // nil in one and two dimensions
	data, reference [][]float64
	mergers         []merger
	numbers         int // of rows, along all axes, that have room
}

func newStage(f results.FitRecord, room int) *stage {
	d := len(f.Centroids[0])
	s := &stage{fit: f, length: unitLengths(f, d), numbers: room / 4}
	for _, i := range evenly(len(f.Data), playedRows) {
		s.data = append(s.data, f.Data[i])
	}
	for _, i := range evenly(len(f.Reference), playedRows) {
		s.reference = append(s.reference, f.Reference[i])
	}
	if d > 2 {
		s.plane = newPlane(s.reference, s.length)
	}
	if len(f.Trace.Centroids) > 0 && len(f.Trace.Sigma) > 0 {
		s.mergers = mergers(f.Trace, s.length)
	}
	return s
}

// A direction is an axis with the coordinate of points along it.
type direction struct {
	playedAxis
	of func(x []float64) float64
}

// directions are the axes of the player: the columns, at most most of them, behind the components
// if there are more than two columns. Of many columns, those are taken in which the kernels end
// furthest from the mean of the reference.
func (s *stage) directions(most int) (list []direction, left int) {
	if s.plane != nil {
		for k := range s.plane.axes {
			list = append(list, direction{playedAxis{Label: s.plane.label(k), Radius: 1,
				Component: true}, func(x []float64) float64 { return s.plane.at(x, k) }})
		}
	}
	columns := s.farColumns(most)
	for _, c := range columns {
		list = append(list, direction{playedAxis{Label: columnLabel(s.fit, c),
			Radius: s.length[c]}, func(x []float64) float64 { return x[c] }})
	}
	for k := range list {
		list[k].Low, list[k].High = s.extent(list[k].of)
	}
	return list, len(s.length) - len(columns)
}

// farColumns returns at most most columns, in their order.
func (s *stage) farColumns(most int) []int {
	columns := make([]int, len(s.length))
	for c := range columns {
		columns[c] = c
	}
	if len(columns) <= max(most, 2) {
		return columns
	}
	mean := columnMeans(s.reference, len(s.length))
	far := make([]float64, len(columns))
	for c, l := range s.length {
		for k, mu := range s.fit.Centroids {
			if l > 0 {
				far[c] += math.Abs(s.fit.Coefficients[k] * (mu[c] - mean[c]) / l)
			}
		}
	}
	slices.SortStableFunc(columns, func(a, b int) int { return cmp.Compare(far[b], far[a]) })
	columns = columns[:most]
	slices.Sort(columns)
	return columns
}

// How far from nearly all rows something is drawn, in units of their range. What is further away
// would make everything else small, and is beyond the picture. Data may be the anomaly.
const (
	dataReach      = 1
	centroidReach  = 0.5
	referenceReach = 0.3
)

// extent is the range that is drawn.
func (s *stage) extent(of func(x []float64) float64) (low, high float64) {
	data, reference := coordinates(s.data, of), coordinates(s.reference, of)
	bottom, top := math.Inf(1), math.Inf(-1)
	for _, sample := range [][]float64{data, reference} {
		if n := len(sample); n > 0 {
			slices.Sort(sample)
			bottom, top = min(bottom, sample[n/100]), max(top, sample[n-1-n/100])
		}
	}
	low, high = bottom, top
	with := func(values []float64, reach float64) {
		if span := top - bottom; len(values) > 0 && span > 0 {
			low = min(low, max(slices.Min(values), bottom-reach*span))
			high = max(high, min(slices.Max(values), top+reach*span))
		}
	}
	with(data, dataReach)
	with(reference, referenceReach)
	for _, at := range s.fit.Trace.Centroids {
		with(coordinates(at, of), centroidReach)
	}
	if low > high { // no rows: the range of the centroids
		all := coordinates(slices.Concat(s.fit.Trace.Centroids...), of)
		low, high = slices.Min(all), slices.Max(all)
	}
	if low == high {
		return low - 1, high + 1
	}
	return low - 0.03*(high-low), high + 0.03*(high-low)
}

// coordinates returns the coordinates of points.
func coordinates(points [][]float64, of func(x []float64) float64) []float64 {
	all := make([]float64, len(points))
	for i, x := range points {
		all[i] = of(x)
	}
	return all
}

// play packs at most about most epochs along the axes of at most columns columns, and returns the
// size of the packed part in bytes.
func (s *stage) play(most, columns int) (playedFit, int) {
	f := s.fit
	entries := playedEntries(f, most)
	p := playedFit{Name: fitName(f), Note: fitNote(f), Kernels: len(f.Centroids),
		Width: widthUnit(f), Levels: positionLevels, Births: [][2]int{}, Mergers: []merger{},
		Checkpoints: []int{}}
	for _, i := range entries {
		p.Epoch = append(p.Epoch, f.Trace.Epoch[i])
	}
	directions, left := s.directions(columns)
	for _, d := range directions {
		p.Axes = append(p.Axes, d.playedAxis)
	}
	if s.plane != nil {
		p.Plane = s.plane.describe(f)
	}
	if left > 0 {
		p.Left = leftColumns(len(s.length)-left, len(s.length))
	}
	s.mark(&p, entries)
	k := newPacker(f.Trace, entries)
	p.Curves = k.addCurves()
	k.addPositions(directions)
	p.Grids = k.addGrids()
	p.Data, p.Reference = k.addRows(directions, s.numbers, s.data, s.reference)
	packed := k.bytes()
	p.Packed = base64.StdEncoding.EncodeToString(packed)
	return p, len(packed)
}

// mark notes the births, mergers and checkpoints of a fit at the entries that are played.
func (s *stage) mark(p *playedFit, entries []int) {
	t := s.fit.Trace
	entryOf := func(i int) int {
		k, _ := slices.BinarySearch(entries, i)
		return min(k, len(entries)-1)
	}
	for _, b := range t.Born {
		if i, _ := slices.BinarySearch(t.Epoch, b.Epoch); i < len(t.Epoch) {
			p.Births = append(p.Births, [2]int{entryOf(i), b.Kernel})
		}
	}
	for _, c := range s.fit.Statistics {
		if i, there := slices.BinarySearch(t.Epoch, c.Epoch); there {
			p.Checkpoints = append(p.Checkpoints, entryOf(i))
		}
	}
	for _, m := range s.mergers {
		m.From, m.To = entryOf(m.From), entryOf(m.To)
		p.Mergers = append(p.Mergers, m)
	}
}

// A packer gathers numbers of a fit: float32 and quantized ones, byte by byte, as differences from
// epoch to epoch, which compress well.
type packer struct {
	trace   *results.Trace
	entries []int
	floats  []float32
	levels  []uint16
}

func newPacker(t *results.Trace, entries []int) *packer {
	return &packer{trace: t, entries: entries}
}

// addLevels adds the history of one number, quantized in the range of a grid.
func (k *packer) addLevels(g playedGrid, value func(i int) float64) {
	last := uint16(0)
	for _, i := range k.entries {
		level := quantized(value(i), g)
		k.levels = append(k.levels, level-last)
		last = level
	}
}

// quantized returns the level of a value in the range of a grid.
func quantized(v float64, g playedGrid) uint16 {
	last := float64(cmp.Or(g.Levels, positionLevels) - 1)
	low, high := g.Low, g.High
	if g.Log {
		v, low, high = math.Log(v), math.Log(low), math.Log(high)
	}
	u := (v - low) / (high - low) * last
	if !(u > 0) {
		return 0
	}
	return uint16(math.Round(min(u, last)))
}

// grid is the range of an axis.
func (a playedAxis) grid() playedGrid { return playedGrid{Low: a.Low, High: a.High} }

// addPositions adds the positions of all kernels along all axes.
func (k *packer) addPositions(directions []direction) {
	for _, d := range directions {
		for m := range k.trace.Centroids[0] {
			k.addLevels(d.grid(), func(i int) float64 {
				return d.of(k.trace.Centroids[i][m])
			})
		}
	}
}

// addRows adds the rows of both samples along all axes, as many as there is room for, and returns
// how many those are.
func (k *packer) addRows(directions []direction, room int, data, reference [][]float64) (int,
	int) {
	most := max(room/(2*len(directions)), 50)
	kept := [][]int{evenly(len(data), most), evenly(len(reference), most)}
	for _, d := range directions {
		for s, rows := range [][][]float64{data, reference} {
			for _, i := range kept[s] {
				k.levels = append(k.levels, quantized(d.of(rows[i]), d.grid()))
			}
		}
	}
	return len(kept[0]), len(kept[1])
}

// bytes returns all numbers: the float32 in four planes of bytes, and then the levels in two, in
// the zlib format.
func (k *packer) bytes() []byte {
	var raw bytes.Buffer
	for shift := 0; shift < 32; shift += 8 {
		for _, v := range k.floats {
			raw.WriteByte(byte(math.Float32bits(v) >> shift))
		}
	}
	for shift := 0; shift < 16; shift += 8 {
		for _, v := range k.levels {
			raw.WriteByte(byte(v >> shift))
		}
	}
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, 4) // above, time grows more than the saving
	if err == nil {
		_, err = z.Write(raw.Bytes())
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic(err) // a buffer takes everything
	}
	return packed.Bytes()
}
