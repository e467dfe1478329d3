package twosample

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"sparker/data"
	"sparker/stats"
	"sparker/train"
)

// FindOptions say how a fit is read.
type FindOptions struct {
	// Checkpoint is the scale that is read, counted from 1; 0 is that of the largest t.
	Checkpoint int
	// Nearest is how many rows of the data are listed for each kernel; 0 is 20.
	Nearest int
	// Features is how many columns are listed for each kernel; 0 is 5.
	Features int
	// NoGate says that the model has no SoftMax: phi_i is k_i in place of p_i k_i.
	NoGate bool
	// Clip is the bound of the coefficients, for the warning that some are at it; 0 where it is not
	// known.
	Clip float64
	// Labels say of what class each data row is, where that is known; "" is background. Where they
	// are nil, the last Pair.Injected rows are of the class "injected".
	Labels []string
}

// InjectedLabel is the class of the injected rows of a pair.
const InjectedLabel = "injected"

// Findings are what a fit found at one scale: where, how much, which rows, and what sets these
// apart (arXiv:2511.03095, section on the interpretation of kernels). Rows, columns and kernels are
// counted from 0. Their significances are local: the fit chose the places by looking at the data,
// and nothing here is corrected for that. Whether there is anything at all is what the calibrated
// p-value says.
type Findings struct {
	// Checkpoint is the scale that was read, counted from 1.
	Checkpoint int
	train.Scale
	T       float64
	Weight  float64 // w of each reference row
	Kernels []Finding
	// History holds the counts at every scale, widest first, kernels in the order of the fit.
	History []ScaleCounts
	// Classes say which of the labels were found; empty without labels.
	Classes  []Class
	Warnings []string
}

// Finding is what one kernel found. Findings are listed with the most significant first, by
// |Soft.Z|.
type Finding struct {
	Kernel      int
	Coefficient float64   // above 0: an excess of data; below: a deficit
	Centroid    []float64 // d, in the data's own units
	Ball        BallCount
	Soft        SoftCount
	// Members are data rows by falling weight: first the Nearest that have the most, then the
	// others of the ball.
	Members []Member
	Nearest int
	// Bulk and Local are the columns in which the members differ most from all of the reference,
	// and from the reference rows near by; most different first. Both are empty far from all rows
	// (see SoftCount.Z), and Local where Soft.ReferenceRows is below 5.
	Bulk, Local []Feature
	// Noise is the standard error that Feature.Bulk has from the number of members alone,
	// 1/√Soft.DataRows; 0 where there are no members.
	Noise float64
	// Distances counts all rows by their distance to the centroid.
	Distances Distances
	// Truth is nil without labels.
	Truth *Truth
}

// BallCount counts the rows within sigma of a centroid (in the units of the fit) that the gate
// gives to its kernel, which are those that no other centroid is nearer to.
type BallCount struct {
	Data      int     // rows of D
	Reference int     // rows of R
	Expected  float64 // w times Reference
	Z, P      float64 // stats.OnOff
}

// SoftCount weights every row by phi_i(x) = p_i(x) k_i(x), the share that the kernel has in f(x) =
// Σ a_i phi_i(x).
type SoftCount struct {
	Data     float64 // Σ_D phi
	Expected float64 // w Σ_R phi
	// DataRows and ReferenceRows are effective numbers of rows, (Σ phi)²/Σ phi²: how many of equal
	// weight the sums are worth.
	DataRows, ReferenceRows float64
	// Score is (Σ_D phi - w Σ_R phi)/√(w (1 + w) Σ_R phi²); NaN where no reference row has weight,
	// and far from all rows. Under the null Σ_D phi is a sum over a Poisson number of rows of
	// variance E[Σ_D phi²], which w Σ_R phi² estimates, and w Σ_R phi has variance w² Σ_R phi². It
	// is a standard normal where ReferenceRows is large, and far too large where it is not.
	Score float64
	// Z is the same with tails that hold at few rows: stats.OnOff of the two sums in units of their
	// common effective weight, (Σ_D phi² + Σ_R phi²)/(Σ_D phi + Σ_R phi), by which a weighted sum
	// is close to a scaled Poisson variable (Bohm and Zech, NIM A 748 (2014) 1, arXiv:1309.1287).
	// It is 0 far from all rows, where both sums of phi together are below 0.001 and the kernel
	// takes no part in f.
	Z float64
}

// Member is a data row that a kernel looks at.
type Member struct {
	Row          int
	Distance     float64 // to the centroid, in units of sigma
	InBall       bool
	Weight       float64 // phi
	Contribution float64 // a·phi, the kernel's share in f(x)
}

// Feature compares the members of a kernel with the reference in one column. Means are in the
// data's own units; deviations are in units of the reference's standard deviation in the column.
type Feature struct {
	Column        int
	Mean          float64 // of the data rows, weighted by phi
	ReferenceMean float64
	ReferenceSD   float64
	// of the reference rows, weighted by phi; NaN where Soft.ReferenceRows is below 5
	LocalMean float64
	Bulk      float64 // (Mean - ReferenceMean)/ReferenceSD
	Local     float64 // (Mean - LocalMean)/ReferenceSD; NaN as LocalMean
	// LocalError is the standard error of Local from the effective numbers of rows on both sides,
	// each with the variance that the reference has near by; NaN as LocalMean.
	LocalError float64
}

// Distances are two histograms of distance to a centroid, in units of sigma. Bin k holds the
// distances from (First+k)·Width on.
type Distances struct {
	First     int
	Width     float64
	Data      []int // rows of D
	Reference []int // rows of R
	// BeyondData and BeyondReference count rows farther away than any bin.
	BeyondData, BeyondReference int
}

// Truth compares a kernel with labels. Rows of a class are all with one label that is not "".
type Truth struct {
	Purity        float64 // share of such rows in Σ_D phi
	NearestPurity float64 // share of such rows among the nearest
	// Label is the class with the most weight; "" where no such row has any. What follows is about
	// it.
	Label          string
	LabelPurity    float64 // its share in Σ_D phi
	Efficiency     float64 // share of its rows that are in the ball
	SoftEfficiency float64 // mean phi of its rows
	// P is the probability that as many of Soft.DataRows rows, drawn at random from the data, are
	// of the class, or more: a binomial tail.
	P     float64
	Found bool
}

// When a kernel has found a class: its coefficient and Soft.Z are above 0, its LabelPurity is at
// least FoundPurity of the way from the share of the class in the data to 1, and Truth.P, times the
// number of kernels and of classes, is at most FoundP.
const (
	FoundPurity = 0.2
	FoundP      = 0.01
)

// Class is one label and the kernels that found it.
type Class struct {
	Label   string
	Rows    int
	Kernels []int
}

// ScaleCounts are the counts of all kernels at one scale.
type ScaleCounts struct {
	train.Scale
	T       float64
	Kernels []KernelCounts
}

// KernelCounts is a kernel at one scale.
type KernelCounts struct {
	Coefficient float64
	Ball        BallCount
	Soft        SoftCount
}

// Find reads a fit of this test's settings; see [Find].
func (s *SparKer) Find(pair data.Pair, fit Fit, o FindOptions) (Findings, error) {
	o.NoGate, o.Clip = !s.settings.Model.SoftMax, s.settings.Train.Clip
	return Find(pair, fit, o)
}

// Find reads a fit: for each kernel, which rows of the pair it holds and what sets them apart. The
// pair is that of the fit, in the data's own units. It takes one pass over the rows, of m M d
// operations for each with m checkpoints, and keeps nothing of a row but its place in the lists of
// members.
//
// It is an error where the fit has no checkpoint or not the one asked for, where the pair's columns
// or rows are not those of the fit and the labels, and where a distance is not a finite number.
func Find(pair data.Pair, fit Fit, o FindOptions) (Findings, error) {
	r, err := newReader(pair, fit, o)
	if err != nil {
		return Findings{}, fmt.Errorf("twosample: findings: %w", err)
	}
	if err := r.read(pair); err != nil {
		return Findings{}, fmt.Errorf("twosample: findings: %w", err)
	}
	return r.findings(fit), nil
}

const (
	defaultNearest  = 20
	defaultFeatures = 5
	// leastWeight is the phi below which a row takes no part in sums: squares of less would leave
	// the range of numbers.
	leastWeight = 1e-100

	// leastNear is the effective number of reference rows below which they give no mean to compare
	// with.
	leastNear = 5

	distanceBins = 512
	// of the histograms of distances, in units of sigma; it doubles as rows need it
	firstBinWidth   = 1. / 64
	largestBinWidth = 1. / 8
)

// A reader goes through the rows of a pair once.
type reader struct {
	FindOptions
	kernels, dim int
	weight       float64
	rows         int // of the data
	units        units
	scales       []*census // one for each checkpoint
	chosen       int
	detail       detail

	labels     []string // the classes, in order
	labelOf    []int    // of each data row; -1 for background
	labelCount []int
	strange    []bool // constant columns of the reference in which the data differ
}

func newReader(pair data.Pair, fit Fit, o FindOptions) (*reader, error) {
	d := pair.Data.D
	if len(fit.Checkpoints) == 0 {
		return nil, errors.New("the fit has no checkpoint" + because(fit))
	}
	if d < 1 || pair.Reference.D != d {
		return nil, fmt.Errorf("the data have %d columns and the reference %d", d, pair.Reference.D)
	}
	if pair.Reference.N == 0 {
		return nil, errors.New("the reference has no rows")
	}
	if !(pair.Weight > 0) || math.IsInf(pair.Weight, 0) {
		return nil, fmt.Errorf("reference rows of weight %v; want a finite number above 0",
			pair.Weight)
	}
	if o.Checkpoint < 0 || o.Checkpoint > len(fit.Checkpoints) {
		return nil, fmt.Errorf("no checkpoint %d; the fit has %d", o.Checkpoint,
			len(fit.Checkpoints))
	}
	if o.Nearest < 0 || o.Features < 0 {
		return nil, fmt.Errorf("%d nearest rows and %d columns; want numbers of at least 0",
			o.Nearest, o.Features)
	}
	if o.Checkpoint == 0 {
		for i, c := range fit.Checkpoints {
			if o.Checkpoint == 0 || c.T > fit.Checkpoints[o.Checkpoint-1].T {
				o.Checkpoint = i + 1
			}
		}
	}
	o.Nearest, o.Features = cmp.Or(o.Nearest, defaultNearest),
		min(cmp.Or(o.Features, defaultFeatures), d)
	r := &reader{FindOptions: o, dim: d, weight: pair.Weight, rows: pair.Data.N,
		chosen: o.Checkpoint - 1, strange: make([]bool, d)}
	for i, c := range fit.Checkpoints {
		m := len(c.Coefficients)
		if i == 0 {
			r.kernels = m
		}
		if m == 0 || m != r.kernels || len(c.Centroids) != m*d || !(c.Sigma > 0) ||
			math.IsInf(c.Sigma, 0) {
			return nil, fmt.Errorf("checkpoint %d has %d coefficients, %d coordinates of "+
				"centroids and sigma %v, which are not those of kernels in %d columns",
				i+1, m, len(c.Centroids), c.Sigma, d)
		}
		r.scales = append(r.scales, newCensus(c, d, !o.NoGate))
	}
	if err := r.classify(pair); err != nil {
		return nil, err
	}
	var err error
	if r.units, err = newUnits(pair.Reference, fit.Standardizer); err != nil {
		return nil, err
	}
	r.detail = newDetail(r.kernels, d, len(r.labels))
	return r, nil
}

// because says how a fit without checkpoints ended.
func because(fit Fit) string {
	if fit.Reason == "" {
		return ""
	}
	return ": " + fit.Reason
}

// classify numbers the labels.
func (r *reader) classify(pair data.Pair) error {
	labels := r.Labels
	if labels == nil {
		if pair.Injected == 0 {
			return nil
		}
		if pair.Injected < 0 || pair.Injected > pair.Data.N {
			return fmt.Errorf("%d injected of %d data rows", pair.Injected, pair.Data.N)
		}
		labels = make([]string, pair.Data.N)
		for i := pair.Data.N - pair.Injected; i < pair.Data.N; i++ {
			labels[i] = InjectedLabel
		}
	}
	if len(labels) != pair.Data.N {
		return fmt.Errorf("%d labels for %d data rows", len(labels), pair.Data.N)
	}
	r.labels = slices.Compact(slices.Sorted(slices.Values(labels)))
	if len(r.labels) > 0 && r.labels[0] == "" {
		r.labels = r.labels[1:]
	}
	r.labelOf, r.labelCount = make([]int, len(labels)), make([]int, len(r.labels))
	for i, label := range labels {
		k, known := slices.BinarySearch(r.labels, label)
		if !known {
			k = -1
		} else {
			r.labelCount[k]++
		}
		r.labelOf[i] = k
	}
	return nil
}

// units are the reference's means and standard deviations, and whether the fit is in them.
type units struct {
	mean, sd []float64 // sd is 0 for a constant column
	fitted   bool
	z, u     []float64 // a row in the units of the fit and in standard deviations
}

// newUnits takes them from the standardizer, or where there is none from the reference.
func newUnits(reference data.Sample, standardizer *data.Standardizer) (units, error) {
	d := reference.D
	n := units{fitted: standardizer != nil, u: make([]float64, d)}
	if n.fitted {
		n.sd = standardizer.Scale()
		if len(n.sd) != d {
			return n, fmt.Errorf("the fit has %d columns and the reference %d", len(n.sd), d)
		}
		n.mean, n.z = standardizer.Invert(make([]float64, d)), n.u
		return n, nil
	}
	// Welford's recurrence, row by row: sums of squares of columns far from 0 would cancel.
	n.mean, n.sd = make([]float64, d), make([]float64, d)
	for i := range reference.N {
		share := 1 / float64(i+1)
		for j, v := range reference.Row(i) {
			step := v - n.mean[j]
			n.mean[j] += step * share
			n.sd[j] += step * (v - n.mean[j])
		}
	}
	for j := range n.sd {
		n.sd[j] = math.Sqrt(n.sd[j] / float64(reference.N))
		if !(n.sd[j] < math.Inf(1)) { // out of reach of numbers
			n.sd[j] = 0
		}
	}
	return n, nil
}

// take puts a row into z and u.
func (n *units) take(x []float64) {
	for j, sd := range n.sd {
		n.u[j] = 0
		if sd > 0 {
			n.u[j] = (x[j] - n.mean[j]) / sd
		}
	}
	if !n.fitted {
		n.z = x
	}
}

// A census counts the rows at one checkpoint.
type census struct {
	train.Checkpoint
	dim  int
	gate bool
	// The row at hand: its distance to each centroid in units of sigma, log phi, and the nearest
	// centroid.
	distance, logWeight []float64
	nearest             int

	ball        [2][]int     // rows in the ball of each kernel; of D and of R
	sum, square [2][]float64 // Σ phi, Σ phi²
}

// The two samples in the counts of a census.
const (
	inData = iota
	inReference
)

func newCensus(c train.Checkpoint, d int, gate bool) *census {
	m := len(c.Coefficients)
	s := &census{Checkpoint: c, dim: d, gate: gate, distance: make([]float64, m),
		logWeight: make([]float64, m)}
	for _, sample := range []int{inData, inReference} {
		s.ball[sample], s.sum[sample], s.square[sample] = make([]int, m), make([]float64, m),
			make([]float64, m)
	}
	return s
}

// look works out the distances and weights of a row, z in the units of the fit.
func (s *census) look(z []float64) error {
	s.nearest = 0
	for i := range s.distance {
		r := data.Distance(z, s.Centroids[i*s.dim:(i+1)*s.dim]) / s.Sigma
		if math.IsNaN(r) || r > 1e150 { // its square is a number
			return fmt.Errorf(
				"is %v sigma away from kernel %d at epoch %d; distances must be finite", r, i,
				s.Epoch)
		}
		s.distance[i], s.logWeight[i] = r, -r*r/2
		if r < s.distance[s.nearest] {
			s.nearest = i
		}
	}
	if !s.gate {
		return nil
	}
	// log p_i = l_i - max l - log Σ exp(l_j - max l): finite however far the row is away.
	largest, total := s.logWeight[s.nearest], 0.0
	for _, l := range s.logWeight {
		total += math.Exp(l - largest)
	}
	norm := largest + math.Log(total)
	for i, l := range s.logWeight {
		s.logWeight[i] = l + (l - norm)
	}
	return nil
}

// weight is phi of a kernel at the row at hand; 0 where it is too small to count.
func (s *census) weight(kernel int) float64 {
	phi := math.Exp(s.logWeight[kernel])
	if phi < leastWeight {
		return 0
	}
	return phi
}

// inBall says whether the row at hand is in the ball of a kernel.
func (s *census) inBall(kernel int) bool { return kernel == s.nearest && s.distance[kernel] <= 1 }

// count adds the row at hand.
func (s *census) count(sample int) {
	if s.inBall(s.nearest) {
		s.ball[sample][s.nearest]++
	}
	for i := range s.distance {
		phi := s.weight(i)
		s.sum[sample][i] += phi
		s.square[sample][i] += phi * phi
	}
}

// ballCount is the count of a kernel's ball.
func (s *census) ballCount(kernel int, w float64) BallCount {
	b := BallCount{Data: s.ball[inData][kernel], Reference: s.ball[inReference][kernel]}
	b.Expected = w * float64(b.Reference)
	b.Z, b.P = stats.OnOff(float64(b.Data), float64(b.Reference), w)
	return b
}

// softCount is the weighted count of a kernel.
func (s *census) softCount(kernel int, w float64) SoftCount {
	d, r := s.sum[inData][kernel], s.sum[inReference][kernel]
	d2, r2 := s.square[inData][kernel], s.square[inReference][kernel]
	c := SoftCount{Data: d, Expected: w * r, DataRows: effectiveRows(d, d2),
		ReferenceRows: effectiveRows(r, r2), Score: math.NaN()}
	if d+r < stuck {
		return c
	}
	if r2 > 0 {
		c.Score = (d - w*r) / math.Sqrt(w*(1+w)*r2)
	}
	unit := (d2 + r2) / (d + r)
	c.Z, _ = stats.OnOff(d/unit, r/unit, w)
	return c
}

// effectiveRows is the effective number of rows of a sum of weights; 0 for none.
func effectiveRows(sum, square float64) float64 {
	if square == 0 {
		return 0
	}
	return sum * sum / square
}

// counts are those of a kernel.
func (s *census) counts(kernel int, w float64) KernelCounts {
	return KernelCounts{s.Coefficients[kernel], s.ballCount(kernel, w), s.softCount(kernel, w)}
}

// detail is what is gathered at the chosen checkpoint alone.
type detail struct {
	dim int
	// Σ_D phi u, Σ_R phi u and Σ_R phi u² (M×d), with u in standard deviations.
	data, reference, squares []float64
	nearest                  [][]ranked // of each kernel, by falling weight
	members                  [][]ranked // in the ball, but for those that are among the nearest
	distances                []histogram
	labels                   []float64 // Σ_D phi of each class (M×classes)
	inBall                   []int     // rows of each class in the ball (M×classes)
}

// A ranked member knows log phi, which tells far rows apart where phi is 0.
type ranked struct {
	Member
	log float64
}

func newDetail(m, d, classes int) detail {
	return detail{
		dim: d, data: make([]float64, m*d), reference: make([]float64, m*d),
		squares: make([]float64, m*d),
		nearest: make([][]ranked, m), members: make([][]ranked, m), distances: make([]histogram, m),
		labels: make([]float64, m*classes), inBall: make([]int, m*classes),
	}
}

// read goes through the rows.
func (r *reader) read(pair data.Pair) error {
	for _, sample := range []struct {
		which int
		name  string
		data.Sample
	}{{inData, "data", pair.Data}, {inReference, "reference", pair.Reference}} {
		for i := range sample.N {
			x := sample.Row(i)
			r.units.take(x)
			for k, s := range r.scales {
				if err := s.look(r.units.z); err != nil {
					return fmt.Errorf("row %d of the %s %w", i, sample.name, err)
				}
				s.count(sample.which)
				if k != r.chosen {
					continue
				}
				if sample.which == inData {
					r.enter(i, x)
				} else {
					r.detail.compare(s, r.units.u)
				}
			}
		}
	}
	return nil
}

// enter takes a data row x into the detail.
func (r *reader) enter(row int, x []float64) {
	s, d := r.scales[r.chosen], &r.detail
	for j, sd := range r.units.sd {
		if sd == 0 && x[j] != r.units.mean[j] {
			r.strange[j] = true
		}
	}
	for i := range r.kernels {
		phi := s.weight(i)
		d.distances[i].add(inData, s.distance[i])
		if phi > 0 {
			sums := d.data[i*d.dim : (i+1)*d.dim]
			for j, u := range r.units.u {
				sums[j] += phi * u
			}
		}
		member := ranked{Member{Row: row, Distance: s.distance[i], InBall: s.inBall(i), Weight: phi,
			Contribution: s.Coefficients[i] * phi}, s.logWeight[i]}
		dropped, full := d.near(i, member, r.Nearest)
		if full && dropped.InBall {
			d.members[i] = append(d.members[i], dropped)
		}
		if r.labels == nil || r.labelOf[row] < 0 {
			continue
		}
		k := i*len(r.labels) + r.labelOf[row]
		d.labels[k] += phi
		if member.InBall {
			d.inBall[k]++
		}
	}
}

// near puts a member into the list of a kernel's nearest, and returns the one that the list has no
// room for. Members of equal weight stay in the order of their rows.
func (d *detail) near(kernel int, m ranked, room int) (dropped ranked, full bool) {
	list := d.nearest[kernel]
	at := len(list)
	for at > 0 && list[at-1].log < m.log {
		at--
	}
	if at == room {
		return m, true
	}
	if full = len(list) == room; full {
		dropped, list = list[room-1], list[:room-1]
	}
	d.nearest[kernel] = slices.Insert(list, at, m)
	return dropped, full
}

// compare takes a reference row, u in standard deviations.
func (d *detail) compare(s *census, u []float64) {
	for i := range d.distances {
		d.distances[i].add(inReference, s.distance[i])
		phi := s.weight(i)
		if phi == 0 {
			continue
		}
		sums, squares := d.reference[i*d.dim:(i+1)*d.dim], d.squares[i*d.dim:(i+1)*d.dim]
		for j, v := range u {
			sums[j] += phi * v
			squares[j] += phi * v * v
		}
	}
}

// A histogram counts distances in bins that become wider as rows need it.
type histogram struct {
	width  float64
	bins   [2][]int
	beyond [2]int
}

func (h *histogram) add(sample int, r float64) {
	if h.width == 0 {
		h.width = firstBinWidth
		h.bins = [2][]int{make([]int, distanceBins), make([]int, distanceBins)}
	}
	for r >= distanceBins*h.width && h.width < largestBinWidth {
		h.width *= 2
		for _, bins := range h.bins {
			for k := range distanceBins / 2 {
				bins[k] = bins[2*k] + bins[2*k+1]
			}
			clear(bins[distanceBins/2:])
		}
	}
	if k := int(r / h.width); k < distanceBins {
		h.bins[sample][k]++
	} else {
		h.beyond[sample]++
	}
}

// distances are the bins from the first to the last that holds a row.
func (h *histogram) distances() Distances {
	d := Distances{Width: h.width, BeyondData: h.beyond[inData],
		BeyondReference: h.beyond[inReference]}
	first, last := distanceBins, 0
	for k := range distanceBins {
		if h.bins[inData][k]+h.bins[inReference][k] > 0 {
			first, last = min(first, k), k+1
		}
	}
	if first < last {
		d.First, d.Data, d.Reference = first, h.bins[inData][first:last],
			h.bins[inReference][first:last]
	}
	return d
}

// findings turns what was counted into statements.
func (r *reader) findings(fit Fit) Findings {
	chosen := r.scales[r.chosen]
	f := Findings{Checkpoint: r.Checkpoint, Scale: chosen.Scale, T: chosen.T, Weight: r.weight}
	for _, s := range r.scales {
		counts := ScaleCounts{Scale: s.Scale, T: s.T}
		for i := range r.kernels {
			counts.Kernels = append(counts.Kernels, s.counts(i, r.weight))
		}
		f.History = append(f.History, counts)
	}
	for k, label := range r.labels {
		f.Classes = append(f.Classes, Class{Label: label, Rows: r.labelCount[k]})
	}
	for i := range r.kernels {
		found := r.finding(i)
		if t := found.Truth; t != nil && t.Found {
			k, _ := slices.BinarySearch(r.labels, t.Label)
			f.Classes[k].Kernels = append(f.Classes[k].Kernels, i)
		}
		f.Kernels = append(f.Kernels, found)
	}
	f.Warnings = r.warnings(fit)
	slices.SortStableFunc(f.Kernels, func(a, b Finding) int {
		return cmp.Compare(math.Abs(b.Soft.Z),
			math.Abs(a.Soft.Z))
	})
	return f
}

// finding is that of one kernel.
func (r *reader) finding(i int) Finding {
	s, d := r.scales[r.chosen], &r.detail
	counts := s.counts(i, r.weight)
	f := Finding{
		Kernel: i, Coefficient: counts.Coefficient, Ball: counts.Ball, Soft: counts.Soft,
		Centroid: make([]float64, r.dim), Distances: d.distances[i].distances(),
	}
	for j, v := range s.Centroids[i*r.dim : (i+1)*r.dim] {
		f.Centroid[j] = v
		if r.units.fitted {
			f.Centroid[j] = r.units.mean[j] + r.units.sd[j]*v
		}
	}
	nearest := d.nearest[i]
	f.Nearest = len(nearest)
	members := slices.Concat(nearest, d.members[i])
	slices.SortStableFunc(members[len(nearest):], func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.log, a.log), cmp.Compare(a.Row, b.Row))
	})
	for _, m := range members {
		f.Members = append(f.Members, m.Member)
	}
	if f.Soft.DataRows > 0 && s.sum[inData][i]+s.sum[inReference][i] >= stuck {
		f.Noise = 1 / math.Sqrt(f.Soft.DataRows)
		f.Bulk, f.Local = r.features(i, f.Soft)
	}
	if r.labels != nil {
		f.Truth = r.truth(i, f)
	}
	return f
}

// features are the columns that set a kernel's members apart.
func (r *reader) features(kernel int, soft SoftCount) (bulk, local []Feature) {
	s, d := r.scales[r.chosen], &r.detail
	sumD, sumR := s.sum[inData][kernel], s.sum[inReference][kernel]
	var all []Feature
	for j, sd := range r.units.sd {
		if sd == 0 {
			continue
		}
		k := kernel*r.dim + j
		u := d.data[k] / sumD
		f := Feature{
			Column: j, Mean: r.units.mean[j] + sd*u, ReferenceMean: r.units.mean[j],
			ReferenceSD: sd, Bulk: u,
			LocalMean: math.NaN(), Local: math.NaN(), LocalError: math.NaN(),
		}
		if n := soft.ReferenceRows; n >= leastNear {
			near := d.reference[k] / sumR
			variance := max(0, d.squares[k]/sumR-near*near) * n / (n - 1)
			f.LocalMean, f.Local = r.units.mean[j]+sd*near, u-near
			f.LocalError = math.Sqrt(variance * (1/soft.DataRows + 1/soft.ReferenceRows))
		}
		all = append(all, f)
	}
	return largest(all, r.Features, func(f Feature) float64 { return f.Bulk }),
		largest(all, r.Features, func(f Feature) float64 { return f.Local })
}

// largest are the n features whose deviation is largest, without those that have none.
func largest(all []Feature, n int, deviation func(Feature) float64) []Feature {
	list := slices.DeleteFunc(slices.Clone(all),
		func(f Feature) bool { return math.IsNaN(deviation(f)) })
	slices.SortStableFunc(list, func(a, b Feature) int {
		return cmp.Compare(math.Abs(deviation(b)), math.Abs(deviation(a)))
	})
	return list[:min(n, len(list))]
}

// truth compares a kernel with the labels.
func (r *reader) truth(kernel int, f Finding) *Truth {
	t := &Truth{P: 1}
	labeled := 0
	for _, m := range r.detail.nearest[kernel] {
		if r.labelOf[m.Row] >= 0 {
			labeled++
		}
	}
	t.NearestPurity = float64(labeled) / max(1, float64(len(r.detail.nearest[kernel])))
	classes := len(r.labels)
	weights, inBall := r.detail.labels[kernel*classes:(kernel+1)*classes],
		r.detail.inBall[kernel*classes:(kernel+1)*classes]
	best := -1
	for k, w := range weights {
		if f.Soft.Data > 0 {
			t.Purity += w / f.Soft.Data
		}
		if w > 0 && (best < 0 || w > weights[best]) {
			best = k
		}
	}
	if best < 0 {
		return t
	}
	rows := float64(r.labelCount[best])
	share := rows / float64(r.rows)
	t.Label, t.LabelPurity = r.labels[best], weights[best]/f.Soft.Data
	t.Efficiency, t.SoftEfficiency = float64(inBall[best])/rows, weights[best]/rows
	t.P = stats.BinomialTail(min(t.LabelPurity, 1)*f.Soft.DataRows, f.Soft.DataRows, share)
	t.Found = f.Coefficient > 0 && f.Soft.Z > 0 && t.LabelPurity >= share+(1-share)*FoundPurity &&
		t.P*float64(r.kernels*classes) <= FoundP
	return t
}

const (
	collapsed = 0.1  // distance of two centroids, in units of sigma
	stuck     = 1e-3 // Σ_D phi + Σ_R phi, far from all rows
	contrary  = 2    // |Soft.Z| of the other sign than the coefficient
)

// warnings are the failures that one fit can show, each with its remedy.
func (r *reader) warnings(fit Fit) []string {
	var list []string
	warn := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	s := r.scales[r.chosen]
	a := s.Coefficients
	remedy := "take fewer kernels, or start them elsewhere (model.init)"
	if r.NoGate {
		remedy = "switch the competition on (model.softmax), or take fewer kernels"
	}
	for i := range a {
		for k := range i {
			apart := data.Distance(s.Centroids[i*r.dim:(i+1)*r.dim],
				s.Centroids[k*r.dim:(k+1)*r.dim]) / s.Sigma
			if apart < collapsed && a[i]*a[k] > 0 {
				warn("kernels %d and %d have collapsed: they are %.2g sigma apart, with "+
					"coefficients of one sign, and share what they found; %s", k, i, apart, remedy)
			}
		}
	}
	var far, clipped, opposed []int
	for i := range a {
		if s.sum[inData][i]+s.sum[inReference][i] < stuck {
			far = append(far, i)
		}
		if r.Clip > 0 && math.Abs(a[i]) >= r.Clip*(1-1e-9) {
			clipped = append(clipped, i)
		}
		if z := s.softCount(i, r.weight).Z; a[i]*z < 0 && math.Abs(z) > contrary {
			opposed = append(opposed, i)
		}
	}
	if far != nil {
		warn("%s far from all rows and found nothing; start on the data (model.init), or with a "+
			"larger width (train.width.start)", kernelsAre(far))
	}
	if clipped != nil {
		warn("%s at the bound of the coefficients, %v, which hides how strong the finding is; "+
			"raise train.clip, or hold coefficients back by loss.l2", kernelsAre(clipped), r.Clip)
	}
	if opposed != nil {
		warn("%s of one sign by coefficient and of the other by the counts around it: another "+
			"kernel near by makes up for the difference; read both together, or take fewer kernels",
			kernelsAre(opposed))
	}
	if fit.ClampedEpochs > 0 {
		warn("the exponential of the loss was held at its limit in %d epochs: the fit is "+
			"steeper than its statistic; lower train.clip", fit.ClampedEpochs)
	}
	if fit.Status != train.OK {
		warn("the fit ended before its last epoch (%s): only the scales up to there can be "+
			"read; lower train.learning_rate or train.clip", fit.Reason)
	}
	if rows := slices.Concat(s.ball[inData], s.ball[inReference]); slices.Max(rows) == 0 {
		warn("no row of the data or the reference is within sigma of a centroid, as is usual in " +
			"many dimensions: read the soft counts and the nearest rows")
	}
	if n := len(slices.DeleteFunc(slices.Clone(r.strange),
		func(b bool) bool { return !b })); n > 0 {
		warn("the data differ from the reference in %d of the columns that are constant there, "+
			"the first of them column %d: the distance leaves these out, so look at them by "+
			"themselves", n, slices.Index(r.strange, true))
	}
	return list
}

// kernelsAre names kernels as the subject of a sentence.
func kernelsAre(kernels []int) string {
	if len(kernels) == 1 {
		return fmt.Sprintf("kernel %d is", kernels[0])
	}
	return "kernels " + strings.Trim(fmt.Sprint(kernels), "[]") + " are"
}
