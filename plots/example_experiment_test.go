package plots_test

import (
	"log"

	"sparker/plots"
	"sparker/plots/plotstest"
)

// The power of an experiment against N_S, with intervals and the oracle.
func ExamplePowerCurve() {
	figure, err := plots.PowerCurve(plotstest.Summary())
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("power.png", 72); err != nil {
		log.Panic(err)
	}
}

// The distributions of t under the null and under the strongest alternative, scale by scale.
func ExampleNullDistributions() {
	summary := plotstest.Summary()
	figure, err := plots.NullDistributions(summary, plotstest.Toys(summary))
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("null-scales.png", 72); err != nil {
		log.Panic(err)
	}
}

// With a second statistic, the lead, at each scale.
func ExampleNullDistributions_lead() {
	summary := plotstest.WithLead(plotstest.Summary())
	figure, err := plots.NullDistributions(summary, plotstest.Toys(summary))
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("null-scales-lead.png", 72); err != nil {
		log.Panic(err)
	}
}
