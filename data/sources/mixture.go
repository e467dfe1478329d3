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

// Generator is a Gaussian mixture that is fitted to the rows of the background pool: a generative
// model whose samples are tested against real events.
type Generator struct {
	// Components is the number of Gaussians, each with its own covariance. 0 stands for no
	// generator.
	Components int `yaml:"components"`
	// Rows is the number of rows to generate.
	Rows int `yaml:"rows"`
}

// How expectation maximization ends, and the share of a column's variance that is added to every
// variance so that no component collapses onto a few rows.
const (
	emRounds    = 200
	emTolerance = 1e-6 // in the mean log-likelihood
	emRidge     = 1e-4
)

// fitMixture fits k Gaussians by expectation maximization, from centers that are drawn like those
// of k-means++ and the covariance of the whole sample.
func fitMixture(s data.Sample, k int, r *rand.Rand) (weights []float64, components []*distmv.Normal,
	err error) {
	if k >= s.N {
		return nil, nil, fmt.Errorf("a mixture of %d Gaussians cannot be fitted to %d rows", k, s.N)
	}
	x := mat.NewDense(s.N, s.D, s.X)
	var whole mat.SymDense
	stat.CovarianceMatrix(&whole, x, nil)
	for j := range s.D {
		if !(whole.At(j, j) > 0) {
			return nil, nil, fmt.Errorf("column %d is constant; a Gaussian has a spread", j)
		}
		whole.SetSym(j, j, whole.At(j, j)*(1+emRidge))
	}
	weights = make([]float64, k)
	components = make([]*distmv.Normal, k)
	for i, center := range scattered(s, &whole, k, r) {
		weights[i] = 1 / float64(k)
		var ok bool
		if components[i], ok = distmv.NewNormal(s.Row(center), &whole, r); !ok {
			return nil, nil, errors.New("the covariance of the rows is singular; leave out " +
				"columns that depend on others, or use a transform")
		}
	}
	share := make([][]float64, k) // of every row, by component
	for i := range share {
		share[i] = make([]float64, s.N)
	}
	logs := make([]float64, k)
	last := math.Inf(-1)
	for range emRounds {
		var total float64
		for n := range s.N {
			for i, c := range components {
				logs[i] = math.Log(weights[i]) + c.LogProb(s.Row(n))
			}
			sum := floats.LogSumExp(logs)
			total += sum
			for i := range share {
				share[i][n] = math.Exp(logs[i] - sum)
			}
		}
		if total /= float64(s.N); total-last < emTolerance {
			break
		}
		last = total
		for i := range components {
			n := floats.Sum(share[i])
			weights[i] = n / float64(s.N)
			mean := make([]float64, s.D)
			for j := range mean {
				for row := range s.N {
					mean[j] += share[i][row] * s.X[row*s.D+j] / n
				}
			}
			var covariance mat.SymDense
			if n > float64(s.D)+1 {
				stat.CovarianceMatrix(&covariance, x, share[i])
			} else {
				covariance.ReuseAsSym(s.D)
				covariance.CopySym(&whole)
			}
			for j := range s.D {
				covariance.SetSym(j, j, covariance.At(j, j)+emRidge*whole.At(j, j))
			}
			if next, ok := distmv.NewNormal(mean, &covariance, r); ok {
				components[i] = next
			}
		}
	}
	return weights, components, nil
}

// scattered draws k rows, each next one with a probability that grows with the square of its
// distance to those before, in standard deviations.
func scattered(s data.Sample, covariance mat.Symmetric, k int, r *rand.Rand) []int {
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
				d2 += (v - c[j]) * (v - c[j]) / covariance.At(j, j)
			}
			nearest[i] = min(nearest[i], d2)
		}
		next, ok := sampleuv.NewWeighted(nearest, r).Take()
		if !ok { // all rows are at centers
			next = r.IntN(s.N)
		}
		centers = append(centers, next)
	}
	return centers
}

// generate makes the signal pool: rows of a mixture that is fitted to the background pool.
func (p *Pools) generate(g Generator, r *rand.Rand) error {
	weights, components, err := fitMixture(p.background.sample(), g.Components, r)
	if err != nil {
		return err
	}
	choose := sampleuv.NewWeighted(weights, r)
	x := make([]float64, g.Rows*p.Dim())
	p.signal = pool{rows: make([]int, g.Rows)}
	for i := range g.Rows {
		c, _ := choose.Take()
		choose.Reweight(c, weights[c])
		components[c].Rand(x[i*p.Dim() : (i+1)*p.Dim()])
		p.signal.rows[i] = i
	}
	p.signal.table = tables.New(p.columns, x)
	return nil
}
