package twosample

import (
	"sparker/losses"
	"sparker/models"
	"sparker/stats"
	"sparker/train"
)

// Recipe is a named way to fit SparKer's ensemble and to combine its statistics. It leaves open how
// many kernels there are.
type Recipe struct {
	Name       string
	About      string // one sentence
	Model      models.Config
	Loss       losses.Config
	Train      train.Config
	Statistics []string
	Combine    stats.Combination
	// Members are further tests in the recipe. Groups and Across say how their statistics are
	// combined: see [Grouping].
	Members []MemberConfig
	Groups  []GroupConfig
	Across  stats.Combination
}

// Grouping returns how the statistics of the recipe are combined.
func (r Recipe) Grouping() Grouping {
	return Grouping{Combine: r.Combine, Across: r.Across, Groups: r.Groups}
}

// Member returns the fit of the recipe as a member of another test, under a name. The members of
// the recipe are left out.
func (r Recipe) Member(name string) MemberConfig {
	return MemberConfig{Name: name, Method: DefaultMethod, Model: r.Model, Loss: r.Loss,
		Train: r.Train, Statistics: r.Statistics}
}

// DefaultRecipe is the name of the recipe that is used unless another is asked for.
const DefaultRecipe = "full"

// Paper returns the recipe of arXiv:2511.03095, as far as it is published.
func Paper() Recipe {
	r := Recipe{
		Name:  "paper",
		About: "the recipe of arXiv:2511.03095, as far as it is published",
		Model: models.Default(), Loss: losses.Default(), Train: train.Default(),
		Statistics: []string{StatisticT}, Combine: stats.Mix,
	}
	r.Model.Init, r.Model.SoftMax = "data", true
	r.Loss = losses.Config{Kind: "np"}
	r.Train.Epochs, r.Train.Optimizer, r.Train.Clip = 1000, "adam", 10
	r.Train.LearningRate = train.LearningRate{Coefficients: 0.05, Centroids: 0.05, Unit: "data"}
	r.Train.Births.Every = 0
	r.Train.Width = train.Width{Schedule: "linear", EndFactor: 1, Hold: 1}
	r.Train.Checkpoints = train.Checkpoints{Count: 10, Spacing: "epoch"}
	return r
}

// Lead returns the recipe of this project: births, a ridge, steps in units of the width, a narrower
// end, and the lead statistic alongside t.
func Lead() Recipe {
	r := Recipe{
		Name: "lead",
		About: "births, a ridge, steps in units of the width, a narrower end, and the lead " +
			"statistic alongside t",
		Model: models.Default(), Loss: losses.Default(), Train: train.Default(),
		Statistics: []string{StatisticT, StatisticLead}, Combine: stats.Mix,
	}
	r.Model.Init, r.Model.SoftMax = "kmeans", true
	r.Loss = losses.Config{Kind: "np", L2: 0.5}
	r.Train.Epochs, r.Train.Optimizer, r.Train.Clip = 300, "adam", 10
	r.Train.LearningRate = train.LearningRate{Coefficients: 0.05, Centroids: 0.03, Unit: "sigma"}
	r.Train.Births = train.Births{Every: 10, Candidates: 16}
	r.Train.Width = train.Width{Schedule: "exponential", EndFactor: 0.5, Hold: 1}
	r.Train.Checkpoints = train.Checkpoints{Count: 10, Spacing: "log_sigma"}
	return r
}

// Full returns the recipe for anomalies of any kind. The fit of [Lead] sees narrow ones, and a
// convex fit of many frozen kernels broad ones. Two tests of others see what those do not: logistic
// regression on many kernels what is in the bulk of the sample, and the first two moments of the
// columns what is everywhere. Each has a p-value of its own, and a weighted harmonic mean makes one
// of them (see [Grouping]). No weight is below a tenth of all, so that every group can reject by
// itself, at a size of 0.05 with 200 toys.
func Full() Recipe {
	r := Lead()
	r.Name = "full"
	r.About = "the fit of lead for narrow anomalies, a convex fit of many kernels for broad " +
		"ones, and two tests of others, with one p-value"
	r.Members = []MemberConfig{wide(), {Name: "falkon", Method: "falkon"},
		{Name: "mahalanobis", Method: "mahalanobis"}}
	r.Across = stats.Harmonic
	r.Groups = []GroupConfig{
		{Members: []string{DefaultMethod}, Weight: 12},
		{Members: []string{"wide"}, Weight: 8},
		{Members: []string{"falkon"}, Weight: 4},
		{Members: []string{"mahalanobis"}, Weight: 3},
	}
	return r
}

// wide returns the member of Full for broad anomalies.
func wide() MemberConfig {
	m := MemberConfig{Name: "wide", Method: DefaultMethod, Model: models.Default(),
		Loss: losses.Config{Kind: "np"}, Train: train.Default(), Statistics: []string{StatisticT}}
	m.Model.Kernels, m.Model.SoftMax = 60, false
	m.Model.Init, m.Model.Centroids = "kmeans", "frozen"
	m.Train.Optimizer, m.Train.Ridges = "convex", []float64{0.3, 0.03, 0.003, 0.0003}
	m.Train.Epochs, m.Train.Checkpoints.Count = 6, 6
	m.Train.Width.EndFactor = 4
	return m
}

// Recipes returns all recipes.
func Recipes() []Recipe { return []Recipe{Lead(), Paper(), Full()} }
