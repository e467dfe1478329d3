package train

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"sparker/losses"
	"sparker/models"
)

// FitOptions says how a [Fitter] trains a model. [Config.Options] returns those of an annealed
// ensemble; for other models they are written out. Parameters and Checkpoints are required.
type FitOptions struct {
	// Optimizer is "adam" (the default, ""), "gd" or "newton". Newton steps in the coefficients
	// need an ensemble under the NP loss. "convex" finds the optimum of the coefficients at every
	// checkpoint and for every ridge. It needs an ensemble with frozen centroids and signed
	// coefficients, and the NP loss without a penalty.
	Optimizer string
	// Ridges are the factors lambda of the penalties lambda Σ a² of a convex fit, in descending
	// order. Each gives a checkpoint at every width. None stands for 0.3, 0.03, 0.003 and 0.0003.
	Ridges []float64
	// Parameters has one entry for each parameter of the model, in the order in which they step.
	Parameters []Parameter
	// Checkpoints are the epochs (from 1, ascending) after which the statistic is taken. The fit
	// ends with the last one.
	Checkpoints []int
	// Sigma returns the width of the kernels at an epoch (from 1). An ensemble needs it; other
	// models have no width, and leave it nil.
	Sigma func(epoch int) float64
	// Births relocates useless kernels; the zero value does not. It needs an ensemble with
	// trainable centroids under the NP loss.
	Births Births
	// Lead adds the lead statistic of an ensemble to every checkpoint.
	Lead bool
	// Shares adds the shares of the kernels of an ensemble to every checkpoint. A convex fit, whose
	// kernels do not move, has them at the first ridge of every width.
	Shares bool
	// Engine is "fused" (ensembles only) or "composed". The default, "", is fused for an ensemble
	// and composed for any other model.
	Engine string
	// Reference is read by the fused engine instead of packing a pair's reference anew, if the two
	// are the same sample: the same memory, not equal numbers. nil packs every reference.
	Reference *PackedReference
}

// Parameter says how one parameter of a model is trained.
type Parameter struct {
	// Name is the parameter's name in the graph, such as [models.Centroids].
	Name string
	// Rate is the optimizer's step size, a finite number above 0.
	Rate float64
	// Unit is what Rate is in: "data" (the default, "") for the units of the parameter, or "sigma"
	// for the width of the epoch.
	Unit string
	// Clip bounds every value after every step, |value| <= Clip; 0 means no bound.
	Clip float64
	// Positive keeps every value at 0 or above.
	Positive bool
}

// bounds returns the limits of every value.
func (p Parameter) bounds() (low, high float64) {
	high = p.Clip
	if high == 0 {
		high = math.Inf(1)
	}
	if p.Positive {
		return 0, high
	}
	return -high, high
}

// Options returns the options of fits of an ensemble that is annealed between two widths. An error
// names the first impossible value.
func (c Config) Options(model models.Ensemble, widths Widths) (FitOptions, error) {
	var problem error
	c.Validate(func(path, message string) {
		if problem == nil {
			problem = fmt.Errorf("train: %s %s", path, message)
		}
	})
	if problem == nil {
		problem = widths.check()
	}
	if problem != nil {
		return FitOptions{}, problem
	}
	o := FitOptions{
		Optimizer: c.Optimizer,
		Ridges:    c.Ridges,
		Parameters: []Parameter{{Name: models.Coefficients, Rate: c.LearningRate.Coefficients,
			Clip: c.Clip, Positive: model.Positive}},
		Sigma:  func(epoch int) float64 { return c.Sigma(widths, epoch) },
		Births: c.Births,
		Engine: c.Engine,
	}
	if !model.Frozen {
		o.Parameters = append(o.Parameters, Parameter{Name: models.Centroids,
			Rate: c.LearningRate.Centroids, Unit: c.LearningRate.Unit})
	}
	for _, s := range c.Scales(widths) {
		o.Checkpoints = append(o.Checkpoints, s.Epoch)
	}
	return o, nil
}

// check refuses options that mean nothing for any model.
func (o FitOptions) check() error {
	if o.Optimizer != "" && !slices.Contains(Optimizers, o.Optimizer) {
		return fmt.Errorf("train: optimizer %q; want one of %s", o.Optimizer,
			strings.Join(Optimizers, ", "))
	}
	if o.Engine != "" && !slices.Contains(Engines, o.Engine) {
		return fmt.Errorf("train: engine %q; want one of %s", o.Engine, strings.Join(Engines, ", "))
	}
	if err := checkRidges(o.Optimizer, o.Ridges); err != nil {
		return err
	}
	for _, p := range o.Parameters {
		if !(p.Rate > 0) || math.IsInf(p.Rate, 0) || !(p.Clip >= 0) {
			return fmt.Errorf("train: parameter %q has rate %v and clip %v; want a finite rate "+
				"above 0 and a clip of 0 or more", p.Name, p.Rate, p.Clip)
		}
		if p.Unit != "" && !slices.Contains(RateUnits, p.Unit) {
			return fmt.Errorf("train: parameter %q has a rate in units of %q; want one of %s",
				p.Name, p.Unit, strings.Join(RateUnits, ", "))
		}
	}
	for i, epoch := range o.Checkpoints {
		if epoch < 1 || i > 0 && epoch <= o.Checkpoints[i-1] {
			return fmt.Errorf("train: checkpoints after epochs %v; epochs are counted from 1, "+
				"in ascending order", o.Checkpoints)
		}
	}
	if len(o.Checkpoints) == 0 {
		return errors.New("train: no checkpoint; a fit needs at least one epoch")
	}
	return nil
}

// checkModel refuses options that a model or a loss cannot take.
func (o FitOptions) checkModel(model models.Model, loss losses.Loss) error {
	ensemble, isEnsemble := model.(models.Ensemble)
	if !isEnsemble {
		inSigma := func(p Parameter) bool { return p.Unit == "sigma" }
		for _, ability := range []struct {
			name string
			used bool
		}{
			{"optimizer newton", o.Optimizer == "newton"},
			{"optimizer convex", o.Optimizer == "convex"},
			{"an annealed width", o.Sigma != nil},
			{"a rate in units of sigma", slices.ContainsFunc(o.Parameters, inSigma)},
			{"births", o.Births.Every > 0},
			{"the lead statistic", o.Lead},
			{"the shares of kernels", o.Shares},
			{"engine fused", o.Engine == "fused"},
		} {
			if ability.used {
				return fmt.Errorf("train: %s needs an ensemble of kernels; the model is a %T",
					ability.name, model)
			}
		}
		return nil
	}
	_, np := loss.(losses.NP)
	switch {
	case o.Sigma == nil:
		return errors.New("train: an ensemble needs a width at every epoch")
	case !np && o.Optimizer == "newton":
		return fmt.Errorf("train: optimizer newton needs the NP loss, which is convex in the "+
			"coefficients; the loss is a %T", loss)
	case o.Optimizer == "convex" && !(np && ensemble.Frozen && !ensemble.Positive):
		return errors.New("train: optimizer convex needs the NP loss, frozen centroids and " +
			"signed coefficients")
	case !np && o.Births.Every > 0:
		return fmt.Errorf("train: births need the residuals of the NP loss; the loss is a %T", loss)
	case ensemble.Frozen && o.Births.Every > 0:
		return errors.New("train: births need trainable centroids; those of the model are frozen")
	case o.Births.Every < 0 || o.Births.Every > 0 && o.Births.Candidates < 1:
		return fmt.Errorf("train: births every %d epochs from %d candidates; want 0 or more "+
			"epochs and at least 1 candidate", o.Births.Every, o.Births.Candidates)
	}
	return nil
}

// checkNames compares the parameters that the options name with those of the model.
func (o FitOptions) checkNames(parameters []string) error {
	named := map[string]bool{}
	for _, p := range o.Parameters {
		named[p.Name] = true
	}
	if sorted := slices.Sorted(maps.Keys(named)); len(named) != len(o.Parameters) ||
		!slices.Equal(sorted, parameters) {
		return fmt.Errorf("train: the model has the parameters %q, the options name %q", parameters,
			sorted)
	}
	return nil
}

// checkRidges refuses ridges that are not those of a convex fit.
func checkRidges(optimizer string, ridges []float64) error {
	if optimizer != "convex" && len(ridges) > 0 {
		return fmt.Errorf("train: ridges %v; only the optimizer convex has any", ridges)
	}
	for i, ridge := range ridges {
		if !(ridge > 0) || math.IsInf(ridge, 0) || i > 0 && ridge >= ridges[i-1] {
			return fmt.Errorf("train: ridges %v; want finite numbers above 0, in descending order",
				ridges)
		}
	}
	return nil
}

// path returns the ridges of a convex fit.
func (o FitOptions) path() []float64 {
	if len(o.Ridges) == 0 {
		return []float64{0.3, 0.03, 0.003, 0.0003}
	}
	return o.Ridges
}
