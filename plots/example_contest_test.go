package plots_test

import (
	"log"

	"sparker/analysis"
	"sparker/plots"
	"sparker/plots/plotstest"
)

// How far each method is from the best one of each group.
func ExampleRegretMap() {
	comparison := plotstest.Contest()
	regret, err := analysis.Regret(comparison, 0, nil)
	if err != nil {
		log.Panic(err)
	}
	comparison.Regret = &regret
	figure, err := plots.RegretMap(comparison)
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("regret-map.png", 72); err != nil {
		log.Panic(err)
	}
}

// The powers of many methods, a panel for each group.
func ExamplePowerDots() {
	comparison := plotstest.Contest()
	regret, err := analysis.Regret(comparison, 0, nil)
	if err != nil {
		log.Panic(err)
	}
	comparison.Regret = &regret
	figure, err := plots.PowerDots(comparison)
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("power-dots.png", 72); err != nil {
		log.Panic(err)
	}
}

// The mean power of each method against the time that it takes.
func ExamplePowerCost() {
	comparison := plotstest.Contest()
	regret, err := analysis.Regret(comparison, 0, nil)
	if err != nil {
		log.Panic(err)
	}
	comparison.Regret = &regret
	figure, err := plots.PowerCost(comparison, 0)
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("power-cost.png", 72); err != nil {
		log.Panic(err)
	}
}
