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

// The statistics of a member of a test of several members.
func ExampleMemberDistributions() {
	summary := plotstest.WithMembers(plotstest.Summary())
	figure, err := plots.MemberDistributions(summary, plotstest.Toys(summary), "wide")
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("null-scales-member.png", 72); err != nil {
		log.Panic(err)
	}
}

// What each group of statistics alone would detect, beside the whole test.
func ExampleGroupPower() {
	figure, err := plots.GroupPower(plotstest.WithMembers(plotstest.Summary()))
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("power-groups.png", 72); err != nil {
		log.Panic(err)
	}
}

// What each group of statistics says about an observed sample.
func ExampleGroupValues() {
	figure, err := plots.GroupValues(plotstest.WithMembers(plotstest.Summary()))
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("p-groups.png", 72); err != nil {
		log.Panic(err)
	}
}
