package train

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"sparker/data"
	"sparker/losses"
	"sparker/models"
)

// Learner fits any model under any loss, full batch, with the graph, the losses, the optimizers and
// the statistic of a [Fitter], but nothing that is particular to the ensemble: no annealing, no
// births, no Newton steps, no fused engine. It keeps its graph between fits, and is for one
// goroutine.
type Learner struct {
	settings LearnerSettings
	model    models.Model
	table    table
}

// LearnerSettings say how a model is trained.
type LearnerSettings struct {
	// Optimizer is adam or gd.
	Optimizer string
	// Groups hold one entry for each parameter of the model, by its name.
	Groups map[string]Group
	// Scalars are inputs of the model that stay as they are, by name: the width of an ensemble.
	Scalars map[string]float64
	// Epochs are those after which the statistic is taken, in ascending order; a fit ends with the
	// last.
	Epochs []int
}

// Group is how a parameter is trained.
type Group struct {
	// Rate is the optimizer's step size.
	Rate float64
	// Clip bounds every value after every step, |value| <= Clip; 0 does not.
	Clip float64
}

// Learned is a finished fit of a [Learner]. Checkpoints are complete only when Status is OK.
type Learned struct {
	Status      Status
	Reason      string // what became non-finite, and when
	Checkpoints []LearnedCheckpoint
	// ClampedEpochs is as in a Result.
	ClampedEpochs int
}

// LearnedCheckpoint is the statistic after an epoch, with the parameters, by name, that it was
// taken at.
type LearnedCheckpoint struct {
	Epoch      int
	T          float64
	Parameters map[string][]float64
}

// NewLearner prepares fits of a model.
func NewLearner(model models.Model, l losses.Config, s LearnerSettings) (*Learner, error) {
	if s.Optimizer != "adam" && s.Optimizer != "gd" {
		return nil, fmt.Errorf("train: optimizer %q; a learner takes adam or gd", s.Optimizer)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Groups)) {
		if g := s.Groups[name]; !(g.Rate > 0) || math.IsInf(g.Rate, 0) || !(g.Clip >= 0) {
			return nil, fmt.Errorf("train: parameter %q: rate %v and clip %v; want a finite "+
				"rate above 0, and a clip of 0 or more", name, g.Rate, g.Clip)
		}
	}
	for i, epoch := range s.Epochs {
		if epoch < 1 || i > 0 && epoch <= s.Epochs[i-1] {
			return nil, fmt.Errorf("train: the statistic after epochs %v; they are counted from "+
				"1, in ascending order", s.Epochs)
		}
	}
	if len(s.Epochs) == 0 {
		return nil, fmt.Errorf("train: a learner without an epoch")
	}
	loss, err := losses.New(l)
	if err != nil {
		return nil, err
	}
	f := &Learner{settings: s, model: model, table: table{model: model, loss: loss, penalty: l.L2}}
	if err := f.table.build(1, 1); err != nil { // a small graph, to see the names of its parameters
		return nil, err
	}
	if named := slices.Sorted(maps.Keys(s.Groups)); !slices.Equal(named,
		f.table.program.Parameters()) {
		return nil, fmt.Errorf(
			"train: the model has the parameters %q, the learner's groups are %q",
			f.table.program.Parameters(), named)
	}
	return f, nil
}

// Fit trains from the given parameters, one entry for each of the model's. The start is not kept.
func (f *Learner) Fit(pair data.Pair, start map[string][]float64) (Learned, error) {
	if err := checkPair(pair, f.model.Columns()); err != nil {
		return Learned{}, err
	}
	p, err := f.table.feed(pair)
	if err != nil {
		return Learned{}, err
	}
	for name, value := range f.settings.Scalars {
		p.SetScalar(name, value)
	}
	names := p.Parameters()
	groups := make([]group, len(names))
	for i, name := range names {
		values, clip := p.Values(name), f.settings.Groups[name].Clip
		if copy(values, start[name]) != len(values) || len(start[name]) != len(values) {
			return Learned{}, fmt.Errorf("train: %d values to start parameter %q from; it has %d",
				len(start[name]), name, len(values))
		}
		if clip == 0 {
			clip = math.Inf(1)
		}
		groups[i] = group{newOptimizer(f.settings.Optimizer, len(values)), values, -clip, clip}
	}
	result := Learned{Status: OK}
	fail := func(epoch int, what string) (Learned, error) {
		result.Status, result.Reason = NonFinite, fmt.Sprintf("%s at epoch %d", what, epoch)
		return result, nil
	}
	for epoch := 1; epoch <= f.settings.Epochs[len(f.settings.Epochs)-1]; epoch++ {
		loss, err := p.Gradient()
		if err != nil {
			return Learned{}, fmt.Errorf("train: epoch %d: %w", epoch, err)
		}
		if !finite(loss) {
			return fail(epoch, "loss")
		}
		clamped, err := f.table.clamped()
		if err != nil {
			return Learned{}, fmt.Errorf("train: epoch %d: %w", epoch, err)
		}
		if clamped {
			result.ClampedEpochs++
		}
		for i, name := range names {
			gradient := p.GradientOf(name)
			if !finite(gradient...) {
				return fail(epoch, "gradient")
			}
			groups[i].descend(gradient, f.settings.Groups[name].Rate)
			if !finite(groups[i].values...) {
				return fail(epoch, "parameters")
			}
		}
		if !slices.Contains(f.settings.Epochs, epoch) {
			continue
		}
		if err := p.Evaluate(); err != nil {
			return Learned{}, fmt.Errorf("train: epoch %d: %w", epoch, err)
		}
		c := LearnedCheckpoint{Epoch: epoch, T: p.Scalar("t") + 0,
			Parameters: map[string][]float64{}}
		if !finite(c.T) {
			return fail(epoch, "statistic")
		}
		for i, name := range names {
			c.Parameters[name] = slices.Clone(groups[i].values)
		}
		result.Checkpoints = append(result.Checkpoints, c)
	}
	return result, nil
}
