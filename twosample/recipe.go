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
}

// DefaultRecipe is the name of the recipe that is used unless another is asked for.
const DefaultRecipe = "lead"

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

// Recipes returns all recipes.
func Recipes() []Recipe { return []Recipe{Lead(), Paper()} }
