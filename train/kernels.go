package train

import (
	"math/rand/v2"
	"slices"

	"sparker/data"
	"sparker/models"
)

// kernels is the variant of an ensemble: births and Newton steps before the gradient of an epoch,
// and the lead statistic at a checkpoint.
type kernels struct {
	*Fitter
	ensemble                models.Ensemble
	probe                   probe
	mu, a                   []float64 // the program's storage of the parameters
	centroids, coefficients *group    // frozen centroids have no group
	sample                  data.Sample
	stream                  *rand.Rand // draws the candidates of births
	draws                   data.RowDraws
	places                  places // nil unless the data are a few values over and over
	born                    int    // the kernel born in this epoch, from 1; 0 for none
	tilt                    *tilt  // nil without nuisance parameters
	health                  health
}

func newKernels(s *state, ensemble models.Ensemble, pair data.Pair, r *rand.Rand) *kernels {
	k := &kernels{Fitter: s.Fitter, ensemble: ensemble, probe: s.engine.(probe),
		mu: s.program.Values(models.Centroids), a: s.program.Values(models.Coefficients),
		sample: pair.Data, stream: r, draws: data.NewRowDraws(pair.Data.N, pair.DataWeights),
		tilt: s.tilt}
	if s.options.Births.Every > 0 {
		k.places = newPlaces(pair.Data, s.options.Births.Candidates)
	}
	for _, g := range s.groups {
		switch g.name {
		case models.Centroids:
			k.centroids = g
		case models.Coefficients:
			k.coefficients = g
		}
	}
	return k
}

// prepare lets a kernel be born if one is due, and takes a Newton step in the coefficients if they
// take such steps.
func (k *kernels) prepare(epoch int, sigma float64) error {
	newton := k.options.Optimizer == "newton"
	k.born = 0
	if every := k.options.Births.Every; every > 0 && epoch%every == 0 {
		if newton { // what a kernel is worth shows at the best coefficients
			if err := k.newton(sigma); err != nil {
				return err
			}
		}
		kernel, err := k.birth(sigma)
		if err != nil {
			return err
		}
		k.born = kernel + 1
	}
	if !newton {
		return nil
	}
	return k.newton(sigma)
}

func (k *kernels) keep(c *Checkpoint) error {
	c.Centroids, c.Coefficients = slices.Clone(k.mu), slices.Clone(k.a)
	if err := k.keepLead(c); err != nil {
		return err
	}
	if k.options.Optimizer != "convex" {
		if err := k.health.checkpoint(k, *c); err != nil {
			return err
		}
	}
	if !k.options.Shares || c.Ridge > 0 && c.Ridge != k.options.path()[0] {
		return nil
	}
	return k.tilt.atNull(func() error {
		shares, err := k.probe.shares(c.Sigma)
		c.Shares = &shares
		return err
	})
}

// keepLead adds the lead statistic to a checkpoint, if it is asked for.
func (k *kernels) keepLead(c *Checkpoint) error {
	if !k.options.Lead {
		return nil
	}
	var err error
	err = k.tilt.atNull(func() error {
		c.Lead, c.LeadKernel, err = k.lead(c.Sigma)
		return err
	})
	if err != nil {
		return err
	}
	if !finite(c.Lead) {
		return nonFinite("lead statistic")
	}
	return nil
}

func (k *kernels) finish(r *FitResult) {
	if finite(k.mu...) && finite(k.a...) {
		r.Centroids, r.Coefficients = slices.Clone(k.mu), slices.Clone(k.a)
	}
	if n := len(r.Checkpoints); n > 0 && r.Status == OK && k.options.Optimizer != "convex" {
		r.Health = k.health.of(k, r.Checkpoints[n-1].Sigma)
	}
}
