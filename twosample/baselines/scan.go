package baselines

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sort"

	"sparker/data"
	"sparker/train"
	"sparker/twosample"
)

func init() {
	twosample.Register(twosample.Method{
		Name:  "scan",
		Title: "scan",
		About: "Likelihood ratio of a Gaussian signal of known width at an unknown place: the " +
			"limit for tests that do not know where to look.",
		Cost:    "O((range/width + m) m) for one column, O(m² d) for several",
		Source:  "this project; compare Kulldorff, Commun. Stat. 26 (1997)",
		Limit:   true,
		Rate:    true,
		Weights: true,
		Check: func(s twosample.Setup) error {
			if s.Signal.Width > 0 {
				return nil
			}
			return &twosample.SetupError{Method: "scan", Part: twosample.PartSignal,
				Reason: "looks for a signal that is one Gaussian"}
		},
		Relevant: func(s twosample.Setup) twosample.Setup {
			return twosample.Setup{Signal: s.Signal}
		},
		Prepare: func(s twosample.Setup) (twosample.Prepared, error) {
			p, err := prepareScan("scan", s, []float64{s.Signal.Width})
			p.Widths = train.Widths{Start: s.Signal.Width, End: s.Signal.Width}
			return p, err
		},
	})
}

// prepareScan returns a method that scans at some widths.
func prepareScan(method string, s twosample.Setup, widths []float64) (twosample.Prepared, error) {
	if s.Background == nil {
		return twosample.Prepared{}, &twosample.SetupError{Method: method,
			Part:   twosample.PartBackground,
			Reason: "needs the density of the background, which is not known"}
	}
	build := func() (twosample.Test, error) {
		return NewScan(s.Background, widths, s.Signal.Support)
	}
	if _, err := build(); err != nil {
		return twosample.Prepared{}, err
	}
	return twosample.Prepared{Scales: twosample.WidthScales(widths...), New: build}, nil
}

// Scan is the likelihood ratio of a Gaussian signal at an unknown place, over a known background,
// with one statistic for each of some widths:
//
//	t = max over mu and S >= 0 of 2 [ -S + Σ_D log(1 + S s_mu(x)/n_0(x)) ]        N_D Poisson
//	t = max over mu and 0 <= pi < 1 of 2 Σ_D log(1 - pi + pi N_D s_mu(x)/n_0(x))  N_D fixed
//
// s_mu is the normalized density of the signal around mu. n_0 is the density of the background,
// which integrates to the expected number of its rows. A scan cannot test measured data, since it
// is told the background. With the signal's own width it shows how much is lost by not knowing
// where to look (the "oracle with look-elsewhere effect"). With several widths it shows what a test
// for local excesses can reach that knows neither place nor width.
//
// In one dimension the places are a grid over the range of the data, with a spacing of a quarter of
// the width. In several dimensions no grid is fine enough; the places are the rows of the data, and
// the statistic is a lower bound of the scan.
type Scan struct {
	background func(x []float64) float64 // log of the normalized density
	null       float64                   // expected rows
	fixed      bool
	widths     []float64
	dim        int
	halfLine   bool // the signal is cut off below 0

	rows   []row
	ratios []float64
}

// row is a row of the data, and log(1/n_0) there.
type row struct {
	x       []float64
	inverse float64
}

// reach is the distance from the place of a signal, in its widths, beyond which a row has no part.
const reach = 6

// NewScan returns the scan of a background for signals of the given widths.
func NewScan(source twosample.Background, widths []float64,
	support twosample.Support) (*Scan, error) {
	if len(widths) == 0 {
		return nil, errors.New("baselines: a scan needs at least one width")
	}
	for _, w := range widths {
		if !positive(w) {
			return nil, fmt.Errorf("baselines: a scan of width %v; want a finite number above 0", w)
		}
	}
	null, _, fixed := source.Counts(0)
	return &Scan{
		background: source.LogBackground, null: null, fixed: fixed,
		widths: widths, dim: source.Dim(), halfLine: support == twosample.HalfLine &&
			source.Dim() == 1,
	}, nil
}

// Name implements twosample.Test.
func (s *Scan) Name() string { return "scan" }

// Statistics implements twosample.Test: one t for each width. It does not look at the reference.
// Data that the background cannot hold are an error, or give the status non_finite.
func (s *Scan) Statistics(pair data.Pair, _ *rand.Rand) (twosample.Outcome, error) {
	if pair.Data.D != s.dim {
		return twosample.Outcome{}, fmt.Errorf(
			"baselines: the data have %d columns; the scan is for %d", pair.Data.D, s.dim)
	}
	if s.fixed && pair.Data.N == 0 {
		return twosample.Outcome{}, errors.New(
			"baselines: a scan of a fixed number of rows needs at least one")
	}
	s.rows = s.rows[:0]
	count := s.null
	if s.fixed {
		count = float64(pair.Data.N)
	}
	for i := range pair.Data.N {
		x := pair.Data.Row(i)
		log := s.background(x)
		if !(log > math.Inf(-1)) {
			return twosample.Outcome{}, fmt.Errorf(
				"baselines: row %d of the data is NaN, or lies where the background vanishes", i)
		}
		s.rows = append(s.rows, row{x, -log - math.Log(count)})
	}
	sort.Slice(s.rows, func(i, j int) bool { return s.rows[i].x[0] < s.rows[j].x[0] })
	outcome := twosample.Outcome{Status: twosample.OK}
	for _, width := range s.widths {
		t := s.best(width)
		if math.IsNaN(t) || math.IsInf(t, 0) {
			return twosample.Outcome{Status: twosample.NonFinite,
				Reason: "the background is too thin at a row of the data for its ratio to the " +
					"signal to be computed"}, nil
		}
		outcome.T = append(outcome.T, t)
	}
	return outcome, nil
}

// best returns the maximum over the places of a signal of one width.
func (s *Scan) best(width float64) float64 {
	var best float64
	if s.dim > 1 || len(s.rows) == 0 {
		for _, r := range s.rows {
			best = max(best, s.at(r.x, width))
		}
		return best
	}
	step := width / 4
	low, high := s.rows[0].x[0], s.rows[len(s.rows)-1].x[0]
	for k := math.Floor(low / step); k <= math.Ceil(high/step); k++ {
		best = max(best, s.at([]float64{k * step}, width))
	}
	return best
}

// at returns the maximum over the strength of a signal at one place.
func (s *Scan) at(mu []float64, width float64) float64 {
	norm := -float64(s.dim) * (math.Log(width) + 0.5*math.Log(2*math.Pi))
	if s.halfLine {
		norm -= math.Log(0.5 * math.Erfc(-mu[0]/(width*math.Sqrt2)))
	}
	first := sort.Search(len(s.rows),
		func(i int) bool { return s.rows[i].x[0] >= mu[0]-reach*width })
	s.ratios = s.ratios[:0]
	for _, r := range s.rows[first:] {
		if r.x[0] > mu[0]+reach*width {
			break
		}
		var d2 float64
		for j, v := range r.x {
			z := (v - mu[j]) / width
			d2 += z * z
		}
		if d2 <= reach*reach {
			s.ratios = append(s.ratios, math.Exp(norm-d2/2+r.inverse))
		}
	}
	if !s.fixed {
		// Σ r/(1 + S r) < len/S, so S < len
		return profile{u: s.ratios, slope: 1, limit: float64(len(s.ratios))}.maximum()
	}
	for i := range s.ratios {
		s.ratios[i] = s.ratios[i]*float64(len(s.rows)) - 1
	}
	return profile{u: s.ratios, beyond: len(s.rows) - len(s.ratios), limit: 1}.maximum()
}

// profile is the logarithm of a likelihood ratio as a function of the strength S, from 0 to limit:
//
//	L(S) = -slope S + Σ log(1 + S u_i) + beyond log(1 - S)
type profile struct {
	u      []float64
	slope  float64
	beyond int
	limit  float64
}

func (p profile) derivative(S float64) float64 {
	d := -p.slope - float64(p.beyond)/(1-S)
	if p.beyond == 0 {
		d = -p.slope
	}
	for _, v := range p.u {
		d += v / (1 + S*v)
	}
	return d
}

// maximum returns twice the maximum of L, which is concave.
func (p profile) maximum() float64 {
	if len(p.u) == 0 || p.derivative(0) <= 0 {
		return 0
	}
	low, high := 0.0, p.limit
	for range 60 {
		if middle := (low + high) / 2; p.derivative(middle) > 0 {
			low = middle
		} else {
			high = middle
		}
	}
	l := -p.slope * low
	if p.beyond > 0 {
		l += float64(p.beyond) * math.Log1p(-low)
	}
	for _, v := range p.u {
		l += math.Log1p(low * v)
	}
	return 2 * l
}
