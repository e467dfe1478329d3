package sources

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distmv"
	"gonum.org/v1/gonum/stat/sampleuv"

	"sparker/data"
	"sparker/data/tables"
)

// The end of expectation maximization.
const (
	emRounds    = 200
	emTolerance = 1e-6 // in the mean log-likelihood
)

// emRidge is the share of a column's variance that is added to every variance, so that no component
// collapses to a few rows.
const emRidge = 1e-4

// gaussianMixture is a mixture of Gaussians, each with its own covariance, that is fitted to a
// sample by expectation maximization.
type gaussianMixture struct {
	sample     data.Sample
	x          *mat.Dense   // the sample
	covariance mat.SymDense // of the whole sample, with the ridge
	weights    []float64
	components []*distmv.Normal
	shares     [][]float64 // responsibility of each component for each row
}

// fitMixture fits k Gaussians. They start with equal weights, the covariance of the whole sample,
// and centers that are drawn like those of k-means++.
func fitMixture(s data.Sample, k int, r *rand.Rand) (*gaussianMixture, error) {
	m, err := newMixture(s, k, r)
	if err != nil {
		return nil, err
	}
	last := math.Inf(-1)
	for range emRounds {
		likelihood := m.expect()
		if likelihood-last < emTolerance {
			break
		}
		last = likelihood
		m.maximize(r)
	}
	return m, nil
}

// newMixture returns the mixture from which expectation maximization starts.
func newMixture(s data.Sample, k int, r *rand.Rand) (*gaussianMixture, error) {
	if k >= s.N {
		return nil, fmt.Errorf("a mixture of %d Gaussians cannot be fitted to %d rows", k, s.N)
	}
	m := &gaussianMixture{sample: s, x: mat.NewDense(s.N, s.D, s.X), weights: make([]float64, k),
		components: make([]*distmv.Normal, k), shares: make([][]float64, k)}
	stat.CovarianceMatrix(&m.covariance, m.x, nil)
	for j := range s.D {
		if !(m.covariance.At(j, j) > 0) {
			return nil, fmt.Errorf("column %d (counted from 0) is constant; a Gaussian needs a "+
				"spread", j)
		}
		m.covariance.SetSym(j, j, m.covariance.At(j, j)*(1+emRidge))
	}
	for i, center := range m.drawCenters(k, r) {
		m.weights[i] = 1 / float64(k)
		m.shares[i] = make([]float64, s.N)
		var ok bool
		if m.components[i], ok = distmv.NewNormal(s.Row(center), &m.covariance, r); !ok {
			return nil, errors.New("the covariance of the rows is singular; leave out columns " +
				"that depend on others, or use a transform")
		}
	}
	return m, nil
}

// drawCenters draws k rows. The probability of a row is proportional to the square of its distance,
// in standard deviations, to the nearest row that was drawn before.
func (m *gaussianMixture) drawCenters(k int, r *rand.Rand) []int {
	s := m.sample
	centers := []int{r.IntN(s.N)}
	nearest := make([]float64, s.N)
	for i := range nearest {
		nearest[i] = math.Inf(1)
	}
	for len(centers) < k {
		c := s.Row(centers[len(centers)-1])
		for i := range nearest {
			var d2 float64
			for j, v := range s.Row(i) {
				d2 += (v - c[j]) * (v - c[j]) / m.covariance.At(j, j)
			}
			nearest[i] = min(nearest[i], d2)
		}
		next, ok := sampleuv.NewWeighted(nearest, r).Take()
		if !ok { // every row equals a center
			next = r.IntN(s.N)
		}
		centers = append(centers, next)
	}
	return centers
}

// expect sets the responsibilities and returns the mean log-likelihood of the rows.
func (m *gaussianMixture) expect() float64 {
	logs := make([]float64, len(m.components))
	var total float64
	for n := range m.sample.N {
		for i, c := range m.components {
			logs[i] = math.Log(m.weights[i]) + c.LogProb(m.sample.Row(n))
		}
		sum := floats.LogSumExp(logs)
		total += sum
		for i := range m.shares {
			m.shares[i][n] = math.Exp(logs[i] - sum)
		}
	}
	return total / float64(m.sample.N)
}

// maximize sets the weights, means and covariances that maximize the likelihood for given
// responsibilities. A component that has hardly more rows than columns gets the covariance of the
// whole sample.
func (m *gaussianMixture) maximize(r *rand.Rand) {
	s := m.sample
	for i := range m.components {
		n := floats.Sum(m.shares[i])
		m.weights[i] = n / float64(s.N)
		mean := make([]float64, s.D)
		for j := range mean {
			for row := range s.N {
				mean[j] += m.shares[i][row] * s.X[row*s.D+j] / n
			}
		}
		var covariance mat.SymDense
		if n > float64(s.D)+1 {
			stat.CovarianceMatrix(&covariance, m.x, m.shares[i])
		} else {
			covariance.ReuseAsSym(s.D)
			covariance.CopySym(&m.covariance)
		}
		for j := range s.D {
			covariance.SetSym(j, j, covariance.At(j, j)+emRidge*m.covariance.At(j, j))
		}
		if next, ok := distmv.NewNormal(mean, &covariance, r); ok {
			m.components[i] = next
		}
	}
}

// draw draws n rows.
func (m *gaussianMixture) draw(n int, r *rand.Rand) []float64 {
	d := m.sample.D
	choose := sampleuv.NewWeighted(m.weights, r)
	x := make([]float64, n*d)
	for i := range n {
		c, _ := choose.Take()
		choose.Reweight(c, m.weights[c])
		m.components[c].Rand(x[i*d : (i+1)*d])
	}
	return x
}

// generate fills the signal pool with rows of a mixture that is fitted to the background pool.
func (p *Pools) generate(g Generator, r *rand.Rand) error {
	m, err := fitMixture(p.background.sample(), g.Components, r)
	if err != nil {
		return err
	}
	p.signal = pool{rows: make([]int, g.Rows), table: tables.New(p.columns, m.draw(g.Rows, r))}
	for i := range p.signal.rows {
		p.signal.rows[i] = i
	}
	return nil
}
