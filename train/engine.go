package train

import (
	"fmt"

	"sparker/data"
	"sparker/graph"
	"sparker/losses"
	"sparker/models"
)

// engine builds the graph of a fit and feeds it. Its program has the loss, the model's inputs and
// an output "t". The engine of an ensemble is also a [probe].
type engine interface {
	// parameters returns the names of the model's parameters, sorted.
	parameters() []string
	// feed puts a pair into the graph, which it rebuilds only if the pair is too large.
	feed(pair data.Pair) (*graph.Program, error)
	// weigh replaces the weight of the pair, which multiplies the relative weights of its reference
	// rows. 0 takes them out of the loss.
	weigh(weight float64)
	// clamped reports whether f exceeded graph.MaxExponent on a reference row in the last Gradient
	// run.
	clamped() (bool, error)
}

// newEngine returns the engine that the options name for a model.
func newEngine(model models.Model, o objective, options FitOptions) (engine, error) {
	ensemble, isEnsemble := model.(models.Ensemble)
	if !isEnsemble {
		return newComposed(model, o)
	}
	if options.Engine == "composed" {
		e, err := newComposed(model, o)
		return &composedKernels{composed: e, ensemble: ensemble}, err
	}
	fusable, ok := o.loss.(losses.Fusable)
	if !ok {
		return nil, fmt.Errorf("train: the fused engine cannot compute the loss %T; the engine "+
			"composed can", o.loss)
	}
	return newFused(ensemble, fusable, o, options.Reference)
}

// objective is what a fit minimizes: a loss and a penalty lambda·Σ a².
type objective struct {
	loss   losses.Loss
	lambda float64
}

// penalized adds the penalty to a loss.
func (o objective) penalized(b *graph.Builder, loss, coefficients graph.Node) graph.Node {
	if o.lambda == 0 {
		return loss
	}
	return b.Add(loss, losses.Penalty(b, o.lambda, coefficients))
}
