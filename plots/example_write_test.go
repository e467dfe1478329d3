package plots_test

import (
	"fmt"
	"log"
	"os"

	"sparker/plots"
	"sparker/plots/plotstest"
	"sparker/results"
)

// A figure as PNG and SVG, with what a report says of it.
func ExampleWrite() {
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	figure, err := plots.LogRatio1D(plotstest.LineFit())
	if err != nil {
		log.Fatal(err)
	}
	drawn, err := plots.Write(plots.Output{Dir: dir}, "log-ratio", figure)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(drawn.Title)
	fmt.Println(drawn.Caption[0])
	fmt.Println(len(drawn.Files), "files")
	// Output:
	// Log-ratio: alternative toy 0 at N_S = 15 (13 injected)
	// Last checkpoint: epoch 400, σ = 0.07, t = 27.6.
	// 3 files
}

// All figures that the records of an experiment allow: here its summary, and a fit without a trace.
func ExampleCellFigures() {
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	fit := plotstest.LineFit()
	fit.Trace = nil
	drawn, err := plots.CellFigures(plots.Output{Dir: dir}, plotstest.Manifest(),
		plotstest.Summary(), nil, []results.FitRecord{fit})
	if err != nil {
		log.Fatal(err)
	}
	for _, figure := range drawn {
		fmt.Println(figure.Name)
	}
	// Output:
	// power
	// fit-alternative-15-0-log-ratio
}

// The figures of a comparison of four arms. A summary with axes adds those of the sweep.
func ExampleSweepFigures() {
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	comparison := plotstest.Comparison()
	comparison.Groups = comparison.Groups[:1]
	drawn, err := plots.SweepFigures(plots.Output{Dir: dir}, plotstest.Manifest(),
		results.Summary{}, []results.Comparison{comparison})
	if err != nil {
		log.Fatal(err)
	}
	for _, figure := range drawn {
		fmt.Println(figure.Name)
	}
	// Output:
	// power-loss.kind-model.kernels_5-data.source_exponential
	// ablation-loss.kind
}

// All figures of what a fit found.
func ExampleFindingsFigures() {
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	found := plotstest.Findings(plotstest.FindingsShape{Kernels: 3, Columns: 2})
	drawn, err := plots.FindingsFigures(plots.Output{Dir: dir}, found, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, figure := range drawn {
		fmt.Printf("%s: %s\n", figure.Name, figure.Title)
	}
	// Output:
	// where: Where the kernels ended
	// members: Rows around kernel 2 (a = +2, excess)
}

// The training of a recorded fit, as an animated image and as numbered drawings.
func ExampleAnimate() {
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	fit := plotstest.Fit(plotstest.FitShape{Kernels: 2, Epochs: 5, Dim: 2})
	film, err := plots.Animate(plots.Output{Dir: dir}, fit, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d frames\n", film.Name, film.Frames)
	// Output:
	// fit-alternative-15-0-animation: 5 frames
}
