package plots_test

import (
	"log"

	"sparker/plots"
	"sparker/plots/plotstest"
)

// The kernels of a one-dimensional fit against epoch, next to the densities of its samples.
func ExampleTrajectory1D() {
	figure, err := plots.Trajectory1D(plotstest.LineFit())
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("trajectory-1d.png", 72); err != nil {
		log.Panic(err)
	}
}

// Kernels that are born again at another place.
func ExampleTrajectory1D_births() {
	figure, err := plots.Trajectory1D(plotstest.LineFitWithBirths())
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("trajectory-1d-births.png", 72); err != nil {
		log.Panic(err)
	}
}

// The paths of the kernels over the rows, in the first two coordinates of a fit.
func ExampleTrajectory2D() {
	figure, err := plots.Trajectory2D(plotstest.PlaneFit(), 0, 1)
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("trajectory-2d.png", 72); err != nil {
		log.Panic(err)
	}
}

// Paths with a break where a kernel is born again.
func ExampleTrajectory2D_births() {
	figure, err := plots.Trajectory2D(plotstest.PlaneFitWithBirths(), 0, 1)
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("trajectory-2d-births.png", 72); err != nil {
		log.Panic(err)
	}
}

// Loss, statistic and width of a fit against epoch.
func ExampleHistory() {
	figure, err := plots.History(plotstest.LineFit())
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("history.png", 72); err != nil {
		log.Panic(err)
	}
}

// A fit with the lead statistic and with births.
func ExampleHistory_births() {
	figure, err := plots.History(plotstest.LineFitWithBirths())
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("history-births.png", 72); err != nil {
		log.Panic(err)
	}
}

// The learned log-ratio and the true one.
func ExampleLogRatio1D() {
	figure, err := plots.LogRatio1D(plotstest.LineFit())
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("log-ratio.png", 72); err != nil {
		log.Panic(err)
	}
}

// Gate entropy, smallest distance between centroids, and forces against epoch.
func ExampleDynamics() {
	figure, err := plots.Dynamics(plotstest.PlaneFit())
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("dynamics.png", 72); err != nil {
		log.Panic(err)
	}
}

// A fit with births, marked on the epoch axis.
func ExampleDynamics_births() {
	figure, err := plots.Dynamics(plotstest.PlaneFitWithBirths())
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("dynamics-births.png", 72); err != nil {
		log.Panic(err)
	}
}

// The same of a fit whose record says how many rows are within sigma of each kernel.
func ExampleDynamics_spheres() {
	figure, err := plots.Dynamics(plotstest.WithSpheres(plotstest.PlaneFitWithBirths()))
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("dynamics-spheres.png", 72); err != nil {
		log.Panic(err)
	}
}
