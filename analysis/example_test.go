package analysis_test

import (
	"fmt"
	"log"

	"sparker/analysis"
	"sparker/results"
)

// lossesRun is the folder of a run of two losses on the same toys. It was made by sparker run of
// its config.yaml.
const lossesRun = "testdata/losses"

// open reads a run folder.
func open(dir string) *analysis.Evaluation {
	store, err := results.Open(dir)
	if err != nil {
		log.Fatal(err)
	}
	run, err := analysis.Open(store)
	if err != nil {
		log.Fatal(err)
	}
	return run
}

// The power of every cell of a stored run, without a fit.
func Example() {
	store, err := results.Open(lossesRun)
	if err != nil {
		log.Fatal(err)
	}
	run, err := analysis.Open(store)
	if err != nil {
		log.Fatal(err)
	}
	summary, err := run.Summary()
	if err != nil {
		log.Fatal(err)
	}
	for _, cell := range summary.Cells {
		for _, p := range cell.Points {
			fmt.Printf("%s, N_S = %v: power %.2f [%.2f, %.2f]\n", cell.Title(), p.Signal, p.Power,
				p.CI68[0], p.CI68[1])
		}
	}
	for _, s := range summary.Cells[0].Signatures {
		fmt.Println(s.Name)
	}
	// Output:
	// loss.kind=np, N_S = 0: power 0.10 [0.04, 0.22]
	// loss.kind=np, N_S = 8: power 0.25 [0.15, 0.38]
	// loss.kind=np, N_S = 16: power 0.60 [0.46, 0.72]
	// loss.kind=bce, N_S = 0: power 0.00 [0.00, 0.09]
	// loss.kind=bce, N_S = 8: power 0.20 [0.11, 0.33]
	// loss.kind=bce, N_S = 16: power 0.55 [0.42, 0.68]
	// no-convergence
	// few-toys
}

func ExampleEvaluation_Compare() {
	run := open(lossesRun)
	comparison, err := run.Compare("loss.kind")
	if err != nil {
		log.Fatal(err)
	}
	for _, group := range comparison.Groups {
		for _, d := range group.Differences {
			fmt.Printf("N_S = %v: %s against %s: %+.2f [%+.2f, %+.2f], McNemar p = %.2f\n",
				d.Signal, d.Arm, group.Arms[0].Label, d.Difference, d.CI95[0], d.CI95[1],
				*d.McNemar)
		}
	}
	// Output:
	// N_S = 0: bce against np: -0.10 [-0.35, +0.13], McNemar p = 0.50
	// N_S = 8: bce against np: -0.05 [-0.23, +0.13], McNemar p = 1.00
	// N_S = 16: bce against np: -0.05 [-0.26, +0.16], McNemar p = 1.00
}

// The arm to compare with is the one of a label, and the runs may be several.
func ExampleCompare() {
	comparison, err := analysis.Compare([]*analysis.Evaluation{open(lossesRun)},
		[]string{"loss.kind"}, "bce")
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range comparison.Groups[0].Differences {
		fmt.Printf("N_S = %v: %s has %.2f, the baseline %.2f\n", d.Signal, d.Arm, d.Power,
			d.Baseline)
	}
	// Output:
	// N_S = 0: np has 0.10, the baseline 0.00
	// N_S = 8: np has 0.25, the baseline 0.20
	// N_S = 16: np has 0.60, the baseline 0.55
}

func ExampleEvaluation_Status() {
	status := open(lossesRun).Status()
	fmt.Printf("%s: %d of %d toys in %d cells\n", status.Name, status.Done, status.Toys,
		len(status.Cells))
	// Output:
	// losses: 238 of 238 toys in 2 cells
}

// How much power each loss lacks compared with the better one, at the largest signal strength.
func ExampleRegret() {
	comparison, err := open(lossesRun).Compare("loss.kind")
	if err != nil {
		log.Fatal(err)
	}
	regret, err := analysis.Regret(comparison, 0, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("best at N_S = %v: %s with power %.2f\n", regret.Groups[0].Signal,
		regret.Groups[0].Best, regret.Groups[0].Power)
	for _, row := range regret.Rows {
		fmt.Printf("%s lacks %.2f\n", row.Label, row.Mean)
	}
	// Output:
	// best at N_S = 16: np with power 0.60
	// np lacks 0.00
	// bce lacks 0.05
}
