package plots_test

import (
	"log"

	"sparker/plots"
	"sparker/plots/plotstest"
	"sparker/results"
)

// The power curves of the arms of one group of a comparison.
func ExamplePowerArms() {
	comparison := plotstest.Comparison()
	figure, err := plots.PowerArms(comparison.Groups[0], comparison.By)
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("power-arms.png", 72); err != nil {
		log.Panic(err)
	}
}

// The power curves of a whole comparison, a panel for each group.
func ExamplePanels() {
	figure, err := plots.Panels(plotstest.Comparison())
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("panels.png", 72); err != nil {
		log.Panic(err)
	}
}

// Groups with N_S of their own have axes of their own.
func ExamplePanels_uneven() {
	figure, err := plots.Panels(plotstest.UnevenComparison())
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("panels-uneven.png", 72); err != nil {
		log.Panic(err)
	}
}

// The differences in power from the baseline of each group.
func ExampleAblation() {
	figure, err := plots.Ablation(plotstest.Comparison())
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("ablation.png", 72); err != nil {
		log.Panic(err)
	}
}

// Groups with N_S of their own are compared by the rank of N_S.
func ExampleAblation_uneven() {
	figure, err := plots.Ablation(plotstest.UnevenComparison())
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("ablation-uneven.png", 72); err != nil {
		log.Panic(err)
	}
}

// The power against the number of kernels, for one size of the reference.
func ExamplePowerAgainst() {
	fixed := []results.ArmRecord{{Axis: "data.reference", Label: "10000"}}
	figure, err := plots.PowerAgainst(plotstest.Sweep(), "model.kernels", fixed)
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("power-against.png", 72); err != nil {
		log.Panic(err)
	}
}

// The bumps that fits found against the number of kernels.
func ExampleKernelsFound() {
	fixed := []results.ArmRecord{{Axis: "data.reference", Label: "10000"}}
	figure, err := plots.KernelsFound(plotstest.Sweep(), "model.kernels", fixed)
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("kernels-found.png", 72); err != nil {
		log.Panic(err)
	}
}

// The power at N_S = 8 over two swept axes.
func ExampleHeatMap() {
	figure, err := plots.HeatMap(plotstest.Sweep(), "model.kernels", "data.reference", 8, nil)
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("heatmap.png", 72); err != nil {
		log.Panic(err)
	}
}
